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

/// Whether a pcap record could begin at `p`, where a whole header can be read. One without data could, but zeros look
/// like many of them.
[[nodiscard]] inline bool is_plausible_record(const pcap_layout& layout, const std::uint8_t* p) noexcept {
    constexpr std::uint32_t plausible_bytes_max = 262'144;
    const std::uint32_t second_units = layout.fraction_ns == 1 ? 1'000'000'000 : 1'000'000;
    const record r = layout.read(p);
    return load32(p + 4, layout.order) < second_units && r.caplen != 0 && r.caplen <= r.len &&
           r.len <= plausible_bytes_max;
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

/// The first offset from `from` on, in steps, at which `links(offset)` finds so many in a row; each gives the next.
template <class Next>
std::size_t find_chain(std::size_t from, std::size_t to, std::size_t step, std::size_t file_bytes, Next next) {
    constexpr unsigned chain_length = 8;
    for (std::size_t begin = from; begin < to; begin += step) {
        std::size_t at = begin;
        unsigned links = 0;
        while (links < chain_length && at < file_bytes) {
            const std::size_t bytes = next(at);
            if (bytes == 0) break;
            at += bytes;
            ++links;
        }
        if (links == chain_length || (links != 0 && at == file_bytes)) return begin;
    }
    return no_boundary;
}

}  // namespace detail

/// A place in the `search` bytes from `from` on where records of a pcap seem to begin.
[[nodiscard]] inline std::size_t find_record(bytes_view file, std::size_t from, std::size_t search,
                                             const pcap_layout& layout) noexcept {
    const std::size_t to = std::min(from + search, file.size());
    return detail::find_chain(from, to, 1, file.size(), [&](std::size_t at) -> std::size_t {
        if (file.size() - at < layout.header_bytes || !is_plausible_record(layout, file.data() + at)) return 0;
        const std::size_t bytes = layout.header_bytes + layout.read(file.data() + at).caplen;
        return bytes <= file.size() - at ? bytes : 0;
    });
}

/// A place in the `search` bytes from `from` on where blocks of a pcapng of this byte order seem to begin. They begin
/// at multiples of four.
[[nodiscard]] inline std::size_t find_block(bytes_view file, std::size_t from, std::size_t search,
                                            byte_order order) noexcept {
    const std::size_t begin = (from + 3) & ~std::size_t{3};
    const std::size_t to = std::min(begin + search, file.size());
    return detail::find_chain(begin, to, 4, file.size(),
                              [&](std::size_t at) { return plausible_block_bytes(file.subspan(at), order); });
}

}  // namespace pcapframe
