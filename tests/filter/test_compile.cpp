#include <fstream>
#include <string>

#include "bytes/random.hpp"
#include "filter_peers/expressions.hpp"
#include "packets.hpp"

using namespace pcapframe::filter;
using filtered::arp;
using filtered::matches;
using filtered::tcp4;
using filtered::udp6;
using filtered::vlan_tcp4;

TEST_CASE("terms match what they say") {
    for (const char* yes : {"",
                            "tcp",
                            "ip",
                            "host 192.0.2.17",
                            "src 192.0.2.17",
                            "dst net 198.51.100.0/24",
                            "port 80",
                            "tcp dst port http",
                            "portrange 70-90",
                            "tcp[tcpflags] = tcp-syn",
                            "ip[8] = 64",
                            "len = 54",
                            "ether src 02:00:00:00:00:01",
                            "not udp",
                            "ip proto 6",
                            "ip proto \\tcp",
                            "less 54",
                            "greater 54",
                            "net 192.0.2",
                            "ip protochain 6",
                            "tcp[0:2] - 40000 = 0",
                            "ether[12:2] = 0x800",
                            "src host 192.0.2.17 and dst host 198.51.100.9",
                            "byte 0 = 2",
                            "tcp[(tcp[12] >> 2) - 20] = 156"})
        CHECK_MESSAGE(matches(yes, tcp4), yes);
    for (const char* no : {"udp", "ip6", "arp", "host 192.0.2.18", "dst 192.0.2.17", "port 81", "udp port 80", "vlan",
                           "broadcast", "tcp[tcpflags] & tcp-ack != 0", "ip protochain 17", "len > 54"})
        CHECK_MESSAGE(!matches(no, tcp4), no);
    for (const char* yes : {"ip6", "udp port domain", "ip6 host 2001:db8::1", "net 2001:db8::/32", "multicast",
                            "ip6 proto 17", "udp src port 53", "ip6[6] = 17", "ip6 protochain \\udp", "port 5353"})
        CHECK_MESSAGE(matches(yes, udp6), yes);
    for (const char* yes :
         {"arp", "broadcast", "host 192.0.2.17", "arp dst host 192.0.2.2", "arp[7] = 1", "net 192.0.2"})
        CHECK_MESSAGE(matches(yes, arp), yes);
}

TEST_CASE("a tag shifts what stands to its right") {
    CHECK(matches("vlan", vlan_tcp4));
    CHECK(matches("vlan 7 and tcp port 80", vlan_tcp4));
    CHECK_FALSE(matches("tcp port 80 and vlan 7", vlan_tcp4));
    CHECK_FALSE(matches("vlan 8", vlan_tcp4));
    CHECK(matches("vlan 7 or tcp", vlan_tcp4));
    CHECK_FALSE(matches("vlan and vlan", vlan_tcp4));
    CHECK(matches("tcp or (vlan and tcp)", vlan_tcp4));
}

TEST_CASE("qualifiers are inherited") {
    CHECK(matches("port 79 or 80", tcp4));
    CHECK(matches("host (192.0.2.1 or 192.0.2.17) and port (80 or 443)", tcp4));
    CHECK(matches("src host 192.0.2.17 and not 192.0.2.18", tcp4));
    CHECK_FALSE(matches("udp port 53 or 80", tcp4));
    CHECK(matches("udp port 53 or (tcp port 79 or 80)", tcp4));
}

TEST_CASE("'%' and '^' take everything on their right, and the rest binds as in C") {
    CHECK(matches("7 % 4 + 1 = 2", tcp4));  // 7 % 5
    CHECK(matches("6 ^ 3 & 1 = 7", tcp4));  // 6 ^ (3 & 1)
    CHECK(matches("1 + 2 * 3 = 7", tcp4));
    CHECK(matches("8 - 4 - 2 = 2", tcp4));
    CHECK(matches("1 | 6 & 3 = 3", tcp4));
    CHECK(matches("-1 = 0xffffffff", tcp4));
}

TEST_CASE("names come from tables here, and from the caller's resolver") {
    compile_options options;
    options.names.host = [](std::string_view name) {
        std::vector<pcapframe::ip_address> found;
        const std::array<std::uint8_t, 4> octets{192, 0, 2, 17};
        if (name == "here.example") found.push_back({pcapframe::ipv4_octets(octets.data()), 4});
        return found;
    };
    options.names.service = [](std::string_view name) -> std::optional<pcapframe::service_ports> {
        if (name != "own-service") return std::nullopt;
        return pcapframe::service_ports{std::uint16_t{80}, std::nullopt};
    };
    const auto size = static_cast<std::uint32_t>(tcp4.size());
    for (const char* expression : {"host here.example", "tcp port own-service", "portrange ftp-own-service"}) {
        const auto made = compile(expression, 1, options);
        REQUIRE_MESSAGE(made.has_value(), expression);
        CHECK(made->run(tcp4, size) == 262144);
    }
    CHECK_FALSE(compile("host elsewhere.example", 1, options).has_value());
    CHECK_FALSE(compile("udp port own-service", 1, options).has_value());
}

TEST_CASE("what the kernel keeps of VLAN tags is asked where that is so") {
    const auto made = compile("vlan 7 and tcp port 80", 1, {.live = true, .kernel_vlan_tags = true});
    REQUIRE(made.has_value());
    CHECK(static_cast<bool>(validate(made->code())));
    packet_context kept;
    kept.vlan_present = true;
    kept.vlan_tag = 7;
    const packet_context none;
    const auto run = [&](const filtered::bytes& packet, const packet_context& context) {
        return made->run(packet, static_cast<std::uint32_t>(packet.size()), &context) != 0;
    };
    CHECK(run(tcp4, kept));
    CHECK_FALSE(run(tcp4, none));
    CHECK(run(vlan_tcp4, none));
    kept.vlan_tag = 8;
    CHECK_FALSE(run(tcp4, kept));
}

TEST_CASE("VXLAN as Geneve: what follows looks at the packet inside") {
    auto outer = testing::from_hex(
        "020000000002 020000000001 0800 4500 0070 0001 0000 40 11 0000 0a000001 0a000002"
        "c000 12b5 0000 0000 08000000 00006400");
    outer.insert(outer.end(), tcp4.begin(), tcp4.end());
    CHECK(matches("vxlan", outer));
    CHECK(matches("vxlan 100 and tcp port 80 and host 192.0.2.17", outer));
    CHECK_FALSE(matches("vxlan 101", outer));
    CHECK_FALSE(matches("vxlan and udp", outer));
    CHECK_FALSE(matches("geneve", outer));
}

TEST_CASE("a packet that is cut is rejected where a load runs over its end") {
    filtered::bytes cut = tcp4;
    cut.resize(30);  // the source address is whole, the destination is not there
    const auto size = static_cast<std::uint32_t>(tcp4.size());
    const auto exact = compile("src 192.0.2.17", 1, {.exact = true});
    REQUIRE(exact.has_value());
    CHECK(exact->run(cut, size) != 0);
    const auto either = compile("host 192.0.2.18 or 192.0.2.17", 1, {.exact = true});
    REQUIRE(either.has_value());
    CHECK(either->run(cut, size) == 0);
}

TEST_CASE("programs of the shared expressions: what is valid compiles, what is not does not") {
    std::ifstream list("../shared/filters/expressions.tsv");
    if (!list) {
        MESSAGE("skipped: no ../shared");
        return;
    }
    int seen = 0;
    for (std::string line; std::getline(list, line);) {
        const std::size_t tab = line.find('\t');
        const std::size_t second = line.find('\t', tab + 1);
        if (line.empty() || line[0] == '#' || line.substr(tab + 1, second - tab - 1) != "EN10MB") continue;
        const std::string status = line.substr(0, tab);
        const std::string expression = line.substr(second + 1);
        const auto made = compile(expression, 1);
        const bool never = !made && made.problems()[0].kind == pcapframe::problem_kind::no_match;
        CHECK_MESSAGE(made.has_value() == (status == "valid" || status == "newer"), line, ": ", made.message());
        CHECK_MESSAGE(never == (status == "reject"), line);
        compile_options live{.netmask = 0xffffff00, .live = true};
        if (status == "live-only" || status == "netmask") CHECK_MESSAGE(compile(expression, 1, live).has_value(), line);
        ++seen;
    }
    CHECK(seen > 400);
}

TEST_CASE("random expressions: the exact program says of random packets what the plain one says") {
    testing::random_numbers random(7);
    compile_options exact;
    exact.exact = true;
    compile_options plain;
    plain.optimize = false;
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        peers::expression_maker maker(seed);
        constexpr std::array<std::uint16_t, 8> links{1, 1, 1, 101, 127, 276, 9, 123};
        const std::uint16_t link = links[seed % links.size()];
        const std::string expression = maker.make(link);
        const auto one = compile(expression, link, exact);
        const auto other = compile(expression, link, plain);
        if (!one || !other) continue;
        CHECK_MESSAGE((other->is_for_user_space() || static_cast<bool>(validate(one->code())) ||
                       expression.find("geneve") != std::string::npos),
                      expression);
        std::vector<filtered::bytes> packets;
        for (int i = 0; i < 20; ++i) {
            filtered::bytes packet = i % 3 == 0 ? tcp4 : i % 3 == 1 ? udp6 : random.bytes(random.below(90));
            for (int n = 0; n < 4 && !packet.empty(); ++n) packet[random.below(packet.size())] = random.byte();
            packet.resize(random.below(packet.size() + 1));
            REQUIRE_MESSAGE(one->run(packet, 60) == other->run(packet, 60), expression);
            ++compared;
            packets.push_back(packet);
        }
        std::vector<pcapframe::record> records;
        for (const filtered::bytes& packet : packets) {
            records.emplace_back();
            records.back().data = packet.data();
            records.back().caplen = static_cast<std::uint32_t>(packet.size());
            records.back().len = 60;
        }
        std::vector<std::uint8_t> marks(records.size());
        one->mark({records, 1}, marks);
        for (std::size_t i = 0; i < records.size(); ++i)
            REQUIRE_MESSAGE((marks[i] != 0) == one->matches(records[i]), expression);
    }
    CHECK(compared > 10000);
}
