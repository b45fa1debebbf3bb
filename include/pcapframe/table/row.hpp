// One row by itself: what the decoder fills where no batch is wanted.
#pragma once

#include <type_traits>

#include <pcapframe/table/columns.hpp>

namespace pcapframe {

/// A value per column. Only those whose bit is set in `valid` mean anything.
struct row : columnar<std::type_identity_t> {
    std::uint64_t valid = 0;  ///< column_set::bit of each column with a value, and ipv6_bit

    template <column C, class Value>
    constexpr void set(const Value& value) noexcept {
        column_traits<C>::of(*this) = value;
    }

    [[nodiscard]] constexpr bool has(column c) const noexcept { return (valid & column_set::bit(c)) != 0; }
};

}  // namespace pcapframe
