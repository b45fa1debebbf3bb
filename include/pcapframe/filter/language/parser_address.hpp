// Parsing addresses, ports and protocol numbers with their qualifiers.
#pragma once

#include <pcapframe/filter/language/parser.hpp>

namespace pcapframe::inline v0_2::filter {

/// [protocol] direction and kind, then the addresses that these qualify.
inline detail::piece parser::qualified(protocol_word protocol) {
    qualifier q{protocol, direction::none, address_kind::none};
    const bool directed = token_.kind == t::direction;
    if (directed) {
        q.dir = static_cast<direction>(token_.number);
        advance();
        const bool ends = q.dir == direction::src || q.dir == direction::dst;
        if (ends && (token_.kind == t::or_ || token_.kind == t::and_)) {
            const direction other = q.dir == direction::src ? direction::dst : direction::src;
            q.dir = token_.kind == t::or_ ? direction::either : direction::both;
            advance();
            const bool paired = token_.kind == t::direction && static_cast<direction>(token_.number) == other;
            if (!paired) return unexpected(other == direction::dst ? "'dst'" : "'src'");
            advance();
        }
    }
    if (token_.kind == t::kind) {
        q.kind = static_cast<address_kind>(token_.number);
        const bool takes_direction =
            q.kind != address_kind::gateway && q.kind != address_kind::proto && q.kind != address_kind::protochain;
        if (directed && !takes_direction)
            return fail(token_, "'" + std::string(token_.text) + "' takes no direction before it");
        advance();
    }
    piece found = address(q);
    if (!found) return {};
    if (found.kind == piece_kind::number) found.node = as_address(found);
    return {piece_kind::term, found.node, found.q};
}

/// A number that stands where an address does: the node of the literal becomes that of an address.
inline node_id parser::as_address(const piece& number) {
    node& literal = tree_.nodes[number.node];
    literal.kind = node_kind::number;
    literal.q = number.q;
    return number.node;
}

/// One address, or several in parentheses, or a negated address.
inline detail::piece parser::address(qualifier q) {
    if (++depth_ > detail::nesting_max) return fail(token_, "the expression is nested too deeply");
    piece found;
    if (token_.kind == t::not_) {
        node negation = made(node_kind::not_);
        advance();
        piece inner = address(q);
        if (inner.kind == piece_kind::number) inner = {piece_kind::address, as_address(inner), q};
        negation.a = inner.node;
        if (inner) found = {piece_kind::address, tree_.add(negation), inner.q};
    } else if (token_.kind == t::open) {
        found = address_group(q);
    } else if (token_.kind == t::number) {
        node literal = made(node_kind::literal);
        literal.number = token_.number;
        advance();
        found = {piece_kind::number, tree_.add(literal), q};
    } else if (detail::starts_address(token_.kind)) {
        found = bare_address(q);
    } else {
        found = unexpected("an address, a name or a number");
    }
    --depth_;
    return found;
}

inline detail::piece parser::address_group(qualifier q) {
    advance();
    piece inside = address(q);
    if (!inside) return {};
    inside = list(inside, true);
    if (!inside) return {};
    if (token_.kind != t::close) return unexpected("')'");
    advance();
    return inside;
}

/// A name or an address with the prefix length or the mask that may follow.
inline detail::piece parser::bare_address(qualifier q) {
    node found = made(node_kind::name);
    found.q = q;
    const token_kind kind = token_.kind;
    advance();
    if (kind == t::mac) found.kind = node_kind::mac;
    if (kind == t::arcnet) found.kind = node_kind::arcnet;
    if (kind == t::ipv4) found.kind = node_kind::ipv4;
    if (kind == t::ipv6) found.kind = node_kind::ipv6;
    const bool is_ip = kind == t::ipv4 || kind == t::ipv6;
    if (is_ip && token_.kind == t::slash) {
        advance();
        if (token_.kind != t::number) return unexpected("the number of bits of the network");
        found.kind = kind == t::ipv4 ? node_kind::ipv4_prefix : node_kind::ipv6_prefix;
        found.number = token_.number;
        advance();
    } else if (kind == t::ipv4 && token_.kind == t::mask) {
        advance();
        if (token_.kind != t::ipv4) return unexpected("a mask such as 255.255.255.0");
        found.kind = node_kind::ipv4_mask;
        found.second = token_.text;
        advance();
    }
    return {piece_kind::address, tree_.add(found), q};
}

}  // namespace pcapframe::filter
