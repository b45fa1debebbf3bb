// Input: a link type (two bytes, little-endian), the bytes that were on the wire beyond those captured (one), a frame.
// Decoded to all columns at run time, at compile time, and to the default columns; and cut.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/ip_packet.hpp>
#include <pcapframe/decode/run_decoder.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

const interface_list interfaces(1);

column_order all_columns() {
    column_order order;
    each_column([&](auto c) { order.push_back(c); });
    return order;
}

record record_of(bytes_view frame, std::uint16_t type, std::size_t wire_bytes) {
    record r;
    r.data = frame.data();
    r.caplen = static_cast<std::uint32_t>(frame.size());
    r.len = static_cast<std::uint32_t>(wire_bytes);
    r.time = 7;
    r.link_type = type;
    return r;
}

/// One frame in a batch that is used again.
const batch& decode_into(batch& rows, const record& r, bool all_frames = true) {
    rows.clear();
    decode_run(rows, {{&r, 1}, 1}, interfaces, {.all_frames = all_frames, .protocol = std::nullopt});
    return rows;
}

/// Whether two rows have the same value in a column; payloads are compared by their place.
template <column C, class Value>
bool same_value(const std::optional<Value>& a, const std::optional<Value>& b) {
    if (a.has_value() != b.has_value()) return false;
    if constexpr (type_of(C) == column_type::bytes)
        return !a || (a->data() == b->data() && a->size() == b->size());
    else if constexpr (type_of(C) == column_type::numbers || type_of(C) == column_type::texts)
        return !a || std::equal(a->begin(), a->end(), b->begin(), b->end());
    else
        return !a || *a == *b;
}

template <std::size_t... I>
void compare_with_constants(const batch& rows, const record& r, std::index_sequence<I...>) {
    std::size_t calls = 0;
    auto compare = [&](const auto&... values) {
        ++calls;
        check((same_value<static_cast<column>(I)>(values, rows.get<static_cast<column>(I)>()[0]) && ...),
              "columns chosen at compile time have the same values");
    };
    decode_each<static_cast<column>(I)...>({{&r, 1}, 1}, interfaces, {.all_frames = true, .protocol = std::nullopt}, 1,
                                           compare);
    check(calls == 1, "one row");
}

void compare_with_defaults(const batch& rows, const record& r) {
    using enum column;
    static batch six(column_order{column::time, src_host, src_port, dst_host, dst_port, protocol});
    decode_into(six, r);
    check(six.rows() == 1, "one row of default columns");
    check(same_value<src_host>(six.src_host()[0], rows.src_host()[0]) &&
              same_value<dst_host>(six.dst_host()[0], rows.dst_host()[0]) &&
              same_value<src_port>(six.src_port()[0], rows.src_port()[0]) &&
              same_value<dst_port>(six.dst_port()[0], rows.dst_port()[0]) &&
              same_value<protocol>(six.protocol()[0], rows.protocol()[0]),
          "default columns have the same values");
}

void compare_with_ip_packet(const batch& rows, const record& r) {
    const ip_packet packet(r);
    check(packet.source_ip_address() == rows.src_host()[0] && packet.destination_ip_address() == rows.dst_host()[0] &&
              packet.source_ip_port() == rows.src_port()[0] && packet.destination_ip_port() == rows.dst_port()[0] &&
              packet.ethernet_protocol() == rows.get<column::ethertype>()[0] &&
              packet.stop() == rows.get<column::stop>()[0],
          "ip_packet has the same values");
}

void check_row(const batch& rows, bytes_view frame) {
    check(rows.rows() == 1, "a frame is a row");
    const auto payload = rows.payload()[0];
    const auto length = rows.get<column::payload_len>()[0];
    check(payload.has_value() == length.has_value(), "a payload has its length");
    if (payload) {
        check(payload->data() >= frame.data() && payload->data() + payload->size() <= frame.data() + frame.size(),
              "payloads are inside the frame");
        check(*length == payload->size(), "and as long as it says");
    }
    const auto stop = rows.get<column::stop>()[0];
    check(stop.has_value(), "every row says how it ended");
    check((stop->reason == stop_reason::complete) == (stop->where == layer::none),
          "complete has no layer, others have one");
    if (rows.src_port()[0]) check(rows.src_host()[0].has_value(), "ports come with addresses");
    const auto offset = rows.get<column::fragment_offset>()[0];
    if (offset && *offset != 0) check(!rows.src_port()[0] && !rows.dst_port()[0], "later fragments have no ports");
}

/// Whether a FabricPath tag may be in the frame: it shows the addresses of the frame inside, and so before it is
/// reached those of the switches.
bool may_change_addresses(bytes_view frame) {
    constexpr std::array<std::uint8_t, 2> fabricpath{ethertype::fabricpath >> 8, ethertype::fabricpath & 0xff};
    return std::search(frame.begin(), frame.end(), fabricpath.begin(), fabricpath.end()) != frame.end();
}

/// No field of a cut frame differs from the whole one's.
void check_cut(const batch& whole, bytes_view frame, std::size_t length, std::uint16_t type, std::size_t wire_bytes) {
    static batch cut(all_columns());
    // Of its own memory, so that reading beyond the cut is noticed.
    const std::vector<std::uint8_t> captured(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length));
    const record r = record_of(captured, type, wire_bytes);
    decode_into(cut, r);
    check_row(cut, captured);
    const bool any_address = may_change_addresses(frame);
    // Which protocol a message is of may be decided by what was cut off.
    const bool any_message = cut.get<column::message>()[0] != whole.get<column::message>()[0];
    // Of a cut frame, the innermost packet that can be seen may be another one.
    const bool any_inner = cut.get<column::tunnel_depth>()[0] != whole.get<column::tunnel_depth>()[0];
    each_column([&](auto c) {
        if (any_address && name_of(c).ends_with("_mac")) return;
        if (any_message && message_columns.has(c)) return;
        if (any_inner && inner_columns.has(c)) return;
        constexpr column_set of_the_cut{
            column::payload,       column::payload_len,       column::stop,         column::inner_payload,
            column::outer_payload, column::inner_payload_len, column::inner_stop,   column::outer_payload_len,
            column::outer_stop,    column::caplen,            column::len,          column::layers,
            column::tunnel,        column::tunnel_id,         column::tunnel_depth, column::vlan_ids,
            column::mpls_labels};
        if constexpr (!of_the_cut.has(c())) {
            const auto value = cut.get<c()>()[0];
            check(!value || same_value<c()>(value, whole.get<c()>()[0]),
                  "what is there of a cut frame is as in the whole one");
        }
    });
    const auto payload = cut.payload()[0];
    if (!payload) return;
    const auto all = whole.payload()[0];
    check(all && payload->size() <= all->size() && std::equal(payload->begin(), payload->end(), all->begin()),
          "its payload begins the whole one's");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto type = static_cast<std::uint16_t>(data[0] | data[1] << 8);
    const std::vector<std::uint8_t> bytes(data + 3, data + size);
    const std::size_t wire_bytes = bytes.size() + data[2];
    const record r = record_of(bytes, type, wire_bytes);
    static batch rows(all_columns());
    decode_into(rows, r);
    check_row(rows, bytes);
    compare_with_constants(rows, r, std::make_index_sequence<column_count>());
    compare_with_defaults(rows, r);
    compare_with_ip_packet(rows, r);
    static batch only_ip(all_columns());
    check(decode_into(only_ip, r, false).rows() <= 1, "at most one row");
    if (only_ip.empty()) check(!rows.src_host()[0] && !rows.get<column::ip_version>()[0], "a frame with IP is a row");
    const std::uint64_t hash = fuzzing::hash_of(data, size);
    for (unsigned i = 0; i < 4 && !bytes.empty(); ++i)
        check_cut(rows, bytes, (hash >> (16 * i) & 0xffff) % bytes.size(), type,
                  std::max(wire_bytes, bytes.size() + 1));
    return 0;
}
