// Packets that come a little too late, put in the order of time.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/flow/flow_packet.hpp>

namespace pcapframe::inline v0_2 {

/// Holds the last packets and gives out the earliest first; of equal times, the packet that came first. A packet that
/// comes at most `size` packets too late comes out in its place. Packets that come in order cost two stores each.
class packet_order {
public:
    /// `size` packets are held.
    explicit packet_order(std::size_t size)
        : size_(size),
          places_(std::bit_ceil(size + 2)),
          mask_(places_.size() - 1),
          packets_(places_.size()),
          free_(places_.size()) {
        for (std::size_t i = 0; i < free_.size(); ++i) free_[i] = static_cast<std::uint32_t>(i);
    }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Whether more packets are held than are to be: then one is to be taken.
    [[nodiscard]] bool is_over() const noexcept { return count_ > size_; }

    /// Where the next packet is to be written, before `add`.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE flow_packet& next() noexcept { return packets_[free_[count_]]; }
    /// Takes the packet that was written to `next`.
    PCAPFRAME_ALWAYS_INLINE void add() noexcept {
        PCAPFRAME_ASSERT(count_ < mask_);
        const std::uint32_t slot = free_[count_];
        const place mine{packets_[slot].time, slot};
        std::size_t at = count_++;
        if (at != 0 && this->at(at - 1).time > mine.time) at = make_room(mine.time);
        this->at(at) = mine;
    }

    /// The packet that comes out as number `i` from now, if no other is put before it.
    [[nodiscard]] const flow_packet& peek(std::size_t i) const noexcept {
        return packets_[places_[(first_ + i) & mask_].slot];
    }
    /// Takes the earliest packet; valid until the next `next`.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE flow_packet& take() noexcept {
        PCAPFRAME_ASSERT(count_ != 0);
        const std::uint32_t slot = at(0).slot;
        first_ = (first_ + 1) & mask_;
        free_[--count_] = slot;
        return packets_[slot];
    }

private:
    struct place {
        std::int64_t time = 0;
        std::uint32_t slot = 0;
    };

    [[nodiscard]] place& at(std::size_t i) noexcept { return places_[(first_ + i) & mask_]; }

    /// The place behind all that are not later, of `count_` places of which the last is free: what is behind moves up,
    /// or what is before moves down, whichever is less.
    PCAPFRAME_NOINLINE std::size_t make_room(std::int64_t time) noexcept {
        std::size_t low = 0, high = count_ - 1;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (at(middle).time > time) high = middle;
            else low = middle + 1;
        }
        if (low < count_ / 2) {
            first_ = (first_ - 1) & mask_;
            for (std::size_t i = 0; i < low; ++i) at(i) = at(i + 1);
        } else {
            for (std::size_t i = count_ - 1; i > low; --i) at(i) = at(i - 1);
        }
        return low;
    }

    std::size_t size_;
    std::vector<place> places_;  ///< in the order of time, from `first_` on, round and round
    std::size_t mask_;           ///< of numbers of places
    std::vector<flow_packet> packets_;
    std::vector<std::uint32_t> free_;  ///< slots of `packets_`: those from number `count_` on have no packet
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace pcapframe
