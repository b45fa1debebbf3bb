// On from the payload of a packet to the packets within: the headers of tunnels, and every packet on the way, in one
// path.
//
// Knows headers and no columns. Total on any bytes; bounded by limits::packet_levels_max, tunnel_headers_max and
// path_headers_max.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/path.hpp>
#include <pcapframe/decode/walk.hpp>
#include <pcapframe/decode/walk_packet.hpp>
#include <pcapframe/registry/tunnels.hpp>
#include <pcapframe/wire/capture_hardware.hpp>
#include <pcapframe/wire/capwap.hpp>
#include <pcapframe/wire/gre.hpp>
#include <pcapframe/wire/gtp.hpp>
#include <pcapframe/wire/ip_over_udp.hpp>
#include <pcapframe/wire/ipsec.hpp>
#include <pcapframe/wire/l2tp.hpp>
#include <pcapframe/wire/mpls.hpp>
#include <pcapframe/wire/switch_tags.hpp>
#include <pcapframe/wire/vxlan.hpp>

namespace pcapframe::inline v0_2 {

/// A packet of a frame: the outermost one, or one that a tunnel carries.
struct packet_level {
    walked_packet packet;
    std::size_t first_tunnel = 0;  ///< in the path: the first header of the tunnel that carries the packet
    std::size_t first_link = 0;    ///< behind the last of these, where the packet's own headers begin
    std::uint32_t begin = 0;       ///< where the packet begins in the frame
    std::uint32_t end = 0;         ///< where its bytes end
    layer first = layer::none;     ///< its first header; none where an ethertype says what follows
    bool is_sliced = false;        ///< bytes behind `end` are missing
    std::uint32_t tunnel_id = 0;   ///< of the innermost tunnel around it that has a number
};

/// All packets of a frame, and the path through all their headers.
class packet_levels {
public:
    packet_levels() noexcept {}

    [[nodiscard]] std::span<const packet_level> levels() const noexcept { return {levels_.data(), count_}; }
    [[nodiscard]] const packet_level& outermost() const noexcept { return levels_[0]; }
    [[nodiscard]] const packet_level& innermost() const noexcept { return levels_[count_ - 1]; }
    /// The packet that is meant; null where there are fewer.
    [[nodiscard]] const packet_level* at(level_choice choice) const noexcept {
        if (choice.is_innermost()) return &innermost();
        return choice.number < count_ ? &levels_[choice.number] : nullptr;
    }
    /// Tunnels that the innermost packet is in.
    [[nodiscard]] std::size_t depth() const noexcept { return count_ - 1; }
    /// The number of the innermost tunnel that has one.
    [[nodiscard]] std::optional<std::uint32_t> tunnel_id() const noexcept { return tunnel_id_; }

    header_path path;

    /// For the walk alone: the next level, or null where there is no room.
    [[nodiscard]] packet_level* add() noexcept {
        if (count_ == levels_.size()) return nullptr;
        levels_[count_] = {};
        return &levels_[count_++];
    }
    [[nodiscard]] packet_level& last() noexcept { return levels_[count_ - 1]; }
    void set_tunnel_id(std::uint32_t id) noexcept { tunnel_id_ = id; }

private:
    std::array<packet_level, limits::packet_levels_max> levels_;
    std::size_t count_ = 0;
    std::optional<std::uint32_t> tunnel_id_;
};

namespace detail {

/// Walks over the headers of a tunnel, from the payload of a packet to the packet within.
class tunnel_walk {
public:
    tunnel_walk(bytes_view frame, const header_place& payload, const tunnel_ports& ports, header_path& path) noexcept
        : frame_(frame), at_(payload.begin), end_(payload.end), ports_(ports), path_(path) {}

    /// What the packet within begins with, or nothing where the payload is no tunnel's. `last` is the header in front
    /// of the payload, `protocol` the IP protocol.
    [[nodiscard]] std::optional<wire::next_header> run(const header_place& last, std::uint8_t protocol) noexcept {
        is_over_udp_ = last.kind == layer::udp;
        layer next = is_over_udp_ ? by_ports(last.begin) : tunnel_of_protocol(protocol);
        for (unsigned count = 0; next != layer::none && count < limits::tunnel_headers_max; ++count) {
            if (begins_packet(next)) return wire::next_header{0, next, 0};
            const std::optional<wire::next_header> step = step_over(next);
            if (!step) return std::nullopt;
            next = step->ethertype != 0 ? layer_after(step->ethertype) : step->kind;
            const bool leads_on = next == layer::mpls || next == layer::ethernet;
            if (step->ethertype != 0 && !leads_on) return wire::next_header{0, layer::none, step->ethertype};
        }
        return std::nullopt;
    }

    /// Where the walk has come to.
    [[nodiscard]] std::uint32_t at() const noexcept { return at_; }
    [[nodiscard]] std::optional<std::uint32_t> id() const noexcept { return id_; }

private:
    [[nodiscard]] bytes_view rest() const noexcept { return frame_.subspan(at_, end_ - at_); }
    /// Bytes that the datagram says to have from here on.
    [[nodiscard]] std::size_t size() const noexcept {
        return datagram_end_ - std::min<std::size_t>(at_, datagram_end_);
    }

    /// What the ports of the UDP header say that begins there.
    [[nodiscard]] layer by_ports(std::uint32_t udp) noexcept {
        const auto ports = wire::udp_view::of(frame_.data() + udp);
        datagram_end_ = std::size_t{udp} + ports.length();
        return ports_.between(ports.source_port(), ports.destination_port());
    }

    static bool begins_packet(layer kind) noexcept {
        switch (kind) {
            case layer::ethernet:
            case layer::ppp:
            case layer::ieee802_11:
            case layer::prism:
            case layer::fddi:
            case layer::token_ring:
            case layer::ip:
            case layer::ipv4:
            case layer::ipv6: return true;
            default: return false;
        }
    }

    std::optional<wire::next_header> step_over(layer here) noexcept {
        switch (here) {
            case layer::gre: return gre();
            case layer::erspan: return hop<wire::erspan_view>(here);
            case layer::wccp: return hop<wire::wccp_view>(here);
            case layer::cisco_metadata: return enter(here, wire::gre_metadata_view::check(rest()));
            case layer::vxlan: return hop<wire::vxlan_view>(here);
            case layer::vxlan_gpe: return hop<wire::vxlan_gpe_view>(here);
            case layer::geneve: return hop<wire::geneve_view>(here);
            case layer::gtpu: return hop<wire::gtpu_view>(here);
            case layer::mpls: return mpls();
            case layer::nsh: return enter(here, wire::nsh_view::check(rest()));
            default: return step_over_less_common(here);
        }
    }

    std::optional<wire::next_header> step_over_less_common(layer here) noexcept {
        switch (here) {
            case layer::l2tp: return is_over_udp_ ? hop<wire::l2tp_view>(here) : hop<wire::l2tp_ip_view>(here);
            case layer::lisp: return lisp();
            case layer::teredo: return enter(here, wire::teredo_view::check(rest()));
            case layer::ayiya: return enter(here, wire::ayiya_view::check(rest()));
            case layer::gue: return enter(here, wire::gue_view::check(rest(), size()));
            case layer::fou: return enter(here, wire::fou_view::check(rest(), size()));
            case layer::etherip: return enter(here, wire::etherip_view::check(rest()));
            case layer::capwap: return enter(here, wire::capwap_view::check(rest()));
            case layer::tzsp: return enter(here, wire::tzsp_view::check(rest()));
            case layer::ah: return enter(here, wire::ah_view::check(rest()));
            case layer::esp:
                return is_over_udp_ ? enter(here, wire::esp_over_udp_view::check(rest()))
                                    : enter(here, wire::esp_view::check(rest()));
            case layer::ipcomp: return enter(here, wire::ipcomp_view::check(rest()));
            case layer::wireguard: return enter(here, wire::wireguard_view::check(rest()));
            default: return std::nullopt;
        }
    }

    /// Steps over a header that was checked; nothing where the check failed.
    template <class View>
    std::optional<wire::next_header> enter(layer here, const checked<View>& view) noexcept {
        if (!view) return std::nullopt;
        const wire::next_header next = view->next();
        if (next.bytes > rest().size() || !path_.push({here, at_, end_})) return std::nullopt;
        at_ += static_cast<std::uint32_t>(next.bytes);
        return next;
    }
    /// The same for a header that may have a number.
    template <class View>
    std::optional<wire::next_header> hop(layer here) noexcept {
        const auto view = View::check(rest());
        if (view && view->id()) id_ = view->id();
        return enter(here, view);
    }

    std::optional<wire::next_header> lisp() noexcept {
        const auto view = wire::lisp_view::check(rest(), size());
        if (view && view->id()) id_ = view->id();
        return enter(layer::lisp, view);
    }

    std::optional<wire::next_header> gre() noexcept {
        const auto view = wire::gre_view::check(rest());
        const auto next = hop<wire::gre_view>(view && view->is_nvgre() ? layer::nvgre : layer::gre);
        // The header of ERSPAN's first type has no bytes.
        if (next && view->is_erspan_type_1()) static_cast<void>(path_.push({layer::erspan, at_, end_}));
        return next;
    }

    /// All labels of a stack are one header of the path. The last label is the number.
    std::optional<wire::next_header> mpls() noexcept {
        const std::uint32_t begin = at_;
        for (bool is_bottom = false; !is_bottom;) {
            const auto label = wire::mpls_view::check(rest());
            if (!label) return std::nullopt;
            is_bottom = label->is_bottom();
            if (is_bottom) id_ = label->label();
            at_ += static_cast<std::uint32_t>(wire::mpls_view::header_bytes);
        }
        const auto payload = wire::mpls_payload_view::check(rest());
        if (!payload || !path_.push({layer::mpls, begin, end_})) return std::nullopt;
        at_ += static_cast<std::uint32_t>(payload->next().bytes);
        return payload->next();
    }

    bytes_view frame_;
    std::uint32_t at_;
    std::uint32_t end_;
    const tunnel_ports& ports_;
    header_path& path_;
    std::optional<std::uint32_t> id_;
    bool is_over_udp_ = false;
    std::size_t datagram_end_ = 0;  ///< where a UDP header says that its datagram ends
};

/// Walks over a packet that begins with `next` behind the header `behind`.
inline void walk_level(bytes_view frame, wire::next_header next, layer behind, packet_levels& out) noexcept {
    packet_level& level = out.last();
    level.first_link = out.path.size();
    const bytes_view packet = frame.subspan(level.begin, level.end - level.begin);
    link_trail trail(frame.data(), out.path);
    walked_packet& walked = level.packet;
    walked.link = link_walk(packet, level.is_sliced, &trail).run(next, behind);
    walked.stop = walked.link.stop;
    walked.first_header = walked.end_header = out.path.size();
    if (!walked.link.is_ip()) return;
    const auto link_bytes = static_cast<std::size_t>(walked.link.network - packet.data());
    network_walk(frame.data(), packet.subspan(link_bytes), level.is_sliced, out.path, walked).run(walked.link.kind);
}

/// What a path must have room for before a packet is walked over.
inline constexpr std::size_t headers_of_packet_max =
    limits::tunnel_headers_max + limits::link_layers_max + limits::extension_headers_max + 4;

/// There may be more packets within the innermost one than are followed.
inline bool end_at_limit(packet_levels& out) noexcept {
    walked_packet& innermost = out.last().packet;
    innermost.stop = {stop_reason::too_many_layers, innermost.link.kind};
    return false;
}

/// Goes on to the packet within the innermost one so far; false where there is none.
inline bool walk_on(bytes_view frame, const tunnel_ports& ports, packet_levels& out) noexcept {
    const walked_packet& walked = out.innermost().packet;
    if (!walked.has_packet_inside || walked.end_header < walked.first_header + 2) return false;
    if (out.path.room() < headers_of_packet_max) return end_at_limit(out);
    const std::size_t first_tunnel = out.path.size();
    const header_place last = out.path.headers()[first_tunnel - 2];
    const header_place payload = out.path.headers()[first_tunnel - 1];
    tunnel_walk tunnel(frame, payload, ports, out.path);
    const auto next = tunnel.run(last, walked.protocol);
    if (!next) return false;
    const bool is_sliced = walked.is_sliced;
    packet_level* const level = out.add();
    if (level == nullptr) return end_at_limit(out);
    if (tunnel.id()) out.set_tunnel_id(*tunnel.id());
    level->tunnel_id = out.tunnel_id().value_or(0);
    level->first_tunnel = first_tunnel;
    level->begin = tunnel.at();
    level->end = payload.end;
    level->first = next->kind;
    level->is_sliced = is_sliced;
    const layer behind = out.path.size() == first_tunnel ? last.kind : out.path.headers().back().kind;
    walk_level(frame, *next, behind, out);
    return true;
}

}  // namespace detail

/// Walks over all packets of a frame of the given link type. `may_be_sliced`: fewer bytes may have been captured than
/// were on the wire. There is always a level, the frame's own.
inline void walk_packets(bytes_view frame, std::uint16_t type, bool may_be_sliced, const tunnel_ports& ports,
                         packet_levels& out) noexcept {
    const bytes_view walked = walkable(frame);
    packet_level& outermost = *out.add();
    outermost.end = static_cast<std::uint32_t>(walked.size());
    outermost.first = first_header(type);
    outermost.is_sliced = may_be_sliced;
    detail::walk_level(walked, {0, outermost.first, 0}, layer::link, out);
    while (detail::walk_on(walked, ports, out)) {}
}

}  // namespace pcapframe
