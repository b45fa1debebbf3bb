// The text of a YAML file: checked once, then read forward character by character.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::yaml {

namespace detail {

/// The code point that a text begins with, and its bytes; 0 bytes where the text begins with no UTF-8. Source: RFC
/// 3629, section 4.
struct code_point {
    std::uint32_t value = 0;
    std::size_t bytes = 0;
};

constexpr code_point first_code_point(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
    std::uint32_t value = lead & (0x7fU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) return {};
        value = (value << 6) | (byte(i) & 0x3fU);
    }
    const std::uint32_t least = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
    return {value, bytes};
}

/// Appends a code point as UTF-8; false for a number that is no code point (surrogates, beyond U+10FFFF).
inline bool append_code_point(std::string& out, std::uint32_t value) {
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
    const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((value >> shift) & 0x3fU)); };
    if (value < 0x80) {
        out += static_cast<char>(value);
    } else if (value < 0x800) {
        out += static_cast<char>(0xc0U | (value >> 6));
        out += tail(0);
    } else if (value < 0x10000) {
        out += static_cast<char>(0xe0U | (value >> 12));
        out += tail(6);
        out += tail(0);
    } else {
        out += static_cast<char>(0xf0U | (value >> 18));
        out += tail(12);
        out += tail(6);
        out += tail(0);
    }
    return true;
}

/// Whether a character may stand in a file as it is. YAML 1.1 and 1.2 agree on these; U+0085, U+2028 and U+2029 are
/// line breaks in one version and text in the other, so they must be escaped.
constexpr bool may_stand(std::uint32_t c) noexcept {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    if (c >= 0x7f && c < 0xa0) return false;
    return c != 0x2028 && c != 0x2029 && c != 0xfeff && c != 0xfffe && c != 0xffff;
}

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// The first character that may not stand in a YAML file, as a problem.
inline std::optional<problem> find_bad_character(std::string_view text) {
    text_place at{1, 1};
    for (std::size_t i = 0; i < text.size();) {
        const code_point c = first_code_point(text.substr(i));
        if (c.bytes == 0) return problem{.at = at, .reason = "this is not UTF-8 text"};
        if (!may_stand(c.value)) {
            constexpr char digits[] = "0123456789ABCDEF";
            std::string name = "U+";
            for (int shift = c.value > 0xffff ? 20 : 12; shift >= 0; shift -= 4)
                name += digits[(c.value >> shift) & 15];
            return problem{.at = at,
                           .reason = "the character " + name +
                                     " may not stand here; write it as an escape in double quotes"};
        }
        const bool crlf = c.value == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (c.value == '\n' || (c.value == '\r' && !crlf))
            at = {at.line + 1, 1};
        else
            ++at.column;
        i += c.bytes;
    }
    return std::nullopt;
}

/// The text with every line break ("\r\n", "\r") as "\n".
inline std::string with_plain_breaks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i] == '\r' ? '\n' : text[i];
    }
    return out;
}

}  // namespace detail

/// Reads checked text forward. There is no zero byte in such text: '\0' stands for its end.
class cursor {
public:
    struct position {
        std::size_t offset = 0;
        std::size_t line_start = 0;
        std::uint32_t line = 1;
    };

    explicit cursor(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
        const std::size_t i = at_.offset + ahead;
        return i < text_.size() ? text_[i] : '\0';
    }
    [[nodiscard]] bool at_end() const noexcept { return at_.offset >= text_.size(); }
    [[nodiscard]] char before() const noexcept { return at_.offset == 0 ? '\n' : text_[at_.offset - 1]; }
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_.offset); }
    /// The text from here to the end of the line. The end is looked for once in each line, so that finding it takes no
    /// more time in all than reading the line.
    [[nodiscard]] std::string_view rest_of_line() const noexcept {
        if (ended_line_ != at_.line) {
            ended_line_ = at_.line;
            line_end_ = std::min(text_.find('\n', at_.offset), text_.size());
        }
        return text_.substr(at_.offset, line_end_ - at_.offset);
    }

    /// Goes on by one character that is no line break, or by several; not beyond the end.
    void advance(std::size_t bytes = 1) noexcept { at_.offset += std::min(bytes, text_.size() - at_.offset); }
    void next_line() noexcept {
        ++at_.offset;
        at_.line_start = at_.offset;
        ++at_.line;
    }
    void skip(char c) noexcept {
        while (peek() == c) advance();
    }

    [[nodiscard]] const position& here() const noexcept { return at_; }
    void go_to(const position& to) noexcept { at_ = to; }

    /// Bytes from the start of the line. Where only indentation stands before the cursor, this is the depth of the
    /// indentation.
    [[nodiscard]] int column() const noexcept { return static_cast<int>(at_.offset - at_.line_start); }
    /// Whether only spaces stand before the cursor on this line.
    [[nodiscard]] bool first_on_line() const noexcept {
        const std::string_view before = text_.substr(at_.line_start, at_.offset - at_.line_start);
        return before.find_first_not_of(' ') == std::string_view::npos;
    }

    /// The place for people. Characters are counted from the place that was asked for last, if that place is in the
    /// same line, so that a line of any length is counted once.
    [[nodiscard]] text_place where() const noexcept {
        if (counted_line_ != at_.line || counted_to_ > at_.offset) {
            counted_line_ = at_.line;
            counted_to_ = at_.line_start;
            counted_ = 1;
        }
        for (; counted_to_ < at_.offset; ++counted_to_)
            counted_ += (static_cast<unsigned char>(text_[counted_to_]) & 0xc0U) != 0x80U ? 1U : 0U;
        return {at_.line, counted_};
    }

    /// Whether the rest of the line begins with "---" or "...", alone or before a blank, in the first column.
    [[nodiscard]] bool at_document_marker() const noexcept {
        if (at_.offset != at_.line_start) return false;
        const std::string_view marker = rest().substr(0, 3);
        return (marker == "---" || marker == "...") && is_blank(peek(3));
    }

    /// A space, a tab, a line break or the end.
    [[nodiscard]] static constexpr bool is_blank(char c) noexcept {
        return c == ' ' || c == '\t' || c == '\n' || c == '\0';
    }

private:
    std::string_view text_;
    position at_;
    mutable std::uint32_t ended_line_ = 0;
    mutable std::size_t line_end_ = 0;
    mutable std::uint32_t counted_line_ = 0;
    mutable std::uint32_t counted_ = 1;
    mutable std::size_t counted_to_ = 0;
};

}  // namespace pcapframe::yaml
