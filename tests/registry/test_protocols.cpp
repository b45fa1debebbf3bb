#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/registry/protocols.hpp>

using namespace pcapframe;

TEST_CASE("the names that a filter of the manual takes") {
    const std::vector<std::pair<std::string_view, int>> names = {
        {"icmp", 1}, {"igmp", 2}, {"tcp", 6}, {"igrp", 9}, {"udp", 17},   {"esp", 50},
        {"ah", 51},  {"icmp6", 58}, {"pim", 103}, {"vrrp", 112}, {"sctp", 132}, {"udplite", 136}};
    for (const auto& [name, wanted] : names) {
        const auto shown = name;  // clang 14 does not capture structured bindings
        CAPTURE(shown);
        const auto found = find_ip_protocol(name);
        REQUIRE(found);
        CHECK(*found == wanted);
        CHECK(protocol_text(ip_protocol_id(*found)) == name);
    }
}

TEST_CASE("numbers of the IANA registry") {
    static_assert(ip_protocol_name(0) == "hopopt" && ip_protocol_name(4) == "ipv4" && ip_protocol_name(41) == "ipv6");
    static_assert(ip_protocol_name(33) == "dccp" && ip_protocol_name(47) == "gre" && ip_protocol_name(88) == "eigrp");
    static_assert(ip_protocol_name(89) == "ospf" && ip_protocol_name(108) == "ipcomp" &&
                  ip_protocol_name(115) == "l2tp");
    static_assert(ip_protocol_name(135) == "mobility" && ip_protocol_name(139) == "hip" &&
                  ip_protocol_name(140) == "shim6");
    static_assert(ip_protocol_name(61).empty() && ip_protocol_name(253).empty() && ip_protocol_name(255).empty());
    CHECK(*find_ip_protocol("gre") == 47);
}

TEST_CASE("every name and alias is found again in any case, and none twice") {
    std::set<std::string> seen;
    for (const auto& row : detail::protocol_names) {
        for (const std::string_view name : {row.name, row.alias}) {
            if (name.empty()) continue;
            CAPTURE(name);
            CHECK(seen.insert(std::string(name)).second);
            std::string upper(name);
            for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            for (const std::string& text : {std::string(name), upper}) {
                const auto found = find_ip_protocol(text);
                REQUIRE(found);
                CHECK(*found == row.number);
            }
        }
    }
    CHECK(find_ip_protocol("ICMPv6").error().hint.view() == "icmp6");
}

TEST_CASE("every number is found, and what its text says") {
    for (unsigned number = 0; number < 256; ++number) {
        const auto found = find_ip_protocol(std::to_string(number));
        REQUIRE(found);
        CHECK(*found == number);
        const std::string text = protocol_text(ip_protocol_id(*found));
        const std::string_view name = ip_protocol_name(*found);
        CHECK(text == (name.empty() ? std::to_string(number) : std::string(name)));
        CHECK(*find_ip_protocol(text) == number);
    }
    CHECK(*find_ip_protocol("006") == 6);
}

TEST_CASE("a number that is none of a protocol") {
    for (const std::string_view text : {"256", "999", "1000", "-1", "6.0", "0x06", "6 "}) {
        CAPTURE(text);
        const auto found = find_ip_protocol(text);
        REQUIRE_FALSE(found);
        CHECK(found.error().subject.view() == text);
    }
    CHECK(find_ip_protocol("256").error().message() == "'256' is not an IP protocol number from 0 to 255");
    CHECK_FALSE(find_ip_protocol(""));
}

TEST_CASE("a misspelled name brings the nearest right one") {
    const std::vector<std::pair<std::string_view, std::string_view>> words = {
        {"tpc", "tcp"}, {"udpp", "udp"}, {"icpm6", "icmp6"}, {"vrp", "vrrp"}, {"igmp6", "igmp"}, {"OSFP", "ospf"}};
    for (const auto& [word, nearest] : words) {
        const auto shown = word;
        CAPTURE(shown);
        const auto found = find_ip_protocol(word);
        REQUIRE_FALSE(found);
        CHECK(found.error().code == errc::unknown_name);
        CHECK(found.error().hint.view() == nearest);
    }
    CHECK(find_ip_protocol("tpc").error().message() == "unknown protocol 'tpc'; did you mean 'tcp'?");
    CHECK(find_ip_protocol("nothing-like-it").error().message() == "unknown protocol 'nothing-like-it'");
}

TEST_CASE("frames without IP are named by ethertype or LLC, and never like an IP protocol's number") {
    CHECK(protocol_text(ethertype_protocol_id(0x0806)) == "arp");
    CHECK(protocol_text(ethertype_protocol_id(0x88cc)) == "lldp");
    CHECK(protocol_text(ethertype_protocol_id(0x1234)) == "0x1234");
    CHECK(protocol_text(ethertype_protocol_id(0xfffe)) == "0xfffe");
    CHECK(protocol_text(llc_protocol_id(0x42)) == "stp");
    CHECK(protocol_text(llc_protocol_id(0xaa)) == "snap");
    CHECK(protocol_text(llc_protocol_id(0x17)) == "llc");
    for (unsigned dsap = 0; dsap < 256; ++dsap)
        CHECK(static_cast<unsigned>(llc_protocol_id(static_cast<std::uint8_t>(dsap))) == (0x0100 | dsap));
}
