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
#include <pcapframe/registry/services.hpp>

namespace pcapframe::inline v0_2::filter {

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
    if (const std::optional<service_ports> known = pcapframe::find_service(name)) return known;
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
