// Where the headers of each link type stand: what a filter's offsets start from.
//
// Sources: the LINKTYPE_ registry and, for what pcap-filter(7) leaves open, the behaviour of libpcap 1.10.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace pcapframe::inline v0_2::filter {

/// LINKTYPE numbers that the compiler knows something about.
namespace linktype {
inline constexpr std::uint16_t null = 0, ethernet = 1, ieee802_5 = 6, arcnet_bsd = 7, slip = 8, ppp = 9, fddi = 10,
                               ppp_hdlc = 50, ppp_ether = 51, symantec = 99, atm_rfc1483 = 100, raw = 101,
                               slip_bsdos = 102, ppp_bsdos = 103, chdlc = 104, ieee802_11 = 105, atm_clip = 106,
                               frelay = 107, loop = 108, enc = 109, netbsd_hdlc = 112, linux_sll = 113, ltalk = 114,
                               pflog = 117, prism = 119, ip_over_fc = 122, sunatm = 123, radiotap = 127,
                               arcnet_linux = 129, juniper_mlppp = 130, juniper_mlfr = 131, juniper_es = 132,
                               juniper_ggsn = 133, juniper_mfr = 134, juniper_atm2 = 135, juniper_services = 136,
                               juniper_atm1 = 137, ieee1394 = 138, mtp2_with_phdr = 139, mtp2 = 140, avs = 163,
                               juniper_monitor = 164, bacnet = 165, ppp_pppd = 166, juniper_pppoe = 167,
                               juniper_pppoe_atm = 168, juniper_ether = 178, juniper_ppp = 179, juniper_frelay = 180,
                               juniper_chdlc = 181, mfr = 182, juniper_vp = 183, ppi = 192, juniper_ism = 194,
                               erf = 197, juniper_st = 200, ipnet = 226, ipv4 = 228, ipv6 = 229, juniper_vs = 232,
                               juniper_srx_e2e = 233, juniper_fibrechannel = 234, juniper_atm_cemic = 238,
                               netanalyzer = 240, netanalyzer_transparent = 241, linux_sll2 = 276;
/// The range in which libpcap 1.10 compiles for any number, if only tests of bytes and lengths.
inline constexpr std::uint16_t first_any = 104, last_any = 289;
}  // namespace linktype

/// There is no such field.
inline constexpr std::uint32_t no_place = 0xffffffff;

struct link_row {
    std::uint16_t number;
    std::uint32_t type;             ///< of the field that names the protocol
    std::uint32_t payload;          ///< of what follows the link-layer header
    std::uint32_t network;          ///< of the network header in the payload
    std::uint32_t network_nosnap;   ///< the network header where no SNAP header is between
    bool variable_link = false;     ///< a header of variable length stands before the link-layer header
    bool variable_payload = false;  ///< the link-layer header itself has a variable length
    std::uint32_t link = 0;         ///< of the link-layer header
};

namespace detail {

inline constexpr std::array link_rows{
    link_row{linktype::arcnet_bsd, 2, 6, 0, 0},
    link_row{linktype::arcnet_linux, 4, 8, 0, 0},
    link_row{linktype::ethernet, 12, 14, 0, 3},
    link_row{linktype::slip, no_place, 16, 0, 0},
    link_row{linktype::slip_bsdos, no_place, 24, 0, 0},
    link_row{linktype::null, 0, 4, 0, 0},
    link_row{linktype::loop, 0, 4, 0, 0},
    link_row{linktype::enc, 0, 12, 0, 0},
    link_row{linktype::ppp, 2, 4, 0, 0},
    link_row{linktype::ppp_pppd, 2, 4, 0, 0},
    link_row{linktype::chdlc, 2, 4, 0, 0},
    link_row{linktype::netbsd_hdlc, 2, 4, 0, 0},
    link_row{linktype::ppp_hdlc, 2, 4, 0, 0},
    link_row{linktype::ppp_ether, 6, 8, 0, 0},
    link_row{linktype::ppp_bsdos, 5, 24, 0, 0},
    link_row{linktype::fddi, 13, 13, 8, 3},
    link_row{linktype::ieee802_5, 14, 14, 8, 3},
    link_row{linktype::prism, 24, 0, 8, 3, true, true},
    link_row{linktype::avs, 24, 0, 8, 3, true, true},
    link_row{linktype::radiotap, 24, 0, 8, 3, true, true},
    link_row{linktype::ieee802_11, 24, 0, 8, 3, false, true},
    link_row{linktype::ppi, 24, 0, 8, 3, true, true},
    link_row{linktype::atm_rfc1483, 0, 0, 8, 3},
    link_row{linktype::atm_clip, 0, 0, 8, 3},
    link_row{linktype::sunatm, 4, 4, 8, 3},
    link_row{linktype::raw, no_place, 0, 0, 0},
    link_row{linktype::ipv4, no_place, 0, 0, 0},
    link_row{linktype::ipv6, no_place, 0, 0, 0},
    link_row{linktype::linux_sll, 14, 16, 0, 0},
    link_row{linktype::linux_sll2, 0, 20, 0, 0},
    link_row{linktype::ltalk, no_place, 0, 0, 0},
    link_row{linktype::ip_over_fc, 16, 16, 8, 3},
    link_row{linktype::frelay, no_place, 0, 0, 0},
    link_row{linktype::mfr, no_place, 0, 4, 0},
    link_row{linktype::ieee1394, 16, 18, 0, 0},
    link_row{linktype::symantec, 6, 44, 0, 0},
    link_row{linktype::pflog, 0, 0, 0, 0, false, true},
    link_row{linktype::juniper_mfr, 4, 4, 0, no_place},
    link_row{linktype::juniper_mlfr, 4, 4, 0, no_place},
    link_row{linktype::juniper_mlppp, 4, 4, 0, no_place},
    link_row{linktype::juniper_ppp, 4, 4, 0, no_place},
    link_row{linktype::juniper_chdlc, 4, 4, 0, no_place},
    link_row{linktype::juniper_frelay, 4, 4, 0, no_place},
    link_row{linktype::juniper_atm1, 4, 4, 0, 10},
    link_row{linktype::juniper_atm2, 8, 8, 0, 10},
    link_row{linktype::juniper_pppoe, 16, 14, 18, 21},
    link_row{linktype::juniper_ether, 16, 14, 18, 21},
    link_row{linktype::juniper_pppoe_atm, 4, 6, 0, no_place},
    link_row{linktype::juniper_ggsn, 6, 12, 0, no_place},
    link_row{linktype::juniper_es, 6, no_place, no_place, no_place},
    link_row{linktype::juniper_monitor, 12, 12, 0, no_place},
    link_row{linktype::juniper_services, 12, no_place, no_place, no_place},
    link_row{linktype::juniper_vp, 18, no_place, no_place, no_place},
    link_row{linktype::juniper_st, 18, no_place, no_place, no_place},
    link_row{linktype::juniper_ism, 8, no_place, no_place, no_place},
    link_row{linktype::juniper_vs, 8, no_place, no_place, no_place},
    link_row{linktype::juniper_srx_e2e, 8, no_place, no_place, no_place},
    link_row{linktype::juniper_fibrechannel, 8, no_place, no_place, no_place},
    link_row{linktype::juniper_atm_cemic, 8, no_place, no_place, no_place},
    link_row{linktype::ipnet, 1, 24, 0, no_place},
    link_row{linktype::netanalyzer, 16, 18, 0, 3, false, false, 4},
    link_row{linktype::netanalyzer_transparent, 24, 26, 0, 3, false, false, 12},
    link_row{246, no_place, 4, 0, 0},  // PFSYNC
};

}  // namespace detail

/// The layout of a link type; nothing where filters cannot be compiled for it at all.
[[nodiscard]] constexpr std::optional<link_row> find_link(std::uint16_t number) noexcept {
    if (number == 12 || number == 14) number = linktype::raw;  // as some systems number RAW
    for (const link_row& row : detail::link_rows)
        if (row.number == number) return row;
    if (number < linktype::first_any || number > linktype::last_any) return std::nullopt;
    return link_row{number, no_place, no_place, no_place, no_place};
}

namespace linktype {

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

}  // namespace linktype

}  // namespace pcapframe::filter
