// A panel: one chart with its heading and notes, drawn so that a page and a picture can both show it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/axis.hpp>
#include <pcapframe/plot/markup.hpp>

namespace pcapframe::inline v0_2::charts {

/// An entry of a legend.
struct legend_item {
    std::string style;  ///< class of the colour
    std::string text;
};

/// The drawing is the content of an SVG viewport whose height is given in pixels and whose width may be anything from
/// 280 pixels on: places across are percentages, and text keeps its size. Labels of a vertical axis stand to the left
/// of the viewport, in the gutter.
struct panel {
    std::string_view id{};
    std::string title{};
    std::string extent{};  ///< how much of all is shown: "10 of 528"
    std::string subtitle{};
    std::vector<legend_item> legend{};
    std::string drawing{};
    double height = 0;
    double gutter = 0;
    std::vector<std::string> notes{};  ///< what the chart does not show, or not exactly
};

/// The room for the numbers of the vertical axis, in pixels.
inline constexpr double axis_gutter_px = 60;

/// "s0" to "s6": the class of a series' colour.
[[nodiscard]] inline std::string series_style(std::size_t colour) { return "s" + std::to_string(colour); }

/// Where a text stands, and how it is aligned.
struct text_place {
    percent x;
    double y;
    std::string_view style = "t";
    std::string_view anchor = "start";
    double shift = 0;  ///< pixels to the right
};

/// Draws a text.
inline void draw_text(markup& out, const text_place& place, std::string_view content) {
    out.open("text").set("class", place.style).set("x", place.x).set("y", place.y);
    if (place.anchor != "start") out.set("text-anchor", place.anchor);
    if (place.shift != 0) out.set("dx", place.shift);
    out.text(content).close();
}

/// Draws a horizontal line.
inline void draw_line(markup& out, std::string_view style, percent from, percent to, double y) {
    out.open("line").set("class", style).set("x1", from).set("x2", to).set("y1", y).set("y2", y).close();
}

/// What stands in the place of a chart that has nothing to show.
[[nodiscard]] inline panel empty_panel(std::string_view id, std::string title, std::string_view why) {
    constexpr double height = 40;
    markup out;
    draw_text(out, {{0}, 16, "m"}, why);
    return {.id = id, .title = std::move(title), .drawing = out.take(), .height = height};
}

/// What an axis counts.
enum class quantity { packets, bytes };

/// A number at an axis.
[[nodiscard]] inline std::string axis_label(std::uint64_t value, quantity what) {
    if (what == quantity::bytes) return si_text(static_cast<double>(value), "B", true);
    constexpr std::uint64_t grouped_below = 1'000'000;
    return value < grouped_below ? grouped(value) : si_text(static_cast<double>(value), "", true);
}

/// Horizontal grid lines of a plot between `top` and `bottom`, each with its value in the gutter.
inline void draw_value_axis(markup& out, const value_axis& axis, quantity what, double top, double bottom) {
    for (std::uint64_t value = 0; value <= axis.top; value += axis.step) {
        const double y = bottom - scaled(value, axis.top, bottom - top);
        draw_line(out, value == 0 ? "axis" : "grid", {0}, {100}, y);
        constexpr double middle_of_digits = 4;
        draw_text(out, {{0}, y + middle_of_digits, "m", "end", -10}, axis_label(value, what));
    }
}

}  // namespace pcapframe::charts
