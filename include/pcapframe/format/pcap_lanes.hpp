// Several walks of one pcap at once, in one thread.
//
// Each record's place is known only after the one before it was read, so a single walk waits for memory (big packets)
// or for its own additions (small ones) at every step. Here a stretch of the file is cut into lanes that are walked in
// turn: while one waits, the others go on. A walk notes places only; records are made of them afterwards, from warm
// memory.
//
// A lane begins in the middle of the file at a guessed record boundary: a chain of plausible headers. A guess is worth
// nothing until it is proven: the lane before it, itself proven, must end exactly there. Lanes that are not proven are
// thrown away and their bytes walked again from the true place, so the records are always those of one walk.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <pcapframe/format/boundary.hpp>

namespace pcapframe {

class pcap_lanes {
public:
    /// Whether lanes are worth their while in so many bytes.
    [[nodiscard]] bool fits(std::size_t left) const noexcept {
        return left >= lane_count() * lane_bytes_min + record_header_max;
    }

    /// Walks the next stretch of `file`, which begins at a record; records begin in its first `left` bytes, into which
    /// lanes are known to fit. Returns the bytes that are done with; 0 where not even the first record is sound, which
    /// is for the caller's own walk to explain.
    std::size_t walk(bytes_view file, std::size_t left, const pcap_layout& layout) {
        lane_bytes_ = std::min(lane_bytes_max(), (left - record_header_max) / lane_count());
        layout_ = layout;
        file_ = file;
        lane_ = 0;
        next_ = 0;
        proven_ = 0;
        if (layout.lengths_swapped || layout.lengths_unsure) return 0;
        place_lanes();
        walk_lanes();
        return prove();
    }

    /// Drops what `take` has not taken: the walk goes on elsewhere.
    void forget() noexcept { lane_ = proven_ = 0; }

    /// The next records of the proven lanes, in file order; how many were written, 0 at the end of the stretch.
    std::size_t take(std::span<record> out) noexcept {
        while (lane_ < proven_ && next_ == lanes_[lane_].count) {
            ++lane_;
            next_ = 0;
        }
        if (lane_ >= proven_) return 0;
        const std::size_t count = std::min(out.size(), lanes_[lane_].count - next_);
        const std::uint32_t* const places = lanes_[lane_].places.get() + next_;
        for (std::size_t i = 0; i < count; ++i) out[i] = layout_.read(file_.data() + places[i]);
        next_ += count;
        return count;
    }

private:
    static constexpr std::size_t lanes_max = 12;
    static constexpr std::size_t lanes_of_small_records = 4;
    static constexpr std::size_t lane_bytes_of_big_records = std::size_t{128} << 10;
    static constexpr std::size_t lane_bytes_of_small_records = std::size_t{64} << 10;
    static constexpr std::size_t stretch_bytes_max = lanes_max * lane_bytes_of_big_records;
    static constexpr std::size_t lane_bytes_min = std::size_t{16} << 10;
    static constexpr std::size_t smallest_record = 16;
    /// How far a lane's start is looked for. Beyond it the lane before simply goes on.
    static constexpr std::size_t search_bytes = std::size_t{4} << 10;
    /// Records that a guess looks at: a wrong one costs a lane, each look a wait for memory.
    static constexpr unsigned chain_links = 3;
    static constexpr std::size_t record_header_max = 24;

    /// Offsets are from the start of the stretch.
    struct lane {
        std::size_t begin = 0;
        std::size_t at = 0;
        std::size_t stop = 0;  ///< the lane ends at the first record that begins here or later
        std::size_t count = 0;
        std::unique_ptr<std::uint32_t[]> places;
    };

    /// Big records wait for memory, and want many lanes far apart; small ones fill the cache, and want few and short.
    [[nodiscard]] bool big_records() const noexcept { return mean_bytes_ >= 256; }
    [[nodiscard]] std::size_t lane_count() const noexcept { return big_records() ? lanes_max : lanes_of_small_records; }
    [[nodiscard]] std::size_t lane_bytes_max() const noexcept {
        return big_records() ? lane_bytes_of_big_records : lane_bytes_of_small_records;
    }
    [[nodiscard]] std::size_t stretch_bytes() const noexcept { return lane_count() * lane_bytes_; }

    void place_lanes() {
        used_ = 0;
        add_lane(0);
        for (std::size_t i = 1; i < lane_count(); ++i) {
            const std::size_t guess = find_record(file_, i * lane_bytes_, search_bytes, layout_, chain_links);
            const bool in_its_lane = guess > lanes_[used_ - 1].begin && guess < stretch_bytes();
            if (guess != no_boundary && in_its_lane) add_lane(guess);
        }
        lanes_[used_ - 1].stop = stretch_bytes();
    }

    void add_lane(std::size_t begin) {
        if (used_ != 0) lanes_[used_ - 1].stop = begin;
        lane& l = lanes_[used_++];
        l.begin = l.at = begin;
        l.count = 0;
        // As many as the smallest records of a whole stretch: no step needs to look at the room. Untouched, it costs
        // nothing.
        if (!l.places) l.places.reset(new std::uint32_t[stretch_bytes_max / smallest_record + 1]);
    }

    /// Steps all lanes in turn until each has reached its stop. As lanes end, the others go on among themselves.
    void walk_lanes() noexcept {
        std::array<lane*, lanes_max> active{};
        std::size_t count = 0;
        for (std::size_t i = 0; i < used_; ++i) active[count++] = &lanes_[i];
        while (count > 0) {
            step_all(count, active, std::make_index_sequence<lanes_max>());
            const auto ended = std::remove_if(active.begin(), active.begin() + static_cast<std::ptrdiff_t>(count),
                                              [](const lane* l) { return l->at >= l->stop; });
            count = static_cast<std::size_t>(ended - active.begin());
        }
    }

    template <std::size_t... I>
    void step_all(std::size_t count, const std::array<lane*, lanes_max>& active, std::index_sequence<I...>) noexcept {
        ((count == I + 1 ? step_together<I + 1>(active) : void()), ...);
    }

    /// Steps `Lanes` lanes in turn until one of them reaches its stop. A place below its stop is inside the stretch, so
    /// its header can be read; where the record leads is looked at afterwards.
    template <std::size_t Lanes>
    void step_together(const std::array<lane*, lanes_max>& active) noexcept {
        std::array<std::size_t, Lanes> at;
        std::array<std::size_t, Lanes> stop;
        std::array<std::uint32_t*, Lanes> out;
        for (std::size_t i = 0; i < Lanes; ++i) {
            at[i] = active[i]->at;
            stop[i] = active[i]->stop;
            out[i] = active[i]->places.get() + active[i]->count;
        }
        const std::uint8_t* const data = file_.data();
        const std::size_t header = layout_.header_bytes;
        const byte_order order = layout_.order;
        bool walking = true;
        while (walking) {
            for (std::size_t i = 0; i < Lanes; ++i) {
                *out[i]++ = static_cast<std::uint32_t>(at[i]);
                at[i] += header + load32(data + at[i] + 8, order);
                // The next header and the packet's own behind it, which the decoder will want: two lines of the cache.
                // The third is for small records (few lanes), which the processor's own prefetcher loses at every page;
                // for big ones it is a line of payload that nobody reads.
                prefetch(data, at[i]);
                prefetch(data, at[i] + 64);
                if constexpr (Lanes <= lanes_of_small_records) prefetch(data, at[i] + 512);
                walking &= at[i] < stop[i];
            }
        }
        for (std::size_t i = 0; i < Lanes; ++i) {
            active[i]->at = at[i];
            active[i]->count = static_cast<std::size_t>(out[i] - active[i]->places.get());
        }
    }

    /// Only the last record of a lane can reach beyond the file or the limit: all others end where the next one begins,
    /// inside the stretch.
    void drop_unsound_end(lane& l) const noexcept {
        if (l.count == 0) return;
        const std::size_t last = l.places[l.count - 1];
        if (layout_.fits(layout_.read(file_.data() + last), file_.size() - last)) return;
        l.at = last;
        --l.count;
    }

    std::size_t prove() noexcept {
        std::size_t records = 0;
        do {
            drop_unsound_end(lanes_[proven_]);
            records += lanes_[proven_++].count;
        } while (proven_ < used_ && lanes_[proven_ - 1].at == lanes_[proven_].begin);
        const std::size_t bytes = lanes_[proven_ - 1].at;
        if (records != 0) mean_bytes_ = bytes / records;
        return bytes;
    }

    pcap_layout layout_{};
    bytes_view file_;
    std::array<lane, lanes_max> lanes_{};
    std::size_t used_ = 0;
    std::size_t proven_ = 0;
    std::size_t lane_ = 0;  ///< where `take` is
    std::size_t next_ = 0;
    std::size_t mean_bytes_ = 0;
    std::size_t lane_bytes_ = 0;
};

}  // namespace pcapframe
