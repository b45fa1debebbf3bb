// What is counted: packets, and their bytes on the wire.
#pragma once

#include <cstdint>

namespace pcapframe::inline v0_2 {

/// Packets and their bytes.
struct tally {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;

    constexpr void add(std::uint64_t packet_bytes) noexcept {
        ++packets;
        bytes += packet_bytes;
    }
    constexpr tally& operator+=(const tally& other) noexcept {
        packets += other.packets;
        bytes += other.bytes;
        return *this;
    }
    [[nodiscard]] constexpr tally total() const noexcept { return *this; }

    friend constexpr bool operator==(const tally&, const tally&) = default;
};

/// The two directions of a host (sent, received) or of a conversation (from its first address, from its second).
struct two_way_tally {
    tally forth;
    tally back;

    [[nodiscard]] constexpr tally total() const noexcept {
        tally sum = forth;
        return sum += back;
    }

    friend constexpr bool operator==(const two_way_tally&, const two_way_tally&) = default;
};

}  // namespace pcapframe
