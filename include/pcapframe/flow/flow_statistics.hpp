// What is counted of a flow beyond its record, only where a column asks for it: sizes, gaps, times to live, flags.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <pcapframe/flow/flow_record.hpp>
#include <pcapframe/flow/number_sums.hpp>

namespace pcapframe::inline v0_2 {

/// Packets with each of the flags FIN, SYN, RST, PSH, ACK, URG, ECE and CWR.
class flag_counts {
public:
    PCAPFRAME_ALWAYS_INLINE void add(std::uint16_t flags) noexcept {
        // Two counts a word, of 32 bits each.
        for (std::size_t i = 0; i < pairs_.size(); ++i)
            pairs_[i] += (flags >> (2 * i) & 1U) | std::uint64_t{flags >> (2 * i + 1) & 1U} << 32;
    }
    [[nodiscard]] std::uint32_t operator[](std::size_t bit) const noexcept {
        return static_cast<std::uint32_t>(pairs_[bit / 2] >> (32 * (bit % 2)));
    }

private:
    std::array<std::uint64_t, 4> pairs_{};
};

/// The gaps of packets, in nanoseconds from one to the next; 0 where times go back.
struct packet_gaps {
    number_sums gaps;
    std::int64_t previous = 0;  ///< time of the last packet

    PCAPFRAME_ALWAYS_INLINE void add(std::int64_t time, bool is_first) noexcept {
        if (!is_first) gaps.add(time > previous ? nanoseconds_between(previous, time) : std::uint64_t{0});
        previous = time;
    }
};

/// What is counted of one side.
struct side_statistics {
    packet_gaps gaps;
    square_sum size_squares;
    std::uint64_t ip_bytes = 0;
    flag_counts flags;
    std::uint32_t size_least = std::numeric_limits<std::uint32_t>::max();  ///< bytes on the wire
    std::uint32_t size_greatest = 0;
    std::uint32_t zero_windows = 0;  ///< packets that say that nothing may be sent
    std::uint8_t ttl_least = 0xff;
    std::uint8_t ttl_greatest = 0;
    bool has_ttl = false;

    PCAPFRAME_ALWAYS_INLINE void add(const flow_packet& packet, bool is_first) noexcept {
        gaps.add(packet.time, is_first);
        size_squares.add(packet.bytes);
        ip_bytes += packet.ip_bytes;
        size_least = std::min(size_least, packet.bytes);
        size_greatest = std::max(size_greatest, packet.bytes);
        if (packet.has_ttl) {
            has_ttl = true;
            ttl_least = std::min(ttl_least, packet.ttl);
            ttl_greatest = std::max(ttl_greatest, packet.ttl);
        }
        if (!packet.has_tcp) return;
        flags.add(packet.tcp_flags);
        constexpr std::uint16_t opening_or_closing = detail::tcp_fin | detail::tcp_syn | detail::tcp_rst;
        const bool is_zero = packet.has_window && packet.tcp_window == 0;
        if (is_zero && (packet.tcp_flags & opening_or_closing) == 0) ++zero_windows;
    }
};

/// What is counted of one flow. The sizes of both sides together are what those of each make; gaps are not.
struct flow_statistics {
    packet_gaps gaps;
    std::array<side_statistics, 2> sides;  ///< by flow_side_id

    /// `before`: the flow as it is without the packet.
    PCAPFRAME_ALWAYS_INLINE void add(const flow_packet& packet, const flow_record& before) noexcept {
        const auto side = static_cast<std::size_t>(packet.from);
        gaps.add(packet.time, before.packets() == 0);
        sides[side].add(packet, before.sides[side].packets == 0);
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
