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

    template <class Wanted>
    [[nodiscard]] bool keeps(const packet_decoder<Wanted>& packet) const noexcept {
        if (protocol) return packet.has_protocol(*protocol);
        return all_frames || packet.is_ip();
    }
};

namespace detail {

template <class Wanted>
void decode_run_into(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter, Wanted wanted) {
    std::uint64_t frame = run.first_frame;
    row values;  // outside the loop: what is not valid in it is never looked at, so nothing needs to be cleared
    for (const record& r : run.records) {
        packet_decoder<Wanted> packet(values, wanted);
        packet.fill_record(r, frame++, interfaces);
        packet.decode(r.bytes(), r.link_type);
        out.store(values, wanted);
        out.commit(filter.keeps(packet));
    }
}

}  // namespace detail

/// Appends the rows of a run to a batch, which has room for them (`reserve_more`).
inline void decode_run(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter) {
    using enum column;
    using six = constant_columns<time, src_host, src_port, dst_host, dst_port, protocol>;
    // The default table has a decoder of its own, in which nothing is left to be asked.
    if (out.set() == six()()) detail::decode_run_into(out, run, interfaces, filter, six{});
    else detail::decode_run_into(out, run, interfaces, filter, runtime_columns{out.set()});
}

}  // namespace pcapframe
