// The columns of a packet, header by header: which field of a header goes to which column, and nothing of what follows
// what.
//
// `Wanted` says which columns are to be filled; where it is a constant (constant_columns) the rest of the work is not
// even compiled in. A header of which only the first bytes were captured fills the columns whose fields are there.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/decode/walk_packet.hpp>
#include <pcapframe/table/row_place.hpp>

namespace pcapframe::inline v0_2 {

/// The outcome of decoding a packet, beside its values. Small enough to be returned in registers.
struct decoded_packet {
    std::uint64_t valid = 0;    ///< which values of the first word were set: column_set::bit of each, and ipv6_bit
    bool is_ip = false;         ///< the frame carries IP, as far as its link headers say
    bool has_protocol = false;  ///< the IP protocol could be read
    std::uint8_t protocol = 0;
};

/// A place that no column has: a value for it is left out.
inline constexpr column no_column = static_cast<column>(column_count);

/// For each column another one, or `no_column`.
using column_map = std::array<column, column_count>;

namespace detail {

/// The columns whose names begin so, each in the place of the column that is named without the prefix.
[[nodiscard]] constexpr column_map columns_behind(std::string_view prefix) noexcept {
    column_map behind;
    behind.fill(no_column);
    for (std::size_t i = 0; i < column_count; ++i) {
        if (!column_list[i].name.starts_with(prefix)) continue;
        const std::string_view plain = column_list[i].name.substr(prefix.size());
        for (std::size_t j = 0; j < column_count; ++j)
            if (column_list[j].name == plain) behind[j] = static_cast<column>(i);
    }
    return behind;
}

}  // namespace detail

/// The columns of one level of the packet: those that the list has again with a prefix.
inline constexpr column_map inner_column_of = detail::columns_behind("inner_");
inline constexpr column_map outer_column_of = detail::columns_behind("outer_");
/// Those for a packet that is quoted: there are only a few.
inline constexpr column_map quoted_column_of = detail::columns_behind("quoted_");

namespace detail {

/// Whether the columns of a map are stored as those in whose places they are, and none is of the first word.
[[nodiscard]] constexpr bool can_be_filled(const column_map& map) noexcept {
    for (std::size_t i = 0; i < column_count; ++i)
        if (map[i] != no_column &&
            (type_of(map[i]) != column_list[i].type || column_set::word_of(map[i]) == 0))
            return false;
    return true;
}
static_assert(can_be_filled(inner_column_of) && can_be_filled(outer_column_of) && can_be_filled(quoted_column_of));

}  // namespace detail

/// Which bytes of a header were captured: all, or only the first ones.
struct whole_header {
    constexpr bool operator()(std::size_t) const noexcept { return true; }
};
struct cut_header {
    std::size_t bytes;
    constexpr bool operator()(std::size_t end) const noexcept { return end <= bytes; }
};

/// Which columns the headers of a packet go to: those without a prefix.
struct plain_names {
    static constexpr bool is_plain = true;
};
/// Those that a map has in their places. The maps are values rather than types, so that what fills the columns is
/// compiled once for all of them.
struct mapped_names {
    static constexpr bool is_plain = false;

    const column_map* columns;

    [[nodiscard]] column of(column plain) const noexcept { return (*columns)[static_cast<std::size_t>(plain)]; }
};

/// The row of one packet while it is filled. A handful of registers once inlined.
template <class Wanted, class Names = plain_names>
class packet_row {
public:
    packet_row(row_place out, Wanted wanted, std::uint64_t valid = 0) noexcept
        : decoded{.valid = valid}, out_(out), wanted_(wanted) {}
    /// Which values of the row are valid is written to its words at once: no column of a map is of the first word.
    packet_row(row_place out, Wanted wanted, Names names) noexcept : out_(out), wanted_(wanted), names_(names) {}

    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE Wanted wanted() const noexcept { return wanted_; }
    /// Whether any of these columns is wanted: a constant where the wanted ones are.
    template <column... Columns>
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool wants() const noexcept {
        if constexpr (!Names::is_plain) {
            return (wants_mapped(names_.of(Columns)) || ...);
        } else if constexpr (Wanted::is_constant) {
            constexpr bool is_wanted = Wanted::set.has_any(column_set{Columns...});
            return is_wanted;
        } else if constexpr (sizeof...(Columns) == 1) {
            return (wanted_().has(Columns) && ...);
        } else {
            constexpr column_set asked{Columns...};
            return wanted_().has_any(asked);
        }
    }
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE row_place place() const noexcept { return out_; }

    template <column C, class Value>
    PCAPFRAME_ALWAYS_INLINE void put(const Value& value) noexcept {
        if (!wants<C>()) return;
        if constexpr (!Names::is_plain) {
            const column to = names_.of(C);
            out_.template set_as<C>(to, value);
            out_.mark(to);
        } else {
            out_.template set<C>(value);
            if constexpr (column_set::word_of(C) == 0) decoded.valid |= column_set::bit(C);
            else out_.template mark<C>();
        }
    }

    PCAPFRAME_ALWAYS_INLINE void put_protocol(std::uint8_t number) noexcept {
        decoded.protocol = number;
        decoded.has_protocol = true;
        put<column::protocol>(ip_protocol_id(number));
    }

    /// The wanted columns that are known before any header is read.
    PCAPFRAME_ALWAYS_INLINE void put_record(const record& r, std::uint64_t frame_number,
                                            const interface_list& interfaces) noexcept {
        if (r.time != no_time) put<column::time>(r.time);
        put<column::frame_number>(frame_number);
        if (wants<column::caplen>()) put<column::caplen>(r.whole_caplen());
        if (wants<column::len>()) put<column::len>(r.whole_len());
        if (wants<column::direction>()) put_direction(r);
        put<column::link_type>(r.link_type);
        if (!wants<column::interface_id, column::interface_name>()) return;
        put<column::interface_id>(interfaces[r.interface].id);
        if (!interfaces[r.interface].name.empty()) put<column::interface_name>(interface_ref{r.interface});
    }
    /// A tag that was taken out is the outermost tag: it counts before the tags in the frame.
    PCAPFRAME_ALWAYS_INLINE void put_tag_in_front(const record& r) noexcept {
        if (wants<column::vlan_id>() && r.tag_in_front)
            put<column::vlan_id>(static_cast<std::uint16_t>(load_be16(r.data - 2) & 0x0fff));
    }

    template <class There>
    PCAPFRAME_ALWAYS_INLINE void put_ipv4(wire::ipv4_view ip, There there) noexcept {
        if (there(1)) put<column::ip_version>(std::uint8_t{4});
        if (there(2)) put<column::dscp>(ip.dscp());
        if (there(2)) put<column::ecn>(ip.ecn());
        if (there(4)) put<column::ip_len>(ip.total_length());
        if (there(6)) put<column::ip_id>(ip.identification());
        if (there(7)) put<column::more_fragments>(std::uint8_t{ip.more_fragments()});
        if (there(8)) put<column::fragment_offset>(ip.fragment_offset());
        if (there(9)) put<column::ttl>(ip.ttl());
        if (there(16) && wants<column::src_host>()) put<column::src_host>(ipv4_octets(ip.source()));
        if (there(20) && wants<column::dst_host>()) put<column::dst_host>(ipv4_octets(ip.destination()));
    }
    template <class There>
    PCAPFRAME_ALWAYS_INLINE void put_ipv6(wire::ipv6_view ip, There there) noexcept {
        if constexpr (Names::is_plain) decoded.valid |= ipv6_bit;
        else out_.mark_ipv6(names_.of(column::src_host));
        if (there(1)) put<column::ip_version>(std::uint8_t{6});
        if (there(2)) put<column::dscp>(ip.dscp());
        if (there(2)) put<column::ecn>(ip.ecn());
        if (there(4)) put<column::flow_label>(ip.flow_label());
        if (there(6)) put<column::ip_len>(std::uint32_t{ip.payload_length()} + 40);
        if (there(8)) put<column::ttl>(ip.hop_limit());
        if (there(24) && wants<column::src_host>()) put<column::src_host>(ipv6_octets(ip.source()));
        if (there(40) && wants<column::dst_host>()) put<column::dst_host>(ipv6_octets(ip.destination()));
    }
    template <class There>
    PCAPFRAME_ALWAYS_INLINE void put_tcp(wire::tcp_view tcp, There there) noexcept {
        put_ports(tcp, there);
        if (there(8)) put<column::tcp_seq>(tcp.sequence_number());
        if (there(12)) put<column::tcp_ack>(tcp.acknowledgment_number());
        if (there(14)) put<column::tcp_flags>(tcp.flags());
        if (there(16)) put<column::tcp_window>(tcp.window());
    }
    template <class There>
    PCAPFRAME_ALWAYS_INLINE void put_udp(wire::udp_view udp, There there) noexcept {
        put_ports(udp, there);
        if (there(6)) put<column::udp_len>(udp.length());
    }
    /// Source and destination port, which stand in the first four bytes of every transport header that has them.
    template <class View, class There>
    PCAPFRAME_ALWAYS_INLINE void put_ports(View header, There there) noexcept {
        if (there(2)) put<column::src_port>(header.source_port());
        if (there(4)) put<column::dst_port>(header.destination_port());
    }
    PCAPFRAME_ALWAYS_INLINE void put_payload(bytes_view payload) noexcept {
        put<column::payload>(payload);
        put<column::payload_len>(static_cast<std::uint32_t>(payload.size()));
    }

    /// All columns of a packet, by the walk over it.
    void put_walked(bytes_view frame, const walked_packet& walked, const header_path& path) noexcept {
        put_link(walked.link);
        decoded.is_ip = walked.link.is_ip();
        for (const header_place& header : path.headers(walked.first_header, walked.end_header))
            put_header(header.kind, header.in(frame));
        if (walked.has_protocol) put_protocol(walked.protocol);
        put<column::stop>(walked.stop);
    }

    decoded_packet decoded{};

private:
    void put_link(const link_result& link) noexcept {
        if (link.has_ethertype) put<column::ethertype>(link.ethertype);
        if (link.has_vlan) put<column::vlan_id>(link.vlan_id);
        if (wants<column::src_mac>() && link.source != nullptr)
            put<column::src_mac>(mac_address::from(link.source));
        if (wants<column::dst_mac>() && link.destination != nullptr)
            put<column::dst_mac>(mac_address::from(link.destination));
        // Of a frame cut in these headers it is not known which headers would have followed.
        if (link.has_carried && !link.is_ip() && link.stop.reason != stop_reason::truncated)
            put<column::protocol>(link.carried);
    }

    void put_header(layer kind, bytes_view bytes) noexcept {
        switch (kind) {
            case layer::ipv4: return with<wire::ipv4_view>(bytes, [&](auto ip, auto there) { put_ipv4(ip, there); });
            case layer::ipv6: return with<wire::ipv6_view>(bytes, [&](auto ip, auto there) { put_ipv6(ip, there); });
            case layer::ipv6_fragment: return put_fragment_header(bytes);
            case layer::tcp: return with<wire::tcp_view>(bytes, [&](auto tcp, auto there) { put_tcp(tcp, there); });
            case layer::udp: return with<wire::udp_view>(bytes, [&](auto udp, auto there) { put_udp(udp, there); });
            case layer::udplite:
            case layer::sctp:
            case layer::dccp:
                return with<wire::udp_view>(bytes, [&](auto ports, auto there) { put_ports(ports, there); });
            case layer::icmp:
            case layer::icmp6:
                return with<wire::icmp_view>(bytes, [&](auto icmp, auto there) { put_icmp(icmp, there, kind); });
            case layer::payload: return put_payload(bytes);
            default: return;
        }
    }

    /// Calls `put(view, which bytes are there)`. The view of a header that was cut is one of its first bytes.
    template <class View, class Put>
    PCAPFRAME_ALWAYS_INLINE void with(bytes_view bytes, Put put) noexcept {
        if (bytes.size() >= View::header_bytes) return put(View::of(bytes.data()), whole_header{});
        std::array<std::uint8_t, View::header_bytes> padded{};
        if (!bytes.empty()) std::memcpy(padded.data(), bytes.data(), bytes.size());
        put(View::of(padded.data()), cut_header{bytes.size()});
    }

    template <class There>
    void put_icmp(wire::icmp_view icmp, There there, layer kind) noexcept {
        if (there(1)) put<column::icmp_type>(icmp.type());
        if (there(2)) put<column::icmp_code>(icmp.code());
        if (there(6) && has_identifier(icmp.type(), kind)) put<column::icmp_id>(icmp.identifier());
    }
    /// Of ICMP echo, timestamp, information and address mask, requests and replies (RFC 792, RFC 950), and ICMPv6 echo
    /// (RFC 4443 section 4).
    static bool has_identifier(std::uint8_t type, layer kind) noexcept {
        if (kind == layer::icmp6) return type == 128 || type == 129;
        return type == 0 || type == 8 || (type >= 13 && type <= 18);
    }

    void put_fragment_header(bytes_view bytes) noexcept {
        // Of several, which no sender makes, the first counts.
        if (has_fragment_header_) return;
        has_fragment_header_ = true;
        if (bytes.size() >= 4) {
            put<column::fragment_offset>(wire::fragment_offset_field(bytes.data() + 2));
            put<column::more_fragments>(static_cast<std::uint8_t>(bytes[3] & 1));
        }
        if (const auto header = wire::ipv6_extension_view::check(bytes)) put<column::ip_id>(header->identification());
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

    [[nodiscard]] bool wants_mapped(column to) const noexcept { return to != no_column && wanted_().has(to); }

    row_place out_;
    [[no_unique_address]] Wanted wanted_;
    [[no_unique_address]] Names names_{};
    bool has_fragment_header_ = false;
};

}  // namespace pcapframe
