// IPv4 (RFC 791), IPv6 (RFC 8200) and its extension headers, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/ipv4.hpp>
#include <pcapframe/wire/ipv6.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// RFC 791 section 3.1, with a value of its own in every field.
constexpr auto ipv4 = hex(
    "46 b9 05 dc"   // version 4, header 6 words; DSCP 46, ECN 1; total length 1500
    "12 34 20 10"   // identification; more fragments, offset 16 * 8
    "40 11 ab cd"   // time to live 64, UDP, checksum
    "c0 00 02 01"   // source
    "c6 33 64 02"); // destination
constexpr auto fields4 = *ipv4_view::check(ipv4);
constexpr auto whole_datagram = hex("45 00 00 14 00 00 40 00 01 06 00 00 0a 00 00 01 0a 00 00 02");
constexpr auto fields_whole = *ipv4_view::check(whole_datagram);
constexpr auto last_fragment = hex("45 03 00 00 ff ff 1f ff ff ff ff ff ff ff ff ff ff ff ff ff");
constexpr auto fields_last = *ipv4_view::check(last_fragment);

// RFC 8200 section 3.
constexpr auto ipv6 = hex(
    "6b 9a bc de"   // version 6, traffic class 0xb9 (DSCP 46, ECN 1), flow label 0xabcde
    "05 dc 3a 40"   // payload length 1500, ICMPv6, hop limit 64
    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02");
constexpr auto fields6 = *ipv6_view::check(ipv6);

// RFC 8200 section 4.5: next header, reserved, offset 185 * 8 and more, identification.
constexpr auto fragment = hex("11 00 05 c9 de ad be ef");
constexpr auto fragment_fields = *ipv6_extension_view::check(fragment);
constexpr auto hop_by_hop = hex("3a 02 05 02 00 00 01 00");
constexpr auto hop_by_hop_fields = *ipv6_extension_view::check(hop_by_hop);
constexpr auto lying_fragment = hex("3b ff 00 00 00 00 00 01");
constexpr auto lying_fragment_fields = *ipv6_extension_view::check(lying_fragment);

}  // namespace

TEST_CASE("IPv4") {
    static_assert(needs_all_of<ipv4_view>(ipv4));
    static_assert(ipv4_view::header_bytes == 20);
    static_assert(fields4.version() == 4 && fields4.header_length() == 24);
    static_assert(fields4.dscp() == 46 && fields4.ecn() == 1);
    static_assert(fields4.total_length() == 1500 && fields4.identification() == 0x1234);
    static_assert(fields4.more_fragments() && fields4.fragment_offset() == 128 && fields4.is_fragment());
    static_assert(fields4.ttl() == 64 && fields4.protocol() == 17 && fields4.checksum() == 0xabcd);
    CHECK(to_bytes({fields4.source(), 4}) == from_hex("c0000201"));
    CHECK(to_bytes({fields4.destination(), 4}) == from_hex("c6336402"));
    CHECK(ipv4_view::of(ipv4.data.data()).ttl() == 64);
}

TEST_CASE("IPv4 fragments: the flag for not fragmenting is none, and offsets go up to 65528") {
    static_assert(!fields_whole.is_fragment() && !fields_whole.more_fragments() && fields_whole.fragment_offset() == 0);
    static_assert(fields_last.is_fragment() && !fields_last.more_fragments());
    static_assert(fields_last.fragment_offset() == 65528);
    static_assert(fields_last.dscp() == 0 && fields_last.ecn() == 3);
    CHECK(fields_last.total_length() == 0);
}

TEST_CASE("IPv6") {
    static_assert(needs_all_of<ipv6_view>(ipv6));
    static_assert(ipv6_view::header_bytes == 40);
    static_assert(fields6.version() == 6 && fields6.dscp() == 46 && fields6.ecn() == 1);
    static_assert(fields6.flow_label() == 0xabcde && fields6.payload_length() == 1500);
    static_assert(fields6.next_header() == 58 && fields6.hop_limit() == 64);
    CHECK(fields6.source() == ipv6.data.data() + 8);
    CHECK(fields6.destination() == ipv6.data.data() + 24);
}

TEST_CASE("the Fragment header is eight bytes whatever its reserved byte says") {
    static_assert(needs_all_of<ipv6_extension_view>(fragment));
    static_assert(fragment_fields.next_header() == 17 && fragment_fields.length(ip_protocol::fragment) == 8);
    static_assert(fragment_fields.fragment_offset() == 1480 && fragment_fields.more_fragments());
    static_assert(fragment_fields.identification() == 0xdeadbeef);
    static_assert(lying_fragment_fields.length(ip_protocol::fragment) == 8);
    static_assert(lying_fragment_fields.fragment_offset() == 0 && !lying_fragment_fields.more_fragments());
    CHECK(lying_fragment_fields.identification() == 1);
}

TEST_CASE("other extension headers count in units of eight bytes, the first not counted") {
    static_assert(hop_by_hop_fields.next_header() == 58 && hop_by_hop_fields.length(ip_protocol::hop_by_hop) == 24);
    CHECK(lying_fragment_fields.length(ip_protocol::routing) == 2048);
}

TEST_CASE("AH counts in units of four bytes, the first two not counted") {
    CHECK(hop_by_hop_fields.length(ip_protocol::ah) == (2 + 2) * 4);
    CHECK(lying_fragment_fields.length(ip_protocol::ah) == (255 + 2) * 4);
}

TEST_CASE("what counts as an extension header") {
    for (const int number : {0, 43, 44, 51, 60, 135, 139, 140})
        CHECK(is_ipv6_extension(static_cast<std::uint8_t>(number)));
    // ESP is a protocol of its own here, and 59 says that nothing follows.
    for (const int number : {4, 6, 17, 41, 50, 58, 59, 132, 253})
        CHECK_FALSE(is_ipv6_extension(static_cast<std::uint8_t>(number)));
    unsigned count = 0;
    for (unsigned number = 0; number < 256; ++number)
        count += is_ipv6_extension(static_cast<std::uint8_t>(number)) ? 1U : 0U;
    CHECK(count == 8);
}
