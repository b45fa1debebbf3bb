#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/axis.hpp>

#include "rows.hpp"

using namespace pcapframe::charts;
using plot_test::day;
using plot_test::second;
using plot_test::start;

namespace {

std::string labels(std::int64_t begin, std::int64_t end, double width_px = 700) {
    std::string text;
    for (const time_tick& tick : time_ticks(begin, end, width_px)) {
        if (!text.empty()) text += ' ';
        text += tick.label + (tick.context.empty() ? "" : "[" + tick.context + "]");
    }
    return text;
}

}  // namespace

TEST_CASE("value axes have steps of 1, 2 or 5 and hold the largest value") {
    const auto axis = [](std::uint64_t largest) {
        const value_axis a = make_value_axis(largest, 4);
        return std::to_string(a.step) + " to " + std::to_string(a.top);
    };
    CHECK(axis(0) == "1 to 1");
    CHECK(axis(1) == "1 to 1");
    CHECK(axis(4) == "1 to 4");
    CHECK(axis(5) == "2 to 6");
    CHECK(axis(9) == "5 to 10");
    CHECK(axis(312) == "100 to 400");
    CHECK(axis(28'300) == "10000 to 30000");
    for (std::uint64_t largest = 1; largest < 1'000'000'000'000'000'000; largest = largest * 7 / 3 + 1) {
        const value_axis a = make_value_axis(largest, 4);
        CHECK(a.top >= largest);
        CHECK(a.top < largest + a.step);
        CHECK(a.top / a.step <= 4);
    }
    CHECK(make_value_axis(~std::uint64_t{0}, 4).top == 1'000'000'000'000'000'000);
}

TEST_CASE("ticks of a time axis stand at round times of day, and name the date once") {
    const std::int64_t begin = start - 10'010'000;  // 08:16:12.200000
    CHECK(labels(begin, begin + 10'000'000) ==
          "08:16:12.200[2018-01-09] 08:16:12.202 08:16:12.204 08:16:12.206 08:16:12.208 08:16:12.210");
    CHECK(labels(begin, begin + 5 * second) == "08:16:13[2018-01-09] 08:16:14 08:16:15 08:16:16 08:16:17");
    CHECK(labels(begin, begin + 20 * 60 * second) == "08:20[2018-01-09] 08:25 08:30 08:35");
    CHECK(labels(begin, begin + day) == "12:00[2018-01-09] 18:00 00:00[2018-01-10] 06:00");
    CHECK(labels(begin, begin + 4 * day) == "10 Jan[2018] 11 Jan 12 Jan 13 Jan");
    CHECK(labels(begin, begin + 300 * day) == "Feb[2018] Mar Apr May Jun Jul Aug Sep Oct Nov");
    CHECK(labels(begin, begin + 1'500 * day) == "Jul[2018] Jan[2019] Jul Jan[2020] Jul Jan[2021] Jul Jan[2022]");
    CHECK(labels(begin, begin + 5'000 * day) == "2019 2020 2021 2022 2023 2024 2025 2026 2027 2028 2029 2030 2031");
    CHECK(labels(begin, begin + 4 * second, 200) == "08:16:14[2018-01-09] 08:16:16");
}

TEST_CASE("an axis too short for any tick has one at its beginning") {
    CHECK(labels(start, start) == "08:16:12[2018-01-09]");
    CHECK(labels(start + second / 10, start + second / 5, 10) == "08:16:12[2018-01-09]");
}

TEST_CASE("ticks lie on the axis, in order, and their labels do not meet") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t begin : {start, -start, std::int64_t{0}, -most, most - day, most - 24'000}) {
        for (double span = 24'000; span < 1.8e19; span *= 3) {
            const bool fits =
                span < static_cast<double>(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(begin));
            const std::int64_t end =
                fits ? static_cast<std::int64_t>(static_cast<std::uint64_t>(begin) + static_cast<std::uint64_t>(span))
                     : most;
            for (const double width_px : {60.0, 280.0, 720.0}) {
                const std::vector<time_tick> ticks = time_ticks(begin, end, width_px);
                REQUIRE_FALSE(ticks.empty());
                double free_from = -1e9;
                for (const time_tick& tick : ticks) {
                    CHECK(tick.at >= 0);
                    CHECK(tick.at <= 1);
                    const double half = label_px(tick) / 2;
                    CHECK(tick.at * width_px - half >= free_from);
                    free_from = tick.at * width_px + half;
                }
            }
        }
    }
}
