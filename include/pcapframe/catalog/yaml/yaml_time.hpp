// Times as YAML 1.1 writes them without quotes. Source: https://yaml.org/type/timestamp.html, as PyYAML reads these.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <pcapframe/base/calendar.hpp>
#include <pcapframe/catalog/yaml/yaml_matcher.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

/// What a timestamp says, part by part.
struct timestamp_parts {
    unsigned year = 0, month = 0, day = 0;
    bool has_time = false;
    unsigned hour = 0, minute = 0, second = 0;
    std::string_view fraction{};
    bool has_zone = false;
    bool west = false;
    unsigned zone_hour = 0, zone_minute = 0;
};

/// Takes the parts off a text, one by one.
class timestamp_reader {
public:
    explicit constexpr timestamp_reader(std::string_view text) noexcept : rest_(text) {}

    /// Whether the whole text is a timestamp: 2018-01-09, or 2018-1-9 8:16:12.5 +1.
    constexpr bool read(timestamp_parts& to) noexcept {
        const bool is_date_alone = rest_.size() == 10;
        if (!number(4, 4, to.year) || !eat('-') || !number(1, 2, to.month) || !eat('-') || !number(1, 2, to.day))
            return false;
        if (rest_.empty()) return is_date_alone;
        to.has_time = true;
        return clock(to) && zone(to) && rest_.empty();
    }

private:
    constexpr bool eat(char c) noexcept {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    constexpr std::size_t blanks() noexcept {
        const std::size_t before = rest_.size();
        while (eat(' ') || eat('\t')) {
        }
        return before - rest_.size();
    }
    constexpr bool number(std::size_t least, std::size_t most, unsigned& to) noexcept {
        std::size_t digits = 0;
        to = 0;
        for (; digits < most && !rest_.empty() && is_digit(rest_[0]); ++digits) {
            to = to * 10 + static_cast<unsigned>(rest_[0] - '0');
            rest_.remove_prefix(1);
        }
        return digits >= least;
    }
    constexpr bool clock(timestamp_parts& to) noexcept {
        if (!eat('T') && !eat('t') && blanks() == 0) return false;
        if (!number(1, 2, to.hour) || !eat(':') || !number(2, 2, to.minute) || !eat(':') || !number(2, 2, to.second))
            return false;
        if (!eat('.')) return true;
        std::size_t digits = 0;
        while (digits < rest_.size() && is_digit(rest_[digits])) ++digits;
        to.fraction = rest_.substr(0, digits);
        rest_.remove_prefix(digits);
        return true;
    }
    constexpr bool zone(timestamp_parts& to) noexcept {
        const bool apart = blanks() != 0;
        if (eat('Z')) return to.has_zone = true;
        to.west = !rest_.empty() && rest_[0] == '-';
        if (!eat('+') && !eat('-')) return !apart;
        to.has_zone = true;
        return number(1, 2, to.zone_hour) && (!eat(':') || number(2, 2, to.zone_minute));
    }

    std::string_view rest_;
};

/// Whether the calendar and the clock have such a moment, in the years 1 to 9999.
constexpr bool exists(const timestamp_parts& t) noexcept {
    using pcapframe::detail::days_in_month;
    const bool in_calendar =
        t.year != 0 && t.month >= 1 && t.month <= 12 && t.day >= 1 && t.day <= days_in_month(t.year, t.month);
    return in_calendar && t.hour < 24 && t.minute < 60 && t.second < 60 && t.zone_hour * 60 + t.zone_minute < 24 * 60;
}

/// A moment as Python's str() writes it; microseconds and zone only where there are some.
inline std::string timestamp_text(const timestamp_parts& t) {
    char buffer[96];
    std::snprintf(buffer, sizeof buffer, "%04u-%02u-%02u", t.year, t.month, t.day);
    std::string text(buffer);
    if (!t.has_time) return text;
    std::snprintf(buffer, sizeof buffer, " %02u:%02u:%02u", t.hour, t.minute, t.second);
    text += buffer;
    std::string micros(t.fraction.substr(0, 6));
    micros.resize(6, '0');
    if (micros != "000000") text += "." + micros;
    const bool at_utc = t.zone_hour == 0 && t.zone_minute == 0;
    std::snprintf(buffer, sizeof buffer, "%c%02u:%02u", t.west && !at_utc ? '-' : '+', t.zone_hour, t.zone_minute);
    return t.has_zone ? text + buffer : text;
}

/// What a text says as a timestamp.
struct timestamp_meaning {
    bool matches = false;  ///< whether the text is spelt as a time
    std::string text{};    ///< the text of a node for it (yaml_node.hpp); empty where there is no such moment
};

inline timestamp_meaning meaning_of_timestamp(std::string_view text) {
    timestamp_parts parts;
    if (!timestamp_reader(text).read(parts)) return {};
    return {true, exists(parts) ? timestamp_text(parts) : std::string()};
}

}  // namespace pcapframe::yaml::detail
