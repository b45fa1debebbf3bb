// A file read forward in windows: pipes, standard input, and regular files too.
//
// A regular file is usually mapped instead, since several walks over a mapping hide the wait for memory. Windows are
// for what cannot be mapped, and for programs that want no mapping. A window stays in the second-level cache.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe::inline v0_2 {

/// Reads a file descriptor forward through one buffer, which grows only as far as bytes really arrive.
class stream_file {
public:
    static constexpr std::size_t window_bytes = std::size_t{512} << 10;

    explicit stream_file(file_descriptor file)
        : file_(std::move(file)), buffer_(new std::uint8_t[window_bytes]), capacity_(window_bytes) {}

    /// The bytes at hand that are not consumed yet; valid until `consume` or `fill`.
    [[nodiscard]] bytes_view window() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }

    /// Whether the end of the file was met: nothing follows the window.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

    void consume(std::size_t bytes) noexcept { begin_ += std::min(bytes, end_ - begin_); }

    /// Reads until the window holds at least `wanted` bytes or the file ends. What is consumed is dropped.
    [[nodiscard]] result<void> fill(std::size_t wanted) {
        move_to_front();
        while (end_ < wanted && !at_end_) {
            if (end_ == capacity_) grow(wanted);
            const ssize_t got = ::read(file_.number(), buffer_.get() + end_, capacity_ - end_);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return error{.code = errc::cannot_read, .system = errno};
            at_end_ = got == 0;
            end_ += static_cast<std::size_t>(got);
        }
        return {};
    }

private:
    void move_to_front() noexcept {
        if (begin_ == 0) return;
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }

    /// The buffer at most doubles: a length that lies costs no more memory than the bytes that are there.
    void grow(std::size_t wanted) {
        const std::size_t capacity = std::min(capacity_ * 2, std::max(wanted, capacity_ + window_bytes));
        std::unique_ptr<std::uint8_t[]> bigger(new std::uint8_t[capacity]);
        std::memcpy(bigger.get(), buffer_.get(), end_);
        buffer_ = std::move(bigger);
        capacity_ = capacity;
    }

    file_descriptor file_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace pcapframe
