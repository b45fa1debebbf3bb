// AES with keys of 128 bits (FIPS 197), enciphering only: what counter modes and header protection take. By the
// processor's instructions where it has them, which is asked once, at run time.
//
// The portable code looks its substitutions up in a table: it is for data that anybody may read the key of, such as the
// Initial packets of QUIC, and not for secrets.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <pcapframe/bytes/load.hpp>

#if (defined(__x86_64__) || defined(__i386__)) && (defined(__GNUC__) || defined(__clang__))
#define PCAPFRAME_HAS_AES_INSTRUCTIONS 1
#include <wmmintrin.h>
#else
#define PCAPFRAME_HAS_AES_INSTRUCTIONS 0
#endif

namespace pcapframe::inline v0_2 {

/// A block, or a key of 128 bits.
using aes_block = std::array<std::uint8_t, 16>;

namespace detail {

/// Times x in the field of AES.
[[nodiscard]] constexpr std::uint8_t aes_doubled(std::uint8_t value) noexcept {
    return static_cast<std::uint8_t>((value << 1) ^ ((value & 0x80) != 0 ? 0x1b : 0));
}

/// The substitution box: inverses in the field, by powers of the generator 3, and an affine map.
inline constexpr std::array<std::uint8_t, 256> aes_substitutions = [] {
    std::array<std::uint8_t, 256> box{};
    std::uint8_t p = 1;
    std::uint8_t q = 1;
    do {
        p = static_cast<std::uint8_t>(p ^ aes_doubled(p));  // times 3
        q = static_cast<std::uint8_t>(q ^ (q << 1));        // divided by 3
        q = static_cast<std::uint8_t>(q ^ (q << 2));
        q = static_cast<std::uint8_t>(q ^ (q << 4));
        if ((q & 0x80) != 0) q ^= 0x09;
        std::uint8_t mixed = q;
        for (const int turn : {1, 2, 3, 4}) mixed ^= std::rotl(q, turn);
        box[p] = static_cast<std::uint8_t>(mixed ^ 0x63);
    } while (p != 1);
    box[0] = 0x63;
    return box;
}();

}  // namespace detail

/// Whether the processor has instructions for AES and for products without carries.
[[nodiscard]] inline bool has_aes_instructions() noexcept {
#if PCAPFRAME_HAS_AES_INSTRUCTIONS
    static const bool has = __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") &&
                            __builtin_cpu_supports("ssse3");
    return has;
#else
    return false;
#endif
}

/// One key, ready to encipher blocks.
class aes128 {
public:
    static constexpr std::size_t key_bytes = 16;
    static constexpr std::size_t rounds = 10;

    constexpr explicit aes128(const std::array<std::uint8_t, key_bytes>& key) noexcept {
        for (std::size_t i = 0; i < key_bytes; ++i) keys_[i] = key[i];
        std::uint8_t constant = 1;
        for (std::size_t at = key_bytes; at < keys_.size(); at += 4) {
            std::array<std::uint8_t, 4> word{keys_[at - 4], keys_[at - 3], keys_[at - 2], keys_[at - 1]};
            if (at % key_bytes == 0) {
                word = {detail::aes_substitutions[word[1]], detail::aes_substitutions[word[2]],
                        detail::aes_substitutions[word[3]], detail::aes_substitutions[word[0]]};
                word[0] ^= constant;
                constant = detail::aes_doubled(constant);
            }
            for (std::size_t i = 0; i < 4; ++i)
                keys_[at + i] = static_cast<std::uint8_t>(keys_[at + i - key_bytes] ^ word[i]);
        }
    }

    /// A block, enciphered.
    [[nodiscard]] aes_block encipher(const aes_block& block) const noexcept {
#if PCAPFRAME_HAS_AES_INSTRUCTIONS
        if (has_aes_instructions()) return encipher_by_instructions(block);
#endif
        return encipher_portably(block);
    }

    /// The same by the code that every processor runs.
    [[nodiscard]] constexpr aes_block encipher_portably(const aes_block& block) const noexcept {
        aes_block state = block;
        add_key(state, 0);
        for (std::size_t round = 1; round < rounds; ++round) {
            state = shifted(state);
            for (std::size_t column = 0; column < 16; column += 4) mix(state.data() + column);
            add_key(state, round);
        }
        state = shifted(state);
        add_key(state, rounds);
        return state;
    }

    /// The keys of the rounds, one after the other.
    [[nodiscard]] const std::uint8_t* round_keys() const noexcept { return keys_.data(); }

private:
#if PCAPFRAME_HAS_AES_INSTRUCTIONS
    __attribute__((target("aes,sse2"))) aes_block encipher_by_instructions(const aes_block& block) const noexcept {
        const auto key = [&](std::size_t round) __attribute__((target("aes,sse2"))) {
            return _mm_loadu_si128(reinterpret_cast<const __m128i*>(keys_.data() + 16 * round));
        };
        __m128i state = _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block.data())), key(0));
        for (std::size_t round = 1; round < rounds; ++round) state = _mm_aesenc_si128(state, key(round));
        state = _mm_aesenclast_si128(state, key(rounds));
        aes_block enciphered;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(enciphered.data()), state);
        return enciphered;
    }
#endif

    constexpr void add_key(aes_block& state, std::size_t round) const noexcept {
        for (std::size_t i = 0; i < state.size(); ++i) state[i] ^= keys_[16 * round + i];
    }
    /// Substitutes every byte, and turns the rows.
    [[nodiscard]] static constexpr aes_block shifted(const aes_block& state) noexcept {
        aes_block out{};
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = detail::aes_substitutions[state[(i * 5) % 16]];
        return out;
    }
    static constexpr void mix(std::uint8_t* column) noexcept {
        const std::array<std::uint8_t, 4> c{column[0], column[1], column[2], column[3]};
        const auto all = static_cast<std::uint8_t>(c[0] ^ c[1] ^ c[2] ^ c[3]);
        for (std::size_t i = 0; i < 4; ++i)
            column[i] = static_cast<std::uint8_t>(
                c[i] ^ all ^ detail::aes_doubled(static_cast<std::uint8_t>(c[i] ^ c[(i + 1) % 4])));
    }

    std::array<std::uint8_t, 16 * (rounds + 1)> keys_{};
};

}  // namespace pcapframe
