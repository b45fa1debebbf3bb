// Templates where they stand: in the strings of a catalog's arguments, with the places of their mistakes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/catalog_problem.hpp>
#include <pcapframe/catalog/template_text.hpp>
#include <pcapframe/catalog/template_values.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// Where a byte of a string's text was written; the place of the string itself where text and file do not correspond
/// byte by byte.
inline text_place place_within(const yaml::node& string, std::size_t offset) noexcept {
    if (!string.verbatim) return string.at;
    text_place at = string.text_at;
    for (std::size_t i = 0; i < offset && i < string.text.size(); ++i)
        at.column += (static_cast<unsigned char>(string.text[i]) & 0xc0U) != 0x80U ? 1U : 0U;
    return at;
}

/// Logs a problem of the template in a string, with the problem's place in the file.
inline void log_template_problem(problem_log& log, const yaml::node& string, problem found) {
    found.at = place_within(string, found.offset);
    found.text = string.text;
    log.add(std::move(found));
}

/// Whether a text may hold templates at all: most do not.
inline bool may_be_template(std::string_view text) noexcept { return text.find('{') != std::string_view::npos; }

/// Calls `use(string node)` for every string in a tree that is a value, no key.
template <class Use>
void each_string(const yaml::node& value, Use& use) {
    if (value.is_string()) use(value);
    if (value.is_sequence())
        for (const yaml::node& item : value.items) each_string(item, use);
    if (value.is_mapping())
        for (std::size_t i = 0; i < value.size(); ++i) each_string(value.value(i), use);
}

/// Whether any string of a tree has an expression in it.
inline bool has_template(const yaml::node& tree) {
    bool any = false;
    auto look = [&](const yaml::node& string) {
        if (any || !may_be_template(string.text)) return;
        // A template with a mistake counts: the mistake is reported when the template is expanded.
        const text_result<template_text> parsed = parse_template(string.text);
        any = !parsed || parsed->has_expressions();
    };
    each_string(tree, look);
    return any;
}

/// The names that the templates of a tree ask for.
inline std::vector<std::string> template_names(const yaml::node& tree) {
    std::vector<std::string> names;
    auto collect = [&](const yaml::node& string) {
        if (!may_be_template(string.text)) return;
        const text_result<template_text> parsed = parse_template(string.text);
        if (!parsed) return;
        for (const template_name& each : names_in(*parsed)) names.emplace_back(each.name);
    };
    each_string(tree, collect);
    return names;
}

inline bool holds(const std::vector<std::string>& names, std::string_view name) noexcept {
    for (const std::string& known : names)
        if (known == name) return true;
    return false;
}

/// Reports the mistakes of the templates in a tree that can be seen before the values of its names are known.
inline void check_templates(problem_log& log, const yaml::node& tree, const std::vector<std::string_view>& known) {
    // With more names, looking for the nearest one would take longer than reading the catalog.
    constexpr std::size_t suggestions_max = 1000;
    auto check = [&](const yaml::node& string) {
        if (log.full() || !may_be_template(string.text)) return;
        const text_result<template_text> parsed = parse_template(string.text);
        if (!parsed) return log_template_problem(log, string, parsed.problems()[0]);
        for (const template_name& each : names_in(*parsed)) {
            if (each.may_be_missing || std::find(known.begin(), known.end(), each.name) != known.end()) continue;
            const std::string_view nearest = known.size() <= suggestions_max ? nearest_word(each.name, known) : "";
            std::string reason = "unknown name '" + std::string(each.name) + "'";
            log_template_problem(log, string, template_problem(string.text, each.offset, std::move(reason), nearest));
        }
    };
    each_string(tree, check);
}

/// The value of a string that may be a template, with the string's place.
inline yaml::node expand_string(problem_log& log, const yaml::node& string, const text_result<template_text>& parsed,
                                const template_context& context) {
    if (parsed && !parsed->has_expressions()) return string;
    text_result<yaml::node> made = parsed ? expand_template(*parsed, context) : parsed.problems();
    if (!made) {
        log_template_problem(log, string, made.problems()[0]);
        return {};
    }
    made->at = string.at;
    made->verbatim = false;
    return *std::move(made);
}

/// A tree with every template in its values expanded.
inline yaml::node expand_tree(problem_log& log, const yaml::node& tree, const template_context& context) {
    if (tree.is_string())
        return may_be_template(tree.text) ? expand_string(log, tree, parse_template(tree.text), context) : tree;
    if (!tree.is_collection()) return tree;
    yaml::node made = yaml::node::of(tree.kind);
    made.at = tree.at;
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
        const bool is_key = tree.is_mapping() && i % 2 == 0;
        made.items.push_back(is_key ? tree.items[i] : expand_tree(log, tree.items[i], context));
    }
    return made;
}

}  // namespace pcapframe::detail
