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
    {3, "9c9494926e40e0 9c9494926e4061 03 cc"},
    {6, "1040 M aaaa03 000000 T"},
    {7, "0102 A 00 0001"},
    {8, repeated(16)},
    {9, "ff03 P"},
    {10, "50 M aaaa03 000000 T"},
    {11, "aaaa03 000000 T"},
    {12, ""},
    {13, "F 000000 00000000 00000000"},
    {14, ""},
    {16, "aaaa03 000000 T"},
    {18, "aaaa03 000000 T"},
    {19, "aaaa03 000000 T"},
    {32, repeated(18) + "0001 0018 0018"},
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
    {132, "4d474300 0001 4003" + repeated(12)},
    {133, "4d474300 0000 J 00 00000000"},
    {134, "4d474300 00000001 03 N"},
    {135, "4d474301 0102030405060700 aaaa03 000000 T"},
    {136, "4d474300" + repeated(12)},
    {137, "4d474300 01020304 aaaa03 000000 T"},
    {138, repeated(16) + "T"},
    {143, "0000 0040 0000 M T"},
    {149, "0c000000 01000000 01000000 M T"},
    {163, "80211001 00000040" + repeated(56) +
              "08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {164, "4d474300" + repeated(8)},
    {166, "0103 P"},
    {167, "4d474300 M T"},
    {168, "4d474300 T"},
    {169, "43c001 65000000"},
    {170, "0040 0000 0001 0000 M T"},
    {171, "0040 0000 0001 0000 M T"},
    {178, "4d474300 M T"},
    {179, "4d474300 ff03 P"},
    {180, "4d474300 1861 03 N"},
    {181, "4d474300 0f00 T"},
    {182, "c000 1861 03 N"},
    {183, "4d474300" + repeated(18)},
    {184, "0104 7f000001 ff00 M T"},
    {192, "0000080069000000 08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T"},
    {196, "00000000 12 1861 03 N"},
    {197, "00000000 00f15365 0204 0041 0000 002f 0000 M T"},
    {200, "4d474300 M 0800 45" + repeated(8) + "32" + repeated(34)},
    {202, "00 9c9494926e40e0 9c9494926e4061 03 cc"},
    {204, "01 ff03 P"},
    {205, "01 0f00 T"},
    {206, "01 1861 03 N"},
    {219, "000101ff"},
    {226, "01 S" + repeated(22)},
    {228, ""},
    {229, ""},
    {239, "L 000000 0800 0100 08000100 2200 0900"},
    {240, "04023300 M T"},
    {241, "04023300 55555555555555d5 M T"},
    {242, repeated(40) + "T 0000"},
    {243, "47410010 00 3eb0400102c1000003040506"},
    {247, "0002000100150001 0400ffff0000001200000001 T 0000"},
    {252, "000c 0002 6970 0000 0000"},
    {253, "0004 0338 0000 0000000000000000 000c 40000000 0004" + repeated(10) + "L 000000 30000900"},
    {258, "0c000000 01000000 01000000 M T"},
    {259, "d55555 0001 00 M T"},
    {274, "55555555555555d5 M T"},
    {276, "T 0000 00000003 0001 0006 1a1b1c1d1e1f 0000"},
    {279, "50" + repeated(31) + "M T"},
    {280, "01000400 00000001 6100 00 00 00 M T"},
    {281, "M 20000001 T"},
    {282, "20000001 M T"},
    {284, "M 40000000 T"},
    {285, "M dada0000 40000000 T"},
};

/// What stands between each ethertype that leads on and an IPv4 or IPv6 packet, in the same letters; Q stands for the
/// protocol of NSH.
const std::string wireless = "08020000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 aaaa03 000000 T";
const std::map<std::uint16_t, std::string> behind_ethertypes = {
    {0x0800, ""},
    {0x08ff, "2c00 9c9494926e40e0 9c9494926e4061 03 cc"},
    {0x22f3, "003f 0001 0002 M T"},
    {0x2452, wireless},
    {0x4305, "400f 3201 010203040506 M T"},
    {0x6400, "M T"},
    {0x6558, "M T"},
    {0x6559, "1861 03 N"},
    {0x8100, "0007 T"},
    {0x86dd, ""},
    {0x8847, "000101ff"},
    {0x8848, "000640ff 000101ff 00000001 M T"},
    {0x8864, "1100 0007 001a P"},
    {0x8870, "aaaa03 000000 T"},
    {0x880b, "P"},
    {0x88a8, "0007 8100 0008 T"},
    {0x88bb, "000100000000" + wireless},
    {0x88e5, "00 00 00000001 T"},
    {0x88e7, "00000a0b M T"},
    {0x8903, "0040 M T"},
    {0x8909, "01010001 0007 T"},
    {0x8915, repeated(40) + "6400ffff0000001200000001 0000000100000002 T 0000"},
    {0x8926, "80010002 T"},
    {0x892f, "10270007 T"},
    {0x893f, "000100020000 T"},
    {0x894f, "0fc2 02 Q 00000000"},
    {0x9100, "0007 T"},
    {0x9200, "0007 T"},
    {0xbbbb, "000100000000" + wireless},
    {0xd28b, "0001 0010 0001020304050607 T"},
    {0xf1c1, "00000007 T"},
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
            case 'Q': hex += is_ipv6 ? "02" : "01"; break;
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
const std::set<std::uint16_t> only_filters = {114, 194, 232, 233, 234, 238, 246};
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

TEST_CASE("IPv4 and IPv6 behind every ethertype that leads on, of Ethernet and of cooked captures") {
    for (const ethertype_info& row : ethertypes) {
        CAPTURE(row.number);
        const auto found = behind_ethertypes.find(row.number);
        REQUIRE((found != behind_ethertypes.end()) == (row.next != layer::none));
        if (row.next == layer::none) continue;
        for (const bool is_ipv6 : {false, true}) {
            if (row.number == (is_ipv6 ? ethertype::ipv4 : ethertype::ipv6)) continue;
            const layer expected = is_ipv6 ? layer::ipv6 : layer::ipv4;
            const byte_string tail = testing::be16(row.number) + frame_of(found->second, is_ipv6);
            CHECK(find_network(from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f") + tail, link_type::ethernet).kind == expected);
            CHECK(find_network(from_hex("0000 0001 0006 1a1b1c1d1e1f 0000") + tail, link_type::linux_sll).kind ==
                  expected);
            const byte_string tagged = from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f 8100 0005") + tail;
            CHECK(find_network(tagged, link_type::ethernet).kind == expected);
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
        // 0x9200 is read as tcpdump reads it, and not a tag in its filters.
        CHECK(filtered::matches("vlan", frame) == (row.next == layer::vlan && row.number != 0x9200));
        CHECK(filtered::matches("mpls", frame) == (row.number == ethertype::mpls));
    }
}
