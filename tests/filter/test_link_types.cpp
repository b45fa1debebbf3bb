// The decoder and the filters agree on every link type: a frame with IP in it is a row, and 'ip' or 'ip6' matches it.
#include <map>
#include <optional>
#include <set>
#include <string>

#include <pcapframe/decode/walk.hpp>
#include <pcapframe/registry/link_types.hpp>

#include "packets.hpp"

using namespace pcapframe;
using testing::byte_string;
using testing::from_hex;
using testing::operator+;

namespace {

const byte_string packet4 = from_hex("4500 0021 1234 0000 40 11 0000 c0000201 c6336402 0035 c002 000d 0000 68656c6c6f");
const byte_string packet6 = from_hex(
    "60000000 000d 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
    "0035 c002 000d 0000 68656c6c6f");

std::string repeated(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "00";
    return text;
}

/// The headers in front of an IPv4 or IPv6 packet, in hexadecimal. T stands for its ethertype, P for its PPP protocol
/// and N for its NLPID, F for its address family in one byte; M for two MAC addresses.
const std::map<std::uint16_t, std::string> headers = {
    {0, "F 000000"},
    {1, "M T"},
    {6, "1040 M aaaa03 000000 T"},
    {7, "0102 A 00 0001"},
    {8, repeated(16)},
    {9, "ff03 P"},
    {10, "50 M aaaa03 000000 T"},
    {12, ""},
    {14, ""},
    {50, "ff03 P"},
    {51, "1100 0007 001a P"},
    {99, repeated(6) + "T" + repeated(36)},
    {100, "aaaa03 000000 T"},
    {101, ""},
    {102, repeated(24)},
    {103, repeated(5) + "P" + repeated(17)},
    {104, "0f00 T"},
    {105, "08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {106, "aaaa03 000000 T"},
    {107, "1861 03 N"},
    {108, "000000 F"},
    {109, "F 000000 00000000 00000000"},
    {112, "0f00 T"},
    {113, "0000 0001 0006 1a1b1c1d1e1f 0000 T"},
    {117, "3d L 0000" + repeated(60)},
    {119, repeated(144) + "08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {122, repeated(16) + "aaaa03 000000 T"},
    {123, "02000005 aaaa03 000000 T"},
    {127, "0000080000000000 08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {128, "01000001 01 M T"},
    {129, "0102 0000 A 00 0001"},
    {130, "4d474300 ff03 P"},
    {131, "4d474300 0001 03 N"},
    {133, "4d474300 0000 J 00 00000000"},
    {134, "4d474300 00000001 03 N"},
    {135, "4d474301 0102030405060700 aaaa03 000000 T"},
    {136, "4d474300" + repeated(12)},
    {137, "4d474300 01020304 aaaa03 000000 T"},
    {138, repeated(16) + "T"},
    {149, "0c000000 01000000 01000000 M T"},
    {163, "80211001 00000040" + repeated(56) +
              "08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {164, "4d474300" + repeated(8)},
    {166, "0103 P"},
    {167, "4d474300 M T"},
    {168, "4d474300 T"},
    {178, "4d474300 M T"},
    {179, "4d474300 ff03 P"},
    {180, "4d474300 1861 03 N"},
    {181, "4d474300 0f00 T"},
    {183, "4d474300" + repeated(18)},
    {192, "0000080069000000 08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {197, "00000000 00f15365 0204 0041 0000 002f 0000 M T"},
    {204, "01 ff03 P"},
    {205, "01 0f00 T"},
    {206, "01 1861 03 N"},
    {226, "01 S" + repeated(22)},
    {228, ""},
    {229, ""},
    {239, "L 000000 0800 0100 08000100 2200 0900"},
    {240, "04023300 M T"},
    {241, "04023300 55555555555555d5 M T"},
    {242, repeated(40) + "T 0000"},
    {258, "0c000000 01000000 01000000 M T"},
    {276, "T 0000 00000003 0001 0006 1a1b1c1d1e1f 0000"},
    {281, "M 20000001 T"},
    {282, "20000001 M T"},
    {284, "M 40000000 T"},
    {285, "M dada0000 40000000 T"},
};

byte_string frame_of(const std::string& header, bool is_ipv6) {
    std::string hex;
    for (const char letter : header) {
        switch (letter) {
            case 'T': hex += is_ipv6 ? "86dd" : "0800"; break;
            case 'P': hex += is_ipv6 ? "0057" : "0021"; break;
            case 'N': hex += is_ipv6 ? "8e" : "cc"; break;
            case 'F': hex += is_ipv6 ? "1e" : "02"; break;  // of Darwin
            case 'L': hex += is_ipv6 ? "0a" : "02"; break;  // of Linux
            case 'S': hex += is_ipv6 ? "1a" : "02"; break;  // of Solaris
            case 'A': hex += is_ipv6 ? "c4" : "d4"; break;
            case 'J': hex += is_ipv6 ? "06" : "02"; break;
            case 'M': hex += "0a0b0c0d0e0f 1a1b1c1d1e1f"; break;
            default: hex += letter;
        }
    }
    return from_hex(hex) + (is_ipv6 ? packet6 : packet4);
}

/// What a filter says of a frame; nothing where it means nothing for the link type.
std::optional<bool> verdict(const char* expression, std::uint16_t link_type, const byte_string& frame) {
    const auto program = filter::compile(expression, link_type);
    if (program) return program->run(frame, static_cast<std::uint32_t>(frame.size())) != 0;
    const bool no_match = program.problems()[0].kind == problem_kind::no_match;
    return no_match ? std::optional<bool>(false) : std::nullopt;
}

// Of Juniper's packets a filter asks only whether they have the magic number, as libpcap's do: those of cards that
// nobody describes match as well. LocalTalk and frame relay bundles do not carry IP, as far as filters know.
const std::set<std::uint16_t> only_filters = {114, 132, 182, 194, 200, 232, 233, 234, 238, 246};
// libpcap looks for the version of IP in the first byte of SLIP's pseudo header, and so do filters here.
const std::set<std::uint16_t> version_elsewhere = {8, 102};
// These do not carry IPv6, or filters know it by the numbers of another system.
const std::set<std::uint16_t> without_ipv6 = {117, 183, 228};

}  // namespace

TEST_CASE("every link type that is decoded is filtered, and the other way round") {
    for (const link_type_info& row : link_types) {
        CAPTURE(row.number);
        const bool decodes = row.first != layer::link;
        CHECK(headers.contains(row.number) == decodes);
        const bool filters = row.offsets.payload != no_place || row.offsets.type != no_place;
        if (filters) CHECK((decodes || only_filters.contains(row.number)));
    }
}

TEST_CASE("IPv4 and IPv6 behind the headers of every link type, in rows and in filters") {
    for (const auto& [number, header] : headers) {
        const std::uint16_t link_type = number;
        CAPTURE(link_type);
        if (link_type != link_type::ipv6) {
            const byte_string frame = frame_of(header, false);
            CHECK(find_network(frame, link_type).kind == layer::ipv4);
            const auto matched = verdict("ip", link_type, frame);
            CHECK(matched.value_or(true) != version_elsewhere.contains(link_type));
        }
        if (link_type == link_type::ipv6 || !without_ipv6.contains(link_type)) {
            const byte_string frame = frame_of(header, true);
            CHECK(find_network(frame, link_type).kind == layer::ipv6);
            const auto matched = verdict("ip6", link_type, frame);
            CHECK(matched.value_or(true) != version_elsewhere.contains(link_type));
        }
    }
}

TEST_CASE("ethertypes that lead on are one list, tags of VLANs as filters look for them") {
    for (const ethertype_info& row : ethertypes) {
        CAPTURE(row.number);
        CHECK(layer_after(row.number) == row.next);
        CHECK(ethertype::is_vlan(row.number) == (row.next == layer::vlan));
        const byte_string frame = from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f") + testing::be16(row.number) +
                            from_hex("0007 0800") + packet4;
        CHECK(filtered::matches("vlan", frame) == (row.next == layer::vlan));
        CHECK(filtered::matches("mpls", frame) == (row.number == ethertype::mpls));
    }
}
