// What all fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace fuzzing {

/// Ends the program where something does not hold, whatever the build.
inline void check(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

/// A number that depends on every byte of an input: FNV-1a.
inline std::uint64_t hash_of(const std::uint8_t* data, std::size_t size) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (std::size_t i = 0; i < size; ++i) hash = (hash ^ data[i]) * 0x100000001b3U;
    return hash;
}

/// Sizes taken from the input, one after the other, round and round.
class input_sizes {
public:
    input_sizes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    std::size_t next() {
        if (size_ == 0) return 0;
        const std::uint8_t byte = data_[at_++ % size_];
        // Small ones mostly, so that headers are cut everywhere.
        return byte < 200 ? byte % 17U : byte;
    }

private:
    const std::uint8_t* data_;
    std::size_t size_;
    std::size_t at_ = 0;
};

}  // namespace fuzzing
