// Transport headers and what is left behind them; protocols without ports; which frames become rows.
#include <doctest/doctest.h>

#include <pcapframe/registry/protocols.hpp>

#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string frame(std::uint8_t protocol, const byte_string& data) {
    return ethernet(0x0800, ipv4({.protocol = protocol}, data));
}

const byte_string hello = from_hex("68656c6c6f");
const std::string hosts_alone = "192.0.2.1:- > 198.51.100.2:- ";

}  // namespace

TEST_CASE("a UDP length shorter than the IP payload ends the datagram") {
    const decoded row(frame(17, udp(hello, 10)));
    CHECK(shown(row, "udp_len payload stop") == "10 6865 complete");
    CHECK(shown(decoded(frame(17, udp(hello, 8))), "udp_len payload_len stop") == "8 0 complete");
}

TEST_CASE("a UDP length longer than the IP payload contradicts it") {
    const decoded row(frame(17, udp(hello, 14)));
    CHECK(shown(row, "src_port dst_port udp_len payload stop") == "53 49154 14 68656c6c6f bad_length:udp");
}

TEST_CASE("a UDP length below its header's") {
    for (const int length : {1, 7}) {
        const decoded row(frame(17, udp(hello, length)));
        CHECK(shown(row, "src_port dst_port payload stop") == "53 49154 - bad_length:udp");
    }
}

TEST_CASE("a UDP length of 0 means all that is left") {
    CHECK(shown(decoded(frame(17, udp(hello, 0))), "udp_len payload stop") == "0 68656c6c6f complete");
}

TEST_CASE("a TCP header shorter than 20 bytes, and one beyond the packet") {
    for (const int words : {0, 1, 4}) {
        const decoded row(frame(6, tcp(hello, {.header_words = words})));
        CHECK(shown(row, "src_port dst_port tcp_seq tcp_window payload stop") ==
              "49153 443 16909060 64240 - bad_length:tcp");
    }
    CHECK(shown(decoded(frame(6, tcp(hello, {.header_words = 7}))), "src_port payload stop") ==
          "49153 - bad_length:tcp");
    CHECK(shown(decoded(frame(6, tcp(hello, {.header_words = 15}))), "src_port payload stop") ==
          "49153 - bad_length:tcp");
}

TEST_CASE("TCP options are stepped over") {
    for (std::size_t words = 0; words <= 10; ++words) {
        const decoded row(frame(6, tcp(hello, {.options = zeros(4 * words)})));
        CHECK(shown(row, "payload stop") == "68656c6c6f complete");
    }
    CHECK(decoded(frame(6, tcp({}, {.flags = 0xfff}))).text("tcp_flags") == "4095");
    CHECK(decoded(frame(6, tcp({}, {.flags = 0x002}))).text("tcp_flags") == "2");
}

TEST_CASE("ICMP has type and code, and no ports") {
    const decoded row(frame(1, icmp(3, 4, hello)));
    CHECK(shown(row, "src_port dst_port protocol icmp_type icmp_code payload stop") ==
          "- - icmp 3 4 68656c6c6f complete");
    const decoded six(ethernet(0x86dd, ipv6({.next = 58}, icmp(135, 0, hello))));
    CHECK(shown(six, "protocol icmp_type icmp_code payload_len stop") == "icmp6 135 0 5 complete");
    // Only some types have an identifier.
    CHECK(shown(decoded(frame(1, icmp(8, 0, hello))), "icmp_type icmp_id") == "8 4660");
    CHECK(shown(decoded(frame(1, from_hex("0000 0000 abcd 0001"))), "icmp_type icmp_id") == "0 43981");
    CHECK(shown(row, "icmp_id") == "-");
    CHECK(shown(six, "icmp_id") == "-");
    // ICMPv6 in IPv4 and the other way round are what their numbers say.
    CHECK(shown(decoded(frame(58, icmp(128, 0, {}))), "protocol icmp_type stop") == "icmp6 128 complete");
}

TEST_CASE("IGMP has neither") {
    const decoded row(frame(2, icmp(0x16, 0, {})));
    CHECK(shown(row, "protocol src_port icmp_type payload_len stop") == "igmp - - 0 complete");
}

TEST_CASE("SCTP, UDP-Lite and DCCP have ports") {
    CHECK(summary(frame(132, sctp(hello))) == "192.0.2.1:2905 > 198.51.100.2:2906 sctp 5 complete");
    // The third field of UDP-Lite is a checksum coverage and ends nothing.
    CHECK(summary(frame(136, udp(hello, 8))) == "192.0.2.1:53 > 198.51.100.2:49154 udplite 5 complete");
    CHECK(decoded(frame(136, udp(hello, 8))).text("udp_len") == "-");
    CHECK(summary(frame(33, dccp(hello))) == "192.0.2.1:5001 > 198.51.100.2:5002 dccp 5 complete");
    CHECK(summary(frame(33, dccp(counting(20), 4))) == "192.0.2.1:5001 > 198.51.100.2:5002 dccp 16 complete");
    CHECK(summary(frame(33, dccp(hello, 2))) == "192.0.2.1:5001 > 198.51.100.2:5002 dccp - bad_length:dccp");
    CHECK(summary(frame(33, dccp(hello, 255))) == "192.0.2.1:5001 > 198.51.100.2:5002 dccp - bad_length:dccp");
}

TEST_CASE("every other protocol has its name or number, and all behind IP as payload") {
    for (const int protocol : {0, 4, 41, 43, 44, 46, 47, 50, 59, 60, 88, 89, 103, 112, 115, 139, 140, 253, 255}) {
        if (protocol == 59) continue;  // nothing follows: see the tests of IPv6
        const auto number = static_cast<std::uint8_t>(protocol);
        CHECK(summary(frame(number, counting(11))) ==
              hosts_alone + protocol_text(ip_protocol_id(number)) + " 11 unknown_protocol:ipv4");
    }
    CHECK(summary(frame(253, {})) == hosts_alone + "253 0 unknown_protocol:ipv4");
}

TEST_CASE("IPv6 extension headers are none in IPv4") {
    // Number 60 in IPv4 is a protocol that is not decoded, whatever its bytes look like.
    CHECK(summary(frame(60, extension(17) + udp(hello))) == hosts_alone + "ipv6-opts 21 unknown_protocol:ipv4");
}

TEST_CASE("a transport header that its packet does not hold") {
    for (const int protocol : {1, 2, 6, 17, 33, 58, 132, 136}) {
        const auto number = static_cast<std::uint8_t>(protocol);
        const decoded row(frame(number, from_hex("0102")));
        CAPTURE(protocol);
        CHECK(row.text("payload") == "-");
        CHECK(row.text("stop").starts_with("bad_length:"));
        CHECK(row.text("dst_port") == "-");
    }
}

TEST_CASE("frames without IP are rows only where asked for") {
    const byte_string arp = ethernet(0x0806, from_hex("0001080006040001") + zeros(20));
    CHECK_FALSE(decoded(arp, {.all_frames = false}).has_row());
    const decoded row(arp);
    REQUIRE(row.has_row());
    CHECK(summary(row) == "-:- > -:- arp - unknown_protocol:ethernet");
    CHECK(shown(row, "ethertype src_mac") == "2054 1a:1b:1c:1d:1e:1f");
    CHECK(summary(ethernet(0x1234, hello)) == "-:- > -:- 0x1234 - unknown_protocol:ethernet");
    // A frame that announces IP is a row, however little of it is there.
    CHECK(decoded(ethernet(0x0800, {}), {.all_frames = false}).has_row());
    CHECK(summary(ethernet(0x0800, {})) == "-:- > -:- - - truncated:ipv4");
}
