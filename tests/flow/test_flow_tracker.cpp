// Which packets are a flow, which side is its source, how it ends: rule by rule.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/csv.hpp>
#include <pcapframe/flow/flow_tracker.hpp>
#include <pcapframe/io/sink.hpp>

#include "segments.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::uint16_t fin = 1, syn = 2, rst = 4, ack = 16;

std::string lines_of(flow_tracker& tracker, const schema& columns) {
    row_batch rows(columns);
    append_flows(rows, tracker);
    tracker.forget_ended();
    sink out = sink::to_memory();
    csv_writer writer;
    writer.begin(out, columns);
    const std::size_t header = out.kept().size();
    writer.write(out, rows);
    std::string text(out.kept().substr(header));
    for (char& c : text)
        if (c == ',') c = ' ';
    return text;
}

constexpr std::string_view who = "src_host,src_port,dst_port,direction_by,packets";

}  // namespace

std::string testing::flow_lines(const packet_list& packets, std::string_view columns, const flow_rules& rules) {
    const schema fields(*parse_flow_columns(columns));
    flow_packet_needs needs = needs_of(fields);
    needs.vlan = rules.by_vlan;
    needs.tunnel = rules.by_tunnel;
    flow_tracker tracker(rules, needs);
    tracker.add(packets.rows(tracker.columns()));
    tracker.finish();
    return lines_of(tracker, fields);
}

TEST_CASE("the source is the side that sent the SYN, in whatever order packets come") {
    for (const bool backwards : {false, true}) {
        packet_list packets;
        packets.tcp(1, client, server, syn);
        packets.tcp(2, server, client, syn | ack);
        packets.tcp(3, client, server, ack);
        if (backwards) packets.reverse();
        CHECK(flow_lines(packets, who) == "10.0.0.9 50000 80 syn 3\n");
    }
}

TEST_CASE("a SYN counts even if its time is later than that of the answer") {
    packet_list packets;
    packets.tcp(1, server, client, syn | ack);
    packets.tcp(2, client, server, syn);
    CHECK(flow_lines(packets, who) == "10.0.0.9 50000 80 syn 2\n");
}

TEST_CASE("without a SYN the source is the side to which the SYN with ACK was sent") {
    packet_list packets;
    packets.tcp(1, server, client, syn | ack);
    packets.tcp(2, server, client, ack);
    CHECK(flow_lines(packets, who) == "10.0.0.9 50000 80 syn_ack 2\n");
}

TEST_CASE("without SYN the source is the earlier side; of equal times the greater port, then the lesser address") {
    packet_list later;
    later.tcp(2, client, server, ack);
    later.tcp(1, server, client, ack);
    CHECK(flow_lines(later, who) == "10.0.0.1 80 50000 time 2\n");
    packet_list together;
    together.udp(1, server, client);
    together.udp(1, client, server);
    CHECK(flow_lines(together, who) == "10.0.0.9 50000 80 port 2\n");
    packet_list alike;
    alike.udp(1, {9, 123}, {1, 123});
    alike.udp(1, {1, 123}, {9, 123});
    CHECK(flow_lines(alike, who) == "10.0.0.1 123 123 address 2\n");
}

TEST_CASE("all flows end at once or some at a time, in the same order") {
    const schema fields(*parse_flow_columns("src_host,src_port,end_reason"));
    packet_list packets;
    for (std::uint8_t i = 1; i < 10; ++i) packets.udp(20 - i, {i, std::uint16_t{i}}, server);
    const std::string wanted = flow_lines(packets, "src_host,src_port,end_reason");
    for (const std::size_t most : {1U, 4U, 9U, 10U}) {
        flow_tracker tracker({}, needs_of(fields));
        tracker.add(packets.rows(tracker.columns()));
        std::string lines;
        while (tracker.finish(most)) {
            CHECK(tracker.ended().size() <= most);
            lines += lines_of(tracker, fields);
        }
        CHECK(lines == wanted);
        CHECK(tracker.open_flows() == 0);
    }
}

TEST_CASE("idle and active timeouts cut a flow, and never turn it") {
    packet_list packets;
    packets.udp(0, client, server);
    packets.udp(121 * second, server, client);
    packets.udp(241 * second, server, client);
    CHECK(flow_lines(packets, "flow_id,continues,src_host,direction_by,end_reason,packets") ==
          "1  10.0.0.9 time idle 1\n"
          "2 1 10.0.0.9 continued end 2\n");
    packet_list steady;
    steady.udp(0, client, server);
    for (std::int64_t t = 60; t <= 1860; t += 60) steady.udp(t * second, server, client);
    CHECK(flow_lines(steady, "flow_id,continues,src_host,end_reason,packets,duration") ==
          "1  10.0.0.9 active 31 1800000000000\n"
          "2 1 10.0.0.9 end 1 0\n");
}

TEST_CASE("after FIN or RST what is late belongs to the connection, and a SYN with another number begins the next") {
    packet_list packets;
    packets.tcp(1, client, server, syn, 100);
    packets.tcp(2, server, client, syn | ack, 500);
    packets.tcp(3, client, server, fin | ack, 101);
    packets.tcp(4, server, client, fin | ack, 501);
    packets.tcp(5, client, server, ack, 102);
    packets.tcp(6, client, server, syn, 9000);
    packets.tcp(7, server, client, rst | ack, 0);
    packets.tcp(8, client, server, syn, 9000);  // tried again, as Windows does
    CHECK(flow_lines(packets, "state,end_reason,packets,continues") == "SF fin 5 \nREJ rst 3 \n");
}

TEST_CASE("a SYN in the middle of a connection begins another one; an attempt that is repeated does not") {
    packet_list reused;
    reused.tcp(1, client, server, syn, 100);
    reused.tcp(2, server, client, syn | ack, 500);
    reused.tcp(3, client, server, ack, 101);
    reused.tcp(4, client, server, syn, 7000);
    CHECK(flow_lines(reused, "state,end_reason,packets") == "S1 reused 3\nS0 end 1\n");
    packet_list repeated;
    repeated.tcp(1, client, server, syn, 100);
    repeated.tcp(2, client, server, syn, 200);
    CHECK(flow_lines(repeated, "state,end_reason,packets") == "S0 end 2\n");
}

TEST_CASE("states of TCP and UDP") {
    const auto state = [](auto fill) {
        packet_list packets;
        fill(packets);
        return flow_lines(packets, "state");
    };
    using list = packet_list;
    CHECK(state([](list& p) { p.tcp(1, client, server, syn); }) == "S0\n");
    CHECK(state([](list& p) { p.tcp(1, client, server, syn), p.tcp(2, server, client, syn | ack); }) == "S1\n");
    CHECK(state([](list& p) { p.tcp(1, client, server, syn), p.tcp(2, server, client, rst | ack); }) == "REJ\n");
    CHECK(state([](list& p) { p.tcp(1, client, server, syn), p.tcp(2, client, server, rst); }) == "RSTOS0\n");
    CHECK(state([](list& p) { p.tcp(1, client, server, syn), p.tcp(2, client, server, fin); }) == "SH\n");
    CHECK(state([](list& p) { p.tcp(1, server, client, syn | ack), p.tcp(2, server, client, rst); }) == "RSTRH\n");
    CHECK(state([](list& p) { p.tcp(1, server, client, syn | ack), p.tcp(2, server, client, fin); }) == "SHR\n");
    CHECK(state([](list& p) { p.tcp(1, client, server, ack); }) == "OTH\n");
    CHECK(state([](list& p) { p.udp(1, client, server); }) == "S0\n");
    CHECK(state([](list& p) { p.udp(1, client, server), p.udp(2, server, client); }) == "SF\n");
    const auto after_handshake = [&](auto fill) {
        return state([&](list& p) {
            p.tcp(1, client, server, syn), p.tcp(2, server, client, syn | ack);
            fill(p);
        });
    };
    CHECK(after_handshake([](list& p) { p.tcp(3, client, server, fin | ack); }) == "S2\n");
    CHECK(after_handshake([](list& p) { p.tcp(3, server, client, fin | ack); }) == "S3\n");
    CHECK(after_handshake([](list& p) { p.tcp(3, client, server, rst); }) == "RSTO\n");
    CHECK(after_handshake([](list& p) { p.tcp(3, server, client, rst); }) == "RSTR\n");
}

TEST_CASE("ICMP: an answer belongs to its request, the identifier tells apart, and what has no answer is one way") {
    const auto echo = [](std::uint8_t type, std::uint16_t id) {
        return byte_string{type, 0, 0, 0} + be16(id) + be16(1);
    };
    const end_point a{9, 0}, b{1, 0};
    packet_list packets;
    packets.add(1, ip_between(b, a, {.protocol = 1}, echo(0, 7)));  // the reply first
    packets.add(2, ip_between(a, b, {.protocol = 1}, echo(8, 7)));
    packets.add(3, ip_between(a, b, {.protocol = 1}, echo(8, 8)));
    packets.add(4, ip_between(b, a, {.protocol = 1}, icmp(3, 1, {})));
    packets.add(5, ip_between(a, b, {.protocol = 1}, icmp(3, 1, {})));
    CHECK(flow_lines(packets, "src_host,src_port,icmp_type,icmp_code,icmp_id,direction_by,packets") ==
          "10.0.0.9  8  7 request 2\n"
          "10.0.0.9  8  8 request 1\n"
          "10.0.0.1  3 1  time 1\n"
          "10.0.0.9  3 1  time 1\n");
}

TEST_CASE("fragments belong to the flow of their datagram, before and after the first one") {
    const byte_string datagram = packet_list::udp_bytes(client, server, 24);
    const auto part = [&](std::uint16_t offset, bool more) {
        const byte_string data(datagram.begin() + 8 * offset, datagram.begin() + 8 * offset + 8);
        const auto field = static_cast<std::uint16_t>((more ? 0x2000 : 0) | offset);
        return ip_between(client, server, {.protocol = 17, .flags_offset = field, .id = 77}, data);
    };
    packet_list packets;
    packets.add(1, part(2, true));
    packets.add(2, part(0, true));
    packets.add(3, part(1, true));
    packets.add(4, part(3, false));
    packets.udp(5, server, client);
    CHECK(flow_lines(packets, who) == "10.0.0.9 50000 80 time 5\n");
    packet_list orphan;
    orphan.add(1, part(2, true));
    orphan.udp(2, client, server);
    CHECK(flow_lines(orphan, who) == "10.0.0.9   time 1\n10.0.0.9 50000 80 time 1\n");
}

TEST_CASE("a full table ends the flows that have been quiet the longest, and counts them") {
    packet_list packets;
    for (std::uint8_t host = 1; host <= 20; ++host) packets.udp(host, {host, 53}, {200, 53});
    const schema columns(*parse_flow_columns("src_host,end_reason"));
    flow_tracker tracker({.flows_max = 16}, needs_of(columns));
    tracker.add(packets.rows(tracker.columns()));
    tracker.finish();
    CHECK(tracker.evicted() == 4);
    CHECK(tracker.begun() == 20);
    CHECK(lines_of(tracker, columns).substr(0, 36) == "10.0.0.1 evicted\n10.0.0.2 evicted\n10");
}

TEST_CASE("sizes, gaps, times to live and flags of each side, and the first packets") {
    packet_list packets;
    packets.tcp(1 * second, client, server, syn);
    packets.tcp(2 * second, server, client, syn | ack);
    packets.tcp(4 * second, client, server, ack, 1001, 60);
    packets.tcp(8 * second, client, server, ack, 1061, 120);
    CHECK(flow_lines(packets, "size_min,size_mean,size_std,size_max,src_size_mean,dst_size_mean,dst_size_std") ==
          "40 85 57.445626465380286 160 100 40 \n");
    CHECK(flow_lines(packets, "gap_min,gap_mean,gap_max,src_gap_min,src_gap_mean,dst_gap_mean") ==
          "1000000000 2333333333.3333335 4000000000 3000000000 3500000000 \n");
    CHECK(flow_lines(packets, "src_ttl_min,dst_ttl_max,src_syn_packets,src_ack_packets,dst_syn_packets") ==
          "64 64 1 2 1\n");
    CHECK(flow_lines(packets, "first_sizes,first_directions,first_gaps") ==
          "\"[40 40 100 160]\" \"[0 1 0 0]\" \"[0 1000000000 2000000000 4000000000]\"\n");
    // Columns that are not asked for are not counted: the others stay the same.
    CHECK(flow_lines(packets, "packets,src_zero_windows,dst_zero_windows") == "4 2 0\n");
}

TEST_CASE("flows end while nothing comes, by the time that is told") {
    packet_list packets;
    packets.udp(1 * second, client, server);
    const schema columns(*parse_flow_columns("end_reason"));
    flow_tracker tracker({}, needs_of(columns));
    tracker.add(packets.rows(tracker.columns()));
    tracker.sweep(121 * second);
    CHECK(tracker.ended().empty());
    tracker.sweep(122 * second);
    CHECK(lines_of(tracker, columns) == "idle\n");
    CHECK(tracker.open_flows() == 0);
}

TEST_CASE("clocks that step back lose no packet") {
    packet_list packets;
    for (int i = 0; i < 3000; ++i) packets.udp((i < 1500 ? 5000 + i : i) * second, client, server);
    const std::string counts = flow_lines(packets, "packets", {.reorder_packets = 10});
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < counts.size(); at = counts.find('\n', at) + 1) sum += std::stoull(counts.substr(at));
    CHECK(sum == 3000);
}
