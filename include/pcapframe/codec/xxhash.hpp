// The checksums of LZ4 and Zstandard: XXH32 and XXH64.
// Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

template <class Word>
struct xxhash_numbers;

template <>
struct xxhash_numbers<std::uint32_t> {
    static constexpr std::array<std::uint32_t, 5> primes{0x9e37'79b1, 0x85eb'ca77, 0xc2b2'ae3d, 0x27d4'eb2f,
                                                         0x1656'67b1};
    static constexpr int lane_turn = 13;
    static std::uint32_t load(const std::uint8_t* p) noexcept { return load_le32(p); }
};

template <>
struct xxhash_numbers<std::uint64_t> {
    static constexpr std::array<std::uint64_t, 5> primes{0x9e37'79b1'85eb'ca87, 0xc2b2'ae3d'27d4'eb4f,
                                                         0x1656'67b1'9e37'79f9, 0x85eb'ca77'c2b2'ae63,
                                                         0x27d4'eb2f'1656'67c5};
    static constexpr int lane_turn = 31;
    static std::uint64_t load(const std::uint8_t* p) noexcept { return load_le64(p); }
};

}  // namespace detail

/// The hash of bytes that come in parts, without a seed; a word of 32 or 64 bits.
template <class Word>
class xxhash {
public:
    void add(bytes_view bytes) noexcept {
        total_ += bytes.size();
        if (kept_ != 0) {
            const std::size_t taken = std::min(stripe_bytes - kept_, bytes.size());
            if (taken != 0) std::memcpy(rest_.data() + kept_, bytes.data(), taken);
            kept_ += taken;
            bytes = bytes.subspan(taken);
            if (kept_ != stripe_bytes) return;
            stripe(rest_.data());
            kept_ = 0;
        }
        for (; bytes.size() >= stripe_bytes; bytes = bytes.subspan(stripe_bytes)) stripe(bytes.data());
        kept_ = bytes.size();
        if (kept_ != 0) std::memcpy(rest_.data(), bytes.data(), kept_);
    }

    [[nodiscard]] Word value() const noexcept {
        Word hash = primes[4];
        if (total_ >= stripe_bytes) {
            hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
                   std::rotl(lanes_[3], 18);
            if constexpr (wide)
                for (const Word lane : lanes_) hash = (hash ^ round(0, lane)) * primes[0] + primes[3];
        }
        return finish(hash + static_cast<Word>(total_));
    }

private:
    static constexpr bool wide = sizeof(Word) == 8;
    static constexpr std::size_t stripe_bytes = 4 * sizeof(Word);
    using numbers = detail::xxhash_numbers<Word>;
    static constexpr const std::array<Word, 5>& primes = numbers::primes;

    static constexpr Word round(Word sum, Word input) noexcept {
        return std::rotl(static_cast<Word>(sum + input * primes[1]), numbers::lane_turn) * primes[0];
    }

    void stripe(const std::uint8_t* p) noexcept {
        for (std::size_t i = 0; i < 4; ++i) lanes_[i] = round(lanes_[i], numbers::load(p + i * sizeof(Word)));
    }

    /// The bytes behind the last stripe, and the mixing at the end.
    [[nodiscard]] Word finish(Word hash) const noexcept {
        const std::uint8_t* p = rest_.data();
        std::size_t left = kept_;
        if constexpr (wide) {
            for (; left >= 8; left -= 8, p += 8)
                hash = std::rotl(hash ^ round(0, load_le64(p)), 27) * primes[0] + primes[3];
            if (left >= 4) {
                hash = std::rotl(hash ^ load_le32(p) * primes[0], 23) * primes[1] + primes[2];
                left -= 4, p += 4;
            }
            for (; left != 0; --left, ++p) hash = std::rotl(hash ^ *p * primes[4], 11) * primes[0];
            hash = (hash ^ hash >> 33) * primes[1];
            hash = (hash ^ hash >> 29) * primes[2];
            return hash ^ hash >> 32;
        } else {
            for (; left >= 4; left -= 4, p += 4) hash = std::rotl(hash + load_le32(p) * primes[2], 17) * primes[3];
            for (; left != 0; --left, ++p) hash = std::rotl(hash + *p * primes[4], 11) * primes[0];
            hash = (hash ^ hash >> 15) * primes[1];
            hash = (hash ^ hash >> 13) * primes[2];
            return hash ^ hash >> 16;
        }
    }

    std::array<Word, 4> lanes_{static_cast<Word>(primes[0] + primes[1]), primes[1], 0,
                               static_cast<Word>(Word{0} - primes[0])};
    std::array<std::uint8_t, stripe_bytes> rest_{};
    std::size_t kept_ = 0;
    std::uint64_t total_ = 0;
};

/// The two widths of the checksum.
using xxhash32 = xxhash<std::uint32_t>;
using xxhash64 = xxhash<std::uint64_t>;

}  // namespace pcapframe
