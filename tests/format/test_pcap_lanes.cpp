#include <pcapframe/format/pcap_lanes.hpp>

#include <vector>

#include <doctest/doctest.h>

#include "captures.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// Records of so many bytes each, without a file header.
byte_string records_of(std::size_t bytes, std::size_t count) {
    const std::size_t head = pcap_file().bytes().size();
    const byte_string one = pcap_file().add(counting(bytes)).bytes();
    byte_string all;
    all.reserve(count * (one.size() - head));
    for (std::size_t i = 0; i < count; ++i)
        all.insert(all.end(), one.begin() + static_cast<std::ptrdiff_t>(head), one.end());
    return all;
}

std::vector<const std::uint8_t*> places_by_one_walk(bytes_view file, const pcap_layout& layout) {
    std::vector<const std::uint8_t*> places;
    for (std::size_t at = 0; at < file.size(); at += layout.header_bytes + layout.read(file.data() + at).caplen)
        places.push_back(layout.read(file.data() + at).data);
    return places;
}

/// Of the records that lanes came to, and how many bytes those are.
std::vector<const std::uint8_t*> places_in_lanes(bytes_view file, const pcap_layout& layout, std::size_t& done) {
    pcap_lanes lanes;
    std::vector<const std::uint8_t*> places;
    std::vector<record> run(512);
    for (done = 0; lanes.fits(file.size() - done);) {
        const std::size_t walked = lanes.walk(file.subspan(done), file.size() - done, layout);
        for (std::size_t count = lanes.take(run); count != 0; count = lanes.take(run))
            for (std::size_t i = 0; i < count; ++i) places.push_back(run[i].data);
        if (walked == 0) break;
        done += walked;
    }
    return places;
}

void check_lanes(const byte_string& file) {
    const pcap_layout layout;
    std::size_t done = 0;
    std::vector<const std::uint8_t*> found = places_in_lanes(bytes_view(file), layout, done);
    const std::vector<const std::uint8_t*> rest = places_by_one_walk(bytes_view(file).subspan(done), layout);
    found.insert(found.end(), rest.begin(), rest.end());
    CHECK(done > file.size() / 2);
    CHECK(found == places_by_one_walk(bytes_view(file), layout));
}

}  // namespace

TEST_CASE("lanes come to the records that one walk comes to, whatever their sizes") {
    for (const std::size_t bytes : {0U, 1U, 60U, 1500U, 5000U, 70000U})
        check_lanes(records_of(bytes, (std::size_t{5} << 20) / (bytes + 16)));
}

TEST_CASE("one lane has room for all records of a stretch") {
    // Big records make for long stretches; in empty ones no lane can begin but the first, which walks them all.
    check_lanes(records_of(1000, 4'000) + records_of(0, 600'000) + records_of(1000, 4'000));
}
