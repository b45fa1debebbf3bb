// From a captured frame to a row: the one place that knows both headers and columns.
//
// Total on any bytes. Values that were read before the decoding stopped stay valid, down to single fields of a header
// that the snapshot length cut. `Wanted` says which columns are to be filled; where it is a constant (constant_columns)
// the rest of the work is not even compiled in.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/decode/walk.hpp>
#include <pcapframe/table/row_place.hpp>
#include <pcapframe/wire/dccp.hpp>
#include <pcapframe/wire/icmp.hpp>
#include <pcapframe/wire/ipv4.hpp>
#include <pcapframe/wire/ipv6.hpp>
#include <pcapframe/wire/sctp.hpp>
#include <pcapframe/wire/tcp.hpp>
#include <pcapframe/wire/udp.hpp>

namespace pcapframe::inline v0_2 {

/// The outcome of decoding a packet, beside its values. Small enough to be returned in registers.
struct decoded_packet {
    std::uint64_t valid = 0;    ///< which values of the first word were set: column_set::bit of each, and ipv6_bit
    bool is_ip = false;         ///< the frame carries IP, as far as its link headers say
    bool has_protocol = false;  ///< the IP protocol could be read
    std::uint8_t protocol = 0;
};

/// Decodes one packet. Made anew for each packet: the decoder is a handful of registers once inlined.
template <class Wanted>
class packet_decoder {
public:
    packet_decoder(row_place out, Wanted wanted) noexcept : out_(out), wanted_(wanted) {}

    /// Fills the wanted columns of the row, all but those that only the source knows (`fill_record`). `wire_bytes`,
    /// where known, tells a frame that was cut when it was captured from a frame whose headers lie.
    PCAPFRAME_ALWAYS_INLINE void decode(bytes_view frame, std::uint16_t type,
                                        std::size_t wire_bytes = ~std::size_t{0}) noexcept {
        if (!decode_common(frame, type)) decode_uncommon(frame, type, wire_bytes);
    }
    PCAPFRAME_ALWAYS_INLINE void decode(const record& r) noexcept {
        if (!decode_common(r)) decode_uncommon(r);
    }

    /// The two halves of `decode`, for a loop in which most packets are to take the short way to its end. False, with
    /// nothing filled, for a packet that is not of the common shape.
    PCAPFRAME_ALWAYS_INLINE bool decode_common(const record& r) noexcept {
        if (!decode_common(r.bytes(), r.link_type)) return false;
        fill_tag_in_front(r);
        return true;
    }
    PCAPFRAME_ALWAYS_INLINE void decode_uncommon(const record& r) noexcept {
        decode_uncommon(r.bytes(), r.link_type, r.len);
        fill_tag_in_front(r);
    }

    /// Fills the wanted columns that are known before any header is read.
    PCAPFRAME_ALWAYS_INLINE void fill_record(const record& r, std::uint64_t frame_number,
                                             const interface_list& interfaces) noexcept {
        if (r.time != no_time) put<column::time>(r.time);
        put<column::frame_number>(frame_number);
        if (wanted_().has(column::caplen)) put<column::caplen>(r.whole_caplen());
        if (wanted_().has(column::len)) put<column::len>(r.whole_len());
        if (wanted_().has(column::direction)) put_direction(r);
        put<column::link_type>(r.link_type);
        if (!wanted_().has_any({column::interface_id, column::interface_name})) return;
        put<column::interface_id>(interfaces[r.interface].id);
        if (!interfaces[r.interface].name.empty()) put<column::interface_name>(interface_ref{r.interface});
    }

    [[nodiscard]] const decoded_packet& decoded() const noexcept { return decoded_; }

private:
    PCAPFRAME_ALWAYS_INLINE void decode_uncommon(bytes_view frame, std::uint16_t type,
                                                 std::size_t wire_bytes) noexcept {
        decoded_ = decode_any(out_, wanted_, decoded_.valid, frame, type, frame.size() < wire_bytes);
    }

    /// A tag that was taken out is the outermost tag: it counts before the tags in the frame.
    PCAPFRAME_ALWAYS_INLINE void fill_tag_in_front(const record& r) noexcept {
        if (wanted_().has(column::vlan_id) && r.tag_in_front)
            put<column::vlan_id>(static_cast<std::uint16_t>(load_be16(r.data - 2) & 0x0fff));
    }

    /// The direction that the source gives, else the direction in the header of a Linux cooked capture.
    void put_direction(const record& r) noexcept {
        direction known = r.direction;
        if (known == direction::unknown && r.link_type == link_type::linux_sll)
            if (const auto header = wire::sll_view::check(r.bytes())) known = wire::direction_of(header->packet_type());
        if (known == direction::unknown && r.link_type == link_type::linux_sll2)
            if (const auto header = wire::sll2_view::check(r.bytes()))
                known = wire::direction_of(header->packet_type());
        if (known != direction::unknown) put<column::direction>(known);
    }

    /// Which bytes of a header were captured: all, or only the first ones.
    struct whole_header {
        constexpr bool operator()(std::size_t) const noexcept { return true; }
    };
    struct cut_header {
        std::size_t bytes;
        constexpr bool operator()(std::size_t end) const noexcept { return end <= bytes; }
    };

    /// The shape of nearly every packet, decided in a few comparisons: Ethernet with one VLAN tag or none, IPv4 without
    /// options and fragments or IPv6 without extension headers, TCP or UDP, and every length within the captured bytes.
    /// False, with nothing filled, for anything else. The short way fills by the same functions as the general way, and
    /// only leaves out the checks of that way.
    PCAPFRAME_ALWAYS_INLINE bool decode_common(bytes_view frame, std::uint16_t type) noexcept {
        if (type != link_type::ethernet || frame.size() < untagged_bytes + network_bytes_min) return false;
        return common_network(frame, frame.subspan(untagged_bytes));
    }
    /// The common shape behind a VLAN tag. Called from the function of all other frames, where the test costs untagged
    /// frames nothing.
    bool decode_tagged(bytes_view frame, std::uint16_t type) noexcept {
        constexpr std::size_t link_bytes = untagged_bytes + wire::vlan_view::header_bytes;
        if (type != link_type::ethernet || frame.size() < link_bytes + network_bytes_min) return false;
        if (wire::ethernet_view::of(frame.data()).type() != ethertype::vlan) return false;
        return common_network(frame, frame.subspan(link_bytes));
    }

    static constexpr std::size_t untagged_bytes = wire::ethernet_view::header_bytes;
    static constexpr std::size_t network_bytes_min = wire::ipv4_view::header_bytes + wire::udp_view::header_bytes;

    /// `packet` begins behind the ethertype.
    PCAPFRAME_ALWAYS_INLINE bool common_network(bytes_view frame, bytes_view packet) noexcept {
        const std::uint16_t type = load_be16(packet.data() - 2);
        if (type == ethertype::ipv4) {
            if (!common_ipv4(packet)) return false;
        } else if (type != ethertype::ipv6 || !common_ipv6(packet)) {
            return false;
        }
        fill_common_link(frame, packet);
        return true;
    }

    PCAPFRAME_ALWAYS_INLINE bool common_ipv4(bytes_view packet) noexcept {
        constexpr std::size_t header_bytes = wire::ipv4_view::header_bytes;
        const wire::ipv4_view ip = wire::ipv4_view::of(packet.data());
        constexpr std::uint8_t version_4_header_20 = 0x45;
        const std::size_t total = ip.total_length();
        if (packet[0] != version_4_header_20 || ip.is_fragment() || total > packet.size() ||
            !is_common_transport(ip.protocol(), header_bytes, total))
            return false;
        begin_common(packet.data() + header_bytes, total - header_bytes);
        fill_ipv4(ip, whole_header{});
        fill_common_transport(ip.protocol());
        return true;
    }

    PCAPFRAME_ALWAYS_INLINE bool common_ipv6(bytes_view packet) noexcept {
        constexpr std::size_t header_bytes = wire::ipv6_view::header_bytes;
        if (packet.size() < header_bytes) return false;
        const wire::ipv6_view ip = wire::ipv6_view::of(packet.data());
        const std::size_t length = ip.payload_length();
        if (ip.version() != 6 || length + header_bytes > packet.size() ||
            !is_common_transport(ip.next_header(), 0, length))
            return false;
        begin_common(packet.data() + header_bytes, length);
        decoded_.valid |= ipv6_bit;
        fill_ipv6(ip, whole_header{});
        set_protocol(ip.next_header());
        fill_common_transport(ip.next_header());
        return true;
    }

    /// TCP or UDP, whose fixed header ends `begin` bytes further within `bytes`. Both have one branch, since the
    /// protocol changes from packet to packet.
    PCAPFRAME_ALWAYS_INLINE static bool is_common_transport(std::uint8_t protocol, std::size_t begin,
                                                            std::size_t bytes) noexcept {
        const bool is_tcp = protocol == ip_protocol::tcp;
        const std::size_t least = is_tcp ? wire::tcp_view::header_bytes : wire::udp_view::header_bytes;
        return (int{is_tcp | (protocol == ip_protocol::udp)} & int{bytes >= begin + least}) != 0;
    }

    /// The bounds of what follows the network header.
    PCAPFRAME_ALWAYS_INLINE void begin_common(const std::uint8_t* transport, std::size_t bytes) noexcept {
        at_ = transport;
        end_ = transport + bytes;
        has_length_ = true;
        decoded_.is_ip = true;
    }

    /// The columns of an Ethernet header and of the tag behind it, where the header has one.
    PCAPFRAME_ALWAYS_INLINE void fill_common_link(bytes_view frame, bytes_view packet) noexcept {
        if (!wanted_().has_any({column::ethertype, column::vlan_id, column::src_mac, column::dst_mac})) return;
        const wire::ethernet_view link = wire::ethernet_view::of(frame.data());
        put<column::ethertype>(load_be16(packet.data() - 2));
        if (wanted_().has(column::vlan_id) && frame.size() - packet.size() != untagged_bytes)
            put<column::vlan_id>(wire::vlan_view::of(frame.data() + untagged_bytes).id());
        if (wanted_().has(column::src_mac)) put<column::src_mac>(link.source());
        if (wanted_().has(column::dst_mac)) put<column::dst_mac>(link.destination());
    }

    PCAPFRAME_ALWAYS_INLINE void fill_common_transport(std::uint8_t protocol) noexcept {
        if (!wanted_().has_any(transport_columns)) {
            // Ports stand at the same place in TCP and UDP: with nothing else wanted there is no need to tell the two
            // apart.
            const wire::udp_view ports = wire::udp_view::of(at_);
            put<column::src_port>(ports.source_port());
            put<column::dst_port>(ports.destination_port());
            return;
        }
        if (protocol == ip_protocol::tcp) tcp();
        else udp();
        put<column::stop>(stop_);
    }

    /// Any frame. Makes a decoder of its own, so that the decoder of the common way stays in registers.
    PCAPFRAME_NOINLINE static decoded_packet decode_any(row_place out, Wanted wanted, std::uint64_t valid,
                                                        bytes_view frame, std::uint16_t type,
                                                        bool may_be_sliced) noexcept {
        packet_decoder packet(out, wanted);
        packet.decoded_.valid = valid;
        packet.may_be_sliced_ = may_be_sliced;
        if (!packet.decode_tagged(frame, type)) packet.walk(frame, type);
        return packet.decoded_;
    }

    void walk(bytes_view frame, std::uint16_t type) noexcept {
        const link_result link = find_network(frame, type);
        decoded_.is_ip = link.is_ip();
        fill_link(link);
        if (link.is_ip()) {
            at_ = link.network;
            end_ = frame.data() + frame.size();
            if (link.kind == layer::ipv4) ipv4();
            else ipv6();
        } else {
            stop_ = link.stop;
            // Of a frame cut in these headers it is not known which headers would have followed.
            if (link.has_carried && stop_.reason != stop_reason::truncated) put<column::protocol>(link.carried);
        }
        put<column::stop>(stop_);
    }

    template <column C, class Value>
    PCAPFRAME_ALWAYS_INLINE void put(const Value& value) noexcept {
        if (!wanted_().has(C)) return;
        out_.template set<C>(value);
        if constexpr (column_set::word_of(C) == 0) decoded_.valid |= column_set::bit(C);
        else out_.template mark<C>();
    }

    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    void end(stop_reason reason, layer where) noexcept { stop_ = {reason, where}; }

    /// Bytes are missing in `where`: not captured, or left out by the lengths of the headers around it. In a first
    /// fragment, the missing bytes are in the next fragment.
    void end_short(layer where) noexcept {
        if (is_cut_ || !has_length_) end(stop_reason::truncated, where);
        else end(is_first_fragment_ ? stop_reason::fragment : stop_reason::bad_length, where);
    }

    /// Fills columns from a fixed header. Where the header is cut, fills from what is there (`fill` asks for each
    /// field), and stops.
    template <class View, class Fill>
    PCAPFRAME_ALWAYS_INLINE bool read(layer where, Fill fill) noexcept {
        if (left() >= View::header_bytes) {
            fill(View::of(at_), whole_header{});
            return true;
        }
        std::array<std::uint8_t, View::header_bytes> padded{};
        if (left() != 0) std::memcpy(padded.data(), at_, left());
        fill(View::of(padded.data()), cut_header{left()});
        end_short(where);
        return false;
    }

    void fill_link(const link_result& link) noexcept {
        if (link.has_ethertype) put<column::ethertype>(link.ethertype);
        if (link.has_vlan) put<column::vlan_id>(link.vlan_id);
        if (wanted_().has(column::src_mac) && link.source != nullptr)
            put<column::src_mac>(mac_address::from(link.source));
        if (wanted_().has(column::dst_mac) && link.destination != nullptr)
            put<column::dst_mac>(mac_address::from(link.destination));
    }

    PCAPFRAME_ALWAYS_INLINE void set_protocol(std::uint8_t number) noexcept {
        decoded_.protocol = number;
        decoded_.has_protocol = true;
        put<column::protocol>(ip_protocol_id(number));
    }

    /// Ends the packet where the IP header says, if that is before the end of the frame.
    void clip(std::size_t bytes) noexcept {
        has_length_ = true;
        is_cut_ = bytes > left();
        if (!is_cut_) end_ = at_ + bytes;
    }

    template <class There>
    PCAPFRAME_ALWAYS_INLINE void fill_ipv4(wire::ipv4_view ip, There there) noexcept {
        if (there(1)) put<column::ip_version>(std::uint8_t{4});
        if (there(2)) put<column::dscp>(ip.dscp());
        if (there(2)) put<column::ecn>(ip.ecn());
        if (there(4)) put<column::ip_len>(ip.total_length());
        if (there(6)) put<column::ip_id>(ip.identification());
        if (there(8)) put<column::fragment_offset>(ip.fragment_offset());
        if (there(9)) put<column::ttl>(ip.ttl());
        if (there(10)) set_protocol(ip.protocol());
        if (there(16) && wanted_().has(column::src_host)) put<column::src_host>(ipv4_octets(ip.source()));
        if (there(20) && wanted_().has(column::dst_host)) put<column::dst_host>(ipv4_octets(ip.destination()));
    }

    void ipv4() noexcept {
        if (left() != 0 && (at_[0] >> 4) != 4) return end(stop_reason::bad_version, layer::ipv4);
        const bool whole = read<wire::ipv4_view>(layer::ipv4, [&](auto ip, auto there) { fill_ipv4(ip, there); });
        if (whole) ipv4_data(wire::ipv4_view::of(at_));
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
                payload();
                return end(stop_reason::fragment, layer::ipv4);
            }
            is_first_fragment_ = true;
        }
        transport(ip.protocol(), layer::ipv4);
    }

    template <class There>
    PCAPFRAME_ALWAYS_INLINE void fill_ipv6(wire::ipv6_view ip, There there) noexcept {
        if (there(1)) put<column::ip_version>(std::uint8_t{6});
        if (there(2)) put<column::dscp>(ip.dscp());
        if (there(2)) put<column::ecn>(ip.ecn());
        if (there(4)) put<column::flow_label>(ip.flow_label());
        if (there(6)) put<column::ip_len>(std::uint32_t{ip.payload_length()} + 40);
        if (there(8)) put<column::ttl>(ip.hop_limit());
        if (there(24) && wanted_().has(column::src_host)) put<column::src_host>(ipv6_octets(ip.source()));
        if (there(40) && wanted_().has(column::dst_host)) put<column::dst_host>(ipv6_octets(ip.destination()));
    }

    void ipv6() noexcept {
        if (left() != 0 && (at_[0] >> 4) != 6) return end(stop_reason::bad_version, layer::ipv6);
        decoded_.valid |= ipv6_bit;
        const bool whole = read<wire::ipv6_view>(layer::ipv6, [&](auto ip, auto there) {
            fill_ipv6(ip, there);
            if (there(7) && !wire::is_ipv6_extension(ip.next_header())) set_protocol(ip.next_header());
        });
        if (!whole) return;
        const std::size_t length = wire::ipv6_view::of(at_).payload_length();
        std::uint8_t next = wire::ipv6_view::of(at_).next_header();
        at_ += wire::ipv6_view::header_bytes;
        if (length != 0) clip(length);
        if (wire::is_ipv6_extension(next) && !skip_extensions(next)) return;
        transport(next, layer::ipv6);
    }

    /// Steps over the extension headers from `next` on; false when the packet ends within these headers.
    bool skip_extensions(std::uint8_t& next) noexcept {
        for (unsigned count = 0; wire::is_ipv6_extension(next); ++count) {
            if (count == limits::extension_headers_max) {
                end(stop_reason::too_many_layers, layer::ipv6_extension);
                return false;
            }
            const auto header = wire::ipv6_extension_view::check({at_, left()});
            if (!header || left() < header->length(next)) {
                fill_cut_extension(next);
                end_short(layer::ipv6_extension);
                return false;
            }
            at_ += header->length(next);
            const bool is_fragment_header = next == ip_protocol::fragment;
            next = header->next_header();
            if (is_fragment_header && !read_fragment_header(*header, next)) return false;
        }
        set_protocol(next);
        return true;
    }

    /// Reads what it can of an extension header that is not all there: the first byte names the next header.
    void fill_cut_extension(std::uint8_t kind) noexcept {
        if (kind == ip_protocol::fragment && left() >= 4 && !has_fragment_header_)
            put<column::fragment_offset>(wire::fragment_offset_field(at_ + 2));
        if (left() >= 1 && !wire::is_ipv6_extension(at_[0])) set_protocol(at_[0]);
    }

    bool read_fragment_header(wire::ipv6_extension_view header, std::uint8_t next) noexcept {
        // Of several, which no sender makes, the first counts.
        if (!has_fragment_header_) {
            put<column::fragment_offset>(header.fragment_offset());
            put<column::ip_id>(header.identification());
        }
        has_fragment_header_ = true;
        if (header.fragment_offset() == 0) {
            is_first_fragment_ = is_first_fragment_ || header.more_fragments();
            return true;
        }
        // What follows is the middle of a datagram; an extension header named here is in its first fragment.
        if (!wire::is_ipv6_extension(next)) set_protocol(next);
        payload();
        end(stop_reason::fragment, layer::ipv6_extension);
        return false;
    }

    void transport(std::uint8_t protocol, layer network) noexcept {
        switch (protocol) {
            case ip_protocol::tcp: return tcp();
            case ip_protocol::udp: return udp();
            case ip_protocol::icmp: return icmp(layer::icmp);
            case ip_protocol::icmp6: return icmp(layer::icmp6);
            default: return other_transport(protocol, network);
        }
    }

    void other_transport(std::uint8_t protocol, layer network) noexcept {
        switch (protocol) {
            case ip_protocol::udplite: return udplite();
            case ip_protocol::sctp: return sctp();
            case ip_protocol::dccp: return dccp();
            case ip_protocol::igmp: return icmp(layer::igmp);
            case ip_protocol::no_next_header: return payload();
            default:
                payload();
                return end(stop_reason::unknown_protocol, network);
        }
    }

    /// Source and destination port, which stand in the first four bytes of every transport header that has them.
    template <class View>
    bool read_ports(layer where) noexcept {
        return read<View>(where, [&](View header, auto there) {
            if (there(2)) put<column::src_port>(header.source_port());
            if (there(4)) put<column::dst_port>(header.destination_port());
        });
    }

    PCAPFRAME_ALWAYS_INLINE void tcp() noexcept {
        const bool whole = read<wire::tcp_view>(layer::tcp, [&](wire::tcp_view tcp, auto there) {
            if (there(2)) put<column::src_port>(tcp.source_port());
            if (there(4)) put<column::dst_port>(tcp.destination_port());
            if (there(8)) put<column::tcp_seq>(tcp.sequence_number());
            if (there(12)) put<column::tcp_ack>(tcp.acknowledgment_number());
            if (there(14)) put<column::tcp_flags>(tcp.flags());
            if (there(16)) put<column::tcp_window>(tcp.window());
        });
        if (!whole) return;
        const std::size_t header = wire::tcp_view::of(at_).header_length();
        if (header < wire::tcp_view::header_bytes) return end(stop_reason::bad_length, layer::tcp);
        if (left() < header) return end_short(layer::tcp);
        at_ += header;
        payload();
    }

    PCAPFRAME_ALWAYS_INLINE void udp() noexcept {
        const bool whole = read<wire::udp_view>(layer::udp, [&](wire::udp_view udp, auto there) {
            if (there(2)) put<column::src_port>(udp.source_port());
            if (there(4)) put<column::dst_port>(udp.destination_port());
            if (there(6)) put<column::udp_len>(udp.length());
        });
        if (!whole || !wanted_().has_any(payload_columns)) return;
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
        if (too_long && stop_.reason == stop_reason::complete) end_short(layer::udp);
    }

    void udplite() noexcept {
        if (!read_ports<wire::udp_view>(layer::udplite)) return;
        at_ += wire::udp_view::header_bytes;
        payload();
    }

    void sctp() noexcept {
        if (!read_ports<wire::sctp_view>(layer::sctp)) return;
        at_ += wire::sctp_view::header_bytes;
        payload();
    }

    void dccp() noexcept {
        if (!read_ports<wire::dccp_view>(layer::dccp)) return;
        const std::size_t header = wire::dccp_view::of(at_).header_length();
        if (header < wire::dccp_view::header_bytes) return end(stop_reason::bad_length, layer::dccp);
        if (left() < header) return end_short(layer::dccp);
        at_ += header;
        payload();
    }

    void icmp(layer where) noexcept {
        const bool whole = read<wire::icmp_view>(where, [&](wire::icmp_view icmp, auto there) {
            if (where == layer::igmp) return;
            if (there(1)) put<column::icmp_type>(icmp.type());
            if (there(2)) put<column::icmp_code>(icmp.code());
        });
        if (!whole) return;
        at_ += wire::icmp_view::header_bytes;
        payload();
    }

    /// All bytes that are left are payload. Missing payload was not captured, or is in other fragments.
    PCAPFRAME_ALWAYS_INLINE void payload() noexcept {
        put<column::payload>(bytes_view{at_, left()});
        put<column::payload_len>(static_cast<std::uint32_t>(left()));
        if (is_cut_ && may_be_sliced_) end(stop_reason::truncated, layer::payload);
        else if (is_cut_) end(stop_reason::bad_length, (decoded_.valid & ipv6_bit) != 0 ? layer::ipv6 : layer::ipv4);
        else if (is_first_fragment_) end(stop_reason::fragment, layer::payload);
    }

    static constexpr column_set payload_columns{column::payload, column::payload_len, column::stop};
    /// Columns that need more of a transport header than the ports.
    static constexpr column_set transport_columns =
        payload_columns |
        column_set{column::tcp_flags, column::tcp_seq, column::tcp_ack, column::tcp_window, column::udp_len};

    row_place out_;
    [[no_unique_address]] Wanted wanted_;
    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    decoded_packet decoded_{};
    pcapframe::stop stop_{};
    bool has_length_ = false;         ///< the IP header says where the packet ends
    bool is_cut_ = false;             ///< ... and that is beyond the captured bytes
    bool may_be_sliced_ = true;       ///< fewer bytes may have been captured than were on the wire
    bool is_first_fragment_ = false;
    bool has_fragment_header_ = false;
};

}  // namespace pcapframe
