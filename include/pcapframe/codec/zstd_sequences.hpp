// The sequences of a Zstandard block: how many literals to take, how far back to go and how much to copy (RFC 8878,
// section 3.1.1.3.2).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <pcapframe/codec/fse.hpp>
#include <pcapframe/codec/unpacker.hpp>

namespace pcapframe::inline v0_2::zstd {

/// A value of a sequence as a state has it: the least it is and how many bits are added, and the next state.
struct sequence_state {
    std::uint32_t value;
    std::uint16_t base;
    std::uint8_t bits;
    std::uint8_t extra;
};

/// Extra bits of the codes of literal lengths (RFC 8878, section 3.1.1.3.2.1.1).
inline constexpr std::array<std::uint8_t, 36> literal_extra{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,
                                                            0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3,  3,
                                                            4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
/// Extra bits of the codes of match lengths (same section).
inline constexpr std::array<std::uint8_t, 53> match_extra{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  0,
                                                          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  1,  1,  1,  1,
                                                          2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/// The default distributions of the codes (RFC 8878, section 3.1.1.3.2.2).
inline constexpr std::array<std::int16_t, 36> literal_default{4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2,  2,  2,
                                                              1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2,  2,  3,
                                                              2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
/// See literal_default.
inline constexpr std::array<std::int16_t, 53> match_default{1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1,  1,  1,  1,  1,  1,  1,
                                                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1,
                                                            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
/// See literal_default.
inline constexpr std::array<std::int16_t, 29> offset_default{1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
                                                             1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};

/// One of the three kinds of values: which symbols it has and what they mean.
struct sequence_kind {
    unsigned accuracy_max;
    std::size_t symbols_max;
    unsigned default_accuracy;
    std::span<const std::int16_t> usual;
    std::span<const std::uint8_t> extra;  ///< empty for offsets, whose symbol is the number of bits
    std::uint32_t least;                  ///< what symbol 0 means
};

/// The largest offset is that of the largest window.
inline constexpr std::size_t offset_symbols = 32;

/// The three kinds of numbers that a sequence is made of.
inline constexpr sequence_kind literal_lengths{9, 36, 6, literal_default, literal_extra, 0};
inline constexpr sequence_kind match_lengths{9, 53, 6, match_default, match_extra, 3};
inline constexpr sequence_kind offsets{8, offset_symbols, 5, offset_default, {}, 1};

/// The states of one kind; kept from block to block, since a block may repeat what was there.
class sequence_table {
public:
    enum class mode : std::uint8_t { usual, one, described, repeated };

    /// Makes the table as a block says it; takes what describes it from the front of `in`.
    [[nodiscard]] bool read(mode how, const sequence_kind& kind, bytes_view& in) noexcept {
        if (how == mode::repeated) return known_;
        known_ = false;
        if (how == mode::one) {
            if (in.empty() || in[0] >= kind.symbols_max) return false;
            accuracy_ = 0;
            states_[0] = meaning(kind, in[0], {0, 0, in[0]});
            in = in.subspan(1);
            return known_ = true;
        }
        distribution from;
        if (how == mode::usual) {
            from.accuracy = kind.default_accuracy;
            from.symbols = kind.usual.size();
            for (std::size_t i = 0; i < from.symbols; ++i) from.counts[i] = kind.usual[i];
        } else if (!read_distribution(in, kind.accuracy_max, kind.symbols_max, from)) {
            return false;
        }
        accuracy_ = from.accuracy;
        each_state(from, [&](std::uint32_t number, fse_state state) {
            states_[number] = meaning(kind, state.symbol, state);
        });
        return known_ = true;
    }

    void forget() noexcept { known_ = false; }
    [[nodiscard]] unsigned accuracy() const noexcept { return accuracy_; }
    [[nodiscard]] const sequence_state& operator[](std::uint32_t state) const noexcept { return states_[state]; }

private:
    [[nodiscard]] static sequence_state meaning(const sequence_kind& kind, std::size_t symbol,
                                                fse_state state) noexcept {
        if (kind.extra.empty())
            return {std::uint32_t{1} << symbol, state.base, state.bits, static_cast<std::uint8_t>(symbol)};
        std::uint32_t value = kind.least;
        for (std::size_t i = 0; i < symbol; ++i) value += 1U << kind.extra[i];
        return {value, state.base, state.bits, kind.extra[symbol]};
    }

    std::array<sequence_state, 512> states_{};
    unsigned accuracy_ = 0;
    bool known_ = false;
};

/// The last three distances, which are named by small numbers (RFC 8878, section 3.1.1.5).
class recent_offsets {
public:
    /// The distance that a value means, behind `literals` literals.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint32_t use(std::uint32_t value, std::uint32_t literals) noexcept {
        if (value > 3) return push(value - 3);
        const std::uint32_t which = value + (literals == 0 ? 1U : 0U);
        if (which == 1) return last_[0];
        if (which == 2) {
            const std::uint32_t distance = last_[1];
            last_[1] = last_[0];
            return last_[0] = distance;
        }
        return push(which == 3 ? last_[2] : last_[0] - 1);
    }

private:
    PCAPFRAME_ALWAYS_INLINE std::uint32_t push(std::uint32_t distance) noexcept {
        last_[2] = last_[1];
        last_[1] = last_[0];
        return last_[0] = distance;
    }

    std::array<std::uint32_t, 3> last_{1, 4, 8};
};

/// What sequences are read from and where they write to.
struct sequence_run {
    std::uint32_t count;
    bytes_view stream;              ///< with eight readable bytes on both sides
    bytes_view literals;            ///< with 32 readable bytes behind them
    const std::uint8_t* history;    ///< the earliest byte that may be referred to
    std::uint8_t* out;              ///< room for `limit`, and for the slack of an unpack_buffer
    const std::uint8_t* limit;
};

/// The three tables and the distances that a frame's blocks share.
class sequence_unpacker {
public:
    void begin_frame() noexcept {
        literals_.forget();
        offsets_.forget();
        matches_.forget();
        recent_ = {};
    }

    /// The tables of a block, from behind the byte that says their modes.
    [[nodiscard]] bool read_tables(std::uint8_t modes, bytes_view& in) noexcept {
        const auto mode = [&](unsigned shift) { return static_cast<sequence_table::mode>(modes >> shift & 3); };
        return (modes & 3) == 0 && literals_.read(mode(6), literal_lengths, in) &&
               offsets_.read(mode(4), offsets, in) && matches_.read(mode(2), match_lengths, in);
    }

    /// Runs all sequences of a block and then takes the literals that are left; the end of what was written, or null.
    [[nodiscard]] std::uint8_t* run(const sequence_run& block) noexcept {
        backward_bits bits;
        if (!bits.begin(block.stream)) return nullptr;
        std::uint32_t literal_state = bits.take(literals_.accuracy());
        std::uint32_t offset_state = bits.take(offsets_.accuracy());
        std::uint32_t match_state = bits.take(matches_.accuracy());
        const std::uint8_t* from = block.literals.data();
        const std::uint8_t* const from_end = from + block.literals.size();
        std::uint8_t* out = block.out;
        recent_offsets recent = recent_;
        for (std::uint32_t left = block.count; left != 0; --left) {
            if (bits.left() < 0) return nullptr;
            const sequence_state& l = literals_[literal_state];
            const sequence_state& o = offsets_[offset_state];
            const sequence_state& m = matches_[match_state];
            // An offset takes up to 31 bits, a match 16, literals 16, the next states 26: two looks are enough, except
            // for offsets beyond any window that is taken.
            const std::uint32_t value = o.value + bits.take(o.extra);
            const std::uint32_t match = m.value + bits.take(m.extra);
            const std::uint32_t literals = l.value + bits.take(l.extra);
            if (left != 1) {
                literal_state = l.base + bits.take(l.bits);
                match_state = m.base + bits.take(m.bits);
                offset_state = o.base + bits.take(o.bits);
            }
            const std::uint32_t distance = recent.use(value, literals);
            if (literals > static_cast<std::size_t>(from_end - from) ||
                std::size_t{literals} + match > static_cast<std::size_t>(block.limit - out))
                return nullptr;
            out = copy_literals(out, from, literals);
            from += literals;
            if (distance == 0 || distance > static_cast<std::size_t>(out - block.history)) return nullptr;
            out = copy_match(out, distance, match);
        }
        if (bits.left() != 0) return nullptr;
        const auto rest = static_cast<std::size_t>(from_end - from);
        if (rest > static_cast<std::size_t>(block.limit - out)) return nullptr;
        if (rest != 0) std::memcpy(out, from, rest);
        recent_ = recent;
        return out + rest;
    }

private:
    PCAPFRAME_ALWAYS_INLINE static std::uint8_t* copy_literals(std::uint8_t* out, const std::uint8_t* from,
                                                               std::size_t size) noexcept {
        if (size <= 32) std::memcpy(out, from, 32);
        else std::memcpy(out, from, size);
        return out + size;
    }

    sequence_table literals_;
    sequence_table offsets_;
    sequence_table matches_;
    recent_offsets recent_;
};

}  // namespace pcapframe::zstd
