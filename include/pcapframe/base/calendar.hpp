// Days and dates of the Gregorian calendar, each from the other.
#pragma once

#include <cstdint>

namespace pcapframe::inline v0_2::detail {

/// Days since 1970-01-01 of a date in the Gregorian calendar, and back. Eras of 400 years are counted from a 1 March,
/// so that a leap day is the last day of its year.
constexpr std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) noexcept {
    if (month <= 2) --year;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct calendar_day {
    std::int64_t year;
    unsigned month;
    unsigned day;
};

constexpr calendar_day day_of(std::int64_t days) noexcept {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
    const std::int64_t next_year = month == 12 ? year + 1 : year;
    return static_cast<unsigned>(days_of(next_year, month == 12 ? 1 : month + 1, 1) - days_of(year, month, 1));
}

/// 0 for Sunday to 6 for Saturday: 1970-01-01 was a Thursday.
constexpr unsigned weekday_of(std::int64_t days) noexcept { return static_cast<unsigned>(((days + 4) % 7 + 7) % 7); }

}  // namespace pcapframe::detail
