// Numbers in as few bytes as they need: seven bits a byte, the low ones first (LEB128), as in Thrift, Parquet and
// Snappy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// Appends `value` to `out`: 1 to 10 bytes, all but the last with the highest bit set.
inline void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

/// Takes such a number from the front of `in`; nothing, and `in` as it was, where `in` ends before the number does or
/// the number does not fit 64 bits.
[[nodiscard]] constexpr std::optional<std::uint64_t> take_varint(bytes_view& in) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < in.size() && i < 10; ++i) {
        const std::uint64_t bits = in[i] & 0x7fU;
        if (i == 9 && bits > 1) return std::nullopt;
        value |= bits << (7 * i);
        if (in[i] >= 0x80) continue;
        in = in.subspan(i + 1);
        return value;
    }
    return std::nullopt;
}

}  // namespace pcapframe
