// THE list of services that a port number commonly stands for: names in filters, and names of ports in pictures.
// Source: IANA "Service Name and Transport Protocol Port Number Registry", the transports in use. A service that is
// only ever spoken over TCP stands for TCP, as in the tables of common systems.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pcapframe::inline v0_2 {

/// Over which of TCP and UDP a service is spoken.
enum class transports : std::uint8_t { tcp = 1, udp = 2, both = 3 };

/// A service: a row of the list.
struct service {
    std::uint16_t port;
    std::string_view name;
    transports over;
};

/// The ports of a service; nothing for a transport that the service does not use.
struct service_ports {
    std::optional<std::uint16_t> tcp;
    std::optional<std::uint16_t> udp;
};

/// By port. Of the services of one port the first is the service that is met most often; the others are other names of
/// it, or services that are rare.
inline constexpr std::array service_list{
    service{1, "tcpmux", transports::tcp},
    service{7, "echo", transports::both},
    service{9, "discard", transports::both},
    service{11, "systat", transports::tcp},
    service{13, "daytime", transports::both},
    service{17, "qotd", transports::tcp},
    service{19, "chargen", transports::both},
    service{20, "ftp-data", transports::tcp},
    service{21, "ftp", transports::tcp},
    service{22, "ssh", transports::tcp},
    service{23, "telnet", transports::tcp},
    service{25, "smtp", transports::tcp},
    service{37, "time", transports::both},
    service{43, "whois", transports::tcp},
    service{49, "tacacs", transports::both},
    service{53, "domain", transports::both},
    service{67, "bootps", transports::udp},
    service{68, "bootpc", transports::udp},
    service{69, "tftp", transports::udp},
    service{70, "gopher", transports::tcp},
    service{79, "finger", transports::tcp},
    service{80, "http", transports::tcp},
    service{88, "kerberos", transports::both},
    service{102, "iso-tsap", transports::tcp},
    service{110, "pop3", transports::tcp},
    service{111, "sunrpc", transports::both},
    service{113, "auth", transports::tcp},
    service{119, "nntp", transports::tcp},
    service{123, "ntp", transports::udp},
    service{135, "epmap", transports::tcp},
    service{137, "netbios-ns", transports::udp},
    service{138, "netbios-dgm", transports::udp},
    service{139, "netbios-ssn", transports::tcp},
    service{143, "imap", transports::tcp},
    service{143, "imap2", transports::tcp},
    service{161, "snmp", transports::both},
    service{162, "snmptrap", transports::both},
    service{162, "snmp-trap", transports::both},
    service{177, "xdmcp", transports::udp},
    service{179, "bgp", transports::tcp},
    service{319, "ptp-event", transports::udp},
    service{320, "ptp-general", transports::udp},
    service{389, "ldap", transports::both},
    service{443, "https", transports::both},
    service{445, "microsoft-ds", transports::tcp},
    service{464, "kpasswd", transports::both},
    service{465, "submissions", transports::tcp},
    service{500, "isakmp", transports::udp},
    service{502, "mbap", transports::tcp},
    service{512, "exec", transports::tcp},
    service{513, "login", transports::tcp},
    service{514, "syslog", transports::both},
    service{514, "shell", transports::tcp},
    service{515, "printer", transports::tcp},
    service{520, "router", transports::udp},
    service{520, "route", transports::udp},
    service{546, "dhcpv6-client", transports::udp},
    service{547, "dhcpv6-server", transports::udp},
    service{554, "rtsp", transports::both},
    service{563, "nntps", transports::tcp},
    service{587, "submission", transports::tcp},
    service{623, "asf-rmcp", transports::udp},
    service{631, "ipp", transports::tcp},
    service{636, "ldaps", transports::both},
    service{646, "ldp", transports::both},
    service{853, "domain-s", transports::both},
    service{873, "rsync", transports::tcp},
    service{989, "ftps-data", transports::tcp},
    service{990, "ftps", transports::tcp},
    service{992, "telnets", transports::tcp},
    service{993, "imaps", transports::tcp},
    service{995, "pop3s", transports::tcp},
    service{1080, "socks", transports::tcp},
    service{1194, "openvpn", transports::both},
    service{1433, "ms-sql-s", transports::tcp},
    service{1434, "ms-sql-m", transports::udp},
    service{1701, "l2tp", transports::udp},
    service{1701, "l2f", transports::udp},
    service{1812, "radius", transports::both},
    service{1813, "radius-acct", transports::both},
    service{1883, "mqtt", transports::tcp},
    service{1900, "ssdp", transports::udp},
    service{2049, "nfs", transports::both},
    service{2123, "gtp-control", transports::udp},
    service{2152, "gtp-user", transports::udp},
    service{2222, "EtherNet-IP-1", transports::both},
    service{2905, "m3ua", transports::tcp},
    service{3260, "iscsi-target", transports::tcp},
    service{3306, "mysql", transports::tcp},
    service{3389, "ms-wbt-server", transports::tcp},
    service{3478, "stun", transports::both},
    service{3690, "svn", transports::tcp},
    service{3702, "ws-discovery", transports::udp},
    service{3868, "diameter", transports::tcp},
    service{4500, "ipsec-nat-t", transports::udp},
    service{4739, "ipfix", transports::both},
    service{4789, "vxlan", transports::udp},
    service{5004, "avt-profile-1", transports::udp},
    service{5060, "sip", transports::both},
    service{5061, "sips", transports::both},
    service{5061, "sip-tls", transports::both},
    service{5222, "xmpp-client", transports::tcp},
    service{5353, "mdns", transports::udp},
    service{5355, "llmnr", transports::both},
    service{5432, "postgresql", transports::tcp},
    service{5671, "amqps", transports::tcp},
    service{5672, "amqp", transports::tcp},
    service{5683, "coap", transports::udp},
    service{6000, "x11", transports::tcp},
    service{6081, "geneve", transports::udp},
    service{6343, "sflow", transports::udp},
    service{6379, "redis", transports::tcp},
    service{6514, "syslog-tls", transports::tcp},
    service{6667, "ircd", transports::tcp},
    service{6697, "ircs-u", transports::tcp},
    service{8080, "http-alt", transports::tcp},
    service{8883, "secure-mqtt", transports::tcp},
    service{9418, "git", transports::tcp},
    service{10000, "webmin", transports::tcp},
    service{20000, "dnp", transports::both},
    service{44818, "EtherNet-IP-2", transports::both},
    service{47808, "bacnet", transports::udp},
};
static_assert(std::is_sorted(service_list.begin(), service_list.end(),
                             [](const service& a, const service& b) { return a.port < b.port; }));

/// The name of the service that a port most often stands for; empty where the list has none.
[[nodiscard]] constexpr std::string_view service_name(std::uint16_t port) noexcept {
    const auto found = std::lower_bound(service_list.begin(), service_list.end(), port,
                                        [](const service& s, std::uint16_t wanted) { return s.port < wanted; });
    return found != service_list.end() && found->port == port ? found->name : std::string_view();
}

/// The ports of a service by its name; nothing where the list does not have the name.
[[nodiscard]] constexpr std::optional<service_ports> find_service(std::string_view name) noexcept {
    for (const service& row : service_list) {
        if (row.name != name) continue;
        service_ports ports;
        if (row.over != transports::udp) ports.tcp = row.port;
        if (row.over != transports::tcp) ports.udp = row.port;
        return ports;
    }
    return std::nullopt;
}

}  // namespace pcapframe
