// Times and intervals for people, in UTC.
#pragma once

#include <cstdint>
#include <string>

#include <pcapframe/plot/interval.hpp>
#include <pcapframe/plot/number_text.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2::charts {

/// "2018-01-09"
[[nodiscard]] inline std::string date_text(std::int64_t time) {
    char text[fixed_text_bytes_max];
    constexpr std::size_t date_length = 10;
    return {text, write_iso_time(text, time) - text >= 10 ? date_length : 0};
}

/// "2018-01-09T08:16:12.210010000Z"
[[nodiscard]] inline std::string iso_text(std::int64_t time) {
    char text[fixed_text_bytes_max];
    return {text, write_iso_time(text, time)};
}

/// "08:16" where only whole minutes matter, else "08:16:12" with as many digits of a second as `precision`, in
/// nanoseconds, asks for.
[[nodiscard]] inline std::string clock_text(std::int64_t time, std::int64_t precision) {
    constexpr std::size_t clock_at = 11;
    const std::string iso = iso_text(time);
    if (precision % minute_ns == 0) return iso.substr(clock_at, 5);
    std::size_t digits = 0;
    for (std::int64_t unit = second_ns; precision % unit != 0; unit /= 10) ++digits;
    return iso.substr(clock_at, digits == 0 ? 8 : 9 + digits);
}

/// "2018-01-09 08:16:12.21", or the date alone where only whole days matter.
[[nodiscard]] inline std::string moment_text(std::int64_t time, std::int64_t precision) {
    if (precision % day_ns == 0) return date_text(time);
    return date_text(time) + " " + clock_text(time, precision);
}

/// "2018-01-09 08:16:12.21 to 08:16:12.22 UTC"
[[nodiscard]] inline std::string interval_text(std::int64_t number, std::int64_t width) {
    const std::int64_t begin = interval_start(number, width);
    const std::int64_t end = interval_start(number + 1, width);
    const bool same_day = width % day_ns != 0 && date_text(begin) == date_text(end);
    return moment_text(begin, width) + " to " + (same_day ? clock_text(end, width) : moment_text(end, width)) + " UTC";
}

/// The width of an interval in words that can follow "per": "10 ms", "minute", "2 h", "week", "52 weeks".
[[nodiscard]] inline std::string per_text(std::int64_t width) {
    if (width == microsecond_ns) return "microsecond";
    if (width == millisecond_ns) return "millisecond";
    if (width == second_ns) return "second";
    if (width == minute_ns) return "minute";
    if (width == hour_ns) return "hour";
    if (width == day_ns) return "day";
    if (width == week_ns) return "week";
    if (width % week_ns == 0) return std::to_string(width / week_ns) + " weeks";
    return duration_text(static_cast<std::uint64_t>(width));
}

/// The time that a capture spans, with as many digits as tell its two ends apart.
[[nodiscard]] inline std::string span_text(std::int64_t first, std::int64_t last) {
    const auto span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    std::int64_t precision = second_ns;
    // A thousandth of the span is enough, and a nanosecond the least.
    while (precision > 1 && span / 1000 < static_cast<std::uint64_t>(precision)) precision /= 1000;
    if (first == last) return moment_text(first, 1) + " UTC";
    const bool same_day = date_text(first) == date_text(last);
    return moment_text(first, precision) + " to " +
           (same_day ? clock_text(last, precision) : moment_text(last, precision)) + " UTC";
}

}  // namespace pcapframe::charts
