// Counts per key in bounded memory: exact up to a number of distinct keys, with a stated error above it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <pcapframe/plot/tally.hpp>

namespace pcapframe::inline v0_2 {

namespace charts {

/// Spreads every bit of `word` over the hash so far (the finalizer of MurmurHash3).
[[nodiscard]] constexpr std::uint64_t mix_hash(std::uint64_t hash, std::uint64_t word) noexcept {
    hash ^= word;
    hash = (hash ^ (hash >> 33)) * 0xff51'afd7'ed55'8ccdULL;
    hash = (hash ^ (hash >> 33)) * 0xc4ce'b9fe'1a85'ec53ULL;
    return hash ^ (hash >> 33);
}

}  // namespace charts

/// A tally per key, for at most `keys_max` keys at a time.
///
/// With that many distinct keys or fewer every tally is exact. When another key comes, the lighter half is given up
/// (weight: bytes plus packets), and `missed_max` becomes a weight that no key given up exceeds. A key that comes later
/// may have been given up before, so its entry says how much may be missing: the true weight is at least what was
/// counted and at most that count plus `missed`. Keys from before the first time stay exact.
///
/// `missed_max` is at most two `keys_max`-ths of all weight added. `missed_max` is the error of the Misra-Gries
/// summary, with the subtraction of its decrement step moved from the entries to one number: each time that number
/// grows by m, at least half of the entries lose m of what a summary by Misra and Gries would hold, and no more can be
/// lost than was added.
///
/// Keys have `hash(seed)` and `==`. Which entries are there never depends on the seed: with a seed that is unknown
/// outside the process, a capture cannot be made so that its keys collide.
template <class Key, class Tally>
class key_counts {
public:
    struct entry {
        Key key{};
        Tally count{};
        std::uint64_t missed = 0;  ///< bytes plus packets that may be missing

        [[nodiscard]] constexpr std::uint64_t weight() const noexcept {
            const tally sum = count.total();
            return sum.bytes + sum.packets;
        }
    };

    /// `key_bytes_max` counts for keys that say how much memory they take (`memory`): with more of it than that, the
    /// lighter half is given up as well.
    explicit key_counts(std::size_t keys_max, std::size_t key_bytes_max = ~std::size_t{0})
        : keys_max_(std::max<std::size_t>(keys_max, 2)), key_bytes_max_(key_bytes_max) {
        // The place of a local variable differs from process to process.
        seed_ = charts::mix_hash(reinterpret_cast<std::uintptr_t>(&keys_max), 0x9e37'79b9'7f4a'7c15ULL);
        slots_.resize(slots_least);
    }

    /// Where the key's entry is, which is made if there is none; valid until another key is looked for.
    std::size_t position(const Key& key) {
        const auto hash = static_cast<std::uint32_t>(key.hash(seed_));
        std::size_t at = find(key, hash);
        if (slots_[at].position != none) return slots_[at].position;
        if (entries_.size() == keys_max_) give_up_lighter_half();
        key_bytes_ += memory_of(key);
        while (key_bytes_ > key_bytes_max_ && !entries_.empty()) give_up_lighter_half(memory_of(key));
        if (2 * (entries_.size() + 1) > slots_.size()) rebuild(2 * slots_.size());
        at = find(key, hash);
        slots_[at] = {hash, static_cast<std::uint32_t>(entries_.size())};
        entries_.push_back({key, Tally{}, missed_max_});
        return entries_.size() - 1;
    }

    Tally& operator[](const Key& key) { return entries_[position(key)].count; }

    /// The entries, in the order in which their keys came.
    [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_; }
    Tally& count_at(std::size_t position) noexcept { return entries_[position].count; }

    [[nodiscard]] std::size_t keys_max() const noexcept { return keys_max_; }
    /// Whether every key ever added is here, with its exact tally.
    [[nodiscard]] bool is_exact() const noexcept { return missed_max_ == 0; }
    /// The most that a key which is not here can weigh, and that any entry may be missing.
    [[nodiscard]] std::uint64_t missed_max() const noexcept { return missed_max_; }

    /// The `count` entries with the most bytes, then packets, then the least key by `before`.
    template <class Before>
    [[nodiscard]] std::vector<entry> top(std::size_t count, Before before) const {
        std::vector<entry> ranked(std::min(count, entries_.size()));
        std::partial_sort_copy(entries_.begin(), entries_.end(), ranked.begin(), ranked.end(),
                               [&](const entry& a, const entry& b) {
                                   const tally x = a.count.total();
                                   const tally y = b.count.total();
                                   if (x.bytes != y.bytes) return x.bytes > y.bytes;
                                   if (x.packets != y.packets) return x.packets > y.packets;
                                   return before(a.key, b.key);
                               });
        return ranked;
    }

    /// The most that a key can weigh which is not among `ranked`, the result of `top`: no more was counted of such a
    /// key than of the last one in `ranked`.
    [[nodiscard]] std::uint64_t others_max(const std::vector<entry>& ranked) const noexcept {
        if (is_exact() && ranked.size() == entries_.size()) return 0;
        return missed_max_ + (ranked.empty() ? 0 : ranked.back().weight());
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    static constexpr std::size_t slots_least = 64;

    struct slot {
        std::uint32_t hash = 0;
        std::uint32_t position = none;
    };

    /// The key's slot, or the free slot where the key belongs. At least half of the slots are free.
    [[nodiscard]] std::size_t find(const Key& key, std::uint32_t hash) const noexcept {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hash & mask;
        while (slots_[at].position != none) {
            if (slots_[at].hash == hash && entries_[slots_[at].position].key == key) break;
            at = (at + 1) & mask;
        }
        return at;
    }

    void rebuild(std::size_t slots) {
        slots_.assign(slots, slot{});
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const auto hash = static_cast<std::uint32_t>(entries_[i].key.hash(seed_));
            slots_[find(entries_[i].key, hash)] = {hash, static_cast<std::uint32_t>(i)};
        }
    }

    static std::size_t memory_of(const Key& key) noexcept {
        if constexpr (requires { key.memory(); }) return key.memory();
        else return 0;
    }

    /// `more_bytes`: of a key that is about to come.
    void give_up_lighter_half(std::size_t more_bytes = 0) {
        std::vector<std::uint64_t> weights;
        weights.reserve(entries_.size());
        for (const entry& e : entries_) weights.push_back(e.weight() + e.missed);
        const auto median = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
        std::nth_element(weights.begin(), median, weights.end());
        missed_max_ = *median;
        std::erase_if(entries_, [&](const entry& e) { return e.weight() + e.missed <= missed_max_; });
        key_bytes_ = more_bytes;
        for (const entry& e : entries_) key_bytes_ += memory_of(e.key);
        rebuild(slots_.size());
    }

    std::size_t keys_max_;
    std::size_t key_bytes_max_;
    std::size_t key_bytes_ = 0;
    std::uint64_t seed_;
    std::uint64_t missed_max_ = 0;
    std::vector<entry> entries_;
    std::vector<slot> slots_;
};

}  // namespace pcapframe
