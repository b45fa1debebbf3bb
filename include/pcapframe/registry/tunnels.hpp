// THE list of tunnels: which headers carry packets within packets, and by which number of the header around them they
// are known. Source: IANA "Assigned Internet Protocol Numbers" and "Service Name and Transport Protocol Port Number
// Registry"; 8472 is Linux' port for VXLAN, 5555 that of the examples for its fou, 37008 TaZmen Sniffer's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

/// A header that is announced by the number of an IP protocol.
struct protocol_tunnel {
    std::uint8_t protocol;
    layer kind;
};
/// A header that is announced by a UDP port, of either side.
struct port_tunnel {
    std::uint16_t port;
    layer kind;
};

/// Tunnels by IP protocol number.
inline constexpr std::array protocol_tunnels{
    protocol_tunnel{4, layer::ipv4},      protocol_tunnel{41, layer::ipv6},   protocol_tunnel{47, layer::gre},
    protocol_tunnel{50, layer::esp},      protocol_tunnel{51, layer::ah},     protocol_tunnel{97, layer::etherip},
    protocol_tunnel{108, layer::ipcomp},  protocol_tunnel{115, layer::l2tp},  protocol_tunnel{137, layer::mpls},
    protocol_tunnel{143, layer::ethernet},
};

/// Tunnels by UDP port.
inline constexpr std::array port_tunnels{
    port_tunnel{1701, layer::l2tp},    port_tunnel{2152, layer::gtpu},   port_tunnel{3544, layer::teredo},
    port_tunnel{4341, layer::lisp},    port_tunnel{4500, layer::esp},    port_tunnel{4754, layer::gre},
    port_tunnel{4789, layer::vxlan},   port_tunnel{4790, layer::vxlan_gpe}, port_tunnel{5072, layer::ayiya},
    port_tunnel{5247, layer::capwap},  port_tunnel{5555, layer::fou},    port_tunnel{6080, layer::gue},
    port_tunnel{6081, layer::geneve},  port_tunnel{6635, layer::mpls},   port_tunnel{8472, layer::vxlan},
    port_tunnel{37008, layer::tzsp},   port_tunnel{51820, layer::wireguard},
};

/// The header behind an IP protocol's number; `layer::none` for a protocol that is no tunnel's.
[[nodiscard]] constexpr layer tunnel_of_protocol(std::uint8_t protocol) noexcept {
    for (const protocol_tunnel& row : protocol_tunnels)
        if (row.protocol == protocol) return row.kind;
    return layer::none;
}

/// Which UDP ports are those of tunnels: the list's, and changes to it. A value.
class tunnel_ports {
public:
    constexpr tunnel_ports() noexcept {
        for (const port_tunnel& row : port_tunnels) static_cast<void>(set(row.port, row.kind));
    }

    /// The header behind a port; `layer::none` for any other port.
    [[nodiscard]] constexpr layer at(std::uint16_t port) const noexcept {
        if (!maybe_has(port)) return layer::none;
        for (const port_tunnel& row : rows())
            if (row.port == port) return row.kind;
        return layer::none;
    }
    /// Whether a packet may be within a datagram of these ports.
    [[nodiscard]] constexpr bool may_have(std::uint16_t source, std::uint16_t destination) const noexcept {
        return leads_on(at(source)) || leads_on(at(destination));
    }
    /// Says which header is behind a port, `layer::none` for no tunnel's. False where there is no room for one more.
    [[nodiscard]] constexpr bool set(std::uint16_t port, layer kind) noexcept {
        for (std::size_t i = 0; i < size_; ++i) {
            if (rows_[i].port != port) continue;
            rows_[i].kind = kind;
            return true;
        }
        if (size_ == rows_.size()) return false;
        rows_[size_++] = {port, kind};
        places_[place_of(port) / 64] |= std::uint64_t{1} << (place_of(port) % 64);
        return true;
    }

    [[nodiscard]] constexpr std::span<const port_tunnel> rows() const noexcept { return {rows_.data(), size_}; }

private:
    /// Whether what the header carries can be read.
    [[nodiscard]] static constexpr bool leads_on(layer kind) noexcept {
        return kind != layer::none && kind != layer::wireguard && kind != layer::esp;
    }

    // A set that may claim a port too many, and is 128 bytes small: nearly all packets end here.
    static constexpr std::size_t places = 1024;
    [[nodiscard]] static constexpr std::size_t place_of(std::uint16_t port) noexcept { return port % places; }
    [[nodiscard]] constexpr bool maybe_has(std::uint16_t port) const noexcept {
        return ((places_[place_of(port) / 64] >> (place_of(port) % 64)) & 1) != 0;
    }

    std::array<std::uint64_t, places / 64> places_{};
    std::array<port_tunnel, limits::tunnel_ports_max> rows_{};
    std::size_t size_ = 0;
};

/// The ports of the list.
inline constexpr tunnel_ports default_tunnel_ports{};

}  // namespace pcapframe
