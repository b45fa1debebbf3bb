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
        const std::uint8_t place = places_[place_of(port)];
        if ((place & has_more_rows) == 0) {
            const port_tunnel& row = rows_[place & row_number];
            return row.port == port ? row.kind : layer::none;
        }
        for (const port_tunnel& row : rows())
            if (row.port == port) return row.kind;
        return layer::none;
    }
    /// The header behind a UDP header of these ports; `layer::none` where neither is a tunnel's.
    [[nodiscard]] constexpr layer between(std::uint16_t source, std::uint16_t destination) const noexcept {
        const layer kind = at(destination);
        return kind != layer::none ? kind : at(source);
    }
    /// Whether a packet may be within what this header carries, which a UDP header is in front of.
    [[nodiscard]] static constexpr bool leads_on(layer kind) noexcept {
        return kind != layer::none && kind != layer::wireguard && kind != layer::esp;
    }
    /// Whether a packet may be within a datagram of these ports.
    [[nodiscard]] constexpr bool may_have(std::uint16_t source, std::uint16_t destination) const noexcept {
        return leads_on(between(source, destination));
    }
    /// The same of the two ports that its header begins with, read as a little-endian number. A few instructions
    /// without a branch: true for a datagram too many now and then, never false for one that has a packet.
    [[nodiscard]] constexpr bool seem_to_have(std::uint32_t ports) const noexcept {
        const std::size_t source = (ports >> 6) % places, destination = ports >> 22;
        return ((places_[source] | places_[destination]) & may_lead_on) != 0;
    }
    /// Says which header is behind a port, `layer::none` for no tunnel's. False where there is no room for one more.
    [[nodiscard]] constexpr bool set(std::uint16_t port, layer kind) noexcept {
        std::size_t i = 0;
        while (i < size_ && rows_[i].port != port) ++i;
        if (i == rows_.size()) return false;
        rows_[i] = {port, kind};
        size_ = i == size_ ? size_ + 1 : size_;
        std::uint8_t& place = places_[place_of(port)];
        bool is_shared = false;
        for (const port_tunnel& row : rows()) is_shared |= row.port != port && place_of(row.port) == place_of(port);
        place = static_cast<std::uint8_t>(i | (place & may_lead_on) | (is_shared ? has_more_rows : 0) |
                                          (leads_on(kind) ? may_lead_on : 0));
        return true;
    }

    [[nodiscard]] constexpr std::span<const port_tunnel> rows() const noexcept { return {rows_.data(), size_}; }

private:
    // Of all ports that share a place: the number of a row, whether there are more rows, and whether one may lead on. A
    // place without rows says row 0, whose port is another. A kibibyte, where nearly all packets end.
    static constexpr std::size_t places = 1024;
    static constexpr std::uint8_t row_number = 0x3f, has_more_rows = 0x40, may_lead_on = 0x80;
    static_assert(limits::tunnel_ports_max <= row_number + 1);
    /// The low byte of a port and its two highest bits, which give the ports of clients places of their own. In the
    /// byte order of packets these bits stand together, as `seem_to_have` has them.
    [[nodiscard]] static constexpr std::size_t place_of(std::uint16_t port) noexcept {
        return (port & 0xffU) << 2 | port >> 14;
    }

    std::array<std::uint8_t, places> places_{};
    std::array<port_tunnel, limits::tunnel_ports_max> rows_{};
    std::size_t size_ = 0;
};

/// The ports of the list.
inline constexpr tunnel_ports default_tunnel_ports{};

}  // namespace pcapframe
