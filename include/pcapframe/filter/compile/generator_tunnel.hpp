// VLAN tags, MPLS labels, PPPoE sessions, Geneve and VXLAN: terms that also shift what the terms to their right look
// at.
#pragma once

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

inline void generator::push_link(std::uint16_t type, place start) {
    if (!outermost_link_) outermost_link_ = link_;
    if (!outermost_payload_) outermost_payload_ = payload_;
    previous_link_type_ = link_type_;
    previous_link_ = link_;
    link_type_ = type;
    link_ = start;
    in_overlay_ = false;
}

inline term_id generator::vlan(const node& n) {
    if (labels_ > 0) return fail("'vlan' cannot follow 'mpls'");
    const bool tagged = link_type::is_ethernet(link_type_);
    const bool wlan = link_type::is_wlan(link_type_) && link_type_ != link_type::ppi;
    if (!tagged && !wlan) return fail("frames of link type " + link_type_name(link_type_) + " have no VLAN tags");
    if (n.flag && n.number > 0xfff) return fail("a VLAN number is at most 4095");
    const bool outermost = tags_ == 0 && !link_.is_variable && !outermost_link_;
    const bool by_kernel = tagged && outermost && options_.live && options_.kernel_vlan_tags;
    const term_id found = by_kernel ? vlan_of_kernel(n) : vlan_in_packet(n);
    ++tags_;
    return found;
}

inline term_id generator::vlan_type() {
    const term_id customer = link_protocol(ethertype::vlan);
    const term_id service = link_protocol(ethertype::service_vlan);
    return either(link_protocol(ethertype::old_service_vlan), either(customer, service));
}

inline term_id generator::vlan_in_packet(const node& n) {
    term_id found = vlan_type();
    if (n.flag) found = both(found, masked(origin::network, 0, 2, n.number, 0xfff));
    payload_.constant += 4;
    type_.constant += 4;
    return found;
}

/// Linux takes the outermost tag out of a frame and keeps the tag elsewhere: then nothing is shifted. Whether a tag was
/// taken out shows only in the packet.
inline term_id generator::vlan_of_kernel(const node& n) {
    value_table& v = values();
    const auto present = [&] {
        return out_.terms.test(bpf::jeq, v.context(bpf::ancillary + bpf::ad_vlan_tag_present, 1), 1);
    };
    const term_id in_packet = vlan_type();
    const term_id number = n.flag ? masked(origin::network, 0, 2, n.number, 0xfff) : logic::always;
    payload_.is_variable = type_.is_variable = true;
    const value_id payload_word = word_value(payload_);
    const value_id type_word = word_value(type_);
    shifted_words_ = std::array{v[payload_word].k, v[type_word].k};
    const term_id shift =
        both(out_.terms.assign(v[payload_word].k, v.constant(4)), out_.terms.assign(v[type_word].k, v.constant(4)));
    const term_id found = either(present(), both(shift, in_packet));
    if (!n.flag) return found;
    const value_id tag = v.context(bpf::ancillary + bpf::ad_vlan_tag, 1);
    const term_id kept = out_.terms.test(bpf::jeq, v.arithmetic(bpf::and_, tag, 0xfff), n.number);
    return both(found, either(both(present(), kept), both(negation(present()), number)));
}

inline term_id generator::mpls(const node& n) {
    term_id found = logic::always;
    if (labels_ > 0) {
        found = masked(origin::previous_mpls, 2, 1, 0, 1);
    } else if (link_type::is_ethernet(link_type_) || link_type_ == link_type::chdlc ||
               link_type_ == link_type::netbsd_hdlc) {
        found = link_protocol(detail::carried::mpls);
    } else if (link_type_ == link_type::ppp) {
        found = link_protocol(0x0281);
    } else {
        return fail("frames of link type " + link_type_name(link_type_) + " have no MPLS labels");
    }
    if (n.flag) {
        if (n.number > 0xfffff) return fail("an MPLS label is at most 1048575");
        found = both(found, masked(origin::network, 0, 4, n.number << 12, 0xfffff000));
    }
    network_ += 4;
    network_nosnap_ += 4;
    ++labels_;
    return found;
}

inline term_id generator::pppoe_session(const node& n) {
    term_id found = link_protocol(detail::carried::pppoe_session);
    if (n.flag) {
        if (n.number > 0xffff) return fail("a PPPoE session number is at most 65535");
        found = both(found, masked(origin::network, 0, 4, n.number, 0xffff));
    }
    push_link(link_type::ppp, {payload_.is_variable, payload_.constant + network_ + 6, payload_.word});
    type_ = link_;
    payload_.constant = link_.constant + 2;
    network_ = network_nosnap_ = 0;
    return found;
}

/// Geneve (RFC 8926) or VXLAN (RFC 7348) in UDP over IPv4 or IPv6. What follows looks into the packet inside.
inline term_id generator::overlay(const node& n) {
    if (n.flag && n.number > 0xffffff) return fail("the network number is at most 16777215");
    // The length of the outer IP header goes from the branches of IPv4 and IPv6 to what they share in a memory word
    // that the place of the inner ethertype takes over.
    out_.never_optimized = true;
    const int type_word = take_word();
    out_.words |= static_cast<std::uint16_t>(1U << type_word);
    const auto start = static_cast<std::uint32_t>(type_word);
    const term_id in_ip = overlay_header(n, false, start);
    const term_id in_ip6 = overlay_header(n, true, start);
    const term_id offsets = overlay_offsets(n, start, type_word);
    return both(either(in_ip, in_ip6), offsets);
}

inline term_id generator::overlay_header(const node& n, bool ipv6, std::uint32_t start_word) {
    const bool geneve = n.kind == node_kind::geneve;
    const origin transport = ipv6 ? origin::transport6 : origin::transport4;
    const std::uint16_t port = geneve ? 6081 : 4789;
    term_id found = port_family(port, port, std::uint8_t{17}, direction::dst, ipv6);
    // Geneve: version 0. VXLAN: the flag that says that there is a network number.
    found = both(found, geneve ? masked(transport, 8, 1, 0, 0xc0) : masked(transport, 8, 1, 0x08, 0x08));
    if (n.flag) found = both(found, masked(transport, 12, 4, n.number << 8, 0xffffff00));
    value_id length = ipv4_header_length();
    if (ipv6) {
        length = values().constant(40);
        if (payload_.is_variable) length = values().arithmetic(bpf::add, word_value(payload_), 40);
    }
    return both(found, out_.terms.assign(start_word, length));
}

inline term_id generator::overlay_offsets(const node& n, std::uint32_t start_word, int type_word) {
    value_table& v = values();
    logic& terms = out_.terms;
    const value_id header = v.arithmetic(bpf::add, variable(start_word), payload_.constant + network_ + 8);
    place inner{true, 0, take_word()};
    const auto inner_word = static_cast<std::uint32_t>(inner.word);
    push_link(link_type::ethernet, inner);
    const value_id inner_value = word_value(link_);
    place payload{true, 0, take_word()};
    const auto payload_word = static_cast<std::uint32_t>(payload.word);
    out_.words |= static_cast<std::uint16_t>(1U << payload.word);
    payload_ = payload;
    type_ = {true, 0, type_word};
    network_ = 0;
    if (n.kind == node_kind::vxlan) {
        network_nosnap_ = 3;
        in_overlay_ = true;
        return both(terms.assign(inner_word, v.arithmetic(bpf::add, header, 8)),
                    both(terms.assign(start_word, v.arithmetic(bpf::add, inner_value, 12)),
                         terms.assign(payload_word, v.arithmetic(bpf::add, inner_value, 14))));
    }
    const value_id first = v.load_at(header, 0, 1);
    const value_id options = v.arithmetic(bpf::lsh, v.arithmetic(bpf::and_, first, 0x3f), 2);
    const value_id behind = v.combined(bpf::add, v.arithmetic(bpf::add, options, 8), header);
    const term_id begin = terms.assign(inner_word, behind);
    const term_id ethernet = terms.test(bpf::jeq, v.load_at(header, 2, 2), ethertype::transparent_ethernet);
    const term_id framed = both(terms.assign(start_word, v.arithmetic(bpf::add, inner_value, 12)),
                                terms.assign(payload_word, v.arithmetic(bpf::add, inner_value, 14)));
    const term_id bare =
        both(terms.assign(start_word, v.arithmetic(bpf::add, header, 2)), terms.assign(payload_word, inner_value));
    in_overlay_ = true;
    return both(begin, either(both(ethernet, framed), bare));
}

}  // namespace pcapframe::filter
