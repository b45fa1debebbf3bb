// Input: a byte that chooses the system, then what its packet filter device is read into. Records lie inside it.
#include <vector>

#include <pcapframe/capture/bpf_buffer.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using fuzzing::check;
    if (size < 1) return 0;
    constexpr pcapframe::bpf_layout layouts[] = {pcapframe::bpf_layouts::apple, pcapframe::bpf_layouts::bsd64,
                                                 pcapframe::bpf_layouts::freebsd_nanoseconds};
    const pcapframe::bpf_layout& layout = layouts[data[0] % std::size(layouts)];
    const std::vector<std::uint8_t> buffer(data + 1, data + size);
    pcapframe::bpf_buffer_walker walker(buffer, layout, 1, 0);
    pcapframe::record records[3];
    const std::uint8_t* last = buffer.data();
    std::uint64_t sum = 0;
    while (const std::size_t count = walker.walk(records)) {
        for (const pcapframe::record& r : std::span(records).first(count)) {
            check(r.data >= last + layout.header_bytes(), "each behind its header");
            last = r.data + r.caplen;
            check(last <= buffer.data() + buffer.size(), "packets lie in the buffer, and do not overlap");
            sum += fuzzing::hash_of(r.data, r.caplen) + static_cast<std::uint64_t>(r.time);
        }
    }
    check(walker.walk(records) == 0, "the end stays the end");
    volatile std::uint64_t seen = sum;
    (void)seen;
    return 0;
}
