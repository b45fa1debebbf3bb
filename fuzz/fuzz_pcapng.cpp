// Input: a pcapng file. In windows it gives what it gives in one piece.
#include "windows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!pcapframe::pcapng_section::sniff({data, size})) return 0;
    const testing::walked whole = fuzzing::walk_both_ways(data, size);
    for (const pcapframe::interface_info& info : whole.interfaces) {
        fuzzing::check(info.name.size() <= pcapframe::limits::option_text_bytes_max, "texts are limited");
        fuzzing::check(info.section < whole.sections.size(), "interfaces belong to sections");
    }
    return 0;
}
