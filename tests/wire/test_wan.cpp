// PPP, PPPoE, Cisco HDLC, MPLS and frame relay, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/frame_relay.hpp>
#include <pcapframe/wire/mpls.hpp>
#include <pcapframe/wire/osi.hpp>
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

constexpr auto ppp_osi = hex("00 23");
constexpr auto ppp_llc = hex("00 4b");
constexpr auto ppp_bridged = hex("00 31");
constexpr auto ppp_bundle = hex("00 3d");
constexpr auto ppp_ethertype = hex("86 dd");

// RFC 3518 section 4.2: flags, kind of LAN, an identifier of the LAN where the second bit says so.
constexpr auto bridged_ethernet = hex("00 01");
constexpr auto bridged_lan = hex("40 01 00 00 00 05");
constexpr auto bridged_ring = hex("00 03");

// RFC 1990 section 3: begin, end, six bits of 0, 24 bits of sequence number.
constexpr auto bundle_whole = hex("c0 00 00 01");
constexpr auto bundle_begin = hex("80 00 00 01");
constexpr auto bundle_end = hex("40 00 00 01");

constexpr auto pppd = hex("01 03");
constexpr auto bsdos_ipv4 = hex("00 04 00 ff 03 00 21 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto bsdos_ipv6 = hex("00 04 00 ff 03 00 57 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto bsdos_other = hex("00 04 00 ff 03 c0 21 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");

// ISO/IEC TR 9577, with and without the control byte of an unnumbered information frame.
constexpr auto nlpid_ipv4 = hex("cc");
constexpr auto nlpid_control = hex("03 8e");
constexpr auto nlpid_ppp = hex("cf");
constexpr auto nlpid_clnp = hex("81");

// RFC 2516 section 4: version and type, code, session, length; then PPP.
constexpr auto pppoe_session = hex("11 00 12 34 00 16");
constexpr auto pppoe_discovery = hex("11 09 00 00 00 04");

constexpr auto chdlc_unicast = hex("0f 00 08 00");
constexpr auto chdlc_slarp = hex("8f 00 80 35");
constexpr auto chdlc_osi = hex("0f 00 fe fe");

// RFC 3032 section 2.1: 20 bits of label, 3 of traffic class, bottom of stack, time to live.
constexpr auto mpls_upper = hex("12 34 5a 40");
constexpr auto mpls_upper_fields = *mpls_view::check(mpls_upper);
constexpr auto mpls_last = hex("00 01 01 ff");
constexpr auto mpls_last_fields = *mpls_view::check(mpls_last);
// Below the last label: IP, the associated channel of RFC 4385, an Ethernet frame behind a control word or without.
constexpr auto below_ipv4 = hex("45");
constexpr auto below_ipv6 = hex("60");
constexpr auto below_channel_ipv4 = hex("10 00 00 21");
constexpr auto below_channel_ipv6 = hex("10 00 00 57");
constexpr auto below_channel_other = hex("10 00 00 07");
constexpr auto below_control_word = hex("00 00 00 01  0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 08 00");
constexpr auto below_control_word_llc = hex("00 00 00 01  0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 00 26 aa aa 03");
constexpr auto below_ethernet = hex("0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 81 00 00 05 08 00");
constexpr auto below_nothing_known = hex("00 00 00 01  0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 12 34");
constexpr auto below_other_version = hex("fa 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 08 00");

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
constexpr auto relay_snap_bridged_ring = hex("18 61 03 00 80 00 80 c2 00 09");
constexpr auto relay_snap_spanning_tree = hex("18 61 03 00 80 00 80 c2 00 0e");
constexpr auto relay_snap_cisco = hex("18 61 03 00 80 00 00 0c 08 00");
constexpr auto relay_ppp = hex("18 61 03 cf");
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

TEST_CASE("a byte of direction in front of PPP, Cisco HDLC and frame relay") {
    static_assert(needs_all_of<ppp_with_direction_view>(ppp_all_compressed));
    CHECK(leads_to<ppp_with_direction_view>(ppp_ipv4, 1, layer::ppp));
    CHECK(leads_to<chdlc_with_direction_view>(ppp_ipv4, 1, layer::chdlc));
    CHECK(leads_to<frame_relay_with_direction_view>(ppp_ipv4, 1, layer::frame_relay));
}

TEST_CASE("what PPP carries besides IP: LLC, OSI, bridged frames, parts of a bundle") {
    static_assert(leads_to<ppp_view>(ppp_osi, 2, layer::osi) && leads_to<ppp_view>(ppp_llc, 2, layer::llc));
    static_assert(leads_to<ppp_view>(ppp_bridged, 2, layer::ppp_bridge));
    static_assert(leads_to<ppp_view>(ppp_bundle, 2, layer::multilink_ppp));
    static_assert(leads_to<ppp_view>(ppp_ethertype, 2, layer::ipv6));
    static_assert(needs_all_of<ppp_bridge_view>(bridged_ethernet));
    static_assert(leads_to<ppp_bridge_view>(bridged_ethernet, 2, layer::ethernet));
    static_assert(needs_all_of<ppp_bridge_view>(bridged_lan) &&
                  leads_to<ppp_bridge_view>(bridged_lan, 6, layer::ethernet));
    CHECK(leads_to<ppp_bridge_view>(bridged_ring, 2, layer::none));
}

TEST_CASE("multilink PPP leads on where a part is the whole") {
    static_assert(needs_all_of<multilink_ppp_view>(bundle_whole));
    static_assert(leads_to<multilink_ppp_view>(bundle_whole, 4, layer::ppp));
    CHECK(leads_to<multilink_ppp_view>(bundle_begin, 4, layer::none));
    CHECK(leads_to<multilink_ppp_view>(bundle_end, 4, layer::none));
}

TEST_CASE("PPP as pppd and as BSD/OS write it") {
    static_assert(needs_all_of<ppp_pppd_view>(pppd) && leads_to<ppp_pppd_view>(pppd, 2, layer::ppp));
    static_assert(needs_all_of<ppp_bsdos_view>(bsdos_ipv4) && leads_to<ppp_bsdos_view>(bsdos_ipv4, 24, layer::ipv4));
    static_assert(leads_to<ppp_bsdos_view>(bsdos_ipv6, 24, layer::ipv6));
    CHECK(leads_to<ppp_bsdos_view>(bsdos_other, 24, layer::none));
}

TEST_CASE("the identifier of a network layer") {
    static_assert(needs_all_of<osi_view>(nlpid_ipv4) && leads_to<osi_view>(nlpid_ipv4, 1, layer::ipv4));
    static_assert(needs_all_of<osi_view>(nlpid_control) && leads_to<osi_view>(nlpid_control, 2, layer::ipv6));
    static_assert(leads_to<osi_view>(nlpid_ppp, 1, layer::ppp));
    CHECK(leads_to<osi_view>(nlpid_clnp, 1, layer::none));
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
    CHECK(leads_to<chdlc_view>(chdlc_osi, 4, layer::osi));
}

TEST_CASE("MPLS: the version of what is below the last label decides") {
    static_assert(needs_all_of<mpls_view>(mpls_upper));
    static_assert(mpls_upper_fields.label() == 0x12345 && !mpls_upper_fields.is_bottom() &&
                  mpls_upper_fields.ttl() == 64);
    static_assert(needs_all_of<mpls_view>(mpls_last));
    static_assert(mpls_last_fields.label() == 16 && mpls_last_fields.is_bottom() && mpls_last_fields.ttl() == 255);
    using below = mpls_payload_view;
    static_assert(needs_all_of<below>(below_ipv4) && leads_to<below>(below_ipv4, 0, layer::ipv4));
    static_assert(leads_to<below>(below_ipv6, 0, layer::ipv6));
    static_assert(needs_all_of<below>(below_channel_ipv4) && leads_to<below>(below_channel_ipv4, 4, layer::ip));
    static_assert(leads_to<below>(below_channel_ipv6, 4, layer::ipv6));
    static_assert(leads_to<below>(below_channel_other, 4, layer::none));
    CHECK(leads_to<below>(below_other_version, 0, layer::none));
}

TEST_CASE("MPLS: an Ethernet frame, with and without a control word, where its type can be believed") {
    using below = mpls_payload_view;
    static_assert(leads_to<below>(below_control_word, 4, layer::ethernet));
    static_assert(leads_to<below>(below_control_word_llc, 4, layer::ethernet));
    static_assert(leads_to<below>(below_ethernet, 0, layer::ethernet));
    static_assert(leads_to<below>(below_nothing_known, 0, layer::none));
    static_assert(needs_all_of<below>(below_control_word) && needs_all_of<below>(below_control_word_llc));
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
    static_assert(needs_all_of<frame_relay_view>(relay_snap_bridged));
    static_assert(leads_to<frame_relay_view>(relay_snap_bridged, 10, layer::ethernet));
    static_assert(leads_to<frame_relay_view>(relay_snap_bridged_ring, 10, layer::token_ring));
    static_assert(leads_to<frame_relay_view>(relay_snap_spanning_tree, 10, layer::none));
    static_assert(leads_to<frame_relay_view>(relay_snap_cisco, 10, layer::none));
    static_assert(leads_to<frame_relay_view>(relay_ppp, 4, layer::ppp));
    CHECK(leads_to<frame_relay_view>(relay_other, 4, layer::none));
}
