// Rows in columns: what the decoder writes and everything after it reads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/table/byte_arena.hpp>
#include <pcapframe/table/column_buffer.hpp>
#include <pcapframe/table/column_view.hpp>
#include <pcapframe/table/known_interfaces.hpp>
#include <pcapframe/table/row.hpp>

namespace pcapframe::inline v0_2 {

/// A number of rows, column by column. Reused: `clear` keeps the memory. Movable.
///
/// The columns that were asked for are there by name: `rows.src_port()[i]` is an optional, `rows.time().values()` a
/// span of what is stored. The batch keeps alive what its payload column points into, as far as that is possible (a
/// mapping), and owns a copy otherwise. What it shows never changes but by its own functions.
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
        return {buffer(c).template as<Stored>(), rows_, valid_.as<std::uint64_t>(), c, interfaces_.list().get()};
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
        // Rows that were put into other batches still point into the copies, which are those batches' now.
        if (copies_ && copies_->is_shared()) copies_.reset();
        if (copies_) copies_->clear();
        kept_.clear();
        last_kept_ = nullptr;
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

    /// Appends the rows of another batch of the same columns. What its payloads point into is kept alive by both from
    /// here on; its interfaces become known by this one's numbers.
    void append(const batch& more) {
        if (more.empty()) return;
        reserve_more(more.rows_);
        copy_rows(more, place_rows(more));
    }

    /// A place for the rows of another batch.
    struct place_of_rows {
        std::size_t first_row = 0;
        std::vector<std::uint32_t> interfaces{};  ///< by the other's numbers; empty where they are the same
    };
    /// Makes the rows of another batch of the same columns the next ones of this one, as `append` does, but takes only
    /// their place: `copy_rows` fills it. There must be room.
    [[nodiscard]] place_of_rows place_rows(const batch& more) {
        PCAPFRAME_ASSERT(&more != this && order_ == more.order_ && rows_ + more.rows_ <= capacity_);
        place_of_rows place{rows_, add_interfaces(more.interfaces_)};
        if (more.copies_) more.copies_->share();
        keep_alive(more.copies_);
        for (const auto& owner : more.kept_) keep_alive(owner);
        rows_ += more.rows_;
        return place;
    }
    /// Copies the rows to the place that was taken for them. Several threads may, each its own rows.
    void copy_rows(const batch& more, const place_of_rows& place) noexcept {
        const auto copy = [&](column_buffer& to, const column_buffer& from, std::size_t width) {
            std::memcpy(to.as<std::uint8_t>() + place.first_row * width, from.as<std::uint8_t>(), more.rows_ * width);
        };
        if (more.empty()) return;
        copy(valid_, more.valid_, sizeof(std::uint64_t));
        for (const column c : order_) copy(buffer(c), more.buffer(c), bytes_of(type_of(c)));
        renumber_interfaces(place.first_row, place.first_row + more.rows_, place.interfaces);
    }

    /// Copies the payloads of the rows from `first_row` on into memory of the batch's own.
    void own_payloads(std::size_t first_row) {
        if (!set_.has(column::payload) || first_row == rows_) return;
        if (!copies_) copies_ = std::make_shared<byte_arena>();
        for (std::size_t i = first_row; i < rows_; ++i) {
            if ((valid_.as<std::uint64_t>()[i] & column_set::bit(column::payload)) == 0) continue;
            bytes_view& payload = buffer(column::payload).as<bytes_view>()[i];
            std::uint8_t* const copy = copies_->allocate(payload.size());
            if (!payload.empty()) std::memcpy(copy, payload.data(), payload.size());
            payload = {copy, payload.size()};
        }
    }
    /// Keeps `owner` alive as long as the rows.
    void keep_alive(std::shared_ptr<const void> owner) {
        if (!owner || (!kept_.empty() && last_kept_ == owner.get())) return;
        last_kept_ = owner.get();
        // In the order of their addresses: where files are merged, one follows the other again and again.
        const auto place = std::lower_bound(kept_.begin(), kept_.end(), owner, std::owner_less<>());
        if (place == kept_.end() || owner.owner_before(*place)) kept_.insert(place, std::move(owner));
    }
    /// The rows from `first_row` on were made by the numbers of `interfaces`, as far as it has them now. Rows before
    /// them keep their interfaces, whatever list those are from.
    void set_interfaces(std::shared_ptr<const interface_list> interfaces, std::size_t first_row = 0) {
        if (first_row == 0) interfaces_.clear();
        const std::size_t count = interfaces ? interfaces->size() : 0;
        if (interfaces_.grow(interfaces.get(), count)) return;
        renumber_interfaces(first_row, rows_, add_interfaces({std::move(interfaces), count}));
    }
    /// The same by the numbers of another batch.
    void set_interfaces_of(const batch& other, std::size_t first_row = 0) {
        if (first_row == 0) interfaces_.clear();
        renumber_interfaces(first_row, rows_, add_interfaces(other.interfaces_));
    }
    /// The interfaces that `interface_ref`s in the rows are indexes of; null where none were set.
    [[nodiscard]] const std::shared_ptr<const interface_list>& interfaces() const noexcept {
        return interfaces_.list();
    }

private:
    friend class batch_writer;

    [[nodiscard]] column_buffer& buffer(column c) noexcept { return buffers_[static_cast<std::size_t>(c)]; }
    [[nodiscard]] const column_buffer& buffer(column c) const noexcept { return buffers_[static_cast<std::size_t>(c)]; }

    void grow(std::size_t capacity) {
        valid_.reserve(capacity * sizeof(std::uint64_t), rows_ * sizeof(std::uint64_t));
        for (const column c : order_) buffer(c).reserve(capacity * bytes_of(type_of(c)), rows_ * bytes_of(type_of(c)));
        capacity_ = capacity;
    }

    /// Numbers stay as they are where no column has any.
    std::vector<std::uint32_t> add_interfaces(const known_interfaces& more) {
        if (!set_.has(column::interface_name)) interfaces_.clear();
        return interfaces_.add(more);
    }

    void renumber_interfaces(std::size_t begin, std::size_t end, const std::vector<std::uint32_t>& numbers) noexcept {
        if (numbers.empty() || !set_.has(column::interface_name)) return;
        auto* const names = buffer(column::interface_name).as<interface_ref>();
        const std::uint64_t* const valid = valid_.as<std::uint64_t>();
        for (std::size_t i = begin; i < end; ++i)
            if ((valid[i] & column_set::bit(column::interface_name)) != 0)
                names[i] = interface_ref{numbers[static_cast<std::size_t>(names[i])]};
    }

    column_order order_;
    column_set set_;
    std::array<column_buffer, column_count> buffers_;  ///< by column; empty for those that it does not have
    column_buffer valid_;
    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
    std::uint64_t first_index_ = 0;
    known_interfaces interfaces_;
    std::vector<std::shared_ptr<const void>> kept_;  ///< in an order of their addresses
    const void* last_kept_ = nullptr;                ///< of them
    std::shared_ptr<byte_arena> copies_;             ///< what the batch owns of its own rows; null before the first
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
    /// All values of a column, and the validity of all rows, for those who write column after column. `Stored` is the
    /// column's stored type.
    template <class Stored>
    [[nodiscard]] Stored* values(column c) const noexcept {
        return static_cast<Stored*>(columns_[static_cast<std::size_t>(c)]);
    }
    [[nodiscard]] std::uint64_t* validity() const noexcept { return valid_; }

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
