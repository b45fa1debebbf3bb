// The tokens of a filter expression. Of the things that a place could be, the longest counts, as in libpcap: "80-90" is
// one name, "1.2.3.4.5" too, "0:1:2:3:4:5" an Ethernet address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/filter/language/word_index.hpp>

namespace pcapframe::inline v0_2::filter {

/// A token and its place.
struct token {
    token_kind kind = token_kind::end;
    std::uint32_t number = 0;
    std::uint32_t offset = 0;  ///< of the token's first byte
    std::string_view text;     ///< without the backslash of an escaped name
};

namespace detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr bool is_alnum(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
    return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/// Hexadecimal digits that `text` begins with, at most `most`.
[[nodiscard]] constexpr std::size_t hex_run(std::string_view text, std::size_t most) noexcept {
    std::size_t n = 0;
    while (n < text.size() && n < most && is_hex(text[n])) ++n;
    return n;
}

/// The length of the number that `text` begins with: decimal, octal or hexadecimal; 0 for none.
[[nodiscard]] constexpr std::size_t number_run(std::string_view text) noexcept {
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && is_hex(text[2]))
        return 2 + hex_run(text.substr(2), text.size());
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    return n;
}

/// The length of `parts` numbers with dots between them that `text` begins with; 0 for none.
[[nodiscard]] constexpr std::size_t dotted_run(std::string_view text, int parts) noexcept {
    std::size_t at = 0;
    for (int part = 0; part < parts; ++part) {
        if (part != 0 && (at >= text.size() || text[at++] != '.')) return 0;
        const std::size_t n = number_run(text.substr(at));
        if (n == 0) return 0;
        at += n;
    }
    return at;
}

/// Six groups of one or two hexadecimal digits with `between` between them: the length of all, or 0.
[[nodiscard]] constexpr std::size_t mac_run(std::string_view text, char between) noexcept {
    std::size_t at = 0;
    for (int group = 0; group < 6; ++group) {
        if (group != 0 && (at >= text.size() || text[at++] != between)) return 0;
        const std::size_t n = hex_run(text.substr(at), 2);
        if (n == 0) return 0;
        at += n;
    }
    return at;
}

[[nodiscard]] constexpr bool is_mac(std::string_view text) noexcept {
    if (text.size() == 12 && hex_run(text, 12) == 12) return true;
    const bool cisco = text.size() == 14 && text[4] == '.' && text[9] == '.' && hex_run(text, 4) == 4 &&
                       hex_run(text.substr(5), 4) == 4 && hex_run(text.substr(10), 4) == 4;
    return cisco || mac_run(text, '-') == text.size() || mac_run(text, '.') == text.size();
}

/// The length of what has the form of an IPv6 address; 0 for none. Source: RFC 4291, section 2.2.
[[nodiscard]] constexpr std::size_t ipv6_run(std::string_view text) noexcept {
    std::size_t at = 0;
    std::size_t best = 0;
    int groups = 0;
    bool gap = false;
    if (text.substr(0, 2) == "::") {
        gap = true;
        best = at = 2;
    }
    while (at < text.size()) {
        const std::size_t dotted = (gap ? groups <= 5 : groups == 6) ? dotted_run(text.substr(at), 4) : 0;
        if (dotted != 0 && at != 0) best = std::max(best, at + dotted);
        const std::size_t digits = hex_run(text.substr(at), 4);
        if (digits == 0) break;
        at += digits;
        ++groups;
        if (gap ? groups <= 7 : groups == 8) best = std::max(best, at);
        if (at >= text.size() || text[at] != ':' || groups >= 8) break;
        if (text.substr(at, 2) != "::") {
            ++at;
            continue;
        }
        if (gap || groups > 7) break;
        gap = true;
        at += 2;
        best = std::max(best, at);
    }
    return best;
}

/// The length of groups of one or two hexadecimal digits, each followed by colons, two groups or more: a damaged
/// Ethernet address. 0 for none.
[[nodiscard]] constexpr std::size_t damaged_mac_run(std::string_view text) noexcept {
    std::size_t at = 0;
    int groups = 0;
    for (;;) {
        const std::size_t n = hex_run(text.substr(at), 2);
        if (n == 0 || at + n >= text.size() || text[at + n] != ':') break;
        at += n;
        while (at < text.size() && text[at] == ':') ++at;
        ++groups;
    }
    return groups >= 2 ? at : 0;
}

}  // namespace detail

/// Gives one token after the other; after a `wrong` token, `why` says what is wrong with that token.
class lexer {
public:
    explicit lexer(std::string_view expression) : text_(expression) {}

    [[nodiscard]] token next();
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

private:
    [[nodiscard]] token make(token_kind kind, std::size_t length, std::uint32_t number = 0) {
        const token made{kind, number, static_cast<std::uint32_t>(at_), text_.substr(at_, length)};
        at_ += length;
        return made;
    }
    [[nodiscard]] token wrong(std::size_t length, std::string_view reason) {
        why_ = reason;
        return make(token_kind::wrong, length);
    }
    [[nodiscard]] token sign();
    [[nodiscard]] token word(std::size_t length);
    [[nodiscard]] token number(std::size_t length);
    [[nodiscard]] token escaped();
    [[nodiscard]] std::size_t name_run() const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::string why_;
};

/// Letters, digits and dots, with hyphens and underlines inside.
inline std::size_t lexer::name_run() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.empty() || !detail::is_alnum(rest[0])) return 0;
    std::size_t n = 0;
    std::size_t end = 0;
    for (; n < rest.size(); ++n) {
        const char c = rest[n];
        if (detail::is_alnum(c) || c == '.')
            end = n + 1;
        else if (c != '-' && c != '_')
            break;
    }
    return end;
}

inline token lexer::number(std::size_t length) {
    const std::string_view digits = text_.substr(at_, length);
    std::uint64_t value = 0;
    const bool hex = digits.size() > 2 && (digits[1] | 0x20) == 'x';
    const unsigned base = hex ? 16 : digits[0] == '0' ? 8 : 10;
    for (const char c : digits.substr(hex ? 2 : 0)) {
        const unsigned digit = detail::hex_value(c);
        if (digit >= base) return wrong(length, "a number that begins with 0 is octal and has no digits 8 and 9");
        value = value * base + digit;
        if (value > 0xffffffff) return wrong(length, "this number is greater than 4294967295 (32 bits)");
    }
    return make(token_kind::number, length, static_cast<std::uint32_t>(value));
}

inline token lexer::word(std::size_t length) {
    const std::string_view text = text_.substr(at_, length);
    if (const detail::word_row* row = detail::find_word(text)) return make(row->kind, length, row->number);
    if (detail::is_mac(text)) return make(token_kind::mac, length);
    if (detail::is_digit(text[0])) {
        if (detail::number_run(text) == length) return number(length);
        for (const int parts : {2, 3, 4})
            if (detail::dotted_run(text, parts) == length) return make(token_kind::ipv4, length);
    }
    return make(token_kind::name, length);
}

inline token lexer::escaped() {
    const std::size_t end = text_.find_first_of(" !()\n\t", at_ + 1);
    const std::size_t length = (end == std::string_view::npos ? text_.size() : end) - at_;
    if (length == 1) return wrong(1, "a name is missing behind the backslash");
    token made = make(token_kind::name, length);
    made.text.remove_prefix(1);
    ++made.offset;
    return made;
}

inline token lexer::sign() {
    const char c = text_[at_];
    const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    using t = token_kind;
    switch (c) {
        case '&': return after == '&' ? make(t::and_, 2) : make(t::amp, 1);
        case '|': return after == '|' ? make(t::or_, 2) : make(t::pipe, 1);
        case '!': return after == '=' ? make(t::not_equal, 2) : make(t::not_, 1);
        case '=': return after == '=' ? make(t::equal, 2) : make(t::equal, 1);
        case '<': return after == '=' ? make(t::at_most, 2) : after == '<' ? make(t::lsh, 2) : make(t::less_sign, 1);
        case '>':
            return after == '=' ? make(t::at_least, 2) : after == '>' ? make(t::rsh, 2) : make(t::greater_sign, 1);
        case '(': return make(t::open, 1);
        case ')': return make(t::close, 1);
        case '[': return make(t::open_bracket, 1);
        case ']': return make(t::close_bracket, 1);
        case ':': return make(t::colon, 1);
        case '+': return make(t::plus, 1);
        case '-': return make(t::minus, 1);
        case '*': return make(t::star, 1);
        case '/': return make(t::slash, 1);
        case '%': return make(t::percent, 1);
        case '^': return make(t::caret, 1);
        default: return wrong(1, "this character means nothing in a filter");
    }
}

inline token lexer::next() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\n') || text_[at_] == '\r'))
        ++at_;
    if (at_ >= text_.size()) return make(token_kind::end, 0);
    const std::string_view rest = text_.substr(at_);
    if (rest[0] == '\\') return escaped();
    if (rest[0] == '$') {
        const std::size_t digits = detail::hex_run(rest.substr(1), 2);
        return digits == 0 ? sign() : make(token_kind::arcnet, 1 + digits);
    }
    const std::size_t name = name_run();
    const std::size_t hex = detail::hex_run(rest, 4);
    const bool colons = rest[0] == ':' || (hex != 0 && hex < rest.size() && rest[hex] == ':');
    if (colons) {
        const std::size_t mac = detail::mac_run(rest, ':');
        const std::size_t ipv6 = detail::ipv6_run(rest);
        const std::size_t damaged = detail::damaged_mac_run(rest);
        if (mac > name && mac >= ipv6 && mac >= damaged) return make(token_kind::mac, mac);
        if (ipv6 > name && ipv6 >= damaged) return make(token_kind::ipv6, ipv6);
        if (damaged > name) return wrong(damaged, "this is not a whole Ethernet address");
    }
    return name != 0 ? word(name) : sign();
}

}  // namespace pcapframe::filter
