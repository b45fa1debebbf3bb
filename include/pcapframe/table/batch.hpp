// Rows in columns: what the decoder writes and everything after it reads.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/table/byte_arena.hpp>
#include <pcapframe/table/column_buffer.hpp>
#include <pcapframe/table/column_view.hpp>
#include <pcapframe/table/row.hpp>

namespace pcapframe::inline v0_2 {

/// A number of rows, column by column. Reused: `clear` keeps the memory. Movable.
///
/// The columns that were asked for are there by name: `rows.src_port()[i]` is an optional, `rows.time().values()` a
/// span of what is stored. The batch keeps alive what its payload column points into, as far as that is possible (a
/// mapping), and owns a copy otherwise.
class batch {
public:
    batch() = default;
    explicit batch(column_order columns) : order_(std::move(columns)), set_(set_of(order_)) {}

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
    /// The columns it has, in the order asked for.
    [[nodiscard]] const column_order& columns() const noexcept { return order_; }
    [[nodiscard]] column_set set() const noexcept { return set_; }
    /// Row number of its first row in the whole read, from 0: the dataframe's index.
    [[nodiscard]] std::uint64_t first_index() const noexcept { return first_index_; }
    void set_first_index(std::uint64_t index) noexcept { first_index_ = index; }

    /// A column, by its constant: `get<column::time>()`. Asking for one that the batch does not have is a mistake.
    template <column C>
    [[nodiscard]] auto get() const noexcept {
        PCAPFRAME_ASSERT(set_.has(C));
        return view<typename column_traits<C>::type>(C);
    }
    /// A column that is known at run time only, by its stored type: `view<std::uint16_t>(c)` where type_of(c) is
    /// number16.
    template <class Stored>
    [[nodiscard]] column_view<Stored> view(column c) const noexcept {
        PCAPFRAME_ASSERT(set_.has(c) && type_of(c) == type_for<Stored>());
        return {buffer(c).template as<Stored>(), rows_, valid_.as<std::uint64_t>(), c, interfaces_.get()};
    }

    [[nodiscard]] auto time() const noexcept { return get<column::time>(); }
    [[nodiscard]] auto src_host() const noexcept { return get<column::src_host>(); }
    [[nodiscard]] auto src_port() const noexcept { return get<column::src_port>(); }
    [[nodiscard]] auto dst_host() const noexcept { return get<column::dst_host>(); }
    [[nodiscard]] auto dst_port() const noexcept { return get<column::dst_port>(); }
    [[nodiscard]] auto protocol() const noexcept { return get<column::protocol>(); }
    [[nodiscard]] auto payload() const noexcept { return get<column::payload>(); }

    /// Which values of each row are valid: column_set::bit per column, and ipv6_bit.
    [[nodiscard]] std::span<const std::uint64_t> validity() const noexcept {
        return {valid_.as<std::uint64_t>(), rows_};
    }

    // Writing: for decoders and tests; rows are added through a batch_writer.

    /// Forgets the rows; the memory stays for the next ones.
    void clear() noexcept {
        first_index_ += rows_;
        rows_ = 0;
        copies_.clear();
        kept_.clear();
    }

    /// Makes room for `count` rows more.
    void reserve_more(std::size_t count) {
        const std::size_t wanted = rows_ + count;
        if (wanted > capacity_) grow(std::max(wanted, capacity_ + capacity_ / 2));
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// Drops the rows from `rows` on.
    void truncate(std::size_t rows) noexcept { rows_ = std::min(rows_, rows); }

    /// Adds to all frame numbers, where they were counted from another place.
    void shift_frames(std::uint64_t by) noexcept {
        if (!set_.has(column::frame_number)) return;
        auto* const numbers = buffer(column::frame_number).as<std::uint64_t>();
        for (std::size_t i = 0; i < rows_; ++i) numbers[i] += by;
    }

    /// Appends the rows of a batch of the same columns, whose payloads stay where they are.
    void append(const batch& more) {
        if (more.empty()) return;
        reserve_more(more.rows_);
        copy_rows(more, place_rows(more));
    }
    /// Makes the rows of a batch of the same columns the next ones of this one, whose payloads stay where they are.
    /// Only their place is taken: `copy_rows` fills it. Returns the first of them. There must be room.
    [[nodiscard]] std::size_t place_rows(const batch& more) {
        PCAPFRAME_ASSERT(order_ == more.order_ && rows_ + more.rows_ <= capacity_);
        interfaces_ = more.interfaces_;
        for (const auto& owner : more.kept_) keep_alive(owner);
        return std::exchange(rows_, rows_ + more.rows_);
    }
    /// Copies the rows to the place at `first_row` that was taken for them. Several threads may, each its own rows.
    void copy_rows(const batch& more, std::size_t first_row) noexcept {
        const auto copy = [&](column_buffer& to, const column_buffer& from, std::size_t width) {
            std::memcpy(to.as<std::uint8_t>() + first_row * width, from.as<std::uint8_t>(), more.rows_ * width);
        };
        if (more.empty()) return;
        copy(valid_, more.valid_, sizeof(std::uint64_t));
        for (const column c : order_) copy(buffer(c), more.buffer(c), bytes_of(type_of(c)));
    }

    /// Copies the payloads of the rows from `first_row` on into memory of the batch's own.
    void own_payloads(std::size_t first_row) {
        if (!set_.has(column::payload)) return;
        for (std::size_t i = first_row; i < rows_; ++i) {
            if ((valid_.as<std::uint64_t>()[i] & column_set::bit(column::payload)) == 0) continue;
            bytes_view& payload = buffer(column::payload).as<bytes_view>()[i];
            std::uint8_t* const copy = copies_.allocate(payload.size());
            if (!payload.empty()) std::memcpy(copy, payload.data(), payload.size());
            payload = {copy, payload.size()};
        }
    }
    /// Keeps `owner` alive as long as the rows.
    void keep_alive(std::shared_ptr<const void> owner) {
        if (owner && (kept_.empty() || kept_.back() != owner)) kept_.push_back(std::move(owner));
    }
    void set_interfaces(std::shared_ptr<const interface_list> interfaces) noexcept {
        interfaces_ = std::move(interfaces);
    }
    [[nodiscard]] const std::shared_ptr<const interface_list>& interfaces() const noexcept { return interfaces_; }

private:
    friend class batch_writer;

    [[nodiscard]] column_buffer& buffer(column c) noexcept { return buffers_[static_cast<std::size_t>(c)]; }
    [[nodiscard]] const column_buffer& buffer(column c) const noexcept { return buffers_[static_cast<std::size_t>(c)]; }

    void grow(std::size_t capacity) {
        valid_.reserve(capacity * sizeof(std::uint64_t), rows_ * sizeof(std::uint64_t));
        for (const column c : order_) buffer(c).reserve(capacity * bytes_of(type_of(c)), rows_ * bytes_of(type_of(c)));
        capacity_ = capacity;
    }

    column_order order_;
    column_set set_;
    std::array<column_buffer, column_count> buffers_;  ///< by column; empty for those that it does not have
    column_buffer valid_;
    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
    std::uint64_t first_index_ = 0;
    std::shared_ptr<const interface_list> interfaces_;
    std::vector<std::shared_ptr<const void>> kept_;
    byte_arena copies_;
};

/// Appends rows to a batch. The decoder writes each value straight into its column: a row that is put together
/// elsewhere first costs a copy, and a stall where its bytes are read wider than they were written.
///
/// The number of the row that is written is the caller's, so that a loop keeps it in a register:
/// `for (...) { fill(writer.place(row)); row = writer.end_row(row, valid, keep); }`, then `finish(row)`.
class batch_writer {
public:
    /// Makes room for `rows` rows more.
    batch_writer(batch& out, std::size_t rows) : out_(out) {
        out.reserve_more(rows);
        valid_ = out.valid_.as<std::uint64_t>();
        for (const column c : out.order_) columns_[static_cast<std::size_t>(c)] = out.buffer(c).as<void>();
    }
    batch_writer(const batch_writer&) = delete;
    batch_writer& operator=(const batch_writer&) = delete;

    [[nodiscard]] std::size_t first_row() const noexcept { return out_.rows_; }
    [[nodiscard]] row_place place(std::size_t row) const noexcept { return {columns_, row}; }

    /// Ends the row: which of its values are valid, and whether it is kept or its place left to the next. Returns the
    /// next.
    PCAPFRAME_ALWAYS_INLINE std::size_t end_row(std::size_t row, std::uint64_t valid, bool keep) const noexcept {
        valid_[row] = valid;
        return row + (keep ? 1 : 0);
    }
    /// The rows before `row` are the batch's from here on.
    void finish(std::size_t row) noexcept { out_.rows_ = row; }

private:
    batch& out_;
    column_pointers columns_{};
    std::uint64_t* valid_;
};

}  // namespace pcapframe
