// The flags word of a pcapng packet (epb_flags, pack_flags): which way the packet went.
// Source: draft-ietf-opsawg-pcapng, section 4.3.1.
#pragma once

#include <cstdint>

#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

inline constexpr std::uint32_t flags_inbound = 1;
inline constexpr std::uint32_t flags_outbound = 2;
/// Bits 2 to 4 say how an inbound packet was addressed.
inline constexpr std::uint32_t flags_unicast = 1U << 2;
inline constexpr std::uint32_t flags_multicast = 2U << 2;
inline constexpr std::uint32_t flags_broadcast = 3U << 2;
inline constexpr std::uint32_t flags_promiscuous = 4U << 2;

}  // namespace detail

/// The flags word that says which way a packet went; 0 for an unknown direction.
[[nodiscard]] constexpr std::uint32_t packet_flags(direction d) noexcept {
    switch (d) {
        case direction::in: return detail::flags_inbound | detail::flags_unicast;
        case direction::out: return detail::flags_outbound;
        case direction::broadcast: return detail::flags_inbound | detail::flags_broadcast;
        case direction::multicast: return detail::flags_inbound | detail::flags_multicast;
        case direction::other: return detail::flags_inbound | detail::flags_promiscuous;
        case direction::unknown: break;
    }
    return 0;
}

/// The direction that a flags word says; every packet that went out is `out`, however it was addressed.
[[nodiscard]] constexpr direction direction_of(std::uint32_t flags) noexcept {
    if ((flags & 3U) == detail::flags_outbound) return direction::out;
    switch (flags & 0x1cU) {
        case detail::flags_unicast: return direction::in;
        case detail::flags_multicast: return direction::multicast;
        case detail::flags_broadcast: return direction::broadcast;
        case detail::flags_promiscuous: return direction::other;
        default: return (flags & 3U) == detail::flags_inbound ? direction::in : direction::unknown;
    }
}

}  // namespace pcapframe
