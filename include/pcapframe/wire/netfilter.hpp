// Packets of Linux' netfilter: LINKTYPE_NFLOG, and netlink messages that log or queue a packet (LINKTYPE_NETLINK, and
// cooked captures of a netlink monitor).
//
// `check` guarantees the bytes that `next` reads. All three hold a packet in a list of attributes, in the byte order of
// the machine that captured. Source: https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html and LINKTYPE_NETLINK.html;
// Linux' uapi headers netlink.h, nfnetlink.h, nfnetlink_log.h and nfnetlink_queue.h.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

namespace detail {

/// Which attributes of a message name the packet: the numbers differ between logs and queues.
struct netfilter_attributes {
    std::uint16_t payload = 0;       ///< the attribute that is the packet
    std::uint16_t packet_header = 0; ///< the attribute that names its ethertype
    std::size_t ethertype_at = 0;    ///< where in that attribute, in bytes; in network byte order
};

/// The layer of an address family; `none` for bridges and others, whose packets are named by their ethertype.
[[nodiscard]] constexpr layer layer_of_linux_family(std::uint8_t family) noexcept {
    return family == 2 ? layer::ipv4 : family == 10 ? layer::ipv6 : layer::none;
}

/// What a list of attributes, `at` bytes into `packet`, leads to. More bytes than the packet has: the list is cut, or
/// has no packet.
[[nodiscard]] constexpr next_header after_attributes(bytes_view packet, std::size_t at, layer by_family,
                                                     netfilter_attributes names) noexcept {
    constexpr std::size_t header = 4;
    std::uint16_t type_of_packet = 0;
    while (at + header <= packet.size()) {
        // Types are small and never 0, but for two flags, so the byte order shows in which byte of a type is empty.
        // How much was captured says nothing: a cut packet has the same order.
        const std::uint8_t* p = packet.data() + at;
        const bool little = (p[3] & 0x7f) == 0 && (p[2] != 0 || p[1] == 0);
        const std::size_t length = little ? load_le16(p) : load_be16(p);
        const std::uint16_t type = (little ? load_le16(p + 2) : load_be16(p + 2)) & 0x7fff;
        if (type == names.payload && by_family != layer::none) return {at + header, by_family};
        if (type == names.payload) return {at + header, layer::none, type_of_packet};
        if (length < header) break;
        const std::size_t ethertype_at = at + header + names.ethertype_at;
        if (type == names.packet_header && length >= header + names.ethertype_at + 2 &&
            ethertype_at + 2 <= packet.size())
            type_of_packet = load_be16(packet.data() + ethertype_at);
        at += (length + 3) & ~std::size_t{3};
    }
    return {packet.size() + 1};
}

inline constexpr netfilter_attributes log_attributes{9, 1, 0}, queue_attributes{10, 1, 4};

}  // namespace detail

/// LINKTYPE_NFLOG: family, version, resource; then attributes, one of which is the packet.
class nflog_view {
public:
    [[nodiscard]] static constexpr checked<nflog_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 4;
        if (packet.size() < fixed) return no_view;
        const next_header next = detail::after_attributes(packet, fixed, detail::layer_of_linux_family(packet[0]),
                                                          detail::log_attributes);
        return next.bytes > packet.size() ? no_view : checked(nflog_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit nflog_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

/// A netlink message of netfilter: its header, family, version and resource, attributes. Leads on where the message
/// logs or queues a packet.
class netlink_view {
public:
    [[nodiscard]] static constexpr checked<netlink_view> check(bytes_view message) noexcept {
        constexpr std::size_t type_at = 4, family_at = 16, attributes_at = 20;
        constexpr std::uint8_t queue = 3, log = 4, packet = 0;
        if (message.size() < type_at + 2) return no_view;
        // The type is the subsystem and the kind of message, in one byte each and in either order.
        const std::uint8_t* type = message.data() + type_at;
        const std::uint8_t subsystem = type[0] == packet ? type[1] : type[0];
        const bool is_packet = type[0] == packet || type[1] == packet;
        if (!is_packet || (subsystem != queue && subsystem != log)) return netlink_view({});
        if (message.size() < attributes_at) return no_view;
        const next_header next = detail::after_attributes(
            message, attributes_at, detail::layer_of_linux_family(message[family_at]),
            subsystem == queue ? detail::queue_attributes : detail::log_attributes);
        return next.bytes > message.size() ? no_view : checked(netlink_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

    /// The protocol of netlink, as cooked headers give it, whose messages these are.
    static constexpr std::uint16_t netfilter = 12;

private:
    constexpr explicit netlink_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

}  // namespace pcapframe::wire
