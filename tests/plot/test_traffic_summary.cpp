#include <cstdint>
#include <functional>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/plot/traffic_summary.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace plot_test;

TEST_CASE("the columns that are looked at exist") {
    const auto columns = parse_columns(traffic_summary::columns);
    REQUIRE(columns);
    CHECK(columns->size() == 7);
}

TEST_CASE("a packet counts for its protocol, its hosts, their conversation and the lower port") {
    const traffic_summary s = summarize({{start, host(1), host(2), 40'000, 53, udp, 80},
                                         {start + 5, host(2), host(1), 53, 40'000, udp, 200},
                                         {start + 9, host(1), host(3), 40'001, 443, tcp, 60}});
    CHECK(s.total() == tally{3, 340});
    CHECK(*s.first_time() == start);
    CHECK(*s.last_time() == start + 9);
    REQUIRE(s.protocols().entries().size() == 2);
    CHECK(s.protocols().entries()[0].key.text() == "udp");
    CHECK(s.protocols().entries()[0].count == tally{2, 280});
    const auto hosts = s.hosts().top(3, std::less<>());
    REQUIRE(hosts.size() == 3);
    CHECK(hosts[0].key.host == host(1));
    CHECK(hosts[0].count == two_way_tally{{2, 140}, {1, 200}});
    CHECK(hosts[1].key.host == host(2));
    CHECK(hosts[1].count == two_way_tally{{1, 200}, {1, 80}});
    const auto conversations = s.conversations().top(2, std::less<>());
    REQUIRE(conversations.size() == 2);
    CHECK(conversations[0].key == conversation_key{host(1), host(2)});
    CHECK(conversations[0].count == two_way_tally{{1, 80}, {1, 200}});
    const auto ports = s.ports().top(2, std::less<>());
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].key == port_key{{udp}, 53});
    CHECK(ports[0].count == tally{2, 280});
    CHECK(ports[1].key == port_key{{tcp}, 443});
}

TEST_CASE("a host that sends to itself has sent and received") {
    const traffic_summary s = summarize({{start, host(1), host(1), {}, {}, udp, 100}});
    REQUIRE(s.hosts().entries().size() == 1);
    CHECK(s.hosts().entries()[0].count == two_way_tally{{1, 100}, {1, 100}});
    REQUIRE(s.conversations().entries().size() == 1);
    CHECK(s.conversations().entries()[0].count == two_way_tally{{1, 100}, {}});
}

TEST_CASE("an IPv4 address and the same bytes as IPv6 are two hosts") {
    ip_address mapped = host(1);
    mapped.version = 6;
    const traffic_summary s =
        summarize({{start, host(1), host(2), {}, {}, udp, 1}, {start, mapped, host6(2), {}, {}, udp, 1}});
    CHECK(s.hosts().entries().size() == 4);
    CHECK(s.conversations().entries().size() == 2);
}

TEST_CASE("nulls are counted where they can be") {
    const traffic_summary s = summarize({{{}, {}, {}, {}, {}, {}, {}}, {{}, host(1), {}, 7, {}, arp, 60}});
    CHECK(s.total() == tally{2, 60});
    CHECK(s.has_bytes());
    CHECK(s.packets_without_time() == 2);
    CHECK_FALSE(s.first_time());
    CHECK(s.timeline().bins().empty());
    CHECK(s.protocols().entries()[0].key.text() == "unknown");
    CHECK(s.protocols().entries()[1].key.text() == "arp");
    CHECK(s.hosts().entries().size() == 1);
    CHECK(s.conversations().entries().empty());
    CHECK(s.ports().entries()[0].key.port == 7);
}

TEST_CASE("columns that a batch has not are as nulls") {
    traffic_summary s;
    s.add(make_batch({udp_packet(start)}, "src_host,dst_host"));
    s.add(make_batch({udp_packet(start)}, "protocol"));
    CHECK(s.total() == tally{2, 0});
    CHECK_FALSE(s.has_bytes());
    CHECK(s.packets_without_time() == 2);
    CHECK(s.hosts().entries().size() == 2);
    CHECK(s.ports().entries().empty());
}

TEST_CASE("LLC frames without a name of their own are one protocol") {
    const auto llc = [](std::uint8_t dsap) { return static_cast<std::uint16_t>(llc_protocol_id(dsap)); };
    const traffic_summary s = summarize({{start, {}, {}, {}, {}, llc(0x10), 60},
                                         {start, {}, {}, {}, {}, llc(0x12), 60},
                                         {start, {}, {}, {}, {}, llc(0x42), 60}});
    REQUIRE(s.protocols().entries().size() == 2);
    CHECK(s.protocols().entries()[0].key.text() == "llc");
    CHECK(s.protocols().entries()[0].count.packets == 2);
    CHECK(s.protocols().entries()[1].key.text() == "stp");
}

TEST_CASE("protocols stay exact, however many there are; over time the last ones share a series") {
    std::vector<packet> packets;
    for (std::uint32_t type = 0x600; type < 0x600 + 2'000; ++type)
        packets.push_back({start, {}, {}, {}, {}, static_cast<std::uint16_t>(type), 60});
    const traffic_summary s = summarize(packets);
    CHECK(s.protocols().is_exact());
    CHECK(s.protocols().entries().size() == 2'000);
    REQUIRE(s.timeline().bins().size() == 1);
    const auto& series = s.timeline().bins()[0].series;
    REQUIRE(series.size() == traffic_summary::series_max);
    CHECK(series.back().packets == 2'000 - (traffic_summary::series_max - 1));
}

TEST_CASE("batches add up to the same as one") {
    numbers random(3);
    traffic_summary pieces;
    std::vector<packet> all;
    for (int b = 0; b < 10; ++b) {
        std::vector<packet> some;
        for (int i = 0; i < 50; ++i)
            some.push_back(udp_packet(start + static_cast<std::int64_t>(random.below(1'000'000)),
                                      static_cast<std::uint32_t>(random.below(1'500))));
        pieces.add(make_batch(some));
        all.insert(all.end(), some.begin(), some.end());
    }
    const traffic_summary whole = summarize(all);
    CHECK(pieces.total() == whole.total());
    CHECK(pieces.sizes().median() == whole.sizes().median());
    CHECK(pieces.timeline().bins().size() == whole.timeline().bins().size());
    CHECK(pieces.hosts().entries()[0].count == whole.hosts().entries()[0].count);
}
