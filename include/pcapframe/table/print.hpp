// A table as pandas prints it: an index, right-aligned columns, the middle left out where there is much.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/text.hpp>
#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/text.hpp>
#include <pcapframe/table/time_form.hpp>

namespace pcapframe::inline v0_2 {

/// How a table is printed.
struct print_options {
    std::size_t width = 0;      ///< columns of the terminal; middle columns are left out to fit. 0: no limit
    bool all_rows = false;      ///< every row, not only the first and last five of more than sixty
    time_form times = time_form::utc;  ///< how times are shown; of the text formats, too
};

namespace detail {

/// Characters of UTF-8 text as a terminal counts them, taking each code point for one character.
inline std::size_t shown_width(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace detail

/// Collects rows from batches and gives the text. Memory is bounded, but for `all_rows` where the caller takes the text
/// piece by piece with `take`.
class table_printer {
public:
    table_printer(schema columns, print_options options)
        : columns_(std::move(columns)),
          options_(options),
          nanoseconds_(columns_.size()),
          references_(columns_.size()) {}

    void add(const row_batch& rows) {
        const std::size_t shown_first =
            options_.all_rows ? rows.rows() : std::min(rows.rows(), rows_shown_max - head_.size());
        for (std::size_t i = 0; i < shown_first; ++i) head_.push_back(format_cells(rows, i));
        // Of a long table only the last five rows are shown as well: no text is made of rows that cannot be among
        // these.
        const std::size_t last = options_.all_rows ? 0 : std::min(rows.rows(), ends_shown);
        for (std::size_t i = rows.rows() - last; i < rows.rows(); ++i) tail_.push_back(format_cells(rows, i));
        if (tail_.size() > ends_shown) tail_.erase(tail_.begin(), tail_.end() - ends_shown);
        count_ += rows.rows();
        if (looks_back(options_.times) && !rows.empty()) look_back_at(rows);
    }

    /// With `all_rows`: the text of the rows added since the last call, the header first. Columns are as wide as the
    /// rows so far need; a wider value that comes later sticks out.
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
    static constexpr std::size_t items_shown = 8;
    static constexpr std::size_t no_column = ~std::size_t{0};

    struct line {
        std::string index;
        std::vector<std::string> cells;
    };

    line format_cells(const row_batch& rows, std::size_t i) {
        line row{std::to_string(rows.first_index() + i), {}};
        row.cells.reserve(columns_.size());
        for (const column_ref& c : columns_) row.cells.push_back(cell(rows, i, c));
        return row;
    }

    /// What times of the rows behind this batch are counted from.
    void look_back_at(const row_batch& rows) {
        for (const column_ref& c : columns_)
            if (type_of(c) == column_type::timestamp)
                references_[c.position] = reference(rows, rows.rows(), rows.view<std::int64_t>(c), c);
    }

    /// What the time of row `i` is counted from: the nearest times before that row, in this batch or in those before.
    [[nodiscard]] time_reference reference(const row_batch& rows, std::size_t i,
                                           const column_view<std::int64_t>& times, const column_ref& c) const {
        time_reference from = references_[c.position];
        for (std::size_t at = 0; !from.first && at < rows.rows(); ++at) from.first = times[at];
        for (std::size_t at = i; at > 0; --at)
            if (const auto before = times[at - 1]) return {from.first, before};
        return from;
    }

    [[nodiscard]] std::string shown_time(const row_batch& rows, std::size_t i, const column_ref& c) const {
        const auto times = rows.view<std::int64_t>(c);
        const auto value = times[i];
        if (!value) return "NaT";
        if (options_.times == time_form::utc) return time_cell(*value);
        const time_reference from =
            looks_back(options_.times) ? reference(rows, i, times, c) : time_reference();
        char text[fixed_text_bytes_max];
        return {text, write_time(text, *value, options_.times, from, ' ')};
    }

    [[nodiscard]] std::string cell(const row_batch& rows, std::size_t i, const column_ref& c) const {
        return with_type(type_of(c), [&](auto stored) {
            using type = typename decltype(stored)::type;
            if constexpr (std::is_same_v<type, std::int64_t>) {
                return shown_time(rows, i, c);
            } else {
                const auto value = rows.view<type>(c)[i];
                return value ? shown(*value) : std::string("<NA>");
            }
        });
    }

    static std::string shown(bytes_view value) { return payload_cell(value); }
    static std::string shown(std::string_view text) { return visible_text(text); }
    static std::string shown(std::span<const std::uint64_t> numbers) { return list_cell(numbers); }
    static std::string shown(std::span<const std::string_view> texts) { return list_cell(texts); }
    template <class Value>
    static std::string shown(const Value& value) {
        return fixed_cell(value);
    }

    /// The first ones, as pandas shows a list.
    template <class List>
    static std::string list_cell(const List& list) {
        std::string text = "[";
        for (std::size_t i = 0; i < list.size() && i < items_shown; ++i) {
            if (i != 0) text += ", ";
            text += shown(list[i]);
        }
        return text + (list.size() > items_shown ? ", ...]" : "]");
    }

    /// Times have nine digits, which are cut to six when the table is printed unless a row that is shown needs all
    /// nine.
    static std::string time_cell(std::int64_t time) {
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

    static constexpr std::string_view no_nanoseconds = "000";

    /// Where the nanoseconds of a time are in its cell; npos where the cell has none, or none any more.
    [[nodiscard]] static std::size_t nanoseconds_at(const std::string& time) noexcept {
        constexpr std::size_t digits = 9;
        const std::size_t point = time.find('.');
        if (point == std::string::npos) return point;
        const std::size_t end = std::min(time.find_first_not_of("0123456789", point + 1), time.size());
        return end - point - 1 == digits ? end - no_nanoseconds.size() : std::string::npos;
    }

    void look_for_nanoseconds(const line& row) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (type_of(columns_[i]) != column_type::timestamp) continue;
            const std::size_t at = nanoseconds_at(row.cells[i]);
            if (at != std::string::npos && row.cells[i].compare(at, no_nanoseconds.size(), no_nanoseconds) != 0)
                nanoseconds_[i] = true;
        }
    }

    /// Six digits of a second, where no row of the column has nanoseconds.
    void shorten_time(line& row) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (type_of(columns_[i]) != column_type::timestamp || nanoseconds_[i]) continue;
            const std::size_t at = nanoseconds_at(row.cells[i]);
            if (at != std::string::npos) row.cells[i].erase(at, no_nanoseconds.size());
        }
    }

    void drop_middle_rows() {
        if (count_ > rows_shown_max) head_.resize(ends_shown);
    }

    line ellipsis_row() const {
        return {index_width_ > 3 ? "..." : "..", std::vector<std::string>(columns_.size(), "...")};
    }

    /// The blanks that pandas puts in front of a column beyond the blank between columns: before numbers (for their
    /// sign), before the names of number columns, and before texts; but not before times and the names of text columns.
    [[nodiscard]] static std::size_t lead_of_name(const column_ref& c) {
        const column_type type = type_of(c);
        const bool is_number = type == column_type::number8 || type == column_type::number16 ||
                               type == column_type::number32 || type == column_type::number64 ||
                               type == column_type::real;
        return is_number ? 1 : 0;
    }
    [[nodiscard]] static std::size_t lead_of_value(const column_ref& c) noexcept {
        return type_of(c) == column_type::timestamp ? 0 : 1;
    }

    void measure() {
        const bool both_ends = count_ > rows_shown_max && !options_.all_rows;
        const auto each_shown = [&](auto use) {
            for (line& row : head_) use(row);
            if (!both_ends) return;
            for (line& row : tail_) use(row);
        };
        each_shown([&](const line& row) { look_for_nanoseconds(row); });
        each_shown([&](line& row) { shorten_time(row); });
        const bool first = widths_.empty();
        if (first)
            for (const column_ref& c : columns_) widths_.push_back(name_of(c).size() + lead_of_name(c));
        each_shown([&](const line& row) {
            index_width_ = std::max(index_width_, row.index.size());
            for (std::size_t i = 0; i < widths_.size(); ++i)
                widths_[i] = std::max(widths_[i], detail::shown_width(row.cells[i]) + lead_of_value(columns_[i]));
        });
        if (first) leave_out_columns();
    }

    [[nodiscard]] bool is_left_out(std::size_t i) const noexcept {
        return first_left_out_ != no_column && i >= first_left_out_ && i <= last_left_out_;
    }

    /// Leaves out columns in the middle where the lines would fill the terminal: as many of the middle ones are taken
    /// away as make room for the dots too, then the same number of columns is kept on either side.
    void leave_out_columns() {
        constexpr std::size_t gap = 1;
        constexpr std::size_t dots_width = 4;
        std::vector<std::size_t> widths = widths_;
        widths.insert(widths.begin(), index_width_);
        std::size_t needed = 0;
        for (const std::size_t width : widths) needed += width + gap;
        if (options_.width == 0 || needed <= options_.width) return;
        needed += dots_width + gap;
        while (needed > options_.width && widths.size() > 1) {
            // Half of an odd number is rounded to the even neighbour.
            const std::size_t half = widths.size() / 2;
            const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(half + (widths.size() % 2) * (half % 2));
            needed -= *middle + gap;
            widths.erase(middle);
        }
        const std::size_t kept = std::max<std::size_t>(widths.size() - 1, 2);
        if (kept >= columns_.size()) return;
        first_left_out_ = kept / 2;
        last_left_out_ = columns_.size() - 1 - kept / 2;
    }

    [[nodiscard]] std::string header() const {
        line names{"", {}};
        for (const column_ref& c : columns_) names.cells.emplace_back(name_of(c));
        return format(names);
    }

    [[nodiscard]] std::string format(const line& row) const {
        std::string text = row.index;
        text.append(index_width_ - std::min(index_width_, row.index.size()), ' ');
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (i == first_left_out_) text += "  ...";
            if (is_left_out(i)) continue;
            const std::size_t width = detail::shown_width(row.cells[i]);
            text.append(1 + std::max(widths_[i], width) - width, ' ');
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

    schema columns_;
    print_options options_;
    std::vector<line> head_;
    std::vector<line> tail_;  ///< the last five
    std::vector<std::size_t> widths_;
    std::size_t index_width_ = 0;
    std::size_t first_left_out_ = no_column;
    std::size_t last_left_out_ = 0;
    std::size_t count_ = 0;
    std::vector<bool> nanoseconds_;  ///< of each column, whether a row needs them
    std::vector<time_reference> references_;  ///< of each column, for the rows to come
    bool header_shown_ = false;
};

/// The rows of a batch as pandas would print them.
[[nodiscard]] inline std::string to_string(const row_batch& rows, print_options options = {}) {
    table_printer printer(rows.fields(), options);
    printer.add(rows);
    return printer.finish();
}

}  // namespace pcapframe
