// Templates where they stand: in the strings of a catalog's arguments, with places for their mistakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/catalog/catalog_problem.hpp>
#include <pcapframe/catalog/template_text.hpp>
#include <pcapframe/catalog/template_values.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// Where a byte of a string's text was written; the string itself where the two do not correspond.
inline yaml::place place_within(const yaml::node& string, std::size_t offset) noexcept {
    if (!string.verbatim) return string.at;
    yaml::place at = string.text_at;
    for (std::size_t i = 0; i < offset && i < string.text.size(); ++i)
        at.column += (static_cast<unsigned char>(string.text[i]) & 0xc0U) != 0x80U ? 1 : 0;
    return at;
}

/// The problem of a template, with the template.
inline void log_template_problem(problem_log& log, const yaml::node& string, const template_problem& problem) {
    constexpr std::size_t shown_max = 100;
    const std::string text = string.text.size() > shown_max ? string.text.substr(0, shown_max) + "..." : string.text;
    log.add(place_within(string, problem.offset), problem.text + ", in \"" + text + "\"");
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
        any = any || (may_be_template(string.text) && parse_template(string.text).value.has_expressions());
    };
    each_string(tree, look);
    return any;
}

/// The names that the templates of a tree ask for.
inline std::vector<std::string> template_names(const yaml::node& tree) {
    std::vector<std::string> names;
    auto collect = [&](const yaml::node& string) {
        if (!may_be_template(string.text)) return;
        const parsed_template parsed = parse_template(string.text);
        if (parsed.problem) return;
        each_template_name(parsed.value, [&](std::string_view name, std::size_t) { names.emplace_back(name); });
    };
    each_string(tree, collect);
    return names;
}

inline bool holds(const std::vector<std::string>& names, std::string_view name) noexcept {
    for (const std::string& known : names)
        if (known == name) return true;
    return false;
}

/// Whether an undefined name would be replaced at once.
inline bool has_default(const template_text& text, std::size_t offset) noexcept {
    for (const template_piece& piece : text.pieces) {
        if (!piece.expression || piece.expression->operand.offset != offset) continue;
        const auto& filters = piece.expression->filters;
        return !filters.empty() && filters[0].is == template_filter_kind::default_value;
    }
    return false;
}

/// Reports the mistakes of the templates in a tree that can be seen before their values are known.
inline void check_templates(problem_log& log, const yaml::node& tree, const std::vector<std::string_view>& known) {
    // Beyond that, looking for what is nearest would take longer than reading.
    constexpr std::size_t suggestions_max = 1000;
    auto check = [&](const yaml::node& string) {
        if (log.full() || !may_be_template(string.text)) return;
        const parsed_template parsed = parse_template(string.text);
        if (parsed.problem) return log_template_problem(log, string, *parsed.problem);
        each_template_name(parsed.value, [&](std::string_view name, std::size_t offset) {
            for (const std::string_view other : known)
                if (other == name) return;
            if (has_default(parsed.value, offset)) return;
            const std::string nearest = known.size() <= suggestions_max ? suggestion(name, known) : std::string();
            log_template_problem(log, string, {offset, "unknown name '" + std::string(name) + "'" + nearest});
        });
    };
    each_string(tree, check);
}

/// The value of a string that may be a template, with the string's place.
inline yaml::node expand_string(problem_log& log, const yaml::node& string, const parsed_template& parsed,
                                const template_context& context) {
    if (parsed.problem) {
        log_template_problem(log, string, *parsed.problem);
        return {};
    }
    if (!parsed.value.has_expressions()) return string;
    template_value made = expand_template(parsed.value, context);
    if (made.problem) log_template_problem(log, string, *made.problem);
    made.value.at = string.at;
    made.value.verbatim = false;
    return std::move(made.value);
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
