// A network of a test's own: a namespace with its loopback interface, and packets sent on that.
#pragma once

#if defined(__linux__)

#include <chrono>
#include <array>
#include <cstring>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace testing {

/// The calling thread, and those that it starts, are in a network namespace of their own until this goes. Only root may
/// make one.
class network_namespace {
public:
    network_namespace() : outside_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
        is_made_ = outside_ >= 0 && ::unshare(CLONE_NEWNET) == 0 && set_up("lo", true);
    }
    network_namespace(const network_namespace&) = delete;
    network_namespace& operator=(const network_namespace&) = delete;
    ~network_namespace() {
        if (is_made_) (void)::setns(outside_, CLONE_NEWNET);
        if (outside_ >= 0) ::close(outside_);
    }

    [[nodiscard]] bool is_made() const noexcept { return is_made_; }

    /// Switches an interface on or off.
    static bool set_up(const char* name, bool up) {
        const int control = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ifreq request{};
        std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
        bool done = control >= 0 && ::ioctl(control, SIOCGIFFLAGS, &request) == 0;
        request.ifr_flags = static_cast<short>(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
        done = done && ::ioctl(control, SIOCSIFFLAGS, &request) == 0;
        if (control >= 0) ::close(control);
        return done;
    }

private:
    int outside_;
    bool is_made_ = false;
};

/// An interface without a link header that is there as long as this is.
class tun_interface {
public:
    explicit tun_interface(const char* name) : device_(::open("/dev/net/tun", O_RDWR | O_CLOEXEC)) {
        ifreq request{};
        std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        if (device_ >= 0 && ::ioctl(device_, TUNSETIFF, &request) != 0) remove();
    }
    tun_interface(const tun_interface&) = delete;
    tun_interface& operator=(const tun_interface&) = delete;
    ~tun_interface() { remove(); }

    [[nodiscard]] bool is_made() const noexcept { return device_ >= 0; }

    void remove() {
        if (device_ >= 0) ::close(device_);
        device_ = -1;
    }

    /// A packet comes in by it.
    [[nodiscard]] bool receive_udp() const {
        constexpr std::array<std::uint8_t, 28> packet{0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0,  192, 0,
                                                      2,    1, 192, 0, 2, 2, 0, 9, 0,  9,  0, 8, 0,   0};
        return ::write(device_, packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
    }

private:
    int device_;
};

/// Sends UDP datagrams to this machine; nobody listens, so an ICMP error comes back for some.
class datagram_sender {
public:
    datagram_sender() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
    datagram_sender(const datagram_sender&) = delete;
    datagram_sender& operator=(const datagram_sender&) = delete;
    ~datagram_sender() { ::close(socket_); }

    void send(std::uint16_t port, const std::string& text) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = ::htons(port);
        to.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        // An error here is the ICMP answer to one before: the datagram is sent with the next call.
        for (int tries = 0; tries < 2; ++tries)
            if (::sendto(socket_, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0)
                return;
    }

private:
    int socket_;
};

}  // namespace testing

#endif
