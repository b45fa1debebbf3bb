// Formats by the extensions of file names: THE way in which a path chooses a format.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// Whether a path ends in an extension (".csv"), in either case.
[[nodiscard]] constexpr bool has_extension(std::string_view path, std::string_view extension) noexcept {
    return path.size() >= extension.size() &&
           equal_ignoring_case(path.substr(path.size() - extension.size()), extension);
}

/// Whether a file's name has any extension: a dot behind its first letter.
[[nodiscard]] constexpr bool has_extension(std::string_view path) noexcept {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return name.rfind('.') != std::string_view::npos && name.rfind('.') != 0;
}

namespace detail {

/// "a file name that ends in .a, .b or .c (or name a format)", with a terminating zero.
template <const auto& Known>
inline constexpr auto extension_wanted = [] {
    constexpr auto write = [](auto use) {
        use("a file name that ends in ");
        for (std::size_t i = 0; i < std::size(Known); ++i) {
            if (i != 0) use(i + 1 == std::size(Known) ? " or " : ", ");
            use(Known[i].extension);
        }
        use(" (or name a format)");
    };
    constexpr std::size_t bytes = [write] {
        std::size_t sum = 0;
        write([&](std::string_view part) { sum += part.size(); });
        return sum;
    }();
    std::array<char, bytes + 1> text{};
    std::size_t at = 0;
    write([&](std::string_view part) {
        for (const char c : part) text[at++] = c;
    });
    return text;
}();

}  // namespace detail

/// The row of a list of formats (an array whose elements have an `extension`) that a path asks for. Errors: bad_value
/// for a path that asks for none of them; the message names the known extensions. A program that guessed a format then
/// would write what nobody has asked for.
template <const auto& Known>
[[nodiscard]] result<const std::remove_cvref_t<decltype(Known[0])>*> find_by_extension(std::string_view path) {
    for (const auto& known : Known)
        if (has_extension(path, known.extension)) return &known;
    return error{.code = errc::bad_value, .detail = detail::extension_wanted<Known>.data(), .subject = path};
}

}  // namespace pcapframe
