// What a row of an IPv4 packet means.
#include <doctest/doctest.h>

#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string frame(const ipv4_fields& fields, const byte_string& data) { return ethernet(0x0800, ipv4(fields, data)); }

const byte_string hello = from_hex("68656c6c6f");

}  // namespace

TEST_CASE("every field of a TCP packet") {
    const decoded row(frame({.protocol = 6, .traffic_class = 0xb9}, tcp(hello)));
    CHECK(shown(row, "src_host src_port dst_host dst_port protocol") == "192.0.2.1 49153 198.51.100.2 443 tcp");
    CHECK(shown(row, "ip_version ip_len ip_id ttl dscp ecn fragment_offset") == "4 45 4660 64 46 1 0");
    CHECK(shown(row, "tcp_flags tcp_seq tcp_ack tcp_window") == "24 16909060 4059231220 64240");
    CHECK(shown(row, "payload_len payload stop") == "5 68656c6c6f complete");
    CHECK(shown(row, "src_mac dst_mac ethertype vlan_id") == "1a:1b:1c:1d:1e:1f 0a:0b:0c:0d:0e:0f 2048 -");
    CHECK(shown(row, "udp_len icmp_type icmp_code flow_label") == "- - - -");
    CHECK(shown(row, "time frame_number caplen len link_type interface_id interface_name") == "1 1 59 59 1 0 -");
    // The payload is a view into the frame.
    CHECK(row.get<column::payload>()->data() == row.frame().data() + 54);
}

TEST_CASE("options are stepped over") {
    for (std::size_t words = 1; words <= 10; ++words) {
        const decoded row(frame({.options = zeros(4 * words)}, udp(hello)));
        CHECK(summary(row) == "192.0.2.1:53 > 198.51.100.2:49154 udp 5 complete");
        CHECK(row.text("payload") == "68656c6c6f");
    }
}

TEST_CASE("padding behind the total length is no payload") {
    const decoded row(frame({}, udp(hello)) + zeros(18));
    CHECK(shown(row, "payload stop") == "68656c6c6f complete");
    const decoded empty(frame({.protocol = 6}, tcp({})) + zeros(6));
    CHECK(shown(empty, "payload_len stop") == "0 complete");
    REQUIRE(empty.get<column::payload>());
    CHECK(empty.get<column::payload>()->empty());
}

TEST_CASE("a total length of 0 means to the end of the frame") {
    const decoded row(frame({.protocol = 6, .total = 0}, tcp(counting(70))));
    CHECK(shown(row, "ip_len payload_len stop") == "0 70 complete");
    CHECK(summary(frame({.total = 0}, udp(hello))) == "192.0.2.1:53 > 198.51.100.2:49154 udp 5 complete");
    // The frame may end anywhere then: what is missing was not captured.
    CHECK(summary(frame({.protocol = 6, .total = 0}, first_bytes(tcp({}), 10))) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp - truncated:tcp");
}

TEST_CASE("a total length beyond what was captured of the frame: the rest is missing") {
    const captured_as sliced{.wire_bytes = 1514};
    CHECK(summary(frame({.total = 1500}, udp(hello, 1480)), sliced) ==
          "192.0.2.1:53 > 198.51.100.2:49154 udp 5 truncated:payload");
    CHECK(summary(frame({.protocol = 6, .total = 1500}, tcp(hello)), sliced) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp 5 truncated:payload");
    CHECK(summary(frame({.protocol = 6, .total = 1500}, first_bytes(tcp({}), 13)), sliced) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp - truncated:tcp");
}

TEST_CASE("a total length beyond a frame of which nothing is missing contradicts it") {
    CHECK(summary(frame({.total = 1500}, udp(hello, 1480))) ==
          "192.0.2.1:53 > 198.51.100.2:49154 udp 5 bad_length:ipv4");
    CHECK(summary(frame({.protocol = 6, .total = 1500}, tcp(hello))) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp 5 bad_length:ipv4");
    // All of the UDP datagram is there, whatever the IP header claims.
    CHECK(summary(frame({.total = 1500}, udp(hello))) == "192.0.2.1:53 > 198.51.100.2:49154 udp 5 complete");
}

TEST_CASE("a total length that ends inside the transport header contradicts it") {
    CHECK(summary(frame({.protocol = 6, .total = 30}, tcp(hello))) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp - bad_length:tcp");
    CHECK(summary(frame({.total = 22}, udp(hello))) == "192.0.2.1:53 > 198.51.100.2:- udp - bad_length:udp");
    CHECK(summary(frame({.protocol = 1, .total = 21}, icmp(8, 0, {}))) ==
          "192.0.2.1:- > 198.51.100.2:- icmp - bad_length:icmp");
    CHECK(summary(frame({.total = 20}, udp(hello))) == "192.0.2.1:- > 198.51.100.2:- udp - bad_length:udp");
}

TEST_CASE("lengths that contradict themselves keep the header's fields") {
    for (const int words : {0, 1, 4}) {
        const decoded row(frame({.header_words = words}, udp(hello)));
        CHECK(summary(row) == "192.0.2.1:- > 198.51.100.2:- udp - bad_length:ipv4");
        CHECK(shown(row, "ip_version ip_id ttl payload") == "4 4660 64 -");
    }
    for (const int total : {1, 19}) {
        CHECK(summary(frame({.total = total}, udp(hello))) == "192.0.2.1:- > 198.51.100.2:- udp - bad_length:ipv4");
    }
    // A header of 24 bytes in a packet of 20.
    CHECK(summary(frame({.total = 20, .options = zeros(4)}, udp(hello))) ==
          "192.0.2.1:- > 198.51.100.2:- udp - bad_length:ipv4");
    // A header that goes on beyond what was captured.
    CHECK(summary(frame({.total = 100, .header_words = 15}, hello)) ==
          "192.0.2.1:- > 198.51.100.2:- udp - truncated:ipv4");
    CHECK(summary(frame({.total = 0, .header_words = 15}, hello)) ==
          "192.0.2.1:- > 198.51.100.2:- udp - truncated:ipv4");
}

TEST_CASE("a version that was not announced") {
    for (const int version : {0, 5, 6, 15}) {
        const decoded row(frame({.version = static_cast<std::uint8_t>(version)}, udp(hello)));
        CHECK(summary(row) == "-:- > -:- - - bad_version:ipv4");
        CHECK(shown(row, "ip_version ethertype") == "- 2048");
    }
}

TEST_CASE("AH is stepped over, however many and however long") {
    const std::string ports = "192.0.2.1:53 > 198.51.100.2:49154 udp ";
    const std::string no_ports = "192.0.2.1:- > 198.51.100.2:- ";
    for (const std::uint8_t icv_bytes : {std::uint8_t{0}, std::uint8_t{12}, std::uint8_t{64}})
        CHECK(summary(frame({.protocol = 51}, ah(17, icv_bytes) + udp(hello))) == ports + "5 complete");
    CHECK(summary(frame({.protocol = 51}, ah(51) + ah(17) + udp(hello))) == ports + "5 complete");
    const decoded segment(frame({.protocol = 51}, ah(6) + tcp(hello)));
    CHECK(shown(segment, "protocol tcp_seq tcp_flags payload_len layers") == "tcp 16909060 24 5 ethernet:ipv4:ah:tcp");
    CHECK(summary(frame({.protocol = 51}, ah(50) + zeros(24))) == no_ports + "esp 24 unknown_protocol:ipv4");
    // Extension headers are IPv6's.
    CHECK(summary(frame({.protocol = 51}, ah(60) + zeros(8))) == no_ports + "ipv6-opts 8 unknown_protocol:ipv4");
    CHECK(summary(frame({.protocol = 51, .flags_offset = 0x2000}, ah(17) + udp(hello, 100))) ==
          ports + "5 fragment:payload");
    CHECK(summary(frame({.protocol = 51, .flags_offset = 1}, hello)) == no_ports + "ah 5 fragment:ipv4");
    // What it says that it has is not there, or only its beginning is, which names what follows.
    CHECK(summary(frame({.protocol = 51}, byte_string{17, 200} + zeros(60))) == no_ports + "udp - bad_length:ah");
    CHECK(summary(frame({.protocol = 51}, byte_string{17})) == no_ports + "udp - bad_length:ah");
    CHECK(summary(frame({.protocol = 51}, {})) == no_ports + "- - bad_length:ah");
    byte_string many;
    for (int i = 0; i < 40; ++i) many = many + ah(51, 0);
    CHECK(summary(frame({.protocol = 51}, many)) == no_ports + "- - too_many_layers:ah");
}

TEST_CASE("the first fragment has ports, the others have none") {
    const byte_string datagram = udp(counting(40), 1480);
    const decoded first(frame({.flags_offset = 0x2000}, datagram));
    CHECK(summary(first) == "192.0.2.1:53 > 198.51.100.2:49154 udp 40 fragment:payload");
    CHECK(shown(first, "fragment_offset more_fragments udp_len ip_id") == "0 1 1480 4660");

    const decoded middle(frame({.flags_offset = 0x2000 | 185}, counting(48)));
    CHECK(summary(middle) == "192.0.2.1:- > 198.51.100.2:- udp 48 fragment:ipv4");
    CHECK(shown(middle, "fragment_offset more_fragments udp_len") == "1480 1 -");
    CHECK(to_bytes(*middle.get<column::payload>()) == counting(48));

    const decoded last(frame({.flags_offset = 370}, counting(8)));
    CHECK(summary(last) == "192.0.2.1:- > 198.51.100.2:- udp 8 fragment:ipv4");
    CHECK(shown(last, "fragment_offset more_fragments") == "2960 0");

    const decoded icmp_part(frame({.protocol = 1, .flags_offset = 1}, icmp(8, 0, hello)));
    CHECK(shown(icmp_part, "icmp_type icmp_code payload_len stop") == "- - 13 fragment:ipv4");
}

TEST_CASE("the flag that forbids fragments is none") {
    CHECK(summary(frame({.flags_offset = 0x4000}, udp(hello))) == "192.0.2.1:53 > 198.51.100.2:49154 udp 5 complete");
    CHECK(summary(frame({.flags_offset = 0x8000}, udp(hello))) == "192.0.2.1:53 > 198.51.100.2:49154 udp 5 complete");
}

TEST_CASE("a first fragment that was cut is truncated first of all") {
    CHECK(summary(frame({.total = 1500, .flags_offset = 0x2000}, udp(hello, 3000)), {.wire_bytes = 1514}) ==
          "192.0.2.1:53 > 198.51.100.2:49154 udp 5 truncated:payload");
}

TEST_CASE("a first fragment that ends inside its transport header: the rest of that is in the next") {
    CHECK(summary(frame({.protocol = 6, .flags_offset = 0x2000}, first_bytes(tcp({}), 8))) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp - fragment:tcp");
    CHECK(summary(frame({.flags_offset = 0x2000}, {})) == "192.0.2.1:- > 198.51.100.2:- udp - fragment:udp");
    CHECK(summary(frame({.protocol = 6, .flags_offset = 0x2000}, tcp({}, {.header_words = 10}))) ==
          "192.0.2.1:49153 > 198.51.100.2:443 tcp - fragment:tcp");
}

TEST_CASE("a later fragment without data") {
    CHECK(summary(frame({.flags_offset = 185}, {})) == "192.0.2.1:- > 198.51.100.2:- udp 0 fragment:ipv4");
    CHECK(summary(frame({.total = 100, .flags_offset = 185}, hello)) ==
          "192.0.2.1:- > 198.51.100.2:- udp 5 fragment:ipv4");
}
