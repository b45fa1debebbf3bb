// How Parquet packs values: bits, the hybrid of runs and packed bits, and packed differences.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/varint.hpp>
#include <pcapframe/export/thrift_compact.hpp>

namespace pcapframe::inline v0_2::parquet {

using thrift::zigzag;

/// Packs the lowest `width` bits of each number, from the lowest bit of each byte; the last byte is filled with zeros.
/// At `out` there is room for a whole word more than the packed numbers take. Returns the end of the packed numbers.
template <class Number>
std::uint8_t* pack_bits(std::uint8_t* out, const Number* values, std::size_t count, unsigned width) noexcept {
    std::uint64_t word = 0;
    unsigned filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t value = values[i];
        word |= value << filled;
        filled += width;
        if (filled < 64) continue;
        store_le64(out, word);
        out += 8;
        filled -= 64;
        word = filled == 0 ? 0 : value >> (width - filled);
    }
    store_le64(out, word);
    return out + (filled + 7) / 8;
}

/// Appends the packed numbers to a string.
template <class Number>
void append_packed(std::string& out, const Number* values, std::size_t count, unsigned width) {
    const std::size_t start = out.size();
    out.resize(start + (count * width + 7) / 8 + 8);
    auto* const at = reinterpret_cast<std::uint8_t*>(out.data() + start);
    out.resize(start + static_cast<std::size_t>(pack_bits(at, values, count, width) - at));
}

/// The hybrid of runs and packed bits: numbers of `width` bits, in groups of eight. The last group is filled with
/// zeros.
inline void append_hybrid(std::string& out, std::span<const std::uint32_t> values, unsigned width) {
    constexpr std::size_t run_least = 16;
    std::size_t packed_from = 0;
    const auto flush_packed = [&](std::size_t to) {
        if (to == packed_from) return;
        const std::size_t groups = (to - packed_from + 7) / 8;
        put_varint(out, groups << 1 | 1);
        const std::size_t start = out.size();
        append_packed(out, values.data() + packed_from, to - packed_from, width);
        out.resize(start + groups * width);
    };
    std::size_t i = 0;
    while (i < values.size()) {
        std::size_t run = 1;
        while (i + run < values.size() && values[i + run] == values[i]) ++run;
        if (run < run_least) {
            i = std::min(i + 8, values.size());
            continue;
        }
        flush_packed(i);
        put_varint(out, std::uint64_t{run} << 1);
        for (unsigned shift = 0; shift < width; shift += 8) out += static_cast<char>(values[i] >> shift);
        i += run;
        packed_from = i;
    }
    flush_packed(values.size());
}

/// Definition levels of zero or one: a bitmap of `count` bits, as Arrow has it, in the hybrid of runs and packed
/// numbers.
inline void append_levels(std::string& out, std::span<const std::uint8_t> bitmap, std::size_t count) {
    constexpr std::size_t run_least = 8;  // bytes of eight equal bits
    std::size_t packed_from = 0;
    const auto flush_packed = [&](std::size_t to) {
        if (to == packed_from) return;
        put_varint(out, (to - packed_from) << 1 | 1);
        out.append(reinterpret_cast<const char*>(bitmap.data() + packed_from), to - packed_from);
    };
    const std::size_t whole = count / 8;
    std::size_t i = 0;
    while (i < whole) {
        std::size_t run = 1;
        while (i + run < whole && bitmap[i + run] == bitmap[i]) ++run;
        if (run >= run_least && (bitmap[i] == 0 || bitmap[i] == 0xff)) {
            flush_packed(i);
            put_varint(out, (std::uint64_t{run} * 8) << 1);
            out += bitmap[i] == 0 ? '\0' : '\1';
            packed_from = i + run;
        }
        i += run;
    }
    flush_packed((count + 7) / 8);
}

/// Packed differences (DELTA_BINARY_PACKED): blocks of 128 numbers in four parts, each part with a width of its own.
/// Differences wrap around in the number's own width.
template <class Number>
void append_deltas(std::string& out, std::span<const Number> values) {
    static_assert(std::is_unsigned_v<Number> && sizeof(Number) >= 4);
    using wrapped = std::make_signed_t<Number>;
    constexpr std::size_t block = 128;
    constexpr std::size_t parts = 4;
    constexpr std::size_t part = block / parts;
    put_varint(out, block);
    put_varint(out, parts);
    put_varint(out, values.size());
    put_varint(out, zigzag(values.empty() ? 0 : static_cast<wrapped>(values[0])));
    for (std::size_t i = 1; i < values.size(); i += block) {
        std::array<Number, block> deltas{};
        const std::size_t count = std::min(block, values.size() - i);
        wrapped least = std::numeric_limits<wrapped>::max();
        for (std::size_t k = 0; k < count; ++k) {
            deltas[k] = values[i + k] - values[i + k - 1];
            least = std::min(least, static_cast<wrapped>(deltas[k]));
        }
        for (std::size_t k = 0; k < count; ++k) deltas[k] -= static_cast<Number>(least);
        put_varint(out, zigzag(least));
        std::array<std::uint8_t, parts + sizeof deltas + 8> packed{};
        std::uint8_t* end = packed.data() + parts;
        for (std::size_t p = 0; p * part < count; ++p) {
            Number bits = 0;
            for (std::size_t k = p * part; k < (p + 1) * part; ++k) bits |= deltas[k];
            packed[p] = static_cast<std::uint8_t>(std::bit_width(bits));
            end = pack_bits(end, deltas.data() + p * part, part, packed[p]);
        }
        out.append(reinterpret_cast<const char*>(packed.data()), static_cast<std::size_t>(end - packed.data()));
    }
}

}  // namespace pcapframe::parquet
