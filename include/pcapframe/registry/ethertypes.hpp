// THE list of ethertypes: the number, what follows it, and the name of a frame whose decoding ends there.
//
// The decoder steps by it, the filter compiler takes its numbers from it. 0x8870 stands for the length of an LLC frame
// that is too long for a length field. Source: the IEEE registration authority's list; IEEE 802.1Q, 802.1ah, 802.1BR,
// 802.1CB, IEC 62439-3, RFC 6325 (TRILL), RFC 1701 (0x6558, 0x6559), and what Wireshark 4.0 and tcpdump 4.99 read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

// One row an ethertype, in order: its name here, its number, the header that follows (`none`: nothing that leads to IP)
// and the text of the `protocol` column, empty where the number is shown.
#define PCAPFRAME_ETHERTYPES(X)                                     \
    X(ipv4, 0x0800, ipv4, "ipv4")                                   \
    X(arp, 0x0806, none, "arp")                                     \
    X(wake_on_lan, 0x0842, none, "wol")                             \
    X(bpq, 0x08ff, bpq, "")                                         \
    X(trill, 0x22f3, trill, "")                                     \
    X(centrino, 0x2452, ieee802_11, "")                             \
    X(batman, 0x4305, batman, "batman")                             \
    X(decnet, 0x6003, none, "decnet")                               \
    X(lat, 0x6004, none, "lat")                                     \
    X(gre_ethernet, 0x6400, ethernet, "")                           \
    X(transparent_ethernet, 0x6558, ethernet, "")                   \
    X(raw_frame_relay, 0x6559, frame_relay, "")                     \
    X(rarp, 0x8035, none, "rarp")                                   \
    X(atalk, 0x809b, none, "atalk")                                 \
    X(aarp, 0x80f3, none, "aarp")                                   \
    X(vlan, 0x8100, vlan, "")                                       \
    X(ipx, 0x8137, none, "ipx")                                     \
    X(ipv6, 0x86dd, ipv6, "ipv6")                                   \
    X(pause, 0x8808, none, "pause")                                 \
    X(slow_protocols, 0x8809, none, "slow")                         \
    X(ppp, 0x880b, ppp, "ppp")                                      \
    X(mpls, 0x8847, mpls, "mpls")                                   \
    X(mpls_upstream, 0x8848, mpls, "mpls")                          \
    X(pppoe_discovery, 0x8863, none, "pppoed")                      \
    X(pppoe_session, 0x8864, pppoe, "pppoes")                       \
    X(long_llc, 0x8870, llc, "")                                    \
    X(eapol, 0x888e, none, "eapol")                                 \
    X(profinet, 0x8892, none, "profinet")                           \
    X(ethercat, 0x88a4, none, "ethercat")                           \
    X(service_vlan, 0x88a8, vlan, "")                               \
    X(goose, 0x88b8, none, "goose")                                 \
    X(lwapp, 0x88bb, lwapp, "lwapp")                                \
    X(lldp, 0x88cc, none, "lldp")                                   \
    X(macsec, 0x88e5, macsec, "macsec")                             \
    X(backbone_service, 0x88e7, backbone_service_tag, "")           \
    X(ptp, 0x88f7, none, "ptp")                                     \
    X(cfm, 0x8902, none, "cfm")                                     \
    X(fabricpath, 0x8903, fabricpath, "")                           \
    X(fcoe, 0x8906, none, "fcoe")                                   \
    X(cisco_metadata, 0x8909, cisco_metadata, "")                   \
    X(roce, 0x8915, infiniband_grh, "roce")                         \
    X(vn_tag, 0x8926, vn_tag, "")                                   \
    X(hsr, 0x892f, hsr, "")                                         \
    X(e_tag, 0x893f, e_tag, "")                                     \
    X(nsh, 0x894f, nsh, "")                                         \
    X(loop, 0x9000, none, "loop")                                   \
    X(old_service_vlan, 0x9100, vlan, "")                           \
    X(other_service_vlan, 0x9200, vlan, "")                         \
    X(old_lwapp, 0xbbbb, lwapp, "lwapp")                            \
    X(arista, 0xd28b, arista_timestamp, "")                         \
    X(redundancy_tag, 0xf1c1, redundancy_tag, "")

namespace ethertype {
#define PCAPFRAME_ETHERTYPE_CONSTANT(name, number, next, text) inline constexpr std::uint16_t name = number;
PCAPFRAME_ETHERTYPES(PCAPFRAME_ETHERTYPE_CONSTANT)
#undef PCAPFRAME_ETHERTYPE_CONSTANT

/// The smallest ethertype. Values up to `longest_length` are lengths of an IEEE 802.3 frame; those between are neither
/// of the two.
inline constexpr std::uint16_t smallest = 0x0600;
inline constexpr std::uint16_t longest_length = 1500;

/// Whether an ethertype says that a VLAN tag follows.
[[nodiscard]] constexpr bool is_vlan(std::uint16_t type) noexcept {
    return type == vlan || type == service_vlan || type == old_service_vlan || type == other_service_vlan;
}
}  // namespace ethertype

/// An ethertype: a row of the list.
struct ethertype_info {
    std::uint16_t number;
    layer next;
    std::string_view text;
};

/// The list.
inline constexpr std::array ethertypes{
#define PCAPFRAME_ETHERTYPE_ROW(name, number, next, text) ethertype_info{number, layer::next, text},
    PCAPFRAME_ETHERTYPES(PCAPFRAME_ETHERTYPE_ROW)
#undef PCAPFRAME_ETHERTYPE_ROW
};

/// The header that an ethertype announces; `layer::none` where none is known that leads on to IP.
[[nodiscard]] constexpr layer layer_after(std::uint16_t type) noexcept {
    switch (type) {
#define PCAPFRAME_ETHERTYPE_CASE(name, number, next, text) \
    case number: return layer::next;
        PCAPFRAME_ETHERTYPES(PCAPFRAME_ETHERTYPE_CASE)
#undef PCAPFRAME_ETHERTYPE_CASE
        default: return layer::none;
    }
}

#undef PCAPFRAME_ETHERTYPES

/// Whether an ethertype is in the list: what a guess at an Ethernet header looks at.
[[nodiscard]] constexpr bool is_known_ethertype(std::uint16_t type) noexcept {
    for (const ethertype_info& row : ethertypes)
        if (row.number == type) return true;
    return false;
}

}  // namespace pcapframe
