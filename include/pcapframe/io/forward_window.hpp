// A window that moves forward over bytes that come one after the other: a buffer that grows only as far as bytes really
// arrive.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// A window over a stream of bytes.
class forward_window {
public:
    /// So small that it stays in the second-level cache.
    static constexpr std::size_t usual_bytes = std::size_t{512} << 10;

    forward_window() : buffer_(new std::uint8_t[usual_bytes]), capacity_(usual_bytes) {}

    /// The bytes at hand that are not consumed yet; valid until bytes are consumed or room is made.
    [[nodiscard]] bytes_view bytes() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    void consume(std::size_t bytes) noexcept { begin_ += std::min(bytes, end_ - begin_); }

    /// Drops what is consumed.
    void move_to_front() noexcept {
        if (begin_ == 0) return;
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }

    /// Room for more bytes, at least one, where the window is on its way to `wanted`. Doubles at most: a length that
    /// lies costs no more memory than the bytes that are there.
    [[nodiscard]] std::span<std::uint8_t> room(std::size_t wanted) {
        if (end_ == capacity_) grow(std::min(capacity_ * 2, std::max(wanted, capacity_ + usual_bytes)));
        return {buffer_.get() + end_, capacity_ - end_};
    }
    /// So many bytes of the room are filled now.
    void added(std::size_t bytes) noexcept { end_ += bytes; }

    void append(bytes_view more) {
        if (more.empty()) return;
        if (capacity_ - end_ < more.size()) grow(std::max(capacity_ * 2, end_ + more.size()));
        std::memcpy(buffer_.get() + end_, more.data(), more.size());
        end_ += more.size();
    }

private:
    void grow(std::size_t capacity) {
        std::unique_ptr<std::uint8_t[]> bigger(new std::uint8_t[capacity]);
        if (end_ != 0) std::memcpy(bigger.get(), buffer_.get(), end_);
        buffer_ = std::move(bigger);
        capacity_ = capacity;
    }

    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace pcapframe
