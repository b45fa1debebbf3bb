// From the start of a frame to its payload: the headers of one packet as a path, and where and why the path ends.
//
// Knows headers and no columns. Total on any bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/decode/path.hpp>
#include <pcapframe/decode/walk.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/registry/stop.hpp>
#include <pcapframe/wire/dccp.hpp>
#include <pcapframe/wire/icmp.hpp>
#include <pcapframe/wire/ipv4.hpp>
#include <pcapframe/wire/ipv6.hpp>
#include <pcapframe/wire/sctp.hpp>
#include <pcapframe/wire/tcp.hpp>
#include <pcapframe/wire/udp.hpp>

namespace pcapframe::inline v0_2 {

/// What a walk over a packet found.
struct walked_packet {
    link_result link;
    std::size_t first_header = 0;  ///< in the path: the network header; as `end_header` for a frame without IP
    std::size_t end_header = 0;    ///< behind the last header
    bool has_protocol = false;     ///< the IP protocol could be read
    std::uint8_t protocol = 0;     ///< the number of the first header that is neither AH nor an extension header
    bool is_sliced = false;        ///< bytes at the payload's end are missing: not captured, or in other fragments
    bool has_packet_inside = false;  ///< the payload is the beginning of what the last header carries
    pcapframe::stop stop{};
};

/// Offsets in a path have 32 bits. No source has longer frames; whoever hands one over has its first part walked over.
inline constexpr std::size_t walked_bytes_max = std::numeric_limits<std::uint32_t>::max();

/// The part of a frame that the walk looks at: offsets in a path have 16 bits.
[[nodiscard]] constexpr bytes_view walkable(bytes_view frame) noexcept {
    return frame.first(std::min(frame.size(), walked_bytes_max));
}

namespace detail {

/// Walks over a network header, its extension headers and the transport header. Every header of which a byte is there
/// gets its place in the path, and the payload behind them where no header before it was cut.
class network_walk {
public:
    /// `frame` is where offsets of the path count from, `packet` begins with the network header. `may_be_sliced`: fewer
    /// bytes may have been captured than were on the wire.
    network_walk(const std::uint8_t* frame, bytes_view packet, bool may_be_sliced, header_path& path,
                 walked_packet& out) noexcept
        : frame_(frame),
          at_(packet.data()),
          end_(packet.data() + packet.size()),
          packet_end_(end_),
          may_be_sliced_(may_be_sliced),
          path_(path),
          out_(out) {}

    void run(layer network) noexcept {
        network_ = network;
        out_.first_header = path_.size();
        if (network == layer::ipv4) ipv4();
        else ipv6();
        out_.end_header = path_.size();
    }

private:
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] bytes_view rest() const noexcept { return {at_, left()}; }

    void end(stop_reason reason, layer where) noexcept { out_.stop = {reason, where}; }

    /// Bytes are missing in `where`: not captured, or left out by the lengths of the headers around it. In a first
    /// fragment, the missing bytes are in the next fragment.
    void end_short(layer where) noexcept {
        if (is_cut_ || !has_length_) end(stop_reason::truncated, where);
        else end(is_first_fragment_ ? stop_reason::fragment : stop_reason::bad_length, where);
    }

    /// The header `here` begins at `at_`. The limits of each kind of header add up to less than that of a path.
    void enter(layer here) noexcept {
        const bool has_room = path_.push({here, offset_of(at_), offset_of(end_)});
        PCAPFRAME_ASSERT(has_room);
        static_cast<void>(has_room);
    }
    [[nodiscard]] std::uint32_t offset_of(const std::uint8_t* p) const noexcept {
        return static_cast<std::uint32_t>(p - frame_);
    }

    /// Whether all of a fixed header is there; where it is not, the packet ends in it.
    template <class View>
    bool read(layer here) noexcept {
        enter(here);
        if (left() >= View::header_bytes) return true;
        end_short(here);
        return false;
    }

    void set_protocol(std::uint8_t number) noexcept {
        out_.protocol = number;
        out_.has_protocol = true;
    }

    /// Ends the packet where the IP header says, if that is before the end of the frame.
    void clip(std::size_t bytes) noexcept {
        has_length_ = true;
        is_cut_ = bytes > left();
        if (!is_cut_) end_ = at_ + bytes;
    }

    void ipv4() noexcept {
        if (left() != 0 && (at_[0] >> 4) != 4) return end(stop_reason::bad_version, layer::ipv4);
        const bool is_whole = read<wire::ipv4_view>(layer::ipv4);
        constexpr std::size_t protocol_at = 9;
        if (left() > protocol_at && !is_extension(at_[protocol_at])) set_protocol(at_[protocol_at]);
        if (is_whole) ipv4_data(wire::ipv4_view::of(at_));
    }

    void ipv4_data(wire::ipv4_view ip) noexcept {
        const std::size_t header = ip.header_length();
        const std::size_t total = ip.total_length();
        if (header < wire::ipv4_view::header_bytes || (total < header && total != 0))
            return end(stop_reason::bad_length, layer::ipv4);
        if (total != 0) clip(total);
        if (left() < header) return end_short(layer::ipv4);
        at_ += header;
        if (ip.is_fragment()) {
            if (ip.fragment_offset() != 0) {
                later_fragment(ip.protocol());
                return end(stop_reason::fragment, layer::ipv4);
            }
            is_first_fragment_ = true;
        }
        std::uint8_t next = ip.protocol();
        if (is_extension(next) && !skip_extensions(next)) return;
        transport(next, layer::ipv4);
    }

    void ipv6() noexcept {
        if (left() != 0 && (at_[0] >> 4) != 6) return end(stop_reason::bad_version, layer::ipv6);
        const bool is_whole = read<wire::ipv6_view>(layer::ipv6);
        constexpr std::size_t next_header_at = 6;
        if (left() > next_header_at && !wire::is_ipv6_extension(at_[next_header_at])) set_protocol(at_[next_header_at]);
        if (!is_whole) return;
        const std::size_t length = wire::ipv6_view::of(at_).payload_length();
        std::uint8_t next = wire::ipv6_view::of(at_).next_header();
        at_ += wire::ipv6_view::header_bytes;
        if (length != 0) clip(length);
        if (is_extension(next) && !skip_extensions(next)) return;
        transport(next, layer::ipv6);
    }

    /// Whether a header of this number is stepped over: of IPv4, AH alone.
    [[nodiscard]] bool is_extension(std::uint8_t number) const noexcept {
        return network_ == layer::ipv4 ? number == ip_protocol::ah : wire::is_ipv6_extension(number);
    }

    /// Steps over the extension headers from `next` on; false when the packet ends within these headers.
    bool skip_extensions(std::uint8_t& next) noexcept {
        for (unsigned count = 0; is_extension(next); ++count) {
            const layer where = next == ip_protocol::ah ? layer::ah : layer::ipv6_extension;
            if (count == limits::extension_headers_max) {
                end(stop_reason::too_many_layers, where);
                return false;
            }
            enter(extension_layer(next));
            const auto header = wire::ipv6_extension_view::check(rest());
            if (!header || left() < header->length(next)) {
                // The first byte of an extension header names the next header.
                if (left() >= 1 && !is_extension(at_[0])) set_protocol(at_[0]);
                end_short(where);
                return false;
            }
            at_ += header->length(next);
            const bool is_fragment_header = next == ip_protocol::fragment;
            next = header->next_header();
            if (is_fragment_header && !may_go_on_behind(*header, next)) return false;
        }
        set_protocol(next);
        return true;
    }

    static layer extension_layer(std::uint8_t kind) noexcept {
        if (kind == ip_protocol::fragment) return layer::ipv6_fragment;
        if (kind == ip_protocol::ah) return layer::ah;
        return kind == ip_protocol::routing ? layer::ipv6_routing : layer::ipv6_extension;
    }

    /// Whether more headers follow a Fragment header.
    bool may_go_on_behind(wire::ipv6_extension_view header, std::uint8_t next) noexcept {
        if (header.fragment_offset() == 0) {
            is_first_fragment_ = is_first_fragment_ || header.more_fragments();
            return true;
        }
        later_fragment(next);
        end(stop_reason::fragment, layer::ipv6_extension);
        return false;
    }

    void transport(std::uint8_t protocol, layer network) noexcept {
        switch (protocol) {
            case ip_protocol::tcp: return sized<wire::tcp_view>(layer::tcp);
            case ip_protocol::udp: return udp();
            case ip_protocol::icmp: return fixed<wire::icmp_view>(layer::icmp);
            case ip_protocol::icmp6: return fixed<wire::icmp_view>(layer::icmp6);
            case ip_protocol::udplite: return fixed<wire::udp_view>(layer::udplite);
            case ip_protocol::sctp: return fixed<wire::sctp_view>(layer::sctp);
            case ip_protocol::dccp: return sized<wire::dccp_view>(layer::dccp);
            case ip_protocol::igmp: return fixed<wire::icmp_view>(layer::igmp);
            case ip_protocol::no_next_header: return payload();
            default:
                payload();
                return end(stop_reason::unknown_protocol, network);
        }
    }

    /// A transport header that always has the same length.
    template <class View>
    void fixed(layer here) noexcept {
        if (!read<View>(here)) return;
        at_ += View::header_bytes;
        payload();
    }

    /// A transport header that says how long it is.
    template <class View>
    void sized(layer here) noexcept {
        if (!read<View>(here)) return;
        const std::size_t header = View::of(at_).header_length();
        if (header < View::header_bytes) return end(stop_reason::bad_length, here);
        if (left() < header) return end_short(here);
        at_ += header;
        payload();
    }

    void udp() noexcept {
        if (!read<wire::udp_view>(layer::udp)) return;
        const std::size_t length = wire::udp_view::of(at_).length();
        if (length != 0 && length < wire::udp_view::header_bytes) return end(stop_reason::bad_length, layer::udp);
        const bool too_long = length > left();
        if (length != 0 && !too_long) {
            // All of the datagram is there, whatever the IP header claims.
            end_ = at_ + length;
            is_cut_ = false;
        }
        at_ += wire::udp_view::header_bytes;
        payload();
        if (too_long && out_.stop.reason == stop_reason::complete) end_short(layer::udp);
    }

    /// All bytes that are left are payload. Missing payload was not captured, or is in other fragments.
    void payload() noexcept {
        enter(layer::payload);
        out_.has_packet_inside = true;
        out_.is_sliced = is_first_fragment_ || (may_be_sliced_ && (is_cut_ || end_ == packet_end_));
        if (is_cut_ && may_be_sliced_) end(stop_reason::truncated, layer::payload);
        else if (is_cut_) end(stop_reason::bad_length, network_);
        else if (is_first_fragment_) end(stop_reason::fragment, layer::payload);
    }

    /// The middle of a datagram, whose headers, from the one of number `first` on, are in another packet. What AH
    /// stands in front of is not known here.
    void later_fragment(std::uint8_t first) noexcept {
        if (first == ip_protocol::ah || !is_extension(first)) set_protocol(first);
        payload();
        out_.has_packet_inside = false;
    }

    const std::uint8_t* frame_;
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    const std::uint8_t* packet_end_;
    layer network_ = layer::none;
    bool may_be_sliced_;
    bool has_length_ = false;         ///< the IP header says where the packet ends
    bool is_cut_ = false;             ///< ... and that is beyond the captured bytes
    bool is_first_fragment_ = false;
    header_path& path_;
    walked_packet& out_;
};

}  // namespace detail

/// Walks over a frame of the given link type, up to the payload of its outermost packet. The path gets the headers from
/// the network header on. `may_be_sliced`: fewer bytes may have been captured than were on the wire; otherwise, lengths
/// that go beyond the frame are wrong.
PCAPFRAME_NOINLINE inline walked_packet walk_packet(bytes_view frame, std::uint16_t type, bool may_be_sliced,
                                                    header_path& path) noexcept {
    PCAPFRAME_ASSERT(frame.size() <= walked_bytes_max);
    walked_packet out;
    out.link = find_network(frame, type, may_be_sliced);
    out.stop = out.link.stop;
    if (!out.link.is_ip()) return out;
    const auto link_bytes = static_cast<std::size_t>(out.link.network - frame.data());
    detail::network_walk(frame.data(), frame.subspan(link_bytes), may_be_sliced, path, out).run(out.link.kind);
    return out;
}

}  // namespace pcapframe
