// Ethernet II, 802.1Q tags, LLC and SNAP, Linux cooked headers and BSD loopback, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/loopback.hpp>
#include <pcapframe/wire/sll.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

constexpr mac_address mac(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint8_t e,
                          std::uint8_t f) {
    return {{a, b, c, d, e, f}};
}

// IEEE 802.3 clause 3.2: destination, source, type.
constexpr auto ethernet = hex("0a 0b 0c 0d 0e 0f  1a 1b 1c 1d 1e 1f  86 dd");
constexpr auto ethernet_fields = *ethernet_view::check(ethernet);

// IEEE 802.1Q clause 9.6: priority 5, drop eligible, identifier 0xabc, then the next type.
constexpr auto vlan = hex("ba bc 08 00");
constexpr auto vlan_fields = *vlan_view::check(vlan);
constexpr auto plain_vlan = hex("00 01 88 a8");
constexpr auto plain_vlan_fields = *vlan_view::check(plain_vlan);

constexpr auto spanning_tree = hex("42 42 03");
constexpr auto snap_ip = hex("aa aa 03 00 00 00 08 00");
constexpr auto snap_tunnel = hex("aa aa 03 00 00 f8 81 37");
constexpr auto snap_cisco = hex("aa aa 03 00 00 0c 20 00");

// LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, 8 bytes of address, protocol.
constexpr auto sll = hex("00 04  00 01  00 06  0a 0b 0c 0d 0e 0f 00 00  08 00");
constexpr auto sll_fields = *sll_view::check(sll);
constexpr auto sll_without_address = hex("00 00  03 04  00 00  00 00 00 00 00 00 00 00  86 dd");

// LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD, packet type, address length, 8 bytes of address.
constexpr auto sll2 = hex("86 dd  00 00  00 00 01 02  03 23  04  06  0a 0b 0c 0d 0e 0f 00 00");
constexpr auto sll2_fields = *sll2_view::check(sll2);

template <std::size_t Capacity>
constexpr loopback_view loopback(const hex_bytes<Capacity>& bytes) {
    return *loopback_view::check(bytes);
}

constexpr auto inet_little = hex("02 00 00 00");
constexpr auto inet_big = hex("00 00 00 02");
constexpr auto netbsd6_little = hex("18 00 00 00");
constexpr auto netbsd6_big = hex("00 00 00 18");
constexpr auto freebsd6 = hex("1c 00 00 00");
constexpr auto darwin6 = hex("1e 00 00 00");
constexpr auto linux6 = hex("0a 00 00 00");
constexpr auto osi_family = hex("07 00 00 00");

}  // namespace

TEST_CASE("Ethernet") {
    static_assert(needs_all_of<ethernet_view>(ethernet));
    static_assert(ethernet_view::header_bytes == 14);
    static_assert(ethernet_fields.destination() == mac(0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f));
    static_assert(ethernet_fields.source() == mac(0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f));
    static_assert(ethernet_fields.type() == 0x86dd);
    CHECK(ethernet_view::of(ethernet.data.data()).type() == 0x86dd);
}

TEST_CASE("a VLAN tag") {
    static_assert(needs_all_of<vlan_view>(vlan));
    static_assert(vlan_fields.priority() == 5);
    static_assert(vlan_fields.drop_eligible());
    static_assert(vlan_fields.id() == 0xabc);
    static_assert(vlan_fields.type() == 0x0800);
    static_assert(plain_vlan_fields.priority() == 0 && !plain_vlan_fields.drop_eligible());
    static_assert(plain_vlan_fields.id() == 1 && plain_vlan_fields.type() == 0x88a8);
    CHECK(vlan_view::of(vlan.data.data()).id() == 0xabc);
}

TEST_CASE("LLC, with SNAP and without") {
    static_assert(needs_all_of<llc_view>(spanning_tree));
    constexpr auto stp = *llc_view::check(spanning_tree);
    static_assert(stp.dsap() == llc_view::spanning_tree_sap && stp.ssap() == 0x42 && stp.control() == 3);
    static_assert(!stp.is_snap() && !stp.has_ethertype());

    constexpr auto ip = *llc_view::check(snap_ip);
    static_assert(ip.is_snap() && ip.has_ethertype() && ip.type() == 0x0800);
    constexpr auto tunnel = *llc_view::check(snap_tunnel);
    static_assert(tunnel.has_ethertype() && tunnel.type() == 0x8137);
    // Another organization's protocol numbers are no ethertypes.
    constexpr auto cisco = *llc_view::check(snap_cisco);
    static_assert(cisco.is_snap() && !cisco.has_ethertype());
    for (std::size_t length = 3; length < 8; ++length) {
        const auto cut = llc_view::check(bytes_view(snap_ip).first(length));
        REQUIRE(cut);
        CHECK(cut->is_snap());
        CHECK_FALSE(cut->has_ethertype());
    }
}

TEST_CASE("Linux cooked, version 1") {
    static_assert(needs_all_of<sll_view>(sll));
    static_assert(sll_view::header_bytes == 16);
    static_assert(sll_fields.packet_type() == 4 && sll_fields.arphrd_type() == 1);
    static_assert(sll_fields.address_length() == 6 && sll_fields.has_mac());
    static_assert(sll_fields.source() == mac(0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f));
    static_assert(sll_fields.protocol() == 0x0800);
    constexpr auto without = *sll_view::check(sll_without_address);
    static_assert(!without.has_mac() && without.arphrd_type() == 0x0304 && without.protocol() == 0x86dd);
    CHECK(sll_view::of(sll.data.data()).source_bytes() == sll.data.data() + 6);
}

TEST_CASE("Linux cooked, version 2") {
    static_assert(needs_all_of<sll2_view>(sll2));
    static_assert(sll2_view::header_bytes == 20);
    static_assert(sll2_fields.protocol() == 0x86dd && sll2_fields.interface_index() == 0x0102);
    static_assert(sll2_fields.arphrd_type() == arphrd::ieee80211_radiotap);
    static_assert(sll2_fields.packet_type() == 4 && sll2_fields.address_length() == 6 && sll2_fields.has_mac());
    static_assert(sll2_fields.source() == mac(0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f));
    CHECK(sll2_view::of(sll2.data.data()).source_bytes() == sll2.data.data() + 12);
}

TEST_CASE("BSD loopback in both byte orders") {
    static_assert(needs_all_of<loopback_view>(inet_little));
    static_assert(loopback(inet_little).family() == 2 && loopback(inet_little).is_ipv4());
    static_assert(loopback(inet_big).family() == 2 && loopback(inet_big).is_ipv4() && !loopback(inet_big).is_ipv6());
    static_assert(loopback(netbsd6_little).is_ipv6() && loopback(netbsd6_big).is_ipv6());
    static_assert(loopback(freebsd6).is_ipv6() && loopback(darwin6).is_ipv6() && loopback(linux6).is_ipv6());
    static_assert(loopback(osi_family).family() == 7 && !loopback(osi_family).is_ipv4() &&
                  !loopback(osi_family).is_ipv6());
    CHECK(loopback(darwin6).family() == 30);
}
