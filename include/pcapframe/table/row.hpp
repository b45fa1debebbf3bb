// One row by itself: what the decoder fills where no batch is wanted.
#pragma once

#include <type_traits>

#include <pcapframe/table/columns.hpp>

namespace pcapframe {

/// A value per column. Only those whose bit is set in `valid` mean anything.
struct row : columnar<std::type_identity_t> {
    std::uint64_t valid = 0;  ///< column_set::bit of each column with a value, and ipv6_bit

    [[nodiscard]] constexpr bool has(column c) const noexcept { return (valid & column_set::bit(c)) != 0; }
};

/// A row as the place that a decoder writes to.
class row_target {
public:
    explicit constexpr row_target(row& to) noexcept : row_(&to) {}

    template <column C, class Value>
    constexpr void set(const Value& value) const noexcept {
        column_traits<C>::of(*row_) = value;
    }

private:
    row* row_;
};

}  // namespace pcapframe
