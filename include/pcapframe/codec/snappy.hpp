// The Snappy format, written and read: a block of bytes as literals and copies of what came before.
// Source: https://github.com/google/snappy/blob/main/format_description.txt.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/bytes/varint.hpp>

namespace pcapframe::inline v0_2::snappy {

namespace detail {

inline std::uint32_t word_at(const char* p) noexcept {
    std::uint32_t word = 0;
    std::memcpy(&word, p, sizeof word);
    return word;
}

inline void put_literal(std::string& out, const char* from, std::size_t size) {
    if (size == 0) return;
    const std::size_t less = size - 1;
    if (less < 60) {
        out += static_cast<char>(less << 2);
    } else {
        unsigned bytes = 1;
        while (less >> (8 * bytes) != 0) ++bytes;
        out += static_cast<char>((59 + bytes) << 2);
        for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(less >> (8 * i));
    }
    out.append(from, size);
}

/// Copies of 4 to 64 bytes of bytes at most 65,535 before; longer copies are written as several.
inline void put_copy(std::string& out, std::size_t offset, std::size_t size) {
    while (size > 0) {
        // No copy of less than four bytes is left over for the end.
        const std::size_t now = size > 64 && size < 68 ? 60 : std::min<std::size_t>(size, 64);
        if (now >= 4 && now < 12 && offset < 2048) {
            out += static_cast<char>(1 | (now - 4) << 2 | offset >> 8 << 5);
            out += static_cast<char>(offset);
        } else {
            out += static_cast<char>(2 | (now - 1) << 2);
            out += static_cast<char>(offset);
            out += static_cast<char>(offset >> 8);
        }
        size -= now;
    }
}

/// A block is at most 64 KiB, so that places in it fit 16 bits. Steps grow where nothing repeats, so that random bytes
/// cost little.
inline void compress_block(std::string& out, std::string_view in) {
    constexpr unsigned table_bits = 13;
    std::array<std::uint16_t, std::size_t{1} << table_bits> places{};
    const auto slot = [](std::uint32_t word) { return (word * 0x1e35'a7bdU) >> (32 - table_bits); };
    const char* const start = in.data();
    std::size_t literal_from = 0;
    std::size_t at = 1;
    std::size_t misses = 32;
    while (at + 4 <= in.size()) {
        const std::uint32_t word = word_at(start + at);
        std::uint16_t& place = places[slot(word)];
        const std::size_t before = place;
        place = static_cast<std::uint16_t>(at);
        if (word_at(start + before) != word) {
            at += misses++ >> 5;
            continue;
        }
        std::size_t size = 4;
        while (at + size < in.size() && start[before + size] == start[at + size]) ++size;
        put_literal(out, start + literal_from, at - literal_from);
        put_copy(out, at - before, size);
        at += size;
        literal_from = at;
        misses = 32;
    }
    put_literal(out, start + literal_from, in.size() - literal_from);
}

}  // namespace detail

/// The bytes compressed; any number up to 2^32 - 1.
inline void compress(std::string& out, std::string_view in) {
    constexpr std::size_t block = std::size_t{1} << 16;
    out.clear();
    put_varint(out, in.size());
    for (; !in.empty(); in.remove_prefix(std::min(block, in.size()))) detail::compress_block(out, in.substr(0, block));
}

namespace detail {

/// Takes a number of `count` bytes, the lowest first.
inline bool take_number(bytes_view& in, std::size_t count, std::size_t& number) noexcept {
    if (in.size() < count) return false;
    number = 0;
    for (std::size_t i = 0; i < count; ++i) number |= std::size_t{in[i]} << (8 * i);
    in = in.subspan(count);
    return true;
}

/// Repeats the `size` bytes that begin `offset` before `to`, which may overlap what is written.
inline void repeat(std::uint8_t* to, std::size_t offset, std::size_t size) noexcept {
    const std::uint8_t* const from = to - offset;
    // Each copy doubles what the next one can take at once: byte by byte, each would wait for the one before it.
    for (; size > offset; offset *= 2) {
        std::memcpy(to, from, offset);
        to += offset;
        size -= offset;
    }
    std::memcpy(to, from, size);
}

/// Writes what the elements in `in` say into `out`, which they must fill exactly.
inline bool expand(bytes_view in, std::span<std::uint8_t> out) noexcept {
    std::size_t at = 0;
    while (!in.empty()) {
        const std::uint8_t tag = in[0];
        in = in.subspan(1);
        const unsigned kind = tag & 3U;
        std::size_t size = std::size_t{tag} >> 2;
        std::size_t offset = 0;
        if (kind == 0) {
            if (size >= 60 && !take_number(in, size - 59, size)) return false;
            if (size >= in.size() || size >= out.size() - at) return false;
            std::memcpy(out.data() + at, in.data(), ++size);
            in = in.subspan(size);
        } else {
            if (!take_number(in, kind == 3 ? 4 : kind, offset)) return false;
            if (kind == 1) {
                offset |= std::size_t{tag & 0xe0U} << 3;
                size = (size & 7) + 3;
            }
            if (offset == 0 || offset > at || size >= out.size() - at) return false;
            repeat(out.data() + at, offset, ++size);
        }
        at += size;
    }
    return at == out.size();
}

}  // namespace detail

/// The bytes of a block, which may be any bytes; false where it is not whole and right, or its contents have more than
/// `bytes_max` bytes. `out` is unspecified then.
[[nodiscard]] inline bool decompress(std::string& out, bytes_view in, std::size_t bytes_max) {
    // No element of three bytes makes more than 64: claims beyond that cost no memory.
    constexpr std::size_t gain_max = 22;
    const std::optional<std::uint64_t> size = take_varint(in);
    if (!size || *size > bytes_max || *size > gain_max * in.size()) return false;
    out.resize(static_cast<std::size_t>(*size));
    return detail::expand(in, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
}

}  // namespace pcapframe::snappy
