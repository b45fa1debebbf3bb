// Rows for the tests of the plots, made by hand.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/plot/traffic_summary.hpp>
#include <pcapframe/table/batch.hpp>

namespace plot_test {

/// 192.0.2.`last`, an address for documentation.
inline pcapframe::ip_address host(std::uint8_t last) {
    const std::array<std::uint8_t, 4> octets{192, 0, 2, last};
    return {pcapframe::ipv4_octets(octets.data()), 4};
}

/// 2001:db8::`last`.
inline pcapframe::ip_address host6(std::uint8_t last) {
    return {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last}, 6};
}

struct packet {
    std::optional<std::int64_t> time;
    std::optional<pcapframe::ip_address> from;
    std::optional<pcapframe::ip_address> to;
    std::optional<std::uint16_t> from_port;
    std::optional<std::uint16_t> to_port;
    std::optional<std::uint16_t> protocol;  ///< as protocol_id counts
    std::optional<std::uint32_t> len;
};

/// Writes the values that the batch has columns for; returns which are valid.
inline std::uint64_t fill(const pcapframe::row_place& place, pcapframe::column_set columns, const packet& p) {
    using pcapframe::column;
    std::uint64_t valid = 0;
    const auto set = [&](auto which, const auto& value) {
        if (!value || !columns.has(which)) return;
        place.set<which()>(*value);
        valid |= pcapframe::column_set::bit(which);
    };
    const auto octets = [](const std::optional<pcapframe::ip_address>& address) {
        return address ? std::optional(address->octets) : std::nullopt;
    };
    set(pcapframe::column_constant<column::time>(), p.time);
    set(pcapframe::column_constant<column::src_host>(), octets(p.from));
    set(pcapframe::column_constant<column::src_port>(), p.from_port);
    set(pcapframe::column_constant<column::dst_host>(), octets(p.to));
    set(pcapframe::column_constant<column::dst_port>(), p.to_port);
    const auto protocol = p.protocol ? std::optional(pcapframe::protocol_id{*p.protocol}) : std::nullopt;
    set(pcapframe::column_constant<column::protocol>(), protocol);
    set(pcapframe::column_constant<column::len>(), p.len);
    const bool is_ipv6 = (p.from && p.from->version == 6) || (p.to && p.to->version == 6);
    return valid | (is_ipv6 ? pcapframe::ipv6_bit : 0);
}

inline pcapframe::batch make_batch(const std::vector<packet>& packets,
                                   std::string_view columns = pcapframe::traffic_summary::columns) {
    pcapframe::batch rows(*pcapframe::parse_columns(columns));
    pcapframe::batch_writer writer(rows, packets.size());
    std::size_t row = writer.first_row();
    for (const packet& p : packets) row = writer.end_row(row, fill(writer.place(row), rows.set(), p), true);
    writer.finish(row);
    return rows;
}

inline pcapframe::traffic_summary summarize(const std::vector<packet>& packets) {
    pcapframe::traffic_summary summary;
    summary.add(make_batch(packets));
    return summary;
}

/// 2018-01-09 08:16:12.210010 UTC
inline constexpr std::int64_t start = 1'515'485'772'210'010'000;
inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::int64_t day = 86'400 * second;
inline constexpr std::uint16_t tcp = 6;
inline constexpr std::uint16_t udp = 17;
inline constexpr std::uint16_t arp = 0x0806;

inline packet udp_packet(std::int64_t time, std::uint32_t len = 100) {
    return {time, host(1), host(2), std::uint16_t{40'000}, std::uint16_t{53}, udp, len};
}

/// Random numbers that are the same everywhere (xorshift64).
class numbers {
public:
    explicit numbers(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t limit) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ % limit;
    }

private:
    std::uint64_t state_;
};

}  // namespace plot_test
