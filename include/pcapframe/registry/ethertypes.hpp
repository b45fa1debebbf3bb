// Ethertypes that lead on to another header. Source: the IEEE registration authority's list.
#pragma once

#include <cstdint>

namespace pcapframe::inline v0_2 {

namespace ethertype {
inline constexpr std::uint16_t ipv4 = 0x0800;
inline constexpr std::uint16_t ipv6 = 0x86dd;
inline constexpr std::uint16_t vlan = 0x8100;          // 802.1Q C-tag
inline constexpr std::uint16_t service_vlan = 0x88a8;  // 802.1ad S-tag
inline constexpr std::uint16_t old_service_vlan = 0x9100;
inline constexpr std::uint16_t mpls = 0x8847;
inline constexpr std::uint16_t mpls_upstream = 0x8848;
inline constexpr std::uint16_t ppp = 0x880b;
inline constexpr std::uint16_t pppoe_session = 0x8864;
inline constexpr std::uint16_t macsec = 0x88e5;
inline constexpr std::uint16_t fabricpath = 0x8903;
inline constexpr std::uint16_t cisco_metadata = 0x8909;
inline constexpr std::uint16_t nsh = 0x894f;
inline constexpr std::uint16_t arista = 0xd28b;
/// Values below this are lengths of an IEEE 802.3 frame.
inline constexpr std::uint16_t smallest = 0x0600;

[[nodiscard]] constexpr bool is_vlan(std::uint16_t type) noexcept {
    return type == vlan || type == service_vlan || type == old_service_vlan;
}
}  // namespace ethertype

}  // namespace pcapframe
