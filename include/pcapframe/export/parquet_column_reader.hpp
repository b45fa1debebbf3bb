// One column of our own Parquet files on its way back into a batch.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/export/cell_bytes.hpp>
#include <pcapframe/export/interface_names.hpp>
#include <pcapframe/export/parquet_decoding.hpp>
#include <pcapframe/export/parquet_page_reader.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2::parquet {

/// Reads the pages of one column, group after group. In memory are a page, and the dictionary of the group.
class column_reader {
public:
    /// The file's bytes must stay.
    column_reader(const column_ref& which, bytes_view file) : which_(which), file_(file), pages_(file) {}

    /// Begins a row group. Errors: damaged_copy.
    [[nodiscard]] result<void> begin(const chunk_place& chunk, interface_names& names) {
        if (holds_lists(type_of(which_))) return damaged_copy("has a column of lists", chunk.pages.begin);
        pages_.begin(chunk);
        end_ = chunk.pages.begin + chunk.pages.bytes;
        numbers_.clear();
        cells_.clear();
        families_.clear();
        page_rows_ = 0;
        next_row_ = 0;
        if (chunk.data_begin == chunk.pages.begin) return {};
        return read_dictionary(chunk, names);
    }

    /// Rows that are left of the page at hand.
    [[nodiscard]] std::size_t rows() const noexcept { return page_rows_ - next_row_; }

    /// Reads the next page, which has `most` rows at most. Errors: damaged_copy.
    [[nodiscard]] result<void> load_page(std::uint64_t most) {
        if (pages_.offset() >= end_) return damaged_copy("has a column with fewer rows than others", end_);
        const result<page_head> head = pages_.next();
        if (!head) return head.error();
        if (head->kind != page_kind::data_v2 || head->values == 0 || head->values > most ||
            head->values > limits::copy_page_rows_max)
            return damaged_copy("has a page of rows that are not there", head->offset);
        const result<page_content> page = pages_.body(*head);
        if (!page) return page.error();
        page_rows_ = static_cast<std::size_t>(head->values);
        next_row_ = 0;
        next_value_ = 0;
        if (read_levels(*head, page->levels) && read_values(*head, page->values)) return {};
        page_rows_ = 0;
        return damaged_copy("has a page whose values are not what its header says", head->offset);
    }

    /// Writes the next `count` rows, which the page must have, into the column's place in `out`, and marks the values
    /// that are there as valid. Views of bytes and texts end with the page or the file.
    void take(std::size_t count, columns_writer& out) {
        with_type(type_of(which_), [&](auto stored) {
            using type = typename decltype(stored)::type;
            fill(std::span(out.values<type>(which_), count), out.validity(which_));
        });
        next_row_ += count;
    }

private:
    static constexpr std::size_t none = ~std::size_t{0};

    [[nodiscard]] bool is_text() const noexcept { return physical_of(which_) == physical::byte_array && !is_bytes(); }
    [[nodiscard]] bool is_bytes() const noexcept { return type_of(which_) == column_type::bytes; }

    result<void> read_dictionary(const chunk_place& chunk, interface_names& names) {
        const result<page_head> head = pages_.next();
        if (!head) return head.error();
        if (head->kind != page_kind::dictionary || pages_.offset() != chunk.data_begin)
            return damaged_copy("has a dictionary that is none", head->offset);
        if (is_text()) {
            // The page has the texts for others; the cells behind them are what was stored.
            if (read_cells(chunk, names) == head->values) return {};
            return damaged_copy("has cells that have changed", chunk.cells.begin);
        }
        const result<page_content> page = pages_.body(*head);
        if (!page) return page.error();
        if (page->values.size() % 4 != 0 || page->values.size() / 4 != head->values)
            return damaged_copy("has a dictionary of another size", head->offset);
        for (bytes_view left = page->values; !left.empty(); left = left.subspan(4))
            numbers_.push_back(load_le32(left.data()));
        return {};
    }

    /// How many cells there are; `none` where they are damaged.
    std::size_t read_cells(const chunk_place& chunk, interface_names& names) {
        bytes_view left = file_.subspan(static_cast<std::size_t>(chunk.cells.begin),
                                        static_cast<std::size_t>(chunk.cells.bytes));
        if (crc32(left) != chunk.cells_checksum) return none;
        std::size_t count = 0;
        with_type(type_of(which_), [&](auto stored) {
            using type = typename decltype(stored)::type;
            if constexpr (std::is_same_v<type, interface_ref>) count = read_names(left, names);
            else if constexpr (cell_dictionary_holds<type>) count = read_cells_of<type>(left);
            else count = none;
        });
        return count;
    }

    template <class Stored>
    static constexpr bool cell_dictionary_holds = requires(bytes_view& in, Stored& cell, std::uint64_t& family) {
        { take_cell(in, cell, family) } -> std::same_as<bool>;
    };

    template <class Stored>
    std::size_t read_cells_of(bytes_view left) {
        std::size_t count = 0;
        for (; !left.empty(); ++count) {
            Stored cell{};
            std::uint64_t family = 0;
            if (!take_cell(left, cell, family)) return none;
            add_cell(cell);
            if constexpr (std::is_same_v<Stored, ip_octets>) families_.push_back(family);
        }
        return count;
    }

    std::size_t read_names(bytes_view left, interface_names& names) {
        std::size_t count = 0;
        for (; !left.empty(); ++count) {
            const std::optional<std::string_view> name = take_text(left);
            if (!name) return none;
            add_cell(names.find_or_add(*name));
        }
        return count;
    }

    template <class Stored>
    void add_cell(const Stored& cell) {
        const std::size_t at = cells_.size();
        cells_.resize(at + sizeof cell);
        std::memcpy(cells_.data() + at, &cell, sizeof cell);
    }

    [[nodiscard]] bool read_levels(const page_head& head, bytes_view levels) {
        is_there_.resize(page_rows_);
        if (!read_hybrid(levels, 1, std::span(is_there_))) return false;
        count_ = static_cast<std::size_t>(std::count(is_there_.begin(), is_there_.end(), 1));
        return page_rows_ - count_ == head.null_count;
    }

    [[nodiscard]] bool read_values(const page_head& head, bytes_view values) {
        if (is_bytes()) return is(head, encoding::delta_length_byte_array) && read_payloads(values);
        if (physical_of(which_) == physical::int64) {
            wide_.resize(count_);
            return is(head, encoding::delta_binary_packed) && read_deltas(values, std::span(wide_)) && values.empty();
        }
        if (physical_of(which_) == physical::float64) {
            if (!is(head, encoding::plain) || values.size() != 8 * count_) return false;
            wide_.resize(count_);
            for (std::size_t i = 0; i < count_; ++i) wide_[i] = load_le64(values.data() + 8 * i);
            return true;
        }
        words_.resize(count_);
        if (is(head, encoding::rle_dictionary)) return read_indices(values) && fits();
        return !is_text() && is(head, encoding::delta_binary_packed) && read_deltas(values, std::span(words_)) &&
               values.empty() && fits();
    }

    static bool is(const page_head& head, encoding how) noexcept { return head.how == static_cast<std::int64_t>(how); }

    /// Lengths, and the payloads one after the other.
    [[nodiscard]] bool read_payloads(bytes_view values) {
        words_.resize(count_);
        if (!read_deltas(values, std::span(words_))) return false;
        std::uint64_t bytes = 0;
        for (const std::uint32_t size : words_) bytes += size;
        payloads_ = values;
        return bytes == values.size();
    }

    /// Places in the dictionary; of numbers the numbers themselves are kept.
    [[nodiscard]] bool read_indices(bytes_view values) {
        if (values.empty() || !read_hybrid(values.subspan(1), values[0], std::span(words_))) return false;
        const std::size_t size =
            is_text() ? cells_.size() / bytes_of(type_of(which_)) : numbers_.size();
        for (std::uint32_t& word : words_) {
            if (word >= size) return false;
            if (!is_text()) word = numbers_[word];
        }
        return true;
    }

    /// Whether all numbers are of the column's size.
    [[nodiscard]] bool fits() const noexcept {
        if (is_text()) return true;
        const unsigned bits = 8 * static_cast<unsigned>(bytes_of(type_of(which_)));
        std::uint32_t all = 0;
        for (const std::uint32_t word : words_) all |= word;
        return std::uint64_t{all} >> bits == 0;
    }

    template <class Stored>
    void fill(std::span<Stored> out, std::uint64_t* valid) {
        const std::uint64_t bit = which_.bit();
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (is_there_[next_row_ + i] == 0) {
                out[i] = Stored{};
                continue;
            }
            valid[i] |= bit;
            out[i] = value<Stored>(next_value_++, valid[i]);
        }
    }

    template <class Stored>
    Stored value(std::size_t i, [[maybe_unused]] std::uint64_t& valid) noexcept {
        if constexpr (std::is_same_v<Stored, bytes_view>) {
            const bytes_view payload = payloads_.first(words_[i]);
            payloads_ = payloads_.subspan(payload.size());
            return payload;
        } else if constexpr (std::is_same_v<Stored, double>) {
            return std::bit_cast<double>(wide_[i]);
        } else if constexpr (sizeof(Stored) == 8) {
            return static_cast<Stored>(wide_[i]);
        } else if constexpr (std::is_integral_v<Stored>) {
            return static_cast<Stored>(words_[i]);
        } else {
            Stored cell;
            std::memcpy(static_cast<void*>(&cell), cells_.data() + words_[i] * sizeof cell, sizeof cell);
            if constexpr (std::is_same_v<Stored, ip_octets>) valid |= families_[words_[i]];
            return cell;
        }
    }

    column_ref which_;
    bytes_view file_;
    page_reader pages_;
    std::uint64_t end_ = 0;  ///< of the group's pages

    // The group.
    std::vector<std::uint32_t> numbers_;   ///< the dictionary
    std::vector<std::uint8_t> cells_;      ///< or the dictionary's cells, as they are stored
    std::vector<std::uint64_t> families_;  ///< of addresses: ipv6_bit or 0

    // The page.
    std::size_t page_rows_ = 0;
    std::size_t next_row_ = 0;
    std::size_t next_value_ = 0;
    std::size_t count_ = 0;               ///< of values that are there
    std::vector<std::uint8_t> is_there_;  ///< of each row
    std::vector<std::uint32_t> words_;    ///< numbers, places in the dictionary, or lengths
    std::vector<std::uint64_t> wide_;
    bytes_view payloads_;  ///< those that were not taken
};

}  // namespace pcapframe::parquet
