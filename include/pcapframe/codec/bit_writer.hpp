// Bits into bytes, from the lowest one of each byte on, as DEFLATE has them (RFC 1951, section 3.1.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// Writes behind `at`, where the caller sees to the room: four bytes more than the bits fill may be written.
class bit_writer {
public:
    explicit bit_writer(std::uint8_t* at) noexcept : at_(at) {}

    /// The lowest `n` bits of `value`, at most 32; the others are zero.
    PCAPFRAME_ALWAYS_INLINE void put(std::uint32_t value, unsigned n) noexcept {
        bits_ |= std::uint64_t{value} << count_;
        count_ += n;
        if (count_ >= 32) write_word();
    }

    /// Zeros up to the next whole byte; where that byte is.
    std::uint8_t* align() noexcept {
        for (; count_ > 0; count_ = count_ > 8 ? count_ - 8 : 0) {
            *at_++ = static_cast<std::uint8_t>(bits_);
            bits_ >>= 8;
        }
        return at_;
    }

    /// Goes on there: the bits so far are whole bytes (see `align`), and the caller wrote bytes behind them.
    void move_to(std::uint8_t* at) noexcept { at_ = at; }

private:
    PCAPFRAME_ALWAYS_INLINE void write_word() noexcept {
        store_le32(at_, static_cast<std::uint32_t>(bits_));
        at_ += 4;
        bits_ >>= 32;
        count_ -= 32;
    }

    std::uint8_t* at_;
    std::uint64_t bits_ = 0;
    unsigned count_ = 0;  ///< bits that wait, fewer than 32
};

}  // namespace pcapframe
