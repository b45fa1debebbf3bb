// From the text of a filter to its syntax tree, by recursive descent with a limit on the depth.
//
// The grammar is that of libpcap 1.10 with its peculiarities: "and" and "or" bind alike, from the left; '%' and '^'
// have no precedence of their own and take everything on their right; an address without qualifiers takes the
// qualifiers of the term before it.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/filter/language/display_filter.hpp>
#include <pcapframe/filter/language/lexer.hpp>
#include <pcapframe/filter/language/syntax_tree.hpp>
#include <pcapframe/filter/language/value_names.hpp>
#include <pcapframe/filter/run/instruction.hpp>
#include <pcapframe/registry/named_filters.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

/// Parentheses and operators within each other.
inline constexpr int nesting_max = 400;

/// What a piece of an expression turned out to be: a number alone can still become an address or a side of a
/// comparison, and a side alone is no term.
enum class piece_kind : std::uint8_t { failed, term, address, number, side };

struct piece {
    piece_kind kind = piece_kind::failed;
    node_id node = 0;
    qualifier q = qualifier::missing();

    [[nodiscard]] explicit operator bool() const noexcept { return kind != piece_kind::failed; }
};

/// What may stand at a place: a term; an address as well; a side of a comparison as well.
enum class place : std::uint8_t { term, address, group };

[[nodiscard]] constexpr bool starts_address(token_kind kind) noexcept {
    using t = token_kind;
    return kind == t::name || kind == t::ipv4 || kind == t::ipv6 || kind == t::mac || kind == t::arcnet;
}

/// The keyword nearest to a misspelt keyword; empty where no keyword is near.
[[nodiscard]] inline std::string_view nearest_keyword(std::string_view text) {
    std::array<std::string_view, words.size()> names{};
    for (std::size_t i = 0; i < words.size(); ++i) names[i] = words[i].text;
    return nearest_word(text, names);
}

/// The comparison that a sign stands for.
[[nodiscard]] constexpr std::optional<compare> comparison_of(token_kind kind) noexcept {
    switch (kind) {
        case token_kind::equal: return compare::equal;
        case token_kind::not_equal: return compare::not_equal;
        case token_kind::greater_sign: return compare::greater;
        case token_kind::at_least: return compare::at_least;
        case token_kind::less_sign: return compare::less;
        case token_kind::at_most: return compare::at_most;
        default: return std::nullopt;
    }
}

}  // namespace detail

/// Parses one expression.
class parser {
public:
    explicit parser(std::string_view expression) : lexer_(expression), expression_(expression) {}

    /// The tree of the whole expression, or its first problem.
    [[nodiscard]] text_result<syntax_tree> parse();

private:
    /// The tree, or what is wrong with the text as a filter.
    text_result<syntax_tree> parse_filter();
    /// Says of a text that is no filter but a display filter of Wireshark's what filter means the same.
    void look_for_display_filter();

    using piece = detail::piece;
    using piece_kind = detail::piece_kind;
    using t = token_kind;

    // parser.hpp
    void advance() { token_ = lexer_.next(); }
    node made(node_kind kind) const {
        node fresh;
        fresh.kind = kind;
        fresh.offset = token_.offset;
        fresh.text = token_.text;
        return fresh;
    }
    piece fail(const token& at, std::string reason, std::string_view hint = {});
    piece unexpected(std::string_view wanted);
    piece list(piece first, bool addresses_only);
    piece item(qualifier inherited, detail::place where);
    piece group(qualifier inherited);
    piece negated(qualifier inherited, detail::place where);

    // parser_address.hpp
    piece qualified(protocol_word protocol);
    piece address(qualifier q);
    piece address_group(qualifier q);
    piece bare_address(qualifier q);
    node_id as_address(const piece& number);

    // parser_arithmetic.hpp
    piece comparison(piece left);
    piece side(int depth_of_binding);
    piece continued_side(piece left, int binding);
    piece side_in_parentheses();
    piece primary_side();
    piece load_of(protocol_word protocol, std::uint32_t offset);

    // parser_primitive.hpp
    piece primitive();
    piece after_protocol(node found);
    piece word_with_number(node_kind kind);
    piece word_with_optional_number(node_kind kind);
    piece word_with_name(node_kind kind);
    piece byte_test();
    piece pf_value(node_kind kind, std::span<const value_name> names, std::string_view what, bool numbers);
    piece wlan();
    piece wlan_subtype();
    piece wlan_direction();
    std::optional<std::uint32_t> wlan_value(std::span<const value_name> names, std::string_view what,
                                            std::uint32_t bits);
    piece llc_word();
    piece field(node_kind kind);
    piece field_value(node found);
    std::optional<std::uint32_t> plain_number(std::string_view wanted);

    lexer lexer_;
    std::string_view expression_;
    problem why_;
    syntax_tree tree_;
    token token_;
    int depth_ = 0;
};

/// Whether a word can begin a filter: a word of the language, a sign before one, or a field of Wireshark's display
/// filters, which are refused with a word about filters. Names, numbers and addresses need a word before them.
[[nodiscard]] inline bool begins_filter(std::string_view word) {
    while (!word.empty() && (word[0] == '(' || word[0] == '!')) word.remove_prefix(1);
    const std::string_view name = word.substr(0, word.find_first_of("[)="));
    return name.empty() || detail::find_word(name) != nullptr || !detail::display_translator(name).find_field().empty();
}

inline detail::piece parser::fail(const token& at, std::string reason, std::string_view hint) {
    if (why_.reason.empty()) {
        if (at.kind == t::wrong) reason = lexer_.why();
        why_ = {.reason = std::move(reason),
                .hint = std::string(hint),
                .text = std::string(expression_),
                .offset = at.offset,
                .length = at.text.size(),
                .text_is = "filter"};
    }
    return {};
}

/// What stands here does not belong here. A name may be a keyword misspelt.
inline detail::piece parser::unexpected(std::string_view wanted) {
    if (token_.kind == t::end) return fail(token_, "the expression ends where " + std::string(wanted) + " is wanted");
    const std::string found = "'" + std::string(token_.text) + "'";
    const std::string_view hint = token_.kind == t::name ? detail::nearest_keyword(token_.text) : std::string_view();
    return fail(token_, found + " stands where " + std::string(wanted) + " is wanted", hint);
}

inline text_result<syntax_tree> parser::parse() {
    text_result<syntax_tree> parsed = parse_filter();
    if (parsed) return parsed;
    why_ = parsed.problems()[0];
    look_for_display_filter();
    return std::move(why_);
}

inline void parser::look_for_display_filter() {
    detail::display_translator display(expression_);
    const std::string_view field = display.find_field();
    // What is wrong may be the name of a protocol that filters have no word for.
    const std::string_view wrong = expression_.substr(std::min(why_.offset, expression_.size()), why_.length);
    if (field.empty() && filter_for_protocol(wrong).empty()) return;
    const auto filter = display.translate();
    const bool is_right = filter && parser(*filter).parse_filter().has_value();
    if (field.empty() && !is_right) return;
    const std::string_view shown = field.empty() ? wrong : field;
    why_.reason = "'" + std::string(shown) + "' is a " + (field.empty() ? "protocol" : "field") +
                  " of Wireshark's display filters, not of tcpdump's";
    why_.hint = is_right ? *filter : "";
    if (!is_right) why_.reason += ", which have no word for all of this: see pcap-filter(7)";
    why_.offset = static_cast<std::size_t>(shown.data() - expression_.data());
    why_.length = shown.size();
}

inline text_result<syntax_tree> parser::parse_filter() {
    advance();
    if (token_.kind == t::end) return std::move(tree_);
    const piece first = item(qualifier::missing(), detail::place::term);
    if (!first) return std::move(why_);
    const piece whole = list(first, false);
    if (!whole) return std::move(why_);
    if (token_.kind != t::end) {
        (void)unexpected("'and', 'or' or the end");
        return std::move(why_);
    }
    tree_.root = whole.node;
    return std::move(tree_);
}

/// first { and | or item }: from the left, "and" and "or" alike.
inline detail::piece parser::list(piece first, bool addresses_only) {
    while (token_.kind == t::and_ || token_.kind == t::or_) {
        node joined = made(token_.kind == t::and_ ? node_kind::and_ : node_kind::or_);
        if (first.kind == piece_kind::number) first = {piece_kind::address, as_address(first), first.q};
        advance();
        piece next = addresses_only ? address(first.q) : item(first.q, detail::place::address);
        if (!next) return {};
        if (next.kind == piece_kind::number) next.node = as_address(next);
        joined.a = first.node;
        joined.b = next.node;
        first = {first.kind, tree_.add(joined), next.q};
    }
    return first;
}

/// One term; or, where the place allows it, one address or one side of a comparison.
inline detail::piece parser::item(qualifier inherited, detail::place where) {
    if (++depth_ > detail::nesting_max) return fail(token_, "the expression is nested too deeply");
    piece found;
    if (token_.kind == t::not_) {
        found = negated(inherited, where);
    } else if (token_.kind == t::open) {
        found = group(inherited);
    } else if (detail::starts_address(token_.kind)) {
        found = bare_address(inherited);
    } else if (token_.kind == t::number || token_.kind == t::minus || token_.kind == t::length) {
        found = primary_side();
    } else {
        found = primitive();
    }
    --depth_;
    if (!found) return {};
    if (found.kind == piece_kind::number || found.kind == piece_kind::side) {
        found.q = inherited;
        found = comparison(found);
        if (!found) return {};
    }
    const node& at = tree_[found.node];
    const bool is_address = found.kind == piece_kind::address || found.kind == piece_kind::number;
    if (is_address && where == detail::place::term) {
        return fail({t::end, 0, at.offset, at.text},
                    "an address, name or number needs a word before it, such as "
                    "'host', 'net', 'port' or 'proto'",
                    at.kind == node_kind::name ? detail::nearest_keyword(at.text) : std::string_view());
    }
    if (found.kind == piece_kind::side && where != detail::place::group)
        return unexpected("a comparison such as '=' or '>'");
    return found;
}

inline detail::piece parser::negated(qualifier inherited, detail::place where) {
    node negation = made(node_kind::not_);
    advance();
    piece inner = item(inherited, where == detail::place::group ? detail::place::address : where);
    if (!inner) return {};
    if (inner.kind == piece_kind::number) inner = {piece_kind::address, as_address(inner), inherited};
    negation.a = inner.node;
    return {inner.kind, tree_.add(negation), inner.q};
}

/// What stands in parentheses: terms; addresses that take the qualifiers before the parenthesis; a side of a
/// comparison.
inline detail::piece parser::group(qualifier inherited) {
    advance();
    piece inside = item(inherited, detail::place::group);
    if (!inside) return {};
    if (inside.kind != piece_kind::side) inside = list(inside, inside.kind != piece_kind::term);
    if (!inside) return {};
    if (token_.kind != t::close) return unexpected("')'");
    advance();
    if (inside.kind == piece_kind::term) inside.q = inherited;
    return inside;
}

}  // namespace pcapframe::filter

#include <pcapframe/filter/language/parser_address.hpp>
#include <pcapframe/filter/language/parser_arithmetic.hpp>
#include <pcapframe/filter/language/parser_primitive.hpp>
