// The packets of a source's rows, copied to a capture file.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/export/csv.hpp>
#include <pcapframe/filter.hpp>
#include <pcapframe/packets/copy_packets.hpp>

#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

const char* const path = "tests/data/local.pcap";

std::string rows_of(const std::string& file, const read_options& options) {
    auto source = open_pcap(file, options).value();
    sink out = sink::to_memory();
    csv_writer writer;
    REQUIRE(source.write(out, writer, [](std::uint64_t, std::uint64_t) {}));
    return std::string(out.kept());
}

}  // namespace

TEST_CASE("the copy has the packets of the rows") {
    const temporary_folder folder;
    for (const char* const name : {"udp.pcap", "udp.pcapng"}) {
        auto source = open_pcap(path, {.protocol = "udp"}).value();
        const std::string copy = folder.path(name);
        const packets_copied done = copy_packets(source, copy).value();
        CHECK(done.packets == source.read().value().rows());
        CHECK(done.changed_times == 0);
        CHECK(done.warnings.empty());
        CHECK(rows_of(copy, {}) == rows_of(path, {.protocol = "udp"}));
    }
}

TEST_CASE("by a filter, with a limit, of frames without IP, and of none") {
    const temporary_folder folder;
    const std::string copy = folder.path("some.pcap");
    CHECK(copy_packets(open_pcap(path, {.filter = "udp port 53"}).value(), copy).value().packets == 10);
    CHECK(copy_packets(open_pcap(path, {.limit = 3}).value(), copy).value().packets == 3);
    CHECK(rows_of(copy, {}) == rows_of(path, {.limit = 3}));
    CHECK(copy_packets(open_pcap(path, {.all_frames = true}).value(), copy).value().packets == 93);
    CHECK(copy_packets(open_pcap(path, {.protocol = "sctp"}).value(), copy).value().packets == 0);
    CHECK(open_pcap(copy).value().read().value().empty());
}

TEST_CASE("a copy onto its source, and a file name of no capture, are refused") {
    const temporary_folder folder;
    const std::string whole = read_file(path);
    const std::string capture = folder.write("a.pcap", std::vector<std::uint8_t>(whole.begin(), whole.end()));
    CHECK_FALSE(copy_packets(open_pcap(capture).value(), capture));
    CHECK(read_file(capture) == whole);
    CHECK(copy_packets(open_pcap(capture).value(), folder.path("a.csv")).error().code == errc::bad_value);
}

TEST_CASE("of a cut capture the packets before the damage, and a warning") {
    const temporary_folder folder;
    const std::string whole = read_file(path);
    const std::string capture =
        folder.write("cut.pcap", std::vector<std::uint8_t>(whole.begin(), whole.begin() + 5000));
    auto source = open_pcap(capture).value();
    const packets_copied done = copy_packets(source, folder.path("copy.pcap")).value();
    CHECK(done.packets == source.read().value().rows());
    REQUIRE(done.warnings.size() == 1);
    CHECK(done.warnings[0].offset != no_offset);
}
