// The pcap format: every magic number, byte order and version, and headers whose fields say odd things.
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>

#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;

constexpr byte_order both_orders[] = {byte_order::little, byte_order::big};

}  // namespace

TEST_CASE("a record, byte by byte") {
    const byte_string file = from_hex(
        "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
        "002f6859 40e20100 04000000 00010000 deadbeef");
    const walked out = walk_whole(file);
    REQUIRE(out.records.size() == 1);
    CHECK(out.records[0] == kept_record{from_hex("deadbeef"), 256, 1'500'000'000 * second + 123'456'000, 0, 1});
    CHECK_FALSE(out.damage);
    REQUIRE(out.header);
    CHECK(out.header->magic == pcap_magic::microseconds);
    CHECK(out.header->order == byte_order::little);
    CHECK(out.header->snaplen == 65535);
    CHECK_FALSE(out.header->nanoseconds());
    CHECK(out.offset == file.size());
}

TEST_CASE("microseconds, nanoseconds and the modified format, in both byte orders") {
    for (const byte_order order : both_orders) {
        for (const std::uint32_t magic : {microseconds_magic, nanoseconds_magic, modified_magic}) {
            CAPTURE(magic);
            pcap_file file({.magic = magic, .order = order});
            file.add(from_hex("010203"), 1, 999'999).add(from_hex(""), 2, 0).add(from_hex("04"), 4'294'967'295U, 7);
            const walked out = walk_whole(file.bytes());
            REQUIRE(out.records.size() == 3);
            const std::int64_t unit = magic == nanoseconds_magic ? 1 : 1000;
            CHECK(out.records[0].time == second + 999'999 * unit);
            CHECK(out.records[0].data == from_hex("010203"));
            CHECK(out.records[1].data.empty());
            CHECK(out.records[1].time == 2 * second);
            CHECK(out.records[2].time == 4'294'967'295 * second + 7 * unit);
            CHECK_FALSE(out.damage);
            CHECK(out.header->order == order);
            CHECK(static_cast<std::uint32_t>(out.header->magic) == magic);
            REQUIRE(out.interfaces.size() == 1);
            CHECK(out.interfaces[0].tsresol == (magic == nanoseconds_magic ? 9 : 6));
            CHECK(out.interfaces[0].link_type == 1);
        }
    }
}

TEST_CASE("a sub-second field of a second and more carries over") {
    for (const byte_order order : both_orders) {
        pcap_file micro({.order = order});
        micro.add(from_hex("00"), 10, 1'000'000).add(from_hex("00"), 10, 4'294'967'295U);
        const walked out = walk_whole(micro.bytes());
        REQUIRE(out.records.size() == 2);
        CHECK(out.records[0].time == 11 * second);
        CHECK(out.records[1].time == 10 * second + 4'294'967'295'000);
        pcap_file nano({.magic = nanoseconds_magic, .order = order});
        nano.add(from_hex("00"), 10, 4'294'967'295U);
        CHECK(walk_whole(nano.bytes()).records.at(0).time == 10 * second + 4'294'967'295);
    }
}

TEST_CASE("captured and original length are taken as they stand where the bytes are there") {
    pcap_file file({.snaplen = 2});
    // More captured than the snapshot length, and more captured than there was.
    file.add(from_hex("0102030405")).add_record({.caplen = 3, .len = 1}, from_hex("aabbcc"));
    file.add_record({.caplen = 1, .len = 0xffffffff}, from_hex("dd"));
    const walked out = walk_whole(file.bytes());
    REQUIRE(out.records.size() == 3);
    CHECK(out.records[0].data.size() == 5);
    CHECK(out.records[1].data == from_hex("aabbcc"));
    CHECK(out.records[1].len == 1);
    CHECK(out.records[2].len == 0xffffffff);
    CHECK_FALSE(out.damage);
}

TEST_CASE("no snapshot length limits anything") {
    for (const std::uint32_t snaplen : {0U, 1U, 262'144U, 0x7fffffffU, 0xffffffffU}) {
        pcap_file file({.snaplen = snaplen});
        file.add(counting(300));
        const walked out = walk_whole(file.bytes());
        REQUIRE(out.records.size() == 1);
        CHECK(out.records[0].data == counting(300));
        REQUIRE(out.interfaces.size() > 0);
        CHECK(out.interfaces[0].snaplen == snaplen);
    }
}

TEST_CASE("before version 2.3 the lengths stand in the other order, in 2.3 in either") {
    for (const byte_order order : both_orders) {
        for (const std::uint16_t minor : {std::uint16_t{0}, std::uint16_t{2}}) {
            pcap_file old({.order = order, .minor = minor});
            old.add_record({.caplen = 9, .len = 3}, from_hex("010203"));
            const walked out = walk_whole(old.bytes());
            REQUIRE(out.records.size() == 1);
            CHECK(out.records[0].data == from_hex("010203"));
            CHECK(out.records[0].len == 9);
        }
        pcap_file either({.order = order, .minor = 3});
        either.add_record({.caplen = 9, .len = 3}, from_hex("010203"))
            .add_record({.caplen = 3, .len = 9}, from_hex("040506"));
        const walked out = walk_whole(either.bytes());
        REQUIRE(out.records.size() == 2);
        CHECK(out.records[0].data == from_hex("010203"));
        CHECK(out.records[0].len == 9);
        CHECK(out.records[1].data == from_hex("040506"));
        CHECK(out.records[1].len == 9);
    }
}

TEST_CASE("later minor versions are read, other major ones refused") {
    pcap_file later({.minor = 99});
    later.add(from_hex("01"));
    CHECK(walk_whole(later.bytes()).records.size() == 1);
    for (const std::uint16_t major : {std::uint16_t{1}, std::uint16_t{3}, std::uint16_t{543}}) {
        const walked out = walk_whole(pcap_file({.major = major}).add(from_hex("01")).bytes());
        REQUIRE(out.refused);
        CHECK(*out.refused == kept_damage{errc::unsupported_version, 4, major, 4});
        CHECK(out.records.empty());
    }
}

TEST_CASE("the link type stands in the lower half of its word, the FCS in the upper") {
    const walked out = walk_whole(pcap_file({.link = 0x24000001}).add(from_hex("0102")).bytes());
    REQUIRE(out.header);
    CHECK(out.header->link_type == 1);
    CHECK(out.header->fcs_bytes == 4);
    CHECK(out.records.at(0).link_type == 1);
    REQUIRE(out.interfaces.size() > 0);
    CHECK(out.interfaces[0].fcs_bytes == 4);
    // Without bit 26 the top bits say nothing.
    const walked unsaid = walk_whole(pcap_file({.link = 0x20000071}).bytes());
    CHECK(unsaid.header->link_type == 113);
    CHECK(unsaid.header->fcs_bytes == 0);
    const walked large = walk_whole(pcap_file({.link = 0xf400ffff}).bytes());
    CHECK(large.header->link_type == 65535);
    CHECK(large.header->fcs_bytes == 30);
}

TEST_CASE("a file of its header alone is good and empty") {
    for (const byte_order order : both_orders) {
        const walked out = walk_whole(pcap_file({.order = order}).bytes());
        CHECK(out.records.empty());
        CHECK_FALSE(out.damage);
        CHECK_FALSE(out.refused);
        CHECK(out.offset == 24);
    }
}

TEST_CASE("a cut record tells where it begins, what it needs and what is there") {
    const byte_string good = pcap_file().add(counting(60)).add(counting(40)).bytes();
    const std::size_t second_record = 24 + 16 + 60;
    const walked in_data = walk_whole(first_bytes(good, second_record + 16 + 15));
    CHECK(in_data.records.size() == 1);
    CHECK(in_data.damage == kept_damage{errc::cut_record, second_record, 40, 15});
    const walked in_header = walk_whole(first_bytes(good, second_record + 9));
    CHECK(in_header.records.size() == 1);
    CHECK(in_header.damage == kept_damage{errc::cut_record, second_record, 16, 9});
}

TEST_CASE("a cut file header is damage once the magic number is there, and no capture before") {
    const byte_string header = pcap_head{}.bytes();
    for (std::size_t length = 4; length < 24; ++length) {
        const walked out = walk_whole(first_bytes(header, length));
        CHECK_FALSE(out.refused);
        CHECK(out.damage == kept_damage{errc::cut_header, 0, 24, length});
    }
    for (std::size_t length = 1; length < 4; ++length) {
        const walked out = walk_whole(first_bytes(header, length));
        REQUIRE(out.refused);
        CHECK(out.refused->code == errc::not_a_capture);
    }
    CHECK(walk_whole({}).refused->code == errc::empty_input);
}

TEST_CASE("a captured length beyond the limit is damage even where a pipe might still bring the bytes") {
    const auto too_long = static_cast<std::uint32_t>(limits::record_bytes_max + 1);
    const byte_string file =
        pcap_file().add(counting(10)).add_record({.caplen = too_long, .len = 60}, counting(100)).bytes();
    for (const walked& out : {walk_whole(file), walk_in_windows(file, 0)}) {
        CHECK(out.records.size() == 1);
        CHECK(out.damage == kept_damage{errc::record_too_long, 24 + 26, too_long, limits::record_bytes_max});
    }
    // The limit itself is only cut short.
    const auto longest = static_cast<std::uint32_t>(limits::record_bytes_max);
    const walked out = walk_whole(pcap_file().add_record({.caplen = longest, .len = 60}, counting(100)).bytes());
    CHECK(out.damage == kept_damage{errc::cut_record, 24, longest, 100});
}

TEST_CASE("records carry the index that the interface has in a list of several files") {
    const auto interfaces = std::make_shared<interface_list>(3);
    const byte_string file = pcap_file({.link = 101}).add(from_hex("01")).bytes();
    auto walker = capture_walker::open(file, interfaces);
    REQUIRE(walker);
    std::vector<record> records(4);
    const walk_step step = walker->walk({file, true}, records);
    REQUIRE(step.count == 1);
    CHECK(records[0].interface == 3);
    REQUIRE(interfaces->size() == 4);
    CHECK((*interfaces)[3].link_type == 101);
}

TEST_CASE("a walker that has met damage stays there") {
    const byte_string file = pcap_file().add_record({.caplen = 5, .len = 5}, counting(2)).bytes();
    auto walker = capture_walker::open(file, std::make_shared<interface_list>());
    REQUIRE(walker);
    std::vector<record> records(4);
    walk_step step = walker->walk({file, true}, records);
    CHECK(step.state == walk_state::damaged);
    const kept_damage damage = kept(*walker->damage());
    const byte_string more = counting(100);
    for (int again = 0; again < 3; ++again) {
        step = walker->walk({more, true}, records);
        CHECK(step.state == walk_state::damaged);
        CHECK(step.count == 0);
        CHECK(step.consumed == 0);
        CHECK(kept(*walker->damage()) == damage);
    }
}

TEST_CASE("AIX: interface types for link types, nanoseconds, in version 2.2 alone") {
    for (const auto& [theirs, link_type] : std::vector<std::pair<std::uint32_t, std::uint16_t>>{
             {6, std::uint16_t{1}}, {9, std::uint16_t{6}}, {15, std::uint16_t{10}}, {24, std::uint16_t{0}}}) {
        pcap_file file({.order = byte_order::big, .minor = 2, .link = theirs});
        file.add(counting(20), 1'700'000'000, 123'456'789);
        const walked out = walk_whole(file.bytes());
        REQUIRE(out.records.size() == 1);
        CHECK(out.records[0].link_type == link_type);
        CHECK(out.records[0].time == 1'700'000'000'123'456'789);
        CHECK((out.header->is_aix && out.header->nanoseconds()));
        CHECK(out.interfaces[0].tsresol == 9);
        CHECK(out.interfaces[0].link_type == link_type);
    }
    for (const pcap_head& head : {pcap_head{.minor = 2, .link = 1}, pcap_head{.minor = 4, .link = 6}})
        CHECK_FALSE(walk_whole(pcap_file(head).add(counting(20)).bytes()).header->is_aix);
}

TEST_CASE("version 543.0 is DG/UX': the lengths stand in the other order") {
    pcap_file file({.major = 543, .minor = 0});
    file.add_record({.caplen = 60, .len = 20}, counting(20));
    const walked out = walk_whole(file.bytes());
    REQUIRE(out.records.size() == 1);
    CHECK((out.records[0].data == counting(20) && out.records[0].len == 60));
    const walked other = walk_whole(pcap_file({.major = 543, .minor = 4}).bytes());
    CHECK((other.refused && other.refused->code == errc::unsupported_version));
}
