// THE list of columns. The batch's members, the row, `pcapframe columns`, every schema and every writer derive from it:
// a new column is one row here and the line of the decoder that fills it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/registry/stop.hpp>

namespace pcapframe::inline v0_2 {

/// An index into the capture's list of interfaces; shown as the interface's name.
enum class interface_ref : std::uint32_t {};

/// A direction as cells show it. Enough room: see fixed_text_bytes_max.
inline char* write_text(char* out, direction d) noexcept {
    for (const char c : name_of(d)) *out++ = c;
    return out;
}

// The types that columns are stored as, and their names in the words of Arrow and pandas.
#define PCAPFRAME_STORED_TYPES(X)                      \
    X(timestamp, std::int64_t, "timestamp[ns, UTC]")   \
    X(ip, ip_octets, "ip address")                     \
    X(mac, mac_address, "mac address")                 \
    X(number8, std::uint8_t, "uint8")                  \
    X(number16, std::uint16_t, "uint16")               \
    X(number32, std::uint32_t, "uint32")               \
    X(number64, std::uint64_t, "uint64")               \
    X(bytes, bytes_view, "binary")                     \
    X(protocol, protocol_id, "string")                 \
    X(interface, interface_ref, "string")              \
    X(stop, pcapframe::stop, "string")                 \
    X(direction, pcapframe::direction, "string")

enum class column_type : std::uint8_t {
#define PCAPFRAME_ENUMERATOR(name, type, words) name,
    PCAPFRAME_STORED_TYPES(PCAPFRAME_ENUMERATOR)
#undef PCAPFRAME_ENUMERATOR
};

/// The column_type of a stored type.
template <class Stored>
[[nodiscard]] constexpr column_type type_for() noexcept {
    column_type found{};
#define PCAPFRAME_FIND(name, type, words) \
    if constexpr (std::is_same_v<Stored, type>) found = column_type::name;
    PCAPFRAME_STORED_TYPES(PCAPFRAME_FIND)
#undef PCAPFRAME_FIND
    return found;
}

/// Calls `use(std::type_identity<Stored>())` for a type that is known at run time only. What does the same for all
/// columns of a type goes by this, not by column: there are a third as many, and compilers feel it.
template <class Use>
constexpr decltype(auto) with_type(column_type wanted, Use&& use) {
    switch (wanted) {
#define PCAPFRAME_CASE(name, type, words) \
    case column_type::name: return use(std::type_identity<type>());
        PCAPFRAME_STORED_TYPES(PCAPFRAME_CASE)
#undef PCAPFRAME_CASE
    }
    return use(std::type_identity<std::int64_t>());
}

/// The name of a type in the words of Arrow and pandas.
[[nodiscard]] constexpr std::string_view name_of(column_type t) noexcept {
    constexpr std::array names{
#define PCAPFRAME_WORDS(name, type, words) std::string_view(words),
        PCAPFRAME_STORED_TYPES(PCAPFRAME_WORDS)
#undef PCAPFRAME_WORDS
    };
    return names[static_cast<std::size_t>(t)];
}

/// The bytes of one stored value.
[[nodiscard]] constexpr std::size_t bytes_of(column_type t) noexcept {
    return with_type(t, [](auto stored) { return sizeof(typename decltype(stored)::type); });
}

#undef PCAPFRAME_STORED_TYPES

// Name, stored type, where it comes from, meaning. The first six are the default table, in this order.
#define PCAPFRAME_COLUMNS(X)                                                                                          \
    X(time, std::int64_t, "record", "when the packet was captured: nanoseconds since 1970-01-01 UTC")                 \
    X(src_host, ip_octets, "ipv4, ipv6", "source address of the outermost IP header")                                 \
    X(src_port, std::uint16_t, "tcp, udp, udplite, sctp, dccp", "source port; null in every fragment but the first")  \
    X(dst_host, ip_octets, "ipv4, ipv6", "destination address of the outermost IP header")                            \
    X(dst_port, std::uint16_t, "tcp, udp, udplite, sctp, dccp", "destination port")                                   \
    X(protocol, protocol_id, "ipv4, ipv6", "IP protocol by name, or its number; of other frames what they carry")     \
    X(payload, bytes_view, "transport", "the bytes after the transport header, clipped to the IP and UDP lengths")    \
    X(frame_number, std::uint64_t, "record", "position in the file, from 1, frames that are not shown included")      \
    X(interface_id, std::uint32_t, "record",                                                                          \
      "number of the interface: the system's while it is captured, within its section in a pcapng; 0 in a pcap")      \
    X(interface_name, interface_ref, "record", "name of the interface, where the file gives one")                     \
    X(link_type, std::uint16_t, "record", "LINKTYPE number of the frame")                                             \
    X(caplen, std::uint32_t, "record", "bytes captured")                                                              \
    X(len, std::uint32_t, "record", "bytes on the wire")                                                              \
    X(src_mac, mac_address, "ethernet, sll, sll2, ieee802_11", "source hardware address")                             \
    X(dst_mac, mac_address, "ethernet, ieee802_11", "destination hardware address")                                   \
    X(ethertype, std::uint16_t, "ethernet, vlan, sll, sll2, llc", "ethertype behind the VLAN tags")                   \
    X(vlan_id, std::uint16_t, "vlan", "VLAN identifier of the outermost tag")                                         \
    X(ip_version, std::uint8_t, "ipv4, ipv6", "4 or 6")                                                               \
    X(ip_len, std::uint32_t, "ipv4, ipv6", "bytes of the IP packet as its header says; IPv6: payload length plus 40") \
    X(ip_id, std::uint32_t, "ipv4, ipv6_extension", "identification; of IPv6 that of the Fragment header")            \
    X(ttl, std::uint8_t, "ipv4, ipv6", "time to live, hop limit")                                                     \
    X(dscp, std::uint8_t, "ipv4, ipv6", "differentiated services code point, 0 to 63")                                \
    X(ecn, std::uint8_t, "ipv4, ipv6", "explicit congestion notification, 0 to 3")                                    \
    X(fragment_offset, std::uint16_t, "ipv4, ipv6_extension", "bytes; null in IPv6 without Fragment header")          \
    X(tcp_flags, std::uint16_t, "tcp", "the 12 bits after the data offset; FIN is 1, SYN 2, RST 4, PSH 8, ACK 16")    \
    X(tcp_seq, std::uint32_t, "tcp", "sequence number as in the header")                                              \
    X(tcp_ack, std::uint32_t, "tcp", "acknowledgment number as in the header")                                        \
    X(tcp_window, std::uint16_t, "tcp", "window as in the header, not scaled")                                        \
    X(udp_len, std::uint16_t, "udp", "length of header and data as in the header")                                    \
    X(icmp_type, std::uint8_t, "icmp, icmp6", "message type")                                                         \
    X(icmp_code, std::uint8_t, "icmp, icmp6", "message code")                                                         \
    X(payload_len, std::uint32_t, "transport", "bytes of the payload that were captured")                             \
    X(flow_label, std::uint32_t, "ipv6", "flow label, 20 bits")                                                       \
    X(stop, pcapframe::stop, "decoder", "complete, or why the decoding ended and in which header")        \
    X(direction, pcapframe::direction, "record", "in, out, broadcast, multicast or other, where the source says it")

enum class column : std::uint8_t {
#define PCAPFRAME_ENUMERATOR(name, type, source, meaning) name,
    PCAPFRAME_COLUMNS(PCAPFRAME_ENUMERATOR)
#undef PCAPFRAME_ENUMERATOR
};

struct column_info {
    std::string_view name;
    column_type type;
    std::string_view source;   ///< the headers it comes from
    std::string_view meaning;
};

inline constexpr std::array column_list{
#define PCAPFRAME_INFO(name, type, source, meaning) column_info{#name, type_for<type>(), source, meaning},
    PCAPFRAME_COLUMNS(PCAPFRAME_INFO)
#undef PCAPFRAME_INFO
};
inline constexpr std::size_t column_count = column_list.size();

[[nodiscard]] constexpr const column_info& info_of(column c) noexcept {
    return column_list[static_cast<std::size_t>(c)];
}
[[nodiscard]] constexpr std::string_view name_of(column c) noexcept { return info_of(c).name; }
[[nodiscard]] constexpr column_type type_of(column c) noexcept { return info_of(c).type; }

/// A struct with one member per column, `Box<stored type>`, by the column's name.
template <template <class> class Box>
struct columnar {
#define PCAPFRAME_MEMBER(name, type, source, meaning) Box<type> name{};
    PCAPFRAME_COLUMNS(PCAPFRAME_MEMBER)
#undef PCAPFRAME_MEMBER
};

/// The stored type of a column, and its member of any `columnar`.
template <column C>
struct column_traits;
#define PCAPFRAME_TRAITS(column_name, stored_type, source, meaning)                             \
    template <>                                                                                 \
    struct column_traits<column::column_name> {                                                 \
        using type = stored_type;                                                               \
        template <class Columnar>                                                               \
        [[nodiscard]] static constexpr auto& of(Columnar& c) noexcept { return c.column_name; } \
    };
PCAPFRAME_COLUMNS(PCAPFRAME_TRAITS)
#undef PCAPFRAME_TRAITS

template <column C>
using column_constant = std::integral_constant<column, C>;

/// Calls `use(column_constant<C>())` for every column, in the order of the list.
template <class Use>
constexpr void each_column(Use&& use) {
#define PCAPFRAME_USE(name, type, source, meaning) use(column_constant<column::name>());
    PCAPFRAME_COLUMNS(PCAPFRAME_USE)
#undef PCAPFRAME_USE
}

#undef PCAPFRAME_COLUMNS

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
    constexpr column_set(Columns... columns) noexcept : bits_((bit(columns) | ...)) {}

    [[nodiscard]] static constexpr column_set from_bits(std::uint64_t bits) noexcept {
        column_set set;
        set.bits_ = bits;
        return set;
    }

    [[nodiscard]] constexpr bool has(column c) const noexcept { return (bits_ & bit(c)) != 0; }
    [[nodiscard]] constexpr bool has_any(column_set other) const noexcept { return (bits_ & other.bits_) != 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return static_cast<std::size_t>(std::popcount(bits_)); }
    [[nodiscard]] constexpr std::uint64_t bits() const noexcept { return bits_; }

    constexpr column_set& operator|=(column_set other) noexcept {
        bits_ |= other.bits_;
        return *this;
    }
    friend constexpr column_set operator|(column_set a, column_set b) noexcept { return a |= b; }
    friend constexpr bool operator==(column_set, column_set) = default;

    /// The bit of a column in masks of 64 bits (sets, and which values of a row are valid).
    [[nodiscard]] static constexpr std::uint64_t bit(column c) noexcept {
        return std::uint64_t{1} << static_cast<unsigned>(c);
    }

private:
    std::uint64_t bits_ = 0;
};

/// A set that is known when the program is compiled: code that asks it leaves no test behind.
template <column... Columns>
struct constant_columns {
    [[nodiscard]] constexpr column_set operator()() const noexcept {
        return column_set::from_bits((column_set::bit(Columns) | ... | 0));
    }
};

/// A set that is known at run time only, asked in the same way.
struct runtime_columns {
    column_set set;
    [[nodiscard]] constexpr column_set operator()() const noexcept { return set; }
};

/// The bit of a row's validity mask that is not a column: the row's addresses are IPv6.
inline constexpr std::uint64_t ipv6_bit = std::uint64_t{1} << 63;
static_assert(column_count < 63, "validity masks have 64 bits");

/// The columns of the manual's dataframe.
inline constexpr column_set default_columns{column::time,     column::src_host, column::src_port,
                                            column::dst_host, column::dst_port, column::protocol};

/// Columns in an order of the caller's.
using column_order = std::vector<column>;

/// A column by its name; an unknown name is an error that carries the nearest known one.
[[nodiscard]] inline result<column> find_column(std::string_view name) {
    const auto found = find_name(name, "column", column_list);
    return found ? result<column>(static_cast<column>(*found - column_list.data())) : found.error();
}

/// Columns by their names, separated by commas: "time,src_host". Naming one twice is an error.
[[nodiscard]] inline result<column_order> parse_columns(std::string_view names) {
    column_order order;
    column_set seen;
    while (true) {
        const std::size_t comma = names.find(',');
        const std::string_view name = names.substr(0, comma);
        const result<column> found = find_column(name);
        if (!found) return found.error();
        if (seen.has(*found))
            return error{.code = errc::bad_value, .detail = "a column named only once", .subject = name};
        seen |= *found;
        order.push_back(*found);
        if (comma == std::string_view::npos) return order;
        names.remove_prefix(comma + 1);
    }
}

/// The columns of a set in the order of the list.
[[nodiscard]] inline column_order order_of(column_set set) {
    column_order order;
    for (std::size_t i = 0; i < column_count; ++i)
        if (set.has(static_cast<column>(i))) order.push_back(static_cast<column>(i));
    return order;
}

[[nodiscard]] inline column_set set_of(const column_order& order) noexcept {
    column_set set;
    for (const column c : order) set |= c;
    return set;
}

}  // namespace pcapframe
