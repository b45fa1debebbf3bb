// Times as catalogs write them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/calendar.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::detail {

/// Reads the parts of a time one by one; after the first part that is missing, reads nothing more.
class time_reader {
public:
    explicit time_reader(std::string_view text) noexcept : rest_(text) {}

    /// A number of `least` to `digits` digits that is `most` or less.
    unsigned number(std::size_t least, std::size_t digits, unsigned most) noexcept {
        unsigned value = 0;
        std::size_t taken = 0;
        for (; taken < digits && at_digit(); ++taken) {
            value = value * 10 + static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        good_ = good_ && taken >= least && value <= most;
        return good_ ? value : 0;
    }
    bool eat(std::string_view one_of) noexcept {
        const bool there = !rest_.empty() && one_of.find(rest_[0]) != std::string_view::npos;
        if (there) rest_.remove_prefix(1);
        return there;
    }
    /// Up to nine digits.
    std::string fraction() {
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        good_ = good_ && digits >= 1 && digits <= 9;
        std::string text(rest_.substr(0, digits));
        rest_.remove_prefix(digits);
        return text;
    }
    [[nodiscard]] char next() const noexcept { return rest_.empty() ? '\0' : rest_[0]; }
    [[nodiscard]] bool done() const noexcept { return good_ && rest_.empty(); }
    [[nodiscard]] bool at_digit() const noexcept { return yaml::detail::is_digit(next()); }
    [[nodiscard]] bool at_sign() const noexcept { return next() == '+' || next() == '-'; }

private:
    std::string_view rest_;
    bool good_ = true;
};

/// A moment in UTC; the fraction of the second as digits.
struct moment {
    std::int64_t year = 1970;
    unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0;
    std::string fraction{};
};

/// "2018-01-09 08:16:12", with the six or nine digits of a fraction that is not zero: as pandas prints it; of two such
/// texts, the smaller is the earlier time.
inline std::string moment_text(const moment& m) {
    char buffer[96];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02u:%02u:%02u", static_cast<int>(m.year), m.month, m.day,
                  m.hour, m.minute, m.second);
    std::string digits = m.fraction;
    digits.resize(9, '0');
    if (digits.ends_with("000")) digits.resize(6);
    return digits == "000000" ? std::string(buffer) : std::string(buffer) + "." + digits;
}

/// Year, month and day: 2018-01-09, 2018/1/9, 20180109, 2018-01, 2018.
inline void read_date(time_reader& in, moment& to) {
    to.year = in.number(4, 4, 9999);
    if (in.at_digit()) {
        to.month = in.number(2, 2, 12);
        to.day = in.number(2, 2, 31);
        return;
    }
    const char separator[] = {in.next(), '\0'};
    if (!in.eat("-/")) return;
    to.month = in.number(1, 2, 12);
    if (in.eat(separator)) to.day = in.number(1, 2, 31);
}

/// Hours, and perhaps minutes, seconds and their fraction: 8, 08:16, 08:16:12.5, 081612.
inline void read_clock(time_reader& in, moment& to) {
    to.hour = in.number(1, 2, 23);
    const bool with_colons = in.eat(":");
    if (!with_colons && !in.at_digit()) return;
    to.minute = in.number(2, 2, 59);
    if (with_colons ? in.eat(":") : in.at_digit()) to.second = in.number(2, 2, 59);
    if (in.eat(".")) to.fraction = in.fraction();
}

/// Minutes east of UTC: Z, +01:00, -0230, +1.
inline std::int64_t read_zone(time_reader& in) {
    if (!in.at_sign()) {
        in.eat("Z");
        return 0;
    }
    const bool west = in.eat("-");
    if (!west) in.eat("+");
    std::int64_t minutes = static_cast<std::int64_t>(in.number(1, 2, 23)) * 60;
    if (in.eat(":") || in.at_digit()) minutes += in.number(2, 2, 59);
    return west ? -minutes : minutes;
}

/// The local time of day at this moment, which is what pandas takes for "now" and "today".
inline std::string local_time_now() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
    const auto seconds = narrowed<std::time_t>(micros / 1'000'000);
    std::tm parts{};
    if (::localtime_r(&seconds, &parts) == nullptr) return {};
    const auto part = [](int value) { return static_cast<unsigned>(value); };
    const std::string digits = std::to_string(1'000'000 + micros % 1'000'000).substr(1);
    return moment_text({parts.tm_year + std::int64_t{1900}, part(parts.tm_mon + 1), part(parts.tm_mday),
                        part(parts.tm_hour), part(parts.tm_min), std::min(part(parts.tm_sec), 59U), digits});
}

/// The time in UTC that a text says, as `moment_text` writes it. Texts are "now" and "today", or a date, then perhaps a
/// time of the day behind ' ' or 'T', then perhaps 'Z' or an offset such as +01:00. Source: ISO 8601, RFC 3339, and
/// those of pandas' forms that can be read in one way only.
inline std::optional<std::string> canonical_time(std::string_view text) {
    if (text == "now" || text == "today") return local_time_now();
    time_reader in(text);
    moment at;
    std::int64_t offset_minutes = 0;
    read_date(in, at);
    if (in.eat("T ")) {
        read_clock(in, at);
        in.eat(" ");
        offset_minutes = read_zone(in);
    }
    const bool in_calendar = at.month != 0 && at.day != 0 && at.day <= days_in_month(at.year, at.month);
    if (!in.done() || !in_calendar) return std::nullopt;
    const std::int64_t minutes = (days_of(at.year, at.month, at.day) * 24 + at.hour) * 60 + at.minute - offset_minutes;
    const std::int64_t days = (minutes >= 0 ? minutes : minutes - 1439) / 1440;
    const std::int64_t of_day = minutes - days * 1440;
    const calendar_day date = day_of(days);
    if (date.year < 1 || date.year > 9999) return std::nullopt;
    at.year = date.year;
    at.month = date.month;
    at.day = date.day;
    at.hour = static_cast<unsigned>(of_day / 60);
    at.minute = static_cast<unsigned>(of_day % 60);
    return moment_text(at);
}

}  // namespace pcapframe::detail
