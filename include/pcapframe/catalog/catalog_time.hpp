// Times as catalogs write them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::detail {

/// Days since 1970-01-01 of a date in the Gregorian calendar, and back. Years of 400 are counted from March, so that
/// the leap day is the last of its year.
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

/// Reads the parts of a time one by one; after the first that is not there, nothing more.
class time_reader {
public:
    explicit time_reader(std::string_view text) noexcept : rest_(text) {}

    /// A number of exactly so many digits, at most `most`.
    unsigned number(std::size_t digits, unsigned most) noexcept {
        unsigned value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (i >= rest_.size() || !yaml::detail::is_digit(rest_[i])) {
                good_ = false;
                return 0;
            }
            value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        good_ = good_ && value <= most;
        return value;
    }
    bool eat(std::string_view one_of) noexcept {
        const bool there = !rest_.empty() && one_of.find(rest_[0]) != std::string_view::npos;
        if (there) rest_.remove_prefix(1);
        return there;
    }
    void expect(char c) noexcept { good_ = eat({&c, 1}) && good_; }
    /// Up to nine digits, without zeros at the end.
    std::string fraction() {
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        good_ = good_ && digits >= 1 && digits <= 9;
        std::string text(rest_.substr(0, digits));
        rest_.remove_prefix(digits);
        while (!text.empty() && text.back() == '0') text.pop_back();
        return text;
    }
    [[nodiscard]] bool done() const noexcept { return good_ && rest_.empty(); }
    [[nodiscard]] bool more() const noexcept { return !rest_.empty(); }
    [[nodiscard]] bool at_sign() const noexcept { return more() && (rest_[0] == '+' || rest_[0] == '-'); }

private:
    std::string_view rest_;
    bool good_ = true;
};

/// A time as "2018-01-09 08:16:12.5", in UTC, so that earlier times are smaller texts. Read are a date, then perhaps a
/// time of the day to minutes, seconds or fractions behind ' ' or 'T', then perhaps 'Z' or an offset such as +01:00.
/// Source: ISO 8601, RFC 3339.
inline std::optional<std::string> canonical_time(std::string_view text) {
    time_reader in(text);
    const unsigned year = in.number(4, 9999);
    in.expect('-');
    const unsigned month = in.number(2, 12);
    in.expect('-');
    const unsigned day = in.number(2, 31);
    unsigned hour = 0, minute = 0, second = 0;
    std::int64_t offset_minutes = 0;
    std::string fraction;
    if (in.eat("T ")) {
        hour = in.number(2, 23);
        in.expect(':');
        minute = in.number(2, 59);
        if (in.eat(":")) second = in.number(2, 59);
        if (in.eat(".")) fraction = in.fraction();
        if (in.at_sign()) {
            const bool west = in.eat("-");
            if (!west) in.eat("+");
            offset_minutes = static_cast<std::int64_t>(in.number(2, 23)) * 60;
            if (in.eat(":") || in.more()) offset_minutes += in.number(2, 59);
            if (west) offset_minutes = -offset_minutes;
        } else {
            in.eat("Z");
        }
    }
    if (!in.done() || month == 0 || day == 0 || day > days_in_month(year, month)) return std::nullopt;
    const std::int64_t minutes = (days_of(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    const std::int64_t days = (minutes >= 0 ? minutes : minutes - 1439) / 1440;
    const std::int64_t of_day = minutes - days * 1440;
    const calendar_day date = day_of(days);
    if (date.year < 0 || date.year > 9999) return std::nullopt;
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02d:%02d:%02u", static_cast<int>(date.year), date.month,
                  date.day, static_cast<int>(of_day / 60), static_cast<int>(of_day % 60), second);
    return std::string(buffer) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace pcapframe::detail
