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

/// What is counted of one side, in two lines of the processor's cache.
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
    std::array<std::uint8_t, 9> unused{};  ///< up to the end of the second line

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

static_assert(sizeof(side_statistics) == 128);

/// What is counted of one flow. The sizes of both sides together are what those of each make; gaps are not.
struct flow_statistics {
    std::array<side_statistics, 2> sides;  ///< by flow_side_id
    packet_gaps gaps;
    std::array<std::uint64_t, 2> unused{};  ///< up to the end of the line

    /// `before`: the flow as it is without the packet.
    PCAPFRAME_ALWAYS_INLINE void add(const flow_packet& packet, const flow_record& before) noexcept {
        const auto side = static_cast<std::size_t>(packet.from);
        gaps.add(packet.time, before.packets() == 0);
        sides[side].add(packet, before.sides[side].packets == 0);
    }
};
static_assert(std::is_trivially_copyable_v<flow_statistics> && sizeof(flow_statistics) % 64 == 0);

/// The first packets of a flow, in the order in which they count. How many there are the record says: nothing is read
/// where a packet is added, and so nothing waited for.
struct flow_beginning {
    static constexpr std::size_t packets_max = 20;

    struct packet {
        std::int64_t time;
        std::uint32_t bytes;
        flow_side_id from;
    };
    std::array<packet, packets_max> packets;

    /// `number` packets were added before.
    PCAPFRAME_ALWAYS_INLINE void add(const flow_packet& added, std::uint64_t number) noexcept {
        if (number < packets_max) packets[number] = {added.time, added.bytes, added.from};
    }
};
static_assert(std::is_trivially_copyable_v<flow_beginning>);

}  // namespace pcapframe
