// Bits from the lowest one of each byte on, as DEFLATE has them (RFC 1951, section 3.1.1).
#pragma once

#include <cstdint>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// A window of at most 63 bits in front of the bytes that are not looked at yet. A plain value: a copy is a place to go
/// back to. Bits above `count` may be those of bytes at `at` or zero, never others.
struct bit_reader {
    const std::uint8_t* at = nullptr;
    const std::uint8_t* end = nullptr;
    std::uint64_t bits = 0;
    unsigned count = 0;

    /// Afterwards there are at least 56 bits, or all that are left.
    PCAPFRAME_ALWAYS_INLINE void refill() noexcept {
        if (end - at >= 8) return refill_fast();
        for (; count <= 55 && at != end; count += 8) bits |= std::uint64_t{*at++} << count;
    }
    /// The same where eight bytes are known to be there.
    PCAPFRAME_ALWAYS_INLINE void refill_fast() noexcept {
        bits |= load_le64(at) << count;
        at += (63 - count) >> 3;
        count |= 56;
    }
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint32_t peek(unsigned n) const noexcept {
        return static_cast<std::uint32_t>(bits & ((std::uint64_t{1} << n) - 1));
    }
    PCAPFRAME_ALWAYS_INLINE void drop(unsigned n) noexcept {
        bits >>= n;
        count -= n;
    }
    /// Takes `n` bits where they are there; false where they are not.
    [[nodiscard]] bool take(unsigned n, std::uint32_t& value) noexcept {
        if (count < n) refill();
        if (count < n) return false;
        value = peek(n);
        drop(n);
        return true;
    }
    /// Gives back the whole bytes that were taken too early; fewer than eight bits stay.
    void give_back() noexcept {
        at -= count >> 3;
        count &= 7;
        bits &= (std::uint64_t{1} << count) - 1;
    }
};

}  // namespace pcapframe
