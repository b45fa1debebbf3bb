// The forms in which times are shown as text: dates in UTC or here, or seconds since something.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2 {

/// How a time is shown as text.
enum class time_form : std::uint8_t { utc, local, epoch, delta, relative };

/// A form by its name.
struct time_form_info {
    std::string_view name;
    std::string_view meaning;
    time_form form;
};

/// THE list of forms.
inline constexpr std::array time_forms{
    time_form_info{"utc", "date and time in UTC", time_form::utc},
    time_form_info{"local", "date and time in the zone of this machine (TZ), with their distance from UTC",
                   time_form::local},
    time_form_info{"epoch", "seconds since 1970-01-01 UTC", time_form::epoch},
    time_form_info{"delta", "seconds since the row before", time_form::delta},
    time_form_info{"relative", "seconds since the first row", time_form::relative},
};

/// A form by its name. Errors: bad_value, with the names that there are.
[[nodiscard]] inline result<time_form> find_time_form(std::string_view name) {
    for (const time_form_info& known : time_forms)
        if (known.name == name) return known.form;
    const error unknown = find_name(name, "", time_forms).error();
    return error{.code = errc::bad_value,
                 .detail = "a form of times: utc, local, epoch, delta or relative",
                 .subject = name,
                 .hint = unknown.hint};
}

/// Whether the text of a time depends on the rows before its own.
[[nodiscard]] constexpr bool looks_back(time_form form) noexcept {
    return form == time_form::delta || form == time_form::relative;
}
/// Whether the text of a time is a number of seconds.
[[nodiscard]] constexpr bool is_seconds(time_form form) noexcept {
    return form == time_form::epoch || looks_back(form);
}

/// What times of a column are counted from.
struct time_reference {
    std::optional<std::int64_t> first;   ///< the column's first time
    std::optional<std::int64_t> before;  ///< that of the row before
};

namespace detail {

/// `to - from` in seconds with nine digits; any two times are at most 18,446,744,073.7 s apart.
inline char* write_seconds_between(char* out, std::int64_t from, std::int64_t to) noexcept {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    const bool is_back = to < from;
    const std::uint64_t apart = is_back ? static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(to)
                                        : static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    if (is_back) *out++ = '-';
    out = write_text(out, apart / second_ns);
    *out++ = '.';
    return write_nanoseconds(out, static_cast<std::uint32_t>(apart % second_ns));
}

/// Date, time with nine digits and distance from UTC, as the zone of this machine has them.
inline char* write_local_time(char* out, std::int64_t time, char between) noexcept {
    constexpr std::int64_t second_ns = 1'000'000'000;
    const auto seconds = narrowed<std::time_t>(time / second_ns - (time % second_ns < 0 ? 1 : 0));
    std::tm there{};
    ::localtime_r(&seconds, &there);
    const long offset_min = there.tm_gmtoff / 60;
    civil_time civil = to_civil(time);
    civil.year = there.tm_year + 1900;
    civil.month = static_cast<unsigned>(there.tm_mon + 1);
    civil.day = static_cast<unsigned>(there.tm_mday);
    civil.hour = static_cast<unsigned>(there.tm_hour);
    civil.minute = static_cast<unsigned>(there.tm_min);
    civil.second = static_cast<unsigned>(there.tm_sec);
    out = write_date_time(out, civil, between);
    *out++ = '.';
    out = write_nanoseconds(out, civil.nanosecond);
    *out++ = offset_min < 0 ? '-' : '+';
    const auto distance = static_cast<std::uint32_t>(offset_min < 0 ? -offset_min : offset_min);
    out = write_digits(out, distance / 60, 2);
    *out++ = ':';
    return write_digits(out, distance % 60, 2);
}

}  // namespace detail

/// A time in one of the forms; `between` stands between date and time. Where the form counts from another time and
/// there is none before, the time counts from itself. Room: fixed_text_bytes_max.
inline char* write_time(char* out, std::int64_t time, time_form form, const time_reference& from,
                        char between = 'T') noexcept {
    switch (form) {
        case time_form::utc: return write_iso_time(out, time);
        case time_form::local: return detail::write_local_time(out, time, between);
        case time_form::epoch: return detail::write_seconds_between(out, 0, time);
        case time_form::delta: return detail::write_seconds_between(out, from.before.value_or(time), time);
        case time_form::relative: return detail::write_seconds_between(out, from.first.value_or(time), time);
    }
    return out;
}

/// What the times of each column are counted from, for writers that see every row.
class time_references {
public:
    /// The references of a column for the time `now` of its next row, after which `now` is the row before.
    [[nodiscard]] time_reference take(std::size_t position, std::int64_t now) {
        if (position >= columns_.size()) columns_.resize(position + 1);
        time_reference& column = columns_[position];
        if (!column.first) column.first = now;
        const time_reference from = column;
        column.before = now;
        return from;
    }

private:
    std::vector<time_reference> columns_;
};

}  // namespace pcapframe::inline v0_2
