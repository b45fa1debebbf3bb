// Until when to wait for packets, and why the waiting ended.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace pcapframe::inline v0_2 {

/// Why waiting for packets ended.
enum class wait_state : std::uint8_t {
    packets,    ///< there are some
    deadline,   ///< none came in time
    cancelled,  ///< the wake event was raised
    finished,   ///< after `finish`: all that was captured has been handed out
};

/// A point in time on the system's monotonic clock, which nobody can set, or never.
class deadline {
public:
    using clock = std::chrono::steady_clock;

    /// Never.
    deadline() = default;

    [[nodiscard]] static deadline in(std::chrono::nanoseconds time) noexcept {
        deadline made;
        made.at_ = clock::now() + time;
        return made;
    }

    [[nodiscard]] bool is_set() const noexcept { return at_.has_value(); }
    [[nodiscard]] bool has_passed() const noexcept { return at_ && clock::now() >= *at_; }

    /// The milliseconds that are left, for poll(2), rounded up; -1 for ever.
    [[nodiscard]] int poll_ms() const noexcept {
        if (!at_) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - clock::now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
    }

    /// Whichever comes first.
    [[nodiscard]] deadline or_earlier(const deadline& other) const noexcept {
        if (!at_ || (other.at_ && *other.at_ < *at_)) return other;
        return *this;
    }

private:
    std::optional<clock::time_point> at_;
};

}  // namespace pcapframe
