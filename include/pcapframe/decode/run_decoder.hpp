// From records to batches.
#pragma once

#include <optional>
#include <type_traits>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/packet_decoder.hpp>

namespace pcapframe::inline v0_2 {

/// Which frames become rows.
struct row_filter {
    bool all_frames = false;               ///< frames without IP too
    std::optional<std::uint8_t> protocol;  ///< only this IP protocol

    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool keeps(const decoded_packet& packet) const noexcept {
        if (protocol) return packet.has_protocol && packet.protocol == *protocol;
        return all_frames || packet.is_ip;
    }
};

/// The columns of the default table, which has a decoder of its own, in which nothing is tested at run time.
using default_constant_columns = constant_columns<column::time, column::src_host, column::src_port, column::dst_host,
                                                  column::dst_port, column::protocol>;
static_assert(default_constant_columns()() == default_columns);

/// Makes rows out of records, one after the other: `make(record)`. A small value: a loop over many records works on a
/// copy and hands the copy back, so that the maker stays in a few registers meanwhile.
template <class Wanted>
class row_maker {
public:
    row_maker(const batch_writer& writer, std::uint64_t first_frame, const interface_list& interfaces,
              row_filter filter, Wanted wanted) noexcept
        : writer_(&writer),
          row_(writer.first_row()),
          frame_(first_frame),
          interfaces_(&interfaces),
          filter_(filter),
          wanted_(wanted) {}

    PCAPFRAME_ALWAYS_INLINE void operator()(const record& r) noexcept {
        writer_->begin_row(row_);
        packet_decoder packet(writer_->place(row_), wanted_);
        if constexpr (std::is_same_v<Wanted, runtime_columns>) {
            packet.decode(r);
        } else {
            // The two ways end apart, so that the end of the short way knows as a constant which values are valid.
            if (packet.decode_common(r)) return end(packet, r);
            packet.decode_uncommon(r);
        }
        end(packet, r);
    }

    /// Where the next row goes.
    [[nodiscard]] std::size_t row() const noexcept { return row_; }

private:
    PCAPFRAME_ALWAYS_INLINE void end(packet_decoder<Wanted>& packet, const record& r) noexcept {
        packet.fill_record(r, frame_++, *interfaces_);
        row_ = writer_->end_row(row_, packet.decoded().valid, filter_.keeps(packet.decoded()));
    }

    const batch_writer* writer_;
    std::size_t row_;
    std::uint64_t frame_;
    const interface_list* interfaces_;
    row_filter filter_;
    [[no_unique_address]] Wanted wanted_;
};

/// Calls `use(make)` with a row_maker that appends `most` rows at most to a batch.
template <class Wanted, class Use>
void with_row_maker(batch& out, std::size_t most, std::uint64_t first_frame, const interface_list& interfaces,
                    row_filter filter, Wanted wanted, Use use) {
    batch_writer writer(out, most);
    row_maker make(writer, first_frame, interfaces, filter, wanted);
    use(make);
    writer.finish(make.row());
}

/// Appends the rows of a run to a batch.
inline void decode_run(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter) {
    const auto decode = [&](auto wanted) {
        with_row_maker(out, run.size(), run.first_frame, interfaces, filter, wanted, [&](auto& make) {
            auto local = make;
            for (const record& r : run.records) local(r);
            make = local;
        });
    };
    if (out.set() == default_columns) decode(default_constant_columns{});
    else decode(runtime_columns{out.set()});
}

}  // namespace pcapframe
