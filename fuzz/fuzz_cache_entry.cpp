// What the cache says about a copy: any bytes are refused, or are exactly what would be written for what was read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/dataset/cache_entry.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto entry = pcapframe::read_cache_entry(text);
    if (!entry) return 0;
    const auto again = pcapframe::read_cache_entry(pcapframe::write_cache_entry(*entry));
    fuzzing::check(again.has_value(), "what is written can be read");
    fuzzing::check(*again == *entry, "what is written and read is the same");
    return 0;
}
