// The heading of a page or picture: what the capture is, and its totals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/number_text.hpp>
#include <pcapframe/plot/time_text.hpp>
#include <pcapframe/plot/traffic_summary.hpp>

namespace pcapframe::inline v0_2::charts {

/// One total.
struct total_item {
    std::string_view name;
    std::string value;
    std::string exact;  ///< the total with every digit
};

/// How many different values there are: "at least" so many where they were too many to be kept.
template <class Counts>
[[nodiscard]] std::string distinct_text(const Counts& counts) {
    return (counts.is_exact() ? "" : "> ") + grouped(counts.is_exact() ? counts.entries().size() : counts.keys_max());
}

/// The totals of a capture.
[[nodiscard]] inline std::vector<total_item> totals_of(const traffic_summary& summary) {
    const tally& all = summary.total();
    std::vector<total_item> items{{"Packets", grouped(all.packets), packets_text(all.packets)}};
    if (summary.has_bytes()) items.push_back({"Bytes", bytes_text(all.bytes), counted(all.bytes, "byte", "bytes")});
    if (summary.first_time()) {
        const std::uint64_t span = nanoseconds_between(*summary.first_time(), *summary.last_time());
        const double seconds = static_cast<double>(span) / static_cast<double>(second_ns);
        items.push_back({"Duration", duration_text(span), decimal(seconds, 9) + " s"});
        if (span != 0 && summary.has_bytes()) {
            const double rate = static_cast<double>(all.bytes) * 8 / seconds;
            items.push_back({"Average", si_text(rate, "bit/s"), decimal(rate, 3) + " bit/s"});
        }
    }
    items.push_back({"Hosts", distinct_text(summary.hosts()), ""});
    items.push_back({"Conversations", distinct_text(summary.conversations()), ""});
    return items;
}

/// From when to when; empty where no packet has a time.
[[nodiscard]] inline std::string when_text(const traffic_summary& summary) {
    return summary.first_time() ? span_text(*summary.first_time(), *summary.last_time()) : "";
}

}  // namespace pcapframe::charts
