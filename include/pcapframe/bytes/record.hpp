// The record: one captured packet as every source yields it, before anything knows a protocol.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe {

/// A packet without a timestamp (pcapng Simple Packet Block), or with one outside the years 1677 to 2262.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// One captured packet. The bytes belong to the source that yielded it: a mapping (valid as long as the mapping), or a
/// window or ring (valid until the source is asked for more).
struct record {
    const std::uint8_t* data = nullptr;
    std::uint32_t caplen = 0;       ///< bytes captured, all readable at `data`
    std::uint32_t len = 0;          ///< bytes the packet had on the wire
    std::int64_t time = no_time;    ///< nanoseconds since 1970-01-01 00:00 UTC, or no_time
    std::uint32_t interface = 0;    ///< index into the source's list of interfaces
    std::uint16_t link_type = 0;    ///< LINKTYPE number (not DLT)

    [[nodiscard]] constexpr bytes_view bytes() const noexcept { return {data, caplen}; }
};

/// Records that follow each other in their file.
struct record_run {
    std::span<const record> records;
    std::uint64_t first_frame = 1;  ///< frame number of records[0]; frames count from 1

    [[nodiscard]] constexpr bool empty() const noexcept { return records.empty(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return records.size(); }
};

}  // namespace pcapframe
