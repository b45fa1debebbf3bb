// Parsing comparisons: sides made of numbers, loads from the packet and operators.
#pragma once

#include <pcapframe/filter/language/parser.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

struct operator_row {
    token_kind sign;
    std::uint16_t op;
    int binding;  ///< 0: none, takes everything on its right
};

inline constexpr int unary_binding = 6;
inline constexpr std::array operators{
    operator_row{token_kind::pipe, bpf::or_, 1},    operator_row{token_kind::amp, bpf::and_, 2},
    operator_row{token_kind::lsh, bpf::lsh, 3},     operator_row{token_kind::rsh, bpf::rsh, 3},
    operator_row{token_kind::plus, bpf::add, 4},    operator_row{token_kind::minus, bpf::sub, 4},
    operator_row{token_kind::star, bpf::mul, 5},    operator_row{token_kind::slash, bpf::div, 5},
    operator_row{token_kind::percent, bpf::mod, 0}, operator_row{token_kind::caret, bpf::xor_, 0}};

[[nodiscard]] constexpr const operator_row* find_operator(token_kind kind) noexcept {
    for (const operator_row& row : operators)
        if (row.sign == kind) return &row;
    return nullptr;
}

}  // namespace detail

/// What follows a side: operators, and then the other side of a comparison where there is one.
inline detail::piece parser::comparison(piece left) {
    left = continued_side(left, 0);
    if (!left) return {};
    const auto how = detail::comparison_of(token_.kind);
    if (!how) return left;
    node relation = made(node_kind::relation);
    relation.op = static_cast<std::uint16_t>(*how);
    advance();
    const piece right = side(0);
    if (!right) return {};
    relation.a = left.node;
    relation.b = right.node;
    return {piece_kind::term, tree_.add(relation), qualifier::missing()};
}

/// A side whose operators bind more tightly than `binding`.
inline detail::piece parser::side(int binding) {
    if (++depth_ > detail::nesting_max) return fail(token_, "the expression is nested too deeply");
    const piece left = primary_side();
    const piece whole = left ? continued_side(left, binding) : left;
    --depth_;
    return whole;
}

inline detail::piece parser::continued_side(piece left, int binding) {
    for (;;) {
        const detail::operator_row* const row = detail::find_operator(token_.kind);
        if (row == nullptr || (row->binding != 0 && row->binding <= binding)) return left;
        node operation = made(node_kind::arithmetic);
        operation.op = row->op;
        advance();
        const piece right = side(row->binding);
        if (!right) return {};
        operation.a = left.node;
        operation.b = right.node;
        left = {piece_kind::side, tree_.add(operation), left.q};
    }
}

inline detail::piece parser::primary_side() {
    node found = made(node_kind::literal);
    const token at = token_;
    switch (at.kind) {
        case t::number:
            found.number = at.number;
            advance();
            return {piece_kind::number, tree_.add(found), qualifier::missing()};
        case t::length:
            found.kind = node_kind::length;
            advance();
            return {piece_kind::side, tree_.add(found), qualifier::missing()};
        case t::minus: {
            advance();
            const piece inner = side(detail::unary_binding);
            if (!inner) return {};
            found.kind = node_kind::negate;
            found.a = inner.node;
            return {piece_kind::side, tree_.add(found), qualifier::missing()};
        }
        case t::open: return side_in_parentheses();
        case t::protocol: advance(); return load_of(static_cast<protocol_word>(at.number), at.offset);
        default: return unexpected("a number, 'len' or bytes such as 'ip[0]'");
    }
}

inline detail::piece parser::side_in_parentheses() {
    advance();
    const piece inside = side(0);
    if (!inside) return {};
    if (token_.kind != t::close) return unexpected("')'");
    advance();
    return inside;
}

/// Bytes of a packet: protocol[place] or protocol[place:bytes]; the protocol has been read.
inline detail::piece parser::load_of(protocol_word protocol, std::uint32_t offset) {
    if (token_.kind != t::open_bracket) return unexpected("'['");
    node load = made(node_kind::load);
    load.number = static_cast<std::uint32_t>(protocol);
    load.other = 1;
    load.offset = offset;
    advance();
    const piece place = side(0);
    if (!place) return {};
    load.a = place.node;
    if (token_.kind == t::colon) {
        advance();
        if (token_.kind != t::number) return unexpected("how many bytes to load (1, 2 or 4)");
        load.other = token_.number;
        if (load.other != 1 && load.other != 2 && load.other != 4)
            return fail(token_, "only 1, 2 or 4 bytes can be loaded");
        advance();
    }
    if (token_.kind != t::close_bracket) return unexpected("']'");
    load.text = expression_.substr(offset, token_.offset + 1 - offset);
    advance();
    return {piece_kind::side, tree_.add(load), qualifier::missing()};
}

}  // namespace pcapframe::filter
