// A forward reader of vectors with a length in front, in network byte order: how TLS, QUIC, DHCP and others are made.
#pragma once

#include <cstdint>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::message {

/// Reads forward and cannot leave its bytes. Once a read asks for more than is left, that read and all later ones give
/// zeros and empty views, and `ok` says so.
class byte_reader {
public:
    constexpr explicit byte_reader(bytes_view bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return bytes_.size(); }
    [[nodiscard]] constexpr bytes_view rest() const noexcept { return bytes_; }

    constexpr bytes_view take(std::size_t count) noexcept {
        if (count > bytes_.size()) {
            ok_ = false;
            bytes_ = {};
            return {};
        }
        const bytes_view taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }
    constexpr std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
    constexpr std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number(2)); }
    constexpr std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(number(3)); }
    constexpr std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number(4)); }
    constexpr std::uint64_t u64() noexcept { return number(8); }
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

private:
    bytes_view bytes_;
    bool ok_ = true;
};

}  // namespace pcapframe::message
