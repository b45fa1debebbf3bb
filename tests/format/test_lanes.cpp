#include <pcapframe/format/lanes.hpp>

#include <vector>

#include <doctest/doctest.h>

#include "captures.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// What `file` holds behind its first `head` bytes, so many times.
byte_string repeated(const byte_string& file, std::size_t head, std::size_t count) {
    byte_string all;
    all.reserve(count * (file.size() - head));
    for (std::size_t i = 0; i < count; ++i)
        all.insert(all.end(), file.begin() + static_cast<std::ptrdiff_t>(head), file.end());
    return all;
}

/// Records of so many bytes each, without a file header.
byte_string records_of(std::size_t bytes, std::size_t count, const byte_string& data = {}) {
    return repeated(pcap_file().add(data.empty() ? counting(bytes) : data).bytes(), 24, count);
}

/// Packet blocks, without a section.
byte_string blocks_of(std::size_t bytes, std::size_t count) {
    return repeated(pcapng_file().enhanced(counting(bytes)).bytes(), pcapng_file().bytes().size(), count);
}

template <class Chain>
std::vector<std::size_t> in_one_walk(bytes_view file, const Chain& chain) {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at + Chain::readable_bytes <= file.size(); at += chain.step(file.data() + at))
        places.push_back(at);
    return places;
}

/// Some at a time, as readers take them. Lanes end where records have become small: others begin there.
template <class Chain>
std::vector<std::size_t> in_lanes(bytes_view file, const Chain& chain, std::size_t& end) {
    lanes<Chain> walks;
    std::vector<std::size_t> places;
    end = 0;
    for (bool is_new = true;;) {
        if (is_new) walks.start(file, end, file.size(), chain);
        // Walks go on where they are when the object that holds them is moved.
        lanes<Chain> moved = std::move(walks);
        walks = std::move(moved);
        const std::span<const std::uint32_t> some = walks.places();
        if (some.empty() && is_new) break;
        is_new = some.empty();
        if (is_new) continue;
        const std::size_t count = std::min<std::size_t>(some.size(), 100);
        for (std::size_t i = 0; i < count; ++i) places.push_back(walks.base() + some[i]);
        CHECK(walks.reach() <= file.size());
        end = walks.end_of(count);
        walks.drop(count);
    }
    return places;
}

template <class Chain>
void check_lanes(const byte_string& file, const Chain& chain) {
    std::size_t end = 0;
    const std::vector<std::size_t> found = in_lanes(bytes_view(file), chain, end);
    CHECK((found == in_one_walk(bytes_view(file), chain)));
    CHECK(end + Chain::readable_bytes > file.size());
}

}  // namespace

TEST_CASE("lanes come to the records that one walk comes to, whatever their sizes") {
    for (const std::size_t bytes : {0U, 1U, 60U, 300U, 1500U, 5000U, 70'000U}) {
        CAPTURE(bytes);
        check_lanes(records_of(bytes, (std::size_t{9} << 20) / (bytes + 16)), pcap_chain{});
        check_lanes(blocks_of(bytes, (std::size_t{9} << 20) / (bytes + 32)), pcapng_chain{});
    }
}

TEST_CASE("lanes end where records have become small") {
    const byte_string file = records_of(1400, 10'000) + records_of(60, 400'000);
    lanes<pcap_chain> walks;
    REQUIRE(walks.fits(file.size()));
    walks.start(bytes_view(file), 0, file.size(), {});
    std::size_t end = 0;
    for (auto some = walks.places(); !some.empty(); some = walks.places()) {
        end = walks.end_of(some.size());
        walks.drop(some.size());
    }
    CHECK(end > 10'000 * 1416);
    CHECK(end < file.size() - (std::size_t{10} << 20));
    CHECK((end - 10'000 * 1416) % 76 == 0);
}

TEST_CASE("lanes go on from small records to big ones and back") {
    const byte_string small = records_of(60, 20'000);
    const byte_string big = records_of(1400, 10'000);
    check_lanes(small + big + small + big, pcap_chain{});
}

TEST_CASE("one lane has room for all records of a stretch") {
    // Big records make for long stretches; in empty ones no lane can begin but the first, which walks them all.
    check_lanes(records_of(1000, 14'000) + records_of(0, 600'000) + records_of(1000, 4'000), pcap_chain{});
    check_lanes(blocks_of(1000, 14'000) + repeated(block(5, {}), 0, 800'000), pcapng_chain{});
}

TEST_CASE("records that hold captures, and one that leads over many stretches") {
    const byte_string inner = records_of(80, 12);
    const byte_string nested = records_of(0, 6'000, inner);
    check_lanes(nested, pcap_chain{});
    check_lanes(nested + records_of(0, 1, records_of(60, 40'000)) + nested, pcap_chain{});
}

TEST_CASE("lanes end before the record that is not all there, wherever it is") {
    const byte_string sound = records_of(700, 3'000);
    byte_string cut = sound;
    cut.resize(cut.size() - 1);
    std::size_t end = 0;
    CHECK(in_lanes(bytes_view(cut), pcap_chain{}, end).size() == 2'999);
    CHECK(end == 2'999 * 716);
    // A captured length beyond all limits, in the middle.
    byte_string wild = sound;
    const std::size_t at = 1'500 * 716;
    for (std::size_t i = 8; i < 12; ++i) wild[at + i] = 0xff;
    CHECK(in_lanes(bytes_view(wild), pcap_chain{}, end).size() == 1'500);
    CHECK(end == at);
}

TEST_CASE("places that could be records are found eight at a time") {
    for (const byte_order order : {byte_order::little, byte_order::big})
        for (const std::uint32_t value : {0U, 1U, 255U, 0x100U, 0x3'0000U, 0x3'ffffU, 0x4'0000U, 0x0100'0000U}) {
            const byte_string bytes = zeros(3) + number(value, 4, order) + zeros(8);
            const bool plausible = value != 0 && value <= plausible_bytes_max;
            const std::uint64_t found = pcapframe::detail::plausible_lengths(bytes.data() + 3, order);
            CHECK(((found & 0x80) != 0) == plausible);
        }
}
