// The prefix codes of DEFLATE as tables that are looked up by the next bits (RFC 1951, section 3.2).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <pcapframe/base/assert.hpp>

namespace pcapframe::inline v0_2::deflate {

/// What the next bits mean, in 32 bits: how many bits to drop (the code's and, behind it, extra ones), how many of them
/// are the code's, flags, and a value: a literal, the base of a length or distance, or where a second table begins.
struct code_entry {
    static constexpr std::uint32_t literal = 1U << 15;
    static constexpr std::uint32_t end_of_block = 1U << 14;
    static constexpr std::uint32_t second_table = 1U << 13;
    static constexpr std::uint32_t invalid = 1U << 12;
    static constexpr std::uint32_t special = end_of_block | second_table | invalid;

    [[nodiscard]] static constexpr std::uint32_t make(std::uint32_t value, std::uint32_t flags,
                                                      std::uint32_t extra = 0) noexcept {
        return value << 16 | flags | extra;
    }
    [[nodiscard]] static constexpr unsigned total_bits(std::uint32_t e) noexcept { return e & 0x3f; }
    [[nodiscard]] static constexpr unsigned code_bits(std::uint32_t e) noexcept { return e >> 8 & 0xf; }
    [[nodiscard]] static constexpr std::uint32_t value(std::uint32_t e) noexcept { return e >> 16; }
};

/// The longest code of DEFLATE, in bits.
inline constexpr unsigned code_bits_max = 15;

/// A table of `1 << Bits` entries for the first bits of codes, and behind it second tables for longer codes. `Entries`
/// is the most that a complete set of codes needs; the figures used are those of zlib's program `enough`.
template <unsigned Bits, std::size_t Entries>
class code_table {
public:
    /// The entry for the bits ahead, of which there must be enough (up to 15) or whose missing ones are taken as zeros.
    [[nodiscard]] std::uint32_t find(std::uint64_t bits) const noexcept {
        const std::uint32_t e = entries_[bits & ((1U << Bits) - 1)];
        return (e & code_entry::second_table) == 0 ? e : find_second(e, bits);
    }
    [[nodiscard]] std::uint32_t find_first(std::uint64_t bits) const noexcept {
        return entries_[bits & ((1U << Bits) - 1)];
    }
    /// In the second table that the entry says.
    [[nodiscard]] std::uint32_t find_second(std::uint32_t e, std::uint64_t bits) const noexcept {
        return entries_[code_entry::value(e) + (bits >> Bits & ((1U << (e & 0xf)) - 1))];
    }

    /// Makes the table of these code lengths (0: no code); `meanings[i]` is what symbol i means, without lengths. False
    /// where the lengths are no set of codes: too many for the space that there is, or too few. A single code of one
    /// bit, and none at all, are taken, as zlib takes them: bits without a code are errors where they occur.
    [[nodiscard]] bool build(std::span<const std::uint8_t> lengths, const std::uint32_t* meanings) noexcept {
        std::array<std::uint32_t, code_bits_max + 2> next{};
        for (const std::uint8_t length : lengths) ++next[length + 1U];
        next[1] = 0;
        // What is left of the space of codes after each length; then `next` becomes the first code of each length.
        std::int32_t left = 1;
        std::uint32_t code = 0;
        unsigned longest = 0;
        for (unsigned length = 1; length <= code_bits_max; ++length) {
            const std::uint32_t count = next[length + 1];
            left = 2 * left - static_cast<std::int32_t>(count);
            if (left < 0) return false;
            if (count != 0) longest = length;
            next[length] = code;
            code = (code + count) << 1;
        }
        if (left > 0 && longest > 1) return false;
        if (left > 0) entries_.fill(code_entry::make(0, code_entry::invalid) | 1U << 8 | 1U);
        place(lengths, meanings, next);
        return true;
    }

private:
    /// Codes are read from their highest bit on, but stand in the stream from the lowest: they are turned round.
    [[nodiscard]] static constexpr std::uint32_t reversed(std::uint32_t code, unsigned bits) noexcept {
        std::uint32_t out = 0;
        for (unsigned i = 0; i < bits; ++i) out |= (code >> i & 1) << (bits - 1 - i);
        return out;
    }

    void place(std::span<const std::uint8_t> lengths, const std::uint32_t* meanings,
               std::array<std::uint32_t, code_bits_max + 2> next) noexcept {
        std::array<std::uint16_t, 320> codes{};
        std::array<std::uint8_t, 1U << Bits> longest{};
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            const unsigned length = lengths[symbol];
            if (length == 0) continue;
            const std::uint32_t code = reversed(next[length]++, length);
            codes[symbol] = static_cast<std::uint16_t>(code);
            if (length > Bits) {
                std::uint8_t& most = longest[code & ((1U << Bits) - 1)];
                if (length > most) most = static_cast<std::uint8_t>(length);
                continue;
            }
            const std::uint32_t entry = with_length(meanings[symbol], length);
            for (std::uint32_t at = code; at < 1U << Bits; at += 1U << length) entries_[at] = entry;
        }
        place_long(lengths, meanings, codes, longest);
    }

    void place_long(std::span<const std::uint8_t> lengths, const std::uint32_t* meanings,
                    const std::array<std::uint16_t, 320>& codes,
                    const std::array<std::uint8_t, 1U << Bits>& longest) noexcept {
        std::uint32_t used = 1U << Bits;
        std::array<std::uint16_t, 1U << Bits> begins{};
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            const unsigned length = lengths[symbol];
            if (length <= Bits) continue;
            const std::uint32_t first = codes[symbol] & ((1U << Bits) - 1);
            const unsigned bits = longest[first] - Bits;
            if (begins[first] == 0) {
                begins[first] = static_cast<std::uint16_t>(used);
                entries_[first] = code_entry::make(used, code_entry::second_table, bits);
                used += 1U << bits;
                PCAPFRAME_ASSERT(used <= Entries);
            }
            const std::uint32_t entry = with_length(meanings[symbol], length);
            for (std::uint32_t at = codes[symbol] >> Bits; at < 1U << bits; at += 1U << (length - Bits))
                entries_[begins[first] + at] = entry;
        }
    }

    /// Extra bits are dropped together with the code.
    [[nodiscard]] static constexpr std::uint32_t with_length(std::uint32_t meaning, unsigned length) noexcept {
        return meaning + (length << 8 | length);
    }

    std::array<std::uint32_t, Entries> entries_{};
};

}  // namespace pcapframe::deflate
