// What TCP did: what was sent again, came late or never, round trips, handshakes, history.
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/flow/flow_tcp.hpp>

#include "segments.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::uint16_t fin = 1, syn = 2, ack = 16;

constexpr std::string_view losses =
    "src_retransmitted_packets,src_retransmitted_bytes,src_out_of_order_packets,src_out_of_order_bytes,src_lost_bytes";

}  // namespace

TEST_CASE("a handshake is timed by its last SYN and SYN with ACK, and history tells what came when") {
    packet_list packets;
    packets.tcp(10, client, server, syn, 100);
    packets.tcp(20, client, server, syn, 100);
    packets.tcp(25, server, client, syn | ack, 500);
    packets.tcp(27, client, server, ack, 101);
    packets.tcp(30, client, server, ack, 101, 10);
    packets.tcp(31, server, client, fin | ack, 501);
    CHECK(flow_lines(packets, "syn_ack_delay,ack_delay,handshake_time,history") == "5 2 7 SThAWDf\n");
}

TEST_CASE("what fills a gap is late, what was there before is sent again, and what never comes is lost") {
    packet_list packets;
    packets.tcp(1, client, server, ack, 1000, 100);
    packets.tcp(2, client, server, ack, 1200, 100);  // 100 are missing
    packets.tcp(3, client, server, ack, 1100, 50);   // half of them come late
    packets.tcp(4, client, server, ack, 1000, 100);  // sent again
    packets.tcp(5, client, server, ack, 1250, 100);  // 50 of them again, and 50 more
    CHECK(flow_lines(packets, losses) == "2 150 1 50 50\n");
}

TEST_CASE("sequence numbers wrap around, and a probe that keeps a connection alive is nothing sent again") {
    packet_list packets;
    packets.tcp(1, client, server, ack, 0xffff'ff00, 256);
    packets.tcp(2, client, server, ack, 0, 100);
    packets.tcp(3, client, server, ack, 99, 1);
    packets.tcp(4, client, server, ack, 0xffff'fff0, 16);
    CHECK(flow_lines(packets, losses) == "1 16 0 0 0\n");
}

TEST_CASE("of more than eight gaps at once the oldest is lost for good") {
    sequence_holes holes;
    for (std::int64_t i = 0; i < 9; ++i) holes.add(100 * i, 100 * i + 10);
    CHECK(holes.missing() == 90);
    CHECK(holes.fill(0, 10) == 0);
    CHECK(holes.fill(100, 900) == 80);
    CHECK(holes.missing() == 10);
    holes.add(2000, 2010);
    CHECK(holes.fill(2003, 2005) == 2);
    CHECK(holes.missing() == 18);
}
