// Elements of HTML and SVG, always balanced, with every text escaped.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/plot/number_text.hpp>

namespace pcapframe::inline v0_2::charts {

/// A code point and how many bytes encode it; length 0 where the bytes are no UTF-8 (RFC 3629, section 4).
struct code_point {
    std::uint32_t value = 0;
    std::size_t length = 0;
};

/// The first code point of a text, and how many bytes it takes.
[[nodiscard]] constexpr code_point first_code_point(std::string_view text) noexcept {
    if (text.empty()) return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x1'0000};
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
    std::uint32_t value = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) return {};
        value = value << 6 | (byte(i) & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < least[length] || value > 0x10'ffff || surrogate) return {};
    return {value, length};
}

/// Whether a character may stand in a page: no control character but the line feed (XML 1.0, section 2.2), no
/// noncharacter, and no character that turns the direction of the text around it.
[[nodiscard]] constexpr bool may_be_shown(std::uint32_t c) noexcept {
    const bool control = (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
    const bool direction =
        c == 0x061c || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    const bool noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return !control && !direction && !noncharacter;
}

/// U+FFFD, which stands for bytes that are no text.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/// `text` with whatever may not be shown replaced by U+FFFD.
[[nodiscard]] inline std::string shown_text(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const code_point c = first_code_point(text);
        const std::size_t length = std::max<std::size_t>(c.length, 1);
        shown += c.length != 0 && may_be_shown(c.value) ? text.substr(0, length) : replacement_character;
        text.remove_prefix(length);
    }
    return shown;
}

/// Escapes text alike for an element's content and for attribute values in double quotes.
[[nodiscard]] inline std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : shown_text(text)) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default: safe += c;
        }
    }
    return safe;
}

/// A part of the width of what is drawn into, in hundredths.
struct percent {
    double value;
};

/// Collects elements. Each `open` needs a `close`; attributes come before content; names are literals of the program.
class markup {
public:
    markup& open(std::string_view name) {
        finish_start_tag();
        text_ += '<';
        text_ += name;
        names_.push_back(name);
        start_tag_open_ = true;
        return *this;
    }

    markup& set(std::string_view attribute, std::string_view value) {
        PCAPFRAME_ASSERT(start_tag_open_);
        text_ += ' ';
        text_ += attribute;
        text_ += "=\"";
        text_ += escaped(value);
        text_ += '"';
        return *this;
    }
    markup& set(std::string_view attribute, double value) {
        return set(attribute, std::string_view(decimal(value, 2)));
    }
    markup& set(std::string_view attribute, percent value) {
        return set(attribute, std::string_view(decimal(value.value, 3) + "%"));
    }

    markup& text(std::string_view content) {
        finish_start_tag();
        text_ += escaped(content);
        return *this;
    }
    /// Puts in elements that another markup has collected, or the program's own text, without escaping.
    markup& raw(std::string_view content) {
        finish_start_tag();
        text_ += content;
        return *this;
    }

    markup& close() {
        PCAPFRAME_ASSERT(!names_.empty());
        const std::string_view name = names_.back();
        names_.pop_back();
        if (start_tag_open_ && is_empty_element(name)) {
            text_ += "/>";
        } else {
            finish_start_tag();
            text_ += "</";
            text_ += name;
            text_ += '>';
        }
        start_tag_open_ = false;
        return *this;
    }

    /// An element with nothing but text in it.
    markup& element(std::string_view name, std::string_view content) { return open(name).text(content).close(); }
    markup& line_feed() { return raw("\n"); }

    [[nodiscard]] std::string take() {
        PCAPFRAME_ASSERT(names_.empty());
        return std::exchange(text_, {});
    }

private:
    /// Elements that have no end tag: those that HTML lets end without one, and shapes.
    static bool is_empty_element(std::string_view name) noexcept {
        constexpr std::array<std::string_view, 6> names{"meta", "link", "rect", "path", "line", "circle"};
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void finish_start_tag() {
        if (start_tag_open_) text_ += '>';
        start_tag_open_ = false;
    }

    std::string text_;
    std::vector<std::string_view> names_;
    bool start_tag_open_ = false;
};

}  // namespace pcapframe::charts
