// Times in templates: their parts, and their texts by strftime. Source: ISO C 7.29.3.5 in the locale "C", with the
// flags and the "%f" that Python knows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/calendar.hpp>
#include <pcapframe/catalog/template/template_text_values.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_matcher.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// A time's parts, from its text (yaml_node.hpp).
class time_parts {
public:
    explicit time_parts(std::string_view text) noexcept {
        if (text.size() < 10) return;
        year = part(text, 0, 4);
        month = part(text, 5, 2);
        day = part(text, 8, 2);
        if (text.size() < 19) return;
        hour = part(text, 11, 2);
        minute = part(text, 14, 2);
        second = part(text, 17, 2);
        const std::size_t end = std::min(text.find_first_of("+-", 19), text.size());
        for (std::size_t i = 20; i < 29; ++i)
            nanosecond = nanosecond * 10 + (i < end ? static_cast<unsigned>(text[i] - '0') : 0);
        zone = text.substr(end);
    }

    unsigned year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanosecond = 0;
    std::string_view zone{};  ///< "+01:00", or nothing

    [[nodiscard]] std::int64_t days() const noexcept { return days_of(year, month, day); }
    [[nodiscard]] unsigned weekday() const noexcept { return weekday_of(days()); }  ///< 0 for Sunday
    [[nodiscard]] unsigned day_of_year() const noexcept {
        return static_cast<unsigned>(days() - days_of(year, 1, 1)) + 1;
    }
    /// Seconds since 1970 in UTC.
    [[nodiscard]] std::int64_t seconds() const noexcept {
        std::int64_t east = 0;
        if (zone.size() == 6) east = (part(zone, 1, 2) * std::int64_t{60} + part(zone, 4, 2)) * 60;
        if (!zone.empty() && zone[0] == '-') east = -east;
        return ((days() * 24 + hour) * 60 + minute) * 60 + second - east;
    }

    struct iso_week {
        unsigned year;
        unsigned week;
    };
    /// The week that has this day, and the year that has most of it. Source: ISO 8601.
    [[nodiscard]] iso_week week() const noexcept {
        const std::int64_t thursday = days() - (weekday() + 6) % 7 + 3;
        const calendar_day at = day_of(thursday);
        return {static_cast<unsigned>(at.year), static_cast<unsigned>(thursday - days_of(at.year, 1, 1)) / 7 + 1};
    }

private:
    static unsigned part(std::string_view text, std::size_t first, std::size_t digits) noexcept {
        unsigned value = 0;
        for (const char c : text.substr(first, digits)) value = value * 10 + static_cast<unsigned>(c - '0');
        return value;
    }
};

inline constexpr std::array<std::string_view, 7> day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                           "Thursday", "Friday", "Saturday"};
inline constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                              "May",       "June",     "July",     "August",
                                                              "September", "October",  "November", "December"};

/// Writes one time by a format.
class time_formatter {
public:
    explicit time_formatter(const time_parts& time) noexcept : t_(time) {}

    /// The text; nothing where the format has a directive that is not known (`unknown`), or makes too long a text.
    std::optional<std::string> format(std::string_view by) {
        constexpr std::string_view flags = "-_0^#";
        std::string made;
        while (!by.empty()) {
            const std::size_t percent = std::min(by.find('%'), by.size());
            made += by.substr(0, percent);
            by.remove_prefix(percent);
            if (by.empty()) break;
            std::size_t bytes = 1;
            flag_ = '\0';
            while (bytes < by.size() && flags.find(by[bytes]) != std::string_view::npos) flag_ = by[bytes++];
            const char directive = bytes < by.size() ? by[bytes] : '\0';
            std::optional<std::string> piece = directive == '\0' ? std::nullopt : written(directive);
            if (!piece || made.size() > limits::template_bytes_max) {
                unknown = by.substr(0, std::min(bytes + 1, by.size()));
                return std::nullopt;
            }
            made += flag_ == '^' ? uppered(*piece) : *piece;
            by.remove_prefix(bytes + 1);
        }
        return made;
    }

    std::string_view unknown{};

private:
    /// A number of so many digits, filled with a character that a flag may change.
    [[nodiscard]] std::string number(std::int64_t value, std::size_t width, char fill = '0') const {
        std::string digits = std::to_string(value);
        if (flag_ == '-') return digits;
        if (flag_ == '_') fill = ' ';
        if (flag_ == '0') fill = '0';
        return (digits.size() < width ? std::string(width - digits.size(), fill) : std::string()) + digits;
    }
    [[nodiscard]] unsigned hour_of_twelve() const noexcept { return t_.hour % 12 == 0 ? 12 : t_.hour % 12; }
    [[nodiscard]] std::string several(std::string_view by) const { return *time_formatter(t_).format(by); }
    [[nodiscard]] std::string half_of_day() const { return t_.hour < 12 ? "AM" : "PM"; }
    [[nodiscard]] std::string week_from(unsigned first_weekday) const {
        const unsigned since = (t_.weekday() + 7 - first_weekday) % 7;
        return number((t_.day_of_year() + 6 - since) / 7, 2);
    }
    [[nodiscard]] std::string zone_name() const {
        if (t_.zone.empty()) return "";
        return t_.zone == "+00:00" ? "UTC" : "UTC" + std::string(t_.zone);
    }

    [[nodiscard]] std::optional<std::string> written(char directive) const {
        switch (directive) {
            case 'Y': return number(t_.year, 1);
            case 'm': return number(t_.month, 2);
            case 'd': return number(t_.day, 2);
            case 'H': return number(t_.hour, 2);
            case 'M': return number(t_.minute, 2);
            case 'S': return number(t_.second, 2);
            case 'y': return number(t_.year % 100, 2);
            case 'C': return number(t_.year / 100, 2);
            case 'e': return number(t_.day, 2, ' ');
            case 'k': return number(t_.hour, 2, ' ');
            case 'l': return number(hour_of_twelve(), 2, ' ');
            case 'I': return number(hour_of_twelve(), 2);
            case 'j': return number(t_.day_of_year(), 3);
            case 'f': return std::to_string(1'000'000 + t_.nanosecond / 1000).substr(1);
            case 's': return std::to_string(t_.seconds());
            case 'w': return number(t_.weekday(), 1);
            case 'u': return number(t_.weekday() == 0 ? 7 : t_.weekday(), 1);
            case 'U': return week_from(0);
            case 'W': return week_from(1);
            case 'V': return number(t_.week().week, 2);
            case 'G': return number(t_.week().year, 1);
            case 'g': return number(t_.week().year % 100, 2);
            default: return words(directive);
        }
    }

    [[nodiscard]] std::optional<std::string> words(char directive) const {
        switch (directive) {
            case 'A': return std::string(day_names[t_.weekday()]);
            case 'a': return std::string(day_names[t_.weekday()].substr(0, 3));
            case 'B': return std::string(month_names[t_.month - 1]);
            case 'b':
            case 'h': return std::string(month_names[t_.month - 1].substr(0, 3));
            case 'p': return flag_ == '#' ? lowered(half_of_day()) : half_of_day();
            case 'P': return lowered(half_of_day());
            case 'Z': return zone_name();
            case 'z': return t_.zone.empty() ? "" : std::string(t_.zone.substr(0, 3)) + std::string(t_.zone.substr(4));
            case 'c': return several("%a %b %e %H:%M:%S %Y");
            case 'x':
            case 'D': return several("%m/%d/%y");
            case 'X':
            case 'T': return several("%H:%M:%S");
            case 'F': return several("%Y-%m-%d");
            case 'R': return several("%H:%M");
            case 'r': return several("%I:%M:%S %p");
            case 'n': return "\n";
            case 't': return "\t";
            case '%': return "%";
            default: return std::nullopt;
        }
    }

    const time_parts& t_;
    char flag_ = '\0';
};

/// A time by a format, for a call.
inline yaml::node formatted_time(template_call& call, std::string_view time, std::string_view by) {
    const time_parts parts(time);
    time_formatter formatter(parts);
    const std::optional<std::string> made = formatter.format(by);
    if (!made) return call.fail("'" + std::string(formatter.unknown) + "' is no directive of strftime");
    if (!call.work().spend_text(made->size(), call.offset())) return {};
    return yaml::node::from(std::string_view(*made));
}

/// A part of a time by its name; null where no part has that name.
inline std::optional<yaml::node> part_of_time(std::string_view text, std::string_view name) {
    const time_parts t(text);
    const bool is_date = text.size() == 10;
    struct part {
        std::string_view name;
        unsigned value;
    };
    const std::array<part, 13> parts{{{"year", t.year},
                                      {"month", t.month},
                                      {"day", t.day},
                                      {"hour", t.hour},
                                      {"minute", t.minute},
                                      {"second", t.second},
                                      {"microsecond", t.nanosecond / 1000},
                                      {"nanosecond", t.nanosecond % 1000},
                                      {"dayofweek", (t.weekday() + 6) % 7},
                                      {"day_of_week", (t.weekday() + 6) % 7},
                                      {"dayofyear", t.day_of_year()},
                                      {"day_of_year", t.day_of_year()},
                                      {"quarter", (t.month + 2) / 3}}};
    constexpr std::size_t first_of_clock = 3, end_of_clock = 8;
    for (const part& each : parts)
        if (each.name == name && (!is_date || &each < &parts[first_of_clock] || &each >= &parts[end_of_clock]))
            return yaml::node::from(static_cast<std::int64_t>(each.value));
    return std::nullopt;
}

}  // namespace pcapframe::detail
