// What a packet socket of Linux is asked for, one function each: packet(7), setsockopt(2), ioctl(2).
#pragma once

#if defined(__linux__)

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/capture/interfaces.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe::inline v0_2::detail {

/// What the system says went wrong with opening an interface. Where a right is missing, `detail` names that right.
inline error capture_error(int system, const live_interface& interface, const char* capability = "CAP_NET_RAW") {
    error why{.code = errc::cannot_open, .system = system};
    if (system == EPERM || system == EACCES) why.detail = capability;
    return why.about(interface.name);
}

template <class Value>
[[nodiscard]] bool set_packet_option(const file_descriptor& socket, int option, const Value& value) noexcept {
    return ::setsockopt(socket.number(), SOL_PACKET, option, &value, sizeof value) == 0;
}

/// A socket that takes no packets yet: a packet socket has no protocol until it is bound.
[[nodiscard]] inline file_descriptor open_packet_socket(bool cooked) noexcept {
    return file_descriptor(::socket(AF_PACKET, (cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0));
}

[[nodiscard]] inline bool attach_filter(const file_descriptor& socket, std::span<const bpf_instruction> program) {
    std::vector<sock_filter> code;
    for (const bpf_instruction& i : program) code.push_back({i.code, i.jt, i.jf, i.k});
    const sock_fprog attached{static_cast<unsigned short>(code.size()), code.data()};
    return ::setsockopt(socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) == 0;
}

/// Whether the kernel takes the program, asked with a socket that has nothing to do.
[[nodiscard]] inline bool is_valid_filter(std::span<const bpf_instruction> program) {
    return attach_filter(file_descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)), program);
}

/// From here on packets come in.
[[nodiscard]] inline bool bind_socket(const file_descriptor& socket, unsigned index) noexcept {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    // In parentheses htons is the function: as a macro it expands to other code where a unit is optimized.
    address.sll_protocol = (::htons)(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(index);
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// The error that has come upon the socket since the socket was last asked; 0 for none.
[[nodiscard]] inline int pending_error(const file_descriptor& socket) noexcept {
    int pending = 0;
    socklen_t bytes = sizeof pending;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &pending, &bytes) != 0) return errno;
    return pending;
}

/// Whether the interface that the socket is bound to is still there, or the socket is bound to all interfaces. When an
/// interface is removed, the kernel binds the socket to the number -1.
[[nodiscard]] inline bool has_interface(const file_descriptor& socket) noexcept {
    sockaddr_ll address{};
    socklen_t bytes = sizeof address;
    return ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &bytes) == 0 &&
           address.sll_ifindex >= 0;
}

/// The name of the interface that the system numbers so, in the network namespace of the socket; empty where there is
/// none (any more).
[[nodiscard]] inline std::string interface_name(const file_descriptor& socket, std::uint32_t index) {
    ifreq request{};
    request.ifr_ifindex = static_cast<int>(index);
    if (::ioctl(socket.number(), SIOCGIFNAME, &request) != 0) return {};
    return {request.ifr_name, ::strnlen(request.ifr_name, sizeof request.ifr_name)};
}

/// Whether an interface is switched on.
[[nodiscard]] inline bool is_switched_on(const file_descriptor& socket, std::uint32_t index) {
    ifreq request{};
    request.ifr_ifindex = static_cast<int>(index);
    return ::ioctl(socket.number(), SIOCGIFNAME, &request) == 0 &&
           ::ioctl(socket.number(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) != 0;
}

/// Holds as long as the socket is open; the kernel counts how many sockets ask for that mode.
[[nodiscard]] inline bool make_promiscuous(const file_descriptor& socket, unsigned index) noexcept {
    packet_mreq membership{};
    membership.mr_ifindex = static_cast<int>(index);
    membership.mr_type = PACKET_MR_PROMISC;
    return set_packet_option(socket, PACKET_ADD_MEMBERSHIP, membership);
}

[[nodiscard]] inline result<void> use_hardware_time(const file_descriptor& socket, const live_interface& interface) {
    hwtstamp_config config{};
    config.rx_filter = HWTSTAMP_FILTER_ALL;
    ifreq request{};
    std::memcpy(request.ifr_name, interface.name.data(), std::min<std::size_t>(interface.name.size(), IFNAMSIZ - 1));
    request.ifr_data = reinterpret_cast<char*>(&config);
    const int wanted = SOF_TIMESTAMPING_RAW_HARDWARE;
    if (::ioctl(socket.number(), SIOCSHWTSTAMP, &request) == 0 && set_packet_option(socket, PACKET_TIMESTAMP, wanted))
        return {};
    if (errno == EPERM) return capture_error(EPERM, interface, "CAP_NET_ADMIN");
    return error{.code = errc::bad_value,
                 .system = errno,
                 .detail = "an interface with hardware timestamps",
                 .subject = std::string_view(interface.name)};
}

/// The number of the group that was joined; nothing where joining failed.
[[nodiscard]] inline std::optional<std::uint16_t> join_fanout(const file_descriptor& socket,
                                                              const fanout_membership& fanout) noexcept {
    constexpr int modes[] = {PACKET_FANOUT_HASH, PACKET_FANOUT_LB, PACKET_FANOUT_CPU};
    const int number_by_kernel = fanout.group ? 0 : PACKET_FANOUT_FLAG_UNIQUEID;
    int word = fanout.group.value_or(0) | (modes[static_cast<std::size_t>(fanout.mode)] | number_by_kernel) << 16;
    socklen_t bytes = sizeof word;
    if (!set_packet_option(socket, PACKET_FANOUT, word) ||
        ::getsockopt(socket.number(), SOL_PACKET, PACKET_FANOUT, &word, &bytes) != 0)
        return std::nullopt;
    return static_cast<std::uint16_t>(word);
}

/// Packets that the network card had to drop, as the kernel shows it under /sys; nothing where the counter is not
/// there.
[[nodiscard]] inline std::optional<std::uint64_t> missed_by_interface(const live_interface& interface) {
    const std::string path = "/sys/class/net/" + interface.name + "/statistics/rx_missed_errors";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
    unsigned long long count = 0;
    if (!file || std::fscanf(file.get(), "%llu", &count) != 1) return std::nullopt;
    return count;
}

}  // namespace pcapframe::detail

namespace pcapframe::inline v0_2 {

/// Whether this process may capture. Opens a socket that takes no packets to find out.
[[nodiscard]] inline bool may_capture() noexcept { return detail::open_packet_socket(false).is_open(); }

}  // namespace pcapframe

#endif
