// The walk over a block of the packet ring: fields, tags, cooked headers, and blocks that contradict themselves.
#include <doctest/doctest.h>

#include "ring_blocks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::vector<record> walk(byte_string& block, const ring_terms& terms = {}, std::size_t room = 3) {
    ring_block_walker walker(block, terms);
    std::vector<record> all;
    std::vector<record> some(room);
    while (const std::size_t count = walker.walk(some))
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    return all;
}

byte_string whole(const record& r) {
    byte_string bytes = to_bytes(r.bytes());
    if (r.tag_in_front)
        bytes = first_bytes(bytes, 12) + byte_string(r.data - 4, r.data) + byte_string(bytes.begin() + 12, bytes.end());
    return bytes;
}

const byte_string frame = from_hex("020000000001 020000000002 0800 45000014");

}  // namespace

TEST_CASE("packets one after the other, with their fields") {
    ring_block_bytes block;
    for (unsigned i = 0; i < 5; ++i) block.add({.data = counting(40 + 7 * i, i), .nanoseconds = i, .len = 1500});
    const std::vector<record> records = walk(block.all(), {.link_type = 101, .interface = 9});
    REQUIRE(records.size() == 5);
    for (unsigned i = 0; i < 5; ++i) {
        CHECK(to_bytes(records[i].bytes()) == counting(40 + 7 * i, i));
        CHECK(records[i].len == 1500);
        CHECK(records[i].time == 1'700'000'000'000'000'000 + i);
        CHECK(records[i].link_type == 101);
        CHECK(records[i].interface == 9);
        CHECK(records[i].direction == direction::in);
        CHECK_FALSE(records[i].tag_in_front);
    }
}

TEST_CASE("an empty block, and one that says nothing of its length") {
    ring_block_bytes empty;
    CHECK(walk(empty.all()).empty());
    ring_block_bytes block;
    block.add({.data = frame});
    block.put32(20, 0);
    CHECK(walk(block.all()).size() == 1);
}

TEST_CASE("directions") {
    const direction wanted[] = {direction::in,    direction::broadcast, direction::multicast,
                                direction::other, direction::out,       direction::unknown};
    ring_block_bytes block;
    for (std::uint8_t type = 0; type < 6; ++type) block.add({.data = frame, .packet_type = type});
    const std::vector<record> records = walk(block.all());
    REQUIRE(records.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK(records[i].direction == wanted[i]);
}

TEST_CASE("what goes out on the loopback interface is what comes in on it") {
    ring_block_bytes block;
    block.add({.data = frame, .interface_index = 1, .packet_type = 4});
    block.add({.data = frame, .interface_index = 1, .packet_type = 0});
    block.add({.data = frame, .interface_index = 2, .packet_type = 4});
    ring_block_walker walker(block.all(), {.loopback_index = 1});
    std::vector<record> records(9);
    CHECK(walker.walk(records) == 2);
    CHECK(walker.skipped() == 1);
    CHECK(records[0].direction == direction::in);
    CHECK(records[1].direction == direction::out);
}

TEST_CASE("a tag that the kernel took out") {
    ring_block_bytes block;
    block.add({.data = frame, .status = 1 | tag_valid | tag_protocol_valid, .tag = 0x6fff, .tag_protocol = 0x88a8});
    block.add({.data = frame, .status = 1 | tag_valid, .tag = 0});
    block.add({.data = frame, .tag = 5});
    block.add({.data = first_bytes(frame, 11), .status = 1 | tag_valid, .tag = 5});
    const std::vector<record> records = walk(block.all());
    REQUIRE(records.size() == 4);
    CHECK(whole(records[0]) == from_hex("020000000001 020000000002 88a8 6fff 0800 45000014"));
    CHECK(records[0].whole_caplen() == frame.size() + 4);
    CHECK(records[0].whole_len() == frame.size() + 4);
    CHECK(whole(records[1]) == from_hex("020000000001 020000000002 8100 0000 0800 45000014"));
    CHECK_FALSE(records[2].tag_in_front);
    // Without both addresses there is no place for it.
    CHECK_FALSE(records[3].tag_in_front);
    CHECK(records[3].caplen == 11);
}

TEST_CASE("with its tag a packet is no longer than the snapshot length") {
    for (const std::uint32_t snaplen : {14U, 16U, 17U, 21U, 22U, 100U}) {
        ring_block_bytes block;
        block.add({.data = first_bytes(frame, std::min<std::size_t>(frame.size(), snaplen)),
                   .len = 18,
                   .status = 1 | tag_valid,
                   .tag = 1});
        const std::vector<record> records = walk(block.all(), {.snaplen = snaplen});
        REQUIRE(records.size() == 1);
        CHECK(records[0].whole_caplen() == std::clamp<std::uint32_t>(snaplen, 16, 22));
        CHECK(records[0].whole_len() == 22);
    }
}

TEST_CASE("a cooked header in front") {
    const ring_terms terms{.snaplen = 65536, .link_type = 276, .cooked = true};
    ring_block_bytes block;
    block.add({.data = from_hex("45000014"), .interface_index = 0x01020304, .arphrd = 772, .packet_type = 4});
    block.add({.data = from_hex("60000000"),
               .len = 900,
               .status = 1 | tag_valid | tag_protocol_valid,
               .tag = 0x2007,
               .tag_protocol = 0x88a8,
               .protocol = 0x86dd});
    const std::vector<record> records = walk(block.all(), terms);
    REQUIRE(records.size() == 2);
    CHECK(to_bytes(records[0].bytes()) == from_hex("0800 0000 01020304 0304 04 06 a0a1a2a3a4a50000 45000014"));
    CHECK(records[0].len == 24);
    CHECK(to_bytes(records[1].bytes()) ==
          from_hex("88a8 0000 00000002 0001 00 06 a0a1a2a3a4a50000 2007 86dd 60000000"));
    CHECK(records[1].len == 924);
    ring_terms cut = terms;
    cut.snaplen = 22;
    ring_block_bytes other;
    other.add({.data = from_hex("45000014")});
    CHECK(walk(other.all(), cut)[0].caplen == 22);
}

TEST_CASE("a second tag behind the one that the kernel took out, of which it says nothing") {
    const ring_terms terms{.link_type = 276, .cooked = true};
    const auto cooked = [&](const char* data, std::uint16_t protocol, std::uint32_t status = 1 | tag_valid) {
        ring_block_bytes block;
        block.add({.data = from_hex(data), .status = status, .tag = 10, .protocol = protocol});
        const std::vector<record> records = walk(block.all(), terms);
        const byte_string bytes = to_bytes(records.at(0).bytes());
        return first_bytes(bytes, 2) + byte_string(bytes.begin() + 20, bytes.end());
    };
    const std::string ip = "4500001c 00000000 4011f6d5 c0000201 c0000202 0009000900080000";
    const auto hex = [](const std::string& text) { return from_hex(text); };
    CHECK(cooked(("0014 0800" + ip).c_str(), 0x0800) == hex("8100 000a 8100 0014 0800" + ip));
    CHECK(cooked(("0014 8100 0015 0800" + ip).c_str(), 0x0800) == hex("8100 000a 8100 0014 8100 0015 0800" + ip));
    CHECK(cooked("0014 88a8 0015 0806 0001", 0x0806) == hex("8100 000a 8100 0014 88a8 0015 0806 0001"));
    // A TCI that looks like the first two bytes of IPv4.
    CHECK(cooked(("4514 0800" + ip).c_str(), 0x0800) == hex("8100 000a 8100 4514 0800" + ip));
    // An older kernel says what the second tag is, and what is behind it stands in the packet.
    CHECK(cooked(("0014 0800" + ip).c_str(), 0x8100) == hex("8100 000a 8100 0014 0800" + ip));
    CHECK(cooked(("0014 0800" + ip).c_str(), 0x88a8) == hex("8100 000a 88a8 0014 0800" + ip));
    // Without a second tag: IPv4, also of a length that looks like its ethertype, and what is cut too short to tell.
    CHECK(cooked(ip.c_str(), 0x0800) == hex("8100 000a 0800" + ip));
    const std::string long_ip = "45000800 00000000 4011eee9 c0000201 c0000202 0009";
    CHECK(cooked(long_ip.c_str(), 0x0800) == hex("8100 000a 0800" + long_ip));
    CHECK(cooked("0014", 0x0800) == hex("8100 000a 0800 0014"));
    CHECK(cooked("", 0x0800) == hex("8100 000a 0800"));
    // Without the first one there is no second.
    CHECK(cooked("0014 0800 45", 0x0800, 1) == hex("0800 0014 0800 45"));
}

TEST_CASE("IPv6 whose flow label looks like its ethertype is no tag") {
    const byte_string header = from_hex("600086dd 0008 11 40") + counting(32, 1) + from_hex("0009000900080000");
    CHECK_FALSE(detail::begins_in_tag(header, 0x86dd, header.size()));
    CHECK(detail::begins_in_tag(from_hex("600086dd") + header, 0x86dd, header.size() + 4));
    CHECK(detail::begins_in_tag(from_hex("000586dd") + header, 0x86dd, header.size() + 4));
    CHECK_FALSE(detail::begins_in_tag(from_hex("000586dc") + header, 0x86dd, header.size() + 4));
}

TEST_CASE("where nothing is said, records have the system's number of their interface") {
    ring_block_bytes block;
    block.add({.data = frame, .interface_index = 7}).add({.data = frame, .interface_index = 0x01020304});
    const std::vector<record> records = walk(block.all(), {.interface = std::nullopt});
    REQUIRE(records.size() == 2);
    CHECK(records[0].interface == 7);
    CHECK(records[1].interface == 0x01020304);
}

TEST_CASE("without the gap that was asked for nothing is written in front") {
    ring_block_bytes block;
    block.add({.data = frame, .status = 1 | tag_valid, .tag = 5, .offset = 71});
    CHECK_FALSE(walk(block.all())[0].tag_in_front);
    ring_block_bytes cooked;
    cooked.add({.data = frame, .offset = 80});
    CHECK(walk(cooked.all(), {.link_type = 276, .cooked = true})[0].caplen == 0);
}

TEST_CASE("blocks that contradict themselves end there") {
    const auto damaged = [](const auto& spoil) {
        ring_block_bytes block(512);
        block.add({.data = frame}).add({.data = frame});
        spoil(block);
        ring_block_walker walker(block.all(), {});
        std::vector<record> records(8);
        const std::size_t count = walker.walk(records);
        CHECK(walker.walk(records) == 0);
        return std::pair{walker.damaged(), count};
    };
    using outcome = std::pair<bool, std::size_t>;
    CHECK(damaged([](auto&) {}) == outcome{false, 2});
    CHECK(damaged([](auto& b) { b.put32(12, 3); }) == outcome{true, 2});    // more packets than there are
    CHECK(damaged([](auto& b) { b.put32(16, 500); }) == outcome{true, 0});  // the first one beyond the end
    CHECK(damaged([](auto& b) { b.put32(16, 0xffff'fff0); }) == outcome{true, 0});
    CHECK(damaged([](auto& b) { b.put32(20, 100); }) == outcome{true, 0});  // the block is cut
    CHECK(damaged([](auto& b) { b.put32(48, 0); }) == outcome{true, 1});    // the next one is the same
    CHECK(damaged([](auto& b) { b.put32(48, 0xffff'ffff); }) == outcome{true, 1});
    CHECK(damaged([](auto& b) { b.put32(60, 400); }) == outcome{true, 0});  // longer than the block
    CHECK(damaged([](auto& b) { b.put16(72, 67); }) == outcome{true, 0});   // inside its own header
    byte_string small(47);
    CHECK(ring_block_walker(small, {}).damaged());
}
