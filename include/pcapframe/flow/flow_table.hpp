// The flows that are open, by their keys: records in one piece of memory, and a hash table of their places.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/flow/flow_record.hpp>
#include <pcapframe/flow/flow_statistics.hpp>
#include <pcapframe/flow/flow_tcp.hpp>
#include <pcapframe/table/column_buffer.hpp>

namespace pcapframe::inline v0_2 {

/// Grows as flows are added, never shrinks. Places are used again, the last freed first, so that a read of the same
/// packets has the same places whatever the hash.
class flow_table {
public:
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

    /// With statistics, beginnings and TCP of each flow, or without.
    flow_table(bool statistics, bool beginnings, bool tcp)
        : has_statistics_(statistics),
          has_beginnings_(beginnings),
          has_tcp_(tcp),
          buckets_(least_buckets),
          shift_(shift_for(least_buckets)) {}

    /// How many flows there are.
    [[nodiscard]] std::size_t size() const noexcept { return used_ - free_.size(); }
    /// Places that have ever been used: records are at places below.
    [[nodiscard]] std::uint32_t end() const noexcept { return used_; }
    /// Whether there is a flow at a place.
    [[nodiscard]] bool is_there(std::uint32_t at) const noexcept { return record(at).id != 0; }
    [[nodiscard]] flow_record& operator[](std::uint32_t at) noexcept { return record(at); }
    [[nodiscard]] const flow_record& operator[](std::uint32_t at) const noexcept { return record(at); }

    /// What else is kept of the flow at a place, in a table with such.
    [[nodiscard]] flow_statistics& statistics(std::uint32_t at) noexcept {
        return statistics_.as<flow_statistics>()[at];
    }
    [[nodiscard]] flow_beginning& beginning(std::uint32_t at) noexcept { return beginnings_.as<flow_beginning>()[at]; }
    [[nodiscard]] flow_tcp& tcp(std::uint32_t at) noexcept { return tcp_.as<flow_tcp>()[at]; }

    /// A time up to which the flow at a place cannot end by being quiet: set by the owner, the least there is for a
    /// flow that is new, and the greatest where there is none. Kept apart: looking through these touches no record.
    [[nodiscard]] std::int64_t& quiet_until(std::uint32_t at) noexcept {
        return quiet_until_.as<std::int64_t>()[at];
    }

    /// Brings the bucket of a key into the cache, before `find`.
    PCAPFRAME_ALWAYS_INLINE void prefetch_bucket(std::uint64_t hash) const noexcept {
        prefetch(&buckets_[home_of(upper(hash))]);
    }
    /// Brings what a packet of a side changes of its flow into the cache, once the bucket is there.
    PCAPFRAME_ALWAYS_INLINE void prefetch_record(std::uint64_t hash, flow_side_id side) const noexcept {
        const std::uint32_t wanted = upper(hash);
        std::size_t b = home_of(wanted);
        while (buckets_[b].place_and_one != 0 && buckets_[b].hash != wanted) b = next_of(b);
        if (buckets_[b].place_and_one == 0) return;
        const std::uint32_t at = buckets_[b].place_and_one - 1;
        prefetch_all(record(at));
        if (has_tcp_) prefetch_tcp(tcp_.as<flow_tcp>()[at]);
        if (!has_statistics_) return;
        const flow_statistics& more = statistics_.as<flow_statistics>()[at];
        prefetch_all(more.sides[static_cast<std::size_t>(side)]);
        prefetch_all(more.gaps);
    }

    /// The place of a key's flow; `nowhere` if there is none.
    [[nodiscard]] std::uint32_t find(const flow_key& key, std::uint64_t hash) const noexcept {
        const std::uint32_t wanted = upper(hash);
        for (std::size_t b = home_of(wanted); buckets_[b].place_and_one != 0; b = next_of(b)) {
            const std::uint32_t at = buckets_[b].place_and_one - 1;
            if (buckets_[b].hash == wanted && record(at).key == key) return at;
        }
        return nowhere;
    }

    /// A place for a flow of a key that has none, with an empty record.
    [[nodiscard]] std::uint32_t add(const flow_key& key, std::uint64_t hash) {
        if (2 * (size() + 1) > buckets_.size()) grow_buckets();
        const std::uint32_t at = free_place();
        flow_record& added = record(at);
        added = flow_record();
        added.key = key;
        added.hash = upper(hash);
        quiet_until(at) = std::numeric_limits<std::int64_t>::min();
        if (has_statistics_) statistics(at) = flow_statistics();
        if (has_tcp_) tcp(at) = flow_tcp();
        insert(added.hash, at);
        return at;
    }

    /// Takes a flow out; its record is empty afterwards.
    void remove(std::uint32_t at) {
        std::size_t hole = home_of(record(at).hash);
        while (buckets_[hole].place_and_one != at + 1) hole = next_of(hole);
        // What stands behind the hole moves into it where it may stand there: no search ends too early.
        for (std::size_t b = next_of(hole); buckets_[b].place_and_one != 0; b = next_of(b)) {
            const std::size_t home = home_of(buckets_[b].hash);
            if (((b - home) & (buckets_.size() - 1)) < ((b - hole) & (buckets_.size() - 1))) continue;
            buckets_[hole] = buckets_[b];
            hole = b;
        }
        buckets_[hole] = {};
        record(at) = flow_record();
        quiet_until(at) = std::numeric_limits<std::int64_t>::max();
        free_.push_back(at);
    }

private:
    struct bucket {
        std::uint32_t hash = 0;
        std::uint32_t place_and_one = 0;  ///< 0: the bucket is empty
    };

    static constexpr std::size_t least_buckets = 1024;

    static std::uint32_t upper(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32); }
    static unsigned shift_for(std::size_t buckets) noexcept {
        return 32U - static_cast<unsigned>(std::countr_zero(buckets));
    }
    /// Inlined always: gcc takes a call of a function that does nothing but this for a call that does nothing.
    PCAPFRAME_ALWAYS_INLINE static void prefetch(const void* at) noexcept {
#if defined(__GNUC__)
        __builtin_prefetch(at);
#else
        static_cast<void>(at);
#endif
    }

    template <class Value>
    PCAPFRAME_ALWAYS_INLINE static void prefetch_all(const Value& value) noexcept {
        const auto* const bytes = reinterpret_cast<const char*>(&value);
        for (std::size_t i = 0; i < sizeof(Value); i += 64) prefetch(bytes + i);
    }

    PCAPFRAME_ALWAYS_INLINE static void prefetch_tcp(const flow_tcp& tcp) noexcept {
        prefetch(&tcp);
        for (const tcp_side& side : tcp.sides) {
            prefetch(&side);
            prefetch(&side.round_trip_sum);
        }
    }

    [[nodiscard]] flow_record& record(std::uint32_t at) noexcept { return records_.as<flow_record>()[at]; }
    [[nodiscard]] const flow_record& record(std::uint32_t at) const noexcept { return records_.as<flow_record>()[at]; }
    [[nodiscard]] std::size_t home_of(std::uint32_t hash) const noexcept { return hash >> shift_; }
    [[nodiscard]] std::size_t next_of(std::size_t b) const noexcept { return (b + 1) & (buckets_.size() - 1); }

    void insert(std::uint32_t hash, std::uint32_t at) noexcept {
        std::size_t b = home_of(hash);
        while (buckets_[b].place_and_one != 0) b = next_of(b);
        buckets_[b] = {hash, at + 1};
    }

    std::uint32_t free_place() {
        if (!free_.empty()) {
            const std::uint32_t at = free_.back();
            free_.pop_back();
            return at;
        }
        if (used_ == capacity_) {
            const std::uint32_t more = capacity_ == 0 ? 512 : 2 * capacity_;
            const auto grow = [&](column_buffer& buffer, std::size_t bytes) {
                buffer.reserve(more * bytes, used_ * bytes);
            };
            grow(records_, sizeof(flow_record));
            grow(quiet_until_, sizeof(std::int64_t));
            if (has_statistics_) grow(statistics_, sizeof(flow_statistics));
            if (has_beginnings_) grow(beginnings_, sizeof(flow_beginning));
            if (has_tcp_) grow(tcp_, sizeof(flow_tcp));
            capacity_ = more;
        }
        return used_++;
    }

    void grow_buckets() {
        const std::vector<bucket> old = std::exchange(buckets_, std::vector<bucket>(2 * buckets_.size()));
        shift_ = shift_for(buckets_.size());
        for (const bucket& b : old)
            if (b.place_and_one != 0) insert(b.hash, b.place_and_one - 1);
    }

    bool has_statistics_;
    bool has_beginnings_;
    bool has_tcp_;
    column_buffer records_;
    column_buffer quiet_until_;  ///< by the same places
    column_buffer statistics_;
    column_buffer beginnings_;
    column_buffer tcp_;
    std::uint32_t used_ = 0;
    std::uint32_t capacity_ = 0;
    std::vector<std::uint32_t> free_;
    std::vector<bucket> buckets_;
    unsigned shift_;
};

}  // namespace pcapframe
