// Floating-point numbers as text and back, whatever the process's locale says about decimal points.
#pragma once

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pcapframe::inline v0_2::yaml {

namespace detail {

/// What the C library puts between whole and fraction just now.
inline char decimal_point() noexcept {
    const std::lconv* const conventions = std::localeconv();
    return conventions->decimal_point[0] != '\0' ? conventions->decimal_point[0] : '.';
}

inline void replace_first(std::string& text, char from, char to) {
    const std::size_t found = text.find(from);
    if (found != std::string::npos) text[found] = to;
}

}  // namespace detail

/// The nearest double to a decimal number in digits with at most one '.' and exponent; infinite where the number is too
/// large.
[[nodiscard]] inline double parse_double(std::string_view digits) {
    std::string text(digits);
    detail::replace_first(text, '.', detail::decimal_point());
    return std::strtod(text.c_str(), nullptr);
}

/// The shortest of the texts with 15 to 17 digits that reads back as the same number. The text always has a '.', and a
/// sign in its exponent, since YAML 1.1 takes "1e5" for text. Infinities and not-a-number as ".inf", "-.inf" and
/// ".nan".
[[nodiscard]] inline std::string double_text(double value) {
    if (value != value) return ".nan";
    if (value - value != 0) return value > 0 ? ".inf" : "-.inf";
    char buffer[40];
    for (int digits = 15; digits <= 17; ++digits) {
        std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
        if (std::strtod(buffer, nullptr) == value) break;
    }
    std::string text(buffer);
    detail::replace_first(text, detail::decimal_point(), '.');
    if (text.find('.') != std::string::npos) return text;
    const std::size_t exponent = text.find('e');
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
    return text;
}

}  // namespace pcapframe::yaml
