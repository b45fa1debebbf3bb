// The short way from a frame to the row of its innermost packet, for the tunnels that most packets within packets are
// in: GRE, VXLAN, Geneve, GTP-U and IP in IP, one within the other as they come, where each packet on the way is of the
// common shape (common_packet.hpp) and the innermost one, too.
//
// Fills the same values as the general way (walk_packets, then packet_row::put_walked).
#pragma once

#include <optional>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/decode/common_packet.hpp>
#include <pcapframe/registry/tunnels.hpp>
#include <pcapframe/wire/ethernet_overlays.hpp>
#include <pcapframe/wire/gre.hpp>
#include <pcapframe/wire/gtp.hpp>
#include <pcapframe/wire/vxlan.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// An IP packet on the way inwards.
struct carried_packet {
    bytes_view frame{};           ///< from the Ethernet header on; empty where the packet has none of its own
    bytes_view packet{};          ///< from the IP header on
    std::uint16_t type = 0;       ///< its ethertype
    bool has_ethertype = false;   ///< a header in front says so
};

/// Steps from packets of the common shape to the packets within.
class level_peeler {
public:
    explicit level_peeler(const tunnel_ports& ports) noexcept : ports_(ports) {}

    /// The packet of an Ethernet frame with one VLAN tag or none; false for others.
    PCAPFRAME_ALWAYS_INLINE static bool open_frame(bytes_view frame, carried_packet& out) noexcept {
        constexpr std::size_t header = wire::ethernet_view::header_bytes, tag = wire::vlan_view::header_bytes;
        if (frame.size() < header + tag || may_be_isl(frame)) return false;
        std::size_t link = header;
        out.type = wire::ethernet_view::of(frame.data()).type();
        if (out.type == ethertype::vlan) {
            link += tag;
            out.type = load_be16(frame.data() + link - 2);
        }
        out.frame = frame;
        out.packet = frame.subspan(link);
        out.has_ethertype = true;
        return true;
    }

    /// What is to be done with a packet.
    enum class outcome : std::uint8_t {
        innermost,  ///< there is no packet within, if this one is of the common shape
        stepped,    ///< `at` is the packet within
        unknown,    ///< the general way has to tell
    };

    PCAPFRAME_ALWAYS_INLINE outcome step(carried_packet& at) const noexcept {
        std::uint8_t protocol = 0;
        const bytes_view data = data_of(at, protocol);
        switch (protocol) {
            case ip_protocol::tcp: return outcome::innermost;
            case ip_protocol::udp: return behind_udp(data, at);
            case ip_protocol::gre: return enter(wire::gre_view::check(data), data, at);
            case ip_protocol::ipv4: return enter_ip(data, ethertype::ipv4, at);
            case ip_protocol::ipv6: return enter_ip(data, ethertype::ipv6, at);
            default: return outcome::unknown;
        }
    }

private:
    /// Few addresses have this byte, which those of ISL all have.
    PCAPFRAME_ALWAYS_INLINE static bool may_be_isl(bytes_view frame) noexcept {
        constexpr std::uint8_t third_byte = 0x0c;
        return frame[2] == third_byte && wire::isl_view::is_isl(frame.data());
    }

    /// What an IP header of the common shape carries, all of it captured. Of others, `protocol` stays 0.
    PCAPFRAME_ALWAYS_INLINE static bytes_view data_of(const carried_packet& at, std::uint8_t& protocol) noexcept {
        const bytes_view packet = at.packet;
        if (at.type == ethertype::ipv4 && packet.size() >= wire::ipv4_view::header_bytes) {
            constexpr std::uint8_t version_4_header_20 = 0x45;
            const auto ip = wire::ipv4_view::of(packet.data());
            const std::size_t total = ip.total_length();
            if (packet[0] != version_4_header_20 || ip.is_fragment() || total > packet.size() ||
                total < wire::ipv4_view::header_bytes)
                return {};
            protocol = ip.protocol();
            return packet.subspan(wire::ipv4_view::header_bytes, total - wire::ipv4_view::header_bytes);
        }
        if (at.type == ethertype::ipv6 && packet.size() >= wire::ipv6_view::header_bytes) {
            const auto ip = wire::ipv6_view::of(packet.data());
            const std::size_t length = ip.payload_length();
            if (ip.version() != 6 || length == 0 || length > packet.size() - wire::ipv6_view::header_bytes) return {};
            protocol = ip.next_header();
            return packet.subspan(wire::ipv6_view::header_bytes, length);
        }
        return {};
    }

    PCAPFRAME_ALWAYS_INLINE outcome behind_udp(bytes_view datagram, carried_packet& at) const noexcept {
        if (datagram.size() < wire::udp_view::header_bytes) return outcome::unknown;
        const auto udp = wire::udp_view::of(datagram.data());
        const layer kind = ports_.between(udp.source_port(), udp.destination_port());
        if (!tunnel_ports::leads_on(kind)) return outcome::innermost;
        const std::size_t length = udp.length();
        if (length < wire::udp_view::header_bytes || length > datagram.size()) return outcome::unknown;
        const bytes_view message = datagram.first(length).subspan(wire::udp_view::header_bytes);
        switch (kind) {
            case layer::vxlan: return enter(wire::vxlan_view::check(message), message, at);
            case layer::geneve: return enter(wire::geneve_view::check(message), message, at);
            case layer::gtpu: return enter(wire::gtpu_view::check(message), message, at);
            default: return outcome::unknown;
        }
    }

    /// Goes on behind a tunnel's header, which `bytes` begin with.
    template <class View>
    PCAPFRAME_ALWAYS_INLINE static outcome enter(const checked<View>& header, bytes_view bytes,
                                                 carried_packet& at) noexcept {
        if (!header) return outcome::unknown;
        const wire::next_header next = header->next();
        if (next.bytes >= bytes.size()) return outcome::unknown;
        const bytes_view inside = bytes.subspan(next.bytes);
        if (next.kind == layer::ethernet || next.ethertype == ethertype::transparent_ethernet)
            return open_frame(inside, at) ? outcome::stepped : outcome::unknown;
        if (next.kind == layer::ip)
            return enter_ip(inside, inside[0] >> 4 == 4 ? ethertype::ipv4 : ethertype::ipv6, at);
        if (next.ethertype != ethertype::ipv4 && next.ethertype != ethertype::ipv6) return outcome::unknown;
        at = {{}, inside, next.ethertype, true};
        return outcome::stepped;
    }
    PCAPFRAME_ALWAYS_INLINE static outcome enter_ip(bytes_view packet, std::uint16_t type,
                                                    carried_packet& at) noexcept {
        at = {{}, packet, type, false};
        return outcome::stepped;
    }

    const tunnel_ports& ports_;
};

}  // namespace detail

/// Whether a packet of the common shape that was filled may be a tunnel's, by its ports. They stand at the same place
/// in TCP and UDP: asking of both is faster than to tell the two apart first.
template <class Wanted>
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool may_have_tunnel(const packet_row<Wanted>& row,
                                                           const common_packet<Wanted>& filled,
                                                           const tunnel_ports& ports) noexcept {
    return (int{ports.seem_to_have(filled.ports())} & int{row.decoded.protocol == ip_protocol::udp}) != 0;
}

/// Fills the row of a frame's innermost packet, an Ethernet frame's. False where the general way has to be taken: then
/// values may have been filled, and none of them counts. `is_outermost` becomes whether there is no tunnel.
template <class Wanted>
PCAPFRAME_ALWAYS_INLINE bool fill_innermost(packet_row<Wanted>& row, bytes_view frame, const tunnel_ports& ports,
                                            bool& is_outermost) noexcept {
    using outcome = detail::level_peeler::outcome;
    constexpr std::size_t depth_max = limits::packet_levels_max / 2;
    const detail::level_peeler peeler(ports);
    detail::carried_packet at;
    if (!peeler.open_frame(frame, at)) return false;
    outcome last = peeler.step(at);
    is_outermost = last == outcome::innermost;
    for (std::size_t depth = 1; depth < depth_max && last != outcome::unknown; ++depth) {
        // Most packets within are not in front of another tunnel, and show that while they are filled.
        common_packet common(row);
        const bool is_common = common.fill_ip(at.packet, at.type);
        if (is_common && (last == outcome::innermost || !may_have_tunnel(row, common, ports))) {
            if (!at.frame.empty()) common.fill_link(at.frame, at.packet);
            else if (at.has_ethertype) row.template put<column::ethertype>(at.type);
            return true;
        }
        last = peeler.step(at);
    }
    return false;
}

}  // namespace pcapframe
