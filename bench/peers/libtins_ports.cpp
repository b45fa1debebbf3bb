// libtins: hosts and ports of every packet, found in the chain of PDU objects that the library makes of it.
//
//   libtins_ports FILE
//
// Prints the number of packets and the endpoint sum: over all packets, both ports and the last two bytes of both
// addresses, as big-endian numbers.

#include <cstdint>
#include <cstdio>
#include <exception>

#include <tins/tins.h>

namespace {

std::uint64_t last_two_bytes(const Tins::IPv4Address& address) {
    return Tins::Endian::be_to_host(static_cast<std::uint32_t>(address)) & 0xffff;
}

std::uint64_t last_two_bytes(const Tins::IPv6Address& address) {
    const std::uint8_t* const bytes = address.begin();
    return static_cast<std::uint64_t>(bytes[14]) << 8 | bytes[15];
}

std::uint64_t host_sum(const Tins::PDU& packet) {
    if (const auto* const ip = packet.find_pdu<Tins::IP>()) {
        return last_two_bytes(ip->src_addr()) + last_two_bytes(ip->dst_addr());
    }
    if (const auto* const ip = packet.find_pdu<Tins::IPv6>()) {
        return last_two_bytes(ip->src_addr()) + last_two_bytes(ip->dst_addr());
    }
    return 0;
}

std::uint64_t port_sum(const Tins::PDU& packet) {
    if (const auto* const tcp = packet.find_pdu<Tins::TCP>()) {
        return std::uint64_t{tcp->sport()} + tcp->dport();
    }
    if (const auto* const udp = packet.find_pdu<Tins::UDP>()) {
        return std::uint64_t{udp->sport()} + udp->dport();
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: libtins_ports FILE\n", stderr);
        return 2;
    }
    std::uint64_t packets = 0;
    std::uint64_t endpoint_sum = 0;
    try {
        Tins::FileSniffer sniffer(argv[1]);
        while (const Tins::Packet packet = sniffer.next_packet()) {
            ++packets;
            endpoint_sum += host_sum(*packet.pdu()) + port_sum(*packet.pdu());
        }
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "libtins_ports: %s\n", failure.what());
        return 1;
    }
    std::printf("%llu packets, endpoint sum %llu\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(endpoint_sum));
    return 0;
}
