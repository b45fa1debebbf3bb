// Packets for filters, and what filters say of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/filter.hpp>

#include "bytes/hex.hpp"

namespace filtered {

using bytes = testing::byte_string;

/// Ethernet, IPv4, TCP from 192.0.2.17 port 40000 to 198.51.100.9 port 80: SYN.
inline const bytes tcp4 = testing::from_hex(
    "020000000002 020000000001 0800"
    "4500 0028 0001 4000 40 06 0000 c0000211 c6336409"
    "9c40 0050 00000001 00000000 5002 ffff 0000 0000");
/// Ethernet, IPv6, UDP from 2001:db8::1 port 53 to 2001:db8::2 port 5353.
inline const bytes udp6 = testing::from_hex(
    "333300000001 020000000001 86dd"
    "60000000 0008 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
    "0035 14e9 0008 0000");
/// Ethernet, ARP: who has 192.0.2.2, tell 192.0.2.17.
inline const bytes arp = testing::from_hex(
    "ffffffffffff 020000000001 0806 0001 0800 06 04 0001"
    "020000000001 c0000211 000000000000 c0000202");
/// The first one in VLAN 7.
inline const bytes vlan_tcp4 = testing::from_hex(
    "020000000002 020000000001 8100 0007 0800"
    "4500 0028 0001 4000 40 06 0000 c0000211 c6336409"
    "9c40 0050 00000001 00000000 5002 ffff 0000 0000");

/// Whether a filter matches a packet on Ethernet; both ways of compiling must say the same.
inline bool matches(std::string_view expression, const bytes& packet, std::uint16_t link_type = 1) {
    pcapframe::filter::compile_options options;
    const auto program = pcapframe::filter::compile(expression, link_type, options);
    options.optimize = false;
    const auto plain = pcapframe::filter::compile(expression, link_type, options);
    INFO(expression, ": ", plain.message());
    REQUIRE(plain.has_value());
    const auto size = static_cast<std::uint32_t>(packet.size());
    const bool verdict = plain->run(packet, size) != 0;
    if (program)
        CHECK((program->run(packet, size) != 0) == verdict);
    else
        CHECK_FALSE(verdict);
    return verdict;
}

}  // namespace filtered
