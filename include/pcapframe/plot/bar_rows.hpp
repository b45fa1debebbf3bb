// Ranked rows: a label, a value, and a bar for each. Hosts, conversations, ports and protocols are drawn as such rows.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/panel.hpp>

namespace pcapframe::inline v0_2::charts {

/// A piece of a bar, in percent of the longest bar.
struct bar_piece {
    std::string style;
    double length = 0;
};

/// One row.
struct bar_row {
    std::string label;
    std::string label_note;    ///< after the label, less prominent
    std::string second_label;  ///< a line below the label; empty for none
    std::string value;         ///< at the right end of the first line
    std::string detail;        ///< at the right end of the bar's line
    std::vector<bar_piece> pieces;
    std::string tooltip;
};

namespace rows_detail {

inline constexpr double line_px = 19;
inline constexpr double bar_px = 8;
inline constexpr double row_gap_px = 13;

[[nodiscard]] inline double height_of(const bar_row& row) noexcept {
    return (row.second_label.empty() ? 1 : 2) * line_px + bar_px + row_gap_px;
}

inline void draw_label(markup& out, const bar_row& row, double y) {
    out.open("text").set("class", "t").set("x", percent{0}).set("y", y).text(row.label);
    if (!row.label_note.empty()) out.open("tspan").set("class", "m").set("dx", 8.0).text(row.label_note).close();
    out.close();
}

inline void draw_pieces(markup& out, const bar_row& row, double y, double bars_end) {
    constexpr double least = 0.4;
    double x = 0;
    for (const bar_piece& piece : row.pieces) {
        if (piece.length <= 0) continue;
        const double length = std::max(least, piece.length / 100 * bars_end);
        out.open("rect").set("class", piece.style).set("x", percent{x}).set("width", percent{length}).set("y", y);
        out.set("height", bar_px).close();
        x += length;
    }
}

}  // namespace rows_detail

/// The height of the rows, in pixels.
[[nodiscard]] inline double rows_height(const std::vector<bar_row>& rows) noexcept {
    double height = 0;
    for (const bar_row& row : rows) height += rows_detail::height_of(row);
    return height;
}

/// Bars end at `bars_end` percent, before the details on the right begin.
[[nodiscard]] inline std::string draw_rows(const std::vector<bar_row>& rows, double bars_end = 68) {
    using namespace rows_detail;
    markup out;
    double y = 0;
    for (const bar_row& row : rows) {
        const double height = height_of(row);
        out.open("g").element("title", row.tooltip);
        // So that the tooltip comes up over the whole row.
        out.open("rect")
            .set("class", "row")
            .set("x", percent{0})
            .set("width", percent{100})
            .set("y", y)
            .set("height", height);
        out.close();
        constexpr double baseline = 13;
        draw_label(out, row, y + baseline);
        draw_text(out, {{100}, y + baseline, "v", "end"}, row.value);
        double bar_y = y + line_px;
        if (!row.second_label.empty()) {
            draw_text(out, {{0}, y + line_px + baseline, "t"}, row.second_label);
            bar_y += line_px;
        }
        draw_pieces(out, row, bar_y, bars_end);
        draw_text(out, {{100}, bar_y + bar_px, "m", "end"}, row.detail);
        out.close().line_feed();
        y += height;
    }
    return out.take();
}

}  // namespace pcapframe::charts
