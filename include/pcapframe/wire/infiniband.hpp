// InfiniBand packets, on their own links and over Ethernet (RoCE), as far as they carry IP.
//
// `check` guarantees the bytes that `next` reads. Which packets carry IP is agreed on elsewhere: a payload that begins
// with an ethertype and two bytes of zero is taken for RFC 4391's encapsulation, as Wireshark takes it.
// Source: InfiniBand Architecture Specification volume 1 chapters 7 to 9, RFC 4391 section 6.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

namespace detail {

/// What follows a base transport header that stands `at` bytes into the packet. More bytes than the packet has: cut.
[[nodiscard]] constexpr next_header after_transport_header(bytes_view packet, std::size_t at) noexcept {
    constexpr std::size_t base_bytes = 12, datagram_bytes = 8, immediate_bytes = 4, encapsulation_bytes = 4;
    if (packet.size() < at + base_bytes) return {at + base_bytes};
    std::size_t end = at + base_bytes;
    switch (packet[at]) {
        case 0x00:  // reliable and unreliable connections: the first packet of a message, and the only one
        case 0x04:
        case 0x20:
        case 0x24: break;
        case 0x05:  // with immediate data
        case 0x25: end += immediate_bytes; break;
        case 0x64: end += datagram_bytes; break;  // unreliable datagrams
        case 0x65: end += datagram_bytes + immediate_bytes; break;
        default: return {end};
    }
    if (packet.size() < end + encapsulation_bytes) return {end + encapsulation_bytes};
    const bool is_ip = load_be16(packet.data() + end + 2) == 0;
    return {end + encapsulation_bytes, layer::none, is_ip ? load_be16(packet.data() + end) : std::uint16_t{0}};
}

inline constexpr std::size_t route_header_bytes = 40;

}  // namespace detail

/// LINKTYPE_INFINIBAND: a local route header, which says which header is next.
class infiniband_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<infiniband_view> check(bytes_view packet) noexcept {
        if (packet.size() < header_bytes) return no_view;
        const next_header next = after_local_route(packet);
        return next.bytes > packet.size() ? no_view : checked(infiniband_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit infiniband_view(next_header next) noexcept : next_(next) {}

    static constexpr next_header after_local_route(bytes_view packet) noexcept {
        constexpr std::size_t raw_bytes = 4;
        switch (packet[1] & 3) {
            case 0:
                if (packet.size() < header_bytes + raw_bytes) return {header_bytes + raw_bytes};
                return {header_bytes + raw_bytes, layer::none, load_be16(packet.data() + header_bytes + 2)};
            case 1: return {header_bytes, layer::ipv6};
            case 2: return detail::after_transport_header(packet, header_bytes);
            default: return detail::after_transport_header(packet, header_bytes + detail::route_header_bytes);
        }
    }

    next_header next_;
};

/// RoCE: a global route header behind an ethertype, then the transport header.
class infiniband_grh_view {
public:
    [[nodiscard]] static constexpr checked<infiniband_grh_view> check(bytes_view packet) noexcept {
        const next_header next = detail::after_transport_header(packet, detail::route_header_bytes);
        return next.bytes > packet.size() ? no_view : checked(infiniband_grh_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit infiniband_grh_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

}  // namespace pcapframe::wire
