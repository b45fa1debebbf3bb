// The timeline: packets and bytes per interval, stacked by protocol, above one axis of time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/panel.hpp>
#include <pcapframe/plot/timeline_view.hpp>

namespace pcapframe::inline v0_2::charts {

namespace timeline_detail {

/// Bars are drawn in units of a slot across and of a thousandth of the plot's height.
inline constexpr double bar_units = 1000;
inline constexpr double bar_units_least = 8;  ///< what is there is seen
inline constexpr double bar_inset = 0.07;     ///< slots that a bar leaves free at each side

struct plot_area {
    quantity what;
    double top;
    double bottom;
};

[[nodiscard]] inline std::uint64_t amount(const tally& t, quantity what) noexcept {
    return what == quantity::packets ? t.packets : t.bytes;
}

/// Adds the bar of one slot to the paths of the series.
inline void add_bar(std::vector<std::string>& paths, const time_slot& slot, std::size_t at, quantity what,
                    std::uint64_t top) {
    const std::uint64_t total = amount(slot.total, what);
    if (total == 0) return;
    const double height = std::max(bar_units_least, scaled(total, top, bar_units));
    double y = bar_units;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < slot.series.size(); ++i) {
        below += amount(slot.series[i], what);
        const double upper = bar_units - scaled(below, total, height);
        if (y - upper < 0.05) continue;
        paths[i] += "M" + decimal(static_cast<double>(at) + bar_inset, 2) + " " + decimal(y, 1) + "V" +
                    decimal(upper, 1) + "h" + decimal(1 - 2 * bar_inset, 2) + "V" + decimal(y, 1) + "z";
        y = upper;
    }
}

inline void draw_bars(markup& out, const timeline_view& view, const time_segment& segment, const plot_area& area,
                      std::uint64_t top) {
    std::vector<std::string> paths(view.series.size());
    for (std::size_t i = 0; i < segment.slots; ++i)
        add_bar(paths, view.slots[segment.first_slot + i], i, area.what, top);
    out.open("svg").set("x", percent{segment.left}).set("width", percent{segment.width}).set("y", area.top);
    out.set("height", area.bottom - area.top).set("viewBox", "0 0 " + std::to_string(segment.slots) + " 1000");
    out.set("preserveAspectRatio", "none");
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].empty()) continue;
        out.open("path").set("class", series_style(view.series[i].colour)).set("d", paths[i]).close();
    }
    out.close().line_feed();
}

/// "Packets per 10 ms", the heading above a plot of the timeline.
inline void draw_caption(markup& out, const timeline_view& view, const plot_area& area, std::uint64_t peak) {
    const std::string what = area.what == quantity::packets ? "Packets per " : "Bytes per ";
    const std::string shown_peak = area.what == quantity::packets ? grouped(peak) : bytes_text(peak);
    constexpr double above_plot = 14;
    draw_text(out, {{0}, area.top - above_plot, "c", "start", -axis_gutter_px}, what + per_text(view.slot_width));
    draw_text(out, {{100}, area.top - above_plot, "m", "end"}, "peak " + shown_peak);
}

inline void draw_plot(markup& out, const timeline_view& view, const plot_area& area) {
    std::uint64_t peak = 0;
    for (const time_slot& slot : view.slots) peak = std::max(peak, amount(slot.total, area.what));
    const value_axis axis = make_value_axis(peak, 4);
    draw_caption(out, view, area, peak);
    draw_value_axis(out, axis, area.what, area.top, area.bottom);
    for (const time_segment& segment : view.segments) draw_bars(out, view, segment, area, axis.top);
}

/// The width of a page that ticks are made for. Ticks of the class "wide" and of the class "narrow" are never shown
/// together.
struct tick_layout {
    std::string_view style;
    double axis_px;
    double margin_px;  ///< free to the right of the axis
};
inline constexpr std::array tick_layouts{tick_layout{"wide", 720, 36}, tick_layout{"narrow", 280, 16}};

inline void draw_ticks(markup& out, const timeline_view& view, const time_segment& segment, double y,
                       const tick_layout& layout) {
    const std::int64_t begin = interval_start(segment.first_number, view.slot_width);
    const std::int64_t end =
        interval_start(view.number_of(segment, segment.first_slot + segment.slots), view.slot_width);
    const double width_px = layout.axis_px * segment.width / 100;
    out.open("g").set("class", layout.style);
    for (const time_tick& tick : time_ticks(begin, end, width_px)) {
        const percent x{segment.left + tick.at * segment.width};
        out.open("line").set("class", "axis").set("x1", x).set("x2", x).set("y1", y).set("y2", y + 5).close();
        const double half_px = label_px(tick) / 2;
        // To the left of the axis there is the gutter. What does not fit to the right is left out.
        if ((100 - x.value) / 100 * layout.axis_px + layout.margin_px < half_px) continue;
        const bool cut_before = segment.left > 0 && tick.at * width_px < half_px;
        const std::string_view anchor = cut_before ? "start" : "middle";
        draw_text(out, {x, y + 20, "m", anchor}, tick.label);
        if (!tick.context.empty()) draw_text(out, {x, y + 36, "m", anchor}, tick.context);
    }
    out.close().line_feed();
}

/// Two strokes where the axis leaves time out.
inline void draw_cuts(markup& out, const timeline_view& view, double y) {
    for (std::size_t i = 1; i < view.segments.size(); ++i) {
        const time_segment& before = view.segments[i - 1];
        const double middle = (before.left + before.width + view.segments[i].left) / 2;
        out.open("svg").set("x", percent{middle}).set("y", y - 6).set("width", 1.0).set("height", 12.0);
        out.set("overflow", "visible")
            .open("rect")
            .set("class", "gap")
            .set("x", -4.0)
            .set("width", 8.0)
            .set("height", 12.0);
        out.close().open("path").set("class", "axis").set("d", "M-6 12l4-12M2 12l4-12").close().close();
    }
}

/// What one interval holds: the text of its tooltip, a line for the time, the total and each protocol.
[[nodiscard]] inline std::string slot_text(const timeline_view& view, const time_slot& slot, std::int64_t number,
                                           bool has_bytes) {
    const auto amounts = [&](const tally& t) {
        return packets_text(t.packets) + (has_bytes ? ", " + bytes_text(t.bytes) : "");
    };
    const bool empty = slot.total.packets == 0;
    std::string text = interval_text(number, view.slot_width) + "\n" + (empty ? "no packets" : amounts(slot.total));
    for (std::size_t i = 0; view.series.size() > 1 && i < slot.series.size(); ++i)
        if (slot.series[i].packets != 0) text += "\n" + view.series[i].name + ": " + amounts(slot.series[i]);
    return text;
}

/// A transparent column over each slot, which carries the tooltip.
inline void draw_hover_columns(markup& out, const timeline_view& view, double top, double bottom, bool has_bytes) {
    out.open("g").set("class", "hover");
    for (const time_segment& segment : view.segments) {
        const double width = segment.width / static_cast<double>(segment.slots);
        for (std::size_t i = 0; i < segment.slots; ++i) {
            const time_slot& slot = view.slots[segment.first_slot + i];
            out.open("rect")
                .set("x", percent{segment.left + static_cast<double>(i) * width})
                .set("width", percent{width});
            out.set("y", top).set("height", bottom - top);
            const std::int64_t number = view.number_of(segment, segment.first_slot + i);
            out.element("title", slot_text(view, slot, number, has_bytes)).close();
        }
        out.line_feed();
    }
    out.close().line_feed();
}

}  // namespace timeline_detail

/// The legend of the series.
[[nodiscard]] inline std::vector<legend_item> series_legend(const timeline_view& view) {
    std::vector<legend_item> legend;
    for (const drawn_series& s : view.series) legend.push_back({series_style(s.colour), s.name});
    return legend;
}

/// The panel.
[[nodiscard]] inline panel timeline_panel(const traffic_summary& summary) {
    using namespace timeline_detail;
    const timeline_view view = make_timeline_view(summary);
    if (summary.total().packets == 0) return empty_panel("timeline", "Traffic over time", "There is no packet.");
    if (view.slots.empty()) return empty_panel("timeline", "Traffic over time", "No packet carries a time.");
    const bool has_bytes = summary.has_bytes();
    const plot_area packets{quantity::packets, 30, has_bytes ? 170.0 : 230.0};
    const plot_area bytes{quantity::bytes, 228, 368};
    const double bottom = has_bytes ? bytes.bottom : packets.bottom;
    markup out;
    draw_plot(out, view, packets);
    if (has_bytes) draw_plot(out, view, bytes);
    for (const time_segment& segment : view.segments)
        for (const tick_layout& layout : tick_layouts) draw_ticks(out, view, segment, bottom, layout);
    draw_cuts(out, view, packets.bottom);
    if (has_bytes) draw_cuts(out, view, bytes.bottom);
    draw_hover_columns(out, view, packets.top - 6, bottom, has_bytes);

    panel drawn{.id = "timeline",
                .title = "Traffic over time",
                .subtitle = "Time in UTC",
                .legend = series_legend(view),
                .drawing = out.take(),
                .height = bottom + 42,
                .gutter = axis_gutter_px};
    if (view.left_out_ns != 0)
        drawn.notes.push_back("The axis leaves out " + duration_text(view.left_out_ns) + " without packets.");
    if (const std::uint64_t without = summary.packets_without_time(); without != 0)
        drawn.notes.push_back(counted(without, "packet has", "packets have") + " no time and " +
                              (without == 1 ? "is" : "are") + " not in this chart.");
    if (summary.protocols().entries().size() > traffic_summary::series_max)
        drawn.notes.push_back("Only the " + std::to_string(traffic_summary::series_max - 1) +
                              " protocols that came first are told apart over time.");
    return drawn;
}

}  // namespace pcapframe::charts
