// IEEE 802.11 frames with radiotap and PPI in front, byte by byte.
#include <doctest/doctest.h>

#include <pcapframe/wire/ieee802_11.hpp>

#include "check.hpp"

using namespace pcapframe;
using namespace pcapframe::wire;
using namespace testing;

namespace {

// IEEE 802.11 clause 9.2.4: frame control, duration, addresses 1 to 3, sequence control.
constexpr auto data_in_cell = hex("08 00 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto data_to_ds = hex("08 01 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto data_from_ds = hex("08 02 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto data_bridge =
    hex("08 03 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  04 04 04 04 04 04");
constexpr auto qos_data = hex("88 01 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  05 00");
constexpr auto qos_data_ht =
    hex("88 81 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  05 00  0a 0b 0c 0d");
constexpr auto qos_bridge_ht =
    hex("88 83 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  04 04 04 04 04 04  05 00  0a 0b "
        "0c 0d");
constexpr auto aggregate = hex("88 01 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  85 00");
constexpr auto encrypted = hex("08 41 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto null_data = hex("48 01 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto qos_null = hex("c8 01 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  05 00");
constexpr auto beacon = hex("80 00 00 00  ff ff ff ff ff ff  02 02 02 02 02 02  03 03 03 03 03 03  10 00");
constexpr auto action_ht =
    hex("d0 80 00 00  01 01 01 01 01 01  02 02 02 02 02 02  03 03 03 03 03 03  10 00  0a 0b 0c 0d");
constexpr auto acknowledgment = hex("d4 00");
constexpr auto other_version = hex("09 00");

template <std::size_t Capacity>
constexpr ieee802_11_view view(const hex_bytes<Capacity>& bytes) {
    return *ieee802_11_view::check(bytes);
}

/// Which of the four addresses (1 to 4, by the bytes above) are destination and source.
template <std::size_t Capacity>
constexpr bool addresses(const hex_bytes<Capacity>& bytes, std::uint8_t destination, std::uint8_t source) {
    const auto v = view(bytes);
    for (std::size_t i = 0; i < 6; ++i)
        if (v.destination_bytes()[i] != destination || v.source_bytes()[i] != source) return false;
    return true;
}

// https://www.radiotap.org: version, padding, length (little-endian), fields present.
constexpr auto radiotap = hex("00 00 0c 00 04 80 00 00 6c 00 18 00");
// Flags is the second field, a byte, behind eight bytes of time stamp where there is one, which are aligned.
constexpr auto radiotap_padding = hex("00 00 09 00 02 00 00 00 20");
constexpr auto radiotap_other_flag = hex("00 00 09 00 02 00 00 00 10");
constexpr auto radiotap_timed = hex("00 00 11 00 03 00 00 00 ff ff ff ff ff ff ff ff 20");
constexpr auto radiotap_words = hex("00 00 19 00 03 00 00 a0 00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff 20");
constexpr auto radiotap_without_flags = hex("00 00 08 00 02 00 00 00");
constexpr auto radiotap_endless = hex("00 00 0c 00 02 00 00 80 00 00 00 80");
constexpr auto subframe = hex("0a 0b 0c 0d 0e 0f 1a 1b 1c 1d 1e 1f 00 29");
constexpr auto radiotap_short = hex("00 00 07 00 00 00 00 00");
// PPI: version, flags, length, DLT (all little-endian).
constexpr auto ppi_ethernet = hex("00 00 08 00 01 00 00 00");
constexpr auto ppi_wireless = hex("00 00 0c 00 69 00 00 00 02 00 00 00");
constexpr auto ppi_radiotap = hex("00 00 08 00 7f 00 00 00");
constexpr auto ppi_other = hex("00 00 08 00 93 00 00 00");
constexpr auto ppi_short = hex("00 00 04 00 01 00 00 00");

}  // namespace

TEST_CASE("the addresses of data frames depend on their direction") {
    static_assert(addresses(data_in_cell, 1, 2));
    static_assert(addresses(data_to_ds, 3, 2));
    static_assert(addresses(data_from_ds, 1, 3));
    static_assert(addresses(data_bridge, 3, 4));
    CHECK(addresses(qos_bridge_ht, 3, 4));
}

TEST_CASE("data frames lead on to LLC after headers of every length") {
    static_assert(leads_to<ieee802_11_view>(data_in_cell, 24, layer::llc));
    static_assert(leads_to<ieee802_11_view>(data_bridge, 30, layer::llc));
    static_assert(leads_to<ieee802_11_view>(qos_data, 26, layer::llc));
    static_assert(leads_to<ieee802_11_view>(qos_data_ht, 30, layer::llc));
    static_assert(leads_to<ieee802_11_view>(qos_bridge_ht, 36, layer::llc));
    for (const bytes_view frame : {bytes_view(data_in_cell), bytes_view(data_bridge), bytes_view(qos_data),
                                   bytes_view(qos_data_ht), bytes_view(qos_bridge_ht)}) {
        for (std::size_t length = 0; length < frame.size(); ++length)
            CHECK_FALSE(ieee802_11_view::check(frame.first(length)));
    }
}

TEST_CASE("with less than two addresses behind the header, LLC is not told from Ethernet") {
    const byte_string header = from_hex("08000000 010101010101 020202020202 030303030303 1000");
    const byte_string frame = header + from_hex("010101010101 020202020202");
    for (std::size_t length = header.size(); length <= frame.size(); ++length) {
        const auto view = ieee802_11_view::check(bytes_view(frame).first(length));
        REQUIRE(view);
        CHECK(view->may_hold_ethernet() == (length < frame.size()));
        CHECK(view->next().kind == (length < frame.size() ? layer::llc : layer::ethernet));
    }
    const byte_string snap = header + from_hex("aaaa03");
    CHECK_FALSE(ieee802_11_view::check(snap)->may_hold_ethernet());
}

TEST_CASE("frames that are encrypted or empty lead nowhere") {
    for (const bytes_view frame :
         {bytes_view(encrypted), bytes_view(null_data), bytes_view(qos_null)}) {
        CHECK(leads_to<ieee802_11_view>(frame, 0, layer::none));
        CHECK(ieee802_11_view::check(frame)->is_data());
    }
    static_assert(view(encrypted).is_protected() && !view(data_in_cell).is_protected());
}

TEST_CASE("management frames have addresses and lead nowhere") {
    static_assert(view(beacon).is_management() && view(beacon).has_addresses() && !view(beacon).is_data());
    static_assert(addresses(action_ht, 1, 2));
    static_assert(view(beacon).header_length() == 24 && view(action_ht).header_length() == 28);
    for (const bytes_view frame : {bytes_view(beacon), bytes_view(action_ht)}) {
        for (std::size_t length = 0; length < frame.size(); ++length)
            CHECK_FALSE(ieee802_11_view::check(frame.first(length)));
        CHECK(leads_to<ieee802_11_view>(frame, 0, layer::none));
    }
}

TEST_CASE("control frames, and those of other versions, are known by two bytes") {
    static_assert(needs_all_of<ieee802_11_view>(acknowledgment) && needs_all_of<ieee802_11_view>(other_version));
    static_assert(!view(acknowledgment).has_addresses() && !view(other_version).has_addresses());
    CHECK(leads_to<ieee802_11_view>(acknowledgment, 0, layer::none));
    CHECK(leads_to<ieee802_11_view>(other_version, 0, layer::none));
}

TEST_CASE("Prism and AVS headers") {
    const byte_string prism = from_hex("44000000 90000000") + zeros(136);
    CHECK(needs_all_of<prism_view>(prism));
    CHECK(leads_to<prism_view>(prism, 144, layer::ieee802_11));
    // Version 1 of AVS: magic number and length, both big-endian.
    const byte_string avs = from_hex("80211001 00000040") + zeros(56);
    CHECK(needs_all_of<prism_view>(avs));
    CHECK(leads_to<prism_view>(avs, 64, layer::ieee802_11));
    CHECK_FALSE(prism_view::check(from_hex("80211001 00000007") + zeros(56)));
    CHECK_FALSE(prism_view::check(from_hex("80211001 ffffffff") + zeros(56)));
}

TEST_CASE("several frames in one lead to the first of them") {
    static_assert(needs_all_of<ieee802_11_view>(aggregate) &&
                  leads_to<ieee802_11_view>(aggregate, 26, layer::amsdu));
    static_assert(needs_all_of<amsdu_view>(subframe) && leads_to<amsdu_view>(subframe, 14, layer::llc));
    CHECK_FALSE(amsdu_view::check({}));
}

TEST_CASE("radiotap says whether the header behind it is padded") {
    static_assert(needs_all_of<radiotap_view>(radiotap_padding));
    static_assert(radiotap_view::check(radiotap_padding)->pads_header());
    static_assert(needs_all_of<radiotap_view>(radiotap_timed) && radiotap_view::check(radiotap_timed)->pads_header());
    static_assert(radiotap_view::check(radiotap_words)->pads_header());
    CHECK_FALSE(radiotap_view::check(radiotap_other_flag)->pads_header());
    CHECK_FALSE(radiotap_view::check(radiotap)->pads_header());
    // The flags are said to be there, and are not; the words that say so do not end.
    CHECK_FALSE(radiotap_view::check(radiotap_without_flags)->pads_header());
    CHECK_FALSE(radiotap_view::check(radiotap_endless)->pads_header());
}

TEST_CASE("radiotap") {
    static_assert(needs_all_of<radiotap_view>(radiotap));
    static_assert(leads_to<radiotap_view>(radiotap, 12, layer::ieee802_11));
    CHECK_FALSE(radiotap_view::check(radiotap_short));
}

TEST_CASE("PPI") {
    static_assert(needs_all_of<ppi_view>(ppi_ethernet) && leads_to<ppi_view>(ppi_ethernet, 8, layer::ethernet));
    static_assert(needs_all_of<ppi_view>(ppi_wireless) && leads_to<ppi_view>(ppi_wireless, 12, layer::ieee802_11));
    static_assert(leads_to<ppi_view>(ppi_radiotap, 8, layer::radiotap));
    static_assert(leads_to<ppi_view>(ppi_other, 8, layer::link));
    CHECK_FALSE(ppi_view::check(ppi_short));
}
