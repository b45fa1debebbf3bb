// Batches and single rows of packets: rows of the columns in packet_columns.hpp, by name.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

class row_view;

/// A number of packets, column by column: every column of packet_columns.hpp is a member function, and gives its values
/// with their nulls (`column_view`). Asking for a column that the batch does not have is a programmer's mistake.
///
///     rows.src_port()[i]       // an optional, empty where the row has no value
///     rows.time().values()     // a span of what is stored
///     rows.time().as_chrono()  // times of std::chrono
///     for (auto row : rows) use(row.src_host(), row.len());
///
/// Reused: `clear` keeps the memory. Movable. See row_batch for what it keeps alive.
class batch : public row_batch, public columns_by_name<batch, column_view> {
public:
    batch() = default;
    explicit batch(column_order columns)
        : row_batch(schema(columns)), order_(std::move(columns)), set_(set_of(order_)) {}

    /// The columns it has, in the order asked for.
    [[nodiscard]] const column_order& columns() const noexcept { return order_; }
    [[nodiscard]] column_set set() const noexcept { return set_; }

    /// One row, with a value by name. A view: valid until the batch changes or goes.
    [[nodiscard]] row_view operator[](std::size_t i) const noexcept;
    [[nodiscard]] position_iterator<batch> begin() const noexcept;
    [[nodiscard]] position_iterator<batch> end() const noexcept;

private:
    column_order order_;
    column_set set_;
};

/// One row of a batch: every column is a member function that gives an optional, empty where the row has no value. A
/// view: valid until the batch changes or goes. A loop over one or two columns is faster over the columns themselves.
class row_view : public columns_by_name<row_view, shown_value> {
public:
    row_view(const batch& rows, std::size_t i) noexcept : rows_(&rows), i_(i) {}

    template <column C>
    [[nodiscard]] auto get() const noexcept {
        return rows_->get<C>()[i_];
    }
    /// The row's number in the whole read, from 0.
    [[nodiscard]] std::uint64_t index() const noexcept { return rows_->first_index() + i_; }

private:
    const batch* rows_;
    std::size_t i_;
};

inline row_view batch::operator[](std::size_t i) const noexcept { return {*this, i}; }
inline position_iterator<batch> batch::begin() const noexcept { return {*this, 0}; }
inline position_iterator<batch> batch::end() const noexcept { return {*this, rows()}; }

/// What decoders write batches by.
using batch_writer = basic_batch_writer<column_count, words_of<column>>;
/// Where the values of a packet go.
using packet_pointers = row_pointers<column_count, words_of<column>>;

/// One packet: a value per column. Only those whose bit is set in `valid` mean anything.
struct row : columnar<std::type_identity_t> {
    /// column_set::bit of each column with a value, and ipv6_bit, by column_set::word_of.
    std::array<std::uint64_t, words_of<column>> valid{};

    [[nodiscard]] constexpr bool has(column c) const noexcept {
        return (valid[column_set::word_of(c)] & column_set::bit(c)) != 0;
    }

    /// Where these columns of this row are, and its words of validity. The row must not move while it is written to.
    template <column... Columns>
    [[nodiscard]] packet_pointers pointers() noexcept {
        packet_pointers to{};
        ((to[static_cast<std::size_t>(Columns)] = &column_traits<Columns>::of(*this)), ...);
        for (std::size_t w = 1; w < valid.size(); ++w) to[column_count + w - 1] = &valid[w];
        return to;
    }
    /// Nothing is valid, before another packet's values are written to it.
    void clear() noexcept { valid = {}; }
};

}  // namespace pcapframe
