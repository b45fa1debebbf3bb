// SHA-1 (FIPS 180-4 section 6.1) of short texts, for identifiers that others define by it. Not for signatures.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/crypto/hash_blocks.hpp>

namespace pcapframe::inline v0_2 {

/// What `sha1` gives.
using sha1_digest = std::array<std::uint8_t, 20>;

namespace detail {

using sha1_state = std::array<std::uint32_t, 5>;

/// One block of 64 bytes.
constexpr void sha1_block(sha1_state& state, const std::uint8_t* block) noexcept {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t t = 0; t < 16; ++t) w[t] = load_be32(block + 4 * t);
    for (std::size_t t = 16; t < w.size(); ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t t = 0; t < w.size(); ++t) {
        std::uint32_t f = b ^ c ^ d, k = 0xca62c1d6;
        if (t < 20) f = (b & c) | (~b & d), k = 0x5a827999;
        else if (t < 40) k = 0x6ed9eba1;
        else if (t < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
        const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace detail

/// The SHA-1 of some bytes.
[[nodiscard]] constexpr sha1_digest sha1(bytes_view bytes) noexcept {
    constexpr detail::sha1_state start{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    return detail::hash_of(bytes, start, byte_order::big, &detail::sha1_block);
}

}  // namespace pcapframe
