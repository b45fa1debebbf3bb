// Which packet of a frame is a fragment, and which part of its datagram it has.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/walk_tunnels.hpp>
#include <pcapframe/reassembly/datagram_table.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/registry/tunnels.hpp>

namespace pcapframe::inline v0_2 {

/// A packet that is a fragment, and where it is in its frame.
struct found_fragment {
    std::size_t level = 0;
    datagram_key key{};
    datagram_fragment fragment{};
    first_fragment first{};           ///< where this is the first
    bool is_cut = false;              ///< not all of its bytes were captured
    std::uint32_t ip_len = 0;         ///< of its packet, as its header says
    std::uint32_t network = 0;        ///< where its IP header begins
    std::uint32_t header = 0;         ///< where its Fragment header begins; 0 in IPv4
    std::uint32_t data = 0;           ///< where the bytes of the datagram begin
};

/// Whether the outermost packet of a frame may be a fragment: false for sure, true perhaps. For loops over all packets.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool may_be_fragment(const record& r) noexcept {
    constexpr std::size_t link = wire::ethernet_view::header_bytes;
    if (r.link_type != link_type::ethernet || r.caplen < link + wire::ipv4_view::header_bytes) return true;
    const std::uint16_t type = load_be16(r.data + link - 2);
    if (type == ethertype::ipv4) return wire::ipv4_view::of(r.data + link).is_fragment();
    constexpr std::size_t next_header_at = 6;
    return type != ethertype::ipv6 || wire::is_ipv6_extension(r.data[link + next_header_at]);
}

namespace detail {

/// Whether a network header begins a fragment, or may: looks at no more than that header.
[[nodiscard]] inline bool begins_fragment(const link_result& link, std::size_t left) noexcept {
    if (link.kind == layer::ipv4)
        return left >= wire::ipv4_view::header_bytes && wire::ipv4_view::of(link.network).is_fragment();
    if (link.kind != layer::ipv6 || left < wire::ipv6_view::header_bytes) return false;
    return wire::is_ipv6_extension(wire::ipv6_view::of(link.network).next_header());
}

[[nodiscard]] inline first_fragment first_of(const packet_level& level, const header_path& path,
                                             bytes_view frame) noexcept {
    first_fragment first{
        .is_known = true, .has_protocol = level.packet.has_protocol, .protocol = level.packet.protocol};
    for (const header_place& header : path.headers(level.packet.first_header, level.packet.end_header)) {
        const bytes_view bytes = header.in(frame);
        switch (header.kind) {
            case layer::tcp:
            case layer::udp:
            case layer::udplite:
            case layer::sctp:
            case layer::dccp:
                if (bytes.size() < 4) break;
                first.has_ports = true;
                first.src_port = load_be16(bytes.data());
                first.dst_port = load_be16(bytes.data() + 2);
                break;
            default: break;
        }
    }
    return first;
}

/// Finds the fragment in one packet of a frame.
class level_fragment {
public:
    level_fragment(const record& r, const packet_levels& all, std::size_t number) noexcept
        : frame_(r.bytes()), path_(all.path), level_(all.levels()[number]) {
        found_.level = number;
        found_.key.level = static_cast<std::uint8_t>(number);
        found_.key.tunnel = number == 0 ? 0 : level_.tunnel_id;
        found_.key.vlan = level_.packet.link.vlan_id;
        if (number == 0 && r.tag_in_front) found_.key.vlan = static_cast<std::uint16_t>(load_be16(r.data - 2) & 0x0fff);
    }

    [[nodiscard]] std::optional<found_fragment> find() noexcept {
        const walked_packet& packet = level_.packet;
        if (!packet.link.is_ip() || packet.first_header == packet.end_header) return std::nullopt;
        const header_place network = path_.headers()[packet.first_header];
        found_.network = network.begin;
        const bytes_view ip = frame_.subspan(network.begin, level_.end - network.begin);
        const bool is_fragment = network.kind == layer::ipv4 ? ipv4(ip) : ipv6(ip);
        if (!is_fragment) return std::nullopt;
        if (found_.fragment.begin == 0) {
            const std::uint8_t next_header = found_.first.next_header;
            found_.first = first_of(level_, path_, frame_);
            found_.first.next_header = next_header;
            found_.first.header_bytes = found_.data - found_.network;
        }
        return found_;
    }

private:
    /// The datagram's bytes are those from `data` to the end of an IP packet of `bytes` bytes.
    void set_bytes(bytes_view ip, std::size_t data, std::size_t bytes) noexcept {
        found_.is_cut = bytes > ip.size();
        found_.data = found_.network + static_cast<std::uint32_t>(data);
        if (!found_.is_cut) found_.fragment.bytes = ip.subspan(data, bytes - data);
    }

    bool ipv4(bytes_view packet) noexcept {
        const auto ip = wire::ipv4_view::check(packet);
        if (!ip || !ip->is_fragment() || ip->header_length() < wire::ipv4_view::header_bytes ||
            ip->total_length() < ip->header_length() || packet.size() < ip->header_length())
            return false;
        found_.key.source = ipv4_octets(ip->source());
        found_.key.destination = ipv4_octets(ip->destination());
        found_.key.id = ip->identification();
        found_.key.protocol = ip->protocol();
        found_.key.version = 4;
        found_.ip_len = ip->total_length();
        found_.fragment.begin = ip->fragment_offset();
        found_.fragment.more = ip->more_fragments();
        set_bytes(packet, ip->header_length(), ip->total_length());
        return true;
    }

    bool ipv6(bytes_view packet) noexcept {
        const auto ip = wire::ipv6_view::check(packet);
        if (!ip || ip->payload_length() == 0) return false;
        const std::size_t bytes = wire::ipv6_view::header_bytes + ip->payload_length();
        for (const header_place& place : path_.headers(level_.packet.first_header, level_.packet.end_header)) {
            if (place.kind != layer::ipv6_fragment) continue;
            const auto header = wire::ipv6_extension_view::check(place.in(frame_));
            // A packet that has this header and is whole is no fragment (RFC 6946).
            if (!header || (header->fragment_offset() == 0 && !header->more_fragments())) continue;
            const std::size_t data = place.begin - found_.network + wire::ipv6_extension_view::smallest_bytes;
            if (data > bytes) return false;
            found_.key.source = ipv6_octets(ip->source());
            found_.key.destination = ipv6_octets(ip->destination());
            found_.key.id = header->identification();
            found_.key.version = 6;
            found_.ip_len = static_cast<std::uint32_t>(bytes);
            found_.header = place.begin;
            found_.first.next_header = header->next_header();
            found_.fragment.begin = header->fragment_offset();
            found_.fragment.more = header->more_fragments();
            found_.fragment.is_ipv6 = true;
            set_bytes(packet, data, bytes);
            return true;
        }
        return false;
    }

    bytes_view frame_;
    const header_path& path_;
    const packet_level& level_;
    found_fragment found_{};
};

}  // namespace detail

/// Finds fragments in frames. A small value.
class fragment_finder {
public:
    /// `follows_tunnels`: those of packets within packets, too. `ports` must stay.
    fragment_finder(bool follows_tunnels, const tunnel_ports& ports) noexcept
        : follows_tunnels_(follows_tunnels), ports_(&ports) {}

    [[nodiscard]] bool follows_tunnels() const noexcept { return follows_tunnels_; }

    /// Whether a frame may have a fragment, by a few comparisons: false for sure. For loops over all packets.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool suspects(const record& r) const noexcept {
        return may_be_fragment(r) || (follows_tunnels_ && may_be_tunnel(r));
    }
    /// The same with a look at the headers in front of IP, too.
    [[nodiscard]] bool may_have(const record& r) const noexcept {
        if (!follows_tunnels_) {
            if (!may_be_fragment(r)) return false;
            if (r.link_type == link_type::ethernet && r.caplen >= untagged_bytes) {
                const std::uint16_t type = load_be16(r.data + wire::ethernet_view::header_bytes - 2);
                if (type == ethertype::ipv4) return true;
            }
            const link_result link = find_network(walkable(r.bytes()), r.link_type, r.caplen < r.len);
            if (!link.is_ip()) return false;
            return detail::begins_fragment(link, static_cast<std::size_t>(r.data + r.caplen - link.network));
        }
        return may_be_fragment(r) || may_be_tunnel(r);
    }

    /// All packets of a frame, as far as fragments are looked for.
    void walk(const record& r, packet_levels& all) const noexcept {
        walk_packets(r.bytes(), r.link_type, r.caplen < r.len, *ports_, all);
    }
    /// The fragment that is the outermost, from the packet number `from` on.
    [[nodiscard]] std::optional<found_fragment> find(const record& r, const packet_levels& all,
                                                     std::size_t from = 0) const noexcept {
        const std::size_t end = follows_tunnels_ ? all.levels().size() : 1;
        for (std::size_t i = from; i < end; ++i)
            if (const auto found = detail::level_fragment(r, all, i).find()) return found;
        return std::nullopt;
    }
    /// Whether a frame has a fragment.
    [[nodiscard]] bool has(const record& r) const noexcept {
        if (!may_have(r)) return false;
        packet_levels all;
        walk(r, all);
        return find(r, all).has_value();
    }

private:
    static constexpr std::size_t untagged_bytes = wire::ethernet_view::header_bytes + wire::ipv4_view::header_bytes;

    /// Of a frame with IP right behind Ethernet and no fragment there.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool may_be_tunnel(const record& r) const noexcept {
        constexpr std::size_t link = wire::ethernet_view::header_bytes;
        const std::uint8_t* const ip = r.data + link;
        const bool is_ipv4 = load_be16(ip - 2) == ethertype::ipv4;
        const std::size_t header = is_ipv4 ? (ip[0] & 0x0fU) * std::size_t{4} : wire::ipv6_view::header_bytes;
        const std::uint8_t protocol =
            is_ipv4 ? wire::ipv4_view::of(ip).protocol() : wire::ipv6_view::of(ip).next_header();
        if (protocol == ip_protocol::tcp) return false;
        if (protocol != ip_protocol::udp) return tunnel_of_protocol(protocol) != layer::none;
        if (r.caplen < link + header + wire::udp_view::header_bytes) return false;
        const auto udp = wire::udp_view::of(ip + header);
        return ports_->may_have(udp.source_port(), udp.destination_port());
    }

    bool follows_tunnels_;
    const tunnel_ports* ports_;
};

}  // namespace pcapframe
