// What the pcap writer writes, byte by byte, and read again.
#include <doctest/doctest.h>

#include <pcapframe/format/pcap_writer.hpp>

#include "captures.hpp"
#include "walks.hpp"

using namespace pcapframe;
using testing::byte_string;
using testing::from_hex;

namespace {

record record_of(const byte_string& data, std::int64_t time, std::uint16_t link_type = 1) {
    record r;
    r.data = data.data();
    r.caplen = static_cast<std::uint32_t>(data.size());
    r.len = r.caplen;
    r.time = time;
    r.link_type = link_type;
    return r;
}

byte_string written(const pcap_header& header, const std::vector<record>& records) {
    byte_buffer out;
    const pcap_writer writer(header);
    writer.begin(out);
    for (const record& r : records) writer.write(out, r);
    return testing::to_bytes(out.bytes());
}

constexpr std::int64_t time_ns = 1'515'485'772'210'010'987;

}  // namespace

TEST_CASE("microseconds, little-endian") {
    const byte_string data = from_hex("0102030405");
    record r = record_of(data, time_ns);
    r.len = 60;
    CHECK(written({.snaplen = 65535, .link_type = 1}, {r}) ==
          from_hex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"
                   "4c7a545a 5a340300 05000000 3c000000 0102030405"));
}

TEST_CASE("nanoseconds, big-endian, with a frame check sequence") {
    const byte_string data = from_hex("0102030405");
    CHECK(written({.magic = pcap_magic::nanoseconds,
                   .order = byte_order::big,
                   .snaplen = 0,
                   .link_type = 101,
                   .fcs_bytes = 4},
                  {record_of(data, time_ns, 101)}) == from_hex("a1b23c4d 0002 0004 00000000 00000000 00040000 24000065"
                                                               "5a547a4c 0c84836b 00000005 00000005 0102030405"));
}

TEST_CASE("a tag that was taken out is written where it was") {
    const byte_string data = from_hex("8100 6005 020000000001 020000000002 0800 4500");
    record r = record_of(data, 0);
    r.data += 4;
    r.caplen -= 4;
    r.len = 1500;
    r.tag_in_front = true;
    CHECK(written({.snaplen = 1, .link_type = 1}, {r}) ==
          from_hex("d4c3b2a1 0200 0400 00000000 00000000 01000000 01000000"
                   "00000000 00000000 14000000 e0050000"
                   "020000000001 020000000002 8100 6005 0800 4500"));
}

TEST_CASE("times that the format cannot hold are the nearest ones") {
    for (const auto& [time, seconds] : {std::pair{no_time, std::uint32_t{0}},
                                        {std::int64_t{-1}, std::uint32_t{0}},
                                        {std::numeric_limits<std::int64_t>::max(), ~std::uint32_t{0}}}) {
        const byte_string file = written({.link_type = 1}, {record_of({}, time)});
        CHECK_FALSE(pcap_writer::holds(time));
        CHECK(load_le32(file.data() + 24) == seconds);
        CHECK(load_le32(file.data() + 28) == 0);
    }
}

TEST_CASE("what is written is read again") {
    testing::random_numbers random(7);
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        for (const pcap_magic magic : {pcap_magic::microseconds, pcap_magic::nanoseconds}) {
            std::vector<byte_string> data;
            std::vector<record> records;
            for (unsigned i = 0; i < 50; ++i) data.push_back(testing::counting(random.below(90), i));
            for (const byte_string& bytes : data) {
                const std::int64_t unit = magic == pcap_magic::nanoseconds ? 1 : 1000;
                records.push_back(record_of(bytes, (time_ns + random.below(1'000'000'000)) / unit * unit));
                records.back().len += random.below(3);
            }
            const testing::walked read = testing::walk_whole(
                written({.magic = magic, .order = order, .snaplen = 4096, .link_type = 1}, records));
            CHECK_FALSE(read.damage);
            REQUIRE(read.header);
            CHECK(read.header->magic == magic);
            CHECK(read.header->order == order);
            CHECK(read.header->snaplen == 4096);
            REQUIRE(read.records.size() == records.size());
            for (std::size_t i = 0; i < records.size(); ++i) {
                CHECK(read.records[i].data == data[i]);
                CHECK(read.records[i].len == records[i].len);
                CHECK(read.records[i].time == records[i].time);
            }
        }
    }
}
