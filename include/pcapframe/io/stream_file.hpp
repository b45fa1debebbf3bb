// A file read forward in windows: pipes, standard input, and regular files too.
//
// A regular file is usually mapped instead, since several walks over a mapping hide the wait for memory. Windows are
// for what cannot be mapped, and for programs that want no mapping.
#pragma once

#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/forward_window.hpp>

namespace pcapframe::inline v0_2 {

/// Reads a file descriptor forward through one buffer.
class stream_file {
public:
    explicit stream_file(file_descriptor file) : file_(std::move(file)) {}

    /// The bytes at hand that are not consumed yet; valid until `consume` or `fill`.
    [[nodiscard]] bytes_view window() const noexcept { return window_.bytes(); }

    /// Whether the end of the file was met: nothing follows the window.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

    /// Whether a read would have to wait: a pipe or socket whose other end is open and has sent nothing more for now.
    [[nodiscard]] bool would_wait() const noexcept {
        ::pollfd wanted{file_.number(), POLLIN, 0};
        return !at_end_ && ::poll(&wanted, 1, 0) == 0;
    }

    void consume(std::size_t bytes) noexcept { window_.consume(bytes); }

    /// Reads until the window holds at least `wanted` bytes or the file ends. What is consumed is dropped.
    [[nodiscard]] result<void> fill(std::size_t wanted) {
        window_.move_to_front();
        while (window_.size() < wanted && !at_end_) {
            const std::span<std::uint8_t> room = window_.room(wanted);
            const ssize_t got = ::read(file_.number(), room.data(), room.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return error{.code = errc::cannot_read, .system = errno};
            at_end_ = got == 0;
            window_.added(static_cast<std::size_t>(got));
        }
        return {};
    }

private:
    file_descriptor file_;
    forward_window window_;
    bool at_end_ = false;
};

}  // namespace pcapframe
