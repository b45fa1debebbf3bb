// Brings the blocks of a pcapng into the cache ahead of the walker.
//
// Each block's place is known only after the one before it was read, so a walk of big packets waits for memory at every
// step. Here several walks run ahead over one stretch at a time, in turn: while one waits, the others go on. They read
// lengths and nothing else; records come from the one walker behind them, so where they begin (pcapng_lanes guesses)
// can make it slower but never wrong.
#pragma once

#include <algorithm>
#include <array>

#include <pcapframe/format/boundary.hpp>

namespace pcapframe {

class pcapng_lanes {
public:
    /// The walker is at `offset` of `file` (a mapping, from its start) and goes on from there.
    void run_ahead(bytes_view file, std::size_t offset, byte_order order) noexcept {
        if (offset < warm_until_) return;
        const std::size_t walked = offset - stretch_begin_;
        // Small blocks are close together, where the processor's own prefetcher is good enough.
        constexpr std::size_t big_bytes = 256;
        const bool big = blocks_ == 0 || walked / blocks_ >= big_bytes;
        stretch_begin_ = offset;
        warm_until_ = std::min(offset + stretch_bytes, file.size());
        blocks_ = 0;
        constexpr std::size_t length_bytes = 8;
        if (big && file.size() - offset >= stretch_bytes + length_bytes) walk(file, order);
    }
    /// Tells how many records came of the stretch.
    void count(std::size_t records) noexcept { blocks_ += records; }

private:
    static constexpr std::size_t lane_count = 8;
    static constexpr std::size_t search_bytes = std::size_t{4} << 10;
    static constexpr unsigned chain_links = 3;
    static constexpr std::size_t lane_bytes = std::size_t{256} << 10;
    static constexpr std::size_t stretch_bytes = lane_count * lane_bytes;

    void walk(bytes_view file, byte_order order) const noexcept {
        std::array<std::size_t, lane_count> at{};
        std::array<std::size_t, lane_count> stop{};
        std::size_t lanes = 0;
        for (std::size_t i = 0; i < lane_count; ++i) {
            const std::size_t from = stretch_begin_ + i * lane_bytes;
            const std::size_t begin =
                i == 0 ? from : find_block(file.first(warm_until_), from, search_bytes, order, chain_links);
            if (begin == no_boundary) continue;
            at[lanes] = begin;
            stop[lanes++] = std::min(from + lane_bytes, warm_until_);
        }
        // Without this gcc takes the walk for one without effect, and leaves it out.
        asm volatile("");
        const std::uint8_t* const data = file.data();
        while (lanes > 0) {
            for (std::size_t i = 0; i < lanes; ++i) {
                const std::size_t bytes = at[i] < stop[i] ? block_bytes(data + at[i], order) : 0;
                at[i] += bytes;
                if (bytes == 0 || at[i] >= stop[i]) {
                    --lanes;
                    at[i] = at[lanes];
                    stop[i] = stop[lanes];
                    continue;
                }
                prefetch(data, at[i]);
                prefetch(data, at[i] + 64);
            }
        }
    }

    /// The whole of the block at `p`, where type and length can be read: the file is longer than the stretch by that.
    /// 0 for what is none.
    static std::size_t block_bytes(const std::uint8_t* p, byte_order order) noexcept {
        const std::size_t total = load32(p + 4, order);
        return total < 12 ? 0 : (total + 3) & ~std::size_t{3};
    }

    std::size_t stretch_begin_ = 0;
    std::size_t warm_until_ = 0;
    std::size_t blocks_ = 0;
};

}  // namespace pcapframe
