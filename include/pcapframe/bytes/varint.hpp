// Numbers in as few bytes as they need: seven bits a byte, the low ones first (LEB128), as in Thrift, Parquet and
// Snappy.
#pragma once

#include <cstdint>
#include <string>

namespace pcapframe::inline v0_2 {

/// Appends `value` to `out`: 1 to 10 bytes, all but the last with the highest bit set.
inline void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

}  // namespace pcapframe
