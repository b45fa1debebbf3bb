#include "live_command.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>

#include <unistd.h>

#include "expressions.hpp"

namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

std::atomic<const pcapframe::wake_event*> raised{nullptr};

extern "C" void raise_event(int) {
    if (const pcapframe::wake_event* const event = raised.load()) event->raise();
}

/// The path of this program, for the command line that gives the program the right to capture.
std::string own_path() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    return length <= 0 ? std::string("pcapframe") : std::string(path.data(), static_cast<std::size_t>(length));
}

std::string counter(const std::optional<std::uint64_t>& count, std::string_view what) {
    return ", " + (count ? std::to_string(*count) + " " + std::string(what) : std::string(what) + " not available");
}

}  // namespace

interrupt_guard::interrupt_guard(const pcapframe::wake_event& raised_by_signals) {
    raised.store(&raised_by_signals);
    struct sigaction action {};
    action.sa_handler = raise_event;
    // Without SA_RESTART; and only the first is caught.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : ending_signals) ::sigaction(signal, &action, nullptr);
}

interrupt_guard::~interrupt_guard() {
    for (const int signal : ending_signals) std::signal(signal, SIG_DFL);
    raised.store(nullptr);
}

std::string live_filter_problem(const std::string& expression, const std::string& interface) {
    std::string problem = filter_problem(expression);
    const auto found = pcapframe::find_interface(interface);
    if (expression.empty() || !problem.empty() || !found || found->link_type == 0) return problem;
    pcapframe::filter_place place{.link_type = found->link_type};
#if defined(__linux__)
    place.asks_kernel = true;
#endif
    place.netmask = found->netmask.value_or(0);
    problem = filter_problem(expression, place);
    if (!problem.empty()) return problem;
    if (const std::string warning = no_match_warning(expression, found->link_type); !warning.empty()) complain(warning);
    return "";
}

int complain_capture(std::string_view command, const pcapframe::error& why) {
    const bool has_no_right = why.code == pcapframe::errc::cannot_open && (why.system == EPERM || why.system == EACCES);
    if (!has_no_right) return complain_error(command, why);
#if defined(__linux__)
    complain(why.message() + "; this grants it: sudo setcap cap_net_raw" +
             (std::string_view(why.detail) == "CAP_NET_ADMIN" ? ",cap_net_admin" : "") + "=ep " + own_path());
#else
    complain(why.message());
#endif
    return exit_status::failed;
}

std::string listening_text(const std::string& interface, const pcapframe::capture_device& device) {
    return "listening on " + interface + " (link type " + pcapframe::link_type_name(device.link_type()) +
           ", snaplen " + std::to_string(device.snaplen()) + ")";
}

std::string counters_text(std::uint64_t captured, const pcapframe::capture_counters& counters) {
    return std::to_string(captured) + " packets captured, " + std::to_string(counters.received) +
           " received by the filter, " + std::to_string(counters.dropped) + " dropped by the kernel" +
           counter(counters.freezes, "ring freezes") + counter(counters.interface_dropped, "dropped by the interface");
}

std::optional<std::chrono::nanoseconds> parse_seconds(std::string_view text) {
    constexpr double most = 1e9;
    double seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc() || end != text.data() + text.size() || !(seconds > 0 && seconds <= most))
        return std::nullopt;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}
