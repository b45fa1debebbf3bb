// Intervals of time: which widths there are, and how intervals that lie side by side are numbered.
//
// The widths are those in which people think: powers of ten below a minute, then parts of an hour and a day, then
// weeks. All intervals of one width are counted from the same origin, a Monday at midnight UTC, so that a wider
// interval is made of whole narrower ones wherever its width is a multiple of the narrower width.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace pcapframe::inline v0_2::charts {

/// Lengths of time in nanoseconds.
inline constexpr std::int64_t microsecond_ns = 1'000;
inline constexpr std::int64_t millisecond_ns = 1'000'000;
inline constexpr std::int64_t second_ns = 1'000'000'000;
inline constexpr std::int64_t minute_ns = 60 * second_ns;
inline constexpr std::int64_t hour_ns = 60 * minute_ns;
inline constexpr std::int64_t day_ns = 24 * hour_ns;
inline constexpr std::int64_t week_ns = 7 * day_ns;

/// The quotient, rounded down for negative numbers, too.
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// From Monday 1969-12-29 to Thursday 1970-01-01.
inline constexpr std::int64_t origin_days = 3;

/// The number of the interval that holds `time`. Widths above a day are multiples of a day.
[[nodiscard]] constexpr std::int64_t interval_number(std::int64_t time, std::int64_t width) noexcept {
    if (width <= day_ns) return floor_div(time, width);
    return floor_div(floor_div(time, day_ns) + origin_days, width / day_ns);
}

/// The number of the wider interval that holds the narrower interval `number`; `wide` is a multiple of `narrow`.
[[nodiscard]] constexpr std::int64_t wider_number(std::int64_t number, std::int64_t narrow,
                                                  std::int64_t wide) noexcept {
    if (wide <= day_ns || narrow > day_ns) return floor_div(number, wide / narrow);
    return floor_div(floor_div(number, day_ns / narrow) + origin_days, wide / day_ns);
}

/// `number` times `unit`, moved to the end of the range of 64 bits where the product lies outside.
[[nodiscard]] constexpr std::int64_t saturated_product(std::int64_t number, std::int64_t unit) noexcept {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (number > most / unit) return most;
    if (number < -(most / unit)) return -most;
    return number * unit;
}

/// When the interval begins, in nanoseconds since 1970; the earliest or latest time there is where the beginning lies
/// outside.
[[nodiscard]] constexpr std::int64_t interval_start(std::int64_t number, std::int64_t width) noexcept {
    if (width <= day_ns) return saturated_product(number, width);
    return saturated_product(number * (width / day_ns) - origin_days, day_ns);
}

/// The widths in which traffic is counted. Each width is a multiple of the width before; the last leaves less than a
/// hundred intervals in all of the time that 64 bits of nanoseconds hold.
inline constexpr std::array<std::int64_t, 18> counted_widths{
    1,           10,          100,       1'000,          10'000,    100'000,        1'000'000,
    10'000'000,  100'000'000, second_ns, 10 * second_ns, minute_ns, 10 * minute_ns, hour_ns,
    6 * hour_ns, day_ns,      week_ns,   52 * week_ns};

/// The widths in which traffic is drawn, none below a microsecond.
inline constexpr auto drawn_widths = [] {
    std::array<std::int64_t, 45> widths{};
    std::size_t count = 0;
    const auto add = [&](std::int64_t unit, std::initializer_list<int> factors) {
        for (const int factor : factors) widths[count++] = factor * unit;
    };
    for (std::int64_t unit = microsecond_ns; unit < second_ns; unit *= 10) add(unit, {1, 2, 5});
    add(second_ns, {1, 2, 5, 10, 20, 30});
    add(minute_ns, {1, 2, 5, 10, 20, 30});
    add(hour_ns, {1, 2, 3, 6, 12});
    add(day_ns, {1, 2});
    add(week_ns, {1, 2, 4, 13, 52, 104, 260, 520});
    return widths;
}();
static_assert(drawn_widths.back() == 520 * week_ns);

}  // namespace pcapframe::charts
