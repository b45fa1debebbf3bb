// Flows as rows of the columns in flow_columns.hpp.
#pragma once

#include <pcapframe/flow/community_id.hpp>
#include <pcapframe/flow/flow_columns.hpp>
#include <pcapframe/flow/flow_tracker.hpp>
#include <pcapframe/table/row_appender.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Fills one row from a flow.
class flow_row {
public:
    flow_row(row_appender<flow_column>& rows, const row_batch& out, const ended_flow& ended)
        : rows_(rows),
          out_(out),
          ended_(ended),
          flow_(ended.flow),
          direction_(direction_of(flow_)),
          source_(flow_.side(direction_.source)),
          destination_(flow_.side(other_side(direction_.source))) {}

    void fill() {
        put_times();
        put_key();
        put_counts();
        put<flow_column::flow_id>(flow_.id);
        // A connection that begins with its SYN goes on with nothing.
        const bool has_syn = flow_.sides[0].has(flow_side::syn) || flow_.sides[1].has(flow_side::syn);
        if (flow_.continues != 0 && !has_syn) put<flow_column::continues>(flow_.continues);
        put<flow_column::state>(owned_text{state_of(flow_, direction_.source)});
        put<flow_column::end_reason>(owned_text{name_of(ended_.reason)});
        put<flow_column::direction_by>(owned_text{name_of(direction_.by)});
        put<flow_column::first_frame>(flow_.first_frame);
        put<flow_column::last_frame>(flow_.last_frame);
        rows_.end_row();
    }

private:
    template <flow_column C>
    void put(const typename column_traits<C>::type& value) {
        rows_.template put<C>(value);
    }

    void put_times() {
        put<flow_column::first_time>(flow_.first_time());
        put<flow_column::last_time>(flow_.last_time);
        put<flow_column::duration>(nanoseconds_between(flow_.first_time(), flow_.last_time));
    }

    void put_key() {
        const flow_key& key = flow_.key;
        const bool from_low = direction_.source == flow_side_id::low;
        if (key.has(flow_key::has_hosts)) {
            rows_.template put<flow_column::src_host>(ip_address{from_low ? key.low : key.high, key.version});
            rows_.template put<flow_column::dst_host>(ip_address{from_low ? key.high : key.low, key.version});
            put<flow_column::ip_version>(key.version);
        }
        if (key.has(flow_key::has_protocol)) put<flow_column::protocol>(protocol_id{key.protocol});
        if (key.has(flow_key::has_ports)) {
            put<flow_column::src_port>(from_low ? key.low_port : key.high_port);
            put<flow_column::dst_port>(from_low ? key.high_port : key.low_port);
        }
        if (key.has(flow_key::is_icmp))
            put<flow_column::icmp_type>(static_cast<std::uint8_t>(from_low ? key.low_port : key.high_port));
        if (key.has(flow_key::is_one_way)) put<flow_column::icmp_code>(static_cast<std::uint8_t>(key.high_port));
        if (key.has(flow_key::has_icmp_id)) put<flow_column::icmp_id>(key.icmp_id);
        if (key.has(flow_key::has_vlan)) put<flow_column::vlan_id>(key.vlan);
        if (!out_.has(flow_column::community_id)) return;
        const std::string id = community_id_of(key);
        if (!id.empty()) rows_.template put<flow_column::community_id>(std::string_view(id));
    }

    void put_counts() {
        put<flow_column::packets>(source_.packets + destination_.packets);
        put<flow_column::bytes>(source_.bytes + destination_.bytes);
        put<flow_column::src_packets>(source_.packets);
        put<flow_column::src_bytes>(source_.bytes);
        put<flow_column::dst_packets>(destination_.packets);
        put<flow_column::dst_bytes>(destination_.bytes);
        put<flow_column::src_ip_bytes>(source_.ip_bytes);
        put<flow_column::dst_ip_bytes>(destination_.ip_bytes);
        put<flow_column::src_payload_bytes>(source_.payload_bytes);
        put<flow_column::dst_payload_bytes>(destination_.payload_bytes);
        if (!flow_.is_tcp()) return;
        put<flow_column::src_tcp_flags>(static_cast<std::uint16_t>(source_.seen & flow_side::flag_bits));
        put<flow_column::dst_tcp_flags>(static_cast<std::uint16_t>(destination_.seen & flow_side::flag_bits));
    }

    row_appender<flow_column>& rows_;
    const row_batch& out_;
    const ended_flow& ended_;
    const flow_record& flow_;
    flow_direction direction_;
    const flow_side& source_;
    const flow_side& destination_;
};

}  // namespace detail

/// What the tracker must take of packets for these columns of flows.
[[nodiscard]] inline flow_packet_needs needs_of(const schema& columns) noexcept {
    const auto has = [&](flow_column c) { return columns.find(c) != nullptr; };
    return {.ip_bytes = has(flow_column::src_ip_bytes) || has(flow_column::dst_ip_bytes),
            .frames = has(flow_column::first_frame) || has(flow_column::last_frame)};
}

/// Appends flows that have ended to a batch of columns of flows.
inline void append_flows(row_batch& out, std::span<const ended_flow> flows) {
    row_appender<flow_column> rows(out);
    for (const ended_flow& ended : flows) detail::flow_row(rows, out, ended).fill();
}

}  // namespace pcapframe
