// Input: two bytes of options, then a block of a packet ring. Whatever stands in it, records lie inside it.
#include <vector>

#include <pcapframe/capture/ring_block.hpp>

#include "check.hpp"

namespace {

pcapframe::ring_terms terms_of(std::uint8_t options, std::uint8_t snaplen) {
    pcapframe::ring_terms terms;
    terms.cooked = (options & 1) != 0;
    terms.link_type = terms.cooked ? 276 : (options & 2) != 0 ? 101 : 1;
    terms.loopback_index = (options & 4) != 0 ? 1 : 0;
    if ((options & 16) != 0) terms.interface.reset();
    terms.snaplen = (options & 8) != 0 ? snaplen : 65536U;
    return terms;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using fuzzing::check;
    if (size < 2) return 0;
    const pcapframe::ring_terms terms = terms_of(data[0], data[1]);
    // A buffer of exactly this size, so that reading or writing past it is noticed.
    std::vector<std::uint8_t> block(data + 2, data + size);
    pcapframe::ring_block_walker walker(block, terms);
    pcapframe::record records[3];
    std::size_t packets = 0;
    std::uint64_t sum = 0;
    while (const std::size_t count = walker.walk(records)) {
        check(count <= 3, "no more than there is room for");
        packets += count;
        for (const pcapframe::record& r : std::span(records).first(count)) {
            const std::uint8_t* const first = r.data - (r.tag_in_front ? 4 : 0);
            check(r.caplen == 0 || (first >= block.data() && r.data + r.caplen <= block.data() + block.size()),
                  "packets lie in the block");
            check(!r.tag_in_front || r.caplen >= 12, "a tag has addresses before it");
            check(terms.snaplen < 16 || r.whole_caplen() <= terms.snaplen, "the snapshot length holds");
            if (r.caplen != 0) sum += fuzzing::hash_of(first, r.caplen);
            sum += static_cast<std::uint64_t>(r.time);
        }
    }
    // Every packet has a header of its own.
    check(packets + walker.skipped() <= block.size() / pcapframe::ring_block_walker::packet_header_bytes,
          "as many packets as there can be");
    check(walker.walk(records) == 0, "the end stays the end");
    volatile std::uint64_t seen = sum;
    (void)seen;
    return 0;
}
