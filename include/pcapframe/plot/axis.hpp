// Where the ticks of an axis stand and what their labels say.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/plot/interval.hpp>
#include <pcapframe/plot/number_text.hpp>
#include <pcapframe/plot/time_text.hpp>

namespace pcapframe::inline v0_2::charts {

/// An axis of counts from 0 to `top`, a whole number of steps that holds the largest value.
struct value_axis {
    std::uint64_t step = 1;
    std::uint64_t top = 1;
};

/// Steps of 1, 2 or 5 times a power of ten, at most `steps_max` of them.
[[nodiscard]] constexpr value_axis make_value_axis(std::uint64_t largest, std::uint64_t steps_max) noexcept {
    // Sums this large need packets that lie about their size; a larger sum is drawn as if it reached this far.
    constexpr std::uint64_t most = 1'000'000'000'000'000'000;
    largest = std::clamp<std::uint64_t>(largest, 1, most);
    std::uint64_t power = 1;
    while (true) {
        for (const std::uint64_t factor : {1U, 2U, 5U}) {
            const std::uint64_t step = factor * power;
            const std::uint64_t steps = (largest - 1) / step + 1;
            if (steps <= steps_max) return {step, steps * step};
        }
        power *= 10;
    }
}

/// A place on a time axis: 0 is the beginning of the axis, 1 its end.
struct time_tick {
    double at = 0;
    std::string label;
    std::string context;  ///< the date or year, at the first tick and where the one before has another
};

namespace axis_detail {

/// Pixels of a character of the ticks' size, as wide as common fonts have digits.
inline constexpr double character_px = 7;
inline constexpr double label_gap_px = 18;
inline constexpr std::size_t date_characters = 10;

/// The day on which a month begins, counted from 1970. `month` counts from the year 0 and may be of any year.
[[nodiscard]] constexpr std::int64_t month_start_days(std::int64_t month) noexcept {
    const std::int64_t year = floor_div(month, 12);
    const std::int64_t month_of_year = month - year * 12;  // 0 is January
    // Years that begin in March put the leap day last.
    const std::int64_t march_year = month_of_year < 2 ? year - 1 : year;
    const std::int64_t march_month = (month_of_year + 10) % 12;
    const std::int64_t leap_days = floor_div(march_year, 4) - floor_div(march_year, 100) + floor_div(march_year, 400);
    return march_year * 365 + leap_days + (153 * march_month + 2) / 5 - 719'468;
}

/// A step of nanoseconds, or of months.
struct tick_step {
    std::int64_t ns = 0;
    std::int64_t months = 0;

    /// Characters of the axis's longest label, or of the longest context below a label.
    [[nodiscard]] std::size_t characters() const {
        if (months % 12 == 0 && ns == 0) return 4;
        return ns == 0 || ns >= day_ns ? 6 : std::max(clock_text(0, ns).size(), date_characters);
    }
    [[nodiscard]] double length_ns() const noexcept {
        constexpr double days_of_month = 30.4;
        return ns != 0 ? static_cast<double>(ns)
                       : static_cast<double>(months) * days_of_month * static_cast<double>(day_ns);
    }
    /// The time of the tick with this number.
    [[nodiscard]] std::int64_t time(std::int64_t number) const noexcept {
        return ns != 0 ? interval_start(number, ns) : saturated_product(month_start_days(number * months), day_ns);
    }
    /// The number of the last tick that is not after `time`.
    [[nodiscard]] std::int64_t number(std::int64_t time) const noexcept {
        if (ns != 0) return interval_number(time, ns);
        const civil_time date = to_civil(time);
        return floor_div(std::int64_t{date.year} * 12 + date.month - 1, months);
    }
    [[nodiscard]] std::string label(std::int64_t time) const {
        constexpr std::array names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const civil_time date = to_civil(time);
        if (ns != 0 && ns < day_ns) return clock_text(time, ns);
        if (ns == 0 && months % 12 == 0) return std::to_string(date.year);
        const std::string month = names[date.month - 1];
        return ns == 0 ? month : std::to_string(date.day) + " " + month;
    }
    [[nodiscard]] std::string context(std::int64_t time) const {
        if (ns == 0 && months % 12 == 0) return "";
        return ns != 0 && ns < day_ns ? date_text(time) : std::to_string(to_civil(time).year);
    }
};

[[nodiscard]] inline std::vector<tick_step> tick_steps() {
    std::vector<tick_step> steps;
    for (std::int64_t unit = microsecond_ns; unit < second_ns; unit *= 10)
        for (const std::int64_t factor : {1, 2, 5}) steps.push_back({factor * unit, 0});
    for (const std::int64_t unit : {second_ns, minute_ns})
        for (const std::int64_t factor : {1, 2, 5, 10, 15, 30}) steps.push_back({factor * unit, 0});
    for (const std::int64_t hours : {1, 2, 3, 6, 12}) steps.push_back({hours * hour_ns, 0});
    for (const std::int64_t days : {1, 2, 7}) steps.push_back({days * day_ns, 0});
    for (const std::int64_t months : {1, 3, 6, 12, 24, 60, 120, 240, 600, 1200}) steps.push_back({0, months});
    return steps;
}

/// The smallest step whose labels do not meet.
[[nodiscard]] inline tick_step choose_step(double span_ns, double width_px) {
    const std::vector<tick_step> steps = tick_steps();
    for (const tick_step& step : steps) {
        const double label_px = character_px * static_cast<double>(step.characters()) + label_gap_px;
        if (span_ns / step.length_ns() * label_px <= width_px) return step;
    }
    return steps.back();
}

}  // namespace axis_detail

/// The width of a tick's label and context, with room for any common font.
[[nodiscard]] inline double label_px(const time_tick& tick) noexcept {
    return axis_detail::character_px * static_cast<double>(std::max(tick.label.size(), tick.context.size()));
}

/// The ticks of a time axis that is `width_px` wide. Where no tick stands inside, the beginning of the axis gets a
/// tick.
[[nodiscard]] inline std::vector<time_tick> time_ticks(std::int64_t begin, std::int64_t end, double width_px) {
    const auto since_begin = [&](std::int64_t time) {
        return static_cast<double>(static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(begin));
    };
    const double span = since_begin(end);
    const axis_detail::tick_step step = axis_detail::choose_step(span, width_px);
    std::vector<time_tick> ticks;
    std::string context;
    double free_from_px = -width_px;
    constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t ticks_most = 64;
    const std::int64_t first = step.number(begin);
    for (std::int64_t number = first; number < first + ticks_most && span > 0; ++number) {
        const std::int64_t time = step.time(number);
        // Where a tick lies outside the range of times, the tick was moved to the range's end.
        if (time < begin || time == -latest) continue;
        if (time > end || time == latest) break;
        const double at = since_begin(time) / span;
        const std::string date = step.context(time);
        time_tick tick{at, step.label(time), date == context ? "" : date};
        const double half_px = label_px(tick) / 2;
        // Months are not of one length, and no step is wide enough for centuries on a few pixels.
        if (at * width_px - half_px < free_from_px) continue;
        free_from_px = at * width_px + half_px;
        context = date;
        ticks.push_back(std::move(tick));
    }
    if (ticks.empty()) ticks.push_back({0, clock_text(begin, second_ns), date_text(begin)});
    return ticks;
}

}  // namespace pcapframe::charts
