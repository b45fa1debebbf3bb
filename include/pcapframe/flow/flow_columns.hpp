// THE list of the columns of flows, each with its formula. `pcapframe columns --of flows`, every schema and every
// writer derive from it: a new column is one entry here, and the line of flow/flow_rows.hpp that fills it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

// Name, stored type, unit, flags, the packet columns that the value is made of, meaning. In the meanings, "source" is
// the side that began the conversation (see direction_by), "destination" the other side; sums are over the packets of
// the flow, and what is said of a side is over the packets that this side sent.
#define PCAPFRAME_FLOW_COLUMNS(X)                                                                                \
    X(first_time, std::int64_t, "nanoseconds since 1970-01-01 UTC", by_default, "time",                          \
      "the earliest time of a packet")                                                                           \
    X(last_time, std::int64_t, "nanoseconds since 1970-01-01 UTC", by_default, "time",                           \
      "the latest time of a packet")                                                                             \
    X(duration, std::uint64_t, "nanoseconds", by_default, "time",                                                \
      "last_time - first_time")                                                                                  \
    X(src_host, ip_octets, "", by_default, "src_host, dst_host",                                                 \
      "address of the source")                                                                                   \
    X(src_port, std::uint16_t, "", by_default, "src_port, dst_port",                                             \
      "port of the source; null where packets have none, and of fragments whose first one is not there")         \
    X(dst_host, ip_octets, "", by_default, "src_host, dst_host",                                                 \
      "address of the destination")                                                                              \
    X(dst_port, std::uint16_t, "", by_default, "src_port, dst_port",                                             \
      "port of the destination")                                                                                 \
    X(protocol, protocol_id, "", by_default, "protocol",                                                         \
      "IP protocol by name, or its number")                                                                      \
    X(state, owned_text, "", by_default, "tcp_flags, payload_len",                                               \
      "conn_state as Zeek defines it: S0, S1, SF, REJ, S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR, OTH")         \
    X(packets, std::uint64_t, "packets", by_default, "record",                                                   \
      "number of packets: src_packets + dst_packets")                                                            \
    X(bytes, std::uint64_t, "bytes", by_default, "len",                                                          \
      "sum of len, the bytes on the wire: src_bytes + dst_bytes")                                                \
    X(src_packets, std::uint64_t, "packets", by_default, "record",                                               \
      "number of packets from the source")                                                                       \
    X(src_bytes, std::uint64_t, "bytes", by_default, "len",                                                      \
      "sum of len from the source")                                                                              \
    X(dst_packets, std::uint64_t, "packets", by_default, "record",                                               \
      "number of packets from the destination")                                                                  \
    X(dst_bytes, std::uint64_t, "bytes", by_default, "len",                                                      \
      "sum of len from the destination")                                                                         \
    X(flow_id, std::uint64_t, "", none, "",                                                                      \
      "number of the flow, from 1, in the order in which flows begin")                                           \
    X(continues, std::uint64_t, "", none, "",                                                                    \
      "flow_id of the flow of the same hosts, ports and protocol that this one goes on with; null for none")     \
    X(end_reason, owned_text, "", none, "time, tcp_flags",                                                       \
      "why the flow ended: fin, rst, reused, idle, active, evicted, or end (of the input)")                      \
    X(direction_by, owned_text, "", none, "time, tcp_flags, icmp_type",                                          \
      "what told the source: syn, syn_ack, request, continued, time, port, or address")                          \
    X(community_id, owned_text, "", none, "src_host, dst_host, src_port, dst_port, protocol, icmp_type",         \
      "Community ID 1, seed 0: '1:' and the SHA-1 of the ordered five-tuple in base64; null without hosts")      \
    X(ip_version, std::uint8_t, "", none, "ip_version",                                                          \
      "4 or 6")                                                                                                  \
    X(vlan_id, std::uint16_t, "", none, "vlan_id",                                                               \
      "VLAN identifier of the outermost tag, where flows are told apart by it; else null")                       \
    X(tunnel_id, std::uint32_t, "", none, "tunnel_id",                                                           \
      "tunnel_id of the packets, where flows are told apart by it; else null")                                   \
    X(icmp_type, std::uint8_t, "", none, "icmp_type",                                                            \
      "type of the source's messages; of a reply alone the type of its request")                                 \
    X(icmp_code, std::uint8_t, "", none, "icmp_code",                                                            \
      "code of messages that have no answer; null for requests and replies")                                     \
    X(icmp_id, std::uint16_t, "", none, "icmp_id",                                                               \
      "identifier of echo, timestamp, information and address mask messages")                                    \
    X(src_ip_bytes, std::uint64_t, "bytes", none, "ip_len",                                                      \
      "sum of ip_len from the source")                                                                           \
    X(dst_ip_bytes, std::uint64_t, "bytes", none, "ip_len",                                                      \
      "sum of ip_len from the destination")                                                                      \
    X(src_payload_bytes, std::uint64_t, "bytes", none, "payload_len, len, caplen, stop",                         \
      "sum of payload_len from the source, and of len - caplen where the capture cut the payload")               \
    X(dst_payload_bytes, std::uint64_t, "bytes", none, "payload_len, len, caplen, stop",                         \
      "sum of payload_len from the destination, and of len - caplen where the capture cut the payload")          \
    X(src_tcp_flags, std::uint16_t, "", none, "tcp_flags",                                                       \
      "all TCP flags from the source, or-ed")                                                                    \
    X(dst_tcp_flags, std::uint16_t, "", none, "tcp_flags",                                                       \
      "all TCP flags from the destination, or-ed")                                                               \
    X(first_frame, std::uint64_t, "", none, "frame_number",                                                      \
      "frame_number of the earliest packet (of equal times, the first in the file)")                             \
    X(last_frame, std::uint64_t, "", none, "frame_number",                                                       \
      "frame_number of the latest packet (of equal times, the last in the file)")                                \
    X(size_min, std::uint64_t, "bytes", none, "len",                                                             \
      "least len of the packets")                                                                                \
    X(size_mean, double, "bytes", none, "len",                                                                   \
      "mean of len of the packets")                                                                              \
    X(size_std, double, "bytes", none, "len",                                                                    \
      "standard deviation of len of the packets, of a sample (by n - 1); null below 2")                          \
    X(size_max, std::uint64_t, "bytes", none, "len",                                                             \
      "greatest len of the packets")                                                                             \
    X(src_size_min, std::uint64_t, "bytes", none, "len",                                                         \
      "least len of the packets from the source")                                                                \
    X(src_size_mean, double, "bytes", none, "len",                                                               \
      "mean of len of the packets from the source")                                                              \
    X(src_size_std, double, "bytes", none, "len",                                                                \
      "standard deviation of len of the packets from the source, of a sample (by n - 1); null below 2")          \
    X(src_size_max, std::uint64_t, "bytes", none, "len",                                                         \
      "greatest len of the packets from the source")                                                             \
    X(dst_size_min, std::uint64_t, "bytes", none, "len",                                                         \
      "least len of the packets from the destination")                                                           \
    X(dst_size_mean, double, "bytes", none, "len",                                                               \
      "mean of len of the packets from the destination")                                                         \
    X(dst_size_std, double, "bytes", none, "len",                                                                \
      "standard deviation of len of the packets from the destination, of a sample (by n - 1); null below 2")     \
    X(dst_size_max, std::uint64_t, "bytes", none, "len",                                                         \
      "greatest len of the packets from the destination")                                                        \
    X(gap_min, std::uint64_t, "nanoseconds", none, "time",                                                       \
      "least gap of the packets: time since the one before, in the order of time")                               \
    X(gap_mean, double, "nanoseconds", none, "time",                                                             \
      "mean of the gaps of the packets")                                                                         \
    X(gap_std, double, "nanoseconds", none, "time",                                                              \
      "standard deviation of the gaps of the packets, of a sample; null below 2")                                \
    X(gap_max, std::uint64_t, "nanoseconds", none, "time",                                                       \
      "greatest gap of the packets")                                                                             \
    X(src_gap_min, std::uint64_t, "nanoseconds", none, "time",                                                   \
      "least gap of the packets from the source: time since the one before, in the order of time")               \
    X(src_gap_mean, double, "nanoseconds", none, "time",                                                         \
      "mean of the gaps of the packets from the source")                                                         \
    X(src_gap_std, double, "nanoseconds", none, "time",                                                          \
      "standard deviation of the gaps of the packets from the source, of a sample; null below 2")                \
    X(src_gap_max, std::uint64_t, "nanoseconds", none, "time",                                                   \
      "greatest gap of the packets from the source")                                                             \
    X(dst_gap_min, std::uint64_t, "nanoseconds", none, "time",                                                   \
      "least gap of the packets from the destination: time since the one before, in the order of time")          \
    X(dst_gap_mean, double, "nanoseconds", none, "time",                                                         \
      "mean of the gaps of the packets from the destination")                                                    \
    X(dst_gap_std, double, "nanoseconds", none, "time",                                                          \
      "standard deviation of the gaps of the packets from the destination, of a sample; null below 2")           \
    X(dst_gap_max, std::uint64_t, "nanoseconds", none, "time",                                                   \
      "greatest gap of the packets from the destination")                                                        \
    X(src_ttl_min, std::uint8_t, "", none, "ttl",                                                                \
      "least ttl from the source")                                                                               \
    X(src_ttl_max, std::uint8_t, "", none, "ttl",                                                                \
      "greatest ttl from the source")                                                                            \
    X(dst_ttl_min, std::uint8_t, "", none, "ttl",                                                                \
      "least ttl from the destination")                                                                          \
    X(dst_ttl_max, std::uint8_t, "", none, "ttl",                                                                \
      "greatest ttl from the destination")                                                                       \
    X(src_fin_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with FIN")                                                                        \
    X(src_syn_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with SYN")                                                                        \
    X(src_rst_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with RST")                                                                        \
    X(src_psh_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with PSH")                                                                        \
    X(src_ack_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with ACK")                                                                        \
    X(src_urg_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with URG")                                                                        \
    X(src_ece_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with ECE")                                                                        \
    X(src_cwr_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the source with CWR")                                                                        \
    X(dst_fin_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with FIN")                                                                   \
    X(dst_syn_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with SYN")                                                                   \
    X(dst_rst_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with RST")                                                                   \
    X(dst_psh_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with PSH")                                                                   \
    X(dst_ack_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with ACK")                                                                   \
    X(dst_urg_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with URG")                                                                   \
    X(dst_ece_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with ECE")                                                                   \
    X(dst_cwr_packets, std::uint32_t, "packets", none, "tcp_flags",                                              \
      "packets from the destination with CWR")                                                                   \
    X(src_zero_windows, std::uint32_t, "packets", none, "tcp_flags, tcp_window",                                 \
      "packets from the source with a window of 0, without SYN, FIN and RST")                                    \
    X(dst_zero_windows, std::uint32_t, "packets", none, "tcp_flags, tcp_window",                                 \
      "packets from the destination with a window of 0, without SYN, FIN and RST")                               \
    X(history, owned_text, "", none, "tcp_flags, tcp_seq, payload_len, tcp_window",                              \
      "as in Zeek, what each side did first (S H A D F R Q T W G): large letters are of the source")             \
    X(syn_ack_delay, std::uint64_t, "nanoseconds", none, "time, tcp_flags",                                      \
      "from the last SYN before the first SYN with ACK to that one")                                             \
    X(ack_delay, std::uint64_t, "nanoseconds", none, "time, tcp_flags",                                          \
      "from the last SYN with ACK before the first ACK of the source to that one")                               \
    X(handshake_time, std::uint64_t, "nanoseconds", none, "time, tcp_flags",                                     \
      "syn_ack_delay + ack_delay")                                                                               \
    X(src_rtt_min, std::uint64_t, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                 \
      "least time from data, SYN or FIN of the source to its ACK; one at a time, none sent twice")               \
    X(src_rtt_mean, double, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                       \
      "mean time from data, SYN or FIN of the source to its ACK; one at a time, none sent twice")                \
    X(src_rtt_max, std::uint64_t, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                 \
      "greatest time from data, SYN or FIN of the source to its ACK; one at a time, none sent twice")            \
    X(dst_rtt_min, std::uint64_t, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                 \
      "least time from data, SYN or FIN of the destination to its ACK; one at a time, none sent twice")          \
    X(dst_rtt_mean, double, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                       \
      "mean time from data, SYN or FIN of the destination to its ACK; one at a time, none sent twice")           \
    X(dst_rtt_max, std::uint64_t, "nanoseconds", none, "time, tcp_seq, tcp_ack",                                 \
      "greatest time from data, SYN or FIN of the destination to its ACK; one at a time, none sent twice")       \
    X(src_retransmitted_packets, std::uint32_t, "packets", none, "tcp_flags, tcp_seq, payload_len",              \
      "packets from the source that carry what was carried before, and nothing that was missing")                \
    X(src_retransmitted_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                  \
      "sequence numbers (payload, SYN, FIN) that the source sent and had sent before")                           \
    X(src_out_of_order_packets, std::uint32_t, "packets", none, "tcp_flags, tcp_seq, payload_len",               \
      "packets from the source that carry what was missing before a later packet")                               \
    X(src_out_of_order_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                   \
      "sequence numbers from the source that were missing before a later packet")                                \
    X(src_lost_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                           \
      "sequence numbers of the source, between those of its packets, that no packet carries")                    \
    X(dst_retransmitted_packets, std::uint32_t, "packets", none, "tcp_flags, tcp_seq, payload_len",              \
      "packets from the destination that carry what was carried before, and nothing that was missing")           \
    X(dst_retransmitted_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                  \
      "sequence numbers (payload, SYN, FIN) that the destination sent and had sent before")                      \
    X(dst_out_of_order_packets, std::uint32_t, "packets", none, "tcp_flags, tcp_seq, payload_len",               \
      "packets from the destination that carry what was missing before a later packet")                          \
    X(dst_out_of_order_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                   \
      "sequence numbers from the destination that were missing before a later packet")                           \
    X(dst_lost_bytes, std::uint64_t, "bytes", none, "tcp_flags, tcp_seq, payload_len",                           \
      "sequence numbers of the destination, between those of its packets, that no packet carries")               \
    X(first_sizes, number_list, "bytes", none, "len",                                                            \
      "len of each of the first 20 packets")                                                                     \
    X(first_directions, number_list, "", none, "",                                                               \
      "of each of them 0 if the source sent it, 1 if the destination did")                                       \
    X(first_gaps, number_list, "nanoseconds", none, "time",                                                      \
      "of each of them the gap since the one before; 0 of the first")

/// A column of flows.
enum class flow_column : std::uint16_t {
#define PCAPFRAME_ENUMERATOR(name, type, unit, flags, source, meaning) name,
    PCAPFRAME_FLOW_COLUMNS(PCAPFRAME_ENUMERATOR)
#undef PCAPFRAME_ENUMERATOR
};

/// What is known of each column of flows, by its number.
inline constexpr std::array flow_column_list{
#define PCAPFRAME_FIELD(name, type, unit, flags, source, meaning) \
    field{#name, type_for<type>(), source, meaning, unit, field_flags::flags},
    PCAPFRAME_FLOW_COLUMNS(PCAPFRAME_FIELD)
#undef PCAPFRAME_FIELD
};

/// The list of the kind that `flow_column` numbers.
[[nodiscard]] constexpr std::span<const field> fields_of(flow_column) noexcept { return flow_column_list; }

[[nodiscard]] constexpr const field& info_of(flow_column c) noexcept {
    return flow_column_list[static_cast<std::size_t>(c)];
}
[[nodiscard]] constexpr std::string_view name_of(flow_column c) noexcept { return info_of(c).name; }

#define PCAPFRAME_TRAITS(column_name, stored_type, unit, flags, source, meaning) \
    template <>                                                                  \
    struct column_traits<flow_column::column_name> {                             \
        using type = stored_type;                                                \
    };
PCAPFRAME_FLOW_COLUMNS(PCAPFRAME_TRAITS)
#undef PCAPFRAME_TRAITS
#undef PCAPFRAME_FLOW_COLUMNS

/// Columns of flows in an order of the caller's.
using flow_column_order = std::vector<flow_column>;

/// The columns of flows that those get who did not ask for others, in the order of the list.
[[nodiscard]] inline flow_column_order default_flow_columns() {
    flow_column_order order;
    for (std::size_t i = 0; i < flow_column_list.size(); ++i)
        if (flow_column_list[i].has(field_flags::by_default)) order.push_back(static_cast<flow_column>(i));
    return order;
}

/// Columns of flows by their names, separated by commas: "src_host,dst_host,bytes"; "all" names all of them, in the
/// order of the list. Errors: an unknown name (with the nearest known one), a name that is given twice.
[[nodiscard]] inline result<flow_column_order> parse_flow_columns(std::string_view names) {
    flow_column_order order;
    if (names == "all") {
        for (std::size_t i = 0; i < flow_column_list.size(); ++i) order.push_back(static_cast<flow_column>(i));
        return order;
    }
    std::array<bool, flow_column_list.size()> seen{};
    while (true) {
        const std::size_t comma = names.find(',');
        const std::string_view name = names.substr(0, comma);
        const auto found = find_name(name, "column of flows", flow_column_list);
        if (!found) return found.error();
        const auto number = static_cast<std::size_t>(*found - flow_column_list.data());
        if (seen[number])
            return error{.code = errc::bad_value, .detail = "a column named only once", .subject = name};
        seen[number] = true;
        order.push_back(static_cast<flow_column>(number));
        if (comma == std::string_view::npos) return order;
        names.remove_prefix(comma + 1);
    }
}

}  // namespace pcapframe
