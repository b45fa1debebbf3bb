// The helpers of rows.hpp, for other units too (so this is a unit of its own), and what they stand on: a batch that
// holds what the decoder gave.
#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/table/text.hpp>

#include "packets.hpp"
#include "rows.hpp"

namespace testing {

using namespace pcapframe;

column_order all_columns() {
    column_order order;
    each_column([&](auto c) { order.push_back(c); });
    return order;
}

std::string cell_text(const batch& rows, std::size_t row, column c) {
    std::string text = "-";
    with_column(c, [&](auto which) {
        const auto value = rows.get<which()>()[row];
        if (!value) return;
        using type = std::remove_cvref_t<decltype(*value)>;
        if constexpr (type_of(which()) == column_type::timestamp) {
            text = std::to_string(*value);
        } else if constexpr (std::is_same_v<type, std::string_view>) {
            text = *value;
        } else if constexpr (type_of(which()) == column_type::numbers) {
            text = "[";
            for (const std::uint64_t number : *value) text += (text.size() == 1 ? "" : ", ") + std::to_string(number);
            text += "]";
        } else if constexpr (type_of(which()) == column_type::texts) {
            text = "[";
            for (const std::string_view one : *value) text += (text.size() == 1 ? "" : ", ") + std::string(one);
            text += "]";
        } else {
            std::size_t room = fixed_text_bytes_max;
            if constexpr (std::is_same_v<type, bytes_view>) room += 2 * value->size();
            text.resize(room);
            text.resize(static_cast<std::size_t>(write_text(text.data(), *value) - text.data()));
        }
    });
    return text;
}

decoded::decoded(byte_string frame, const captured_as& how) : frame_(std::move(frame)), rows_(all_columns()) {
    record captured;
    captured.data = frame_.data();
    captured.caplen = static_cast<std::uint32_t>(frame_.size());
    captured.len = static_cast<std::uint32_t>(std::max(frame_.size(), how.wire_bytes));
    captured.time = 1;
    captured.link_type = how.link_type;
    const std::vector<record> records{captured};
    const interface_list interfaces(1);
    decode_run(rows_, {records, 1}, interfaces,
               {.all_frames = how.all_frames, .protocol = std::nullopt, .at = how.at, .ports = how.ports});
}

std::string decoded::text(std::string_view name) const { return cell_text(rows_, 0, *find_column(name)); }

std::string shown(const decoded& row, std::string_view names) {
    std::string text;
    while (true) {
        const std::size_t blank = names.find(' ');
        text += row.text(names.substr(0, blank));
        if (blank == std::string_view::npos) return text;
        text += ' ';
        names.remove_prefix(blank + 1);
    }
}

std::string summary(const decoded& row) {
    return row.text("src_host") + ":" + row.text("src_port") + " > " + row.text("dst_host") + ":" +
           row.text("dst_port") + " " + shown(row, "protocol payload_len stop");
}

std::string summary(const byte_string& frame, const captured_as& how) { return summary(decoded(frame, how)); }

}  // namespace testing

using namespace testing;

namespace {

/// Records of the given frames, numbered from `first_frame`, decoded into `out`.
void decode_all(batch& out, const std::vector<byte_string>& frames, row_filter filter, std::uint64_t first_frame = 1) {
    std::vector<record> records;
    for (const byte_string& frame : frames) {
        record r;
        r.data = frame.data();
        r.caplen = r.len = static_cast<std::uint32_t>(frame.size());
        r.time = static_cast<std::int64_t>(records.size());
        r.link_type = link_type::ethernet;
        records.push_back(r);
    }
    const interface_list interfaces(1);
    decode_run(out, {records, first_frame}, interfaces, filter);
}

const byte_string tcp_frame = ethernet(0x0800, ipv4({.protocol = 6}, tcp(from_hex("61"))));
const byte_string udp_frame = ethernet(0x86dd, ipv6({}, udp(from_hex("62"))));
const byte_string arp_frame = ethernet(0x0806, zeros(28));
const byte_string fragment_frame = ethernet(0x0800, ipv4({.protocol = 17, .flags_offset = 100}, counting(8)));

}  // namespace

TEST_CASE("every column is filled by some packet") {
    column_set filled;
    const byte_string tagged_udp = ethernet(0x8100, vlan(1, 0x86dd, ipv6({}, udp({}))));
    const byte_string ping = ethernet(0x0800, ipv4({.protocol = 1}, icmp(8, 0, {})));
    const byte_string labelled = ethernet(0x8847, from_hex("00012140") + ipv4({.protocol = 1},
        icmp(3, 1, ipv4({.protocol = 17}, udp({})))));
    const auto within_gre = [](const byte_string& frame) {
        return ethernet(0x0800, ipv4({.protocol = 47}, from_hex("2000 6558 00000001") + frame));
    };
    const std::vector<byte_string> frames = {tcp_frame, ethernet(0x8100, vlan(1, 0x86dd, ipv6({}, udp({})))),
                                             ethernet(0x0800, ipv4({.protocol = 1}, icmp(8, 0, {}))),
                                             within_gre(tagged_udp), within_gre(tcp_frame), within_gre(ping),
                                             labelled};
    for (const byte_string& frame : frames) {
        const decoded row(frame);
        for (const column c : all_columns())
            if (row.text(name_of(c)) != "-") filled |= c;
    }
    for (const column c : all_columns()) {
        if (message_columns.has(c)) continue;  // of application protocols: test_messages.cpp
        if (info_of(c).source == "defragment") continue;  // of datagrams put together: tests/reassembly
        CAPTURE(name_of(c));
        // The name of an interface comes from its list, a direction from options of a pcapng or a live capture.
        CHECK(filled.has(c) == (c != column::interface_name && c != column::direction));
    }
}

TEST_CASE("frame numbers count the frames that are left out") {
    batch rows(all_columns());
    decode_all(rows, {arp_frame, tcp_frame, arp_frame, arp_frame, udp_frame}, {}, 11);
    REQUIRE(rows.rows() == 2);
    CHECK(rows.get<column::frame_number>()[0] == 12);
    CHECK(rows.get<column::frame_number>()[1] == 15);
    CHECK(rows.time()[1] == 4);
}

TEST_CASE("a filter keeps the rows of one protocol, fragments among them") {
    const std::vector<byte_string> frames = {tcp_frame, udp_frame, arp_frame, fragment_frame};
    batch rows(all_columns());
    decode_all(rows, frames, {.all_frames = true, .protocol = 17});
    REQUIRE(rows.rows() == 2);
    CHECK(rows.get<column::frame_number>()[0] == 2);
    CHECK(rows.get<column::frame_number>()[1] == 4);
    decode_all(rows, frames, {.all_frames = false, .protocol = 6});
    CHECK(rows.rows() == 3);
    decode_all(rows, frames, {.all_frames = false, .protocol = 132});
    CHECK(rows.rows() == 3);
    decode_all(rows, frames, {.all_frames = true, .protocol = std::nullopt});
    CHECK(rows.rows() == 7);
}

TEST_CASE("a row's nulls are its own, whatever the row before had") {
    batch rows(all_columns());
    decode_all(rows, {tcp_frame, arp_frame, fragment_frame, udp_frame, arp_frame},
               {.all_frames = true, .protocol = std::nullopt});
    REQUIRE(rows.rows() == 5);
    CHECK(rows.src_port()[0] == 49153);
    CHECK(rows.src_host().is_null(1));
    CHECK(rows.src_port().is_null(1));
    CHECK(rows.payload().is_null(1));
    CHECK(rows.src_host()[2]->version == 4);
    CHECK(rows.src_port().is_null(2));
    CHECK(rows.src_host()[3]->version == 6);
    CHECK(rows.get<column::tcp_flags>().is_null(3));
    CHECK(rows.get<column::stop>()[4] == stop{stop_reason::unknown_protocol, layer::ethernet});
}

TEST_CASE("interfaces are shown by number and name, where they have one") {
    interface_list interfaces(1);
    interface_info named;
    named.id = 7;
    named.name = "eth0";
    interfaces.push_back(named);
    std::vector<record> records(2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        records[i].data = tcp_frame.data();
        records[i].caplen = records[i].len = static_cast<std::uint32_t>(tcp_frame.size());
        records[i].interface = i;
        records[i].link_type = link_type::ethernet;
    }
    batch rows(all_columns());
    rows.set_interfaces(std::make_shared<interface_list>(interfaces));
    decode_run(rows, {records, 1}, interfaces, {});
    REQUIRE(rows.rows() == 2);
    CHECK(rows.get<column::interface_id>()[0] == 0);
    CHECK(rows.get<column::interface_name>().is_null(0));
    CHECK(rows.get<column::interface_id>()[1] == 7);
    CHECK(rows.get<column::interface_name>()[1] == "eth0");
    CHECK(rows.time().is_null(0));
}
