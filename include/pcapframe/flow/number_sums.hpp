// Sums of numbers and of their squares, exact: means and deviations do not depend on the order of the numbers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <pcapframe/base/assert.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// 192 bits, the least significant word first.
using wide_number = std::array<std::uint64_t, 3>;

/// All 128 bits of a product.
[[nodiscard]] constexpr std::array<std::uint64_t, 2> product_of(std::uint64_t a, std::uint64_t b) noexcept {
    constexpr std::uint64_t half = 0xffff'ffff;
    const std::uint64_t low = (a & half) * (b & half);
    const std::uint64_t middle = (a >> 32) * (b & half) + (low >> 32);
    const std::uint64_t other = (a & half) * (b >> 32) + (middle & half);
    return {other << 32 | (low & half), (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32)};
}

/// a - b, of which a is not the lesser.
[[nodiscard]] constexpr wide_number difference_of(const wide_number& a, const wide_number& b) noexcept {
    wide_number made{};
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        made[i] = a[i] - b[i] - borrow;
        borrow = a[i] < b[i] || (a[i] == b[i] && borrow != 0) ? 1 : 0;
    }
    return made;
}

[[nodiscard]] inline double rounded(const wide_number& number) noexcept {
    double made = 0;
    for (std::size_t i = number.size(); i-- > 0;) made = made * 0x1p64 + static_cast<double>(number[i]);
    return made;
}

}  // namespace detail

/// The sum of the squares of numbers, in 128 bits: stays at the greatest there is once it would go beyond.
class square_sum {
public:
    PCAPFRAME_ALWAYS_INLINE void add(std::uint64_t number) noexcept {
        if (number <= std::numeric_limits<std::uint32_t>::max()) add_words(number * number, 0);
        else add_large(number);
    }
    void add(const square_sum& more) noexcept { add_words(more.low_, more.high_); }

    /// The standard deviation of a sample of `count` numbers of this sum: the sum of the squares of the differences
    /// from the mean, by count - 1, as pandas and nfstream have it. Nothing below two numbers.
    [[nodiscard]] std::optional<double> deviation(std::uint64_t count, std::uint64_t sum) const noexcept {
        if (count < 2) return std::nullopt;
        // count * squares - sum * sum, of which nothing is lost however near the two are.
        const auto low = detail::product_of(low_, count), high = detail::product_of(high_, count);
        const std::uint64_t middle = low[1] + high[0];
        const detail::wide_number all{low[0], middle, high[1] + (middle < low[1] ? 1 : 0)};
        const auto square = detail::product_of(sum, sum);
        const detail::wide_number part{square[0], square[1], 0};
        const bool is_less = std::lexicographical_compare(all.rbegin(), all.rend(), part.rbegin(), part.rend());
        if (is_less) return 0.0;  // of sums that went beyond what they hold
        const double n = static_cast<double>(count);
        return std::sqrt(detail::rounded(detail::difference_of(all, part)) / n / (n - 1));
    }

private:
    PCAPFRAME_NOINLINE void add_large(std::uint64_t number) noexcept {
        const auto square = detail::product_of(number, number);
        add_words(square[0], square[1]);
    }
    PCAPFRAME_ALWAYS_INLINE void add_words(std::uint64_t low, std::uint64_t high) noexcept {
        low_ += low;
        const std::uint64_t carried = high + (low_ < low ? 1 : 0);
        high_ += carried;
        if (high_ < carried) low_ = high_ = std::numeric_limits<std::uint64_t>::max();
    }

    std::uint64_t low_ = 0;
    std::uint64_t high_ = 0;
};

/// Numbers: the least, the greatest, their sum and that of their squares. How many they are is known elsewhere.
struct number_sums {
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t greatest = 0;
    std::uint64_t sum = 0;  ///< stays at the greatest there is once it would go beyond
    square_sum squares;

    PCAPFRAME_ALWAYS_INLINE void add(std::uint64_t number) noexcept {
        least = std::min(least, number);
        greatest = std::max(greatest, number);
        sum += number;
        if (sum < number) sum = std::numeric_limits<std::uint64_t>::max();
        squares.add(number);
    }
};

}  // namespace pcapframe
