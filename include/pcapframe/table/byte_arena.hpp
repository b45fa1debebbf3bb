// Memory for the bytes that rows own: blocks that never move, and are used again after a clear.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace pcapframe::inline v0_2 {

/// Blocks of memory that are used again after `clear`.
class byte_arena {
public:
    /// Room for `size` bytes at a multiple of `align` (1, 2, 4 or 8), valid until `clear`.
    [[nodiscard]] std::uint8_t* allocate(std::size_t size, std::size_t align = 1) {
        used_ = (used_ + align - 1) & ~(align - 1);
        while (current_ < blocks_.size() && (used_ > blocks_[current_].size || blocks_[current_].size - used_ < size)) {
            ++current_;
            used_ = 0;
        }
        if (current_ == blocks_.size()) {
            const std::size_t bytes = std::max(size, block_bytes);
            blocks_.push_back({std::unique_ptr<std::uint8_t[]>(new std::uint8_t[bytes]), bytes});
        }
        std::uint8_t* const room = blocks_[current_].bytes.get() + used_;
        used_ += size;
        return room;
    }

    /// Other batches have views of what was allocated and keep the arena alive for them: it must not be cleared any
    /// more.
    void share() noexcept { shared_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool is_shared() const noexcept { return shared_.load(std::memory_order_relaxed); }

    /// Forgets what was allocated and keeps the memory.
    void clear() noexcept {
        current_ = 0;
        used_ = 0;
    }

private:
    static constexpr std::size_t block_bytes = std::size_t{1} << 20;

    struct block {
        std::unique_ptr<std::uint8_t[]> bytes;
        std::size_t size = 0;
    };

    std::vector<block> blocks_;
    std::size_t current_ = 0;
    std::size_t used_ = 0;
    std::atomic<bool> shared_{false};
};

}  // namespace pcapframe
