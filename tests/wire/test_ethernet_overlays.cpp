// ISL, B.A.T.M.A.N., LWAPP and AX.25, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/ax25.hpp>
#include <pcapframe/wire/ethernet_overlays.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// 40 bits of destination, type and user, source, length, SNAP, high source, VLAN and BPDU, index, reserved.
constexpr auto isl_ethernet =
    hex("01 00 0c 00 00 00  02 1b 1c 1d 1e 1f  00 60  aa aa 03  00 00 0c  00 0e 00 00 00 00");
constexpr auto isl_ring =
    hex("0c 00 0c 00 00 10  02 1b 1c 1d 1e 1f  00 60  aa aa 03  00 00 0c  00 0e 00 00 00 00");
constexpr auto isl_atm =
    hex("01 00 0c 00 00 30  02 1b 1c 1d 1e 1f  00 60  aa aa 03  00 00 0c  00 0e 00 00 00 00");
constexpr auto not_isl_group = hex("01 00 0c cc cc cc  02 1b 1c 1d 1e 1f  00 60");
constexpr auto not_isl_type = hex("01 00 0c 00 00 00  02 1b 1c 1d 1e 1f  08 00");
// Type, version, then what both make of it.
constexpr auto batman_unicast = hex("40 0f 32 01 01 02 03 04 05 06");
constexpr auto batman_sender = hex("42 0f 32 01 01 02 03 04 05 06 11 12 13 14 15 16 01 00");
constexpr auto batman_broadcast = hex("01 0f 32 00 00 00 00 01 01 02 03 04 05 06");
constexpr auto batman_14 = hex("03 0e 32 01 01 02 03 04 05 06");
constexpr auto batman_13 = hex("03 0d 01 02 03 04 05 06 32");
constexpr auto batman_10 = hex("04 0a 01 02 03 04 05 06 32 00 00 00 01");
constexpr auto batman_9 = hex("04 09 01 02 03 04 05 06 00 01");
constexpr auto batman_originator = hex("00 0f 32 00");
constexpr auto batman_unknown = hex("40 10");
constexpr auto lwapp_data = hex("00 01 00 30 00 00");
constexpr auto lwapp_control = hex("04 01 00 30 00 00");
// Addresses of seven bytes, the last with its lowest bit set; control; protocol.
constexpr auto ax25_ip = hex("9c 94 94 92 6e 40 e0  9c 94 94 92 6e 40 61  03  cc");
constexpr auto ax25_repeated =
    hex("9c 94 94 92 6e 40 e0  9c 94 94 92 6e 40 60  9c 94 94 92 6e 40 61  13  cc");
constexpr auto ax25_numbered = hex("9c 94 94 92 6e 40 e0  9c 94 94 92 6e 40 61  20  cc");
constexpr auto ax25_text = hex("9c 94 94 92 6e 40 e0  9c 94 94 92 6e 40 61  03  f0");
constexpr auto ax25_ready = hex("9c 94 94 92 6e 40 e0  9c 94 94 92 6e 40 61  01");
constexpr auto kiss_frame = hex("10");
constexpr auto kiss_command = hex("01");
constexpr auto bpq = hex("2c 00");

}  // namespace

TEST_CASE("ISL: told by the group and the length, Ethernet and token ring within") {
    static_assert(needs_all_of<isl_view>(isl_ethernet) && leads_to<isl_view>(isl_ethernet, 26, layer::ethernet));
    static_assert(leads_to<isl_view>(isl_ring, 31, layer::token_ring));
    static_assert(leads_to<isl_view>(isl_atm, 26, layer::none));
    static_assert(isl_view::is_isl(bytes_view(isl_ethernet).data()) && isl_view::is_isl(bytes_view(isl_ring).data()));
    static_assert(!isl_view::is_isl(bytes_view(not_isl_group).data()));
    static_assert(!isl_view::is_isl(bytes_view(not_isl_type).data()));
    CHECK(isl_view::check(isl_ethernet)->vlan_id() == 7);
}

TEST_CASE("B.A.T.M.A.N.: headers of every version") {
    static_assert(needs_all_of<batman_view>(batman_unicast) &&
                  leads_to<batman_view>(batman_unicast, 10, layer::ethernet));
    static_assert(needs_all_of<batman_view>(batman_sender) &&
                  leads_to<batman_view>(batman_sender, 18, layer::ethernet));
    static_assert(needs_all_of<batman_view>(batman_broadcast) &&
                  leads_to<batman_view>(batman_broadcast, 14, layer::ethernet));
    static_assert(leads_to<batman_view>(batman_14, 10, layer::ethernet));
    static_assert(needs_all_of<batman_view>(batman_13) && leads_to<batman_view>(batman_13, 9, layer::ethernet));
    static_assert(leads_to<batman_view>(batman_10, 13, layer::ethernet));
    static_assert(leads_to<batman_view>(batman_9, 10, layer::ethernet));
    static_assert(leads_to<batman_view>(batman_originator, 0, layer::none));
    CHECK(leads_to<batman_view>(batman_unknown, 0, layer::none));
}

TEST_CASE("LWAPP") {
    static_assert(needs_all_of<lwapp_view>(lwapp_data) && leads_to<lwapp_view>(lwapp_data, 6, layer::ieee802_11));
    CHECK(leads_to<lwapp_view>(lwapp_control, 6, layer::none));
}

TEST_CASE("AX.25: addresses, control and identifier") {
    static_assert(needs_all_of<ax25_view>(ax25_ip) && leads_to<ax25_view>(ax25_ip, 16, layer::ip));
    static_assert(needs_all_of<ax25_view>(ax25_repeated) && leads_to<ax25_view>(ax25_repeated, 23, layer::ip));
    static_assert(leads_to<ax25_view>(ax25_numbered, 16, layer::ip));
    static_assert(leads_to<ax25_view>(ax25_text, 16, layer::none));
    static_assert(leads_to<ax25_view>(ax25_ready, 15, layer::none));
    static_assert(leads_to<ax25_kiss_view>(kiss_frame, 1, layer::ax25));
    static_assert(leads_to<ax25_kiss_view>(kiss_command, 1, layer::none));
    CHECK((needs_all_of<bpq_view>(bpq) && leads_to<bpq_view>(bpq, 2, layer::ax25)));
}
