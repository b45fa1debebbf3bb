// What is counted of a flow beyond its record, only where a column asks for it: sizes, gaps, times to live, flags.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <pcapframe/flow/flow_record.hpp>

namespace pcapframe::inline v0_2 {

/// Numbers one after the other: how many, the least, the greatest, the mean and the spread. By Welford's method (Knuth,
/// The Art of Computer Programming, volume 2, 4.2.2), which loses no digits to the difference of large sums.
struct running_statistics {
    std::uint64_t count = 0;
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t greatest = 0;
    double mean = 0;
    double squares = 0;  ///< sum of the squares of the differences from the mean

    void add(std::uint64_t value) noexcept {
        ++count;
        least = std::min(least, value);
        greatest = std::max(greatest, value);
        const double difference = static_cast<double>(value) - mean;
        mean += difference / static_cast<double>(count);
        squares += difference * (static_cast<double>(value) - mean);
    }
    /// Of a sample: the sum of squares by count - 1, as pandas and nfstream have it. Nothing below two numbers.
    [[nodiscard]] std::optional<double> standard_deviation() const noexcept {
        if (count < 2) return std::nullopt;
        return std::sqrt(std::max(squares, 0.0) / static_cast<double>(count - 1));
    }
};

/// Of one side, or of both together.
struct packet_statistics {
    running_statistics sizes;   ///< bytes on the wire
    running_statistics gaps;    ///< nanoseconds from one packet to the next; 0 where times go back
    std::int64_t previous = 0;  ///< time of the last packet

    void add(const flow_packet& packet) noexcept {
        if (sizes.count != 0)
            gaps.add(packet.time > previous ? nanoseconds_between(previous, packet.time) : std::uint64_t{0});
        sizes.add(packet.bytes);
        previous = packet.time;
    }
};

/// What is counted of one flow, of both sides together and of each.
struct flow_statistics {
    packet_statistics both;
    std::array<packet_statistics, 2> sides;                 ///< by flow_side_id
    std::array<std::array<std::uint32_t, 8>, 2> flags{};    ///< packets with each flag, FIN, SYN, RST, PSH, ... CWR
    std::array<std::uint32_t, 2> zero_windows{};            ///< packets that say that nothing may be sent
    std::array<std::uint8_t, 2> ttl_least{0xff, 0xff};
    std::array<std::uint8_t, 2> ttl_greatest{};
    std::array<bool, 2> has_ttl{};

    void add(const flow_packet& packet) noexcept {
        const auto side = static_cast<std::size_t>(packet.from);
        both.add(packet);
        sides[side].add(packet);
        if (packet.has_ttl) {
            has_ttl[side] = true;
            ttl_least[side] = std::min(ttl_least[side], packet.ttl);
            ttl_greatest[side] = std::max(ttl_greatest[side], packet.ttl);
        }
        if (!packet.has_tcp) return;
        for (std::size_t bit = 0; bit < flags[side].size(); ++bit)
            flags[side][bit] += packet.tcp_flags >> bit & 1U;
        constexpr std::uint16_t opening_or_closing = detail::tcp_fin | detail::tcp_syn | detail::tcp_rst;
        if (packet.tcp_window == 0 && (packet.tcp_flags & opening_or_closing) == 0) ++zero_windows[side];
    }
};
static_assert(std::is_trivially_copyable_v<flow_statistics>);

/// The first packets of a flow, in the order in which they count.
struct flow_beginning {
    static constexpr std::size_t packets_max = 20;

    std::array<std::uint64_t, packets_max> gaps{};  ///< nanoseconds since the packet before; 0 of the first
    std::array<std::uint32_t, packets_max> sizes{};
    std::array<flow_side_id, packets_max> from{};
    std::int64_t previous = 0;
    std::uint8_t count = 0;

    void add(const flow_packet& packet) noexcept {
        if (count == packets_max) return;
        gaps[count] = count != 0 && packet.time > previous ? nanoseconds_between(previous, packet.time) : 0;
        sizes[count] = packet.bytes;
        from[count] = packet.from;
        previous = packet.time;
        ++count;
    }
};
static_assert(std::is_trivially_copyable_v<flow_beginning>);

}  // namespace pcapframe
