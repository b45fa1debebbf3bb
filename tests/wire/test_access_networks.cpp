// DOCSIS, EPON, mPackets, GFP, MPEG transport streams and GPRS, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/access_networks.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// DOCSIS section 6.2.1: frame control, MAC parameter, length, [extended header], checksum of the header.
constexpr auto docsis_plain = hex("00 00 00 40  12 34");
constexpr auto docsis_extended = hex("01 04 00 44  00 00 00 00  12 34");
constexpr auto docsis_isolated = hex("80 00 00 40  12 34");
constexpr auto docsis_management = hex("c2 00 00 40  12 34");
constexpr auto docsis_several = hex("f8 02 00 80  12 34");
constexpr auto docsis_encrypted = hex("01 05 00 45  44 10 80 01 00  12 34");
constexpr auto docsis_clear = hex("01 05 00 45  44 10 00 01 00  12 34");
// IEEE 802.3 clause 65.1.3.2.
constexpr auto epon = hex("d5 55 55 00 01 77");
constexpr auto epon_long = hex("55 d5 55 55 80 01 77");
constexpr auto epon_encrypted = hex("d5 55 57 00 01 77");
constexpr auto epon_other = hex("d5 54 55 00 01 77");
// IEEE 802.3 clause 99.3: preamble and delimiter.
constexpr auto mpacket_express = hex("55 55 55 55 55 55 55 d5");
constexpr auto mpacket_first = hex("55 55 55 55 55 55 55 e6");
constexpr auto mpacket_continued = hex("55 55 55 55 55 55 61");
constexpr auto mpacket_verify = hex("55 55 55 55 55 55 55 07");
constexpr auto mpacket_endless = hex("55 55 55 55 55 55 55 55");
// ITU-T G.7041: length and checksum, type and checksum, [extension].
constexpr auto gfp_ethernet = hex("00 40 12 34  00 01 12 34");
constexpr auto gfp_linear_ppp = hex("00 40 12 34  01 02 12 34  01 00 12 34");
constexpr auto gfp_ring = hex("00 40 12 34  02 01 12 34");
constexpr auto gfp_management = hex("00 40 12 34  80 01 12 34");
constexpr auto gfp_idle = hex("00 00 12 34");
// ISO/IEC 13818-1: header of four bytes, pointer; EN 301 192: section of twelve bytes.
constexpr auto ts_ip = hex("47 41 00 10  00  3e b0 40 01 02 c1 00 00 03 04 05 06");
constexpr auto ts_llc = hex("47 41 00 10  00  3e b0 40 01 02 c3 00 00 03 04 05 06");
constexpr auto ts_adapted = hex("47 41 00 30  01 00  02 ff ff  3e b0 40 01 02 c1 00 00 03 04 05 06");
constexpr auto ts_scrambled = hex("47 41 00 10  00  3e b0 40 01 02 d1 00 00 03 04 05 06");
constexpr auto ts_table = hex("47 40 00 10  00  00");
constexpr auto ts_middle = hex("47 01 00 10");
constexpr auto ts_other = hex("48 41 00 10");
// TS 44.064 and TS 44.065: address, control of two bytes; flags, compression, segment and number.
constexpr auto gprs = hex("43 c0 01  65 00 00 00");
constexpr auto gprs_encrypted = hex("43 c0 03");
constexpr auto gprs_signalling = hex("41 c0 01");
constexpr auto gprs_compressed = hex("45 c0 01  65 10 00 00");
constexpr auto gprs_later = hex("45 c0 01  25 00 00 00");

}  // namespace

TEST_CASE("DOCSIS: Ethernet behind headers of every length, unless it is encrypted") {
    static_assert(needs_all_of<docsis_view>(docsis_plain) && leads_to<docsis_view>(docsis_plain, 6, layer::ethernet));
    static_assert(needs_all_of<docsis_view>(docsis_extended) &&
                  leads_to<docsis_view>(docsis_extended, 10, layer::ethernet));
    static_assert(leads_to<docsis_view>(docsis_isolated, 6, layer::ethernet));
    static_assert(leads_to<docsis_view>(docsis_management, 6, layer::none));
    static_assert(leads_to<docsis_view>(docsis_several, 6, layer::docsis));
    static_assert(leads_to<docsis_view>(docsis_encrypted, 11, layer::none));
    CHECK(leads_to<docsis_view>(docsis_clear, 11, layer::ethernet));
}

TEST_CASE("EPON: with or without the first byte of the preamble") {
    static_assert(needs_all_of<epon_view>(epon) && leads_to<epon_view>(epon, 6, layer::ethernet));
    static_assert(needs_all_of<epon_view>(epon_long) && leads_to<epon_view>(epon_long, 7, layer::ethernet));
    static_assert(leads_to<epon_view>(epon_encrypted, 6, layer::none));
    CHECK(leads_to<epon_view>(epon_other, 6, layer::none));
}

TEST_CASE("mPackets: whole frames and first fragments lead on") {
    static_assert(needs_all_of<mpacket_view>(mpacket_express) &&
                  leads_to<mpacket_view>(mpacket_express, 8, layer::ethernet));
    static_assert(leads_to<mpacket_view>(mpacket_first, 8, layer::ethernet));
    static_assert(leads_to<mpacket_view>(mpacket_continued, 7, layer::none));
    static_assert(leads_to<mpacket_view>(mpacket_verify, 8, layer::none));
    CHECK(leads_to<mpacket_view>(mpacket_endless, 8, layer::none));
}

TEST_CASE("GFP: what the identifier of client data names") {
    static_assert(needs_all_of<gfp_view>(gfp_ethernet) && leads_to<gfp_view>(gfp_ethernet, 8, layer::ethernet));
    static_assert(needs_all_of<gfp_view>(gfp_linear_ppp) && leads_to<gfp_view>(gfp_linear_ppp, 12, layer::ppp));
    static_assert(leads_to<gfp_view>(gfp_ring, 8, layer::none));
    static_assert(leads_to<gfp_view>(gfp_management, 8, layer::none));
    CHECK(leads_to<gfp_view>(gfp_idle, 4, layer::none));
}

TEST_CASE("MPEG transport streams: IP where its section begins") {
    static_assert(needs_all_of<mpeg_ts_view>(ts_ip) && leads_to<mpeg_ts_view>(ts_ip, 17, layer::ip));
    static_assert(needs_all_of<mpeg_ts_view>(ts_llc) && leads_to<mpeg_ts_view>(ts_llc, 17, layer::llc));
    static_assert(needs_all_of<mpeg_ts_view>(ts_adapted) && leads_to<mpeg_ts_view>(ts_adapted, 21, layer::ip));
    static_assert(leads_to<mpeg_ts_view>(ts_scrambled, 17, layer::none));
    static_assert(leads_to<mpeg_ts_view>(ts_table, 5, layer::none));
    static_assert(leads_to<mpeg_ts_view>(ts_middle, 0, layer::none));
    CHECK(leads_to<mpeg_ts_view>(ts_other, 0, layer::none));
}

TEST_CASE("GPRS: datagrams in the clear") {
    static_assert(needs_all_of<gprs_llc_view>(gprs) && leads_to<gprs_llc_view>(gprs, 7, layer::ip));
    static_assert(leads_to<gprs_llc_view>(gprs_encrypted, 0, layer::none));
    static_assert(leads_to<gprs_llc_view>(gprs_signalling, 0, layer::none));
    static_assert(leads_to<gprs_llc_view>(gprs_compressed, 7, layer::none));
    CHECK(leads_to<gprs_llc_view>(gprs_later, 7, layer::none));
}
