// Flows as rows of the columns in flow_columns.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/flow/community_id.hpp>
#include <pcapframe/flow/flow_columns.hpp>
#include <pcapframe/flow/flow_tracker.hpp>
#include <pcapframe/table/row_appender.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Fills one row from a flow.
class flow_row {
public:
    flow_row(row_appender<flow_column>& rows, const row_batch& out, const ended_flow& ended,
             const flow_statistics* statistics, const flow_beginning* beginning, const flow_tcp* tcp)
        : rows_(rows),
          out_(out),
          ended_(ended),
          statistics_(statistics),
          beginning_(beginning),
          tcp_(tcp),
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
        if (statistics_ != nullptr) put_statistics();
        if (beginning_ != nullptr) put_beginning();
        if (tcp_ != nullptr) put_tcp();
        rows_.end_row();
    }

private:
    template <flow_column C>
    void put(const typename column_traits<C>::type& value) {
        rows_.template put<C>(value);
    }

    void put_times() {
        put<flow_column::first_time>(flow_.first_time);
        put<flow_column::last_time>(flow_.last_time);
        put<flow_column::duration>(nanoseconds_between(flow_.first_time, flow_.last_time));
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
        if (key.has(flow_key::has_tunnel)) put<flow_column::tunnel_id>(key.tunnel);
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
        put<flow_column::src_payload_bytes>(source_.payload_bytes);
        put<flow_column::dst_payload_bytes>(destination_.payload_bytes);
        if (!flow_.is_tcp()) return;
        put<flow_column::src_tcp_flags>(static_cast<std::uint16_t>(source_.seen & flow_side::flag_bits));
        put<flow_column::dst_tcp_flags>(static_cast<std::uint16_t>(destination_.seen & flow_side::flag_bits));
    }

    void put_statistics() {
        using enum flow_column;
        const std::size_t source = static_cast<std::size_t>(direction_.source), destination = 1 - source;
        const flow_statistics& all = *statistics_;
        const side_statistics &out = all.sides[source], &back = all.sides[destination];
        put_sizes<size_min, size_mean, size_std, size_max>(
            {.packets = flow_.packets(), .bytes = source_.bytes + destination_.bytes, .squares = squares_of(all),
             .least = std::min(out.size_least, back.size_least),
             .greatest = std::max(out.size_greatest, back.size_greatest)});
        put_sizes<src_size_min, src_size_mean, src_size_std, src_size_max>(sizes_of(source_, out));
        put_sizes<dst_size_min, dst_size_mean, dst_size_std, dst_size_max>(sizes_of(destination_, back));
        put_gaps<gap_min, gap_mean, gap_std, gap_max>(all.gaps.gaps, flow_.packets());
        put_gaps<src_gap_min, src_gap_mean, src_gap_std, src_gap_max>(out.gaps.gaps, source_.packets);
        put_gaps<dst_gap_min, dst_gap_mean, dst_gap_std, dst_gap_max>(back.gaps.gaps, destination_.packets);
        put<src_ip_bytes>(out.ip_bytes);
        put<dst_ip_bytes>(back.ip_bytes);
        put_ttl<src_ttl_min, src_ttl_max>(out);
        put_ttl<dst_ttl_min, dst_ttl_max>(back);
        if (!flow_.is_tcp()) return;
        put_flags<src_fin_packets, src_syn_packets, src_rst_packets, src_psh_packets, src_ack_packets, src_urg_packets,
                  src_ece_packets, src_cwr_packets>(out.flags);
        put_flags<dst_fin_packets, dst_syn_packets, dst_rst_packets, dst_psh_packets, dst_ack_packets, dst_urg_packets,
                  dst_ece_packets, dst_cwr_packets>(back.flags);
        put<src_zero_windows>(out.zero_windows);
        put<dst_zero_windows>(back.zero_windows);
    }

    /// The sizes of packets in numbers.
    struct packet_sizes {
        std::uint64_t packets;
        std::uint64_t bytes;
        square_sum squares;
        std::uint32_t least;
        std::uint32_t greatest;
    };
    static packet_sizes sizes_of(const flow_side& side, const side_statistics& more) noexcept {
        return {side.packets, side.bytes, more.size_squares, more.size_least, more.size_greatest};
    }
    static square_sum squares_of(const flow_statistics& all) noexcept {
        square_sum both = all.sides[0].size_squares;
        both.add(all.sides[1].size_squares);
        return both;
    }

    template <flow_column Min, flow_column Mean, flow_column Std, flow_column Max>
    void put_sizes(const packet_sizes& of) {
        if (of.packets == 0) return;
        put<Min>(of.least);
        put<Mean>(static_cast<double>(of.bytes) / static_cast<double>(of.packets));
        if (const auto deviation = of.squares.deviation(of.packets, of.bytes)) put<Std>(*deviation);
        put<Max>(of.greatest);
    }
    template <flow_column Min, flow_column Mean, flow_column Std, flow_column Max>
    void put_gaps(const number_sums& of, std::uint64_t packets) {
        if (packets < 2) return;
        put<Min>(of.least);
        put<Mean>(static_cast<double>(of.sum) / static_cast<double>(packets - 1));
        if (const auto deviation = of.squares.deviation(packets - 1, of.sum)) put<Std>(*deviation);
        put<Max>(of.greatest);
    }
    template <flow_column Min, flow_column Max>
    void put_ttl(const side_statistics& side) {
        if (!side.has_ttl) return;
        put<Min>(side.ttl_least);
        put<Max>(side.ttl_greatest);
    }
    template <flow_column... Columns>
    void put_flags(const flag_counts& counts) {
        std::size_t bit = 0;
        (put<Columns>(counts[bit++]), ...);
    }

    void put_beginning() {
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(flow_.packets(), flow_beginning::packets_max));
        std::array<std::uint64_t, flow_beginning::packets_max> sizes{}, directions{}, gaps{};
        for (std::size_t i = 0; i < count; ++i) {
            const flow_beginning::packet& packet = beginning_->packets[i];
            sizes[i] = packet.bytes;
            directions[i] = packet.from == direction_.source ? 0 : 1;
            const std::int64_t before = beginning_->packets[i == 0 ? 0 : i - 1].time;
            if (packet.time > before) gaps[i] = nanoseconds_between(before, packet.time);
        }
        const auto first = [&](const std::array<std::uint64_t, flow_beginning::packets_max>& numbers) {
            return std::span<const std::uint64_t>(numbers).first(count);
        };
        rows_.template put<flow_column::first_sizes>(first(sizes));
        rows_.template put<flow_column::first_directions>(first(directions));
        rows_.template put<flow_column::first_gaps>(first(gaps));
    }

    void put_tcp() {
        using enum flow_column;
        std::array<char, flow_history::letters_max> letters{};
        const std::string_view text = tcp_->history.write(direction_.source, letters);
        if (!text.empty()) rows_.template put<history>(text);
        if (!flow_.is_tcp()) return;
        const auto source = static_cast<std::size_t>(direction_.source);
        const tcp_side &out = tcp_->sides[source], &back = tcp_->sides[1 - source];
        if (tcp_->is_answered && tcp_->answered_by != direction_.source) put_handshake();
        put_round_trips<src_rtt_min, src_rtt_mean, src_rtt_max>(out);
        put_round_trips<dst_rtt_min, dst_rtt_mean, dst_rtt_max>(back);
        put_losses<src_retransmitted_packets, src_retransmitted_bytes, src_out_of_order_packets,
                   src_out_of_order_bytes, src_lost_bytes>(out);
        put_losses<dst_retransmitted_packets, dst_retransmitted_bytes, dst_out_of_order_packets,
                   dst_out_of_order_bytes, dst_lost_bytes>(back);
    }
    void put_handshake() {
        put<flow_column::syn_ack_delay>(tcp_->syn_ack_delay);
        if (!tcp_->is_acknowledged) return;
        put<flow_column::ack_delay>(tcp_->ack_delay);
        put<flow_column::handshake_time>(tcp_->syn_ack_delay + tcp_->ack_delay);
    }
    template <flow_column Min, flow_column Mean, flow_column Max>
    void put_round_trips(const tcp_side& side) {
        if (side.round_trips == 0) return;
        put<Min>(side.round_trip_least);
        put<Mean>(static_cast<double>(side.round_trip_sum) / static_cast<double>(side.round_trips));
        put<Max>(side.round_trip_greatest);
    }
    template <flow_column RepeatedPackets, flow_column Repeated, flow_column LatePackets, flow_column Late,
              flow_column Lost>
    void put_losses(const tcp_side& side) {
        put<RepeatedPackets>(side.repeated_packets);
        put<Repeated>(side.repeated);
        put<LatePackets>(side.late_packets);
        put<Late>(side.late);
        put<Lost>(side.holes.missing());
    }

    row_appender<flow_column>& rows_;
    const row_batch& out_;
    const ended_flow& ended_;
    const flow_statistics* statistics_;
    const flow_beginning* beginning_;
    const flow_tcp* tcp_;
    const flow_record& flow_;
    flow_direction direction_;
    const flow_side& source_;
    const flow_side& destination_;
};

}  // namespace detail

/// What the tracker must take of packets for these columns of flows.
[[nodiscard]] inline flow_packet_needs needs_of(const schema& columns) noexcept {
    const auto has_any = [&](flow_column first, flow_column last) {
        return std::any_of(columns.begin(), columns.end(), [&](const column_ref& c) {
            return c.number >= static_cast<std::size_t>(first) && c.number <= static_cast<std::size_t>(last);
        });
    };
    using enum flow_column;
    return {.statistics = has_any(size_min, dst_zero_windows) || has_any(src_ip_bytes, dst_ip_bytes),
            .beginnings = has_any(first_sizes, first_gaps),
            .tcp = has_any(history, dst_lost_bytes)};
}

/// Appends the flows that have ended in a tracker from number `begin` on, `count` of them at most, to a batch of
/// columns of flows.
inline void append_flows(row_batch& out, const flow_tracker& tracker, std::size_t begin = 0,
                         std::size_t count = ~std::size_t{0}) {
    row_appender<flow_column> rows(out);
    const std::span<const ended_flow> all = std::span(tracker.ended()).subspan(begin);
    for (const ended_flow& ended : all.first(std::min(count, all.size())))
        detail::flow_row(rows, out, ended, tracker.statistics_of(ended), tracker.beginning_of(ended),
                         tracker.tcp_of(ended))
            .fill();
}

}  // namespace pcapframe
