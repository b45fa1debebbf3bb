// Partitions joined in order are the whole; merged files are in order of time; chunks have the size that was asked for.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <glob.h>
#include <unistd.h>

#include <pcapframe/pcapframe.hpp>

#include "../decode/packets.hpp"
#include "../format/captures.hpp"
#include "../io/files.hpp"

namespace {

using namespace pcapframe;

constexpr const char* every_column =
    "time,src_host,src_port,dst_host,dst_port,protocol,payload,frame_number,interface_id,interface_name,link_type,"
    "caplen,len,stop";

std::string csv_of(const batch& rows) {
    char name[] = "/tmp/pcapframe-test-XXXXXX";
    const int fd = ::mkstemp(name);
    REQUIRE(fd >= 0);
    sink out{file_descriptor(fd)};
    csv_writer writer;
    writer.begin(out, rows.columns());
    writer.write(out, rows);
    writer.finish(out);
    REQUIRE(out.flush());
    std::string text;
    std::FILE* const file = std::fopen(name, "rb");
    char piece[65536];
    while (const std::size_t got = std::fread(piece, 1, sizeof piece, file)) text.append(piece, got);
    std::fclose(file);
    ::unlink(name);
    return text.substr(text.find('\n') + 1);
}

std::vector<std::string> shared_captures() {
    std::vector<std::string> files;
    for (const char* pattern :
         {"../shared/captures/*/*/*.*", "../shared/captures/*/*/*/*.*", "../shared/captures/*/*/*/*/*.*"}) {
        glob_t found{};
        if (::glob(pattern, 0, nullptr, &found) == 0)
            files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
        ::globfree(&found);
    }
    return files;
}

/// Reads a file as a whole and in parts of `part_bytes`; both must be the same rows and the same damage.
void check_parts(const std::string& path, std::uint64_t part_bytes) {
    const read_options options{.columns = every_column, .all_frames = true, .partition_bytes = part_bytes};
    auto source = open_pcap(path, options);
    if (!source) return;  // no capture
    CAPTURE(path);
    CAPTURE(part_bytes);
    const auto whole = source->read();
    REQUIRE(whole);
    std::string joined;
    std::size_t rows = 0;
    std::size_t warnings = 0;
    const auto parts = source->partitions();
    REQUIRE(parts);
    for (std::size_t i = 0; i < *parts; ++i) {
        const auto part = source->read_partition(i);
        REQUIRE(part);
        joined += csv_of(*part);
        rows += part->rows();
        warnings += part->warnings().size();
    }
    CHECK(rows == whole->rows());
    CHECK(warnings == whole->warnings().size());
    CHECK((joined == csv_of(*whole)));
}

/// A pcap whose packets hold the bytes of another capture, so that record headers stand where none begins.
std::string capture_of_a_capture(const std::string& inner_path) {
    std::string inner;
    std::FILE* const file = std::fopen(inner_path.c_str(), "rb");
    REQUIRE(file != nullptr);
    char piece[4096];
    while (const std::size_t got = std::fread(piece, 1, sizeof piece, file)) inner.append(piece, got);
    std::fclose(file);
    const auto u32 = [](std::uint32_t value) {
        return std::string{char(value), char(value >> 8), char(value >> 16), char(value >> 24)};
    };
    std::string outer = u32(0xa1b2c3d4) + std::string("\x02\x00\x04\x00", 4) + u32(0) + u32(0) + u32(262144) + u32(1);
    for (std::uint32_t i = 0; i < 600; ++i) {
        const std::string packet = inner.substr(24 + i % 61, inner.size() - 24 - i % 61 - i % 97);
        outer += u32(1'795'385'293 + i / 100) + u32(i) + u32(std::uint32_t(packet.size())) +
                 u32(std::uint32_t(packet.size())) + packet;
    }
    return outer;
}

}  // namespace

TEST_CASE("partitions joined are the whole: the sample capture, parts of every size") {
    for (const std::uint64_t bytes : {1U, 100U, 1000U, 5000U, 16'000U, 100'000U})
        check_parts("tests/data/local.pcap", bytes);
}

TEST_CASE("partitions joined are the whole: every shared capture") {
    const std::vector<std::string> files = shared_captures();
    if (files.empty()) {
        MESSAGE("skipped: no ../shared");
        return;
    }
    for (const std::string& file : files)
        for (const std::uint64_t bytes : {700U, 20'000U}) check_parts(file, bytes);
}

TEST_CASE("partitions and lanes of a capture whose packets contain captures") {
    char name[] = "/tmp/pcapframe-test-XXXXXX";
    const int fd = ::mkstemp(name);
    REQUIRE(fd >= 0);
    const std::string bytes = capture_of_a_capture("tests/data/local.pcap");
    REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(fd);
    check_parts(name, 1'000'000);
    auto mapped = *open_pcap(name, {.columns = every_column, .all_frames = true});
    auto windows = *open_pcap(name, {.columns = every_column, .all_frames = true, .map_files = false});
    const auto by_lanes = mapped.read();
    const auto one_by_one = windows.read();
    CHECK(by_lanes->rows() == 600);
    CHECK((csv_of(*by_lanes) == csv_of(*one_by_one)));
    ::unlink(name);
}

TEST_CASE("a partition that does not exist is an error that says how many there are") {
    auto source = *open_pcap("tests/data/local.pcap", {.partition_bytes = 5000});
    REQUIRE(*source.partitions() == 3);
    const auto none = source.read_partition(3);
    REQUIRE(!none);
    CHECK(none.error().message() == "there is no partition 3: they are 0 to 2");
}

TEST_CASE("a closed source gives errors") {
    auto source = *open_pcap("tests/data/local.pcap");
    source.close();
    CHECK(source.read().error().message() == "the source is closed");
    CHECK(!source.partitions());
    batch rows = source.make_batch();
    CHECK(!source.next(rows));
}

TEST_CASE("a source can be read again, and chunks have the size that was asked for") {
    auto source = *open_pcap("tests/data/local.pcap");
    CHECK(source.read()->rows() == 87);
    CHECK(source.read()->rows() == 87);
    auto chunks = *source.read_chunked(10);
    batch rows = chunks.make_batch();
    std::vector<std::size_t> sizes;
    while (*chunks.next(rows)) {
        CHECK(rows.first_index() == 10 * sizes.size());
        sizes.push_back(rows.rows());
    }
    CHECK(sizes == std::vector<std::size_t>{10, 10, 10, 10, 10, 10, 10, 10, 7});
}

TEST_CASE("discover tells columns, types, rows and partitions") {
    auto source = *open_pcap("tests/data/local.pcap", {.payload = true});
    const auto schema = source.discover();
    REQUIRE(schema);
    REQUIRE(schema->columns.size() == 7);
    CHECK(schema->columns[0].name == "time");
    CHECK(schema->columns[0].type == "timestamp[ns, UTC]");
    CHECK(schema->columns[6].name == "payload");
    CHECK(schema->columns[6].type == "binary");
    CHECK(schema->rows == 87);
    CHECK(schema->partitions == 1);
}

TEST_CASE("merged files are in the order of time, with every row of each") {
    const std::vector<std::string> twice{"tests/data/local.pcap", "tests/data/local.pcap"};
    auto merged = *open_pcap(twice, {.columns = "time,frame_number", .all_frames = true, .merge = true});
    const auto rows = merged.read();
    REQUIRE(rows);
    REQUIRE(rows->rows() == 2 * 93);
    for (std::size_t i = 0; i < rows->rows(); ++i) {
        CHECK(*rows->get<column::frame_number>()[i] == i / 2 + 1);
        if (i > 0) CHECK(*rows->time()[i] >= *rows->time()[i - 1]);
    }
}

TEST_CASE("a stream is a forward cursor whose filter takes effect at once") {
    auto stream = *offline_stream("tests/data/local.pcap");
    CHECK(stream.to_dataframe(10)->rows() == 10);
    CHECK(stream.to_dataframe(10)->rows() == 10);
    REQUIRE(stream.set_filter("icmp6"));
    const auto rest = stream.to_dataframe();
    CHECK(rest->rows() > 0);
    for (std::size_t i = 0; i < rest->rows(); ++i) CHECK(*rest->protocol()[i] == protocol_id{58});
    CHECK(stream.to_dataframe()->rows() == 0);
    CHECK(stream.dtype().size() == 6);
    CHECK(stream.set_filter("igmq").error().message() == "unknown protocol 'igmq'; did you mean 'igmp'?");
}

TEST_CASE("merged files that are not in order themselves keep their own order, and every row") {
    const testing::temporary_folder folder;
    const auto capture = [&](const std::string& name, const std::vector<std::uint32_t>& seconds) {
        testing::pcap_file file;
        for (const std::uint32_t second : seconds) {
            const auto frame = testing::ethernet(0x0800, testing::ipv4({}, testing::udp({})));
            const auto size = static_cast<std::uint32_t>(frame.size());
            file.add_record({.seconds = second, .fraction = 0, .caplen = size, .len = size}, frame);
        }
        return folder.write(name, file.bytes());
    };
    auto merged = *open_pcap(std::vector{capture("a", {10, 30, 20, 40}), capture("b", {10, 15, 35, 5})},
                             {.columns = "time,frame_number", .merge = true});
    const auto rows = merged.read();
    REQUIRE(rows);
    std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
    for (std::size_t i = 0; i < rows->rows(); ++i)
        seen.emplace_back(*rows->time()[i] / 1'000'000'000, *rows->get<column::frame_number>()[i]);
    CHECK(seen == std::vector<std::pair<std::int64_t, std::uint64_t>>{
                      {10, 1}, {10, 1}, {15, 2}, {30, 2}, {20, 3}, {35, 3}, {5, 4}, {40, 4}});
}
