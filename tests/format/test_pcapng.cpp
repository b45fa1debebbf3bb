// The pcapng format: sections, interfaces, the three packet blocks, and blocks that are stepped over.
#include <doctest/doctest.h>

#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr byte_order both_orders[] = {byte_order::little, byte_order::big};
constexpr std::int64_t microsecond = 1000;

}  // namespace

TEST_CASE("a section, an interface and a packet, byte by byte") {
    const byte_string file = from_hex(
        "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
        "01000000 14000000 0100 0000 00000400 14000000"
        "06000000 28000000 00000000 00000500 40e20100 05000000 00010000 0102030405 000000 28000000");
    const walked out = walk_whole(file);
    CHECK_FALSE(out.damage);
    REQUIRE(out.records.size() == 1);
    CHECK(out.records[0] == kept_record{from_hex("0102030405"), 256, 0x50000'0001'e240 * microsecond, 0, 1});
    REQUIRE(out.sections.size() == 1);
    CHECK(out.sections[0].order == byte_order::little);
    CHECK(out.sections[0].version_major == 1);
    REQUIRE(out.interfaces.size() > 0);
    CHECK(out.interfaces[0].snaplen == 262'144);
    CHECK(out.offset == file.size());
    CHECK_FALSE(out.header);
}

TEST_CASE("sections of both byte orders in one file, each with interfaces of its own") {
    for (const byte_order first : both_orders) {
        const byte_order second = first == byte_order::little ? byte_order::big : byte_order::little;
        pcapng_file file(first);
        file.interface({.link_type = 1}).enhanced(from_hex("01"), {.ticks = 1});
        file.section(second).interface({.link_type = 101}).interface({.link_type = 113});
        file.enhanced(from_hex("0203"), {.interface = 1, .ticks = 2})
            .enhanced(from_hex("04"), {.interface = 0, .ticks = 3});
        file.section(first).interface({.link_type = 276}).enhanced(from_hex("050607"), {.ticks = 4});
        const walked out = walk_whole(file.bytes());
        CHECK_FALSE(out.damage);
        REQUIRE(out.records.size() == 4);
        CHECK(out.records[0] == kept_record{from_hex("01"), 1, 1 * microsecond, 0, 1});
        CHECK(out.records[1] == kept_record{from_hex("0203"), 2, 2 * microsecond, 2, 113});
        CHECK(out.records[2] == kept_record{from_hex("04"), 1, 3 * microsecond, 1, 101});
        CHECK(out.records[3] == kept_record{from_hex("050607"), 3, 4 * microsecond, 3, 276});
        REQUIRE(out.interfaces.size() == 4);
        CHECK(out.interfaces[2].id == 1);
        CHECK(out.interfaces[2].section == 1);
        CHECK(out.interfaces[3].id == 0);
        CHECK(out.interfaces[3].section == 2);
        REQUIRE(out.sections.size() == 3);
        CHECK(out.sections[1].order == second);
    }
}

TEST_CASE("an interface may be described after packets of others") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        file.interface({.link_type = 1}).enhanced(from_hex("01"));
        file.interface({.link_type = 101}).enhanced(from_hex("02"), {.interface = 1}).enhanced(from_hex("03"));
        const walked out = walk_whole(file.bytes());
        REQUIRE(out.records.size() == 3);
        CHECK(out.records[1].link_type == 101);
        CHECK(out.records[2].link_type == 1);
    }
}

TEST_CASE("the obsolete Packet Block has a short interface number") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        file.interface().interface({.link_type = 113});
        file.obsolete(from_hex("0a0b0c"), {.interface = 1, .ticks = 77, .len = 1000, .options = option(2, "x", order)});
        const walked out = walk_whole(file.bytes());
        REQUIRE(out.records.size() == 1);
        CHECK(out.records[0] == kept_record{from_hex("0a0b0c"), 1000, 77 * microsecond, 1, 113});
    }
}

TEST_CASE("a Simple Packet Block has interface 0, no time, and as many bytes as the snapshot length allows") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        file.interface({.link_type = 101, .snaplen = 6}).interface({.link_type = 1});
        file.simple(counting(6), 100).simple(counting(5), 5).simple(counting(6), 6);
        file.section(order).interface({.link_type = 1, .snaplen = 0}).simple(counting(9), 9);
        const walked out = walk_whole(file.bytes());
        CHECK_FALSE(out.damage);
        REQUIRE(out.records.size() == 4);
        CHECK(out.records[0] == kept_record{counting(6), 100, no_time, 0, 101});
        CHECK(out.records[1] == kept_record{counting(5), 5, no_time, 0, 101});
        CHECK(out.records[2] == kept_record{counting(6), 6, no_time, 0, 101});
        CHECK(out.records[3] == kept_record{counting(9), 9, no_time, 2, 1});
    }
}

TEST_CASE("each interface has its resolution and offset") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        const auto interface = [&](std::uint8_t tsresol, std::int64_t tsoffset) {
            file.interface({.options = option(9, {tsresol}, order) +
                                       option(14, number(static_cast<std::uint64_t>(tsoffset), 8, order), order)});
        };
        interface(9, 0);
        interface(3, 1'000'000'000);
        interface(0x80 | 20, -5);
        interface(0, 0);
        interface(12, 0);
        for (std::uint32_t i = 0; i < 5; ++i) file.enhanced(from_hex("00"), {.interface = i, .ticks = 3 << 20});
        const walked out = walk_whole(file.bytes());
        REQUIRE(out.records.size() == 5);
        CHECK(out.records[0].time == 3 << 20);
        CHECK(out.records[1].time == 1'000'000'000'000'000'000 + (3 << 20) * std::int64_t{1'000'000});
        CHECK(out.records[2].time == -2'000'000'000);
        CHECK(out.records[3].time == (3 << 20) * std::int64_t{1'000'000'000});
        CHECK(out.records[4].time == (3 << 20) / 1000);
        REQUIRE(out.interfaces.size() > 2);
        CHECK(out.interfaces[2].tsresol == (0x80 | 20));
        CHECK(out.interfaces[2].tsoffset == -5);
    }
}

TEST_CASE("a time that cannot be held is none, and the packet stays") {
    pcapng_file file;
    file.interface().enhanced(from_hex("01"), {.ticks = ~std::uint64_t{0}});
    const walked out = walk_whole(file.bytes());
    REQUIRE(out.records.size() == 1);
    CHECK(out.records[0].time == no_time);
}

TEST_CASE("options of interfaces and sections are walked with their padding") {
    for (const byte_order order : both_orders) {
        const byte_string zero_ended = from_hex("6c6f00");
        pcapng_file file(order);
        file.section(order, option(1, "noted", order) + option(2, "x86", order) + option(3, "Linux", order) +
                                option(4, "dumpcap", order) + option(0, "", order));
        file.interface({.options = option(1, "a comment", order) + option(2, "eth0", order) +
                                   option(3, "uplink", order) +
                                   option(11, from_hex("00") + to_bytes(hex("756470")), order) +
                                   option(12, "os", order) + option(13, {4}, order) + option(9, {9}, order) +
                                   option(0, "", order) + option(2, "after the end", order)});
        file.interface({.options = option(2, zero_ended, order)});  // no end mark
        file.interface({.options = option(11, from_hex("01") + counting(8), order)});
        const walked out = walk_whole(file.bytes());
        CHECK_FALSE(out.damage);
        REQUIRE(out.sections.size() == 2);
        CHECK(out.sections[1].comment == "noted");
        CHECK(out.sections[1].hardware == "x86");
        CHECK(out.sections[1].os == "Linux");
        CHECK(out.sections[1].application == "dumpcap");
        REQUIRE(out.interfaces.size() == 3);
        CHECK(out.interfaces[0].name == "eth0");
        CHECK(out.interfaces[0].description == "uplink");
        CHECK(out.interfaces[0].filter == "udp");
        CHECK(out.interfaces[0].os == "os");
        CHECK(out.interfaces[0].fcs_bytes == 4);
        CHECK(out.interfaces[0].tsresol == 9);
        CHECK(out.interfaces[1].name == "lo");
        CHECK(out.interfaces[2].filter.empty());
    }
}

TEST_CASE("an option that claims more than its block has ends the options, not the file") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        const byte_string lying = number(3, 2, order) + number(1000, 2, order) + from_hex("41424344");
        file.interface({.options = option(2, "eth0", order) + lying}).enhanced(from_hex("01"));
        const walked out = walk_whole(file.bytes());
        CHECK_FALSE(out.damage);
        CHECK(out.records.size() == 1);
        REQUIRE(out.interfaces.size() > 0);
        CHECK(out.interfaces[0].name == "eth0");
        CHECK(out.interfaces[0].description.empty());
    }
}

TEST_CASE("long option texts are kept up to the limit") {
    pcapng_file file;
    file.interface({.options = option(2, std::string(limits::option_text_bytes_max + 100, 'n'))});
    const interface_list interfaces = walk_whole(file.bytes()).interfaces;
    REQUIRE(interfaces.size() == 1);
    CHECK(interfaces[0].name == std::string(limits::option_text_bytes_max, 'n'));
}

TEST_CASE("other blocks are stepped over") {
    for (const byte_order order : both_orders) {
        pcapng_file file(order);
        file.interface();
        // Name resolution, statistics, journal, decryption secrets, custom, one reserved for local use, one not known.
        for (const std::uint32_t type : {4U, 5U, 9U, 10U, 0xbadU, 0x40000badU, 0x80000001U, 0xffffffffU, 0U})
            file.add(type, counting(type % 50)).enhanced(from_hex("01"), {.ticks = type});
        file.add(0xbad, counting(200)).add(5, {});
        const walked out = walk_whole(file.bytes());
        CHECK_FALSE(out.damage);
        REQUIRE(out.records.size() == 9);
        CHECK(out.records[4].time == 0xbad * microsecond);
        CHECK(out.offset == file.bytes().size());
    }
}

TEST_CASE("packet options after the data are no part of it") {
    pcapng_file file;
    file.interface().enhanced(counting(5), {.len = 5, .options = option(2, counting(4)) + option(0, "")});
    file.enhanced(counting(3), {.caplen = 3, .len = 90});
    const walked out = walk_whole(file.bytes());
    REQUIRE(out.records.size() == 2);
    CHECK(out.records[0].data == counting(5));
    CHECK(out.records[1].len == 90);
}

TEST_CASE("block lengths that are no multiple of four are rounded up, as the first writers padded") {
    for (const byte_order order : both_orders) {
        for (std::uint32_t short_by = 1; short_by < 4; ++short_by) {
            const byte_string data = counting(8 - short_by);
            const byte_string body = number(0, 4, order) + zeros(8) + number(data.size(), 4, order) +
                                     number(data.size(), 4, order) + padded(data);
            const byte_string length = number(body.size() + 12 - short_by, 4, order);
            pcapng_file file(order);
            file.interface();
            file.raw(number(6, 4, order) + length + body + length);
            const byte_string custom_length = number(12 + 8 - short_by, 4, order);
            file.raw(number(0xbad, 4, order) + custom_length + zeros(8) + custom_length);
            file.enhanced(from_hex("ff"));
            const walked out = walk_whole(file.bytes());
            CHECK_FALSE(out.damage);
            REQUIRE(out.records.size() == 2);
            CHECK(out.records[0].data == data);
        }
    }
}

TEST_CASE("a minor version that is not known is read, a major one refused") {
    CHECK(walk_whole(pcapng_file().section(byte_order::big, {}, 1, 2).interface().enhanced(from_hex("01")).bytes())
              .records.size() == 1);
    for (const byte_order order : both_orders) {
        pcapng_file file;
        file.interface().enhanced(from_hex("01"));
        const std::size_t place = file.bytes().size();
        file.section(order, {}, 2, 7).interface().enhanced(from_hex("02"));
        const walked out = walk_whole(file.bytes());
        CHECK(out.records.size() == 1);
        CHECK(out.damage == kept_damage{errc::unsupported_version, place, 2, 7});
    }
}
