#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/registry/stop.hpp>

using namespace pcapframe;

TEST_CASE("the first header of each link type that is decoded") {
    const std::vector<std::pair<int, layer>> wanted = {{0, layer::loopback},
                                                       {1, layer::ethernet},
                                                       {9, layer::ppp},
                                                       {12, layer::ip},
                                                       {14, layer::ip},
                                                       {50, layer::ppp},
                                                       {51, layer::pppoe},
                                                       {101, layer::ip},
                                                       {104, layer::chdlc},
                                                       {105, layer::ieee802_11},
                                                       {107, layer::frame_relay},
                                                       {108, layer::loopback},
                                                       {113, layer::sll},
                                                       {117, layer::pflog},
                                                       {127, layer::radiotap},
                                                       {129, layer::arcnet},
                                                       {192, layer::ppi},
                                                       {226, layer::ipnet},
                                                       {228, layer::ipv4},
                                                       {229, layer::ipv6},
                                                       {239, layer::nflog},
                                                       {242, layer::ipoib},
                                                       {258, layer::pktap},
                                                       {276, layer::sll2},
                                                       {281, layer::brcm_tag},
                                                       {282, layer::brcm_tag_prepend},
                                                       {284, layer::dsa},
                                                       {285, layer::edsa},
                                                       {6, layer::token_ring},
                                                       {8, layer::slip},
                                                       {10, layer::fddi},
                                                       {109, layer::enc},
                                                       {119, layer::prism},
                                                       {122, layer::ip_over_fc},
                                                       {138, layer::ieee1394},
                                                       {163, layer::prism},
                                                       {204, layer::ppp_with_direction}};
    for (const auto& [number, first] : wanted) {
        const auto shown = number;  // clang 14 does not capture structured bindings
        CAPTURE(shown);
        CHECK(first_header(static_cast<std::uint16_t>(number)) == first);
    }
}

TEST_CASE("a link type that is not known begins with an unknown link header, whatever its number") {
    for (const int number : {15, 147, 189, 511, 512, 4096, 65535}) {
        CAPTURE(number);
        CHECK(first_header(static_cast<std::uint16_t>(number)) == layer::link);
    }
    static_assert(first_header(65535) == layer::link);
}

TEST_CASE("names are those of the registry, a number where there is none") {
    CHECK(link_type_name(1) == "ETHERNET");
    CHECK(link_type_name(113) == "LINUX_SLL");
    CHECK(link_type_name(127) == "IEEE802_11_RADIOTAP");
    CHECK(link_type_name(101) == "RAW");
    CHECK(link_type_name(999) == "999");
}

TEST_CASE("a link type by its name, of the registry and of tcpdump, or by its number") {
    CHECK(*parse_link_type("raw") == 101);
    CHECK(*parse_link_type("LINKTYPE_ETHERNET") == 1);
    CHECK(*parse_link_type("DLT_EN10MB") == 1);
    CHECK(*parse_link_type("ieee802_11_radio") == 127);
    CHECK(*parse_link_type("147") == 147);
    CHECK(*parse_link_type("65535") == 65535);
    CHECK(parse_link_type("LINKTYPE_rav").error().message() == "unknown link type 'LINKTYPE_rav'; did you mean 'RAW'?");
    CHECK_FALSE(parse_link_type(""));
    CHECK_FALSE(parse_link_type("1x"));
}

TEST_CASE("the list has each number once, in order") {
    for (std::size_t i = 1; i < link_types.size(); ++i) CHECK(link_types[i - 1].number < link_types[i].number);
    for (const link_type_info& row : link_types) CHECK(first_header(row.number) == row.first);
    static_assert(link_type::ethernet == 1 && link_type::raw == 101 && link_type::linux_sll == 113);
    static_assert(link_type::ipv4 == 228 && link_type::ipv6 == 229 && link_type::linux_sll2 == 276);
}

TEST_CASE("VLAN tags are told by three ethertypes") {
    static_assert(ethertype::is_vlan(0x8100) && ethertype::is_vlan(0x88a8) && ethertype::is_vlan(0x9100));
    static_assert(!ethertype::is_vlan(0x0800) && !ethertype::is_vlan(0x8101) && !ethertype::is_vlan(0));
    CHECK(ethertype::smallest == 0x0600);
}

TEST_CASE("a stop is a word, or a reason and a header") {
    CHECK(to_string(stop{}) == "complete");
    CHECK(to_string(stop{stop_reason::truncated, layer::tcp}) == "truncated:tcp");
    CHECK(to_string(stop{stop_reason::fragment, layer::ipv4}) == "fragment:ipv4");
    CHECK(to_string(stop{stop_reason::unknown_protocol, layer::ethernet}) == "unknown_protocol:ethernet");
    CHECK(to_string(stop{stop_reason::bad_length, layer::ipv6_extension}) == "bad_length:ipv6_extension");
    CHECK(to_string(stop{stop_reason::bad_version, layer::ip}) == "bad_version:ip");
    CHECK(to_string(stop{stop_reason::too_many_layers, layer::vlan}) == "too_many_layers:vlan");
    CHECK(stop{stop_reason::truncated, layer::tcp} != stop{stop_reason::truncated, layer::udp});
}

TEST_CASE("every header and every reason has a name of its own") {
    std::set<std::string_view> names;
    for (unsigned l = 0; l <= static_cast<unsigned>(layer::payload); ++l) {
        const std::string_view name = name_of(static_cast<layer>(l));
        CHECK_FALSE(name.empty());
        CHECK(names.insert(name).second);
    }
    for (unsigned r = 0; r <= static_cast<unsigned>(stop_reason::too_many_layers); ++r)
        CHECK(names.insert(name_of(static_cast<stop_reason>(r))).second);
}
