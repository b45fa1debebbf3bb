// The encodings of parquet_encoding.hpp read again, from any bytes: each reader says whether the bytes are such an
// encoding, of so many values and not a byte more.
// Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/varint.hpp>
#include <pcapframe/export/thrift_compact.hpp>

namespace pcapframe::inline v0_2::parquet {

using thrift::unzigzag;

/// Unpacks numbers of `width` bits, 64 at most, from the lowest bit of each byte. `in` must have all of them.
template <class Number>
void unpack_bits(bytes_view in, unsigned width, std::span<Number> out) noexcept {
    const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t bit = i * width;
        std::array<std::uint8_t, 9> last{};
        const std::uint8_t* at = in.data() + bit / 8;
        if (in.size() - bit / 8 < last.size()) {
            std::copy(at, in.data() + in.size(), last.begin());
            at = last.data();
        }
        const unsigned shift = bit % 8;
        std::uint64_t value = load_le64(at) >> shift;
        if (shift != 0) value |= std::uint64_t{at[8]} << (64 - shift);
        out[i] = static_cast<Number>(value & mask);
    }
}

/// Numbers of `width` bits, 32 at most, as runs and packed bits.
template <class Number>
[[nodiscard]] bool read_hybrid(bytes_view in, unsigned width, std::span<Number> out) noexcept {
    if (width > 32) return false;
    while (!out.empty()) {
        const std::optional<std::uint64_t> head = take_varint(in);
        if (!head) return false;
        const std::uint64_t count = *head >> 1;
        if ((*head & 1) == 0) {
            const std::size_t bytes = (width + 7) / 8;
            if (count == 0 || count > out.size() || bytes > in.size()) return false;
            std::uint32_t value = 0;
            for (std::size_t i = 0; i < bytes; ++i) value |= std::uint32_t{in[i]} << (8 * i);
            if (width < 32 && value >> width != 0) return false;
            std::fill_n(out.begin(), static_cast<std::size_t>(count), static_cast<Number>(value));
            in = in.subspan(bytes);
            out = out.subspan(static_cast<std::size_t>(count));
        } else {
            // Groups of eight; what the last one has too many are zeros.
            if (count == 0 || count > (out.size() + 7) / 8 || count * width > in.size()) return false;
            const auto bytes = narrowed<std::size_t>(count * width);
            const auto values = std::min(static_cast<std::size_t>(count) * 8, out.size());
            unpack_bits(in.first(bytes), width, out.first(values));
            in = in.subspan(bytes);
            out = out.subspan(values);
        }
    }
    return in.empty();
}

/// One block of differences: their least one, a width for each part, the parts.
template <class Number>
[[nodiscard]] bool read_delta_block(bytes_view& in, Number before, std::span<Number> out) noexcept {
    constexpr std::size_t parts = 4;
    constexpr std::size_t part = 32;
    const std::optional<std::uint64_t> least = take_varint(in);
    if (!least || in.size() < parts) return false;
    const auto offset = static_cast<Number>(unzigzag(*least));
    const bytes_view widths = in.first(parts);
    in = in.subspan(parts);
    for (std::size_t p = 0; p * part < out.size(); ++p) {
        const unsigned width = widths[p];
        const std::size_t bytes = width * part / 8;
        if (width > 8 * sizeof(Number) || bytes > in.size()) return false;
        std::array<Number, part> deltas{};
        unpack_bits(in.first(bytes), width, std::span<Number>(deltas));
        in = in.subspan(bytes);
        const std::size_t count = std::min(part, out.size() - p * part);
        for (std::size_t k = 0; k < count; ++k) {
            before = static_cast<Number>(before + offset + deltas[k]);
            out[p * part + k] = before;
        }
    }
    return true;
}

/// Packed differences, from the front of `in`; what follows them stays.
template <class Number>
[[nodiscard]] bool read_deltas(bytes_view& in, std::span<Number> out) noexcept {
    static_assert(std::is_unsigned_v<Number> && sizeof(Number) >= 4);
    constexpr std::size_t block = 128;
    constexpr std::array<std::uint64_t, 2> layout{block, 4};
    for (const std::uint64_t number : layout)
        if (take_varint(in) != number) return false;
    if (take_varint(in) != out.size()) return false;
    const std::optional<std::uint64_t> first = take_varint(in);
    if (!first) return false;
    if (out.empty()) return true;
    out[0] = static_cast<Number>(unzigzag(*first));
    for (std::size_t i = 1; i < out.size(); i += block) {
        const std::size_t count = std::min(block, out.size() - i);
        if (!read_delta_block(in, out[i - 1], out.subspan(i, count))) return false;
    }
    return true;
}

}  // namespace pcapframe::parquet
