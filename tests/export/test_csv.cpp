// csv: goldens, and names that need quotes read back by a parser that follows RFC 4180.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "../bytes/random.hpp"
#include "../table/rows.hpp"
#include "written.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::int64_t start = 1'515'485'772'210'010'000;

/// Rows of fields, by the grammar of RFC 4180 with newlines.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row{""};
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') row.back() += text[++i];
        else if (text[i] == '"') quoted = !quoted;
        else if (!quoted && text[i] == ',') row.emplace_back();
        else if (!quoted && text[i] == '\n') {
            rows.push_back(row);
            row = {""};
        } else row.back() += text[i];
    }
    return rows;
}

}  // namespace

TEST_CASE("the default columns: header, times with nanoseconds, nulls empty") {
    const packet_batch made(
        "", {{.time = start}, {.time = no_time, .frame = icmp_packet}, {.time = -1, .frame = udp6_packet}});
    CHECK(written("csv", {&*made}) ==
          "time,src_host,src_port,dst_host,dst_port,protocol\n"
          "2018-01-09T08:16:12.210010000Z,192.0.2.1,49153,198.51.100.2,443,tcp\n"
          ",192.0.2.1,,198.51.100.2,,icmp\n"
          "1969-12-31T23:59:59.999999999Z,2001:db8::1,53,2001:db8::2,49154,udp\n");
}

TEST_CASE("columns in the order asked for, and the default ones in another order") {
    const packet_batch other("protocol,dst_port,dst_host,src_port,src_host,time", {{.time = start}});
    CHECK(written("csv", {&*other}) ==
          "protocol,dst_port,dst_host,src_port,src_host,time\n"
          "tcp,443,198.51.100.2,49153,192.0.2.1,2018-01-09T08:16:12.210010000Z\n");
    const packet_batch more("stop,payload,tcp_flags,udp_len,payload_len,frame_number", {{}, {.frame = icmp_packet}});
    CHECK(written("csv", {&*more}) ==
          "stop,payload,tcp_flags,udp_len,payload_len,frame_number\n"
          "complete,616263,24,,3,1\n"
          "complete,,,,0,2\n");
}

TEST_CASE("several batches under one header, and none") {
    const packet_batch first("src_port,ttl", {{}, {}});
    const packet_batch second("src_port,ttl", {{.frame = udp6_packet}});
    CHECK(written("csv", {&*first, &*second}) == "src_port,ttl\n49153,64\n49153,64\n53,64\n");
    const packet_batch none("src_port,ttl", {});
    CHECK(written("csv", {&*none}) == "src_port,ttl\n");
}

TEST_CASE("a row of a single null is no empty line") {
    const packet_batch made("udp_len", {{}, {.frame = udp6_packet}, {}});
    CHECK(written("csv", {&*made}) == "udp_len\n\"\"\n48\n\"\"\n");
}

TEST_CASE("quotes only where they are needed") {
    const packet_batch made("interface_name,ttl",
                            {{.interface = 0}, {.interface = 1}, {.interface = 2}, {.interface = 3}, {.interface = 4}},
                            {"eth0", "a,b", "say \"hi\"", "two\nlines", ""});
    CHECK(written("csv", {&*made}) ==
          "interface_name,ttl\neth0,64\n\"a,b\",64\n\"say \"\"hi\"\"\",64\n\"two\nlines\",64\n,64\n");
}

TEST_CASE("any name of an interface is read back") {
    random_numbers random(4180);
    constexpr std::string_view letters = "a,\"\r\n \t;'\\\x1b\xc3\xa9\xff\xe9";
    std::vector<std::string> names;
    std::vector<captured_packet> packets;
    for (std::uint32_t i = 0; i < 500; ++i) {
        std::string name;
        for (std::uint32_t length = 1 + random.below(random.one_in(20) ? 3000 : 12); length > 0; --length)
            name += letters[random.below(letters.size())];
        names.push_back(name);
        packets.push_back({.interface = i});
    }
    const packet_batch made("interface_name,src_host", packets, names);
    const auto rows = parse_csv(written("csv", {&*made}));
    REQUIRE(rows.size() == 501);
    for (std::size_t i = 0; i < names.size(); ++i) {
        REQUIRE(rows[i + 1].size() == 2);
        REQUIRE(rows[i + 1][0] == utf8_string(names[i]).text());
        REQUIRE(rows[i + 1][1] == "192.0.2.1");
    }
}

TEST_CASE("payloads larger than the writer's buffer") {
    const byte_string large = ipv4({.protocol = 253, .total = 0}, counting(400'000));
    const packet_batch made("payload,ttl", {{.frame = large}, {.frame = large}});
    const auto rows = parse_csv(written("csv", {&*made}));
    REQUIRE(rows.size() == 3);
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
        CHECK((from_hex(rows[i][0]) == counting(400'000)));
        CHECK(rows[i][1] == "64");
    }
}
