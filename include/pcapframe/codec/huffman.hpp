// The literals of Zstandard, Huffman-coded (RFC 8878, section 4.2).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/codec/fse.hpp>

namespace pcapframe::inline v0_2::zstd {

/// The longest code of literals, in bits.
inline constexpr unsigned huffman_bits_max = 11;

/// The codes of the literals of a block, looked up by the next bits.
class huffman_table {
public:
    /// Reads a tree from the front of `in` and takes its bytes off; false where there is none.
    [[nodiscard]] bool read(bytes_view& in) noexcept {
        bits_ = 0;
        if (in.empty()) return false;
        std::array<std::uint8_t, 256> weights{};
        std::size_t count = 0;
        const unsigned head = in[0];
        in = in.subspan(1);
        if (head >= 128) {
            count = head - 127;
            if (in.size() < (count + 1) / 2) return false;
            for (std::size_t i = 0; i < count; ++i)
                weights[i] = static_cast<std::uint8_t>(i % 2 == 0 ? in[i / 2] >> 4 : in[i / 2] & 15);
            in = in.subspan((count + 1) / 2);
        } else {
            if (in.size() < head || !read_packed_weights(in.first(head), weights, count)) return false;
            in = in.subspan(head);
        }
        return build(weights, count);
    }

    /// Whether there is a tree, of this block or of one before.
    [[nodiscard]] bool known() const noexcept { return bits_ != 0; }

    /// Unpacks one stream into exactly `out`; false where it does not end there.
    [[nodiscard]] bool unpack(bytes_view stream, std::span<std::uint8_t> out) const noexcept {
        backward_bits bits;
        if (!bits.begin(stream)) return false;
        std::uint8_t* to = out.data();
        std::uint8_t* const end = to + out.size();
        while (end - to >= round && bits.left() >= 56) to = unpack_round(bits, to);
        return unpack_rest(bits, to, end);
    }

    /// Four streams at once, each into a fourth of `out`: the processor waits for four loads at a time.
    [[nodiscard]] bool unpack_four(bytes_view block, std::span<std::uint8_t> out) const noexcept {
        constexpr std::size_t jumps = 6;
        if (block.size() < jumps) return false;
        const std::size_t part = (out.size() + 3) / 4;
        if (3 * part > out.size()) return false;
        std::array<backward_bits, 4> bits;
        std::array<std::uint8_t*, 4> to{};
        std::array<std::uint8_t*, 4> end{};
        bytes_view rest = block.subspan(jumps);
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t bytes = i == 3 ? rest.size() : load_le16(block.data() + 2 * i);
            if (bytes > rest.size() || !bits[i].begin(rest.first(bytes))) return false;
            rest = rest.subspan(bytes);
            to[i] = out.data() + i * part;
            end[i] = i == 3 ? out.data() + out.size() : to[i] + part;
        }
        backward_bits a = bits[0], b = bits[1], c = bits[2], d = bits[3];
        // The last part is the shortest: while it has room, all have.
        while (end[3] - to[3] >= round && a.left() >= 56 && b.left() >= 56 && c.left() >= 56 && d.left() >= 56) {
            to[0] = unpack_round(a, to[0]);
            to[1] = unpack_round(b, to[1]);
            to[2] = unpack_round(c, to[2]);
            to[3] = unpack_round(d, to[3]);
        }
        return finish(a, to[0], end[0]) && finish(b, to[1], end[1]) && finish(c, to[2], end[2]) &&
               finish(d, to[3], end[3]);
    }

private:
    /// Symbols that one look at 56 bits is enough for.
    static constexpr std::ptrdiff_t round = 5;

    struct entry {
        std::uint8_t symbol;
        std::uint8_t bits;
    };

    PCAPFRAME_ALWAYS_INLINE std::uint8_t* unpack_round(backward_bits& bits, std::uint8_t* to) const noexcept {
        std::uint64_t window = bits.window();
        unsigned used = 0;
        for (std::ptrdiff_t i = 0; i < round; ++i) {
            const entry e = table_[window >> shift_];
            window <<= e.bits;
            used += e.bits;
            to[i] = e.symbol;
        }
        bits.drop(used);
        return to + round;
    }

    [[nodiscard]] bool finish(backward_bits& bits, std::uint8_t* to, std::uint8_t* end) const noexcept {
        while (end - to >= round && bits.left() >= 56) to = unpack_round(bits, to);
        return unpack_rest(bits, to, end);
    }

    [[nodiscard]] bool unpack_rest(backward_bits& bits, std::uint8_t* to, std::uint8_t* end) const noexcept {
        for (; to != end && bits.left() > 0; ++to) {
            const entry e = table_[bits.window() >> shift_];
            bits.drop(e.bits);
            *to = e.symbol;
        }
        return to == end && bits.left() == 0;
    }

    /// The weights are FSE-coded with two states in turn; the stream's end is the list's.
    [[nodiscard]] static bool read_packed_weights(bytes_view in, std::array<std::uint8_t, 256>& weights,
                                                  std::size_t& count) noexcept {
        distribution packed;
        if (!read_distribution(in, 6, 256, packed)) return false;
        std::array<fse_state, 64> states{};
        each_state(packed, [&](std::uint32_t number, fse_state state) { states[number] = state; });
        backward_bits bits;
        if (!bits.begin(in)) return false;
        std::array<std::uint32_t, 2> now{};
        for (std::uint32_t& state : now) state = bits.take(packed.accuracy);
        if (bits.left() < 0) return false;
        for (std::size_t turn = 0;; turn ^= 1) {
            const fse_state state = states[now[turn]];
            if (count >= 254) return false;
            weights[count++] = state.symbol;
            if (bits.left() < state.bits) {
                weights[count++] = states[now[turn ^ 1]].symbol;
                return true;
            }
            now[turn] = state.base + bits.take(state.bits);
        }
    }

    /// The last weight is what is missing to a power of two (RFC 8878, section 4.2.1).
    [[nodiscard]] bool build(std::array<std::uint8_t, 256>& weights, std::size_t count) noexcept {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (weights[i] > huffman_bits_max) return false;
            sum += weights[i] == 0 ? 0 : 1U << (weights[i] - 1);
        }
        if (sum == 0) return false;
        const auto bits = narrowed<unsigned>(std::bit_width(sum));
        const std::uint32_t missing = (1U << bits) - sum;
        if (bits > huffman_bits_max || !std::has_single_bit(missing)) return false;
        weights[count++] = static_cast<std::uint8_t>(std::bit_width(missing));
        std::uint32_t at = 0;
        for (unsigned weight = 1; weight <= bits; ++weight) {
            for (std::size_t symbol = 0; symbol < count; ++symbol) {
                if (weights[symbol] != weight) continue;
                const entry e{static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(bits + 1 - weight)};
                for (std::uint32_t i = 0; i < 1U << (weight - 1); ++i) table_[at++] = e;
            }
        }
        bits_ = bits;
        shift_ = 64 - bits;
        return true;
    }

    std::array<entry, 1U << huffman_bits_max> table_{};
    unsigned bits_ = 0;
    unsigned shift_ = 0;
};

}  // namespace pcapframe::zstd
