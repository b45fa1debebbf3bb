// Packets become flows: the rows of packets in file order on one thread, in bounded memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/flow/community_id.hpp>
#include <pcapframe/flow/flow_fragments.hpp>
#include <pcapframe/flow/flow_record.hpp>
#include <pcapframe/flow/flow_table.hpp>
#include <pcapframe/flow/packet_order.hpp>
#include <pcapframe/flow/recent_map.hpp>

namespace pcapframe::inline v0_2 {

/// When flows end, and what tells flows apart.
///
/// A packet belongs to the open flow of its key (hosts, ports, protocol; of ICMP the pair of types and the identifier;
/// `by_vlan` the outermost VLAN, `by_tunnel` the number of the tunnel), unless
///
/// - its time is more than `idle_timeout` after the latest packet of that flow,
/// - its time is more than `active_timeout` after the earliest packet of that flow,
/// - both sides of a TCP connection have sent FIN, or one has sent RST, and the packet comes more than `closed_timeout`
///   after the latest packet: what is late belongs to its connection,
/// - the packet is a SYN that begins another TCP connection: later than all packets of the flow, with another sequence
///   number than the SYN before it, of a connection that is closed or that was more than an attempt.
///
/// Then that flow ends and the packet begins another one. None of these rules looks at the order in which packets are
/// read: packets that come up to `reorder_packets` packets too late are put in the order of time first.
struct flow_rules {
    std::chrono::nanoseconds idle_timeout = std::chrono::seconds(120);
    std::chrono::nanoseconds active_timeout = std::chrono::seconds(1800);
    std::chrono::nanoseconds closed_timeout = std::chrono::seconds(5);
    std::size_t flows_max = std::size_t{1} << 20;  ///< open at once; beyond, the quietest sixteenth is ended
    std::size_t reorder_packets = 1024;
    bool by_vlan = false;
    bool by_tunnel = false;

    friend bool operator==(const flow_rules&, const flow_rules&) = default;
};

/// One flow by its number, or all with a Community ID.
struct flow_choice {
    std::uint64_t id = 0;        ///< 0: none
    std::string community_id{};  ///< empty: none
};

/// A flow that has ended.
struct ended_flow {
    flow_record flow;
    flow_end reason = flow_end::end;
    std::uint32_t more = 0;  ///< where the tracker has its statistics and its beginning, if it keeps such
};

/// Takes the rows of packets and gives flows as they end.
///
///     flow_tracker tracker(rules, needs);
///     auto read = source.for_each_batch([&](const batch& rows) {
///         tracker.add(rows);
///         for (const ended_flow& ended : tracker.ended()) ...
///         tracker.forget_ended();
///         return true;
///     });
///     tracker.finish();   // the flows that are still open, the earliest first
///
/// Memory is bounded: flows_max flows of about 220 bytes (statistics add 320, beginnings 320, TCP 700), and 24 bytes
/// for each at the end, when all that are open end in order; the packets that are put in order, and the constants of
/// base/limits.hpp. The same packets give the same flows in the same order, in whatever batches they come.
class flow_tracker {
public:
    explicit flow_tracker(const flow_rules& rules, const flow_packet_needs& needs = {})
        : rules_(rules),
          needs_(needs),
          least_timeout_(std::min(nanoseconds_of(rules.idle_timeout), nanoseconds_of(rules.closed_timeout))),
          active_timeout_(nanoseconds_of(rules.active_timeout)),
          order_(rules.reorder_packets),
          fragments_(seed_),
          table_(needs.statistics, needs.beginnings, needs.tcp) {
        needs_.vlan = rules.by_vlan;
        needs_.tunnel = rules.by_tunnel;
    }
    flow_tracker(const flow_tracker&) = delete;
    flow_tracker& operator=(const flow_tracker&) = delete;

    /// The columns that batches need.
    [[nodiscard]] column_set columns() const noexcept { return needs_.columns(); }

    /// Counts the packets of the rows; nothing of the batch is kept.
    void add(const batch& rows) {
        const flow_packet_reader reader(rows, needs_);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            flow_packet& packet = order_.next();
            reader.read(row, last_time_, packet);
            last_time_ = packet.time;
            packet.hash = hash_of(packet.key, seed_);
            order_.add();
            if (!order_.is_over()) continue;
            if (order_.count() > buckets_ahead) {
                table_.prefetch_bucket(order_.peek(buckets_ahead).hash);
                const flow_packet& soon = order_.peek(records_ahead);
                table_.prefetch_record(soon.hash, soon.from);
            }
            take(order_.take());
        }
    }

    /// Ends the flows for which nothing has come for their timeouts at a time, and those only: for captures that go on
    /// while no packet comes. `now` is in nanoseconds since 1970-01-01 UTC. Packets that wait to be put in order are
    /// counted first.
    void sweep(std::int64_t now) {
        take_all();
        const std::size_t before = ended_.size();
        for (std::uint32_t at = 0; at < table_.end(); ++at) end_if_over(at, now);
        sort_ended(before);
    }

    /// Counts what waits to be put in order, and ends all flows, the earliest first, but `most` of them at most; false
    /// where there was none left. For callers that hand out flows in between, so that there is no second copy of all:
    ///
    ///     while (tracker.finish(4096)) hand_out(tracker.ended()), tracker.forget_ended();
    bool finish(std::size_t most = ~std::size_t{0}) {
        if (closing_.empty()) plan_finish();
        const std::size_t count = std::min(most, closing_.size() - closed_);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t at = closing_[closed_++].at;
            const flow_end reason = reason_at(table_[at], latest_);
            end(at, reason == flow_end::end ? table_[at].reason(flow_end::end) : reason, false);
        }
        if (closed_ < closing_.size()) return true;
        closing_ = {};
        closed_ = 0;
        return count != 0;
    }

    /// The flows that have ended since `forget_ended`, in the order in which that was found out.
    [[nodiscard]] const std::vector<ended_flow>& ended() const noexcept { return ended_; }
    void forget_ended() noexcept {
        ended_.clear();
        statistics_.clear();
        beginnings_.clear();
        tcp_.clear();
    }
    /// What else is known of a flow among them; null where that is not kept (flow_packet_needs).
    [[nodiscard]] const flow_statistics* statistics_of(const ended_flow& flow) const noexcept {
        return needs_.statistics ? &statistics_[flow.more] : nullptr;
    }
    [[nodiscard]] const flow_beginning* beginning_of(const ended_flow& flow) const noexcept {
        return needs_.beginnings ? &beginnings_[flow.more] : nullptr;
    }

    [[nodiscard]] const flow_tcp* tcp_of(const ended_flow& flow) const noexcept {
        return needs_.tcp ? &tcp_[flow.more] : nullptr;
    }

    /// Has the frames of flows noted, before the first packet is added: 8 bytes for each of their packets.
    void watch(flow_choice flows) { watched_ = std::move(flows); }
    /// The numbers of the frames of the flows that are watched, in the order in which they were counted.
    [[nodiscard]] const std::vector<std::uint64_t>& watched_frames() const noexcept { return watched_frames_; }

    /// Flows that are open.
    [[nodiscard]] std::size_t open_flows() const noexcept { return table_.size(); }
    /// Flows that have begun, and those of them that were ended because the table was full.
    [[nodiscard]] std::uint64_t begun() const noexcept { return begun_; }
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

private:
    /// How many packets before its turn what is kept of a packet's flow is brought into the cache: first the bucket,
    /// which says where the record is, then the record.
    static constexpr std::size_t buckets_ahead = 20, records_ahead = 10;

    /// A flow that is open, while all end.
    struct open_place {
        std::int64_t first_time;
        std::uint64_t id;
        std::uint32_t at;
    };
    /// What is known of the flow before.
    struct flow_before {
        std::uint64_t id = 0;
        flow_side_id source = flow_side_id::low;
    };

    static std::uint64_t after(std::int64_t earlier, std::int64_t later) noexcept {
        return later > earlier ? nanoseconds_between(earlier, later) : 0;
    }
    static std::uint64_t nanoseconds_of(std::chrono::nanoseconds timeout) noexcept {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(timeout.count(), 0));
    }
    static bool exceeds(std::uint64_t time, std::chrono::nanoseconds timeout) noexcept {
        return time > nanoseconds_of(timeout);
    }

    void take_all() {
        while (!order_.empty()) take(order_.take());
    }

    void take(flow_packet& packet) {
        latest_ = std::max(latest_, packet.time);
        const auto counting = [this](const flow_packet& counted) { count(counted); };
        fragments_.advance(packet.time, counting);
        if (packet.fragment == flow_packet::part::whole) count(packet);
        else fragments_.take(packet, counting);
        // One place for each packet: all of them are looked at while as many packets come.
        if (hand_ >= table_.end()) hand_ = 0;
        if (hand_ < table_.end() && packet.time > table_.quiet_until(hand_)) end_if_over(hand_, packet.time);
        ++hand_;
    }

    PCAPFRAME_ALWAYS_INLINE void count(const flow_packet& packet) {
        std::uint32_t at = table_.find(packet.key, packet.hash);
        if (at == flow_table::nowhere || !surely_belongs(table_[at], packet)) at = place_for(packet, at);
        flow_record& flow = table_[at];
        if (needs_.statistics) table_.statistics(at).add(packet, flow);
        if (needs_.beginnings) table_.beginning(at).add(packet, flow.packets());
        if (needs_.tcp) table_.tcp(at).add(packet, flow.is_tcp());
        flow.add(packet);
        if (flow.is_watched) watched_frames_.push_back(packet.frame);
        // What is closed ends sooner than was known when the place was looked at.
        if ((packet.tcp_flags & (detail::tcp_fin | detail::tcp_rst)) != 0)
            table_.quiet_until(at) = std::numeric_limits<std::int64_t>::min();
    }

    /// Whether none of the rules can end the flow before the packet: what most packets are spared to ask one by one.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool surely_belongs(const flow_record& flow,
                                                              const flow_packet& packet) const noexcept {
        return (packet.tcp_flags & detail::tcp_syn) == 0 && after(flow.last_time, packet.time) <= least_timeout_ &&
               after(flow.first_time, packet.time) <= active_timeout_;
    }

    /// Where the packet is counted: `at` has the flow of its key that is open, or is nowhere.
    PCAPFRAME_NOINLINE std::uint32_t place_for(const flow_packet& packet, std::uint32_t at) {
        if (at == flow_table::nowhere) return begin(packet, remembered_.find(packet.key, packet.hash));
        const flow_end reason = reason_before(table_[at], packet);
        if (reason == flow_end::end) return at;
        const flow_before before{table_[at].id, direction_of(table_[at]).source};
        end(at, reason);
        return begin(packet, &before);
    }

    std::uint32_t begin(const flow_packet& packet, const flow_before* before) {
        const flow_before known = before == nullptr ? flow_before() : *before;
        if (table_.size() >= std::max<std::size_t>(rules_.flows_max, 1)) evict();
        const std::uint32_t at = table_.add(packet.key, packet.hash);
        flow_record& flow = table_[at];
        flow.begin(packet);
        flow.id = ++begun_;
        flow.continues = known.id;
        flow.is_watched = watched_.id == flow.id || (!watched_.community_id.empty() &&
                                                     watched_.community_id == community_id_of(flow.key));
        if (known.id != 0) flow.source_before = static_cast<std::uint8_t>(known.source);
        return at;
    }

    /// Why a flow ends before a packet of its key; `end` if the packet belongs to it.
    [[nodiscard]] flow_end reason_before(const flow_record& flow, const flow_packet& packet) const noexcept {
        const std::uint64_t quiet = after(flow.last_time, packet.time);
        if (flow.is_closed() && exceeds(quiet, rules_.closed_timeout)) return flow.reason(flow_end::fin);
        if (exceeds(quiet, rules_.idle_timeout)) return flow_end::idle;
        if (exceeds(after(flow.first_time, packet.time), rules_.active_timeout)) return flow.reason(flow_end::active);
        if (quiet != 0 && begins_connection(flow, packet)) return flow.reason(flow_end::reused);
        return flow_end::end;
    }

    [[nodiscard]] static bool begins_connection(const flow_record& flow, const flow_packet& packet) noexcept {
        constexpr std::uint16_t syn_and_ack = detail::tcp_syn | detail::tcp_ack_flag;
        if (!flow.is_tcp() || !packet.has_tcp || (packet.tcp_flags & syn_and_ack) != detail::tcp_syn) return false;
        const flow_side& mine = flow.side(packet.from);
        const flow_side& other = flow.side(other_side(packet.from));
        if (mine.has(flow_side::syn) && mine.syn_seq == packet.tcp_seq) return false;
        if (flow.is_closed()) return true;
        // An attempt that is made again with another number is the same attempt; so is a SYN from both sides.
        if (mine.packets == 0 || !mine.has(flow_side::no_syn | flow_side::syn_ack)) return other.has(flow_side::no_syn);
        return true;
    }

    /// Why a flow has ended by being quiet up to now; `end` if it has not.
    [[nodiscard]] flow_end reason_at(const flow_record& flow, std::int64_t now) const noexcept {
        const std::uint64_t quiet = after(flow.last_time, now);
        if (flow.is_closed() && exceeds(quiet, rules_.closed_timeout)) return flow.reason(flow_end::fin);
        return exceeds(quiet, rules_.idle_timeout) ? flow_end::idle : flow_end::end;
    }

    PCAPFRAME_NOINLINE void end_if_over(std::uint32_t at, std::int64_t now) {
        if (!table_.is_there(at)) return;
        const flow_record& flow = table_[at];
        const flow_end reason = reason_at(flow, now);
        if (reason != flow_end::end) return end(at, reason);
        const std::uint64_t wait = flow.is_closed() ? least_timeout_ : nanoseconds_of(rules_.idle_timeout);
        constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
        const bool is_far = wait > nanoseconds_between(flow.last_time, latest);
        table_.quiet_until(at) =
            is_far ? latest : static_cast<std::int64_t>(static_cast<std::uint64_t>(flow.last_time) + wait);
    }

    void end(std::uint32_t at, flow_end reason, bool remember = true) {
        const flow_record& flow = table_[at];
        ended_.push_back({flow, reason, static_cast<std::uint32_t>(ended_.size())});
        if (needs_.statistics) statistics_.push_back(table_.statistics(at));
        if (needs_.beginnings) beginnings_.push_back(table_.beginning(at));
        if (needs_.tcp) tcp_.push_back(table_.tcp(at));
        if (remember) remembered_.put(flow.key, hash_of(flow.key, seed_), {flow.id, direction_of(flow).source});
        table_.remove(at);
    }

    /// Puts all flows that are open in the order of their first times, and of those that began together in the order of
    /// their numbers.
    void plan_finish() {
        take_all();
        fragments_.finish([this](const flow_packet& packet) { count(packet); });
        closing_.reserve(table_.size());
        for (std::uint32_t at = 0; at < table_.end(); ++at)
            if (table_.is_there(at)) closing_.push_back({table_[at].first_time, table_[at].id, at});
        std::sort(closing_.begin(), closing_.end(), [](const open_place& a, const open_place& b) {
            return std::pair(a.first_time, a.id) < std::pair(b.first_time, b.id);
        });
    }

    /// Ends the sixteenth of all flows that have been quiet the longest.
    void evict() {
        std::vector<std::pair<std::pair<std::int64_t, std::uint64_t>, std::uint32_t>> flows;
        flows.reserve(table_.size());
        for (std::uint32_t at = 0; at < table_.end(); ++at)
            if (table_.is_there(at)) flows.push_back({{table_[at].last_time, table_[at].id}, at});
        const std::size_t count = std::max<std::size_t>(flows.size() / 16, 1);
        std::nth_element(flows.begin(), flows.begin() + static_cast<std::ptrdiff_t>(count - 1), flows.end());
        const std::size_t before = ended_.size();
        for (std::size_t i = 0; i < count; ++i) end(flows[i].second, table_[flows[i].second].reason(flow_end::evicted));
        evicted_ += count;
        sort_ended(before);
    }

    /// Puts the flows that ended together in the order in which they began.
    void sort_ended(std::size_t first) {
        std::sort(ended_.begin() + static_cast<std::ptrdiff_t>(first), ended_.end(),
                  [](const ended_flow& a, const ended_flow& b) {
                      return std::pair(a.flow.first_time, a.flow.id) < std::pair(b.flow.first_time, b.flow.id);
                  });
    }

    flow_rules rules_;
    flow_packet_needs needs_;
    std::uint64_t least_timeout_;  ///< of those for being quiet
    std::uint64_t active_timeout_;
    /// Not known outside of the process: see hash_of.
    std::uint64_t seed_ = detail::mixed_words(reinterpret_cast<std::uintptr_t>(this),
                                              static_cast<std::uint64_t>(
                                                  std::chrono::steady_clock::now().time_since_epoch().count()));
    packet_order order_;
    flow_fragments fragments_;
    flow_table table_;
    recent_map<flow_key, flow_before> remembered_{limits::ended_flows_max};
    std::vector<ended_flow> ended_;
    std::vector<flow_statistics> statistics_;  ///< of flows in `ended_`
    std::vector<flow_beginning> beginnings_;
    std::vector<flow_tcp> tcp_;
    std::int64_t last_time_ = 0;                                      ///< of the packet read last
    std::int64_t latest_ = std::numeric_limits<std::int64_t>::min();  ///< of all packets that were taken
    std::uint64_t begun_ = 0;
    std::uint64_t evicted_ = 0;
    std::uint32_t hand_ = 0;
    flow_choice watched_;
    std::vector<std::uint64_t> watched_frames_;
    std::vector<open_place> closing_;  ///< while all flows end: in that order, of which `closed_` have ended
    std::size_t closed_ = 0;
};

}  // namespace pcapframe
