// Charts of columns: what is counted, however the rows are cut into batches, and that what is drawn is well formed.
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/plot.hpp>

#include "rows.hpp"
#include "valid_json.hpp"
#include "well_formed.hpp"

using namespace pcapframe;
using namespace plot_test;

namespace {

std::vector<packet> many(int count) {
    std::mt19937_64 random(11);
    std::vector<packet> packets;
    for (int i = 0; i < count; ++i) {
        packet one{static_cast<std::int64_t>(random() % 5'000'000'000),
                   host(static_cast<std::uint8_t>(random() % 30)),
                   host(1),
                   1,
                   static_cast<std::uint16_t>(random() % 40'000),
                   static_cast<std::uint16_t>(random() % 9),
                   static_cast<std::uint32_t>(random() % 1500)};
        if (i % 50 == 0) one.to_port.reset();
        packets.push_back(one);
    }
    return packets;
}

column_chart charted(const chart_columns& columns, const std::vector<packet>& packets, std::size_t at_once) {
    column_chart chart(columns);
    for (std::size_t at = 0; at < packets.size(); at += at_once) {
        const auto end = packets.begin() + static_cast<std::ptrdiff_t>(std::min(packets.size(), at + at_once));
        const auto rows = make_batch({packets.begin() + static_cast<std::ptrdiff_t>(at), end});
        REQUIRE(chart.add(rows).has_value());
    }
    return chart;
}

const chart_columns all_charts[] = {
    {chart_kind::line, "time", "", ""},        {chart_kind::line, "time", "len", "protocol"},
    {chart_kind::line, "dst_port", "len", ""}, {chart_kind::scatter, "time", "dst_port", "src_host"},
    {chart_kind::scatter, "len", "len", ""},   {chart_kind::hist, "len", "", "protocol"},
    {chart_kind::hist, "time", "", ""},        {chart_kind::hist, "src_host", "", ""},
    {chart_kind::bar, "dst_port", "", ""},     {chart_kind::bar, "protocol", "len", "src_host"},
};

}  // namespace

TEST_CASE("every chart is well formed in every format, and the same however rows come") {
    for (const int count : {0, 1, 60, 9'000}) {
        const std::vector<packet> packets = many(count);
        for (const chart_columns& columns : all_charts) {
            CAPTURE(columns.needed());
            CAPTURE(count);
            const column_chart whole = charted(columns, packets, 10'000);
            const column_chart pieces = charted(columns, packets, 777);
            for (const plot_format format : {plot_format::html, plot_format::svg, plot_format::json}) {
                const plot_options options{.title = "<&\">", .format = format};
                const std::string drawn = plot(whole, options);
                CHECK(drawn == plot(pieces, options));
                if (format == plot_format::json) CHECK(is_valid_json(drawn));
                if (format == plot_format::svg) CHECK(problem_of(drawn) == "");
            }
        }
    }
}

TEST_CASE("every row is in the chart or left out, in bounded memory") {
    const std::vector<packet> packets = many(30'000);
    for (const chart_columns& columns : all_charts) {
        CAPTURE(columns.needed());
        const column_chart chart = charted(columns, packets, 4'096);
        CHECK(chart.rows() == packets.size());
        CHECK(chart.bins().size() <= limits::chart_bins_max);
        std::uint64_t counted = chart.points().size() + chart.left_out();
        for (const auto& [key, values] : chart.bins()) counted += values.count;
        for (const auto& value : chart.values().entries()) counted += value.count.packets;
        CHECK(counted == packets.size());
    }
}

TEST_CASE("columns that a chart cannot show are refused") {
    const auto rows = make_batch(many(3));
    const auto refused = [&](const chart_columns& columns) {
        column_chart chart(columns);
        const auto added = chart.add(rows);
        return added ? std::string() : added.error().message();
    };
    CHECK(refused({chart_kind::line, "src_host", "len", ""}).find("a column of numbers or times") != std::string::npos);
    CHECK(refused({chart_kind::line, "time", "protocol", ""}).find("a column of numbers") != std::string::npos);
    CHECK(refused({chart_kind::scatter, "time", "", ""}).find("a column for y") != std::string::npos);
    CHECK(refused({chart_kind::hist, "len", "dst_port", ""}).find("has no y") != std::string::npos);
    CHECK(refused({chart_kind::line, "tim", "", ""}).find("did you mean 'time'?") != std::string::npos);
    CHECK(refused({chart_kind::bar, "dst_port", "len", "len"}) == "");
}

TEST_CASE("extreme values have axes") {
    std::vector<packet> packets;
    for (const std::int64_t time : {std::int64_t{0}, std::int64_t{1}, std::numeric_limits<std::int64_t>::max(),
                                    -std::numeric_limits<std::int64_t>::max()})
        packets.push_back({time, host(1), host(2), 1, 65535, 6, 0xffffffff});
    for (int i = 0; i < 9'000; ++i) packets.push_back({i * 1'000'000'000'000'000, host(1), host(2), 1, 2, 6, 1});
    for (const chart_columns& columns : all_charts) {
        CAPTURE(columns.needed());
        CHECK(problem_of(plot(charted(columns, packets, 5'000), {.format = plot_format::svg})) == "");
    }
}

TEST_CASE("the widths of bins that are drawn are multiples of those that are counted in") {
    using charts::axis_kind;
    using charts::bin_width;
    for (const axis_kind kind : {axis_kind::number, axis_kind::time}) {
        bin_width width{kind, 1};
        for (int i = 0; i < 40; ++i) {
            const bin_width wider = width.wider();
            CHECK(wider.width % width.width == 0);
            const bin_width drawn = width.drawn(0, 1'000'000 * width.width, 100);
            CHECK(drawn.width % width.width == 0);
            CHECK(width.number_in(width.number_of(987'654'321'012'345), wider) == wider.number_of(987'654'321'012'345));
            if (wider.width == width.width || width.width > 1'000'000'000'000) break;
            width = wider;
        }
    }
}
