// Batches and single rows of packets: rows of the columns in packet_columns.hpp, by name.
#pragma once

#include <array>
#include <type_traits>
#include <utility>

#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// A number of packets, column by column: `rows.src_port()[i]` is an optional, `rows.time().values()` a span of what is
/// stored. Reused: `clear` keeps the memory. Movable. See row_batch for what it keeps alive.
class batch : public row_batch {
public:
    batch() = default;
    explicit batch(column_order columns)
        : row_batch(schema(columns)), order_(std::move(columns)), set_(set_of(order_)) {}

    /// The columns it has, in the order asked for.
    [[nodiscard]] const column_order& columns() const noexcept { return order_; }
    [[nodiscard]] column_set set() const noexcept { return set_; }

    [[nodiscard]] auto time() const noexcept { return get<column::time>(); }
    [[nodiscard]] auto src_host() const noexcept { return get<column::src_host>(); }
    [[nodiscard]] auto src_port() const noexcept { return get<column::src_port>(); }
    [[nodiscard]] auto dst_host() const noexcept { return get<column::dst_host>(); }
    [[nodiscard]] auto dst_port() const noexcept { return get<column::dst_port>(); }
    [[nodiscard]] auto protocol() const noexcept { return get<column::protocol>(); }
    [[nodiscard]] auto payload() const noexcept { return get<column::payload>(); }

private:
    column_order order_;
    column_set set_;
};

/// What decoders write batches by.
using batch_writer = basic_batch_writer<column_count>;

/// One packet: a value per column. Only those whose bit is set in `valid` mean anything.
struct row : columnar<std::type_identity_t> {
    /// column_set::bit of each column with a value, and ipv6_bit, by column_set::word_of.
    std::array<std::uint64_t, words_for(column_count)> valid{};

    [[nodiscard]] constexpr bool has(column c) const noexcept {
        return (valid[column_set::word_of(c)] & column_set::bit(c)) != 0;
    }

    /// Where these columns of this row are, and its words of validity. The row must not move while it is written to.
    template <column... Columns>
    [[nodiscard]] row_pointers<column_count> pointers() noexcept {
        row_pointers<column_count> to{};
        ((to[static_cast<std::size_t>(Columns)] = &column_traits<Columns>::of(*this)), ...);
        for (std::size_t w = 1; w < valid.size(); ++w) to[column_count + w - 1] = &valid[w];
        return to;
    }
    /// Nothing is valid, before another packet's values are written to it.
    void clear() noexcept { valid = {}; }
};

}  // namespace pcapframe
