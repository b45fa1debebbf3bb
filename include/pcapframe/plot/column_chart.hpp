// Charts of any columns: lines, points, bars and distributions, counted in one pass and bounded memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/plot/column_values.hpp>
#include <pcapframe/plot/key_counts.hpp>

namespace pcapframe::inline v0_2 {

/// What a chart of columns is.
enum class chart_kind : std::uint8_t { line, scatter, bar, hist };

/// A kind of chart by its name.
struct chart_kind_info {
    std::string_view name;
    std::string_view meaning;
    chart_kind kind;
};

/// THE list of charts of columns.
inline constexpr std::array chart_kinds{
    chart_kind_info{"line", "y over x, or without y how many packets there are", chart_kind::line},
    chart_kind_info{"scatter", "a point for each pair of x and y", chart_kind::scatter},
    chart_kind_info{"bar", "the values of x with the most packets, or the greatest sums of y", chart_kind::bar},
    chart_kind_info{"hist", "how the values of x are distributed", chart_kind::hist},
};

/// Which columns are drawn, and how. Names of columns; empty for none.
struct chart_columns {
    chart_kind kind = chart_kind::line;
    std::string x = "time";
    std::string y{};
    std::string by{};  ///< a series of its own for each value of this column

    /// The columns that rows need, as `read_options::columns` takes them.
    [[nodiscard]] std::string needed() const {
        std::string names = x;
        for (const std::string* const more : {&y, &by})
            if (!more->empty() && *more != x && (more != &by || *more != y)) names += "," + *more;
        return names;
    }
};

namespace charts {

/// Sums of the y values that fall into a bin.
struct bin_values {
    std::uint64_t count = 0;
    double sum = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();

    void add(std::int64_t value) noexcept {
        ++count;
        sum += static_cast<double>(value);
        least = std::min(least, value);
        most = std::max(most, value);
    }
    void add(const bin_values& other) noexcept {
        count += other.count;
        sum += other.sum;
        least = std::min(least, other.least);
        most = std::max(most, other.most);
    }
};

/// Which bins: of the series, of x, and where points are counted of y.
struct bin_key {
    std::size_t series = 0;
    std::int64_t x = 0;
    std::int64_t y = 0;

    friend bool operator<(const bin_key& a, const bin_key& b) noexcept {
        return std::tie(a.series, a.x, a.y) < std::tie(b.series, b.x, b.y);
    }
};

/// A pair of values, and the number of its series.
struct chart_point {
    std::int64_t x;
    std::int64_t y;
    std::size_t series;
};

/// The least and the greatest of the values that were added.
struct value_range {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();

    void add(std::int64_t value) noexcept {
        least = std::min(least, value);
        most = std::max(most, value);
    }
};

/// A value of x in a chart of bars, with the packets and the sum of y.
struct bar_tally {
    std::uint64_t packets = 0;
    std::uint64_t sum = 0;

    /// Ranks by the sum of y where there is a y, else by packets: see key_counts.
    [[nodiscard]] constexpr tally total() const noexcept { return sums ? tally{0, sum} : tally{packets, 0}; }
    bool sums = false;
};

}  // namespace charts

/// Counts what a chart of columns shows.
///
///     column_chart chart({.kind = chart_kind::hist, .x = "len", .by = "protocol"});
///     while (*source->next(rows)) (void)chart.add(rows);
///     plot(chart, {.title = "Sizes"});
///
/// Up to limits::chart_points_max pairs of x and y are kept and drawn as they are. More of them are counted in bins
/// that grow wider, limits::chart_bins_max at most; the values of bars are exact up to limits::top_keys_max of them.
class column_chart {
public:
    explicit column_chart(chart_columns columns)
        : columns_(std::move(columns)),
          values_(limits::top_keys_max, limits::top_key_bytes_max),
          parts_(limits::top_keys_max, limits::top_key_bytes_max) {}

    /// The batches must have the same columns. Errors: a column that there is not, or whose values the chart cannot
    /// show.
    [[nodiscard]] result<void> add(const row_batch& rows) {
        const result<void> found = find_columns(rows.fields());
        if (!found) return found.error();
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            ++rows_;
            if (has_bars())
                add_to_bars(rows, i);
            else
                add_value(rows, i);
        }
        return {};
    }

    [[nodiscard]] const chart_columns& columns() const noexcept { return columns_; }
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    /// Rows that are not in the chart, since one of their values is null.
    [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
    /// Whether x is shown as bars, one for each value.
    [[nodiscard]] bool has_bars() const noexcept {
        return columns_.kind == chart_kind::bar ||
               (columns_.kind == chart_kind::hist && x_kind_ == charts::axis_kind::text);
    }
    [[nodiscard]] bool has_y() const noexcept { return y_.has_value(); }

    // For those who draw.

    [[nodiscard]] const field& x_info() const noexcept { return x_info_; }
    [[nodiscard]] const field& y_info() const noexcept { return y_info_; }
    [[nodiscard]] charts::axis_kind x_kind() const noexcept { return x_kind_; }
    [[nodiscard]] const charts::value_range& x_range() const noexcept { return x_range_; }
    [[nodiscard]] const charts::value_range& y_range() const noexcept { return y_range_; }
    /// The pairs of x and y; empty where there were too many.
    [[nodiscard]] const std::vector<charts::chart_point>& points() const noexcept { return points_; }
    [[nodiscard]] bool is_binned() const noexcept { return binned_; }
    [[nodiscard]] const std::map<charts::bin_key, charts::bin_values>& bins() const noexcept { return bins_; }
    [[nodiscard]] const charts::bin_width& x_width() const noexcept { return x_width_; }
    [[nodiscard]] const charts::bin_width& y_width() const noexcept { return y_width_; }
    [[nodiscard]] const charts::series_names& series() const noexcept { return series_; }
    [[nodiscard]] const key_counts<row_key, charts::bar_tally>& values() const noexcept { return values_; }
    /// The same of the pairs of x and the series: the key of x, then the number of the series in one byte.
    [[nodiscard]] const key_counts<row_key, charts::bar_tally>& parts() const noexcept { return parts_; }
    /// The text of a value of x, by its key.
    [[nodiscard]] std::string text_of(const row_key& key) const {
        const auto known = texts_.find(key.bytes);
        return known == texts_.end() ? std::string() : known->second;
    }

private:
    static error wrong_column(std::string_view name, const char* wanted) {
        return {.code = errc::bad_value, .detail = wanted, .subject = name};
    }

    result<void> find_columns(const schema& columns) {
        using charts::axis_kind;
        std::vector<std::string_view> names;
        for (const column_ref& c : columns) names.push_back(name_of(c));
        const auto find = [&](const std::string& name, std::optional<column_ref>& to) -> result<void> {
            to.reset();
            if (name.empty()) return {};
            const column_ref* const c = columns.find(name);
            if (c == nullptr) return unknown_name("column", name, names);
            to = *c;
            return {};
        };
        for (const auto& [name, place] : {std::pair{&columns_.x, &x_}, {&columns_.y, &y_}, {&columns_.by, &by_}})
            if (const result<void> found = find(*name, *place); !found) return found.error();
        if (!x_) return wrong_column("", "a column for --x");
        x_info_ = *x_->info;
        x_kind_ = charts::axis_kind_of(x_info_.type);
        if (y_) y_info_ = *y_->info;
        y_kind_ = y_ ? charts::axis_kind_of(y_info_.type) : axis_kind::text;
        x_width_.kind = x_kind_;
        y_width_.kind = axis_kind::number;
        const bool wants_numbers = columns_.kind == chart_kind::line || columns_.kind == chart_kind::scatter;
        if (wants_numbers && x_kind_ == axis_kind::text)
            return wrong_column(columns_.x,
                                "a column of numbers or times, as x of this kind has to be; a chart of bars "
                                "shows any");
        if (y_ && y_kind_ != axis_kind::number) return wrong_column(columns_.y, "a column of numbers, as y has to be");
        if (columns_.kind == chart_kind::scatter && !y_) return wrong_column("", "a column for y, which points need");
        if (columns_.kind == chart_kind::hist && y_)
            return wrong_column(columns_.y, "of use here: a distribution counts the values of x, so it has no y");
        maker_.emplace(std::vector{*x_});
        return {};
    }

    void add_value(const row_batch& rows, std::size_t i) {
        const auto x = charts::number_at(rows, *x_, i);
        const auto y = y_ ? charts::number_at(rows, *y_, i) : std::optional<std::int64_t>(0);
        if (!x || !y) {
            ++left_out_;
            return;
        }
        x_range_.add(*x);
        y_range_.add(*y);
        const charts::chart_point point{*x, *y, series_.number_of(rows, by_ ? &*by_ : nullptr, i)};
        if (!binned_ && y_ && points_.size() < limits::chart_points_max) {
            points_.push_back(point);
            return;
        }
        if (!binned_)
            for (const charts::chart_point& before : std::exchange(points_, {})) add_to_bin(before);
        binned_ = true;
        add_to_bin(point);
    }

    void add_to_bin(const charts::chart_point& point) {
        const bool counts_points = columns_.kind == chart_kind::scatter;
        const charts::bin_key key{point.series, x_width_.number_of(point.x),
                                  counts_points ? y_width_.number_of(point.y) : 0};
        bins_[key].add(point.y);
        while (bins_.size() > limits::chart_bins_max && widen()) continue;
    }

    /// Makes bins wider, along the axis that has more of them; false where they cannot become wider.
    bool widen() {
        const auto bins_along = [](const charts::value_range& range, const charts::bin_width& width) {
            return static_cast<double>(width.number_of(range.most)) - static_cast<double>(width.number_of(range.least));
        };
        const bool along_y =
            columns_.kind == chart_kind::scatter && bins_along(y_range_, y_width_) > bins_along(x_range_, x_width_);
        charts::bin_width& width = along_y ? y_width_ : x_width_;
        const charts::bin_width wider = width.wider();
        if (wider.width == width.width) return false;
        std::map<charts::bin_key, charts::bin_values> fewer;
        for (const auto& [key, values] : bins_) {
            charts::bin_key in = key;
            (along_y ? in.y : in.x) = width.number_in(along_y ? key.y : key.x, wider);
            fewer[in].add(values);
        }
        bins_ = std::move(fewer);
        width = wider;
        return true;
    }

    void add_to_bars(const row_batch& rows, std::size_t i) {
        const auto y = y_ ? charts::number_at(rows, *y_, i) : std::optional<std::int64_t>(0);
        if (!y) {
            ++left_out_;
            return;
        }
        const row_key& key = maker_->make(rows, i);
        const std::size_t before = values_.entries().size();
        const auto add_to = [&](charts::bar_tally& to) {
            to.sums = y_.has_value();
            ++to.packets;
            to.sum += static_cast<std::uint64_t>(*y);
        };
        add_to(values_[key]);
        if (values_.entries().size() != before) {
            // Texts of keys that were given up are of no use any more.
            if (texts_.size() >= 2 * limits::top_keys_max) texts_.clear();
            texts_.insert_or_assign(key.bytes, charts::text_at(rows, *x_, i));
        }
        if (!by_) return;
        row_key part = key;
        part.bytes += static_cast<char>(series_.number_of(rows, &*by_, i));
        add_to(parts_[part]);
    }

    chart_columns columns_;
    std::optional<column_ref> x_;
    std::optional<column_ref> y_;
    std::optional<column_ref> by_;
    field x_info_{};
    field y_info_{};
    charts::axis_kind x_kind_ = charts::axis_kind::number;
    charts::axis_kind y_kind_ = charts::axis_kind::text;
    std::uint64_t rows_ = 0;
    std::uint64_t left_out_ = 0;
    charts::value_range x_range_;
    charts::value_range y_range_;
    std::vector<charts::chart_point> points_;
    bool binned_ = false;
    charts::bin_width x_width_;
    charts::bin_width y_width_;
    std::map<charts::bin_key, charts::bin_values> bins_;
    charts::series_names series_;
    std::optional<row_key_maker> maker_;
    key_counts<row_key, charts::bar_tally> values_;
    key_counts<row_key, charts::bar_tally> parts_;
    std::map<std::string, std::string> texts_;
};

}  // namespace pcapframe::inline v0_2
