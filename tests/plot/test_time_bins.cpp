#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/time_bins.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace pcapframe::charts;
using plot_test::day;
using plot_test::numbers;
using plot_test::second;
using plot_test::start;

namespace {

constexpr std::int64_t earliest = no_time + 1;
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

time_bins bins_of(const std::vector<std::int64_t>& times) {
    time_bins bins;
    for (const std::int64_t time : times) bins.add(time, 0, 10);
    return bins;
}

tally total_of(const time_bins& bins) {
    tally sum;
    for (const time_bins::bin& bin : bins.bins())
        for (const tally& t : bin.series) sum += t;
    return sum;
}

}  // namespace

TEST_CASE("each width is a multiple of the one before, and drawn ones of some counted one") {
    for (std::size_t i = 1; i < counted_widths.size(); ++i) CHECK(counted_widths[i] % counted_widths[i - 1] == 0);
    for (std::size_t i = 1; i < drawn_widths.size(); ++i) CHECK(drawn_widths[i] > drawn_widths[i - 1]);
    for (const std::int64_t counted : counted_widths) CHECK(drawn_widths.back() % counted == 0);
}

TEST_CASE("an interval holds its times, and the wider one that it is in") {
    numbers random(1);
    const std::vector<std::int64_t> times{0, -1, 1, start, -start, earliest, latest, earliest + day, latest - day};
    for (const std::int64_t time : times) {
        for (std::size_t i = 0; i < counted_widths.size(); ++i) {
            const std::int64_t width = counted_widths[i];
            const std::int64_t number = interval_number(time, width);
            CHECK(interval_start(number, width) <= time);
            const std::int64_t end = width == 1 ? latest : interval_start(number + 1, width);
            CHECK((end > time || end == latest));
            for (const std::int64_t wide : drawn_widths)
                if (wide % width == 0) CHECK(wider_number(number, width, wide) == interval_number(time, wide));
            if (i + 1 == counted_widths.size()) continue;
            CHECK(wider_number(number, width, counted_widths[i + 1]) == interval_number(time, counted_widths[i + 1]));
        }
    }
}

TEST_CASE("weeks begin on Mondays") {
    constexpr std::int64_t monday = 1'515'369'600 * second;  // 2018-01-08
    CHECK(interval_start(interval_number(start, week_ns), week_ns) == monday);
    CHECK(interval_start(interval_number(monday, week_ns), week_ns) == monday);
    CHECK(interval_start(interval_number(monday - 1, week_ns), week_ns) == monday - week_ns);
}

TEST_CASE("the number of bins is bounded and nothing is lost, whatever the span") {
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{1'000}, second, 3'600 * second, day, 36 * day}) {
        time_bins bins;
        for (std::int64_t i = 0; i < 5'000; ++i) bins.add((i - 2'500) * step, 0, 10);
        CHECK(bins.bins().size() <= time_bins::bins_max);
        CHECK(total_of(bins) == tally{5'000, 50'000});
        CHECK(std::is_sorted(bins.bins().begin(), bins.bins().end(),
                             [](const auto& a, const auto& b) { return a.number < b.number; }));
    }
}

TEST_CASE("the result does not depend on the order of the times") {
    numbers random(5);
    std::vector<std::int64_t> times;
    for (int i = 0; i < 6'000; ++i)
        times.push_back(start + static_cast<std::int64_t>(random.below(20)) * day +
                        static_cast<std::int64_t>(random.below(3'600)) * second);
    const time_bins shuffled = bins_of(times);
    std::sort(times.begin(), times.end());
    const time_bins forward = bins_of(times);
    std::reverse(times.begin(), times.end());
    const time_bins backward = bins_of(times);
    for (const time_bins* other : {&shuffled, &backward}) {
        CHECK(other->width() == forward.width());
        REQUIRE(other->bins().size() == forward.bins().size());
        for (std::size_t i = 0; i < forward.bins().size(); ++i) {
            CHECK(other->bins()[i].number == forward.bins()[i].number);
            CHECK(other->bins()[i].series == forward.bins()[i].series);
        }
    }
}

TEST_CASE("silence costs nothing: two moments years apart stay exact") {
    const time_bins bins = bins_of({0, start, start + 1, earliest, latest});
    CHECK(bins.width() == 1);
    CHECK(bins.bins().size() == 5);
}

TEST_CASE("times over all of the range end in the widest intervals") {
    time_bins bins;
    for (std::int64_t time = earliest; time < latest - 2 * day; time += 2 * day) bins.add(time, 0, 1);
    CHECK(bins.width() == counted_widths.back());
    CHECK(bins.bins().size() < 600);
}

TEST_CASE("series are kept apart when intervals merge") {
    time_bins bins;
    for (std::int64_t i = 0; i < 3'000; ++i) bins.add(i, static_cast<std::size_t>(i % 3), 1);
    CHECK(bins.width() == 10);
    for (const time_bins::bin& bin : bins.bins()) {
        REQUIRE(bin.series.size() == 3);
        CHECK(bin.series[0].packets + bin.series[1].packets + bin.series[2].packets == 10);
        CHECK(std::max({bin.series[0].packets, bin.series[1].packets, bin.series[2].packets}) == 4);
    }
}
