// Finite State Entropy, as Zstandard has it (RFC 8878, section 4.1): tables of states, and bits that are read from the
// last one to the first.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::zstd {

/// Bits of a stream from its end to its beginning. Eight readable bytes stand before it and behind it: what is read
/// beyond its first bit means nothing, and `left` below zero says that it was.
class backward_bits {
public:
    /// False where the last byte has no bit that marks the end.
    [[nodiscard]] bool begin(bytes_view stream) noexcept {
        begin_ = stream.data();
        if (stream.empty() || stream.back() == 0) return false;
        const unsigned mark = narrowed<unsigned>(std::bit_width(unsigned{stream.back()})) - 1;
        left_ = static_cast<std::int64_t>(stream.size() - 1) * 8 + mark;
        return true;
    }

    [[nodiscard]] std::int64_t left() const noexcept { return left_; }

    /// The next bits from the highest on; at least 56 of them are those of the stream.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint64_t window() const noexcept {
        return load_le64(begin_ + (left_ >> 3) - 7) << (8 - (left_ & 7));
    }
    PCAPFRAME_ALWAYS_INLINE void drop(unsigned bits) noexcept { left_ -= bits; }

    /// Up to 56 bits as a number; zeros and no move where the stream has been overrun already.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint32_t take(unsigned bits) noexcept {
        if (left_ < 0) return 0;
        const std::uint64_t value = window() >> 1 >> (63 - bits);
        left_ -= bits;
        return static_cast<std::uint32_t>(value);
    }

private:
    const std::uint8_t* begin_ = nullptr;
    std::int64_t left_ = 0;
};

/// How often each symbol occurs, of `1 << accuracy` in all; -1 stands for less than once.
struct distribution {
    unsigned accuracy = 0;
    std::size_t symbols = 0;
    std::array<std::int16_t, 256> counts{};
};

/// Reads a distribution from the front of `in` (RFC 8878, section 4.1.1) and takes its bytes off; false where there is
/// none. Symbols are less than `symbols_max`.
[[nodiscard]] inline bool read_distribution(bytes_view& in, unsigned accuracy_max, std::size_t symbols_max,
                                            distribution& out) noexcept {
    std::size_t bit = 0;
    const auto peek = [&](unsigned count) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4 && bit / 8 + i < in.size(); ++i)
            value |= std::uint32_t{in[bit / 8 + i]} << (8 * i);
        return value >> (bit % 8) & ((1U << count) - 1);
    };
    out.accuracy = peek(4) + 5;
    if (in.empty() || out.accuracy > accuracy_max) return false;
    bit = 4;
    std::int32_t remaining = (1 << out.accuracy) + 1;
    std::int32_t threshold = 1 << out.accuracy;
    unsigned width = out.accuracy + 1;
    std::size_t symbol = 0;
    bool after_zero = false;
    while (remaining > 1) {
        if (after_zero) {
            std::uint32_t skipped = 0;
            do {
                skipped = peek(2);
                bit += 2;
                for (std::uint32_t i = 0; i < skipped; ++i) {
                    if (symbol == symbols_max) return false;
                    out.counts[symbol++] = 0;
                }
                if (bit / 8 > in.size()) return false;
            } while (skipped == 3);
        }
        if (symbol == symbols_max || bit / 8 >= in.size()) return false;
        const std::int32_t least = 2 * threshold - 1 - remaining;
        const auto both = static_cast<std::int32_t>(peek(width));
        std::int32_t count = both & (threshold - 1);
        if (count < least) {
            bit += width - 1;
        } else {
            count = both;
            if (count >= threshold) count -= least;
            bit += width;
        }
        --count;
        remaining -= count < 0 ? -count : count;
        if (remaining < 1) return false;
        out.counts[symbol++] = static_cast<std::int16_t>(count);
        after_zero = count == 0;
        for (; remaining < threshold && threshold > 1; threshold >>= 1) --width;
    }
    const std::size_t bytes = (bit + 7) / 8;
    if (bytes > in.size()) return false;
    out.symbols = symbol;
    in = in.subspan(bytes);
    return true;
}

/// A state: its symbol, and how the next state is made: `base` and so many bits.
struct fse_state {
    std::uint16_t base;
    std::uint8_t bits;
    std::uint8_t symbol;
};

/// Calls `place(state number, fse_state)` for every state of a distribution (RFC 8878, section 4.1.1).
template <class Place>
void each_state(const distribution& from, Place place) noexcept {
    const std::uint32_t size = 1U << from.accuracy;
    std::array<std::uint8_t, 512> symbols{};
    std::array<std::uint16_t, 256> next{};
    std::uint32_t high = size;
    for (std::size_t s = 0; s < from.symbols; ++s) {
        next[s] = static_cast<std::uint16_t>(from.counts[s] < 0 ? 1 : from.counts[s]);
        if (from.counts[s] < 0) symbols[--high] = static_cast<std::uint8_t>(s);
    }
    const std::uint32_t step = (size >> 1) + (size >> 3) + 3;
    std::uint32_t at = 0;
    for (std::size_t s = 0; s < from.symbols; ++s) {
        for (std::int32_t i = 0; i < from.counts[s]; ++i) {
            symbols[at] = static_cast<std::uint8_t>(s);
            do at = (at + step) & (size - 1);
            while (at >= high);
        }
    }
    for (std::uint32_t state = 0; state < size; ++state) {
        const std::uint32_t number = next[symbols[state]]++;
        const unsigned bits = from.accuracy + 1 - narrowed<unsigned>(std::bit_width(number));
        place(state, fse_state{static_cast<std::uint16_t>((number << bits) - size), static_cast<std::uint8_t>(bits),
                               symbols[state]});
    }
}

}  // namespace pcapframe::zstd
