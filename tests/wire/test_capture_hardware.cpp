// ATM, and the headers of capture cards and routers, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/atm.hpp>
#include <pcapframe/wire/capture_hardware.hpp>
#include <pcapframe/wire/juniper.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// Direction and kind of traffic, VPI, VCI.
constexpr auto atm_llc = hex("82 00 00 05");
constexpr auto atm_lan = hex("01 00 00 05 00 01");
constexpr auto atm_lan_control = hex("01 00 00 05 ff 00");
constexpr auto atm_signalling = hex("06 00 00 05");

constexpr auto clip_llc = hex("aa aa 03 00 00 00");
constexpr auto clip_ip = hex("45");
constexpr auto clip_ipv6 = hex("60");

// Endace's ERF: time, type, flags, record length, loss counter, length on the wire; for Ethernet offset and padding.
constexpr auto erf_ethernet = hex("00 00 00 00 00 f1 53 65  02 04 00 41 00 00 00 2f  00 00");
constexpr auto erf_extended = hex("00 00 00 00 00 f1 53 65  96 04 00 41 00 00 00 2f  83 00 00 00 00 00 00 00"
                                  "03 00 00 00 00 00 00 00");
constexpr auto erf_ipv6 = hex("00 00 00 00 00 f1 53 65  17 04 00 41 00 00 00 2f");
constexpr auto erf_hdlc = hex("00 00 00 00 00 f1 53 65  01 04 00 41 00 00 00 2f");
constexpr auto erf_channel = hex("00 00 00 00 00 f1 53 65  05 04 00 41 00 00 00 2f  00 00 00 01");
constexpr auto erf_meta = hex("00 00 00 00 00 f1 53 65  1b 04 00 41 00 00 00 2f");

// Version, type, encapsulated protocol; tags up to the one that is 1.
constexpr auto tzsp_plain = hex("01 00 00 01  01");
constexpr auto tzsp_tagged = hex("01 00 00 12  00 0a 01 aa  01");
constexpr auto tzsp_prism = hex("01 01 00 77  01");
constexpr auto tzsp_keepalive = hex("01 04 00 01  01");

constexpr auto netanalyzer = hex("04 02 33 00");
constexpr auto netanalyzer_transparent = hex("04 02 33 00 55 55 55 55 55 55 55 d5");

// The magic number, flags: 1 incoming, 2 without the card's header, 0x80 with extensions and their length.
constexpr auto juniper = hex("4d 47 43 00");
constexpr auto juniper_extended = hex("4d 47 43 80 00 04 01 02 03 04");
constexpr auto juniper_protocol_ipv6 = hex("4d 47 43 02 06 00 00 00");
constexpr auto juniper_protocol_unsaid = hex("4d 47 43 02 00 00 00 00 45");
constexpr auto juniper_no_magic = hex("4d 47 44 00");
constexpr auto atm1_llc = hex("4d 47 43 00  01 02 03 04  aa aa 03");
constexpr auto atm1_ip = hex("4d 47 43 00  01 02 03 04  45 00 00");
constexpr auto atm1_nlpid = hex("4d 47 43 00  01 02 03 04  03 cc 45");
constexpr auto atm1_management = hex("4d 47 43 00  80 02 03 04  45 00 00");
constexpr auto atm2_llc = hex("4d 47 43 00  01 02 03 3f 05 06 07 00  fe fe 03");
constexpr auto atm2_ethernet = hex("4d 47 43 00  01 02 03 3f 05 06 07 00  0a 0b 0c");
constexpr auto atm2_ppp = hex("4d 47 43 01  01 02 03 3f 05 06 07 00  00 21 45");
constexpr auto atm2_management = hex("4d 47 43 01  01 02 03 3f 05 06 07 70  45 00 00");
constexpr auto mlppp_framed = hex("4d 47 43 00  ff 03 00 21");
constexpr auto mlppp_bundle = hex("4d 47 43 00  00 01 00 57");
constexpr auto mlppp_bare = hex("4d 47 43 00  00 21 45 00");
constexpr auto mlppp_services = hex("4d 47 43 00  47 00 00 00 00 00 00 00");
constexpr auto mlppp_services_ipv6 = hex("4d 47 43 00  47 00 00 00 00 10 00 00");
constexpr auto mlppp_link_services = hex("4d 47 43 00  54 00 00 00 45");
constexpr auto mlfr = hex("4d 47 43 00  00 01 03");
constexpr auto mfr = hex("4d 47 43 00  00 00 00 01 03");
constexpr auto ggsn_first = hex("4d 47 43 00  02 00 00 00");
constexpr auto ggsn_third = hex("4d 47 43 00  00 00 06 00 00 00 00 00");
constexpr auto services_out = hex("4d 47 43 00  47 00 00 00 00 00 00 00 00 00 00 00 45");
constexpr auto services_in = hex("4d 47 43 01  47 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 45");
constexpr auto monitor = hex("4d 47 43 00  00 00 00 01 00 00 00 02 60");
constexpr auto voice = hex("4d 47 43 00  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
constexpr auto pppoe_atm = hex("4d 47 43 00  88 64");

template <layer Card>
constexpr bool card_leads_to(bytes_view packet, std::size_t bytes, layer kind, std::uint16_t type = 0) {
    return leads_to<juniper_view<Card>>(packet, bytes, kind, type);
}

}  // namespace

TEST_CASE("SunATM: LLC, and an emulated LAN but for its control frames") {
    static_assert(needs_all_of<sunatm_view>(atm_llc) && leads_to<sunatm_view>(atm_llc, 4, layer::llc));
    static_assert(needs_all_of<sunatm_view>(atm_lan) && leads_to<sunatm_view>(atm_lan, 6, layer::ethernet));
    CHECK(leads_to<sunatm_view>(atm_lan_control, 4, layer::none));
    CHECK(leads_to<sunatm_view>(atm_signalling, 4, layer::none));
}

TEST_CASE("classical IP over ATM, with and without LLC") {
    static_assert(leads_to<atm_clip_view>(clip_llc, 0, layer::llc));
    static_assert(needs_all_of<atm_clip_view>(clip_ip) && leads_to<atm_clip_view>(clip_ip, 0, layer::ipv4));
    static_assert(leads_to<atm_clip_view>(clip_ipv6, 0, layer::ipv6));
    // A header that is cut is one still.
    for (std::size_t bytes = 1; bytes < bytes_view(clip_llc).size(); ++bytes)
        CHECK(leads_to<atm_clip_view>(bytes_view(clip_llc).first(bytes), 0, layer::llc));
}

TEST_CASE("ERF, with extension headers") {
    static_assert(needs_all_of<erf_view>(erf_ethernet) && leads_to<erf_view>(erf_ethernet, 18, layer::ethernet));
    static_assert(needs_all_of<erf_view>(erf_extended) && leads_to<erf_view>(erf_extended, 32, layer::ipv4));
    static_assert(needs_all_of<erf_view>(erf_ipv6) && leads_to<erf_view>(erf_ipv6, 16, layer::ipv6));
    static_assert(leads_to<erf_view>(erf_hdlc, 16, layer::ppp));
    static_assert(needs_all_of<erf_view>(erf_channel) && leads_to<erf_view>(erf_channel, 20, layer::ppp));
    CHECK(leads_to<erf_view>(erf_meta, 16, layer::none));
}

TEST_CASE("TZSP, with tags") {
    static_assert(needs_all_of<tzsp_view>(tzsp_plain) && leads_to<tzsp_view>(tzsp_plain, 5, layer::ethernet));
    static_assert(needs_all_of<tzsp_view>(tzsp_tagged) && leads_to<tzsp_view>(tzsp_tagged, 9, layer::ieee802_11));
    static_assert(leads_to<tzsp_view>(tzsp_prism, 5, layer::prism));
    CHECK(leads_to<tzsp_view>(tzsp_keepalive, 5, layer::none));
}

TEST_CASE("netANALYZER and Symantec's firewall") {
    static_assert(needs_all_of<netanalyzer_view>(netanalyzer));
    static_assert(leads_to<netanalyzer_view>(netanalyzer, 4, layer::ethernet));
    static_assert(needs_all_of<netanalyzer_transparent_view>(netanalyzer_transparent));
    static_assert(leads_to<netanalyzer_transparent_view>(netanalyzer_transparent, 12, layer::ethernet));
    byte_string firewall = zeros(44);
    firewall[6] = 0x08;
    CHECK(needs_all_of<symantec_firewall_view>(firewall));
    CHECK(leads_to_type<symantec_firewall_view>(firewall, 44, 0x0800));
}

TEST_CASE("Juniper's header: extensions, packets without a header of the card") {
    using ethernet = juniper_view<layer::juniper_ethernet>;
    static_assert(needs_all_of<ethernet>(juniper) && leads_to<ethernet>(juniper, 4, layer::ethernet));
    static_assert(needs_all_of<ethernet>(juniper_extended));
    static_assert(leads_to<ethernet>(juniper_extended, 10, layer::ethernet));
    static_assert(needs_all_of<ethernet>(juniper_protocol_ipv6));
    static_assert(leads_to<ethernet>(juniper_protocol_ipv6, 8, layer::ipv6));
    static_assert(leads_to<ethernet>(juniper_protocol_unsaid, 8, layer::ipv4));
    static_assert(leads_to<ethernet>(juniper_no_magic, 0, layer::none));
    static_assert(card_leads_to<layer::juniper_ppp>(juniper, 4, layer::ppp));
    static_assert(card_leads_to<layer::juniper_chdlc>(juniper, 4, layer::chdlc));
    CHECK(card_leads_to<layer::juniper_frame_relay>(juniper, 4, layer::frame_relay));
}

TEST_CASE("Juniper's ATM cards") {
    constexpr layer first = layer::juniper_atm1, second = layer::juniper_atm2;
    static_assert(needs_all_of<juniper_view<first>>(atm1_llc) && card_leads_to<first>(atm1_llc, 8, layer::llc));
    static_assert(card_leads_to<first>(atm1_ip, 8, layer::ipv4) && card_leads_to<first>(atm1_nlpid, 8, layer::osi));
    static_assert(card_leads_to<first>(atm1_management, 8, layer::none));
    static_assert(needs_all_of<juniper_view<second>>(atm2_llc) && card_leads_to<second>(atm2_llc, 12, layer::llc));
    static_assert(card_leads_to<second>(atm2_ethernet, 12, layer::ethernet));
    static_assert(card_leads_to<second>(atm2_ppp, 12, layer::ppp));
    CHECK(card_leads_to<second>(atm2_management, 12, layer::none));
}

TEST_CASE("Juniper's bundles of links") {
    constexpr layer ppp = layer::juniper_mlppp;
    static_assert(needs_all_of<juniper_view<ppp>>(mlppp_framed) && card_leads_to<ppp>(mlppp_framed, 4, layer::ppp));
    static_assert(card_leads_to<ppp>(mlppp_bundle, 6, layer::ppp) && card_leads_to<ppp>(mlppp_bare, 4, layer::ppp));
    static_assert(needs_all_of<juniper_view<ppp>>(mlppp_link_services));
    static_assert(card_leads_to<ppp>(mlppp_link_services, 8, layer::ipv4));
    static_assert(card_leads_to<ppp>(mlppp_services, 12, layer::ipv4));
    static_assert(card_leads_to<ppp>(mlppp_services_ipv6, 12, layer::ipv6));
    static_assert(needs_all_of<juniper_view<layer::juniper_mlfr>>(mlfr));
    static_assert(card_leads_to<layer::juniper_mlfr>(mlfr, 6, layer::osi));
    static_assert(needs_all_of<juniper_view<layer::juniper_mfr>>(mfr));
    static_assert(card_leads_to<layer::juniper_mfr>(mfr, 8, layer::osi));
    CHECK(card_leads_to<layer::juniper_mlfr>(mlppp_services, 12, layer::ipv4));
}

TEST_CASE("Juniper's other cards") {
    static_assert(needs_all_of<juniper_view<layer::juniper_ggsn>>(ggsn_first));
    static_assert(card_leads_to<layer::juniper_ggsn>(ggsn_first, 8, layer::ipv4));
    static_assert(card_leads_to<layer::juniper_ggsn>(ggsn_third, 12, layer::ipv6));
    static_assert(needs_all_of<juniper_view<layer::juniper_services>>(services_out));
    static_assert(card_leads_to<layer::juniper_services>(services_out, 16, layer::ipv4));
    static_assert(card_leads_to<layer::juniper_services>(services_in, 20, layer::ipv4));
    static_assert(needs_all_of<juniper_view<layer::juniper_monitor>>(monitor));
    static_assert(card_leads_to<layer::juniper_monitor>(monitor, 12, layer::ipv6));
    static_assert(needs_all_of<juniper_view<layer::juniper_voice>>(voice));
    static_assert(card_leads_to<layer::juniper_voice>(voice, 22, layer::ipv4));
    static_assert(needs_all_of<juniper_view<layer::juniper_pppoe_atm>>(pppoe_atm));
    CHECK(card_leads_to<layer::juniper_pppoe_atm>(pppoe_atm, 6, layer::none, 0x8864));
}
