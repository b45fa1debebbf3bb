// Rankings of rows by any columns, against a slow count; and their bounds where there are too many keys.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/top_rows.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace plot_test;

namespace {

batch rows_of(const std::vector<packet>& packets) { return make_batch(packets); }

}  // namespace

TEST_CASE("keys of both families, nulls, and sums of bytes") {
    std::vector<packet> packets;
    for (int i = 0; i < 5; ++i) packets.push_back({1, host(1), host(2), {}, 80, 6, 100});
    for (int i = 0; i < 3; ++i) packets.push_back({2, host6(3), host6(4), {}, {}, 17, 1000});
    packets.push_back({3, {}, {}, {}, {}, 17, 50});
    top_rows top({"src_host", "dst_port", "protocol"}, measure::packets);
    REQUIRE(top.add(rows_of(packets)).has_value());
    const row_batch table = top.rows(10);
    REQUIRE(table.rows() == 3);
    REQUIRE(table.fields().size() == 5);
    CHECK(top.is_exact());
    CHECK(top.total().packets == 9);
    const auto hosts = table.view<ip_octets>(table.fields()[0]);
    const auto ports = table.view<std::uint16_t>(table.fields()[1]);
    const auto counts = table.view<std::uint64_t>(*table.fields().find("packets"));
    const auto bytes = table.view<std::uint64_t>(*table.fields().find("bytes"));
    CHECK(hosts[0] == host(1));
    CHECK(hosts[1] == host6(3));
    CHECK(hosts[2] == std::nullopt);
    CHECK(ports[0] == 80);
    CHECK(ports[1] == std::nullopt);
    CHECK(counts[0] == 5);
    CHECK(bytes[1] == 3000);
    CHECK(top.rows(1).rows() == 1);
    top_rows by_bytes({"protocol"}, measure::bytes);
    REQUIRE(by_bytes.add(rows_of(packets)).has_value());
    CHECK(by_bytes.rows(1).view<protocol_id>(by_bytes.rows(1).fields()[0]).values()[0] == protocol_id{17});
}

TEST_CASE("a key that is no column is told with the nearest") {
    top_rows top({"protcol"}, measure::packets);
    const auto added = top.add(rows_of({{1, {}, {}, {}, {}, 6, 1}}));
    REQUIRE_FALSE(added.has_value());
    CHECK(added.error().hint.view() == "protocol");
}

TEST_CASE("with too many keys the counts are bounds, and the heavy keys stay") {
    std::mt19937_64 random(7);
    std::map<std::int64_t, std::uint64_t> wanted;
    top_rows top({"time"}, measure::packets);
    for (int block = 0; block < 40; ++block) {
        std::vector<packet> packets;
        for (int i = 0; i < 10'000; ++i) {
            // A fifth of all packets has one of 20 times.
            const auto time = static_cast<std::int64_t>(i % 5 == 0 ? random() % 20 : 100 + random() % 300'000);
            ++wanted[time];
            packets.push_back({time, {}, {}, {}, {}, 6, 60});
        }
        REQUIRE(top.add(rows_of(packets)).has_value());
    }
    CHECK_FALSE(top.is_exact());
    const row_batch table = top.rows(20);
    REQUIRE(table.rows() == 20);
    const auto times = table.view<std::int64_t>(table.fields()[0]);
    const auto counts = table.view<std::uint64_t>(*table.fields().find("packets"));
    const auto missed = table.view<std::uint64_t>(*table.fields().find("missed"));
    for (std::size_t i = 0; i < table.rows(); ++i) {
        CHECK(*times[i] < 20);
        CHECK(*counts[i] <= wanted[*times[i]]);
        CHECK(*counts[i] + *missed[i] >= wanted[*times[i]]);
    }
}
