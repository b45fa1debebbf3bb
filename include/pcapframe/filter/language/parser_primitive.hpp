// Parsing the terms that a keyword begins.
#pragma once

#include <pcapframe/filter/language/parser.hpp>

namespace pcapframe::inline v0_2::filter {

inline detail::piece parser::primitive() {
    const token at = token_;
    node found = made(node_kind::protocol);
    found.number = at.number;
    const auto alone = [&](node_kind kind) {
        found.kind = kind;
        advance();
        return piece{piece_kind::term, tree_.add(found), qualifier::missing()};
    };
    switch (at.kind) {
        case t::protocol: advance(); return after_protocol(found);
        case t::direction:
        case t::kind: return qualified(protocol_word::none);
        case t::broadcast: return found.number = 0, alone(node_kind::broadcast);
        case t::multicast: return found.number = 0, alone(node_kind::multicast);
        case t::less: return word_with_number(node_kind::less);
        case t::greater: return word_with_number(node_kind::greater);
        case t::byte: return byte_test();
        case t::inbound: return alone(node_kind::inbound);
        case t::outbound: return alone(node_kind::outbound);
        case t::ifindex: return word_with_number(node_kind::ifindex);
        case t::vlan: return word_with_optional_number(node_kind::vlan);
        case t::mpls: return word_with_optional_number(node_kind::mpls);
        case t::pppoed: return alone(node_kind::pppoed);
        case t::pppoes: return word_with_optional_number(node_kind::pppoes);
        case t::geneve: return word_with_optional_number(node_kind::geneve);
        case t::vxlan: return word_with_optional_number(node_kind::vxlan);
        case t::type:
        case t::subtype:
        case t::dir: return wlan();
        case t::llc: return llc_word();
        case t::atm: return alone(node_kind::atm);
        case t::atm_field: return field(node_kind::atm_field);
        case t::mtp2: return alone(node_kind::mtp2);
        case t::mtp3_field: return field(node_kind::mtp3_field);
        case t::pf_ifname: return word_with_name(node_kind::pf_ifname);
        case t::pf_ruleset: return word_with_name(node_kind::pf_ruleset);
        case t::pf_rnr: return word_with_number(node_kind::pf_rnr);
        case t::pf_srnr: return word_with_number(node_kind::pf_srnr);
        case t::pf_reason: return pf_value(node_kind::pf_reason, pf_reasons, "a reason of PF", true);
        case t::pf_action: return pf_value(node_kind::pf_action, pf_actions, "an action of PF", false);
        default: return unexpected("a term of the filter");
    }
}

/// What a protocol begins: a load, a qualified address, a broadcast, an 802.11 type, or the protocol alone.
inline detail::piece parser::after_protocol(node found) {
    const auto protocol = static_cast<protocol_word>(found.number);
    switch (token_.kind) {
        case t::open_bracket: return load_of(protocol, found.offset);
        case t::direction:
        case t::kind: return qualified(protocol);
        case t::type:
        case t::subtype:
        case t::dir: return wlan();
        case t::broadcast:
        case t::multicast:
            found.kind = token_.kind == t::broadcast ? node_kind::broadcast : node_kind::multicast;
            advance();
            break;
        default: break;
    }
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

/// The number that must stand here, taken as written.
inline std::optional<std::uint32_t> parser::plain_number(std::string_view wanted) {
    if (token_.kind != t::number) {
        (void)unexpected(wanted);
        return std::nullopt;
    }
    const std::uint32_t number = token_.number;
    advance();
    return number;
}

inline detail::piece parser::word_with_number(node_kind kind) {
    node found = made(kind);
    advance();
    const auto number = plain_number("a number");
    if (!number) return {};
    found.number = *number;
    found.flag = true;
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

/// A number may follow, in parentheses or not.
inline detail::piece parser::word_with_optional_number(node_kind kind) {
    node found = made(kind);
    advance();
    int open = 0;
    for (; token_.kind == t::open; advance()) ++open;
    if (open != 0 || token_.kind == t::number) {
        found.flag = true;
        found.second = token_.text;
        const auto number = plain_number("a number");
        if (!number) return {};
        found.number = *number;
    }
    for (; open > 0; --open) {
        if (token_.kind != t::close) return unexpected("')'");
        advance();
    }
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

inline detail::piece parser::word_with_name(node_kind kind) {
    node found = made(kind);
    advance();
    if (token_.kind != t::name) return unexpected("a name");
    found.text = token_.text;
    found.offset = token_.offset;
    advance();
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

/// byte PLACE SIGN NUMBER
inline detail::piece parser::byte_test() {
    node found = made(node_kind::byte);
    advance();
    const auto place = plain_number("the place of a byte");
    if (!place) return {};
    switch (token_.kind) {
        case t::equal: found.op = '='; break;
        case t::less_sign: found.op = '<'; break;
        case t::greater_sign: found.op = '>'; break;
        case t::amp: found.op = '&'; break;
        case t::pipe: found.op = '|'; break;
        default: return unexpected("'=', '<', '>', '&' or '|'");
    }
    advance();
    const auto number = plain_number("a number");
    if (!number) return {};
    found.other = *place;
    found.number = *number;
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

inline detail::piece parser::pf_value(node_kind kind, std::span<const value_name> names, std::string_view what,
                                      bool numbers) {
    node found = made(kind);
    advance();
    if (numbers && token_.kind == t::number) {
        found.number = token_.number;
    } else if (token_.kind != t::name) {
        return unexpected(what);
    } else if (const value_name* row = detail::find_value(names, token_.text)) {
        found.number = row->value;
    } else {
        return fail(token_, "'" + std::string(token_.text) + "' is not " + std::string(what),
                    detail::nearest_value(names, token_.text));
    }
    advance();
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

/// type ..., type ... subtype ..., subtype ..., dir ...
inline detail::piece parser::wlan() {
    if (token_.kind == t::dir) return wlan_direction();
    if (token_.kind == t::subtype) return wlan_subtype();
    node found = made(node_kind::wlan_type);
    advance();
    found.other = 0x0c;
    const auto type = wlan_value(wlan_types, "an 802.11 frame type (mgt, ctl or data)", 0x0c);
    if (!type) return {};
    found.number = *type;
    if (token_.kind == t::subtype) {
        advance();
        std::span<const value_name> names;
        if (*type == wlan_management) names = wlan_management_subtypes;
        if (*type == wlan_control) names = wlan_control_subtypes;
        if (*type == wlan_data) names = wlan_data_subtypes;
        const auto subtype = wlan_value(names, "a subtype of these 802.11 frames", 0xf0);
        if (!subtype) return {};
        found.other = 0xfc;
        found.number |= *subtype;
    }
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

inline std::optional<std::uint32_t> parser::wlan_value(std::span<const value_name> names, std::string_view what,
                                                       std::uint32_t bits) {
    const token at = token_;
    if (at.kind != t::number && at.kind != t::name) {
        (void)unexpected(what);
        return std::nullopt;
    }
    advance();
    if (at.kind == t::number) {
        if ((at.number & ~bits) == 0) return at.number;
        (void)fail(at, "'" + std::string(at.text) + "' is not " + std::string(what));
        return std::nullopt;
    }
    if (const value_name* row = detail::find_value(names, at.text)) return row->value;
    (void)fail(at, "'" + std::string(at.text) + "' is not " + std::string(what), detail::nearest_value(names, at.text));
    return std::nullopt;
}

/// A subtype alone says the type as well.
inline detail::piece parser::wlan_subtype() {
    node found = made(node_kind::wlan_type);
    advance();
    if (token_.kind != t::name) return unexpected("the name of an 802.11 subtype");
    found.other = 0xfc;
    if (const auto* row = detail::find_value(wlan_management_subtypes, token_.text)) {
        found.number = row->value | wlan_management;
    } else if (const auto* control = detail::find_value(wlan_control_subtypes, token_.text)) {
        found.number = control->value | wlan_control;
    } else if (const auto* data = detail::find_value(wlan_data_subtypes, token_.text)) {
        found.number = data->value | wlan_data;
    } else {
        return fail(token_, "'" + std::string(token_.text) + "' is not an 802.11 subtype",
                    detail::nearest_value(wlan_management_subtypes, token_.text));
    }
    advance();
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

inline detail::piece parser::wlan_direction() {
    node found = made(node_kind::wlan_dir);
    advance();
    if (token_.kind == t::number) {
        found.number = token_.number;
    } else if (token_.kind != t::name) {
        return unexpected("a direction (nods, tods, fromds or dstods)");
    } else if (const auto* row = detail::find_value(wlan_directions, token_.text)) {
        found.number = row->value;
    } else {
        return fail(token_, "'" + std::string(token_.text) + "' is not an 802.11 direction",
                    detail::nearest_value(wlan_directions, token_.text));
    }
    advance();
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

inline detail::piece parser::llc_word() {
    node found = made(node_kind::llc);
    advance();
    const bool rnr = token_.kind == t::pf_rnr;  // a keyword of PF as well
    if (!rnr && token_.kind != t::name) return {piece_kind::term, tree_.add(found), qualifier::missing()};
    const std::string_view name = token_.text;
    if (equal_ignoring_case(name, "i")) {
        found.kind = node_kind::llc_i;
    } else if (equal_ignoring_case(name, "s")) {
        found.kind = node_kind::llc_s;
    } else if (equal_ignoring_case(name, "u")) {
        found.kind = node_kind::llc_u;
    } else if (const auto* s = detail::find_value(llc_supervisory, rnr ? "rnr" : name)) {
        found.kind = node_kind::llc_s_type;
        found.number = s->value;
    } else if (const auto* u = detail::find_value(llc_unnumbered, name)) {
        found.kind = node_kind::llc_u_type;
        found.number = u->value;
    } else {
        return fail(token_, "'" + std::string(name) + "' is not a type of LLC frames",
                    detail::nearest_value(llc_unnumbered, name));
    }
    advance();
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

/// vpi, vci, sio, ...: a number, a comparison with a number, or several numbers in parentheses with "or" between them.
inline detail::piece parser::field(node_kind kind) {
    node found = made(kind);
    found.other = token_.number;
    advance();
    if (token_.kind != t::open) {
        const auto how = detail::comparison_of(token_.kind);
        if (how) advance();
        found.op = static_cast<std::uint16_t>(how.value_or(compare::equal));
        return field_value(found);
    }
    advance();
    piece all = field_value(found);
    while (all && token_.kind == t::or_) {
        node joined = made(node_kind::or_);
        advance();
        const piece next = field_value(found);
        if (!next) return {};
        joined.a = all.node;
        joined.b = next.node;
        all.node = tree_.add(joined);
    }
    if (!all) return {};
    if (token_.kind != t::close) return unexpected("')'");
    advance();
    return all;
}

inline detail::piece parser::field_value(node found) {
    found.second = token_.text;
    const auto number = plain_number("a number");
    if (!number) return {};
    found.number = *number;
    return {piece_kind::term, tree_.add(found), qualifier::missing()};
}

}  // namespace pcapframe::filter
