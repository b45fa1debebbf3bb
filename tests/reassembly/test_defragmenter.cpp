// Fragments of whole frames: the rows of files that have them, at every level, in any order, within the limits.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/export/csv.hpp>
#include <pcapframe/filter.hpp>
#include <pcapframe/reassembly/defragmenter.hpp>
#include <pcapframe/source/source.hpp>

#include "../bytes/hex.hpp"
#include "../decode/packets.hpp"
#include "../format/captures.hpp"
#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// A payload of so many bytes that differ.
byte_string counted(std::size_t size) {
    byte_string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 7 + i / 256));
    return bytes;
}

byte_string part_of(const byte_string& all, std::size_t begin, std::size_t end) {
    return {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// The fragments of an IPv4 packet, cut at these places.
std::vector<byte_string> fragments4(const byte_string& data, const std::vector<std::size_t>& cuts, std::uint16_t id = 7,
                                    std::uint8_t protocol = 17) {
    std::vector<byte_string> made;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : cuts[i - 1];
        const std::size_t end = i == cuts.size() ? data.size() : cuts[i];
        const auto place = static_cast<std::uint16_t>(begin / 8 | (i == cuts.size() ? 0U : 0x2000U));
        made.push_back(ipv4({.protocol = protocol, .flags_offset = place, .id = id}, part_of(data, begin, end)));
    }
    return made;
}

std::vector<byte_string> fragments6(const byte_string& data, const std::vector<std::size_t>& cuts, std::uint8_t next) {
    std::vector<byte_string> made;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : cuts[i - 1];
        const std::size_t end = i == cuts.size() ? data.size() : cuts[i];
        made.push_back(ipv6({.next = 44}, fragment_header(next, static_cast<std::uint16_t>(begin), i != cuts.size()) +
                                              part_of(data, begin, end)));
    }
    return made;
}

std::vector<byte_string> in_ethernet(const std::vector<byte_string>& packets, std::uint16_t type = 0x0800) {
    std::vector<byte_string> frames;
    for (const byte_string& packet : packets) frames.push_back(ethernet(type, packet));
    return frames;
}

/// A pcap of frames, one a second.
byte_string capture(const std::vector<byte_string>& frames, std::uint32_t seconds_apart = 1) {
    byte_string file = pcap_head{}.bytes();
    std::uint32_t seconds = 1'000;
    for (const byte_string& frame : frames) {
        const auto size = static_cast<std::uint32_t>(frame.size());
        pcap_file one;
        one.add_record({.seconds = seconds, .fraction = 0, .caplen = size, .len = size}, frame);
        file.insert(file.end(), one.bytes().begin() + 24, one.bytes().end());
        seconds += seconds_apart;
    }
    return file;
}

std::string without_header(const sink& out) {
    std::string text(out.kept());
    return text.substr(text.find('\n') + 1);
}

/// The rows of a file as csv, without the header.
std::string rows_of(const std::string& path, read_options options, std::string_view columns) {
    options.columns = std::string(columns);
    auto source = open_pcap(path, options);
    REQUIRE(source);
    csv_writer writer;
    sink out = sink::to_memory();
    const auto written = source->write(out, writer, [](std::uint64_t, std::uint64_t) {});
    REQUIRE(written);
    return without_header(out);
}
std::string csv_of(const batch& rows) {
    csv_writer writer;
    sink out = sink::to_memory();
    writer.begin(out, rows.columns());
    writer.write(out, rows);
    writer.finish(out);
    return without_header(out);
}
std::string rows_of(const std::vector<byte_string>& frames, std::string_view columns, read_options options = {}) {
    const temporary_folder folder;
    if (options.defragment == "off") options.defragment = "on";
    return rows_of(folder.write("a.pcap", capture(frames)), options, columns);
}

/// What was given up, in words.
std::string given_up(const std::vector<byte_string>& frames, read_options options, std::uint32_t seconds_apart = 1) {
    const temporary_folder folder;
    if (options.defragment == "off") options.defragment = "on";
    auto source = open_pcap(folder.write("a.pcap", capture(frames, seconds_apart)), options);
    REQUIRE(source);
    REQUIRE(source->read());
    std::string text;
    for (const read_note& note : source->notes()) text += note.message();
    return text;
}

constexpr std::string_view ports = "src_port,dst_port,payload_len,fragments,datagram_frame,stop";

}  // namespace

TEST_CASE("a datagram of IPv4 in three fragments") {
    const auto frames = in_ethernet(fragments4(udp(counted(100)), {32, 64}));
    CHECK(rows_of(frames, ports) ==
          "53,49154,24,,,fragment:payload\n"
          "53,49154,32,,,fragment:ipv4\n"
          "53,49154,100,3,3,complete\n");
    CHECK(rows_of(frames, "ip_len,len,caplen,fragment_offset,more_fragments,udp_len,protocol,fragment_conflict") ==
          "52,66,66,0,1,108,udp,0\n"
          "52,66,66,32,1,,udp,0\n"
          "64,78,78,64,0,108,udp,0\n");
    CHECK(rows_of(frames, "src_port,stop", {.defragment = "first"}) ==
          "53,fragment:payload\n53,fragment:ipv4\n53,complete\n");
    // In any order: the rows in front of the first fragment have no ports.
    CHECK(rows_of({frames[2], frames[0], frames[1]}, ports) ==
          ",,44,,,fragment:ipv4\n"
          "53,49154,24,,,fragment:payload\n"
          "53,49154,100,3,3,complete\n");
    CHECK(rows_of({frames[1], frames[2], frames[0]}, ports) ==
          ",,32,,,fragment:ipv4\n"
          ",,44,,,fragment:ipv4\n"
          "53,49154,100,3,3,complete\n");
}

TEST_CASE("a datagram of IPv6 in three fragments, with an extension header in the first") {
    const byte_string data = extension(17) + udp(counted(100));
    const auto frames = in_ethernet(fragments6(data, {32, 64}, 60), 0x86dd);
    CHECK(rows_of(frames, "src_port,protocol,payload_len,ip_len,fragment_offset,more_fragments,fragments,stop") ==
          "53,udp,16,80,0,1,,fragment:payload\n"
          "53,udp,32,80,32,1,,fragment:ipv6_extension\n"
          "53,udp,100,100,64,0,3,complete\n");
    // Which protocol a later fragment is of only the first one says.
    CHECK(rows_of(frames, "frame_number", {.protocol = "udp"}) == "1\n2\n3\n");
    CHECK(rows_of(frames, "src_port", {.protocol = "udp"}) == "53\n53\n53\n");
    CHECK(rows_of(frames, "frame_number", {.protocol = "tcp"}).empty());
    // A packet with a Fragment header that is whole is no fragment (RFC 6946).
    const auto atomic = in_ethernet(fragments6(udp(counted(8)), {}, 17), 0x86dd);
    CHECK(rows_of(atomic, ports) == "53,49154,8,,,complete\n");
}

TEST_CASE("the payload and the message of a datagram") {
    const temporary_folder folder;
    // A question for example.com.
    const byte_string query = from_hex("1234 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001");
    const auto frames = in_ethernet(fragments4(udp(query), {16, 24}));
    CHECK(rows_of(frames, "message,dns_query") == ",\n,\ndns,example.com\n");
    for (const bool map_files : {true, false}) {
        auto source = open_pcap(folder.write("a.pcap", capture(frames)),
                                {.columns = "payload", .defragment = "on", .map_files = map_files});
        REQUIRE(source);
        const auto rows = source->read();
        REQUIRE(rows);
        const auto payload = *rows->payload()[2];
        CHECK(byte_string(payload.begin(), payload.end()) == query);
    }
}

TEST_CASE("datagrams are told apart by hosts, protocol, identification and VLAN") {
    const byte_string data = udp(counted(24));
    const auto one = fragments4(data, {16}, 1);
    const auto other = fragments4(data, {16}, 2);
    CHECK(rows_of(in_ethernet({one[0], other[1], other[0], one[1]}), "frame_number,fragments") == "1,\n2,\n3,2\n4,2\n");
    const auto tcp_too = fragments4(data, {16}, 1, 6);
    CHECK(rows_of(in_ethernet({one[0], tcp_too[1]}), "frame_number,fragments") == "1,\n2,\n");
    const auto tagged = [](const byte_string& packet, std::uint16_t id) {
        return ethernet(0x8100, vlan(id, 0x0800, packet));
    };
    CHECK(rows_of({tagged(one[0], 5), tagged(one[1], 6), tagged(one[1], 5)}, "vlan_id,fragments") == "5,\n6,\n5,2\n");
}

TEST_CASE("fragments that differ where they overlap") {
    byte_string data = udp(counted(40));
    auto frames = in_ethernet(fragments4(data, {16, 32}));
    data[20] = 0xee;
    const auto forged = in_ethernet(fragments4(data, {16, 32}));
    const std::vector<byte_string> all{frames[0], frames[1], forged[1], frames[2]};
    CHECK(rows_of(all, "fragment_conflict,fragments") == "0,\n0,\n1,\n1,4\n");
    CHECK(rows_of(all, "fragment_conflict,fragments", {.defragment = "last"}) == "0,\n0,\n1,\n1,4\n");
    CHECK(rows_of(all, "fragment_conflict,fragments", {.defragment = "rfc5722"}) == "0,\n0,\n1,\n0,\n");
    CHECK(rows_of({frames[0], frames[1], frames[1], frames[2]}, "fragment_conflict,fragments",
                  {.defragment = "rfc5722"}) == "0,\n0,\n0,\n0,4\n");
    CHECK(given_up(all, {.defragment = "rfc5722"}) ==
          "1 datagram was not put together: 1 discarded for fragments that overlap or contradict each other");
}

TEST_CASE("what comes after a datagram is complete") {
    const auto frames = in_ethernet(fragments4(udp(counted(40)), {16, 32}));
    // Each packet was captured twice: the repetitions belong to the datagram, and are not given up.
    const std::vector<byte_string> twice{frames[0], frames[0], frames[1], frames[1], frames[2], frames[2]};
    CHECK(rows_of(twice, "src_port,fragments,datagram_frame") == "53,,\n53,,\n53,,\n53,,\n53,5,5\n53,,5\n");
    CHECK(given_up(twice, {}).empty());
    // The datagram came twice.
    CHECK(rows_of({frames[0], frames[1], frames[2], frames[0], frames[1], frames[2]},
                  "fragments,datagram_frame") == ",\n,\n3,3\n,3\n,3\n3,6\n");
    // Another datagram of the same identification: its fragment has not the ports of the one before.
    const auto other = in_ethernet(fragments4(udp(counted(80)), {16, 48}));
    CHECK(rows_of({frames[0], frames[1], frames[2], other[2], other[0], other[1]}, "src_port,fragments") ==
          "53,\n53,\n53,3\n,\n53,\n53,3\n");
}

TEST_CASE("datagrams at every level") {
    const auto vxlan = [](const byte_string& packet) {
        const byte_string data = from_hex("0800000000002a00") + ethernet(0x0800, packet);
        return be16(50'000) + be16(4789) + be16(8 + data.size()) + zeros(2) + data;
    };
    constexpr std::string_view columns =
        "inner_src_port,inner_payload_len,inner_fragments,inner_ip_len,outer_fragments,outer_ip_len,outer_udp_len,"
        "src_port,fragments,ip_len,tunnel_id";
    // A tunnel in fragments.
    const auto outside = in_ethernet(fragments4(vxlan(ipv4({}, udp(counted(100)))), {32, 96}));
    CHECK(rows_of(outside, columns) ==
          ",,,,,52,158,50000,,52,42\n"
          ",,,,,84,,50000,,84,\n"
          "53,100,,128,3,82,158,50000,3,82,42\n");
    // Fragments in a tunnel.
    const auto parts = fragments4(udp(counted(100)), {32, 64}, 9);
    std::vector<byte_string> inside;
    for (const byte_string& part : parts) inside.push_back(ethernet(0x0800, ipv4({.id = 1}, vxlan(part))));
    CHECK(rows_of(inside, columns) ==
          "53,24,,52,,102,82,50000,,102,42\n"
          "53,32,,52,,102,82,50000,,102,42\n"
          "53,100,3,64,,114,94,50000,,114,42\n");
    CHECK(rows_of(inside, ports, {.at = "inner"}) ==
          "53,49154,24,,,fragment:payload\n"
          "53,49154,32,,,fragment:ipv4\n"
          "53,49154,100,3,3,complete\n");
    // Only what is asked about is put together.
    CHECK(rows_of(inside, "fragments,src_port") == ",50000\n,50000\n,50000\n");
    // Both.
    std::vector<byte_string> both;
    for (std::uint16_t i = 0; i < parts.size(); ++i)
        for (const byte_string& part : fragments4(vxlan(parts[i]), {40}, static_cast<std::uint16_t>(100 + i)))
            both.push_back(ethernet(0x0800, part));
    CHECK(rows_of(both, "outer_fragments,outer_ip_len,outer_udp_len,inner_fragments,inner_ip_len,inner_payload_len") ==
          ",60,82,,52,\n2,62,82,,52,24\n,60,82,,52,\n2,62,82,,52,32\n,60,94,,64,\n2,74,94,3,64,100\n");
    // Other networks behind other tunnels may have the same addresses.
    std::vector<byte_string> apart = inside;
    apart[1][14 + 20 + 8 + 6] = 0x2b;
    CHECK(rows_of(apart, "frame_number,inner_fragments") == "1,\n2,\n3,\n");
}

TEST_CASE("filters see a datagram in the frame that completes it") {
    const auto frames = in_ethernet(fragments4(udp(counted(100)), {32, 64}));
    const auto frames_of = [&](const char* expression) {
        return rows_of(frames, "frame_number", {.filter = expression});
    };
    // Later fragments have no ports of their own.
    CHECK(frames_of("udp port 53") == "1\n3\n");
    CHECK(frames_of("udp[8] == 0 and udp[108 - 1] == 181") == "3\n");
    CHECK(frames_of("ip[6:2] & 0x3fff != 0") == "1\n2\n");
}

TEST_CASE("limits of time and memory") {
    const auto frames = in_ethernet(fragments4(udp(counted(100)), {32, 64}));
    const std::string late = "1 datagram was not put together: 1 incomplete in time or at the end (--fragment-timeout, "
                             "fragment_timeout)";
    CHECK(given_up(frames, {}, 15).empty());
    CHECK(given_up({frames[0], frames[1]}, {}) == late);
    CHECK(given_up(frames, {.fragment_timeout_ms = 20'000}, 15) ==
          "2 datagrams were not put together: 2 incomplete in time or at the end (--fragment-timeout, "
          "fragment_timeout)");
    // A flood of fragments that are never complete takes no more memory than it may.
    std::vector<byte_string> flood;
    for (std::uint16_t id = 0; id < 3'000; ++id)
        flood.push_back(ethernet(0x0800, fragments4(udp(counted(200)), {104}, id)[id % 2]));
    const std::string text = given_up(flood, {.fragment_memory = 200'000}, 0);
    CHECK(text.starts_with("3000 datagrams were not put together: "));
    CHECK(text.find(" given up for memory (--fragment-memory, fragment_memory)") != std::string::npos);
    defragmenter fragments({.memory_bytes = 200'000}, false, default_tunnel_ports);
    for (std::size_t i = 0; i < 20'000; ++i) {
        byte_string& frame = flood[i % flood.size()];
        frame[14 + 4] = static_cast<std::uint8_t>(i >> 8);
        frame[14 + 5] = static_cast<std::uint8_t>(i);
        const record r{.data = frame.data(), .caplen = static_cast<std::uint32_t>(frame.size()),
                       .len = static_cast<std::uint32_t>(frame.size()), .time = 0, .link_type = link_type::ethernet};
        CHECK(fragments.take(r, i + 1) != nullptr);
        REQUIRE(fragments.memory() <= 200'000);
    }
    // The same fragment again and again.
    for (std::size_t i = 0; i < 100'000; ++i) {
        const record r{.data = flood[0].data(), .caplen = static_cast<std::uint32_t>(flood[0].size()),
                       .len = static_cast<std::uint32_t>(flood[0].size()), .time = 0, .link_type = link_type::ethernet};
        static_cast<void>(fragments.take(r, i + 1));
        REQUIRE(fragments.memory() <= 200'000);
    }
}

TEST_CASE("fragments that were not captured whole") {
    auto frames = in_ethernet(fragments4(udp(counted(100)), {32, 64}));
    frames[1].resize(frames[1].size() - 1);
    CHECK(rows_of(frames, "src_port,fragments,stop") ==
          "53,,fragment:payload\n53,,fragment:ipv4\n53,,fragment:ipv4\n");
    CHECK(given_up(frames, {}) ==
          "1 datagram was not put together: 1 incomplete in time or at the end (--fragment-timeout, fragment_timeout); "
          "1 fragment was not captured whole or can be no part of a datagram");
}

TEST_CASE("a datagram cut at every byte, with any two orders") {
    const byte_string data = udp(counted(64));
    const byte_string wanted = counted(64);
    for (const bool is_ipv6 : {false, true}) {
        for (std::size_t cut = 8; cut < data.size(); cut += 8) {
            auto packets = is_ipv6 ? fragments6(data, {cut}, 17) : fragments4(data, {cut});
            for (unsigned order = 0; order < 2; ++order, std::reverse(packets.begin(), packets.end())) {
                const auto frames = in_ethernet(packets, is_ipv6 ? 0x86dd : 0x0800);
                const temporary_folder folder;
                auto source = open_pcap(folder.write("a.pcap", capture(frames)),
                                        {.columns = "src_port,payload", .defragment = "on"});
                const auto rows = source->read();
                REQUIRE(rows);
                const auto payload = *rows->payload()[1];
                CHECK(byte_string(payload.begin(), payload.end()) == wanted);
                CHECK(*rows->src_port()[1] == 53);
            }
        }
    }
    // Frames that end at any byte: no row is lost, and nothing is put together of what is not there.
    const auto frames = in_ethernet(fragments6(data, {32}, 17), 0x86dd);
    for (std::size_t bytes = 14; bytes < frames[1].size(); ++bytes) {
        const std::vector<byte_string> cut{frames[0], first_bytes(frames[1], bytes)};
        const std::string rows = rows_of(cut, "frame_number,fragments", {.all_frames = true});
        CHECK(rows == "1,\n2,\n");
    }
}

TEST_CASE("the same rows by any number of threads, in any batches and one by one") {
    // Frames enough for several pieces, with datagrams that begin in one and end in the next.
    std::vector<byte_string> frames;
    const auto whole = ethernet(0x0800, ipv4({}, udp(counted(1'400))));
    const byte_string data = udp(counted(900));
    std::vector<byte_string> waiting;
    for (std::uint16_t i = 0; i < 9'000; ++i) {
        frames.push_back(whole);
        const std::size_t which = i % 3;
        if (i % 150 == 0) {
            const auto parts = in_ethernet(fragments4(data, {304, 608}, i));
            frames.push_back(parts[which]);
            waiting.insert(waiting.begin(), {parts[(which + 1) % 3], parts[(which + 2) % 3]});
        }
        if (i % 200 == 199) {
            frames.push_back(waiting.back());
            waiting.pop_back();
        }
    }
    frames.insert(frames.end(), waiting.begin(), waiting.end());
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", capture(frames, 0));
    for (const std::string_view columns :
         {"time,src_host,src_port,dst_host,dst_port,protocol", "src_port,fragments,payload_len,datagram_frame",
          "frame_number,datagram_frame,src_port,payload", "frame_number,inner_src_port,outer_fragments,layers"}) {
        CAPTURE(columns);
        read_options options{.columns = std::string(columns), .defragment = "on", .threads = 1};
        const std::string wanted = rows_of(path, options, columns);
        CHECK(std::count(wanted.begin(), wanted.end(), '\n') == static_cast<std::ptrdiff_t>(frames.size()));
        for (const std::size_t threads : {2U, 3U}) {
            options.threads = threads;
            CHECK((rows_of(path, options, columns) == wanted));
            auto source = open_pcap(path, options);
            const auto table = source->read();
            REQUIRE(table);
            CHECK((csv_of(*table) == wanted));
        }
        options.chunksize = 7;
        options.limit = 20'000;
        CHECK((rows_of(path, options, columns) == wanted));
    }
    auto all = open_pcap(path, {.columns = "src_port,fragments", .defragment = "on"});
    const auto table = all->read();
    std::size_t row = 0;
    auto each = open_pcap(path, {.defragment = "on"});
    REQUIRE(each->for_each_row<column::fragments, column::src_port>([&](auto fragments, auto port) {
        CHECK((fragments == table->fragments()[row] && port == table->src_port()[row]));
        ++row;
    }));
    CHECK(row == table->rows());
}
