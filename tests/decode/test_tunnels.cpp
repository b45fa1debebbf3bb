// Packets within packets: every kind of tunnel, whole and cut at every byte, and which level the columns mean.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/decode/run_decoder.hpp>

#include "../bytes/random.hpp"
#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string udp_to(std::uint16_t port, const byte_string& data, std::uint16_t from = 49154) {
    return be16(from) + be16(port) + be16(8 + data.size()) + zeros(2) + data;
}

/// An Ethernet frame with a TCP segment from port 49153 to 443, from other addresses than those of packets.hpp.
const byte_string inner_tcp = tcp(from_hex("6869"));
const byte_string inner_ipv4 =
    from_hex("4500002a 11110000 40060000 0a000001 0a000002") + inner_tcp;
const byte_string inner_ipv6 = from_hex("60000000 00160640 20010db8000000000000000000000aaa"
                                        "20010db8000000000000000000000bbb") + inner_tcp;
const byte_string inner_frame = from_hex("020000000002 020000000001 0800") + inner_ipv4;

struct tunnel_sample {
    std::string name;         ///< of the column
    std::string id;           ///< of the column, "-" where there is none
    std::uint8_t protocol;    ///< of the outer packet
    byte_string header;       ///< behind the outer IP header
    byte_string packet;       ///< what is carried
    std::string layers;       ///< behind the outer IP header, without the inner packet's
};

byte_string vxlan(std::uint32_t vni) { return from_hex("08000000") + be32(vni << 8); }

/// Those right over IP.
std::vector<tunnel_sample> samples_over_ip() {
    std::vector<tunnel_sample> all;
    all.push_back({"ipip", "-", 4, {}, inner_ipv4, ""});
    all.push_back({"6in4", "-", 41, {}, inner_ipv6, ""});
    all.push_back({"gre", "-", 47, from_hex("0000 0800"), inner_ipv4, "gre"});
    all.push_back({"gre", "-", 47, from_hex("0000 86dd"), inner_ipv6, "gre"});
    all.push_back({"gre", "-", 47, from_hex("0000 6558"), inner_frame, "gre"});
    all.push_back({"gre", "16909060", 47, from_hex("b000 0800 00000000 01020304 00000007"), inner_ipv4, "gre"});
    all.push_back({"gre", "-", 47, from_hex("4000 0800 00000000 0002 0004 c0a80001 0000 0000"), inner_ipv4, "gre"});
    all.push_back({"gre", "513", 47, from_hex("3081 880b 002c 0201 00000001 00000002 ff03 0021"), inner_ipv4,
                   "gre:ppp"});
    all.push_back({"nvgre", "66051", 47, from_hex("2000 6558 010203 04"), inner_frame, "nvgre"});
    all.push_back({"gre/erspan", "-", 47, from_hex("0000 88be"), inner_frame, "gre:erspan"});
    all.push_back({"gre/erspan", "100", 47, from_hex("1000 88be 00000001 1001 0064 00000003"), inner_frame,
                   "gre:erspan"});
    all.push_back({"gre/erspan", "101", 47, from_hex("1000 22eb 00000001 2001 0065 00000003 0000 0000"), inner_frame,
                   "gre:erspan"});
    all.push_back({"gre/erspan", "101", 47,
                   from_hex("1000 22eb 00000001 2001 0065 00000003 0000 0001 0102030405060708"), inner_frame,
                   "gre:erspan"});
    all.push_back({"gre/wccp", "-", 47, from_hex("0000 883e 01000000"), inner_ipv4, "gre:wccp"});
    all.push_back({"gre/cisco_metadata", "40", 47, from_hex("2000 8909 00000028 0800 01 01 0001 0000"), inner_ipv4,
                   "gre:cisco_metadata"});
    all.push_back({"mpls", "18", 137, from_hex("00011040 00012140"), inner_ipv4, "mpls"});
    all.push_back({"mpls", "18", 137, from_hex("00012140 00000000"), inner_frame, "mpls"});
    all.push_back({"gre/mpls", "18", 47, from_hex("0000 8847 00012140"), inner_ipv6, "gre:mpls"});
    all.push_back({"etherip", "-", 97, from_hex("3000"), inner_frame, "etherip"});
    all.push_back({"ethernet", "-", 143, {}, inner_frame, ""});
    all.push_back({"l2tp", "9", 115, from_hex("00000009"), inner_frame, "l2tp"});
    all.push_back({"l2tp", "9", 115, from_hex("00000009 a1a2a3a4a5a6a7a8 40000001"), inner_frame, "l2tp"});
    all.push_back({"ipip", "-", 51, ah(4), inner_ipv4, "ah"});
    all.push_back({"6in4", "-", 51, ah(51) + ah(41), inner_ipv6, "ah:ah"});
    all.push_back({"gre", "-", 51, ah(47) + from_hex("0000 86dd"), inner_ipv6, "ah:gre"});
    all.push_back({"vxlan", "3", 51, ah(17) + from_hex("c00012b5 0000 0000") + vxlan(3), inner_frame, "ah:udp:vxlan"});
    return all;
}

std::vector<tunnel_sample> samples() {
    std::vector<tunnel_sample> all = samples_over_ip();
    const auto over_udp = [&](std::string name, std::string id, std::uint16_t port, const byte_string& header,
                              const byte_string& packet, std::string layers) {
        byte_string datagram = udp_to(port, header + packet);
        datagram.resize(datagram.size() - packet.size());
        all.push_back({std::move(name), std::move(id), 17, datagram, packet, "udp:" + std::move(layers)});
    };
    over_udp("mpls", "18", 6635, from_hex("00012140"), inner_ipv4, "mpls");
    over_udp("vxlan", "123", 4789, vxlan(123), inner_frame, "vxlan");
    over_udp("vxlan", "123", 8472, from_hex("f8ffffff 00007bff"), inner_frame, "vxlan");
    over_udp("vxlan_gpe", "5", 4790, from_hex("0c000001 00000500"), inner_ipv4, "vxlan_gpe");
    over_udp("vxlan_gpe", "5", 4790, from_hex("0c000002 00000500"), inner_ipv6, "vxlan_gpe");
    over_udp("vxlan_gpe", "5", 4790, from_hex("08000000 00000500"), inner_frame, "vxlan_gpe");
    over_udp("vxlan_gpe/nsh", "5", 4790, from_hex("0c000004 00000500 0002 0201 00000001"), inner_ipv4, "vxlan_gpe:nsh");
    over_udp("geneve", "7", 6081, from_hex("0000 6558 00000700"), inner_frame, "geneve");
    over_udp("geneve", "7", 6081, from_hex("0280 0800 00000700 01020301 0a0b0c0d"), inner_ipv4, "geneve");
    over_udp("gtpu", "305419896", 2152, from_hex("30ff 002a 12345678"), inner_ipv4, "gtpu");
    over_udp("gtpu", "305419896", 2152, from_hex("34ff 0032 12345678 0001 00 85 01 10 05 00"), inner_ipv6, "gtpu");
    over_udp("l2tp", "513", 1701, from_hex("0002 0101 0201 ff03 0021"), inner_ipv4, "l2tp:ppp");
    over_udp("l2tp", "513", 1701, from_hex("4a02 0000 0101 0201 0001 0002 0002 ffff 0057"), inner_ipv6, "l2tp:ppp");
    over_udp("l2tp", "67305985", 1701, from_hex("0003 0000 04030201"), inner_frame, "l2tp");
    over_udp("teredo", "-", 3544, {}, inner_ipv6, "teredo");
    over_udp("teredo", "-", 3544, from_hex("0000 1234 c0000201"), inner_ipv6, "teredo");
    over_udp("teredo", "-", 3544, from_hex("0001 0000 0102030405060708 00 0000 1234 c0000201"), inner_ipv6, "teredo");
    over_udp("ayiya", "-", 5072, from_hex("41 52 11 29 00000001") + zeros(16 + 20), inner_ipv6, "ayiya");
    over_udp("gue", "-", 6080, from_hex("00 04 0000"), inner_ipv4, "gue");
    over_udp("gue", "-", 6080, from_hex("01 29 0000 00000000"), inner_ipv6, "gue");
    over_udp("gue", "-", 6080, {}, inner_ipv4, "gue");
    over_udp("gue/ah", "-", 6080, from_hex("00 33 0000") + ah(4), inner_ipv4, "gue:ah");
    over_udp("gue/gre", "-", 6080, from_hex("00 2f 0000 0000 0800"), inner_ipv4, "gue:gre");
    over_udp("fou", "-", 5555, {}, inner_ipv4, "fou");
    over_udp("fou", "-", 5555, {}, inner_ipv6, "fou");
    over_udp("lisp", "-", 4341, from_hex("c0000001 00000001"), inner_ipv4, "lisp");
    over_udp("lisp", "66051", 4341, from_hex("48000001 01020300"), inner_ipv6, "lisp");
    over_udp("capwap", "-", 5247, from_hex("00 10 02 00 0000 0000"), inner_frame, "capwap");
    over_udp("tzsp", "-", 37008, from_hex("01 00 0001 01"), inner_frame, "tzsp");
    over_udp("gre", "-", 4754, from_hex("0000 0800"), inner_ipv4, "gre");
    return all;
}

/// A frame of a sample, its first bytes or all of it.
byte_string frame_of(const tunnel_sample& sample) {
    return ethernet(0x0800, ipv4({.protocol = sample.protocol}, sample.header + sample.packet));
}

std::string inner_hosts(const tunnel_sample& sample) {
    return sample.packet == inner_ipv6 ? "2001:db8::aaa 2001:db8::bbb" : "10.0.0.1 10.0.0.2";
}

constexpr level_choice innermost{level_choice::innermost_number};

}  // namespace

TEST_CASE("every kind of tunnel: its name, its number, and the packet within") {
    for (const tunnel_sample& sample : samples()) {
        CAPTURE(sample.name);
        CAPTURE(sample.layers);
        const decoded row(frame_of(sample));
        CHECK(row.text("tunnel") == sample.name);
        CHECK(row.text("tunnel_id") == sample.id);
        CHECK(row.text("tunnel_depth") == "1");
        CHECK(shown(row, "inner_src_host inner_dst_host") == inner_hosts(sample));
        CHECK(shown(row, "inner_src_port inner_dst_port inner_protocol inner_stop") == "49153 443 tcp complete");
        CHECK(shown(row, "inner_payload inner_payload_len inner_tcp_seq") == "6869 2 16909060");
        CHECK(shown(row, "outer_src_host outer_dst_host outer_ttl") == "192.0.2.1 198.51.100.2 64");
        CHECK(shown(row, "src_host dst_host ttl") == "192.0.2.1 198.51.100.2 64");
        const std::string inner = sample.packet == inner_frame  ? "ethernet:ipv4:tcp"
                                  : sample.packet == inner_ipv4 ? "ipv4:tcp"
                                                                : "ipv6:tcp";
        CHECK(row.text("layers") == "ethernet:ipv4:" + sample.layers + (sample.layers.empty() ? "" : ":") + inner);
        CHECK(row.text("inner_src_mac") == (sample.packet == inner_frame ? "02:00:00:00:00:01" : "-"));
    }
}

TEST_CASE("a tunnel's packet that was cut at any byte has a row, and never more values than the whole one") {
    for (const tunnel_sample& sample : samples()) {
        CAPTURE(sample.name);
        const byte_string whole = frame_of(sample);
        const decoded all(whole);
        for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
            CAPTURE(bytes);
            const decoded cut(first_bytes(whole, bytes), {.wire_bytes = whole.size()});
            for (const std::string_view name : {"inner_src_host", "inner_dst_host", "inner_src_port", "inner_tcp_seq",
                                                "outer_src_host", "tunnel", "tunnel_id"}) {
                CAPTURE(name);
                CHECK((cut.text(name) == "-" || cut.text(name) == all.text(name)));
            }
            CHECK(all.text("layers").starts_with(cut.text("layers") == "-" ? "" : cut.text("layers")));
            if (cut.text("tunnel_depth") == "1") CHECK(cut.text("inner_stop") != "complete");
            else CHECK(cut.text("inner_stop") == "-");
        }
    }
}

TEST_CASE("the columns without a prefix mean the level that was asked for") {
    for (const tunnel_sample& sample : samples()) {
        CAPTURE(sample.name);
        const byte_string frame = frame_of(sample);
        const decoded inside(frame, {.all_frames = false, .at = innermost});
        REQUIRE(inside.has_row());
        CHECK(shown(inside, "src_host dst_host") == inner_hosts(sample));
        CHECK(shown(inside, "src_port dst_port protocol stop") == "49153 443 tcp complete");
        CHECK(shown(inside, "outer_src_host inner_src_port") == "192.0.2.1 49153");
        CHECK(summary(decoded(frame, {.at = {1}})) == summary(inside));
        CHECK_FALSE(decoded(frame, {.all_frames = false, .at = {2}}).has_row());
        CHECK(summary(decoded(frame, {.all_frames = true, .at = {2}})) == "-:- > -:- - - -");
    }
    const byte_string plain = ethernet(0x0800, ipv4({.protocol = 6}, tcp(from_hex("61"))));
    CHECK(summary(decoded(plain, {.at = innermost})) == summary(plain));
    CHECK(shown(decoded(plain), "tunnel tunnel_id tunnel_depth inner_src_host outer_src_port") == "- - 0 - 49153");
}

TEST_CASE("a packet at a level is decoded as if it had been captured there") {
    for (const tunnel_sample& sample : samples()) {
        if (sample.packet != inner_frame) continue;
        CAPTURE(sample.name);
        const decoded inside(frame_of(sample), {.at = innermost});
        const decoded bare(inner_frame);
        for (const column c : all_columns()) {
            const std::string_view name = name_of(c);
            CAPTURE(name);
            if (path_columns.has(c) || name == "caplen" || name == "len") continue;
            CHECK(inside.text(name) == bare.text(name));
        }
    }
}

TEST_CASE("tunnels within tunnels are counted, and those beyond the limit are said") {
    const byte_string two = ethernet(0x0800, ipv4({.protocol = 17}, udp_to(4789, vxlan(9) + ethernet(0x86dd,
        ipv6({.next = 47}, from_hex("2000 0800 00000042") + inner_ipv4)))));
    const decoded row(two);
    CHECK(shown(row, "tunnel tunnel_id tunnel_depth inner_src_host") == "vxlan/gre 66 2 10.0.0.1");
    CHECK(decoded(two, {.at = {1}}).text("src_host") == "2001:db8::1");
    CHECK(decoded(two, {.at = {2}}).text("src_host") == "10.0.0.1");

    byte_string deep = inner_ipv4;
    for (int i = 0; i < 20; ++i) deep = ipv4({.protocol = 4}, deep);
    CHECK(shown(decoded(ethernet(0x0800, deep)), "tunnel_depth inner_stop outer_stop") ==
          "7 too_many_layers:ipv4 unknown_protocol:ipv4");
}

TEST_CASE("what only looks like a tunnel is none") {
    const auto tunnel = [](std::uint8_t protocol, const byte_string& data) {
        return shown(decoded(ethernet(0x0800, ipv4({.protocol = protocol}, data))), "tunnel tunnel_depth layers");
    };
    // VXLAN without the bit that says that there is an identifier, and on another port.
    CHECK(tunnel(17, udp_to(4789, from_hex("0000000000007b00") + inner_frame)) == "- 0 ethernet:ipv4:udp");
    CHECK(tunnel(17, udp_to(4788, vxlan(1) + inner_frame)) == "- 0 ethernet:ipv4:udp");
    CHECK(tunnel(17, udp_to(2152, from_hex("3201000400000000 00000000"))) == "- 0 ethernet:ipv4:udp:gtpu");
    CHECK(tunnel(17, udp_to(2152, from_hex("10ff000400000000") + inner_ipv4)) == "- 0 ethernet:ipv4:udp");
    CHECK(tunnel(17, udp_to(6081, from_hex("8000655800000700") + inner_frame)) == "- 0 ethernet:ipv4:udp");
    CHECK(tunnel(47, from_hex("0005 0800") + inner_ipv4) == "- 0 ethernet:ipv4");
    // A later fragment has no header of a tunnel.
    CHECK(shown(decoded(ethernet(0x0800, ipv4({.protocol = 47, .flags_offset = 2},
                                              from_hex("0000 0800") + inner_ipv4))),
                "tunnel tunnel_depth") == "- 0");
    // The first one has.
    CHECK(shown(decoded(ethernet(0x0800, ipv4({.protocol = 47, .flags_offset = 0x2000},
                                              from_hex("0000 0800") + inner_ipv4))),
                "tunnel inner_src_port") == "gre 49153");
}

TEST_CASE("what cannot be read is named") {
    const auto layers = [](std::uint8_t protocol, const byte_string& data) {
        return shown(decoded(ethernet(0x0800, ipv4({.protocol = protocol}, data))), "layers tunnel");
    };
    CHECK(layers(50, from_hex("00000001 00000001") + zeros(20)) == "ethernet:ipv4:esp -");
    CHECK(layers(17, udp_to(4500, from_hex("00000001 00000001") + zeros(20))) == "ethernet:ipv4:udp:esp -");
    CHECK(layers(17, udp_to(4500, from_hex("00000000 00000001") + zeros(20))) == "ethernet:ipv4:udp -");
    CHECK(layers(17, udp_to(4500, from_hex("ff"))) == "ethernet:ipv4:udp -");
    CHECK(layers(108, from_hex("04000002") + zeros(20)) == "ethernet:ipv4:ipcomp -");
    CHECK(layers(17, udp_to(51820, from_hex("04000000") + zeros(28))) == "ethernet:ipv4:udp:wireguard -");
    CHECK(layers(17, udp_to(51820, from_hex("04000001") + zeros(28))) == "ethernet:ipv4:udp -");
    CHECK(layers(51, ah(50) + from_hex("00000001 00000001") + zeros(20)) == "ethernet:ipv4:ah:esp -");
    CHECK(layers(51, ah(6) + inner_tcp) ==
          "ethernet:ipv4:ah:tcp -");
    CHECK(layers(17, udp_to(5247, from_hex("01000000 00000000 00000000"))) == "ethernet:ipv4:udp -");
    CHECK(layers(17, udp_to(1701, from_hex("c802 000c 0000 0000 0000 0000"))) == "ethernet:ipv4:udp:l2tp -");
}

TEST_CASE("IP in IPv6, with and without segment routing") {
    const auto tunnel = [](std::uint8_t next, const byte_string& data) {
        return shown(decoded(ethernet(0x86dd, ipv6({.next = next}, data))),
                     "tunnel layers inner_src_host outer_src_host");
    };
    CHECK(tunnel(4, inner_ipv4) == "4in6 ethernet:ipv6:ipv4:tcp 10.0.0.1 2001:db8::1");
    CHECK(tunnel(41, inner_ipv6) == "6in6 ethernet:ipv6:ipv6:tcp 2001:db8::aaa 2001:db8::1");
    const byte_string segments = byte_string{4, 2, 4, 0} + zeros(20);
    CHECK(tunnel(43, segments + inner_ipv4) == "srv6 ethernet:ipv6:ipv6_routing:ipv4:tcp 10.0.0.1 2001:db8::1");
}

TEST_CASE("all tags and labels of a packet are listed") {
    const byte_string tagged = ethernet(0x8100, vlan(7, 0x8847, from_hex("00064040 00065140") +
        ipv4({.protocol = 17}, udp_to(4789, vxlan(1) +
        ethernet(0x88a8, vlan(9, 0x8100, vlan(8, 0x0800, inner_ipv4)))))));
    CHECK(shown(decoded(tagged), "vlan_ids mpls_labels vlan_id inner_vlan_id") == "[7, 9, 8] [100, 101] 7 9");
    CHECK(shown(decoded(inner_frame), "vlan_ids mpls_labels") == "- -");
}

TEST_CASE("the packet that an ICMP error quotes") {
    const std::string_view names = "quoted_src_host quoted_src_port quoted_dst_host quoted_dst_port quoted_protocol";
    const byte_string quoted = first_bytes(inner_ipv4, 28);
    CHECK(shown(decoded(ethernet(0x0800, ipv4({.protocol = 1}, icmp(3, 1, quoted)))), names) ==
          "10.0.0.1 49153 10.0.0.2 443 tcp");
    CHECK(shown(decoded(ethernet(0x0800, ipv4({.protocol = 1}, icmp(3, 1, first_bytes(inner_ipv4, 22))))), names) ==
          "10.0.0.1 49153 10.0.0.2 - tcp");
    CHECK(shown(decoded(ethernet(0x0800, ipv4({.protocol = 1}, icmp(8, 0, quoted)))), names) == "- - - - -");
    CHECK(shown(decoded(ethernet(0x86dd, ipv6({.next = 58}, icmp(1, 0, inner_ipv6)))), names) ==
          "2001:db8::aaa 49153 2001:db8::bbb 443 tcp");
    // Which packet the plain columns mean is the one whose message counts.
    const byte_string mirrored = ethernet(0x86dd, ipv6({.next = 47}, from_hex("0000 0800") +
        ipv4({.protocol = 1}, icmp(11, 0, quoted))));
    CHECK(decoded(mirrored).text("quoted_src_host") == "-");
    CHECK(decoded(mirrored, {.at = innermost}).text("quoted_src_host") == "10.0.0.1");
}

TEST_CASE("ports of tunnels can be added and taken away") {
    const byte_string frame = ethernet(0x0800, ipv4({.protocol = 17}, udp_to(5000, vxlan(1) + inner_frame)));
    const auto ports = parse_tunnel_ports("vxlan:5000,none:4789");
    REQUIRE(ports);
    CHECK(decoded(frame, {.ports = &*ports}).text("tunnel") == "vxlan");
    CHECK(decoded(frame).text("tunnel") == "-");
    const byte_string usual = ethernet(0x0800, ipv4({.protocol = 17}, udp_to(4789, vxlan(1) + inner_frame)));
    CHECK(decoded(usual, {.ports = &*ports}).text("tunnel") == "-");
    for (const std::string_view wrong : {"vxlan", "vxlan:", "vxlan:70000", "vxlan:1x", "wlan:1", ":1", "gre:1,,"})
        CHECK_FALSE(parse_tunnel_ports(wrong));
    CHECK_FALSE(parse_level("8"));
    CHECK_FALSE(parse_level("innermost"));
    CHECK_FALSE(parse_level(""));
    CHECK(parse_level("inner")->is_innermost());
    CHECK(parse_level("0")->is_outermost());
}

TEST_CASE("every column of a level has the type of the column without a prefix") {
    for (std::size_t i = 0; i < column_count; ++i) {
        const std::string_view name = column_list[i].name;
        if (!name.starts_with("inner_") && !name.starts_with("outer_")) continue;
        CAPTURE(name);
        const auto plain = find_column(name.substr(6));
        REQUIRE(plain);
        CHECK(type_of(*plain) == column_list[i].type);
        CHECK(info_of(*plain).unit == column_list[i].unit);
    }
}

namespace {

/// The values of some columns of the innermost packet.
std::vector<std::string> innermost_values(const record& r, const column_order& columns, const column_order& shown) {
    batch rows(columns);
    const interface_list interfaces(1);
    decode_run(rows, {{&r, 1}, 1}, interfaces, {.all_frames = true, .protocol = std::nullopt, .at = innermost});
    std::vector<std::string> values;
    for (const column c : shown) values.push_back(cell_text(rows, 0, c));
    return values;
}

/// The short way gives what the walk over all headers gives, which a column of the path asks for.
void check_short_way(const byte_string& frame, std::size_t wire_bytes) {
    record r;
    r.data = frame.data();
    r.caplen = static_cast<std::uint32_t>(frame.size());
    r.len = static_cast<std::uint32_t>(std::max(frame.size(), wire_bytes));
    r.time = 1;
    using enum column;
    const column_order six{column::time, src_host, src_port, dst_host, dst_port, protocol};
    const column_order more{src_mac,     dst_mac,   ethertype, vlan_id,   ip_version, ip_len,          ip_id,
                            ttl,         dscp,      src_host,  src_port,  dst_host,   dst_port,        protocol,
                            tcp_flags,   tcp_seq,   tcp_ack,   udp_len,   icmp_type,  fragment_offset, flow_label,
                            payload_len, more_fragments, column::payload, column::stop};
    for (const column_order& columns : {six, more}) {
        column_order walked = columns;
        walked.push_back(tunnel_depth);
        REQUIRE(innermost_values(r, columns, columns) == innermost_values(r, walked, columns));
    }
}

}  // namespace

TEST_CASE("the short way to the innermost packet ends where the long one does") {
    std::vector<byte_string> frames;
    for (const tunnel_sample& sample : samples()) {
        const byte_string carried = sample.header + sample.packet;
        frames.push_back(frame_of(sample));
        frames.push_back(ethernet(0x86dd, ipv6({.next = sample.protocol}, carried)));
        frames.push_back(ethernet(0x8100, vlan(7, 0x0800, ipv4({.protocol = sample.protocol}, carried))));
        // A tunnel within a tunnel.
        frames.push_back(ethernet(0x0800, ipv4({.protocol = 47}, from_hex("2000 6558 00000042") + frame_of(sample))));
        frames.push_back(ethernet(0x0800, ipv4({.protocol = 4}, ipv4({.protocol = sample.protocol}, carried))));
    }
    const byte_string datagram = udp_to(53, from_hex("6869"));
    frames.push_back(ethernet(0x0800, ipv4({.protocol = 17}, udp_to(4789, vxlan(1) + ethernet(0x8100,
        vlan(9, 0x86dd, ipv6({}, datagram)))))));
    frames.push_back(ethernet(0x0800, ipv4({.protocol = 17}, udp_to(2152, from_hex("30ff 0000 00000001") +
        ipv4({.protocol = 1}, icmp(8, 0, {}))))));
    frames.push_back(ethernet(0x0800, ipv4({.protocol = 17}, udp_to(4789, vxlan(1) + ethernet(0x0806, zeros(28))))));
    random_numbers random(5);
    for (const byte_string& frame : frames) {
        CAPTURE(frame.size());
        check_short_way(frame, 0);
        check_short_way(frame + zeros(9), 0);
        for (std::size_t length = 14; length < frame.size(); length += 7)
            check_short_way(first_bytes(frame, length), random.one_in(2) ? frame.size() : 0);
        for (int i = 0; i < 20; ++i) {
            byte_string changed = frame;
            changed[12 + random.below(changed.size() - 12)] ^= static_cast<std::uint8_t>(1U << random.below(8));
            check_short_way(changed, 0);
        }
    }
}
