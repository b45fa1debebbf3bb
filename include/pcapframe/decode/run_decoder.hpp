// From runs of records to batches.
#pragma once

#include <optional>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/packet_decoder.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe {

/// Which frames become rows.
struct row_filter {
    bool all_frames = false;               ///< frames without IP too
    std::optional<std::uint8_t> protocol;  ///< only this IP protocol

    [[nodiscard]] bool keeps(const decoded_packet& packet) const noexcept {
        if (protocol) return packet.has_protocol && packet.protocol == *protocol;
        return all_frames || packet.is_ip;
    }
};

namespace detail {

template <class Wanted>
void decode_run_into(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter,
                     Wanted wanted) {
    batch_writer writer(out, run.size());
    std::size_t row = writer.first_row();
    std::uint64_t frame = run.first_frame;
    for (const record& r : run.records) {
        packet_decoder packet(writer.place(row), wanted);
        packet.fill_record(r, frame++, interfaces);
        packet.decode(r);
        row = writer.end_row(row, packet.decoded().valid, filter.keeps(packet.decoded()));
    }
    writer.finish(row);
}

}  // namespace detail

/// Appends the rows of a run to a batch.
inline void decode_run(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter) {
    using enum column;
    using six = constant_columns<time, src_host, src_port, dst_host, dst_port, protocol>;
    // The default table has a decoder of its own, in which nothing is left to be asked.
    if (out.set() == six()()) detail::decode_run_into(out, run, interfaces, filter, six{});
    else detail::decode_run_into(out, run, interfaces, filter, runtime_columns{out.set()});
}

}  // namespace pcapframe
