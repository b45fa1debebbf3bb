// PcapPlusPlus: hosts and ports of every packet, which it parses up to the transport layer.
//
//   pcapplusplus_ports FILE
//
// Prints the number of packets and the endpoint sum: over all packets, both ports and the last two bytes of both
// addresses, as big-endian numbers.

#include <cstdint>
#include <cstdio>
#include <memory>

#include <IPv4Layer.h>
#include <IPv6Layer.h>
#include <Packet.h>
#include <PcapFileDevice.h>
#include <TcpLayer.h>
#include <UdpLayer.h>

namespace {

std::uint64_t last_two_bytes(const std::uint8_t* end) { return static_cast<std::uint64_t>(end[-2]) << 8 | end[-1]; }

std::uint64_t host_sum(const pcpp::Packet& packet) {
    if (const auto* const ip = packet.getLayerOfType<pcpp::IPv4Layer>()) {
        const pcpp::IPv4Address source = ip->getSrcIPv4Address();
        const pcpp::IPv4Address destination = ip->getDstIPv4Address();
        return last_two_bytes(source.toBytes() + 4) + last_two_bytes(destination.toBytes() + 4);
    }
    if (const auto* const ip = packet.getLayerOfType<pcpp::IPv6Layer>()) {
        const pcpp::IPv6Address source = ip->getSrcIPv6Address();
        const pcpp::IPv6Address destination = ip->getDstIPv6Address();
        return last_two_bytes(source.toBytes() + 16) + last_two_bytes(destination.toBytes() + 16);
    }
    return 0;
}

std::uint64_t port_sum(const pcpp::Packet& packet) {
    if (const auto* const tcp = packet.getLayerOfType<pcpp::TcpLayer>()) {
        return std::uint64_t{tcp->getSrcPort()} + tcp->getDstPort();
    }
    if (const auto* const udp = packet.getLayerOfType<pcpp::UdpLayer>()) {
        return std::uint64_t{udp->getSrcPort()} + udp->getDstPort();
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: pcapplusplus_ports FILE\n", stderr);
        return 2;
    }
    const std::unique_ptr<pcpp::IFileReaderDevice> reader(pcpp::IFileReaderDevice::getReader(argv[1]));
    if (!reader || !reader->open()) {
        std::fprintf(stderr, "pcapplusplus_ports: %s cannot be read\n", argv[1]);
        return 1;
    }
    std::uint64_t packets = 0;
    std::uint64_t endpoint_sum = 0;
    for (pcpp::RawPacket raw; reader->getNextPacket(raw);) {
        const pcpp::Packet packet(&raw, pcpp::OsiModelTransportLayer);
        ++packets;
        endpoint_sum += host_sum(packet) + port_sum(packet);
    }
    std::printf("%llu packets, endpoint sum %llu\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(endpoint_sum));
    return 0;
}
