// Protocols, hosts, conversations and ports: who and what makes the traffic.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/plot/bar_rows.hpp>
#include <pcapframe/plot/timeline_view.hpp>
#include <pcapframe/registry/services.hpp>

namespace pcapframe::inline v0_2::charts {

/// How many rows panels have.
inline constexpr std::size_t rows_drawn = 10;
inline constexpr std::size_t ports_drawn = 8;

namespace ranking_detail {

/// What rows are ranked by: bytes, or packets where sizes are not known.
[[nodiscard]] inline std::uint64_t rank_amount(const tally& t, bool has_bytes) noexcept {
    return has_bytes ? t.bytes : t.packets;
}

/// "3 packets, 1.2 kB"
[[nodiscard]] inline std::string amounts_text(const tally& t, bool has_bytes) {
    return packets_text(t.packets) + (has_bytes ? ", " + bytes_text(t.bytes) : "");
}

/// The value and the detail of a row. A value of which something may be missing begins with a sign that says so.
inline void set_amounts(bar_row& row, const tally& t, bool has_bytes, bool may_miss) {
    const std::string sign = may_miss ? "\xe2\x89\xa5 " : "";
    row.value = sign + (has_bytes ? bytes_text(t.bytes) : short_packets_text(t.packets));
    row.detail = has_bytes ? sign + short_packets_text(t.packets) : "";
}

/// Says how exact the rows taken from `counts` are.
template <class Counts, class Rows>
void note_exactness(panel& drawn, const Counts& counts, const Rows& rows, std::string_view what, bool has_bytes) {
    if (counts.is_exact()) return;
    const auto amount = [&](std::uint64_t weight) { return has_bytes ? bytes_text(weight) : packets_text(weight); };
    std::uint64_t missed = 0;
    for (const auto& row : rows) missed = std::max(missed, row.missed);
    std::string note = "More than " + grouped(counts.keys_max()) + " " + std::string(what) + ". ";
    if (missed == 0)
        note += "The figures shown are exact all the same";
    else
        note +=
            "Figures with \xe2\x89\xa5 are counted from a later time on: up to " + amount(missed) + " may be missing";
    drawn.notes.push_back(note + "; none that is not shown has more than " + amount(counts.others_max(rows)) + ".");
}

[[nodiscard]] inline std::string ranked_by(bool has_bytes) { return has_bytes ? "by bytes" : "by packets"; }

/// How many entries of its ranking a panel shows.
template <class Counts>
[[nodiscard]] std::string extent_of(const Counts& counts, std::size_t shown) {
    const std::size_t all = counts.entries().size();
    if (!counts.is_exact()) return std::to_string(shown) + " of more than " + grouped(counts.keys_max());
    return shown == all ? "" : std::to_string(shown) + " of " + grouped(all);
}

}  // namespace ranking_detail

/// Shares of packets and bytes, in the colours of the timeline.
[[nodiscard]] inline panel protocols_panel(const traffic_summary& summary) {
    const tally& all = summary.total();
    if (all.packets == 0) return empty_panel("protocols", "Protocols", "There is no packet.");
    std::vector<bar_row> rows;
    for (const drawn_series& s : view_detail::choose_series(summary)) {
        const std::string style = series_style(s.colour);
        const std::string packets = share_text(s.total.packets, all.packets);
        const std::string bytes = share_text(s.total.bytes, all.bytes);
        const bool has_bytes = summary.has_bytes();
        bar_row row;
        row.label = s.name;
        row.value = has_bytes ? bytes : packets;
        row.detail = has_bytes ? packets + " of packets" : "";
        const double share =
            has_bytes ? scaled(s.total.bytes, all.bytes, 100) : scaled(s.total.packets, all.packets, 100);
        row.pieces.push_back({style, share});
        row.tooltip = s.name + "\n" + packets_text(s.total.packets) + " (" + packets + ")";
        if (has_bytes) row.tooltip += "\n" + bytes_text(s.total.bytes) + " (" + bytes + ")";
        rows.push_back(std::move(row));
    }
    const std::string measure = summary.has_bytes() ? "Share of bytes" : "Share of packets";
    constexpr double before_share_of_packets = 62;
    return {.id = "protocols",
            .title = "Protocols",
            .subtitle = measure,
            .drawing = draw_rows(rows, before_share_of_packets),
            .height = rows_height(rows)};
}

/// The hosts with the most traffic.
[[nodiscard]] inline panel hosts_panel(const traffic_summary& summary) {
    using namespace ranking_detail;
    const bool has_bytes = summary.has_bytes();
    const auto ranked = summary.hosts().top(rows_drawn, std::less<>());
    if (ranked.empty()) return empty_panel("hosts", "Hosts", "No packet carries an IP address.");
    const std::uint64_t longest = rank_amount(ranked.front().count.total(), has_bytes);
    std::vector<bar_row> rows;
    for (const auto& entry : ranked) {
        bar_row row;
        row.label = to_string(entry.key.host);
        set_amounts(row, entry.count.total(), has_bytes, entry.missed != 0);
        row.pieces = {{"forth", scaled(rank_amount(entry.count.forth, has_bytes), longest, 100)},
                      {"back", scaled(rank_amount(entry.count.back, has_bytes), longest, 100)}};
        row.tooltip = row.label + "\nsent " + amounts_text(entry.count.forth, has_bytes) + "\nreceived " +
                      amounts_text(entry.count.back, has_bytes);
        rows.push_back(std::move(row));
    }
    panel drawn{.id = "hosts",
                .title = "Hosts",
                .extent = extent_of(summary.hosts(), rows.size()),
                .subtitle = "Sent and received, " + ranked_by(has_bytes),
                .legend = {{"forth", "sent"}, {"back", "received"}},
                .drawing = draw_rows(rows),
                .height = rows_height(rows)};
    note_exactness(drawn, summary.hosts(), ranked, "hosts", has_bytes);
    return drawn;
}

/// The pairs of hosts with the most traffic.
[[nodiscard]] inline panel conversations_panel(const traffic_summary& summary) {
    using namespace ranking_detail;
    const bool has_bytes = summary.has_bytes();
    const auto ranked = summary.conversations().top(rows_drawn, std::less<>());
    if (ranked.empty()) return empty_panel("conversations", "Conversations", "No packet carries IP addresses.");
    const std::uint64_t longest = rank_amount(ranked.front().count.total(), has_bytes);
    std::vector<bar_row> rows;
    for (const auto& entry : ranked) {
        // The side that sent more stands first.
        const bool low_first = rank_amount(entry.count.forth, has_bytes) >= rank_amount(entry.count.back, has_bytes);
        const std::string first = to_string(low_first ? entry.key.low : entry.key.high);
        const std::string second = to_string(low_first ? entry.key.high : entry.key.low);
        const tally& forth = low_first ? entry.count.forth : entry.count.back;
        const tally& back = low_first ? entry.count.back : entry.count.forth;
        bar_row row;
        constexpr std::size_t fits_one_line = 36;
        const std::string arrow = back.packets == 0 ? " \xe2\x86\x92 " : " \xe2\x87\x84 ";
        if (first.size() + second.size() + 3 <= fits_one_line)
            row.label = first + arrow + second;
        else
            row.label = first, row.second_label = arrow.substr(1) + second;
        set_amounts(row, entry.count.total(), has_bytes, entry.missed != 0);
        row.pieces = {{"forth", scaled(rank_amount(forth, has_bytes), longest, 100)},
                      {"back", scaled(rank_amount(back, has_bytes), longest, 100)}};
        row.tooltip = first + " to " + second + ": " + amounts_text(forth, has_bytes) + "\n" + second + " to " + first +
                      ": " + amounts_text(back, has_bytes);
        rows.push_back(std::move(row));
    }
    panel drawn{.id = "conversations",
                .title = "Conversations",
                .extent = extent_of(summary.conversations(), rows.size()),
                .subtitle = "Pairs of hosts, " + ranked_by(has_bytes),
                .legend = {{"forth", "from the first"}, {"back", "from the second"}},
                .drawing = draw_rows(rows),
                .height = rows_height(rows)};
    note_exactness(drawn, summary.conversations(), ranked, "conversations", has_bytes);
    return drawn;
}

/// The ports with the most traffic.
[[nodiscard]] inline panel ports_panel(const traffic_summary& summary) {
    using namespace ranking_detail;
    const bool has_bytes = summary.has_bytes();
    const auto ranked = summary.ports().top(ports_drawn, std::less<>());
    if (ranked.empty()) return empty_panel("ports", "Ports", "No packet carries a port.");
    const std::uint64_t longest = rank_amount(ranked.front().count, has_bytes);
    std::vector<bar_row> rows;
    for (const auto& entry : ranked) {
        bar_row row;
        row.label = entry.key.protocol.text() + " " + std::to_string(entry.key.port);
        row.label_note = service_name(entry.key.port);
        set_amounts(row, entry.count, has_bytes, entry.missed != 0);
        row.pieces = {{"forth", scaled(rank_amount(entry.count, has_bytes), longest, 100)}};
        row.tooltip = row.label + (row.label_note.empty() ? "" : " " + row.label_note) + "\n" +
                      amounts_text(entry.count, has_bytes);
        rows.push_back(std::move(row));
    }
    panel drawn{.id = "ports",
                .title = "Ports",
                .extent = extent_of(summary.ports(), rows.size()),
                .subtitle = "The lower port of each packet, " + ranked_by(has_bytes),
                .drawing = draw_rows(rows),
                .height = rows_height(rows)};
    note_exactness(drawn, summary.ports(), ranked, "ports", has_bytes);
    return drawn;
}

}  // namespace pcapframe::charts
