// Redback, IPOS, SITA, VPP, EBHSCR and exported packets, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/traced_packets.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Context, flags, circuit, length, protocol, offsets of the link-layer and of the network header.
constexpr auto redback_ip = hex("00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02 00 40 00 01 00 18 00 18");
constexpr auto redback_ethernet = hex("00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02 00 40 00 04 00 18 00 18");
constexpr auto redback_behind = hex("00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02 00 40 00 01 00 1a 00 28 ff ff");
constexpr auto redback_other = hex("00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02 00 40 00 02 00 18 00 18");
constexpr auto redback_bad = hex("00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02 00 40 00 01 00 17 00 17");
constexpr auto ipos = hex("10 06 00 01");
constexpr auto sita_relay = hex("01 00 00 00 12");
constexpr auto sita_other = hex("01 00 00 00 01");
// Version 1.0, number of texts, hint, buffer; texts; the first byte of the packet.
constexpr auto vpp_hinted = hex("01 00 04 02 00 00 00 01  61 00 62 63 00 00 00  45");
constexpr auto vpp_guessed4 = hex("01 00 04 00 00 00 00 01  61 00 00 00 00  45");
constexpr auto vpp_guessed6 = hex("01 00 05 00 00 00 00 01  61 00 00 00 00 74 00  60");
constexpr auto vpp_ethernet = hex("01 00 04 00 00 00 00 01  61 00 00 00 00  02");
constexpr auto vpp_transport = hex("01 00 04 05 00 00 00 01  61 00 00 00 00  02");
constexpr auto vpp_other = hex("02 00 04 02 00 00 00 01");
constexpr auto ebhscr_ethernet =
    hex("50 00 00 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto ebhscr_can =
    hex("53 00 00 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
// Tag, length, value; 12 names the protocol, 0 ends the list.
constexpr auto exported_ip = hex("00 0c 00 02 69 70  00 00 00 00");
constexpr auto exported_padded = hex("00 14 00 04 c0 00 02 01  00 0c 00 08 69 70 76 36 00 00 00 00  00 00 00 00");
constexpr auto exported_other = hex("00 0c 00 03 64 6e 73  00 00 00 00");
constexpr auto exported_endless = hex("00 0c 00 02 69 70");

}  // namespace

TEST_CASE("Redback: the offsets say where, and what") {
    static_assert(needs_all_of<redback_view>(redback_ip) && leads_to<redback_view>(redback_ip, 24, layer::ip));
    static_assert(leads_to<redback_view>(redback_ethernet, 24, layer::ethernet));
    static_assert(needs_all_of<redback_view>(redback_behind) &&
                  leads_to<redback_view>(redback_behind, 26, layer::ethernet));
    static_assert(leads_to<redback_view>(redback_other, 24, layer::none));
    static_assert(leads_to<redback_view>(redback_bad, 0, layer::none));
    CHECK((needs_all_of<ipos_view>(ipos) && leads_to<ipos_view>(ipos, 4, layer::redback)));
}

TEST_CASE("SITA") {
    static_assert(needs_all_of<sita_view>(sita_relay) && leads_to<sita_view>(sita_relay, 5, layer::frame_relay));
    CHECK(leads_to<sita_view>(sita_other, 5, layer::none));
}

TEST_CASE("VPP: by the hint, or by the first byte") {
    static_assert(needs_all_of<vpp_view>(vpp_hinted) && leads_to<vpp_view>(vpp_hinted, 15, layer::ipv4));
    static_assert(leads_to<vpp_view>(vpp_guessed4, 13, layer::ipv4));
    static_assert(needs_all_of<vpp_view>(vpp_guessed6) && leads_to<vpp_view>(vpp_guessed6, 15, layer::ipv6));
    static_assert(leads_to<vpp_view>(vpp_ethernet, 13, layer::ethernet));
    static_assert(leads_to<vpp_view>(vpp_transport, 13, layer::none));
    CHECK(leads_to<vpp_view>(vpp_other, 0, layer::none));
}

TEST_CASE("EBHSCR: Ethernet and other buses") {
    static_assert(needs_all_of<ebhscr_view>(ebhscr_ethernet) &&
                  leads_to<ebhscr_view>(ebhscr_ethernet, 32, layer::ethernet));
    CHECK(leads_to<ebhscr_view>(ebhscr_can, 32, layer::none));
}

TEST_CASE("exported packets: the name of the protocol is one of the fields") {
    static_assert(needs_all_of<exported_pdu_view>(exported_ip) &&
                  leads_to<exported_pdu_view>(exported_ip, 10, layer::ip));
    static_assert(needs_all_of<exported_pdu_view>(exported_padded) &&
                  leads_to<exported_pdu_view>(exported_padded, 24, layer::ipv6));
    static_assert(leads_to<exported_pdu_view>(exported_other, 11, layer::none));
    CHECK_FALSE(exported_pdu_view::check(exported_endless));
}
