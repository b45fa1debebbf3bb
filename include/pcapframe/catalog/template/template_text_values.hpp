// Texts as in Python: characters, cases, and the texts of values.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// The code point that a text begins with; a byte that is no UTF-8 stands for itself.
inline yaml::detail::code_point character_of(std::string_view text) noexcept {
    const yaml::detail::code_point c = yaml::detail::first_code_point(text);
    return c.bytes != 0 ? c : yaml::detail::code_point{static_cast<unsigned char>(text[0]), 1};
}

/// A text's characters, each as its bytes.
inline std::vector<std::string_view> characters_of(std::string_view text) {
    std::vector<std::string_view> made;
    while (!text.empty()) {
        made.push_back(text.substr(0, character_of(text).bytes));
        text.remove_prefix(made.back().size());
    }
    return made;
}

inline std::size_t character_count(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(character_of(text).bytes);
    return count;
}

constexpr bool is_python_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

/// Shortest digits that read back as the same number, as Python's repr() prints them: 0.5, 1e+16, inf.
inline std::string float_text(double value) {
    if (value != value) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    std::array<char, 40> buffer{};
    const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string_view made(buffer.data(), static_cast<std::size_t>(done.ptr - buffer.data()));
    const std::size_t e = made.find('e');
    const bool negative = made[0] == '-';
    std::string digits;
    for (const char c : made.substr(negative ? 1 : 0, e - (negative ? 1 : 0)))
        if (c != '.') digits += c;
    int exponent = 0;
    for (const char c : made.substr(e + 2)) exponent = exponent * 10 + (c - '0');
    if (made[e + 1] == '-') exponent = -exponent;
    std::string text = negative ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
        text += digits.substr(0, 1) + (digits.size() > 1 ? "." + digits.substr(1) : "");
        const std::string power = std::to_string(exponent < 0 ? -exponent : exponent);
        return text + (exponent < 0 ? "e-" : "e+") + (power.size() < 2 ? "0" : "") + power;
    }
    if (exponent < 0) return text + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    return text + digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
}

/// The text of a value within other text, as Python prints it; nothing for null and collections.
inline std::optional<std::string> text_of_value(const yaml::node& value) {
    switch (value.kind) {
        case yaml::kind::string:
        case yaml::kind::time: return value.text;
        case yaml::kind::boolean: return value.boolean ? "True" : "False";
        case yaml::kind::integer: return std::to_string(value.integer);
        case yaml::kind::floating: return float_text(value.floating);
        default: return std::nullopt;
    }
}

// Cases, of the letters of ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic. Source: the Unicode Character
// Database.

/// Whether a letter of Latin Extended-A is a large one whose small letter follows it.
constexpr bool is_extended_upper(std::uint32_t c) noexcept {
    if (c == 0x130 || c == 0x138 || c == 0x149 || c == 0x17f) return false;
    const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    return (c & 1U) == (odd_is_upper ? 1U : 0U);
}

constexpr std::uint32_t lower_of(std::uint32_t c) noexcept {
    const bool by_32 = (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
                       (c >= 0x391 && c <= 0x3ab && c != 0x3a2) || (c >= 0x410 && c <= 0x42f);
    if (by_32) return c + 32;
    if (c == 0x178) return 0xff;
    if (c >= 0x100 && c <= 0x17e) return is_extended_upper(c) ? c + 1 : c;
    if (c == 0x386) return 0x3ac;
    if (c >= 0x388 && c <= 0x38a) return c + 37;
    if (c == 0x38c) return 0x3cc;
    if (c == 0x38e || c == 0x38f) return c + 63;
    if (c >= 0x400 && c <= 0x40f) return c + 80;
    return c;
}

constexpr std::uint32_t upper_of(std::uint32_t c) noexcept {
    const bool by_32 = (c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7) ||
                       (c >= 0x3b1 && c <= 0x3cb && c != 0x3c2) || (c >= 0x430 && c <= 0x44f);
    if (by_32) return c - 32;
    if (c == 0xff) return 0x178;
    if (c == 0xb5) return 0x39c;
    if (c == 0x131) return 'I';
    if (c == 0x17f) return 'S';
    if (c == 0x3c2) return 0x3a3;
    if (c > 0x100 && c <= 0x17e) return is_extended_upper(c - 1) ? c - 1 : c;
    if (c == 0x3ac) return 0x386;
    if (c >= 0x3ad && c <= 0x3af) return c - 37;
    if (c == 0x3cc) return 0x38c;
    if (c == 0x3cd || c == 0x3ce) return c - 63;
    if (c >= 0x450 && c <= 0x45f) return c - 80;
    return c;
}

constexpr bool is_cased(std::uint32_t c) noexcept { return lower_of(c) != c || upper_of(c) != c || c == 0xdf; }

enum class letter_case : std::uint8_t { lower, upper, title };

inline void append_cased(std::string& to, std::uint32_t c, letter_case wanted) {
    if (c == 0xdf && wanted != letter_case::lower) {
        to += wanted == letter_case::upper ? "SS" : "Ss";
        return;
    }
    yaml::detail::append_code_point(to, wanted == letter_case::lower ? lower_of(c) : upper_of(c));
}

/// A text in which `which(characters before, the character before)` decides the case of each letter.
template <class Which>
std::string with_cases(std::string_view text, Which which) {
    std::string made;
    std::uint32_t before = 0;
    for (std::size_t i = 0; !text.empty(); ++i) {
        const yaml::detail::code_point c = yaml::detail::first_code_point(text);
        if (c.bytes == 0)
            made += text[0];
        else
            append_cased(made, c.value, which(i, before));
        before = c.value;
        text.remove_prefix(c.bytes == 0 ? 1 : c.bytes);
    }
    return made;
}

inline std::string lowered(std::string_view text) {
    return with_cases(text, [](std::size_t, std::uint32_t) { return letter_case::lower; });
}
inline std::string uppered(std::string_view text) {
    return with_cases(text, [](std::size_t, std::uint32_t) { return letter_case::upper; });
}
inline std::string capitalized(std::string_view text) {
    return with_cases(text,
                      [](std::size_t i, std::uint32_t) { return i == 0 ? letter_case::title : letter_case::lower; });
}

}  // namespace pcapframe::detail
