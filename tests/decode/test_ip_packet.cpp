// ip_packet: the headers of one frame by name.
#include <memory>

#include <doctest/doctest.h>

#include <pcapframe/decode/ip_packet.hpp>

#include "packets.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("a UDP packet") {
    const ip_packet packet(ethernet(0x0800, ipv4({}, udp(from_hex("00")))));
    CHECK(to_string(*packet.source_mac_address()) == "1a:1b:1c:1d:1e:1f");
    CHECK(to_string(*packet.destination_mac_address()) == "0a:0b:0c:0d:0e:0f");
    CHECK(packet.ethernet_protocol() == 0x0800);
    CHECK(packet.ethernet_protocol_name() == "ipv4");
    CHECK(packet.ip_protocol() == 17);
    CHECK(packet.ip_protocol_name() == "udp");
    CHECK(to_string(*packet.source_ip_address()) == "192.0.2.1");
    CHECK(to_string(*packet.destination_ip_address()) == "198.51.100.2");
    CHECK(packet.source_ip_port() == 53);
    CHECK(packet.destination_ip_port() == 49154);
    CHECK(packet.stop() == stop{});
}

TEST_CASE("IPv6 behind a VLAN tag and an extension header") {
    const ip_packet packet(ethernet(0x8100, vlan(5, 0x86dd, ipv6({.next = 0}, extension(58) + icmp(128, 0, {})))));
    CHECK(packet.ethernet_protocol() == 0x86dd);
    CHECK(packet.ip_protocol() == 58);
    CHECK(to_string(*packet.source_ip_address()) == "2001:db8::1");
    CHECK(packet.source_ip_address()->version == 6);
    CHECK_FALSE(packet.source_ip_port());
    CHECK_FALSE(packet.destination_ip_port());
}

TEST_CASE("its values outlive the bytes") {
    auto bytes = std::make_unique<byte_string>(ethernet(0x0800, ipv4({}, udp({}))));
    const ip_packet packet(*bytes);
    bytes.reset();
    CHECK(to_string(*packet.source_ip_address()) == "192.0.2.1");
    CHECK(packet.source_ip_port() == 53);
}

TEST_CASE("a frame without IP has no IP protocol, whatever it carries") {
    const ip_packet arp(ethernet(0x0806, zeros(28)));
    CHECK(arp.ethernet_protocol() == 0x0806);
    CHECK(arp.ethernet_protocol_name() == "arp");
    CHECK_FALSE(arp.ip_protocol_name());
    CHECK_FALSE(arp.ip_protocol());
    CHECK_FALSE(arp.source_ip_address());
    CHECK(arp.stop() == stop{stop_reason::unknown_protocol, layer::ethernet});
    const ip_packet spanning_tree(ethernet(38, from_hex("424203") + zeros(35)));
    CHECK_FALSE(spanning_tree.ip_protocol());
    CHECK_FALSE(spanning_tree.ethernet_protocol());
    CHECK_FALSE(spanning_tree.ethernet_protocol_name());
    CHECK(ip_packet(ethernet(0x88b5, zeros(28))).ethernet_protocol_name() == "0x88b5");
    CHECK(ip_packet(ethernet(0x0800, ipv4({.protocol = 253}, zeros(8)))).ip_protocol_name() == "253");
}

TEST_CASE("of nothing there is nothing") {
    const ip_packet packet(bytes_view{});
    CHECK_FALSE(packet.source_mac_address());
    CHECK_FALSE(packet.destination_mac_address());
    CHECK_FALSE(packet.ethernet_protocol());
    CHECK_FALSE(packet.ip_protocol());
    CHECK_FALSE(packet.destination_ip_address());
    CHECK(packet.stop() == stop{stop_reason::truncated, layer::ethernet});
}

TEST_CASE("other link types, and records") {
    const byte_string bytes = ipv4({.total = 100}, udp(counting(10), 80));
    const ip_packet raw(bytes, link_type::raw);
    CHECK(raw.source_ip_port() == 53);
    CHECK_FALSE(raw.source_mac_address());
    record captured;
    captured.data = bytes.data();
    captured.caplen = static_cast<std::uint32_t>(bytes.size());
    captured.len = 100;
    captured.link_type = link_type::raw;
    const ip_packet of_record(captured);
    CHECK(of_record.destination_ip_port() == 49154);
    CHECK(of_record.source_ip_address() == raw.source_ip_address());
}

TEST_CASE("later fragments have no ports") {
    const ip_packet packet(ethernet(0x0800, ipv4({.flags_offset = 100}, udp({}))));
    CHECK(packet.ip_protocol() == 17);
    CHECK_FALSE(packet.source_ip_port());
    CHECK_FALSE(packet.destination_ip_port());
    CHECK(packet.stop() == stop{stop_reason::fragment, layer::ipv4});
}
