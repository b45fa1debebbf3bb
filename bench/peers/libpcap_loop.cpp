// libpcap's bare read loop: every packet is fetched, none is decoded.
//
//   libpcap_loop FILE
//
// Prints the number of packets and of captured bytes.

#include <cstdint>
#include <cstdio>

#include <pcap/pcap.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: libpcap_loop FILE\n", stderr);
        return 2;
    }
    char message[PCAP_ERRBUF_SIZE];
    pcap_t* const capture = pcap_open_offline(argv[1], message);
    if (capture == nullptr) {
        std::fprintf(stderr, "libpcap_loop: %s\n", message);
        return 1;
    }
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    int status = 0;
    while ((status = pcap_next_ex(capture, &header, &data)) == 1) {
        ++packets;
        bytes += header->caplen;
    }
    if (status != PCAP_ERROR_BREAK) {
        pcap_perror(capture, "libpcap_loop");
    }
    pcap_close(capture);
    std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(bytes));
    return status == PCAP_ERROR_BREAK ? 0 : 1;
}
