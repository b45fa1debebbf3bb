// Protocols that people name and that are none of an IP header: the filter that chooses the packets of each.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <pcapframe/base/text.hpp>
#include <pcapframe/registry/services.hpp>

namespace pcapframe::inline v0_2 {

/// A protocol, and the filter for its packets.
struct named_filter {
    std::string_view name;    ///< of the protocol, as Wireshark writes it
    std::string_view filter;  ///< an expression of pcap-filter(7)
};

/// What the list of services does not name, or names otherwise. The first of the names are words of filters themselves.
inline constexpr std::array named_filters{
    named_filter{"ip", "ip"},
    named_filter{"ipv6", "ip6"},
    named_filter{"tcp", "tcp"},
    named_filter{"udp", "udp"},
    named_filter{"sctp", "sctp"},
    named_filter{"arp", "arp"},
    named_filter{"rarp", "rarp"},
    named_filter{"icmp", "icmp"},
    named_filter{"icmpv6", "icmp6"},
    named_filter{"igmp", "igmp"},
    named_filter{"stp", "stp"},
    named_filter{"vlan", "vlan"},
    named_filter{"mpls", "mpls"},
    named_filter{"lldp", "ether proto 0x88cc"},
    named_filter{"eapol", "ether proto 0x888e"},
    named_filter{"dns", "port 53"},
    named_filter{"mdns", "udp port 5353"},
    named_filter{"http2", "tcp port 443"},
    named_filter{"tls", "tcp port 443"},
    named_filter{"ssl", "tcp port 443"},
    named_filter{"quic", "udp port 443"},
    named_filter{"dhcp", "udp port (67 or 68)"},
    named_filter{"bootp", "udp port (67 or 68)"},
    named_filter{"dhcpv6", "udp port (546 or 547)"},
    named_filter{"smb", "tcp port 445"},
    named_filter{"smb2", "tcp port 445"},
    named_filter{"rdp", "tcp port 3389"},
    named_filter{"syslog", "udp port 514"},
};

/// The filter for the packets of a protocol by its name, in any case: a word of filters, or the ports of the service;
/// empty for a name that is not known. A port is what the service has by custom, no proof of what its packets carry.
[[nodiscard]] inline std::string filter_for_protocol(std::string_view name) {
    for (const named_filter& row : named_filters)
        if (equal_ignoring_case(row.name, name)) return std::string(row.filter);
    for (const service& row : service_list) {
        if (!equal_ignoring_case(row.name, name)) continue;
        const std::string_view over = row.over == transports::tcp ? "tcp " : row.over == transports::udp ? "udp " : "";
        return std::string(over) + "port " + std::to_string(row.port);
    }
    return "";
}

}  // namespace pcapframe::inline v0_2
