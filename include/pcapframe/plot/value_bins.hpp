// Intervals of whole numbers and times whose width grows as more of them are needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <pcapframe/plot/interval.hpp>

namespace pcapframe::inline v0_2::charts {

/// What the values of an axis are.
enum class axis_kind : std::uint8_t { number, time, text };

/// Side by side, of one width; the width is one of a row in which each is a multiple of the one before.
struct bin_width {
    axis_kind kind = axis_kind::number;
    std::int64_t width = 1;

    [[nodiscard]] std::int64_t number_of(std::int64_t value) const noexcept {
        return kind == axis_kind::time ? interval_number(value, width) : floor_div(value, width);
    }
    [[nodiscard]] std::int64_t start_of(std::int64_t number) const noexcept {
        return kind == axis_kind::time ? interval_start(number, width) : saturated_product(number, width);
    }
    /// The number of the wider bin that holds bin `number`.
    [[nodiscard]] std::int64_t number_in(std::int64_t number, const bin_width& wider) const noexcept {
        return kind == axis_kind::time ? wider_number(number, width, wider.width)
                                       : floor_div(number, wider.width / width);
    }
    /// The next width; the same where there is none.
    [[nodiscard]] bin_width wider() const noexcept {
        if (kind == axis_kind::time) {
            for (const std::int64_t next : counted_widths)
                if (next > width) return {kind, next};
            return *this;
        }
        // 1, 2, 10, 20, 100, ...
        std::int64_t power = 1;
        while (power * 10 <= width) power *= 10;
        if (power > std::numeric_limits<std::int64_t>::max() / 100) return *this;
        return {kind, width == power ? 2 * power : 10 * power};
    }
    /// A width in which people think, a multiple of this one, of which `least` to `most` takes at most `bins`.
    [[nodiscard]] bin_width drawn(std::int64_t least, std::int64_t most, std::int64_t bins) const noexcept {
        const auto fits = [&](const bin_width& wide) {
            return wide.width % width == 0 && wide.number_of(most) - wide.number_of(least) < bins;
        };
        bin_width wide = *this;
        bin_width widest = *this;  // where none is wide enough
        if (kind == axis_kind::time) {
            for (wide.width = 1; wide.width < microsecond_ns; wide.width *= 10)
                if (fits(wide)) return wide;
            for (const std::int64_t next : drawn_widths) {
                if (wide.width = next; fits(wide)) return wide;
                if (next % width == 0) widest = wide;
            }
            return widest;
        }
        for (std::int64_t power = 1; power <= std::numeric_limits<std::int64_t>::max() / 100; power *= 10)
            for (const std::int64_t factor : {1, 2, 5}) {
                if (wide.width = factor * power; fits(wide)) return wide;
                if (wide.width % width == 0) widest = wide;
            }
        return widest;
    }
};

}  // namespace pcapframe::inline v0_2::charts
