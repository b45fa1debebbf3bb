// Where bytes have occurred before: the search of the codecs that pack.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// How many bytes at `a` and `b` are the same; `b` is the later one, and nothing at `end` or behind it is read.
inline std::size_t same_bytes(const std::uint8_t* a, const std::uint8_t* b, const std::uint8_t* end) noexcept {
    const std::uint8_t* const begin = b;
    for (; end - b >= 8; a += 8, b += 8)
        if (const std::uint64_t differ = load_le64(a) ^ load_le64(b); differ != 0)
            return static_cast<std::size_t>(b - begin) + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
    while (b != end && *a == *b) {
        ++a;
        ++b;
    }
    return static_cast<std::size_t>(b - begin);
}

}  // namespace detail

/// A repetition of earlier bytes; none where `bytes` is 0.
struct byte_match {
    std::size_t bytes = 0;
    std::size_t distance = 0;
};

/// Remembers, for each hash of four bytes, the last two places with that hash. A piece of input is searched from its
/// front to its end; what came before the piece is forgotten without clearing the table.
class match_finder {
public:
    static constexpr std::size_t least_bytes = 4;

    /// Repetitions are at most so far apart.
    explicit match_finder(std::size_t window) : places_(slots), window_(window) {}

    /// Begins a piece, which stays where it is while it is searched.
    void begin(bytes_view piece) {
        // Places are numbers that grow from piece to piece: those of earlier pieces are too far away to be taken.
        const std::size_t wanted = piece.size() + window_ + 1;
        if (wanted > UINT32_MAX - base_) {
            places_.assign(slots, {});
            base_ = 0;
        }
        base_ += static_cast<std::uint32_t>(window_ + 1);
        piece_ = piece;
        next_base_ = base_ + static_cast<std::uint32_t>(piece.size());
    }
    void end() noexcept { base_ = next_base_; }

    /// The longest repetition, of those remembered, of what is at `at`, up to `most` bytes; there are four bytes at
    /// least. The place is remembered.
    [[nodiscard]] byte_match find(std::size_t at, std::size_t most) noexcept {
        const std::uint8_t* const here = piece_.data() + at;
        const std::uint32_t word = load_le32(here);
        places& slot = places_[slot_of(word)];
        const std::uint8_t* const limit = here + most;
        byte_match best;
        for (const std::uint32_t place : slot) {
            const std::uint32_t distance = base_ + static_cast<std::uint32_t>(at) - place;
            if (distance > window_) continue;
            const std::uint8_t* const before = here - distance;
            if (load_le32(before) != word) continue;
            const std::size_t same = least_bytes + detail::same_bytes(before + least_bytes, here + least_bytes, limit);
            if (same > best.bytes) best = {same, distance};
        }
        remember(slot, at);
        return best;
    }

    /// Remembers a place, which has four bytes at least.
    void add(std::size_t at) noexcept { remember(places_[slot_of(load_le32(piece_.data() + at))], at); }

private:
    static constexpr unsigned slot_bits = 14;
    static constexpr std::size_t slots = std::size_t{1} << slot_bits;
    using places = std::array<std::uint32_t, 2>;

    static std::size_t slot_of(std::uint32_t word) noexcept {
        return word * 0x9e37'79b1U >> (32 - slot_bits);
    }

    void remember(places& slot, std::size_t at) noexcept {
        slot[1] = slot[0];
        slot[0] = base_ + static_cast<std::uint32_t>(at);
    }

    std::vector<places> places_;
    std::size_t window_;
    bytes_view piece_;
    std::uint32_t base_ = 0;  ///< the number of the piece's first place
    std::uint32_t next_base_ = 0;
};

}  // namespace pcapframe
