// Finding the words of the filter language: a hash table that is made when the program is compiled.
//
// A binary search took eight comparisons for each name in an expression.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pcapframe/filter/language/words.hpp>

namespace pcapframe::inline v0_2::filter::detail {

/// Of a word that is not empty.
[[nodiscard]] constexpr std::size_t word_hash(std::string_view text) noexcept {
    const auto letter = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(text[at])); };
    const std::size_t n = text.size();
    return n * 5 + letter(0) * 37 + letter(n / 2) * 101 + letter(n - 1) * 211 + letter(n - (n + 3) / 4) * 7;
}

/// The word in each slot, counted from 1; 0 in empty ones. A word whose slot is taken is in a slot behind.
inline constexpr auto word_slots = [] {
    static_assert(words.size() < 255);
    std::array<std::uint8_t, 1024> slots{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::size_t slot = word_hash(words[i].text) % slots.size();
        while (slots[slot] != 0) slot = (slot + 1) % slots.size();
        slots[slot] = static_cast<std::uint8_t>(i + 1);
    }
    return slots;
}();

/// The row of a word, or nullptr.
[[nodiscard]] constexpr const word_row* find_word(std::string_view text) noexcept {
    if (text.empty()) return nullptr;
    std::size_t slot = word_hash(text) % word_slots.size();
    for (; word_slots[slot] != 0; slot = (slot + 1) % word_slots.size()) {
        const word_row& row = words[word_slots[slot] - std::size_t{1}];
        if (row.text == text) return &row;
    }
    return nullptr;
}

}  // namespace pcapframe::filter::detail
