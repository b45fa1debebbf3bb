// Comparisons: what the sides compute, and what must hold of a packet before a side is computed.
#pragma once

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

/// Operations, each of which needs the result of the operation before.
inline constexpr std::uint16_t operations_max = 1000;

}  // namespace detail

inline void generator::side(const node& n, side_value& into) {
    switch (n.kind) {
        case node_kind::literal: into = {values().constant(n.number), logic::none, take_word(), n.number}; break;
        case node_kind::length: into = {values().length(), logic::none, take_word(), std::nullopt}; break;
        case node_kind::negate:
            into = sides_[n.a];
            into.value = values().negative(into.value);
            break;
        case node_kind::load: into = loaded(n, sides_[n.a]); break;
        default: into = computed(n, sides_[n.a], sides_[n.b]); break;
    }
}

/// A place that is computed, behind a header.
inline value_id generator::indexed(const place& from, std::uint32_t offset, value_id index, std::uint8_t size) {
    if (from.is_variable) index = values().combined(bpf::add, index, variable(static_cast<std::uint32_t>(from.word)));
    return values().load_at(index, from.constant + offset, size);
}

/// What makes a load from a protocol's header meaningful, after what the load's index needs.
inline term_id generator::load_checks(protocol_word protocol, term_id of_index) {
    using p = protocol_word;
    const auto after = [&](term_id check) { return of_index == logic::none ? check : both(of_index, check); };
    switch (protocol) {
        case p::link:
        case p::radio: return of_index;
        case p::icmp6: {
            const term_id carried = after(link_protocol(detail::carried::ip6));
            return both(carried, equal(origin::network, 6, 1, 58));
        }
        case p::sctp:
        case p::tcp:
        case p::udp:
        case p::icmp:
        case p::igmp:
        case p::igrp:
        case p::pim:
        case p::vrrp:
        case p::carp: {
            const term_id carried = this->protocol(protocol);
            const term_id whole = both(carried, not_a_later_fragment());
            const term_id rest = after(whole);
            return both(link_protocol(detail::carried::ip), rest);
        }
        default: return after(this->protocol(protocol));
    }
}

inline detail::side_value generator::loaded(const node& n, side_value index) {
    using p = protocol_word;
    const auto protocol = static_cast<protocol_word>(n.number);
    const auto size = static_cast<std::uint8_t>(n.other);
    side_value made = index;
    made.word = take_word();
    free_word(index.word);
    switch (protocol) {
        case p::radio: {
            const bool has_radio =
                link_type_ == link_type::avs || link_type_ == link_type::radiotap || link_type_ == link_type::prism;
            if (!has_radio) (void)fail("frames of this link type have no radio header");
            made.value = values().load_at(index.value, 0, size);
            break;
        }
        case p::link:
            if (link_.is_variable) (void)word_value(link_);
            made.value = indexed(link_, 0, index.value, size);
            break;
        case p::ip:
        case p::arp:
        case p::rarp:
        case p::atalk:
        case p::decnet:
        case p::sca:
        case p::lat:
        case p::moprc:
        case p::mopdl:
        case p::ip6:
        case p::icmp6:
            if (payload_.is_variable) (void)word_value(payload_);
            made.value = indexed(payload_, network_ + (protocol == p::icmp6 ? 40 : 0), index.value, size);
            break;
        case p::sctp:
        case p::tcp:
        case p::udp:
        case p::icmp:
        case p::igmp:
        case p::igrp:
        case p::pim:
        case p::vrrp:
        case p::carp: {
            const value_id start = values().combined(bpf::add, ipv4_header_length(), index.value);
            made.value = values().load_at(start, payload_.constant + network_, size);
            break;
        }
        default: (void)fail("bytes of '" + std::string(detail::word_of(protocol)) + "' cannot be loaded"); return made;
    }
    made.checks = load_checks(protocol, index.checks);
    return made;
}

/// An operation. What the right side needs of a packet is not checked, as in libpcap: in ip[0] + tcp[0] = 1 only that
/// there is IPv4.
inline detail::side_value generator::computed(const node& n, side_value a, const side_value& b) {
    const bool divides = n.op == bpf::div || n.op == bpf::mod;
    const bool shifts = n.op == bpf::lsh || n.op == bpf::rsh;
    constexpr const char* by_zero = "a division by zero: its right side is 0 or begins with one";
    constexpr const char* too_far =
        "a shift by more than 31 bits: its right side is greater or begins with such a number";
    if (divides && b.leading && *b.leading == 0) (void)fail(by_zero);
    if (shifts && b.leading && *b.leading > 31) (void)fail(too_far);
    // What only computing shows is refused as libpcap's optimizer does, which does not run over every program.
    const value& right = values()[b.value];
    const bool computed_zero = divides && right.kind == value_kind::constant && right.k == 0;
    // Where both sides are numbers, such a shift leaves nothing, and is not refused.
    const bool computed_far =
        shifts && right.kind == value_kind::constant && right.k > 31 && !values().is_constant(a.value);
    if ((computed_zero || computed_far) && refused_if_optimized_ == nullptr) {
        refused_if_optimized_ = computed_zero ? by_zero : too_far;
        refused_at_ = &n;
    }
    side_value made = a;
    free_word(a.word);
    free_word(b.word);
    made.word = take_word();
    made.value = values().combined(n.op, a.value, b.value);
    if (values().facts(made.value).depth > detail::operations_max) (void)fail("too many operations within each other");
    return made;
}

inline term_id generator::related(compare how, const side_value& a, const side_value& b) {
    logic& terms = out_.terms;
    switch (how) {
        case compare::equal: return terms.test_values(bpf::jeq, a.value, b.value);
        case compare::not_equal: return negation(terms.test_values(bpf::jeq, a.value, b.value));
        case compare::greater: return terms.test_values(bpf::jgt, a.value, b.value);
        case compare::at_least: return terms.test_values(bpf::jge, a.value, b.value);
        case compare::less: return negation(terms.test_values(bpf::jge, a.value, b.value));
        case compare::at_most: break;
    }
    return negation(terms.test_values(bpf::jgt, a.value, b.value));
}

/// A comparison of two numbers.
inline term_id generator::decided(compare how, std::uint32_t a, std::uint32_t b) {
    const bool equal = a == b;
    const bool greater = a > b;
    bool holds = equal;
    if (how == compare::not_equal) holds = !equal;
    if (how == compare::greater || how == compare::at_most) holds = greater == (how == compare::greater);
    if (how == compare::at_least || how == compare::less) holds = (greater || equal) == (how == compare::at_least);
    return holds ? logic::always : logic::never;
}

inline term_id generator::relation(const node& n) {
    const side_value& a = sides_[n.a];
    const side_value& b = sides_[n.b];
    free_word(a.word);
    free_word(b.word);
    const bool numbers = tree_[n.a].kind == node_kind::literal && tree_[n.b].kind == node_kind::literal;
    const term_id test = numbers ? decided(static_cast<compare>(n.op), tree_[n.a].number, tree_[n.b].number)
                                 : related(static_cast<compare>(n.op), a, b);
    const term_id left = a.checks == logic::none ? logic::always : a.checks;
    const term_id right = b.checks == logic::none ? logic::always : b.checks;
    return both(both(left, right), test);
}

}  // namespace pcapframe::filter
