// Wakes a thread that waits for packets, from any other thread and from a signal handler.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/eventfd.h>
#endif

#include <pcapframe/base/result.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe::inline v0_2 {

/// Raised once and for all: nothing that waits on the event from then on has to wait. Movable.
class wake_event {
public:
    [[nodiscard]] static result<wake_event> create() {
        wake_event made;
#if defined(__linux__)
        made.read_ = file_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (!made.read_.is_open()) return error{.code = errc::cannot_open, .system = errno}.about("eventfd");
#else
        int ends[2];
        if (::pipe(ends) != 0) return error{.code = errc::cannot_open, .system = errno}.about("pipe");
        made.read_ = file_descriptor(ends[0]);
        made.write_ = file_descriptor(ends[1]);
        for (const int end : ends) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
#endif
        return made;
    }

    /// Safe in a signal handler: one write, errno as it was.
    void raise() const noexcept {
        raised_->store(true, std::memory_order_release);
        const int before = errno;
        const std::uint64_t one = 1;
        const int to = write_.is_open() ? write_.number() : read_.number();
        // The write can only fail where the event has been raised very often.
        [[maybe_unused]] const auto written = ::write(to, &one, sizeof one);
        errno = before;
    }

    [[nodiscard]] bool is_raised() const noexcept { return raised_->load(std::memory_order_acquire); }
    /// To be polled for reading; never read.
    [[nodiscard]] int number() const noexcept { return read_.number(); }

private:
    wake_event() = default;

    static_assert(std::atomic<bool>::is_always_lock_free, "for signal handlers");

    std::unique_ptr<std::atomic<bool>> raised_ = std::make_unique<std::atomic<bool>>(false);
    file_descriptor read_;
    file_descriptor write_;
};

}  // namespace pcapframe
