// Templates taken apart: pieces of text, expressions, and the statements around them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2 {

/// The operators of template expressions.
enum class template_operator : std::uint8_t {
    negate,
    keep,
    logical_not,
    logical_and,
    logical_or,
    add,
    subtract,
    multiply,
    divide,
    floor_divide,
    modulo,
    power,
    concatenate,
    equal,
    unequal,
    less,
    at_most,
    greater,
    at_least,
    in,
    not_in,
};

/// One node of an expression's tree. What `parts` are, and what `name` names, depends on the kind.
struct template_node {
    enum class kind : std::uint8_t {
        literal,      ///< `value`
        name,         ///< the value of `name`
        list,         ///< of its parts
        tuple,        ///< of its parts
        mapping,      ///< parts: keys and values in turn
        unary,        ///< operators[0] of its part
        binary,       ///< operators[0] of two parts
        compare,      ///< a < b <= c: operators[i] stands between the parts i and i + 1
        conditional,  ///< parts: the condition, the value if it is true, and perhaps the other value
        attribute,    ///< `name` of its part
        index,        ///< part 0 at part 1
        slice,        ///< part 0 from part 1 to part 2 by part 3; null where one is left out
        call,         ///< the function `name` with its parts
        method,       ///< the method `name` of part 0 with the other parts
        filter,       ///< the filter `name` of part 0 with the other parts
        test,         ///< the test `name` of part 0 with the other parts
        keyword,      ///< a named argument: part 0
    };

    kind is = kind::literal;
    std::size_t offset = 0;
    unsigned depth = 1;  ///< nodes from this one to the deepest under it
    std::string name{};
    yaml::node value{};
    std::vector<template_operator> operators{};
    std::vector<template_node> parts{};
};

/// Text as it stands, an expression, a name that is set, or a choice of other pieces.
struct template_piece {
    enum class kind : std::uint8_t {
        text,        ///< `text`
        expression,  ///< `expression`
        assignment,  ///< the value of `expression` to the name `text`
        choice,      ///< of `pieces`, which are branches: the first is taken whose condition is true
        branch,      ///< `pieces` where `expression` is true
        otherwise,   ///< `pieces` where no branch before it was taken
    };

    kind is = kind::text;
    std::string text{};
    template_node expression{};
    std::vector<template_piece> pieces{};
};

/// A template, taken apart.
struct template_text {
    std::vector<template_piece> pieces{};
    bool expands = false;  ///< whether the template has anything but text

    [[nodiscard]] bool has_expressions() const noexcept { return expands; }
    /// Whether the whole text is one expression: such a text gives a value of any kind.
    [[nodiscard]] bool is_one_expression() const noexcept {
        return pieces.size() == 1 && pieces[0].is == template_piece::kind::expression;
    }
};

namespace detail {

/// A mistake at a byte of a template.
inline problem template_problem(std::string_view text, std::size_t offset, std::string reason,
                                std::string_view hint = {}) {
    return {.reason = std::move(reason), .hint = std::string(hint), .text = std::string(text), .offset = offset};
}

/// Finds one of a table's rows by its `name`; null where no row has that name.
template <class Specs>
const typename Specs::value_type* find_spec(const Specs& specs, std::string_view name) noexcept {
    for (const auto& spec : specs)
        if (spec.name == name) return &spec;
    return nullptr;
}

template <class Specs>
std::vector<std::string_view> names_of(const Specs& specs) {
    std::vector<std::string_view> names;
    for (const auto& spec : specs) names.push_back(spec.name);
    return names;
}

}  // namespace detail

/// A name that a template asks for.
struct template_name {
    std::string_view name;
    std::size_t offset;
    bool may_be_missing;  ///< the template says what happens where the name has no value
};

namespace detail {

/// Collects the names that a template asks for and does not set itself.
class template_name_collector {
public:
    std::vector<template_name> collect(const template_text& text) {
        pieces(text.pieces);
        for (template_name& each : names_)
            each.may_be_missing = std::find(optional_.begin(), optional_.end(), each.name) != optional_.end();
        std::erase_if(names_, [&](const template_name& each) {
            return std::find(set_.begin(), set_.end(), each.name) != set_.end();
        });
        return std::move(names_);
    }

private:
    void pieces(const std::vector<template_piece>& all) {
        for (const template_piece& piece : all) {
            node(piece.expression);
            if (piece.is == template_piece::kind::branch) guard(piece.expression);
            if (piece.is == template_piece::kind::assignment) set_.push_back(piece.text);
            pieces(piece.pieces);
        }
    }

    void guard(const template_node& of) {
        if (of.is == template_node::kind::name) optional_.push_back(of.name);
    }

    void node(const template_node& of) {
        using enum template_node::kind;
        if (of.is == name) names_.push_back({of.name, of.offset, false});
        const bool asks = (of.is == filter && (of.name == "default" || of.name == "d")) ||
                          (of.is == test && (of.name == "defined" || of.name == "undefined")) || of.is == conditional;
        const bool is_logical = (of.is == unary && of.operators[0] == template_operator::logical_not) ||
                                (of.is == binary && (of.operators[0] == template_operator::logical_and ||
                                                     of.operators[0] == template_operator::logical_or));
        for (std::size_t i = 0; i < of.parts.size(); ++i) {
            if (is_logical || (asks && i == 0)) guard(of.parts[i]);
            node(of.parts[i]);
        }
    }

    std::vector<template_name> names_;
    std::vector<std::string_view> optional_;
    std::vector<std::string_view> set_;
};

}  // namespace detail

/// The names that a template asks for, in the template's order. The views point into the template.
[[nodiscard]] inline std::vector<template_name> names_in(const template_text& text) {
    return detail::template_name_collector().collect(text);
}

}  // namespace pcapframe
