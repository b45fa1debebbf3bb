// Timestamps of pcapng interfaces: ticks of a resolution and offset of the interface's own, into nanoseconds.
// Source: draft-ietf-opsawg-pcapng, section 4.2 (if_tsresol, if_tsoffset).
#pragma once

#include <cstdint>
#include <limits>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// Turns the ticks of one interface into nanoseconds since the epoch (fractions of a nanosecond are cut off).
/// Times that 64 bits of nanoseconds cannot hold (before 1677 or after 2262) become `no_time`, never a wrong time.
class tick_scale {
public:
    constexpr tick_scale() noexcept : tick_scale(6, 0) {}

    /// `tsresol` as in the option: the exponent of 10^-n, or of 2^-n where the top bit is set. `tsoffset` in seconds.
    constexpr tick_scale(std::uint8_t tsresol, std::int64_t tsoffset) noexcept {
        const unsigned exponent = tsresol & 0x7fU;
        if ((tsresol & 0x80U) != 0) {
            kind_ = kind::binary;
            shift_ = exponent;
        } else if (exponent <= 9) {
            kind_ = kind::multiply;
            factor_ = power_of_ten(9 - exponent);
        } else {
            kind_ = exponent - 9 > 19 ? kind::nothing : kind::divide;
            factor_ = kind_ == kind::divide ? power_of_ten(exponent - 9) : 1;
        }
        offset_s_ = tsoffset;
        far_ = __builtin_mul_overflow(tsoffset, std::int64_t{billion}, &offset_ns_);
        // Neither the product nor the sum of two such halves can overflow.
        constexpr std::int64_t half = std::numeric_limits<std::int64_t>::max() / 2;
        if (kind_ == kind::multiply && !far_ && offset_ns_ <= half && offset_ns_ >= -half)
            plain_ticks_ = static_cast<std::uint64_t>(half) / factor_;
    }

    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::int64_t nanoseconds(std::uint64_t ticks) const noexcept {
        // Decimal units of a nanosecond or more, and years that are not far: nearly all.
        if (ticks < plain_ticks_) return static_cast<std::int64_t>(ticks * factor_) + offset_ns_;
        return any_nanoseconds(ticks);
    }

private:
    [[nodiscard]] PCAPFRAME_NOINLINE constexpr std::int64_t any_nanoseconds(std::uint64_t ticks) const noexcept {
        std::uint64_t ns = 0;
        bool overflow = far_;
        switch (kind_) {
            case kind::multiply: overflow |= __builtin_mul_overflow(ticks, factor_, &ns); break;
            case kind::divide: ns = ticks / factor_; break;
            case kind::binary: overflow |= binary_overflows(ticks, ns); break;
            case kind::nothing: break;
        }
        std::int64_t time = 0;
        overflow |= __builtin_add_overflow(ns, offset_ns_, &time);
        return overflow ? by_seconds(ticks) : time;
    }

    enum class kind : std::uint8_t { multiply, divide, binary, nothing };

    static constexpr std::uint32_t billion = 1'000'000'000;

    static constexpr std::uint64_t power_of_ten(unsigned n) noexcept {
        std::uint64_t value = 1;
        while (n-- > 0) value *= 10;
        return value;
    }

    /// floor(ticks * 10^9 / 2^shift), by a product of 128 bits in two halves.
    constexpr bool binary_overflows(std::uint64_t ticks, std::uint64_t& ns) const noexcept {
        const std::uint64_t upper = (ticks >> 32) * billion;
        const std::uint64_t lower = (ticks & 0xffff'ffffU) * billion;
        const std::uint64_t low = (upper << 32) + lower;
        const std::uint64_t high = (upper >> 32) + (low < lower ? 1 : 0);
        if (shift_ == 0) {
            ns = low;
            return high != 0;
        }
        if (shift_ >= 64) {
            ns = high >> (shift_ - 64);
            return false;
        }
        ns = (high << (64 - shift_)) | (low >> shift_);
        return (high >> shift_) != 0;
    }

    /// Converts by way of whole seconds, for offsets and ticks of which only the sum is a time that 64 bits can hold.
    PCAPFRAME_NOINLINE constexpr std::int64_t by_seconds(std::uint64_t ticks) const noexcept {
        std::uint64_t seconds = 0;
        std::uint64_t ns = 0;
        switch (kind_) {
            case kind::multiply:
                seconds = ticks / (billion / factor_);
                ns = ticks % (billion / factor_) * factor_;
                break;
            case kind::divide: ns = ticks / factor_; break;
            case kind::binary:
                seconds = shift_ < 64 ? ticks >> shift_ : 0;
                binary_overflows(shift_ < 64 ? ticks - (seconds << shift_) : ticks, ns);
                break;
            case kind::nothing: break;
        }
        seconds += ns / billion;
        ns %= billion;
        std::int64_t whole = 0;
        if (__builtin_add_overflow(seconds, offset_s_, &whole)) return no_time;
        // Before the epoch the second is rounded up, so that the product stays within what the sum does.
        const bool before_epoch = whole < 0;
        const std::int64_t rest = static_cast<std::int64_t>(ns) - (before_epoch ? std::int64_t{billion} : 0);
        std::int64_t time = 0;
        const bool overflow = __builtin_mul_overflow(whole + (before_epoch ? 1 : 0), std::int64_t{billion}, &time) ||
                              __builtin_add_overflow(time, rest, &time);
        return overflow ? no_time : time;
    }

    kind kind_ = kind::multiply;
    bool far_ = false;  ///< the offset alone is too many nanoseconds
    unsigned shift_ = 0;
    std::uint64_t factor_ = 1000;
    std::uint64_t plain_ticks_ = 0;  ///< below which a product is all that it takes
    std::int64_t offset_s_ = 0;
    std::int64_t offset_ns_ = 0;
};

}  // namespace pcapframe
