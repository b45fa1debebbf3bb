// Where the decoder writes the values of one row: into a batch, or into a row by itself.
#pragma once

#include <array>
#include <type_traits>

#include <pcapframe/table/columns.hpp>

namespace pcapframe::inline v0_2 {

/// For each column where its values are stored, one after the other; null for columns that are not stored.
using column_pointers = std::array<void*, column_count>;

/// The place of one row in every column. A small value, to be copied; the pointers are not its own.
class row_place {
public:
    row_place(const column_pointers& columns, std::size_t row) noexcept : columns_(&columns), row_(row) {}

    /// Only for columns that are stored.
    template <column C, class Value>
    void set(const Value& value) const noexcept {
        static_cast<typename column_traits<C>::type*>((*columns_)[static_cast<std::size_t>(C)])[row_] = value;
    }

private:
    const column_pointers* columns_;
    std::size_t row_;
};

/// A value per column. Only those whose bit is set in `valid` mean anything.
struct row : columnar<std::type_identity_t> {
    std::uint64_t valid = 0;  ///< column_set::bit of each column with a value, and ipv6_bit

    [[nodiscard]] constexpr bool has(column c) const noexcept { return (valid & column_set::bit(c)) != 0; }

    /// Where these columns of this row are. The row must not move while it is written to.
    template <column... Columns>
    [[nodiscard]] column_pointers pointers() noexcept {
        column_pointers to{};
        ((to[static_cast<std::size_t>(Columns)] = &column_traits<Columns>::of(*this)), ...);
        return to;
    }
};

}  // namespace pcapframe
