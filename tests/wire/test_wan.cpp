// PPP, PPPoE, Cisco HDLC, MPLS and frame relay, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/frame_relay.hpp>
#include <pcapframe/wire/mpls.hpp>
#include <pcapframe/wire/ppp.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// RFC 1661 and RFC 1662: each of address with control, and the protocol's first byte, may be left out.
constexpr auto ppp_ipv4 = hex("ff 03 00 21");
constexpr auto ppp_compressed_protocol = hex("ff 03 57");
constexpr auto ppp_compressed_address = hex("00 57");
constexpr auto ppp_all_compressed = hex("21");
constexpr auto ppp_mpls = hex("02 81");
constexpr auto ppp_mpls_multicast = hex("ff 03 02 83");
constexpr auto ppp_link_control = hex("ff 03 c0 21");
constexpr auto ppp_cisco = hex("0f 00 08 00");
constexpr auto ppp_cisco_broadcast = hex("8f 00 86 dd");

// RFC 2516 section 4: version and type, code, session, length; then PPP.
constexpr auto pppoe_session = hex("11 00 12 34 00 16");
constexpr auto pppoe_discovery = hex("11 09 00 00 00 04");

constexpr auto chdlc_unicast = hex("0f 00 08 00");
constexpr auto chdlc_slarp = hex("8f 00 80 35");
constexpr auto chdlc_osi = hex("0f 00 fe fe");

// RFC 3032 section 2.1: 20 bits of label, 3 of traffic class, bottom of stack, time to live.
constexpr auto mpls_upper = hex("12 34 5a 40");
constexpr auto mpls_upper_fields = *mpls_view::check(mpls_upper);
constexpr auto mpls_ipv4 = hex("00 01 01 ff 45");
constexpr auto mpls_ipv4_fields = *mpls_view::check(mpls_ipv4);
constexpr auto mpls_ipv6 = hex("ff ff f1 01 60");
constexpr auto mpls_ethernet = hex("00 01 01 ff 00");

// Q.922 addresses of 2, 3 and 4 bytes: the last one has its lowest bit set.
constexpr auto relay_cisco = hex("18 61 08 00");
constexpr auto relay_three = hex("18 60 01 86 dd");
constexpr auto relay_four = hex("18 60 00 01 08 00");
constexpr auto relay_ipv4 = hex("18 61 03 cc");
constexpr auto relay_ipv6 = hex("18 61 03 8e");
constexpr auto relay_padded = hex("18 61 03 00 cc");
constexpr auto relay_snap = hex("18 61 03 00 80 00 00 00 08 06");
constexpr auto relay_snap_unpadded = hex("18 61 03 80 00 00 00 08 00");
constexpr auto relay_snap_bridged = hex("18 61 03 00 80 00 80 c2 00 07");
constexpr auto relay_other = hex("18 61 03 81");
constexpr auto relay_endless = hex("18 60 00 00 08 00");

}  // namespace

TEST_CASE("PPP in every framing") {
    static_assert(needs_all_of<ppp_view>(ppp_ipv4) && leads_to<ppp_view>(ppp_ipv4, 4, layer::ipv4));
    static_assert(needs_all_of<ppp_view>(ppp_compressed_protocol));
    static_assert(leads_to<ppp_view>(ppp_compressed_protocol, 3, layer::ipv6));
    static_assert(needs_all_of<ppp_view>(ppp_compressed_address));
    static_assert(leads_to<ppp_view>(ppp_compressed_address, 2, layer::ipv6));
    static_assert(needs_all_of<ppp_view>(ppp_all_compressed) && leads_to<ppp_view>(ppp_all_compressed, 1, layer::ipv4));
    static_assert(leads_to<ppp_view>(ppp_mpls, 2, layer::mpls) &&
                  leads_to<ppp_view>(ppp_mpls_multicast, 4, layer::mpls));
    static_assert(leads_to<ppp_view>(ppp_link_control, 4, layer::none));
    CHECK(ppp_view::check(ppp_link_control)->protocol() == 0xc021);
}

TEST_CASE("Cisco's framing where PPP is announced") {
    static_assert(needs_all_of<ppp_view>(ppp_cisco) && leads_to_type<ppp_view>(ppp_cisco, 4, 0x0800));
    static_assert(needs_all_of<ppp_view>(ppp_cisco_broadcast) &&
                  leads_to_type<ppp_view>(ppp_cisco_broadcast, 4, 0x86dd));
    CHECK(ppp_view::check(ppp_cisco)->protocol() == 0x0800);
}

TEST_CASE("a byte of direction in front of PPP") {
    static_assert(needs_all_of<ppp_with_direction_view>(ppp_all_compressed));
    CHECK(leads_to<ppp_with_direction_view>(ppp_ipv4, 1, layer::ppp));
}

TEST_CASE("PPPoE leads on from session packets only") {
    static_assert(needs_all_of<pppoe_view>(pppoe_session) && leads_to<pppoe_view>(pppoe_session, 6, layer::ppp));
    static_assert(leads_to<pppoe_view>(pppoe_discovery, 6, layer::none));
    CHECK(pppoe_view::check(pppoe_session)->session_id() == 0x1234);
    CHECK(pppoe_view::check(pppoe_discovery)->code() == 9);
}

TEST_CASE("Cisco HDLC carries an ethertype, but for OSI's number and SLARP's") {
    static_assert(needs_all_of<chdlc_view>(chdlc_unicast) && leads_to_type<chdlc_view>(chdlc_unicast, 4, 0x0800));
    CHECK(leads_to<chdlc_view>(chdlc_slarp, 4, layer::none));
    CHECK(leads_to<chdlc_view>(chdlc_osi, 4, layer::none));
}

TEST_CASE("MPLS: the version of what is below the last label decides") {
    static_assert(needs_all_of<mpls_view>(mpls_upper) && leads_to<mpls_view>(mpls_upper, 4, layer::mpls));
    static_assert(mpls_upper_fields.label() == 0x12345 && !mpls_upper_fields.is_bottom() &&
                  mpls_upper_fields.ttl() == 64);
    static_assert(needs_all_of<mpls_view>(mpls_ipv4) && leads_to<mpls_view>(mpls_ipv4, 4, layer::ipv4));
    static_assert(mpls_ipv4_fields.label() == 16 && mpls_ipv4_fields.is_bottom() && mpls_ipv4_fields.ttl() == 255);
    static_assert(leads_to<mpls_view>(mpls_ipv6, 4, layer::ipv6));
    CHECK(leads_to<mpls_view>(mpls_ethernet, 4, layer::none));
}

TEST_CASE("frame relay with Cisco's ethertype, after addresses of every length") {
    static_assert(needs_all_of<frame_relay_view>(relay_cisco) &&
                  leads_to_type<frame_relay_view>(relay_cisco, 4, 0x0800));
    static_assert(needs_all_of<frame_relay_view>(relay_three) &&
                  leads_to_type<frame_relay_view>(relay_three, 5, 0x86dd));
    CHECK(needs_all_of<frame_relay_view>(relay_four));
    CHECK(leads_to_type<frame_relay_view>(relay_four, 6, 0x0800));
}

TEST_CASE("an address of frame relay that does not end leads nowhere") {
    CHECK(frame_relay_view::check(relay_endless));
    CHECK(frame_relay_view::check(relay_endless)->next().kind == layer::none);
    CHECK(frame_relay_view::check(relay_endless)->next().ethertype == 0);
}

TEST_CASE("frame relay with the identifiers of RFC 2427") {
    static_assert(needs_all_of<frame_relay_view>(relay_ipv4) && leads_to<frame_relay_view>(relay_ipv4, 4, layer::ipv4));
    static_assert(leads_to<frame_relay_view>(relay_ipv6, 4, layer::ipv6));
    static_assert(needs_all_of<frame_relay_view>(relay_padded) &&
                  leads_to<frame_relay_view>(relay_padded, 5, layer::ipv4));
    static_assert(needs_all_of<frame_relay_view>(relay_snap) &&
                  leads_to_type<frame_relay_view>(relay_snap, 10, 0x0806));
    static_assert(leads_to_type<frame_relay_view>(relay_snap_unpadded, 9, 0x0800));
    // Bridged frames have another organization's code.
    static_assert(leads_to<frame_relay_view>(relay_snap_bridged, 10, layer::none));
    CHECK(leads_to<frame_relay_view>(relay_other, 4, layer::none));
}
