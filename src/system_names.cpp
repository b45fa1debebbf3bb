#include "system_names.hpp"

#include <cstring>
#include <string>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace {

using pcapframe::ip_address;

std::vector<ip_address> host_addresses(std::string_view name) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    std::vector<ip_address> addresses;
    if (::getaddrinfo(std::string(name).c_str(), nullptr, &wanted, &first) != 0) return addresses;
    for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
        if (each->ai_family == AF_INET) {
            sockaddr_in in{};
            std::memcpy(&in, each->ai_addr, sizeof in);
            std::uint8_t octets[4];
            std::memcpy(octets, &in.sin_addr, sizeof octets);
            addresses.push_back({pcapframe::ipv4_octets(octets), 4});
        } else if (each->ai_family == AF_INET6) {
            sockaddr_in6 in{};
            std::memcpy(&in, each->ai_addr, sizeof in);
            addresses.push_back({pcapframe::ipv6_octets(in.sin6_addr.s6_addr), 6});
        }
    }
    ::freeaddrinfo(first);
    return addresses;
}

std::optional<std::uint32_t> network_number(std::string_view name) {
    const netent* const found = ::getnetbyname(std::string(name).c_str());
    if (found == nullptr) return std::nullopt;
    return found->n_net;
}

std::optional<pcapframe::service_ports> service_ports(std::string_view name) {
    pcapframe::service_ports ports;
    const std::string text(name);
    if (const servent* tcp = ::getservbyname(text.c_str(), "tcp"))
        ports.tcp = ntohs(static_cast<std::uint16_t>(tcp->s_port));
    if (const servent* udp = ::getservbyname(text.c_str(), "udp"))
        ports.udp = ntohs(static_cast<std::uint16_t>(udp->s_port));
    if (!ports.tcp && !ports.udp) return std::nullopt;
    return ports;
}

std::optional<std::uint8_t> protocol_number(std::string_view name) {
    const protoent* const found = ::getprotobyname(std::string(name).c_str());
    if (found == nullptr || found->p_proto < 0 || found->p_proto > 255) return std::nullopt;
    return static_cast<std::uint8_t>(found->p_proto);
}

}  // namespace

pcapframe::filter::name_resolver system_names() {
    return {.host = host_addresses,
            .ether_host = {},
            .network = network_number,
            .service = service_ports,
            .protocol = protocol_number};
}
