// fpcap: the bare loop over a capture that it has mapped; packets and bytes are counted, nothing is decoded.
//
//   fpcap_loop FILE
//
// Prints the number of packets and of captured bytes.

#include <cstdint>
#include <cstdio>
#include <exception>

#include <fpcap/fpcap.hpp>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: fpcap_loop FILE\n", stderr);
        return 2;
    }
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    try {
        fpcap::PacketReader reader(argv[1]);
        fpcap::Packet packet{};
        while (!reader.isExhausted()) {
            if (!reader.nextPacket(packet)) continue;
            ++packets;
            bytes += packet.captureLength;
        }
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "fpcap_loop: %s\n", failure.what());
        return 1;
    }
    std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(bytes));
    return 0;
}
