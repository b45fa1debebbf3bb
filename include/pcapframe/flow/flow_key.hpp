// What tells flows apart: hosts, ports and protocol without a direction, and by option the VLAN and the tunnel.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/protocols.hpp>

namespace pcapframe::inline v0_2 {

/// Of the two sides of a flow, the one with the lesser address and port (as unsigned big-endian numbers) is side 0.
enum class flow_side_id : std::uint8_t { low = 0, high = 1 };

/// The side that is not this one.
[[nodiscard]] constexpr flow_side_id other_side(flow_side_id side) noexcept {
    return side == flow_side_id::low ? flow_side_id::high : flow_side_id::low;
}

/// The key of a flow: equal for the packets of both sides.
struct flow_key {
    // Bits of `kind`.
    static constexpr std::uint8_t has_hosts = 1;
    static constexpr std::uint8_t has_ports = 2;
    static constexpr std::uint8_t has_protocol = 4;
    static constexpr std::uint8_t is_icmp = 8;     ///< the ports hold a message type, as Community ID has it
    static constexpr std::uint8_t is_one_way = 16; ///< ICMP without an answer: the low side is the sender
    static constexpr std::uint8_t has_icmp_id = 32;
    static constexpr std::uint8_t has_vlan = 64;
    static constexpr std::uint8_t has_tunnel = 128;

    ip_octets low{};
    ip_octets high{};
    std::uint16_t low_port = 0;
    std::uint16_t high_port = 0;
    std::uint16_t protocol = 0;  ///< a protocol_id
    std::uint16_t vlan = 0;
    std::uint16_t icmp_id = 0;
    std::uint8_t version = 0;  ///< 4, 6, or 0 without hosts
    std::uint8_t kind = 0;
    std::uint32_t tunnel = 0;  ///< a tunnel_id

    /// One side of a flow.
    struct end_point {
        const ip_octets& host;
        std::uint16_t port;
    };
    /// Makes it the key of a packet that belongs to no VLAN and no tunnel; says which side the sender is.
    PCAPFRAME_ALWAYS_INLINE flow_side_id set(end_point sender, end_point receiver, protocol_id protocol_of_packet,
                                             std::uint8_t version_of_packet, std::uint8_t kind_of_key) noexcept;

    [[nodiscard]] constexpr bool has(std::uint8_t bits) const noexcept { return (kind & bits) == bits; }

    friend bool operator==(const flow_key& a, const flow_key& b) noexcept {
        // By words and without a branch for each: a call of memcmp costs more than all of these.
        std::uint64_t differences = 0;
        for (std::size_t i = 0; i < words; ++i) differences |= a.word(i) ^ b.word(i);
        return differences == 0;
    }
    /// Of the key as the processor has it in memory. Read one by one: see `set`.
    static constexpr std::size_t words = 6;
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint64_t word(std::size_t i) const noexcept {
        std::uint64_t value = 0;
        std::memcpy(&value, reinterpret_cast<const char*>(this) + i * sizeof value, sizeof value);
        return value;
    }
};
static_assert(sizeof(flow_key) == 48 && std::has_unique_object_representations_v<flow_key>);

/// 64 bits of which each depends on every bit of the key and on `seed`, which is not known outside of the process, so
/// that no capture can be made whose flows meet in a hash table.
[[nodiscard]] inline std::uint64_t hash_of(const flow_key& key, std::uint64_t seed) noexcept {
    // Two chains, so that one multiplication need not wait for the other.
    std::uint64_t a = seed, b = ~seed;
    for (std::size_t i = 0; i < flow_key::words; i += 2) {
        a = (a ^ key.word(i)) * 0xff51'afd7'ed55'8ccdULL;
        b = (b ^ key.word(i + 1)) * 0xc4ce'b9fe'1a85'ec53ULL;
        a ^= a >> 32;
        b ^= b >> 29;
    }
    return detail::mixed_words(a, b);
}

namespace detail {

/// The type of the answer to an ICMP message, or of the message that it answers; 256 for types that have neither. The
/// pairs are those of Community ID (https://github.com/corelight/community-id-spec), which are those of Zeek.
[[nodiscard]] constexpr unsigned icmp_counterpart(std::uint8_t type, bool is_icmp6) noexcept {
    constexpr std::array<std::array<std::uint8_t, 2>, 5> pairs4{{{8, 0}, {10, 9}, {13, 14}, {15, 16}, {17, 18}}};
    constexpr std::array<std::array<std::uint8_t, 2>, 6> pairs6{
        {{128, 129}, {130, 131}, {133, 134}, {135, 136}, {139, 140}, {144, 145}}};
    const auto look = [type](const auto& pairs) -> unsigned {
        for (const auto& pair : pairs) {
            if (pair[0] == type) return pair[1];
            if (pair[1] == type) return pair[0];
        }
        return 256;
    };
    return is_icmp6 ? look(pairs6) : look(pairs4);
}

/// Whether a type of such a pair is that of the request.
[[nodiscard]] constexpr bool is_icmp_request(std::uint16_t type, bool is_icmp6) noexcept {
    if (is_icmp6) return type == 128 || type == 130 || type == 133 || type == 135 || type == 139 || type == 144;
    return type == 8 || type == 10 || type == 13 || type == 15 || type == 17;
}

}  // namespace detail

namespace detail {

/// Of two ends, which is the lesser: all bits where it is the second. Every other packet goes the other way, and no
/// processor can guess which: no branch depends on it.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint64_t mask_if_turned(const ip_octets& first, std::uint16_t first_port,
                                                                   const ip_octets& second,
                                                                   std::uint16_t second_port) noexcept {
    const std::uint64_t a = load_be64(first.data()), b = load_be64(second.data());
    const std::uint64_t c = load_be64(first.data() + 8), d = load_be64(second.data() + 8);
    const bool is_last_turned = (c > d) | ((c == d) & (first_port > second_port));
    const bool is_turned = (a > b) | ((a == b) & is_last_turned);
    return is_turned ? ~std::uint64_t{0} : 0;
}

/// Swaps two values where all bits of the mask are set.
template <class Value>
PCAPFRAME_ALWAYS_INLINE void swap_by(std::uint64_t mask, Value& a, Value& b) noexcept {
    const auto turned = static_cast<Value>((a ^ b) & mask);
    a = static_cast<Value>(a ^ turned);
    b = static_cast<Value>(b ^ turned);
}

}  // namespace detail

PCAPFRAME_ALWAYS_INLINE flow_side_id flow_key::set(end_point sender, end_point receiver, protocol_id protocol_of_packet,
                                                   std::uint8_t version_of_packet, std::uint8_t kind_of_key) noexcept {
    using octet_words = std::array<std::uint64_t, 2>;
    const std::uint64_t mask = detail::mask_if_turned(sender.host, sender.port, receiver.host, receiver.port);
    auto from = std::bit_cast<octet_words>(sender.host), to = std::bit_cast<octet_words>(receiver.host);
    for (std::size_t i = 0; i < from.size(); ++i) detail::swap_by(mask, from[i], to[i]);
    detail::swap_by(mask, sender.port, receiver.port);
    low = std::bit_cast<ip_octets>(from);
    high = std::bit_cast<ip_octets>(to);
    // The rest as two whole words, which are read as such soon: a processor stalls where bytes are read wider than they
    // were written.
    const auto number = static_cast<std::uint16_t>(protocol_of_packet);
    if constexpr (std::endian::native == std::endian::little) {
        const std::uint64_t ports = sender.port | std::uint64_t{receiver.port} << 16 | std::uint64_t{number} << 32;
        const std::uint64_t rest = std::uint64_t{version_of_packet} << 16 | std::uint64_t{kind_of_key} << 24;
        std::memcpy(&low_port, &ports, sizeof ports);
        std::memcpy(&icmp_id, &rest, sizeof rest);
    } else {
        low_port = sender.port, high_port = receiver.port, protocol = number, vlan = 0;
        icmp_id = 0, version = version_of_packet, kind = kind_of_key, tunnel = 0;
    }
    return static_cast<flow_side_id>(mask & 1);
}

/// Puts the sides of a key in order, whose low side has the packet's sender so far; says which side the sender is.
[[nodiscard]] inline flow_side_id put_in_order(flow_key& key) noexcept {
    if (key.has(flow_key::is_one_way)) return flow_side_id::low;
    if (detail::mask_if_turned(key.low, key.low_port, key.high, key.high_port) == 0) return flow_side_id::low;
    std::swap(key.low, key.high);
    std::swap(key.low_port, key.high_port);
    return flow_side_id::high;
}

}  // namespace pcapframe
