// Tags of bridges, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/bridge_tags.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Direction, pointer and destination; looped, version and source; ethertype.
constexpr auto vn_tag = hex("80 01 00 02 81 00");
constexpr auto vn_tag_llc = hex("80 01 00 02 00 26");
// IEEE 802.1BR clause 7.5: priority and ingress base, group and base, extensions; ethertype.
constexpr auto e_tag = hex("00 01 00 02 00 00 86 dd");
// IEC 62439-3 clause 5.7.2: path and size, sequence number; ethertype.
constexpr auto hsr = hex("10 27 00 07 08 00");
// IEEE 802.1CB clause 7.8: reserved, sequence number; ethertype.
constexpr auto redundancy_tag = hex("00 00 00 07 08 00");
// IEEE 802.1Q clause 9.7: priority, reserved bits, 24 bits of service.
constexpr auto backbone_service_tag = hex("60 00 0a 0b");
// RFC 6325 section 3.2: version, multi-destination, five bits of option length, hop count; two nicknames.
constexpr auto trill = hex("00 3f 00 01 00 02");
constexpr auto trill_options = hex("00 bf 00 01 00 02 00 00 00 00 00 00 00 00");

}  // namespace

TEST_CASE("tags in front of an ethertype, or of the length of an LLC frame") {
    static_assert(needs_all_of<vn_tag_view>(vn_tag) && leads_to_type<vn_tag_view>(vn_tag, 6, 0x8100));
    static_assert(leads_to<vn_tag_view>(vn_tag_llc, 6, layer::llc));
    static_assert(needs_all_of<e_tag_view>(e_tag) && leads_to_type<e_tag_view>(e_tag, 8, 0x86dd));
    static_assert(needs_all_of<hsr_view>(hsr) && leads_to_type<hsr_view>(hsr, 6, 0x0800));
    static_assert(needs_all_of<redundancy_tag_view>(redundancy_tag));
    static_assert(leads_to_type<redundancy_tag_view>(redundancy_tag, 6, 0x0800));
    CHECK(vn_tag_view::check(vn_tag)->type() == 0x8100);
}

TEST_CASE("tags in front of a whole Ethernet frame") {
    static_assert(needs_all_of<backbone_service_tag_view>(backbone_service_tag));
    static_assert(leads_to<backbone_service_tag_view>(backbone_service_tag, 4, layer::ethernet));
    static_assert(backbone_service_tag_view::check(backbone_service_tag)->service() == 0x000a0b);
    static_assert(needs_all_of<trill_view>(trill) && leads_to<trill_view>(trill, 6, layer::ethernet));
    static_assert(needs_all_of<trill_view>(trill_options));
    CHECK(leads_to<trill_view>(trill_options, 14, layer::ethernet));
}
