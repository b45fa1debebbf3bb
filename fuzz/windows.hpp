// A capture walked in one piece and in windows: the body of the targets for both file formats.
#pragma once

#include "../tests/format/walks.hpp"
#include "check.hpp"

namespace fuzzing {

/// What must hold of a walk over any bytes.
inline void check_walk(const testing::byte_string& file, const testing::walked& whole) {
    check(whole.offset <= file.size(), "the walk ends within the file");
    if (whole.refused) {
        check(whole.records.empty(), "no record of what is refused");
        return;
    }
    std::size_t bytes = 0;
    for (const testing::kept_record& r : whole.records) {
        bytes += r.data.size();
        check(r.interface < whole.interfaces.size(), "records name interfaces that are there");
        check(r.link_type == whole.interfaces[r.interface].link_type, "with their link type");
    }
    check(bytes <= file.size(), "packets do not overlap");
    if (whole.damage)
        check(whole.damage->offset <= whole.offset, "damage begins where the walk stopped, or before");
    else
        check(whole.offset == file.size(), "without damage all is walked");
}

/// Walks the input in one piece, and in windows and outputs of sizes that the input itself gives.
inline testing::walked walk_both_ways(const std::uint8_t* data, std::size_t size) {
    const testing::byte_string file(data, data + size);
    const testing::walked whole = testing::walk_whole(file);
    check_walk(file, whole);
    input_sizes windows(data, size);
    input_sizes outputs(data, size);
    const testing::walked pieces = testing::walk(
        file, [&] { return windows.next(); }, [&] { return 1 + outputs.next() % 5; });
    check(pieces == whole, "windows give what one piece gives");
    const testing::walked bytes = testing::walk(
        file, [] { return std::size_t{0}; }, [] { return std::size_t{2}; });
    check(bytes == whole, "so do the smallest windows");
    return whole;
}

}  // namespace fuzzing
