// Text in fixed storage, the nearest of a list of words, and what is UTF-8: what messages and names are made of.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pcapframe::inline v0_2 {

/// At most `Capacity` bytes of text, held by value and trivially copyable. Longer text keeps its end (the end of a
/// path says more than its start), with "..." in front.
template <std::size_t Capacity>
requires(Capacity <= 255)
class fixed_text {
public:
    constexpr fixed_text() = default;

    constexpr fixed_text(std::string_view text) {
        constexpr std::string_view dots = "...";
        if (text.size() > Capacity) {
            std::copy(dots.begin(), dots.end(), data_.begin());
            text.remove_prefix(text.size() - (Capacity - dots.size()));
            // A character of UTF-8 is not cut.
            while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0U) == 0x80U) text.remove_prefix(1);
            size_ = dots.size();
        }
        std::copy(text.begin(), text.end(), data_.begin() + size_);
        size_ = static_cast<std::uint8_t>(size_ + text.size());
    }

    [[nodiscard]] constexpr std::string_view view() const noexcept { return {data_.data(), size_}; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

private:
    std::array<char, Capacity> data_{};
    std::uint8_t size_ = 0;
};

/// Letters a to z of either case compare equal; nothing else is folded, whatever the locale.
[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Bytes of the UTF-8 sequence that `text` begins with; 0 where the text begins with none. Source: RFC 3629, section 4.
[[nodiscard]] constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && byte(1) >= 0xa0;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && byte(1) < 0x90;
        const bool too_large = first == 0xf4 && byte(1) >= 0x90;
        return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// The text in a form that stays in its line and does nothing to a terminal: control characters (those of Unicode's C1
/// too), and bytes that are no UTF-8, become "\xNN".
[[nodiscard]] inline std::string visible_text(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::string made;
    while (!text.empty()) {
        const std::size_t sequence = utf8_sequence(text);
        const bool is_control = sequence == 1 ? byte(0) < 0x20 || byte(0) == 0x7f
                                              : sequence == 2 && byte(0) == 0xc2 && byte(1) < 0xa0;
        const std::size_t bytes = sequence == 0 ? 1 : sequence;
        if (sequence != 0 && !is_control) made += text.substr(0, bytes);
        for (std::size_t i = 0; (sequence == 0 || is_control) && i < bytes; ++i)
            made += {'\\', 'x', digits[byte(i) >> 4], digits[byte(i) & 15]};
        text.remove_prefix(bytes);
    }
    return made;
}

/// The same form of a text of several lines, which stay lines.
[[nodiscard]] inline std::string visible_lines(std::string_view text) {
    std::string made;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        made += visible_text(text.substr(0, end));
        if (end == text.size()) return made;
        made += '\n';
        text.remove_prefix(end + 1);
    }
}

/// The number of single-letter insertions, removals, replacements and swaps of neighbours between two words (optimal
/// string alignment distance). Words longer than 63 letters are compared by their first 63.
[[nodiscard]] constexpr std::size_t edit_distance(std::string_view a, std::string_view b) noexcept {
    constexpr std::size_t longest = 63;
    a = a.substr(0, longest);
    b = b.substr(0, longest);
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& now = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& two_above = rows[(i + 1) % 3];
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
            now[j] = std::min({above[j] + 1, now[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                                 to_lower(a[i - 2]) == to_lower(b[j - 1]);
            if (swapped) now[j] = std::min(now[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

/// The word of `words` nearest to `word`, the first of equals; empty when none is near enough to be a misspelling
/// (more than a third of the letters differ).
template <class Words>
[[nodiscard]] constexpr std::string_view nearest_word(std::string_view word, const Words& words) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& candidate : words) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace pcapframe
