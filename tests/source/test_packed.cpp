// Compressed captures: the same rows as the plain ones, by every way of reading, with or without a thread that unpacks;
// what was whole before damage, and where the damage is; never read whole, never cut into parts.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>
#include <pcapframe/source/split.hpp>

#include "../codec/packed.hpp"
#include "../decode/rows.hpp"
#include "../format/samples.hpp"
#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr const char* columns = "frame_number,time,src_host,src_port,dst_host,dst_port,protocol,payload,len,stop";

std::string shown(const batch& rows) {
    std::string text;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (const column c : rows.columns()) text += cell_text(rows, i, c) + ',';
    return text;
}

std::string read_whole(const std::string& path, read_options options = {}) {
    options.columns = columns;
    auto source = open_pcap(path, options);
    REQUIRE(source);
    const auto all = source->read();
    REQUIRE(all);
    return shown(*all);
}

struct form {
    const char* name;
    byte_string (*pack)(bytes_view);
};

constexpr form forms[] = {
    {"a.gz", [](bytes_view plain) { return gzip_stored(plain); }},
    // The name says something else, and is not looked at.
    {"a.pcap", [](bytes_view plain) { return gzip_stored(plain.first(1000)) + gzip_stored(plain.subspan(1000)); }},
    {"a.zst", [](bytes_view plain) { return zstd_stored(plain); }},
    {"a.lz4", [](bytes_view plain) { return lz4_stored(plain); }},
};

}  // namespace

TEST_CASE("a compressed capture has the rows of the plain one") {
    const temporary_folder folder;
    const byte_string plain = traffic(3000);
    const std::string wanted = read_whole(folder.write("plain.pcap", plain));
    for (const form& how : forms) {
        CAPTURE(how.name);
        const std::string path = folder.write(how.name, how.pack(plain));
        CHECK(read_whole(path) == wanted);
        CHECK(read_whole(path, {.threads = 1}) == wanted);
        CHECK(read_whole(path, {.threads = 4}) == wanted);
        CHECK(read_whole(path, {.map_files = false}) == wanted);
        // It is one part, however small parts were to be.
        auto source = open_pcap(path, {.columns = columns, .partition_bytes = 1000});
        REQUIRE(source);
        CHECK(source->discover()->partitions == 1);
        CHECK(shown(*source->read_partition(0)) == wanted);
        const auto splits = plan_splits(path, 1000);
        REQUIRE(splits);
        REQUIRE(splits->size() == 1);
        const auto again = parse_split(write_split(splits->front()));
        REQUIRE(again);
        auto rows = open_split(*again, {.columns = columns});
        REQUIRE(rows);
        CHECK(shown(*rows->read()) == wanted);
    }
}

TEST_CASE("compressed files beside plain ones, under one index and in the order of time") {
    const temporary_folder folder;
    const byte_string first = traffic(500, 1);
    const byte_string second = traffic(500, 2);
    static_cast<void>(folder.write("1.pcap", first));
    static_cast<void>(folder.write("2.pcap", second));
    static_cast<void>(folder.write("1.gz", gzip_stored(first)));
    static_cast<void>(folder.write("2.zst", zstd_stored(second)));
    const auto read = [&](const std::vector<std::string>& names, bool merge) {
        std::vector<std::string> paths;
        for (const std::string& name : names) paths.push_back(folder.path(name));
        auto source = open_pcap(paths, {.columns = columns, .merge = merge});
        REQUIRE(source);
        return shown(*source->read());
    };
    for (const bool merge : {false, true}) {
        const std::string wanted = read({"1.pcap", "2.pcap"}, merge);
        CHECK(read({"1.gz", "2.pcap"}, merge) == wanted);
        CHECK(read({"1.gz", "2.zst"}, merge) == wanted);
    }
}

TEST_CASE("damage of compressed data ends the rows, and says where, packed and plain") {
    const temporary_folder folder;
    const byte_string plain = traffic(2000);
    const std::string wanted = read_whole(folder.write("plain.pcap", plain));
    byte_string cut = gzip_stored(plain);
    cut.resize(cut.size() / 2);
    for (const std::size_t threads : {1U, 2U}) {
        auto source = open_pcap(folder.write("cut.gz", cut), {.columns = columns, .threads = threads});
        REQUIRE(source);
        const auto rows = source->read();
        REQUIRE(rows);
        CHECK(wanted.starts_with(shown(*rows)));
        CHECK(rows->rows() > 500);
        REQUIRE(rows->warnings().size() == 1);
        const error& why = rows->warnings()[0];
        CHECK(why.code == errc::bad_packed);
        CHECK(why.number == cut.size());
        CHECK(why.offset > cut.size() - 10'000);
        CHECK(why.message().find("cut.gz: at byte " + std::to_string(why.offset) +
                                 ": the gzip data ends within the compressed data (at byte " +
                                 std::to_string(cut.size()) + " of the compressed file)") != std::string::npos);
    }
    // The checksum is the last thing that is known: all rows are there, and the warning.
    byte_string changed = gzip_stored(plain);
    changed[changed.size() - 6] ^= 0xff;
    auto source = open_pcap(folder.write("changed.gz", changed), {.columns = columns});
    REQUIRE(source);
    const auto rows = source->read();
    REQUIRE(rows);
    CHECK(shown(*rows) == wanted);
    REQUIRE(rows->warnings().size() == 1);
    CHECK(rows->warnings()[0].message().find("checksum (CRC-32)") != std::string::npos);
}

TEST_CASE("what is compressed and no capture is said before any row") {
    const temporary_folder folder;
    CHECK(open_pcap(folder.write("text.gz", gzip_stored(from_hex("68656c6c6f0a68656c6c6f")))).error().code ==
          errc::not_a_capture);
    CHECK(open_pcap(folder.write("empty.gz", gzip_stored({}))).error().code == errc::empty_input);
    CHECK(open_pcap(folder.write("head.gz", from_hex("1f8b0800000000"))).error().code == errc::bad_packed);
    // Compressed twice: the error names the pipe that unpacks it, as it does for what is not read at all.
    const auto twice = open_pcap(folder.write("twice.gz", gzip_stored(gzip_stored(traffic(3)))));
    CHECK(twice.error().code == errc::compressed_input);
}

TEST_CASE("who goes before the end does not wait for the thread that unpacks") {
    const temporary_folder folder;
    const byte_string plain = traffic(60'000);
    const std::string path = folder.write("large.gz", gzip_stored(plain));
    for (int i = 0; i < 50; ++i) {
        auto source = open_pcap(path, {.columns = "frame_number", .limit = 1 + static_cast<std::uint64_t>(i) * 100});
        REQUIRE(source);
        batch rows = source->make_batch();
        REQUIRE(source->next(rows));
        CHECK(rows.rows() >= 1);
    }
}
