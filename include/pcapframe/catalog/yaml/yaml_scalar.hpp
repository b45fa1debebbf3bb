// What a plain scalar (text without quotes) means.
//
// Catalogs are YAML 1.1, since intake reads them with PyYAML: "yes" is true, "010" is eight, "1:30" is ninety,
// 2018-01-09 is a date and "1e3" is text. Source: https://yaml.org/type/, as far as PyYAML knows these types. YAML 1.2
// differs (https://yaml.org/spec/1.2.2/#103-core-schema); texts that its core schema takes for numbers are recognised
// here, too, so that such texts are written in quotes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/yaml/yaml_matcher.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>
#include <pcapframe/catalog/yaml/yaml_time.hpp>

namespace pcapframe::inline v0_2::yaml {

namespace detail {

constexpr bool core_integer(std::string_view text) noexcept {
    matcher octal(text), hex(text), decimal(text);
    if (octal.word("0o") && octal.many(is_octal) > 0 && octal.done()) return true;
    if (hex.word("0x") && hex.many(is_hex) > 0 && hex.done()) return true;
    decimal.eat("+-");
    return decimal.many(is_digit) > 0 && decimal.done();
}

constexpr bool special_float(std::string_view text) noexcept {
    if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
    matcher m(text);
    m.eat("+-");
    return (m.word(".inf") || m.word(".Inf") || m.word(".INF")) && m.done();
}

/// [eE][sign]digits, or nothing; the sign may be required.
constexpr bool exponent(matcher& m, bool sign_required) noexcept {
    if (!m.eat("eE")) return true;
    const bool sign = m.eat("+-");
    return (sign || !sign_required) && m.many(is_digit) > 0;
}

constexpr bool core_float(std::string_view text) noexcept {
    if (special_float(text)) return true;
    matcher m(text);
    m.eat("+-");
    const std::size_t whole = m.many(is_digit);
    if (m.eat(".")) {
        if (m.many(is_digit) == 0 && whole == 0) return false;
    } else if (whole == 0) {
        return false;
    }
    return exponent(m, false) && m.done();
}

/// Matches the parts behind the first of 1:30:00, of which there must be at least one.
constexpr bool sixties(matcher& m) noexcept {
    bool any = false;
    while (m.eat(":")) {
        const char tens = m.next();
        if (m.many(is_digit, false, 1) == 0) return false;
        if (tens <= '5') m.many(is_digit, false, 1);
        any = true;
    }
    return any;
}

/// The integers of YAML 1.1: 0b101, 017, 1_000, 0x1f, 1:30.
constexpr bool old_integer(std::string_view text) noexcept {
    matcher start(text);
    start.eat("+-");
    matcher binary = start, octal = start, hex = start, decimal = start, sixty = start;
    if (binary.word("0b") && binary.many(is_binary, true) > 0 && binary.done()) return true;
    if (octal.eat("0") && octal.many(is_octal, true) > 0 && octal.done()) return true;
    if (hex.word("0x") && hex.many(is_hex, true) > 0 && hex.done()) return true;
    if (start.next() == '0') return decimal.eat("0") && decimal.done();
    if (!is_digit(start.next())) return false;
    decimal.many(is_digit, true);
    sixty.many(is_digit, true);
    return decimal.done() || (sixties(sixty) && sixty.done());
}

/// The numbers with a fraction of YAML 1.1: 1.5, .5, 1.5e+3, 1_000.5, 1:30.5. An exponent has a sign.
constexpr bool old_float(std::string_view text) noexcept {
    if (special_float(text)) return true;
    matcher start(text);
    matcher fraction = start;
    if (fraction.eat("."))
        return is_digit(fraction.next()) && fraction.many(is_digit, true) > 0 && exponent(fraction, true) &&
               fraction.done();
    start.eat("+-");
    if (!is_digit(start.next())) return false;
    start.many(is_digit, true);
    matcher sixty = start;
    if (start.eat(".")) {
        start.many(is_digit, true);
        return exponent(start, true) && start.done();
    }
    if (!sixties(sixty) || !sixty.eat(".")) return false;
    sixty.many(is_digit, true);
    return sixty.done();
}

constexpr bool is_one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) noexcept {
    return text == a || text == b || text == c;
}

/// Whether a text is this lower-case word, written in small letters, with a capital, or in capitals: yes, Yes, YES.
constexpr bool is_word(std::string_view text, std::string_view word) noexcept {
    if (text.size() != word.size()) return false;
    bool lower = true, upper = true;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if ((text[i] | 0x20) != word[i] || !is_letter(text[i])) return false;
        const bool is_upper = text[i] < 'a';
        lower = lower && (!is_upper || i == 0);
        upper = upper && is_upper;
    }
    return lower || upper;
}

/// Adds a digit to a number; false where the number would not fit into 64 bits.
constexpr bool append_digit(std::uint64_t& value, std::uint64_t base, std::uint64_t digit) noexcept {
    constexpr std::uint64_t most = std::uint64_t{1} << 63;
    if (value > (most - digit) / base) return false;
    value = value * base + digit;
    return true;
}

/// Gives a number its sign; false where the result does not fit into 64 bits.
constexpr bool with_sign(std::uint64_t value, bool negative, std::int64_t& out) noexcept {
    if (value == std::uint64_t{1} << 63 && !negative) return false;
    // Two's complement: negating as unsigned gives the smallest number too.
    out = static_cast<std::int64_t>(negative ? ~value + 1 : value);
    return true;
}

/// Digits of a base, underscores between them left out, with an optional sign before them; false where the number does
/// not fit. The base is 16 behind "0x", else ten.
constexpr bool parse_integer(std::string_view text, std::int64_t& out, std::uint64_t base = 0) noexcept {
    const bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    const bool hex = base == 0 && text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    if (base == 0) base = hex ? 16 : 10;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c == '_') continue;
        const auto digit = static_cast<std::uint64_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        if (!append_digit(value, base, digit)) return false;
    }
    return with_sign(value, negative, out);
}

}  // namespace detail

namespace detail {

inline problem no_meaning(std::string_view text, std::string_view why) {
    return {.reason = "'" + std::string(text) + "' " + std::string(why) + "; if text is meant, put it in quotes"};
}

/// Hours, minutes and seconds as one number: 1:30 is ninety.
constexpr bool parse_sixties(std::string_view text, std::int64_t& out) noexcept {
    const bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    std::uint64_t whole = 0, part = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '_') continue;
        if (i < text.size() && text[i] != ':') {
            if (!append_digit(part, 10, static_cast<std::uint64_t>(text[i] - '0'))) return false;
            continue;
        }
        constexpr std::uint64_t most = std::uint64_t{1} << 63;
        if (whole > (most - part) / 60) return false;
        whole = whole * 60 + part;
        part = 0;
    }
    return with_sign(whole, negative, out);
}

/// An integer in one of the spellings of YAML 1.1.
inline text_result<node> integer_meaning(std::string_view text) {
    const std::string_view digits = text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
    const bool based = digits.starts_with("0b") || digits.starts_with("0x");
    const bool no_digits = based && digits.find_first_not_of('_', 2) == std::string_view::npos;
    if (no_digits) return no_meaning(text, "has no digits");
    const bool octal = !based && digits.size() > 1 && digits[0] == '0';
    const std::uint64_t base = digits.starts_with("0b") ? 2 : based ? 16 : octal ? 8 : 10;
    std::string plain(text.substr(0, text.size() - digits.size()));
    plain += digits.substr(based ? 2 : 0);
    node value = node::of(kind::integer);
    const bool fits = digits.find(':') != std::string_view::npos ? parse_sixties(text, value.integer)
                                                                 : parse_integer(plain, value.integer, base);
    if (fits) return value;
    return no_meaning(text, "does not fit into 64 bits");
}

/// A number with a fraction in one of the spellings of YAML 1.1; infinite beyond the largest double.
inline node floating_meaning(std::string_view text) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (special_float(text)) {
        if ((text[1] | 0x20) == 'n') return node::from(std::numeric_limits<double>::quiet_NaN());
        return node::from(text[0] == '-' ? -infinity : infinity);
    }
    std::string digits(text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0));
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    std::string_view rest(digits);
    double value = 0, base = 1;
    while (true) {
        const std::size_t colon = rest.rfind(':');
        value += parse_double(rest.substr(colon + 1)) * base;
        if (colon == std::string_view::npos) break;
        base *= 60;
        rest = rest.substr(0, colon);
    }
    return node::from(text[0] == '-' ? -value : value);
}

inline text_result<node> numeric_meaning(std::string_view text) {
    if (old_float(text)) return floating_meaning(text);
    if (old_integer(text)) return integer_meaning(text);
    const timestamp_meaning time = meaning_of_timestamp(text);
    if (!time.matches) return node::from(text);
    if (time.text.empty()) return no_meaning(text, "is a time that does not exist");
    return node::time(time.text);
}

}  // namespace detail

/// What a plain scalar means, or why it means nothing; the place of both is left to the caller.
[[nodiscard]] inline text_result<node> meaning_of_plain(std::string_view text) {
    using detail::is_one_of;
    if (text.empty() || text == "~" || is_one_of(text, "null", "Null", "NULL")) return node();
    for (const std::string_view word : {"true", "yes", "on"})
        if (detail::is_word(text, word)) return node::from(true);
    for (const std::string_view word : {"false", "no", "off"})
        if (detail::is_word(text, word)) return node::from(false);
    if (text == "<<") return problem{.reason = "merges ('<<') are not supported: write the entries out"};
    if (text == "=") return problem{.reason = "'=' alone has a meaning of its own in YAML 1.1; put it in quotes"};
    const bool number_like = detail::is_digit(text[0]) || text[0] == '+' || text[0] == '-' || text[0] == '.';
    if (number_like) return detail::numeric_meaning(text);
    return node::from(text);
}

}  // namespace pcapframe::yaml
