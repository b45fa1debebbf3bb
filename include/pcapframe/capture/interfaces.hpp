// The network interfaces of this machine.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <linux/if_packet.h>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/capture/arphrd.hpp>
#else
#include <net/if_dl.h>
#include <net/if_types.h>
#endif

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2 {

/// One interface, as the system describes it.
struct live_interface {
    std::string name;
    unsigned index = 0;           ///< the system's number for it; 0 for the sum of all ("any")
    std::uint16_t link_type = 0;  ///< LINKTYPE of a capture on the interface
    bool cooked = false;          ///< without a link header of its own
    bool up = false;              ///< switched on
    bool running = false;         ///< and connected
    bool loopback = false;
    std::optional<mac_address> mac{};
    std::vector<ip_address> addresses{};
    std::optional<std::uint32_t> netmask{};  ///< of its first IPv4 address
};

/// The name that stands for all interfaces at once (Linux).
inline constexpr std::string_view any_interface = "any";

namespace detail {

inline live_interface& interface_named(std::vector<live_interface>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    if (found != all.end()) return *found;
    all.emplace_back().name = name;
    return all.back();
}

#if defined(__linux__)
/// Asks for the kind of an interface by its name: the list of addresses does not give the kind of an interface without
/// a link address, such as a tunnel's. An interface that is gone by now keeps the kind that it had.
inline void take_link_type(live_interface& to, const file_descriptor& asked) {
    ifreq request{};
    std::memcpy(request.ifr_name, to.name.data(), std::min<std::size_t>(to.name.size(), IFNAMSIZ - 1));
    if (::ioctl(asked.number(), SIOCGIFHWADDR, &request) != 0) return;
    const std::optional<std::uint16_t> type = link_type_of_arphrd(request.ifr_hwaddr.sa_family);
    to.link_type = type.value_or(link_type::linux_sll2);
    to.cooked = !type;
}
#endif

inline void take_link_address(live_interface& to, const sockaddr* address) {
#if defined(__linux__)
    if (address->sa_family != AF_PACKET) return;
    sockaddr_ll link;
    std::memcpy(&link, address, sizeof link);
    if (link.sll_halen == 6) to.mac = mac_address::from(link.sll_addr);
#else
    if (address->sa_family != AF_LINK) return;
    const auto* const link = reinterpret_cast<const sockaddr_dl*>(address);
    const bool is_ethernet = link->sdl_type == IFT_ETHER;
    to.link_type = is_ethernet ? link_type::ethernet : std::uint16_t{0};
    if (is_ethernet && link->sdl_alen == 6)
        to.mac = mac_address::from(reinterpret_cast<const std::uint8_t*>(LLADDR(link)));
#endif
}

inline void take_ip_address(live_interface& to, const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, address, sizeof v4);
        to.addresses.push_back({ipv4_octets(reinterpret_cast<const std::uint8_t*>(&v4.sin_addr)), 4});
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, address, sizeof v6);
        to.addresses.push_back({ipv6_octets(reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr)), 6});
    }
}

inline void take_netmask(live_interface& to, const ifaddrs& entry) {
    if (entry.ifa_addr->sa_family != AF_INET || entry.ifa_netmask == nullptr || to.netmask) return;
    sockaddr_in mask;
    std::memcpy(&mask, entry.ifa_netmask, sizeof mask);
    to.netmask = load_be32(reinterpret_cast<const std::uint8_t*>(&mask.sin_addr));
}

}  // namespace detail

/// All interfaces of this machine (of this network namespace) by their index, then "any" where the system has "any".
[[nodiscard]] inline result<std::vector<live_interface>> list_interfaces() {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return error{.code = errc::cannot_open, .system = errno}.about("interfaces");
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(first, &::freeifaddrs);
    std::vector<live_interface> all;
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
        live_interface& one = detail::interface_named(all, entry->ifa_name);
        one.index = ::if_nametoindex(entry->ifa_name);
        one.up = (entry->ifa_flags & IFF_UP) != 0;
        one.running = (entry->ifa_flags & IFF_RUNNING) != 0;
        one.loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
        if (entry->ifa_addr == nullptr) continue;
        detail::take_link_address(one, entry->ifa_addr);
        detail::take_ip_address(one, entry->ifa_addr);
        detail::take_netmask(one, *entry);
    }
#if defined(__linux__)
    const file_descriptor asked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    for (live_interface& one : all) detail::take_link_type(one, asked);
#endif
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
#if defined(__linux__)
    live_interface any;
    any.name = any_interface;
    any.link_type = link_type::linux_sll2;
    any.cooked = any.up = any.running = true;
    all.push_back(any);
#endif
    return all;
}

/// An interface by its name; an unknown name is an error that names the nearest interface.
[[nodiscard]] inline result<live_interface> find_interface(std::string_view name) {
    const result<std::vector<live_interface>> all = list_interfaces();
    if (!all) return all.error();
    const auto found = find_name(name, "interface", *all);
    return found ? result<live_interface>(**found) : found.error();
}

}  // namespace pcapframe
