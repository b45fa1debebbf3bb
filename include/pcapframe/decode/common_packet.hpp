// The short way from a frame to its row, for the shape of nearly every packet, decided in a few comparisons: Ethernet
// with one VLAN tag or none, IPv4 without options and fragments or IPv6 without extension headers, TCP or UDP, and
// every length within the captured bytes.
//
// Fills the same values as the general way (walk_packet, then packet_row::put_walked), and only leaves out the checks
// of that way. What a packet carries behind its transport header is none of its business.
#pragma once

#include <pcapframe/decode/fill_packet.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/wire/ethernet.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the row of one packet where it is of the common shape: made for each packet, and gone once inlined.
template <class Wanted>
class common_packet {
public:
    explicit common_packet(packet_row<Wanted>& row) noexcept : row_(row) {}

    /// False, with nothing filled, for a frame that is not of the common shape, or is, but behind a VLAN tag.
    PCAPFRAME_ALWAYS_INLINE bool fill_untagged(bytes_view frame, std::uint16_t type) noexcept {
        if (type != link_type::ethernet || frame.size() < untagged_bytes + network_bytes_min) return false;
        return network(frame, frame.subspan(untagged_bytes));
    }
    /// The common shape behind a VLAN tag. Called from the function of all other frames, where the test costs untagged
    /// frames nothing.
    bool fill_tagged(bytes_view frame, std::uint16_t type) noexcept {
        constexpr std::size_t link_bytes = untagged_bytes + wire::vlan_view::header_bytes;
        if (type != link_type::ethernet || frame.size() < link_bytes + network_bytes_min) return false;
        if (wire::ethernet_view::of(frame.data()).type() != ethertype::vlan) return false;
        return network(frame, frame.subspan(link_bytes));
    }
    /// An IP packet of the common shape, by its ethertype, without a link header. Called from one place, for packets
    /// that a tunnel carries.
    PCAPFRAME_ALWAYS_INLINE bool fill_ip(bytes_view packet, std::uint16_t type) noexcept {
        if (packet.size() < network_bytes_min) return false;
        return type == ethertype::ipv4 ? ipv4(packet) : type == ethertype::ipv6 && ipv6(packet);
    }
    /// The columns of an Ethernet header and of the tag behind it, where the header has one. `packet` begins
    /// behind the ethertype.
    PCAPFRAME_ALWAYS_INLINE void fill_link(bytes_view frame, bytes_view packet) noexcept {
        if (!row_.template wants<column::ethertype, column::vlan_id, column::src_mac, column::dst_mac>()) return;
        const wire::ethernet_view header = wire::ethernet_view::of(frame.data());
        row_.template put<column::ethertype>(load_be16(packet.data() - 2));
        if (row_.template wants<column::vlan_id>() && frame.size() - packet.size() != untagged_bytes)
            row_.template put<column::vlan_id>(wire::vlan_view::of(frame.data() + untagged_bytes).id());
        if (row_.template wants<column::src_mac>()) row_.template put<column::src_mac>(header.source());
        if (row_.template wants<column::dst_mac>()) row_.template put<column::dst_mac>(header.destination());
    }

    /// The ports of the packet that was filled, as a little-endian number.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE std::uint32_t ports() const noexcept { return ports_; }

private:
    static constexpr std::size_t untagged_bytes = wire::ethernet_view::header_bytes;
    static constexpr std::size_t network_bytes_min = wire::ipv4_view::header_bytes + wire::udp_view::header_bytes;

    /// `packet` begins behind the ethertype.
    PCAPFRAME_ALWAYS_INLINE bool network(bytes_view frame, bytes_view packet) noexcept {
        const std::uint16_t type = load_be16(packet.data() - 2);
        if (type == ethertype::ipv4) {
            if (!ipv4(packet)) return false;
        } else if (type != ethertype::ipv6 || !ipv6(packet)) {
            return false;
        }
        fill_link(frame, packet);
        return true;
    }

    PCAPFRAME_ALWAYS_INLINE bool ipv4(bytes_view packet) noexcept {
        constexpr std::size_t header_bytes = wire::ipv4_view::header_bytes;
        const wire::ipv4_view ip = wire::ipv4_view::of(packet.data());
        constexpr std::uint8_t version_4_header_20 = 0x45;
        const std::size_t total = ip.total_length();
        if (packet[0] != version_4_header_20 || ip.is_fragment() || total > packet.size() ||
            !has_common_transport(ip.protocol(), header_bytes, total))
            return false;
        row_.decoded.is_ip = true;
        row_.put_ipv4(ip, whole_header{});
        row_.put_protocol(ip.protocol());
        transport(ip.protocol(), packet.subspan(header_bytes, total - header_bytes));
        return true;
    }

    PCAPFRAME_ALWAYS_INLINE bool ipv6(bytes_view packet) noexcept {
        constexpr std::size_t header_bytes = wire::ipv6_view::header_bytes;
        if (packet.size() < header_bytes) return false;
        const wire::ipv6_view ip = wire::ipv6_view::of(packet.data());
        const std::size_t length = ip.payload_length();
        if (ip.version() != 6 || length + header_bytes > packet.size() ||
            !has_common_transport(ip.next_header(), 0, length))
            return false;
        row_.decoded.is_ip = true;
        row_.put_ipv6(ip, whole_header{});
        row_.put_protocol(ip.next_header());
        transport(ip.next_header(), packet.subspan(header_bytes, length));
        return true;
    }

    /// TCP or UDP, whose fixed header ends `begin` bytes further within `bytes`. Both have one branch, since the
    /// protocol changes from packet to packet.
    PCAPFRAME_ALWAYS_INLINE static bool has_common_transport(std::uint8_t protocol, std::size_t begin,
                                                             std::size_t bytes) noexcept {
        const bool is_tcp = protocol == ip_protocol::tcp;
        const std::size_t least = is_tcp ? wire::tcp_view::header_bytes : wire::udp_view::header_bytes;
        return (int{is_tcp | (protocol == ip_protocol::udp)} & int{bytes >= begin + least}) != 0;
    }

    /// `segment` begins with the transport header and ends with the packet.
    PCAPFRAME_ALWAYS_INLINE void transport(std::uint8_t protocol, bytes_view segment) noexcept {
        ports_ = load_le32(segment.data());
        // Ports stand at the same place in TCP and UDP: with nothing else wanted there is no need to tell the two
        // apart.
        if (!wants_transport())
            return row_.put_ports(wire::udp_view::of(segment.data()), whole_header{});
        if (protocol == ip_protocol::tcp) row_.template put<column::stop>(tcp(segment));
        else row_.template put<column::stop>(udp(segment));
    }

    PCAPFRAME_ALWAYS_INLINE stop tcp(bytes_view segment) noexcept {
        const wire::tcp_view header = wire::tcp_view::of(segment.data());
        row_.put_tcp(header, whole_header{});
        const std::size_t bytes = header.header_length();
        if (bytes < wire::tcp_view::header_bytes || bytes > segment.size())
            return {stop_reason::bad_length, layer::tcp};
        row_.put_payload(segment.subspan(bytes));
        return {};
    }

    PCAPFRAME_ALWAYS_INLINE stop udp(bytes_view segment) noexcept {
        const wire::udp_view header = wire::udp_view::of(segment.data());
        row_.put_udp(header, whole_header{});
        const std::size_t length = header.length();
        if (length != 0 && length < wire::udp_view::header_bytes) return {stop_reason::bad_length, layer::udp};
        const bool is_too_long = length > segment.size();
        if (length != 0 && !is_too_long) segment = segment.first(length);
        row_.put_payload(segment.subspan(wire::udp_view::header_bytes));
        return is_too_long ? stop{stop_reason::bad_length, layer::udp} : stop{};
    }

    /// Whether more of a transport header is wanted than the ports.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool wants_transport() const noexcept {
        using enum column;
        return row_.template wants<payload, payload_len, column::stop, tcp_flags, tcp_seq, tcp_ack, tcp_window,
                                   udp_len>();
    }

    packet_row<Wanted>& row_;
    std::uint32_t ports_ = 0;
};

}  // namespace pcapframe
