// Which protocol the link layer carries, for every link type.
#pragma once

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

inline term_id generator::link_protocol(std::uint32_t protocol) {
    if (labels_ > 0) return mpls_protocol(protocol);
    using namespace link_type;
    if (is_ethernet(link_type_)) {
        const term_id check = in_overlay_ ? logic::always : previous_link_check();
        return both(check, ethernet_protocol(protocol));
    }
    if (is_wlan(link_type_)) {
        const term_id data = wlan_data_frame();
        return both(data, llc_protocol(protocol));
    }
    if (is_arcnet(link_type_)) return arcnet_protocol(protocol);
    if (is_juniper(link_type_)) return masked(origin::link, 0, 4, 0x4d474300, 0xffffff00);
    switch (link_type_) {
        case chdlc:
        case netbsd_hdlc: return equal(origin::type, 0, 2, protocol == detail::carried::sap_iso ? 0xfefe : protocol);
        case fddi:
        case ieee802_5:
        case atm_rfc1483:
        case atm_clip:
        case ip_over_fc: return llc_protocol(protocol);
        case sunatm: {
            const term_id is_llc = masked(origin::link, 0, 1, 2, 0x0f);
            return both(is_llc, llc_protocol(protocol));
        }
        case linux_sll: return cooked_protocol(protocol);
        case null:
        case loop:
        case enc: return loopback_protocol(protocol);
        case ppp:
        case ppp_pppd:
        case ppp_hdlc:
        case ppp_ether:
        case ppp_bsdos: return ppp_protocol(protocol);
        case frelay: return frame_relay_protocol(protocol);
        default: return other_link_protocol(protocol);
    }
}

/// Ethernet II, or IEEE 802.3 with an LLC header, by the number.
inline term_id generator::ethernet_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    const auto has_length = [&] { return negation(greater(origin::type, 0, 2, longest_length)); };
    switch (protocol) {
        case sap_iso:
        case sap_ip:
        case sap_netbeui: {
            const term_id length = has_length();
            return both(length, equal(origin::llc, 0, 2, protocol << 8 | protocol));
        }
        case sap_ipx: {  // Ethernet II, 802.3 with LLC, with SNAP, and without any header
            const term_id is_type = equal(origin::type, 0, 2, ipx_type);
            const term_id length = has_length();
            const term_id in_snap = snap(0, ipx_type);
            const term_id in_llc = equal(origin::llc, 0, 1, sap_ipx);
            return either(is_type, both(length, either(in_snap, either(in_llc, equal(origin::llc, 0, 2, 0xffff)))));
        }
        case atalk:
        case aarp: {
            const term_id is_type = equal(origin::type, 0, 2, protocol);
            const term_id length = has_length();
            return either(is_type, both(length, snap(protocol == atalk ? 0x080007 : 0, protocol)));
        }
        default: break;
    }
    if (protocol > longest_length) return equal(origin::type, 0, 2, protocol);
    const term_id length = has_length();
    return both(length, equal(origin::type, 2, 1, protocol));
}

/// Linux cooked headers: an ethertype, or one of Linux' own numbers for frames without one.
inline term_id generator::cooked_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    constexpr std::uint32_t novell = 1, has_llc = 4;
    const auto type_is = [&](std::uint32_t k) { return equal(origin::type, 0, 2, k); };
    switch (protocol) {
        case sap_iso:
        case sap_ip:
        case sap_netbeui: {
            const term_id is_llc = type_is(has_llc);
            return both(is_llc, equal(origin::llc, 0, 2, protocol << 8 | protocol));
        }
        case sap_ipx: {
            const term_id in_llc = equal(origin::llc, 0, 1, sap_ipx);
            const term_id framed = both(type_is(has_llc), either(in_llc, snap(0, ipx_type)));
            return either(type_is(ipx_type), either(type_is(novell), framed));
        }
        case atalk:
        case aarp: {
            const term_id framed = both(type_is(has_llc), snap(protocol == atalk ? 0x080007 : 0, protocol));
            return either(type_is(protocol), framed);
        }
        default: break;
    }
    if (protocol > longest_length) return type_is(protocol);
    const term_id is_llc = type_is(has_llc);
    return both(is_llc, equal(origin::link, payload_.constant, 1, protocol));
}

/// A SNAP header (IEEE 802) in front of the protocol.
inline term_id generator::snap(std::uint32_t organisation, std::uint32_t protocol) {
    const std::array<char, 8> header{'\xaa',
                                     '\xaa',
                                     '\x03',
                                     static_cast<char>(organisation >> 16),
                                     static_cast<char>(organisation >> 8),
                                     static_cast<char>(organisation),
                                     static_cast<char>(protocol >> 8),
                                     static_cast<char>(protocol)};
    return bytes(origin::llc, 0, {header.data(), header.size()});
}

/// Link layers whose frames all have an LLC header. Ethertypes are looked for behind SNAP without looking whether SNAP
/// is there.
inline term_id generator::llc_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    switch (protocol) {
        case sap_ip:
        case sap_iso:
        case sap_netbeui: return equal(origin::llc, 0, 2, protocol << 8 | protocol);
        case sap_ipx: return equal(origin::llc, 0, 1, sap_ipx);
        case atalk: return snap(0x080007, atalk);
        default: break;
    }
    return protocol <= longest_length ? equal(origin::llc, 0, 1, protocol) : equal(origin::llc, 6, 2, protocol);
}

inline term_id generator::loopback_family(std::uint32_t family) {
    const bool host_order = link_type_ != link_type::loop;
    const bool swapped = host_order && options_.loopback_order == byte_order::little;
    return equal(origin::link, 0, 4, swapped ? family << 24 : family);
}

/// IPv6 has another number on each family of systems: in files, each of the numbers counts.
inline term_id generator::loopback_protocol(std::uint32_t protocol) {
    if (protocol == detail::carried::ip) return loopback_family(2);
    if (protocol != detail::carried::ip6) return logic::never;
    constexpr std::uint32_t bsd = 24, freebsd = 28, darwin = 30, linux = 10;
    if (options_.live) return loopback_family(linux);
    const term_id first = loopback_family(darwin);
    const term_id second = loopback_family(bsd);
    return either(first, either(second, loopback_family(freebsd)));
}

inline term_id generator::arcnet_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    constexpr std::uint32_t arc_ip = 212, arc_ip_old = 240, arc_arp = 213, arc_arp_old = 241, arc_rarp = 214,
                            arc_atalk = 221, arc_ip6 = 0xc4;
    const auto type_is = [&](std::uint32_t k) { return equal(origin::type, 0, 1, k); };
    switch (protocol) {
        case ip: return either(type_is(arc_ip), type_is(arc_ip_old));
        case ip6: return type_is(arc_ip6);
        case arp: return either(type_is(arc_arp), type_is(arc_arp_old));
        case rarp: return type_is(arc_rarp);
        case atalk: return type_is(arc_atalk);
        default: return logic::never;
    }
}

/// PPP has numbers of its own for some protocols; other protocols are compared by their ethertypes.
inline term_id generator::ppp_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    constexpr std::uint32_t ppp_ip = 0x21, compressed = 0x2d, uncompressed = 0x2f;
    const auto type_is = [&](std::uint32_t k) { return equal(origin::type, 0, 2, k); };
    switch (protocol) {
        case ip:
            if (link_type_ != link_type::ppp_bsdos) return type_is(ppp_ip);
            return either(either(type_is(ppp_ip), type_is(compressed)), type_is(uncompressed));
        case ip6: return type_is(0x57);
        case decnet: return type_is(0x27);
        case atalk: return type_is(0x29);
        case ns: return type_is(0x25);
        case sap_iso: return type_is(0x23);
        case sap_stp: return type_is(0x31);
        case sap_ipx: return type_is(0x2b);
        default: return type_is(protocol);
    }
}

/// Frame relay with two address bytes, control 3 and a network layer protocol identifier (RFC 2427).
inline term_id generator::frame_relay_protocol(std::uint32_t protocol) {
    const auto identifier_is = [&](std::uint32_t k) { return equal(origin::link, 2, 2, 0x0300 | k); };
    switch (protocol) {
        case detail::carried::ip: return identifier_is(0xcc);
        case detail::carried::ip6: return identifier_is(0x8e);
        case detail::carried::sap_iso:
            return either(identifier_is(0x81), either(identifier_is(0x82), identifier_is(0x83)));
        default: return logic::never;
    }
}

inline term_id generator::other_link_protocol(std::uint32_t protocol) {
    using namespace detail::carried;
    switch (link_type_) {
        case link_type::slip:
        case link_type::slip_bsdos:
        case link_type::raw:
            if (protocol != ip && protocol != ip6) return logic::never;
            return masked(origin::link, 0, 1, protocol == ip ? 0x40 : 0x60, 0xf0);
        case link_type::ipv4: return protocol == ip ? logic::always : logic::never;
        case link_type::ipv6: return protocol == ip6 ? logic::always : logic::never;
        case link_type::pflog:
            if (protocol != ip && protocol != ip6) return logic::never;
            return equal(origin::link, 1, 1, protocol == ip ? 2 : 10);
        case link_type::ltalk: return protocol == atalk ? logic::always : logic::never;
        case link_type::bacnet: return masked(origin::link, 0, 4, 0x55ff0000, 0xffff0000);
        case link_type::ipnet:
            if (protocol != ip && protocol != ip6) return logic::never;
            return equal(origin::type, 0, 1, protocol == ip ? 2 : 26);
        default: break;
    }
    if (type_.constant != no_place) return equal(origin::type, 0, 2, protocol);
    return fail("packets of link type " + link_type_name(link_type_) + " cannot be filtered by what they carry");
}

/// Behind a stack of labels nothing names the protocol; the first four bits of the payload tell IPv4 from IPv6.
inline term_id generator::mpls_protocol(std::uint32_t protocol) {
    if (protocol != detail::carried::ip && protocol != detail::carried::ip6)
        return fail("behind 'mpls' only IPv4 and IPv6 can be told apart");
    const term_id last = masked(origin::network, 0U - 2, 1, 1, 1);
    return both(last, masked(origin::network, 0, 1, protocol == detail::carried::ip ? 0x40 : 0x60, 0xf0));
}

/// That a frame within another frame is there at all: an Ethernet frame behind a Geneve header, no control frame of
/// LANE.
inline term_id generator::previous_link_check() {
    if (in_overlay_) return negation(out_.terms.test_values(bpf::jeq, word_value(link_), word_value(payload_)));
    if (previous_link_type_ != link_type::sunatm) return logic::always;
    return negation(equal(origin::previous_link, 4, 2, 0xff00));
}

inline term_id generator::wlan_data_frame() {
    const term_id not_reserved = negation(bits(origin::link, 0, 0x04));
    return both(not_reserved, bits(origin::link, 0, 0x08));
}

/// That a frame has an LLC header.
inline term_id generator::llc_frame() {
    if (link_type::is_wlan(link_type_)) return wlan_data_frame();
    switch (link_type_) {
        case link_type::ethernet: {
            const term_id length = negation(greater(origin::type, 0, 2, detail::carried::longest_length));
            return both(length, negation(equal(origin::llc, 0, 2, 0xffff)));
        }
        case link_type::sunatm: {
            const term_id is_llc = masked(origin::link, 0, 1, 2, 0x0f);
            link_type_ = previous_link_type_;
            return is_llc;
        }
        case link_type::ieee802_5:
        case link_type::fddi:
        case link_type::atm_rfc1483: return logic::always;
        default: return fail("'llc' is not known on this link type");
    }
}

inline term_id generator::llc_type(const node& n) {
    const term_id framed = llc_frame();
    switch (n.kind) {
        case node_kind::llc_i: return both(framed, negation(bits(origin::llc, 2, 0x01)));
        case node_kind::llc_s: return both(framed, masked(origin::llc, 2, 1, 0x01, 0x03));
        case node_kind::llc_u: return both(framed, masked(origin::llc, 2, 1, 0x03, 0x03));
        case node_kind::llc_s_type: return both(framed, masked(origin::llc, 2, 1, n.number, 0x0f));
        case node_kind::llc_u_type: return both(framed, masked(origin::llc, 2, 1, n.number, 0xef));
        default: return framed;
    }
}

}  // namespace pcapframe::filter
