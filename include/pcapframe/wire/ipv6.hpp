// The IPv6 header and its extension headers. Source: RFC 8200; RFC 4302 (AH), RFC 6275 (mobility), RFC 7401 (HIP), RFC
// 5533 (shim6).
//
// `ipv6_view::check` guarantees the 40 bytes of the fixed header, `ipv6_extension_view::check` the first 8 bytes of an
// extension header. Neither check vouches for the payload length, the length of the extension or the next header.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/protocols.hpp>

namespace pcapframe::inline v0_2::wire {

/// An IPv6 header (RFC 8200, section 3). Numbers are in the byte order of the machine.
class ipv6_view {
public:
    static constexpr std::size_t header_bytes = 40;

    [[nodiscard]] static constexpr checked<ipv6_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ipv6_view(packet.data()));
    }
    [[nodiscard]] static constexpr ipv6_view of(const std::uint8_t* p) noexcept { return ipv6_view(p); }

    [[nodiscard]] constexpr unsigned version() const noexcept { return p_[0] >> 4; }
    [[nodiscard]] constexpr std::uint8_t dscp() const noexcept {
        return static_cast<std::uint8_t>(((p_[0] & 0x0f) << 2) | (p_[1] >> 6));
    }
    [[nodiscard]] constexpr std::uint8_t ecn() const noexcept { return (p_[1] >> 4) & 3; }
    /// 20 bits.
    [[nodiscard]] constexpr std::uint32_t flow_label() const noexcept { return load_be32(p_) & 0xfffff; }
    /// Bytes after the 40; 0 for jumbograms and where a network card was to fill the length in.
    [[nodiscard]] constexpr std::uint16_t payload_length() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr std::uint8_t next_header() const noexcept { return p_[6]; }
    [[nodiscard]] constexpr std::uint8_t hop_limit() const noexcept { return p_[7]; }
    /// Sixteen bytes each.
    [[nodiscard]] constexpr const std::uint8_t* source() const noexcept { return p_ + 8; }
    [[nodiscard]] constexpr const std::uint8_t* destination() const noexcept { return p_ + 24; }

private:
    constexpr explicit ipv6_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// The extension headers that stand between the IPv6 header and the protocol (RFC 8200, section 4). ESP, behind which
/// nothing can be read, counts as a protocol here.
[[nodiscard]] constexpr bool is_ipv6_extension(std::uint8_t next_header) noexcept {
    switch (next_header) {
        case ip_protocol::hop_by_hop:
        case ip_protocol::routing:
        case ip_protocol::fragment:
        case ip_protocol::ah:
        case ip_protocol::destination_options:
        case ip_protocol::mobility:
        case ip_protocol::hip:
        case ip_protocol::shim6: return true;
        default: return false;
    }
}

/// The field of a Fragment header: bytes from the start of the fragmentable part, in units of eight.
[[nodiscard]] constexpr std::uint16_t fragment_offset_field(const std::uint8_t* p) noexcept {
    return load_be16(p) & 0xfff8;
}

/// An extension header (RFC 8200, section 4).
class ipv6_extension_view {
public:
    static constexpr std::size_t smallest_bytes = 8;

    [[nodiscard]] static constexpr checked<ipv6_extension_view> check(bytes_view header) noexcept {
        return header.size() < smallest_bytes ? no_view : checked(ipv6_extension_view(header.data()));
    }

    [[nodiscard]] constexpr std::uint8_t next_header() const noexcept { return p_[0]; }
    /// Bytes of the whole extension header; the Fragment header has always 8, and AH, which IPv4 has too, counts in
    /// units of four (RFC 4302, section 2.2).
    [[nodiscard]] constexpr std::size_t length(std::uint8_t kind) const noexcept {
        if (kind == ip_protocol::ah) return (std::size_t{p_[1]} + 2) * 4;
        return kind == ip_protocol::fragment ? smallest_bytes : (std::size_t{p_[1]} + 1) * 8;
    }
    /// Of a Fragment header: bytes from the start of the fragmentable part.
    [[nodiscard]] constexpr std::uint16_t fragment_offset() const noexcept { return fragment_offset_field(p_ + 2); }
    [[nodiscard]] constexpr bool more_fragments() const noexcept { return (p_[3] & 1) != 0; }
    [[nodiscard]] constexpr std::uint32_t identification() const noexcept { return load_be32(p_ + 4); }

private:
    constexpr explicit ipv6_extension_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
