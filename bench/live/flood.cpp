// Sends packets into an interface at a rate: the load of bench/live/compare.
// usage: flood INTERFACE SECONDS RATE SIZE
//   RATE   packets a second, 0 for as many as it can
//   SIZE   bytes of a frame, or "imix" for a mix of 60, 590 and 1514
// Prints how many were sent and in how many seconds.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

constexpr std::size_t burst = 64;

/// An Ethernet frame with IPv4 and UDP or TCP, whose ports tell it from others.
std::vector<unsigned char> frame(std::size_t size, unsigned number) {
    std::vector<unsigned char> bytes(size);
    const unsigned char head[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0};
    std::memcpy(bytes.data(), head, sizeof head);
    const std::size_t total = size - 14;
    bytes[16] = static_cast<unsigned char>(total >> 8);
    bytes[17] = static_cast<unsigned char>(total);
    bytes[22] = 64;
    const bool is_tcp = number % 3 != 0;
    bytes[23] = is_tcp ? 6 : 17;
    const unsigned char addresses[] = {10, 9, 0, 1, 10, 9, 0, 2};
    std::memcpy(bytes.data() + 26, addresses, sizeof addresses);
    bytes[33] = static_cast<unsigned char>(number);
    bytes[34] = static_cast<unsigned char>(128 + number / 256);
    bytes[35] = static_cast<unsigned char>(number);
    bytes[37] = 80;
    if (is_tcp) {
        bytes[46] = 0x50;
    } else {
        bytes[38] = static_cast<unsigned char>((total - 20) >> 8);
        bytes[39] = static_cast<unsigned char>(total - 20);
    }
    return bytes;
}

std::vector<std::vector<unsigned char>> frames(const std::string& size) {
    std::vector<std::vector<unsigned char>> made;
    constexpr std::array<std::size_t, 12> mix{60, 60, 60, 60, 60, 590, 590, 590, 1514, 1514, 1514, 1514};
    for (unsigned i = 0; i < 12 * burst; ++i)
        made.push_back(frame(size == "imix" ? mix[(i * 5) % mix.size()] : std::strtoul(size.c_str(), nullptr, 10), i));
    return made;
}

int open_sender(const char* interface) {
    const int sender = ::socket(AF_PACKET, SOCK_RAW, 0);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
    const int bypass = 1;
    if (sender < 0 || to.sll_ifindex == 0 ||
        ::setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass) != 0 ||
        ::bind(sender, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        std::perror(interface);
        std::exit(1);
    }
    return sender;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    using clock = std::chrono::steady_clock;
    const int sender = open_sender(argv[1]);
    const std::chrono::duration<double> length(std::atof(argv[2]));
    const double rate = std::atof(argv[3]);
    auto packets = frames(argv[4]);
    std::vector<iovec> places;
    std::vector<mmsghdr> messages(packets.size());
    for (auto& packet : packets) places.push_back({packet.data(), packet.size()});
    for (std::size_t i = 0; i < messages.size(); ++i) messages[i].msg_hdr = {nullptr, 0, &places[i], 1, nullptr, 0, 0};

    const clock::time_point begin = clock::now();
    std::uint64_t sent = 0;
    std::size_t at = 0;
    while (true) {
        const std::chrono::duration<double> passed = clock::now() - begin;
        if (passed >= length) break;
        // Bursts, as networks have them; ahead of its time, the sender sleeps.
        if (rate > 0 && static_cast<double>(sent) > rate * passed.count()) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            continue;
        }
        const int now = ::sendmmsg(sender, &messages[at], burst, 0);
        if (now > 0) sent += static_cast<std::uint64_t>(now);
        at = (at + burst) % messages.size();
    }
    const std::chrono::duration<double> passed = clock::now() - begin;
    std::printf("%llu %.6f\n", static_cast<unsigned long long>(sent), passed.count());
    ::close(sender);
}
