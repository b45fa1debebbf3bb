// Which flow the fragments of a datagram belong to: only the first one has the ports.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/flow/flow_packet.hpp>
#include <pcapframe/flow/recent_map.hpp>

namespace pcapframe::inline v0_2 {

/// Gives later fragments the key of their datagram's first one. A fragment that comes before the first one waits, up to
/// a minute (RFC 8200 section 4.5) and up to limits::waiting_fragments_max fragments; then the fragment is counted in
/// the flow of its hosts and protocol, without ports.
class flow_fragments {
public:
    explicit flow_fragments(std::uint64_t seed) : seed_(seed) {}

    /// Calls `count(packet)` with this fragment and with those that have waited for it, if it is known where they
    /// belong.
    template <class Count>
    void take(flow_packet& packet, Count count) {
        const datagram mine = datagram_of(packet);
        const std::uint64_t hash = hash_of_datagram(mine);
        if (packet.fragment == flow_packet::part::first_fragment) {
            const first known{packet.key, packet.hash, packet.time, packet.from};
            firsts_.put(mine, hash, known);
            count(packet);
            release(mine, known, count);
            return;
        }
        const first* const known = firsts_.find(mine, hash);
        if (known != nullptr && is_near(known->time, packet.time)) {
            join(packet, *known);
            count(packet);
            return;
        }
        if (waiting_.size() == limits::waiting_fragments_max) give_up(count);
        waiting_.push_back(packet);
    }

    /// Counts those that have waited too long, at the time of a packet.
    template <class Count>
    void advance(std::int64_t now, Count count) {
        while (!waiting_.empty() && !is_near(waiting_.front().time, now)) give_up(count);
    }
    /// Counts all that wait.
    template <class Count>
    void finish(Count count) {
        while (!waiting_.empty()) give_up(count);
    }

private:
    static constexpr std::uint64_t wait_ns = 60'000'000'000;

    struct datagram {
        flow_key key;  ///< without ports
        std::uint32_t id = 0;
        flow_side_id from = flow_side_id::low;

        friend bool operator==(const datagram&, const datagram&) = default;
    };
    struct first {
        flow_key key;
        std::uint64_t hash = 0;
        std::int64_t time = 0;
        flow_side_id from = flow_side_id::low;
    };

    static bool is_near(std::int64_t a, std::int64_t b) noexcept {
        return nanoseconds_between(a < b ? a : b, a < b ? b : a) <= wait_ns;
    }

    static datagram datagram_of(const flow_packet& packet) noexcept {
        datagram made{packet.key, packet.datagram, packet.from};
        flow_key& key = made.key;
        // The low side of ICMP without an answer is the sender, whatever the addresses; put the sides in order as those
        // of packets without ports are.
        const bool had_no_order = key.has(flow_key::is_one_way);
        key.low_port = key.high_port = key.icmp_id = 0;
        key.kind = static_cast<std::uint8_t>(
            key.kind & ~(flow_key::has_ports | flow_key::is_icmp | flow_key::is_one_way | flow_key::has_icmp_id));
        if (had_no_order) made.from = put_in_order(key);
        if (key.low == key.high) made.from = flow_side_id::low;
        return made;
    }

    [[nodiscard]] std::uint64_t hash_of_datagram(const datagram& d) const noexcept {
        const std::uint64_t from = d.from == flow_side_id::high ? 1 : 0;
        return detail::mixed_words(hash_of(d.key, seed_), std::uint64_t{d.id} << 1 | from);
    }

    static void join(flow_packet& packet, const first& known) noexcept {
        packet.key = known.key;
        packet.hash = known.hash;
        packet.from = known.from;
    }

    template <class Count>
    void release(const datagram& mine, const first& known, Count& count) {
        if (waiting_.empty()) return;
        std::deque<flow_packet> others;
        for (flow_packet& packet : waiting_) {
            if (!(datagram_of(packet) == mine)) {
                others.push_back(packet);
                continue;
            }
            join(packet, known);
            count(packet);
        }
        waiting_ = std::move(others);
    }

    template <class Count>
    void give_up(Count& count) {
        const flow_packet packet = waiting_.front();
        waiting_.pop_front();
        count(packet);
    }

    std::uint64_t seed_;
    recent_map<datagram, first> firsts_{limits::fragmented_datagrams_max};
    std::deque<flow_packet> waiting_;
};

}  // namespace pcapframe
