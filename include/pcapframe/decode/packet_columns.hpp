// THE list of the packets' columns; those of application protocols are in message_columns.hpp. The row, `pcapframe
// columns`, every schema and every writer derive from it: a new column is one entry here and the line that fills it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/message_columns.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

// The columns of a packet's network and transport headers again, for one level of the packet: `where` says which, in
// words, and `first` has the flags of the first.
#define PCAPFRAME_LEVEL_COLUMNS(X, level, first, where)                             \
    X(level##_src_host, ip_octets, "", first, "ipv4, ipv6",                         \
      "source address " where)                                                      \
    X(level##_src_port, std::uint16_t, "", none, "tcp, udp, udplite, sctp, dccp",   \
      "source port " where)                                                         \
    X(level##_dst_host, ip_octets, "", none, "ipv4, ipv6",                          \
      "destination address " where)                                                 \
    X(level##_dst_port, std::uint16_t, "", none, "tcp, udp, udplite, sctp, dccp",   \
      "destination port " where)                                                    \
    X(level##_protocol, protocol_id, "", none, "ipv4, ipv6",                        \
      "IP protocol, or what a frame without IP carries " where)                     \
    X(level##_payload, bytes_view, "", none, "transport",                           \
      "the bytes after the transport header " where)                                \
    X(level##_src_mac, mac_address, "", none, "ethernet, ieee802_11",               \
      "source hardware address " where)                                             \
    X(level##_dst_mac, mac_address, "", none, "ethernet, ieee802_11",               \
      "destination hardware address " where)                                        \
    X(level##_ethertype, std::uint16_t, "", none, "ethernet, vlan, gre, geneve",    \
      "ethertype behind the VLAN tags " where)                                      \
    X(level##_vlan_id, std::uint16_t, "", none, "vlan",                             \
      "VLAN identifier of the outermost tag " where)                                \
    X(level##_ip_version, std::uint8_t, "", none, "ipv4, ipv6",                     \
      "4 or 6 " where)                                                              \
    X(level##_ip_len, std::uint32_t, "bytes", none, "ipv4, ipv6",                   \
      "bytes of the IP packet as its header says " where)                           \
    X(level##_ip_id, std::uint32_t, "", none, "ipv4, ipv6_fragment",                \
      "identification " where)                                                      \
    X(level##_ttl, std::uint8_t, "", none, "ipv4, ipv6",                            \
      "time to live, hop limit " where)                                             \
    X(level##_dscp, std::uint8_t, "", none, "ipv4, ipv6",                           \
      "differentiated services code point " where)                                  \
    X(level##_ecn, std::uint8_t, "", none, "ipv4, ipv6",                            \
      "explicit congestion notification " where)                                    \
    X(level##_fragment_offset, std::uint16_t, "bytes", none, "ipv4, ipv6_fragment", \
      "place in the fragmented datagram " where)                                    \
    X(level##_more_fragments, std::uint8_t, "", none, "ipv4, ipv6_extension",       \
      "1 where more fragments follow, 0 otherwise, " where)                         \
    X(level##_tcp_flags, std::uint16_t, "", none, "tcp",                            \
      "the 12 bits after the data offset " where)                                   \
    X(level##_tcp_seq, std::uint32_t, "", none, "tcp",                              \
      "sequence number " where)                                                     \
    X(level##_tcp_ack, std::uint32_t, "", none, "tcp",                              \
      "acknowledgment number " where)                                               \
    X(level##_tcp_window, std::uint16_t, "", none, "tcp",                           \
      "window, not scaled " where)                                                  \
    X(level##_udp_len, std::uint16_t, "bytes", none, "udp",                         \
      "length of header and data " where)                                           \
    X(level##_icmp_type, std::uint8_t, "", none, "icmp, icmp6",                     \
      "message type " where)                                                        \
    X(level##_icmp_code, std::uint8_t, "", none, "icmp, icmp6",                     \
      "message code " where)                                                        \
    X(level##_icmp_id, std::uint16_t, "", none, "icmp, icmp6",                      \
      "identifier of an echo message " where)                                       \
    X(level##_payload_len, std::uint32_t, "bytes", none, "transport",               \
      "bytes of the payload that were captured " where)                             \
    X(level##_flow_label, std::uint32_t, "", none, "ipv6",                          \
      "flow label " where)                                                          \
    X(level##_stop, pcapframe::stop, "", none, "decoder",                           \
      "complete, or why the decoding ended and in which header " where)             \
    X(level##_fragments, std::uint32_t, "", none, "defragment",                     \
      "fragments of the datagram that was completed " where)                        \
    X(level##_datagram_frame, std::uint64_t, "", none, "defragment",                \
      "frame that completed the datagram " where)                                   \
    X(level##_fragment_conflict, std::uint8_t, "", none, "defragment",              \
      "1 where overlapping fragments differ " where)

// Name, stored type, unit, flags, where the values come from, meaning. The columns with the flag by_default are the
// default table, in this order.
#define PCAPFRAME_COLUMNS(X)                                                                                     \
    X(time, std::int64_t, "nanoseconds since 1970-01-01 UTC", by_default, "record",                              \
      "when the packet was captured: nanoseconds since 1970-01-01 UTC")                                          \
    X(src_host, ip_octets, "", by_default, "ipv4, ipv6",                                                         \
      "source address of the outermost IP header")                                                               \
    X(src_port, std::uint16_t, "", by_default, "tcp, udp, udplite, sctp, dccp",                                  \
      "source port; null in every fragment but the first")                                                       \
    X(dst_host, ip_octets, "", by_default, "ipv4, ipv6",                                                         \
      "destination address of the outermost IP header")                                                          \
    X(dst_port, std::uint16_t, "", by_default, "tcp, udp, udplite, sctp, dccp",                                  \
      "destination port")                                                                                        \
    X(protocol, protocol_id, "", by_default, "ipv4, ipv6",                                                       \
      "IP protocol by name, or its number; of other frames what they carry")                                     \
    X(payload, bytes_view, "", none, "transport",                                                                \
      "the bytes after the transport header, clipped to the IP and UDP lengths")                                 \
    X(frame_number, std::uint64_t, "", counts_frames, "record",                                                  \
      "position in the file, from 1, frames that are not shown included")                                        \
    X(interface_id, std::uint32_t, "", none, "record",                                                           \
      "number of the interface: the system's while it is captured, within its section in a pcapng; 0 in a pcap") \
    X(interface_name, interface_ref, "", none, "record",                                                         \
      "name of the interface, where the file gives one")                                                         \
    X(link_type, std::uint16_t, "", none, "record",                                                              \
      "LINKTYPE number of the frame")                                                                            \
    X(caplen, std::uint32_t, "bytes", none, "record",                                                            \
      "bytes captured")                                                                                          \
    X(len, std::uint32_t, "bytes", none, "record",                                                               \
      "bytes on the wire")                                                                                       \
    X(src_mac, mac_address, "", none, "ethernet, sll, sll2, ieee802_11",                                         \
      "source hardware address")                                                                                 \
    X(dst_mac, mac_address, "", none, "ethernet, ieee802_11",                                                    \
      "destination hardware address")                                                                            \
    X(ethertype, std::uint16_t, "", none, "ethernet, vlan, sll, sll2, llc",                                      \
      "ethertype behind the VLAN tags")                                                                          \
    X(vlan_id, std::uint16_t, "", none, "vlan",                                                                  \
      "VLAN identifier of the outermost tag")                                                                    \
    X(ip_version, std::uint8_t, "", none, "ipv4, ipv6",                                                          \
      "4 or 6")                                                                                                  \
    X(ip_len, std::uint32_t, "bytes", none, "ipv4, ipv6",                                                        \
      "bytes of the IP packet as its header says; IPv6: payload length plus 40")                                 \
    X(ip_id, std::uint32_t, "", none, "ipv4, ipv6_extension",                                                    \
      "identification; of IPv6 that of the Fragment header")                                                     \
    X(ttl, std::uint8_t, "", none, "ipv4, ipv6",                                                                 \
      "time to live, hop limit")                                                                                 \
    X(dscp, std::uint8_t, "", none, "ipv4, ipv6",                                                                \
      "differentiated services code point, 0 to 63")                                                             \
    X(ecn, std::uint8_t, "", none, "ipv4, ipv6",                                                                 \
      "explicit congestion notification, 0 to 3")                                                                \
    X(fragment_offset, std::uint16_t, "bytes", none, "ipv4, ipv6_extension",                                     \
      "bytes; null in IPv6 without Fragment header")                                                             \
    X(more_fragments, std::uint8_t, "", none, "ipv4, ipv6_extension",                                            \
      "1 where other fragments follow, else 0; null in IPv6 without Fragment header")                            \
    X(tcp_flags, std::uint16_t, "", none, "tcp",                                                                 \
      "the 12 bits after the data offset; FIN is 1, SYN 2, RST 4, PSH 8, ACK 16")                                \
    X(tcp_seq, std::uint32_t, "", none, "tcp",                                                                   \
      "sequence number as in the header")                                                                        \
    X(tcp_ack, std::uint32_t, "", none, "tcp",                                                                   \
      "acknowledgment number as in the header")                                                                  \
    X(tcp_window, std::uint16_t, "", none, "tcp",                                                                \
      "window as in the header, not scaled")                                                                     \
    X(udp_len, std::uint16_t, "bytes", none, "udp",                                                              \
      "length of header and data as in the header")                                                              \
    X(icmp_type, std::uint8_t, "", none, "icmp, icmp6",                                                          \
      "message type")                                                                                            \
    X(icmp_code, std::uint8_t, "", none, "icmp, icmp6",                                                          \
      "message code")                                                                                            \
    X(icmp_id, std::uint16_t, "", none, "icmp, icmp6",                                                           \
      "identifier of echo, timestamp, information and address mask messages")                                    \
    X(payload_len, std::uint32_t, "bytes", none, "transport",                                                    \
      "bytes of the payload that were captured")                                                                 \
    X(flow_label, std::uint32_t, "", none, "ipv6",                                                               \
      "flow label, 20 bits")                                                                                     \
    X(stop, pcapframe::stop, "", none, "decoder",                                                                \
      "complete, or why the decoding ended and in which header")                                                 \
    X(direction, pcapframe::direction, "", none, "record",                                                       \
      "in, out, broadcast, multicast or other, where the source says it")                                        \
    X(layers, owned_text, "", none, "decoder",                                                                   \
      "the headers of the whole packet, tunnels included: ethernet:ipv4:udp:vxlan:ethernet:ipv4:tcp")            \
    X(tunnel, owned_text, "", none, "decoder",                                                                   \
      "the headers of the tunnels, outermost first: vxlan, gre/erspan; null without a tunnel")                   \
    X(tunnel_id, std::uint32_t, "", none, "decoder",                                                             \
      "VNI, TEID, GRE key, session, VSID or bottom label of the innermost tunnel that has such a number")        \
    X(tunnel_depth, std::uint8_t, "", none, "decoder",                                                           \
      "tunnels that the packet goes through; 0 for one without a tunnel")                                        \
    X(vlan_ids, number_list, "", none, "vlan",                                                                   \
      "VLAN identifiers of all tags of the whole packet, outermost first; null without a tag")                   \
    X(mpls_labels, number_list, "", none, "mpls",                                                                \
      "MPLS labels of the whole packet, outermost first; null without a label")                                  \
    X(fragments, std::uint32_t, "", none, "defragment",                                                          \
      "of the fragment that completes its datagram: how many there were (see the option defragment)")            \
    X(datagram_frame, std::uint64_t, "", none, "defragment",                                                     \
      "frame number of the fragment that completed the datagram, in its own row and those of late repetitions")  \
    X(fragment_conflict, std::uint8_t, "", none, "defragment",                                                   \
      "of fragments: 1 where bytes differ from those of one before, in this fragment or the whole datagram")     \
    PCAPFRAME_MESSAGE_COLUMNS(X)                                                                                 \
    PCAPFRAME_LEVEL_COLUMNS(X, inner, begins_word, "in the innermost packet; null without a tunnel")             \
    PCAPFRAME_LEVEL_COLUMNS(X, outer, begins_word, "in the outermost packet")                                    \
    X(quoted_src_host, ip_octets, "", begins_word, "icmp, icmp6",                                                \
      "source address of the packet that an ICMP error quotes")                                                  \
    X(quoted_src_port, std::uint16_t, "", none, "icmp, icmp6",                                                   \
      "its source port")                                                                                         \
    X(quoted_dst_host, ip_octets, "", none, "icmp, icmp6",                                                       \
      "its destination address")                                                                                 \
    X(quoted_dst_port, std::uint16_t, "", none, "icmp, icmp6",                                                   \
      "its destination port")                                                                                    \
    X(quoted_protocol, protocol_id, "", none, "icmp, icmp6",                                                     \
      "its IP protocol")

/// A column of packets. Its numbers may change with a new column: files and texts have names.
enum class column : std::uint16_t {
#define PCAPFRAME_ENUMERATOR(name, type, unit, flags, source, meaning) name,
    PCAPFRAME_COLUMNS(PCAPFRAME_ENUMERATOR)
#undef PCAPFRAME_ENUMERATOR
};

/// What is known of each column, by its number.
inline constexpr std::array column_list{
#define PCAPFRAME_FIELD(name, type, unit, flags, source, meaning) \
    field{#name, type_for<type>(), source, meaning, unit, field_flags::flags},
    PCAPFRAME_COLUMNS(PCAPFRAME_FIELD)
#undef PCAPFRAME_FIELD
};
/// How many columns there are.
inline constexpr std::size_t column_count = column_list.size();

/// The list of the kind that `column` numbers.
[[nodiscard]] constexpr std::span<const field> fields_of(column) noexcept { return column_list; }

/// What the list says of a column.
[[nodiscard]] constexpr const field& info_of(column c) noexcept { return column_list[static_cast<std::size_t>(c)]; }
[[nodiscard]] constexpr std::string_view name_of(column c) noexcept { return info_of(c).name; }
/// What a column or field is stored as.
[[nodiscard]] constexpr column_type type_of(column c) noexcept { return info_of(c).type; }

/// A struct with one member per column, `Box<stored type>`, by the column's name.
template <template <class> class Box>
struct columnar {
#define PCAPFRAME_MEMBER(name, type, unit, flags, source, meaning) Box<type> name{};
    PCAPFRAME_COLUMNS(PCAPFRAME_MEMBER)
#undef PCAPFRAME_MEMBER
};

/// A member function for each column, by the column's name. Its type is `Given<stored type>`: what the owner's `get` of
/// the column gives.
template <class Owner, template <class> class Given>
class columns_by_name {
public:
#define PCAPFRAME_MEMBER(name, type, unit, flags, source, meaning)        \
    [[nodiscard]] Given<type> name() const noexcept {                     \
        return static_cast<const Owner*>(this)->template get<column::name>(); \
    }
    PCAPFRAME_COLUMNS(PCAPFRAME_MEMBER)
#undef PCAPFRAME_MEMBER
};

// The stored type of a column, and its member of any `columnar`.
#define PCAPFRAME_TRAITS(column_name, stored_type, unit, flags, source, meaning)                \
    template <>                                                                                 \
    struct column_traits<column::column_name> {                                                 \
        using type = stored_type;                                                               \
        template <class Columnar>                                                               \
        [[nodiscard]] static constexpr auto& of(Columnar& c) noexcept { return c.column_name; } \
    };
PCAPFRAME_COLUMNS(PCAPFRAME_TRAITS)
#undef PCAPFRAME_TRAITS

/// A column as a type, for templates.
template <column C>
using column_constant = std::integral_constant<column, C>;

/// Calls `use(column_constant<C>())` for every column, in the order of the list.
template <class Use>
constexpr void each_column(Use&& use) {
#define PCAPFRAME_USE(name, type, unit, flags, source, meaning) use(column_constant<column::name>());
    PCAPFRAME_COLUMNS(PCAPFRAME_USE)
#undef PCAPFRAME_USE
}

#undef PCAPFRAME_COLUMNS
#undef PCAPFRAME_LEVEL_COLUMNS

/// Calls `use(column_constant<C>())` for one column that is known at run time only.
template <class Use>
constexpr void with_column(column wanted, Use&& use) {
    each_column([&](auto c) {
        if (c == wanted) use(c);
    });
}

/// A set of columns; a constant expression where it is made of constants.
class column_set {
public:
    constexpr column_set() = default;
    template <class... Columns>
        requires(sizeof...(Columns) > 0 && (std::is_same_v<Columns, column> && ...))
    constexpr column_set(Columns... columns) noexcept {
        ((words_[word_of(columns)] |= bit(columns)), ...);
    }

    [[nodiscard]] constexpr bool has(column c) const noexcept { return (words_[word_of(c)] & bit(c)) != 0; }
    [[nodiscard]] constexpr bool has_any(column_set other) const noexcept {
        for (std::size_t w = 0; w < words_.size(); ++w)
            if ((words_[w] & other.words_[w]) != 0) return true;
        return false;
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return *this == column_set(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        std::size_t count = 0;
        for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
        return count;
    }

    constexpr column_set& operator|=(column_set other) noexcept {
        for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
        return *this;
    }
    friend constexpr column_set operator|(column_set a, column_set b) noexcept { return a |= b; }
    friend constexpr bool operator==(column_set, column_set) = default;

    /// Where a column's bit is: in which word, of sets and of the validity of rows, and which of its bits.
    [[nodiscard]] static constexpr std::size_t word_of(column c) noexcept {
        return field_places<column>[static_cast<std::size_t>(c)].word;
    }
    [[nodiscard]] static constexpr std::uint64_t bit(column c) noexcept {
        return field_places<column>[static_cast<std::size_t>(c)].mask();
    }

private:
    std::array<std::uint64_t, words_of<column>> words_{};
};

/// A set that is known when the program is compiled: code that asks it leaves no test behind.
template <column... Columns>
struct constant_columns {
    static constexpr bool is_constant = true;
    static constexpr column_set set = (column_set() | ... | column_set(Columns));

    /// Not a copy: a set has many words, and would be copied for each column that is asked for.
    [[nodiscard]] constexpr const column_set& operator()() const noexcept { return set; }
};

/// A set that is known at run time only, asked in the same way.
struct runtime_columns {
    static constexpr bool is_constant = false;

    column_set set;
    [[nodiscard]] constexpr column_set operator()() const noexcept { return set; }
};

/// The columns of the manual's dataframe.
inline constexpr column_set default_columns = [] {
    column_set set;
    for (std::size_t i = 0; i < column_count; ++i)
        if (column_list[i].has(field_flags::by_default)) set |= static_cast<column>(i);
    return set;
}();

/// The columns that application protocols fill.
inline constexpr column_set message_columns = [] {
    column_set set;
#define PCAPFRAME_ADD(name, type, unit, flags, source, meaning) set |= column::name;
    PCAPFRAME_MESSAGE_COLUMNS(PCAPFRAME_ADD)
#undef PCAPFRAME_ADD
    return set;
}();

#undef PCAPFRAME_MESSAGE_COLUMNS

/// Columns in an order of the caller's.
using column_order = std::vector<column>;

/// A column by its name; an unknown name is an error that carries the nearest known one.
[[nodiscard]] inline result<column> find_column(std::string_view name) {
    const auto found = find_name(name, "column", column_list);
    return found ? result<column>(static_cast<column>(*found - column_list.data())) : found.error();
}

/// The columns of a set in the order of the list.
[[nodiscard]] inline column_order order_of(column_set set) {
    column_order order;
    for (std::size_t i = 0; i < column_count; ++i)
        if (set.has(static_cast<column>(i))) order.push_back(static_cast<column>(i));
    return order;
}

namespace detail {

[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\n\r";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// One item of a list of columns, taken into the order so far.
[[nodiscard]] inline result<void> take_column(column_order& order, std::string_view item) {
    const bool adds = item.starts_with('+');
    const bool removes = item.starts_with('-');
    const std::string_view name = without_blanks(adds || removes ? item.substr(1) : item);
    column_order named;
    if (name == "all") {
        for (std::size_t i = 0; i < column_count; ++i) named.push_back(static_cast<column>(i));
    } else {
        const result<column> found = find_column(name);
        if (!found) return found.error();
        named.push_back(*found);
    }
    for (const column c : named) {
        const auto at = std::find(order.begin(), order.end(), c);
        if (removes && at != order.end()) order.erase(at);
        if (!removes && at == order.end()) order.push_back(c);
        else if (!removes && !adds)
            return error{.code = errc::bad_value, .detail = "a column named only once", .subject = name};
    }
    return {};
}

}  // namespace detail

/// Columns by their names, separated by commas, with blanks where one likes: "time, src_host". "all" is all of them.
/// "+len" adds a column to those before, "-src_port" takes one away; where the first of the list is such, what is
/// before is the default table. Errors: an unknown name; a column named twice; no column left.
[[nodiscard]] inline result<column_order> parse_columns(std::string_view names) {
    column_order order;
    const std::string_view first = detail::without_blanks(names);
    if (first.starts_with('+') || first.starts_with('-')) order = order_of(default_columns);
    while (true) {
        const std::size_t comma = names.find(',');
        const result<void> taken = detail::take_column(order, detail::without_blanks(names.substr(0, comma)));
        if (!taken) return taken.error();
        if (comma == std::string_view::npos) break;
        names.remove_prefix(comma + 1);
    }
    if (order.empty())
        return error{.code = errc::bad_value, .detail = "a list of columns with a column left", .subject = first};
    return order;
}

/// The set of the columns of a list.
[[nodiscard]] inline column_set set_of(const column_order& order) noexcept {
    column_set set;
    for (const column c : order) set |= c;
    return set;
}

}  // namespace pcapframe
