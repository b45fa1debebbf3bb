// Packets of two hosts at given times, as the batches that a tracker takes, and flows as lines.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/flow/flow_rows.hpp>

#include "../bytes/hex.hpp"
#include "../decode/packets.hpp"

namespace testing {

inline constexpr std::int64_t second = 1'000'000'000;

/// 10.0.0.`host`:port.
struct end_point {
    std::uint8_t host;
    std::uint16_t port;
};
inline constexpr end_point client{9, 50'000}, server{1, 80};

inline byte_string ip_between(end_point from, end_point to, const ipv4_fields& fields, const byte_string& data) {
    byte_string packet = ipv4(fields, data);
    const byte_string hosts{10, 0, 0, from.host, 10, 0, 0, to.host};
    std::copy(hosts.begin(), hosts.end(), packet.begin() + 12);
    return packet;
}

/// Packets in the order in which they are read.
class packet_list {
public:
    void add(std::int64_t time, byte_string packet) {
        frames_.push_back(std::move(packet));
        records_.push_back({.data = frames_.back().data(),
                            .caplen = static_cast<std::uint32_t>(frames_.back().size()),
                            .len = static_cast<std::uint32_t>(frames_.back().size()),
                            .time = time,
                            .link_type = pcapframe::link_type::raw});
    }
    void tcp(std::int64_t time, end_point from, end_point to, std::uint16_t flags, std::uint32_t seq = 1000,
             std::size_t payload = 0) {
        const byte_string header = be16(from.port) + be16(to.port) + be32(seq) + be32(0) +
                                   be16(static_cast<std::uint16_t>(0x5000 | flags)) + zeros(6);
        add(time, ip_between(from, to, {.protocol = 6}, header + zeros(payload)));
    }
    void udp(std::int64_t time, end_point from, end_point to, std::size_t payload = 0) {
        add(time, ip_between(from, to, {.protocol = 17}, udp_bytes(from, to, payload)));
    }
    static byte_string udp_bytes(end_point from, end_point to, std::size_t payload) {
        return be16(from.port) + be16(to.port) + be16(8 + payload) + zeros(2 + payload);
    }
    void reverse() { std::reverse(records_.begin(), records_.end()); }

    /// The packets as rows.
    [[nodiscard]] pcapframe::batch rows(pcapframe::column_set columns) const {
        pcapframe::batch made(pcapframe::order_of(columns));
        const auto interfaces = std::make_shared<pcapframe::interface_list>();
        pcapframe::decode_run(made, {records_, 1}, *interfaces, {.all_frames = true, .protocol = std::nullopt});
        return made;
    }

private:
    std::deque<byte_string> frames_;
    std::vector<pcapframe::record> records_;
};

/// The flows of packets, in the order in which they end: the columns of these names, with blanks between.
std::string flow_lines(const packet_list& packets, std::string_view columns, const pcapframe::flow_rules& rules = {});

}  // namespace testing
