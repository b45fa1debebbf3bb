// Captures as tables of flows: open_flows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/decode/column_names.hpp>
#include <pcapframe/flow/flow_rows.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// Options of `open_flows`, to be named at the call: `open_flows("x.pcap", {.columns = {"src_host", "bytes"}})`.
struct flow_options {
    /// Of flow_columns.hpp, by name or constant; "all" for all of them, empty for the default ones.
    basic_column_names<flow_column> columns{};
    flow_rules rules{};
    read_options packets{};  ///< which packets are counted, and how they are read; its columns do not matter
};

/// The options of a read of flows, checked: see plan_flows.
struct flow_plan {
    schema fields;               ///< of the rows
    flow_rules rules;
    flow_packet_needs needs;
    column_order packet_columns;  ///< what a flow_tracker with these needs takes
};

/// Checks the options of a read of flows: for those who feed a flow_tracker themselves. Errors: a column that flows do
/// not have (with the nearest right one), or that is named twice.
[[nodiscard]] inline result<flow_plan> plan_flows(const flow_options& options) {
    result<flow_column_order> columns = default_flow_columns();
    if (!options.columns.empty()) columns = parse_flow_columns(options.columns.text());
    if (!columns) return columns.error();
    if (options.rules.flows_max > limits::open_flows_max ||
        options.rules.reorder_packets > limits::reordered_packets_max)
        return error{.code = errc::bad_value,
                     .detail = "a table of flows of that size",
                     .subject = std::string_view(std::to_string(
                         std::max(options.rules.flows_max, options.rules.reorder_packets)))};
    flow_plan plan{schema(*columns), options.rules, {}, {}};
    plan.needs = needs_of(plan.fields);
    plan.needs.vlan = options.rules.by_vlan;
    plan.needs.tunnel = options.rules.by_tunnel;
    const result<std::optional<overlap_policy>> policy = parse_defragment(options.packets.defragment);
    if (!policy) return policy.error();
    plan.needs.datagrams = policy->has_value();
    plan.packet_columns = order_of(plan.needs.columns());
    return plan;
}

/// All flows of a source in one set of columns, with the damage that was met.
class flow_rows : public row_batch {
public:
    using row_batch::row_batch;

    /// Damage that ended a file before its end; the packets before the damage are counted.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return warnings_; }
    void set_warnings(std::vector<error> warnings) { warnings_ = std::move(warnings); }

private:
    std::vector<error> warnings_;
};

/// One or more captures as flows: a row per flow, in the order in which flows end, those that are open at the end last
/// and by their first times. Packets are decoded by several threads (`read_options::threads`) and counted in their
/// order: rows do not depend on the number of threads. Movable.
///
///     auto flows = pcapframe::open_flows("day.pcap");
///     if (!flows) return complain(flows.error());
///     auto all = flows->read();
///     for (std::size_t i = 0; i < all->rows(); ++i)
///         use(all->get<pcapframe::flow_column::src_host>()[i], all->get<pcapframe::flow_column::bytes>()[i]);
class flow_source {
public:
    /// See open_flows.
    [[nodiscard]] static result<flow_source> open(const std::vector<std::string>& paths, const flow_options& options) {
        result<flow_plan> plan = plan_flows(options);
        if (!plan) return plan.error();
        read_options packets = options.packets;
        packets.payload = false;
        packets.columns = plan->packet_columns;
        result<pcap_source> source = pcap_source::open(paths, packets);
        if (!source) return source.error();
        return flow_source(std::move(*source), std::move(*plan));
    }

    /// The columns of the rows.
    [[nodiscard]] const schema& fields() const noexcept { return plan_.fields; }
    /// The files that the paths name.
    [[nodiscard]] const std::vector<std::string>& files() const noexcept { return packets_.files(); }
    [[nodiscard]] std::uint64_t bytes_total() const noexcept { return packets_.bytes_total(); }

    /// Calls `use(const row_batch&)` with the flows as they end, on the caller's thread, until it returns false. The
    /// batches are of any size but empty, and valid during the call. Where reading fails the flows of the packets
    /// before come first.
    template <class Use>
    [[nodiscard]] result<void> for_each_batch(Use use) {
        return each_batch([&](const row_batch& rows) { return static_cast<bool>(use(rows)); },
                          [](std::uint64_t, std::uint64_t) {});
    }

    /// All flows in one table.
    [[nodiscard]] result<flow_rows> read() {
        flow_rows all(plan_.fields);
        const result<void> read = for_each_batch([&](const row_batch& rows) {
            all.append(rows);
            return true;
        });
        if (!read) return read.error();
        all.set_warnings(warnings());
        return all;
    }

    /// Writes all flows. `on_progress(bytes done, flows)` is called now and then. `out` says what could not be written.
    template <class Progress>
    [[nodiscard]] result<void> write(sink& out, row_writer& writer, Progress on_progress) {
        bool begun = false;
        std::uint64_t count = 0;
        const auto begin = [&] {
            if (!begun) writer.begin(out, plan_.fields);
            begun = true;
        };
        const auto use = [&](const row_batch& rows) {
            begin();
            writer.write(out, rows);
            count += rows.rows();
            return out.failed() == 0;
        };
        const result<void> read =
            each_batch(use, [&](std::uint64_t done, std::uint64_t) { on_progress(done, count); });
        if (read) begin();
        if (begun) writer.finish(out);
        return read;
    }

    /// The numbers of the frames of the packets of these flows, of a source of one file: reads it all. See
    /// filter_for_flow.
    [[nodiscard]] result<std::vector<std::uint64_t>> frames_of(const flow_choice& flows) {
        flow_tracker tracker(plan_.rules, plan_.needs);
        tracker.watch(flows);
        const result<void> read = packets_.for_each_batch([&](const batch& some) {
            tracker.add(some);
            tracker.forget_ended();
            return true;
        });
        if (!read) return read.error();
        while (tracker.finish(batch_rows)) tracker.forget_ended();
        return tracker.watched_frames();
    }

    /// Damage that the last read has met, one per file at most, and what else there is to say of it.
    [[nodiscard]] std::vector<error> warnings() const { return packets_.warnings(); }
    [[nodiscard]] std::vector<read_note> notes() const { return packets_.notes(); }
    /// Packets of the last read, and flows that were ended because there were more than `flow_rules::flows_max`.
    [[nodiscard]] std::uint64_t packets() const noexcept { return packet_count_; }
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

private:
    flow_source(pcap_source packets, flow_plan plan) : packets_(std::move(packets)), plan_(std::move(plan)) {}

    static constexpr std::size_t batch_rows = 4096;

    /// Hands out flows that have ended, `batch_rows` at a time; false where no more are wanted.
    template <class Use>
    bool hand_out(flow_tracker& tracker, row_batch& rows, Use& use) {
        const std::vector<ended_flow>& ended = tracker.ended();
        bool more = true;
        for (std::size_t at = 0; at < ended.size() && more;) {
            const std::size_t count = std::min(ended.size() - at, batch_rows - rows.rows());
            append_flows(rows, tracker, at, count);
            at += count;
            if (rows.rows() == batch_rows) more = give(rows, use);
        }
        tracker.forget_ended();
        return more;
    }

    template <class Use>
    static bool give(row_batch& rows, Use& use) {
        const bool more = use(std::as_const(rows));
        rows.clear();
        return more;
    }

    template <class Use, class Progress>
    result<void> each_batch(Use use, Progress on_progress) {
        flow_tracker tracker(plan_.rules, plan_.needs);
        row_batch rows(plan_.fields);
        packet_count_ = 0;
        bool more = true;
        const result<void> read = packets_.for_each_batch([&](const batch& some) {
            tracker.add(some);
            packet_count_ += some.rows();
            more = hand_out(tracker, rows, use);
            on_progress(packets_.bytes_done(), packet_count_);
            return more;
        });
        while (more && tracker.finish(batch_rows)) more = hand_out(tracker, rows, use);
        if (more && !rows.empty()) static_cast<void>(give(rows, use));
        evicted_ = tracker.evicted();
        return read;
    }

    pcap_source packets_;
    flow_plan plan_;
    std::uint64_t packet_count_ = 0;
    std::uint64_t evicted_ = 0;
};

/// Opens captures to be read as flows: a file, a pattern such as "day/*.pcap", or "-" for standard input.
/// Errors: an option that is not known (with the nearest right word), a file that cannot be opened or is no capture.
template <class Path>
    requires std::is_convertible_v<const Path&, std::string>
[[nodiscard]] result<flow_source> open_flows(const Path& path, const flow_options& options = {}) {
    return flow_source::open({std::string(path)}, options);
}

/// Opens several files and patterns as one source, in the order given.
[[nodiscard]] inline result<flow_source> open_flows(const std::vector<std::string>& paths,
                                                    const flow_options& options = {}) {
    return flow_source::open(paths, options);
}

}  // namespace pcapframe
