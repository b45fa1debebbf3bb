// Input: a link type (two bytes, little-endian), the bytes that were on the wire beyond those captured (one), a frame.
// Walked over through all tunnels; each packet on the way decoded at its level, and as a record of its own.
#include <optional>
#include <vector>

#include <pcapframe/decode/level_record.hpp>
#include <pcapframe/decode/run_decoder.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

const interface_list interfaces(1);

void check_path(const packet_levels& all, std::size_t frame_bytes) {
    check(all.path.size() <= limits::path_headers_max, "a path is bounded");
    std::uint32_t begin = 0;
    for (const header_place& header : all.path.headers()) {
        check(header.begin <= header.end && header.end <= frame_bytes, "headers are inside the frame");
        check(header.begin >= begin, "headers follow each other");
        begin = header.begin;
    }
}

void check_levels(const packet_levels& all, std::size_t frame_bytes) {
    check(!all.levels().empty() && all.levels().size() <= limits::packet_levels_max, "levels are bounded");
    const packet_level* outer = nullptr;
    for (const packet_level& level : all.levels()) {
        check(level.begin <= level.end && level.end <= frame_bytes, "packets are inside the frame");
        check(level.first_tunnel <= level.first_link && level.first_link <= level.packet.first_header &&
                  level.packet.first_header <= level.packet.end_header &&
                  level.packet.end_header <= all.path.size(),
              "the parts of a path follow each other");
        if (outer != nullptr) {
            check(outer->packet.has_packet_inside, "what has a packet inside says so");
            check(level.begin >= outer->begin && level.end <= outer->end, "packets are within each other");
            check(level.first_tunnel == outer->packet.end_header, "a tunnel begins behind the packet around it");
        }
        outer = &level;
    }
}

void decode_one(batch& rows, const record& r, level_choice at) {
    rows.clear();
    decode_run(rows, {{&r, 1}, 1}, interfaces, {.all_frames = true, .protocol = std::nullopt, .at = at});
    check(rows.rows() == 1, "a frame is a row");
}

/// A packet at a level and the same packet as a record of its own have the same values.
template <column... Columns>
void compare_with_record(const record& r, level_choice at) {
    static batch level_rows(column_order{Columns...});
    static batch record_rows(column_order{Columns...});
    const std::optional<record> inside = record_at(r, at, default_tunnel_ports);
    if (!inside) return;
    check(inside->data >= r.data && inside->data + inside->caplen <= r.data + r.caplen, "a record is inside the frame");
    check(inside->len >= inside->caplen, "no more is captured than there was");
    decode_one(level_rows, r, at);
    decode_one(record_rows, *inside, {});
    check(((level_rows.get<Columns>()[0] == record_rows.get<Columns>()[0]) && ...), "both decode alike");
}

/// The short way to the innermost packet and the walk over all headers, which a column of the path asks for, give the
/// same values.
template <column... Columns>
void compare_ways(const record& r) {
    static batch short_rows(column_order{Columns...});
    static batch walked_rows(column_order{Columns..., column::tunnel_depth});
    decode_one(short_rows, r, {level_choice::innermost_number});
    decode_one(walked_rows, r, {level_choice::innermost_number});
    check(((short_rows.get<Columns>()[0] == walked_rows.get<Columns>()[0]) && ...), "both ways decode alike");
}

void compare_levels(const record& r, level_choice at) {
    using enum column;
    compare_with_record<src_host, src_port, dst_host, dst_port, ip_id, ttl, tcp_flags, src_mac, vlan_id>(r, at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::vector<std::uint8_t> bytes(data + 3, data + size);
    record r;
    r.data = bytes.data();
    r.caplen = static_cast<std::uint32_t>(bytes.size());
    r.len = r.caplen + data[2];
    r.link_type = static_cast<std::uint16_t>(data[0] | data[1] << 8);
    packet_levels all;
    walk_packets(r.bytes(), r.link_type, r.caplen < r.len, default_tunnel_ports, all);
    check_path(all, bytes.size());
    check_levels(all, bytes.size());
    for (std::uint8_t i = 0; i < all.levels().size(); ++i) compare_levels(r, {i});
    compare_levels(r, {level_choice::innermost_number});
    using enum column;
    compare_ways<time, src_host, src_port, dst_host, dst_port, protocol>(r);
    compare_ways<src_host, src_port, dst_host, dst_port, protocol, ethertype, vlan_id, src_mac, dst_mac, ip_len, ip_id,
                 ttl, tcp_flags, tcp_seq, udp_len, icmp_type, fragment_offset, payload_len, column::stop>(r);
    return 0;
}
