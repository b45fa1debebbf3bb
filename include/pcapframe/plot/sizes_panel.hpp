// The histogram of packet sizes, on a logarithmic axis.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <pcapframe/plot/panel.hpp>
#include <pcapframe/plot/traffic_summary.hpp>

namespace pcapframe::inline v0_2::charts {

namespace sizes_detail {

/// Classes per doubling, as size_counts has them.
inline constexpr std::size_t classes_per_doubling = 4;

/// The classes that are drawn, in whole doublings: the classes with packets, and those from 32 to 2,047 bytes in any
/// case.
struct class_range {
    std::size_t begin;
    std::size_t end;

    [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
};

[[nodiscard]] inline class_range drawn_classes(const size_counts& sizes) noexcept {
    const std::size_t least = std::min(size_counts::class_of(sizes.least()), size_counts::class_of(32));
    const std::size_t most = std::max(size_counts::class_of(sizes.most()), size_counts::class_of(2'047));
    const std::size_t begin = least == 0 ? 0 : least - (least - 1) % classes_per_doubling;
    return {begin, most + classes_per_doubling - (most - 1) % classes_per_doubling};
}

/// "64", "1,024", "64 Ki", "1 Mi"
[[nodiscard]] inline std::string size_label(std::uint32_t bytes) {
    constexpr std::uint32_t kibi = 1024;
    if (bytes < 16 * kibi) return grouped(bytes);
    return bytes < kibi * kibi ? grouped(bytes / kibi) + " Ki" : grouped(bytes / kibi / kibi) + " Mi";
}

inline void draw_size_bars(markup& out, const size_counts& sizes, class_range classes, const value_axis& axis,
                           double top, double bottom) {
    const double width = 100.0 / static_cast<double>(classes.size());
    constexpr double inset = 0.08;
    constexpr double least_px = 1;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const std::size_t c = classes.begin + i;
        const std::uint64_t packets = sizes.packets_in(c);
        if (packets == 0) continue;
        const double height = std::max(least_px, scaled(packets, axis.top, bottom - top));
        const double x = static_cast<double>(i) * width;
        out.open("g").element("title", grouped(size_counts::class_begin(c)) + " to " +
                                           grouped(size_counts::class_end(c)) + " bytes\n" + packets_text(packets) +
                                           " (" + share_text(packets, sizes.packets()) + ")");
        out.open("rect").set("class", "row").set("x", percent{x}).set("width", percent{width}).set("y", top);
        out.set("height", bottom - top).close();
        out.open("rect")
            .set("class", "forth")
            .set("x", percent{x + inset * width})
            .set("width", percent{(1 - 2 * inset) * width});
        out.set("y", bottom - height).set("height", height).close().close().line_feed();
    }
}

/// A label at each doubling, or at every second or third where there are many.
inline void draw_size_ticks(markup& out, class_range classes, double bottom) {
    const double width = 100.0 / static_cast<double>(classes.size());
    const std::size_t doublings = classes.size() / classes_per_doubling;
    constexpr std::size_t labels_most = 8;
    const std::size_t every = doublings / labels_most + 1;
    for (std::size_t i = 0, doubling = 0; i < classes.size(); ++i) {
        const std::size_t c = classes.begin + i;
        if (c != 0 && (c - 1) % classes_per_doubling != 0) continue;
        const percent x{static_cast<double>(i) * width};
        out.open("line").set("class", "axis").set("x1", x).set("x2", x).set("y1", bottom).set("y2", bottom + 5).close();
        if (doubling++ % every == 0)
            draw_text(out, {x, bottom + 20, "m", "middle"}, size_label(size_counts::class_begin(c)));
    }
}

}  // namespace sizes_detail

/// The panel.
[[nodiscard]] inline panel sizes_panel(const traffic_summary& summary) {
    using namespace sizes_detail;
    const size_counts& sizes = summary.sizes();
    if (sizes.packets() == 0) {
        const bool none = summary.total().packets == 0;
        return empty_panel("sizes", "Packet sizes", none ? "There is no packet." : "No packet carries a size.");
    }
    const class_range classes = drawn_classes(sizes);
    std::uint64_t largest = 0;
    for (std::size_t c = classes.begin; c < classes.end; ++c) largest = std::max(largest, sizes.packets_in(c));
    const value_axis axis = make_value_axis(largest, 5);
    constexpr double top = 12;
    constexpr double bottom = 270;
    markup out;
    draw_value_axis(out, axis, quantity::packets, top, bottom);
    draw_size_bars(out, sizes, classes, axis, top, bottom);
    draw_size_ticks(out, classes, bottom);
    draw_text(out, {{100}, bottom + 38, "m", "end"}, "bytes on the wire");
    const std::string mean = decimal(scaled(sizes.bytes(), sizes.packets(), 1), 0);
    const std::string subtitle =
        "Median " + grouped(sizes.median()) + ", mean " + mean + ", largest " + grouped(sizes.most()) + " bytes";
    return {.id = "sizes",
            .title = "Packet sizes",
            .subtitle = subtitle,
            .drawing = out.take(),
            .height = bottom + 44,
            .gutter = axis_gutter_px};
}

}  // namespace pcapframe::charts
