// Guesses where a record or block begins in the middle of a file: where a chain of plausible headers does.
//
// A guess is never trusted. Whoever uses a guess proves it by the records before the place, which must end exactly
// there.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>

#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcapng.hpp>

namespace pcapframe::inline v0_2 {

/// No place was found.
inline constexpr std::size_t no_boundary = std::numeric_limits<std::size_t>::max();

/// No guess is made for longer records.
inline constexpr std::uint32_t plausible_bytes_max = 0x3'ffff;

namespace detail {

/// Whether `next(offset)` leads so many times from a record to the one behind it, or reaches the end of the file
/// before; `next` gives the bytes of the record at an offset, or 0.
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

/// The top bit of each byte of `word` that is 0; all other bits are 0.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
    constexpr std::uint64_t low_bits = 0x7f7f'7f7f'7f7f'7f7f;
    return ~(((word & low_bits) + low_bits) | word | low_bits);
}

/// Which of the eight places from `p` on hold a 32-bit number that is neither 0 nor above plausible_bytes_max: a bit
/// for each, 0 where none does.
inline std::uint64_t plausible_lengths(const std::uint8_t* p, byte_order order) noexcept {
    std::uint64_t bytes[4];
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(&bytes[i], p + (order == byte_order::little ? i : 3 - i), 8);
    constexpr std::uint64_t above_3 = 0xfcfc'fcfc'fcfc'fcfc;
    const std::uint64_t small = zero_bytes(bytes[3]) & zero_bytes(bytes[2] & above_3);
    return small & ~zero_bytes(bytes[0] | bytes[1] | bytes[2]);
}

}  // namespace detail

/// How the records of a pcap follow each other, for walking and guessing.
struct pcap_chain {
    pcap_layout layout{};

    /// What must be readable where a record is to be walked.
    static constexpr std::size_t readable_bytes = 24;
    static constexpr std::size_t smallest_bytes = 16;
    /// The bytes of a usual record: its header's and the packet's.
    static constexpr std::size_t header_bytes = 16 + usual_header_bytes;
    /// The header that is read before it is known where the next record begins.
    static constexpr std::size_t trailer_bytes = 0;

    /// The bytes from the record whose header is at `p` to the next record, where the captured length comes first, as
    /// it nearly always does.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::size_t step(const std::uint8_t* p) const noexcept {
        return layout.header_bytes + load32(p + 8, layout.order);
    }

    /// Whether the record at `at` is all there and not too long. Nothing else can be wrong with a record.
    [[nodiscard]] bool is_sound(bytes_view file, std::size_t at) const noexcept {
        return layout.fits(layout.read(file.data() + at), file.size() - at);
    }

    /// Whether a record could begin at `p`, where a whole header can be read. A record without data could, but a
    /// stretch of zeros looks like many such records.
    [[nodiscard]] bool is_plausible(const std::uint8_t* p) const noexcept {
        const std::uint32_t second_units = layout.fraction_ns == 1 ? 1'000'000'000 : 1'000'000;
        const record r = layout.read(p);
        return load32(p + 4, layout.order) < second_units && r.caplen != 0 && r.caplen <= r.len &&
               r.len <= plausible_bytes_max;
    }

    /// Whether so many records in a row seem to begin at `at`.
    [[nodiscard]] bool leads_on(bytes_view file, std::size_t at, unsigned links) const noexcept {
        return detail::is_chain(at, file.size(), links, [&](std::size_t place) -> std::size_t {
            if (file.size() - place < scan_bytes || !is_plausible(file.data() + place)) return 0;
            const std::size_t bytes = layout.header_bytes + layout.read(file.data() + place).caplen;
            return bytes <= file.size() - place ? bytes : 0;
        });
    }

    /// The first place in the `search` bytes from `from` on where records do.
    [[nodiscard]] std::size_t find(bytes_view file, std::size_t from, std::size_t search,
                                   unsigned links) const noexcept {
        if (file.size() < scan_bytes) return no_boundary;
        const std::size_t to = std::min(from + search, file.size() - scan_bytes + 1);
        for (std::size_t at = from; at < to; at += 8) {
            // Nearly all bytes that are no record have no such length, so this is the test that counts.
            if (detail::plausible_lengths(file.data() + at + 8, layout.order) == 0) continue;
            for (std::size_t i = at; i < std::min(at + 8, to); ++i)
                if (leads_on(file, i, links)) return i;
        }
        return no_boundary;
    }

private:
    /// What a look at eight places at once reads.
    static constexpr std::size_t scan_bytes = 8 + 8 + 3;
};

/// How the blocks of a pcapng section follow each other.
struct pcapng_chain {
    byte_order order = byte_order::little;

    static constexpr std::size_t readable_bytes = 8;
    static constexpr std::size_t smallest_bytes = 12;
    static constexpr std::size_t header_bytes = pcapng_walker::usual_fixed_bytes + usual_header_bytes;
    static constexpr std::size_t trailer_bytes = 4;

    /// The bytes from the block at `p` to the next, if the block's first length is right.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::size_t step(const std::uint8_t* p) const noexcept {
        const std::size_t total = load32(p + 4, order);
        return std::max<std::size_t>((total + 3) & ~std::size_t{3}, smallest_bytes);
    }

    /// Whether a block is sound is found out when the block is read.
    [[nodiscard]] bool is_sound(bytes_view, std::size_t) const noexcept { return true; }

    /// The bytes of the block at `rest`, both lengths of which agree, or 0 for none that is plausible.
    [[nodiscard]] std::size_t plausible_bytes(bytes_view rest) const noexcept {
        if (rest.size() < smallest_bytes) return 0;
        const std::uint32_t total = load32(rest.data() + 4, order);
        if (total < smallest_bytes || total % 4 != 0 || total > plausible_bytes_max || total > rest.size()) return 0;
        return load32(rest.data() + total - 4, order) == total ? total : 0;
    }

    /// Whether so many blocks in a row seem to begin at `at`.
    [[nodiscard]] bool leads_on(bytes_view file, std::size_t at, unsigned links) const noexcept {
        return detail::is_chain(at, file.size(), links,
                                [&](std::size_t place) { return plausible_bytes(file.subspan(place)); });
    }

    /// The first place in the `search` bytes from `from` on where blocks do. Blocks begin at multiples of four.
    [[nodiscard]] std::size_t find(bytes_view file, std::size_t from, std::size_t search,
                                   unsigned links) const noexcept {
        const std::size_t begin = (from + 3) & ~std::size_t{3};
        const std::size_t to = std::min(begin + search, file.size());
        for (std::size_t at = begin; at < to; at += 4)
            if (leads_on(file, at, links)) return at;
        return no_boundary;
    }
};

}  // namespace pcapframe
