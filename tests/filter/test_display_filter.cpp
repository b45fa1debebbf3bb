// Display filters of Wireshark's are recognised, and written as filters where that can be done.
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/filter/language/parser.hpp>
#include <pcapframe/registry/protocols.hpp>

using namespace pcapframe;

namespace {

/// The filter that is proposed for a text that is none; nothing where the text is not taken for a display filter.
std::optional<std::string> proposed(std::string_view text) {
    const auto parsed = filter::parser(text).parse();
    REQUIRE_FALSE(parsed.has_value());
    const problem& why = parsed.problems()[0];
    if (why.reason.find("Wireshark") == std::string::npos) return std::nullopt;
    return why.hint;
}

}  // namespace

TEST_CASE("fields have a filter that means the same") {
    struct row {
        std::string_view theirs;
        std::string_view ours;
    };
    const row table[] = {
        {"ip.src == 1.2.3.4", "src host 1.2.3.4"},
        {"ip.src==1.2.3.4", "src host 1.2.3.4"},
        {"ip.dst eq 1.2.3.4", "dst host 1.2.3.4"},
        {"ip.addr != 1.2.3.4", "not host 1.2.3.4"},
        {"ip.addr == 10.0.0.0/8", "net 10.0.0.0/8"},
        {"ipv6.addr == fe80::1", "host fe80::1"},
        {"eth.src == 00:11:22:33:44:55", "ether src 00:11:22:33:44:55"},
        {"tcp.port == 80", "tcp port 80"},
        {"udp.dstport==53", "udp dst port 53"},
        {"tcp.port > 1024", "tcp portrange 1025-65535"},
        {"tcp.srcport <= 1023", "tcp src portrange 0-1023"},
        {"frame.len>=100", "len >= 100"},
        {"ip.ttl < 5", "ip[8] < 5"},
        {"tcp.flags.syn == 1", "tcp[tcpflags] & tcp-syn != 0"},
        {"tcp.flags.ack == False", "tcp[tcpflags] & tcp-ack = 0"},
        {"tcp.flags.fin", "tcp[tcpflags] & tcp-fin != 0"},
        {"icmp.type == 8", "icmp[icmptype] = 8"},
        {"arp.opcode == 1", "arp[6:2] = 1"},
        {"vlan.id == 5", "vlan 5"},
        {"http", "tcp port 80"},
        {"dns || arp", "port 53 or arp"},
        {"!dns", "not port 53"},
        {"!(ip.addr == 1.2.3.4) && tcp", "not (host 1.2.3.4) and tcp"},
        {"tcp.port==80&&!arp", "tcp port 80 and not arp"},
        {"ip.addr==1.2.3.4 && tcp || udp", "(host 1.2.3.4 and tcp) or udp"},
        {"tcp || udp && ip.ttl > 3", "tcp or (udp and ip[8] > 3)"},
    };
    for (const row& each : table) {
        CAPTURE(each.theirs);
        CHECK(proposed(each.theirs) == std::string(each.ours));
        CHECK(filter::parser(each.ours).parse().has_value());
    }
}

TEST_CASE("what has no counterpart is told as a display filter all the same") {
    for (const std::string_view text :
         {"http.request.method == \"GET\"", "tcp.port in {80 443}", "ip.addr ==", "ip.src ip.dst", "tcp.port > 65535",
          "udp.port < 0", "tcp.flags.syn > 1", "ip.addr == (1)", "ip.src == 1.2.3.4 and", "eth.src contains 00:11"}) {
        CAPTURE(text);
        CHECK(proposed(text) == std::string());
    }
}

TEST_CASE("mistakes in filters stay what they were, and names of hosts have dots") {
    for (const std::string_view text : {"tcp prt 80", "tcp and", "((((", "a.b.c", "80", "host", "tcp.", ".tcp", ""}) {
        CAPTURE(text);
        if (text.empty()) continue;
        CHECK(proposed(text) == std::nullopt);
    }
    CHECK(filter::parser("host ip.example.org").parse().has_value());
    CHECK(filter::parser("src tcp.example.org and port 80").parse().has_value());
}

TEST_CASE("texts of any bytes and any depth end") {
    std::string deep = "ip.src == 1.2.3.4";
    for (int i = 0; i < 5000; ++i) deep = "(" + deep + ")";
    CHECK_FALSE(filter::parser(deep).parse().has_value());
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    CHECK_FALSE(filter::parser("tcp.port == " + bytes).parse().has_value());
    CHECK_FALSE(filter::parser("ip.src" + std::string(1, '\0')).parse().has_value());
}

TEST_CASE("protocols that are none of an IP header carry the filter for their packets") {
    CHECK(find_ip_protocol("http").error().hint.view() == "tcp port 80");
    CHECK(find_ip_protocol("ARP").error().hint.view() == "arp");
    CHECK(find_ip_protocol("dhcp").error().hint.view() == "udp port (67 or 68)");
    CHECK(find_ip_protocol("ntp").error().hint.view() == "udp port 123");
    CHECK(find_ip_protocol("tpc").error().hint.view() == "tcp");
    for (const named_filter& row : named_filters) CHECK(filter::parser(row.filter).parse().has_value());
}
