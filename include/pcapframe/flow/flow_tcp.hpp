// What TCP did in a flow, only where a column asks for it: what was sent again, what is missing, round trips, history.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include <pcapframe/flow/flow_record.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// How far a sequence number is behind another one, by serial number arithmetic (RFC 1982); negative: before it.
[[nodiscard]] constexpr std::int32_t sequence_distance(std::uint32_t from, std::uint32_t to) noexcept {
    return static_cast<std::int32_t>(to - from);
}

}  // namespace detail

/// The sequence numbers of one side that no packet has carried: those between packets, up to eight stretches at once;
/// beyond, the oldest stretch is missing for good.
class sequence_holes {
public:
    static constexpr std::size_t holes_max = 8;

    /// Numbers count on where those of the headers wrap around.
    void add(std::int64_t begin, std::int64_t end) noexcept {
        if (count_ == holes_max) forget_first();
        holes_[count_++] = {begin, end};
    }
    /// Takes out the numbers from `begin` up to `end`; says how many of these were missing.
    std::uint32_t fill(std::int64_t begin, std::int64_t end) noexcept {
        if (count_ == 0) return 0;
        // One stretch, and it alone, can fall into two.
        std::array<hole, holes_max + 1> left;
        std::size_t count = 0;
        std::int64_t filled = 0;
        const auto keep = [&](std::int64_t from, std::int64_t to) {
            if (from < to) left[count++] = {from, to};
        };
        for (std::size_t i = 0; i < count_; ++i) {
            const hole& one = holes_[i];
            const std::int64_t from = std::max(one.begin, begin), to = std::min(one.end, end);
            if (from >= to) {
                keep(one.begin, one.end);
                continue;
            }
            filled += to - from;
            keep(one.begin, from);
            keep(to, one.end);
        }
        const std::size_t beyond = count > holes_max ? 1 : 0;
        if (beyond != 0) missing_ += left[0].size();
        count_ = static_cast<std::uint8_t>(count - beyond);
        for (std::size_t i = 0; i < count_; ++i) holes_[i] = left[i + beyond];
        return static_cast<std::uint32_t>(filled);
    }
    /// How many are missing now.
    [[nodiscard]] std::uint64_t missing() const noexcept {
        std::uint64_t all = missing_;
        for (std::size_t i = 0; i < count_; ++i) all += holes_[i].size();
        return all;
    }

private:
    struct hole {
        std::int64_t begin = 0;
        std::int64_t end = 0;

        [[nodiscard]] std::uint64_t size() const noexcept { return static_cast<std::uint64_t>(end - begin); }
    };

    void forget_first() noexcept {
        missing_ += holes_[0].size();
        for (std::size_t i = 1; i < count_; ++i) holes_[i - 1] = holes_[i];
        --count_;
    }

    std::array<hole, holes_max> holes_{};  ///< the oldest first
    std::uint64_t missing_ = 0;            ///< of those that were forgotten
    std::uint8_t count_ = 0;
};

/// What a segment carries, in sequence numbers: its payload, and one each for SYN and FIN.
struct segment_parts {
    std::uint32_t fresh = 0;     ///< beyond all that came before
    std::uint32_t late = 0;      ///< missing so far, and behind others
    std::uint32_t repeated = 0;  ///< carried before
    bool leaves_hole = false;    ///< there is a gap before it
};

/// One side of a TCP connection. In the meanings, "other" is the other side.
struct tcp_side {
    // What every packet changes or asks for is in the first line of the processor's cache, and the second.
    std::int64_t next = 0;         ///< behind all that was sent, counted on where sequence numbers wrap around
    std::int64_t timed_at = 0;     ///< when the segment was sent whose acknowledgment is waited for
    std::uint32_t timed_end = 0;   ///< its end
    std::uint16_t letters = 0;     ///< which letters of the history there are
    bool has_next = false;
    bool is_timed = false;
    bool has_syn = false;
    std::int64_t syn_time = 0;     ///< of the last SYN without ACK
    std::uint64_t round_trips = 0;
    std::uint64_t round_trip_sum = 0;
    std::uint64_t round_trip_least = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t round_trip_greatest = 0;
    std::uint64_t repeated = 0;    ///< sequence numbers that were sent again
    std::uint64_t late = 0;        ///< sequence numbers that came behind later ones
    std::uint32_t repeated_packets = 0;
    std::uint32_t late_packets = 0;
    std::uint32_t gaps = 0;
    std::uint32_t zero_windows = 0;
    sequence_holes holes;

    [[nodiscard]] segment_parts take(std::uint32_t seq, std::uint32_t length, bool may_keep_alive) noexcept {
        if (!has_next) next = seq;
        has_next = true;
        const std::int32_t distance = detail::sequence_distance(static_cast<std::uint32_t>(next), seq);
        if (may_keep_alive && length == 1 && distance == -1) return {};
        const std::int64_t begin = next + distance, end = begin + length;
        if (distance >= 0) {
            if (distance > 0) holes.add(next, begin);
            next = end;
            return {.fresh = length, .leaves_hole = distance > 0};
        }
        segment_parts parts{.fresh = end > next ? static_cast<std::uint32_t>(end - next) : 0};
        parts.late = holes.fill(begin, std::min(end, next));
        parts.repeated = length - parts.fresh - parts.late;
        next = std::max(next, end);
        return parts;
    }
    /// The other side has acknowledged all before `ack`.
    void acknowledged(std::uint32_t ack, std::int64_t time) noexcept {
        if (!is_timed || detail::sequence_distance(timed_end, ack) < 0) return;
        is_timed = false;
        const std::uint64_t took = time > timed_at ? nanoseconds_between(timed_at, time) : 0;
        ++round_trips;
        round_trip_sum += took;
        round_trip_least = std::min(round_trip_least, took);
        round_trip_greatest = std::max(round_trip_greatest, took);
    }
};

/// What happened, letter by letter, as in the column `history` of Zeek's conn.log (scripts/base/protocols/conn): each
/// letter once a side, when it first happened, and those of repetitions (T), gaps (G) and zero windows (W) again with
/// the tenth, the hundredth and so on. Letters for what a direction is (^) and for checksums (C) there are none.
class flow_history {
public:
    static constexpr std::size_t letters_max = 48;

    void add(char letter, flow_side_id side) noexcept {
        if (count_ == letters_max) return;
        letters_[count_] = letter;
        sides_ |= static_cast<std::uint64_t>(side) << count_++;
    }
    /// The letters: large ones of the source, small ones of the destination, as many as are returned.
    std::string_view write(flow_side_id source, std::array<char, letters_max>& to) const noexcept {
        for (std::size_t i = 0; i < count_; ++i) {
            const bool is_source = (sides_ >> i & 1) == static_cast<std::uint64_t>(source);
            to[i] = is_source ? letters_[i] : static_cast<char>(letters_[i] - 'A' + 'a');
        }
        return {to.data(), count_};
    }

private:
    std::array<char, letters_max> letters_{};
    std::uint64_t sides_ = 0;
    std::uint8_t count_ = 0;
};

/// What TCP did in one flow, by the packets in the order in which they count.
struct flow_tcp {
    std::uint64_t syn_ack_delay = 0;  ///< from the last SYN before the first SYN with ACK to that one
    std::uint64_t ack_delay = 0;      ///< from the last SYN with ACK before the first ACK to that one
    std::int64_t answer_time = 0;     ///< of the last SYN with ACK before the first ACK
    flow_side_id answered_by = flow_side_id::low;
    bool is_answered = false;
    bool is_acknowledged = false;
    std::array<tcp_side, 2> sides;  ///< by flow_side_id
    flow_history history;

    void add(const flow_packet& packet, bool is_tcp) noexcept {
        if (is_tcp && packet.has_tcp) return add_segment(packet);
        if (packet.payload_bytes != 0) note('D', packet.from);
    }

private:
    static constexpr std::string_view once = "SHADFRQ";

    void note(char letter, flow_side_id side) noexcept {
        std::uint16_t& letters = sides[static_cast<std::size_t>(side)].letters;
        const auto bit = static_cast<std::uint16_t>(1U << once.find(letter));
        if ((letters & bit) == 0) history.add(letter, side);
        letters = static_cast<std::uint16_t>(letters | bit);
    }
    /// For what happens often: with the first, the tenth, the hundredth, ...
    void count(std::uint32_t& number, char letter, flow_side_id side) noexcept {
        ++number;
        std::uint32_t power = number;
        while (power % 10 == 0) power /= 10;
        if (power == 1) history.add(letter, side);
    }

    void add_segment(const flow_packet& packet) noexcept {
        using detail::tcp_ack_flag, detail::tcp_fin, detail::tcp_rst, detail::tcp_syn;
        tcp_side& mine = sides[static_cast<std::size_t>(packet.from)];
        tcp_side& other = sides[static_cast<std::size_t>(other_side(packet.from))];
        const bool syn = (packet.tcp_flags & tcp_syn) != 0, fin = (packet.tcp_flags & tcp_fin) != 0;
        const bool rst = (packet.tcp_flags & tcp_rst) != 0, ack = (packet.tcp_flags & tcp_ack_flag) != 0;
        note_flags(packet, syn, fin, rst, ack);
        follow_handshake(packet, syn, rst, ack);
        if (ack && !rst) other.acknowledged(packet.tcp_ack, packet.time);
        const std::uint32_t length = std::min(packet.payload_bytes, payload_max) + (syn ? 1 : 0) + (fin ? 1 : 0);
        if (length != 0 && !rst) add_bytes(packet, mine, length, !syn && !fin);
        const bool is_zero = packet.has_window && packet.tcp_window == 0;
        if (is_zero && !syn && !fin && !rst) count(mine.zero_windows, 'W', packet.from);
    }

    void add_bytes(const flow_packet& packet, tcp_side& mine, std::uint32_t length, bool may_keep_alive) noexcept {
        const segment_parts parts = mine.take(packet.tcp_seq, length, may_keep_alive);
        mine.repeated += parts.repeated;
        mine.late += parts.late;
        if (parts.leaves_hole) count(mine.gaps, 'G', packet.from);
        if (parts.late != 0) ++mine.late_packets;
        else if (parts.repeated != 0) count(mine.repeated_packets, 'T', packet.from);
        // What is sent twice has no round trip of its own (P. Karn, C. Partridge, 1987).
        if (parts.late != 0 || parts.repeated != 0) mine.is_timed = false;
        else if (parts.fresh != 0 && !mine.is_timed) {
            mine.is_timed = true;
            mine.timed_at = packet.time;
            mine.timed_end = packet.tcp_seq + length;
        }
    }

    void note_flags(const flow_packet& packet, bool syn, bool fin, bool rst, bool ack) noexcept {
        if (syn && (fin || rst)) note('Q', packet.from);
        if (syn) note(ack ? 'H' : 'S', packet.from);
        if (packet.payload_bytes != 0) note('D', packet.from);
        else if (ack && !syn && !fin && !rst) note('A', packet.from);
        if (fin) note('F', packet.from);
        if (rst) note('R', packet.from);
    }

    void follow_handshake(const flow_packet& packet, bool syn, bool rst, bool ack) noexcept {
        tcp_side& mine = sides[static_cast<std::size_t>(packet.from)];
        const tcp_side& other = sides[static_cast<std::size_t>(other_side(packet.from))];
        if (syn && !ack) {
            mine.has_syn = true;
            mine.syn_time = packet.time;
        } else if (syn && !is_answered && other.has_syn) {
            is_answered = true;
            answered_by = packet.from;
            answer_time = packet.time;
            syn_ack_delay = packet.time > other.syn_time ? nanoseconds_between(other.syn_time, packet.time) : 0;
        } else if (syn && is_answered && !is_acknowledged && answered_by == packet.from) {
            answer_time = packet.time;
        } else if (!syn && ack && !rst && is_answered && !is_acknowledged && answered_by != packet.from) {
            is_acknowledged = true;
            ack_delay = packet.time > answer_time ? nanoseconds_between(answer_time, packet.time) : 0;
        }
    }

    static constexpr std::uint32_t payload_max = std::uint32_t{1} << 30;
};
static_assert(std::is_trivially_copyable_v<flow_tcp>);

}  // namespace pcapframe
