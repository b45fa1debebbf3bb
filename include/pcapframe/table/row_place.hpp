// Where the values of one row are written to: into a batch, or into a row by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// Where rows of a kind with `Fields` fields are stored: for each field, by its number, its values one after the other,
/// then the same for each word of validity behind the first. Null for what is not stored.
template <std::size_t Fields, std::size_t Words = words_for(Fields)>
using row_pointers = std::array<void*, Fields + Words - 1>;

/// The place of one row in every column. A small value, to be copied; the pointers are not its own.
class row_place {
public:
    template <std::size_t Pointers>
    row_place(const std::array<void*, Pointers>& stored, std::size_t row) noexcept
        : stored_(stored.data()), row_(row) {}

    /// Stores a value of a field that is stored.
    template <auto Field, class Value>
    void set(const Value& value) const noexcept {
        static_cast<typename column_traits<Field>::type*>(stored_[static_cast<std::size_t>(Field)])[row_] = value;
    }
    /// The same for the field `to`, which is known only when the program runs, and is stored as `Field` is.
    template <auto Field, class Value>
    void set_as(decltype(Field) to, const Value& value) const noexcept {
        static_cast<typename column_traits<Field>::type*>(stored_[static_cast<std::size_t>(to)])[row_] = value;
    }
    /// Marks a field of a word behind the first as valid, where that word is stored. (The first word stays in a
    /// register until `end_row` stores it.)
    template <auto Field>
    void mark() const noexcept {
        or_word<Field>(field_places<decltype(Field)>[static_cast<std::size_t>(Field)].mask());
    }
    /// The same for a field that is known only when the program runs. It is of a word behind the first.
    template <class Field>
    void mark(Field which) const noexcept {
        or_word(which, field_places<Field>[static_cast<std::size_t>(which)].mask());
    }
    /// Says that the addresses of the field's word are IPv6, where that word is behind the first.
    template <auto Field>
    void mark_ipv6() const noexcept {
        or_word<Field>(ipv6_bit);
    }
    template <class Field>
    void mark_ipv6(Field which) const noexcept {
        or_word(which, ipv6_bit);
    }

private:
    template <auto Field>
    void or_word(std::uint64_t bits) const noexcept {
        static_assert(field_places<decltype(Field)>[static_cast<std::size_t>(Field)].word > 0);
        or_word(Field, bits);
    }
    template <class Field>
    PCAPFRAME_ALWAYS_INLINE void or_word(Field which, std::uint64_t bits) const noexcept {
        const std::size_t fields = std::span<const field>(fields_of(which)).size();
        const std::size_t number = field_places<Field>[static_cast<std::size_t>(which)].word;
        if (void* const word = stored_[fields + number - 1]) static_cast<std::uint64_t*>(word)[row_] |= bits;
    }

    void* const* stored_;
    std::size_t row_;
};

}  // namespace pcapframe
