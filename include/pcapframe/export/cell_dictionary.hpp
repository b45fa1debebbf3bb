// Distinct cells of a column in the order of their first rows, each written as text once.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/utf8_string.hpp>
#include <pcapframe/export/cell_bytes.hpp>
#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// A cell of fixed size as two words and its kind.
struct cell_key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t kind = 0;

    friend constexpr bool operator==(const cell_key&, const cell_key&) = default;
};

template <class Stored>
[[nodiscard]] inline cell_key key_of(const Stored& stored, std::uint64_t valid) noexcept {
    cell_key key;
    if constexpr (std::is_same_v<Stored, ip_octets>) {
        std::memcpy(&key.low, stored.data(), 8);
        std::memcpy(&key.high, stored.data() + 8, 8);
        key.kind = static_cast<std::uint32_t>(valid >> 63);
    } else if constexpr (std::is_same_v<Stored, mac_address>) {
        std::memcpy(&key.low, stored.octets.data(), stored.octets.size());
    } else if constexpr (std::is_same_v<Stored, stop>) {
        key.low = static_cast<std::uint64_t>(stored.reason) << 8 | static_cast<std::uint64_t>(stored.where);
    } else {
        key.low = static_cast<std::uint64_t>(stored);
    }
    return key;
}
static_assert(ipv6_bit == std::uint64_t{1} << 63, "key_of takes the family from the top bit");

/// A hash of texts whose seed is unknown outside of the process, as that of `key_numbers` is.
class text_hash {
public:
    using is_transparent = void;

    text_hash() noexcept : seed_(reinterpret_cast<std::uintptr_t>(this) | 1) {}

    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
        std::uint64_t hash = text.size() ^ seed_;
        while (!text.empty()) {
            std::uint64_t word = 0;
            const std::size_t bytes = std::min(text.size(), sizeof word);
            std::memcpy(&word, text.data(), bytes);
            text.remove_prefix(bytes);
            hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15ULL;
            hash = (hash ^ hash >> 29) * seed_;
        }
        return narrowed<std::size_t>(hash ^ hash >> 32);
    }

private:
    std::uint64_t seed_;
};

/// Keys with a number each. Open addressing; the seed is unknown outside of the process, so that no capture can be made
/// whose keys collide. Keys are `cell_key`, or 32 bits, which take a third of the memory and so of the cache.
template <class Key>
class key_numbers {
public:
    key_numbers() : seed_(reinterpret_cast<std::uintptr_t>(this) | 1), slots_(slots_least) {}

    /// The key's number, which becomes `next` if the key is new.
    PCAPFRAME_ALWAYS_INLINE std::uint32_t find_or_add(const Key& key, std::uint32_t next) {
        std::size_t at = place(key);
        while (slots_[at].number != none) {
            if (slots_[at].key == key) return slots_[at].number;
            at = (at + 1) & (slots_.size() - 1);
        }
        slots_[at] = {key, next};
        if (2 * ++count_ > slots_.size()) grow();
        return next;
    }

    /// Asks for the memory of a key that will be looked for soon.
    void prefetch(const Key& key) const noexcept { __builtin_prefetch(slots_.data() + place(key)); }

    void clear() {
        if (count_ == 0) return;
        slots_.assign(slots_least, slot{});
        count_ = 0;
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    static constexpr std::size_t slots_least = 64;

    struct slot {
        Key key{};
        std::uint32_t number = none;
    };

    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::size_t place(const Key& key) const noexcept {
        std::uint64_t hash;
        if constexpr (std::is_same_v<Key, std::uint32_t>) {
            hash = (key ^ seed_) * 0x9e37'79b9'7f4a'7c15ULL;
        } else {
            hash = (key.low ^ seed_) * 0x9e37'79b9'7f4a'7c15ULL;
            hash = (hash ^ (hash >> 32) ^ key.high ^ key.kind) * 0xff51'afd7'ed55'8ccdULL;
        }
        hash ^= hash >> 29;
        hash *= seed_;
        return narrowed<std::size_t>(hash >> 20) & (slots_.size() - 1);
    }

    void grow() {
        std::vector<slot> old(2 * slots_.size());
        old.swap(slots_);
        for (const slot& s : old) {
            if (s.number == none) continue;
            std::size_t at = place(s.key);
            while (slots_[at].number != none) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = s;
        }
    }

    std::uint64_t seed_;
    std::vector<slot> slots_;
    std::size_t count_ = 0;
};

}  // namespace detail

/// The texts of one column's cells. Two cells with the same text (interfaces of the same name) share one entry, unless
/// the dictionary is to be `exact`: then the cells are kept as bytes, too, and cells that differ have two entries.
class cell_dictionary {
public:
    explicit cell_dictionary(bool exact = false) : exact_(exact) {}

    static constexpr std::size_t ahead = 12;  ///< cells from a `prefetch` to its use

    /// The number of the cell's text. `Stored` is the column's stored type, the same in every call.
    template <class Stored>
    std::uint32_t number_of(const Stored& stored, std::uint64_t valid, const interface_list* interfaces) {
        if constexpr (std::is_same_v<Stored, ip_octets> || std::is_same_v<Stored, mac_address>) {
            // Each address has a text of its own, so keys and texts have the same numbers.
            const auto next = static_cast<std::uint32_t>(size());
            const std::uint32_t number = number_of_address(stored, valid, next);
            if (number == next) {
                char text[fixed_text_bytes_max];
                const auto shown = shown_as<Stored>::of(stored, valid, interfaces);
                append({text, static_cast<std::size_t>(write_text(text, shown) - text)});
                if (exact_) append_cell(cells_, stored, valid, interfaces);
            }
            return number;
        } else if constexpr (std::is_same_v<Stored, held_text> || std::is_same_v<Stored, owned_text>) {
            return find_or_append(stored, valid, interfaces);
        } else {
            const auto next = static_cast<std::uint32_t>(numbers_.size());
            const std::uint32_t key = keys_.find_or_add(detail::key_of(stored, valid), next);
            if (key == next) numbers_.push_back(find_or_append(stored, valid, interfaces));
            return numbers_[key];
        }
    }

    /// Asks for the memory of an address that will be looked for soon: there are more addresses than fit the cache.
    template <class Stored>
    void prefetch(const Stored& stored, std::uint64_t valid) const noexcept {
        if constexpr (std::is_same_v<Stored, ip_octets>) {
            if ((valid & ipv6_bit) == 0)
                ipv4_.prefetch(load_be32(stored.data() + 12));
            else
                keys_.prefetch(detail::key_of(stored, valid));
        }
    }

    /// To be called before the cells of a batch: interfaces are known by their place in a list, which may be another.
    void use_interfaces(std::shared_ptr<const interface_list> interfaces) {
        if (interfaces_ == interfaces) return;
        interfaces_ = std::move(interfaces);
        keys_.clear();
        numbers_.clear();
    }

    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t number) const noexcept {
        const std::size_t begin = begin_of(number);
        return {bytes_.data() + begin, ends_[number] - begin};
    }
    /// Where a text begins in `bytes`; of `size()`, where the last one ends.
    [[nodiscard]] std::size_t begin_of(std::size_t number) const noexcept {
        return number == 0 ? 0 : ends_[number - 1];
    }
    [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.data(), bytes_.size()}; }

    /// The cells as `append_cell` writes them, in order; of a dictionary that is exact.
    [[nodiscard]] const std::string& cells() const noexcept { return cells_; }

    void clear() {
        ipv4_.clear();
        keys_.clear();
        numbers_.clear();
        by_identity_.clear();
        cells_.clear();
        ends_.clear();
        bytes_.clear();
    }

private:
    template <class Stored>
    std::uint32_t number_of_address(const Stored& stored, std::uint64_t valid, std::uint32_t next) {
        if constexpr (std::is_same_v<Stored, ip_octets>)
            if ((valid & ipv6_bit) == 0) return ipv4_.find_or_add(load_be32(stored.data() + 12), next);
        return keys_.find_or_add(detail::key_of(stored, valid), next);
    }

    template <class Stored>
    std::uint32_t find_or_append(const Stored& stored, std::uint64_t valid, const interface_list* interfaces) {
        const std::string text = text_of(shown_as<Stored>::of(stored, valid, interfaces));
        std::string cell;
        if (exact_) append_cell(cell, stored, valid, interfaces);
        const auto [found, is_new] =
            by_identity_.try_emplace(exact_ ? cell : text, static_cast<std::uint32_t>(size()));
        if (!is_new) return found->second;
        cells_ += cell;
        return append(text);
    }

    template <class Value>
    static std::string text_of(const Value& value) {
        if constexpr (std::is_same_v<Value, std::string_view>) {
            return utf8_string(value).text();
        } else {
            char text[fixed_text_bytes_max];
            return {text, static_cast<std::size_t>(write_text(text, value) - text)};
        }
    }

    std::uint32_t append(std::string_view text) {
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        ends_.push_back(bytes_.size());
        return static_cast<std::uint32_t>(ends_.size() - 1);
    }

    detail::key_numbers<std::uint32_t> ipv4_;
    detail::key_numbers<detail::cell_key> keys_;  ///< of all else
    std::vector<std::uint32_t> numbers_;          ///< of texts, by number of the key; not for addresses
    bool exact_;
    /// By text, of an exact one by the cell.
    std::unordered_map<std::string, std::uint32_t, detail::text_hash, std::equal_to<>> by_identity_;
    std::string cells_;  ///< of an exact one, in order
    std::vector<std::size_t> ends_;
    std::vector<char> bytes_;
    std::shared_ptr<const interface_list> interfaces_;
};

}  // namespace pcapframe
