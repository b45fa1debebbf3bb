// Bytes for tests, written as they stand in specifications: hexadecimal digits, blanks for the eye.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <pcapframe/bytes/load.hpp>

namespace testing {

using pcapframe::byte_order;
using pcapframe::bytes_view;

using byte_string = std::vector<std::uint8_t>;

constexpr unsigned hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    throw "not a hexadecimal digit";
}

/// Bytes known at compile time, for static_assert.
template <std::size_t Capacity>
struct hex_bytes {
    std::array<std::uint8_t, Capacity> data{};
    std::size_t size = 0;

    constexpr operator bytes_view() const noexcept { return {data.data(), size}; }
};

template <std::size_t Length>
constexpr hex_bytes<Length / 2> hex(const char (&text)[Length]) {
    hex_bytes<Length / 2> bytes;
    for (std::size_t i = 0; i + 1 < Length; i += 2) {
        while (text[i] == ' ') ++i;
        bytes.data[bytes.size++] = static_cast<std::uint8_t>(hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
    }
    return bytes;
}

/// The same at run time, to be put together.
inline byte_string from_hex(std::string_view text) {
    byte_string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        while (text[i] == ' ') ++i;
        bytes.push_back(static_cast<std::uint8_t>(hex_digit(text[i]) << 4 | hex_digit(text[i + 1])));
    }
    return bytes;
}

template <std::size_t Size>
byte_string bytes_of(const std::array<std::uint8_t, Size>& array) {
    return {array.begin(), array.end()};
}

inline byte_string operator+(byte_string a, const byte_string& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline byte_string zeros(std::size_t count) { return byte_string(count); }

/// 00 01 02 ...: bytes of which each tells its place.
inline byte_string counting(std::size_t count, unsigned first = 0) {
    byte_string bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
    return bytes;
}

/// The low `bytes` bytes of a number.
inline byte_string number(std::uint64_t value, std::size_t bytes, byte_order order) {
    byte_string out(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        const std::size_t at = order == byte_order::little ? i : bytes - 1 - i;
        out[at] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    return out;
}

inline byte_string be16(std::uint64_t value) { return number(value, 2, byte_order::big); }
inline byte_string be32(std::uint64_t value) { return number(value, 4, byte_order::big); }

inline byte_string first_bytes(const byte_string& bytes, std::size_t count) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

inline byte_string to_bytes(bytes_view view) { return {view.begin(), view.end()}; }

}  // namespace testing
