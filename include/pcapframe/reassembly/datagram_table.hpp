// All datagrams of which fragments have come, bounded in memory and in time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <list>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/hash.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/reassembly/datagram_pieces.hpp>
#include <pcapframe/reassembly/fragment_rules.hpp>

namespace pcapframe::inline v0_2 {

/// What tells datagrams apart (RFC 791 section 2.3, RFC 8200 section 4.5): beside hosts, protocol and identification,
/// the VLAN and the tunnel, since addresses behind different ones may be the same.
struct datagram_key {
    ip_octets source{};
    ip_octets destination{};
    std::uint32_t id = 0;
    std::uint32_t tunnel = 0;
    std::uint16_t vlan = 0;
    std::uint8_t protocol = 0;  ///< of IPv4
    std::uint8_t version = 0;
    std::uint8_t level = 0;  ///< tunnels around the packet
    std::array<std::uint8_t, 3> unused{};

    friend bool operator==(const datagram_key& a, const datagram_key& b) noexcept {
        return std::memcmp(&a, &b, sizeof(datagram_key)) == 0;
    }
};
static_assert(sizeof(datagram_key) == 48 && std::has_unique_object_representations_v<datagram_key>);

/// What only the first fragment of a datagram has.
struct first_fragment {
    bool is_known = false;
    bool has_ports = false;
    bool has_protocol = false;
    std::uint8_t protocol = 0;
    std::uint8_t next_header = 0;  ///< of IPv6, what its Fragment header names
    std::uint16_t src_port = 0;
    std::uint16_t dst_port = 0;
    std::uint32_t header_bytes = 0;  ///< of its packet in front of the datagram's bytes
};

/// What is known of a fragment's datagram once the fragment has come.
struct datagram_state {
    bool is_complete = false;     ///< by this fragment
    bool has_conflict = false;    ///< bytes of this fragment differ, or, where it completes, those of any
    std::uint32_t fragments = 0;  ///< of a complete datagram, with fragments that came more than once
    std::uint64_t frame = 0;      ///< which completed the datagram; 0 for none so far
    first_fragment first{};
};

/// Datagrams by their keys, in the order of their age.
class datagram_table {
public:
    explicit datagram_table(const fragment_rules& rules) : rules_(rules), by_key_(0, key_hash{seed_of(this)}) {}
    datagram_table(const datagram_table&) = delete;
    datagram_table& operator=(const datagram_table&) = delete;

    /// Takes a fragment, of the frame with this number. Where the fragment completes its datagram, `whole` is replaced
    /// by the datagram's bytes.
    datagram_state add(const datagram_key& key, const datagram_fragment& fragment, const first_fragment& first,
                       std::int64_t time, std::uint64_t frame, std::vector<std::uint8_t>& whole) {
        if (time != no_time) now_ = time;
        drop_old();
        datagram& mine = find_or_begin(key);
        memory_ -= mine.memory();
        const std::uint64_t print = print_of(fragment);
        const bool is_repeated = mine.has_seen(print);
        begin_anew(mine, is_repeated);
        if (first.is_known) mine.first = first;
        datagram_state state = mine.is_discarded ? datagram_state{} : take(mine, fragment, print, is_repeated);
        state.first = mine.first;
        if (state.is_complete) complete(mine, state, frame, whole);
        else if (is_repeated) state.frame = mine.completed_frame;
        memory_ += mine.memory();
        while (memory_ > rules_.memory_bytes && !by_age_.empty()) drop_oldest(counts_.evicted);
        return state;
    }

    /// A fragment came of which bytes were not captured.
    datagram_state note_unusable(const datagram_key& key, const first_fragment& first, std::int64_t time) {
        if (time != no_time) now_ = time;
        drop_old();
        ++counts_.unusable;
        const auto found = by_key_.find(key);
        if (!first.is_known && found == by_key_.end()) return {};
        if (!first.is_known) return {.first = found->second->first};
        datagram& mine = find_or_begin(key);
        mine.first = first;
        while (memory_ > rules_.memory_bytes && !by_age_.empty()) drop_oldest(counts_.evicted);
        return {.first = first};
    }

    /// What was put together and given up so far; those that still wait count as incomplete.
    [[nodiscard]] fragment_counts counts() const noexcept {
        fragment_counts all = counts_;
        for (const datagram& one : by_age_)
            if (one.is_lost()) ++all.incomplete;
        return all;
    }
    /// Memory that is taken, about; `fragment_rules::memory_bytes` at most.
    [[nodiscard]] std::uint64_t memory() const noexcept { return memory_; }
    [[nodiscard]] std::size_t size() const noexcept { return by_age_.size(); }

private:
    struct datagram {
        datagram_key key;
        std::int64_t time = 0;
        datagram_pieces pieces{};
        first_fragment first{};
        std::uint32_t fragments = 0;
        bool has_new = false;       ///< of its fragments not all are repetitions of a complete datagram's
        bool is_discarded = false;  ///< no fragments are taken any more
        std::uint64_t completed_frame = 0;
        std::vector<std::uint64_t> prints{};     ///< of the fragments so far
        std::vector<std::uint64_t> completed{};  ///< of those of the datagram that was completed last; in order

        [[nodiscard]] bool is_lost() const noexcept { return has_new && !pieces.empty(); }
        [[nodiscard]] bool has_seen(std::uint64_t print) const noexcept {
            return std::binary_search(completed.begin(), completed.end(), print);
        }
        [[nodiscard]] std::size_t memory() const noexcept {
            constexpr std::size_t of_nodes = 160;
            return sizeof(datagram) + of_nodes + pieces.memory() +
                   (prints.capacity() + completed.capacity()) * sizeof(std::uint64_t);
        }
    };
    using datagram_list = std::list<datagram>;

    struct key_hash {
        std::uint64_t seed;
        std::size_t operator()(const datagram_key& key) const noexcept {
            std::uint64_t hash = seed;
            for (const std::uint64_t word : std::bit_cast<std::array<std::uint64_t, 6>>(key))
                hash = pcapframe::detail::mixed_words(hash, word + seed);
            return narrowed<std::size_t>(hash);
        }
    };
    /// Not known outside of the process, so that no capture can be made whose datagrams meet in the table.
    static std::uint64_t seed_of(const void* self) noexcept {
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        return detail::mixed_words(reinterpret_cast<std::uintptr_t>(self), static_cast<std::uint64_t>(now));
    }

    /// A print of a fragment: its place and its bytes.
    static std::uint64_t print_of(const datagram_fragment& f) noexcept {
        const std::string_view bytes(reinterpret_cast<const char*>(f.bytes.data()), f.bytes.size());
        return detail::mixed_words(fnv1a(bytes), std::uint64_t{f.begin} * 2 + (f.more ? 1U : 0U));
    }

    datagram& find_or_begin(const datagram_key& key) {
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) return *found->second;
        by_age_.push_back({.key = key, .time = now_});
        by_key_.emplace(key, std::prev(by_age_.end()));
        memory_ += by_age_.back().memory();
        return by_age_.back();
    }

    /// A fragment behind those of a complete datagram is the first of another one, though it may be of the same bytes:
    /// links and mirrors repeat packets. Only then does it belong to the first fragment that is known.
    void begin_anew(datagram& mine, bool is_repeated) {
        if (!mine.pieces.empty() || mine.is_discarded) return;
        mine.time = now_;
        by_age_.splice(by_age_.end(), by_age_, by_key_.find(mine.key)->second);
        if (mine.completed_frame == 0 || is_repeated) return;
        mine.first = {};
        mine.completed.clear();
        mine.completed_frame = 0;
    }

    datagram_state take(datagram& mine, const datagram_fragment& fragment, std::uint64_t print, bool is_repeated) {
        const fragment_fate fate = mine.pieces.add(fragment, rules_.policy);
        datagram_state state{.has_conflict = mine.pieces.conflicted_last()};
        if (fate == fragment_fate::unusable) ++counts_.unusable;
        if (fate == fragment_fate::discarded) discard(mine);
        if (fate != fragment_fate::taken) return state;
        ++mine.fragments;
        mine.has_new = mine.has_new || !is_repeated;
        // One more than a datagram can have are repetitions.
        constexpr std::size_t prints_max = (datagram_pieces::datagram_bytes_max + 1) / 8;
        if (mine.prints.size() < prints_max) mine.prints.push_back(print);
        state.is_complete = mine.pieces.is_complete();
        return state;
    }

    void discard(datagram& mine) {
        ++counts_.discarded;
        forget_pieces(mine);
        mine.is_discarded = rules_.policy == overlap_policy::rfc5722;
    }

    static void forget_pieces(datagram& mine) {
        mine.pieces = {};
        mine.prints = {};
        mine.fragments = 0;
        mine.has_new = false;
    }

    void complete(datagram& mine, datagram_state& state, std::uint64_t frame, std::vector<std::uint8_t>& whole) {
        // The length fields of its headers have no room for more.
        const bool is_ipv6 = mine.key.version == 6;
        constexpr std::uint32_t ipv6_headers = 40 + 8;
        const std::uint32_t uncounted = is_ipv6 ? ipv6_headers : 0;
        if (mine.pieces.size() + mine.first.header_bytes > datagram_pieces::datagram_bytes_max + uncounted) {
            state = {};
            state.first = mine.first;
            return discard(mine);
        }
        state.fragments = mine.fragments;
        state.frame = frame;
        state.has_conflict = mine.pieces.has_conflict();
        whole.clear();
        whole.reserve(mine.pieces.size());
        mine.pieces.append_to(whole);
        mine.completed = std::move(mine.prints);
        std::sort(mine.completed.begin(), mine.completed.end());
        mine.completed_frame = frame;
        forget_pieces(mine);
        ++counts_.completed;
    }

    [[nodiscard]] bool is_old(const datagram& one) const noexcept {
        const std::uint64_t apart = nanoseconds_between(std::min(one.time, now_), std::max(one.time, now_));
        return apart > static_cast<std::uint64_t>(std::chrono::nanoseconds(rules_.timeout).count());
    }
    void drop_old() {
        while (!by_age_.empty() && is_old(by_age_.front())) drop_oldest(counts_.incomplete);
    }
    void drop_oldest(std::uint64_t& count) {
        const datagram& oldest = by_age_.front();
        if (oldest.is_lost()) ++count;
        memory_ -= oldest.memory();
        by_key_.erase(oldest.key);
        by_age_.pop_front();
    }

    fragment_rules rules_;
    datagram_list by_age_;
    std::unordered_map<datagram_key, datagram_list::iterator, key_hash> by_key_;
    fragment_counts counts_;
    std::uint64_t memory_ = 0;
    std::int64_t now_ = 0;
};

}  // namespace pcapframe
