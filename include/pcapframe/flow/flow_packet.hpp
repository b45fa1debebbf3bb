// What the tracker of flows takes of a packet, read from the columns of a batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include <pcapframe/decode/packet_batch.hpp>
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
    std::uint32_t datagram = 0;  ///< ip_id of a fragment
    std::uint16_t tcp_flags = 0;
    std::uint16_t tcp_window = 0;
    std::uint8_t ttl = 0;
    bool has_ttl = false;
    bool has_tcp = false;  ///< the flags of a TCP header could be read
    flow_side_id from = flow_side_id::low;  ///< the side that sent the packet
    part fragment = part::whole;
};

/// The columns that a batch needs for `flow_packet_reader`. `ip_bytes` and so on say what else is asked for.
struct flow_packet_needs {
    bool ip_bytes = false;
    bool frames = false;
    bool vlan = false;
    bool tunnel = false;
    bool statistics = false;  ///< of flow_statistics
    bool beginnings = false;  ///< of flow_beginning

    [[nodiscard]] column_set columns() const noexcept {
        column_set set{column::time,        column::src_host,  column::src_port,        column::dst_host,
                       column::dst_port,    column::protocol,  column::len,             column::caplen,
                       column::payload_len, column::tcp_flags, column::tcp_seq,         column::icmp_type,
                       column::icmp_code,   column::icmp_id,   column::fragment_offset, column::more_fragments,
                       column::ip_id,       column::stop};
        if (ip_bytes) set |= column::ip_len;
        if (frames) set |= column::frame_number;
        if (vlan) set |= column::vlan_id;
        if (tunnel) set |= column::tunnel_id;
        if (statistics) set |= column_set{column::ttl, column::tcp_window};
        return set;
    }
};

/// Reads packets out of a batch: `reader.read(row, packet)`. The batch has the columns of `needs.columns()`.
class flow_packet_reader {
public:
    flow_packet_reader(const batch& rows, const flow_packet_needs& needs)
        : times_(values<column::time>(rows)),
          lens_(values<column::len>(rows)),
          caplens_(values<column::caplen>(rows)),
          payload_lens_(values<column::payload_len>(rows)),
          stops_(values<column::stop>(rows)),
          src_hosts_(values<column::src_host>(rows)),
          dst_hosts_(values<column::dst_host>(rows)),
          src_ports_(values<column::src_port>(rows)),
          dst_ports_(values<column::dst_port>(rows)),
          protocols_(values<column::protocol>(rows)),
          flags_(values<column::tcp_flags>(rows)),
          seqs_(values<column::tcp_seq>(rows)),
          icmp_types_(values<column::icmp_type>(rows)),
          icmp_codes_(values<column::icmp_code>(rows)),
          icmp_ids_(values<column::icmp_id>(rows)),
          offsets_(values<column::fragment_offset>(rows)),
          more_(values<column::more_fragments>(rows)),
          ip_ids_(values<column::ip_id>(rows)) {
        if (needs.ip_bytes) ip_lens_ = values<column::ip_len>(rows);
        if (needs.frames) frames_ = values<column::frame_number>(rows);
        if (needs.statistics) {
            ttls_ = values<column::ttl>(rows);
            windows_ = values<column::tcp_window>(rows);
        }
        if (needs.tunnel) tunnels_ = values<column::tunnel_id>(rows);
        if (needs.vlan) vlans_ = values<column::vlan_id>(rows);
    }

    /// A packet without a time gets `time`.
    void read(std::size_t row, std::int64_t time, flow_packet& out) const noexcept {
        out = flow_packet();
        out.time = times_.has(row) ? times_[row] : time;
        out.bytes = lens_[row];
        if (payload_lens_.has(row)) out.payload_bytes = payload_bytes(row);
        if (ip_lens_.has(row)) out.ip_bytes = ip_lens_[row];
        if (frames_.has(row)) out.frame = frames_[row];
        if (flags_.has(row)) {
            out.tcp_flags = flags_[row];
            out.has_tcp = true;
        }
        if (seqs_.has(row)) out.tcp_seq = seqs_[row];
        if (windows_.has(row)) out.tcp_window = windows_[row];
        else out.tcp_window = 1;
        if (ttls_.has(row)) {
            out.ttl = ttls_[row];
            out.has_ttl = true;
        }
        read_key(row, out.key);
        if (offsets_.has(row) && (offsets_[row] != 0 || (more_.has(row) && more_[row] != 0))) {
            out.fragment =
                offsets_[row] != 0 ? flow_packet::part::later_fragment : flow_packet::part::first_fragment;
            out.datagram = ip_ids_.has(row) ? ip_ids_[row] : 0;
        }
        out.from = put_in_order(out.key);
    }

private:
    /// The values of a column, and which of these are valid.
    template <class Stored>
    struct cells {
        const Stored* values = nullptr;
        const std::uint64_t* valid = nullptr;
        std::uint64_t bit = 0;

        [[nodiscard]] bool has(std::size_t row) const noexcept { return bit != 0 && (valid[row] & bit) != 0; }
        const Stored& operator[](std::size_t row) const noexcept { return values[row]; }
    };

    template <column C>
    static cells<typename column_traits<C>::type> values(const batch& rows) {
        const column_ref* const c = rows.fields().find(C);
        PCAPFRAME_ASSERT(c != nullptr);
        return {rows.get<C>().values().data(), rows.validity(*c).data(), c->bit()};
    }

    /// What the capture cut off is payload, too, where the payload had begun.
    [[nodiscard]] std::uint32_t payload_bytes(std::size_t row) const noexcept {
        const std::uint64_t captured = payload_lens_[row];
        const bool is_cut = stops_.has(row) && stops_[row].reason == stop_reason::truncated &&
                            stops_[row].where == layer::payload && lens_[row] > caplens_[row];
        const std::uint64_t all = captured + (is_cut ? lens_[row] - caplens_[row] : 0);
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(all, std::numeric_limits<std::uint32_t>::max()));
    }

    void read_key(std::size_t row, flow_key& key) const noexcept {
        if (src_hosts_.has(row) && dst_hosts_.has(row)) {
            key.low = src_hosts_[row];
            key.high = dst_hosts_[row];
            key.version = (src_hosts_.valid[row] & ipv6_bit) != 0 ? 6 : 4;
            key.kind |= flow_key::has_hosts;
        }
        if (protocols_.has(row)) {
            key.protocol = static_cast<std::uint16_t>(protocols_[row]);
            key.kind |= flow_key::has_protocol;
        }
        if (vlans_.has(row)) {
            key.vlan = vlans_[row];
            key.kind |= flow_key::has_vlan;
        }
        if (tunnels_.has(row)) {
            key.tunnel = tunnels_[row];
            key.kind |= flow_key::has_tunnel;
        }
        if (src_ports_.has(row) && dst_ports_.has(row)) {
            key.low_port = src_ports_[row];
            key.high_port = dst_ports_[row];
            key.kind |= flow_key::has_ports;
        } else if (icmp_types_.has(row) && icmp_codes_.has(row)) {
            read_icmp(row, key);
        }
    }

    void read_icmp(std::size_t row, flow_key& key) const noexcept {
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
        if (!icmp_ids_.has(row)) return;
        key.icmp_id = icmp_ids_[row];
        key.kind |= flow_key::has_icmp_id;
    }

    cells<std::int64_t> times_;
    cells<std::uint32_t> lens_, caplens_, payload_lens_;
    cells<stop> stops_;
    cells<ip_octets> src_hosts_, dst_hosts_;
    cells<std::uint16_t> src_ports_, dst_ports_;
    cells<protocol_id> protocols_;
    cells<std::uint16_t> flags_;
    cells<std::uint32_t> seqs_;
    cells<std::uint8_t> icmp_types_, icmp_codes_;
    cells<std::uint16_t> icmp_ids_;
    cells<std::uint16_t> offsets_;
    cells<std::uint8_t> more_;
    cells<std::uint32_t> ip_ids_;
    cells<std::uint32_t> ip_lens_{};
    cells<std::uint64_t> frames_{};
    cells<std::uint8_t> ttls_{};
    cells<std::uint16_t> windows_{};
    cells<std::uint16_t> vlans_{};
    cells<std::uint32_t> tunnels_{};
};

}  // namespace pcapframe
