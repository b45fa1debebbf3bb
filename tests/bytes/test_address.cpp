// Text of addresses: RFC 5952's own examples and rules, and the C library's inet_ntop over many random addresses.
#include <algorithm>
#include <iomanip>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <pcapframe/bytes/address.hpp>

#include "hex.hpp"
#include "random.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

ip_address ipv6(std::string_view text) {
    ip_address address{{}, 6};
    REQUIRE(::inet_pton(AF_INET6, std::string(text).c_str(), address.octets.data()) == 1);
    return address;
}

ip_address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    const std::uint8_t octets[] = {a, b, c, d};
    return {ipv4_octets(octets), 4};
}

std::string ntop(const ip_octets& octets) {
    char text[INET6_ADDRSTRLEN];
    REQUIRE(::inet_ntop(AF_INET6, octets.data(), text, sizeof text) != nullptr);
    return text;
}

/// Whether inet_ntop writes the IPv4-compatible form (::1.2.3.4, deprecated by RFC 4291), which RFC 5952 does not ask
/// for.
bool is_ipv4_compatible(const ip_octets& octets) {
    for (std::size_t i = 0; i < 12; ++i)
        if (octets[i] != 0) return false;
    return octets[12] != 0 || octets[13] != 0;
}

/// Addresses of which runs of zeros, small groups and the special prefixes are frequent.
ip_octets random_octets(random_numbers& random) {
    ip_octets octets{};
    const unsigned zero_share = random.below(9);
    for (std::size_t group = 0; group < 8; ++group) {
        if (random.below(8) < zero_share) continue;
        const unsigned bits = 1 + random.below(16);
        const unsigned value = random.below(1U << bits);
        octets[2 * group] = static_cast<std::uint8_t>(value >> 8);
        octets[2 * group + 1] = static_cast<std::uint8_t>(value);
    }
    if (random.one_in(16)) {
        for (std::size_t i = 0; i < 10; ++i) octets[i] = 0;
        octets[10] = octets[11] = 0xff;
    }
    return octets;
}

}  // namespace

TEST_CASE("IPv4 is dotted decimal") {
    CHECK(to_string(ipv4(0, 0, 0, 0)) == "0.0.0.0");
    CHECK(to_string(ipv4(255, 255, 255, 255)) == "255.255.255.255");
    CHECK(to_string(ipv4(192, 0, 2, 1)) == "192.0.2.1");
    CHECK(to_string(ipv4(9, 10, 99, 100)) == "9.10.99.100");
    for (unsigned value = 0; value < 256; ++value) {
        const auto octet = static_cast<std::uint8_t>(value);
        CHECK(to_string(ipv4(octet, 0, octet, 1)) == std::to_string(value) + ".0." + std::to_string(value) + ".1");
    }
}

TEST_CASE("an IPv4 address stands in sixteen bytes as ::ffff:a.b.c.d") {
    constexpr auto four = hex("c0 00 02 01");
    static_assert(ipv4_octets(four.data.data()) == ip_octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1});
    CHECK(to_string(ip_address{ipv4_octets(four.data.data()), 6}) == "::ffff:192.0.2.1");
    // The family is part of the value.
    CHECK(ip_address{ipv4_octets(four.data.data()), 6} != ip_address{ipv4_octets(four.data.data()), 4});
}

TEST_CASE("IPv6 as RFC 5952 wants it") {
    const std::vector<std::pair<std::string_view, std::string_view>> goldens = {
        // Section 4.1: no leading zeros; 4.3: lower case.
        {"2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
        {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
        {"2001:DB8:0:0:0:0:0:ABCD", "2001:db8::abcd"},
        // Section 4.2.1: as short as possible; 4.2.2: one zero group is not shortened.
        {"2001:db8::0:1", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        // Section 4.2.3: the longest run, the first of equals.
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"1:0:0:2:0:0:3:4", "1::2:0:0:3:4"},
        // Ends.
        {"0:0:0:0:0:0:0:0", "::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"0:1:1:1:1:1:1:1", "0:1:1:1:1:1:1:1"},
        {"1:1:1:1:1:1:1:0", "1:1:1:1:1:1:1:0"},
        {"0:0:1:1:1:1:1:1", "::1:1:1:1:1:1"},
        {"1:1:1:1:1:1:0:0", "1:1:1:1:1:1::"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        // Section 5: the addresses known to hold an IPv4 address show it.
        {"::ffff:c000:0201", "::ffff:192.0.2.1"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        // Those that only look like it do not.
        {"::fffe:c000:0201", "::fffe:c000:201"},
        {"1::ffff:c000:0201", "1::ffff:c000:201"},
        {"::1:ffff:c000:0201", "::1:ffff:c000:201"},
        {"64:ff9b::c000:0201", "64:ff9b::c000:201"},
    };
    for (const auto& [given, wanted] : goldens) CHECK(to_string(ipv6(given)) == wanted);
}

TEST_CASE("IPv6 agrees with inet_ntop on random addresses") {
    random_numbers random(5952);
    unsigned different = 0;
    unsigned compatible = 0;
    for (int i = 0; i < 100'000; ++i) {
        const ip_octets octets = random_octets(random);
        if (is_ipv4_compatible(octets)) {
            ++compatible;
            continue;
        }
        const std::string ours = to_string(ip_address{octets, 6});
        if (ours == ntop(octets)) continue;
        if (different++ < 5) CHECK(ours == ntop(octets));
    }
    CHECK(different == 0);
    CHECK(compatible < 20'000);
}

TEST_CASE("what is written is read back by inet_pton, and no longer than promised") {
    random_numbers random(3513);
    for (int i = 0; i < 20'000; ++i) {
        const ip_octets octets = random_octets(random);
        char text[ip_text_bytes_max + 1];
        char* const end = write_text(text, ip_address{octets, 6});
        REQUIRE(end - text <= static_cast<std::ptrdiff_t>(ip_text_bytes_max));
        *end = '\0';
        ip_octets back{};
        REQUIRE(::inet_pton(AF_INET6, text, back.data()) == 1);
        REQUIRE(back == octets);
    }
}

TEST_CASE("MAC addresses") {
    constexpr auto octets = hex("02 00 5e 10 0f ff");
    constexpr mac_address mac = mac_address::from(octets.data.data());
    static_assert(mac == mac_address{{0x02, 0x00, 0x5e, 0x10, 0x0f, 0xff}});
    CHECK(to_string(mac) == "02:00:5e:10:0f:ff");
    CHECK(to_string(mac).size() == mac_text_bytes);
    CHECK(to_string(mac_address{}) == "00:00:00:00:00:00");
}

TEST_CASE("addresses are keys, are sorted and are printed") {
    const auto ipv4 = [](std::uint32_t number) {
        const std::uint8_t bytes[] = {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
                                      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
        return ip_address{ipv4_octets(bytes), 4};
    };
    const ip_address low = ipv4(0xc000'0209);
    const ip_address high = ipv4(0xc000'020a);
    CHECK(low < high);
    CHECK(high < ipv6("::"));
    CHECK(ipv6("2001:db8::1") < ipv6("2001:db8::2"));
    // A mapped address of IPv6 is another than that of IPv4 which it holds.
    CHECK(ip_address{low.octets, 6} != low);
    CHECK(low < ip_address{low.octets, 6});
    CHECK(mac_address{{0, 0, 0, 0, 0, 1}} < mac_address{{0, 0, 0, 0, 1, 0}});

    std::ostringstream out;
    out << std::setw(12) << low << ' ' << ipv6("2001:db8::1") << ' ' << mac_address{{2, 0, 0, 0, 0, 0x5e}};
    CHECK(out.str() == "   192.0.2.9 2001:db8::1 02:00:00:00:00:5e");

    std::unordered_map<ip_address, int> seen;
    std::unordered_map<mac_address, int> stations;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        ++seen[ipv4(0xc000'0200 + i % 500)];
        ++stations[mac_address{{2, 0, 0, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}}];
    }
    CHECK(seen.size() == 500);
    CHECK(seen[low] == 2);
    CHECK(stations.size() == 1000);
}

TEST_CASE("hashes of neighbouring addresses differ in their low bits") {
    // 4,096 keys thrown at 4,096 places leave 37 % of the places empty; a poor hash leaves most of them.
    std::vector<bool> taken(4096);
    std::vector<bool> taken6(4096);
    for (std::uint32_t i = 0; i < 4096; ++i) {
        const std::uint8_t v4[] = {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        taken[std::hash<ip_address>()({ipv4_octets(v4), 4}) % 4096] = true;
        ip_address v6 = ipv6("2001:db8::1");
        v6.octets[4] = static_cast<std::uint8_t>(i >> 8);
        v6.octets[5] = static_cast<std::uint8_t>(i);
        taken6[std::hash<ip_address>()(v6) % 4096] = true;
    }
    CHECK(std::count(taken.begin(), taken.end(), true) > 2400);
    CHECK(std::count(taken6.begin(), taken6.end(), true) > 2400);
}
