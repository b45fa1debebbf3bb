// Batches with the values a test wants, made the way all are: by decoding records.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/decode/run_decoder.hpp>

#include "../decode/packets.hpp"

namespace testing {

/// One packet of a batch.
struct captured_packet {
    std::int64_t time = 0;
    byte_string frame{};  ///< raw IP; none: a TCP packet
    std::uint32_t interface = 0;
    std::uint32_t len = 0;  ///< 0: as captured
};

inline const byte_string tcp_packet = ipv4({.protocol = 6}, tcp(from_hex("616263")));
inline const byte_string icmp_packet = ipv4({.protocol = 1}, icmp(8, 0, {}));
inline const byte_string udp6_packet = ipv6({}, udp(counting(40)));

/// Packets with the memory that a batch shows of them.
class packet_batch {
public:
    /// `columns` by name, separated by commas; empty: the default ones.
    packet_batch(std::string_view columns, std::vector<captured_packet> packets,
                 const std::vector<std::string>& interfaces = {""})
        : packets_(std::move(packets)), rows_(order_of(columns)) {
        auto list = std::make_shared<pcapframe::interface_list>();
        for (const std::string& name : interfaces) {
            pcapframe::interface_info info;
            info.name = name;
            list->push_back(info);
        }
        std::vector<pcapframe::record> records;
        for (captured_packet& packet : packets_) {
            if (packet.frame.empty()) packet.frame = tcp_packet;
            pcapframe::record r;
            r.data = packet.frame.data();
            r.caplen = static_cast<std::uint32_t>(packet.frame.size());
            r.len = packet.len == 0 ? r.caplen : packet.len;
            r.time = packet.time;
            r.interface = packet.interface;
            r.link_type = pcapframe::link_type::raw;
            records.push_back(r);
        }
        rows_.set_interfaces(list);
        pcapframe::decode_run(rows_, {records, 1}, *list, {.all_frames = true, .protocol = std::nullopt});
    }
    packet_batch(const packet_batch&) = delete;
    packet_batch& operator=(const packet_batch&) = delete;

    [[nodiscard]] const pcapframe::batch& operator*() const { return rows_; }
    [[nodiscard]] pcapframe::batch& rows() { return rows_; }

    static pcapframe::column_order order_of(std::string_view columns) {
        if (columns.empty()) columns = "time,src_host,src_port,dst_host,dst_port,protocol";
        return *pcapframe::parse_columns(columns);
    }

private:
    std::vector<captured_packet> packets_;
    pcapframe::batch rows_;
};

}  // namespace testing
