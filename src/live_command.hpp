// Shared by the commands that capture.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/live.hpp>

#include "command.hpp"

/// Ends a capture at Ctrl-C, SIGTERM and SIGHUP, as long as this object lives; a second signal ends the program. At
/// most one such object may live at a time.
class interrupt_guard {
public:
    /// The event must not move.
    explicit interrupt_guard(const pcapframe::wake_event& raised_by_signals);
    interrupt_guard(const interrupt_guard&) = delete;
    interrupt_guard& operator=(const interrupt_guard&) = delete;
    ~interrupt_guard();
};

/// What is wrong with a filter expression for the packets of an interface, with a caret under the place; empty for
/// nothing, and where the interface is not known.
std::string live_filter_problem(const std::string& expression, const std::string& interface);

/// Tells why an interface cannot be captured, and what gives the right to; returns the exit status.
int complain_capture(std::string_view command, const pcapframe::error& why);

/// "listening on eth0 (link type 1 (ETHERNET), snaplen 262144)".
std::string listening_text(const std::string& interface, const pcapframe::capture_device& device);

/// "12 packets captured, 12 received by the filter, 0 dropped by the kernel, ...".
std::string counters_text(std::uint64_t captured, const pcapframe::capture_counters& counters);

/// A length of time in seconds, with a fraction; nothing for any other text.
std::optional<std::chrono::nanoseconds> parse_seconds(std::string_view text);
