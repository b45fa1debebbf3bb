// What a row of an IPv6 packet means, whatever stands between its header and the protocol.
#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>

#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string frame(const ipv6_fields& fields, const byte_string& data) { return ethernet(0x86dd, ipv6(fields, data)); }

const byte_string hello = from_hex("68656c6c6f");
const std::string hosts = "2001:db8::1:53 > 2001:db8::2:49154 ";
const std::string hosts_alone = "2001:db8::1:- > 2001:db8::2:- ";

}  // namespace

TEST_CASE("every field of a UDP packet") {
    const decoded row(frame({.traffic_class = 0xb9, .flow_label = 0xabcde}, udp(hello)));
    CHECK(summary(row) == hosts + "udp 5 complete");
    CHECK(shown(row, "ip_version ip_len ttl dscp ecn flow_label") == "6 53 64 46 1 703710");
    CHECK(shown(row, "ip_id fragment_offset udp_len payload ethertype") == "- - 13 68656c6c6f 34525");
}

TEST_CASE("padding behind the payload length is no payload") {
    CHECK(summary(frame({}, udp(hello)) + zeros(9)) == hosts + "udp 5 complete");
}

TEST_CASE("a payload length of 0 means to the end of the frame") {
    const decoded row(frame({.length = 0}, udp(hello)));
    CHECK(summary(row) == hosts + "udp 5 complete");
    CHECK(row.text("ip_len") == "40");
    // RFC 2675: a jumbogram says its length in a hop-by-hop option.
    const byte_string jumbo_option = from_hex("1100 c204 00010000");
    CHECK(summary(frame({.next = 0, .length = 0}, jumbo_option + udp(counting(100), 0))) == hosts + "udp 100 complete");
}

TEST_CASE("every kind of extension header is stepped over, in any order") {
    for (const std::uint8_t kind : {std::uint8_t{0}, std::uint8_t{43}, std::uint8_t{60}, std::uint8_t{135},
                                    std::uint8_t{139}, std::uint8_t{140}}) {
        CAPTURE(kind);
        for (std::uint8_t units = 0; units < 4; ++units) {
            const decoded row(frame({.next = kind}, extension(17, units) + udp(hello)));
            CHECK(summary(row) == hosts + "udp 5 complete");
        }
    }
    const byte_string chain = extension(43, 1) + extension(60) + fragment_header(0, 0, false) + extension(135, 2) +
                              extension(139) + extension(140) + extension(17);
    CHECK(summary(frame({.next = 0}, chain + udp(hello))) == hosts + "udp 5 complete");
}

TEST_CASE("AH is stepped over among extension headers, and ESP is a protocol") {
    CHECK(summary(frame({.next = 51}, ah(17) + udp(hello))) == hosts + "udp 5 complete");
    CHECK(summary(frame({.next = 0}, extension(51) + ah(60, 4) + extension(51) + ah(17) + udp(hello))) ==
          hosts + "udp 5 complete");
    CHECK(summary(frame({.next = 51}, ah(44) + fragment_header(17, 0, false) + udp(hello))) ==
          hosts + "udp 5 complete");
    CHECK(summary(frame({.next = 44}, fragment_header(51, 0, true) + ah(17) + udp(hello, 100))) ==
          hosts + "udp 5 fragment:payload");
    CHECK(summary(frame({.next = 44}, fragment_header(51, 16, false) + hello)) ==
          hosts_alone + "ah 5 fragment:ipv6_extension");
    CHECK(summary(frame({.next = 51}, ah(50) + zeros(24))) == hosts_alone + "esp 24 unknown_protocol:ipv6");
    CHECK(summary(frame({.next = 50}, zeros(24))) == hosts_alone + "esp 24 unknown_protocol:ipv6");
    CHECK(summary(frame({.next = 51}, ah(59))) == hosts_alone + "ipv6-nonxt 0 complete");
}

TEST_CASE("no next header: what follows is payload of nothing") {
    CHECK(summary(frame({.next = 59}, zeros(4))) == hosts_alone + "ipv6-nonxt 4 complete");
    CHECK(summary(frame({.next = 60}, extension(59))) == hosts_alone + "ipv6-nonxt 0 complete");
    CHECK(summary(frame({.next = 135}, extension(59, 1))) == hosts_alone + "ipv6-nonxt 0 complete");
}

TEST_CASE("the first fragment has ports, the others have none") {
    const decoded first(frame({.next = 44}, fragment_header(17, 0, true) + udp(counting(40), 3000)));
    CHECK(summary(first) == hosts + "udp 40 fragment:payload");
    CHECK(shown(first, "fragment_offset ip_id udp_len") == "0 3735928559 3000");

    const decoded middle(frame({.next = 44}, fragment_header(17, 1448, true) + counting(16)));
    CHECK(summary(middle) == hosts_alone + "udp 16 fragment:ipv6_extension");
    CHECK(shown(middle, "fragment_offset ip_id udp_len") == "1448 3735928559 -");
    CHECK(to_bytes(*middle.get<column::payload>()) == counting(16));

    const decoded last(frame({.next = 60}, extension(44) + fragment_header(6, 65528, false) + counting(3)));
    CHECK(summary(last) == hosts_alone + "tcp 3 fragment:ipv6_extension");
    CHECK(last.text("fragment_offset") == "65528");
}

TEST_CASE("a later fragment of a datagram whose first part begins with an extension header") {
    // Which protocol that leads to, only the first fragment says.
    CHECK(summary(frame({.next = 44}, fragment_header(60, 1448, true) + counting(16))) ==
          hosts_alone + "- 16 fragment:ipv6_extension");
}

TEST_CASE("an atomic fragment is whole") {
    const decoded row(frame({.next = 44}, fragment_header(17, 0, false) + udp(hello)));
    CHECK(summary(row) == hosts + "udp 5 complete");
    CHECK(shown(row, "fragment_offset ip_id") == "0 3735928559");
}

TEST_CASE("of two Fragment headers the first is shown, and either makes a fragment") {
    const byte_string later = fragment_header(44, 0, true, 1) + fragment_header(17, 1448, false, 2) + counting(8);
    const decoded row(frame({.next = 44}, later));
    CHECK(summary(row) == hosts_alone + "udp 8 fragment:ipv6_extension");
    CHECK(shown(row, "fragment_offset ip_id") == "0 1");
    const byte_string atomic =
        fragment_header(44, 0, true, 1) + fragment_header(17, 0, false, 2) + udp(counting(8), 3000);
    CHECK(summary(frame({.next = 44}, atomic)) == hosts + "udp 8 fragment:payload");
}

TEST_CASE("extension headers behind a first fragment's header") {
    CHECK(summary(frame({.next = 44}, fragment_header(60, 0, true) + extension(17) + udp(hello, 2000))) ==
          hosts + "udp 5 fragment:payload");
    // One that goes on in the next fragment.
    CHECK(summary(frame({.next = 44}, fragment_header(60, 0, true) + from_hex("1109 0104 00000000"))) ==
          hosts_alone + "udp - fragment:ipv6_extension");
    CHECK(summary(frame({.next = 44}, fragment_header(6, 0, true) + first_bytes(tcp({}), 16))) ==
          "2001:db8::1:49153 > 2001:db8::2:443 tcp - fragment:tcp");
}

TEST_CASE("an extension header that its payload length cuts off") {
    // The payload length ends inside the header, although the frame has more.
    CHECK(summary(frame({.next = 60, .length = 12}, extension(17, 1) + udp(hello))) ==
          hosts_alone + "udp - bad_length:ipv6_extension");
    CHECK(summary(frame({.next = 60, .length = 4}, extension(17, 1) + udp(hello))) ==
          hosts_alone + "udp - bad_length:ipv6_extension");
    // A header that claims more than the packet has.
    CHECK(summary(frame({.next = 60}, from_hex("11ff 0104 00000000") + udp(hello))) ==
          hosts_alone + "udp - bad_length:ipv6_extension");
    CHECK(summary(frame({.next = 60, .length = 1000}, from_hex("11ff 0104 00000000") + udp(hello)),
                  {.wire_bytes = 1054}) == hosts_alone + "udp - truncated:ipv6_extension");
}

TEST_CASE("as many extension headers as the limit, and one more") {
    byte_string chain;
    for (unsigned i = 1; i < limits::extension_headers_max; ++i) chain = chain + extension(60);
    CHECK(summary(frame({.next = 60}, chain + extension(17) + udp(hello))) == hosts + "udp 5 complete");
    CHECK(summary(frame({.next = 60}, chain + extension(60) + extension(17) + udp(hello))) ==
          hosts_alone + "- - too_many_layers:ipv6_extension");
}

TEST_CASE("a version that was not announced") {
    for (const int version : {0, 4, 5, 7, 15}) {
        const decoded row(frame({.version = static_cast<std::uint8_t>(version)}, udp(hello)));
        CHECK(summary(row) == "-:- > -:- - - bad_version:ipv6");
        CHECK(shown(row, "ip_version ethertype") == "- 34525");
    }
}

TEST_CASE("a payload length beyond the frame") {
    CHECK(summary(frame({.length = 1000}, udp(hello, 990)), {.wire_bytes = 1054}) == hosts + "udp 5 truncated:payload");
    CHECK(summary(frame({.length = 1000}, udp(hello, 990))) == hosts + "udp 5 bad_length:ipv6");
}

TEST_CASE("an IPv4 address in IPv6 shows itself, and the family stays") {
    byte_string packet = ipv6({}, udp(hello));
    const byte_string mapped = from_hex("00000000000000000000ffffc0000201");
    std::copy(mapped.begin(), mapped.end(), packet.begin() + 8);
    const decoded row(packet, {.link_type = 229});
    CHECK(row.text("src_host") == "::ffff:192.0.2.1");
    CHECK(row.get<column::src_host>()->version == 6);
}
