// The checksum of gzip, PNG and Parquet's pages: CRC-32 of ISO 3309, reflected, as in RFC 1952, section 8.
#pragma once

#include <array>
#include <cstdint>

#include <pcapframe/bytes/load.hpp>

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

}  // namespace detail

/// The checksum of some bytes; `crc` is that of the bytes before these.
[[nodiscard]] constexpr std::uint32_t crc32(bytes_view bytes, std::uint32_t crc = 0) noexcept {
    const detail::crc32_tables& tables = detail::crc32_of_byte;
    crc = ~crc;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const std::uint32_t low = load_le32(bytes.data()) ^ crc;
        const std::uint32_t high = load_le32(bytes.data() + 4);
        crc = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff] ^
              tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][(high >> 8) & 0xff] ^
              tables[1][(high >> 16) & 0xff] ^ tables[0][high >> 24];
    }
    for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ tables[0][(crc ^ byte) & 0xff];
    return ~crc;
}

}  // namespace pcapframe
