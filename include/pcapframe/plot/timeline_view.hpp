// Traffic over time as the timeline draws it: which protocols have a colour, which interval a slot is, where the axis
// is cut.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <pcapframe/plot/interval.hpp>
#include <pcapframe/plot/number_text.hpp>
#include <pcapframe/plot/palette.hpp>
#include <pcapframe/plot/traffic_summary.hpp>

namespace pcapframe::inline v0_2::charts {

/// A protocol with a colour of its own, or all others together.
struct drawn_series {
    std::string name;
    std::size_t colour = series_colours;  ///< index into colour_scheme::series
    tally total;
};

/// What one interval has.
struct time_slot {
    std::vector<tally> series;
    tally total;
};

/// Slots without a gap between them.
struct time_segment {
    std::int64_t first_number = 0;  ///< the number of the segment's first slot, as interval_number counts
    std::size_t first_slot = 0;
    std::size_t slots = 0;
    double left = 0;  ///< percent of the axis
    double width = 0;
};

/// The timeline to be drawn.
struct timeline_view {
    std::int64_t slot_width = 0;  ///< nanoseconds
    std::vector<drawn_series> series;
    std::vector<time_segment> segments;
    std::vector<time_slot> slots;
    std::uint64_t left_out_ns = 0;  ///< time without packets that the axis leaves out

    [[nodiscard]] std::int64_t number_of(const time_segment& s, std::size_t slot) const noexcept {
        return s.first_number + static_cast<std::int64_t>(slot - s.first_slot);
    }
};

namespace view_detail {

inline constexpr std::size_t slots_least = 24;
inline constexpr std::size_t slots_most = 180;
inline constexpr std::size_t segments_most = 3;

/// Common protocols have the same colour on every page, the other protocols take the colours that are left.
[[nodiscard]] inline std::size_t colour_of(protocol_key protocol) noexcept {
    constexpr std::array<std::uint8_t, 4> own{ip_protocol::tcp, ip_protocol::udp, ip_protocol::icmp,
                                              ip_protocol::icmp6};
    const auto found = std::find(own.begin(), own.end(), protocol.number);
    return found == own.end() ? series_colours : static_cast<std::size_t>(found - own.begin());
}

[[nodiscard]] inline std::size_t free_colour(const std::vector<drawn_series>& taken) {
    constexpr std::size_t first_without_owner = 4;
    for (std::size_t i = 0; i < series_colours; ++i) {
        const std::size_t colour = (first_without_owner + i) % series_colours;
        if (std::none_of(taken.begin(), taken.end(), [&](const drawn_series& s) { return s.colour == colour; }))
            return colour;
    }
    return series_colours;
}

/// The protocols with the most bytes, each with a colour, then one series for all others.
[[nodiscard]] inline std::vector<drawn_series> choose_series(const traffic_summary& summary) {
    const auto ranked = summary.protocols().top(series_colours, std::less<>());
    std::vector<drawn_series> series;
    for (const auto& entry : ranked) series.push_back({entry.key.text(), colour_of(entry.key), entry.count});
    for (drawn_series& s : series)
        if (s.colour == series_colours) s.colour = free_colour(series);
    const std::size_t others = summary.protocols().entries().size() - ranked.size();
    if (others == 0) return series;
    drawn_series rest{"other", series_colours, summary.total()};
    for (const drawn_series& s : series) {
        rest.total.packets -= s.total.packets;
        rest.total.bytes -= s.total.bytes;
    }
    if (others == 1) rest.name = summary.protocols().top(series_colours + 1, std::less<>()).back().key.text();
    series.push_back(rest);
    return series;
}

/// The drawn series of each series of the timeline.
[[nodiscard]] inline std::vector<std::size_t> map_series(const traffic_summary& summary) {
    const auto& entries = summary.protocols().entries();
    const auto ranked = summary.protocols().top(series_colours, std::less<>());
    std::vector<std::size_t> drawn(traffic_summary::series_max, ranked.size());
    const bool last_is_shared = entries.size() > traffic_summary::series_max;
    const std::size_t own = last_is_shared ? traffic_summary::series_max - 1 : entries.size();
    for (std::size_t i = 0; i < own; ++i)
        for (std::size_t rank = 0; rank < ranked.size(); ++rank)
            if (ranked[rank].key == entries[i].key) drawn[i] = rank;
    return drawn;
}

/// From one bin to a later one, in intervals. Signed numbers could not hold the distance between the ends of the range
/// of times.
[[nodiscard]] inline std::uint64_t distance(const time_bins::bin& from, const time_bins::bin& to) noexcept {
    return static_cast<std::uint64_t>(to.number) - static_cast<std::uint64_t>(from.number);
}

/// Indices of the bins that follow a cut, in order. Time without packets is cut out only where what remains would be
/// lost on an axis that shows all: silences of a day or more that together are nine tenths of the whole.
[[nodiscard]] inline std::vector<std::size_t> choose_cuts(const time_bins& timeline) {
    const auto& bins = timeline.bins();
    const auto width = static_cast<double>(timeline.width());
    const auto length = [&](std::size_t from, std::size_t to) {
        return static_cast<double>(distance(bins[from], bins[to])) * width;
    };
    if (bins.empty()) return {};
    const double span = length(0, bins.size() - 1) + width;
    double left = span;
    std::vector<std::size_t> cuts;
    while (cuts.size() + 1 < segments_most) {
        std::size_t widest = 0;
        for (std::size_t i = 1; i < bins.size(); ++i) {
            if (std::find(cuts.begin(), cuts.end(), i) != cuts.end()) continue;
            if (widest == 0 || length(i - 1, i) > length(widest - 1, widest)) widest = i;
        }
        const double gap = widest == 0 ? 0 : length(widest - 1, widest) - width;
        if (gap < static_cast<double>(day_ns) || gap < 0.3 * left) break;
        cuts.push_back(widest);
        left -= gap;
    }
    if (left > 0.1 * span) return {};
    std::sort(cuts.begin(), cuts.end());
    return cuts;
}

/// Slots of the given width from the first to the last bin of each segment.
[[nodiscard]] inline std::vector<time_segment> lay_out(const time_bins& timeline, const std::vector<std::size_t>& cuts,
                                                       std::int64_t slot_width) {
    const auto& bins = timeline.bins();
    std::vector<time_segment> segments;
    std::size_t slots = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t first = i == 0 ? 0 : cuts[i - 1];
        const std::size_t last = (i == cuts.size() ? bins.size() : cuts[i]) - 1;
        const std::int64_t from = wider_number(bins[first].number, timeline.width(), slot_width);
        const std::int64_t to = wider_number(bins[last].number, timeline.width(), slot_width);
        // A segment of few slots stands in the middle of some empty slots, so that no slot becomes a wall.
        const auto needed = static_cast<std::size_t>(to - from) + 1;
        const std::size_t count = std::max(needed, slots_least / (cuts.size() + 1));
        segments.push_back({from - static_cast<std::int64_t>((count - needed) / 2), slots, count, 0, 0});
        slots += count;
    }
    return segments;
}

[[nodiscard]] inline std::size_t slots_of(const std::vector<time_segment>& segments) noexcept {
    return segments.back().first_slot + segments.back().slots;
}

/// The narrowest width whose intervals are few enough: fewer intervals for few packets, so that bars do not stand
/// alone.
inline void choose_width(timeline_view& view, const traffic_summary& summary) {
    const time_bins& timeline = summary.timeline();
    const std::vector<std::size_t> cuts = choose_cuts(timeline);
    const auto wanted = std::clamp<std::uint64_t>(summary.total().packets / 2, 2 * slots_least, slots_most);
    for (const std::int64_t width : drawn_widths) {
        if (width < timeline.width() || width % timeline.width() != 0) continue;
        view.slot_width = width;
        view.segments = lay_out(timeline, cuts, width);
        if (slots_of(view.segments) <= wanted) break;
    }
    for (const std::size_t cut : cuts) {
        const std::uint64_t empty = distance(timeline.bins()[cut - 1], timeline.bins()[cut]) - 1;
        view.left_out_ns += empty * static_cast<std::uint64_t>(timeline.width());
    }
}

/// Segments share the axis by their slots, with room between them; each segment has at least a fifth, so that its label
/// fits.
inline void place_segments(timeline_view& view) {
    constexpr double between = 4;
    constexpr double least_share = 0.2;
    const auto count = static_cast<double>(view.segments.size());
    const double available = 100 - between * (count - 1);
    double left = 0;
    for (time_segment& s : view.segments) {
        s.left = left;
        s.width = available * (least_share + (1 - count * least_share) * scaled(s.slots, slots_of(view.segments), 1));
        left += s.width + between;
    }
}

inline void fill_slots(timeline_view& view, const traffic_summary& summary) {
    const time_bins& timeline = summary.timeline();
    const std::vector<std::size_t> drawn = map_series(summary);
    view.slots.resize(slots_of(view.segments));
    for (time_slot& slot : view.slots) slot.series.resize(view.series.size());
    std::size_t segment = 0;
    for (const time_bins::bin& bin : timeline.bins()) {
        const std::int64_t number = wider_number(bin.number, timeline.width(), view.slot_width);
        while (number >= view.segments[segment].first_number + static_cast<std::int64_t>(view.segments[segment].slots))
            ++segment;
        const time_segment& s = view.segments[segment];
        time_slot& slot = view.slots[s.first_slot + static_cast<std::size_t>(number - s.first_number)];
        for (std::size_t i = 0; i < bin.series.size(); ++i) {
            slot.series[std::min(drawn[i], view.series.size() - 1)] += bin.series[i];
            slot.total += bin.series[i];
        }
    }
}

}  // namespace view_detail

/// No slots where no packet has a time.
[[nodiscard]] inline timeline_view make_timeline_view(const traffic_summary& summary) {
    timeline_view view;
    view.series = view_detail::choose_series(summary);
    if (summary.timeline().bins().empty()) return view;
    view_detail::choose_width(view, summary);
    view_detail::place_segments(view);
    view_detail::fill_slots(view, summary);
    return view;
}

}  // namespace pcapframe::charts
