// Frames cut by the snapshot length at every byte: each field appears when its last byte is there, and never changes;
// the stop says in which header the bytes ended.
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../bytes/random.hpp"
#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

struct place {
    std::string_view name;  ///< a column, or the stop that begins here
    std::size_t at;
};

/// A frame, where each of its fields ends, and where each stop begins.
struct mapped_frame {
    byte_string bytes;
    std::uint16_t link_type;
    std::vector<place> fields;
    std::vector<place> stops;
};

/// The number of the innermost tunnel is another one's where that tunnel is cut off, and a message is read as far as it
/// is there.
bool depends_on_the_cut(column c) {
    const std::string_view name = name_of(c);
    for (const std::string_view end : {"payload", "payload_len", "stop", "caplen"})
        if (name.ends_with(end)) return true;
    return c == column::tunnel_id || c == column::tunnel_depth || message_columns.has(c);
}

/// Columns that name one header after the other: a cut frame has the first of them.
bool names_headers(column c) {
    return c == column::layers || c == column::tunnel || c == column::vlan_ids || c == column::mpls_labels;
}

/// Without the mark that ends a list.
std::string_view beginning(std::string_view shown) {
    return shown.ends_with(']') ? shown.substr(0, shown.size() - 1) : shown;
}

void check_fields(const mapped_frame& frame) {
    for (std::size_t length = 0; length <= frame.bytes.size(); ++length) {
        CAPTURE(length);
        const decoded row(first_bytes(frame.bytes, length),
                          {.link_type = frame.link_type, .wire_bytes = frame.bytes.size()});
        const decoded whole(frame.bytes, {.link_type = frame.link_type});
        for (const place& field : frame.fields) {
            CAPTURE(field.name);
            const std::string wanted = length < field.at ? "-" : whole.text(field.name);
            if (field.name != "payload" && field.name != "payload_len") CHECK(row.text(field.name) == wanted);
            else CHECK((row.text(field.name) != "-") == (length >= field.at));
        }
        std::string_view stop_here;
        for (const place& stop : frame.stops)
            if (stop.at <= length) stop_here = stop.name;
        CHECK(row.text("stop") == stop_here);
    }
}

/// What holds at every cut of any frame, good or bad.
void check_prefixes(const byte_string& bytes, std::uint16_t link_type) {
    const decoded whole(bytes, {.link_type = link_type});
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const decoded row(first_bytes(bytes, length), {.link_type = link_type, .wire_bytes = bytes.size()});
        const decoded longer(first_bytes(bytes, length + 1), {.link_type = link_type, .wire_bytes = bytes.size()});
        each_column([&](auto c) {
            if (depends_on_the_cut(c)) return;
            const std::string now = row.text(name_of(c));
            if (now == "-") return;
            CAPTURE(length);
            CAPTURE(name_of(c));
            if (names_headers(c)) {
                CAPTURE(now);
                CAPTURE(whole.text(name_of(c)));
                CAPTURE(longer.text(name_of(c)));
                REQUIRE(whole.text(name_of(c)).starts_with(beginning(now)));
                REQUIRE(longer.text(name_of(c)).starts_with(beginning(now)));
                return;
            }
            // What is within is the innermost packet: another one where a packet within that is cut off.
            if (name_of(c).starts_with("inner_") && row.text("tunnel_depth") != whole.text("tunnel_depth")) return;
            REQUIRE(now == whole.text(name_of(c)));
            REQUIRE(now == longer.text(name_of(c)));
        });
        const auto payload = row.get<column::payload>();
        if (!payload) continue;
        const auto all = whole.get<column::payload>();
        REQUIRE(all);
        REQUIRE(payload->size() <= all->size());
        REQUIRE(to_bytes(*payload) == to_bytes(all->first(payload->size())));
        REQUIRE(payload->data() + payload->size() <= row.frame().data() + length);
    }
}

mapped_frame tcp_frame() {
    return {ethernet(0x0800, ipv4({.protocol = 6, .traffic_class = 0xb9}, tcp(counting(5), {.options = zeros(4)}))), 1,
            {{"dst_mac", 6},   {"src_mac", 12},  {"ethertype", 14},      {"ip_version", 15}, {"dscp", 16},
             {"ecn", 16},      {"ip_len", 18},   {"ip_id", 20},          {"more_fragments", 21},
             {"fragment_offset", 22}, {"ttl", 23},
             {"protocol", 24}, {"src_host", 30}, {"dst_host", 34},       {"src_port", 36},   {"dst_port", 38},
             {"tcp_seq", 42},  {"tcp_ack", 46},  {"tcp_flags", 48},      {"tcp_window", 50}, {"payload", 58},
             {"payload_len", 58}},
            {{"truncated:ethernet", 0}, {"truncated:ipv4", 14}, {"truncated:tcp", 34}, {"truncated:payload", 58},
             {"complete", 63}}};
}

mapped_frame extension_frame() {
    const byte_string chain = extension(44) + fragment_header(17, 0, false);
    return {ethernet(0x86dd, ipv6({.next = 0, .traffic_class = 0xb9, .flow_label = 0xabcde}, chain + udp(counting(4)))),
            1,
            {{"ip_version", 15},
             {"dscp", 16},
             {"ecn", 16},
             {"flow_label", 18},
             {"ip_len", 20},
             {"ttl", 22},
             {"src_host", 38},
             {"dst_host", 54},
             {"protocol", 63},
             {"fragment_offset", 66},
             {"more_fragments", 66},
             {"ip_id", 70},
             {"src_port", 72},
             {"dst_port", 74},
             {"udp_len", 76},
             {"payload", 78}},
            {{"truncated:ethernet", 0},
             {"truncated:ipv6", 14},
             {"truncated:ipv6_extension", 54},
             {"truncated:udp", 70},
             {"truncated:payload", 78},
             {"complete", 82}}};
}

mapped_frame ah_frame() {
    return {ethernet(0x0800, ipv4({.protocol = 51}, ah(17) + udp(counting(4)))), 1,
            {{"ttl", 23}, {"dst_host", 34}, {"protocol", 35}, {"src_port", 60}, {"dst_port", 62}, {"udp_len", 64},
             {"payload", 66}},
            {{"truncated:ethernet", 0}, {"truncated:ipv4", 14}, {"truncated:ah", 34}, {"truncated:udp", 58},
             {"truncated:payload", 66}, {"complete", 70}}};
}

mapped_frame vlan_frame() {
    return {ethernet(0x88a8, vlan(7, 0x8100, vlan(8, 0x0800, ipv4({.protocol = 1}, icmp(3, 4, counting(2)))))), 1,
            {{"dst_mac", 6}, {"src_mac", 12}, {"vlan_id", 16}, {"ethertype", 22}, {"ip_version", 23}, {"protocol", 32},
             {"icmp_type", 43}, {"icmp_code", 44}, {"payload", 50}},
            {{"truncated:ethernet", 0}, {"truncated:vlan", 14}, {"truncated:ipv4", 22}, {"truncated:icmp", 42},
             {"truncated:payload", 50}, {"complete", 52}}};
}

mapped_frame option_frame() {
    return {ipv4({.protocol = 132, .options = zeros(8)}, sctp(counting(3))),
            101,
            {{"ip_version", 1},
             {"protocol", 10},
             {"src_host", 16},
             {"dst_host", 20},
             {"src_port", 30},
             {"dst_port", 32},
             {"payload", 40}},
            {{"truncated:ip", 0},
             {"truncated:ipv4", 1},
             {"truncated:sctp", 28},
             {"truncated:payload", 40},
             {"complete", 43}}};
}

mapped_frame fragment_frame() {
    return {ipv4({.flags_offset = 0x2000 | 185}, counting(8)), 228,
            {{"more_fragments", 7}, {"fragment_offset", 8}, {"protocol", 10}, {"dst_host", 20}, {"payload", 20}},
            {{"truncated:ipv4", 0}, {"fragment:ipv4", 20}}};
}

std::vector<mapped_frame> mapped_frames() {
    return {tcp_frame(), extension_frame(), ah_frame(), vlan_frame(), option_frame(), fragment_frame()};
}

const byte_string snap_ip = from_hex("aaaa03 000000 0800");

/// Frames of other link types, for what holds of all.
std::vector<std::pair<std::uint16_t, byte_string>> other_frames() {
    const byte_string packet = ipv4({}, udp(counting(4)));
    const byte_string wireless =
        from_hex("88010000 0a0b0c0d0e0f 020202020202 1a1b1c1d1e1f 1000 0500") + snap_ip + packet;
    return {
        {113, from_hex("0000 0001 0006 1a1b1c1d1e1f 0000 8100 0007 0800") + packet},
        {276, from_hex("0800 0000 00000003 0001 00 06 1a1b1c1d1e1f 0000") + packet},
        {0, from_hex("02000000") + packet},
        {9, from_hex("ff030021") + packet},
        {50, from_hex("0f000800") + packet},
        {107, from_hex("1861 03 00 80 000000 0800") + packet},
        {105, wireless},
        {127, from_hex("00000c000480000002001800") + wireless},
        {239, from_hex("0200 0000 0800 0100 08000100 2200 0900") + packet},
        {285, mac_pair + from_hex("dada0000 40000000 0800") + packet},
        {1, ethernet(0x8864, from_hex("1100 0007 001a 0021") + packet)},
        {1, ethernet(0x8847, from_hex("000640ff 000101ff") + packet)},
        {1, ethernet(0x894f, from_hex("0fc6 0103") + zeros(20) + from_hex("ffffffffffff eeeeeeeeeeee 0800") + packet)},
        {1, ethernet(100, snap_ip + packet)},
        {1, ethernet(38, from_hex("424203") + zeros(35))},
        {1, ethernet(0x0800, ipv4({.total = 0}, udp(counting(9), 0)))},
        {1, ethernet(0x0800, ipv4({.flags_offset = 0x2000}, udp(counting(8), 3000)))},
        {1, ethernet(0x86dd, ipv6({.next = 51}, ah(44) + fragment_header(17, 0, false) + udp(counting(9))))},
        {1, ethernet(0x0800, ipv4({.protocol = 51, .flags_offset = 5}, counting(8)))},
        {1, ethernet(0x86dd, ipv6({.next = 43}, extension(60, 2) + extension(33) + dccp(counting(9), 4)))},
    };
}

}  // namespace

TEST_CASE("fields appear one by one, and the stop tells the header that is cut") {
    for (const mapped_frame& frame : mapped_frames())
        check_fields(frame);
}

TEST_CASE("no field changes from one cut to the next, on any link type") {
    for (const mapped_frame& frame : mapped_frames())
        check_prefixes(frame.bytes, frame.link_type);
    for (const auto& [link_type, bytes] : other_frames()) {
        const std::uint16_t type = link_type;  // clang 14 does not capture structured bindings
        CAPTURE(type);
        check_prefixes(bytes, type);
    }
}

TEST_CASE("nor in frames with flipped bits") {
    random_numbers random(1);
    std::vector<std::pair<std::uint16_t, byte_string>> frames = other_frames();
    for (const mapped_frame& frame : {tcp_frame(), extension_frame(), vlan_frame(), option_frame()})
        frames.emplace_back(frame.link_type, frame.bytes);
    for (const auto& [link_type, bytes] : frames) {
        for (int i = 0; i < 6; ++i) {
            byte_string flipped = bytes;
            for (std::uint32_t flips = 1 + random.below(4); flips > 0; --flips) {
                const std::uint32_t bit = random.below(flipped.size() * 8);
                flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
            }
            const std::uint16_t type = link_type;
            CAPTURE(type);
            CAPTURE(i);
            check_prefixes(flipped, type);
        }
    }
}

TEST_CASE("a cut frame is a row as soon as it is known to carry IP") {
    const byte_string bytes = tcp_frame().bytes;
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        const decoded row(first_bytes(bytes, length), {.wire_bytes = bytes.size(), .all_frames = false});
        CHECK(row.has_row() == (length >= 14));
    }
}
