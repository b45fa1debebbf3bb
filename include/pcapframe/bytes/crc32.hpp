// The checksum of gzip, PNG and Parquet's pages: CRC-32 of ISO 3309, reflected, as in RFC 1952, section 8.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include <pcapframe/bytes/load.hpp>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define PCAPFRAME_CRC32_PCLMUL 1
#endif

namespace pcapframe::inline v0_2 {

namespace detail {

using crc32_tables = std::array<std::array<std::uint32_t, 256>, 8>;

/// What a byte does to the checksum, alone and with one to seven bytes behind it.
inline constexpr crc32_tables crc32_of_byte = [] {
    crc32_tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb8'8320U : 0U);
        tables[0][byte] = crc;
    }
    for (std::size_t behind = 1; behind < tables.size(); ++behind)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[behind - 1][byte];
            tables[behind][byte] = (before >> 8) ^ tables[0][before & 0xff];
        }
    return tables;
}();

/// The register behind these bytes; it is inverted neither before nor behind them.
[[nodiscard]] constexpr std::uint32_t crc32_by_tables(bytes_view bytes, std::uint32_t crc) noexcept {
    const crc32_tables& tables = crc32_of_byte;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const std::uint32_t low = load_le32(bytes.data()) ^ crc;
        const std::uint32_t high = load_le32(bytes.data() + 4);
        crc = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff] ^
              tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][(high >> 8) & 0xff] ^
              tables[1][(high >> 16) & 0xff] ^ tables[0][high >> 24];
    }
    for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ tables[0][(crc ^ byte) & 0xff];
    return crc;
}

#if defined(PCAPFRAME_CRC32_PCLMUL)
// Carry-less multiplication folds 64 bytes at a time; the constants are powers of x modulo the polynomial (V. Gopal and
// others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009). The compilers' own
// vectors and builtins: the header of intrinsics has macros that read otherwise with optimization and without.
using crc32_vector = long long __attribute__((vector_size(16)));

__attribute__((target("pclmul,sse4.1"))) inline crc32_vector crc32_fold(crc32_vector sum, crc32_vector by,
                                                                        crc32_vector next) noexcept {
    return __builtin_ia32_pclmulqdq128(sum, by, 0x00) ^ __builtin_ia32_pclmulqdq128(sum, by, 0x11) ^ next;
}

inline crc32_vector crc32_load(const std::uint8_t* p) noexcept {
    crc32_vector v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

/// `bytes` is a multiple of 16, at least 64.
__attribute__((target("pclmul,sse4.1"))) inline std::uint32_t crc32_by_folding(std::uint32_t crc, const std::uint8_t* p,
                                                                               std::size_t bytes) noexcept {
    const crc32_vector by_64{0x01'5444'2bd4, 0x01'c6e4'1596};
    const crc32_vector by_16{0x01'7519'97d0, 0x00'ccaa'009e};
    crc32_vector a = crc32_load(p) ^ crc32_vector{static_cast<long long>(crc), 0};
    crc32_vector b = crc32_load(p + 16);
    crc32_vector c = crc32_load(p + 32);
    crc32_vector d = crc32_load(p + 48);
    for (p += 64, bytes -= 64; bytes >= 64; p += 64, bytes -= 64) {
        a = crc32_fold(a, by_64, crc32_load(p));
        b = crc32_fold(b, by_64, crc32_load(p + 16));
        c = crc32_fold(c, by_64, crc32_load(p + 32));
        d = crc32_fold(d, by_64, crc32_load(p + 48));
    }
    a = crc32_fold(a, by_16, b);
    a = crc32_fold(a, by_16, c);
    a = crc32_fold(a, by_16, d);
    for (; bytes >= 16; p += 16, bytes -= 16) a = crc32_fold(a, by_16, crc32_load(p));
    // From 128 bits to 64, and from those to 32 by Barrett's reduction.
    constexpr long long low_half = 0xffff'ffff;
    a = crc32_vector{a[1], 0} ^ __builtin_ia32_pclmulqdq128(a, by_16, 0x10);
    const auto low = static_cast<unsigned long long>(a[0]);
    const auto high = static_cast<unsigned long long>(a[1]);
    const crc32_vector shifted{static_cast<long long>(low >> 32 | high << 32), static_cast<long long>(high >> 32)};
    a = __builtin_ia32_pclmulqdq128(crc32_vector{a[0] & low_half, 0}, crc32_vector{0x01'63cd'6124, 0}, 0x00) ^ shifted;
    const crc32_vector reduce{0x01'db71'0641, 0x01'f701'1641};
    crc32_vector t = __builtin_ia32_pclmulqdq128(crc32_vector{a[0] & low_half, 0}, reduce, 0x10);
    t = __builtin_ia32_pclmulqdq128(crc32_vector{t[0] & low_half, 0}, reduce, 0x00) ^ a;
    return static_cast<std::uint32_t>(static_cast<unsigned long long>(t[0]) >> 32);
}
#endif

}  // namespace detail

/// The checksum of some bytes; `crc` is that of the bytes before these.
[[nodiscard]] inline std::uint32_t crc32(bytes_view bytes, std::uint32_t crc = 0) noexcept {
    crc = ~crc;
#if defined(PCAPFRAME_CRC32_PCLMUL)
    static const bool folds = __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
    if (folds && bytes.size() >= 64) {
        const std::size_t folded = bytes.size() / 16 * 16;
        crc = detail::crc32_by_folding(crc, bytes.data(), folded);
        bytes = bytes.subspan(folded);
    }
#endif
    return ~detail::crc32_by_tables(bytes, crc);
}

}  // namespace pcapframe

#undef PCAPFRAME_CRC32_PCLMUL
