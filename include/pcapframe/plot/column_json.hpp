// The numbers of a chart of columns, for programs.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <pcapframe/plot/column_chart.hpp>
#include <pcapframe/plot/summary_json.hpp>

namespace pcapframe::inline v0_2::charts {

/// The chart as one JSON object: the points or bins as they are kept, or the values of bars.
[[nodiscard]] inline std::string chart_json(const column_chart& chart, std::string_view title, std::size_t rows) {
    using namespace json_detail;
    const chart_columns& columns = chart.columns();
    std::string_view kind;
    for (const chart_kind_info& known : chart_kinds)
        if (known.kind == columns.kind) kind = known.name;
    std::string text = "{" + member("title", title) + "," + member("kind", kind) + "," + member("x", columns.x) + "," +
                       member("y", columns.y) + "," + member("by", columns.by) + "," + member("rows", chart.rows()) +
                       "," + member("rows_without_values", chart.left_out());
    const auto name = [&](std::size_t series) {
        return columns.by.empty() ? std::string() : chart.series().name(series);
    };
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    if (chart.has_bars()) {
        text += ",\n\"values\":" + list(chart.values().top(rows, std::less<>()), [&](const auto& entry) {
                    return "{" + member("x", chart.text_of(entry.key)) + "," + member("packets", entry.count.packets) +
                           (columns.y.empty() ? "" : "," + member("sum", entry.count.sum)) +
                           (entry.missed == 0 ? "" : "," + member("missed_at_most", entry.missed)) + "}";
                });
    } else if (!chart.points().empty()) {
        text += ",\n\"points\":" + list(chart.points(), [&](const chart_point& point) {
                    return "{\"x\":" + number(point.x) + ",\"y\":" + number(point.y) + "," +
                           member("series", name(point.series)) + "}";
                });
    } else {
        text +=
            "," + member("x_width", static_cast<std::uint64_t>(chart.x_width().width)) +
            ",\n\"bins\":" + list(chart.bins(), [&](const auto& bin) {
                std::string one = "{\"x\":" + number(chart.x_width().start_of(bin.first.x)) + ",";
                if (columns.kind == chart_kind::scatter)
                    one += "\"y\":" + number(chart.y_width().start_of(bin.first.y)) + ",";
                else if (!columns.y.empty())
                    one += "\"least\":" + number(bin.second.least) + ",\"most\":" + number(bin.second.most) +
                           ",\"mean\":" + decimal(bin.second.sum / static_cast<double>(bin.second.count), 3) + ",";
                return one + member("packets", bin.second.count) + "," + member("series", name(bin.first.series)) + "}";
            });
    }
    return text + "}\n";
}

}  // namespace pcapframe::inline v0_2::charts
