// From every link type to the network header.
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>

#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

const byte_string packet4 = ipv4({}, udp(from_hex("6869")));
const byte_string packet6 = ipv6({}, udp(from_hex("6869")));
const std::string row4 = "192.0.2.1:53 > 198.51.100.2:49154 udp 2 complete";
const std::string row6 = "2001:db8::1:53 > 2001:db8::2:49154 udp 2 complete";
const std::string nothing = "-:- > -:- - - ";

std::string of_type(std::uint16_t link_type, const byte_string& frame) {
    return summary(frame, {.link_type = link_type});
}

byte_string sll(std::uint16_t protocol, std::uint16_t arphrd = 1, std::uint16_t address_length = 6) {
    return be16(0) + be16(arphrd) + be16(address_length) + from_hex("1a1b1c1d1e1f 0000") + be16(protocol);
}

byte_string sll2(std::uint16_t protocol, std::uint16_t arphrd = 1) {
    return be16(protocol) + zeros(2) + be32(3) + be16(arphrd) + from_hex("0006 1a1b1c1d1e1f 0000");
}

const byte_string snap = from_hex("aaaa03 000000");
const byte_string wireless = from_hex("08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000");

}  // namespace

TEST_CASE("raw IP, by all its numbers") {
    for (const std::uint16_t type : {std::uint16_t{12}, std::uint16_t{14}, std::uint16_t{101}}) {
        CHECK(of_type(type, packet4) == row4);
        CHECK(of_type(type, packet6) == row6);
        CHECK(of_type(type, from_hex("55")) == nothing + "bad_version:ip");
        CHECK(of_type(type, {}) == nothing + "truncated:ip");
    }
    CHECK(of_type(228, packet4) == row4);
    CHECK(of_type(229, packet6) == row6);
    CHECK(of_type(228, packet6) == nothing + "bad_version:ipv4");
    CHECK(of_type(229, packet4) == nothing + "bad_version:ipv6");
}

TEST_CASE("Ethernet, plain and tagged with each of the three ethertypes, stacked as they come") {
    CHECK(summary(ethernet(0x0800, packet4)) == row4);
    CHECK(summary(ethernet(0x86dd, packet6)) == row6);
    for (const std::uint16_t outer : {std::uint16_t{0x8100}, std::uint16_t{0x88a8}, std::uint16_t{0x9100}}) {
        const decoded one(ethernet(outer, vlan(0x6123, 0x0800, packet4)));
        CHECK(summary(one) == row4);
        CHECK(shown(one, "vlan_id ethertype") == "291 2048");
        for (const std::uint16_t inner : {std::uint16_t{0x8100}, std::uint16_t{0x88a8}, std::uint16_t{0x9100}}) {
            const decoded two(ethernet(outer, vlan(7, inner, vlan(8, 0x86dd, packet6))));
            CHECK(summary(two) == row6);
            CHECK(shown(two, "vlan_id ethertype src_mac") == "7 34525 1a:1b:1c:1d:1e:1f");
        }
    }
}

TEST_CASE("as many headers as the limit, and one more") {
    const auto tags = [](unsigned count) {
        byte_string frame = mac_pair;
        for (unsigned i = 0; i < count; ++i) frame = frame + be16(0x8100) + be16(i + 1);
        return frame + be16(0x0800) + packet4;
    };
    // The Ethernet header counts as well.
    CHECK(summary(tags(limits::link_layers_max - 1)) == row4);
    CHECK(summary(tags(limits::link_layers_max)) == nothing + "too_many_layers:vlan");
}

TEST_CASE("802.3 frames: LLC with SNAP, LLC with IP's own number, and the others by name") {
    const byte_string content = snap + be16(0x0800) + packet4;
    CHECK(summary(ethernet(static_cast<std::uint16_t>(content.size()), content)) == row4);
    CHECK(decoded(ethernet(100, content)).text("ethertype") == "2048");
    CHECK(summary(ethernet(100, from_hex("060603") + packet4)) == row4);
    CHECK(summary(ethernet(38, from_hex("424203") + zeros(35))) == "-:- > -:- stp - unknown_protocol:llc");
    CHECK(summary(ethernet(100, from_hex("aaaa03 00000c 2000"))) == "-:- > -:- snap - unknown_protocol:llc");
    CHECK(summary(ethernet(100, from_hex("aaaa03 000000 0806"))) == "-:- > -:- arp - unknown_protocol:llc");
    CHECK(summary(ethernet(100, from_hex("1717")) ) == nothing + "truncated:llc");
    CHECK(summary(ethernet(0x8100, vlan(5, 38, from_hex("424203")))) == "-:- > -:- stp - unknown_protocol:llc");
}

TEST_CASE("Linux cooked, both versions") {
    for (const std::uint16_t type : {std::uint16_t{113}, std::uint16_t{276}}) {
        const auto header = [&](std::uint16_t protocol, std::uint16_t arphrd = 1) {
            return type == 113 ? sll(protocol, arphrd) : sll2(protocol, arphrd);
        };
        const std::string name = type == 113 ? "sll" : "sll2";
        CHECK(of_type(type, header(0x0800) + packet4) == row4);
        CHECK(of_type(type, header(0x86dd) + packet6) == row6);
        CHECK(of_type(type, header(0x8100) + vlan(9, 0x0800, packet4)) == row4);
        CHECK(of_type(type, header(0x0004) + snap + be16(0x86dd) + packet6) == row6);
        CHECK(of_type(type, header(0x0806)) == "-:- > -:- arp - unknown_protocol:" + name);
        const decoded row(header(0x0800) + packet4, {.link_type = type});
        CHECK(shown(row, "src_mac dst_mac ethertype") == "1a:1b:1c:1d:1e:1f - 2048");
        // What netlink messages have in the place of the protocol is no ethertype.
        CHECK(of_type(type, header(0x0800, 824) + packet4) == nothing + "unknown_protocol:" + name);
        CHECK(of_type(type, header(0x0000, 803) + from_hex("0000080000000000") + wireless + snap + be16(0x0800) +
                                packet4) == row4);
    }
    CHECK(decoded(sll(0x0800, 1, 0) + packet4, {.link_type = 113}).text("src_mac") == "-");
    CHECK(decoded(sll(0x0800, 1, 8) + packet4, {.link_type = 113}).text("src_mac") == "-");
}

TEST_CASE("numbers that are no ethertypes name no protocol") {
    for (const std::uint16_t protocol : {std::uint16_t{1}, std::uint16_t{6}, std::uint16_t{0x0c}, std::uint16_t{0x11},
                                         std::uint16_t{0xf6}, std::uint16_t{0x05ff}}) {
        const decoded row(sll(protocol) + zeros(40), {.link_type = 113});
        CHECK(shown(row, "protocol ethertype stop") == "- - unknown_protocol:sll");
    }
}

TEST_CASE("BSD loopback in both byte orders") {
    for (const std::uint16_t type : {std::uint16_t{0}, std::uint16_t{108}}) {
        for (const std::string_view inet : {"02000000", "00000002"})
            CHECK(of_type(type, from_hex(inet) + packet4) == row4);
        for (const std::string_view inet6 :
             {"18000000", "00000018", "1c000000", "0000001c", "1e000000", "0000001e", "0a000000"})
            CHECK(of_type(type, from_hex(inet6) + packet6) == row6);
        CHECK(of_type(type, from_hex("06000000") + packet4) == nothing + "unknown_protocol:loopback");
        CHECK(of_type(type, from_hex("07000000 cc") + packet4) == row4);
        CHECK(of_type(type, from_hex("00020000") + packet4) == row4);
        CHECK(of_type(type, from_hex("020000")) == nothing + "truncated:loopback");
    }
}

TEST_CASE("PPP, with PPPoE, MPLS and Cisco's framing") {
    CHECK(of_type(9, from_hex("ff030021") + packet4) == row4);
    CHECK(of_type(50, from_hex("0057") + packet6) == row6);
    CHECK(of_type(50, from_hex("0f000800") + packet4) == row4);
    CHECK(of_type(104, from_hex("0f0086dd") + packet6) == row6);
    CHECK(of_type(204, from_hex("01 ff030021") + packet4) == row4);
    CHECK(of_type(9, from_hex("ff03 0281 00064040 000101ff") + packet6) == row6);
    CHECK(of_type(9, from_hex("ff03 c021 0101")) == nothing + "unknown_protocol:ppp");
    CHECK(of_type(51, from_hex("1100 0007 001a 21") + packet4) == row4);
    const decoded row(ethernet(0x8864, from_hex("1100 0007 001a 0021") + packet4));
    CHECK(summary(row) == row4);
    CHECK(row.text("ethertype") == "34916");
    CHECK(summary(ethernet(0x8863, from_hex("1109 0000 0000"))) == "-:- > -:- pppoed - unknown_protocol:ethernet");
    CHECK(summary(ethernet(0x8847, from_hex("000640ff 000101ff") + packet4)) == row4);
    CHECK(summary(ethernet(0x8848, from_hex("000101ff") + packet6)) == row6);
    CHECK(summary(ethernet(0x8847, from_hex("000101ff 00000000"))) == nothing + "truncated:mpls");
    CHECK(summary(ethernet(0x8847, from_hex("000101ff") + zeros(30))) == "-:- > -:- mpls - unknown_protocol:mpls");
    CHECK(summary(ethernet(0x880b, from_hex("0021") + packet4)) == row4);
}

TEST_CASE("frame relay") {
    CHECK(of_type(107, from_hex("1861 0800") + packet4) == row4);
    CHECK(of_type(107, from_hex("1861 03 cc") + packet4) == row4);
    CHECK(of_type(107, from_hex("1861 03 00 80 000000 86dd") + packet6) == row6);
}

TEST_CASE("IEEE 802.11, bare and behind radiotap, PPI and Prism") {
    const byte_string frame = wireless + snap + be16(0x0800) + packet4;
    CHECK(of_type(105, frame) == row4);
    CHECK(of_type(127, from_hex("00000c000480000002001800") + frame) == row4);
    CHECK(of_type(192, from_hex("0000080069000000") + frame) == row4);
    CHECK(of_type(192, from_hex("0000080001000000") + ethernet(0x86dd, packet6)) == row6);
    CHECK(of_type(163, from_hex("80211001 00000040") + zeros(56) + frame) == row4);
    const decoded row(frame, {.link_type = 105});
    CHECK(shown(row, "src_mac dst_mac ethertype") == "1a:1b:1c:1d:1e:1f 0a:0b:0c:0d:0e:0f 2048");
    byte_string encrypted = frame;
    encrypted[1] = 0x42;
    CHECK(of_type(105, encrypted) == nothing + "unknown_protocol:ieee802_11");
}

TEST_CASE("headers of capture points") {
    CHECK(of_type(129, from_hex("01020000 f0") + packet4) == row4);
    CHECK(of_type(129, from_hex("01020000 d4 000001") + packet4) == row4);
    CHECK(of_type(129, from_hex("01020000 d4 ffffff 00 0001 00") + packet4) == row4);
    CHECK(of_type(242, zeros(40) + from_hex("0800 0000") + packet4) == row4);
    CHECK(of_type(226, from_hex("0102") + zeros(22) + packet4) == row4);
    CHECK(of_type(239, from_hex("0200 0000 0800 0100 08000100 2200 0900") + packet4) == row4);
    CHECK(of_type(117, from_hex("0518 0000 00000000") + packet6) == row6);
    CHECK(of_type(258, from_hex("10000000 01000000 01000000 aaaaaaaa") + ethernet(0x0800, packet4)) == row4);
    CHECK(of_type(8, zeros(16) + packet6) == row6);
    CHECK(of_type(109, from_hex("02000000 00000000 00000000") + packet4) == row4);
    CHECK(of_type(138, zeros(16) + from_hex("0800") + packet4) == row4);
    CHECK(of_type(122, zeros(16) + snap + be16(0x0800) + packet4) == row4);
    CHECK(of_type(10, from_hex("50") + mac_pair + snap + be16(0x86dd) + packet6) == row6);
    CHECK(of_type(6, from_hex("1040") + mac_pair + snap + be16(0x0800) + packet4) == row4);
    CHECK(of_type(100, snap + be16(0x0800) + packet4) == row4);
}

TEST_CASE("tags of switches") {
    CHECK(of_type(284, mac_pair + from_hex("40000000 0800") + packet4) == row4);
    CHECK(of_type(285, mac_pair + from_hex("dada0000 40000000 86dd") + packet6) == row6);
    CHECK(of_type(281, mac_pair + from_hex("20000001 0800") + packet4) == row4);
    CHECK(of_type(282, from_hex("20000001") + ethernet(0x0800, packet4)) == row4);
    CHECK(decoded(mac_pair + from_hex("40000000 0800") + packet4, {.link_type = 284}).text("src_mac") ==
          "1a:1b:1c:1d:1e:1f");
    CHECK(summary(ethernet(0x8909, from_hex("01010001 0007 0800") + packet4)) == row4);
    CHECK(summary(ethernet(0xd28b, from_hex("0001 0010 0001020304050607 0800") + packet4)) == row4);
    CHECK(summary(ethernet(0x88e5, from_hex("00 00 00000001 0800") + packet4)) == row4);
    CHECK(summary(ethernet(0x88e5, from_hex("2c 00 00000001 0a0b0c0d0e0f0001") + packet4)) ==
          "-:- > -:- macsec - unknown_protocol:macsec");
    CHECK(summary(ethernet(0x894f, from_hex("0fc6 0103") + zeros(20) + ethernet(0x0800, packet4))) == row4);
    CHECK(summary(ethernet(0x894f, from_hex("0fc2 0202 00000000") + packet6)) == row6);
    // The stations of a FabricPath frame are in the frame inside.
    const decoded row(from_hex("ffffffffffff eeeeeeeeeeee 8903 0040") + ethernet(0x86dd, packet6));
    CHECK(summary(row) == row6);
    CHECK(shown(row, "src_mac dst_mac") == "1a:1b:1c:1d:1e:1f 0a:0b:0c:0d:0e:0f");
}

TEST_CASE("tags of bridges, alone and with those of VLANs") {
    CHECK(summary(ethernet(0x8926, from_hex("80010002 8100") + vlan(7, 0x0800, packet4))) == row4);
    CHECK(decoded(ethernet(0x8926, from_hex("80010002 8100") + vlan(7, 0x0800, packet4))).text("vlan_id") == "7");
    CHECK(summary(ethernet(0x8926, from_hex("80010002") + be16(30) + snap + be16(0x86dd) + packet6)) == row6);
    CHECK(summary(ethernet(0x893f, from_hex("000100020000 0800") + packet4)) == row4);
    CHECK(summary(ethernet(0x892f, from_hex("10270007 86dd") + packet6)) == row6);
    CHECK(summary(ethernet(0xf1c1, from_hex("00000007 0800") + packet4)) == row4);
    CHECK(summary(ethernet(0x8100, vlan(5, 0x892f, from_hex("10270007 0800") + packet4))) == row4);
    // The customer's frame and its tag behind the backbone's: the outermost frame's addresses and tag stay.
    const byte_string customer = from_hex("020000000004 020000000003 8100") + vlan(9, 0x0800, packet4);
    const decoded row(ethernet(0x88a8, vlan(100, 0x88e7, from_hex("00000a0b") + customer)));
    CHECK(summary(row) == row4);
    CHECK(shown(row, "vlan_id src_mac ethertype") == "100 1a:1b:1c:1d:1e:1f 35047");
    CHECK(decoded(ethernet(0x88e7, from_hex("00000a0b") + customer)).text("vlan_id") == "9");
    CHECK(summary(ethernet(0x22f3, from_hex("003f 0001 0002") + ethernet(0x86dd, packet6))) == row6);
    CHECK(summary(ethernet(0x6558, ethernet(0x0800, packet4))) == row4);
    CHECK(of_type(113, sll(0x6558, 778, 4) + ethernet(0x0800, packet4)) == row4);
    CHECK(of_type(104, from_hex("0f00 6558") + ethernet(0x0800, packet4)) == row4);
    CHECK(summary(ethernet(0x8870, snap + be16(0x0800) + packet4)) == row4);
    CHECK(decoded(ethernet(0x8870, snap + be16(0x0800) + packet4)).text("ethertype") == "2048");
}

TEST_CASE("MPLS: any number of labels, pseudowires, channels") {
    byte_string labels;
    for (unsigned i = 0; i < 400; ++i) labels = labels + from_hex("000640ff");
    CHECK(summary(ethernet(0x8847, labels + from_hex("000101ff") + packet4)) == row4);
    CHECK(summary(ethernet(0x8847, labels)) == nothing + "truncated:mpls");
    CHECK(summary(ethernet(0x8847, from_hex("000101ff"))) == nothing + "truncated:mpls");
    const byte_string pseudowire = from_hex("000101ff 00000001");
    const byte_string carried = from_hex("020000000004 020000000003 8100") + vlan(5, 0x0800, packet4);
    const decoded row(ethernet(0x8847, pseudowire + carried));
    CHECK(summary(row) == row4);
    CHECK(shown(row, "vlan_id src_mac ethertype") == "5 1a:1b:1c:1d:1e:1f 34887");
    CHECK(summary(ethernet(0x8847, from_hex("000101ff") + carried)) == row4);
    CHECK(summary(ethernet(0x8847, from_hex("000101ff 10000057") + packet6)) == row6);
}

TEST_CASE("what LLC and frame relay bridge, and OSI's identifiers of IP") {
    const byte_string carried = ethernet(0x0800, packet4);
    const byte_string bridged = from_hex("aaaa03 0080c2 0007 0000") + carried;
    CHECK(of_type(100, bridged) == row4);
    CHECK(decoded(bridged, {.link_type = 100}).text("src_mac") == "1a:1b:1c:1d:1e:1f");
    const byte_string ring = from_hex("40") + mac_pair + snap + be16(0x86dd) + packet6;
    CHECK(of_type(100, from_hex("aaaa03 0080c2 0009 0000 00") + ring) == row6);
    CHECK(of_type(107, from_hex("1861 0300 80 0080c2 0007") + carried) == row4);
    CHECK(of_type(107, from_hex("1861 0300 80 0080c2 0009 00") + ring) == row6);
    CHECK(of_type(107, from_hex("1861 03 cf 0021") + packet4) == row4);
    CHECK(of_type(100, from_hex("fefe03 cc") + packet4) == row4);
    CHECK(of_type(100, from_hex("fefe03 81")) == "-:- > -:- osi - unknown_protocol:llc");
    CHECK(of_type(100, from_hex("fefe03")) == nothing + "truncated:llc");
    CHECK(of_type(104, from_hex("0f00 fefe 03cc") + packet4) == row4);
    CHECK(of_type(9, from_hex("0023 8e") + packet6) == row6);
}

TEST_CASE("PPP in bundles and bridges, as pppd and BSD/OS write it") {
    CHECK(of_type(9, from_hex("ff03 003d c0000001 0021") + packet4) == row4);
    CHECK(of_type(9, from_hex("ff03 003d 80000001 0021") + packet4) == nothing + "unknown_protocol:multilink_ppp");
    CHECK(of_type(9, from_hex("ff03 0031 0001") + ethernet(0x0800, packet4)) == row4);
    CHECK(of_type(166, from_hex("0003 0021") + packet4) == row4);
    CHECK(of_type(166, from_hex("0103 0057") + packet6) == row6);
    CHECK(of_type(113, sll(0x0007) + from_hex("ff03 0021") + packet4) == row4);
    CHECK(of_type(113, sll(0x0800, 770) + from_hex("1861 03 8e") + packet6) == row6);
}

TEST_CASE("loopback with an ethertype for a family, in either order, and with PPP") {
    CHECK(of_type(0, from_hex("00080000") + packet4) == row4);
    CHECK(of_type(0, from_hex("00000800") + packet4) == row4);
    CHECK(of_type(0, from_hex("dd860000") + packet6) == row6);
    CHECK(of_type(0, from_hex("ff030021") + packet4) == row4);
    CHECK(of_type(0, from_hex("00000806") + zeros(28)) == "-:- > -:- arp - unknown_protocol:loopback");
}

TEST_CASE("802.11: padding behind the header, several frames in one") {
    const byte_string qos = from_hex("88010000 020202020202 1a1b1c1d1e1f 0a0b0c0d0e0f 1000 0000");
    const byte_string packet = snap + be16(0x0800) + packet4;
    CHECK(of_type(127, from_hex("00000900 02000000 20") + qos + zeros(2) + packet) == row4);
    CHECK(of_type(127, from_hex("00000900 02000000 00") + qos + packet) == row4);
    // A header whose length is a multiple of four needs no padding.
    CHECK(of_type(127, from_hex("00000900 02000000 20") + wireless + packet) == row4);
    byte_string aggregate = qos;
    aggregate[24] = 0x80;
    CHECK(of_type(105, aggregate + mac_pair + be16(packet.size()) + packet) == row4);
    CHECK(of_type(105, aggregate + mac_pair) == nothing + "truncated:amsdu");
}

TEST_CASE("PPI and PKTAP in front of any link type") {
    for (const auto& [dlt, header] : std::vector<std::pair<std::uint8_t, byte_string>>{
             {101, {}}, {0, from_hex("02000000")}, {113, sll(0x0800)}, {9, from_hex("ff030021")},
             {11, snap + be16(0x0800)}, {192, from_hex("0000080065000000")}}) {
        CHECK(of_type(192, from_hex("00000800") + byte_string{dlt, 0, 0, 0} + header + packet4) == row4);
        const byte_string pktap = from_hex("0c000000 01000000") + byte_string{dlt, 0, 0, 0};
        for (const std::uint16_t type : {std::uint16_t{258}, std::uint16_t{149}})
            CHECK(of_type(type, pktap + header + packet4) == row4);
    }
    CHECK(of_type(192, from_hex("0000080093000000") + packet4) == nothing + "unknown_protocol:link");
}

TEST_CASE("ATM: LLC, emulated LANs, IP with and without LLC") {
    CHECK(of_type(123, from_hex("02000005") + snap + be16(0x0800) + packet4) == row4);
    CHECK(of_type(123, from_hex("01000005 0001") + ethernet(0x86dd, packet6)) == row6);
    CHECK(of_type(123, from_hex("01000005 ff00") + ethernet(0x86dd, packet6)) == nothing + "unknown_protocol:sunatm");
    CHECK(of_type(106, snap + be16(0x0800) + packet4) == row4);
    CHECK(of_type(106, packet6) == row6);
}

TEST_CASE("a link type that is not known") {
    for (const std::uint16_t type :
         {std::uint16_t{15}, std::uint16_t{147}, std::uint16_t{511}, std::uint16_t{600}, std::uint16_t{65535}}) {
        CHECK(of_type(type, packet4) == nothing + "unknown_protocol:link");
        CHECK_FALSE(decoded(packet4, {.link_type = type, .all_frames = false}).has_row());
    }
}
