// The IPv4 header. Source: RFC 791 section 3.1; RFC 2474 (DSCP) and RFC 3168 (ECN) for its second byte.
//
// `check` guarantees the 20 bytes of the fixed header. The check does not look at the version, at the header length
// (which may be below 20 or beyond the bytes) or at the total length: `header_length` and `total_length` are claims.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// An IPv4 header (RFC 791, section 3.1). Numbers are in the byte order of the machine.
class ipv4_view {
public:
    static constexpr std::size_t header_bytes = 20;

    [[nodiscard]] static constexpr checked<ipv4_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ipv4_view(packet.data()));
    }
    [[nodiscard]] static constexpr ipv4_view of(const std::uint8_t* p) noexcept { return ipv4_view(p); }

    [[nodiscard]] constexpr unsigned version() const noexcept { return p_[0] >> 4; }
    /// Bytes, 0 to 60.
    [[nodiscard]] constexpr std::size_t header_length() const noexcept { return (p_[0] & 0x0fU) * 4; }
    [[nodiscard]] constexpr std::uint8_t dscp() const noexcept { return static_cast<std::uint8_t>(p_[1] >> 2); }
    [[nodiscard]] constexpr std::uint8_t ecn() const noexcept { return p_[1] & 3; }
    /// Bytes of header and data; 0 where a network card was to fill the length in (segmentation offload).
    [[nodiscard]] constexpr std::uint16_t total_length() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] constexpr std::uint16_t identification() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr bool more_fragments() const noexcept { return (p_[6] & 0x20) != 0; }
    /// Bytes from the start of the original datagram's data.
    [[nodiscard]] constexpr std::uint16_t fragment_offset() const noexcept {
        return static_cast<std::uint16_t>((load_be16(p_ + 6) & 0x1fff) * 8);
    }
    /// Whether the packet is a part of a fragmented datagram, the first included.
    [[nodiscard]] constexpr bool is_fragment() const noexcept { return (load_be16(p_ + 6) & 0x3fff) != 0; }
    [[nodiscard]] constexpr std::uint8_t ttl() const noexcept { return p_[8]; }
    [[nodiscard]] constexpr std::uint8_t protocol() const noexcept { return p_[9]; }
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept { return load_be16(p_ + 10); }
    /// Four bytes each.
    [[nodiscard]] constexpr const std::uint8_t* source() const noexcept { return p_ + 12; }
    [[nodiscard]] constexpr const std::uint8_t* destination() const noexcept { return p_ + 16; }

private:
    constexpr explicit ipv4_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
