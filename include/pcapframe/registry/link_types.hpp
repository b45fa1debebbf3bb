// THE list of link types: LINKTYPE number, name, the first header of a packet, and where filters look for its headers.
// Numbers are LINKTYPE numbers as they stand in files, not the DLT numbers of an operating system; where old files
// carry a DLT number that is free as a LINKTYPE (raw IP as 12 and 14, ATM as 11, 16, 18 and 19, ENC as 13), the DLT
// number has a row. Headers within packets (PPI, PKTAP) name DLT numbers, which are the same but for these. The decoder
// takes the first header from here, the filter compiler the offsets. Sources: https://www.tcpdump.org/linktypes.html;
// for what pcap-filter(7) leaves open, the behaviour of libpcap 1.10.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

/// There is no such field.
inline constexpr std::uint32_t no_place = 0xffffffff;

/// Where a filter's offsets start from, in bytes of the packet as it stands in a file. All of them are `no_place` for a
/// link type whose packets filters can only ask for single bytes.
struct link_offsets {
    std::uint32_t type = no_place;            ///< of the field that names the protocol
    std::uint32_t payload = no_place;         ///< of what follows the link-layer header
    std::uint32_t network = no_place;         ///< of the network header in the payload
    std::uint32_t network_nosnap = no_place;  ///< the network header where no SNAP header is between
    bool variable_link = false;               ///< a header of variable length stands before the link-layer header
    bool variable_payload = false;            ///< the link-layer header itself has a variable length
    std::uint32_t link = 0;                   ///< of the link-layer header
};

/// A link type: a row of the list.
struct link_type_info {
    std::uint16_t number;
    std::string_view name;  ///< as in the registry, without LINKTYPE_
    layer first = layer::link;
    link_offsets offsets{};
};

// Link types that are decoded have their first header in the row; the others have a row so that `info` can name them.
/// The list, in the order of the numbers.
inline constexpr std::array link_types{
    link_type_info{0, "NULL", layer::loopback, {0, 4, 0, 0}},
    link_type_info{1, "ETHERNET", layer::ethernet, {12, 14, 0, 3}},
    link_type_info{2, "EXP_ETHERNET"},
    link_type_info{3, "AX25", layer::ax25},
    link_type_info{4, "PRONET"},
    link_type_info{5, "CHAOS"},
    link_type_info{6, "IEEE802_5", layer::token_ring, {14, 14, 8, 3}},
    link_type_info{7, "ARCNET_BSD", layer::arcnet_bsd, {2, 6, 0, 0}},
    link_type_info{8, "SLIP", layer::slip, {no_place, 16, 0, 0}},
    link_type_info{9, "PPP", layer::ppp, {2, 4, 0, 0}},
    link_type_info{10, "FDDI", layer::fddi, {13, 13, 8, 3}},
    link_type_info{11, "ATM_RFC1483", layer::llc},
    link_type_info{12, "RAW", layer::ip},
    link_type_info{13, "ENC", layer::enc},
    link_type_info{14, "RAW", layer::ip},
    link_type_info{16, "ATM_CLIP", layer::atm_clip},
    link_type_info{18, "ATM_CLIP", layer::atm_clip},
    link_type_info{19, "ATM_CLIP", layer::atm_clip},
    link_type_info{32, "REDBACK_SMARTEDGE", layer::redback},
    link_type_info{50, "PPP_HDLC", layer::ppp, {2, 4, 0, 0}},
    link_type_info{51, "PPP_ETHER", layer::pppoe, {6, 8, 0, 0}},
    link_type_info{99, "SYMANTEC_FIREWALL", layer::symantec_firewall, {6, 44, 0, 0}},
    link_type_info{100, "ATM_RFC1483", layer::llc, {0, 0, 8, 3}},
    link_type_info{101, "RAW", layer::ip, {no_place, 0, 0, 0}},
    link_type_info{102, "SLIP_BSDOS", layer::slip_bsdos, {no_place, 24, 0, 0}},
    link_type_info{103, "PPP_BSDOS", layer::ppp_bsdos, {5, 24, 0, 0}},
    link_type_info{104, "C_HDLC", layer::chdlc, {2, 4, 0, 0}},
    link_type_info{105, "IEEE802_11", layer::ieee802_11, {24, 0, 8, 3, false, true}},
    link_type_info{106, "ATM_CLIP", layer::atm_clip, {0, 0, 8, 3}},
    link_type_info{107, "FRELAY", layer::frame_relay, {no_place, 0, 0, 0}},
    link_type_info{108, "LOOP", layer::loopback, {0, 4, 0, 0}},
    link_type_info{109, "ENC", layer::enc, {0, 12, 0, 0}},
    link_type_info{112, "HDLC", layer::chdlc, {2, 4, 0, 0}},
    link_type_info{113, "LINUX_SLL", layer::sll, {14, 16, 0, 0}},
    link_type_info{114, "LTALK", layer::link, {no_place, 0, 0, 0}},
    link_type_info{117, "PFLOG", layer::pflog, {0, 0, 0, 0, false, true}},
    link_type_info{118, "CISCO_IOS"},
    link_type_info{119, "IEEE802_11_PRISM", layer::prism, {24, 0, 8, 3, true, true}},
    link_type_info{121, "HHDLC"},
    link_type_info{122, "IP_OVER_FC", layer::ip_over_fc, {16, 16, 8, 3}},
    link_type_info{123, "SUNATM", layer::sunatm, {4, 4, 8, 3}},
    link_type_info{124, "RIO"},
    link_type_info{125, "PCI_EXP"},
    link_type_info{126, "AURORA"},
    link_type_info{127, "IEEE802_11_RADIOTAP", layer::radiotap, {24, 0, 8, 3, true, true}},
    link_type_info{128, "TZSP", layer::tzsp},
    link_type_info{129, "ARCNET_LINUX", layer::arcnet, {4, 8, 0, 0}},
    link_type_info{130, "JUNIPER_MLPPP", layer::juniper_mlppp, {4, 4, 0, no_place}},
    link_type_info{131, "JUNIPER_MLFR", layer::juniper_mlfr, {4, 4, 0, no_place}},
    link_type_info{132, "JUNIPER_ES", layer::juniper_es, {6, no_place, no_place, no_place}},
    link_type_info{133, "JUNIPER_GGSN", layer::juniper_ggsn, {6, 12, 0, no_place}},
    link_type_info{134, "JUNIPER_MFR", layer::juniper_mfr, {4, 4, 0, no_place}},
    link_type_info{135, "JUNIPER_ATM2", layer::juniper_atm2, {8, 8, 0, 10}},
    link_type_info{136, "JUNIPER_SERVICES", layer::juniper_services, {12, no_place, no_place, no_place}},
    link_type_info{137, "JUNIPER_ATM1", layer::juniper_atm1, {4, 4, 0, 10}},
    link_type_info{138, "APPLE_IP_OVER_IEEE1394", layer::ieee1394, {16, 18, 0, 0}},
    link_type_info{139, "MTP2_WITH_PHDR"},
    link_type_info{140, "MTP2"},
    link_type_info{141, "MTP3"},
    link_type_info{142, "SCCP"},
    link_type_info{143, "DOCSIS", layer::docsis},
    link_type_info{144, "LINUX_IRDA"},
    link_type_info{145, "IBM_SP"},
    link_type_info{146, "IBM_SN"},
    link_type_info{147, "USER0"},
    link_type_info{148, "USER1"},
    link_type_info{149, "USER2", layer::pktap},
    link_type_info{150, "USER3"},
    link_type_info{151, "USER4"},
    link_type_info{152, "USER5"},
    link_type_info{153, "USER6"},
    link_type_info{154, "USER7"},
    link_type_info{155, "USER8"},
    link_type_info{156, "USER9"},
    link_type_info{157, "USER10"},
    link_type_info{158, "USER11"},
    link_type_info{159, "USER12"},
    link_type_info{160, "USER13"},
    link_type_info{161, "USER14"},
    link_type_info{162, "USER15"},
    link_type_info{163, "IEEE802_11_AVS", layer::prism, {24, 0, 8, 3, true, true}},
    link_type_info{164, "JUNIPER_MONITOR", layer::juniper_monitor, {12, 12, 0, no_place}},
    link_type_info{165, "BACNET_MS_TP"},
    link_type_info{166, "PPP_PPPD", layer::ppp_pppd, {2, 4, 0, 0}},
    link_type_info{167, "JUNIPER_PPPOE", layer::juniper_ethernet, {16, 14, 18, 21}},
    link_type_info{168, "JUNIPER_PPPOE_ATM", layer::juniper_pppoe_atm, {4, 6, 0, no_place}},
    link_type_info{169, "GPRS_LLC", layer::gprs_llc},
    link_type_info{170, "GPF_T", layer::gfp},
    link_type_info{171, "GPF_F", layer::gfp},
    link_type_info{172, "GCOM_T1E1"},
    link_type_info{173, "GCOM_SERIAL"},
    link_type_info{174, "JUNIPER_PIC_PEER"},
    link_type_info{175, "ERF_ETH"},
    link_type_info{176, "ERF_POS"},
    link_type_info{177, "LINUX_LAPD"},
    link_type_info{178, "JUNIPER_ETHER", layer::juniper_ethernet, {16, 14, 18, 21}},
    link_type_info{179, "JUNIPER_PPP", layer::juniper_ppp, {4, 4, 0, no_place}},
    link_type_info{180, "JUNIPER_FRELAY", layer::juniper_frame_relay, {4, 4, 0, no_place}},
    link_type_info{181, "JUNIPER_CHDLC", layer::juniper_chdlc, {4, 4, 0, no_place}},
    link_type_info{182, "MFR", layer::mfr, {no_place, 0, 4, 0}},
    link_type_info{183, "JUNIPER_VP", layer::juniper_voice, {18, no_place, no_place, no_place}},
    link_type_info{184, "JUNIPER_VN", layer::juniper_vn},
    link_type_info{186, "USB_FREEBSD"},
    link_type_info{187, "BLUETOOTH_HCI_H4"},
    link_type_info{188, "IEEE802_16_MAC_CPS"},
    link_type_info{189, "USB_LINUX"},
    link_type_info{190, "CAN20B"},
    link_type_info{191, "IEEE802_15_4_LINUX"},
    link_type_info{192, "PPI", layer::ppi, {24, 0, 8, 3, true, true}},
    link_type_info{193, "IEEE802_16_MAC_CPS_RADIO"},
    link_type_info{194, "JUNIPER_ISM", layer::link, {8, no_place, no_place, no_place}},
    link_type_info{195, "IEEE802_15_4_WITHFCS"},
    link_type_info{196, "SITA", layer::sita},
    link_type_info{197, "ERF", layer::erf},
    link_type_info{198, "RAIF1"},
    link_type_info{199, "IPMB_KONTRON"},
    link_type_info{200, "JUNIPER_ST", layer::juniper_st, {18, no_place, no_place, no_place}},
    link_type_info{201, "BLUETOOTH_HCI_H4_WITH_PHDR"},
    link_type_info{202, "AX25_KISS", layer::ax25_kiss},
    link_type_info{203, "LAPD"},
    link_type_info{204, "PPP_WITH_DIR", layer::ppp_with_direction},
    link_type_info{205, "C_HDLC_WITH_DIR", layer::chdlc_with_direction},
    link_type_info{206, "FRELAY_WITH_DIR", layer::frame_relay_with_direction},
    link_type_info{207, "LAPB_WITH_DIR"},
    link_type_info{209, "I2C_LINUX"},
    link_type_info{210, "FLEXRAY"},
    link_type_info{211, "MOST"},
    link_type_info{212, "LIN"},
    link_type_info{213, "X2E_SERIAL"},
    link_type_info{214, "X2E_XORAYA"},
    link_type_info{215, "IEEE802_15_4_NONASK_PHY"},
    link_type_info{216, "LINUX_EVDEV"},
    link_type_info{217, "GSMTAP_UM"},
    link_type_info{218, "GSMTAP_ABIS"},
    link_type_info{219, "MPLS", layer::mpls},
    link_type_info{220, "USB_LINUX_MMAPPED"},
    link_type_info{221, "DECT"},
    link_type_info{222, "AOS"},
    link_type_info{223, "WIHART"},
    link_type_info{224, "FC_2"},
    link_type_info{225, "FC_2_WITH_FRAME_DELIMS"},
    link_type_info{226, "IPNET", layer::ipnet, {1, 24, 0, no_place}},
    link_type_info{227, "CAN_SOCKETCAN"},
    link_type_info{228, "IPV4", layer::ipv4, {no_place, 0, 0, 0}},
    link_type_info{229, "IPV6", layer::ipv6, {no_place, 0, 0, 0}},
    link_type_info{230, "IEEE802_15_4_NOFCS"},
    link_type_info{231, "DBUS"},
    link_type_info{232, "JUNIPER_VS", layer::link, {8, no_place, no_place, no_place}},
    link_type_info{233, "JUNIPER_SRX_E2E", layer::link, {8, no_place, no_place, no_place}},
    link_type_info{234, "JUNIPER_FIBRECHANNEL", layer::link, {8, no_place, no_place, no_place}},
    link_type_info{235, "DVB_CI"},
    link_type_info{236, "MUX27010"},
    link_type_info{237, "STANAG_5066_D_PDU"},
    link_type_info{238, "JUNIPER_ATM_CEMIC", layer::link, {8, no_place, no_place, no_place}},
    link_type_info{239, "NFLOG", layer::nflog},
    link_type_info{240, "NETANALYZER", layer::netanalyzer, {16, 18, 0, 3, false, false, 4}},
    link_type_info{241, "NETANALYZER_TRANSPARENT", layer::netanalyzer_transparent, {24, 26, 0, 3, false, false, 12}},
    link_type_info{242, "IPOIB", layer::ipoib},
    link_type_info{243, "MPEG_2_TS", layer::mpeg_ts},
    link_type_info{244, "NG40"},
    link_type_info{245, "NFC_LLCP"},
    link_type_info{246, "PFSYNC", layer::link, {no_place, 4, 0, 0}},
    link_type_info{247, "INFINIBAND", layer::infiniband},
    link_type_info{248, "SCTP"},
    link_type_info{249, "USBPCAP"},
    link_type_info{250, "RTAC_SERIAL"},
    link_type_info{251, "BLUETOOTH_LE_LL"},
    link_type_info{252, "WIRESHARK_UPPER_PDU", layer::exported_pdu},
    link_type_info{253, "NETLINK", layer::sll},
    link_type_info{254, "BLUETOOTH_LINUX_MONITOR"},
    link_type_info{255, "BLUETOOTH_BREDR_BB"},
    link_type_info{256, "BLUETOOTH_LE_LL_WITH_PHDR"},
    link_type_info{257, "PROFIBUS_DL"},
    link_type_info{258, "PKTAP", layer::pktap},
    link_type_info{259, "EPON", layer::epon},
    link_type_info{260, "IPMI_HPM_2"},
    link_type_info{261, "ZWAVE_R1_R2"},
    link_type_info{262, "ZWAVE_R3"},
    link_type_info{263, "WATTSTOPPER_DLM"},
    link_type_info{264, "ISO_14443"},
    link_type_info{265, "RDS"},
    link_type_info{266, "USB_DARWIN"},
    link_type_info{267, "OPENFLOW"},
    link_type_info{268, "SDLC"},
    link_type_info{269, "TI_LLN_SNIFFER"},
    link_type_info{270, "LORATAP"},
    link_type_info{271, "VSOCK"},
    link_type_info{272, "NORDIC_BLE"},
    link_type_info{273, "DOCSIS31_XRA31"},
    link_type_info{274, "ETHERNET_MPACKET", layer::mpacket},
    link_type_info{275, "DISPLAYPORT_AUX"},
    link_type_info{276, "LINUX_SLL2", layer::sll2, {0, 20, 0, 0}},
    link_type_info{277, "SERCOS_MONITOR"},
    link_type_info{278, "OPENVIZSLA"},
    link_type_info{279, "EBHSCR", layer::ebhscr},
    link_type_info{280, "VPP_DISPATCH", layer::vpp},
    link_type_info{281, "ETHERNET_BRCM_TAG", layer::brcm_tag},
    link_type_info{282, "ETHERNET_BRCM_TAG_PREPEND", layer::brcm_tag_prepend},
    link_type_info{283, "IEEE802_15_4_TAP"},
    link_type_info{284, "DSA_TAG_DSA", layer::dsa},
    link_type_info{285, "DSA_TAG_EDSA", layer::edsa},
    link_type_info{286, "ELEE"},
    link_type_info{287, "Z_WAVE_SERIAL"},
    link_type_info{288, "USB_2_0"},
    link_type_info{289, "ATSC_ALP"},
    link_type_info{290, "ETW"},
    link_type_info{291, "NETANALYZER_NG"},
    link_type_info{292, "ZBOSS_NCP"},
    link_type_info{293, "USB_2_0_LOW_SPEED"},
    link_type_info{294, "USB_2_0_FULL_SPEED"},
    link_type_info{295, "USB_2_0_HIGH_SPEED"},
    link_type_info{296, "AUERSWALD_LOG"},
    link_type_info{297, "ZWAVE_TAP"},
    link_type_info{298, "SILABS_DEBUG_CHANNEL"},
    link_type_info{299, "FIRA_UCI"},
};

/// LINKTYPE numbers by their names in the registry.
namespace link_type {
inline constexpr std::uint16_t null = 0, ethernet = 1, ieee802_5 = 6, arcnet_bsd = 7, slip = 8, ppp = 9, fddi = 10,
                               ppp_hdlc = 50, ppp_ether = 51, atm_rfc1483 = 100, raw = 101, slip_bsdos = 102,
                               ppp_bsdos = 103, chdlc = 104, ieee802_11 = 105, atm_clip = 106, frelay = 107, loop = 108,
                               enc = 109, netbsd_hdlc = 112, linux_sll = 113, ltalk = 114, pflog = 117, prism = 119,
                               ip_over_fc = 122, sunatm = 123, radiotap = 127, arcnet_linux = 129, juniper_mlppp = 130,
                               juniper_atm1 = 137, mtp2_with_phdr = 139, mtp2 = 140, avs = 163, juniper_monitor = 164,
                               bacnet = 165, ppp_pppd = 166, juniper_pppoe = 167, juniper_pppoe_atm = 168,
                               juniper_ether = 178, juniper_chdlc = 181, juniper_vp = 183, ppi = 192, juniper_ism = 194,
                               erf = 197, juniper_st = 200, ipnet = 226, ipv4 = 228, ipv6 = 229, juniper_vs = 232,
                               juniper_fibrechannel = 234, juniper_atm_cemic = 238, netanalyzer = 240,
                               netanalyzer_transparent = 241, linux_sll2 = 276;

// The kinds that filters tell apart.
/// The kinds that filters tell apart.
[[nodiscard]] constexpr bool is_ethernet(std::uint16_t number) noexcept {
    return number == ethernet || number == netanalyzer || number == netanalyzer_transparent;
}
/// 802.11 behind whatever pseudo header.
[[nodiscard]] constexpr bool is_wlan(std::uint16_t number) noexcept {
    return number == ieee802_11 || number == prism || number == avs || number == radiotap || number == ppi;
}
[[nodiscard]] constexpr bool is_arcnet(std::uint16_t number) noexcept {
    return number == arcnet_bsd || number == arcnet_linux;
}
[[nodiscard]] constexpr bool is_mtp2(std::uint16_t number) noexcept {
    return number == mtp2 || number == mtp2_with_phdr || number == erf;
}
[[nodiscard]] constexpr bool is_juniper(std::uint16_t number) noexcept {
    const bool first = number >= juniper_mlppp && number <= juniper_atm1;
    const bool second = number == juniper_monitor || number == juniper_pppoe || number == juniper_pppoe_atm ||
                        (number >= juniper_ether && number <= juniper_chdlc) || number == juniper_vp;
    return first || second || number == juniper_ism || number == juniper_st || number == juniper_atm_cemic ||
           (number >= juniper_vs && number <= juniper_fibrechannel);
}
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
[[nodiscard]] constexpr layer first_header(std::uint32_t number) noexcept {
    return number < detail::first_headers.size() ? detail::first_headers[number] : layer::link;
}

/// The row of a link type; null where the list has none.
[[nodiscard]] constexpr const link_type_info* find_link_type(std::uint16_t number) noexcept {
    for (const auto& row : link_types)
        if (row.number == number) return &row;
    return nullptr;
}

namespace detail {

/// Names that tcpdump has for link types which the registry names otherwise. RAW has several numbers, of which every
/// system agrees on 101; a name that several rows have is that of the number here.
struct other_link_type_name {
    std::string_view name;
    std::uint16_t number;
};

inline constexpr std::array other_link_type_names{
    other_link_type_name{"EN10MB", 1},           other_link_type_name{"IEEE802", 6},
    other_link_type_name{"ARCNET", 7},           other_link_type_name{"PPP_SERIAL", 50},
    other_link_type_name{"ATM_RFC1483", 100},    other_link_type_name{"RAW", 101},
    other_link_type_name{"ATM_CLIP", 106},       other_link_type_name{"FR", 107},
    other_link_type_name{"ENC", 109},            other_link_type_name{"PRISM_HEADER", 119},
    other_link_type_name{"IEEE802_11_RADIO", 127}, other_link_type_name{"MTP2", 140},
    other_link_type_name{"IEEE802_11_RADIO_AVS", 163},
};

}  // namespace detail

/// A link type by its name, of the registry or of tcpdump, in any case and with LINKTYPE_ or DLT_ in front or not, or
/// by its number. Errors: a name that is not known, with the nearest that is.
///
///     pcapframe::parse_link_type("raw");  // 101
[[nodiscard]] inline result<std::uint16_t> parse_link_type(std::string_view text) {
    std::uint16_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc() && end == text.data() + text.size()) return number;
    std::string_view name = text;
    for (const std::string_view prefix : {std::string_view("LINKTYPE_"), std::string_view("DLT_")})
        if (equal_ignoring_case(name.substr(0, prefix.size()), prefix)) name.remove_prefix(prefix.size());
    std::vector<std::string_view> names;
    for (const auto& row : detail::other_link_type_names) {
        if (equal_ignoring_case(row.name, name)) return row.number;
        names.push_back(row.name);
    }
    for (const link_type_info& row : link_types) {
        if (equal_ignoring_case(row.name, name)) return row.number;
        names.push_back(row.name);
    }
    std::string upper(name);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return error{
        .code = errc::unknown_name, .detail = "link type", .subject = text, .hint = nearest_word(upper, names)};
}

/// The registry's name of a link type without LINKTYPE_; the number as text where the list has no name for it.
[[nodiscard]] inline std::string link_type_name(std::uint16_t number) {
    const link_type_info* const row = find_link_type(number);
    return row != nullptr ? std::string(row->name) : std::to_string(number);
}

}  // namespace pcapframe
