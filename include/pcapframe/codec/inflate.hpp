// DEFLATE unpacked (RFC 1951): blocks of literals and of copies of what came before.
//
// The input may end anywhere, and more input may come later: a symbol or a block's head is taken whole or not at all,
// so there is nothing to remember of a symbol that is half there. Where plenty of input and room are at hand, a loop
// without such questions runs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/codec/bit_reader.hpp>
#include <pcapframe/codec/prefix_codes.hpp>
#include <pcapframe/codec/unpacker.hpp>

namespace pcapframe::inline v0_2 {

namespace deflate {

/// How far back a copy may reach, and the longest copy (RFC 1951, section 3.2.5).
inline constexpr std::size_t window_bytes = 32'768;
inline constexpr std::size_t match_bytes_max = 258;

/// Base and extra bits of the length codes 257 to 285, and of the distance codes (RFC 1951, section 3.2.5).
inline constexpr std::array<std::uint32_t, 288> length_meanings = [] {
    std::array<std::uint32_t, 288> meanings{};
    for (std::uint32_t i = 0; i < 256; ++i) meanings[i] = code_entry::make(i, code_entry::literal);
    meanings[256] = code_entry::make(0, code_entry::end_of_block);
    std::uint32_t base = 3;
    for (std::uint32_t i = 257; i < 285; ++i) {
        const std::uint32_t extra = i < 265 ? 0 : (i - 261) / 4;
        meanings[i] = code_entry::make(base, 0, extra);
        base += 1U << extra;
    }
    meanings[285] = code_entry::make(258, 0);
    meanings[286] = meanings[287] = code_entry::make(0, code_entry::invalid);
    return meanings;
}();

/// The same of the distance codes.
inline constexpr std::array<std::uint32_t, 32> distance_meanings = [] {
    std::array<std::uint32_t, 32> meanings{};
    std::uint32_t base = 1;
    for (std::uint32_t i = 0; i < 30; ++i) {
        const std::uint32_t extra = i < 4 ? 0 : i / 2 - 1;
        meanings[i] = code_entry::make(base, 0, extra);
        base += 1U << extra;
    }
    meanings[30] = meanings[31] = code_entry::make(0, code_entry::invalid);
    return meanings;
}();

/// The same of the codes that lengths of codes are written in.
inline constexpr std::array<std::uint32_t, 19> length_code_meanings = [] {
    std::array<std::uint32_t, 19> meanings{};
    for (std::uint32_t i = 0; i < 19; ++i) meanings[i] = code_entry::make(i, 0);
    return meanings;
}();

/// In which order the lengths of the code for lengths stand (RFC 1951, section 3.2.7).
inline constexpr std::array<std::uint8_t, 19> length_code_order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                               11, 4,  12, 3, 13, 2, 14, 1, 15};

}  // namespace deflate

/// One DEFLATE stream. `run` is called until it says that the stream has ended or is damaged.
class inflater {
public:
    enum class state : std::uint8_t {
        wants_input,  ///< all that is whole of the input is taken
        wants_room,   ///< less than a match's longest length of room is left
        ended,        ///< the stream is whole; `in` is behind its last byte
        damaged,      ///< see `damage`
    };

    /// Takes bytes from the front of `in` and appends to `out`, whose earlier bytes may be referred to; `made` are the
    /// bytes that were appended. `last`: no more input comes.
    [[nodiscard]] state run(bytes_view& in, bool last, unpack_buffer& out, bytes_view& made) {
        bits_.at = in.data();
        bits_.end = in.data() + in.size();
        out_ = out.end();
        out_limit_ = out.limit();
        const std::uint8_t* const history = out.begin();
        state now = state::ended;
        while (part_ != part::end) {
            now = step(history);
            if (now != state::ended) break;
        }
        if (now == state::wants_input && last) now = fail("ends within the compressed data");
        bits_.give_back();
        in = in.last(static_cast<std::size_t>(bits_.end - bits_.at));
        made = out.grow_to(out_);
        return now;
    }

    [[nodiscard]] const char* damage() const noexcept { return damage_; }

    /// Begins anew with the next stream.
    void reset() noexcept {
        part_ = part::head;
        final_ = false;
        bits_ = {};
        damage_ = nullptr;
    }

private:
    enum class part : std::uint8_t { head, stored, codes, end };

    /// Takes a block's head or what there is of its body; `ended` where that is whole.
    state step(const std::uint8_t* history) {
        switch (part_) {
            case part::head: return head();
            case part::stored: return stored();
            case part::codes: return codes(history);
            case part::end: break;
        }
        return state::ended;
    }

    state fail(const char* why) noexcept {
        damage_ = why;
        return state::damaged;
    }

    state end_block() noexcept {
        part_ = final_ ? part::end : part::head;
        return state::ended;
    }

    state head() {
        const bit_reader before = bits_;
        std::uint32_t final = 0;
        std::uint32_t type = 0;
        if (!bits_.take(1, final) || !bits_.take(2, type)) return again(before);
        state now = state::ended;
        switch (type) {
            case 0: now = stored_head(); break;
            case 1: fixed_codes(); break;
            case 2: now = dynamic_codes(); break;
            default: now = fail("has a block of a type that there is not");
        }
        if (now == state::wants_input) return again(before);
        final_ = final != 0;
        return now;
    }

    state again(const bit_reader& before) noexcept {
        bits_ = before;
        return state::wants_input;
    }

    state stored_head() noexcept {
        bits_.drop(bits_.count & 7);
        std::uint32_t length = 0;
        std::uint32_t inverted = 0;
        if (!bits_.take(16, length) || !bits_.take(16, inverted)) return state::wants_input;
        if (length != (inverted ^ 0xffff)) return fail("has a stored block whose length is not confirmed");
        stored_left_ = length;
        part_ = part::stored;
        return state::ended;
    }

    state stored() noexcept {
        bits_.give_back();
        const auto here = static_cast<std::size_t>(bits_.end - bits_.at);
        const std::size_t size = std::min({stored_left_, here, static_cast<std::size_t>(out_limit_ - out_)});
        if (size != 0) std::memcpy(out_, bits_.at, size);
        bits_.at += size;
        out_ += size;
        stored_left_ -= size;
        if (stored_left_ == 0) return end_block();
        return here == size ? state::wants_input : state::wants_room;
    }

    void fixed_codes() noexcept {
        std::array<std::uint8_t, 288> lengths{};
        for (std::size_t i = 0; i < lengths.size(); ++i)
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        std::array<std::uint8_t, 32> distances{};
        distances.fill(5);
        // Both are complete sets by their definition (RFC 1951, section 3.2.6).
        static_cast<void>(literals_.build(lengths, deflate::length_meanings.data()));
        static_cast<void>(distances_.build(distances, deflate::distance_meanings.data()));
        part_ = part::codes;
    }

    state dynamic_codes() noexcept {
        std::uint32_t literals = 0;
        std::uint32_t distances = 0;
        std::uint32_t count = 0;
        if (!bits_.take(5, literals) || !bits_.take(5, distances) || !bits_.take(4, count)) return state::wants_input;
        literals += 257;
        distances += 1;
        if (literals > 286 || distances > 30) return fail("has a block with more codes than there are");
        std::array<std::uint8_t, 19> code_lengths{};
        for (std::uint32_t i = 0; i < count + 4; ++i) {
            std::uint32_t length = 0;
            if (!bits_.take(3, length)) return state::wants_input;
            code_lengths[deflate::length_code_order[i]] = static_cast<std::uint8_t>(length);
        }
        if (!length_codes_.build(code_lengths, deflate::length_code_meanings.data()))
            return fail("has a block whose code for lengths is no code");
        std::array<std::uint8_t, 286 + 30> lengths{};
        const state read = read_lengths(std::span(lengths).first(literals + distances));
        if (read != state::ended) return read;
        if (lengths[256] == 0) return fail("has a block without an end");
        const std::span<const std::uint8_t> all(lengths);
        if (!literals_.build(all.first(literals), deflate::length_meanings.data()))
            return fail("has a block whose code for literals is no code");
        if (!distances_.build(all.subspan(literals, distances), deflate::distance_meanings.data()))
            return fail("has a block whose code for distances is no code");
        part_ = part::codes;
        return state::ended;
    }

    /// The lengths of both codes, which are packed themselves (RFC 1951, section 3.2.7).
    state read_lengths(std::span<std::uint8_t> lengths) noexcept {
        for (std::size_t i = 0; i < lengths.size();) {
            bits_.refill();
            const std::uint32_t e = length_codes_.find(bits_.bits);
            if (deflate::code_entry::total_bits(e) > bits_.count) return state::wants_input;
            if ((e & deflate::code_entry::invalid) != 0) return fail("has a length without a code");
            bits_.drop(deflate::code_entry::total_bits(e));
            const std::uint32_t symbol = deflate::code_entry::value(e);
            if (symbol < 16) {
                lengths[i++] = static_cast<std::uint8_t>(symbol);
                continue;
            }
            if (symbol == 16 && i == 0) return fail("repeats a length before the first");
            const std::uint8_t repeated = symbol == 16 ? lengths[i - 1] : std::uint8_t{0};
            std::uint32_t times = 0;
            if (!bits_.take(symbol == 16 ? 2 : symbol == 17 ? 3 : 7, times)) return state::wants_input;
            times += symbol == 18 ? 11 : 3;
            if (times > lengths.size() - i) return fail("has more lengths than codes");
            for (; times != 0; --times) lengths[i++] = repeated;
        }
        return state::ended;
    }

    /// Symbols up to the end of the block, or to the end of input or room.
    state codes(const std::uint8_t* history) noexcept {
        // What the loop without questions may take of the input in one round, and write in it, with what is written
        // too much.
        constexpr std::ptrdiff_t in_round = 24;
        constexpr std::ptrdiff_t out_round = static_cast<std::ptrdiff_t>(deflate::match_bytes_max) + 8;
        if (bits_.end - bits_.at >= in_round && out_limit_ - out_ >= out_round) {
            const fast_end how = codes_fast(history, bits_.end - in_round, out_limit_ - out_round);
            if (how == fast_end::block) return end_block();
            if (how == fast_end::damage) return state::damaged;
        }
        while (true) {
            const state now = one_symbol(history);
            if (now != state::ended || part_ != part::codes) return now;
            if (bits_.end - bits_.at >= in_round && out_limit_ - out_ >= out_round) return state::ended;
        }
    }

    enum class fast_end : std::uint8_t { margin, block, damage };

    fast_end codes_fast(const std::uint8_t* history, const std::uint8_t* in_last,
                        const std::uint8_t* out_last) noexcept {
        using deflate::code_entry;
        bit_reader bits = bits_;
        std::uint8_t* out = out_;
        const auto leave = [&](fast_end how) {
            bits_ = bits;
            out_ = out;
            return how;
        };
        do {
            bits.refill_fast();
            std::uint32_t e = literals_.find_first(bits.bits);
            // Up to three literals of short codes fit into what one refill brings, with a length code behind them.
            if ((e & code_entry::literal) != 0) {
                bits.drop(code_entry::code_bits(e));
                *out++ = static_cast<std::uint8_t>(code_entry::value(e));
                e = literals_.find_first(bits.bits);
                if ((e & code_entry::literal) != 0) {
                    bits.drop(code_entry::code_bits(e));
                    *out++ = static_cast<std::uint8_t>(code_entry::value(e));
                    e = literals_.find_first(bits.bits);
                    if ((e & code_entry::literal) != 0) {
                        bits.drop(code_entry::code_bits(e));
                        *out++ = static_cast<std::uint8_t>(code_entry::value(e));
                        continue;
                    }
                }
            }
            if ((e & code_entry::special) != 0) {
                if ((e & code_entry::second_table) != 0) e = literals_.find_second(e, bits.bits);
                if ((e & code_entry::literal) != 0) {
                    bits.drop(code_entry::code_bits(e));
                    *out++ = static_cast<std::uint8_t>(code_entry::value(e));
                    continue;
                }
                if ((e & code_entry::end_of_block) != 0) {
                    bits.drop(code_entry::code_bits(e));
                    return leave(fast_end::block);
                }
                if ((e & code_entry::invalid) != 0) {
                    damage_ = "has bits that are no code";
                    return leave(fast_end::damage);
                }
            }
            const std::size_t length = extended(e, bits);
            bits.drop(code_entry::total_bits(e));
            bits.refill_fast();
            const std::uint32_t d = distances_.find(bits.bits);
            const std::size_t distance = extended(d, bits);
            bits.drop(code_entry::total_bits(d));
            if ((d & code_entry::invalid) != 0 || distance > static_cast<std::size_t>(out - history)) {
                damage_ = "refers to bytes that are not there";
                return leave(fast_end::damage);
            }
            out = copy_match(out, distance, length);
        } while (bits.at <= in_last && out <= out_last);
        return leave(fast_end::margin);
    }

    /// Base and extra bits of a length or distance.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE static std::size_t extended(std::uint32_t e,
                                                                      const bit_reader& bits) noexcept {
        using deflate::code_entry;
        const std::uint64_t all = bits.bits & ((std::uint64_t{1} << code_entry::total_bits(e)) - 1);
        return code_entry::value(e) + narrowed<std::size_t>(all >> code_entry::code_bits(e));
    }

    /// One literal, one match or the end of the block, whole or not at all.
    state one_symbol(const std::uint8_t* history) noexcept {
        using deflate::code_entry;
        if (out_limit_ - out_ < static_cast<std::ptrdiff_t>(deflate::match_bytes_max)) return state::wants_room;
        const bit_reader before = bits_;
        bits_.refill();
        const std::uint32_t e = literals_.find(bits_.bits);
        if (code_entry::total_bits(e) > bits_.count) return again(before);
        if ((e & code_entry::invalid) != 0) return fail("has bits that are no code");
        const std::size_t length = extended(e, bits_);
        bits_.drop(code_entry::total_bits(e));
        if ((e & code_entry::end_of_block) != 0) return end_block();
        if ((e & code_entry::literal) != 0) {
            *out_++ = static_cast<std::uint8_t>(code_entry::value(e));
            return state::ended;
        }
        bits_.refill();
        const std::uint32_t d = distances_.find(bits_.bits);
        if (code_entry::total_bits(d) > bits_.count) return again(before);
        const std::size_t distance = extended(d, bits_);
        if ((d & code_entry::invalid) != 0 || distance > static_cast<std::size_t>(out_ - history))
            return fail("refers to bytes that are not there");
        bits_.drop(code_entry::total_bits(d));
        out_ = copy_match(out_, distance, length);
        return state::ended;
    }

    bit_reader bits_;
    std::uint8_t* out_ = nullptr;
    std::uint8_t* out_limit_ = nullptr;
    part part_ = part::head;
    bool final_ = false;
    std::size_t stored_left_ = 0;
    const char* damage_ = nullptr;
    deflate::code_table<11, 2342> literals_;
    deflate::code_table<8, 402> distances_;
    deflate::code_table<7, 128> length_codes_;
};

}  // namespace pcapframe
