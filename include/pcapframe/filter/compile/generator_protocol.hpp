// Protocols by name and number, in IP, IPv6, ISO and on the link layer.
#pragma once

#include <initializer_list>

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

inline constexpr std::uint32_t clnp = 0x81, esis = 0x82, isis = 0x83;  ///< ISO/IEC TR 9577

}  // namespace detail

inline term_id generator::isis_types(std::initializer_list<std::uint32_t> types) {
    term_id any = logic::never;
    for (const std::uint32_t type : types) any = either(any, protocol_number(type, protocol_word::isis));
    return any;
}

/// A protocol's name alone.
inline term_id generator::protocol(protocol_word word) {
    using p = protocol_word;
    using namespace detail::carried;
    switch (word) {
        case p::sctp: return protocol_number(132, p::none);
        case p::tcp: return protocol_number(6, p::none);
        case p::udp: return protocol_number(17, p::none);
        case p::icmp: return protocol_number(1, p::ip);
        case p::igmp: return protocol_number(2, p::ip);
        case p::igrp: return protocol_number(9, p::ip);
        case p::pim: return protocol_number(103, p::none);
        case p::vrrp:
        case p::carp: return protocol_number(112, p::ip);
        case p::icmp6: return protocol_number(58, p::ip6);
        case p::ah: return protocol_number(51, p::none);
        case p::esp: return protocol_number(50, p::none);
        case p::ip: return link_protocol(ip);
        case p::ip6: return link_protocol(ip6);
        case p::arp: return link_protocol(arp);
        case p::rarp: return link_protocol(rarp);
        case p::atalk: return link_protocol(atalk);
        case p::aarp: return link_protocol(aarp);
        case p::decnet: return link_protocol(decnet);
        case p::sca: return link_protocol(0x6007);
        case p::lat: return link_protocol(0x6004);
        case p::mopdl: return link_protocol(0x6001);
        case p::moprc: return link_protocol(0x6002);
        case p::iso: return link_protocol(sap_iso);
        case p::stp: return link_protocol(sap_stp);
        case p::ipx: return link_protocol(sap_ipx);
        case p::netbeui: return link_protocol(sap_netbeui);
        case p::esis: return protocol_number(detail::esis, p::iso);
        case p::isis: return protocol_number(detail::isis, p::iso);
        case p::clnp: return protocol_number(detail::clnp, p::iso);
        case p::l1: return isis_types({26, 24, 18, 15, 17});
        case p::l2: return isis_types({27, 25, 20, 16, 17});
        case p::iih: return isis_types({17, 15, 16});
        case p::lsp: return isis_types({18, 20});
        case p::snp: return isis_types({27, 26, 24, 25});
        case p::csnp: return isis_types({24, 25});
        case p::psnp: return isis_types({26, 27});
        default: return fail("'" + std::string(detail::word_of(word)) + "' alone is no protocol to test for");
    }
}

inline term_id generator::protocol_number(std::uint32_t k, protocol_word over) {
    using p = protocol_word;
    switch (over) {
        case p::none: {
            const term_id in_ip = protocol_number(k, p::ip);
            return either(in_ip, protocol_number(k, p::ip6));
        }
        case p::link: return link_protocol(k);
        case p::ip: {
            const term_id carried = link_protocol(detail::carried::ip);
            return both(carried, equal(origin::network, 9, 1, k));
        }
        case p::ip6: {  // behind a fragment header, too
            const term_id carried = link_protocol(detail::carried::ip6);
            const term_id direct = equal(origin::network, 6, 1, k);
            const term_id fragment = equal(origin::network, 6, 1, 44);
            return both(carried, either(direct, both(fragment, equal(origin::network, 40, 1, k))));
        }
        case p::iso: {
            if (link_type_ == link_type::frelay) return equal(origin::link, 2, 2, 0x0300 | k);
            const bool hdlc = link_type_ == link_type::chdlc || link_type_ == link_type::netbsd_hdlc;
            const term_id carried = link_protocol(hdlc ? 0xfefe : detail::carried::sap_iso);
            return both(carried, equal(origin::network_nosnap, hdlc ? 1 : 0, 1, k));
        }
        case p::isis: {
            const term_id carried = protocol_number(detail::isis, p::iso);
            return both(carried, equal(origin::network_nosnap, 4, 1, k));
        }
        default: return fail("'" + std::string(detail::word_of(over)) + "' says of no protocol what it carries", "ip");
    }
}

/// A walk over the headers between IP and the protocol: extension headers of IPv6, and AH.
inline term_id generator::protocol_chain(std::uint32_t k, protocol_word over) {
    const int word = take_word();
    if (over == protocol_word::none) {  // libpcap keeps a word of its own for the walks of IPv4 and IPv6 together
        const term_id in_ip = protocol_chain(k, protocol_word::ip);
        return either(in_ip, protocol_chain(k, protocol_word::ip6));
    }
    const bool ipv6 = over == protocol_word::ip6;
    if (!ipv6 && over != protocol_word::ip) return fail("'protochain' is for ip and ip6", "ip");
    if (payload_.is_variable) return fail("'protochain' cannot follow link-layer headers of variable length");
    const term_id carried = link_protocol(ipv6 ? detail::carried::ip6 : detail::carried::ip);
    out_.never_optimized = true;
    const value_id end = values().chain(payload_.constant + network_, k, ipv6);
    free_word(word);
    return both(carried, out_.terms.test(bpf::jeq, end, k));
}

inline term_id generator::named_protocol(const node& n) {
    using p = protocol_word;
    std::optional<std::uint32_t> number;
    switch (n.q.protocol) {
        case p::none:
        case p::ip:
        case p::ip6: number = detail::find_protocol(n.text, options_.names); break;
        case p::link: number = detail::find_link_protocol(n.text); break;
        case p::iso:
            if (n.text == "esis") number = detail::esis;
            if (n.text == "isis") number = detail::isis;
            if (n.text == "clnp") number = detail::clnp;
            break;
        default: break;
    }
    if (number && n.q.kind == address_kind::protochain) return protocol_chain(*number, n.q.protocol);
    if (number) return protocol_number(*number, n.q.protocol);
    std::vector<std::string_view> names;
    for (const auto& row : pcapframe::detail::protocol_names) names.push_back(row.name);
    return fail("the protocol '" + std::string(n.text) + "' is not known here; write its number",
                nearest_word(n.text, names));
}

}  // namespace pcapframe::filter
