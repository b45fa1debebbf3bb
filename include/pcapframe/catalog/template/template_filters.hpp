// The filters, tests and functions of templates. A new filter, test or function is one row of its table. Source: Jinja
// 3.1, "List of Builtin Filters" and "List of Builtin Tests".
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/catalog/template/template_methods.hpp>
#include <pcapframe/catalog/template/template_operations.hpp>
#include <pcapframe/catalog/template/template_text_values.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::detail {

/// Makes text of what a filter is given, as Jinja does; the call fails where there is none.
inline bool subject_to_text(template_call& call) {
    const std::optional<std::string> text = text_of_value(call.subject);
    if (!text) call.fail(std::string(yaml::words_for(call.subject.kind)) + " has no place within text");
    call.subject = text_node(text.value_or(""));
    return text.has_value();
}

/// A method of texts as a filter: the filtered value becomes text before.
template <yaml::node (*Method)(template_call&)>
yaml::node on_text(template_call& call) {
    return subject_to_text(call) ? Method(call) : yaml::node();
}

inline yaml::node same_value(template_call& call) { return call.subject; }

inline yaml::node default_filter(template_call& call) {
    const bool of_false_too = call.has(1) && !counts_as_false(call.argument(1));
    const bool is_missing = !call.missing.empty() || call.subject.is_null();
    call.missing.clear();
    if (!is_missing && !(of_false_too && counts_as_false(call.subject))) return call.subject;
    return call.has(0) ? call.argument(0) : text_node("");
}

inline yaml::node replace_filter(template_call& call) {
    for (std::size_t i = 0; i < 2; ++i) {
        const std::optional<std::string> text = text_of_value(call.argument(i));
        if (!text) return call.wants("texts");
        call.arguments[i] = text_node(*text);
    }
    if (call.has(2) && call.argument(2).is_null()) call.arguments[2].reset();
    return replace_text(call);
}

inline yaml::node join_filter(template_call& call) {
    std::optional<std::string> between = "";
    if (call.has(0)) between = text_of_value(call.argument(0));
    return between ? joined_by(call, call.subject, *between, false) : call.wants("text between the items");
}

/// Words begin behind blanks, '-' and brackets.
inline yaml::node title_filter(template_call& call) {
    bool begins = true;
    return text_node(with_cases(call.subject.text, [&](std::size_t, std::uint32_t before) {
        const bool parts =
            before < 0x80 && (is_python_blank(static_cast<char>(before)) ||
                              std::string_view("-({[<").find(static_cast<char>(before)) != std::string_view::npos);
        begins = before == 0 || parts;
        return begins ? letter_case::title : letter_case::lower;
    }));
}

inline yaml::node center_filter(template_call& call) {
    if (!call.has(0)) call.arguments = {yaml::node::from(std::int64_t{80})};
    return center_text(call);
}

inline yaml::node format_filter(template_call& call) { return percent_formatter(call).format(); }

// Numbers.

/// A text as Python's float() reads it.
inline std::optional<double> float_of_text(std::string_view text) {
    text = stripped(text, nullptr, text_end::both);
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool between =
            i > 0 && i + 1 < text.size() && yaml::detail::is_digit(text[i - 1]) && yaml::detail::is_digit(text[i + 1]);
        if (text[i] == '_' && !between) return std::nullopt;
        if (text[i] != '_') digits += text[i];
    }
    const bool has_sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+');
    const std::string word = lowered(std::string_view(digits).substr(has_sign ? 1 : 0));
    const double sign = has_sign && digits[0] == '-' ? -1 : 1;
    if (word == "inf" || word == "infinity") return sign * std::numeric_limits<double>::infinity();
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (!yaml::detail::core_float(digits) || yaml::detail::special_float(digits)) return std::nullopt;
    return yaml::parse_double(digits);
}

/// A text as Python's int() reads it in a base; nothing where the text is no number, or one that is too large
/// (`overflow`).
inline std::optional<std::int64_t> integer_of_text(std::string_view text, std::int64_t base, bool& overflow) {
    text = stripped(text, nullptr, text_end::both);
    std::string digits;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        digits = text[0];
        text.remove_prefix(1);
    }
    const auto prefix = [&](char letter, std::int64_t of) {
        const bool there = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == letter && base == of;
        if (there) text.remove_prefix(text[2] == '_' ? 3 : 2);
    };
    prefix('x', 16);
    prefix('o', 8);
    prefix('b', 2);
    if (text.empty() || text.front() == '_' || text.back() == '_' || text.find("__") != std::string_view::npos)
        return std::nullopt;
    for (const char c : text) {
        if (c == '_') continue;
        const int digit = yaml::detail::is_digit(c) ? c - '0' : yaml::detail::is_letter(c) ? (c | 0x20) - 'a' + 10 : 99;
        if (digit >= base) return std::nullopt;
    }
    std::int64_t made = 0;
    digits += text;
    overflow = !yaml::detail::parse_integer(digits, made, static_cast<std::uint64_t>(base));
    return overflow ? std::nullopt : std::optional(made);
}

inline yaml::node int_filter(template_call& call) {
    const yaml::node otherwise = call.has(0) ? call.argument(0) : yaml::node::from(std::int64_t{0});
    const std::int64_t base = call.integer(1, 10);
    if (base < 2 || base > 36) return call.fail("the filter 'int' takes a base from 2 to 36");
    if (is_whole(call.subject)) return yaml::node::from(whole_of(call.subject));
    std::optional<double> number;
    bool overflow = false;
    if (call.subject.is_string()) {
        if (const auto whole = integer_of_text(call.subject.text, base, overflow)) return yaml::node::from(*whole);
        number = float_of_text(call.subject.text);
    } else if (call.subject.kind == yaml::kind::floating) {
        number = call.subject.floating;
    }
    if (!number || !std::isfinite(*number))
        return overflow ? call.fail("this number does not fit into 64 bits") : otherwise;
    const std::optional<std::int64_t> whole = truncated(*number);
    return whole && !overflow ? yaml::node::from(*whole) : call.fail("this number does not fit into 64 bits");
}

inline yaml::node float_filter(template_call& call) {
    if (is_number(call.subject)) return yaml::node::from(number_of(call.subject));
    std::optional<double> number;
    if (call.subject.is_string()) number = float_of_text(call.subject.text);
    if (number) return yaml::node::from(*number);
    return call.has(0) ? call.argument(0) : yaml::node::from(0.0);
}

inline yaml::node abs_filter(template_call& call) {
    if (call.subject.kind == yaml::kind::floating) return yaml::node::from(std::fabs(call.subject.floating));
    if (!is_whole(call.subject)) return call.wants("numbers");
    if (whole_of(call.subject) >= 0) return yaml::node::from(whole_of(call.subject));
    return template_operation(call.work(), call.offset()).negated(call.subject);
}

/// A whole number rounded to tens, hundreds, ...; a half goes to the even neighbour.
inline yaml::node rounded_whole(template_call& call, std::int64_t value, std::int64_t zeros) {
    std::int64_t unit = 1;
    for (std::int64_t i = 0; i < zeros; ++i)
        if (__builtin_mul_overflow(unit, std::int64_t{10}, &unit)) return yaml::node::from(std::int64_t{0});
    const std::int64_t rest = ((value % unit) + unit) % unit;
    std::int64_t made = 0;
    bool overflow = __builtin_sub_overflow(value, rest, &made);
    const bool is_odd = (made / unit) % 2 != 0;
    const bool up = rest > unit - rest || (rest == unit - rest && unit > 1 && is_odd);
    overflow |= up && __builtin_add_overflow(made, unit, &made);
    return overflow ? call.fail("this number does not fit into 64 bits") : yaml::node::from(made);
}

inline yaml::node rounded_float(double value, std::int64_t precision) {
    constexpr std::int64_t digits_max = 330;
    if (!std::isfinite(value) || precision > digits_max) return yaml::node::from(value);
    if (precision < -digits_max) return yaml::node::from(std::copysign(0.0, value));
    if (precision < 0) {
        const double unit = std::pow(10.0, static_cast<double>(-precision));
        return yaml::node::from(std::nearbyint(value / unit) * unit);
    }
    std::array<char, 700> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", static_cast<int>(precision), value);
    return yaml::node::from(std::strtod(buffer.data(), nullptr));
}

inline yaml::node round_filter(template_call& call) {
    const std::int64_t precision = call.integer(0, 0);
    const std::string method = call.text(1, "common");
    if (!is_number(call.subject)) return call.wants("numbers");
    if (method != "common" && method != "ceil" && method != "floor")
        return call.fail("the filter 'round' has the methods common, ceil and floor");
    if (method == "common") {
        if (!is_whole(call.subject)) return rounded_float(call.subject.floating, precision);
        return precision >= 0 ? yaml::node::from(whole_of(call.subject))
                              : rounded_whole(call, whole_of(call.subject), -precision);
    }
    if (precision < 0 || precision > 15) return call.fail("the methods ceil and floor take a precision from 0 to 15");
    const double unit = std::pow(10.0, static_cast<double>(precision));
    const double scaled = number_of(call.subject) * unit;
    // Whole numbers have no negative zero.
    return yaml::node::from((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / unit + 0.0);
}

// Lists, and texts as lists of characters.

/// The items of a list, the characters of a text or the keys of a mapping; nothing where there are none to list.
inline std::optional<yaml::node> items_of(template_call& call) {
    if (call.subject.is_sequence()) return call.subject;
    if (call.subject.is_mapping()) return keys_of_mapping(call);
    if (!call.subject.is_string()) {
        call.wants("lists, texts and mappings");
        return std::nullopt;
    }
    const std::vector<std::string_view> characters = characters_of(call.subject.text);
    if (!call.work().spend(characters.size(), call.offset())) return std::nullopt;
    yaml::node made = yaml::node::sequence();
    for (const std::string_view c : characters) made.items.push_back(text_node(c));
    return made;
}

inline yaml::node list_filter(template_call& call) { return items_of(call).value_or(yaml::node()); }

inline yaml::node length_filter(template_call& call) {
    if (call.subject.is_string()) return count_node(character_count(call.subject.text));
    return call.subject.is_collection() ? count_node(call.subject.size()) : call.wants("lists, texts and mappings");
}

inline yaml::node end_of_list(template_call& call, bool last) {
    std::optional<yaml::node> items = items_of(call);
    if (!items) return {};
    if (!items->items.empty()) return last ? items->items.back() : items->items.front();
    call.missing = "this has no items";
    return {};
}
inline yaml::node first_filter(template_call& call) { return end_of_list(call, false); }
inline yaml::node last_filter(template_call& call) { return end_of_list(call, true); }

inline yaml::node reverse_filter(template_call& call) {
    const bool is_text = call.subject.is_string();
    std::optional<yaml::node> items = items_of(call);
    if (!items) return {};
    std::reverse(items->items.begin(), items->items.end());
    return is_text ? joined_by(call, *items, "", true) : *std::move(items);
}

/// The key that items are compared by: of texts without regard to case, unless case counts.
inline yaml::node order_key(const yaml::node& item, bool with_case) {
    return item.is_string() && !with_case ? text_node(lowered(item.text)) : item;
}

/// Sorts a list's items; the call fails where two items have no order.
inline bool sort_items(template_call& call, yaml::node& list, bool with_case, bool descending) {
    const auto is_before = [&](const yaml::node& a, const yaml::node& b) {
        const auto order = ordered(order_key(a, with_case), order_key(b, with_case));
        if (!order) call.fail("these items have no order");
        return order && (descending ? *order > 0 : *order < 0);
    };
    if (!call.work().spend(list.size() * 8, call.offset())) return false;
    // Comparing may fail, or be without an order (not-a-number): sorting by insertion stays within the list whatever a
    // comparison says.
    std::vector<yaml::node> sorted;
    for (yaml::node& item : list.items) {
        std::size_t low = 0, high = sorted.size();
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (is_before(item, sorted[middle]))
                high = middle;
            else
                low = middle + 1;
        }
        sorted.insert(sorted.begin() + static_cast<std::ptrdiff_t>(low), std::move(item));
    }
    list.items = std::move(sorted);
    return !call.failed();
}

inline bool flag(template_call& call, std::size_t i) { return call.has(i) && !counts_as_false(call.argument(i)); }

inline yaml::node sort_filter(template_call& call) {
    std::optional<yaml::node> items = items_of(call);
    if (!items || !sort_items(call, *items, flag(call, 1), flag(call, 0))) return {};
    return *std::move(items);
}

inline yaml::node extreme_of_list(template_call& call, bool greatest) {
    std::optional<yaml::node> items = items_of(call);
    if (!items || !sort_items(call, *items, flag(call, 0), greatest)) return {};
    if (!items->items.empty()) return items->items.front();
    call.missing = "this has no items";
    return {};
}
inline yaml::node min_filter(template_call& call) { return extreme_of_list(call, false); }
inline yaml::node max_filter(template_call& call) { return extreme_of_list(call, true); }

inline yaml::node unique_filter(template_call& call) {
    std::optional<yaml::node> items = items_of(call);
    if (!items) return {};
    yaml::node made = yaml::node::sequence();
    for (yaml::node& item : items->items) {
        if (!call.work().spend(1 + made.size() / 16, call.offset())) return {};
        const yaml::node key = order_key(item, flag(call, 0));
        const bool known = std::any_of(made.items.begin(), made.items.end(), [&](const yaml::node& other) {
            return equals(order_key(other, flag(call, 0)), key);
        });
        if (!known) made.items.push_back(std::move(item));
    }
    return made;
}

inline yaml::node sum_filter(template_call& call) {
    std::optional<yaml::node> items = items_of(call);
    yaml::node made = yaml::node::from(std::int64_t{0});
    for (std::size_t i = 0; items && i < items->size() && !call.failed(); ++i)
        made = template_operation(call.work(), call.offset()).arithmetic(template_operator::add, made, items->items[i]);
    return made;
}

inline yaml::node items_filter(template_call& call) {
    return call.subject.is_mapping() ? items_of_mapping(call) : call.wants("mappings");
}

inline constexpr std::array<template_function, 30> template_filters{{
    {"default", 0, 2, {"default_value", "boolean"}, default_filter},
    {"d", 0, 2, {"default_value", "boolean"}, default_filter},
    {"lower", 0, 0, {}, on_text<lower_text>},
    {"upper", 0, 0, {}, on_text<upper_text>},
    {"capitalize", 0, 0, {}, on_text<capitalize_text>},
    {"title", 0, 0, {}, on_text<title_filter>},
    {"trim", 0, 1, {"chars"}, on_text<strip_both>},
    {"replace", 2, 3, {"old", "new", "count"}, on_text<replace_filter>},
    {"center", 0, 1, {"width"}, on_text<center_filter>},
    {"format", 0, 0, {}, on_text<format_filter>, true},
    {"join", 0, 1, {"d"}, join_filter},
    {"string", 0, 0, {}, on_text<same_value>},
    {"safe", 0, 0, {}, on_text<same_value>},
    {"int", 0, 2, {"default", "base"}, int_filter},
    {"float", 0, 1, {"default"}, float_filter},
    {"abs", 0, 0, {}, abs_filter},
    {"round", 0, 2, {"precision", "method"}, round_filter},
    {"list", 0, 0, {}, list_filter},
    {"length", 0, 0, {}, length_filter},
    {"count", 0, 0, {}, length_filter},
    {"first", 0, 0, {}, first_filter},
    {"last", 0, 0, {}, last_filter},
    {"reverse", 0, 0, {}, reverse_filter},
    {"sort", 0, 2, {"reverse", "case_sensitive"}, sort_filter},
    {"unique", 0, 1, {"case_sensitive"}, unique_filter},
    {"min", 0, 1, {"case_sensitive"}, min_filter},
    {"max", 0, 1, {"case_sensitive"}, max_filter},
    {"sum", 0, 0, {}, sum_filter},
    {"items", 0, 0, {}, items_filter},
    {"urlencode", 0, 0, {}, on_text<[](template_call& call) {
         constexpr char digits[] = "0123456789ABCDEF";
         std::string made;
         for (const char c : call.subject.text) {
             const bool stands = yaml::detail::is_letter(c) || yaml::detail::is_digit(c) ||
                                 std::string_view("_.-~/").find(c) != std::string_view::npos;
             const auto byte = static_cast<unsigned char>(c);
             made += stands ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
         }
         return made_text(call, made);
     }>},
}};

// Tests.

template <template_operator Op>
yaml::node compares(template_call& call) {
    return yaml::node::from(template_operation(call.work(), call.offset()).compare(Op, call.subject, call.argument(0)));
}

inline yaml::node is_divisible(template_call& call) {
    const std::int64_t by = call.integer(0, 1);
    if (by == 0) return call.fail("a division by zero");
    if (!is_whole(call.subject)) return call.wants("whole numbers");
    return yaml::node::from(by == -1 || whole_of(call.subject) % by == 0);
}
inline yaml::node has_parity(template_call& call, bool odd) {
    if (!is_whole(call.subject)) return call.wants("whole numbers");
    return yaml::node::from((whole_of(call.subject) % 2 != 0) == odd);
}

template <yaml::kind Kind>
yaml::node is_of_kind(template_call& call) {
    return yaml::node::from(call.subject.kind == Kind);
}
template <bool Value>
yaml::node is_boolean(template_call& call) {
    return yaml::node::from(call.subject.kind == yaml::kind::boolean && call.subject.boolean == Value);
}

inline constexpr std::array<template_function, 28> template_tests{{
    {"defined", 0, 0, {}, [](template_call& call) { return yaml::node::from(call.missing.empty()); }},
    {"undefined", 0, 0, {}, [](template_call& call) { return yaml::node::from(!call.missing.empty()); }},
    {"none", 0, 0, {}, is_of_kind<yaml::kind::null>},
    {"boolean", 0, 0, {}, is_of_kind<yaml::kind::boolean>},
    {"true", 0, 0, {}, is_boolean<true>},
    {"false", 0, 0, {}, is_boolean<false>},
    {"integer", 0, 0, {}, is_of_kind<yaml::kind::integer>},
    {"float", 0, 0, {}, is_of_kind<yaml::kind::floating>},
    {"number", 0, 0, {}, [](template_call& call) { return yaml::node::from(is_number(call.subject)); }},
    {"string", 0, 0, {}, is_of_kind<yaml::kind::string>},
    {"mapping", 0, 0, {}, is_of_kind<yaml::kind::mapping>},
    {"sequence",
     0,
     0,
     {},
     [](template_call& call) { return yaml::node::from(call.subject.is_string() || call.subject.is_collection()); }},
    {"iterable",
     0,
     0,
     {},
     [](template_call& call) { return yaml::node::from(call.subject.is_string() || call.subject.is_collection()); }},
    {"lower", 0, 0, {}, on_text<all_lower>},
    {"upper", 0, 0, {}, on_text<all_upper>},
    {"odd", 0, 0, {}, [](template_call& call) { return has_parity(call, true); }},
    {"even", 0, 0, {}, [](template_call& call) { return has_parity(call, false); }},
    {"divisibleby", 1, 1, {"num"}, is_divisible},
    {"in", 1, 1, {"seq"}, compares<template_operator::in>},
    {"eq", 1, 1, {}, compares<template_operator::equal>},
    {"equalto", 1, 1, {}, compares<template_operator::equal>},
    {"ne", 1, 1, {}, compares<template_operator::unequal>},
    {"lt", 1, 1, {}, compares<template_operator::less>},
    {"lessthan", 1, 1, {}, compares<template_operator::less>},
    {"le", 1, 1, {}, compares<template_operator::at_most>},
    {"gt", 1, 1, {}, compares<template_operator::greater>},
    {"greaterthan", 1, 1, {}, compares<template_operator::greater>},
    {"ge", 1, 1, {}, compares<template_operator::at_least>},
}};

// Functions.

/// Whole numbers from the first argument up to, but without, the second, in steps.
inline yaml::node range_of(template_call& call) {
    const bool alone = !call.has(1);
    const std::int64_t first = alone ? 0 : call.integer(0, 0);
    const std::int64_t end = call.integer(alone ? 0 : 1, 0);
    const std::int64_t step = call.integer(2, 1);
    if (step == 0) return call.fail("the function 'range' has no step of 0");
    yaml::node made = yaml::node::sequence();
    for (std::int64_t at = first; !call.failed() && (step > 0 ? at < end : at > end);) {
        if (!call.work().spend(1, call.offset())) return {};
        made.items.push_back(yaml::node::from(at));
        if (__builtin_add_overflow(at, step, &at)) break;
    }
    return made;
}

inline constexpr std::array<template_function, 1> template_functions{{{"range", 1, 3, {}, range_of}}};

/// The functions whose arguments are texts, in quotes or not: env(HOME, none), shell(date +%F). Here the functions for
/// a server and those for its client do the same: both are one machine.
struct template_source {
    std::string_view name;
    bool is_env;
};
inline constexpr std::array<template_source, 4> template_sources{{
    {"env", true},
    {"client_env", true},
    {"shell", false},
    {"client_shell", false},
}};

}  // namespace pcapframe::detail
