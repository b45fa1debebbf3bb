// A table as pandas prints it: an index, right-aligned columns, the middle left out where there is much.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe {

struct print_options {
    std::size_t width = 0;      ///< columns of the terminal; middle columns are left out to fit. 0: no limit
    bool all_rows = false;      ///< every row, not only the first and last five of more than sixty
};

namespace detail {

/// Characters of UTF-8 text as a terminal counts them, taking each code point for one.
inline std::size_t shown_width(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Text from a capture, safe for a terminal: control characters become \xNN.
inline std::string printable(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) safe += c;
        else safe += {'\\', 'x', lower_digits[byte >> 4], lower_digits[byte & 15]};
    }
    return safe;
}

}  // namespace detail

/// Collects rows from batches and gives the text. Memory is bounded, but for `all_rows` where the caller takes the text
/// piece by piece with `take`.
class table_printer {
public:
    table_printer(column_order columns, print_options options) : columns_(std::move(columns)), options_(options) {}

    void add(const batch& rows) {
        const std::size_t shown_first = options_.all_rows ? rows.rows() : std::min(rows.rows(), rows_shown_max - head_.size());
        for (std::size_t i = 0; i < shown_first; ++i) head_.push_back(format_cells(rows, i));
        // Of a long table only the last five rows are shown as well: nothing is made of those that cannot be among them.
        const std::size_t last = options_.all_rows ? 0 : std::min(rows.rows(), ends_shown);
        for (std::size_t i = rows.rows() - last; i < rows.rows(); ++i) tail_.push_back(format_cells(rows, i));
        if (tail_.size() > ends_shown) tail_.erase(tail_.begin(), tail_.end() - ends_shown);
        count_ += rows.rows();
    }

    /// With `all_rows`: the text of the rows added since the last call, the header first. Widths are those of the rows so
    /// far; a later and wider value sticks out.
    [[nodiscard]] std::string take() {
        std::string text;
        if (!options_.all_rows || head_.empty()) return text;
        measure();
        if (!header_shown_) text += header();
        header_shown_ = true;
        for (const line& row : head_) text += format(row);
        head_.clear();
        return text;
    }

    /// The whole table; with `all_rows`, what `take` has not given yet.
    [[nodiscard]] std::string finish() {
        if (count_ == 0) return empty_table();
        if (options_.all_rows) return take();
        drop_middle_rows();
        measure();
        std::string text = header();
        for (const line& row : head_) text += format(row);
        const bool cut = count_ > rows_shown_max;
        if (cut) text += format(ellipsis_row());
        if (cut)
            for (const line& row : tail_) text += format(row);
        if (cut || first_left_out_ != no_column)
            text += "\n[" + std::to_string(count_) + " rows x " + std::to_string(columns_.size()) + " columns]\n";
        return text;
    }

private:
    static constexpr std::size_t rows_shown_max = 60;
    static constexpr std::size_t ends_shown = 5;
    static constexpr std::size_t payload_bytes_shown = 16;
    static constexpr std::size_t no_column = ~std::size_t{0};

    struct line {
        std::string index;
        std::vector<std::string> cells;
    };

    line format_cells(const batch& rows, std::size_t i) {
        line row{std::to_string(rows.first_index() + i), {}};
        row.cells.reserve(columns_.size());
        for (const column c : columns_) row.cells.push_back(cell(rows, i, c));
        return row;
    }

    [[nodiscard]] std::string cell(const batch& rows, std::size_t i, column c) {
        std::string text;
        with_column(c, [&](auto which) {
            const auto value = rows.get<which()>()[i];
            if constexpr (which() == column::time) text = value ? time_cell(*value) : "NaT";
            else if constexpr (which() == column::payload) text = value ? payload_cell(*value) : "<NA>";
            else if constexpr (which() == column::interface_name) text = value ? detail::printable(*value) : "<NA>";
            else text = value ? fixed_cell(*value) : "<NA>";
        });
        return text;
    }

    /// Nine digits; cut to six when the table is printed, unless some row needs them.
    std::string time_cell(std::int64_t time) {
        nanoseconds_ = nanoseconds_ || time % 1000 != 0;
        char text[fixed_text_bytes_max];
        return {text, write_table_time(text, time, true)};
    }

    template <class Value>
    static std::string fixed_cell(const Value& value) {
        char text[fixed_text_bytes_max];
        return {text, write_text(text, value)};
    }

    static std::string payload_cell(bytes_view payload) {
        char text[2 * payload_bytes_shown];
        std::string shown(text, write_text(text, payload.first(std::min(payload.size(), payload_bytes_shown))));
        if (payload.size() > payload_bytes_shown) shown += "...";
        return shown;
    }

    /// Six digits of a second, where no row has nanoseconds.
    void shorten_time(line& row) const {
        constexpr std::size_t nanosecond_digits = 3;
        constexpr std::size_t full = std::string_view("2018-01-09 08:16:12.210010000").size();
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (columns_[i] == column::time && row.cells[i].size() == full) row.cells[i].resize(full - nanosecond_digits);
    }

    void drop_middle_rows() {
        if (count_ > rows_shown_max) head_.resize(ends_shown);
    }

    line ellipsis_row() const { return {"..", std::vector<std::string>(columns_.size(), "...")}; }

    void measure() {
        if (!nanoseconds_) {
            for (line& row : head_) shorten_time(row);
            for (line& row : tail_) shorten_time(row);
        }
        if (widths_.empty()) {
            for (const column c : columns_) widths_.push_back(name_of(c).size());
            if (!options_.all_rows) index_width_ = count_ > rows_shown_max ? 2 : 1;
        }
        const auto widen = [&](const line& row) {
            index_width_ = std::max(index_width_, row.index.size());
            for (std::size_t i = 0; i < widths_.size(); ++i)
                widths_[i] = std::max(widths_[i], detail::shown_width(row.cells[i]));
        };
        for (const line& row : head_) widen(row);
        if (count_ > rows_shown_max && !options_.all_rows)
            for (const line& row : tail_) widen(row);
        leave_out_columns();
    }

    [[nodiscard]] bool is_left_out(std::size_t i) const noexcept {
        return first_left_out_ != no_column && i >= first_left_out_ && i <= last_left_out_;
    }

    [[nodiscard]] std::size_t line_width() const noexcept {
        constexpr std::size_t gap = 2;
        std::size_t width = index_width_;
        for (std::size_t i = 0; i < widths_.size(); ++i)
            if (!is_left_out(i)) width += gap + widths_[i];
        return first_left_out_ == no_column ? width : width + gap + 3;
    }

    /// Leaves out columns from the middle on, in turn to the right and to the left, until a line fits.
    void leave_out_columns() {
        if (options_.width == 0 || columns_.size() < 3) return;
        while (line_width() > options_.width) {
            if (first_left_out_ == no_column) first_left_out_ = last_left_out_ = columns_.size() / 2;
            else if (last_left_out_ - first_left_out_ + 1 + 2 >= columns_.size()) return;
            else if (columns_.size() - 1 - last_left_out_ > first_left_out_) ++last_left_out_;
            else --first_left_out_;
        }
    }

    [[nodiscard]] std::string header() const {
        line names{"", {}};
        for (const column c : columns_) names.cells.emplace_back(name_of(c));
        return format(names);
    }

    [[nodiscard]] std::string format(const line& row) const {
        std::string text = row.index;
        text.append(index_width_ - std::min(index_width_, row.index.size()), ' ');
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (i == first_left_out_) text += "  ...";
            if (is_left_out(i)) continue;
            const std::size_t width = detail::shown_width(row.cells[i]);
            text.append(2 + widths_[i] - std::min(widths_[i], width), ' ');
            text += row.cells[i];
        }
        return text + "\n";
    }

    [[nodiscard]] std::string empty_table() const {
        std::string text = "Empty DataFrame\nColumns: [";
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i != 0) text += ", ";
            text += name_of(columns_[i]);
        }
        return text + "]\nIndex: []\n";
    }

    column_order columns_;
    print_options options_;
    std::vector<line> head_;
    std::vector<line> tail_;  ///< the last five
    std::vector<std::size_t> widths_;
    std::size_t index_width_ = 0;
    std::size_t first_left_out_ = no_column;
    std::size_t last_left_out_ = 0;
    std::size_t count_ = 0;
    bool nanoseconds_ = false;
    bool header_shown_ = false;
};

/// The rows of a batch as pandas would print them.
[[nodiscard]] inline std::string to_string(const batch& rows, print_options options = {}) {
    table_printer printer(rows.columns(), options);
    printer.add(rows);
    return printer.finish();
}

}  // namespace pcapframe
