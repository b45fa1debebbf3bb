// DEFLATE written (RFC 1951): repetitions found, and each block with the code that makes it shortest.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <pcapframe/codec/bit_writer.hpp>
#include <pcapframe/codec/inflate.hpp>
#include <pcapframe/codec/match_finder.hpp>
#include <pcapframe/codec/prefix_lengths.hpp>

namespace pcapframe::inline v0_2 {

namespace deflate {

/// The numbers of codes for lengths and distances, the code that ends a block, and the most that a stored block holds
/// (RFC 1951, section 3.2).
inline constexpr std::size_t length_codes = 286;
inline constexpr std::size_t distance_codes = 30;
inline constexpr std::uint16_t end_of_block = 256;
inline constexpr std::size_t stored_bytes_max = 65'535;

/// A length or distance as its code, and the bits behind that.
struct coded {
    std::uint16_t symbol = 0;
    std::uint8_t extra_bits = 0;
    std::uint16_t extra = 0;
};

/// The inverse of `length_meanings`, for lengths from 3 to 258.
[[nodiscard]] constexpr coded code_length(std::size_t length) noexcept {
    if (length == match_bytes_max) return {285, 0, 0};
    const auto less = static_cast<std::uint32_t>(length - 3);
    if (less < 8) return {static_cast<std::uint16_t>(257 + less), 0, 0};
    const auto extra_bits = static_cast<unsigned>(29 - std::countl_zero(less));
    const std::uint32_t symbol = 257 + 4 * (extra_bits + 1) + (less >> extra_bits & 3);
    return {static_cast<std::uint16_t>(symbol), static_cast<std::uint8_t>(extra_bits),
            static_cast<std::uint16_t>(less & ((1U << extra_bits) - 1))};
}

/// The inverse of `distance_meanings`, for distances from 1 to 32,768.
[[nodiscard]] constexpr coded code_distance(std::size_t distance) noexcept {
    const auto less = static_cast<std::uint32_t>(distance - 1);
    if (less < 4) return {static_cast<std::uint16_t>(less), 0, 0};
    const auto extra_bits = static_cast<unsigned>(30 - std::countl_zero(less));
    const std::uint32_t symbol = 2 * (extra_bits + 1) + (less >> extra_bits & 1);
    return {static_cast<std::uint16_t>(symbol), static_cast<std::uint8_t>(extra_bits),
            static_cast<std::uint16_t>(less & ((1U << extra_bits) - 1))};
}

/// The codes of a block.
struct block_codes {
    std::array<prefix_code, 288> lengths{};  ///< of literals, the end of the block, and lengths
    std::array<prefix_code, distance_codes> distances{};
};

/// The code that needs no description (RFC 1951, section 3.2.6).
inline constexpr block_codes fixed_codes = [] {
    block_codes codes;
    for (std::size_t i = 0; i < codes.lengths.size(); ++i)
        codes.lengths[i].length = static_cast<std::uint8_t>(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
    for (prefix_code& code : codes.distances) code.length = 5;
    assign_codes(codes.lengths);
    assign_codes(codes.distances);
    return codes;
}();

/// A literal or a repetition.
struct token {
    std::uint16_t length = 0;    ///< 0 for a literal
    std::uint16_t distance = 0;  ///< less one; or the literal
};

/// How often each symbol occurs in a block, and how many bits stand behind the codes.
struct block_counts {
    std::array<std::uint32_t, length_codes> lengths{};
    std::array<std::uint32_t, distance_codes> distances{};
    std::uint64_t extra_bits = 0;

    explicit block_counts(std::span<const token> tokens) noexcept {
        for (const token& t : tokens) {
            if (t.length == 0) {
                ++lengths[t.distance];
                continue;
            }
            const coded length = code_length(t.length);
            const coded distance = code_distance(t.distance + std::size_t{1});
            ++lengths[length.symbol];
            ++distances[distance.symbol];
            extra_bits += std::uint64_t{length.extra_bits} + distance.extra_bits;
        }
        lengths[end_of_block] = 1;
    }

    /// Bits of the block's body by these codes.
    [[nodiscard]] std::uint64_t bits(const block_codes& codes) const noexcept {
        std::uint64_t sum = extra_bits;
        for (std::size_t i = 0; i < lengths.size(); ++i) sum += std::uint64_t{lengths[i]} * codes.lengths[i].length;
        for (std::size_t i = 0; i < distances.size(); ++i)
            sum += std::uint64_t{distances[i]} * codes.distances[i].length;
        return sum;
    }
};

/// How a block describes codes of its own: the lengths of all codes, runs of equal ones taken together, by a third code
/// (RFC 1951, section 3.2.7).
class codes_description {
public:
    explicit codes_description(const block_codes& codes) noexcept {
        lengths_ = used(std::span(codes.lengths).first(length_codes), 257);
        distances_ = used(codes.distances, 1);
        std::array<std::uint8_t, length_codes + distance_codes> all;
        for (std::size_t i = 0; i < lengths_; ++i) all[i] = codes.lengths[i].length;
        for (std::size_t i = 0; i < distances_; ++i) all[lengths_ + i] = codes.distances[i].length;
        take_runs_together(std::span(all).first(lengths_ + distances_));
        std::array<std::uint32_t, 19> counts{};
        for (const coded& one : std::span(symbols_).first(count_)) ++counts[one.symbol];
        make_codes(counts, 7, codes_);
        ordered_ = length_code_order.size();
        while (ordered_ > 4 && codes_[length_code_order[ordered_ - 1]].length == 0) --ordered_;
    }

    [[nodiscard]] std::uint64_t bits() const noexcept {
        std::uint64_t sum = 14 + 3 * ordered_;
        for (const coded& one : std::span(symbols_).first(count_))
            sum += std::uint64_t{codes_[one.symbol].length} + one.extra_bits;
        return sum;
    }

    void write(bit_writer& out) const noexcept {
        out.put(static_cast<std::uint32_t>(lengths_ - 257), 5);
        out.put(static_cast<std::uint32_t>(distances_ - 1), 5);
        out.put(static_cast<std::uint32_t>(ordered_ - 4), 4);
        for (const std::uint8_t symbol : std::span(length_code_order).first(ordered_))
            out.put(codes_[symbol].length, 3);
        for (const coded& one : std::span(symbols_).first(count_)) {
            out.put(codes_[one.symbol].bits, codes_[one.symbol].length);
            out.put(one.extra, one.extra_bits);
        }
    }

private:
    /// How many codes stand in front of those at the end that do not occur.
    static std::size_t used(std::span<const prefix_code> codes, std::size_t least) noexcept {
        std::size_t count = codes.size();
        while (count > least && codes[count - 1].length == 0) --count;
        return count;
    }

    void add(std::uint32_t symbol, unsigned extra_bits = 0, std::size_t extra = 0) noexcept {
        symbols_[count_++] = {static_cast<std::uint16_t>(symbol), static_cast<std::uint8_t>(extra_bits),
                              static_cast<std::uint16_t>(extra)};
    }

    /// 16: the length before, 3 to 6 times; 17 and 18: zero, 3 to 10 and 11 to 138 times.
    void take_runs_together(std::span<const std::uint8_t> lengths) noexcept {
        for (std::size_t at = 0; at < lengths.size();) {
            std::size_t run = 1;
            while (at + run < lengths.size() && lengths[at + run] == lengths[at]) ++run;
            const std::uint8_t length = lengths[at];
            at += run;
            if (length != 0) {
                add(length);
                --run;
            }
            while (run >= 3) {
                const std::size_t now = std::min<std::size_t>(run, length != 0 ? 6 : 138);
                if (length != 0) add(16, 2, now - 3);
                else if (now < 11) add(17, 3, now - 3);
                else add(18, 7, now - 11);
                run -= now;
            }
            for (; run > 0; --run) add(length);
        }
    }

    std::array<coded, length_codes + distance_codes> symbols_;
    std::size_t count_ = 0;
    std::size_t lengths_ = 0;
    std::size_t distances_ = 0;
    std::size_t ordered_ = 0;
    std::array<prefix_code, 19> codes_{};
};

}  // namespace deflate

/// Packs pieces, each into one DEFLATE stream that stands on its own.
class deflater {
public:
    deflater() : finder_(deflate::window_bytes) { tokens_.reserve(block_tokens); }

    /// Appends the stream.
    void pack(bytes_view plain, std::string& out) {
        const std::size_t begin = out.size();
        // Blocks that would become longer are stored: a head of five bytes, and padding, for every 64 KiB or block.
        out.resize(begin + plain.size() + plain.size() / 1024 + 64);
        auto* const to = reinterpret_cast<std::uint8_t*>(out.data() + begin);
        bit_writer bits(to);
        finder_.begin(plain);
        std::size_t at = 0;
        do {
            const std::size_t block = at;
            at = find_tokens(plain, at);
            write_block(plain.subspan(block, at - block), at == plain.size(), bits);
        } while (at < plain.size());
        finder_.end();
        out.resize(begin + static_cast<std::size_t>(bits.align() - to));
    }

private:
    /// Literals and repetitions of a block: so many that a description of codes is small beside them, and so few that
    /// codes follow the contents.
    static constexpr std::size_t block_tokens = 16'384;

    /// Fills the tokens of a block that begins there; where the block ends.
    std::size_t find_tokens(bytes_view plain, std::size_t at) {
        tokens_.clear();
        while (at < plain.size() && tokens_.size() < block_tokens) {
            const std::size_t left = plain.size() - at;
            byte_match match;
            if (left >= match_finder::least_bytes)
                match = finder_.find(at, std::min(left, deflate::match_bytes_max));
            if (match.bytes == 0) {
                tokens_.push_back({0, plain[at++]});
                continue;
            }
            const auto length = static_cast<std::uint16_t>(match.bytes);
            tokens_.push_back({length, static_cast<std::uint16_t>(match.distance - 1)});
            const std::size_t end = at + match.bytes;
            // There are four bytes at least where a match was found.
            const std::size_t last = std::min(end, plain.size() - (match_finder::least_bytes - 1));
            for (++at; at < last; ++at) finder_.add(at);
            at = end;
        }
        return at;
    }

    void write_block(bytes_view plain, bool last, bit_writer& bits) {
        const deflate::block_counts counts(tokens_);
        deflate::block_codes own;
        make_codes(counts.lengths, 15, std::span(own.lengths).first(deflate::length_codes));
        make_codes(counts.distances, 15, own.distances);
        const deflate::codes_description description(own);
        const std::uint64_t own_bits = description.bits() + counts.bits(own);
        const std::uint64_t fixed_bits = counts.bits(deflate::fixed_codes);
        const std::size_t pieces = plain.size() / deflate::stored_bytes_max + 1;
        const std::uint64_t stored_bits = 8 * plain.size() + 40 * pieces;
        if (stored_bits <= std::min(own_bits, fixed_bits)) return write_stored(plain, last, bits);
        bits.put(last ? 1 : 0, 1);
        bits.put(own_bits < fixed_bits ? 2 : 1, 2);
        if (own_bits < fixed_bits) description.write(bits);
        write_tokens(own_bits < fixed_bits ? own : deflate::fixed_codes, bits);
    }

    void write_tokens(const deflate::block_codes& codes, bit_writer& bits) const noexcept {
        const auto put = [&](const prefix_code& code) { bits.put(code.bits, code.length); };
        for (const deflate::token& t : tokens_) {
            if (t.length == 0) {
                put(codes.lengths[t.distance]);
                continue;
            }
            const deflate::coded length = deflate::code_length(t.length);
            const deflate::coded distance = deflate::code_distance(t.distance + std::size_t{1});
            put(codes.lengths[length.symbol]);
            bits.put(length.extra, length.extra_bits);
            put(codes.distances[distance.symbol]);
            bits.put(distance.extra, distance.extra_bits);
        }
        put(codes.lengths[deflate::end_of_block]);
    }

    static void write_stored(bytes_view plain, bool last, bit_writer& bits) noexcept {
        do {
            const bytes_view now = plain.first(std::min(plain.size(), deflate::stored_bytes_max));
            plain = plain.subspan(now.size());
            bits.put(last && plain.empty() ? 1 : 0, 3);
            std::uint8_t* to = bits.align();
            const auto size = static_cast<std::uint32_t>(now.size());
            for (const std::uint32_t number : {size, size >> 8, ~size, ~size >> 8})
                *to++ = static_cast<std::uint8_t>(number);
            if (!now.empty()) std::memcpy(to, now.data(), now.size());
            bits.move_to(to + now.size());
        } while (!plain.empty());
    }

    match_finder finder_;
    std::vector<deflate::token> tokens_;
};

}  // namespace pcapframe
