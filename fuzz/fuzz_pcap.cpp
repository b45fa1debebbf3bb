// Input: a pcap file. In windows it gives what it gives in one piece.
#include "windows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!pcapframe::pcap_header::sniff({data, size})) return 0;
    const testing::walked whole = fuzzing::walk_both_ways(data, size);
    if (whole.header) fuzzing::check(whole.interfaces.size() == 1, "a pcap has one interface");
    return 0;
}
