// Numbers for people: separators of thousands, SI units, shares, durations. No locale, and nothing that depends on how
// a machine rounds.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace pcapframe::inline v0_2::charts {

/// 1234567 as "1,234,567".
[[nodiscard]] inline std::string grouped(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

/// With `digits` digits after the point. Numbers that are not finite become 0.
[[nodiscard]] inline std::string fixed_point(double value, int digits) {
    std::int64_t scale = 1;
    for (int i = 0; i < digits; ++i) scale *= 10;
    constexpr double most = 1e15;
    if (!(std::fabs(value) < most / static_cast<double>(scale))) value = 0;
    const std::int64_t scaled = std::llround(value * static_cast<double>(scale));
    const std::int64_t whole = std::abs(scaled) / scale;
    std::int64_t part = std::abs(scaled) % scale;
    std::string fraction;
    for (int i = 0; i < digits; ++i) {
        fraction.insert(fraction.begin(), static_cast<char>('0' + part % 10));
        part /= 10;
    }
    return (scaled < 0 ? "-" : "") + std::to_string(whole) + (digits == 0 ? "" : ".") + fraction;
}

/// A number with a point, without the zeros behind its last digit.
[[nodiscard]] inline std::string without_zeros(std::string number) {
    if (number.find('.') == std::string::npos) return number;
    while (number.back() == '0') number.pop_back();
    if (number.back() == '.') number.pop_back();
    return number;
}

/// At most `digits` digits after the point.
[[nodiscard]] inline std::string decimal(double value, int digits) { return without_zeros(fixed_point(value, digits)); }

/// `part` of `whole`, in units of `size`; 0 where there is no whole.
[[nodiscard]] inline double scaled(std::uint64_t part, std::uint64_t whole, double size) noexcept {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole) * size;
}

/// How many digits after the point make three in all.
[[nodiscard]] constexpr int digits_of_three(double value) noexcept {
    return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

/// Three digits and an SI prefix: "1.23 kB", "45.0 MB"; below 1000 no zeros at the end: "7 B". Where a scale is
/// labelled, `round` leaves such zeros out above 1000, too.
[[nodiscard]] inline std::string si_text(double value, std::string_view unit, bool round = false) {
    if (value > 0 && value < 0.005) return "< 0.01 " + std::string(unit);
    constexpr std::array<std::string_view, 7> prefixes{"", "k", "M", "G", "T", "P", "E"};
    std::size_t prefix = 0;
    while (value >= 999.5 && prefix + 1 < prefixes.size()) {
        value /= 1000;
        ++prefix;
    }
    std::string text = fixed_point(value, digits_of_three(value));
    if (prefix == 0 || round) text = without_zeros(std::move(text));
    if (prefix == 0 && unit.empty()) return text;
    return text + " " + std::string(prefixes[prefix]) + std::string(unit);
}

/// A number of bytes with an SI unit: "1.2 MB".
[[nodiscard]] inline std::string bytes_text(std::uint64_t bytes) { return si_text(static_cast<double>(bytes), "B"); }

/// "1 packet", "1,234 packets".
[[nodiscard]] inline std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return grouped(number) + " " + std::string(number == 1 ? one : many);
}
[[nodiscard]] inline std::string packets_text(std::uint64_t packets) { return counted(packets, "packet", "packets"); }

/// A count in full up to six digits, and with an SI prefix beyond: "12.3 M packets".
[[nodiscard]] inline std::string short_packets_text(std::uint64_t packets) {
    constexpr std::uint64_t grouped_below = 1'000'000;
    return packets < grouped_below ? packets_text(packets) : si_text(static_cast<double>(packets), "") + " packets";
}

/// "12.3 %"; never 0 of something, nor all of what is less.
[[nodiscard]] inline std::string share_text(std::uint64_t part, std::uint64_t whole) {
    if (part == 0 || whole == 0) return "0 %";
    const double share = scaled(part, whole, 100);
    if (share < 0.05) return "< 0.1 %";
    if (part < whole && share >= 99.95) return "> 99.9 %";
    return (part == whole ? "100" : fixed_point(share, 1)) + " %";
}

/// A duration in its two largest units, or with three digits below a minute and above a year: "12.3 ms", "3 min 25 s",
/// "2 d 5 h", "51.1 y".
[[nodiscard]] inline std::string duration_text(std::uint64_t nanoseconds) {
    struct unit {
        std::uint64_t ns;
        std::string_view name;
    };
    constexpr std::uint64_t second = 1'000'000'000;
    constexpr std::uint64_t year = 31'556'952 * second;  // the mean of the Gregorian calendar
    constexpr std::array<unit, 4> paired{
        {{86'400 * second, "d"}, {3'600 * second, "h"}, {60 * second, "min"}, {second, "s"}}};
    constexpr std::array<unit, 5> alone{
        {{year, "y"}, {second, "s"}, {1'000'000, "ms"}, {1'000, "\xc2\xb5s"}, {1, "ns"}}};
    if (nanoseconds == 0) return "0 s";
    for (std::size_t i = 0; i + 1 < paired.size() && nanoseconds < year; ++i) {
        if (nanoseconds < paired[i].ns) continue;
        const std::uint64_t smaller = nanoseconds % paired[i].ns / paired[i + 1].ns;
        std::string text = std::to_string(nanoseconds / paired[i].ns) + " " + std::string(paired[i].name);
        return smaller == 0 ? text : text + " " + std::to_string(smaller) + " " + std::string(paired[i + 1].name);
    }
    const auto fits = std::find_if(alone.begin(), alone.end(), [&](const unit& u) { return nanoseconds >= u.ns; });
    const double value = static_cast<double>(nanoseconds) / static_cast<double>(fits->ns);
    return decimal(value, digits_of_three(value)) + " " + std::string(fits->name);
}

}  // namespace pcapframe::charts
