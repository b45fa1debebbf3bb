// Iteration over the headers of a frame.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/decode/packet_headers.hpp>
#include <pcapframe/source/record_reader.hpp>
#include <pcapframe/wire/udp.hpp>

#include "packets.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::string kinds_of(const packet_headers& headers) {
    std::string names;
    for (const header_place& header : headers) names += (names.empty() ? "" : " ") + std::string(name_of(header.kind));
    return names;
}

}  // namespace

TEST_CASE("the headers of a packet, and the payload behind them") {
    const byte_string frame = ethernet(0x8100, vlan(5, 0x0800, ipv4({}, udp(from_hex("0102")))));
    const packet_headers headers(frame);
    CHECK(kinds_of(headers) == "ethernet vlan ipv4 udp payload");
    CHECK(headers.stop() == stop{});
    const auto udp = wire::udp_view::check(headers.begin()[3].in(frame));
    REQUIRE(udp);
    CHECK(udp->source_port() == 53);
    CHECK(headers.begin()[4].in(frame).size() == 2);
}

TEST_CASE("extension headers, and packets within packets") {
    CHECK(kinds_of(packet_headers(ethernet(0x86dd, ipv6({.next = 0}, extension(58) + icmp(128, 0, {}))))) ==
          "ethernet ipv6 ipv6_extension icmp6 payload");
    const byte_string inner = ipv4({}, udp(from_hex("00")));
    CHECK(kinds_of(packet_headers(ethernet(0x0800, ipv4({.protocol = 4}, inner)))).starts_with("ethernet ipv4 "));
    CHECK(kinds_of(packet_headers(ethernet(0x0800, ipv4({.protocol = 4}, inner)))).ends_with(" ipv4 udp payload"));
}

TEST_CASE("frames without IP, and of nothing") {
    CHECK(kinds_of(packet_headers(ethernet(0x0806, zeros(28)))) == "ethernet");
    CHECK(packet_headers(bytes_view{}).stop() == stop{stop_reason::truncated, layer::ethernet});
}

TEST_CASE("headers of real packets are within their frames, and in order") {
    auto reader = record_reader::open("tests/data/local.pcap").value();
    std::size_t tcp = 0;
    for (auto run = reader.next(); !run.empty(); run = reader.next())
        for (const record& captured : run.records) {
            const packet_headers headers(captured);
            std::uint32_t before = 0;
            for (const header_place& header : headers) {
                CHECK(header.begin >= before);
                CHECK(header.end <= captured.caplen);
                before = header.begin;
                tcp += header.kind == layer::tcp ? 1U : 0U;
            }
        }
    CHECK(tcp > 0);
}
