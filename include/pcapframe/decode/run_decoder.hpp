// From records to batches.
#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/fill_messages.hpp>
#include <pcapframe/decode/level_decoder.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/packet_decoder.hpp>

namespace pcapframe::inline v0_2 {

/// Which frames become rows.
struct row_filter {
    bool all_frames = false;               ///< frames without IP too
    std::optional<std::uint8_t> protocol;  ///< only this IP protocol
    level_choice at{};                     ///< which packet of each frame is meant, here and by columns
    const tunnel_ports* ports = &default_tunnel_ports;

    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool keeps(const decoded_packet& packet) const noexcept {
        if (protocol) return packet.has_protocol && packet.protocol == *protocol;
        return all_frames || packet.is_ip;
    }
};

/// The columns of the default table, which has a decoder of its own, in which nothing is tested at run time.
using default_constant_columns = constant_columns<column::time, column::src_host, column::src_port, column::dst_host,
                                                  column::dst_port, column::protocol>;
static_assert(default_constant_columns()() == default_columns);

/// What flows are counted by (flow/flow_packet.hpp), which has a decoder of its own, too.
using flow_constant_columns =
    constant_columns<column::time, column::src_host, column::src_port, column::dst_host, column::dst_port,
                     column::protocol, column::frame_number, column::caplen, column::len, column::ip_len,
                     column::ip_id, column::ttl, column::fragment_offset, column::more_fragments, column::tcp_flags,
                     column::tcp_seq, column::tcp_ack, column::tcp_window, column::icmp_type, column::icmp_code,
                     column::icmp_id, column::payload_len, column::stop>;

/// What a row_maker needs to know for rows of the outermost packets: nothing.
struct outermost_packets {};
/// The same for rows of the innermost packets, where `levels->has_short_way` for the columns.
struct innermost_packets {
    level_decoder* levels;
    const tunnel_ports* ports;
};

/// Makes rows out of records, one after the other: `make(record)`. A small value: a loop over many records works on a
/// copy and hands the copy back, so that the maker stays in a few registers meanwhile.
template <class Wanted, class Packets = outermost_packets>
class row_maker {
public:
    row_maker(const batch_writer& writer, std::uint64_t first_frame, const interface_list& interfaces,
              row_filter filter, Wanted wanted, Packets packets) noexcept
        : writer_(&writer),
          row_(writer.first_row()),
          frame_(first_frame),
          interfaces_(&interfaces),
          filter_(filter),
          wanted_(wanted),
          packets_(packets) {}

    PCAPFRAME_ALWAYS_INLINE void operator()(const record& r) noexcept {
        // The default columns are all of the first word, which the end of the row writes.
        if constexpr (!std::is_same_v<Wanted, default_constant_columns>) writer_->begin_row(row_);
        packet_decoder packet(writer_->place(row_), wanted_);
        if constexpr (std::is_same_v<Packets, innermost_packets>) {
            if (packet.decode_common(r, *packets_.ports)) return end(packet, r);
            packet.decode_uncommon(r, *packets_.levels);
        } else if constexpr (std::is_same_v<Wanted, runtime_columns>) {
            packet.decode(r);
        } else {
            // The two ways end apart, so that the end of the short way knows as a constant which values are valid.
            if (packet.decode_common(r)) return end(packet, r);
            packet.decode_uncommon(r);
        }
        end(packet, r);
    }

    /// The same for records that are stored already.
    PCAPFRAME_ALWAYS_INLINE void all(std::span<const record> records) noexcept {
        if constexpr (std::is_same_v<Packets, innermost_packets>) {
            bool has_tunnels = false;
            while (!records.empty()) {
                const std::size_t before = packets_.levels->tunnels();
                const std::size_t count = std::min(piece_records, records.size());
                if (has_tunnels) each_from_afar(records, count);
                else for (const record& r : records.first(count)) (*this)(r);
                has_tunnels = packets_.levels->tunnels() - before > count / 8;
                records = records.subspan(count);
            }
        } else {
            for (const record& r : records) (*this)(r);
        }
    }

    /// Where the next row goes.
    [[nodiscard]] std::size_t row() const noexcept { return row_; }

private:
    /// Records between two looks at whether there are tunnels.
    static constexpr std::size_t piece_records = 64;

    /// Headers within tunnels are further from the start of the frame than the walk over the file has brought near.
    PCAPFRAME_ALWAYS_INLINE void each_from_afar(std::span<const record> records, std::size_t count) noexcept {
        constexpr std::size_t ahead = 12, headers_end = 104;
        for (std::size_t i = 0; i < count; ++i) {
            prefetch(records[std::min(i + ahead, records.size() - 1)].data, headers_end);
            (*this)(records[i]);
        }
    }

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
    [[no_unique_address]] Packets packets_;
};

/// Calls `use(make)` with a row_maker that appends `most` rows at most to a batch.
template <class Wanted, class Packets, class Use>
void with_row_maker(batch& out, std::size_t most, std::uint64_t first_frame, const interface_list& interfaces,
                    row_filter filter, Wanted wanted, Packets packets, Use use) {
    batch_writer writer(out, most);
    row_maker make(writer, first_frame, interfaces, filter, wanted, packets);
    use(make);
    writer.finish(make.row());
}

/// Whether a read has to walk over more than the outermost packet of each frame.
[[nodiscard]] inline bool reads_tunnels(column_set columns, const row_filter& filter) noexcept {
    return !filter.at.is_outermost() || columns.has_any(path_columns);
}

namespace detail {

/// decode_headers where reads_tunnels and there is no short way.
inline void decode_tunnels(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter,
                           level_decoder& decoder) {
    batch_writer writer(out, run.size());
    const runtime_columns wanted{out.set()};
    std::size_t row = writer.first_row();
    std::uint64_t frame = run.first_frame;
    for (const record& r : run.records) {
        writer.begin_row(row);
        packet_decoder packet(writer.place(row), wanted);
        packet.decode(r, decoder);
        packet.fill_record(r, frame++, interfaces);
        row = writer.end_row(row, packet.decoded().valid, filter.keeps(packet.decoded()));
    }
    writer.finish(row);
}

inline void decode_headers(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter) {
    const auto decode = [&](auto wanted, auto packets) {
        with_row_maker(out, run.size(), run.first_frame, interfaces, filter, wanted, packets, [&](auto& make) {
            auto local = make;
            local.all(run.records);
            make = local;
        });
    };
    const auto decode_columns = [&](auto packets) {
        if (out.set() == default_columns) decode(default_constant_columns{}, packets);
        else if (out.set() == flow_constant_columns::set) decode(flow_constant_columns{}, packets);
        else decode(runtime_columns{out.set()}, packets);
    };
    if (!reads_tunnels(out.set(), filter)) return decode_columns(outermost_packets{});
    level_decoder levels(filter.at, *filter.ports, out);
    if (levels.has_short_way(out.set())) decode_columns(innermost_packets{&levels, filter.ports});
    else decode_tunnels(out, run, interfaces, filter, levels);
}

/// Appends the rows, piece by piece, so that the packets are still in the processor's cache when their messages are
/// read.
inline void decode_messages(batch& out, record_run run, const interface_list& interfaces, row_filter filter) {
    constexpr std::size_t piece_max = 128;
    const column_set wanted = out.set();
    message_memory memory(out.own_arena());
    payload_finder find(filter.at, *filter.ports);
    while (!run.records.empty()) {
        const record_run piece{run.records.first(std::min(piece_max, run.size())), run.first_frame};
        std::size_t row = out.rows();
        decode_headers(out, piece, interfaces, filter);
        const batch_writer writer(out, 0);
        for (const record& r : piece.records) {
            packet_payload payload;
            if (!filter.keeps(find(r, payload))) continue;
            message_row fields(writer.place(row), wanted, writer.valid(row), memory);
            fill_message(fields, payload);
            ++row;
        }
        run.records = run.records.subspan(piece.size());
        run.first_frame += piece.size();
    }
}

}  // namespace detail

/// Appends the rows of a run to a batch.
inline void decode_run(batch& out, const record_run& run, const interface_list& interfaces, row_filter filter) {
    if (out.set().has_any(message_columns)) detail::decode_messages(out, run, interfaces, filter);
    else detail::decode_headers(out, run, interfaces, filter);
}

}  // namespace pcapframe
