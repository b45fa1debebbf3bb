// Panels as one SVG file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/page.hpp>

namespace pcapframe::inline v0_2::charts {

namespace picture_detail {

inline constexpr double margin_px = 36;
inline constexpr double between_px = 40;
/// An average character of the texts here.
inline constexpr double character_px = 6.6;

/// A place in a picture, in pixels.
struct place {
    double x;
    double y;
    double width;
};

inline void write(markup& out, double x, double y, std::string_view style, double size, std::string_view content) {
    out.open("text").set("class", style).set("x", x).set("y", y).set("style", "font-size:" + decimal(size, 1) + "px");
    out.text(content).close();
}

/// `text` in lines of at most `characters`, broken between words.
[[nodiscard]] inline std::vector<std::string> wrapped(std::string_view text, std::size_t characters) {
    std::vector<std::string> lines;
    while (text.size() > characters) {
        const std::size_t space = text.rfind(' ', characters);
        if (space == std::string_view::npos || space == 0) break;
        lines.emplace_back(text.substr(0, space));
        text.remove_prefix(space + 1);
    }
    lines.emplace_back(text);
    return lines;
}

/// At most `characters` of a text, with an ellipsis where there are more.
[[nodiscard]] inline std::string shortened(std::string_view text, std::size_t characters) {
    std::size_t end = 0;
    for (std::size_t count = 0; count < characters && end < text.size(); ++count)
        end += std::max<std::size_t>(1, first_code_point(text.substr(end)).length);
    return end == text.size() ? std::string(text) : std::string(text.substr(0, end)) + "\xe2\x80\xa6";
}

/// Writes a paragraph and returns the paragraph's height.
inline double write_paragraph(markup& out, place at, std::string_view style, std::string_view text) {
    constexpr double line_px = 17;
    double y = at.y;
    for (const std::string& line : wrapped(text, static_cast<std::size_t>(at.width / character_px)))
        write(out, at.x, y += line_px, style, 12, line);
    return y - at.y;
}

/// Writes a legend in as many lines as needed and returns the height of these lines.
inline double write_legend(markup& out, place at, const std::vector<legend_item>& items) {
    constexpr double line_px = 18;
    constexpr double mark_px = 10;
    double x = at.x;
    double y = at.y;
    for (const legend_item& item : items) {
        const double width = mark_px + 6 + 18 + character_px * static_cast<double>(item.text.size());
        if (x > at.x && x + width > at.x + at.width + 18) {
            x = at.x;
            y += line_px;
        }
        out.open("rect")
            .set("class", item.style)
            .set("x", x)
            .set("y", y + 5)
            .set("width", mark_px)
            .set("height", mark_px)
            .close();
        write(out, x + mark_px + 6, y + 14, "m", 12, item.text);
        x += width;
    }
    return items.empty() ? 0 : y + line_px - at.y;
}

/// Draws a panel and returns the panel's height.
inline double draw_panel(markup& out, place at, const panel& shown) {
    double y = at.y;
    out.open("line").set("class", "grid").set("x1", at.x).set("x2", at.x + at.width).set("y1", y).set("y2", y).close();
    write(out, at.x, y += 28, "c", 16, shown.title);
    if (!shown.extent.empty()) {
        out.open("text").set("class", "m").set("x", at.x + at.width).set("y", y).set("text-anchor", "end");
        out.text(shown.extent).close();
    }
    if (!shown.subtitle.empty()) y += write_paragraph(out, {at.x, y + 2, at.width}, "m", shown.subtitle) + 2;
    y += 8;
    y += write_legend(out, {at.x, y, at.width}, shown.legend);
    y += 14;
    out.line_feed().open("svg").set("x", at.x + shown.gutter).set("y", y).set("width", at.width - shown.gutter);
    out.set("height", shown.height).set("overflow", "visible").raw("\n" + shown.drawing).close().line_feed();
    y += shown.height;
    for (const std::string& note : shown.notes) y += write_paragraph(out, {at.x, y + 4, at.width}, "m", note) + 4;
    return y - at.y;
}

/// Writes the totals side by side, with equal spaces between them.
inline void write_totals(markup& out, place at, const std::vector<total_item>& totals) {
    constexpr double value_character_px = 11.2;
    constexpr double name_character_px = 7.2;
    const auto width_of = [](const total_item& item) {
        return std::max(value_character_px * static_cast<double>(item.value.size()),
                        name_character_px * static_cast<double>(item.name.size()));
    };
    double taken = 0;
    for (const total_item& item : totals) taken += width_of(item);
    const double between = std::max(8.0, (at.width - taken) / static_cast<double>(totals.size()));
    double x = at.x;
    for (const total_item& item : totals) {
        write(out, x, at.y, "m", 12, item.name);
        write(out, x, at.y + 25, "v", 20, item.value);
        x += width_of(item) + between;
    }
}

/// Draws the title, the warnings and the line of totals, and returns the height of all three.
inline double draw_heading(markup& out, place at, const page_content& content) {
    constexpr double title_character_px = 16;
    double y = at.y + 24;
    write(out, at.x, y, "c", 26, shortened(content.title, static_cast<std::size_t>(at.width / title_character_px)));
    if (!content.when.empty()) write(out, at.x, y += 24, "m", 14, content.when);
    for (const std::string& warning : content.warnings)
        y += write_paragraph(out, {at.x, y + 6, at.width}, "t", warning) + 6;
    if (content.totals.empty()) return y - at.y;
    write_totals(out, {at.x, y += 36, at.width}, content.totals);
    return y + 25 - at.y;
}

/// Panels side by side until a row is full; returns the height of all rows.
inline double draw_rows_of_panels(markup& out, place at, const std::vector<placed_panel>& panels) {
    double y = at.y;
    double x = at.x;
    double tallest = 0;
    for (const placed_panel& placed : panels) {
        const double parts = placed.width == "third" ? 3 : placed.width == "half" ? 2 : 1;
        const double width = (at.width - between_px * (parts - 1)) / parts;
        if (x + width > at.x + at.width + 1) {
            x = at.x;
            y += tallest + between_px;
            tallest = 0;
        }
        tallest = std::max(tallest, draw_panel(out, {x, y, width}, placed.content));
        x += width + between_px;
    }
    return y + tallest - at.y;
}

}  // namespace picture_detail

/// The picture, of a width in pixels.
[[nodiscard]] inline std::string make_picture(const page_content& content, double width) {
    using namespace picture_detail;
    markup inside;
    const double inner = width - 2 * margin_px;
    double y = margin_px;
    y += draw_heading(inside, {margin_px, y, inner}, content) + between_px;
    y += draw_rows_of_panels(inside, {margin_px, y, inner}, content.panels) + margin_px;

    markup out;
    out.open("svg").set("xmlns", "http://www.w3.org/2000/svg").set("width", width).set("height", y);
    out.set("viewBox", "0 0 " + decimal(width, 0) + " " + decimal(y, 0)).line_feed();
    out.element("title", content.title).line_feed();
    out.open("style").raw(picture_style() + std::string(content.style)).close().line_feed();
    out.open("rect").set("class", "ground").set("width", width).set("height", y).close().line_feed();
    out.raw(inside.take()).close().line_feed();
    return out.take();
}

}  // namespace pcapframe::charts
