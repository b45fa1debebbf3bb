// VLAN tags between the outermost one, which the kernel hands out beside a packet, and the ethertype that the kernel
// gives for the packet.
#pragma once

#include <cstdint>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/wire/ipv4.hpp>
#include <pcapframe/wire/ipv6.hpp>

namespace pcapframe::inline v0_2::detail {

/// Whether a packet that begins with IP's own header could be an IP packet. `len` is the packet's length on the wire.
inline bool begins_with_ip(bytes_view packet, std::uint16_t protocol, std::size_t len) noexcept {
    if (protocol == ethertype::ipv6) {
        const auto header = wire::ipv6_view::check(packet);
        return header && packet[0] >> 4 == 6 && header->payload_length() + std::size_t{40} <= len;
    }
    constexpr std::size_t fixed_bytes = 20;
    if (packet.size() < fixed_bytes || packet[0] >> 4 != 4) return false;
    const std::size_t header_bytes = 4 * (packet[0] & 15U);
    if (header_bytes < fixed_bytes || header_bytes > packet.size()) return false;
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < header_bytes; at += 2) sum += load_be16(packet.data() + at);
    sum = (sum >> 16) + (sum & 0xffff);
    return sum == 0xffff || sum == 0x1'fffe;
}

/// Whether a packet without a link header, whose outermost tag the kernel has taken out, begins in the middle of a
/// second tag: with its TCI, behind which stand further tags or `protocol`.
///
/// From Linux 6.10 on (commit 79eecf631c14, "af_packet: Handle outgoing VLAN packets without hardware offloading") such
/// a packet is said to be of the ethertype behind all of its tags, while its bytes still begin behind the first tag. In
/// earlier versions such a packet was said to be of the second tag's ethertype, which now stands nowhere. Of packets
/// that are sent without the help of the card the bytes begin behind all tags: then there is no second tag. So the
/// bytes have to tell. Bytes that make sense as IP are IP and no tag.
inline bool begins_in_tag(bytes_view packet, std::uint16_t protocol, std::size_t len) noexcept {
    // What the kernel takes for a tag: 0x9100 is none.
    const auto is_tag = [](std::uint16_t type) { return type == ethertype::vlan || type == ethertype::service_vlan; };
    if (is_tag(protocol)) return false;
    constexpr std::size_t tags_max = 8;
    constexpr std::size_t tag_bytes = 4;
    for (std::size_t tags = 1; tags <= tags_max && packet.size() >= tags * tag_bytes; ++tags) {
        const std::uint16_t type = load_be16(packet.data() + tags * tag_bytes - 2);
        if (is_tag(type)) continue;
        if (type != protocol) return false;
        if (type != ethertype::ipv4 && type != ethertype::ipv6) return true;
        return !begins_with_ip(packet, protocol, len);
    }
    return false;
}

}  // namespace pcapframe::detail
