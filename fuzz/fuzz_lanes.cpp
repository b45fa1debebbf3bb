// Several walks at once give what one walk gives. The input's records are repeated until lanes are worth their while,
// with pieces of garbage between them, so that there are boundaries to guess wrong.

#include <array>
#include <vector>

#include <pcapframe/format/pcap_lanes.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;

constexpr std::size_t file_bytes = std::size_t{700} << 10;

std::vector<record> in_lanes(bytes_view file, const pcap_layout& layout) {
    pcap_lanes lanes;
    pcap_walker walker(layout);
    std::vector<record> all;
    std::array<record, 100> out;
    while (lanes.fits(file.size())) {
        const std::size_t done = lanes.walk(file, file.size(), layout);
        for (std::size_t count = lanes.take(out); count != 0; count = lanes.take(out))
            all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
        if (done == 0) break;
        file = file.subspan(done);
    }
    while (true) {
        const walk_step step = walker.walk({file, true}, out);
        all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(step.count));
        file = file.subspan(step.consumed);
        if (step.state != walk_state::full) return all;
    }
}

std::vector<record> one_by_one(bytes_view file, const pcap_layout& layout) {
    pcap_walker walker(layout);
    std::vector<record> all;
    std::array<record, 512> out;
    while (true) {
        const walk_step step = walker.walk({file, true}, out);
        all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(step.count));
        file = file.subspan(step.consumed);
        if (step.state != walk_state::full) return all;
    }
}

bool same(const record& a, const record& b) {
    return a.data == b.data && a.caplen == b.caplen && a.len == b.len && a.time == b.time &&
           a.interface == b.interface && a.link_type == b.link_type;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 20) return 0;
    pcap_layout layout;
    layout.order = (data[0] & 1) != 0 ? byte_order::big : byte_order::little;
    layout.header_bytes = (data[0] & 2) != 0 ? 24 : 16;
    layout.fraction_ns = (data[0] & 4) != 0 ? 1 : 1000;
    layout.lengths_unsure = (data[0] & 0xf8) == 0xf8;
    const bytes_view piece(data + 1, size - 1);
    std::vector<std::uint8_t> file;
    file.reserve(file_bytes + piece.size());
    while (file.size() < file_bytes) file.insert(file.end(), piece.begin(), piece.end());
    const std::vector<record> lanes = in_lanes(file, layout);
    const std::vector<record> plain = one_by_one(file, layout);
    fuzzing::check(lanes.size() == plain.size(), "several walks give as many records as one");
    for (std::size_t i = 0; i < lanes.size(); ++i) fuzzing::check(same(lanes[i], plain[i]), "and the same ones");
    return 0;
}
