// Guesses where a record or block begins in the middle of a file: where a chain of plausible headers does.
//
// A guess is never trusted. Whoever uses one proves it by what comes before it, which must end exactly there, or only
// brings bytes into the cache by it.
#pragma once

#include <algorithm>

#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcapng.hpp>

namespace pcapframe {

/// No place was found.
inline constexpr std::size_t no_boundary = 0;

/// Of longer ones no guess is made.
inline constexpr std::uint32_t plausible_record_bytes_max = 262'144;

/// Whether a pcap record could begin at `p`, where a whole header can be read. One without data could, but zeros look
/// like many of them.
[[nodiscard]] inline bool is_plausible_record(const pcap_layout& layout, const std::uint8_t* p) noexcept {
    const std::uint32_t second_units = layout.fraction_ns == 1 ? 1'000'000'000 : 1'000'000;
    const record r = layout.read(p);
    return load32(p + 4, layout.order) < second_units && r.caplen != 0 && r.caplen <= r.len &&
           r.len <= plausible_record_bytes_max;
}

/// The bytes of a pcapng block, both lengths of which agree, or 0 for none that is plausible.
[[nodiscard]] inline std::size_t plausible_block_bytes(bytes_view rest, byte_order order) noexcept {
    constexpr std::uint32_t smallest = 12;
    if (rest.size() < smallest) return 0;
    const std::uint32_t total = load32(rest.data() + 4, order);
    if (total < smallest || total % 4 != 0 || total > rest.size()) return 0;
    return load32(rest.data() + total - 4, order) == total ? total : 0;
}

namespace detail {

/// Whether `next(offset)` leads so many times from one to the next, or to the end of the file before; it gives the
/// bytes of what begins at an offset, or 0.
template <class Next>
bool is_chain(std::size_t at, std::size_t file_bytes, unsigned links, Next next) {
    const std::size_t begin = at;
    for (; links > 0 && at < file_bytes; --links) {
        const std::size_t bytes = next(at);
        if (bytes == 0) return false;
        at += bytes;
    }
    return at != begin;
}

/// The first place from `at` on, before `to`, whose captured length (or its other length) is one that records have.
/// Nearly all bytes that are no record fail there, so that this is the loop that counts.
template <byte_order Order>
std::size_t next_plausible_length(const std::uint8_t* data, std::size_t at, std::size_t to) noexcept {
    while (at < to && load32(data + at + 8, Order) - 1 >= plausible_record_bytes_max) ++at;
    return at;
}

}  // namespace detail

/// A place in the `search` bytes from `from` on where so many records of a pcap in a row seem to begin.
[[nodiscard]] inline std::size_t find_record(bytes_view file, std::size_t from, std::size_t search,
                                             const pcap_layout& layout, unsigned links) noexcept {
    if (file.size() < layout.header_bytes) return no_boundary;
    const std::size_t last = file.size() - layout.header_bytes;  // at which a header can be read
    const auto next = [&](std::size_t at) -> std::size_t {
        if (at > last || !is_plausible_record(layout, file.data() + at)) return 0;
        const std::size_t bytes = layout.header_bytes + layout.read(file.data() + at).caplen;
        return bytes <= file.size() - at ? bytes : 0;
    };
    const std::size_t to = std::min(from + search, last + 1);
    for (std::size_t at = from;; ++at) {
        at = layout.order == byte_order::little
                 ? detail::next_plausible_length<byte_order::little>(file.data(), at, to)
                 : detail::next_plausible_length<byte_order::big>(file.data(), at, to);
        if (at >= to) return no_boundary;
        if (detail::is_chain(at, file.size(), links, next)) return at;
    }
}

/// A place in the `search` bytes from `from` on where so many blocks of a pcapng of this byte order seem to begin in a
/// row. They begin at multiples of four.
[[nodiscard]] inline std::size_t find_block(bytes_view file, std::size_t from, std::size_t search,
                                            byte_order order, unsigned links) noexcept {
    const std::size_t begin = (from + 3) & ~std::size_t{3};
    const std::size_t to = std::min(begin + search, file.size());
    const auto next = [&](std::size_t at) { return plausible_block_bytes(file.subspan(at), order); };
    for (std::size_t at = begin; at < to; at += 4)
        if (detail::is_chain(at, file.size(), links, next)) return at;
    return no_boundary;
}

}  // namespace pcapframe
