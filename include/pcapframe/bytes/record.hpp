// The record: one captured packet as every source yields it, before anything knows a protocol.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// A packet without a timestamp (pcapng Simple Packet Block), or with one outside the years 1677 to 2262.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// A time as std::chrono has it.
using chrono_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A time of a record or a row (nanoseconds since 1970-01-01 UTC) as std::chrono has it; nothing for nothing and for
/// no_time.
[[nodiscard]] constexpr std::optional<chrono_time> as_chrono(std::optional<std::int64_t> time) noexcept {
    if (!time || *time == no_time) return std::nullopt;
    return chrono_time(std::chrono::nanoseconds(*time));
}

/// Nanoseconds from one time to another that is not before it. Without a sign: two times may be 585 years apart, twice
/// what a time can be.
[[nodiscard]] constexpr std::uint64_t nanoseconds_between(std::int64_t earlier, std::int64_t later) noexcept {
    return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

/// Which way a packet went, as the system that captured it says.
enum class direction : std::uint8_t {
    unknown,    ///< not said
    in,         ///< to this machine
    out,        ///< from this machine
    broadcast,  ///< to all
    multicast,  ///< to a group
    other,      ///< to another machine, seen in promiscuous mode
};

[[nodiscard]] constexpr std::string_view name_of(direction d) noexcept {
    switch (d) {
        case direction::unknown: return "unknown";
        case direction::in: return "in";
        case direction::out: return "out";
        case direction::broadcast: return "broadcast";
        case direction::multicast: return "multicast";
        case direction::other: return "other";
    }
    return "";
}

/// One captured packet. The bytes belong to the source that yielded it: a mapping (valid as long as the mapping), or a
/// window or ring (valid until the source is asked for more).
struct record {
    const std::uint8_t* data = nullptr;
    std::uint32_t caplen = 0;       ///< bytes captured, all readable at `data`
    std::uint32_t len = 0;          ///< bytes the packet had on the wire
    std::int64_t time = no_time;    ///< nanoseconds since 1970-01-01 00:00 UTC, or no_time
    std::uint32_t interface = 0;    ///< index into the source's list of interfaces
    std::uint16_t link_type = 0;    ///< LINKTYPE number (not DLT)
    pcapframe::direction direction = pcapframe::direction::unknown;
    /// The system took the outermost VLAN tag out of this Ethernet frame, and the source has put it (TPID and TCI, big
    /// endian) into the 4 bytes in front of `data`: no packet is moved in memory for it. `caplen` and `len` are without
    /// it, `data` has both addresses.
    bool tag_in_front = false;

    static constexpr std::uint32_t tag_bytes = 4;
    static constexpr std::uint32_t address_bytes = 12;  ///< of an Ethernet frame, what stands before a tag

    [[nodiscard]] constexpr bytes_view bytes() const noexcept { return {data, caplen}; }
    /// The lengths with a tag that was taken out, as the packet had it on the wire.
    [[nodiscard]] constexpr std::uint32_t whole_caplen() const noexcept {
        return caplen + (tag_in_front ? tag_bytes : 0);
    }
    [[nodiscard]] constexpr std::uint32_t whole_len() const noexcept { return len + (tag_in_front ? tag_bytes : 0); }
};

/// Records that follow each other in their file.
struct record_run {
    std::span<const record> records;
    std::uint64_t first_frame = 1;  ///< frame number of records[0]; frames count from 1

    [[nodiscard]] constexpr bool empty() const noexcept { return records.empty(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return records.size(); }
};

}  // namespace pcapframe
