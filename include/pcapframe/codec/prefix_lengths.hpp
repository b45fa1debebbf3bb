// Prefix codes made: how long the code of each symbol is where it is known how often each occurs, and the codes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

namespace pcapframe::inline v0_2 {

/// A symbol's code, first bit lowest, as DEFLATE writes it; no bits for a symbol that does not occur.
struct prefix_code {
    std::uint16_t bits = 0;
    std::uint8_t length = 0;
};

namespace detail {

inline constexpr std::size_t prefix_symbols_max = 288;

/// The depth of each leaf of the tree that Huffman's method makes, for counts that rise and are none of them zero.
/// `counts` holds the depths afterwards. In place: Moffat and Katajainen, "In-place calculation of minimum-redundancy
/// codes", 1995.
inline void tree_depths(std::span<std::uint32_t> counts) noexcept {
    const std::size_t n = counts.size();
    // First the sums of pairs, each sum's place then holding the place of the sum that it is part of.
    std::size_t leaf = 0;
    std::size_t root = 0;
    const auto take_smallest = [&](std::size_t next) {
        if (leaf < n && (root >= next || counts[leaf] <= counts[root])) return counts[leaf++];
        const std::uint32_t sum = counts[root];
        counts[root++] = static_cast<std::uint32_t>(next);
        return sum;
    };
    for (std::size_t next = 0; next + 1 < n; ++next) {
        const std::uint32_t first = take_smallest(next);
        // The second one sees the first one's place as taken: a leaf's place is written over with the sum only here.
        const std::uint32_t second = take_smallest(next);
        counts[next] = first + second;
    }
    // Then the depths of the sums, from the root down, and from these the number of leaves at each depth.
    counts[n - 2] = 0;
    for (std::size_t i = n - 2; i-- > 0;) counts[i] = counts[counts[i]] + 1;
    std::size_t sums = n - 1;
    std::size_t at = n;
    std::size_t open = 1;
    for (std::uint32_t depth = 0; open > 0; ++depth) {
        std::size_t inner = 0;
        while (sums > 0 && counts[sums - 1] == depth) {
            --sums;
            ++inner;
        }
        for (std::size_t leaves = open - inner; leaves > 0; --leaves) counts[--at] = depth;
        open = 2 * inner;
    }
}

/// How many codes of each length there are: at most `most` bits, and no bit pattern left over.
inline std::array<std::uint32_t, 33> limited_lengths(std::span<const std::uint32_t> depths, unsigned most) noexcept {
    std::array<std::uint32_t, 33> of_length{};
    for (const std::uint32_t depth : depths) ++of_length[std::min(depth, most)];
    std::uint32_t patterns = 0;  // that the codes take, of 2^most
    for (unsigned length = 1; length <= most; ++length) patterns += of_length[length] << (most - length);
    // Each step makes a shorter code one bit longer and gives one of the longest ones the place beside it.
    for (; patterns > 1U << most; --patterns) {
        unsigned shorter = most - 1;
        while (of_length[shorter] == 0) --shorter;
        --of_length[shorter];
        of_length[shorter + 1] += 2;
        --of_length[most];
    }
    return of_length;
}

/// The lowest `length` bits in the other order.
constexpr std::uint16_t reversed(std::uint32_t bits, unsigned length) noexcept {
    std::uint32_t turned = 0;
    for (unsigned i = 0; i < length; ++i) turned |= (bits >> i & 1) << (length - 1 - i);
    return static_cast<std::uint16_t>(turned);
}

}  // namespace detail

/// Gives each code its bits: shorter ones first, and of one length in the order of the symbols (RFC 1951, section
/// 3.2.2). Only the lengths are read.
constexpr void assign_codes(std::span<prefix_code> codes) noexcept {
    std::array<std::uint32_t, 17> next{};
    for (const prefix_code& code : codes) ++next[code.length];
    std::uint32_t first = 0;
    next[0] = 0;
    for (std::uint32_t& of_length : next) {
        const std::uint32_t codes_here = of_length;
        of_length = first;
        first = (first + codes_here) << 1;
    }
    for (prefix_code& code : codes)
        if (code.length != 0) code.bits = detail::reversed(next[code.length]++, code.length);
}

/// Makes the code whose text is shortest for symbols that occur so often, with at most `most` bits a symbol (15 or
/// fewer, enough for the symbols; at most 288 symbols). There are always two codes at least, since readers refuse a
/// code that leaves bit patterns over. Limiting the length makes the text longer than it need be by less than a
/// thousandth.
inline void make_codes(std::span<const std::uint32_t> counts, unsigned most, std::span<prefix_code> codes) noexcept {
    std::array<std::uint16_t, detail::prefix_symbols_max> symbols;
    std::array<std::uint32_t, detail::prefix_symbols_max> depths;
    std::size_t used = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        codes[i] = {};
        if (counts[i] != 0) symbols[used++] = static_cast<std::uint16_t>(i);
    }
    for (std::uint16_t i = 0; used < 2; ++i)
        if (counts[i] == 0) symbols[used++] = i;
    const std::span<std::uint16_t> by_count = std::span(symbols).first(used);
    std::sort(by_count.begin(), by_count.end(), [&](std::uint16_t a, std::uint16_t b) {
        return counts[a] != counts[b] ? counts[a] < counts[b] : a < b;
    });
    for (std::size_t i = 0; i < used; ++i) depths[i] = std::max(counts[symbols[i]], std::uint32_t{1});
    detail::tree_depths(std::span(depths).first(used));
    const auto of_length = detail::limited_lengths(std::span(depths).first(used), most);
    // The rarest symbols are first, and get the longest codes.
    std::size_t at = 0;
    for (unsigned length = most; length > 0; --length)
        for (std::uint32_t i = 0; i < of_length[length]; ++i)
            codes[symbols[at++]].length = static_cast<std::uint8_t>(length);
    assign_codes(codes);
}

}  // namespace pcapframe
