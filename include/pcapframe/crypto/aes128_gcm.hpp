// AES-128 in Galois/Counter Mode (NIST SP 800-38D), opening only, with nonces of 96 bits.
#pragma once

#include <algorithm>
#include <span>

#include <pcapframe/crypto/aes128.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// GHASH: a sum of products in the field of 2^128 elements. The first bit of a block is the lowest power of x.
class ghash {
public:
    ghash(const aes_block& key, bool by_instructions) noexcept
        : key_{load_be64(key.data()), load_be64(key.data() + 8)}, by_instructions_(by_instructions) {}

    /// Adds bytes, with zeros behind them up to a whole block.
    void add(bytes_view bytes) noexcept {
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), block_bytes))) {
            aes_block block{};
            std::copy_n(bytes.begin(), std::min(bytes.size(), block_bytes), block.begin());
            add_block(load_be64(block.data()), load_be64(block.data() + 8));
        }
    }
    /// Adds the lengths that every message ends with.
    void add_lengths(std::uint64_t data_bytes, std::uint64_t text_bytes) noexcept {
        add_block(data_bytes * 8, text_bytes * 8);
    }
    [[nodiscard]] aes_block value() const noexcept {
        aes_block out{};
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint8_t>((i < 8 ? sum_.high : sum_.low) >> (56 - 8 * (i % 8)));
        return out;
    }

private:
    static constexpr std::size_t block_bytes = 16;
    struct element {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
    };

    void add_block(std::uint64_t high, std::uint64_t low) noexcept {
        sum_.high ^= high;
        sum_.low ^= low;
#if PCAPFRAME_HAS_AES_INSTRUCTIONS
        if (by_instructions_) return multiply_by_instructions();
#endif
        multiply_portably();
    }

    /// Bit by bit, as the specification has it.
    void multiply_portably() noexcept {
        element product;
        element shifted = key_;
        for (int i = 0; i < 128; ++i) {
            const std::uint64_t bit = (i < 64 ? sum_.high >> (63 - i) : sum_.low >> (127 - i)) & 1;
            product.high ^= shifted.high & (0 - bit);
            product.low ^= shifted.low & (0 - bit);
            const std::uint64_t carry = shifted.low & 1;
            shifted.low = shifted.low >> 1 | shifted.high << 63;
            shifted.high = shifted.high >> 1 ^ (0xe100'0000'0000'0000U & (0 - carry));
        }
        sum_ = product;
    }

#if PCAPFRAME_HAS_AES_INSTRUCTIONS
    /// Four products of halves, whose sum is one bit too far to the right in this order of bits, and the remainder by
    /// x^128 + x^7 + x^2 + x + 1 (Gueron and Kounavis, "Intel Carry-Less Multiplication Instruction and its Usage for
    /// Computing the GCM Mode", algorithm 5).
    __attribute__((target("pclmul,sse2"))) void multiply_by_instructions() noexcept {
        const __m128i a = _mm_set_epi64x(static_cast<long long>(sum_.high), static_cast<long long>(sum_.low));
        const __m128i b = _mm_set_epi64x(static_cast<long long>(key_.high), static_cast<long long>(key_.low));
        // By the compilers' own names: those of <wmmintrin.h> are functions or macros, as the optimisation goes.
        const __m128i middle =
            _mm_xor_si128(__builtin_ia32_pclmulqdq128(a, b, 0x10), __builtin_ia32_pclmulqdq128(a, b, 0x01));
        const __m128i zero = _mm_setzero_si128();
        const __m128i low = _mm_xor_si128(__builtin_ia32_pclmulqdq128(a, b, 0x00), _mm_unpacklo_epi64(zero, middle));
        const __m128i high = _mm_xor_si128(__builtin_ia32_pclmulqdq128(a, b, 0x11), _mm_unpackhi_epi64(middle, zero));
        std::array<std::uint64_t, 4> product{};  // the lowest word first
        _mm_storeu_si128(reinterpret_cast<__m128i*>(product.data()), low);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(product.data() + 2), high);
        reduce(product);
    }
#endif

    void reduce(std::array<std::uint64_t, 4> p) noexcept {
        p[3] = p[3] << 1 | p[2] >> 63;
        p[2] = p[2] << 1 | p[1] >> 63;
        p[1] = p[1] << 1 | p[0] >> 63;
        p[0] = p[0] << 1;
        // The lower words are the higher powers: each is taken back by x^7 + x^2 + x + 1.
        p[1] ^= p[0] << 63 ^ p[0] << 62 ^ p[0] << 57;
        sum_.low = p[2] ^ p[0] ^ p[0] >> 1 ^ p[0] >> 2 ^ p[0] >> 7 ^ p[1] << 63 ^ p[1] << 62 ^ p[1] << 57;
        sum_.high = p[3] ^ p[1] ^ p[1] >> 1 ^ p[1] >> 2 ^ p[1] >> 7;
    }

    element key_;
    element sum_;
    [[maybe_unused]] bool by_instructions_;
};

}  // namespace detail

/// Opens what was sealed by AES-128-GCM under one key.
class aes128_gcm {
public:
    static constexpr std::size_t nonce_bytes = 12;
    static constexpr std::size_t tag_bytes = 16;
    using nonce = std::array<std::uint8_t, nonce_bytes>;

    explicit aes128_gcm(const std::array<std::uint8_t, aes128::key_bytes>& key) noexcept : cipher_(key) {}

    /// Opens `sealed` (the ciphertext, then the tag) into `out`, which has room for all but the tag; `data` is what was
    /// authenticated with it. False, with `out` of no meaning, where the tag is another.
    [[nodiscard]] bool open(std::span<std::uint8_t> out, const nonce& iv, bytes_view data,
                            bytes_view sealed) const noexcept {
        if (sealed.size() < tag_bytes || out.size() < sealed.size() - tag_bytes) return false;
        const bytes_view text = sealed.first(sealed.size() - tag_bytes);
        detail::ghash sum(cipher_.encipher({}), has_aes_instructions());
        sum.add(data);
        sum.add(text);
        sum.add_lengths(data.size(), text.size());
        aes_block counter{};
        std::copy(iv.begin(), iv.end(), counter.begin());
        const aes_block expected = added(sum.value(), numbered(counter, 1));
        if (!std::equal(expected.begin(), expected.end(), sealed.end() - tag_bytes)) return false;
        for (std::size_t at = 0; at < text.size(); at += 16) {
            const aes_block key = numbered(counter, static_cast<std::uint32_t>(at / 16 + 2));
            const std::size_t bytes = std::min<std::size_t>(16, text.size() - at);
            for (std::size_t i = 0; i < bytes; ++i) out[at + i] = static_cast<std::uint8_t>(text[at + i] ^ key[i]);
        }
        return true;
    }

private:
    [[nodiscard]] aes_block numbered(aes_block counter, std::uint32_t number) const noexcept {
        for (std::size_t i = 0; i < 4; ++i) counter[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
        return cipher_.encipher(counter);
    }
    [[nodiscard]] static aes_block added(aes_block a, const aes_block& b) noexcept {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] ^= b[i];
        return a;
    }

    aes128 cipher_;
};

}  // namespace pcapframe
