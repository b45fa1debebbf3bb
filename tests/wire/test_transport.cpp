// TCP (RFC 9293), UDP (RFC 768), SCTP (RFC 9260), DCCP (RFC 4340) and ICMP (RFC 792, RFC 4443), byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/dccp.hpp>
#include <pcapframe/wire/icmp.hpp>
#include <pcapframe/wire/sctp.hpp>
#include <pcapframe/wire/tcp.hpp>
#include <pcapframe/wire/udp.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

constexpr auto tcp = hex(
    "c0 01 01 bb"   // ports 49153, 443
    "01 23 45 67"   // sequence number
    "89 ab cd ef"   // acknowledgment number
    "a1 12 fa f0"   // header 10 words; AE, ACK and SYN; window 64240
    "be ef 00 07"); // checksum, urgent pointer
constexpr auto tcp_fields = *tcp_view::check(tcp);
constexpr auto flags = hex("00 00 00 00 00 00 00 00 00 00 00 00 f0 ff 00 00 00 00 00 00");
constexpr auto no_header = hex("00 00 00 00 00 00 00 00 00 00 00 00 0f 00 00 00 00 00 00 00");

constexpr auto udp = hex("00 35 c0 02 00 2a ab cd");
constexpr auto udp_fields = *udp_view::check(udp);

constexpr auto sctp = hex("0b 59 0b 5a 01 23 45 67 89 ab cd ef");
constexpr auto sctp_fields = *sctp_view::check(sctp);

constexpr auto dccp = hex("13 89 13 8a 06 00 12 34 01 00 00 00");
constexpr auto dccp_fields = *dccp_view::check(dccp);

constexpr auto echo = hex("08 01 f7 fe 12 34 00 2a");
constexpr auto echo_fields = *icmp_view::check(echo);

}  // namespace

TEST_CASE("TCP") {
    static_assert(needs_all_of<tcp_view>(tcp));
    static_assert(tcp_view::header_bytes == 20);
    static_assert(tcp_fields.source_port() == 49153 && tcp_fields.destination_port() == 443);
    static_assert(tcp_fields.sequence_number() == 0x01234567 && tcp_fields.acknowledgment_number() == 0x89abcdef);
    static_assert(tcp_fields.header_length() == 40 && tcp_fields.flags() == 0x112);
    static_assert(tcp_fields.window() == 64240 && tcp_fields.checksum() == 0xbeef);
    // Twelve bits of flags, and nothing of the data offset among them.
    static_assert(tcp_view::check(flags)->flags() == 0x0ff && tcp_view::check(flags)->header_length() == 60);
    static_assert(tcp_view::check(no_header)->flags() == 0xf00 && tcp_view::check(no_header)->header_length() == 0);
    CHECK(tcp_view::of(tcp.data.data()).window() == 64240);
}

TEST_CASE("UDP") {
    static_assert(needs_all_of<udp_view>(udp));
    static_assert(udp_fields.source_port() == 53 && udp_fields.destination_port() == 49154);
    static_assert(udp_fields.length() == 42 && udp_fields.checksum() == 0xabcd);
    CHECK(udp_view::of(udp.data.data()).length() == 42);
}

TEST_CASE("SCTP") {
    static_assert(needs_all_of<sctp_view>(sctp));
    static_assert(sctp_fields.source_port() == 2905 && sctp_fields.destination_port() == 2906);
    static_assert(sctp_fields.verification_tag() == 0x01234567);
    CHECK(sctp_view::header_bytes == 12);
}

TEST_CASE("DCCP") {
    static_assert(needs_all_of<dccp_view>(dccp));
    static_assert(dccp_fields.source_port() == 5001 && dccp_fields.destination_port() == 5002);
    CHECK(dccp_fields.header_length() == 24);
}

TEST_CASE("ICMP") {
    static_assert(needs_all_of<icmp_view>(echo));
    static_assert(echo_fields.type() == 8 && echo_fields.code() == 1 && echo_fields.checksum() == 0xf7fe);
    static_assert(echo_fields.identifier() == 0x1234 && echo_fields.sequence_number() == 42);
    CHECK(icmp_view::of(echo.data.data()).type() == 8);
}
