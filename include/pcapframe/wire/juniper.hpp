// Juniper's link types: a header with a magic number and flags, extensions, a cookie of the interface card, the packet.
//
// `check` guarantees the bytes that `next` reads. Several cards do not say what they carry: then the first bytes do, as
// far as they are a known header. Source: https://www.tcpdump.org/linktypes.html, and what tcpdump 4.99 and Wireshark
// 4.0 read.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// The header that every link type of Juniper begins with.
class juniper_header {
public:
    [[nodiscard]] static constexpr checked<juniper_header> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 4;
        constexpr std::uint32_t magic = 0x4d4743;
        if (packet.size() < fixed) return no_view;
        juniper_header header;
        const std::uint32_t word = load_be32(packet.data());
        header.has_magic_ = word >> 8 == magic;
        header.flags_ = static_cast<std::uint8_t>(word);
        header.bytes_ = fixed;
        if (!header.has_magic_ || !header.has_extensions()) return header;
        if (packet.size() < fixed + 2) return no_view;
        header.bytes_ += 2 + std::size_t{load_be16(packet.data() + fixed)};
        return packet.size() < header.bytes_ ? no_view : checked(header);
    }

    [[nodiscard]] constexpr bool has_magic() const noexcept { return has_magic_; }
    [[nodiscard]] constexpr std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] constexpr bool is_incoming() const noexcept { return (flags_ & 0x01) != 0; }
    /// The card's own header was taken out: four bytes with the protocol stand in its place.
    [[nodiscard]] constexpr bool without_link_header() const noexcept { return (flags_ & 0x02) != 0; }

private:
    [[nodiscard]] constexpr bool has_extensions() const noexcept { return (flags_ & 0x80) != 0; }

    std::size_t bytes_ = 0;
    std::uint8_t flags_ = 0;
    bool has_magic_ = false;
};

namespace detail {

/// The protocols that Juniper numbers, as far as they lead on.
[[nodiscard]] constexpr layer juniper_protocol(std::uint32_t number) noexcept {
    switch (number) {
        case 2:
        case 3: return layer::ipv4;
        case 6:
        case 7: return layer::ipv6;
        case 4:
        case 5:
        case 8:
        case 32: return layer::mpls;
        case 200: return layer::ppp;
        case 202:
        case 203: return layer::llc;
        case 204: return layer::ethernet;
        case 207: return layer::frame_relay;
        case 208: return layer::chdlc;
        default: return layer::none;
    }
}

/// IPv4 or IPv6 where a packet looks like one by its first byte.
[[nodiscard]] constexpr layer ip_by_first_byte(bytes_view packet) noexcept {
    if (packet.empty()) return layer::none;
    if (packet[0] >= 0x45 && packet[0] <= 0x4f) return layer::ipv4;
    return packet[0] >> 4 == 6 ? layer::ipv6 : layer::none;
}

/// Whether a packet begins with a protocol number of PPP that these routers use.
[[nodiscard]] constexpr bool looks_like_ppp(bytes_view packet) noexcept {
    if (packet.size() < 2) return false;
    switch (load_be16(packet.data())) {
        case 0x0021:
        case 0x0023:
        case 0x003d:
        case 0x0057:
        case 0x0281:
        case 0x0283:
        case 0x8021:
        case 0x8023:
        case 0x8057:
        case 0x8281:
        case 0xc021:
        case 0xc023:
        case 0xc223: return true;
        default: return false;
    }
}

/// What follows the cookie of a services card (the link services of MLPPP, MLFR and MFR): 8 bytes that begin with 0x47.
[[nodiscard]] constexpr next_header after_service_cookie(bytes_view cookie) noexcept {
    constexpr std::size_t bytes = 8;
    if (cookie.size() < bytes) return {bytes};
    switch (cookie[5] & 0x70) {
        case 0x00: return {bytes, (cookie[4] & 3) == 3 ? layer::ppp : layer::ipv4};
        case 0x10: return {bytes, layer::ipv6};
        case 0x20: return {bytes, layer::mpls};
        default: return {bytes};
    }
}

inline constexpr std::uint8_t service_cookie = 0x47, link_service_cookie = 0x54;

// One function a card: what comes after the header, counted from there.

[[nodiscard]] constexpr next_header after_atm_cookie(bytes_view rest, std::size_t cookie_bytes,
                                                     bool incoming) noexcept {
    if (rest.size() < cookie_bytes + 3) return {cookie_bytes + 3};
    const bytes_view packet = rest.subspan(cookie_bytes);
    const bool second = cookie_bytes == 8;
    const bool management_cell = second ? (rest[7] & 0x70) != 0 : rest[0] == 0x80;
    if (management_cell) return {cookie_bytes};
    const std::uint32_t first = load_be32(rest.data() + cookie_bytes - 1) & 0xff'ffff;
    if (first == 0xfefe03 || first == 0xaaaa03) return {cookie_bytes, layer::llc};
    const bool gap = second && !incoming && (rest[3] & 0x3f) != 0;
    if (gap) return {cookie_bytes, layer::ethernet};
    if (second && looks_like_ppp(packet)) return {cookie_bytes, layer::ppp};
    if (packet[0] == 0x03) return {cookie_bytes, layer::osi};
    return {cookie_bytes, ip_by_first_byte(packet)};
}

[[nodiscard]] constexpr next_header after_mlppp(bytes_view rest) noexcept {
    if (rest.size() < 4) return {4};
    if (rest[0] == service_cookie) return after_service_cookie(rest);
    if (rest[0] == link_service_cookie) {
        const bytes_view packet = rest.subspan(4);
        if (packet.empty()) return {5};
        return {4, looks_like_ppp(packet) ? layer::ppp : ip_by_first_byte(packet)};
    }
    if (load_be16(rest.data()) == 0xff03) return {0, layer::ppp};
    if (looks_like_ppp(rest.subspan(2))) return {2, layer::ppp};
    return {0, looks_like_ppp(rest) ? layer::ppp : layer::none};
}

/// A bundle of frame relay links: behind a cookie of `cookie_bytes`, control and NLPID.
[[nodiscard]] constexpr next_header after_frame_relay_bundle(bytes_view rest, std::size_t cookie_bytes) noexcept {
    if (rest.empty()) return {1};
    if (rest[0] == service_cookie) return after_service_cookie(rest);
    if (rest[0] == link_service_cookie) cookie_bytes += 2;
    if (rest.size() < cookie_bytes + 1) return {cookie_bytes + 1};
    return {cookie_bytes, rest[cookie_bytes] == 0x03 ? layer::osi : layer::none};
}

[[nodiscard]] constexpr next_header after_ggsn(bytes_view rest) noexcept {
    constexpr std::size_t short_bytes = 4, long_bytes = 8;
    if (rest.size() < short_bytes) return {short_bytes};
    // The protocol stands first, in little-endian order, or third, in a header that is twice as long.
    const layer first = juniper_protocol(load_le16(rest.data()));
    if (first != layer::none) return {short_bytes, first};
    return {long_bytes, juniper_protocol(rest[2])};
}

[[nodiscard]] constexpr next_header after_services(bytes_view rest, bool incoming) noexcept {
    constexpr std::size_t cookie_bytes = 8;
    const std::size_t bytes = incoming ? 16 : 12;
    if (rest.size() <= bytes) return {bytes + 1};
    const layer usual = ip_by_first_byte(rest.subspan(bytes));
    if (usual != layer::none) return {bytes, usual};
    return {cookie_bytes, ip_by_first_byte(rest.subspan(cookie_bytes))};
}

[[nodiscard]] constexpr next_header after_monitor(bytes_view rest) noexcept {
    constexpr std::size_t cookie_bytes = 8;
    if (rest.size() <= cookie_bytes) return {cookie_bytes + 1};
    return {cookie_bytes, ip_by_first_byte(rest.subspan(cookie_bytes))};
}

[[nodiscard]] constexpr next_header after_pppoe_atm(bytes_view rest) noexcept {
    return {2, layer::none, rest.size() < 2 ? std::uint16_t{0} : load_be16(rest.data())};
}

/// An encryption card: the headers of a tunnel in front of the packet, which only some kinds of it count as their own.
[[nodiscard]] constexpr next_header after_encryption(bytes_view rest) noexcept {
    constexpr std::size_t header_bytes = 16, kind_at = 3;
    if (rest.size() < header_bytes) return {header_bytes};
    switch (rest[kind_at]) {
        case 1:
        case 2: return {0, ip_by_first_byte(rest)};
        case 3:
        case 4:
        case 5: return {header_bytes, layer::ip};
        default: return {header_bytes};
    }
}

/// A secure tunnel: the Ethernet, IPv4 and ESP headers of the tunnel and 16 bytes more, then the packet in the clear.
[[nodiscard]] constexpr next_header after_secure_tunnel(bytes_view rest) noexcept {
    constexpr std::size_t ethernet_bytes = 14, protocol_at = 9, ip_bytes_least = 20, esp_bytes = 8, unknown_bytes = 16;
    constexpr std::uint8_t esp = 50;
    if (rest.size() < ethernet_bytes + ip_bytes_least) return {ethernet_bytes + ip_bytes_least};
    const std::size_t ip_bytes = (rest[ethernet_bytes] & 0x0fU) * std::size_t{4};
    const std::size_t bytes = ethernet_bytes + ip_bytes + esp_bytes + unknown_bytes;
    const bool is_tunnel = load_be16(rest.data() + ethernet_bytes - 2) == ethertype::ipv4 &&
                           rest[ethernet_bytes + protocol_at] == esp && ip_bytes >= ip_bytes_least;
    if (!is_tunnel) return {ethernet_bytes};
    if (rest.size() <= bytes) return {bytes + 1};
    return {bytes, ip_by_first_byte(rest.subspan(bytes))};
}

[[nodiscard]] constexpr next_header after_juniper_header(layer card, bytes_view rest, bool incoming) noexcept {
    switch (card) {
        case layer::juniper_ethernet: return {0, layer::ethernet};
        case layer::juniper_ppp: return {0, layer::ppp};
        case layer::juniper_chdlc: return {0, layer::chdlc};
        case layer::juniper_frame_relay: return {0, layer::frame_relay};
        case layer::juniper_atm1: return after_atm_cookie(rest, 4, incoming);
        case layer::juniper_atm2: return after_atm_cookie(rest, 8, incoming);
        case layer::juniper_mlppp: return after_mlppp(rest);
        case layer::juniper_mlfr: return after_frame_relay_bundle(rest, 2);
        case layer::juniper_mfr: return after_frame_relay_bundle(rest, 4);
        case layer::juniper_ggsn: return after_ggsn(rest);
        case layer::juniper_services: return after_services(rest, incoming);
        case layer::juniper_monitor: return after_monitor(rest);
        case layer::juniper_voice: return {18, layer::ipv4};
        case layer::juniper_es: return after_encryption(rest);
        case layer::juniper_st: return after_secure_tunnel(rest);
        default: return after_pppoe_atm(rest);
    }
}

}  // namespace detail

/// A packet of one of the link types, by the layer that names its card.
template <layer Card>
class juniper_view {
public:
    [[nodiscard]] static constexpr checked<juniper_view> check(bytes_view packet) noexcept {
        const auto header = juniper_header::check(packet);
        if (!header) return no_view;
        if (!header->has_magic()) return juniper_view({});
        const bytes_view rest = packet.subspan(header->bytes());
        next_header inner = header->without_link_header()
                                ? after_protocol(rest)
                                : detail::after_juniper_header(Card, rest, header->is_incoming());
        if (inner.bytes > rest.size()) return no_view;
        inner.bytes += header->bytes();
        return juniper_view(inner);
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit juniper_view(next_header next) noexcept : next_(next) {}

    /// Four bytes of a protocol number, whose first one counts.
    static constexpr next_header after_protocol(bytes_view rest) noexcept {
        constexpr std::size_t bytes = 4;
        if (rest.size() < bytes) return {bytes};
        const layer named = detail::juniper_protocol(rest[0]);
        return {bytes, named != layer::none ? named : detail::ip_by_first_byte(rest.subspan(bytes))};
    }

    next_header next_;
};

/// LINKTYPE_JUNIPER_VN: fields of type and length up to the one that ends them, then an Ethernet frame.
class juniper_vn_view {
public:
    [[nodiscard]] static constexpr checked<juniper_vn_view> check(bytes_view packet) noexcept {
        constexpr std::size_t header = 2;
        constexpr std::uint8_t last_known = 4, end = 255;
        for (std::size_t at = 0; at + header <= packet.size();) {
            const std::uint8_t type = packet[at];
            const std::size_t length = packet[at + 1];
            const bool is_known = type >= 1 && type <= last_known;
            if (type != end && !is_known) return juniper_vn_view({});
            at += header + length;
            if (at > packet.size()) return no_view;
            if (type == end) return juniper_vn_view({at, layer::ethernet});
        }
        return no_view;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit juniper_vn_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

}  // namespace pcapframe::wire
