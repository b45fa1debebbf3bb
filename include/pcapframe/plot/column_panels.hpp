// Charts of columns as panels: lines, points, distributions, and bars of values.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/plot/axis.hpp>
#include <pcapframe/plot/bar_rows.hpp>
#include <pcapframe/plot/column_chart.hpp>
#include <pcapframe/plot/number_axis.hpp>
#include <pcapframe/plot/palette.hpp>
#include <pcapframe/plot/panel.hpp>
#include <pcapframe/plot/style.hpp>
#include <pcapframe/plot/time_text.hpp>

namespace pcapframe::inline v0_2::charts {

/// The colours of lines, which the other plots have no use for.
[[nodiscard]] inline std::string line_style() {
    return in_both_schemes([](const colour_scheme& scheme) {
        std::string rules = ".line{fill:none;stroke-width:1.6;stroke-linejoin:round}\n";
        for (std::size_t i = 0; i < scheme.series.size(); ++i)
            rules += ".l" + std::to_string(i) + "{stroke:" + std::string(scheme.series[i]) + "}\n";
        return rules;
    });
}

namespace chart_detail {

inline constexpr double top_px = 30;
inline constexpr double bottom_px = 310;
inline constexpr double unit = 1000;  ///< of the drawings that are stretched over the plot
inline constexpr std::int64_t bins_drawn = 100;
inline constexpr std::size_t bars_drawn = 20;

/// A series as it is drawn: those with the most packets have a colour each, all others share one.
struct drawn_names {
    std::vector<std::size_t> colour_of;  ///< by the number of the series
    std::vector<legend_item> legend;     ///< empty where there is one series
    std::vector<std::string> names;      ///< by colour

    [[nodiscard]] std::size_t size() const noexcept { return names.size(); }
    [[nodiscard]] std::size_t colour(std::size_t series) const noexcept {
        return series < colour_of.size() ? colour_of[series] : names.size() - 1;
    }
    /// The class number of a colour: that of "others" is the last of the palette.
    [[nodiscard]] std::size_t style(std::size_t place) const noexcept {
        return names[place] == "others" && place == series_colours ? series_colours : place;
    }
};

[[nodiscard]] inline drawn_names choose_names(const column_chart& chart, const std::vector<std::uint64_t>& counts) {
    drawn_names drawn;
    std::vector<std::size_t> ranked;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] != 0) ranked.push_back(i);
    std::stable_sort(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    drawn.colour_of.assign(counts.size(), 0);
    const bool has_others = ranked.size() > series_colours;
    for (std::size_t place = 0; place < ranked.size(); ++place) {
        const std::size_t colour = std::min(place, series_colours);
        drawn.colour_of[ranked[place]] = colour;
        if (colour < drawn.names.size()) continue;
        drawn.names.push_back(has_others && place == series_colours ? "others" : chart.series().name(ranked[place]));
    }
    if (drawn.names.empty()) drawn.names.emplace_back();
    for (std::size_t i = 0; i < drawn.names.size() && !chart.columns().by.empty(); ++i)
        drawn.legend.push_back({series_style(drawn.style(i)), drawn.names[i]});
    return drawn;
}

/// How many rows each series has.
[[nodiscard]] inline std::vector<std::uint64_t> series_counts(const column_chart& chart) {
    std::vector<std::uint64_t> counts(series_names::told_apart + 1);
    for (const chart_point& point : chart.points()) ++counts[point.series];
    for (const auto& [key, values] : chart.bins()) counts[key.series] += values.count;
    if (chart.has_bars())
        for (const auto& part : chart.parts().entries())
            counts[static_cast<std::uint8_t>(part.key.bytes.back())] += part.count.packets;
    return counts;
}

/// Where values of x are: 0 is the left end, 1 the right one.
struct x_axis {
    axis_kind kind;
    std::int64_t begin;
    std::int64_t end;
    std::string_view unit;

    [[nodiscard]] double place(std::int64_t value) const noexcept {
        const double length = static_cast<double>(end) - static_cast<double>(begin);
        // Times of today are too large for the precision of their difference as floating-point numbers.
        const double at = static_cast<double>(static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(begin));
        return value < begin ? 0 : std::min(1.0, at / length);
    }
};

[[nodiscard]] inline x_axis make_x_axis(const column_chart& chart) {
    value_range range = chart.x_range();
    if (chart.x_kind() == axis_kind::time) {
        if (range.least == range.most) range.most += range.most < std::numeric_limits<std::int64_t>::max() ? 1 : 0;
        return {axis_kind::time, range.least, range.most, {}};
    }
    const number_axis nice = make_number_axis(static_cast<double>(range.least), static_cast<double>(range.most), 8);
    constexpr double largest = 9e18;
    return {axis_kind::number, static_cast<std::int64_t>(std::max(nice.begin, -largest)),
            static_cast<std::int64_t>(std::min(nice.end, largest)), chart.x_info().unit};
}

struct tick_widths {
    std::string_view style;
    double axis_px;
    int steps;
};
inline constexpr std::array tick_widths_drawn{tick_widths{"wide", 720, 8}, tick_widths{"narrow", 280, 4}};

inline void draw_tick(markup& out, double at, double label_px_half, const tick_widths& layout, std::string_view label,
                      std::string_view context) {
    constexpr double margin_px = 16;
    const percent x{100 * at};
    out.open("line")
        .set("class", "axis")
        .set("x1", x)
        .set("x2", x)
        .set("y1", bottom_px)
        .set("y2", bottom_px + 5)
        .close();
    const bool at_end = (1 - at) * layout.axis_px + margin_px < label_px_half;
    const std::string_view anchor = at_end ? "end" : "middle";
    draw_text(out, {x, bottom_px + 20, "m", anchor}, label);
    if (!context.empty()) draw_text(out, {x, bottom_px + 36, "m", anchor}, context);
}

inline void draw_x_ticks(markup& out, const x_axis& axis) {
    for (const tick_widths& layout : tick_widths_drawn) {
        out.open("g").set("class", layout.style);
        if (axis.kind == axis_kind::time) {
            for (const time_tick& tick : time_ticks(axis.begin, axis.end, layout.axis_px))
                draw_tick(out, tick.at, label_px(tick) / 2, layout, tick.label, tick.context);
        } else {
            number_axis numbers{static_cast<double>(axis.begin), static_cast<double>(axis.end), 1};
            numbers.step = nice_step(numbers.end - numbers.begin, layout.steps);
            for (const double value : numbers.ticks()) {
                const std::string label = value_text(value, axis.unit, true);
                draw_tick(out, numbers.place(value), 3.5 * static_cast<double>(label.size()), layout, label, "");
            }
        }
        out.close().line_feed();
    }
}

/// Grid lines with their values in the gutter.
inline void draw_y_axis(markup& out, const number_axis& axis, std::string_view unit_of_values) {
    constexpr double middle_of_digits = 4;
    for (const double value : axis.ticks()) {
        const double y = bottom_px - axis.place(value) * (bottom_px - top_px);
        draw_line(out, value == axis.begin ? "axis" : "grid", {0}, {100}, y);
        draw_text(out, {{0}, y + middle_of_digits, "m", "end", -10}, value_text(value, unit_of_values, true));
    }
}

/// What stands above the plot, and what is right below it.
inline void draw_captions(markup& out, std::string_view y_caption, std::string_view x_caption) {
    constexpr double above_plot = 14;
    draw_text(out, {{0}, top_px - above_plot, "c", "start", -axis_gutter_px}, y_caption);
    draw_text(out, {{100}, top_px - above_plot, "m", "end"}, x_caption);
}

/// "len (bytes)", or the name alone.
[[nodiscard]] inline std::string named_with_unit(const field& info) {
    const bool is_quantity = info.unit == "bytes";
    return std::string(info.name) + (is_quantity ? " (bytes)" : "");
}

[[nodiscard]] inline std::string bin_text(const bin_width& width, std::string_view unit_of_values) {
    if (width.kind == axis_kind::time)
        return width.width < microsecond_ns ? std::to_string(width.width) + " ns" : per_text(width.width);
    return value_text(static_cast<double>(width.width), unit_of_values);
}

/// "2018-01-09 08:16:12 to 08:16:13 UTC", "64 to 127 B".
[[nodiscard]] inline std::string bin_range_text(const bin_width& width, std::int64_t number,
                                                std::string_view unit_of_values) {
    if (width.kind == axis_kind::time) return interval_text(number, width.width);
    const auto least = static_cast<double>(width.start_of(number));
    if (width.width == 1) return value_text(least, unit_of_values);
    return value_text(least, "") + " to " + value_text(least + static_cast<double>(width.width) - 1, "") +
           (unit_of_values == "bytes" ? " bytes" : "");
}

/// An element that is stretched over the whole plot, in units of a thousandth of either side.
inline void open_stretched(markup& out) {
    out.open("svg").set("x", percent{0}).set("width", percent{100}).set("y", top_px).set("height", bottom_px - top_px);
    out.set("viewBox", "0 0 1000 1000").set("preserveAspectRatio", "none");
}

struct drawn_bin {
    std::vector<bin_values> series;  ///< by colour
    bin_values all;
};
using drawn_bins = std::map<std::int64_t, drawn_bin>;

/// The chart's bins in a width in which people think.
[[nodiscard]] inline drawn_bins make_bins(const column_chart& chart, const bin_width& width, const drawn_names& names) {
    drawn_bins bins;
    const auto add = [&](std::int64_t number, std::size_t series, const auto& values) {
        drawn_bin& bin = bins[number];
        bin.series.resize(names.size());
        bin.series[names.colour(series)].add(values);
        bin.all.add(values);
    };
    for (const chart_point& point : chart.points()) add(width.number_of(point.x), point.series, point.y);
    for (const auto& [key, values] : chart.bins()) {
        const std::int64_t number =
            width.width == chart.x_width().width ? key.x : chart.x_width().number_in(key.x, width);
        add(number, key.series, values);
    }
    return bins;
}

/// A column over each bin that carries the tooltip.
inline void draw_hover(markup& out, const x_axis& axis, const bin_width& width, std::int64_t number,
                       std::string_view text) {
    const double left = axis.place(width.start_of(number));
    const double right = axis.place(width.start_of(number + 1));
    out.open("rect").set("x", percent{100 * left}).set("width", percent{100 * std::max(right - left, 0.001)});
    out.set("y", top_px - 6).set("height", bottom_px - top_px + 6).element("title", text).close();
}

inline void note_left_out(panel& drawn, const column_chart& chart) {
    if (const std::uint64_t out = chart.left_out(); out != 0) {
        const chart_columns& columns = chart.columns();
        drawn.notes.push_back(counted(out, "row has", "rows have") + " no " + columns.x +
                              (columns.y.empty() ? "" : " or no " + columns.y) + " and " + (out == 1 ? "is" : "are") +
                              " not in this chart.");
    }
}

[[nodiscard]] inline std::string in_utc(const column_chart& chart) {
    return chart.x_kind() == axis_kind::time ? "Time in UTC" : "";
}

[[nodiscard]] inline panel framed(const column_chart& chart, std::string title, std::string subtitle,
                                  const drawn_names& names, std::string drawing) {
    panel drawn{.id = "chart",
                .title = std::move(title),
                .subtitle = std::move(subtitle),
                .legend = names.legend,
                .drawing = std::move(drawing),
                .height = bottom_px + 42,
                .gutter = axis_gutter_px};
    note_left_out(drawn, chart);
    return drawn;
}

/// The text of a bin's tooltip: where it is, the whole, and each series.
[[nodiscard]] inline std::string counts_text(const std::string& where, const drawn_bin& bin, const drawn_names& names) {
    std::string text = where + "\n" + counted(bin.all.count, "packet", "packets");
    for (std::size_t i = 0; i < bin.series.size() && names.size() > 1; ++i)
        if (bin.series[i].count != 0) text += "\n" + names.names[i] + ": " + grouped(bin.series[i].count);
    return text;
}

/// Bars over x, one series above the other.
inline void draw_bars(markup& out, const x_axis& axis, const bin_width& width, const drawn_bins& bins,
                      const number_axis& counts, const drawn_names& names) {
    std::vector<std::string> paths(names.size());
    constexpr double least_units = 6;  // what is there is seen
    for (const auto& [number, bin] : bins) {
        const double left = unit * axis.place(width.start_of(number));
        const double right = unit * axis.place(width.start_of(number + 1));
        const double inset = 0.06 * (right - left);
        double y = unit;
        const double height = std::max(least_units, unit * counts.place(static_cast<double>(bin.all.count)));
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < bin.series.size(); ++i) {
            below += bin.series[i].count;
            const double upper = unit - scaled(below, bin.all.count, height);
            if (y - upper < 0.05) continue;
            paths[i] += "M" + decimal(left + inset, 2) + " " + decimal(y, 1) + "V" + decimal(upper, 1) + "H" +
                        decimal(right - inset, 2) + "V" + decimal(y, 1) + "z";
            y = upper;
        }
    }
    open_stretched(out);
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (!paths[i].empty()) out.open("path").set("class", series_style(names.style(i))).set("d", paths[i]).close();
    out.close().line_feed();
}

[[nodiscard]] inline panel hist_panel(const column_chart& chart, const drawn_names& names) {
    const value_range& range = chart.x_range();
    const bin_width width = chart.x_width().drawn(range.least, range.most, bins_drawn);
    const drawn_bins bins = make_bins(chart, width, names);
    x_axis axis{chart.x_kind(), width.start_of(width.number_of(range.least)),
                width.start_of(width.number_of(range.most) + 1), chart.x_info().unit};
    std::uint64_t most = 1;
    for (const auto& [number, bin] : bins) most = std::max(most, bin.all.count);
    const number_axis counts = make_number_axis(0, static_cast<double>(most), 5);
    markup out;
    draw_captions(out, "Packets per " + bin_text(width, chart.x_info().unit), named_with_unit(chart.x_info()));
    draw_y_axis(out, counts, "");
    draw_bars(out, axis, width, bins, counts, names);
    draw_x_ticks(out, axis);
    out.open("g").set("class", "hover");
    for (const auto& [number, bin] : bins)
        draw_hover(out, axis, width, number,
                   counts_text(bin_range_text(width, number, chart.x_info().unit), bin, names));
    out.close().line_feed();
    return framed(chart, "Distribution of " + chart.columns().x, in_utc(chart), names, out.take());
}

/// The line of one series through its bins, and the band from the least to the most value of each.
struct drawn_line {
    std::string line;
    std::string upper;
    std::string lower;  ///< from right to left
};

inline void draw_line_paths(markup& out, const std::vector<drawn_line>& lines, const drawn_names& names) {
    open_stretched(out);
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!lines[i].lower.empty())
            out.open("path")
                .set("class", series_style(names.style(i)))
                .set("fill-opacity", ".16")
                .set("d", lines[i].upper + lines[i].lower + "z")
                .close();
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!lines[i].line.empty())
            out.open("path")
                .set("class", "line l" + std::to_string(names.style(i)))
                .set("vector-effect", "non-scaling-stroke")
                .set("d", lines[i].line)
                .close();
    out.close().line_feed();
}

inline void go_to(std::string& path, double x, double y) {
    path += (path.empty() ? "M" : "L") + decimal(x, 2) + " " + decimal(y, 2);
}

/// How many packets there are over x.
[[nodiscard]] inline panel count_line_panel(const column_chart& chart, const drawn_names& names) {
    const value_range& range = chart.x_range();
    const bin_width width = chart.x_width().drawn(range.least, range.most, 2 * bins_drawn);
    const drawn_bins bins = make_bins(chart, width, names);
    x_axis axis{chart.x_kind(), width.start_of(width.number_of(range.least)),
                width.start_of(width.number_of(range.most) + 1), chart.x_info().unit};
    std::uint64_t most = 1;
    for (const auto& [number, bin] : bins)
        for (const bin_values& one : bin.series) most = std::max(most, one.count);
    const number_axis counts = make_number_axis(0, static_cast<double>(most), 5);
    std::vector<drawn_line> lines(names.size());
    markup hover;
    hover.open("g").set("class", "hover");
    for (std::int64_t number = width.number_of(range.least); number <= width.number_of(range.most); ++number) {
        const auto bin = bins.find(number);
        const double x = unit * (axis.place(width.start_of(number)) + axis.place(width.start_of(number + 1))) / 2;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::uint64_t count = bin == bins.end() ? 0 : bin->second.series[i].count;
            go_to(lines[i].line, x, unit * (1 - counts.place(static_cast<double>(count))));
        }
        if (bin == bins.end()) continue;
        draw_hover(hover, axis, width, number,
                   counts_text(bin_range_text(width, number, chart.x_info().unit), bin->second, names));
    }
    hover.close().line_feed();
    markup out;
    draw_captions(out, "Packets per " + bin_text(width, chart.x_info().unit), named_with_unit(chart.x_info()));
    draw_y_axis(out, counts, "");
    draw_line_paths(out, lines, names);
    draw_x_ticks(out, axis);
    out.raw(hover.take());
    return framed(chart, "Packets over " + chart.columns().x, in_utc(chart), names, out.take());
}

/// A small circle for each pair of values, whose tooltip says both.
inline void draw_points(markup& out, const column_chart& chart, const x_axis& axis, const number_axis& values,
                        const drawn_names& names, double radius) {
    const std::string_view x_unit = chart.x_info().unit;
    for (const chart_point& point : chart.points()) {
        const std::size_t colour = names.colour(point.series);
        const double y = bottom_px - values.place(static_cast<double>(point.y)) * (bottom_px - top_px);
        out.open("circle")
            .set("class", series_style(names.style(colour)))
            .set("cx", percent{100 * axis.place(point.x)});
        out.set("cy", y).set("r", radius).set("fill-opacity", ".65");
        const std::string x = axis.kind == axis_kind::time
                                  ? iso_text(point.x)
                                  : value_text(static_cast<double>(point.x), x_unit == "bytes" ? "" : x_unit);
        out.element("title", (names.size() > 1 ? names.names[colour] + "\n" : "") + chart.columns().x + " " + x + "\n" +
                                 chart.columns().y + " " + value_text(static_cast<double>(point.y), ""));
        out.close();
    }
    out.line_feed();
}

[[nodiscard]] inline number_axis axis_of_y(const column_chart& chart) {
    return make_number_axis(static_cast<double>(chart.y_range().least), static_cast<double>(chart.y_range().most), 5);
}

/// y over x: each value where there are few, else means in bins with their least and greatest values.
[[nodiscard]] inline panel value_line_panel(const column_chart& chart, const drawn_names& names) {
    const number_axis values = axis_of_y(chart);
    const auto up = [&](double value) { return unit * (1 - values.place(value)); };
    const x_axis axis = make_x_axis(chart);
    std::vector<drawn_line> lines(names.size());
    markup out;
    markup above;
    draw_y_axis(out, values, chart.y_info().unit);
    std::string caption = named_with_unit(chart.y_info());
    std::string subtitle = in_utc(chart);
    if (!chart.is_binned()) {
        std::vector<chart_point> points = chart.points();
        std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
        for (const chart_point& point : points)
            go_to(lines[names.colour(point.series)].line, unit * axis.place(point.x), up(static_cast<double>(point.y)));
        constexpr std::size_t points_shown = 400;
        if (points.size() <= points_shown) draw_points(above, chart, axis, values, names, 2.2);
    } else {
        const bin_width width = chart.x_width().drawn(chart.x_range().least, chart.x_range().most, 2 * bins_drawn);
        caption = "Mean " + caption + " per " + bin_text(width, chart.x_info().unit);
        subtitle += (subtitle.empty() ? "" : ". ") + std::string("Bands reach from the least to the greatest value.");
        above.open("g").set("class", "hover");
        std::vector<std::string> lower(names.size());
        for (const auto& [number, bin] : make_bins(chart, width, names)) {
            const double x = unit * (axis.place(width.start_of(number)) + axis.place(width.start_of(number + 1))) / 2;
            std::string text = bin_range_text(width, number, chart.x_info().unit);
            for (std::size_t i = 0; i < bin.series.size(); ++i) {
                const bin_values& one = bin.series[i];
                if (one.count == 0) continue;
                const double mean = one.sum / static_cast<double>(one.count);
                go_to(lines[i].line, x, up(mean));
                go_to(lines[i].upper, x, up(static_cast<double>(one.most)));
                lower[i].insert(0, "L" + decimal(x, 2) + " " + decimal(up(static_cast<double>(one.least)), 2));
                text += "\n" + (names.size() > 1 ? names.names[i] + ": " : std::string()) + "mean " +
                        value_text(mean, "") + ", " + value_text(static_cast<double>(one.least), "") + " to " +
                        value_text(static_cast<double>(one.most), "") + ", " + counted(one.count, "packet", "packets");
            }
            draw_hover(above, axis, width, number, text);
        }
        for (std::size_t i = 0; i < lines.size(); ++i) lines[i].lower = lower[i];
        above.close().line_feed();
    }
    draw_captions(out, caption, named_with_unit(chart.x_info()));
    draw_line_paths(out, lines, names);
    draw_x_ticks(out, axis);
    out.raw(above.take());
    return framed(chart, chart.columns().y + " over " + chart.columns().x, subtitle, names, out.take());
}

/// How many points there are at each place, as fields that are the stronger the more there are.
inline void draw_fields(markup& out, const column_chart& chart, const x_axis& axis, const number_axis& values,
                        const drawn_names& names) {
    std::uint64_t most = 1;
    for (const auto& [key, counted_here] : chart.bins()) most = std::max(most, counted_here.count);
    const bin_width& across = chart.x_width();
    const bin_width& up = chart.y_width();
    for (const auto& [key, here] : chart.bins()) {
        const std::size_t colour = names.colour(key.series);
        const double left = axis.place(across.start_of(key.x));
        const double right = axis.place(across.start_of(key.x + 1));
        const double low = values.place(static_cast<double>(up.start_of(key.y)));
        const double high = values.place(static_cast<double>(up.start_of(key.y + 1)));
        constexpr double least_px = 3;
        const double height = std::max(least_px, (high - low) * (bottom_px - top_px));
        constexpr double weakest = 0.22;
        const double strength = most == 1 ? 1
                                          : weakest + (1 - weakest) * std::log(static_cast<double>(here.count)) /
                                                          std::log(static_cast<double>(most));
        out.open("rect").set("class", series_style(names.style(colour))).set("x", percent{100 * left});
        out.set("width", percent{100 * std::max(right - left, 0.004)}).set("height", height);
        out.set("y", bottom_px - low * (bottom_px - top_px) - height).set("fill-opacity", strength);
        out.element("title", (names.size() > 1 ? names.names[colour] + "\n" : "") + chart.columns().x + " " +
                                 bin_range_text(across, key.x, "") + "\n" + chart.columns().y + " " +
                                 bin_range_text(up, key.y, "") + "\n" + counted(here.count, "packet", "packets"));
        out.close();
    }
    out.line_feed();
}

[[nodiscard]] inline panel scatter_panel(const column_chart& chart, const drawn_names& names) {
    const number_axis values = axis_of_y(chart);
    const x_axis axis = make_x_axis(chart);
    markup out;
    draw_captions(out, named_with_unit(chart.y_info()), named_with_unit(chart.x_info()));
    draw_y_axis(out, values, chart.y_info().unit);
    draw_x_ticks(out, axis);
    if (chart.is_binned())
        draw_fields(out, chart, axis, values, names);
    else
        draw_points(out, chart, axis, values, names, 2.6);
    panel drawn = framed(chart, chart.columns().y + " against " + chart.columns().x, in_utc(chart), names, out.take());
    if (chart.is_binned())
        drawn.notes.push_back(
            grouped(chart.rows() - chart.left_out()) +
            " points: a field stands for those at its place, and is the stronger the more there are.");
    return drawn;
}

/// A bar for each value of x.
[[nodiscard]] inline panel bars_panel(const column_chart& chart, const drawn_names& names) {
    const auto ranked = chart.values().top(bars_drawn, std::less<>());
    const bool sums = !chart.columns().y.empty();
    const std::string_view unit_of_values = sums ? chart.y_info().unit : std::string_view();
    const auto amount = [&](const bar_tally& t) { return sums ? t.sum : t.packets; };
    const auto shown = [&](std::uint64_t value) {
        return sums ? value_text(static_cast<double>(value), unit_of_values) : short_packets_text(value);
    };
    const std::uint64_t longest = ranked.empty() ? 1 : std::max<std::uint64_t>(amount(ranked[0].count), 1);
    std::map<std::string, std::vector<std::uint64_t>> parts;
    for (const auto& part : chart.parts().entries()) {
        auto& of_value = parts[part.key.bytes.substr(0, part.key.bytes.size() - 1)];
        of_value.resize(names.size());
        of_value[names.colour(static_cast<std::uint8_t>(part.key.bytes.back()))] += amount(part.count);
    }
    std::vector<bar_row> rows;
    for (const auto& entry : ranked) {
        bar_row row;
        row.label = chart.text_of(entry.key);
        row.value = (entry.missed == 0 ? "" : "\xe2\x89\xa5 ") + shown(amount(entry.count));
        row.detail = sums ? short_packets_text(entry.count.packets) : "";
        row.tooltip = row.label + "\n" + shown(amount(entry.count));
        const auto divided = parts.find(entry.key.bytes);
        std::vector<std::uint64_t> pieces = divided == parts.end() ? std::vector{amount(entry.count)} : divided->second;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            row.pieces.push_back(
                {chart.columns().by.empty() ? "forth" : series_style(names.style(i)), scaled(pieces[i], longest, 100)});
            if (pieces[i] != 0 && pieces.size() > 1) row.tooltip += "\n" + names.names[i] + ": " + shown(pieces[i]);
        }
        rows.push_back(std::move(row));
    }
    const std::size_t all = chart.values().entries().size();
    panel drawn{.id = "chart",
                .title = (sums ? "Sum of " + chart.columns().y : std::string("Packets")) + " by " + chart.columns().x,
                .extent = rows.size() < all || !chart.values().is_exact()
                              ? std::to_string(rows.size()) + " of " + (chart.values().is_exact() ? "" : "more than ") +
                                    grouped(all)
                              : "",
                .legend = names.legend,
                .drawing = draw_rows(rows, sums ? 72 : 100),
                .height = rows_height(rows)};
    if (!chart.values().is_exact())
        drawn.notes.push_back("More values than are counted at a time: where \xe2\x89\xa5 stands up to " +
                              shown(chart.values().missed_max()) + " may be missing.");
    note_left_out(drawn, chart);
    return drawn;
}

}  // namespace chart_detail

/// The chart as a panel.
[[nodiscard]] inline panel chart_panel(const column_chart& chart) {
    using namespace chart_detail;
    const drawn_names names = choose_names(chart, series_counts(chart));
    if (chart.rows() == chart.left_out())
        return empty_panel("chart", chart.columns().x,
                           chart.rows() == 0 ? "There is no packet." : "No packet has a value for this chart.");
    if (chart.has_bars()) return bars_panel(chart, names);
    if (chart.columns().kind == chart_kind::hist) return hist_panel(chart, names);
    if (chart.columns().kind == chart_kind::scatter) return scatter_panel(chart, names);
    return chart.has_y() ? value_line_panel(chart, names) : count_line_panel(chart, names);
}

}  // namespace pcapframe::inline v0_2::charts
