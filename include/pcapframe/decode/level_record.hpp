// A packet within a packet as a record of its own: for those who look at records and know nothing of tunnels.
#pragma once

#include <algorithm>
#include <optional>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/walk_tunnels.hpp>
#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// The link type of a packet that begins with this header, as far as there is one.
inline std::optional<std::uint16_t> link_type_of(const packet_level& level, bytes_view frame) noexcept {
    const link_result& link = level.packet.link;
    if (link.is_ip() && link.network == frame.data() + level.begin) {
        // A record of this link type says by its first bits which version it has.
        const unsigned version = link.kind == layer::ipv4 ? 4 : 6;
        if (level.begin == level.end || (*link.network >> 4) == version) return link_type::raw;
        return std::nullopt;
    }
    switch (level.first) {
        case layer::ethernet: return link_type::ethernet;
        case layer::ppp: return link_type::ppp;
        case layer::ieee802_11: return link_type::ieee802_11;
        default: return std::nullopt;
    }
}

}  // namespace detail

/// The packet of a record at a level, as if it had been captured there: its bytes are the record's. Nothing where the
/// record has no such packet, or one that no link type fits.
[[nodiscard]] inline std::optional<record> record_at(const record& r, level_choice at,
                                                     const tunnel_ports& ports) noexcept {
    packet_levels all;
    walk_packets(r.bytes(), r.link_type, r.caplen < r.len, ports, all);
    const packet_level* const level = all.at(at);
    if (level == nullptr) return std::nullopt;
    if (level == &all.outermost()) return r;
    const auto type = detail::link_type_of(*level, r.bytes());
    if (!type) return std::nullopt;
    record inside = r;
    inside.data = r.data + level->begin;
    inside.caplen = level->end - level->begin;
    inside.len = level->is_sliced ? std::max(inside.caplen, r.len - std::min(r.len, level->begin)) : inside.caplen;
    inside.link_type = *type;
    inside.tag_in_front = false;
    return inside;
}

}  // namespace pcapframe
