// Broadcasts, directions, and what only one link type has: PF logs, ATM, SS7.
#pragma once

#include <initializer_list>

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

inline term_id generator::broadcast(protocol_word over) {
    constexpr mac_address everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    if (over == protocol_word::none || over == protocol_word::link) {
        if (link_type::is_arcnet(link_type_)) return equal(origin::link, 1, 1, 0);
        const bool has_macs = link_type::is_ethernet(link_type_) || link_type::is_wlan(link_type_) ||
                              link_type_ == link_type::fddi || link_type_ == link_type::ieee802_5 ||
                              link_type_ == link_type::ip_over_fc;
        if (!has_macs) return fail("this link type has no broadcasts", "ip broadcast");
        return link_mac(everybody, direction::dst);
    }
    if (over != protocol_word::ip) return fail("'broadcast' is for the link layer and IPv4");
    if (!options_.netmask)
        return fail(
            "'ip broadcast' needs the netmask of the network, which is not known; write the address, as in "
            "'dst host 10.0.0.255'");
    const std::uint32_t host_bits = ~*options_.netmask;
    const term_id carried = link_protocol(detail::carried::ip);
    const term_id zeros = masked(origin::network, 16, 4, 0, host_bits);
    return both(carried, either(zeros, masked(origin::network, 16, 4, host_bits, host_bits)));
}

inline term_id generator::multicast(protocol_word over) {
    if (over == protocol_word::ip) {
        const term_id carried = link_protocol(detail::carried::ip);
        return both(carried, out_.terms.test(bpf::jge, load(origin::network, 16, 1), 224));
    }
    if (over == protocol_word::ip6) {
        const term_id carried = link_protocol(detail::carried::ip6);
        return both(carried, equal(origin::network, 24, 1, 255));
    }
    const bool of_link = over == protocol_word::none || over == protocol_word::link;
    if (of_link && link_type::is_arcnet(link_type_)) return equal(origin::link, 1, 1, 0);
    if (of_link && link_type::is_wlan(link_type_)) return wlan_multicast();
    if (of_link && link_type::is_ethernet(link_type_)) {
        const term_id check = previous_link_check();
        return both(check, bits(origin::link, 0, 1));
    }
    if (of_link && link_type_ == link_type::fddi) return bits(origin::link, 1, 1);
    if (of_link && (link_type_ == link_type::ieee802_5 || link_type_ == link_type::ip_over_fc))
        return bits(origin::link, 2, 1);
    return fail("'multicast' is for the link layer (where it has addresses), IPv4 and IPv6");
}

/// byte PLACE SIGN NUMBER: a byte of the link-layer header compared, or its bits with the number's.
inline term_id generator::byte_test(const node& n) {
    const value_id byte = load(origin::link, n.other, 1);
    logic& terms = out_.terms;
    switch (n.op) {
        case '=': return terms.test(bpf::jeq, byte, n.number);
        case '<': return negation(terms.test(bpf::jge, byte, n.number));
        case '>': return terms.test(bpf::jgt, byte, n.number);
        case '&': return terms.test(bpf::jset, byte, n.number);
        default: return negation(terms.test(bpf::jeq, values().arithmetic(bpf::or_, byte, n.number), 0));
    }
}

inline term_id generator::outgoing(bool wanted) {
    const auto flipped = [&](term_id is_outgoing) { return wanted ? is_outgoing : negation(is_outgoing); };
    if (link_type::is_juniper(link_type_)) return masked(origin::link, 3, 1, wanted ? 0 : 1, 1);
    switch (link_type_) {
        case link_type::slip: {
            const side_value direction{load(origin::link, 0, 1), logic::none, take_word(), std::nullopt};
            free_word(direction.word);
            return flipped(negation(out_.terms.test(bpf::jeq, direction.value, 0)));
        }
        case link_type::ipnet: return equal(origin::link, 2, 2, wanted ? 1 : 2);
        case link_type::linux_sll: return flipped(equal(origin::link, 0, 2, 4));
        case link_type::linux_sll2: return flipped(equal(origin::link, 10, 1, 4));
        case link_type::pflog: return equal(origin::link, 60, 1, wanted ? 2 : 1);
        case link_type::ppp_pppd: return equal(origin::link, 0, 1, wanted ? 1 : 0);
        default: break;
    }
    if (!options_.live)
        return fail(
            "whether a packet came in or went out is not kept in files of this link type; a live capture on Linux "
            "knows, and so do files of its interface 'any'");
    return flipped(out_.terms.test(bpf::jeq, values().context(bpf::ancillary + bpf::ad_pkttype, 2), 4));
}

inline term_id generator::interface_index(std::uint32_t k) {
    if (link_type_ == link_type::linux_sll2) return equal(origin::link, 4, 4, k);
    if (!options_.live)
        return fail(
            "the index of the interface is not kept in files of this link type; a live capture on Linux knows it");
    return out_.terms.test(bpf::jeq, values().context(bpf::ancillary + bpf::ad_ifindex, 4), k);
}

/// Fields of the header of OpenBSD's PF logs.
inline term_id generator::pf(const node& n) {
    if (link_type_ != link_type::pflog)
        return fail("'on', 'rset', 'rnr', 'reason', 'action' and the like are for logs of PF (link type PFLOG)");
    constexpr std::size_t name_bytes = 16;
    const bool named = n.kind == node_kind::pf_ifname || n.kind == node_kind::pf_ruleset;
    if (named && n.text.size() >= name_bytes) return fail("names in PF logs have at most 15 characters");
    switch (n.kind) {
        case node_kind::pf_ifname: return bytes(origin::link, 4, n.text);
        case node_kind::pf_ruleset: return bytes(origin::link, 20, n.text);
        case node_kind::pf_rnr: return equal(origin::link, 36, 4, n.number);
        case node_kind::pf_srnr: return equal(origin::link, 40, 4, n.number);
        case node_kind::pf_reason: return equal(origin::link, 3, 1, n.number);
        default: return equal(origin::link, 2, 1, n.number);
    }
}

inline term_id generator::atm_circuit(std::uint32_t vci) {
    const term_id vpi = equal(origin::link, 1, 1, 0);
    return both(vpi, equal(origin::link, 2, 2, vci));
}

/// Q.2931 messages on a signalling circuit, the last type tested first.
inline term_id generator::atm_messages(std::initializer_list<std::uint32_t> types) {
    term_id any = logic::never;
    for (const std::uint32_t type : types) any = either(equal(origin::link, 4 + 5, 1, type), any);
    return any;
}

/// LAN emulation: an Ethernet frame behind two bytes of header.
inline term_id generator::atm_lane() {
    const term_id found = masked(origin::link, 0, 1, 1, 0x0f);
    push_link(link_type::ethernet, {false, 4 + 2, detail::no_word});
    type_ = {type_.is_variable, link_.constant + 12, type_.word};
    payload_ = {payload_.is_variable, link_.constant + 14, payload_.word};
    network_ = 0;
    network_nosnap_ = 3;
    return found;
}

inline term_id generator::atm(atm_word word) {
    if (!in_atm_) return fail("'lane', 'oam', 'bcc' and the like are for ATM (link type SUNATM)");
    constexpr std::uint32_t setup = 0x05, proceeding = 0x02, connect = 0x07, connect_ack = 0x0f, release = 0x4d,
                            release_done = 0x5a;
    switch (word) {
        case atm_word::metac: return atm_circuit(1);
        case atm_word::bcc: return atm_circuit(2);
        case atm_word::oamf4sc: return atm_circuit(3);
        case atm_word::oamf4ec: return atm_circuit(4);
        case atm_word::sc: return atm_circuit(5);
        case atm_word::ilmic: return atm_circuit(16);
        case atm_word::lane: return atm_lane();
        case atm_word::connectmsg: {
            const term_id on = atm_circuit(5);
            const term_id first = either(equal(origin::link, 9, 1, setup), equal(origin::link, 9, 1, proceeding));
            return both(on, either(atm_messages({connect, connect_ack, release, release_done}), first));
        }
        case atm_word::metaconnect: {
            const term_id on = atm_circuit(1);
            const term_id first = either(equal(origin::link, 9, 1, setup), equal(origin::link, 9, 1, proceeding));
            return both(on, either(atm_messages({connect, release, release_done}), first));
        }
        default: break;
    }
    const term_id vpi = equal(origin::link, 1, 1, 0);
    const term_id segment = equal(origin::link, 2, 2, 3);
    return both(vpi, either(segment, equal(origin::link, 2, 2, 4)));
}

inline term_id generator::compared(const node& n, value_id v, std::uint32_t k) {
    const side_value left{v, logic::none, 0, std::nullopt};
    const side_value right{values().constant(k), logic::none, 0, std::nullopt};
    return related(static_cast<compare>(n.op), left, right);
}

inline term_id generator::atm_field(const node& n) {
    if (!in_atm_) return fail("'vpi' and 'vci' are for ATM (link type SUNATM)");
    const bool vpi = n.other == static_cast<std::uint32_t>(atm_field_word::vpi);
    return compared(n, vpi ? load(origin::link, 1, 1) : load(origin::link, 2, 2), n.number);
}

/// Signal units of MTP2 by their length indicator, of six bits, or of nine on high-speed links.
inline term_id generator::mtp2(mtp2_word word) {
    if (!link_type::is_mtp2(link_type_))
        return fail("'msu', 'sio', 'opc' and the like are for SS7 (link type MTP2)");
    const std::uint32_t at = link_type_ == link_type::mtp2 ? 2 : link_type_ == link_type::erf ? 22 : 6;
    value_table& v = values();
    const bool high_speed = word >= mtp2_word::hfisu;
    const value_id indicator = high_speed ? v.arithmetic(bpf::and_, load(origin::packet, at + 2, 2), 0xff80)
                                          : v.arithmetic(bpf::and_, load(origin::packet, at, 1), 0x3f);
    const std::uint32_t two = high_speed ? 0x0100 : 2;
    switch (word) {
        case mtp2_word::fisu:
        case mtp2_word::hfisu: return out_.terms.test(bpf::jeq, indicator, 0);
        case mtp2_word::lssu:
        case mtp2_word::hlssu:
            return both(out_.terms.test(bpf::jgt, indicator, 0), negation(out_.terms.test(bpf::jgt, indicator, two)));
        default: return out_.terms.test(bpf::jgt, indicator, two);
    }
}

/// Fields of MTP3. Point codes are spread over little-endian bytes.
inline term_id generator::mtp3(const node& n) {
    if (!link_type::is_mtp2(link_type_))
        return fail("'msu', 'sio', 'opc' and the like are for SS7 (link type MTP2)");
    const auto word = static_cast<mtp3_word>(n.other);
    const bool high_speed = word >= mtp3_word::hsio;
    std::uint32_t sio = link_type_ == link_type::mtp2 ? 3 : link_type_ == link_type::erf ? 23 : 7;
    if (high_speed) sio += 3;
    const std::uint32_t k = n.number;
    value_table& v = values();
    switch (word) {
        case mtp3_word::sio:
        case mtp3_word::hsio:
            if (k > 255) return fail("a service information octet is at most 255");
            return compared(n, load(origin::packet, sio, 1), k);
        case mtp3_word::opc:
        case mtp3_word::hopc:
            if (k > 16383) return fail("a point code is at most 16383");
            return compared(n, v.arithmetic(bpf::and_, load(origin::packet, sio + 1, 4), 0x00c0ff0f),
                            (k & 0x3c00) >> 10 | (k & 0x3fc) << 6 | (k & 3) << 22);
        case mtp3_word::dpc:
        case mtp3_word::hdpc:
            if (k > 16383) return fail("a point code is at most 16383");
            return compared(n, v.arithmetic(bpf::and_, load(origin::packet, sio + 1, 4), 0xff3f0000),
                            (k & 0xff) << 24 | (k & 0x3f00) << 8);
        default: break;
    }
    if (k > 15) return fail("a signalling link selection is at most 15");
    return compared(n, v.arithmetic(bpf::and_, load(origin::packet, sio + 4, 1), 0xf0), k << 4);
}

}  // namespace pcapframe::filter
