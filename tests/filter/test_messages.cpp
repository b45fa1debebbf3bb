// Every refusal of the filter compiler as a user meets it: the expression, and the sentence.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/filter/compile/compile.hpp>

using namespace pcapframe;

namespace {

struct refusal {
    std::string_view expression;
    std::uint16_t link_type;
    std::string_view reason;
    std::string_view hint = "";
};

template <std::size_t Count>
void check_all(const refusal (&table)[Count]) {
    for (const refusal& each : table) {
        CAPTURE(each.expression);
        const auto made = filter::compile(each.expression, each.link_type);
        REQUIRE(!made);
        CHECK(made.problems()[0].reason == each.reason);
        CHECK(made.problems()[0].hint == each.hint);
    }
}

}  // namespace

TEST_CASE("refusals in words: names, directions and ports") {
    constexpr refusal table[] = {
        {"host www.example.org", 1,
         "the address of the host 'www.example.org' is not known: names of hosts are not looked up here, so write the "
         "address"},
        {"net lan", 1, "the network 'lan' is not known; write its address and length, as in 'net 10.0.0.0/8'"},
        {"ether host printer", 1, "the Ethernet host 'printer' is not known; write its address"},
        {"inbound", 1,
         "whether a packet came in or went out is not kept in files of this link type; a live capture on Linux knows, "
         "and so do files of its interface 'any'"},
        {"outbound", 101,
         "whether a packet came in or went out is not kept in files of this link type; a live capture on Linux knows, "
         "and so do files of its interface 'any'"},
        {"ifindex 3", 1,
         "the index of the interface is not kept in files of this link type; a live capture on Linux knows it"},
        {"gateway router", 1, "'gateway' is not supported; 'ether host ADDRESS and not host ADDRESS' asks the same"},
        {"gateway 10.0.0.1", 1, "'gateway' is not supported; 'ether host ADDRESS and not host ADDRESS' asks the same"},
        {"ip broadcast", 1,
         "'ip broadcast' needs the netmask of the network, which is not known; write the address, as in 'dst host "
         "10.0.0.255'"},
        {"broadcast", 101, "this link type has no broadcasts", "ip broadcast"},
        {"tcp broadcast", 1, "'broadcast' is for the link layer and IPv4"},
        {"multicast", 101, "'multicast' is for the link layer (where it has addresses), IPv4 and IPv6"},
        {"tcp multicast", 1, "'multicast' is for the link layer (where it has addresses), IPv4 and IPv6"},
        {"port htpp", 1, "the service 'htpp' is not known; write the port's number", "http"},
        {"proto udpp", 1, "the protocol 'udpp' is not known here; write its number", "udp"},
        {"ip proto \\udpp", 1, "the protocol 'udpp' is not known here; write its number", "udp"},
        {"port 65536", 1, "a port is at most 65535"},
        {"portrange 80-70000", 1, "a port is at most 65535"},
        {"portrange http", 1, "a range of ports is written FIRST-LAST"},
        {"ip port 80", 1, "'ip' has no ports", "tcp"},
        {"arp port 80", 1, "'arp' has no ports", "tcp"},
        {"tcp port domainn", 1, "the service 'domainn' is not known; write the port's number", "domain"},
        {"udp port telnet", 1, "'telnet' is a service of tcp"},
        {"host 1.2.3.256", 1, "'1.2.3.256' is not an IPv4 address: its parts go to 255"},
        {"net 10.1.2.3/8", 1, "this network has bits set outside of its mask", "10.0.0.0"},
        {"net 10.0.0.0/33", 1, "an IPv4 network has at most 32 bits"},
        {"net 10.0.0.0 mask 255.0.0.999", 1, "'255.0.0.999' is not a mask: its parts go to 255"},
        {"host 10.0.0.0/8", 1, "a mask needs 'net' before the address", "net"},
        {"port 10.0.0.1", 1, "'port' takes a number or a name, not an address", "host"},
        {"ether host 10.0.0.1", 1, "the link layer has no IPv4 addresses", "ip host"},
        {"tcp host 10.0.0.1", 1, "'tcp' has no IPv4 hosts or networks", "ip"},
    };
    check_all(table);
}

TEST_CASE("refusals in words: addresses and DECnet") {
    constexpr refusal table[] = {
        {"host ::1::2", 1, "'::2' stands where 'and', 'or' or the end is wanted"},
        {"net ::/129", 1, "an IPv6 network has at most 128 bits"},
        {"net ::1/64", 1, "this network has bits set outside of its mask"},
        {"port ::1", 1, "'port' takes a number or a name, not an address", "host"},
        {"host ::/64", 1, "a prefix length needs 'net' before the address", "net"},
        {"arp host ::1", 1, "'arp' has no IPv6 hosts or networks", "ip6"},
        {"host 0:1:2:3:4:5", 1, "an Ethernet address needs 'ether host' before it, or 'ether src' or 'ether dst'",
         "ether host"},
        {"ether host 0:1:2:3:4:5", 101, "frames of link type RAW have no Ethernet addresses"},
        {"addr1 10.0.0.1", 1, "'addr1' to 'addr4', 'ra' and 'ta' are for 802.11 addresses", "src"},
        {"wlan addr1 0:1:2:3:4:5", 1, "'addr1' to 'addr4', 'ra' and 'ta' are for 802.11 addresses", "src"},
        {"ether proto foo", 1, "the protocol 'foo' is not known here; write its number"},
        {"ether host 5", 1, "a number is no address of the link layer"},
        {"$80", 1, "an address, name or number needs a word before it, such as 'host', 'net', 'port' or 'proto'"},
        {"host $80", 1, "'$' begins an ARCnet address, and this is not ARCnet"},
        {"decnet host foo", 1, "DECnet hosts have no names here; write area.node"},
        {"decnet port 1.2", 1, "DECnet has hosts (area.node) and nothing else to test for", "decnet host"},
        {"decnet portrange 1.2", 1, "DECnet has hosts (area.node) and nothing else to test for", "decnet host"},
        {"decnet gateway 1.2", 1, "DECnet has hosts (area.node) and nothing else to test for", "decnet host"},
        {"decnet proto 1.2", 1, "DECnet has hosts (area.node) and nothing else to test for", "decnet host"},
        {"decnet protochain 1.2", 1, "DECnet has hosts (area.node) and nothing else to test for", "decnet host"},
        {"decnet port 80", 1, "'decnet' has no ports", "tcp"},
        {"decnet proto 5", 1, "'decnet' says of no protocol what it carries", "ip"},
        {"decnet protochain 5", 1, "'protochain' is for ip and ip6", "ip"},
        {"tcp proto 5", 1, "'tcp' says of no protocol what it carries", "ip"},
        {"tcp protochain 5", 1, "'protochain' is for ip and ip6", "ip"},
        {"protochain 6", 105, "'protochain' cannot follow link-layer headers of variable length"},
        {"radio", 1, "'radio' alone is no protocol to test for"},
        {"radio[0]=1", 1, "frames of this link type have no radio header"},
        {"lsp", 101, "no packet can match this expression"},
        {"decnet[0]=1", 101, "no packet can match this expression"},
        {"type mgt", 1, "'type' and 'subtype' are for 802.11 frames"},
    };
    check_all(table);
}

TEST_CASE("refusals in words: protocols, link types and tags") {
    constexpr refusal table[] = {
        {"subtype beacon", 1, "'type' and 'subtype' are for 802.11 frames"},
        {"dir tods", 1, "'dir' is for 802.11 frames"},
        {"llc", 101, "'llc' is not known on this link type"},
        {"llc foo", 1, "'foo' is not a type of LLC frames"},
        {"vlan", 101, "frames of link type RAW have no VLAN tags"},
        {"vlan 4096", 1, "a VLAN number is at most 4095"},
        {"mpls and vlan", 1, "'vlan' cannot follow 'mpls'"},
        {"mpls", 101, "frames of link type RAW have no MPLS labels"},
        {"mpls 1048576", 1, "an MPLS label is at most 1048575"},
        {"mpls and arp", 1, "behind 'mpls' only IPv4 and IPv6 can be told apart"},
        {"pppoes 65536", 1, "a PPPoE session number is at most 65535"},
        {"geneve 16777216", 1, "the network number is at most 16777215"},
        {"vxlan 16777216", 1, "the network number is at most 16777215"},
        {"on eth0", 1, "'on', 'rset', 'rnr', 'reason', 'action' and the like are for logs of PF (link type PFLOG)"},
        {"reason match", 1,
         "'on', 'rset', 'rnr', 'reason', 'action' and the like are for logs of PF (link type PFLOG)"},
        {"reason foo", 117, "'foo' is not a reason of PF"},
        {"action foo", 117, "'foo' is not an action of PF"},
        {"rset a_name_that_is_far_too_long", 117, "names in PF logs have at most 15 characters"},
        {"lane", 1, "'lane', 'oam', 'bcc' and the like are for ATM (link type SUNATM)"},
        {"vpi 5", 1, "'vpi' and 'vci' are for ATM (link type SUNATM)"},
        {"fisu", 1, "'msu', 'sio', 'opc' and the like are for SS7 (link type MTP2)"},
        {"sio 5", 1, "'msu', 'sio', 'opc' and the like are for SS7 (link type MTP2)"},
        {"sio 256", 140, "a service information octet is at most 255"},
        {"opc 16384", 140, "a point code is at most 16383"},
        {"sls 16", 140, "a signalling link selection is at most 15"},
        {"type foo", 105, "'foo' is not an 802.11 frame type (mgt, ctl or data)"},
        {"type mgt subtype beecon", 105, "'beecon' is not a subtype of these 802.11 frames", "beacon"},
        {"subtype 5", 105, "'5' stands where the name of an 802.11 subtype is wanted"},
        {"dir foo", 105, "'foo' is not an 802.11 direction"},
        {"tcp", 147, "packets of link type USER0 cannot be filtered by what they carry"},
        {"ip", 65000, "filters cannot be compiled for link type 65000"},
    };
    check_all(table);
}

TEST_CASE("refusals in words: values, operators and places") {
    constexpr refusal table[] = {
        {"ip[0]/0=1", 1, "a division by zero: its right side is 0 or begins with one"},
        {"ip[0] << 32 = 1", 1, "a shift by more than 31 bits: its right side is greater or begins with such a number"},
        {"tcp[13:3]=0", 1, "only 1, 2 or 4 bytes can be loaded"},
        {"len", 1, "the expression ends where a comparison such as '=' or '>' is wanted"},
        {"80", 1, "an address, name or number needs a word before it, such as 'host', 'net', 'port' or 'proto'"},
        {"foo", 1, "an address, name or number needs a word before it, such as 'host', 'net', 'port' or 'proto'"},
        {"tcp prt 80", 1, "'prt' stands where 'and', 'or' or the end is wanted", "port"},
        {"tcp and", 1, "the expression ends where a term of the filter is wanted"},
        {"(tcp", 1, "the expression ends where ')' is wanted"},
        {"tcp)", 1, "')' stands where 'and', 'or' or the end is wanted"},
        {"host", 1, "the expression ends where an address, a name or a number is wanted"},
        {"src proto 6", 1, "'proto' takes no direction before it"},
        {"tcp ; udp", 1, "this character means nothing in a filter"},
        {"ether host 1:2:3:", 1, "this is not a whole Ethernet address"},
        {"byte 5 ? 3", 1, "this character means nothing in a filter"},
        {"byte 5", 1, "the expression ends where '=', '<', '>', '&' or '|' is wanted"},
        {"less", 1, "the expression ends where a number is wanted"},
        {"on", 117, "the expression ends where a name is wanted"},
        {"1=2", 1, "no packet can match this expression"},
        {"ip and ip6", 1, "no packet can match this expression"},
        {"ip6 protochain 6 and foo", 1, "the protocol 'foo' is not known here; write its number"},
        {"not", 1, "the expression ends where a term of the filter is wanted"},
        {"tcp[0", 1, "the expression ends where ']' is wanted"},
        {"tcp[", 1, "the expression ends where a number, 'len' or bytes such as 'ip[0]' is wanted"},
        {"host 10.0.0.1 mask 255.0.0.0", 1, "this network has bits set outside of its mask", "10.0.0.0"},
        {"\\", 1, "a name is missing behind the backslash"},
        {"port \\", 1, "a name is missing behind the backslash"},
        {"proto \\", 1, "a name is missing behind the backslash"},
        {"99999999999 = len", 1, "this number is greater than 4294967295 (32 bits)"},
        {"len = 0x1ffffffff", 1, "this number is greater than 4294967295 (32 bits)"},
    };
    check_all(table);
}

TEST_CASE("DECnet has hosts, as in libpcap, and nothing else") {
    CHECK(filter::compile("decnet host 1.2", 1));
    CHECK(filter::compile("decnet net 1.2", 1));
    CHECK(filter::compile("decnet src 1.2", 1));
    for (const std::string_view kind : {"gateway", "port", "portrange", "proto", "protochain"})
        for (const std::string_view value : {"1.2", "63.1023"})
            CHECK_FALSE(filter::compile("decnet " + std::string(kind) + " " + std::string(value), 1));
}
