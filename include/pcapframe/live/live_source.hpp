// An interface as rows: capture, decoder and table joined.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/decode/packet_table.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/io/sink.hpp>
#include <pcapframe/live/live_options.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// Why a chunk ended.
enum class chunk_end : std::uint8_t {
    full,       ///< the chunk has all the rows that were asked for
    deadline,   ///< the chunk's time was over
    cancelled,  ///< the capture was cancelled, and these are the last rows
    failed,     ///< the interface went away; the next read says the error
};

/// Rows that came one after the other, with the kernel's counters at that time.
struct live_chunk {
    table rows;
    capture_counters counters{};
    chunk_end end = chunk_end::full;
    unsigned worker = 0;  ///< which worker of a fanout read the rows
};

/// Packets of an interface as rows. Movable; for one thread, but for `cancel`.
class live_source {
public:
    /// Its packets come once: there is nothing to persist.
    static constexpr bool can_be_read_again = false;

    /// See the live open_pcap.
    [[nodiscard]] static result<live_source> open(const live_options& options) {
        result<read_plan> plan = plan_read(detail::rows_of(options));
        if (!plan) return plan.error();
        if (options.snaplen == 0 || options.snaplen > snaplen_max)
            return error{.code = errc::bad_value,
                         .detail = "a number of bytes from 1 to 262144",
                         .subject = std::string_view(std::to_string(options.snaplen))};
        result<wake_event> wake = wake_event::create();
        if (!wake) return wake.error();
        std::unique_ptr<record_selector> rest;
        result<capture_device> device = capture_device::open(detail::packets_of(options, *plan, rest));
        if (!device) return device.error();
        plan->selector = std::move(rest);
        return live_source(options, std::move(*plan), std::move(*wake), std::move(*device));
    }

    /// Columns and their types, one partition, and the metadata; captures nothing. How many rows there will be nobody
    /// knows.
    [[nodiscard]] result<source_schema> discover() const {
        if (is_closed()) return closed_error();
        return source_schema{.columns = dtype(), .rows = {}, .partitions = 1, .metadata = metadata_};
    }

    /// The next `chunksize` rows, or the rows that came before the timeout where there is one. After `cancel` this
    /// gives the rows that were captured until then, chunk by chunk, the last chunk marked as such; then empty chunks.
    /// Errors: the interface was removed. Rows from before the error are given first.
    [[nodiscard]] result<live_chunk> read() { return read(chunk_rows(), timeout()); }

    /// The next `rows` rows, or the rows that came before a deadline.
    [[nodiscard]] result<live_chunk> read(std::size_t rows, const deadline& until) {
        live_chunk chunk{table(plan_.columns)};
        chunk.rows.set_first_index(index_);
        const result<chunk_end> end = fill(chunk.rows, rows, until);
        if (!end) return end.error();
        chunk.end = *end;
        chunk.counters = counters();
        return chunk;
    }

    /// Writes the next chunk (see `read`). `on_progress(0, rows)` is called when that is done. What could not be
    /// written, `out` says.
    template <class Progress>
    [[nodiscard]] result<void> write(sink& out, row_writer& writer, Progress on_progress) {
        const result<live_chunk> chunk = read();
        if (!chunk) return chunk.error();
        writer.begin(out, plan_.columns);
        if (!chunk->rows.empty()) writer.write(out, chunk->rows);
        writer.finish(out);
        on_progress(std::uint64_t{0}, std::uint64_t{chunk->rows.rows()});
        return {};
    }

    /// Calls `use` with one chunk after the other for as long as `use` returns true, to the end of a cancelled capture,
    /// or to the limit.
    template <class Use>
    [[nodiscard]] result<void> read_chunked(Use use) {
        if (is_closed()) return closed_error();
        while (left_ > 0) {
            result<live_chunk> chunk = read();
            if (!chunk) return chunk.error();
            const bool is_last = chunk->end == chunk_end::cancelled;
            if (!use(std::move(*chunk)) || is_last) break;
        }
        return {};
    }

    /// The manual's name for it: the next `n` rows (a chunk, where not said), or the rows that came before the timeout.
    [[nodiscard]] result<table> to_dataframe(std::optional<std::size_t> n = std::nullopt) {
        result<live_chunk> chunk = read(n.value_or(chunk_rows()), timeout());
        if (!chunk) return chunk.error();
        return std::move(chunk->rows);
    }

    /// Appends rows to a batch until the batch has `rows` rows; says why no more came. The rows are valid until the
    /// batch is used again. An error comes with an empty batch only: rows from before the error are handed out first.
    [[nodiscard]] result<chunk_end> fill(batch& out, std::size_t rows, const deadline& until) {
        if (is_closed()) return closed_error();
        const std::size_t before = out.rows();
        result<chunk_end> end = chunk_end::full;
        while (out.rows() < rows && left_ > 0) {
            if (pending_.empty()) {
                const result<std::optional<chunk_end>> fetched = fetch(until);
                if (!fetched && out.rows() == before) return fetched.error();
                if (!fetched)
                    end = chunk_end::failed;
                else if (*fetched)
                    end = **fetched;
                if (!fetched || *fetched) break;
            }
            const result<void> decoded = decode(out, rows - out.rows());
            if (!decoded) return decoded.error();
        }
        index_ += out.rows() - before;
        return end;
    }

    /// An empty batch with the source's columns, for `fill`.
    [[nodiscard]] batch make_batch() const { return batch(plan_.columns); }

    /// Only packets of this IP protocol (a name or a number; empty for all) that match a filter from here on, in the
    /// kernel too, in place of the options of those names. Packets that were captured before and not yet read are
    /// dropped. After an error nothing has changed.
    [[nodiscard]] result<void> set_filter(std::string_view protocol, const filter_option& filter = {}) {
        if (is_closed()) return closed_error();
        live_options changed = options_;
        changed.protocol = protocol;
        changed.filter = filter;
        const result<read_plan> plan = plan_read(detail::rows_of(changed));
        if (!plan) return plan.error();
        std::unique_ptr<record_selector> rest;
        const capture_options capture = detail::packets_of(changed, *plan, rest);
        const result<kernel_program> program = first_filter(capture, device_->place());
        if (!program) return program.error();
        const result<void> set = replace_program(*program);
        if (!set) return set.error();
        plan_.filter = plan->filter;
        plan_.ports = plan->ports;
        selector_ = std::move(rest);
        options_ = std::move(changed);
        device_->describe(options_.filter.text(), capture_os);
        return {};
    }

    /// Attaches a program of one's own instead, for example a compiled filter. Rows are made of the packets that the
    /// program takes.
    [[nodiscard]] result<void> set_program(std::span<const bpf_instruction> program) {
        if (is_closed()) return closed_error();
        const result<void> set = replace_program(program);
        if (set) selector_.reset();
        return set;
    }

    /// Ends the capture, from any thread, once and for all.
    void cancel() const noexcept { wake_.raise(); }
    /// The event that ends the capture when raised: for signal handlers. Valid as long as the source stays where it is.
    [[nodiscard]] const wake_event& canceller() const noexcept { return wake_; }

    /// Ends the capture at once and gives the interface back. All that would read on is an error from here on; what was
    /// read stays.
    void close() {
        if (is_closed()) return;
        last_counters_ = device_->counters();
        pending_ = {};
        block_.reset();
        device_.reset();
    }
    [[nodiscard]] bool is_closed() const noexcept { return !device_; }

    /// What the kernel has counted so far, or until the source was closed.
    [[nodiscard]] capture_counters counters() { return device_ ? device_->counters() : last_counters_; }

    /// What there is to say of the rows so far: which fragments were not put together.
    [[nodiscard]] std::vector<read_note> notes() const {
        std::vector<read_note> all;
        detail::add_note(all, gate_.fragments());
        return all;
    }

    [[nodiscard]] const column_order& columns() const noexcept { return plan_.columns; }
    [[nodiscard]] std::vector<source_schema::field> dtype() const {
        std::vector<source_schema::field> fields;
        for (const column c : plan_.columns) fields.push_back({name_of(c), name_of(type_of(c))});
        return fields;
    }
    /// The rows that may still come, by the limit.
    [[nodiscard]] std::uint64_t rows_left() const noexcept { return left_; }
    [[nodiscard]] const live_options& options() const noexcept { return options_; }
    /// Of a source that is not closed.
    [[nodiscard]] const capture_device& device() const noexcept {
        PCAPFRAME_ASSERT(device_.has_value());
        return *device_;
    }
    [[nodiscard]] const std::string& description() const noexcept { return description_; }
    /// The metadata that a catalog gives the source; null if it gives none.
    [[nodiscard]] const std::shared_ptr<const pcapframe::yaml::node>& metadata() const noexcept { return metadata_; }
    void describe(std::string text, std::shared_ptr<const pcapframe::yaml::node> metadata) {
        description_ = std::move(text);
        metadata_ = std::move(metadata);
    }

private:
    live_source(const live_options& options, read_plan plan, wake_event wake, capture_device device)
        : options_(options),
          plan_(std::move(plan)),
          wake_(std::move(wake)),
          device_(std::move(device)),
          selector_(detail::copy_of(plan_.selector)),
          gate_(detail::defragmenter_of(plan_)),
          left_(options.limit) {
        device_->describe(options_.filter.text(), capture_os);
    }

    static error closed_error() noexcept { return {.code = errc::closed, .detail = "source"}; }

    [[nodiscard]] std::size_t chunk_rows() const noexcept { return options_.chunksize.value_or(default_live_chunk); }

    [[nodiscard]] deadline timeout() const noexcept {
        return options_.timeout_ms == 0 ? deadline() : deadline::in(std::chrono::milliseconds(options_.timeout_ms));
    }

    /// Makes sure that there are records to decode, or says why no records came.
    result<std::optional<chunk_end>> fetch(const deadline& until) {
        while (true) {
            if (block_) pending_ = block_->next();
            if (!pending_.empty()) return std::optional<chunk_end>();
            const bool had_block = block_.has_value();
            block_.reset();
            // Where packets come faster than they are read, there is always another block: the deadline must count
            // then, too.
            if (had_block && !is_ending_ && until.has_passed()) return std::optional(chunk_end::deadline);
            result<capture_device::waited> waited = is_ending_ ? device_->wait({}) : device_->wait(until, &wake_);
            if (!waited) return waited.error();
            switch (waited->state) {
                case wait_state::packets: block_ = std::move(waited->packets); break;
                case wait_state::deadline: return std::optional(chunk_end::deadline);
                case wait_state::finished: return std::optional(chunk_end::cancelled);
                case wait_state::cancelled: {
                    is_ending_ = true;
                    const result<void> ended = device_->finish();
                    if (!ended) return ended.error();
                }
            }
        }
    }

    result<void> replace_program(std::span<const bpf_instruction> program) {
        pending_ = {};
        block_.reset();
        return device_->set_filter(program);
    }

    /// Decodes records until some are used up, for `rows` rows at most.
    result<void> decode(batch& out, std::size_t rows) {
        // A record makes one row at most, so that so many records cannot make too many rows.
        const auto count = narrowed<std::size_t>(std::min<std::uint64_t>({rows, left_, pending_.size()}));
        const std::size_t first_row = out.rows();
        const record_run run{pending_.records.first(count), pending_.first_frame};
        const auto append = [&](const record_run& stretch, const fragment_outcome* fragment) {
            const auto decode_wanted = [&](const record_run& wanted) {
                detail::append_stretch(out, wanted, fragment, *device_->interfaces(), plan_.filter);
                return true;
            };
            return detail::each_wanted_run(selector_.get(), stretch, plan_.filter, kept_, decode_wanted);
        };
        const result<void> appended = gate_.each_stretch(run, append);
        if (!appended) return appended.error();
        out.set_interfaces(device_->interfaces(), first_row);
        // The kernel will write where the payload is now.
        out.own_views(first_row);
        pending_ = {pending_.records.subspan(count), pending_.first_frame + count};
        left_ -= out.rows() - first_row;
        return {};
    }

    live_options options_;
    read_plan plan_;
    wake_event wake_;
    std::optional<capture_device> device_;        ///< nothing once it is closed
    std::optional<capture_device::block> block_;  ///< goes before the device
    record_run pending_{};
    std::unique_ptr<record_selector> selector_;  ///< what the kernel does not do of the filter, or null
    std::vector<std::uint8_t> kept_;             ///< the records that the selector keeps, for reuse
    detail::fragment_gate gate_;
    std::uint64_t left_;
    std::uint64_t index_ = 0;
    std::string description_;
    std::shared_ptr<const pcapframe::yaml::node> metadata_;
    capture_counters last_counters_{};
    bool is_ending_ = false;
};

/// Opens an interface to be read as rows. Errors: an option or interface that is not known (with the nearest right
/// word), an expression that means nothing for the interface's packets or that no packet can match, no right to capture
/// (cannot_open with EPERM), an interface that is switched off (ENETDOWN).
[[nodiscard]] inline result<live_source> open_pcap(const live_options& options) { return live_source::open(options); }

/// The manual's live stream: `snaplen` bytes of a packet at most, which it calls `max_packet`. A read takes
/// as long as its rows take, where `timeout_ms` is 0.
[[nodiscard]] inline result<live_source> live_stream(const std::string& interface, const std::string& protocol = "",
                                                     bool payload = false, std::uint32_t snaplen = snaplen_max,
                                                     unsigned timeout_ms = 0) {
    live_options options;
    options.interface = interface;
    options.protocol = protocol;
    options.payload = payload;
    options.snaplen = snaplen;
    options.timeout_ms = timeout_ms;
    return live_source::open(options);
}

}  // namespace pcapframe
