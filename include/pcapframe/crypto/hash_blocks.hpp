// What MD5, SHA-1 and SHA-256 have in common: blocks of 64 bytes, of which the last ones hold a bit 1, zeros and the
// length of the message in bits (RFC 1321, section 3; FIPS 180-4, section 5.1.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::detail {

inline constexpr std::size_t hash_block_bytes = 64;

/// A step over one block, from and to the words of a hash's state.
template <std::size_t Words>
using hash_step = void (*)(std::array<std::uint32_t, Words>& state, const std::uint8_t* block) noexcept;

/// A number as bytes in an order, at `to`.
template <class Number>
constexpr void put_number(Number number, byte_order order, std::uint8_t* to) noexcept {
    for (std::size_t i = 0; i < sizeof number; ++i) {
        const std::size_t shift = order == byte_order::little ? i : sizeof number - 1 - i;
        to[i] = static_cast<std::uint8_t>(number >> (8 * shift));
    }
}

/// Steps over what stands behind the whole blocks of a message of `bytes` bytes: `rest`, which is less than a block,
/// and what each hash puts behind that. Returns the state as bytes.
template <std::size_t Words>
[[nodiscard]] constexpr std::array<std::uint8_t, 4 * Words> end_of_hash(std::array<std::uint32_t, Words> state,
                                                                        bytes_view rest, std::uint64_t bytes,
                                                                        byte_order order,
                                                                        hash_step<Words> step) noexcept {
    std::array<std::uint8_t, 2 * hash_block_bytes> last{};
    for (std::size_t i = 0; i < rest.size(); ++i) last[i] = rest[i];
    last[rest.size()] = 0x80;
    // One block, or two where one has no room for the bit and the length.
    const std::size_t end = rest.size() + 9 <= hash_block_bytes ? hash_block_bytes : 2 * hash_block_bytes;
    put_number(8 * bytes, order, last.data() + end - 8);
    for (std::size_t at = 0; at < end; at += hash_block_bytes) step(state, last.data() + at);
    std::array<std::uint8_t, 4 * Words> digest{};
    for (std::size_t i = 0; i < Words; ++i) put_number(state[i], order, digest.data() + 4 * i);
    return digest;
}

/// The hash of a message that is all there.
template <std::size_t Words>
[[nodiscard]] constexpr std::array<std::uint8_t, 4 * Words> hash_of(bytes_view message,
                                                                    std::array<std::uint32_t, Words> state,
                                                                    byte_order order,
                                                                    hash_step<Words> step) noexcept {
    bytes_view rest = message;
    for (; rest.size() >= hash_block_bytes; rest = rest.subspan(hash_block_bytes)) step(state, rest.data());
    return end_of_hash(state, rest, message.size(), order, step);
}

}  // namespace pcapframe::detail
