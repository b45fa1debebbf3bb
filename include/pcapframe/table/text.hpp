// Values as text: the forms that tables, csv and jsonl share. No printf, no locale, no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/bytes/address.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// Most bytes that a value of fixed size takes as text: those of an IPv6 address, or of the longest stop that the names
/// of reasons and layers can make; times, numbers and other names are shorter.
inline constexpr std::size_t fixed_text_bytes_max = [] {
    std::size_t longest_layer = 0;
    for (const std::string_view name : layer_names) longest_layer = std::max(longest_layer, name.size());
    std::size_t longest_reason = 0;
    for (unsigned r = 0; !name_of(static_cast<stop_reason>(r)).empty(); ++r)
        longest_reason = std::max(longest_reason, name_of(static_cast<stop_reason>(r)).size());
    return std::max<std::size_t>(40, longest_reason + 1 + longest_layer);
}();

/// A date of the proleptic Gregorian calendar and a time of day, in UTC.
struct civil_time {
    int year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    std::uint32_t nanosecond = 0;
};

/// The date of nanoseconds since the epoch. Days are counted in eras of 400 years that begin on a 1 March, which puts
/// the leap day last and leaves no table to look up.
[[nodiscard]] constexpr civil_time to_civil(std::int64_t time) noexcept {
    constexpr std::int64_t second_ns = 1'000'000'000;
    constexpr std::int64_t day_s = 86'400;
    std::int64_t seconds = time / second_ns;
    std::int64_t fraction = time % second_ns;
    if (fraction < 0) {
        fraction += second_ns;
        --seconds;
    }
    std::int64_t days = seconds / day_s;
    std::int64_t in_day = seconds % day_s;
    if (in_day < 0) {
        in_day += day_s;
        --days;
    }
    const std::int64_t since_era_zero = days + 719'468;  // 0000-03-01 to 1970-01-01
    const std::int64_t era = (since_era_zero >= 0 ? since_era_zero : since_era_zero - 146'096) / 146'097;
    const auto day_of_era = static_cast<unsigned>(since_era_zero - era * 146'097);
    const unsigned year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned march_month = (5 * day_of_year + 2) / 153;
    civil_time civil;
    civil.day = day_of_year - (153 * march_month + 2) / 5 + 1;
    civil.month = march_month < 10 ? march_month + 3 : march_month - 9;
    civil.year = static_cast<int>(era * 400 + year_of_era) + (civil.month <= 2 ? 1 : 0);
    civil.hour = static_cast<unsigned>(in_day / 3600);
    civil.minute = static_cast<unsigned>(in_day / 60 % 60);
    civil.second = static_cast<unsigned>(in_day % 60);
    civil.nanosecond = static_cast<std::uint32_t>(fraction);
    return civil;
}

namespace detail {

/// `digits` decimal digits of `value`, with leading zeros.
constexpr char* write_digits(char* out, std::uint32_t value, int digits) noexcept {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

constexpr char* write_date_time(char* out, const civil_time& t, char between) noexcept {
    out = write_digits(out, static_cast<std::uint32_t>(t.year), 4);
    *out++ = '-';
    out = write_digits(out, t.month, 2);
    *out++ = '-';
    out = write_digits(out, t.day, 2);
    *out++ = between;
    out = write_digits(out, t.hour, 2);
    *out++ = ':';
    out = write_digits(out, t.minute, 2);
    *out++ = ':';
    return write_digits(out, t.second, 2);
}

}  // namespace detail

namespace detail {

/// The numbers 0 to 99 in two digits.
inline constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
        pairs[2 * i] = static_cast<char>('0' + i / 10);
        pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
}();

inline char* write_pair(char* out, std::uint32_t below_100) noexcept {
    std::memcpy(out, digit_pairs.data() + 2 * below_100, 2);
    return out + 2;
}

/// Nine digits.
inline char* write_nanoseconds(char* out, std::uint32_t value) noexcept {
    const std::uint32_t upper = value / 10'000;
    const std::uint32_t lower = value % 10'000;
    *out++ = static_cast<char>('0' + upper / 10'000);
    out = write_pair(out, upper / 100 % 100);
    out = write_pair(out, upper % 100);
    out = write_pair(out, lower / 100);
    return write_pair(out, lower % 100);
}

}  // namespace detail

/// Writes times as ISO 8601 in UTC with nine digits: 2018-01-09T08:16:12.210010000Z. Rows follow each other closely in
/// time, so the text down to the second is kept from one to the next.
class iso_time_writer {
public:
    static constexpr std::size_t bytes = 30;

    char* write(char* out, std::int64_t time) noexcept {
        // Unsigned, so that a time before the kept second is far away from that second, too.
        auto fraction = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(second_begin_);
        if (fraction >= second_ns) {
            begin_second(time);
            fraction = static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(second_begin_);
        }
        std::memcpy(out, text_.data(), text_.size());
        out = detail::write_nanoseconds(out + text_.size(), static_cast<std::uint32_t>(fraction));
        *out++ = 'Z';
        return out;
    }

private:
    static constexpr std::uint32_t second_ns = 1'000'000'000;

    PCAPFRAME_NOINLINE void begin_second(std::int64_t time) noexcept {
        const civil_time civil = to_civil(time);
        *detail::write_date_time(text_.data(), civil, 'T') = '.';
        // Wraps around where the first second that 64 bits can hold begins before the first nanosecond that they can,
        // and wraps back when it is subtracted.
        second_begin_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) - civil.nanosecond);
    }

    std::int64_t second_begin_ = 0;
    std::array<char, 20> text_{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1',
                               'T', '0', '0', ':', '0', '0', ':', '0', '0', '.'};
};

/// The text of one such time.
inline char* write_iso_time(char* out, std::int64_t time) noexcept { return iso_time_writer().write(out, time); }

/// A time as pandas shows it: 2018-01-09 08:16:12.210010, with nine digits where asked for.
constexpr char* write_table_time(char* out, std::int64_t time, bool nanoseconds) noexcept {
    const civil_time t = to_civil(time);
    out = detail::write_date_time(out, t, ' ');
    *out++ = '.';
    return nanoseconds ? detail::write_digits(out, t.nanosecond, 9) : detail::write_digits(out, t.nanosecond / 1000, 6);
}

template <class Number>
    requires std::is_unsigned_v<Number>
char* write_text(char* out, Number value) noexcept {
    return std::to_chars(out, out + fixed_text_bytes_max, value).ptr;
}

/// The shortest text that is read back as the same number, with an exponent only where the number would have more than
/// sixteen digits in front of the point or four zeros behind it.
inline char* write_text(char* out, double value) noexcept {
    const double size = value < 0 ? -value : value;
    const bool is_plain = value == 0 || (size >= 1e-4 && size < 1e16);
    char* const room = out + fixed_text_bytes_max;
    return (is_plain ? std::to_chars(out, room, value, std::chars_format::fixed) : std::to_chars(out, room, value)).ptr;
}

/// Ports are half of all numbers: five digits by pairs, shifted over the zeros in front. Eight bytes are written, since
/// bytes that are written one by one cannot be read as a whole without a stall.
inline char* write_text(char* out, std::uint16_t value) noexcept {
    const auto pair = [](std::uint32_t below_100) {
        const auto* const pairs = reinterpret_cast<const std::uint8_t*>(detail::digit_pairs.data());
        return std::uint64_t{load_le16(pairs + 2 * below_100)};
    };
    const auto zeros = static_cast<unsigned>((value < 10'000U) + (value < 1'000U) + (value < 100U) + (value < 10U));
    const std::uint64_t digits =
        ('0' + value / 10'000U) | pair(value / 100U % 100) << 8 | pair(value % 100U) << 24;
    store_le64(reinterpret_cast<std::uint8_t*>(out), digits >> (8 * zeros));
    return out + (5 - zeros);
}

inline char* write_text(char* out, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

namespace detail {

/// The name of an IP protocol, written whole whatever its length; no name is empty or longer.
struct short_name {
    static constexpr std::size_t bytes_max = 15;

    std::array<char, bytes_max> text{};
    std::uint8_t size = 0;
};

inline constexpr std::array<short_name, 256> short_protocol_names = [] {
    std::array<short_name, 256> names{};
    for (std::size_t number = 0; number < names.size(); ++number) {
        const std::string_view name = ip_protocol_name(static_cast<std::uint8_t>(number));
        if (name.size() > short_name::bytes_max) continue;
        names[number].size = static_cast<std::uint8_t>(name.size());
        for (std::size_t i = 0; i < name.size(); ++i) names[number].text[i] = name[i];
    }
    return names;
}();

}  // namespace detail

inline char* write_text(char* out, protocol_id id) noexcept {
    const auto number = static_cast<std::uint16_t>(id);
    if (number < detail::short_protocol_names.size()) {
        const detail::short_name& name = detail::short_protocol_names[number];
        std::memcpy(out, name.text.data(), name.text.size());
        if (name.size != 0) return out + name.size;
    }
    return write_text(out, std::string_view(protocol_text(id)));
}

inline char* write_text(char* out, stop s) noexcept {
    out = write_text(out, name_of(s.reason));
    if (s.reason == stop_reason::complete) return out;
    *out++ = ':';
    return write_text(out, name_of(s.where));
}

/// Two lower-case hexadecimal digits per byte.
inline char* write_text(char* out, bytes_view bytes) noexcept {
    for (const std::uint8_t byte : bytes) {
        *out++ = detail::lower_digits[byte >> 4];
        *out++ = detail::lower_digits[byte & 15];
    }
    return out;
}

/// Appends `text` as a JSON string (RFC 8259) with its quotes: control characters escaped, bytes that are no UTF-8 as
/// U+FFFD. Six times its size, and two, at most.
inline char* write_json_string(char* out, std::string_view text) noexcept {
    *out++ = '"';
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::size_t sequence = utf8_sequence(text);
        if (sequence == 0) {
            out = write_text(out, std::string_view("\xef\xbf\xbd"));
        } else if (byte < 0x20 || byte == 0x7f) {
            out = write_text(out, std::string_view("\\u00"));
            *out++ = detail::lower_digits[byte >> 4];
            *out++ = detail::lower_digits[byte & 15];
        } else {
            if (byte == '"' || byte == '\\') *out++ = '\\';
            out = write_text(out, text.substr(0, sequence));
        }
        text.remove_prefix(sequence == 0 ? 1 : sequence);
    }
    *out++ = '"';
    return out;
}

/// Lists as JSON: [1,2], ["a","b"].
inline char* write_json_list(char* out, std::span<const std::uint64_t> numbers) noexcept {
    *out++ = '[';
    for (const std::uint64_t& number : numbers) {
        if (&number != numbers.data()) *out++ = ',';
        out = write_text(out, number);
    }
    *out++ = ']';
    return out;
}
inline char* write_json_list(char* out, std::span<const std::string_view> texts) noexcept {
    *out++ = '[';
    for (const std::string_view& text : texts) {
        if (&text != texts.data()) *out++ = ',';
        out = write_json_string(out, text);
    }
    *out++ = ']';
    return out;
}

/// The most bytes that a value of any length takes as text, in any of the forms above, with the quotes that csv puts
/// around the text and doubles within.
[[nodiscard]] inline std::size_t text_bytes_max(bytes_view bytes) noexcept { return 2 * bytes.size(); }
[[nodiscard]] inline std::size_t text_bytes_max(std::string_view text) noexcept { return 6 * text.size() + 4; }
[[nodiscard]] inline std::size_t text_bytes_max(std::span<const std::uint64_t> numbers) noexcept {
    return 21 * numbers.size() + 4;
}
[[nodiscard]] inline std::size_t text_bytes_max(std::span<const std::string_view> texts) noexcept {
    std::size_t bytes = 4;
    for (const std::string_view text : texts) bytes += text_bytes_max(text) + 1;
    return bytes;
}

}  // namespace pcapframe
