// What rows are made of: the types that values are stored as, the fields of a kind of row, and the schema of a batch.
//
// A kind of row is an enum and a constant list of its fields, both beside the code that fills them: the packets' are in
// decode/packet_columns.hpp. Nothing here and nothing that prints or writes rows knows the field of any kind.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/registry/stop.hpp>

namespace pcapframe::inline v0_2 {

/// An index into the capture's list of interfaces; shown as the interface's name.
enum class interface_ref : std::uint32_t {};

/// Text that a packet holds, wherever its bytes are: a view, which a batch keeps alive or copies (`own_views`). Any
/// bytes: writers make them valid UTF-8.
struct held_text {
    std::string_view text;
};
/// Text that was made for its row: valid UTF-8, in memory of the batch's own.
struct owned_text {
    std::string_view text;
};
/// Numbers in memory of the batch's own.
struct number_list {
    std::span<const std::uint64_t> numbers;
};
/// Texts as those of `owned_text`, in memory of the batch's own.
struct text_list {
    std::span<const std::string_view> texts;
};

/// A direction as cells show it. Enough room: see fixed_text_bytes_max.
inline char* write_text(char* out, direction d) noexcept {
    for (const char c : name_of(d)) *out++ = c;
    return out;
}

// The types that fields are stored as, and their names in the words of Arrow and pandas.
#define PCAPFRAME_STORED_TYPES(X)                      \
    X(timestamp, std::int64_t, "timestamp[ns, UTC]")   \
    X(ip, ip_octets, "ip address")                     \
    X(mac, mac_address, "mac address")                 \
    X(number8, std::uint8_t, "uint8")                  \
    X(number16, std::uint16_t, "uint16")               \
    X(number32, std::uint32_t, "uint32")               \
    X(number64, std::uint64_t, "uint64")               \
    X(real, double, "float64")                         \
    X(bytes, bytes_view, "binary")                     \
    X(protocol, protocol_id, "string")                 \
    X(interface, interface_ref, "string")              \
    X(stop, pcapframe::stop, "string")                 \
    X(direction, pcapframe::direction, "string")       \
    X(held_text, pcapframe::held_text, "string")       \
    X(owned_text, pcapframe::owned_text, "string")       \
    X(numbers, number_list, "list<uint64>")            \
    X(texts, text_list, "list<string>")

/// What the values of a field are stored as: PCAPFRAME_STORED_TYPES.
enum class column_type : std::uint8_t {
#define PCAPFRAME_ENUMERATOR(name, type, words) name,
    PCAPFRAME_STORED_TYPES(PCAPFRAME_ENUMERATOR)
#undef PCAPFRAME_ENUMERATOR
};

/// The column_type of a stored type.
template <class Stored>
[[nodiscard]] constexpr column_type type_for() noexcept {
    column_type found{};
#define PCAPFRAME_FIND(name, type, words) \
    if constexpr (std::is_same_v<Stored, type>) found = column_type::name;
    PCAPFRAME_STORED_TYPES(PCAPFRAME_FIND)
#undef PCAPFRAME_FIND
    return found;
}

/// Calls `use(std::type_identity<Stored>())` for a type that is known at run time only. Code that does the same for all
/// columns of a type is selected by type, not by column: there are a third as many types as columns, and compilers feel
/// the difference.
template <class Use>
constexpr decltype(auto) with_type(column_type wanted, Use&& use) {
    switch (wanted) {
#define PCAPFRAME_CASE(name, type, words) \
    case column_type::name: return use(std::type_identity<type>());
        PCAPFRAME_STORED_TYPES(PCAPFRAME_CASE)
#undef PCAPFRAME_CASE
    }
    return use(std::type_identity<std::int64_t>());
}

/// The name of a type in the words of Arrow and pandas.
[[nodiscard]] constexpr std::string_view name_of(column_type t) noexcept {
    constexpr std::array names{
#define PCAPFRAME_WORDS(name, type, words) std::string_view(words),
        PCAPFRAME_STORED_TYPES(PCAPFRAME_WORDS)
#undef PCAPFRAME_WORDS
    };
    return names[static_cast<std::size_t>(t)];
}

/// The bytes of one stored value.
[[nodiscard]] constexpr std::size_t bytes_of(column_type t) noexcept {
    return with_type(t, [](auto stored) { return sizeof(typename decltype(stored)::type); });
}

/// Whether the values of a type are lists.
[[nodiscard]] constexpr bool holds_lists(column_type t) noexcept {
    return t == column_type::numbers || t == column_type::texts;
}

#undef PCAPFRAME_STORED_TYPES

/// Whether values of a type are views of memory that is not theirs: the packet's, or the batch's.
template <class Stored>
inline constexpr bool is_held_view = std::is_same_v<Stored, bytes_view> || std::is_same_v<Stored, held_text>;
template <class Stored>
inline constexpr bool is_list = std::is_same_v<Stored, number_list> || std::is_same_v<Stored, text_list>;
/// Whether values of a type are of any length.
template <class Stored>
inline constexpr bool is_variable = is_held_view<Stored> || std::is_same_v<Stored, owned_text> || is_list<Stored>;

/// What else is known of a field.
enum class field_flags : std::uint8_t {
    none = 0,
    by_default = 1,     ///< in the table of those who did not ask for other fields
    counts_frames = 2,  ///< a position in the file, which is known only when all that is before it has been read
    begins_word = 4,    ///< begins a word of validity: the addresses from here on have a family of their own
};
[[nodiscard]] constexpr field_flags operator|(field_flags a, field_flags b) noexcept {
    return static_cast<field_flags>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

/// One field of a kind of row.
struct field {
    std::string_view name;
    column_type type;
    std::string_view source;   ///< the headers that the column comes from
    std::string_view meaning;
    std::string_view unit{};   ///< of its numbers; empty for what is no quantity
    field_flags flags = field_flags::none;

    [[nodiscard]] constexpr bool has(field_flags flag) const noexcept {
        return (static_cast<std::uint8_t>(flags) & static_cast<std::uint8_t>(flag)) != 0;
    }
};

/// For each enumerator of a kind, to be specialised beside its list: `type`, the type that the field is stored as.
template <auto Field>
struct column_traits;

// Which values of a row are valid is said by words of 64 bits: a bit for each of 63 fields of the list, in its order,
// and the uppermost one for the family of the row's addresses among them. A field with the flag begins_word begins one.

/// So many fields have their bits in one word.
inline constexpr std::size_t fields_of_word = 63;
/// The bit of a word that is no field: the addresses in the word's fields are IPv6.
inline constexpr std::uint64_t ipv6_bit = std::uint64_t{1} << fields_of_word;

/// Where a field's bit is.
struct field_place {
    std::uint16_t word = 0;
    std::uint16_t bit = 0;

    [[nodiscard]] constexpr std::uint64_t mask() const noexcept { return std::uint64_t{1} << bit; }
};

/// The place behind another one, for the field `next` of the list.
[[nodiscard]] constexpr field_place place_behind(field_place before, const field& next) noexcept {
    if (before.bit + 1U == fields_of_word || next.has(field_flags::begins_word))
        return {static_cast<std::uint16_t>(before.word + 1), 0};
    return {before.word, static_cast<std::uint16_t>(before.bit + 1)};
}

/// The places of all fields of a kind, by number.
template <class Field>
inline constexpr auto field_places = [] {
    constexpr std::span<const field> list = fields_of(Field{});
    std::array<field_place, list.size()> places{};
    for (std::size_t i = 1; i < list.size(); ++i) places[i] = place_behind(places[i - 1], list[i]);
    return places;
}();

/// The words that a list of so many fields takes where no field begins one.
[[nodiscard]] constexpr std::size_t words_for(std::size_t fields) noexcept {
    return (fields + fields_of_word - 1) / fields_of_word;
}
/// The words that the fields of a kind take.
template <class Field>
inline constexpr std::size_t words_of = std::size_t{field_places<Field>.back().word} + 1;

/// The bit of one of the fields of a list's first word.
[[nodiscard]] constexpr std::uint64_t bit_of_field(std::size_t number) noexcept { return std::uint64_t{1} << number; }

/// A column of a batch: which field it is of, and where its values and their validity are.
struct column_ref {
    const field* info = nullptr;
    std::uint16_t number = 0;    ///< of the field in its list
    std::uint16_t position = 0;  ///< among the columns of the schema
    std::uint16_t word = 0;      ///< which of the schema's words has its bit
    std::uint64_t mask = 0;      ///< that bit

    [[nodiscard]] constexpr std::uint64_t bit() const noexcept { return mask; }
    [[nodiscard]] constexpr unsigned bit_number() const noexcept {
        return static_cast<unsigned>(std::countr_zero(mask));
    }
};

[[nodiscard]] constexpr std::string_view name_of(const column_ref& c) noexcept { return c.info->name; }
[[nodiscard]] constexpr column_type type_of(const column_ref& c) noexcept { return c.info->type; }

/// An enum that numbers the fields of a list, which `fields_of` finds by it.
template <class Field>
concept field_enum = std::is_enum_v<Field> && requires(Field f) {
    { fields_of(f) } -> std::convertible_to<std::span<const field>>;
};

/// Some fields of a list, in an order: the columns of a batch. A value; the list must stay (lists are constants).
class schema {
public:
    schema() = default;
    /// Those with these numbers in the list.
    schema(std::span<const field> list, std::span<const std::uint16_t> numbers)
        : list_(list), position_of_(list.size(), none) {
        std::vector<field_place> places(list.size());
        for (std::size_t i = 1; i < list.size(); ++i) places[i] = place_behind(places[i - 1], list[i]);
        std::vector<bool> is_there(places.empty() ? 1 : places.back().word + std::size_t{1});
        for (const std::uint16_t number : numbers) is_there[places[number].word] = true;
        // The first word is always there: it is what the rows of most schemas need, and a loop may count on it.
        for (std::size_t w = 0; w < is_there.size(); ++w)
            if (w == 0 || is_there[w]) words_.push_back(static_cast<std::uint16_t>(w));
        for (const std::uint16_t number : numbers) {
            const auto word = std::find(words_.begin(), words_.end(), places[number].word) - words_.begin();
            const auto position = static_cast<std::uint16_t>(columns_.size());
            position_of_[number] = position;
            columns_.push_back({.info = &list[number],
                                .number = number,
                                .position = position,
                                .word = static_cast<std::uint16_t>(word),
                                .mask = places[number].mask()});
        }
    }
    /// Fields of a kind by its enum.
    template <field_enum Field>
    schema(const std::vector<Field>& fields) : schema(fields_of(Field{}), numbers_of(fields)) {}

    [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
    [[nodiscard]] bool empty() const noexcept { return columns_.empty(); }
    [[nodiscard]] const column_ref& operator[](std::size_t position) const noexcept { return columns_[position]; }
    [[nodiscard]] auto begin() const noexcept { return columns_.begin(); }
    [[nodiscard]] auto end() const noexcept { return columns_.end(); }

    /// All fields of the kind.
    [[nodiscard]] std::span<const field> list() const noexcept { return list_; }
    /// Which words of validity there are: the first, and others where a column has its bit.
    [[nodiscard]] std::span<const std::uint16_t> words() const noexcept { return words_; }

    /// The column of a field by its number in the list; null where it is not among them.
    [[nodiscard]] const column_ref* find(std::size_t number) const noexcept {
        return number < position_of_.size() && position_of_[number] != none ? &columns_[position_of_[number]] : nullptr;
    }
    template <field_enum Field>
    [[nodiscard]] const column_ref* find(Field f) const noexcept {
        PCAPFRAME_ASSERT(list_.empty() || list_.data() == std::span<const field>(fields_of(f)).data());
        return find(static_cast<std::size_t>(f));
    }
    /// The same by its name.
    [[nodiscard]] const column_ref* find(std::string_view name) const noexcept {
        const auto found = std::find_if(columns_.begin(), columns_.end(),
                                        [&](const column_ref& c) { return c.info->name == name; });
        return found == columns_.end() ? nullptr : &*found;
    }
    /// Whether any column has a flag.
    [[nodiscard]] bool has(field_flags flag) const noexcept {
        return std::any_of(columns_.begin(), columns_.end(), [&](const column_ref& c) { return c.info->has(flag); });
    }

    /// Whether both are the same columns, in the same order.
    friend bool operator==(const schema& a, const schema& b) noexcept {
        return std::equal(a.columns_.begin(), a.columns_.end(), b.columns_.begin(), b.columns_.end(),
                          [](const column_ref& x, const column_ref& y) { return x.info == y.info; });
    }

private:
    static constexpr std::uint16_t none = 0xffff;

    template <class Field>
    static std::vector<std::uint16_t> numbers_of(const std::vector<Field>& fields) {
        std::vector<std::uint16_t> numbers;
        for (const Field f : fields) numbers.push_back(static_cast<std::uint16_t>(f));
        return numbers;
    }

    std::span<const field> list_;
    std::vector<column_ref> columns_;
    std::vector<std::uint16_t> position_of_;  ///< by number; `none` for those that are not among the columns
    std::vector<std::uint16_t> words_;
};

}  // namespace pcapframe
