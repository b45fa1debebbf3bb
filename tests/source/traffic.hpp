// Captures of many packets of all kinds, the same in every run.
#pragma once

#include "../bytes/random.hpp"
#include "../decode/packets.hpp"
#include "../format/captures.hpp"

namespace testing {

/// One Ethernet frame of the usual mix, with what is rare not so rare.
inline byte_string any_frame(random_numbers& random) {
    const byte_string data = random.bytes(random.below(random.one_in(8) ? 1400 : 40));
    switch (random.below(12)) {
        case 0: return ethernet(0x0806, zeros(28));
        case 1: return ethernet(38, from_hex("424203") + zeros(35));
        case 2: return ethernet(0x8100, vlan(10, 0x0800, ipv4({.protocol = 1}, icmp(8, 0, data))));
        case 3: return ethernet(0x0800, ipv4({.flags_offset = 185}, data));
        case 4: return ethernet(0x86dd, ipv6({.next = 44}, fragment_header(17, 0, true) + udp(data, 3000)));
        case 5: return ethernet(0x86dd, ipv6({.next = 0}, extension(58) + icmp(128, 0, data)));
        case 6: return ethernet(0x0800, ipv4({.protocol = 132}, sctp(data)));
        case 7: return ethernet(0x86dd, ipv6({}, udp(data)));
        case 8: return ethernet(0x0800, ipv4({}, udp(data)));
        case 9: return first_bytes(ethernet(0x0800, ipv4({.protocol = 6}, tcp(data))), random.below(55));
        default:
            return ethernet(0x0800,
                            ipv4({.protocol = 6}, tcp(data, {.source = static_cast<std::uint16_t>(random.next())})));
    }
}

/// A pcap of that mix.
inline byte_string traffic(std::size_t packets, std::uint64_t seed = 1) {
    random_numbers random(seed);
    byte_string file = pcap_head{}.bytes();
    for (std::size_t i = 0; i < packets; ++i) {
        const byte_string frame = any_frame(random);
        const auto caplen = static_cast<std::uint32_t>(frame.size());
        pcap_file one;
        one.add_record({.seconds = static_cast<std::uint32_t>(1'500'000'000 + i / 1000),
                        .fraction = static_cast<std::uint32_t>(i % 1000),
                        .caplen = caplen,
                        .len = caplen + (caplen < 60 && random.one_in(2) ? 20 : 0)},
                       frame);
        file.insert(file.end(), one.bytes().begin() + 24, one.bytes().end());
    }
    return file;
}

}  // namespace testing
