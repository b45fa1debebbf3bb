// What the tracker of flows takes of a packet, read from the columns of a batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/flow/flow_key.hpp>

namespace pcapframe::inline v0_2 {

/// A packet as flows count it.
struct flow_packet {
    // What part of a datagram the packet is.
    enum class part : std::uint8_t { whole, first_fragment, later_fragment };

    flow_key key{};
    std::uint64_t hash = 0;  ///< of the key
    std::int64_t time = 0;
    std::uint64_t frame = 0;
    std::uint32_t bytes = 0;          ///< on the wire
    std::uint32_t ip_bytes = 0;
    std::uint32_t payload_bytes = 0;  ///< on the wire, as far as known
    std::uint32_t tcp_seq = 0;
    std::uint32_t tcp_ack = 0;
    std::uint32_t datagram = 0;  ///< ip_id of a fragment
    std::uint16_t tcp_flags = 0;
    std::uint16_t tcp_window = 0;
    std::uint8_t ttl = 0;
    bool has_ttl = false;
    bool has_tcp = false;     ///< the flags of a TCP header could be read
    bool has_window = false;  ///< so could the fields of a TCP header behind the flags
    flow_side_id from = flow_side_id::low;  ///< the side that sent the packet
    part fragment = part::whole;
};

/// What else is kept of each flow, and what else tells flows apart.
struct flow_packet_needs {
    bool vlan = false;
    bool tunnel = false;
    bool statistics = false;  ///< flow_statistics
    bool beginnings = false;  ///< flow_beginning
    bool tcp = false;         ///< flow_tcp
    bool datagrams = false;   ///< fragments are put together: the last of a datagram has the payload of all

    /// The columns that a batch needs for `flow_packet_reader`.
    [[nodiscard]] column_set columns() const noexcept {
        column_set set = flow_constant_columns()();
        if (vlan) set |= column::vlan_id;
        if (tunnel) set |= column::tunnel_id;
        if (datagrams) set |= column::fragments;
        return set;
    }
};

/// Reads packets out of a batch: `reader.read(row, packet)`. The batch has the columns of `needs.columns()`, all of
/// which are in the first word of validity.
class flow_packet_reader {
public:
    flow_packet_reader(const batch& rows, const flow_packet_needs& needs)
        : valid_(rows.validity().data()),
          times_(values<column::time>(rows)),
          frames_(values<column::frame_number>(rows)),
          lens_(values<column::len>(rows)),
          caplens_(values<column::caplen>(rows)),
          ip_lens_(values<column::ip_len>(rows)),
          payload_lens_(values<column::payload_len>(rows)),
          stops_(values<column::stop>(rows)),
          src_hosts_(values<column::src_host>(rows)),
          dst_hosts_(values<column::dst_host>(rows)),
          src_ports_(values<column::src_port>(rows)),
          dst_ports_(values<column::dst_port>(rows)),
          protocols_(values<column::protocol>(rows)),
          ttls_(values<column::ttl>(rows)),
          flags_(values<column::tcp_flags>(rows)),
          seqs_(values<column::tcp_seq>(rows)),
          acks_(values<column::tcp_ack>(rows)),
          windows_(values<column::tcp_window>(rows)),
          icmp_types_(values<column::icmp_type>(rows)),
          icmp_codes_(values<column::icmp_code>(rows)),
          icmp_ids_(values<column::icmp_id>(rows)),
          offsets_(values<column::fragment_offset>(rows)),
          more_(values<column::more_fragments>(rows)),
          ip_ids_(values<column::ip_id>(rows)),
          vlans_(needs.vlan ? values<column::vlan_id>(rows) : nullptr),
          tunnels_(needs.tunnel ? values<column::tunnel_id>(rows) : nullptr),
          puts_together_(needs.datagrams) {}

    /// A packet without a time gets `time`.
    PCAPFRAME_ALWAYS_INLINE void read(std::size_t row, std::int64_t time, flow_packet& out) const noexcept {
        const std::uint64_t valid = valid_[row];
        if ((valid & usual) == usual && is_whole(row, valid) && vlans_ == nullptr && tunnels_ == nullptr)
            return read_usual(row, valid, out);
        read_any(row, valid, time, out);
    }

private:
    template <column C>
    using value = typename column_traits<C>::type;
    /// The bits of columns in the first word of validity.
    template <column... Columns>
    static constexpr std::uint64_t bits = [] {
        static_assert(((column_set::word_of(Columns) == 0) && ...));
        return (column_set::bit(Columns) | ...);
    }();
    /// What every packet with ports has.
    static constexpr std::uint64_t usual =
        bits<column::time, column::src_host, column::dst_host, column::src_port, column::dst_port, column::protocol,
             column::payload_len, column::stop, column::ip_len, column::ttl>;

    template <column C>
    static const value<C>* values(const batch& rows) {
        return rows.get<C>().values().data();
    }
    template <column... Columns>
    static bool has(std::uint64_t valid) noexcept {
        return (valid & bits<Columns...>) == bits<Columns...>;
    }

    /// False for a fragment, and for what may be one.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE bool is_whole(std::size_t row, std::uint64_t valid) const noexcept {
        if (!has<column::fragment_offset, column::more_fragments>(valid))
            return !has<column::fragment_offset>(valid);
        return (offsets_[row] | more_[row]) == 0;
    }

    PCAPFRAME_ALWAYS_INLINE void read_usual(std::size_t row, std::uint64_t valid, flow_packet& out) const noexcept {
        constexpr std::uint8_t kind = flow_key::has_hosts | flow_key::has_ports | flow_key::has_protocol;
        const std::uint8_t ip_version = (valid & ipv6_bit) != 0 ? 6 : 4;
        out.from = out.key.set({src_hosts_[row], src_ports_[row]}, {dst_hosts_[row], dst_ports_[row]},
                               protocols_[row], ip_version, kind);
        out.time = times_[row];
        out.frame = frames_[row];
        out.bytes = lens_[row];
        out.ip_bytes = ip_lens_[row];
        const bool is_whole = stops_[row].reason == stop_reason::complete;
        out.payload_bytes = is_whole ? payload_lens_[row] : payload_bytes(row);
        out.ttl = ttls_[row];
        out.has_ttl = true;
        out.fragment = flow_packet::part::whole;
        read_tcp(row, valid, out);
    }

    PCAPFRAME_NOINLINE void read_any(std::size_t row, std::uint64_t valid, std::int64_t time,
                                     flow_packet& out) const noexcept {
        out = flow_packet();
        out.time = has<column::time>(valid) ? times_[row] : time;
        out.frame = frames_[row];
        out.bytes = lens_[row];
        if (has<column::ip_len>(valid)) out.ip_bytes = ip_lens_[row];
        if (has<column::payload_len, column::stop>(valid)) out.payload_bytes = payload_bytes(row);
        if (has<column::ttl>(valid)) {
            out.ttl = ttls_[row];
            out.has_ttl = true;
        }
        read_tcp(row, valid, out);
        read_key(row, valid, out.key);
        if (has<column::fragment_offset>(valid) &&
            (offsets_[row] != 0 || (has<column::more_fragments>(valid) && more_[row] != 0))) {
            out.fragment =
                offsets_[row] != 0 ? flow_packet::part::later_fragment : flow_packet::part::first_fragment;
            out.datagram = has<column::ip_id>(valid) ? ip_ids_[row] : 0;
            if (puts_together_ && !has<column::fragments>(valid)) out.payload_bytes = 0;
        }
        out.from = put_in_order(out.key);
    }

    PCAPFRAME_ALWAYS_INLINE void read_tcp(std::size_t row, std::uint64_t valid, flow_packet& out) const noexcept {
        // The fields of a header that was cut are there as far as it goes.
        out.has_tcp = has<column::tcp_seq, column::tcp_ack, column::tcp_flags>(valid);
        out.has_window = has<column::tcp_window>(valid);
        out.tcp_flags = 0;
        if (!out.has_tcp) return;
        out.tcp_flags = flags_[row];
        out.tcp_seq = seqs_[row];
        out.tcp_ack = acks_[row];
        if (out.has_window) out.tcp_window = windows_[row];
    }

    /// What the capture cut off is payload, too, where the payload had begun.
    [[nodiscard]] std::uint32_t payload_bytes(std::size_t row) const noexcept {
        const std::uint64_t captured = payload_lens_[row];
        const bool is_cut = stops_[row].reason == stop_reason::truncated && stops_[row].where == layer::payload &&
                            lens_[row] > caplens_[row];
        const std::uint64_t all = captured + (is_cut ? lens_[row] - caplens_[row] : 0);
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(all, std::numeric_limits<std::uint32_t>::max()));
    }

    void read_key(std::size_t row, std::uint64_t valid, flow_key& key) const noexcept {
        if (has<column::src_host, column::dst_host>(valid)) {
            key.low = src_hosts_[row];
            key.high = dst_hosts_[row];
            key.version = (valid & ipv6_bit) != 0 ? 6 : 4;
            key.kind |= flow_key::has_hosts;
        }
        if (has<column::protocol>(valid)) {
            key.protocol = static_cast<std::uint16_t>(protocols_[row]);
            key.kind |= flow_key::has_protocol;
        }
        if (vlans_ != nullptr && has<column::vlan_id>(valid)) {
            key.vlan = vlans_[row];
            key.kind |= flow_key::has_vlan;
        }
        if (tunnels_ != nullptr && has<column::tunnel_id>(valid)) {
            key.tunnel = tunnels_[row];
            key.kind |= flow_key::has_tunnel;
        }
        if (has<column::src_port, column::dst_port>(valid)) {
            key.low_port = src_ports_[row];
            key.high_port = dst_ports_[row];
            key.kind |= flow_key::has_ports;
        } else if (has<column::icmp_type, column::icmp_code>(valid)) {
            read_icmp(row, valid, key);
        }
    }

    void read_icmp(std::size_t row, std::uint64_t valid, flow_key& key) const noexcept {
        const bool is_icmp6 = key.protocol == ip_protocol::icmp6;
        const unsigned counterpart = detail::icmp_counterpart(icmp_types_[row], is_icmp6);
        key.kind |= flow_key::is_icmp;
        key.low_port = icmp_types_[row];
        if (counterpart < 256) {
            key.high_port = static_cast<std::uint16_t>(counterpart);
        } else {
            key.high_port = icmp_codes_[row];
            key.kind |= flow_key::is_one_way;
        }
        if (!has<column::icmp_id>(valid)) return;
        key.icmp_id = icmp_ids_[row];
        key.kind |= flow_key::has_icmp_id;
    }

    const std::uint64_t* valid_;
    const value<column::time>* times_;
    const value<column::frame_number>* frames_;
    const value<column::len>* lens_;
    const value<column::caplen>* caplens_;
    const value<column::ip_len>* ip_lens_;
    const value<column::payload_len>* payload_lens_;
    const value<column::stop>* stops_;
    const value<column::src_host>* src_hosts_;
    const value<column::dst_host>* dst_hosts_;
    const value<column::src_port>* src_ports_;
    const value<column::dst_port>* dst_ports_;
    const value<column::protocol>* protocols_;
    const value<column::ttl>* ttls_;
    const value<column::tcp_flags>* flags_;
    const value<column::tcp_seq>* seqs_;
    const value<column::tcp_ack>* acks_;
    const value<column::tcp_window>* windows_;
    const value<column::icmp_type>* icmp_types_;
    const value<column::icmp_code>* icmp_codes_;
    const value<column::icmp_id>* icmp_ids_;
    const value<column::fragment_offset>* offsets_;
    const value<column::more_fragments>* more_;
    const value<column::ip_id>* ip_ids_;
    const value<column::vlan_id>* vlans_;      ///< null where it does not tell flows apart
    const value<column::tunnel_id>* tunnels_;  ///< likewise
    bool puts_together_;
};

}  // namespace pcapframe
