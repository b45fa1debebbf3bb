// NFLOG, netlink messages of netfilter, and InfiniBand, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/infiniband.hpp>
#include <pcapframe/wire/netfilter.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Family 7 is a bridge: attribute 1 names the ethertype, attribute 9 is the packet.
constexpr auto nflog_bridge = hex("07 00 00 00  08 00 01 00 86 dd 03 00  08 00 09 00");
constexpr auto nflog_bridge_short = hex("07 00 00 00  05 00 01 00 86 00 00 00  08 00 09 00");
// Length, type, flags, number, port; family, version, resource; attributes.
constexpr auto queue_little = hex("40 00 00 00 00 03 00 00 00 00 00 00 00 00 00 00  02 00 00 00"
                                  "0b 00 01 00 00 00 00 01 08 00 03 00  30 00 0a 00");
constexpr auto queue_big = hex("00 00 00 40 03 00 00 00 00 00 00 00 00 00 00 00  07 00 00 00"
                               "00 0b 00 01 00 00 00 01 86 dd 03 00  00 30 00 0a");
constexpr auto log_little =
    hex("40 00 00 00 00 04 00 00 00 00 00 00 00 00 00 00  0a 00 00 00  30 00 09 00");
constexpr auto conntrack = hex("40 00 00 00 00 01 00 00");
constexpr auto verdict = hex("40 00 00 00 01 03 00 00");
// Local route header: which header is next stands in the second byte.
constexpr auto infiniband_local = hex("00 02 00 01 00 15 00 01  64 00 ff ff 00 00 00 12 00 00 00 01"
                                      "00 00 00 01 00 00 00 02  08 00 00 00");
constexpr auto infiniband_connected =
    hex("00 02 00 01 00 15 00 01  04 00 ff ff 00 00 00 12 00 00 00 01  86 dd 00 00");
constexpr auto infiniband_other =
    hex("00 02 00 01 00 15 00 01  04 00 ff ff 00 00 00 12 00 00 00 01  86 dd 00 01");
constexpr auto infiniband_acknowledgement =
    hex("00 02 00 01 00 15 00 01  11 00 ff ff 00 00 00 12 00 00 00 01");
constexpr auto infiniband_raw = hex("00 00 00 01 00 15 00 01  00 00 08 00");
constexpr auto infiniband_ipv6 = hex("00 01 00 01 00 15 00 01");
constexpr auto roce = hex("60 00 00 00 00 50 1b 40  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                          "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                          "25 00 ff ff 00 00 00 12 00 00 00 01  00 00 00 07  08 00 00 00");

}  // namespace

TEST_CASE("NFLOG of a bridge: an attribute names the ethertype") {
    static_assert(needs_all_of<nflog_view>(nflog_bridge) && leads_to_type<nflog_view>(nflog_bridge, 16, 0x86dd));
    CHECK(leads_to<nflog_view>(nflog_bridge_short, 16, layer::none));
}

TEST_CASE("netlink: packets that are queued or logged, in either byte order") {
    static_assert(needs_all_of<netlink_view>(queue_little) && leads_to<netlink_view>(queue_little, 36, layer::ipv4));
    static_assert(needs_all_of<netlink_view>(queue_big) && leads_to_type<netlink_view>(queue_big, 36, 0x86dd));
    static_assert(needs_all_of<netlink_view>(log_little) && leads_to<netlink_view>(log_little, 24, layer::ipv6));
    static_assert(leads_to<netlink_view>(conntrack, 0, layer::none));
    CHECK(leads_to<netlink_view>(verdict, 0, layer::none));
}

TEST_CASE("InfiniBand: datagrams and connections that carry IP") {
    static_assert(needs_all_of<infiniband_view>(infiniband_local) &&
                  leads_to_type<infiniband_view>(infiniband_local, 32, 0x0800));
    static_assert(needs_all_of<infiniband_view>(infiniband_connected) &&
                  leads_to_type<infiniband_view>(infiniband_connected, 24, 0x86dd));
    static_assert(leads_to<infiniband_view>(infiniband_other, 24, layer::none));
    static_assert(leads_to<infiniband_view>(infiniband_acknowledgement, 20, layer::none));
    static_assert(needs_all_of<infiniband_view>(infiniband_raw) &&
                  leads_to_type<infiniband_view>(infiniband_raw, 12, 0x0800));
    static_assert(leads_to<infiniband_view>(infiniband_ipv6, 8, layer::ipv6));
    CHECK((needs_all_of<infiniband_grh_view>(roce) && leads_to_type<infiniband_grh_view>(roce, 60, 0x0800)));
}
