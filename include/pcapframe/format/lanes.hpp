// Several walks of one capture at once, in one thread.
//
// Each record's place is known only after the record before it was read, so a single walk waits for memory at every
// step where records are big. Here the file is cut into stretches, and several stretches are walked in turn, each in a
// lane: while one lane waits, the other lanes go on. (Small records follow each other so closely that bytes come near
// by themselves: one walk is faster.) A lane that has come to the end of its stretch goes on with the next stretch that
// no lane walks yet, so that all lanes are busy until the file ends. A walk notes places only; records are made of
// these places afterwards, from warm memory.
//
// A stretch begins at a guessed boundary: a chain of plausible headers. A guess is worth nothing until it is proven:
// the stretch before, itself proven, must end exactly at the guessed place. A stretch that is not proven is walked
// again from the true place, so the places are always those of a single walk.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include <pcapframe/format/boundary.hpp>

namespace pcapframe::inline v0_2 {

/// `Chain` is pcap_chain or pcapng_chain. Offsets are from the start of the file. Movable.
template <class Chain>
class lanes {
public:
    /// Whether records are so big on average that lanes are worth their while.
    [[nodiscard]] static constexpr bool are_big(std::size_t mean_bytes) noexcept { return mean_bytes >= 256; }
    /// Whether the records in so many bytes are that big.
    [[nodiscard]] static constexpr bool fits(std::size_t bytes) noexcept { return bytes >= 4 * bytes_smallest; }

    /// Begins at `begin`, where a record begins, and ends with the last record that begins before `stop`, or with the
    /// last header that can be read. The file must stay at its place in memory.
    void start(bytes_view file, std::size_t begin, std::size_t stop, const Chain& chain) {
        forget();
        file_ = file;
        chain_ = chain;
        stop_ = std::min(stop, file.size() - std::min(file.size(), Chain::readable_bytes - 1));
        next_from_ = place_ = begin;
        all_bytes_ = stop_ - std::min(begin, stop_);
    }

    /// Drops everything: the walk goes on elsewhere.
    void forget() noexcept {
        front_ = next_;
        active_ = 0;
        stop_ = next_from_ = 0;
        taken_ = 0;
        is_front_proven_ = false;
        begins_more_ = true;
    }

    /// How far the file may be looked at by the next `places`.
    [[nodiscard]] std::size_t reach() const noexcept {
        return std::min(stop_, next_from_ + ring_stretches * stretch_bytes_max);
    }

    /// Where the next records or blocks are, `base()` to be added to each: the places of one stretch, or of the rest of
    /// it. Empty at the end, and where records have become small.
    [[nodiscard]] std::span<const std::uint32_t> places() {
        while (true) {
            if (!is_front_proven_) {
                if (front_ == next_ && !may_begin()) return {};
                prove_front();
            }
            const stretch& s = slot(front_);
            if (taken_ < s.count) return {s.places + taken_, s.count - taken_};
            ++front_;
            taken_ = 0;
            is_front_proven_ = false;
        }
    }
    [[nodiscard]] std::size_t base() const noexcept { return slot(front_).from; }
    /// Where what follows the first `count` of the places begins.
    [[nodiscard]] std::size_t end_of(std::size_t count) const noexcept {
        const stretch& s = slot(front_);
        return taken_ + count < s.count ? s.from + s.places[taken_ + count] : place_;
    }
    /// The first `count` of the places are done with.
    void drop(std::size_t count) noexcept { taken_ += count; }

private:
    static constexpr std::size_t lanes_max = 24;
    static constexpr std::size_t ring_stretches = lanes_max + 4;
    static constexpr std::size_t bytes_largest = std::size_t{256} << 10;
    static constexpr std::size_t bytes_smallest = std::size_t{16} << 10;
    /// The last stretch of a file takes the bytes that would be too few for another stretch.
    static constexpr std::size_t stretch_bytes_max = bytes_largest + bytes_smallest;
    /// As many as the smallest records of a whole stretch: no step needs to look at the room.
    static constexpr std::size_t places_max = stretch_bytes_max / Chain::smallest_bytes + 1;
    /// How many records a guess looks at: a wrong guess costs a stretch, each look a wait for memory.
    static constexpr unsigned links = 2;

    struct stretch {
        std::size_t from = 0;  ///< places count from here
        std::size_t stop = 0;  ///< the stretch ends with the last record that begins before
        std::size_t begin = no_boundary;  ///< where the walk of the stretch began
        std::size_t end = 0;              ///< where the record after the stretch's last one begins
        std::size_t count = 0;
        std::uint32_t* places = nullptr;
        bool is_walked = false;
    };

    struct lane {
        std::size_t at = 0;
        std::size_t stop = 0;
        std::uint32_t* out = nullptr;
        std::size_t number = 0;  ///< of the lane's stretch
    };

    [[nodiscard]] stretch& slot(std::size_t number) noexcept { return ring_[number % ring_stretches]; }
    [[nodiscard]] const stretch& slot(std::size_t number) const noexcept { return ring_[number % ring_stretches]; }

    [[nodiscard]] bool may_begin() const noexcept { return begins_more_ && next_from_ < stop_; }
    /// As many stretches as keep all lanes busy to the end: a multiple of theirs.
    [[nodiscard]] std::size_t stretch_bytes() const noexcept {
        const std::size_t rounds = all_bytes_ / (lanes_max * bytes_largest) + 1;
        return std::max(all_bytes_ / (lanes_max * rounds) + 1, bytes_smallest);
    }

    /// Sees to it that the front stretch is one whose places are known to be those of a single walk.
    void prove_front() {
        do {
            while (active_ < lanes_max && may_begin() && next_ - front_ < ring_stretches) begin_stretch();
            if (!slot(front_).is_walked) walk_until_one_ends();
        } while (!slot(front_).is_walked);
        stretch& s = slot(front_);
        if (place_ >= s.stop) s.count = 0;  // a record reaches over the whole stretch
        else if (s.begin != place_) walk_again(s);
        if (s.count != 0) end_front(s);
        is_front_proven_ = true;
    }

    /// Only the last record of a stretch can be unsound: every other record ends where the next record begins, inside
    /// the file.
    void end_front(stretch& s) noexcept {
        begins_more_ = are_big((s.end - s.begin) / s.count);
        const std::size_t last = s.from + s.places[s.count - 1];
        place_ = s.end;
        if (chain_.is_sound(file_, last)) return;
        --s.count;
        place_ = last;
        // Nothing can follow this record.
        next_ = front_ + 1;
        next_from_ = stop_;
        active_ = 0;
    }

    void begin_stretch() {
        const std::size_t bytes = stretch_bytes();
        stretch& s = slot(next_);
        s.from = next_from_;
        s.stop = stop_ - next_from_ < bytes + bytes_smallest ? stop_ : next_from_ + bytes;
        s.count = 0;
        s.begin = next_from_ == place_ && next_ == front_ ? place_ : guess(s);
        s.is_walked = s.begin == no_boundary;
        if (!room_) room_.reset(new std::uint32_t[ring_stretches * places_max]);  // costs nothing until touched
        s.places = room_.get() + next_ % ring_stretches * places_max;
        if (!s.is_walked) walks_[active_++] = {s.begin, s.stop, s.places, next_};
        ++next_;
        next_from_ = s.stop;
        look_ahead(bytes);
    }

    [[nodiscard]] std::size_t guess(const stretch& s) const noexcept {
        const bool is_looked_up = candidate_ >= s.from && candidate_ < s.stop;
        if (is_looked_up && chain_.leads_on(file_, candidate_, links)) return candidate_;
        const std::size_t found = chain_.find(file_, s.from, s.stop - s.from, links);
        return found < s.stop ? found : no_boundary;
    }

    /// A guess costs two or three waits for memory, one after the other. So the place is looked for while other lanes
    /// are walked, before the next stretch begins, and the bytes that are looked at for the stretch after that one are
    /// brought near.
    void look_ahead(std::size_t bytes) noexcept {
        constexpr std::size_t line = 64;
        candidate_ = next_from_ < stop_ ? chain_.find(file_, next_from_, 4096, 1) : no_boundary;
        if (candidate_ < stop_) prefetch(file_.data(), candidate_ + chain_.step(file_.data() + candidate_));
        for (std::size_t i = 0; i < 12; ++i) prefetch(file_.data(), next_from_ + bytes + i * line);
    }

    void walk_until_one_ends() noexcept {
        if (active_ >= lanes_max) step_together<lanes_max>();
        else if (active_ >= 16) step_together<16>();
        else if (active_ >= 8) step_together<8>();
        else if (active_ >= 4) step_together<4>();
        else if (active_ >= 2) step_together<2>();
        else step_together<1>();
        for (std::size_t i = 0; i < active_;) {
            if (walks_[i].at < walks_[i].stop) {
                ++i;
                continue;
            }
            end_walk(slot(walks_[i].number), walks_[i].at, walks_[i].out);
            walks_[i] = walks_[--active_];
        }
    }

    static void end_walk(stretch& s, std::size_t at, const std::uint32_t* out) noexcept {
        s.end = at;
        s.count = static_cast<std::size_t>(out - s.places);
        s.is_walked = true;
    }

    /// Steps the first `Lanes` lanes in turn until one of them reaches its stop. At a place below its lane's stop, a
    /// header can be read; where that record ends is looked at afterwards.
    template <std::size_t Lanes>
    void step_together() noexcept {
        std::array<lane, Lanes> l;
        std::copy_n(walks_.begin(), Lanes, l.begin());
        std::array<std::uint32_t, Lanes> from;
        for (std::size_t i = 0; i < Lanes; ++i) from[i] = static_cast<std::uint32_t>(slot(l[i].number).from);
        const std::uint8_t* const data = file_.data();
        const Chain chain = chain_;
        bool walking = true;
        while (walking) {
            for (std::size_t i = 0; i < Lanes; ++i) {
                // Places are below 2^32 from the start of their stretch, so 32 bits of base and place will do.
                *l[i].out++ = static_cast<std::uint32_t>(l[i].at) - from[i];
                l[i].at += chain.step(data + l[i].at);
                prefetch_record(data, l[i].at);
                walking &= l[i].at < l[i].stop;
            }
        }
        std::copy_n(l.begin(), Lanes, walks_.begin());
    }

    /// Brings near the next record's header and the packet's first headers behind it, which the decoder will want: one
    /// or two cache lines.
    PCAPFRAME_ALWAYS_INLINE static void prefetch_record(const std::uint8_t* data, std::size_t at) noexcept {
        prefetch_for_later(data, at);
        prefetch_for_later(data, at + Chain::header_bytes - 1);
        if constexpr (Chain::trailer_bytes != 0) prefetch_for_later(data, at - Chain::trailer_bytes);
    }

    void walk_again(stretch& s) noexcept {
        s.begin = place_;
        std::size_t at = place_;
        std::uint32_t* out = s.places;
        for (; at < s.stop; at += chain_.step(file_.data() + at)) *out++ = static_cast<std::uint32_t>(at - s.from);
        end_walk(s, at, out);
    }

    bytes_view file_;
    Chain chain_{};
    std::size_t stop_ = 0;       ///< no record begins here or later, as far as lanes go
    std::size_t all_bytes_ = 0;  ///< from the start to there
    std::size_t next_from_ = 0;  ///< where the next stretch begins
    std::size_t candidate_ = no_boundary;  ///< where the next stretch may begin
    std::size_t place_ = 0;      ///< proven: the record after the front stretch, at first the stretch itself
    std::size_t front_ = 0;      ///< the number of the stretch whose places are taken
    std::size_t next_ = 0;       ///< the number of the next stretch to be begun
    std::size_t taken_ = 0;      ///< of the front's places
    bool is_front_proven_ = false;
    std::array<stretch, ring_stretches> ring_{};
    std::array<lane, lanes_max> walks_{};
    std::size_t active_ = 0;
    bool begins_more_ = true;  ///< whether records were still big in the stretch before the front one
    std::unique_ptr<std::uint32_t[]> room_;
};

}  // namespace pcapframe
