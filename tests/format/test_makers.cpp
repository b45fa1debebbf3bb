// Capture files of other makers, byte by byte: what their records give, in windows of any size and cut anywhere.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

const byte_string first = from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f 0806 0001");
const byte_string second = from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f 0806 0002 03");

byte_string big(std::uint64_t value, std::size_t bytes) { return number(value, bytes, byte_order::big); }
byte_string little(std::uint64_t value, std::size_t bytes) { return number(value, bytes, byte_order::little); }

struct maker_file {
    std::string_view name;
    byte_string bytes;
    std::vector<std::size_t> ends;  ///< of its records
    std::vector<kept_record> records;
};

constexpr std::int64_t second_1 = 1'700'000'000'000'000'000;

maker_file snoop() {
    const auto record = [](const byte_string& data, std::uint32_t micros) {
        byte_string padded = data;
        padded.resize((data.size() + 3) / 4 * 4);
        return big(data.size() + 40, 4) + big(data.size(), 4) + big(padded.size() + 24, 4) + big(0, 4) +
               big(1'700'000'000, 4) + big(micros, 4) + padded;
    };
    const byte_string head = from_hex("736e6f6f70000000 00000002 00000004");
    return {"snoop",
            head + record(first, 5) + record(second, 6),
            {16, 56, 100},
            {{first, 56, second_1 + 5000, 0, 1}, {second, 57, second_1 + 6000, 0, 1}}};
}

maker_file btsnoop() {
    constexpr std::uint64_t year_0 = 0x00dc'ddb3'0f2f'8000;
    const auto record = [](const byte_string& data, std::uint64_t micros) {
        return big(data.size(), 4) + big(data.size(), 4) + big(1, 4) + big(0, 4) +
               big(year_0 + 1'700'000'000'000'000 + micros, 8) + data;
    };
    const byte_string head = from_hex("6274736e6f6f7000 00000001 000003ea");
    return {"btsnoop",
            head + record(first, 5) + record(second, 6),
            {16, 56, 97},
            {{first, 16, second_1 + 5000, 0, 187}, {second, 17, second_1 + 6000, 0, 187}}};
}

/// A header, two frames, their table.
byte_string netmon_head(std::string_view magic, std::uint8_t major, std::uint8_t minor, std::uint32_t table) {
    // 2023-11-14, a Tuesday, 22:13:20.
    byte_string head = from_hex(magic) + little(minor, 1) + little(major, 1) + little(1, 2) + little(2023, 2) +
                       little(11, 2) + little(2, 2) + little(14, 2) + little(22, 2) + little(13, 2) + little(20, 2) +
                       little(7, 2) + little(table, 4) + little(8, 4);
    head.resize(128);
    return head;
}

maker_file netmon_1() {
    const auto frame = [](const byte_string& data, std::uint32_t millis) {
        return little(millis, 4) + little(data.size() + 4, 2) + little(data.size(), 2) + data;
    };
    return {"NetMon",
            netmon_head("52545353", 1, 1, 177) + frame(first, 0) + frame(second, 2) + little(128, 4) + little(152, 4),
            {128, 152, 177},
            {{first, 20, second_1 + 7'000'000, 0, 1}, {second, 21, second_1 + 9'000'000, 0, 1}}};
}

/// Version 2.1 names the network of each frame, 2.3 its time.
maker_file netmon_2(std::uint8_t minor) {
    const std::size_t trailer = minor == 0 ? 0 : minor == 1 ? 2 : 15;
    const auto frame = [&](const byte_string& data, std::uint64_t micros, std::uint16_t network) {
        const byte_string tail = little(network, 2) + zeros(4) +
                                 little(116'444'736'000'000'000 + 17'000'000'000'000'000 + 70'000 + micros * 10, 8) +
                                 zeros(1);
        return little(micros, 8) + little(data.size() + 4, 4) + little(data.size(), 4) + data +
               first_bytes(tail, trailer);
    };
    const auto end = static_cast<std::uint32_t>(128 + 65 + 2 * trailer);
    const std::uint16_t other = minor == 0 ? 1 : 0xe000 + 105;
    const std::uint16_t other_type = minor == 0 ? 1 : 105;
    return {"NetMon",
            netmon_head("474d4255", 2, minor, end) + frame(first, 0, 1) + frame(second, 2, other) + little(128, 4) +
                little(160 + trailer, 4),
            {128, 160 + trailer, end},
            {{first, 20, second_1 + 7'000'000, 0, 1},
             {second, 21, second_1 + 7'002'000, other_type == 1 ? 0U : 1U, other_type}}};
}

maker_file erf() {
    const auto record = [](std::uint8_t type, const byte_string& inside, std::size_t wire) {
        return little(0x8000'0000, 4) + little(1'700'000'000, 4) + big(type, 1) + big(4, 1) +
               big(inside.size() + 16, 2) + big(0, 2) + big(wire, 2) + inside;
    };
    const byte_string raw = record(27, from_hex("0102030405060708"), 8);
    return {"ERF",
            record(2, zeros(2) + first + zeros(6), 16) +
                record(2 | 0x80, from_hex("0100000000000001") + zeros(2) + second + zeros(5), 40) + raw,
            {0, 40, 88, 112},
            {{first, 16, second_1 + 500'000'000, 0, 1},
             {second + zeros(5), 40, second_1 + 500'000'000, 0, 1},
             {raw, 24, second_1 + 500'000'000, 1, 197}}};
}

std::vector<maker_file> all_files() {
    return {snoop(), btsnoop(), netmon_1(), netmon_2(0), netmon_2(1), netmon_2(3), erf()};
}

}  // namespace

TEST_CASE("records of every maker, in one piece and in windows") {
    for (const maker_file& file : all_files()) {
        CAPTURE(file.name);
        const walked out = walk_whole(file.bytes);
        CHECK_FALSE(out.refused);
        CHECK_FALSE(out.damage);
        CHECK(out.records == file.records);
        CHECK(out.offset == file.bytes.size());
        for (const std::size_t step : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{100}})
            CHECK(walk_in_windows(file.bytes, step) == out);
    }
}

TEST_CASE("cut at every byte: the records before, and where the file ends") {
    for (const maker_file& file : all_files()) {
        CAPTURE(file.name);
        for (std::size_t length = 16; length < file.bytes.size(); ++length) {
            CAPTURE(length);
            const walked out = walk_whole(first_bytes(file.bytes, length));
            if (out.refused) continue;  // an ERF file of less than a record
            std::size_t whole = 0;
            while (whole + 1 < file.ends.size() && file.ends[whole + 1] <= length) ++whole;
            CHECK(out.records ==
                  std::vector(file.records.begin(), file.records.begin() + static_cast<std::ptrdiff_t>(whole)));
            const bool is_between = length == file.ends[whole] || length >= file.ends.back();
            CHECK(out.damage.has_value() != is_between);
            if (out.damage) CHECK(out.damage->offset == (length < file.ends[0] ? 0 : file.ends[whole]));
        }
    }
}

TEST_CASE("headers that lie are damage, and nothing is read beyond the bytes") {
    random_numbers random(7);
    for (const maker_file& file : all_files()) {
        for (int i = 0; i < 300; ++i) {
            byte_string changed = file.bytes;
            for (std::uint32_t flips = 1 + random.below(4); flips > 0; --flips)
                changed[random.below(changed.size())] = static_cast<std::uint8_t>(random.below(256));
            const walked whole = walk_whole(changed), parts = walk_in_windows(changed, 3);
            // Whether a file is one of ERF is told by the second record, where that is in the first window.
            if (whole.refused.has_value() == parts.refused.has_value()) CHECK(parts == whole);
        }
    }
    byte_string short_record = snoop().bytes;
    short_record[16 + 11] = 20;
    CHECK(walk_whole(short_record).damage->code == errc::bad_record);
    byte_string version = btsnoop().bytes;
    version[11] = 2;
    CHECK(walk_whole(version).damage->code == errc::unsupported_version);
}

TEST_CASE("pcaps with longer record headers are known by their records") {
    struct variant {
        std::uint32_t magic;
        std::size_t extra;
    };
    for (const variant v :
         {variant{microseconds_magic, 4}, variant{microseconds_magic, 8}, variant{modified_magic, 4}}) {
        for (const byte_order order : {byte_order::little, byte_order::big}) {
            CAPTURE(v.extra);
            pcap_file usual({.magic = v.magic, .order = order});
            usual.add(first, 1'700'000'000, 5).add(second, 1'700'000'001, 6).add(first, 1'700'000'002, 7);
            const walked wanted = walk_whole(usual.bytes());
            byte_string longer = first_bytes(usual.bytes(), 24);
            const std::size_t header = v.magic == modified_magic ? 24 : 16;
            std::size_t at = 24;
            for (const kept_record& r : wanted.records) {
                const byte_string whole(usual.bytes().begin() + static_cast<std::ptrdiff_t>(at),
                                        usual.bytes().begin() + static_cast<std::ptrdiff_t>(at + header));
                longer = longer + whole + byte_string(v.extra, 0x01) + r.data;
                at += header + r.data.size();
            }
            CHECK(walk_whole(longer).records == wanted.records);
            CHECK_FALSE(walk_whole(longer).damage);
            CHECK(walk_in_windows(longer, 1) == walk_whole(longer));
        }
    }
}

TEST_CASE("a pcap of Ixia, whose header is longer and says the unit") {
    for (const auto& [magic, unit] : {std::pair{0x1c0001acU, 1}, std::pair{0x1c0001abU, 1000}}) {
        pcap_file usual({.magic = microseconds_magic});
        usual.add(first, 1'700'000'000, 5);
        byte_string bytes = usual.bytes();
        const byte_string word = little(magic, 4);
        std::copy(word.begin(), word.end(), bytes.begin());
        const byte_string length = little(bytes.size() - 24, 4);
        bytes.insert(bytes.begin() + 24, length.begin(), length.end());
        const walked out = walk_whole(bytes);
        REQUIRE(out.records.size() == 1);
        CHECK(out.records[0].time == second_1 + 5 * unit);
        CHECK(walk_in_windows(bytes, 0) == out);
        CHECK(walk_whole(first_bytes(bytes, 26)).damage->code == errc::cut_header);
    }
}
