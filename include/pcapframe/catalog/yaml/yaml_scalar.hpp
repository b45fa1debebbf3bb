// What a plain scalar (text without quotes) means.
//
// YAML 1.2 says so in its core schema (https://yaml.org/spec/1.2.2/#103-core-schema), YAML 1.1 in its types
// (https://yaml.org/type/), of which PyYAML knows most. They differ: "yes" is true there and text here, "010" is eight
// there and ten here. Catalogs are read by both kinds of readers, so a scalar has a meaning here only where both give
// the same; any other is ambiguous, and its writer is asked to put it in quotes.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>

namespace pcapframe::inline v0_2::yaml {

namespace detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_octal(char c) noexcept { return c >= '0' && c <= '7'; }
constexpr bool is_binary(char c) noexcept { return c == '0' || c == '1'; }
constexpr bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Matches a text from its start, piece by piece.
class matcher {
public:
    explicit constexpr matcher(std::string_view text) noexcept : rest_(text) {}

    constexpr bool done() const noexcept { return rest_.empty(); }
    constexpr bool eat(std::string_view one_of) noexcept {
        const bool there = !rest_.empty() && one_of.find(rest_[0]) != std::string_view::npos;
        if (there) rest_.remove_prefix(1);
        return there;
    }
    constexpr bool word(std::string_view wanted) noexcept {
        const bool there = rest_.starts_with(wanted);
        if (there) rest_.remove_prefix(wanted.size());
        return there;
    }
    /// Takes up to `most` characters of a kind, or underscores; how many.
    template <class Kind>
    constexpr std::size_t many(Kind of, bool underscores = false, std::size_t most = ~std::size_t{0}) noexcept {
        std::size_t taken = 0;
        while (taken < most && !rest_.empty() && (of(rest_[0]) || (underscores && rest_[0] == '_'))) {
            rest_.remove_prefix(1);
            ++taken;
        }
        return taken;
    }
    /// Between `least` and `most` digits.
    constexpr bool digits(std::size_t least, std::size_t most) noexcept {
        const std::size_t taken = many(is_digit, false, most);
        return taken >= least;
    }
    constexpr char next() const noexcept { return rest_.empty() ? '\0' : rest_[0]; }

private:
    std::string_view rest_;
};

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

/// The sixties of 1:30:00, as far as they go; at least one.
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

constexpr bool time_zone(matcher& m) noexcept {
    matcher before = m;
    m.many([](char c) { return c == ' ' || c == '\t'; });
    if (m.eat("Z")) return true;
    if (m.eat("+-")) return m.digits(1, 2) && (!m.eat(":") || m.digits(2, 2));
    m = before;
    return true;
}

/// The timestamps of YAML 1.1: 2018-01-09, 2018-1-9 8:16:12.5 +1.
constexpr bool old_timestamp(std::string_view text) noexcept {
    matcher day(text), moment(text);
    if (day.digits(4, 4) && day.eat("-") && day.digits(2, 2) && day.eat("-") && day.digits(2, 2) && day.done())
        return true;
    if (!moment.digits(4, 4) || !moment.eat("-") || !moment.digits(1, 2) || !moment.eat("-") || !moment.digits(1, 2))
        return false;
    if (!moment.eat("Tt") && moment.many([](char c) { return c == ' ' || c == '\t'; }) == 0) return false;
    if (!moment.digits(1, 2) || !moment.eat(":") || !moment.digits(2, 2) || !moment.eat(":") || !moment.digits(2, 2))
        return false;
    if (moment.eat(".")) moment.many(is_digit);
    return time_zone(moment) && moment.done();
}

inline constexpr std::array<std::string_view, 12> old_booleans{"yes", "Yes", "YES", "no",  "No",  "NO",
                                                               "on",  "On",  "ON",  "off", "Off", "OFF"};

constexpr bool is_one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) noexcept {
    return text == a || text == b || text == c;
}

/// Decimal or hexadecimal digits with an optional sign, as a number; false where it does not fit.
constexpr bool parse_integer(std::string_view text, std::int64_t& out) noexcept {
    const bool negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    const std::uint64_t base = hex ? 16 : 10;
    const std::uint64_t most =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
    std::uint64_t value = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint64_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        if (value > (most - digit) / base) return false;
        value = value * base + digit;
    }
    // Two's complement: negating as unsigned gives the smallest number too.
    out = static_cast<std::int64_t>(negative ? ~value + 1 : value);
    return true;
}

}  // namespace detail

/// What a plain scalar means, or why it is ambiguous (a sentence).
struct plain_meaning {
    node value;
    std::string trouble;
};

namespace detail {

inline plain_meaning ambiguous(std::string_view text, std::string_view old_meaning, std::string_view new_meaning) {
    return {{},
            "'" + std::string(text) + "' is " + std::string(old_meaning) + " in YAML 1.1 and " +
                std::string(new_meaning) + " in YAML 1.2; if text is meant, put it in quotes"};
}

inline plain_meaning numeric_meaning(std::string_view text) {
    const bool new_integer = core_integer(text);
    const bool new_float = !new_integer && core_float(text);
    const bool is_old_integer = old_integer(text);
    const bool is_old_float = !is_old_integer && old_float(text);
    const bool is_timestamp = !is_old_integer && !is_old_float && old_timestamp(text);
    if (!new_integer && !new_float && !is_old_integer && !is_old_float && !is_timestamp) return {node::from(text), {}};
    const std::string_view unsigned_text = text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
    const bool leading_zero = unsigned_text.size() > 1 && unsigned_text[0] == '0' && is_digit(unsigned_text[1]);
    if (new_integer && is_old_integer && !leading_zero) {
        node value = node::of(kind::integer);
        if (parse_integer(text, value.integer)) return {std::move(value), {}};
        return {{}, "'" + std::string(text) + "' does not fit into 64 bits; if text is meant, put it in quotes"};
    }
    if (new_float && is_old_float) {
        if (special_float(text)) {
            const double infinity = std::numeric_limits<double>::infinity();
            if ((text[1] | 0x20) == 'n') return {node::from(std::numeric_limits<double>::quiet_NaN()), {}};
            return {node::from(text[0] == '-' ? -infinity : infinity), {}};
        }
        const double value = parse_double(text);
        if (value - value == 0) return {node::from(value), {}};
        return {{}, "'" + std::string(text) + "' is too large for a number; if text is meant, put it in quotes"};
    }
    const std::string_view old_meaning = is_timestamp     ? "a time"
                                         : is_old_integer ? (leading_zero ? "an octal number" : "a whole number")
                                         : is_old_float   ? "a number"
                                                          : "text";
    return ambiguous(text, old_meaning,
                     new_integer ? (leading_zero ? "a decimal number" : "a whole number")
                     : new_float ? "a number"
                                 : "text");
}

}  // namespace detail

/// The meaning of a plain scalar; its place is left to the caller.
[[nodiscard]] inline plain_meaning meaning_of_plain(std::string_view text) {
    using detail::is_one_of;
    if (text.empty() || text == "~" || is_one_of(text, "null", "Null", "NULL")) return {};
    if (is_one_of(text, "true", "True", "TRUE")) return {node::from(true), {}};
    if (is_one_of(text, "false", "False", "FALSE")) return {node::from(false), {}};
    if (text == "<<") return {{}, "merges ('<<') are not supported: write the entries out"};
    if (text == "=") return {{}, "'=' alone has a meaning of its own in YAML 1.1; put it in quotes"};
    for (const std::string_view word : detail::old_booleans)
        if (text == word) return detail::ambiguous(text, "true or false", "text");
    const bool number_like = detail::is_digit(text[0]) || text[0] == '+' || text[0] == '-' || text[0] == '.';
    if (number_like) return detail::numeric_meaning(text);
    return {node::from(text), {}};
}

}  // namespace pcapframe::yaml
