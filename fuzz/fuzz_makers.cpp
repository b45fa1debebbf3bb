// Input: a capture file of another maker. In windows it gives what it gives in one piece.
#include "windows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto format = pcapframe::sniff({data, size});
    if (!format || *format != pcapframe::capture_format::other) return 0;
    const testing::byte_string file(data, data + size);
    const testing::walked whole = testing::walk_whole(file);
    fuzzing::check_walk(file, whole);
    // A file without a magic number is told by its first records: with fewer of them it may not be.
    const testing::walked parts = testing::walk_in_windows(file, size % 37);
    if (!parts.refused) fuzzing::check(parts == whole, "windows give what one piece gives");
    return 0;
}
