// Damaged pcapng files: what is wrong, at which byte, and every packet before it.
#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>

#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr byte_order both_orders[] = {byte_order::little, byte_order::big};

/// A section with an interface and one packet: what comes after it is damaged.
pcapng_file good_start(byte_order order = byte_order::little) {
    pcapng_file file(order);
    file.interface().enhanced(from_hex("01020304"));
    return file;
}

/// Checks that the packet before the damage is there, and the damage, in one piece and in windows.
void check_damage(const byte_string& file, const kept_damage& wanted, std::size_t records = 1) {
    const walked whole = walk_whole(file);
    CHECK(whole.records.size() == records);
    REQUIRE(whole.damage);
    CHECK(*whole.damage == wanted);
    for (const std::size_t step : std::initializer_list<std::size_t>{0, 1, 7})
        CHECK(walk_in_windows(file, step) == whole);
}

/// A block with lengths of its own at both ends.
byte_string block_with(std::uint32_t type, std::uint32_t start, const byte_string& body, std::uint32_t end,
                       byte_order order) {
    return number(type, 4, order) + number(start, 4, order) + body + number(end, 4, order);
}

}  // namespace

TEST_CASE("two lengths that differ, in blocks that are read and in blocks that are stepped over") {
    for (const byte_order order : both_orders) {
        for (const std::uint32_t type : {1U, 2U, 3U, 6U, 5U, 0xbadU}) {
            CAPTURE(type);
            pcapng_file file = good_start(order);
            const std::size_t place = file.bytes().size();
            file.raw(block_with(type, 32, zeros(20), 36, order)).enhanced(from_hex("05"));
            check_damage(file.bytes(), {errc::block_mismatch, place, 32, 36});
        }
        pcapng_file file = good_start(order);
        const std::size_t place = file.bytes().size();
        const byte_string section = number(0x1a2b3c4d, 4, order) + number(1, 2, order) + zeros(10);
        file.raw(block_with(0x0a0d0d0a, 28, section, 0x1c000000, order));
        check_damage(file.bytes(), {errc::block_mismatch, place, 28, 0x1c000000});
    }
}

TEST_CASE("a length shorter than a block's own frame never advances") {
    for (const byte_order order : both_orders) {
        for (const std::uint32_t type : {1U, 3U, 6U, 0xbadU}) {
            for (std::uint32_t length = 0; length < 12; ++length) {
                pcapng_file file = good_start(order);
                const std::size_t place = file.bytes().size();
                file.raw(block_with(type, length, zeros(16), length, order));
                check_damage(file.bytes(), {errc::bad_block_length, place, length, 0});
            }
        }
        pcapng_file file = good_start(order);
        const std::size_t place = file.bytes().size();
        file.raw(block_with(0x0a0d0d0a, 24, number(0x1a2b3c4d, 4, order) + number(1, 2, order) + zeros(10), 24, order));
        check_damage(file.bytes(), {errc::bad_block_length, place, 24, 0});
    }
}

TEST_CASE("blocks too short for what they are") {
    for (const byte_order order : both_orders) {
        const auto check = [&](std::uint32_t type, std::size_t body, std::uint64_t needed) {
            CAPTURE(type);
            pcapng_file file = good_start(order);
            const std::size_t place = file.bytes().size();
            file.add(type, zeros(body));
            check_damage(file.bytes(), {errc::bad_block, place, needed, body});
        };
        check(1, 4, 8);
        check(2, 16, 20);
        check(6, 0, 20);
        check(3, 0, 4);
    }
}

TEST_CASE("more captured bytes than the block holds") {
    for (const byte_order order : both_orders) {
        for (const std::int64_t caplen : {std::int64_t{9}, std::int64_t{0x7fffffff}, std::int64_t{0xffffffff}}) {
            pcapng_file enhanced = good_start(order);
            const std::size_t place = enhanced.bytes().size();
            enhanced.enhanced(counting(8), {.caplen = caplen, .len = 8});
            check_damage(enhanced.bytes(), {errc::bad_block, place, static_cast<std::uint64_t>(caplen), 8});
            pcapng_file obsolete = good_start(order);
            obsolete.obsolete(counting(8), {.caplen = caplen, .len = 8});
            check_damage(obsolete.bytes(), {errc::bad_block, place, static_cast<std::uint64_t>(caplen), 8});
        }
        pcapng_file simple = good_start(order);
        const std::size_t place = simple.bytes().size();
        simple.simple(counting(8), 9);
        check_damage(simple.bytes(), {errc::bad_block, place, 9, 8});
    }
}

TEST_CASE("a packet of an interface that its section has not described") {
    for (const byte_order order : both_orders) {
        pcapng_file file = good_start(order);
        std::size_t place = file.bytes().size();
        file.enhanced(from_hex("01"), {.interface = 1});
        check_damage(file.bytes(), {errc::unknown_interface, place, 1, 1});

        file = good_start(order);
        file.obsolete(from_hex("01"), {.interface = 65535});
        check_damage(file.bytes(), {errc::unknown_interface, place, 65535, 1});

        // Interfaces end with their section.
        file = good_start(order);
        file.section(order);
        place = file.bytes().size();
        file.enhanced(from_hex("01"));
        check_damage(file.bytes(), {errc::unknown_interface, place, 0, 0});

        file = good_start(order);
        file.section(order);
        place = file.bytes().size();
        file.simple(from_hex("01"), 1);
        check_damage(file.bytes(), {errc::unknown_interface, place, 0, 0});
    }
}

TEST_CASE("a section of neither byte order") {
    pcapng_file file = good_start();
    const std::size_t place = file.bytes().size();
    file.raw(from_hex("0a0d0d0a 1c000000 4d3c2b1b 01000000 ffffffffffffffff 1c000000"));
    check_damage(file.bytes(), {errc::bad_byte_order, place, 0x4d3c2b1b, 0});
    check_damage(from_hex("0a0d0d0a 00000000 00000000"), {errc::bad_byte_order, 0, 0, 0}, 0);
}

TEST_CASE("a packet block larger than the limit is not waited for") {
    const auto too_long = static_cast<std::uint32_t>(limits::block_bytes_max + 4);
    for (const byte_order order : both_orders) {
        for (const std::uint32_t type : {1U, 2U, 3U, 6U}) {
            pcapng_file file = good_start(order);
            const std::size_t place = file.bytes().size();
            file.raw(number(type, 4, order) + number(too_long, 4, order) + counting(40));
            check_damage(file.bytes(), {errc::record_too_long, place, too_long, limits::block_bytes_max});
        }
        pcapng_file file = good_start(order);
        const std::size_t place = file.bytes().size();
        file.raw(from_hex("0a0d0d0a") + number(0xfffffff0, 4, order) + number(0x1a2b3c4d, 4, order) + counting(40));
        check_damage(file.bytes(), {errc::record_too_long, place, 0xfffffff0, limits::block_bytes_max});
    }
}

TEST_CASE("a block that is cut tells where it begins, what it needs and what is there") {
    pcapng_file file = good_start();
    const std::size_t place = file.bytes().size();
    file.enhanced(counting(40));
    check_damage(first_bytes(file.bytes(), place + 50), {errc::cut_record, place, 72, 50});
    check_damage(first_bytes(file.bytes(), place + 5), {errc::cut_record, place, 8, 5});
}

TEST_CASE("so does a block that is only stepped over, of any size") {
    for (const std::size_t body : {std::size_t{4}, std::size_t{40}, std::size_t{5000}}) {
        pcapng_file file = good_start();
        const std::size_t place = file.bytes().size();
        file.add(0xbad, zeros(body));
        for (std::size_t there = 8; there < body + 12; there += body / 4) {
            CAPTURE(there);
            check_damage(first_bytes(file.bytes(), place + there), {errc::cut_record, place, body + 12, there});
        }
    }
    // A length that lies is not believed beyond the bytes that come.
    pcapng_file file = good_start();
    const std::size_t place = file.bytes().size();
    file.raw(from_hex("ad0b0000 fcffffff") + zeros(1000));
    check_damage(file.bytes(), {errc::cut_record, place, 0xfffffffc, 1008});
}

TEST_CASE("a packet cannot come before a section") {
    // The first four bytes say that it is a pcapng, so another first block is no capture at all.
    const byte_string file = block(1, zeros(8)) + block(6, zeros(20));
    REQUIRE(walk_whole(file).refused);
    CHECK(walk_whole(file).refused->code == errc::not_a_capture);
}
