// Traffic over time in one pass, when neither its beginning nor its end is known before.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <pcapframe/plot/interval.hpp>
#include <pcapframe/plot/tally.hpp>

namespace pcapframe::inline v0_2 {

/// Tallies per interval of time and series (a small number that the caller gives to a protocol).
///
/// Only intervals with traffic take memory, and there are at most `bins_max`. Counting begins with intervals of a
/// nanosecond; whenever there are too many, neighbours merge into the next wider ones of `counted_widths`. So silence
/// costs nothing, however long, and the width at the end depends on the times alone, not on the order in which the
/// packets came.
class time_bins {
public:
    static constexpr std::size_t bins_max = 2'400;

    struct bin {
        std::int64_t number = 0;  ///< as interval_number counts
        std::vector<tally> series;
    };

    void add(std::int64_t time, std::size_t series, std::uint64_t packet_bytes) {
        bin& here = bin_of(charts::interval_number(time, width()));
        if (here.series.size() <= series) here.series.resize(series + 1);
        here.series[series].add(packet_bytes);
        while (bins_.size() > bins_max) widen();
    }

    /// Nanoseconds.
    [[nodiscard]] std::int64_t width() const noexcept { return charts::counted_widths[level_]; }
    /// In the order of time.
    [[nodiscard]] const std::vector<bin>& bins() const noexcept { return bins_; }

private:
    bin& bin_of(std::int64_t number) {
        // Packets come in the order of time, or nearly.
        if (last_ < bins_.size() && bins_[last_].number == number) return bins_[last_];
        const auto place = std::lower_bound(bins_.begin(), bins_.end(), number,
                                            [](const bin& b, std::int64_t wanted) { return b.number < wanted; });
        last_ = static_cast<std::size_t>(place - bins_.begin());
        if (place != bins_.end() && place->number == number) return *place;
        return *bins_.insert(place, bin{number, {}});
    }

    void widen() {
        const std::int64_t narrow = width();
        ++level_;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            bins_[i].number = charts::wider_number(bins_[i].number, narrow, width());
            if (i == 0) continue;
            if (bins_[i].number == bins_[kept].number)
                merge(bins_[kept], bins_[i]);
            else if (++kept != i)
                bins_[kept] = std::move(bins_[i]);
        }
        bins_.resize(kept + 1);
        last_ = kept;
    }

    static void merge(bin& into, const bin& from) {
        into.series.resize(std::max(into.series.size(), from.series.size()));
        for (std::size_t i = 0; i < from.series.size(); ++i) into.series[i] += from.series[i];
    }

    std::vector<bin> bins_;
    std::size_t level_ = 0;
    std::size_t last_ = 0;
};

}  // namespace pcapframe
