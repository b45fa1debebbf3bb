// Axes of numbers that need not begin at 0, and the labels of values in the unit of their column.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/number_text.hpp>

namespace pcapframe::inline v0_2::charts {

/// From `begin` to `end`, with a tick at every multiple of `step` in between.
struct number_axis {
    double begin = 0;
    double end = 1;
    double step = 1;

    [[nodiscard]] double place(double value) const noexcept {
        return std::clamp((value - begin) / (end - begin), 0.0, 1.0);
    }
    [[nodiscard]] std::vector<double> ticks() const {
        constexpr int ticks_most = 100;
        std::vector<double> all;
        const double first = std::ceil(begin / step - 1e-9);
        for (int i = 0; i < ticks_most && (first + i) * step <= end + step * 1e-9; ++i)
            all.push_back((first + i) * step);
        return all;
    }
};

/// A step of 1, 2 or 5 times a power of ten that divides `span` into `steps_max` parts at most; of whole numbers, 1 at
/// least.
[[nodiscard]] inline double nice_step(double span, int steps_max) {
    const double least = std::max(span / steps_max, 1.0);
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

/// An axis that holds both values; it begins at 0 where that costs less than half of its length.
[[nodiscard]] inline number_axis make_number_axis(double least, double most, int steps_max) {
    if (least > 0 && least <= most / 2) least = 0;
    if (most < 0 && most >= least / 2) most = 0;
    if (!(most > least)) most = least + 1;
    const double step = nice_step(most - least, steps_max);
    return {std::floor(least / step) * step, std::ceil(most / step) * step, step};
}

/// "1,234", "1.2 MB", "-3.5"; `unit` is that of a field.
[[nodiscard]] inline std::string value_text(double value, std::string_view unit, bool round = false) {
    constexpr double grouped_below = 1e6;
    const std::string sign = value < 0 ? "-" : "";
    const double size = std::fabs(value);
    if (unit == "bytes") return sign + si_text(size, "B", round);
    if (size >= grouped_below) return sign + si_text(size, "", round);
    if (size != std::floor(size)) return sign + decimal(size, size < 100 ? 2 : 1);
    return sign + grouped(static_cast<std::uint64_t>(size));
}

}  // namespace pcapframe::inline v0_2::charts
