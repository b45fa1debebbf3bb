// What is counted of one flow, and what follows from it: direction and state.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include <pcapframe/flow/flow_packet.hpp>
#include <pcapframe/wire/tcp.hpp>

namespace pcapframe::inline v0_2 {

/// Why a flow ended.
enum class flow_end : std::uint8_t {
    end,      ///< the input did
    idle,     ///< no packet came for the idle timeout
    active,   ///< the flow had lasted for the active timeout
    fin,      ///< both sides of a TCP connection had sent FIN
    rst,      ///< a side of a TCP connection had sent RST
    reused,   ///< another TCP connection of the same hosts and ports began
    evicted,  ///< there were more flows at once than the table holds, and this one had been quiet the longest
};

[[nodiscard]] constexpr std::string_view name_of(flow_end e) noexcept {
    switch (e) {
        case flow_end::end: return "end";
        case flow_end::idle: return "idle";
        case flow_end::active: return "active";
        case flow_end::fin: return "fin";
        case flow_end::rst: return "rst";
        case flow_end::reused: return "reused";
        case flow_end::evicted: return "evicted";
    }
    return "";
}

/// What told which side of a flow is the source. The first of these rules that decides counts; none depends on the
/// order in which packets are read.
enum class direction_rule : std::uint8_t {
    syn,        ///< the side that sent a SYN without ACK (of both, the one that sent the earlier packet)
    syn_ack,    ///< the side to which a SYN with ACK was sent
    request,    ///< the side that sends ICMP requests, or to which replies are sent
    continued,  ///< as in the flow that this one continues
    time,       ///< the side that sent the earliest packet
    port,       ///< where both sides sent at that time: the side with the greater port
    address,    ///< where the ports are equal, or there are none: the side with the lesser address
};

[[nodiscard]] constexpr std::string_view name_of(direction_rule r) noexcept {
    switch (r) {
        case direction_rule::syn: return "syn";
        case direction_rule::syn_ack: return "syn_ack";
        case direction_rule::request: return "request";
        case direction_rule::continued: return "continued";
        case direction_rule::time: return "time";
        case direction_rule::port: return "port";
        case direction_rule::address: return "address";
    }
    return "";
}

/// What one side of a flow has sent.
struct flow_side {
    // Bits of `seen`, behind the twelve of the TCP header.
    static constexpr std::uint16_t flag_bits = 0x0fff;
    static constexpr std::uint16_t syn = 0x1000;       ///< SYN without ACK
    static constexpr std::uint16_t syn_ack = 0x2000;   ///< SYN with ACK
    static constexpr std::uint16_t no_syn = 0x4000;    ///< a segment without SYN
    static constexpr std::uint16_t pure_ack = 0x8000;  ///< ACK without SYN, FIN, RST and payload

    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t payload_bytes = 0;
    std::int64_t first_time = std::numeric_limits<std::int64_t>::max();  ///< of a side that has sent a packet
    std::uint32_t syn_seq = 0;    ///< of the last segment with SYN
    std::uint16_t seen = 0;

    [[nodiscard]] bool has(std::uint16_t bits) const noexcept { return (seen & bits) != 0; }
};

namespace detail {

inline constexpr std::uint16_t tcp_fin = 1, tcp_syn = 2, tcp_rst = 4, tcp_ack_flag = 16;

/// The bits of flow_side that a segment sets.
[[nodiscard]] constexpr std::uint16_t seen_in(std::uint16_t flags, std::uint32_t payload_bytes) noexcept {
    std::uint16_t seen = flags & flow_side::flag_bits;
    const bool has_ack = (flags & tcp_ack_flag) != 0;
    const std::uint16_t kind = has_ack ? flow_side::syn_ack : flow_side::syn;
    if ((flags & tcp_syn) != 0) return static_cast<std::uint16_t>(seen | kind);
    seen = static_cast<std::uint16_t>(seen | flow_side::no_syn);
    const bool is_pure = has_ack && (flags & (tcp_fin | tcp_rst)) == 0 && payload_bytes == 0;
    return is_pure ? static_cast<std::uint16_t>(seen | flow_side::pure_ack) : seen;
}

}  // namespace detail

/// One flow, as far as its packets have come: three lines of the processor's cache, the key and the times in the first.
struct flow_record {
    static constexpr std::uint8_t no_side = 2;

    flow_key key{};
    std::int64_t first_time = 0;
    std::int64_t last_time = 0;
    std::array<flow_side, 2> sides{};  ///< by flow_side_id
    std::uint64_t first_frame = 0;
    std::uint64_t last_frame = 0;
    std::uint64_t id = 0;
    std::uint64_t continues = 0;  ///< the id of the flow before; 0 for none
    std::uint32_t hash = 0;       ///< the upper half of the key's
    std::uint8_t source_before = no_side;  ///< which side was the source of the flow before
    bool is_watched = false;  ///< the tracker notes its frames
    std::array<std::uint8_t, 10> unused{};  ///< up to the end of the third line

    [[nodiscard]] const flow_side& side(flow_side_id id_of_side) const noexcept {
        return sides[static_cast<std::size_t>(id_of_side)];
    }
    [[nodiscard]] std::uint64_t packets() const noexcept { return sides[0].packets + sides[1].packets; }
    [[nodiscard]] bool is_tcp() const noexcept { return key.protocol == ip_protocol::tcp; }
    [[nodiscard]] bool has_rst() const noexcept {
        return ((sides[0].seen | sides[1].seen) & detail::tcp_rst) != 0;
    }
    /// Whether the connection is over: only what is late may still come.
    [[nodiscard]] bool is_closed() const noexcept {
        return has_rst() || (sides[0].seen & sides[1].seen & detail::tcp_fin) != 0;
    }
    /// Why it ends, where `otherwise` ends it.
    [[nodiscard]] flow_end reason(flow_end otherwise) const noexcept {
        if (!is_closed()) return otherwise;
        return has_rst() ? flow_end::rst : flow_end::fin;
    }

    /// Before the first packet is added.
    void begin(const flow_packet& packet) noexcept {
        first_time = last_time = packet.time;
        first_frame = last_frame = packet.frame;
    }
    PCAPFRAME_ALWAYS_INLINE void add(const flow_packet& packet) noexcept {
        flow_side& from = sides[static_cast<std::size_t>(packet.from)];
        if (packet.time < first_time) {
            first_time = packet.time;
            first_frame = packet.frame;
        }
        if (packet.time >= last_time) {
            last_time = packet.time;
            last_frame = packet.frame;
        }
        from.first_time = std::min(from.first_time, packet.time);
        ++from.packets;
        from.bytes += packet.bytes;
        from.payload_bytes += packet.payload_bytes;
        if (!is_tcp() || !packet.has_tcp) return;
        from.seen = static_cast<std::uint16_t>(from.seen | detail::seen_in(packet.tcp_flags, packet.payload_bytes));
        if ((packet.tcp_flags & detail::tcp_syn) != 0) from.syn_seq = packet.tcp_seq;
    }
};
static_assert(std::is_trivially_copyable_v<flow_record> && sizeof(flow_record) == 192);

/// Which side of a flow is the source, and by which rule.
struct flow_direction {
    flow_side_id source;
    direction_rule by;
};

namespace detail {

[[nodiscard]] inline flow_side_id earlier_side(const flow_record& flow) noexcept {
    if (flow.sides[0].packets == 0) return flow_side_id::high;
    if (flow.sides[1].packets == 0) return flow_side_id::low;
    return flow.sides[1].first_time < flow.sides[0].first_time ? flow_side_id::high : flow_side_id::low;
}

[[nodiscard]] inline bool sides_began_at_once(const flow_record& flow) noexcept {
    return flow.sides[0].packets != 0 && flow.sides[1].packets != 0 &&
           flow.sides[0].first_time == flow.sides[1].first_time;
}

[[nodiscard]] inline flow_direction direction_by_ports(const flow_record& flow) noexcept {
    const flow_key& key = flow.key;
    if (!key.has(flow_key::has_ports) || key.low_port == key.high_port)
        return {flow_side_id::low, direction_rule::address};
    return {key.low_port > key.high_port ? flow_side_id::low : flow_side_id::high, direction_rule::port};
}

}  // namespace detail

[[nodiscard]] inline flow_direction direction_of(const flow_record& flow) noexcept {
    const auto one_of = [&](std::uint16_t bit, bool sender, direction_rule by, flow_direction& out) {
        const bool low = flow.sides[0].has(bit), high = flow.sides[1].has(bit);
        if (low == high) return false;
        out = {low == sender ? flow_side_id::low : flow_side_id::high, by};
        return true;
    };
    flow_direction found{};
    if (one_of(flow_side::syn, true, direction_rule::syn, found)) return found;
    const bool both_sent_syn = flow.sides[0].has(flow_side::syn);
    if (!both_sent_syn && one_of(flow_side::syn_ack, false, direction_rule::syn_ack, found)) return found;
    const flow_key& key = flow.key;
    if (key.has(flow_key::is_icmp) && !key.has(flow_key::is_one_way)) {
        const bool low_asks = detail::is_icmp_request(key.low_port, key.protocol == ip_protocol::icmp6);
        return {low_asks ? flow_side_id::low : flow_side_id::high, direction_rule::request};
    }
    if (!both_sent_syn && flow.source_before != flow_record::no_side)
        return {flow_side_id{flow.source_before}, direction_rule::continued};
    if (detail::sides_began_at_once(flow)) return detail::direction_by_ports(flow);
    return {detail::earlier_side(flow), both_sent_syn ? direction_rule::syn : direction_rule::time};
}

namespace detail {

/// What Zeek's TCP analyzer knows of a side.
enum class endpoint_state : std::uint8_t { inactive, partial, syn_sent, syn_ack_sent, established, closed, reset };

[[nodiscard]] inline endpoint_state endpoint_of(const flow_side& mine, const flow_side& other) noexcept {
    if (mine.has(tcp_rst)) return endpoint_state::reset;
    if (mine.has(tcp_fin)) return endpoint_state::closed;
    const std::uint16_t answer = mine.has(flow_side::syn_ack) ? flow_side::syn : flow_side::syn_ack;
    if (mine.has(flow_side::syn | flow_side::syn_ack) && other.has(answer)) return endpoint_state::established;
    if (mine.has(flow_side::syn_ack)) return endpoint_state::syn_ack_sent;
    if (mine.has(flow_side::syn)) return endpoint_state::syn_sent;
    return mine.packets == 0 ? endpoint_state::inactive : endpoint_state::partial;
}

[[nodiscard]] inline std::string_view tcp_state(const flow_side& source, const flow_side& destination) noexcept {
    using enum endpoint_state;
    const endpoint_state os = endpoint_of(source, destination);
    const endpoint_state rs = endpoint_of(destination, source);
    const bool o_inactive = os == inactive || os == partial;
    const bool r_inactive = rs == inactive || rs == partial;
    if (rs == reset) {
        const bool no_payload = source.payload_bytes == 0 && destination.payload_bytes == 0;
        if (os == syn_sent || os == syn_ack_sent || (os == reset && no_payload)) return "REJ";
        return o_inactive ? "RSTRH" : "RSTR";
    }
    if (os == reset) {
        if (!r_inactive) return "RSTO";
        const bool only_syn_before = source.has(flow_side::syn) &&
                                     !source.has(flow_side::syn_ack | flow_side::pure_ack | tcp_fin);
        return only_syn_before ? "RSTOS0" : "OTH";
    }
    if (os == closed && rs == closed) return "SF";
    if (os == closed) return r_inactive ? "SH" : "S2";
    if (rs == closed) return o_inactive ? "SHR" : "S3";
    if (os == syn_sent && rs == inactive) return "S0";
    return os == established && rs == established ? "S1" : "OTH";
}

}  // namespace detail

/// The state of a flow as Zeek's conn.log names it (conn_state in scripts/base/protocols/conn/main.zeek), from what
/// each side has sent, whatever the order: of TCP from the flags, of UDP from which sides have sent at all; OTH of all
/// other protocols.
[[nodiscard]] inline std::string_view state_of(const flow_record& flow, flow_side_id source_side) noexcept {
    const flow_side& source = flow.side(source_side);
    const flow_side& destination = flow.side(other_side(source_side));
    if (flow.is_tcp()) return detail::tcp_state(source, destination);
    if (flow.key.protocol != ip_protocol::udp) return "OTH";
    if (source.packets != 0) return destination.packets != 0 ? "SF" : "S0";
    return destination.packets != 0 ? "SHR" : "OTH";
}

}  // namespace pcapframe
