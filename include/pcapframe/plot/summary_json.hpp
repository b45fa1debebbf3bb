// The numbers behind the pictures, for programs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <pcapframe/plot/markup.hpp>
#include <pcapframe/plot/time_text.hpp>
#include <pcapframe/plot/timeline_view.hpp>

namespace pcapframe::inline v0_2::charts {

namespace json_detail {

/// A JSON string (RFC 8259) that may also stand inside a script element: no "<" is left in the string.
[[nodiscard]] inline std::string json_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string safe = "\"";
    for (const char c : shown_text(text)) {
        const bool plain = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != '\n';
        if (plain) {
            safe += c;
            continue;
        }
        safe += "\\u00";
        safe += digits[static_cast<std::size_t>(c) >> 4];
        safe += digits[static_cast<std::size_t>(c) & 15];
    }
    return safe + "\"";
}

[[nodiscard]] inline std::string member(std::string_view name, std::uint64_t value) {
    return json_text(name) + ":" + std::to_string(value);
}
[[nodiscard]] inline std::string member(std::string_view name, std::string_view value) {
    return json_text(name) + ":" + json_text(value);
}

[[nodiscard]] inline std::string members(const tally& t) {
    return member("packets", t.packets) + "," + member("bytes", t.bytes);
}

[[nodiscard]] inline std::string members(const tally& t, std::string_view prefix) {
    const std::string name(prefix);
    return member(name + "_packets", t.packets) + "," + member(name + "_bytes", t.bytes);
}

/// `items` and what `show` makes of each, between brackets.
template <class Items, class Show>
[[nodiscard]] std::string list(const Items& items, Show show) {
    std::string text = "[";
    for (const auto& item : items) text += (text.size() == 1 ? "\n" : ",\n") + show(item);
    return text + "]";
}

/// The entries of a key_counts, the most bytes first. `distinct` is there where the number of distinct keys is known.
template <class Counts, class Show>
[[nodiscard]] std::string ranking(const Counts& counts, std::size_t rows, Show show) {
    const auto ranked = counts.top(rows, std::less<>());
    std::string text = "{\"exact\":" + std::string(counts.is_exact() ? "true" : "false");
    if (counts.is_exact())
        text += "," + member("distinct", counts.entries().size());
    else
        text += "," + member("not_listed_at_most", counts.others_max(ranked));
    return text + ",\"rows\":" +
           list(ranked,
                [&](const auto& e) {
                    const std::string missed = e.missed == 0 ? "" : "," + member("missed_at_most", e.missed);
                    return "{" + show(e) + missed + "}";
                }) +
           "}";
}

[[nodiscard]] inline std::string times(const traffic_summary& summary) {
    if (!summary.first_time()) return "";
    const std::uint64_t duration = nanoseconds_between(*summary.first_time(), *summary.last_time());
    return member("first_time", iso_text(*summary.first_time())) + "," +
           member("last_time", iso_text(*summary.last_time())) + "," + member("duration_ns", duration) + ",";
}

/// Only intervals with packets, each with a pair [packets, bytes] per series.
[[nodiscard]] inline std::string timeline(const traffic_summary& summary) {
    const timeline_view view = make_timeline_view(summary);
    std::string text = "{" + member("interval_ns", static_cast<std::uint64_t>(view.slot_width)) + ",\"series\":";
    text += list(view.series, [](const drawn_series& s) { return json_text(s.name); }) + ",\"intervals\":[";
    bool first = true;
    for (const time_segment& segment : view.segments) {
        for (std::size_t i = segment.first_slot; i < segment.first_slot + segment.slots; ++i) {
            const time_slot& slot = view.slots[i];
            if (slot.total.packets == 0) continue;
            text += first ? "\n{" : ",\n{";
            first = false;
            const std::int64_t start = interval_start(view.number_of(segment, i), view.slot_width);
            text += member("start", iso_text(start)) + "," + members(slot.total) + ",\"series\":[";
            for (std::size_t s = 0; s < slot.series.size(); ++s)
                text += (s == 0 ? "[" : ",[") + std::to_string(slot.series[s].packets) + "," +
                        std::to_string(slot.series[s].bytes) + "]";
            text += "]}";
        }
    }
    return text + "]}";
}

[[nodiscard]] inline std::string sizes(const size_counts& counts) {
    std::string text = "{" + member("least", counts.least()) + "," + member("median", counts.median()) + "," +
                       member("most", counts.most()) + ",\"classes\":[";
    bool first = true;
    for (std::size_t c = 0; c < size_counts::class_count; ++c) {
        if (counts.packets_in(c) == 0) continue;
        text += (first ? "\n{" : ",\n{") + member("from", size_counts::class_begin(c)) + "," +
                member("to", size_counts::class_end(c)) + "," + member("packets", counts.packets_in(c)) + "}";
        first = false;
    }
    return text + "]}";
}

}  // namespace json_detail

/// Everything that the plots show as one JSON object, at most `rows` of each ranking.
[[nodiscard]] inline std::string summary_json(const traffic_summary& summary, std::string_view title,
                                              std::size_t rows) {
    using namespace json_detail;
    std::string text = "{" + member("title", title) + "," + members(summary.total()) + "," + times(summary);
    text += member("packets_without_time", summary.packets_without_time()) + ",\n\"protocols\":";
    text += list(summary.protocols().top(rows, std::less<>()),
                 [](const auto& e) { return "{" + member("protocol", e.key.text()) + "," + members(e.count) + "}"; });
    text += ",\n\"hosts\":" + ranking(summary.hosts(), rows, [](const auto& e) {
                return member("host", to_string(e.key.host)) + "," + members(e.count.forth, "sent") + "," +
                       members(e.count.back, "received");
            });
    text += ",\n\"conversations\":" + ranking(summary.conversations(), rows, [](const auto& e) {
                return member("a", to_string(e.key.low)) + "," + member("b", to_string(e.key.high)) + "," +
                       members(e.count.forth, "a_to_b") + "," + members(e.count.back, "b_to_a");
            });
    text += ",\n\"ports\":" + ranking(summary.ports(), rows, [](const auto& e) {
                return member("protocol", e.key.protocol.text()) + "," + member("port", e.key.port) + "," +
                       members(e.count);
            });
    return text + ",\n\"sizes\":" + sizes(summary.sizes()) + ",\n\"timeline\":" + timeline(summary) + "}\n";
}

}  // namespace pcapframe::charts
