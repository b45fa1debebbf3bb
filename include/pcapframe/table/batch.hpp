// Rows in columns, of any kind: what decoders write and everything after them reads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/table/byte_arena.hpp>
#include <pcapframe/table/column_buffer.hpp>
#include <pcapframe/table/column_view.hpp>
#include <pcapframe/table/known_interfaces.hpp>
#include <pcapframe/table/row_place.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Ends the program that asked a batch for a column that the batch does not have.
[[noreturn]] PCAPFRAME_NOINLINE inline void column_is_missing(std::string_view name) noexcept {
    std::fprintf(stderr,
                 "pcapframe: a mistake of the calling program: the rows have no column '%.*s'; the source must be "
                 "opened with it (the option 'columns')\n",
                 static_cast<int>(name.size()), name.data());
    std::abort();
}

}  // namespace detail

/// A number of rows of any kind, column by column. Reused: `clear` keeps the memory. Movable.
///
/// A column is there by its field: `rows.get<F>()[i]` is an optional, `rows.get<F>().values()` a span of the stored
/// values. The batch keeps alive what views in it point into, as far as that is possible (a mapping), and owns a copy
/// otherwise. What it shows never changes but by its own functions.
class row_batch {
public:
    row_batch() = default;
    explicit row_batch(schema fields)
        : fields_(std::move(fields)), buffers_(fields_.size()), valid_(fields_.words().size()) {
        for (const column_ref& c : fields_) {
            with_type(type_of(c), [&](auto stored) {
                using type = typename decltype(stored)::type;
                has_held_views_ = has_held_views_ || is_held_view<type>;
                has_interfaces_ = has_interfaces_ || std::is_same_v<type, interface_ref>;
            });
        }
    }

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
    /// The batch's columns, in the order in which they were asked for.
    [[nodiscard]] const schema& fields() const noexcept { return fields_; }
    template <field_enum Field>
    [[nodiscard]] bool has(Field f) const noexcept {
        return fields_.find(f) != nullptr;
    }
    /// Row number of the first row in the whole read, from 0: the dataframe's index.
    [[nodiscard]] std::uint64_t first_index() const noexcept { return first_index_; }
    void set_first_index(std::uint64_t index) noexcept { first_index_ = index; }

    /// A column, by its constant: `get<F>()`. Asking for a column that the batch does not have is a mistake.
    template <auto Field>
    [[nodiscard]] auto get() const noexcept {
        return view<typename column_traits<Field>::type>(Field);
    }
    /// A column that is known at run time only, by its stored type: `view<std::uint16_t>(c)` where type_of(c) is
    /// number16. `c` is one of `fields()`, or of those of a batch with the same columns.
    template <class Stored>
    [[nodiscard]] column_view<Stored> view(const column_ref& c) const noexcept {
        PCAPFRAME_ASSERT(c.position < fields_.size() && type_of(c) == type_for<Stored>());
        return {buffer(c).template as<Stored>(), rows_, valid_[c.word].as<std::uint64_t>(), c.bit(),
                interfaces_.list().get()};
    }
    template <class Stored, field_enum Field>
    [[nodiscard]] column_view<Stored> view(Field f) const noexcept {
        const column_ref* const c = fields_.find(f);
        if (c == nullptr) detail::column_is_missing(fields_of(f)[static_cast<std::size_t>(f)].name);
        return view<Stored>(*c);
    }

    /// Which values of each row are valid: a word of each row, of those that `fields().words()` numbers.
    [[nodiscard]] std::span<const std::uint64_t> validity(std::size_t word = 0) const noexcept {
        if (word >= valid_.size()) return {};
        return {valid_[word].as<std::uint64_t>(), rows_};
    }
    /// The same of a column: its bit in them is `c.bit()`.
    [[nodiscard]] std::span<const std::uint64_t> validity(const column_ref& c) const noexcept {
        return validity(c.word);
    }

    // Writing: for decoders and tests; rows are added through a row_appender, or a
    // basic_batch_writer where speed counts.

    /// Forgets the rows; the memory stays for the next rows.
    void clear() noexcept {
        first_index_ += rows_;
        rows_ = 0;
        // Rows that were put into other batches still point into what the batch owned, which is theirs now.
        if (own_ && own_->is_shared()) own_.reset();
        if (own_) own_->clear();
        kept_.clear();
        last_kept_ = nullptr;
    }

    /// Makes room for `count` rows more.
    void reserve_more(std::size_t count) {
        const std::size_t wanted = rows_ + count;
        if (wanted > capacity_) grow(std::max(wanted, capacity_ + capacity_ / 2));
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// Where the value of a column is in the row behind the last one, for which there must be room.
    template <class Stored>
    [[nodiscard]] Stored& next_value(const column_ref& c) noexcept {
        PCAPFRAME_ASSERT(rows_ < capacity_ && type_of(c) == type_for<Stored>());
        return buffer(c).template as<Stored>()[rows_];
    }
    /// Makes the row behind the last one the batch's. `valid` has the row's words of validity, by `fields().words()`.
    void add_row(std::span<const std::uint64_t> valid) noexcept {
        PCAPFRAME_ASSERT(rows_ < capacity_ && valid.size() == valid_.size());
        for (std::size_t w = 0; w < valid_.size(); ++w) valid_[w].as<std::uint64_t>()[rows_] = valid[w];
        ++rows_;
    }

    /// Drops the rows from `rows` on.
    void truncate(std::size_t rows) noexcept { rows_ = std::min(rows_, rows); }

    /// Adds to all positions in the file, where frames were counted from another place.
    void shift_frames(std::uint64_t by) noexcept {
        for (const column_ref& c : fields_) {
            if (!c.info->has(field_flags::counts_frames)) continue;
            auto* const numbers = buffer(c).as<std::uint64_t>();
            for (std::size_t i = 0; i < rows_; ++i) numbers[i] += by;
        }
    }

    /// Appends the rows of another batch of the same columns. What its views point into is kept alive by both from
    /// here on; its interfaces become known by this one's numbers.
    void append(const row_batch& more) {
        if (more.empty()) return;
        reserve_more(more.rows_);
        copy_rows(more, place_rows(more));
    }

    /// Appends some rows, by their numbers, of a batch that has all columns of this one. What views in these rows point
    /// into is owned by this batch then.
    void append_rows(const row_batch& from, std::span<const std::uint32_t> picked) {
        if (picked.empty()) return;
        reserve_more(picked.size());
        for (const column_ref& c : fields_) {
            with_type(type_of(c), [&](auto stored) {
                using type = typename decltype(stored)::type;
                const std::span<const type> values = from.view<type>(*from.fields_.find(c.number)).values();
                pick(buffer(c).as<type>(), values, picked);
            });
        }
        for (std::size_t w = 0; w < valid_.size(); ++w)
            pick(valid_[w].as<std::uint64_t>(), from.validity(from.slot_of(fields_.words()[w])), picked);
        const std::size_t first = rows_;
        rows_ += picked.size();
        set_interfaces_of(from, first);
        keep_owned(from);
        own_views(first);
    }

    /// A place for the rows of another batch.
    struct place_of_rows {
        std::size_t first_row = 0;
        std::vector<std::uint32_t> interfaces{};  ///< our numbers by the other's; empty where they are equal
    };
    /// Makes the rows of another batch of the same columns the next rows of this one, as `append` does, but only makes
    /// room for them: `copy_rows` fills it. There must be room.
    [[nodiscard]] place_of_rows place_rows(const row_batch& more) {
        PCAPFRAME_ASSERT(&more != this && fields_ == more.fields_ && rows_ + more.rows_ <= capacity_);
        place_of_rows place{rows_, add_interfaces(more.interfaces_)};
        keep_owned(more);
        for (const auto& owner : more.kept_) keep_alive(owner);
        rows_ += more.rows_;
        return place;
    }
    /// Copies the rows to the place that was taken for them. Several threads may do so at once, each with rows of its
    /// own.
    void copy_rows(const row_batch& more, const place_of_rows& place) noexcept {
        const auto copy = [&](column_buffer& to, const column_buffer& from, std::size_t width) {
            std::memcpy(to.as<std::uint8_t>() + place.first_row * width, from.as<std::uint8_t>(), more.rows_ * width);
        };
        if (more.empty()) return;
        for (std::size_t w = 0; w < valid_.size(); ++w) copy(valid_[w], more.valid_[w], sizeof(std::uint64_t));
        for (const column_ref& c : fields_) copy(buffer(c), more.buffer(c), bytes_of(type_of(c)));
        renumber_interfaces(place.first_row, place.first_row + more.rows_, place.interfaces);
    }

    /// Whether any column has views of memory that others own.
    [[nodiscard]] bool has_held_views() const noexcept { return has_held_views_; }
    /// Copies what such views of the rows from `first_row` on point into, into memory of the batch's own.
    void own_views(std::size_t first_row) {
        if (!has_held_views_) return;
        for (const column_ref& c : fields_) {
            if (type_of(c) == column_type::bytes) own_views_of<bytes_view>(c, first_row);
            if (type_of(c) == column_type::held_text) own_views_of<held_text>(c, first_row);
        }
    }
    /// Does the same for texts that were to be the batch's own, and are still in memory of others.
    void own_texts(std::size_t first_row) {
        for (const column_ref& c : fields_)
            if (type_of(c) == column_type::owned_text) own_views_of<owned_text>(c, first_row);
    }
    /// Memory of the batch's own for values of its rows, at a multiple of `align` bytes. Valid as long as the rows.
    [[nodiscard]] std::uint8_t* own_bytes(std::size_t size, std::size_t align = 1) {
        return own_arena().allocate(size, align);
    }
    /// The arena that `own_bytes` takes such memory from. Valid until `clear`.
    [[nodiscard]] byte_arena& own_arena() {
        if (!own_) own_ = std::make_shared<byte_arena>();
        return *own_;
    }
    /// Keeps `owner` alive as long as the rows.
    void keep_alive(std::shared_ptr<const void> owner) {
        if (!owner || (!kept_.empty() && last_kept_ == owner.get())) return;
        last_kept_ = owner.get();
        // In the order of their addresses: where files are merged, the same owners follow each other again and again.
        const auto place = std::lower_bound(kept_.begin(), kept_.end(), owner, std::owner_less<>());
        if (place == kept_.end() || owner.owner_before(*place)) kept_.insert(place, std::move(owner));
    }
    /// Says that the rows from `first_row` on have numbers of `interfaces`, as far as that list goes now. Earlier rows
    /// keep their interfaces, whatever list these are from.
    void set_interfaces(std::shared_ptr<const interface_list> interfaces, std::size_t first_row = 0) {
        if (first_row == 0) interfaces_.clear();
        const std::size_t count = interfaces ? interfaces->size() : 0;
        if (interfaces_.grow(interfaces.get(), count)) return;
        renumber_interfaces(first_row, rows_, add_interfaces({std::move(interfaces), count}));
    }
    /// Says that the rows have the numbers of another batch.
    void set_interfaces_of(const row_batch& other, std::size_t first_row = 0) {
        if (first_row == 0) interfaces_.clear();
        renumber_interfaces(first_row, rows_, add_interfaces(other.interfaces_));
    }
    /// The interfaces that `interface_ref`s in the rows are indexes of; null where none were set.
    [[nodiscard]] const std::shared_ptr<const interface_list>& interfaces() const noexcept {
        return interfaces_.list();
    }

private:
    template <std::size_t Fields, std::size_t Words>
    friend class basic_batch_writer;
    friend class columns_writer;

    [[nodiscard]] column_buffer& buffer(const column_ref& c) noexcept { return buffers_[c.position]; }
    [[nodiscard]] const column_buffer& buffer(const column_ref& c) const noexcept { return buffers_[c.position]; }

    void grow(std::size_t capacity) {
        const auto grow_one = [&](column_buffer& to, std::size_t width) {
            to.reserve(capacity * width, rows_ * width);
        };
        for (column_buffer& word : valid_) grow_one(word, sizeof(std::uint64_t));
        for (const column_ref& c : fields_) grow_one(buffer(c), bytes_of(type_of(c)));
        capacity_ = capacity;
    }

    template <class Value>
    void pick(Value* to, std::span<const Value> from, std::span<const std::uint32_t> picked) const noexcept {
        for (std::size_t i = 0; i < picked.size(); ++i) to[rows_ + i] = from[picked[i]];
    }
    /// Which of its words of validity has the number.
    [[nodiscard]] std::size_t slot_of(std::uint16_t word) const noexcept {
        const std::span<const std::uint16_t> all = fields_.words();
        return static_cast<std::size_t>(std::find(all.begin(), all.end(), word) - all.begin());
    }

    /// Rows of the other come here, with views of what it owns.
    void keep_owned(const row_batch& other) {
        if (!other.own_) return;
        other.own_->share();
        keep_alive(other.own_);
    }

    static bytes_view bytes_in(bytes_view stored) noexcept { return stored; }
    template <class Text>
    static bytes_view bytes_in(Text stored) noexcept {
        return {reinterpret_cast<const std::uint8_t*>(stored.text.data()), stored.text.size()};
    }
    static void point_to(bytes_view& stored, bytes_view copy) noexcept { stored = copy; }
    template <class Text>
    static void point_to(Text& stored, bytes_view copy) noexcept {
        stored.text = {reinterpret_cast<const char*>(copy.data()), copy.size()};
    }

    template <class Stored>
    void own_views_of(const column_ref& c, std::size_t first_row) {
        auto* const values = buffer(c).as<Stored>();
        const auto* const valid = valid_[c.word].as<std::uint64_t>();
        for (std::size_t i = first_row; i < rows_; ++i) {
            if ((valid[i] & c.bit()) == 0) continue;
            const bytes_view held = bytes_in(values[i]);
            std::uint8_t* const copy = own_bytes(held.size());
            if (!held.empty()) std::memcpy(copy, held.data(), held.size());
            point_to(values[i], {copy, held.size()});
        }
    }

    /// Numbers stay unchanged where no column has interface numbers.
    std::vector<std::uint32_t> add_interfaces(const known_interfaces& more) {
        if (!has_interfaces_) interfaces_.clear();
        return interfaces_.add(more);
    }

    void renumber_interfaces(std::size_t begin, std::size_t end, const std::vector<std::uint32_t>& numbers) noexcept {
        if (numbers.empty()) return;
        for (const column_ref& c : fields_) {
            if (type_of(c) != column_type::interface) continue;
            auto* const names = buffer(c).as<interface_ref>();
            const std::uint64_t* const valid = valid_[c.word].as<std::uint64_t>();
            for (std::size_t i = begin; i < end; ++i)
                if ((valid[i] & c.bit()) != 0) names[i] = interface_ref{numbers[static_cast<std::size_t>(names[i])]};
        }
    }

    schema fields_;
    std::vector<column_buffer> buffers_;  ///< by position
    std::vector<column_buffer> valid_;    ///< by word of the schema
    bool has_held_views_ = false;
    bool has_interfaces_ = false;
    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
    std::uint64_t first_index_ = 0;
    known_interfaces interfaces_;
    std::vector<std::shared_ptr<const void>> kept_;  ///< in an order of their addresses
    const void* last_kept_ = nullptr;                ///< of them
    std::shared_ptr<byte_arena> own_;             ///< what the batch owns of its own rows; null before the first
};

/// Appends rows to a batch whose kind has `Fields` fields and `Words` words of validity. Each value is written straight
/// into its column: a row that is put together elsewhere first costs a copy, and a stall where its bytes are read wider
/// than they were written.
///
/// The number of the row that is written is the caller's, so that a loop keeps it in a register:
/// `for (...) { writer.begin_row(row); fill(writer.place(row)); row = writer.end_row(row, valid, keep); }`, then
/// `finish(row)`.
template <std::size_t Fields, std::size_t Words = words_for(Fields)>
class basic_batch_writer {
public:
    /// Makes room for `rows` rows more.
    basic_batch_writer(row_batch& out, std::size_t rows) : out_(out) {
        PCAPFRAME_ASSERT(out.fields_.empty() || out.fields_.list().size() == Fields);
        out.reserve_more(rows);
        for (const column_ref& c : out.fields_) stored_[c.number] = out.buffer(c).template as<void>();
        const std::span<const std::uint16_t> all = out.fields_.words();
        for (std::size_t w = 1; w < all.size(); ++w) stored_[Fields + all[w] - 1] = out.valid_[w].template as<void>();
        if (!all.empty()) valid_ = out.valid_[0].template as<std::uint64_t>();
    }
    basic_batch_writer(const basic_batch_writer&) = delete;
    basic_batch_writer& operator=(const basic_batch_writer&) = delete;

    [[nodiscard]] std::size_t first_row() const noexcept { return out_.rows_; }
    [[nodiscard]] row_place place(std::size_t row) const noexcept { return {stored_, row}; }

    /// Nothing of the words behind the first is valid yet. (The first word is `end_row`'s.)
    PCAPFRAME_ALWAYS_INLINE void begin_row(std::size_t row) const noexcept {
        for (std::size_t i = Fields; i < stored_.size(); ++i)
            if (stored_[i] != nullptr) static_cast<std::uint64_t*>(stored_[i])[row] = 0;
    }
    /// Ends the row: which of its values are valid in the first word, and whether it is kept or its place left to the
    /// next. Returns the next.
    PCAPFRAME_ALWAYS_INLINE std::size_t end_row(std::size_t row, std::uint64_t valid, bool keep) const noexcept {
        valid_[row] = valid;
        return row + (keep ? 1 : 0);
    }
    /// The rows before `row` are the batch's from here on.
    void finish(std::size_t row) noexcept { out_.rows_ = row; }
    /// The first word of validity of a row that has ended, where more values are added to it.
    [[nodiscard]] std::uint64_t& valid(std::size_t row) const noexcept { return valid_[row]; }

private:
    row_batch& out_;
    row_pointers<Fields, Words> stored_{};
    std::uint64_t* valid_ = nullptr;
};

/// Appends rows to a batch of any kind, column after column: all values of the rows, and all their validity.
class columns_writer {
public:
    /// Makes room for `rows` rows more, of whose values none is valid yet.
    columns_writer(row_batch& out, std::size_t rows) : out_(out), rows_(rows) {
        out.reserve_more(rows);
        for (std::size_t w = 0; w < out.valid_.size(); ++w) std::fill_n(word(w), rows, std::uint64_t{0});
    }
    columns_writer(const columns_writer&) = delete;
    columns_writer& operator=(const columns_writer&) = delete;

    /// The values of the new rows. `Stored` is the column's stored type.
    template <class Stored>
    [[nodiscard]] Stored* values(const column_ref& c) const noexcept {
        PCAPFRAME_ASSERT(type_of(c) == type_for<Stored>());
        return out_.buffer(c).template as<Stored>() + out_.rows_;
    }
    /// The words of the new rows that have the column's bit.
    [[nodiscard]] std::uint64_t* validity(const column_ref& c) const noexcept { return word(c.word); }
    /// The rows are the batch's from here on.
    void finish() noexcept { out_.rows_ += std::exchange(rows_, 0); }

private:
    [[nodiscard]] std::uint64_t* word(std::size_t w) const noexcept {
        return out_.valid_[w].template as<std::uint64_t>() + out_.rows_;
    }

    row_batch& out_;
    std::size_t rows_;
};

}  // namespace pcapframe
