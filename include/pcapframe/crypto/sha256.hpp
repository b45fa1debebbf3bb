// SHA-256 (FIPS 180-4), HMAC (RFC 2104) and HKDF (RFC 5869) upon it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/crypto/hash_blocks.hpp>

namespace pcapframe::inline v0_2 {

/// What `sha256` gives.
using sha256_digest = std::array<std::uint8_t, 32>;

namespace detail {

inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using sha256_state = std::array<std::uint32_t, 8>;
inline constexpr sha256_state sha256_start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr void sha256_block(sha256_state& state, const std::uint8_t* block) noexcept {
    std::array<std::uint32_t, 64> words{};
    for (std::size_t i = 0; i < 16; ++i) words[i] = load_be32(block + 4 * i);
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 = std::rotr(words[i - 15], 7) ^ std::rotr(words[i - 15], 18) ^ (words[i - 15] >> 3);
        const std::uint32_t s1 = std::rotr(words[i - 2], 17) ^ std::rotr(words[i - 2], 19) ^ (words[i - 2] >> 10);
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + sha256_constants[i] + words[i];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const sha256_state added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

}  // namespace detail

/// SHA-256 of bytes that come piece by piece: `add(...)`, then `digest()`.
class sha256_hash {
public:
    constexpr sha256_hash& add(bytes_view bytes) noexcept {
        size_ += bytes.size();
        if (held_ != 0) {
            const std::size_t taken = std::min(bytes.size(), block_.size() - held_);
            for (std::size_t i = 0; i < taken; ++i) block_[held_ + i] = bytes[i];
            held_ += taken;
            bytes = bytes.subspan(taken);
            if (held_ < block_.size()) return *this;
            detail::sha256_block(state_, block_.data());
            held_ = 0;
        }
        for (; bytes.size() >= block_.size(); bytes = bytes.subspan(block_.size()))
            detail::sha256_block(state_, bytes.data());
        for (std::size_t i = 0; i < bytes.size(); ++i) block_[i] = bytes[i];
        held_ = bytes.size();
        return *this;
    }
    sha256_hash& add(std::string_view text) noexcept { return add(text_bytes(text)); }

    [[nodiscard]] constexpr sha256_digest digest() const noexcept {
        return detail::end_of_hash(state_, bytes_view(block_).first(held_), size_, byte_order::big,
                                   &detail::sha256_block);
    }

private:
    detail::sha256_state state_ = detail::sha256_start;
    std::array<std::uint8_t, detail::hash_block_bytes> block_{};
    std::size_t held_ = 0;
    std::uint64_t size_ = 0;
};

/// The SHA-256 of some bytes.
[[nodiscard]] constexpr sha256_digest sha256(bytes_view bytes) noexcept { return sha256_hash().add(bytes).digest(); }

/// HMAC with SHA-256 under one key, for any number of messages: what only the key decides is computed once.
class hmac_sha256 {
public:
    constexpr explicit hmac_sha256(bytes_view key) noexcept {
        std::array<std::uint8_t, detail::hash_block_bytes> padded{};
        const sha256_digest short_key = key.size() > padded.size() ? sha256(key) : sha256_digest{};
        if (key.size() > padded.size()) key = short_key;
        for (std::size_t i = 0; i < key.size(); ++i) padded[i] = key[i];
        for (std::uint8_t& byte : padded) byte ^= 0x36;
        inner_.add(padded);
        for (std::uint8_t& byte : padded) byte ^= 0x36 ^ 0x5c;
        outer_.add(padded);
    }

    [[nodiscard]] constexpr sha256_digest operator()(bytes_view message) const noexcept {
        const sha256_digest inner = sha256_hash(inner_).add(message).digest();
        return sha256_hash(outer_).add(inner).digest();
    }

private:
    sha256_hash inner_;
    sha256_hash outer_;
};

/// HKDF-Expand-Label of TLS 1.3 (RFC 8446, section 7.1) without a context, for as many bytes as one digest has or less.
/// `label` is without "tls13 " in front.
template <std::size_t Bytes>
    requires(Bytes <= sizeof(sha256_digest))
[[nodiscard]] constexpr std::array<std::uint8_t, Bytes> hkdf_expand_label(const hmac_sha256& secret,
                                                                          std::string_view label) noexcept {
    constexpr std::string_view prefix = "tls13 ";
    constexpr std::size_t label_bytes_max = 32;
    std::array<std::uint8_t, prefix.size() + label_bytes_max + 5> info{};
    std::size_t at = 0;
    const auto put = [&](std::size_t byte) { info[at++] = static_cast<std::uint8_t>(byte); };
    label = label.substr(0, label_bytes_max);
    put(0);
    put(Bytes);
    put(prefix.size() + label.size());
    for (const char c : prefix) put(static_cast<unsigned char>(c));
    for (const char c : label) put(static_cast<unsigned char>(c));
    put(0);  // no context
    put(1);  // the first block of HKDF-Expand, and the only one
    const sha256_digest block = secret(bytes_view(info).first(at));
    std::array<std::uint8_t, Bytes> expanded{};
    std::copy_n(block.begin(), Bytes, expanded.begin());
    return expanded;
}

}  // namespace pcapframe
