// Names in filters: services, protocols, hosts. Common services and protocols are known here; the caller says how to
// find the others.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/bytes/address.hpp>
#include <pcapframe/registry/protocols.hpp>

namespace pcapframe::inline v0_2::filter {

/// The ports of a service; nothing for a transport that the service does not use.
struct service_ports {
    std::optional<std::uint16_t> tcp;
    std::optional<std::uint16_t> udp;
};

/// How to find names that are not known here. A function that is empty finds nothing: the library by itself asks no
/// system and no network.
struct name_resolver {
    std::function<std::vector<ip_address>(std::string_view)> host;
    std::function<std::optional<mac_address>(std::string_view)> ether_host;
    std::function<std::optional<std::uint32_t>(std::string_view)> network;  ///< as /etc/networks: 127 for 127.0.0.0
    std::function<std::optional<service_ports>(std::string_view)> service;
    std::function<std::optional<std::uint8_t>(std::string_view)> protocol;
};

namespace detail {

enum class transports : std::uint8_t { tcp = 1, udp = 2, both = 3 };

struct service_row {
    std::string_view name;
    std::uint16_t port;
    transports over;
};

// Source: IANA "Service Name and Transport Protocol Port Number Registry", the transports in use. A service that is
// only ever spoken over TCP stands for TCP, as in the tables of common systems.
inline constexpr std::array service_rows{service_row{"tcpmux", 1, transports::tcp},
                                         service_row{"echo", 7, transports::both},
                                         service_row{"discard", 9, transports::both},
                                         service_row{"systat", 11, transports::tcp},
                                         service_row{"daytime", 13, transports::both},
                                         service_row{"qotd", 17, transports::tcp},
                                         service_row{"chargen", 19, transports::both},
                                         service_row{"ftp-data", 20, transports::tcp},
                                         service_row{"ftp", 21, transports::tcp},
                                         service_row{"ssh", 22, transports::tcp},
                                         service_row{"telnet", 23, transports::tcp},
                                         service_row{"smtp", 25, transports::tcp},
                                         service_row{"time", 37, transports::both},
                                         service_row{"whois", 43, transports::tcp},
                                         service_row{"tacacs", 49, transports::both},
                                         service_row{"domain", 53, transports::both},
                                         service_row{"bootps", 67, transports::udp},
                                         service_row{"bootpc", 68, transports::udp},
                                         service_row{"tftp", 69, transports::udp},
                                         service_row{"gopher", 70, transports::tcp},
                                         service_row{"finger", 79, transports::tcp},
                                         service_row{"http", 80, transports::tcp},
                                         service_row{"kerberos", 88, transports::both},
                                         service_row{"pop3", 110, transports::tcp},
                                         service_row{"sunrpc", 111, transports::both},
                                         service_row{"auth", 113, transports::tcp},
                                         service_row{"nntp", 119, transports::tcp},
                                         service_row{"ntp", 123, transports::udp},
                                         service_row{"epmap", 135, transports::tcp},
                                         service_row{"netbios-ns", 137, transports::udp},
                                         service_row{"netbios-dgm", 138, transports::udp},
                                         service_row{"netbios-ssn", 139, transports::tcp},
                                         service_row{"imap", 143, transports::tcp},
                                         service_row{"imap2", 143, transports::tcp},
                                         service_row{"snmp", 161, transports::both},
                                         service_row{"snmp-trap", 162, transports::both},
                                         service_row{"snmptrap", 162, transports::both},
                                         service_row{"xdmcp", 177, transports::udp},
                                         service_row{"bgp", 179, transports::tcp},
                                         service_row{"ptp-event", 319, transports::udp},
                                         service_row{"ptp-general", 320, transports::udp},
                                         service_row{"ldap", 389, transports::both},
                                         service_row{"https", 443, transports::both},
                                         service_row{"microsoft-ds", 445, transports::tcp},
                                         service_row{"kpasswd", 464, transports::both},
                                         service_row{"submissions", 465, transports::tcp},
                                         service_row{"isakmp", 500, transports::udp},
                                         service_row{"exec", 512, transports::tcp},
                                         service_row{"login", 513, transports::tcp},
                                         service_row{"shell", 514, transports::tcp},
                                         service_row{"syslog", 514, transports::both},
                                         service_row{"printer", 515, transports::tcp},
                                         service_row{"route", 520, transports::udp},
                                         service_row{"dhcpv6-client", 546, transports::udp},
                                         service_row{"dhcpv6-server", 547, transports::udp},
                                         service_row{"rtsp", 554, transports::both},
                                         service_row{"nntps", 563, transports::tcp},
                                         service_row{"submission", 587, transports::tcp},
                                         service_row{"ipp", 631, transports::tcp},
                                         service_row{"ldaps", 636, transports::both},
                                         service_row{"ldp", 646, transports::both},
                                         service_row{"domain-s", 853, transports::both},
                                         service_row{"rsync", 873, transports::tcp},
                                         service_row{"ftps-data", 989, transports::tcp},
                                         service_row{"ftps", 990, transports::tcp},
                                         service_row{"telnets", 992, transports::tcp},
                                         service_row{"imaps", 993, transports::tcp},
                                         service_row{"pop3s", 995, transports::tcp},
                                         service_row{"socks", 1080, transports::tcp},
                                         service_row{"openvpn", 1194, transports::both},
                                         service_row{"ms-sql-s", 1433, transports::tcp},
                                         service_row{"ms-sql-m", 1434, transports::udp},
                                         service_row{"l2f", 1701, transports::udp},
                                         service_row{"l2tp", 1701, transports::udp},
                                         service_row{"radius", 1812, transports::both},
                                         service_row{"radius-acct", 1813, transports::both},
                                         service_row{"nfs", 2049, transports::both},
                                         service_row{"mysql", 3306, transports::tcp},
                                         service_row{"ms-wbt-server", 3389, transports::tcp},
                                         service_row{"svn", 3690, transports::tcp},
                                         service_row{"ipsec-nat-t", 4500, transports::udp},
                                         service_row{"sip", 5060, transports::both},
                                         service_row{"sip-tls", 5061, transports::both},
                                         service_row{"mdns", 5353, transports::udp},
                                         service_row{"postgresql", 5432, transports::tcp},
                                         service_row{"amqps", 5671, transports::tcp},
                                         service_row{"amqp", 5672, transports::tcp},
                                         service_row{"x11", 6000, transports::tcp},
                                         service_row{"redis", 6379, transports::tcp},
                                         service_row{"syslog-tls", 6514, transports::tcp},
                                         service_row{"ircd", 6667, transports::tcp},
                                         service_row{"ircs-u", 6697, transports::tcp},
                                         service_row{"http-alt", 8080, transports::tcp},
                                         service_row{"git", 9418, transports::tcp},
                                         service_row{"webmin", 10000, transports::tcp}};

struct link_protocol_row {
    std::string_view name;
    std::uint16_t number;  ///< an ethertype, or the SAP of an LLC header
};

inline constexpr std::array link_protocols{
    link_protocol_row{"aarp", ethertype::aarp},     link_protocol_row{"arp", ethertype::arp},
    link_protocol_row{"atalk", ethertype::atalk},   link_protocol_row{"decnet", ethertype::decnet},
    link_protocol_row{"ip", ethertype::ipv4},       link_protocol_row{"ip6", ethertype::ipv6},
    link_protocol_row{"lat", ethertype::lat},       link_protocol_row{"loopback", ethertype::loop},
    link_protocol_row{"mopdl", 0x6001},             link_protocol_row{"moprc", 0x6002},
    link_protocol_row{"rarp", ethertype::rarp},     link_protocol_row{"sca", 0x6007},
    link_protocol_row{"iso", 0xfe},                 link_protocol_row{"stp", 0x42},
    link_protocol_row{"ipx", 0xe0},                 link_protocol_row{"netbeui", 0xf0}};

[[nodiscard]] constexpr std::optional<std::uint16_t> find_link_protocol(std::string_view name) noexcept {
    for (const link_protocol_row& row : link_protocols)
        if (row.name == name) return row.number;
    return std::nullopt;
}

/// Of a number in text, of a service known here, or of a service that the resolver knows.
[[nodiscard]] inline std::optional<service_ports> find_service(std::string_view name, const name_resolver& resolver) {
    std::uint16_t number = 0;
    const char* const end = name.data() + name.size();
    const auto [read, failed] = std::from_chars(name.data(), end, number);
    if (failed == std::errc() && read == end) return service_ports{number, number};
    for (const service_row& row : service_rows) {
        if (row.name != name) continue;
        const auto over = static_cast<unsigned>(row.over);
        service_ports ports;
        if ((over & 1) != 0) ports.tcp = row.port;
        if ((over & 2) != 0) ports.udp = row.port;
        return ports;
    }
    return resolver.service ? resolver.service(name) : std::nullopt;
}

[[nodiscard]] inline std::optional<std::uint8_t> find_protocol(std::string_view name, const name_resolver& resolver) {
    const bool is_name = !name.empty() && (name[0] < '0' || name[0] > '9');
    if (is_name)
        if (const auto known = find_ip_protocol(name)) return *known;
    return resolver.protocol ? resolver.protocol(name) : std::nullopt;
}

}  // namespace detail

}  // namespace pcapframe::filter
