// THE list of IP protocols by name, and the text of the `protocol` column. Source: IANA "Assigned Internet Protocol
// Numbers"; names in lower case, in the form tcpdump and /etc/protocols use where that form is the common one; the
// other names are accepted as aliases.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/registry/named_filters.hpp>

namespace pcapframe::inline v0_2 {

/// Numbers of IP protocols (IANA).
namespace ip_protocol {
inline constexpr std::uint8_t hop_by_hop = 0;
inline constexpr std::uint8_t icmp = 1;
inline constexpr std::uint8_t igmp = 2;
inline constexpr std::uint8_t ipv4 = 4;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;
inline constexpr std::uint8_t dccp = 33;
inline constexpr std::uint8_t ipv6 = 41;
inline constexpr std::uint8_t routing = 43;
inline constexpr std::uint8_t fragment = 44;
inline constexpr std::uint8_t gre = 47;
inline constexpr std::uint8_t ah = 51;
inline constexpr std::uint8_t icmp6 = 58;
inline constexpr std::uint8_t no_next_header = 59;
inline constexpr std::uint8_t destination_options = 60;
inline constexpr std::uint8_t sctp = 132;
inline constexpr std::uint8_t mobility = 135;
inline constexpr std::uint8_t udplite = 136;
inline constexpr std::uint8_t hip = 139;
inline constexpr std::uint8_t shim6 = 140;
}  // namespace ip_protocol

/// What the `protocol` column holds: an IP protocol number (0 to 255), or for frames without IP what they carry: an
/// ethertype (from 0x0600), or 0x0100 plus the DSAP of an LLC frame.
enum class protocol_id : std::uint16_t {};

/// Ids of the column `protocol`: of an IP protocol, an ethertype, or a SAP of LLC.
[[nodiscard]] constexpr protocol_id ip_protocol_id(std::uint8_t number) noexcept { return protocol_id{number}; }
[[nodiscard]] constexpr protocol_id ethertype_protocol_id(std::uint16_t type) noexcept { return protocol_id{type}; }
[[nodiscard]] constexpr protocol_id llc_protocol_id(std::uint8_t dsap) noexcept {
    return protocol_id{static_cast<std::uint16_t>(0x0100U | dsap)};
}

namespace detail {

struct protocol_name {
    std::uint16_t number;
    std::string_view name;
    std::string_view alias = {};
};

inline constexpr std::array protocol_names{
    protocol_name{0, "hopopt", "ip"},
    protocol_name{1, "icmp"},
    protocol_name{2, "igmp"},
    protocol_name{3, "ggp"},
    protocol_name{4, "ipv4", "ipencap"},
    protocol_name{5, "st"},
    protocol_name{6, "tcp"},
    protocol_name{7, "cbt"},
    protocol_name{8, "egp"},
    protocol_name{9, "igrp", "igp"},
    protocol_name{10, "bbn-rcc-mon"},
    protocol_name{11, "nvp-ii"},
    protocol_name{12, "pup"},
    protocol_name{13, "argus"},
    protocol_name{14, "emcon"},
    protocol_name{15, "xnet"},
    protocol_name{16, "chaos"},
    protocol_name{17, "udp"},
    protocol_name{18, "mux"},
    protocol_name{19, "dcn-meas"},
    protocol_name{20, "hmp"},
    protocol_name{21, "prm"},
    protocol_name{22, "xns-idp"},
    protocol_name{23, "trunk-1"},
    protocol_name{24, "trunk-2"},
    protocol_name{25, "leaf-1"},
    protocol_name{26, "leaf-2"},
    protocol_name{27, "rdp"},
    protocol_name{28, "irtp"},
    protocol_name{29, "iso-tp4"},
    protocol_name{30, "netblt"},
    protocol_name{31, "mfe-nsp"},
    protocol_name{32, "merit-inp"},
    protocol_name{33, "dccp"},
    protocol_name{34, "3pc"},
    protocol_name{35, "idpr"},
    protocol_name{36, "xtp"},
    protocol_name{37, "ddp"},
    protocol_name{38, "idpr-cmtp"},
    protocol_name{39, "tp++"},
    protocol_name{40, "il"},
    protocol_name{41, "ipv6"},
    protocol_name{42, "sdrp"},
    protocol_name{43, "ipv6-route"},
    protocol_name{44, "ipv6-frag"},
    protocol_name{45, "idrp"},
    protocol_name{46, "rsvp"},
    protocol_name{47, "gre"},
    protocol_name{48, "dsr"},
    protocol_name{49, "bna"},
    protocol_name{50, "esp", "ipsec-esp"},
    protocol_name{51, "ah", "ipsec-ah"},
    protocol_name{52, "i-nlsp"},
    protocol_name{53, "swipe"},
    protocol_name{54, "narp", "nhrp"},
    protocol_name{55, "mobile", "min-ipv4"},
    protocol_name{56, "tlsp"},
    protocol_name{57, "skip"},
    protocol_name{58, "icmp6", "ipv6-icmp"},
    protocol_name{59, "ipv6-nonxt"},
    protocol_name{60, "ipv6-opts"},
    protocol_name{62, "cftp"},
    protocol_name{64, "sat-expak"},
    protocol_name{65, "kryptolan"},
    protocol_name{66, "rvd"},
    protocol_name{67, "ippc"},
    protocol_name{69, "sat-mon"},
    protocol_name{70, "visa"},
    protocol_name{71, "ipcv"},
    protocol_name{72, "cpnx"},
    protocol_name{73, "cphb"},
    protocol_name{74, "wsn"},
    protocol_name{75, "pvp"},
    protocol_name{76, "br-sat-mon"},
    protocol_name{77, "sun-nd"},
    protocol_name{78, "wb-mon"},
    protocol_name{79, "wb-expak"},
    protocol_name{80, "iso-ip"},
    protocol_name{81, "vmtp"},
    protocol_name{82, "secure-vmtp"},
    protocol_name{83, "vines"},
    protocol_name{84, "iptm", "ttp"},
    protocol_name{85, "nsfnet-igp"},
    protocol_name{86, "dgp"},
    protocol_name{87, "tcf"},
    protocol_name{88, "eigrp"},
    protocol_name{89, "ospf", "ospfigp"},
    protocol_name{90, "sprite-rpc"},
    protocol_name{91, "larp"},
    protocol_name{92, "mtp"},
    protocol_name{93, "ax.25"},
    protocol_name{94, "ipip"},
    protocol_name{95, "micp"},
    protocol_name{96, "scc-sp"},
    protocol_name{97, "etherip"},
    protocol_name{98, "encap"},
    protocol_name{100, "gmtp"},
    protocol_name{101, "ifmp"},
    protocol_name{102, "pnni"},
    protocol_name{103, "pim"},
    protocol_name{104, "aris"},
    protocol_name{105, "scps"},
    protocol_name{106, "qnx"},
    protocol_name{107, "a/n"},
    protocol_name{108, "ipcomp"},
    protocol_name{109, "snp"},
    protocol_name{110, "compaq-peer"},
    protocol_name{111, "ipx-in-ip"},
    protocol_name{112, "vrrp", "carp"},
    protocol_name{113, "pgm"},
    protocol_name{115, "l2tp"},
    protocol_name{116, "ddx"},
    protocol_name{117, "iatp"},
    protocol_name{118, "stp"},
    protocol_name{119, "srp"},
    protocol_name{120, "uti"},
    protocol_name{121, "smp"},
    protocol_name{122, "sm"},
    protocol_name{123, "ptp"},
    protocol_name{124, "isis"},
    protocol_name{125, "fire"},
    protocol_name{126, "crtp"},
    protocol_name{127, "crudp"},
    protocol_name{128, "sscopmce"},
    protocol_name{129, "iplt"},
    protocol_name{130, "sps"},
    protocol_name{131, "pipe"},
    protocol_name{132, "sctp"},
    protocol_name{133, "fc"},
    protocol_name{134, "rsvp-e2e-ignore"},
    protocol_name{135, "mobility", "mobility-header"},
    protocol_name{136, "udplite"},
    protocol_name{137, "mpls-in-ip"},
    protocol_name{138, "manet"},
    protocol_name{139, "hip"},
    protocol_name{140, "shim6"},
    protocol_name{141, "wesp"},
    protocol_name{142, "rohc"},
    protocol_name{143, "ethernet"},
    protocol_name{144, "aggfrag"},
    protocol_name{145, "nsh"},
    protocol_name{146, "homa"},
};

/// LLC frames that carry no IP, shown only on request: by 0x0100 plus the DSAP. Others have their ethertype's name.
inline constexpr std::array llc_names{
    protocol_name{0x0106, "llc-ip"}, protocol_name{0x0142, "stp"},     protocol_name{0x01aa, "snap"},
    protocol_name{0x01e0, "ipx"},    protocol_name{0x01f0, "netbeui"}, protocol_name{0x01fe, "osi"},
};

}  // namespace detail

namespace detail {

// At namespace scope: compilers build a local constant of a function anew on the stack at every call.
inline constexpr std::array<std::string_view, 256> ip_protocol_name_table = [] {
    std::array<std::string_view, 256> names{};
    // Every element is assigned: g++ 12 refuses to read an element that was not assigned in a constant expression.
    for (auto& name : names) name = std::string_view("");
    for (const auto& row : protocol_names) names[row.number] = row.name;
    return names;
}();

}  // namespace detail

/// The name of an IP protocol number; empty where there is none.
[[nodiscard]] constexpr std::string_view ip_protocol_name(std::uint8_t number) noexcept {
    return detail::ip_protocol_name_table[number];
}

/// The text of the `protocol` column: a name; for IP protocols without one the bare number, for frames without IP the
/// ethertype as 0x and four digits, or `llc`.
[[nodiscard]] inline std::string protocol_text(protocol_id id) {
    const auto number = static_cast<std::uint16_t>(id);
    if (number < 256) {
        const std::string_view name = ip_protocol_name(static_cast<std::uint8_t>(number));
        return name.empty() ? std::to_string(number) : std::string(name);
    }
    for (const auto& row : detail::llc_names)
        if (row.number == number) return std::string(row.name);
    if (number < ethertype::smallest) return "llc";
    for (const ethertype_info& row : ethertypes)
        if (row.number == number && !row.text.empty()) return std::string(row.text);
    constexpr char digits[] = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 12; shift >= 0; shift -= 4) text += digits[(number >> shift) & 15];
    return text;
}

/// The number of an IP protocol by its name, an alias (any case), or a number from 0 to 255 in text. An unknown name is
/// an error that carries the nearest known name; the name of another protocol (http, arp) is one that carries the
/// filter for its packets.
[[nodiscard]] inline result<std::uint8_t> find_ip_protocol(std::string_view text) {
    if (!text.empty() && text.size() <= 3 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        unsigned number = 0;
        for (const char c : text) number = number * 10 + static_cast<unsigned>(c - '0');
        if (number <= 255) return static_cast<std::uint8_t>(number);
        return error{.code = errc::bad_value, .detail = "an IP protocol number from 0 to 255", .subject = text};
    }
    std::vector<std::string_view> known;
    for (const auto& row : detail::protocol_names) {
        for (const std::string_view name : {row.name, row.alias}) {
            if (name.empty()) continue;
            if (equal_ignoring_case(name, text)) return static_cast<std::uint8_t>(row.number);
            known.push_back(name);
        }
    }
    if (const std::string filter = filter_for_protocol(text); !filter.empty())
        return error{.code = errc::bad_value,
                     .detail = "a protocol of IP headers, so the option 'filter' is what chooses its packets",
                     .subject = text,
                     .hint = std::string_view(filter)};
    return unknown_name("protocol", text, known);
}

}  // namespace pcapframe
