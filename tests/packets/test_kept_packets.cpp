// The wanted packets of a capture: where they are kept, as what, and which.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/packets/kept_packets.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"

using namespace pcapframe;

namespace {

const std::string local = "tests/data/local.pcap";

/// Packets that are kept of a whole capture, and as how many pieces and records.
struct kept_counts {
    std::uint64_t packets = 0;
    std::uint64_t of_pieces = 0;
    std::uint64_t records = 0;
};

kept_counts count(const std::string& path, const read_options& options) {
    const auto plan = plan_read(options);
    REQUIRE(plan);
    auto reader = record_reader::open(path);
    REQUIRE(reader);
    kept_packets kept(*plan);
    kept_counts sum;
    while (true) {
        const auto added = kept.add_next(*reader);
        REQUIRE(added);
        if (!*added) break;
        sum.packets += kept.count();
        for (const kept_packets::piece& piece : kept.pieces()) sum.of_pieces += piece.packets;
        sum.records += kept.records().size();
        kept.clear();
        CHECK(kept.count() == 0);
    }
    return sum;
}

}  // namespace

TEST_CASE("packets of a pcap are kept as they are stored, those of a pcapng as records; all that are rows") {
    const testing::temporary_folder folder;
    const std::string copy = folder.path("copy.pcapng");
    auto file = packet_file::create(copy, {.format = packet_format::pcapng});
    REQUIRE(file);
    auto reader = record_reader::open(local);
    REQUIRE(reader);
    for (auto run = reader->next(); !run.empty(); run = reader->next())
        for (const record& r : run.records) REQUIRE(file->write(r, *reader->interfaces()));
    REQUIRE(file->flush());
    for (const char* protocol : {"", "udp", "tcp"})
        for (const bool all_frames : {false, true}) {
            const read_options options{.protocol = protocol, .all_frames = all_frames};
            const std::uint64_t rows = open_pcap(local, options)->read()->rows();
            const kept_counts of_pcap = count(local, options);
            CHECK(of_pcap.packets == rows);
            CHECK(of_pcap.of_pieces == rows);
            CHECK(of_pcap.records == 0);
            const kept_counts of_pcapng = count(copy, options);
            CHECK(of_pcapng.packets == rows);
            CHECK(of_pcapng.records == rows);
            CHECK(of_pcapng.of_pieces == 0);
        }
}
