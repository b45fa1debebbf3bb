// The words of the filter language: keywords with their meanings, and the named constants.
//
// Source: pcap-filter(7) of libpcap 1.10, and the words that its compiler takes beyond the manual.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2::filter {

/// What stands before an address, port or protocol, or alone.
enum class protocol_word : std::uint8_t {
    none,
    link,
    ip,
    arp,
    rarp,
    sctp,
    tcp,
    udp,
    icmp,
    igmp,
    igrp,
    pim,
    vrrp,
    carp,
    atalk,
    aarp,
    decnet,
    lat,
    sca,
    moprc,
    mopdl,
    ip6,
    icmp6,
    ah,
    esp,
    iso,
    esis,
    isis,
    l1,
    l2,
    iih,
    lsp,
    snp,
    csnp,
    psnp,
    clnp,
    stp,
    ipx,
    netbeui,
    radio,
    unset,  ///< nothing was said yet that a bare name could inherit
};

/// Bytes of these protocols, as in `tcp[13]`, are looked for in IPv4 packets only, as pcap-filter(7) says.
[[nodiscard]] constexpr bool looks_into_ipv4(protocol_word protocol) noexcept {
    return protocol >= protocol_word::sctp && protocol <= protocol_word::carp;
}
enum class direction : std::uint8_t { none, src, dst, either, both, addr1, addr2, addr3, addr4, ra, ta };
enum class address_kind : std::uint8_t { none, host, net, port, portrange, gateway, proto, protochain };

/// What a token is.
enum class token_kind : std::uint8_t {
    // Tokens with a text or a number.
    end,
    wrong,
    name,
    number,
    ipv4,
    ipv6,
    mac,
    arcnet,
    // Signs.
    and_,
    or_,
    not_,
    open,
    close,
    open_bracket,
    close_bracket,
    colon,
    plus,
    minus,
    star,
    slash,
    percent,
    amp,
    pipe,
    caret,
    lsh,
    rsh,
    less_sign,
    greater_sign,
    equal,
    not_equal,
    at_least,
    at_most,
    // Words; the number of the token says which word it is.
    protocol,
    direction,
    kind,
    mask,
    less,
    greater,
    byte,
    broadcast,
    multicast,
    length,
    inbound,
    outbound,
    ifindex,
    vlan,
    mpls,
    pppoed,
    pppoes,
    geneve,
    vxlan,
    type,
    subtype,
    dir,
    llc,
    atm,
    atm_field,
    pf_ifname,
    pf_ruleset,
    pf_rnr,
    pf_srnr,
    pf_reason,
    pf_action,
    mtp2,
    mtp3_field,
};

/// The words of ATM.
enum class atm_word : std::uint8_t {
    lane,
    metac,
    bcc,
    oamf4ec,
    oamf4sc,
    sc,
    ilmic,
    oam,
    oamf4,
    connectmsg,
    metaconnect
};
enum class atm_field_word : std::uint8_t { vpi, vci };
enum class mtp2_word : std::uint8_t { fisu, lssu, msu, hfisu, hlssu, hmsu };
enum class mtp3_word : std::uint8_t { sio, opc, dpc, sls, hsio, hopc, hdpc, hsls };

namespace detail {

struct word_row {
    std::string_view text;
    token_kind kind;
    std::uint32_t number = 0;
};

template <class Enum>
constexpr word_row row_of(std::string_view text, token_kind kind, Enum value) {
    return {text, kind, static_cast<std::uint32_t>(value)};
}
constexpr word_row row_of(std::string_view text, protocol_word p) { return row_of(text, token_kind::protocol, p); }
constexpr word_row row_of(std::string_view text, direction d) { return row_of(text, token_kind::direction, d); }
constexpr word_row row_of(std::string_view text, address_kind k) { return row_of(text, token_kind::kind, k); }
constexpr word_row row_of(std::string_view text, atm_word a) { return row_of(text, token_kind::atm, a); }
constexpr word_row row_of(std::string_view text, mtp2_word m) { return row_of(text, token_kind::mtp2, m); }
constexpr word_row row_of(std::string_view text, mtp3_word m) { return row_of(text, token_kind::mtp3_field, m); }
constexpr word_row row_of(std::string_view text, int number) {
    return {text, token_kind::number, static_cast<std::uint32_t>(number)};
}

/// Sorted by text when the program is compiled.
inline constexpr auto words = [] {
    using p = protocol_word;
    using d = direction;
    using k = address_kind;
    using t = token_kind;
    std::array table{row_of("link", p::link),
                     row_of("ether", p::link),
                     row_of("ppp", p::link),
                     row_of("slip", p::link),
                     row_of("fddi", p::link),
                     row_of("tr", p::link),
                     row_of("wlan", p::link),
                     row_of("arp", p::arp),
                     row_of("rarp", p::rarp),
                     row_of("ip", p::ip),
                     row_of("sctp", p::sctp),
                     row_of("tcp", p::tcp),
                     row_of("udp", p::udp),
                     row_of("icmp", p::icmp),
                     row_of("igmp", p::igmp),
                     row_of("igrp", p::igrp),
                     row_of("pim", p::pim),
                     row_of("vrrp", p::vrrp),
                     row_of("carp", p::carp),
                     row_of("radio", p::radio),
                     row_of("ip6", p::ip6),
                     row_of("icmp6", p::icmp6),
                     row_of("ah", p::ah),
                     row_of("esp", p::esp),
                     row_of("atalk", p::atalk),
                     row_of("aarp", p::aarp),
                     row_of("decnet", p::decnet),
                     row_of("lat", p::lat),
                     row_of("sca", p::sca),
                     row_of("moprc", p::moprc),
                     row_of("mopdl", p::mopdl),
                     row_of("iso", p::iso),
                     row_of("esis", p::esis),
                     row_of("es-is", p::esis),
                     row_of("isis", p::isis),
                     row_of("is-is", p::isis),
                     row_of("l1", p::l1),
                     row_of("l2", p::l2),
                     row_of("iih", p::iih),
                     row_of("lsp", p::lsp),
                     row_of("snp", p::snp),
                     row_of("csnp", p::csnp),
                     row_of("psnp", p::psnp),
                     row_of("clnp", p::clnp),
                     row_of("stp", p::stp),
                     row_of("ipx", p::ipx),
                     row_of("netbeui", p::netbeui),
                     row_of("src", d::src),
                     row_of("dst", d::dst),
                     row_of("addr1", d::addr1),
                     row_of("address1", d::addr1),
                     row_of("addr2", d::addr2),
                     row_of("address2", d::addr2),
                     row_of("addr3", d::addr3),
                     row_of("address3", d::addr3),
                     row_of("addr4", d::addr4),
                     row_of("address4", d::addr4),
                     row_of("ra", d::ra),
                     row_of("ta", d::ta),
                     row_of("host", k::host),
                     row_of("net", k::net),
                     row_of("port", k::port),
                     row_of("portrange", k::portrange),
                     row_of("proto", k::proto),
                     row_of("protochain", k::protochain),
                     row_of("gateway", k::gateway),
                     word_row{"mask", t::mask},
                     word_row{"type", t::type},
                     word_row{"subtype", t::subtype},
                     word_row{"dir", t::dir},
                     word_row{"direction", t::dir},
                     word_row{"less", t::less},
                     word_row{"greater", t::greater},
                     word_row{"byte", t::byte},
                     word_row{"broadcast", t::broadcast},
                     word_row{"multicast", t::multicast},
                     word_row{"and", t::and_},
                     word_row{"or", t::or_},
                     word_row{"not", t::not_},
                     word_row{"len", t::length},
                     word_row{"length", t::length},
                     word_row{"inbound", t::inbound},
                     word_row{"outbound", t::outbound},
                     word_row{"ifindex", t::ifindex},
                     word_row{"vlan", t::vlan},
                     word_row{"mpls", t::mpls},
                     word_row{"pppoed", t::pppoed},
                     word_row{"pppoes", t::pppoes},
                     word_row{"geneve", t::geneve},
                     word_row{"vxlan", t::vxlan},
                     word_row{"llc", t::llc},
                     row_of("lane", atm_word::lane),
                     row_of("metac", atm_word::metac),
                     row_of("bcc", atm_word::bcc),
                     row_of("oam", atm_word::oam),
                     row_of("oamf4", atm_word::oamf4),
                     row_of("oamf4ec", atm_word::oamf4ec),
                     row_of("oamf4sc", atm_word::oamf4sc),
                     row_of("sc", atm_word::sc),
                     row_of("ilmic", atm_word::ilmic),
                     row_of("connectmsg", atm_word::connectmsg),
                     row_of("metaconnect", atm_word::metaconnect),
                     row_of("vpi", t::atm_field, atm_field_word::vpi),
                     row_of("vci", t::atm_field, atm_field_word::vci),
                     word_row{"on", t::pf_ifname},
                     word_row{"ifname", t::pf_ifname},
                     word_row{"rset", t::pf_ruleset},
                     word_row{"ruleset", t::pf_ruleset},
                     word_row{"rnr", t::pf_rnr},
                     word_row{"rulenum", t::pf_rnr},
                     word_row{"srnr", t::pf_srnr},
                     word_row{"subrulenum", t::pf_srnr},
                     word_row{"reason", t::pf_reason},
                     word_row{"action", t::pf_action},
                     row_of("fisu", mtp2_word::fisu),
                     row_of("lssu", mtp2_word::lssu),
                     row_of("lsu", mtp2_word::lssu),
                     row_of("msu", mtp2_word::msu),
                     row_of("hfisu", mtp2_word::hfisu),
                     row_of("hlssu", mtp2_word::hlssu),
                     row_of("hmsu", mtp2_word::hmsu),
                     row_of("sio", mtp3_word::sio),
                     row_of("opc", mtp3_word::opc),
                     row_of("dpc", mtp3_word::dpc),
                     row_of("sls", mtp3_word::sls),
                     row_of("hsio", mtp3_word::hsio),
                     row_of("hopc", mtp3_word::hopc),
                     row_of("hdpc", mtp3_word::hdpc),
                     row_of("hsls", mtp3_word::hsls),
                     row_of("icmptype", 0),
                     row_of("icmpcode", 1),
                     row_of("icmp-echoreply", 0),
                     row_of("icmp-unreach", 3),
                     row_of("icmp-sourcequench", 4),
                     row_of("icmp-redirect", 5),
                     row_of("icmp-echo", 8),
                     row_of("icmp-routeradvert", 9),
                     row_of("icmp-routersolicit", 10),
                     row_of("icmp-timxceed", 11),
                     row_of("icmp-paramprob", 12),
                     row_of("icmp-tstamp", 13),
                     row_of("icmp-tstampreply", 14),
                     row_of("icmp-ireq", 15),
                     row_of("icmp-ireqreply", 16),
                     row_of("icmp-maskreq", 17),
                     row_of("icmp-maskreply", 18),
                     row_of("icmp6type", 0),
                     row_of("icmp6code", 1),
                     row_of("icmp6-destinationunreach", 1),
                     row_of("icmp6-packettoobig", 2),
                     row_of("icmp6-timeexceeded", 3),
                     row_of("icmp6-parameterproblem", 4),
                     row_of("icmp6-echo", 128),
                     row_of("icmp6-echoreply", 129),
                     row_of("icmp6-multicastlistenerquery", 130),
                     row_of("icmp6-multicastlistenerreportv1", 131),
                     row_of("icmp6-multicastlistenerdone", 132),
                     row_of("icmp6-routersolicit", 133),
                     row_of("icmp6-routeradvert", 134),
                     row_of("icmp6-neighborsolicit", 135),
                     row_of("icmp6-neighboradvert", 136),
                     row_of("icmp6-redirect", 137),
                     row_of("icmp6-routerrenum", 138),
                     row_of("icmp6-nodeinformationquery", 139),
                     row_of("icmp6-nodeinformationresponse", 140),
                     row_of("icmp6-ineighbordiscoverysolicit", 141),
                     row_of("icmp6-ineighbordiscoveryadvert", 142),
                     row_of("icmp6-multicastlistenerreportv2", 143),
                     row_of("icmp6-homeagentdiscoveryrequest", 144),
                     row_of("icmp6-homeagentdiscoveryreply", 145),
                     row_of("icmp6-mobileprefixsolicit", 146),
                     row_of("icmp6-mobileprefixadvert", 147),
                     row_of("icmp6-certpathsolicit", 148),
                     row_of("icmp6-certpathadvert", 149),
                     row_of("icmp6-multicastrouteradvert", 151),
                     row_of("icmp6-multicastroutersolicit", 152),
                     row_of("icmp6-multicastrouterterm", 153),
                     row_of("tcpflags", 13),
                     row_of("tcp-fin", 1),
                     row_of("tcp-syn", 2),
                     row_of("tcp-rst", 4),
                     row_of("tcp-push", 8),
                     row_of("tcp-ack", 16),
                     row_of("tcp-urg", 32),
                     row_of("tcp-ece", 64),
                     row_of("tcp-cwr", 128)};
    std::sort(table.begin(), table.end(), [](const word_row& a, const word_row& b) { return a.text < b.text; });
    return table;
}();

/// The word of the language that a kind of addresses has.
[[nodiscard]] constexpr std::string_view word_of(address_kind kind) noexcept {
    for (const word_row& row : words)
        if (row.kind == token_kind::kind && row.number == static_cast<std::uint32_t>(kind)) return row.text;
    return "";
}

/// The word of the language that a protocol has.
[[nodiscard]] constexpr std::string_view word_of(protocol_word protocol) noexcept {
    for (const word_row& row : words)
        if (row.kind == token_kind::protocol && row.number == static_cast<std::uint32_t>(protocol)) return row.text;
    return "";
}

}  // namespace detail

}  // namespace pcapframe::filter
