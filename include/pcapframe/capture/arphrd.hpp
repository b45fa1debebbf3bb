// Linux interface types (ARPHRD) and the link types of the packets captured on such interfaces. Source: the Linux
// kernel's uapi/linux/if_arp.h; https://www.tcpdump.org/linktypes.html.
#pragma once

#include <cstdint>
#include <optional>

#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2 {

/// The LINKTYPE of the frames of an interface; nothing where frames are best captured cooked, without a link header.
[[nodiscard]] constexpr std::optional<std::uint16_t> link_type_of_arphrd(unsigned type) noexcept {
    switch (type) {
        case 1:                                // Ethernet
        case 772: return link_type::ethernet;  // loopback, whose frames have an Ethernet header of zeros
        case 256:                              // SLIP and its kin
        case 257:
        case 258:
        case 259:
        case 512:    // PPP: the kernel does not hand out the PPP header
        case 519:    // raw IP
        case 65534:  // no header: tun
            return link_type::raw;
        case 801: return std::uint16_t{105};  // 802.11
        case 802: return std::uint16_t{119};  // with the Prism header
        case 803: return std::uint16_t{127};  // with radiotap
        default: return std::nullopt;
    }
}

}  // namespace pcapframe
