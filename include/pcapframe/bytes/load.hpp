// Integers out of bytes. Shifts instead of casts: no alignment or aliasing question, usable in constant expressions,
// and compiled to one load (plus a byte swap where the orders differ).
//
// No function here checks a length: the caller has done that.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <pcapframe/base/assert.hpp>

namespace pcapframe::inline v0_2 {

/// A read-only view of bytes; it owns nothing.
using bytes_view = std::span<const std::uint8_t>;

/// The bytes of a text.
[[nodiscard]] inline bytes_view text_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The order of the bytes of a number in a file or packet.
enum class byte_order : std::uint8_t { little, big };

/// The byte order of the machine that this runs on.
inline constexpr byte_order native_order =
    std::endian::native == std::endian::little ? byte_order::little : byte_order::big;

/// A big-endian number out of the bytes at `p`, all of which must be readable.
[[nodiscard]] constexpr std::uint16_t load_be16(const std::uint8_t* p) noexcept {
    return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}

/// See load_be16.
[[nodiscard]] constexpr std::uint32_t load_be32(const std::uint8_t* p) noexcept {
    return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | std::uint32_t{p[3]};
}

/// See load_be16.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint64_t load_be64(const std::uint8_t* p) noexcept {
    return (std::uint64_t{load_be32(p)} << 32) | load_be32(p + 4);
}

/// A little-endian number out of the bytes at `p`, all of which must be readable.
[[nodiscard]] constexpr std::uint16_t load_le16(const std::uint8_t* p) noexcept {
    return static_cast<std::uint16_t>((p[1] << 8) | p[0]);
}

/// See load_le16.
[[nodiscard]] constexpr std::uint32_t load_le32(const std::uint8_t* p) noexcept {
    return (std::uint32_t{p[3]} << 24) | (std::uint32_t{p[2]} << 16) | (std::uint32_t{p[1]} << 8) | std::uint32_t{p[0]};
}

/// See load_le16.
[[nodiscard]] constexpr std::uint64_t load_le64(const std::uint8_t* p) noexcept {
    return (std::uint64_t{load_le32(p + 4)} << 32) | load_le32(p);
}

/// Asks for the line of the cache `distance` bytes from `p`, which may be outside of what can be read: nothing happens
/// then. As a number, since a pointer must not be made of such a place.
PCAPFRAME_ALWAYS_INLINE void prefetch(const std::uint8_t* p, std::size_t distance) noexcept {
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(p) + distance));
}
/// The same for a cache line that is needed later: into the second level of the cache only.
PCAPFRAME_ALWAYS_INLINE void prefetch_for_later(const std::uint8_t* p, std::size_t distance) noexcept {
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(p) + distance), 0, 2);
}

/// Writes a number as eight little-endian bytes.
inline void store_le64(std::uint8_t* p, std::uint64_t value) noexcept {
    if constexpr (std::endian::native == std::endian::little) std::memcpy(p, &value, sizeof value);
    else
        for (int i = 0; i < 8; ++i) p[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// The same of four bytes.
inline void store_le32(std::uint8_t* p, std::uint32_t value) noexcept {
    if constexpr (std::endian::native == std::endian::little) std::memcpy(p, &value, sizeof value);
    else
        for (int i = 0; i < 4; ++i) p[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// The lower two bytes of a number, big-endian.
inline void store_be16(std::uint8_t* p, std::size_t value) noexcept {
    p[0] = static_cast<std::uint8_t>(value >> 8);
    p[1] = static_cast<std::uint8_t>(value);
}

/// A number of a byte order that is known at run time only.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint16_t load16(const std::uint8_t* p, byte_order order) noexcept {
    return order == byte_order::little ? load_le16(p) : load_be16(p);
}

/// See load16.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint32_t load32(const std::uint8_t* p, byte_order order) noexcept {
    return order == byte_order::little ? load_le32(p) : load_be32(p);
}

/// See load16.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint64_t load64(const std::uint8_t* p, byte_order order) noexcept {
    return order == byte_order::little ? load_le64(p) : load_be64(p);
}

}  // namespace pcapframe
