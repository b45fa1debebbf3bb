#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/timeline_view.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace pcapframe::charts;
using namespace plot_test;

namespace {

std::vector<packet> regular(std::int64_t from, std::int64_t step, int count) {
    std::vector<packet> packets;
    // Unsigned: all of the range of times is wider than what a signed number holds.
    auto time = static_cast<std::uint64_t>(from);
    for (int i = 0; i < count; ++i, time += static_cast<std::uint64_t>(step))
        packets.push_back(udp_packet(static_cast<std::int64_t>(time)));
    return packets;
}

std::vector<packet> together(std::vector<packet> first, const std::vector<packet>& second_part) {
    first.insert(first.end(), second_part.begin(), second_part.end());
    return first;
}

timeline_view view_of(const std::vector<packet>& packets) { return make_timeline_view(summarize(packets)); }

tally total_of(const timeline_view& view) {
    tally sum;
    for (const time_slot& slot : view.slots) {
        tally series;
        for (const tally& t : slot.series) series += t;
        CHECK(series == slot.total);
        sum += slot.total;
    }
    return sum;
}

}  // namespace

TEST_CASE("slots are round, few enough, and hold every packet") {
    for (const std::int64_t step : {std::int64_t{1'000}, std::int64_t{1'234'567}, second, 60 * second, day, 20 * day}) {
        const timeline_view view = view_of(regular(start, step, 2'000));
        CHECK(view.slots.size() <= 180);
        CHECK(view.slots.size() >= 24);
        CHECK(total_of(view) == tally{2'000, 200'000});
        REQUIRE(view.segments.size() == 1);
        CHECK(view.segments[0].width == 100);
        CHECK(view.left_out_ns == 0);
    }
    CHECK(view_of(regular(start, second, 120)).slot_width == 2 * second);
    CHECK(view_of(regular(start, second, 9'000)).slot_width == 60 * second);
}

TEST_CASE("one moment stands in the middle of the axis") {
    const timeline_view view = view_of(regular(start, 0, 5));
    CHECK(view.slot_width == 1'000);
    REQUIRE(view.slots.size() == 24);
    CHECK(view.slots[11].total.packets == 5);
    CHECK(view.number_of(view.segments[0], 11) == interval_number(start, 1'000));
}

TEST_CASE("years of silence are cut out of the axis") {
    const timeline_view view =
        view_of(together(regular(start, second, 100), regular(start + 1'000 * day, second, 300)));
    REQUIRE(view.segments.size() == 2);
    CHECK(view.slot_width == 5 * second);
    CHECK(view.segments[0].slots == 21);
    CHECK(view.segments[1].slots == 61);
    CHECK(view.left_out_ns / static_cast<std::uint64_t>(day) == 999);
    CHECK(view.segments[0].left == 0);
    CHECK(view.segments[1].left + view.segments[1].width == doctest::Approx(100));
    CHECK(view.segments[0].width >= 0.2 * 96);
    CHECK(total_of(view).packets == 400);
}

TEST_CASE("two cuts at most; a daily rhythm is not cut") {
    std::vector<packet> scattered;
    for (int i = 0; i < 6; ++i)
        scattered = together(scattered, regular(start + std::int64_t{i} * i * i * 300 * day, second, 20));
    CHECK(view_of(scattered).segments.size() <= 3);
    CHECK(total_of(view_of(scattered)).packets == 120);
    std::vector<packet> daily;
    for (int i = 0; i < 30; ++i) daily = together(daily, regular(start + i * day, second, 60));
    CHECK(view_of(daily).segments.size() == 1);
    // A silence of hours is part of the picture.
    CHECK(view_of(together(regular(start, second, 10), regular(start + day / 2, second, 10))).segments.size() == 1);
}

TEST_CASE("the ends of time") {
    constexpr std::int64_t latest = INT64_MAX;
    for (const std::vector<packet>& packets :
         {regular(no_time + 1, 0, 1), regular(latest, 0, 1),
          together(regular(no_time + 1, 0, 1), regular(latest, 0, 1)),
          together(regular(no_time + 1, 1'000, 2'000), regular(latest - second, 1'000, 2'000)),
          regular(no_time + 1, 92 * day, 2'300)}) {
        const timeline_view view = view_of(packets);
        CHECK(total_of(view).packets == packets.size());
        CHECK(view.slots.size() <= 200);
    }
}

TEST_CASE("common protocols keep their colour, the rest of them share one") {
    std::vector<packet> packets;
    for (const std::uint16_t protocol : std::vector<std::uint16_t>{2, 17, 6, 50, 89, 132, 112, 103})
        for (int i = 0; i < 20 - protocol / 10; ++i) packets.push_back({start, {}, {}, {}, {}, protocol, 100});
    const timeline_view view = view_of(packets);
    REQUIRE(view.series.size() == series_colours + 1);
    for (const drawn_series& s : view.series) {
        if (s.name == "tcp") CHECK(s.colour == 0);
        if (s.name == "udp") CHECK(s.colour == 1);
    }
    CHECK(view.series.back().name == "other");
    CHECK(view.series.back().colour == series_colours);
    std::vector<bool> taken(series_colours + 1);
    for (const drawn_series& s : view.series) {
        CHECK_FALSE(taken[s.colour]);
        taken[s.colour] = true;
    }
    CHECK(total_of(view).packets == packets.size());
}

TEST_CASE("a single protocol beyond the coloured ones has its name") {
    std::vector<packet> packets;
    for (const std::uint16_t protocol : std::vector<std::uint16_t>{1, 2, 6, 17, 50, 89, 132})
        packets.push_back({start, {}, {}, {}, {}, protocol, 100});
    const timeline_view view = view_of(packets);
    REQUIRE(view.series.size() == 7);
    CHECK(view.series.back().name == "sctp");
}

TEST_CASE("without times there are no slots") {
    const timeline_view view = view_of({{{}, {}, {}, {}, {}, udp, 100}});
    CHECK(view.slots.empty());
    CHECK(view.series.size() == 1);
}
