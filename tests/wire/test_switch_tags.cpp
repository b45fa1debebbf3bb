// Tags of switches: DSA, EDSA, Broadcom, Cisco MetaData and FabricPath, Arista, MACsec and NSH, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/switch_tags.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Destination, source, tag, ethertype.
constexpr auto dsa = hex("0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f  40 00 00 00  08 00");
constexpr auto dsa_fields = *dsa_view::check(dsa);
constexpr auto edsa = hex("0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f  da da 00 00 40 00 00 00  86 dd");
constexpr auto edsa_fields = *edsa_view::check(edsa);
constexpr auto prepended = hex("20 00 00 01");

// Version, length in words, one option; ethertype.
constexpr auto metadata = hex("01 01 00 01 00 07 08 00");
constexpr auto metadata_unsaid = hex("01 00 00 01 00 07 08 00");
constexpr auto metadata_two = hex("01 02 00 01 00 07 00 00 00 00 86 dd");

constexpr auto fabricpath = hex("00 7f");

// Subtype 1, version 0x0010 (64 bits of time) or 0x0020 (48 bits).
constexpr auto arista_64 = hex("00 01 00 10 00 01 02 03 04 05 06 07 08 00");
constexpr auto arista_48 = hex("00 01 00 20 00 01 02 03 04 05 86 dd");
constexpr auto arista_other = hex("00 02 00 10");

// IEEE 802.1AE clause 9.3: TCI and AN, short length, packet number, then the secure channel where the TCI says so.
constexpr auto macsec_clear = hex("00 00 00 00 00 01 08 00");
constexpr auto macsec_channel = hex("20 00 00 00 00 01 0a 0b 0c 0d 0e 0f 00 01 86 dd");
constexpr auto macsec_encrypted = hex("2c 00 00 00 00 01");
constexpr auto macsec_changed = hex("04 00 00 00 00 01");

// RFC 8300 section 2.2: base header with the length in words and the next protocol, service path.
constexpr auto nsh_ipv4 = hex("0f c2 01 01 00 00 01 ff");
constexpr auto nsh_ethernet = hex("0f c6 01 03 00 00 01 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto nsh_ipv6 = hex("0f c2 02 02 00 00 01 ff");
constexpr auto nsh_mpls = hex("0f c2 02 05 00 00 01 ff");
constexpr auto nsh_nested = hex("0f c2 02 04 00 00 01 ff");
constexpr auto nsh_no_length = hex("0f c1 02 01 00 00 01 ff");

}  // namespace

TEST_CASE("DSA and Broadcom tags stand between the addresses and the ethertype") {
    static_assert(needs_all_of<dsa_view>(dsa) && leads_to_type<dsa_view>(dsa, 18, 0x0800));
    static_assert(dsa_fields.destination() == mac_address{{0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f}});
    static_assert(dsa_fields.source() == mac_address{{0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f}});
    static_assert(needs_all_of<brcm_tag_view>(dsa) && leads_to_type<brcm_tag_view>(dsa, 18, 0x0800));
    static_assert(needs_all_of<edsa_view>(edsa) && leads_to_type<edsa_view>(edsa, 22, 0x86dd));
    static_assert(needs_all_of<brcm_tag_prepend_view>(prepended));
    static_assert(leads_to<brcm_tag_prepend_view>(prepended, 4, layer::ethernet));
    CHECK(edsa_fields.type() == 0x86dd);
}

TEST_CASE("Cisco MetaData") {
    static_assert(needs_all_of<cisco_metadata_view>(metadata) &&
                  leads_to_type<cisco_metadata_view>(metadata, 8, 0x0800));
    static_assert(needs_all_of<cisco_metadata_view>(metadata_unsaid));
    static_assert(leads_to_type<cisco_metadata_view>(metadata_unsaid, 8, 0x0800));
    static_assert(needs_all_of<cisco_metadata_view>(metadata_two));
    CHECK(leads_to_type<cisco_metadata_view>(metadata_two, 12, 0x86dd));
}

TEST_CASE("Cisco FabricPath") {
    static_assert(needs_all_of<fabricpath_view>(fabricpath));
    CHECK(leads_to<fabricpath_view>(fabricpath, 2, layer::ethernet));
}

TEST_CASE("Arista's timestamps of 64 and 48 bits") {
    static_assert(needs_all_of<arista_timestamp_view>(arista_64));
    static_assert(leads_to_type<arista_timestamp_view>(arista_64, 14, 0x0800));
    static_assert(needs_all_of<arista_timestamp_view>(arista_48));
    static_assert(leads_to_type<arista_timestamp_view>(arista_48, 12, 0x86dd));
    CHECK(leads_to<arista_timestamp_view>(arista_other, 4, layer::none));
}

TEST_CASE("MACsec leads on where it does not hide") {
    static_assert(needs_all_of<macsec_view>(macsec_clear) && leads_to_type<macsec_view>(macsec_clear, 8, 0x0800));
    static_assert(needs_all_of<macsec_view>(macsec_channel) && leads_to_type<macsec_view>(macsec_channel, 16, 0x86dd));
    static_assert(needs_all_of<macsec_view>(macsec_encrypted) &&
                  leads_to<macsec_view>(macsec_encrypted, 14, layer::none));
    CHECK(leads_to<macsec_view>(macsec_changed, 6, layer::none));
}

TEST_CASE("NSH") {
    static_assert(needs_all_of<nsh_view>(nsh_ipv4) && leads_to<nsh_view>(nsh_ipv4, 8, layer::ipv4));
    static_assert(needs_all_of<nsh_view>(nsh_ethernet) && leads_to<nsh_view>(nsh_ethernet, 24, layer::ethernet));
    static_assert(leads_to<nsh_view>(nsh_ipv6, 8, layer::ipv6) && leads_to<nsh_view>(nsh_mpls, 8, layer::mpls));
    static_assert(leads_to<nsh_view>(nsh_nested, 8, layer::nsh));
    CHECK_FALSE(nsh_view::check(nsh_no_length));
}
