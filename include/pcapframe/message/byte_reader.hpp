// A forward reader of vectors with a length in front, in network byte order: how TLS, QUIC, DHCP and others are made.
#pragma once

#include <cstdint>

#include <pcapframe/bytes/cursor.hpp>

namespace pcapframe::inline v0_2::message {

/// A cursor in network byte order, with what those protocols have besides.
class byte_reader : public cursor {
public:
    constexpr explicit byte_reader(bytes_view bytes) noexcept : cursor(bytes, byte_order::big) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return left() == 0; }

    constexpr std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
    constexpr std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(number(3)); }
    /// A number of up to eight bytes.
    constexpr std::uint64_t number(std::size_t bytes) noexcept {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : take(bytes)) value = value << 8 | byte;
        return value;
    }
    /// The bytes behind a length of one, two or three bytes.
    constexpr bytes_view vector8() noexcept { return take(u8()); }
    constexpr bytes_view vector16() noexcept { return take(u16()); }
    constexpr bytes_view vector24() noexcept { return take(u24()); }
    /// A number of QUIC (RFC 9000, section 16): the first two bits say how many bytes it has.
    constexpr std::uint64_t variable() noexcept {
        const std::uint64_t first = u8();
        const std::size_t more = (std::size_t{1} << (first >> 6)) - 1;
        return (first & 0x3f) << (8 * more) | number(more);
    }
};

}  // namespace pcapframe::message
