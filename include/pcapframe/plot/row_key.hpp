// The values of some columns of a row as one key: bytes that can be compared, and made into values again.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/utf8_string.hpp>
#include <pcapframe/plot/key_counts.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// One value after the other, each behind a byte that says whether it is null. Numbers have their highest byte first,
/// so that the order of keys is that of their values; of texts and bytes the shorter come first.
struct row_key {
    std::string bytes{};

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept {
        std::uint64_t hash = charts::mix_hash(seed, bytes.size());
        for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
            hash = charts::mix_hash(hash, word);
        }
        return hash;
    }
    /// Bytes that the key takes, for key_counts.
    [[nodiscard]] std::size_t memory() const noexcept { return bytes.size(); }

    friend bool operator==(const row_key&, const row_key&) = default;
    friend bool operator<(const row_key& a, const row_key& b) noexcept { return a.bytes < b.bytes; }
};

namespace detail {

/// Writes and reads the values of keys.
class key_text {
public:
    static constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

    static void put(std::string& to, std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = bytes; i > 0; --i) to += static_cast<char>(value >> (8 * (i - 1)) & 0xff);
    }
    template <class Value>
    requires(std::is_integral_v<Value> || std::is_enum_v<Value>) static void put(std::string& to, Value value) {
        auto number = static_cast<std::uint64_t>(value);
        // Of signed numbers the sign is turned, so that the negative ones come first.
        if constexpr (std::is_signed_v<Value>) number ^= std::uint64_t{1} << 63;
        put(to, number, sizeof(Value));
    }
    /// Bits of a floating-point number, turned so that their order is that of the numbers.
    static void put(std::string& to, double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        put(to, bits ^ ((bits & sign_bit) != 0 ? ~std::uint64_t{0} : sign_bit), sizeof bits);
    }
    static void put(std::string& to, stop value) {
        put(to, value.reason);
        put(to, value.where);
    }
    static void put(std::string& to, const ip_address& value) {
        to += static_cast<char>(value.version);
        put_bytes(to, value.octets.data(), value.octets.size());
    }
    static void put(std::string& to, const mac_address& value) {
        put_bytes(to, value.octets.data(), value.octets.size());
    }
    static void put(std::string& to, std::string_view value) {
        put(to, value.size(), sizeof(std::uint32_t));
        to += value;
    }
    static void put(std::string& to, bytes_view value) {
        put(to, value.size(), sizeof(std::uint32_t));
        put_bytes(to, value.data(), value.size());
    }
    template <class Item>
    requires(!std::is_same_v<Item, const std::uint8_t>) static void put(std::string& to, std::span<Item> list) {
        put(to, list.size(), sizeof(std::uint32_t));
        for (const auto& item : list) put(to, item);
    }

    explicit key_text(std::string_view bytes) : left_(bytes) {}

    std::uint64_t take(std::size_t bytes) noexcept {
        std::uint64_t value = 0;
        for (const char c : take_text(bytes)) value = value << 8 | static_cast<std::uint8_t>(c);
        return value;
    }
    std::string_view take_text(std::size_t bytes) noexcept {
        const std::string_view text = left_.substr(0, bytes);
        left_.remove_prefix(text.size());
        return text;
    }
    /// The next value, as a value of the stored type; of an address, `valid` gets the family. What is of any length is
    /// copied into the batch.
    template <class Stored>
    Stored value(row_batch& owner, std::uint64_t& valid) {
        Stored made{};
        if constexpr (std::is_same_v<Stored, ip_octets>) {
            if (take(1) == 6) valid |= ipv6_bit;
            copy_into(made.data(), made.size());
        } else if constexpr (std::is_same_v<Stored, mac_address>) {
            copy_into(made.octets.data(), made.octets.size());
        } else if constexpr (std::is_same_v<Stored, stop>) {
            made.reason = static_cast<stop_reason>(take(sizeof made.reason));
            made.where = static_cast<layer>(take(sizeof made.where));
        } else if constexpr (std::is_same_v<Stored, bytes_view>) {
            const std::size_t size = take(sizeof(std::uint32_t));
            made = {copied(owner, take_text(size)), size};
        } else if constexpr (std::is_same_v<Stored, owned_text>) {
            made.text = text(owner);
        } else if constexpr (std::is_same_v<Stored, number_list>) {
            made.numbers = list<std::uint64_t>(owner, [&] { return take(sizeof(std::uint64_t)); });
        } else if constexpr (std::is_same_v<Stored, text_list>) {
            made.texts = list<std::string_view>(owner, [&] { return text(owner); });
        } else if constexpr (std::is_floating_point_v<Stored>) {
            const std::uint64_t bits = take(sizeof(std::uint64_t));
            made = std::bit_cast<double>(bits ^ ((bits & sign_bit) != 0 ? sign_bit : ~std::uint64_t{0}));
        } else if constexpr (std::is_same_v<Stored, std::int64_t>) {
            made = static_cast<std::int64_t>(take(sizeof made) ^ std::uint64_t{1} << 63);
        } else if constexpr (std::is_integral_v<Stored> || std::is_enum_v<Stored>) {
            made = static_cast<Stored>(take(sizeof made));
        }
        return made;
    }

private:
    static void put_bytes(std::string& to, const std::uint8_t* data, std::size_t size) {
        if (size != 0) to.append(reinterpret_cast<const char*>(data), size);
    }
    static std::uint8_t* copied(row_batch& owner, std::string_view bytes) {
        std::uint8_t* const copy = owner.own_bytes(bytes.size());
        if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
        return copy;
    }
    void copy_into(std::uint8_t* to, std::size_t size) noexcept {
        const std::string_view bytes = take_text(size);
        if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    }
    std::string_view text(row_batch& owner) {
        const utf8_string valid(take_text(take(sizeof(std::uint32_t))));
        return {reinterpret_cast<const char*>(copied(owner, valid.text())), valid.size()};
    }
    template <class Item, class Take>
    std::span<const Item> list(row_batch& owner, Take take_item) {
        const std::size_t size = take(sizeof(std::uint32_t));
        auto* const items = reinterpret_cast<Item*>(owner.own_bytes(size * sizeof(Item), alignof(Item)));
        for (std::size_t i = 0; i < size; ++i) items[i] = take_item();
        return {items, size};
    }

    std::string_view left_;
};

}  // namespace detail

/// The stored type of a key's column in tables made of keys: names and texts of packets are texts of their own there.
[[nodiscard]] constexpr column_type key_type(column_type type) noexcept {
    return type == column_type::interface || type == column_type::held_text ? column_type::owned_text : type;
}

/// Makes the keys of rows.
class row_key_maker {
public:
    /// `columns` are those of the batches to come.
    explicit row_key_maker(std::vector<column_ref> columns) : columns_(std::move(columns)) {}

    /// The key of row `i`. Valid until the next is made.
    [[nodiscard]] const row_key& make(const row_batch& rows, std::size_t i) {
        key_.bytes.clear();
        for (const column_ref& c : columns_) {
            with_type(type_of(c), [&](auto stored) {
                const auto value = rows.view<typename decltype(stored)::type>(c)[i];
                key_.bytes += value ? '\1' : '\0';
                if (value) detail::key_text::put(key_.bytes, *value);
            });
        }
        return key_;
    }

private:
    std::vector<column_ref> columns_;
    row_key key_;
};

}  // namespace pcapframe::inline v0_2
