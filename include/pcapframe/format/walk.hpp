// What the walkers of all file formats share: the outcome of a step, and where a step writes its records.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include <pcapframe/base/error.hpp>
#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// Why a walker stopped walking.
enum class walk_state : std::uint8_t {
    full,     ///< the output is full; call again
    starved,  ///< the bytes end inside a record; call again with `wanted` bytes from where the walker stopped
    end,      ///< the input ended cleanly
    damaged,  ///< the input is damaged here; the walker says why, and stays here
};

/// One step of a walker over bytes of a file.
struct walk_step {
    std::size_t consumed = 0;  ///< bytes done with: the next call's bytes begin after these
    std::size_t count = 0;     ///< records written
    std::size_t wanted = 0;    ///< starved: bytes that the next call needs at least
    walk_state state = walk_state::end;
};

/// Usual records that follow each other, walked in the tightest loop of their format: a record that is not usual, or
/// not all there, is left to the walker's step.
struct usual_walk {
    std::size_t consumed = 0;  ///< bytes
    std::size_t count = 0;     ///< records
};

/// How far ahead a walk from one small record to the next asks for memory. The processor's own prefetcher loses its way
/// at every page; with 1 KiB the rows of small packets take a tenth longer, without asking ahead nearly twice as long.
inline constexpr std::size_t walk_prefetch_bytes = 3072;

/// Bytes of the headers of a usual packet that the decoder looks at: Ethernet, IPv4, ports.
inline constexpr std::size_t usual_header_bytes = 14 + 20 + 4;

/// Brings near the headers of the record that begins a few places after place `i`; these headers end after so many
/// bytes.
PCAPFRAME_ALWAYS_INLINE void prefetch_ahead(const std::uint8_t* base, std::span<const std::uint32_t> places,
                                            std::size_t i, std::size_t header_bytes) noexcept {
    constexpr std::size_t ahead = 16;
    const std::size_t at = places[std::min(i + ahead, places.size() - 1)];
    prefetch(base, at);
    prefetch(base, at + header_bytes - 1);
}

/// The bytes that a walker is given: a window of the file that begins where the walker stopped last.
struct walk_input {
    bytes_view bytes;
    bool last = false;  ///< nothing follows these bytes
    /// No record or block that begins at this byte or later is walked: the step then ends as if the output were full.
    std::size_t stop = std::numeric_limits<std::size_t>::max();
    /// The bytes may be all that there is for a while: a first record is walked although the next would tell more.
    bool may_pause = false;
};

}  // namespace pcapframe
