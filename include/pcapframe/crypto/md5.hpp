// MD5 (RFC 1321): for fingerprints that are defined by it, and for nothing that must withstand an attacker.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/crypto/hash_blocks.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// The sines of the specification, scaled: floor(2^32 * |sin(i + 1)|).
inline constexpr std::array<std::uint32_t, 64> md5_sines{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

inline constexpr std::array<std::array<std::uint8_t, 4>, 4> md5_rotations{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

constexpr void md5_block(std::array<std::uint32_t, 4>& state, const std::uint8_t* block) noexcept {
    auto [a, b, c, d] = state;
    for (unsigned i = 0; i < 64; ++i) {
        const unsigned round = i / 16;
        std::uint32_t mixed = 0;
        unsigned word = 0;
        switch (round) {
            case 0: mixed = (b & c) | (~b & d), word = i; break;
            case 1: mixed = (d & b) | (~d & c), word = 5 * i + 1; break;
            case 2: mixed = b ^ c ^ d, word = 3 * i + 5; break;
            default: mixed = c ^ (b | ~d), word = 7 * i; break;
        }
        mixed += a + md5_sines[i] + load_le32(block + 4 * (word % 16));
        a = d;
        d = c;
        c = b;
        b += std::rotl(mixed, md5_rotations[round][i % 4]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

}  // namespace detail

/// The MD5 of bytes that are all there.
///
///     md5(text_bytes("abc"));  // 90 01 50 98 3c d2 4f b0 d6 96 3f 7d 28 e1 7f 72
[[nodiscard]] constexpr std::array<std::uint8_t, 16> md5(bytes_view bytes) noexcept {
    constexpr std::array<std::uint32_t, 4> start{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    return detail::hash_of(bytes, start, byte_order::little, &detail::md5_block);
}

}  // namespace pcapframe
