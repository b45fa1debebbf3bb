// The parameters of catalog entries: their types, and which values they take.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/catalog_time.hpp>
#include <pcapframe/catalog/yaml/yaml.hpp>

namespace pcapframe::inline v0_2 {

/// The types of an entry's parameters, by their names in catalogs.
enum class parameter_type : std::uint8_t {
    boolean,
    datetime,
    dict,
    floating,
    integer,
    list,
    mlist,
    text,
    tuple,
    other
};

/// A parameter of an entry, or of all entries of a catalog.
struct catalog_parameter {
    std::string name;
    std::string type_name = "str";  ///< as written: "int", "list[str]"
    parameter_type type = parameter_type::text;
    std::optional<parameter_type> item_type;  ///< of the items of a list
    std::string description;
    std::optional<yaml::node> default_value;         ///< as written, templates included
    std::optional<yaml::node> min, max;              ///< converted
    std::optional<std::vector<yaml::node>> allowed;  ///< converted
    text_place at;
};

/// A value as messages show it: texts as they are, lists in brackets.
[[nodiscard]] inline std::string value_text(const yaml::node& value) {
    if (value.is_string()) return value.text;
    if (!value.is_collection()) return yaml::scalar_text(value);
    std::string text = value.is_sequence() ? "[" : "{";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) text += ", ";
        if (value.is_mapping())
            text += value_text(value.key(i)) + ": " + value_text(value.value(i));
        else
            text += value_text(value.items[i]);
    }
    return text + (value.is_sequence() ? "]" : "}");
}

namespace detail {

struct parameter_type_spec {
    std::string_view name;
    parameter_type type;
    std::string_view expected;
};
inline constexpr std::array<parameter_type_spec, 11> parameter_types{{
    {"bool", parameter_type::boolean, "true or false"},
    {"datetime", parameter_type::datetime, "a time such as '2018-01-09 08:16:12', 'now' or 'today'"},
    {"dict", parameter_type::dict, "a mapping"},
    {"float", parameter_type::floating, "a number"},
    {"int", parameter_type::integer, "a whole number"},
    {"list", parameter_type::list, "a list"},
    {"mlist", parameter_type::mlist, "a list"},
    {"str", parameter_type::text, "text"},
    {"tuple", parameter_type::tuple, "a list"},
    {"unicode", parameter_type::text, "text"},
    {"other", parameter_type::other, "anything"},
}};

inline std::optional<parameter_type> find_parameter_type(std::string_view name) noexcept {
    for (const parameter_type_spec& spec : parameter_types)
        if (spec.name == name) return spec.type;
    return std::nullopt;
}

inline bool is_list_type(parameter_type type) noexcept {
    return type == parameter_type::list || type == parameter_type::mlist || type == parameter_type::tuple;
}

/// What a value of a type is, in words: "a whole number".
inline std::string words_for(parameter_type type) {
    for (const parameter_type_spec& spec : parameter_types)
        if (spec.type == type) return std::string(spec.expected);
    return "known";
}

inline problem not_a(const yaml::node& from, parameter_type type) {
    return {.reason = value_text(from) + " is not " + words_for(type)};
}

/// The value of a type that a parameter without default has.
inline yaml::node zero_of(parameter_type type) {
    switch (type) {
        case parameter_type::boolean: return yaml::node::from(false);
        case parameter_type::datetime: return yaml::node::time("1970-01-01 00:00:00");
        case parameter_type::dict: return yaml::node::mapping();
        case parameter_type::floating: return yaml::node::from(0.0);
        case parameter_type::integer: return yaml::node::from(std::int64_t{0});
        case parameter_type::text: return yaml::node::from(std::string_view());
        case parameter_type::other: return {};
        default: return yaml::node::sequence();
    }
}

inline text_result<yaml::node> to_boolean(const yaml::node& from) {
    if (from.kind == yaml::kind::boolean) return from;
    const bool is_number = from.kind == yaml::kind::integer && (from.integer == 0 || from.integer == 1);
    if (is_number) return yaml::node::from(from.integer == 1);
    for (const std::string_view word : {"true", "yes", "on", "1"})
        if (from.is_string() && equal_ignoring_case(from.text, word)) return yaml::node::from(true);
    for (const std::string_view word : {"false", "no", "off", "0"})
        if (from.is_string() && equal_ignoring_case(from.text, word)) return yaml::node::from(false);
    return not_a(from, parameter_type::boolean);
}

inline text_result<yaml::node> to_integer(const yaml::node& from) {
    if (from.kind == yaml::kind::integer) return from;
    constexpr double exact_max = 9007199254740992.0;  // 2^53: doubles beyond have no fraction to lose
    const double number = from.floating;
    if (from.kind == yaml::kind::floating && number >= -exact_max && number <= exact_max) {
        const auto whole = static_cast<std::int64_t>(number);
        if (static_cast<double>(whole) == number) return yaml::node::from(whole);
    }
    yaml::node made = yaml::node::of(yaml::kind::integer);
    const bool is_integer = from.is_string() && yaml::detail::core_integer(from.text) && !from.text.starts_with("0o");
    if (is_integer && yaml::detail::parse_integer(from.text, made.integer)) return made;
    return not_a(from, parameter_type::integer);
}

inline text_result<yaml::node> to_floating(const yaml::node& from) {
    if (from.kind == yaml::kind::floating) return from;
    if (from.kind == yaml::kind::integer) return yaml::node::from(static_cast<double>(from.integer));
    if (!from.is_string()) return not_a(from, parameter_type::floating);
    const bool decimal = yaml::detail::core_float(from.text) && !yaml::detail::special_float(from.text);
    if (decimal) return yaml::node::from(yaml::parse_double(from.text));
    return not_a(from, parameter_type::floating);
}

inline text_result<yaml::node> to_text(const yaml::node& from) {
    switch (from.kind) {
        case yaml::kind::string: return from;
        case yaml::kind::time: return yaml::node::from(std::string_view(from.text));
        case yaml::kind::boolean: return yaml::node::from(std::string_view(from.boolean ? "True" : "False"));
        case yaml::kind::integer: return yaml::node::from(std::string_view(std::to_string(from.integer)));
        case yaml::kind::floating: return yaml::node::from(std::string_view(yaml::double_text(from.floating)));
        default: return not_a(from, parameter_type::text);
    }
}

inline text_result<yaml::node> to_datetime(const yaml::node& from) {
    const bool says_time = from.is_string() || from.kind == yaml::kind::time;
    if (const auto time = says_time ? canonical_time(from.text) : std::nullopt) return yaml::node::time(*time);
    return not_a(from, parameter_type::datetime);
}

/// A text in YAML's brackets as the collection that it writes; a text with commas as a list of texts.
inline text_result<yaml::node> to_collection(const yaml::node& from, parameter_type type) {
    const bool wants_mapping = type == parameter_type::dict;
    if (wants_mapping ? from.is_mapping() : from.is_sequence()) return from;
    if (!from.is_string()) return not_a(from, type);
    if (from.text.starts_with(wants_mapping ? "{" : "[")) {
        yaml::document read = yaml::read(from.text);
        const bool fits = read && (wants_mapping ? read.root.is_mapping() : read.root.is_sequence());
        if (fits) return std::move(read.root);
        return not_a(from, type);
    }
    if (wants_mapping) return not_a(from, type);
    yaml::node list = yaml::node::sequence();
    std::string_view rest = from.text;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        list.items.push_back(yaml::node::from(rest.substr(0, comma)));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return list;
}

}  // namespace detail

/// Converts a value to a type. A text is read in the way the type is written, so that texts from a command line or a
/// template fit; nothing is rounded or cut. Null is the type's zero.
[[nodiscard]] inline text_result<yaml::node> convert_value(const yaml::node& from, parameter_type type,
                                                           std::optional<parameter_type> item_type = std::nullopt) {
    if (type == parameter_type::other) return from;
    if (from.is_null()) return detail::zero_of(type);
    switch (type) {
        case parameter_type::boolean: return detail::to_boolean(from);
        case parameter_type::integer: return detail::to_integer(from);
        case parameter_type::floating: return detail::to_floating(from);
        case parameter_type::text: return detail::to_text(from);
        case parameter_type::datetime: return detail::to_datetime(from);
        default: break;
    }
    text_result<yaml::node> made = detail::to_collection(from, type);
    if (!made || !item_type) return made;
    const std::size_t step = made->is_mapping() ? 2 : 1;
    for (std::size_t i = step - 1; i < made->items.size(); i += step) {
        text_result<yaml::node> item = convert_value(made->items[i], *item_type);
        if (!item)
            return problem{.reason = value_text(from) + " has an item that is not " + detail::words_for(*item_type)};
        made->items[i] = *std::move(item);
    }
    return made;
}

namespace detail {

/// Whether a is smaller; both are numbers, both texts or both times.
inline bool is_less(const yaml::node& a, const yaml::node& b) noexcept {
    if (a.is_string() || a.kind == yaml::kind::time) return a.text < b.text;
    if (a.kind == yaml::kind::integer && b.kind == yaml::kind::integer) return a.integer < b.integer;
    const auto number = [](const yaml::node& n) {
        return n.kind == yaml::kind::floating ? n.floating : static_cast<double>(n.integer);
    };
    return number(a) < number(b);
}

inline std::string not_allowed(const catalog_parameter& parameter, const yaml::node& value) {
    std::string text = parameter.name + "=" + value_text(value) + " is not one of the allowed values:";
    for (std::size_t i = 0; i < parameter.allowed->size(); ++i)
        text += (i == 0 ? " " : ", ") + value_text((*parameter.allowed)[i]);
    return text;
}

}  // namespace detail

/// In a sentence, which rule of its parameter a converted value breaks: "n=11 is greater than 10". Empty if none.
[[nodiscard]] inline std::string violation(const catalog_parameter& parameter, const yaml::node& value) {
    if (parameter.min && detail::is_less(value, *parameter.min))
        return parameter.name + "=" + value_text(value) + " is less than " + value_text(*parameter.min);
    if (parameter.max && detail::is_less(*parameter.max, value))
        return parameter.name + "=" + value_text(value) + " is greater than " + value_text(*parameter.max);
    if (!parameter.allowed) return "";
    const auto is_allowed = [&](const yaml::node& wanted) {
        for (const yaml::node& allowed : *parameter.allowed)
            if (yaml::same(allowed, wanted)) return true;
        return false;
    };
    if (parameter.type != parameter_type::mlist) return is_allowed(value) ? "" : detail::not_allowed(parameter, value);
    for (const yaml::node& item : value.items)
        if (!is_allowed(item)) return detail::not_allowed(parameter, item);
    return "";
}

/// A value for a parameter: converted and checked, or why the value is refused.
[[nodiscard]] inline text_result<yaml::node> parameter_value(const catalog_parameter& parameter,
                                                             const yaml::node& from) {
    text_result<yaml::node> made = convert_value(from, parameter.type, parameter.item_type);
    if (!made) return problem{.reason = parameter.name + "=" + made.problems()[0].reason};
    std::string broken = violation(parameter, *made);
    if (!broken.empty()) return problem{.reason = std::move(broken)};
    return made;
}

}  // namespace pcapframe
