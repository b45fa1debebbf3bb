// From a captured frame to a row: the short way where it serves, and the walk where it does not.
//
// Total on any bytes. Values that were read before the decoding stopped stay valid, down to single fields of a header
// that the snapshot length cut.
#pragma once

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/common_packet.hpp>
#include <pcapframe/decode/fill_packet.hpp>
#include <pcapframe/decode/level_decoder.hpp>
#include <pcapframe/decode/walk_packet.hpp>

namespace pcapframe::inline v0_2 {

/// Decodes one packet. Made anew for each packet: the decoder is a handful of registers once inlined.
template <class Wanted>
class packet_decoder {
public:
    packet_decoder(row_place out, Wanted wanted) noexcept : row_(out, wanted) {}

    /// Fills the wanted columns of the row, all but those that only the source knows (`fill_record`). `wire_bytes`,
    /// where known, tells a frame that was cut when it was captured from a frame whose headers lie.
    PCAPFRAME_ALWAYS_INLINE void decode(bytes_view frame, std::uint16_t type,
                                        std::size_t wire_bytes = ~std::size_t{0}) noexcept {
        if (!common_packet(row_).fill_untagged(frame, type)) decode_uncommon(frame, type, wire_bytes);
    }
    PCAPFRAME_ALWAYS_INLINE void decode(const record& r) noexcept {
        if (!decode_common(r)) decode_uncommon(r);
    }

    /// The same by a decoder that knows tunnels.
    void decode(const record& r, level_decoder& levels) {
        row_.decoded = levels.decode(row_.place(), row_.wanted(), r);
    }

    /// The halves of the latter where `levels.has_short_way`.
    PCAPFRAME_ALWAYS_INLINE bool decode_common(const record& r, const tunnel_ports& ports) noexcept {
        return level_decoder::decode_common(row_, r, ports);
    }
    PCAPFRAME_ALWAYS_INLINE void decode_uncommon(const record& r, level_decoder& levels) {
        row_.decoded = levels.decode_uncommon(row_.place(), row_.wanted(), r);
    }

    /// The two halves of `decode`, for a loop in which most packets are to take the short way to its end. False, with
    /// nothing filled, for a packet that is not of the common shape.
    PCAPFRAME_ALWAYS_INLINE bool decode_common(const record& r) noexcept {
        if (!common_packet(row_).fill_untagged(r.bytes(), r.link_type)) return false;
        row_.put_tag_in_front(r);
        return true;
    }
    PCAPFRAME_ALWAYS_INLINE void decode_uncommon(const record& r) noexcept {
        decode_uncommon(r.bytes(), r.link_type, r.len);
        row_.put_tag_in_front(r);
    }

    /// Fills the wanted columns that are known before any header is read.
    PCAPFRAME_ALWAYS_INLINE void fill_record(const record& r, std::uint64_t frame_number,
                                             const interface_list& interfaces) noexcept {
        row_.put_record(r, frame_number, interfaces);
    }

    [[nodiscard]] const decoded_packet& decoded() const noexcept { return row_.decoded; }

private:
    PCAPFRAME_ALWAYS_INLINE void decode_uncommon(bytes_view frame, std::uint16_t type,
                                                 std::size_t wire_bytes) noexcept {
        row_.decoded =
            decode_any(row_.place(), row_.wanted(), row_.decoded.valid, frame, type, frame.size() < wire_bytes);
    }

    /// Any frame. Has a row of its own, so that the row of the common way stays in registers.
    PCAPFRAME_NOINLINE static decoded_packet decode_any(row_place out, Wanted wanted, std::uint64_t valid,
                                                        bytes_view frame, std::uint16_t type,
                                                        bool may_be_sliced) noexcept {
        packet_row row(out, wanted, valid);
        if (common_packet(row).fill_tagged(frame, type)) return row.decoded;
        header_path path;
        const walked_packet walked = walk_packet(walkable(frame), type, may_be_sliced, path);
        row.put_walked(frame, walked, path);
        return row.decoded;
    }

    packet_row<Wanted> row_;
};

}  // namespace pcapframe
