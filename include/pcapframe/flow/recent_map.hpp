// A map of the entries that were put last: bounded, the oldest is forgotten for each that is new.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace pcapframe::inline v0_2 {

/// Keeps `capacity` entries. Whoever calls has the hash of each key.
template <class Key, class Value>
class recent_map {
public:
    explicit recent_map(std::size_t capacity) : capacity_(capacity) {}

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    /// The value of a key; null if it is not known (any more). Valid until the next `put`.
    [[nodiscard]] const Value* find(const Key& key, std::uint64_t hash) const noexcept {
        const std::uint32_t at = place_of(key, hash);
        return at == none ? nullptr : &entries_[at].value;
    }

    /// Sets the value of a key; a key that is new takes the place of the one that was new the longest time ago.
    void put(const Key& key, std::uint64_t hash, const Value& value) {
        if (capacity_ == 0) return;
        if (heads_.empty()) heads_.assign(std::bit_ceil(capacity_), none);
        std::uint32_t at = place_of(key, hash);
        if (at != none) {
            entries_[at].value = value;
            return;
        }
        at = oldest_;
        if (entries_.size() < capacity_) {
            at = static_cast<std::uint32_t>(entries_.size());
            entries_.emplace_back();
        } else {
            unlink(at);
            oldest_ = at + 1 == capacity_ ? 0 : at + 1;
        }
        std::uint32_t& head = heads_[head_of(hash)];
        entries_[at] = {key, value, hash, head};
        head = at;
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    struct entry {
        Key key{};
        Value value{};
        std::uint64_t hash = 0;
        std::uint32_t next = none;
    };

    [[nodiscard]] std::uint32_t place_of(const Key& key, std::uint64_t hash) const noexcept {
        if (heads_.empty()) return none;
        std::uint32_t at = heads_[head_of(hash)];
        while (at != none && !(entries_[at].hash == hash && entries_[at].key == key)) at = entries_[at].next;
        return at;
    }

    [[nodiscard]] std::size_t head_of(std::uint64_t hash) const noexcept { return hash & (heads_.size() - 1); }

    void unlink(std::uint32_t at) noexcept {
        std::uint32_t* link = &heads_[head_of(entries_[at].hash)];
        while (*link != at) link = &entries_[*link].next;
        *link = entries_[at].next;
    }

    std::size_t capacity_;
    std::vector<entry> entries_;
    std::vector<std::uint32_t> heads_;
    std::uint32_t oldest_ = 0;
};

}  // namespace pcapframe
