// The flows of an interface, as they end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pcapframe/flow/flow_source.hpp>
#include <pcapframe/live/live_source.hpp>

namespace pcapframe::inline v0_2 {

/// An interface as flows. Movable; for one thread, but for `cancel`.
class live_flows {
public:
    /// See the live open_flows.
    [[nodiscard]] static result<live_flows> open(const live_options& capture, const flow_options& options) {
        flow_options counted = options;
        counted.packets = detail::rows_of(capture);
        const result<flow_plan> plan = plan_flows(counted);
        if (!plan) return plan.error();
        live_options packets = capture;
        packets.payload = false;
        packets.columns = plan->packet_columns;
        packets.chunksize.reset();
        result<live_source> source = live_source::open(packets);
        if (!source) return source.error();
        return live_flows(std::move(*source), *plan);
    }

    /// The columns of the rows.
    [[nodiscard]] const schema& fields() const noexcept { return plan_.fields; }

    /// Appends the flows that have ended, as soon as there are some, or nothing at the deadline. After `cancel`, at the
    /// limit (of packets) and after an error of the interface the flows that are still open are appended: they end with
    /// the input. The next call tells the error.
    [[nodiscard]] result<chunk_end> fill(row_batch& out, const deadline& until) {
        if (failure_) return *failure_;
        while (!is_finished_) {
            const deadline next_look = until.or_earlier(deadline::in(look_every));
            rows_.clear();
            const result<chunk_end> end = source_.fill(rows_, packets_at_once, next_look);
            tracker_->add(rows_);
            const bool is_over = !end || *end == chunk_end::cancelled || source_.rows_left() == 0;
            if (!end) failure_ = end.error();
            if (is_over) finish();
            else look_for_ends();
            if (tracker_->ended().empty() && !is_over && !until.has_passed()) continue;
            append_flows(out, *tracker_);
            tracker_->forget_ended();
            if (is_over) return end ? chunk_end::cancelled : chunk_end::failed;
            return until.has_passed() ? chunk_end::deadline : chunk_end::full;
        }
        return chunk_end::cancelled;
    }

    /// Ends the capture, from any thread, once and for all.
    void cancel() const noexcept { source_.cancel(); }
    /// The event that ends the capture when raised: for signal handlers. Valid as long as the object stays where it is.
    [[nodiscard]] const wake_event& canceller() const noexcept { return source_.canceller(); }
    /// What the kernel has counted so far.
    [[nodiscard]] capture_counters counters() { return source_.counters(); }
    /// Flows that were ended because there were more than `flow_rules::flows_max`.
    [[nodiscard]] std::uint64_t evicted() const noexcept { return tracker_->evicted(); }

private:
    live_flows(live_source source, const flow_plan& plan)
        : source_(std::move(source)),
          plan_(plan),
          tracker_(std::make_unique<flow_tracker>(plan.rules, plan.needs)),
          rows_(source_.make_batch()) {}

    static constexpr std::size_t packets_at_once = 4096;
    static constexpr std::chrono::milliseconds look_every{500};

    void finish() {
        tracker_->finish();
        is_finished_ = true;
    }

    /// Ends the flows that have been quiet for too long, whether packets come or not.
    void look_for_ends() {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_look_ < look_every) return;
        last_look_ = now;
        const auto today = std::chrono::system_clock::now().time_since_epoch();
        tracker_->sweep(std::chrono::duration_cast<std::chrono::nanoseconds>(today).count());
    }

    live_source source_;
    flow_plan plan_;
    std::unique_ptr<flow_tracker> tracker_;
    batch rows_;
    std::chrono::steady_clock::time_point last_look_ = std::chrono::steady_clock::now();
    std::optional<error> failure_;
    bool is_finished_ = false;
};

/// Opens an interface to be read as flows, which come as they end. Of `capture` the columns and the number of rows of a
/// chunk do not matter, and the limit is one of packets; of `options` the member `packets` does not matter.
/// Errors: as of the live open_pcap, and a column that flows do not have.
[[nodiscard]] inline result<live_flows> open_flows(const live_options& capture, const flow_options& options = {}) {
    return live_flows::open(capture, options);
}

}  // namespace pcapframe
