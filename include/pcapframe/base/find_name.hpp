// Finding an element of a list by its name; a name that the list does not have is answered with the nearest it has.
#pragma once

#include <iterator>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// The error of a name that is none of `names`, with the nearest of them. `kind` is a literal that says what has the
/// name: "column".
template <class Names>
[[nodiscard]] error unknown_name(const char* kind, std::string_view name, const Names& names) {
    return {.code = errc::unknown_name, .detail = kind, .subject = name, .hint = nearest_word(name, names)};
}

/// The first element of a list with the name: the element itself is a text, or has a member `name`. The pointer is into
/// the list. `kind` is as for `unknown_name`.
///
///     const auto found = find_name("time", "column", column_list);
///
/// Errors: unknown_name.
template <class List>
[[nodiscard]] auto find_name(std::string_view name, const char* kind, const List& list)
    -> result<decltype(&*std::begin(list))> {
    const auto name_in = [](const auto& element) -> std::string_view {
        if constexpr (std::is_convertible_v<decltype(element), std::string_view>) return element;
        else return element.name;
    };
    std::vector<std::string_view> names;
    for (const auto& element : list) {
        if (name_in(element) == name) return &element;
        names.push_back(name_in(element));
    }
    return unknown_name(kind, name, names);
}

}  // namespace pcapframe
