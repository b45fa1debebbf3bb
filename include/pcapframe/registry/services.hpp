// Services that a port number commonly stands for. Source: IANA "Service Name and Transport Protocol Port Number
// Registry"; the few services that are met often, and where TCP and UDP differ, the service that is met more often.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2::charts {

struct service {
    std::uint16_t port;
    std::string_view name;
};

inline constexpr std::array services{
    service{20, "ftp-data"},
    service{21, "ftp"},
    service{22, "ssh"},
    service{23, "telnet"},
    service{25, "smtp"},
    service{43, "whois"},
    service{49, "tacacs"},
    service{53, "domain"},
    service{67, "bootps"},
    service{68, "bootpc"},
    service{69, "tftp"},
    service{80, "http"},
    service{88, "kerberos"},
    service{102, "iso-tsap"},
    service{110, "pop3"},
    service{111, "sunrpc"},
    service{119, "nntp"},
    service{123, "ntp"},
    service{135, "epmap"},
    service{137, "netbios-ns"},
    service{138, "netbios-dgm"},
    service{139, "netbios-ssn"},
    service{143, "imap"},
    service{161, "snmp"},
    service{162, "snmptrap"},
    service{179, "bgp"},
    service{319, "ptp-event"},
    service{320, "ptp-general"},
    service{389, "ldap"},
    service{443, "https"},
    service{445, "microsoft-ds"},
    service{465, "submissions"},
    service{500, "isakmp"},
    service{502, "mbap"},
    service{514, "syslog"},
    service{520, "router"},
    service{546, "dhcpv6-client"},
    service{547, "dhcpv6-server"},
    service{554, "rtsp"},
    service{587, "submission"},
    service{623, "asf-rmcp"},
    service{631, "ipp"},
    service{636, "ldaps"},
    service{853, "domain-s"},
    service{873, "rsync"},
    service{989, "ftps-data"},
    service{990, "ftps"},
    service{993, "imaps"},
    service{995, "pop3s"},
    service{1194, "openvpn"},
    service{1433, "ms-sql-s"},
    service{1701, "l2tp"},
    service{1812, "radius"},
    service{1813, "radius-acct"},
    service{1883, "mqtt"},
    service{1900, "ssdp"},
    service{2049, "nfs"},
    service{2123, "gtp-control"},
    service{2152, "gtp-user"},
    service{2222, "EtherNet-IP-1"},
    service{2905, "m3ua"},
    service{3260, "iscsi-target"},
    service{3306, "mysql"},
    service{3389, "ms-wbt-server"},
    service{3478, "stun"},
    service{3702, "ws-discovery"},
    service{3868, "diameter"},
    service{4500, "ipsec-nat-t"},
    service{4739, "ipfix"},
    service{4789, "vxlan"},
    service{5004, "avt-profile-1"},
    service{5060, "sip"},
    service{5061, "sips"},
    service{5222, "xmpp-client"},
    service{5353, "mdns"},
    service{5355, "llmnr"},
    service{5432, "postgresql"},
    service{5671, "amqps"},
    service{5672, "amqp"},
    service{5683, "coap"},
    service{6081, "geneve"},
    service{6343, "sflow"},
    service{6379, "redis"},
    service{8080, "http-alt"},
    service{8883, "secure-mqtt"},
    service{20000, "dnp"},
    service{44818, "EtherNet-IP-2"},
    service{47808, "bacnet"},
};

/// Empty where there is none.
[[nodiscard]] constexpr std::string_view service_name(std::uint16_t port) noexcept {
    const auto found = std::lower_bound(services.begin(), services.end(), port,
                                        [](const service& s, std::uint16_t wanted) { return s.port < wanted; });
    return found != services.end() && found->port == port ? found->name : std::string_view();
}

}  // namespace pcapframe::charts
