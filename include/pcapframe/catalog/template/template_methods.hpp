// The methods of texts, times, lists and mappings that templates may call. A new method is one row of
// `template_methods`.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/catalog/template/template_format.hpp>
#include <pcapframe/catalog/template/template_operations.hpp>
#include <pcapframe/catalog/template/template_text_values.hpp>
#include <pcapframe/catalog/template/template_time.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

inline yaml::node text_node(std::string_view text) { return yaml::node::from(text); }
inline yaml::node count_node(std::size_t count) { return yaml::node::from(static_cast<std::int64_t>(count)); }

// Texts.

/// A text as made by a call, if the text is within the limits.
inline yaml::node made_text(template_call& call, std::string_view text) {
    return call.work().spend_text(text.size(), call.offset()) ? text_node(text) : yaml::node();
}

inline yaml::node lower_text(template_call& call) { return text_node(lowered(call.subject.text)); }
inline yaml::node upper_text(template_call& call) { return text_node(uppered(call.subject.text)); }
inline yaml::node capitalize_text(template_call& call) { return text_node(capitalized(call.subject.text)); }

/// Every letter behind a character that is no letter is a capital.
inline yaml::node title_text(template_call& call) {
    return text_node(with_cases(call.subject.text, [](std::size_t, std::uint32_t before) {
        return is_cased(before) ? letter_case::lower : letter_case::title;
    }));
}

inline yaml::node swapcase_text(template_call& call) {
    std::string made;
    for (const std::string_view c : characters_of(call.subject.text)) {
        const std::string up = uppered(c);
        made += up == c ? lowered(c) : up;
    }
    return text_node(made);
}

enum class text_end : std::uint8_t { left, right, both };

/// A text without the characters of a set (blanks, if no set is given) at its ends.
inline std::string_view stripped(std::string_view text, const std::vector<std::string_view>* set, text_end where) {
    const auto goes = [&](std::string_view c) {
        if (set != nullptr) return std::find(set->begin(), set->end(), c) != set->end();
        return is_python_blank(c[0]) || c == "\xc2\xa0" || c == "\xc2\x85" || c == "\xe3\x80\x80";
    };
    const std::vector<std::string_view> all = characters_of(text);
    std::size_t first = 0, end = all.size();
    while (where != text_end::right && first < end && goes(all[first])) ++first;
    while (where != text_end::left && end > first && goes(all[end - 1])) --end;
    if (first == end) return {};
    return {all[first].data(), static_cast<std::size_t>(all[end - 1].data() + all[end - 1].size() - all[first].data())};
}

inline yaml::node strip_text(template_call& call, text_end where) {
    if (!call.work().spend(call.subject.text.size() / 8, call.offset())) return {};
    if (!call.has(0) || call.argument(0).is_null()) return text_node(stripped(call.subject.text, nullptr, where));
    const std::string set = call.text(0);
    const std::vector<std::string_view> characters = characters_of(set);
    if (!call.work().spend(call.subject.text.size() / 64 * characters.size(), call.offset())) return {};
    return text_node(stripped(call.subject.text, &characters, where));
}
inline yaml::node strip_both(template_call& call) { return strip_text(call, text_end::both); }
inline yaml::node strip_left(template_call& call) { return strip_text(call, text_end::left); }
inline yaml::node strip_right(template_call& call) { return strip_text(call, text_end::right); }

/// `from` with every `old_text` (at most `times`; below 0: all) replaced. With an empty old text, the new text goes
/// between all characters.
inline std::string replaced_text(template_call& call, std::string_view from, std::string_view old_text,
                                 std::string_view new_text, std::int64_t times) {
    std::string made;
    while (times != 0 && made.size() <= limits::template_bytes_max) {
        const std::size_t found = old_text.empty() ? 0 : from.find(old_text);
        if (found == std::string_view::npos) break;
        made += from.substr(0, found);
        made += new_text;
        from.remove_prefix(found + old_text.size());
        if (times > 0) --times;
        if (!old_text.empty()) continue;
        if (from.empty()) break;
        const std::size_t bytes = character_of(from).bytes;
        made += from.substr(0, bytes);
        from.remove_prefix(bytes);
    }
    made += from;
    call.work().spend_text(made.size(), call.offset());
    return made;
}

inline yaml::node replace_text(template_call& call) {
    const std::string old_text = call.text(0), new_text = call.text(1);
    return text_node(replaced_text(call, call.subject.text, old_text, new_text, call.integer(2, -1)));
}

inline yaml::node starts_text(template_call& call) {
    return yaml::node::from(call.subject.text.starts_with(call.text(0)));
}
inline yaml::node ends_text(template_call& call) { return yaml::node::from(call.subject.text.ends_with(call.text(0))); }

inline yaml::node without_prefix(template_call& call) {
    const std::string prefix = call.text(0);
    const bool there = call.subject.text.starts_with(prefix);
    return text_node(std::string_view(call.subject.text).substr(there ? prefix.size() : 0));
}
inline yaml::node without_suffix(template_call& call) {
    const std::string suffix = call.text(0);
    const bool there = call.subject.text.ends_with(suffix);
    return text_node(
        std::string_view(call.subject.text).substr(0, call.subject.text.size() - (there ? suffix.size() : 0)));
}

/// A text filled to a width.
inline yaml::node filled_text(template_call& call, char align, std::string_view default_fill) {
    const std::string fill = call.text(1, default_fill);
    if (character_count(fill) != 1) return call.fail(std::string(call.what()) + " fills with one character");
    const std::int64_t width = call.integer(0, 0);
    const std::size_t has = character_count(call.subject.text);
    if (call.failed() || width <= static_cast<std::int64_t>(has)) return call.subject;
    const std::size_t missing = static_cast<std::size_t>(width) - has;
    if (missing > limits::template_bytes_max) return call.fail("this grows too large");
    if (!call.work().spend_text(call.subject.text.size() + missing * fill.size(), call.offset())) return {};
    // Python's center() puts the odd blank to the left where the width is odd, too.
    const std::size_t left = align == '<'   ? 0
                             : align == '>' ? missing
                                            : missing / 2 + (missing & static_cast<std::size_t>(width) & 1U);
    std::string made;
    for (std::size_t i = 0; i < left; ++i) made += fill;
    made += call.subject.text;
    for (std::size_t i = left; i < missing; ++i) made += fill;
    return text_node(made);
}
inline yaml::node left_text(template_call& call) { return filled_text(call, '<', " "); }
inline yaml::node right_text(template_call& call) { return filled_text(call, '>', " "); }
inline yaml::node center_text(template_call& call) { return filled_text(call, '^', " "); }

/// Zeros before a text, behind its sign.
inline yaml::node zfill_text(template_call& call) {
    const std::string text = call.subject.text;
    const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
    const std::int64_t width = call.integer(0, 0);
    call.subject.text.erase(0, has_sign ? 1 : 0);
    call.arguments = {yaml::node::from(std::max<std::int64_t>(width, 1) - (has_sign ? 1 : 0))};
    yaml::node made = filled_text(call, '>', "0");
    if (has_sign) made.text.insert(0, 1, text[0]);
    return made;
}

/// Parts of a text between its blanks, at most `most` parts taken off at one end (below 0: all).
inline std::vector<std::string> split_at_blanks(std::string_view text, std::int64_t most, bool from_right) {
    std::vector<std::string> parts;
    const auto strip = [&](text_end where) { text = stripped(text, nullptr, where); };
    strip(from_right ? text_end::right : text_end::left);
    while (!text.empty()) {
        if (most == 0) {
            strip(from_right ? text_end::left : text_end::right);
            parts.emplace_back(from_right ? text : text);
            break;
        }
        std::size_t at = from_right ? text.size() : 0;
        if (from_right)
            while (at > 0 && !is_python_blank(text[at - 1])) --at;
        else
            while (at < text.size() && !is_python_blank(text[at])) ++at;
        parts.emplace_back(from_right ? text.substr(at) : text.substr(0, at));
        text = from_right ? text.substr(0, at) : text.substr(at);
        strip(from_right ? text_end::right : text_end::left);
        if (most > 0) --most;
    }
    if (from_right) std::reverse(parts.begin(), parts.end());
    return parts;
}

inline std::vector<std::string> split_at(std::string_view text, std::string_view by, std::int64_t most,
                                         bool from_right) {
    std::vector<std::string> parts;
    while (most != 0 && parts.size() < limits::template_work_max) {
        const std::size_t found = from_right ? text.rfind(by) : text.find(by);
        if (found == std::string_view::npos) break;
        parts.emplace_back(from_right ? text.substr(found + by.size()) : text.substr(0, found));
        text = from_right ? text.substr(0, found) : text.substr(found + by.size());
        if (most > 0) --most;
    }
    parts.emplace_back(text);
    if (from_right) std::reverse(parts.begin(), parts.end());
    return parts;
}

inline yaml::node list_of_texts(template_call& call, const std::vector<std::string>& parts) {
    yaml::node made = yaml::node::sequence();
    for (const std::string& part : parts) {
        if (!call.work().spend_text(part.size(), call.offset())) return {};
        made.items.push_back(text_node(part));
    }
    return made;
}

inline yaml::node split_text(template_call& call, bool from_right) {
    const std::int64_t most = call.integer(1, -1);
    // Each part may look through the text for blanks at its ends.
    if (!call.work().spend(call.subject.text.size() / 16, call.offset())) return {};
    if (!call.has(0) || call.argument(0).is_null())
        return list_of_texts(call, split_at_blanks(call.subject.text, most, from_right));
    const std::string by = call.text(0);
    if (by.empty() && !call.failed()) return call.fail(std::string(call.what()) + " needs a text to split at");
    return call.failed() ? yaml::node() : list_of_texts(call, split_at(call.subject.text, by, most, from_right));
}
inline yaml::node split_left(template_call& call) { return split_text(call, false); }
inline yaml::node split_right(template_call& call) { return split_text(call, true); }

/// Three parts: the text before the separator, the separator, the text behind it.
inline yaml::node partition_text(template_call& call, bool from_right) {
    const std::string by = call.text(0);
    if (by.empty()) return call.fail(std::string(call.what()) + " needs a text to split at");
    const std::string_view text = call.subject.text;
    const std::size_t found = from_right ? text.rfind(by) : text.find(by);
    if (found != std::string_view::npos)
        return list_of_texts(call,
                             {std::string(text.substr(0, found)), by, std::string(text.substr(found + by.size()))});
    return list_of_texts(call, from_right ? std::vector<std::string>{"", "", std::string(text)}
                                      : std::vector<std::string>{std::string(text), "", ""});
}
inline yaml::node partition_left(template_call& call) { return partition_text(call, false); }
inline yaml::node partition_right(template_call& call) { return partition_text(call, true); }

inline yaml::node count_text(template_call& call) {
    const std::string part = call.text(0);
    if (part.empty()) return count_node(character_count(call.subject.text) + 1);
    std::size_t count = 0;
    for (std::size_t at = call.subject.text.find(part); at != std::string::npos; ++count)
        at = call.subject.text.find(part, at + part.size());
    return count_node(count);
}

/// Where a text is within another, in characters.
inline yaml::node find_text(template_call& call, bool from_right, bool must_be) {
    const std::string part = call.text(0);
    const std::string_view text = call.subject.text;
    const std::size_t found = from_right ? text.rfind(part) : text.find(part);
    if (found != std::string_view::npos) return count_node(character_count(text.substr(0, found)));
    return must_be ? call.fail("'" + part + "' is not there") : yaml::node::from(std::int64_t{-1});
}
inline yaml::node find_left(template_call& call) { return find_text(call, false, false); }
inline yaml::node find_right(template_call& call) { return find_text(call, true, false); }
inline yaml::node index_left(template_call& call) { return find_text(call, false, true); }
inline yaml::node index_right(template_call& call) { return find_text(call, true, true); }

/// Whether there are characters, and all are of a kind. Beyond ASCII only cases are known.
template <class Kind>
yaml::node all_characters(template_call& call, Kind of) {
    if (call.subject.text.empty()) return yaml::node::from(false);
    bool all = true;
    for (const char c : call.subject.text) {
        if (static_cast<unsigned char>(c) >= 0x80)
            return call.fail(std::string(call.what()) + " knows the letters of ASCII only");
        all = all && of(c);
    }
    return yaml::node::from(all);
}
inline yaml::node all_digits(template_call& call) { return all_characters(call, yaml::detail::is_digit); }
inline yaml::node all_letters(template_call& call) { return all_characters(call, yaml::detail::is_letter); }
inline yaml::node all_blank(template_call& call) { return all_characters(call, is_python_blank); }
inline yaml::node all_alphanumeric(template_call& call) {
    return all_characters(call, [](char c) { return yaml::detail::is_letter(c) || yaml::detail::is_digit(c); });
}

/// Whether a text has letters with a case, and all of these have this case.
inline bool all_in_case(std::string_view text, letter_case wanted) {
    bool any = false;
    for (const std::string_view c : characters_of(text)) {
        if (!is_cased(character_of(c).value)) continue;
        any = true;
        if ((wanted == letter_case::upper ? uppered(c) : lowered(c)) != c) return false;
    }
    return any;
}
inline yaml::node all_lower(template_call& call) {
    return yaml::node::from(all_in_case(call.subject.text, letter_case::lower));
}
inline yaml::node all_upper(template_call& call) {
    return yaml::node::from(all_in_case(call.subject.text, letter_case::upper));
}

/// The texts of a list, or the characters of a text, with a text between them.
inline yaml::node joined_by(template_call& call, const yaml::node& list, std::string_view between, bool texts_only) {
    yaml::node characters = yaml::node::sequence();
    if (list.is_string())
        for (const std::string_view c : characters_of(list.text)) characters.items.push_back(text_node(c));
    if (list.is_mapping())
        for (std::size_t i = 0; i < list.size(); ++i) characters.items.push_back(list.key(i));
    const yaml::node& items = list.is_sequence() ? list : characters;
    if (!list.is_collection() && !list.is_string()) return call.wants("a list");
    std::string made;
    for (std::size_t i = 0; i < items.size() && !call.failed(); ++i) {
        const std::optional<std::string> text = text_of_value(items.items[i]);
        const bool good = texts_only ? items.items[i].is_string() : text.has_value();
        if (!good)
            return call.fail(std::string(yaml::words_for(items.items[i].kind)) + " has no place within text here");
        if (i != 0) made += between;
        made += *text;
        if (made.size() > limits::template_bytes_max) return call.fail("this grows too large");
    }
    return made_text(call, made);
}
inline yaml::node join_texts(template_call& call) { return joined_by(call, call.argument(0), call.subject.text, true); }

inline yaml::node format_text(template_call& call) { return brace_formatter(call).format(); }

// Times.

inline yaml::node strftime_time(template_call& call) { return formatted_time(call, call.subject.text, call.text(0)); }
inline yaml::node iso_time(template_call& call) {
    std::string made = call.subject.text;
    if (made.size() > 10) made.replace(10, 1, call.text(0, "T"));
    return text_node(made);
}
inline yaml::node date_of_time(template_call& call) { return yaml::node::time(call.subject.text.substr(0, 10)); }
inline yaml::node weekday_of_time(template_call& call) {
    return count_node((time_parts(call.subject.text).weekday() + 6) % 7);
}
inline yaml::node iso_weekday_of_time(template_call& call) {
    return count_node((time_parts(call.subject.text).weekday() + 6) % 7 + 1);
}
inline yaml::node day_name_of_time(template_call& call) {
    return text_node(day_names[time_parts(call.subject.text).weekday()]);
}
inline yaml::node month_name_of_time(template_call& call) {
    return text_node(month_names[time_parts(call.subject.text).month - 1]);
}
inline yaml::node timestamp_of_time(template_call& call) {
    const time_parts parts(call.subject.text);
    return yaml::node::from(static_cast<double>(parts.seconds()) + parts.nanosecond / 1e9);
}

// Lists and mappings.

inline yaml::node count_in_list(template_call& call) {
    std::size_t count = 0;
    for (const yaml::node& item : call.subject.items) count += equals(item, call.argument(0)) ? 1U : 0U;
    return count_node(count);
}
inline yaml::node index_in_list(template_call& call) {
    for (std::size_t i = 0; i < call.subject.size(); ++i)
        if (equals(call.subject.items[i], call.argument(0))) return count_node(i);
    return call.fail("this value is not in the list");
}

inline yaml::node value_in_mapping(template_call& call) {
    for (std::size_t i = 0; i < call.subject.size(); ++i)
        if (equals(call.subject.key(i), call.argument(0))) return call.subject.value(i);
    return call.has(1) ? call.argument(1) : yaml::node();
}
inline yaml::node keys_of_mapping(template_call& call) {
    yaml::node made = yaml::node::sequence();
    for (std::size_t i = 0; i < call.subject.size(); ++i) made.items.push_back(call.subject.key(i));
    return made;
}
inline yaml::node values_of_mapping(template_call& call) {
    yaml::node made = yaml::node::sequence();
    for (std::size_t i = 0; i < call.subject.size(); ++i) made.items.push_back(call.subject.value(i));
    return made;
}
inline yaml::node items_of_mapping(template_call& call) {
    yaml::node made = yaml::node::sequence();
    for (std::size_t i = 0; i < call.subject.size(); ++i) {
        yaml::node pair = yaml::node::sequence();
        pair.items = {call.subject.key(i), call.subject.value(i)};
        made.items.push_back(std::move(pair));
    }
    return made;
}

/// A method, and the kind of values that has it.
struct template_method {
    yaml::kind of;
    template_function function;
    std::string_view name = function.name;
};

inline constexpr std::array<template_method, 52> template_methods{{
    {yaml::kind::string, {"lower", 0, 0, {}, lower_text}},
    {yaml::kind::string, {"casefold", 0, 0, {}, lower_text}},
    {yaml::kind::string, {"upper", 0, 0, {}, upper_text}},
    {yaml::kind::string, {"capitalize", 0, 0, {}, capitalize_text}},
    {yaml::kind::string, {"title", 0, 0, {}, title_text}},
    {yaml::kind::string, {"swapcase", 0, 0, {}, swapcase_text}},
    {yaml::kind::string, {"strip", 0, 1, {}, strip_both}},
    {yaml::kind::string, {"lstrip", 0, 1, {}, strip_left}},
    {yaml::kind::string, {"rstrip", 0, 1, {}, strip_right}},
    {yaml::kind::string, {"replace", 2, 3, {}, replace_text}},
    {yaml::kind::string, {"startswith", 1, 1, {}, starts_text}},
    {yaml::kind::string, {"endswith", 1, 1, {}, ends_text}},
    {yaml::kind::string, {"removeprefix", 1, 1, {}, without_prefix}},
    {yaml::kind::string, {"removesuffix", 1, 1, {}, without_suffix}},
    {yaml::kind::string, {"ljust", 1, 2, {}, left_text}},
    {yaml::kind::string, {"rjust", 1, 2, {}, right_text}},
    {yaml::kind::string, {"center", 1, 2, {}, center_text}},
    {yaml::kind::string, {"zfill", 1, 1, {}, zfill_text}},
    {yaml::kind::string, {"split", 0, 2, {"sep", "maxsplit"}, split_left}},
    {yaml::kind::string, {"rsplit", 0, 2, {"sep", "maxsplit"}, split_right}},
    {yaml::kind::string, {"partition", 1, 1, {}, partition_left}},
    {yaml::kind::string, {"rpartition", 1, 1, {}, partition_right}},
    {yaml::kind::string, {"count", 1, 1, {}, count_text}},
    {yaml::kind::string, {"find", 1, 1, {}, find_left}},
    {yaml::kind::string, {"rfind", 1, 1, {}, find_right}},
    {yaml::kind::string, {"index", 1, 1, {}, index_left}},
    {yaml::kind::string, {"rindex", 1, 1, {}, index_right}},
    {yaml::kind::string, {"isdigit", 0, 0, {}, all_digits}},
    {yaml::kind::string, {"isdecimal", 0, 0, {}, all_digits}},
    {yaml::kind::string, {"isnumeric", 0, 0, {}, all_digits}},
    {yaml::kind::string, {"isalpha", 0, 0, {}, all_letters}},
    {yaml::kind::string, {"isalnum", 0, 0, {}, all_alphanumeric}},
    {yaml::kind::string, {"isspace", 0, 0, {}, all_blank}},
    {yaml::kind::string, {"islower", 0, 0, {}, all_lower}},
    {yaml::kind::string, {"isupper", 0, 0, {}, all_upper}},
    {yaml::kind::string, {"join", 1, 1, {}, join_texts}},
    {yaml::kind::string, {"format", 0, 0, {}, format_text, true}},
    {yaml::kind::time, {"strftime", 1, 1, {"format"}, strftime_time}},
    {yaml::kind::time, {"isoformat", 0, 1, {"sep"}, iso_time}},
    {yaml::kind::time, {"date", 0, 0, {}, date_of_time}},
    {yaml::kind::time, {"weekday", 0, 0, {}, weekday_of_time}},
    {yaml::kind::time, {"isoweekday", 0, 0, {}, iso_weekday_of_time}},
    {yaml::kind::time, {"day_name", 0, 0, {}, day_name_of_time}},
    {yaml::kind::time, {"month_name", 0, 0, {}, month_name_of_time}},
    {yaml::kind::time, {"timestamp", 0, 0, {}, timestamp_of_time}},
    {yaml::kind::sequence, {"count", 1, 1, {}, count_in_list}},
    {yaml::kind::sequence, {"index", 1, 1, {}, index_in_list}},
    {yaml::kind::mapping, {"get", 1, 2, {}, value_in_mapping}},
    {yaml::kind::mapping, {"keys", 0, 0, {}, keys_of_mapping}},
    {yaml::kind::mapping, {"values", 0, 0, {}, values_of_mapping}},
    {yaml::kind::mapping, {"items", 0, 0, {}, items_of_mapping}},
    {yaml::kind::mapping, {"copy", 0, 0, {}, [](template_call& call) { return call.subject; }}},
}};

/// The method of a kind of values; null where the kind has no method of that name.
inline const template_function* find_method(yaml::kind of, std::string_view name) noexcept {
    for (const template_method& method : template_methods)
        if (method.of == of && method.name == name) return &method.function;
    return nullptr;
}

}  // namespace pcapframe::detail
