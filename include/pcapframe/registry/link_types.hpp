// THE list of link types: LINKTYPE number, name and the first header of a packet. Numbers are LINKTYPE numbers as they
// stand in files, not the DLT numbers of an operating system; where old files carry a DLT number that is free as a
// LINKTYPE (raw IP as 12 and 14), the DLT number has a row as well. Source: https://www.tcpdump.org/linktypes.html.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

struct link_type_info {
    std::uint16_t number;
    std::string_view name;  ///< as in the registry, without LINKTYPE_
    layer first = layer::link;
};

// Link types that are decoded have their first header in the row; the others have a row so that `info` can name them.
inline constexpr std::array link_types{
    link_type_info{0, "NULL", layer::loopback},
    link_type_info{1, "ETHERNET", layer::ethernet},
    link_type_info{2, "EXP_ETHERNET"},
    link_type_info{3, "AX25"},
    link_type_info{4, "PRONET"},
    link_type_info{5, "CHAOS"},
    link_type_info{6, "IEEE802_5", layer::token_ring},
    link_type_info{7, "ARCNET_BSD"},
    link_type_info{8, "SLIP", layer::slip},
    link_type_info{9, "PPP", layer::ppp},
    link_type_info{10, "FDDI", layer::fddi},
    link_type_info{12, "RAW", layer::ip},
    link_type_info{14, "RAW", layer::ip},
    link_type_info{50, "PPP_HDLC", layer::ppp},
    link_type_info{51, "PPP_ETHER", layer::pppoe},
    link_type_info{100, "ATM_RFC1483", layer::llc},
    link_type_info{101, "RAW", layer::ip},
    link_type_info{104, "C_HDLC", layer::chdlc},
    link_type_info{105, "IEEE802_11", layer::ieee802_11},
    link_type_info{106, "ATM_CLIP"},
    link_type_info{107, "FRELAY", layer::frame_relay},
    link_type_info{108, "LOOP", layer::loopback},
    link_type_info{109, "ENC", layer::enc},
    link_type_info{113, "LINUX_SLL", layer::sll},
    link_type_info{114, "LTALK"},
    link_type_info{117, "PFLOG", layer::pflog},
    link_type_info{119, "IEEE802_11_PRISM", layer::prism},
    link_type_info{122, "IP_OVER_FC", layer::ip_over_fc},
    link_type_info{123, "SUNATM"},
    link_type_info{127, "IEEE802_11_RADIOTAP", layer::radiotap},
    link_type_info{129, "ARCNET_LINUX", layer::arcnet},
    link_type_info{132, "JUNIPER_ES"},
    link_type_info{137, "JUNIPER_ATM1"},
    link_type_info{138, "APPLE_IP_OVER_IEEE1394", layer::ieee1394},
    link_type_info{140, "MTP2"},
    link_type_info{144, "LINUX_IRDA"},
    link_type_info{147, "USER0"},
    link_type_info{149, "USER2"},
    link_type_info{160, "USER13"},
    link_type_info{163, "IEEE802_11_AVS", layer::prism},
    link_type_info{164, "JUNIPER_MONITOR"},
    link_type_info{165, "BACNET_MS_TP"},
    link_type_info{166, "PPP_PPPD", layer::ppp},
    link_type_info{178, "JUNIPER_ETHER"},
    link_type_info{182, "JUNIPER_FRELAY"},
    link_type_info{187, "BLUETOOTH_HCI_H4"},
    link_type_info{189, "USB_LINUX"},
    link_type_info{192, "PPI", layer::ppi},
    link_type_info{195, "IEEE802_15_4_WITHFCS"},
    link_type_info{201, "BLUETOOTH_HCI_H4_WITH_PHDR"},
    link_type_info{204, "PPP_WITH_DIR", layer::ppp_with_direction},
    link_type_info{220, "USB_LINUX_MMAPPED"},
    link_type_info{226, "IPNET", layer::ipnet},
    link_type_info{227, "CAN_SOCKETCAN"},
    link_type_info{228, "IPV4", layer::ipv4},
    link_type_info{229, "IPV6", layer::ipv6},
    link_type_info{230, "IEEE802_15_4_NOFCS"},
    link_type_info{231, "DBUS"},
    link_type_info{239, "NFLOG", layer::nflog},
    link_type_info{242, "IPOIB", layer::ipoib},
    link_type_info{247, "INFINIBAND"},
    link_type_info{249, "USBPCAP"},
    link_type_info{253, "NETLINK"},
    link_type_info{258, "PKTAP", layer::pktap},
    link_type_info{271, "VSOCK"},
    link_type_info{276, "LINUX_SLL2", layer::sll2},
    link_type_info{281, "ETHERNET_BRCM_TAG", layer::brcm_tag},
    link_type_info{282, "ETHERNET_BRCM_TAG_PREPEND", layer::brcm_tag_prepend},
    link_type_info{284, "DSA_TAG_DSA", layer::dsa},
    link_type_info{285, "DSA_TAG_EDSA", layer::edsa},
    link_type_info{290, "ETW"},
};

namespace link_type {
inline constexpr std::uint16_t ethernet = 1;
inline constexpr std::uint16_t raw = 101;
inline constexpr std::uint16_t linux_sll = 113;
inline constexpr std::uint16_t ipv4 = 228;
inline constexpr std::uint16_t ipv6 = 229;
inline constexpr std::uint16_t linux_sll2 = 276;
}  // namespace link_type

namespace detail {

inline constexpr std::array<layer, 512> first_headers = [] {
    std::array<layer, 512> first{};
    for (auto& entry : first) entry = layer::link;
    for (const auto& row : link_types) first[row.number] = row.first;
    return first;
}();

}  // namespace detail

/// The first header of a packet of this link type; `layer::link` where it is not known.
[[nodiscard]] constexpr layer first_header(std::uint16_t number) noexcept {
    return number < detail::first_headers.size() ? detail::first_headers[number] : layer::link;
}

/// The registry's name of a link type without LINKTYPE_; the number as text where the list has no name for it.
[[nodiscard]] inline std::string link_type_name(std::uint16_t number) {
    for (const auto& row : link_types)
        if (row.number == number) return std::string(row.name);
    return std::to_string(number);
}

}  // namespace pcapframe
