// Captures as pictures: pages and drawings of what traffic_summary and column_chart have counted; and, as a table,
// rankings (top_rows).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/packet_table.hpp>
#include <pcapframe/plot/column_chart.hpp>
#include <pcapframe/plot/column_json.hpp>
#include <pcapframe/plot/column_panels.hpp>
#include <pcapframe/plot/page.hpp>
#include <pcapframe/plot/picture.hpp>
#include <pcapframe/plot/ranking_panels.hpp>
#include <pcapframe/plot/sizes_panel.hpp>
#include <pcapframe/plot/summary_json.hpp>
#include <pcapframe/plot/timeline_panel.hpp>
#include <pcapframe/plot/top_rows.hpp>
#include <pcapframe/plot/traffic_summary.hpp>

namespace pcapframe::inline v0_2 {

/// What is drawn.
struct plot_kind {
    std::string_view name;
    std::string_view meaning;
    charts::panel (*make)(const traffic_summary&);  ///< null for the overview, which has all panels
    std::string_view overview_width;                ///< of the panel in the overview
};

/// THE list of kinds; the kinds with a panel stand in the order of the overview.
inline constexpr std::array plot_kinds{
    plot_kind{"overview", "all of the following on one page, with totals", nullptr, ""},
    plot_kind{"timeline", "packets and bytes over time, by protocol", charts::timeline_panel, "full"},
    plot_kind{"protocols", "shares of the protocols", charts::protocols_panel, "third"},
    plot_kind{"ports", "the ports with the most traffic", charts::ports_panel, "third"},
    plot_kind{"sizes", "how large the packets are", charts::sizes_panel, "third"},
    plot_kind{"hosts", "the hosts with the most traffic, sent and received", charts::hosts_panel, "half"},
    plot_kind{"conversations", "the pairs of hosts with the most traffic", charts::conversations_panel, "half"},
};

/// A kind by its name; an unknown name is an error that carries the nearest known name, that of a chart of columns
/// (chart_kinds) too.
[[nodiscard]] inline result<const plot_kind*> find_plot_kind(std::string_view name) {
    std::vector<std::string_view> names;
    for (const plot_kind& known : plot_kinds) {
        if (known.name == name) return &known;
        names.push_back(known.name);
    }
    for (const chart_kind_info& known : chart_kinds) names.push_back(known.name);
    return unknown_name("kind of plot", name, names);
}

/// The chart of columns with that name; null where the name is none of these.
[[nodiscard]] inline const chart_kind_info* find_chart_kind(std::string_view name) {
    for (const chart_kind_info& known : chart_kinds)
        if (known.name == name) return &known;
    return nullptr;
}

/// Several kinds, by their names with commas in between; "overview" stands for all kinds.
[[nodiscard]] inline result<std::vector<const plot_kind*>> find_plot_kinds(std::string_view names) {
    std::vector<const plot_kind*> kinds;
    while (true) {
        const std::size_t comma = std::min(names.find(','), names.size());
        const result<const plot_kind*> kind = find_plot_kind(names.substr(0, comma));
        if (!kind) return kind.error();
        // A kind that is named again adds nothing.
        if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end()) kinds.push_back(*kind);
        if (comma == names.size()) return kinds;
        names.remove_prefix(comma + 1);
    }
}

/// `html`: one page that loads nothing, for every width, light and dark, with the values under the pointer. `svg`: a
/// drawing. `json`: the numbers, whatever the kind.
enum class plot_format : std::uint8_t { html, svg, json };

/// A format of plots: a row of the list.
struct plot_format_info {
    std::string_view name;
    std::string_view extension;  ///< of file names, with its dot
    plot_format format;
};

/// THE list of formats of plots.
inline constexpr std::array plot_formats{
    plot_format_info{"html", ".html", plot_format::html},
    plot_format_info{"svg", ".svg", plot_format::svg},
    plot_format_info{"json", ".json", plot_format::json},
};

/// A format by its name; an unknown name is an error that carries the nearest known one.
[[nodiscard]] inline result<plot_format> find_plot_format(std::string_view name) {
    const auto found = find_name(name, "format of plots", plot_formats);
    return found ? result<plot_format>((*found)->format) : found.error();
}

/// The format that a file name asks for by its extension. Errors: see find_by_extension.
[[nodiscard]] inline result<plot_format> plot_format_of_path(std::string_view path) {
    const auto found = find_by_extension<plot_formats>(path);
    if (!found) return found.error();
    return (*found)->format;
}

/// What a plot shows, and how.
struct plot_options {
    std::string title = "Traffic";  ///< any text: what may not be shown is replaced
    /// A name of plot_kinds, or several with commas in between; or one name of chart_kinds, for the columns below.
    std::string kind = "overview";
    plot_format format = plot_format::html;
    std::vector<std::string> warnings{};  ///< sentences below the title, such as that a file is damaged
    std::string x{};   ///< of charts of columns: the name of a column; empty for time
    std::string y{};   ///< the same; empty for how many packets there are
    std::string by{};  ///< a series for each value of this column; empty for one series
};

/// The columns that options name, where they are for a chart of columns.
[[nodiscard]] inline chart_columns columns_of(const plot_options& options) {
    const chart_kind_info* const kind = find_chart_kind(options.kind);
    return {kind == nullptr ? chart_kind::line : kind->kind, options.x.empty() ? "time" : options.x, options.y,
            options.by};
}

/// The picture of a chart of columns. The same numbers and options give the same bytes everywhere.
[[nodiscard]] inline std::string plot(const column_chart& chart, const plot_options& options = {}) {
    constexpr std::size_t rows_of_json = 1'000;
    constexpr double width_px = 800;
    if (options.format == plot_format::json) return charts::chart_json(chart, options.title, rows_of_json);
    const std::string title = charts::shown_text(options.title);
    const std::vector<charts::placed_panel> panels{{charts::chart_panel(chart), "full"}};
    const std::string style = charts::line_style();
    charts::page_content content{.title = title, .warnings = options.warnings, .panels = panels, .style = style};
    content.totals.push_back({"Packets", charts::grouped(chart.rows()), charts::packets_text(chart.rows())});
    if (options.format == plot_format::svg) return charts::make_picture(content, width_px);
    const std::string data = charts::chart_json(chart, title, charts::rows_drawn);
    content.data = data;
    return charts::make_page(content);
}

/// The picture of what was counted. The same numbers and options give the same bytes everywhere.
/// Errors: an unknown kind.
[[nodiscard]] inline result<std::string> plot(const traffic_summary& summary, const plot_options& options = {}) {
    constexpr std::size_t rows_of_json = 1'000;
    constexpr double overview_px = 1'000;
    constexpr double one_panel_px = 800;
    const result<std::vector<const plot_kind*>> kinds = find_plot_kinds(options.kind);
    if (!kinds) return kinds.error();
    if (options.format == plot_format::json) return charts::summary_json(summary, options.title, rows_of_json);
    std::vector<charts::placed_panel> panels;
    const auto has_all = [](const plot_kind* kind) { return kind->make == nullptr; };
    const bool all = std::any_of(kinds->begin(), kinds->end(), has_all);
    for (const plot_kind& each : plot_kinds)
        if (all && each.make != nullptr) panels.push_back({each.make(summary), each.overview_width});
    for (const plot_kind* const each : *kinds)
        if (!all) panels.push_back({each->make(summary), "full"});
    const std::string title = charts::shown_text(options.title);
    charts::page_content content{.title = title, .warnings = options.warnings, .panels = panels};
    content.totals = charts::totals_of(summary);
    content.when = charts::when_text(summary);
    if (options.format == plot_format::svg) return charts::make_picture(content, all ? overview_px : one_panel_px);
    const std::string data = charts::summary_json(summary, title, charts::rows_drawn);
    content.data = data;
    return charts::make_page(content);
}

/// The picture of a table, or of any other rows, as far as their columns go.
[[nodiscard]] inline result<std::string> plot(const batch& rows, const plot_options& options = {}) {
    if (find_chart_kind(options.kind) != nullptr) {
        column_chart chart(columns_of(options));
        const result<void> added = chart.add(rows);
        return added ? result<std::string>(plot(chart, options)) : added.error();
    }
    traffic_summary summary;
    summary.add(rows);
    return plot(summary, options);
}

/// What gives batch after batch: a pcap_source, a row_cursor.
template <class Rows>
concept gives_batches = requires(Rows& rows, batch& next) {
    { rows.make_batch() } -> std::same_as<batch>;
    { rows.next(next) } -> std::same_as<result<bool>>;
};

/// The picture of all rows that are left in a source, in bounded memory, as far as the source's columns go: open the
/// source with `.columns = traffic_summary::columns` for all that can be drawn, or for a chart of columns with
/// `.columns = columns_of(options).needed()`. Errors: those of reading, too.
template <gives_batches Rows>
[[nodiscard]] result<std::string> plot(Rows& source, const plot_options& options = {}) {
    traffic_summary summary;
    column_chart chart(columns_of(options));
    const bool draws_columns = find_chart_kind(options.kind) != nullptr;
    batch rows = source.make_batch();
    while (true) {
        const result<bool> more = source.next(rows);
        if (!more) return more.error();
        if (!*more) break;
        if (!draws_columns) summary.add(rows);
        else if (const result<void> added = chart.add(rows); !added) return added.error();
    }
    return draws_columns ? result<std::string>(plot(chart, options)) : plot(summary, options);
}

/// What makes a table of its next rows: a live_source (of its next chunk), a packet_stream (of all that is left).
template <class Rows>
concept gives_tables = requires(Rows& rows) {
    { rows.to_dataframe() } -> std::same_as<result<table>>;
};

/// The same of such a table. Errors: those of reading, too.
template <gives_tables Rows>
    requires(!gives_batches<Rows>)
[[nodiscard]] result<std::string> plot(Rows& source, const plot_options& options = {}) {
    const result<table> rows = source.to_dataframe();
    if (!rows) return rows.error();
    return plot(static_cast<const batch&>(*rows), options);
}

}  // namespace pcapframe
