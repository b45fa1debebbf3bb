// What the pcapng writer writes, byte by byte, and read again.
#include <array>
#include <limits>

#include <doctest/doctest.h>

#include <pcapframe/format/pcapng_writer.hpp>

#include "../bytes/random.hpp"
#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using testing::byte_string;
using testing::from_hex;

namespace {

record record_of(const byte_string& data, std::int64_t time) {
    record r;
    r.data = data.data();
    r.caplen = static_cast<std::uint32_t>(data.size());
    r.len = r.caplen;
    r.time = time;
    r.link_type = 1;
    return r;
}

pcapng_section section_of(byte_order order) {
    pcapng_section section;
    section.order = order;
    return section;
}

interface_info interface_of(std::uint8_t tsresol) {
    interface_info info;
    info.link_type = 1;
    info.tsresol = tsresol;
    return info;
}

template <class Write>
byte_string written(Write write) {
    byte_buffer out;
    pcapng_writer writer;
    write(writer, out);
    return testing::to_bytes(out.bytes());
}

/// What `write` adds to a section of that byte order with one interface of that resolution.
template <class Write>
byte_string added(byte_order order, std::uint8_t tsresol, Write write) {
    byte_buffer out;
    pcapng_writer writer;
    writer.section(out, section_of(order));
    writer.interface(out, interface_of(tsresol));
    const std::size_t before = out.bytes().size();
    write(writer, out);
    return testing::to_bytes(out.bytes().subspan(before));
}

constexpr std::int64_t time_ns = 0x0001'0203'0405'0607;

}  // namespace

TEST_CASE("a section without options, in both byte orders") {
    const auto section = [](byte_order order) {
        return written([=](pcapng_writer& writer, byte_buffer& out) { writer.section(out, section_of(order)); });
    };
    CHECK(section(byte_order::little) == from_hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"));
    CHECK(section(byte_order::big) == from_hex("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"));
}

TEST_CASE("a section says what wrote it, and where") {
    const byte_string file = written([](pcapng_writer& writer, byte_buffer& out) {
        writer.section(out, {.hardware = "x", .os = "Linux", .application = "pcap", .comment = "hi"});
    });
    CHECK(file == from_hex("0a0d0d0a 44000000 4d3c2b1a 0100 0000 ffffffffffffffff"
                           "0100 0200 68690000  0200 0100 78000000  0300 0500 4c696e7578000000  0400 0400 70636170"
                           "00000000 44000000"));
}

TEST_CASE("an interface with everything") {
    byte_buffer out;
    pcapng_writer writer;
    writer.section(out, section_of(byte_order::big));
    const std::size_t before = out.bytes().size();
    CHECK(writer.interface(out, {.link_type = 276,
                                 .snaplen = 65536,
                                 .fcs_bytes = 4,
                                 .tsresol = 9,
                                 .tsoffset = -2,
                                 .name = "eth0",
                                 .description = "up",
                                 .filter = "tcp",
                                 .os = "Linux"}) == 0);
    CHECK(testing::to_bytes(out.bytes().subspan(before)) ==
          from_hex("00000001 00000058 0114 0000 00010000"
                   "0002 0004 65746830  0003 0002 75700000  0009 0001 09000000  000b 0004 00746370"
                   "000c 0005 4c696e7578000000  000d 0001 04000000  000e 0008 fffffffffffffffe"
                   "00000000 00000058"));
    CHECK(writer.interface(out, {}) == 1);
    CHECK(writer.interfaces() == 2);
    writer.section(out, {});
    CHECK(writer.interfaces() == 0);
}

TEST_CASE("packets, with padding and a direction") {
    const byte_string data = from_hex("0102030405");
    record r = record_of(data, time_ns);
    r.len = 60;
    CHECK(added(byte_order::little, 9, [&](auto& writer, auto& out) { writer.packet(out, 0, r); }) ==
          from_hex("06000000 28000000 00000000 03020100 07060504 05000000 3c000000 0102030405 000000 28000000"));
    r.direction = direction::broadcast;
    CHECK(added(byte_order::big, 9, [&](auto& writer, auto& out) { writer.packet(out, 0, r); }) ==
          from_hex("00000006 00000034 00000000 00010203 04050607 00000005 0000003c 0102030405 000000"
                   "0002 0004 0000000d 00000000 00000034"));
}

TEST_CASE("a tag that was taken out is written where it was") {
    const byte_string data = from_hex("88a8 0fff 020000000001 020000000002 8100 0001 0800 45");
    record r = record_of(data, 1);
    r.data += 4;
    r.caplen -= 4;
    r.len = 100;
    r.tag_in_front = true;
    CHECK(added(byte_order::little, 9, [&](auto& writer, auto& out) { writer.packet(out, 0, r); }) ==
          from_hex("06000000 38000000 00000000 00000000 01000000 17000000 68000000"
                   "020000000001 020000000002 88a8 0fff 8100 0001 0800 45 00 38000000"));
}

TEST_CASE("a packet without a time is a simple one where that can hold it") {
    const byte_string data = from_hex("010203");
    record r = record_of(data, no_time);
    const auto write = [&](auto& writer, auto& out) { writer.packet(out, 0, r); };
    CHECK(added(byte_order::little, 6, write) == from_hex("03000000 14000000 03000000 01020300 14000000"));
    r.len = 4;
    CHECK(added(byte_order::little, 6, write) ==
          from_hex("06000000 24000000 00000000 ffffffff ffffffff 03000000 04000000 01020300 24000000"));
}

TEST_CASE("no time is read again as none, and every time as itself, whatever the interface counts from") {
    constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
    testing::random_numbers random(3);
    const byte_string data = testing::counting(20);
    std::vector<std::int64_t> offsets{0,   1,       -1, 9'223'372'036, -9'223'372'036, 9'300'000'000, -9'300'000'000,
                                      far, -far - 1};
    for (int i = 0; i < 40; ++i)
        offsets.push_back(std::int64_t{9} * random.below(0xffff'ffff) - (std::int64_t{1} << 34));
    for (const std::int64_t offset : offsets)
        for (const std::uint8_t tsresol : std::array<std::uint8_t, 4>{0, 3, 6, 9}) {
            byte_buffer out;
            pcapng_writer writer;
            writer.section(out, section_of(byte_order::little));
            interface_info info = interface_of(tsresol);
            info.tsoffset = offset;
            std::vector<record> records;
            for (std::uint32_t number = 0; number < 2; ++number) {
                REQUIRE(writer.interface(out, info) == number);
                for (const std::int64_t time : {no_time, no_time + 1, std::int64_t{-1}, std::int64_t{0}, far,
                                                std::int64_t{1'700'000'000'000'000'000}, offset, offset / 2})
                    for (const direction d : {direction::unknown, direction::in}) {
                        record r = record_of(data, time);
                        r.direction = d;
                        r.len += number + (d == direction::in ? 1 : 0);
                        writer.packet(out, number, r);
                        r.interface = number;
                        records.push_back(r);
                    }
            }
            std::int64_t unit = 1;
            for (unsigned digit = tsresol; digit < 9; ++digit) unit *= 10;
            const auto interfaces = std::make_shared<interface_list>();
            pcapng_walker walker(interfaces);
            std::vector<record> read(records.size() + 1);
            REQUIRE(walker.walk({out.bytes(), true}, read).count == records.size());
            for (std::size_t i = 0; i < records.size(); ++i) {
                REQUIRE(read[i].interface == records[i].interface);
                REQUIRE(read[i].direction == records[i].direction);
                if (!writer.holds(records[i].interface, records[i].time)) REQUIRE(read[i].time == no_time);
                else if (read[i].time != no_time)
                    REQUIRE(nanoseconds_between(read[i].time, records[i].time) < static_cast<std::uint64_t>(unit));
                else REQUIRE(records[i].time < no_time + unit);  // cut off to what 64 bits do not hold
            }
        }
}

TEST_CASE("statistics leave out what is not known") {
    const interface_statistics counted{.time = 3'000, .begin = 1'000, .received = 5, .os_dropped = 0};
    CHECK(added(byte_order::little, 6, [&](auto& writer, auto& out) { writer.statistics(out, 0, counted); }) ==
          from_hex("05000000 40000000 00000000 00000000 03000000"
                   "0200 0800 00000000 01000000  0400 0800 0500000000000000  0700 0800 0000000000000000"
                   "00000000 40000000"));
    CHECK(added(byte_order::big, 6, [](auto& writer, auto& out) {
              writer.statistics(out, 0, {.time = 1'000, .end = 2'000});
          }) == from_hex("00000005 00000028 00000000 00000000 00000001 0003 0008 00000000 00000002 00000000 00000028"));
}

TEST_CASE("what is written is read again, of all resolutions that are kept") {
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        byte_buffer out;
        pcapng_writer writer;
        pcapng_section section = section_of(order);
        section.os = "an os";
        section.application = "a test";
        writer.section(out, section);
        const byte_string data = testing::counting(61);
        std::vector<record> records;
        const std::vector<std::uint8_t> resolutions{0, 3, 6, 9, 12, 0x80 | 30};
        for (const std::uint8_t tsresol : resolutions) {
            interface_info info = interface_of(tsresol);
            info.tsoffset = tsresol;
            info.name = "n" + std::to_string(tsresol);
            const std::uint32_t number = writer.interface(out, info);
            for (const direction d : {direction::unknown, direction::in, direction::out, direction::broadcast,
                                      direction::multicast, direction::other}) {
                record r = record_of(data, 1'700'000'000'123'456'789);
                r.caplen -= number;
                r.direction = d;
                writer.packet(out, number, r);
                records.push_back(r);
            }
        }
        const auto interfaces = std::make_shared<interface_list>();
        pcapng_walker walker(interfaces);
        std::vector<record> read(records.size() + 1);
        const walk_step step = walker.walk({out.bytes(), true}, read);
        CHECK(step.state == walk_state::end);
        REQUIRE(step.count == records.size());
        CHECK(walker.sections()[0].os == "an os");
        CHECK(walker.sections()[0].application == "a test");
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::uint8_t wanted = resolutions[read[i].interface];
            const std::int64_t tick = wanted == 0 ? 1'000'000'000 : wanted == 3 ? 1'000'000 : wanted == 6 ? 1'000 : 1;
            CHECK(read[i].time == records[i].time / tick * tick);
            CHECK(read[i].direction == records[i].direction);
            CHECK(read[i].len == records[i].len);
            CHECK(testing::to_bytes(read[i].bytes()) == testing::to_bytes(records[i].bytes()));
            CHECK((*interfaces)[read[i].interface].name == "n" + std::to_string(wanted));
            CHECK((*interfaces)[read[i].interface].tsoffset == wanted);
        }
    }
}

TEST_CASE("flags in words of other writers") {
    CHECK(direction_of(0) == direction::unknown);
    CHECK(direction_of(1) == direction::in);
    CHECK(direction_of(2) == direction::out);
    CHECK(direction_of(2 | 3U << 2) == direction::out);  // a broadcast of this machine's own
    CHECK(direction_of(3U << 2) == direction::broadcast);
    CHECK(direction_of(3) == direction::unknown);
    CHECK(direction_of(0xffff'0000) == direction::unknown);
    CHECK(direction_of(0xffff'0001) == direction::in);
}
