// Headers of capture points: ARCNET, IP over InfiniBand, IPNET, NFLOG, PFLOG and PKTAP, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/capture_headers.hpp>
#include <pcapframe/wire/netfilter.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Source, destination, two bytes of offset, protocol; RFC 1051's IP begins there, RFC 1201's after flag and sequence.
constexpr auto arcnet_rfc1051 = hex("01 02 00 00 f0 45 00 00");
constexpr auto arcnet_rfc1201 = hex("01 02 00 00 d4 00 12 34");
constexpr auto arcnet_rfc1201_padded = hex("01 02 00 00 d4 ff ff ff");
constexpr auto arcnet_ipv6 = hex("01 02 00 00 c4 00 12 34");
constexpr auto arcnet_bsd_rfc1051 = hex("01 02 f0 45 00 00");
constexpr auto arcnet_bsd_rfc1201 = hex("01 02 d4 00 12 34");
constexpr auto arcnet_bsd_padded = hex("01 02 c4 ff ff ff");
constexpr auto arcnet_arp = hex("01 02 00 00 d5 00 12 34");

// 40 bytes of global route header, ethertype, reserved.
constexpr auto ipoib =
    hex("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
        "00 00 00 00"
        "86 dd 00 00");

// Version, family, hook, length, interface indexes, group, zones.
constexpr auto ipnet_v4 = hex("01 02 00 01 00 00 00 54 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto ipnet_v6 = hex("01 1a 00 01 00 00 00 54 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto ipnet_other = hex("01 00 00 01 00 00 00 54 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00");

// Family, version, resource; then attributes of length, type and value, padded to four bytes.
constexpr auto nflog_little = hex("02 00 00 1e  08 00 01 00 08 00 01 00  05 00 0a 00 61 00 00 00  18 00 09 00");
constexpr auto nflog_big = hex("0a 00 00 1e  00 08 00 01 08 00 01 00  00 05 00 0a 61 00 00 00  00 18 00 09");
constexpr auto nflog_other_family = hex("07 00 00 1e  18 00 09 00");
constexpr auto nflog_without_payload = hex("02 00 00 1e  08 00 01 00 08 00 01 00");
constexpr auto nflog_stuck = hex("02 00 00 1e  00 00 01 00 00 00 09 00");

// Length without padding, family.
constexpr auto pflog_v4 = hex("3d 02" "0000000000000000000000000000000000000000000000000000000000000000000000000000"
                              "000000000000000000000000000000000000000000000000");
constexpr auto pflog_v6 = hex("04 18 00 00");
constexpr auto pflog_darwin6 = hex("04 1e 00 00");
constexpr auto pflog_other = hex("04 07 00 00");
constexpr auto pflog_no_length = hex("00 02 00 00");

// Little-endian: header length, record type, DLT.
constexpr auto pktap_ethernet = hex("10 00 00 00 01 00 00 00 01 00 00 00 aa aa aa aa");
constexpr auto pktap_loopback = hex("0c 00 00 00 01 00 00 00 00 00 00 00");
constexpr auto pktap_raw = hex("0c 00 00 00 01 00 00 00 0c 00 00 00");
constexpr auto pktap_ppp = hex("0c 00 00 00 01 00 00 00 09 00 00 00");
constexpr auto pktap_wireless = hex("0c 00 00 00 01 00 00 00 7f 00 00 00");
constexpr auto pktap_other = hex("0c 00 00 00 01 00 00 00 93 00 00 00");
constexpr auto pktap_atm = hex("0c 00 00 00 01 00 00 00 0b 00 00 00");  // DLT_ATM_RFC1483, which is LINKTYPE 100
constexpr auto pktap_short = hex("0b 00 00 00 01 00 00 00 01 00 00 00");
constexpr auto pktap_long = hex("ff ff ff ff 01 00 00 00 01 00 00 00");

// Direction, type of compression and compressed header: 16 bytes.
constexpr auto slip = hex("00 40 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
// Family in the byte order of the machine, SPI, flags.
constexpr auto enc_v4_little = hex("02 00 00 00 00 00 10 00 00 00 00 00");
constexpr auto enc_v4_big = hex("00 00 00 02 00 00 10 00 00 00 00 00");
constexpr auto enc_v6 = hex("18 00 00 00 00 00 10 00 00 00 00 00");
constexpr auto enc_other = hex("07 00 00 00 00 00 10 00 00 00 00 00");
// Two addresses of 8 bytes, ethertype.
constexpr auto ieee1394 = hex("01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 08 00");
// RFC 2625 section 3: two addresses of 8 bytes.
constexpr auto fibre_channel = hex("10 00 03 04 05 06 07 08 10 00 13 14 15 16 17 18");
// Frame control, two addresses.
constexpr auto fddi_llc = hex("50 0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f");
constexpr auto fddi_management = hex("41 0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f");
// Access control, frame control, two addresses; routing where the source address has its first bit set.
constexpr auto token_ring_plain = hex("10 40 0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f aa");
constexpr auto token_ring_routed = hex("10 40 0a 0b 0c 0d 0e 0f 9a 1b 1c 1d 1e 1f 06 30 00 11 00 20");
constexpr auto token_ring_mac = hex("10 00 0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 00");

}  // namespace

TEST_CASE("SLIP, ENC and IP over IEEE 1394") {
    static_assert(needs_all_of<slip_view>(slip) && leads_to<slip_view>(slip, 16, layer::ip));
    static_assert(needs_all_of<enc_view>(enc_v4_little) && leads_to<enc_view>(enc_v4_little, 12, layer::ipv4));
    static_assert(leads_to<enc_view>(enc_v4_big, 12, layer::ipv4) && leads_to<enc_view>(enc_v6, 12, layer::ipv6));
    static_assert(leads_to<enc_view>(enc_other, 12, layer::none));
    static_assert(needs_all_of<ieee1394_view>(ieee1394));
    CHECK(leads_to_type<ieee1394_view>(ieee1394, 18, 0x0800));
}

TEST_CASE("networks that carry LLC: fibre channel, FDDI and token ring") {
    static_assert(needs_all_of<ip_over_fc_view>(fibre_channel) &&
                  leads_to<ip_over_fc_view>(fibre_channel, 16, layer::llc));
    static_assert(needs_all_of<fddi_view>(fddi_llc) && leads_to<fddi_view>(fddi_llc, 13, layer::llc));
    static_assert(leads_to<fddi_view>(fddi_management, 13, layer::none));
    static_assert(needs_all_of<token_ring_view>(token_ring_plain));
    static_assert(leads_to<token_ring_view>(token_ring_plain, 14, layer::llc));
    static_assert(needs_all_of<token_ring_view>(token_ring_routed));
    static_assert(leads_to<token_ring_view>(token_ring_routed, 20, layer::llc));
    CHECK(leads_to<token_ring_view>(token_ring_mac, 14, layer::none));
}

TEST_CASE("ARCNET on Linux") {
    static_assert(needs_all_of<arcnet_view>(arcnet_rfc1051) && leads_to<arcnet_view>(arcnet_rfc1051, 5, layer::ipv4));
    static_assert(leads_to<arcnet_view>(arcnet_rfc1201, 8, layer::ipv4));
    static_assert(leads_to<arcnet_view>(arcnet_rfc1201_padded, 12, layer::ipv4));
    static_assert(leads_to<arcnet_view>(arcnet_ipv6, 8, layer::ipv6));
    CHECK(leads_to<arcnet_view>(arcnet_arp, 5, layer::none));
    // Without the two bytes of offset that Linux has.
    static_assert(needs_all_of<arcnet_bsd_view>(arcnet_bsd_rfc1051) &&
                  leads_to<arcnet_bsd_view>(arcnet_bsd_rfc1051, 3, layer::ipv4));
    static_assert(leads_to<arcnet_bsd_view>(arcnet_bsd_rfc1201, 6, layer::ipv4));
    static_assert(leads_to<arcnet_bsd_view>(arcnet_bsd_padded, 10, layer::ipv6));
}

TEST_CASE("IP over InfiniBand") {
    static_assert(bytes_view(ipoib).size() == 44);
    static_assert(needs_all_of<ipoib_view>(ipoib));
    CHECK(leads_to_type<ipoib_view>(ipoib, 44, 0x86dd));
}

TEST_CASE("IPNET of Solaris") {
    static_assert(needs_all_of<ipnet_view>(ipnet_v4) && leads_to<ipnet_view>(ipnet_v4, 24, layer::ipv4));
    static_assert(leads_to<ipnet_view>(ipnet_v6, 24, layer::ipv6));
    CHECK(leads_to<ipnet_view>(ipnet_other, 24, layer::none));
}

TEST_CASE("NFLOG: the packet is one of the attributes, in either byte order") {
    static_assert(needs_all_of<nflog_view>(nflog_little) && leads_to<nflog_view>(nflog_little, 24, layer::ipv4));
    static_assert(needs_all_of<nflog_view>(nflog_big) && leads_to<nflog_view>(nflog_big, 24, layer::ipv6));
    static_assert(leads_to<nflog_view>(nflog_other_family, 8, layer::none));
    CHECK_FALSE(nflog_view::check(nflog_without_payload));
    CHECK_FALSE(nflog_view::check(nflog_stuck));
}

TEST_CASE("PFLOG") {
    static_assert(needs_all_of<pflog_view>(bytes_view(pflog_v4)) && leads_to<pflog_view>(pflog_v4, 64, layer::ipv4));
    static_assert(needs_all_of<pflog_view>(pflog_v6) && leads_to<pflog_view>(pflog_v6, 4, layer::ipv6));
    static_assert(leads_to<pflog_view>(pflog_darwin6, 4, layer::ipv6));
    static_assert(leads_to<pflog_view>(pflog_other, 4, layer::none));
    CHECK_FALSE(pflog_view::check(pflog_no_length));
}

TEST_CASE("PKTAP of Apple") {
    static_assert(needs_all_of<pktap_view>(pktap_ethernet) &&
                  leads_to<pktap_view>(pktap_ethernet, 16, layer::ethernet));
    static_assert(needs_all_of<pktap_view>(pktap_loopback) &&
                  leads_to<pktap_view>(pktap_loopback, 12, layer::loopback));
    static_assert(leads_to<pktap_view>(pktap_raw, 12, layer::ip) && leads_to<pktap_view>(pktap_ppp, 12, layer::ppp));
    static_assert(leads_to<pktap_view>(pktap_wireless, 12, layer::radiotap));
    static_assert(leads_to<pktap_view>(pktap_other, 12, layer::link));
    static_assert(leads_to<pktap_view>(pktap_atm, 12, layer::llc));
    CHECK_FALSE(pktap_view::check(pktap_short));
    CHECK_FALSE(pktap_view::check(pktap_long));
}
