// Rows of a batch by name, one after the other, and its columns by name.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

using namespace pcapframe;

namespace {

const char* const path = "tests/data/local.pcap";

table all_rows() {
    column_order all;
    each_column([&](auto c) { all.push_back(c); });
    return open_pcap(path, {.columns = all, .all_frames = true}).value().read().value();
}

static_assert(std::random_access_iterator<position_iterator<batch>>);
static_assert(std::random_access_iterator<position_iterator<column_view<std::uint16_t>>>);
static_assert(std::random_access_iterator<position_iterator<chrono_view>>);
static_assert(std::is_same_v<decltype(std::declval<table>().len()), column_view<std::uint32_t>>);
static_assert(std::is_same_v<decltype(std::declval<row_view>().src_host()), std::optional<ip_address>>);

}  // namespace

TEST_CASE("rows one after the other have the values of the columns") {
    const table rows = all_rows();
    REQUIRE(rows.rows() == 93);
    std::size_t i = 0;
    std::size_t different = 0;
    for (const row_view row : rows) {
        CHECK(row.index() == i);
        each_column([&](auto c) {
            const auto here = row.get<c()>();
            const auto there = rows.get<c()>()[i];
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(here)>, std::optional<bytes_view>>)
                different += here.has_value() != there.has_value() || (here && here->data() != there->data());
            else if constexpr (holds_lists(type_of(c())))
                different += here.has_value() != there.has_value() ||
                             (here && !std::equal(here->begin(), here->end(), there->begin(), there->end()));
            else different += here != there;
        });
        ++i;
    }
    CHECK(i == rows.rows());
    CHECK(different == 0);
}

TEST_CASE("columns and values by name are those by constant") {
    const table rows = all_rows();
    const row_view first = rows[0];
    CHECK(first.time() == rows.time()[0]);
    CHECK(first.src_mac() == rows.get<column::src_mac>()[0]);
    CHECK(first.len() == rows.len().values()[0]);
    CHECK(first.protocol() == rows.protocol()[0]);
    CHECK(first.stop() == rows.get<column::stop>()[0]);
    CHECK(first.direction() == rows.direction()[0]);
    CHECK(first.interface_name() == rows.interface_name()[0]);
    CHECK(rows.udp_len()[2] == rows.get<column::udp_len>()[2]);
}

TEST_CASE("rows and values serve algorithms") {
    const table rows = all_rows();
    const auto port_53 = [](const row_view& row) { return row.dst_port() == 53; };
    const auto queries = std::count_if(rows.begin(), rows.end(), port_53);
    const auto ports = rows.dst_port();
    CHECK(queries == std::count(ports.begin(), ports.end(), std::optional<std::uint16_t>(53)));
    CHECK(queries > 0);
    CHECK(rows.end() - rows.begin() == 93);
    CHECK((rows.begin() + 5)[2].index() == 7);
    CHECK((*--rows.end()).index() == 92);
    CHECK(rows.begin() < rows.end());
    CHECK(batch().begin() == batch().end());
}

TEST_CASE("a temporary result gives rows to a loop") {
    std::size_t count = 0;
    for (const row_view row : *open_pcap(path)->read()) count += row.dst_port() ? 1U : 0U;
    CHECK(count > 0);
}

TEST_CASE("times of std::chrono are the stored ones") {
    using namespace std::chrono;
    const table rows = all_rows();
    const chrono_view times = rows.time().as_chrono();
    CHECK(times.size() == rows.rows());
    for (std::size_t i = 0; i < times.size(); ++i) CHECK(times[i]->time_since_epoch().count() == *rows.time()[i]);
    CHECK(floor<days>(*times[0]) == sys_days(year(2026) / November / 22));
    CHECK(as_chrono(rows[0].time()) == times[0]);
    CHECK_FALSE(as_chrono(no_time));
    CHECK_FALSE(as_chrono(std::nullopt));
    CHECK(as_chrono(std::int64_t{-1}) == chrono_time(nanoseconds(-1)));
}
