// What a read is told better than its files say: the link type of packets and the unit of times, in every way to read.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>
#include <pcapframe/source/split.hpp>

#include "../decode/packets.hpp"
#include "../format/captures.hpp"
#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

const byte_string packet = ipv4({}, udp(from_hex("6869")));

/// So many raw packets in a pcap that says Ethernet and microseconds, with nanoseconds in it.
byte_string wrong_pcap(std::size_t packets) {
    pcap_file file;
    for (std::size_t i = 0; i < packets; ++i) file.add(packet, 1'500'000'000, 900'000'000);
    return file.bytes();
}

/// How many rows a source gives, and the time of the first, in nanoseconds; 0 where there is none.
struct seen {
    std::size_t rows = 0;
    std::int64_t time = 0;

    friend bool operator==(const seen&, const seen&) = default;
};

template <class Table>
seen what_is_in(const Table& table) {
    return {table.rows(), table.rows() == 0 ? 0 : *table.time()[0]};
}

seen read(const std::string& path, const read_options& options) {
    auto source = open_pcap(path, options);
    REQUIRE(source);
    auto table = source->read();
    REQUIRE(table);
    return what_is_in(*table);
}

constexpr std::int64_t right_time = 1'500'000'000'900'000'000, wrong_time = 1'500'000'900'000'000'000;

}  // namespace

TEST_CASE("a link type and a unit that the file does not say, mapped, in windows and merged") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", wrong_pcap(3));
    CHECK(read(path, {}).rows == 0);
    for (const bool mapped : {true, false}) {
        CHECK(read(path, {.link_type = 101, .map_files = mapped}) == seen{3, wrong_time});
        CHECK(read(path, {.link_type = 101, .fraction = time_fraction::nanoseconds, .map_files = mapped}) ==
              seen{3, right_time});
    }
    CHECK(read(path, {.merge = true, .link_type = 101}) == seen{3, wrong_time});
    CHECK(read(path, {.link_type = 228, .fraction = time_fraction::microseconds}) == seen{3, wrong_time});
}

TEST_CASE("a pcapng, whose interfaces all get the link type") {
    pcapng_file file;
    file.interface({.link_type = 1}).interface({.link_type = 147});
    file.enhanced(packet, {.interface = 0}).enhanced(packet, {.interface = 1});
    const temporary_folder folder;
    const std::string path = folder.write("a.pcapng", file.bytes());
    CHECK(read(path, {.link_type = 101}).rows == 2);
    auto source = open_pcap(path, {.columns = "link_type,src_host", .link_type = 101});
    REQUIRE(source);
    auto table = source->read();
    REQUIRE(table);
    CHECK(*table->link_type()[1] == 101);
    CHECK(source->notes().empty());
}

TEST_CASE("a file that several threads read, its partitions, and its splits as lines") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", wrong_pcap(200'000));
    const read_options options{.link_type = 101, .fraction = time_fraction::nanoseconds, .threads = 2};
    CHECK(read(path, options) == seen{200'000, right_time});
    read_options in_parts = options;
    in_parts.partition_bytes = 1 << 20;
    auto source = open_pcap(path, in_parts);
    REQUIRE(source);
    const auto parts = source->partitions();
    REQUIRE(parts);
    REQUIRE(*parts > 1);
    std::size_t rows = 0;
    for (std::size_t i = 0; i < *parts; ++i) {
        auto part = source->read_partition(i);
        REQUIRE(part);
        rows += part->rows();
        CHECK(what_is_in(*part).time == right_time);
    }
    CHECK(rows == 200'000);
    const auto splits = plan_splits(path, 4 << 20, options);
    REQUIRE(splits);
    rows = 0;
    for (const split& one : *splits) {
        const auto again = parse_split(write_split(one));
        REQUIRE(again);
        auto opened = open_split(*again);
        REQUIRE(opened);
        auto part = opened->read();
        REQUIRE(part);
        rows += part->rows();
        CHECK(what_is_in(*part).time == right_time);
    }
    CHECK(rows == 200'000);
}
