// The decoder over any frame of any link type: what it says is in the frame, whichever columns are asked for, and a frame
// that is cut keeps the values that its first bytes hold.

#include <cstdlib>
#include <vector>

#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/ip_packet.hpp>
#include <pcapframe/table/batch.hpp>

namespace {

using namespace pcapframe;

void require(bool holds) {
    if (!holds) std::abort();
}

const interface_list& one_interface() {
    static const interface_list list = [] {
        interface_info info;
        info.name = "eth0";
        return interface_list{info};
    }();
    return list;
}

batch decode(const record& r, const column_order& columns) {
    batch rows(columns);
    rows.set_interfaces(std::make_shared<const interface_list>(one_interface()));
    decode_run(rows, {{&r, 1}, 1}, one_interface(), {.all_frames = true, .protocol = std::nullopt});
    require(rows.rows() == 1);
    return rows;
}

template <column C>
void same_value(const batch& a, const batch& b) {
    if constexpr (C == column::payload) {
        const auto left = a.get<C>()[0];
        const auto right = b.get<C>()[0];
        require(left.has_value() == right.has_value());
        if (left) require(left->data() == right->data() && left->size() == right->size());
    } else {
        require(a.get<C>()[0] == b.get<C>()[0]);
    }
}

const column_order& every_column() {
    static const column_order order = [] {
        column_order all;
        for (std::size_t i = 0; i < column_count; ++i) all.push_back(static_cast<column>(i));
        return all;
    }();
    return order;
}

void check_payload(const batch& rows, bytes_view frame) {
    const auto payload = rows.payload()[0];
    if (!payload) return;
    require(payload->data() >= frame.data() && payload->data() + payload->size() <= frame.data() + frame.size());
    require(*rows.get<column::payload_len>()[0] == payload->size());
}

/// The six columns have a decoder of their own, with a short way: it must say what the general one says.
void check_six(const record& r, const batch& all) {
    const batch six = decode(r, order_of(default_columns));
    same_value<column::time>(six, all);
    same_value<column::src_host>(six, all);
    same_value<column::src_port>(six, all);
    same_value<column::dst_host>(six, all);
    same_value<column::dst_port>(six, all);
    same_value<column::protocol>(six, all);
}

template <column C>
void check_prefix(const batch& cut, const batch& whole) {
    if (cut.get<C>()[0].has_value()) require(cut.get<C>()[0] == whole.get<C>()[0]);
}

void check_cut(const record& r, const batch& whole, std::uint32_t bytes) {
    record shorter = r;
    shorter.caplen = bytes;
    const batch cut = decode(shorter, every_column());
    check_payload(cut, shorter.bytes());
    check_prefix<column::src_mac>(cut, whole);
    check_prefix<column::dst_mac>(cut, whole);
    check_prefix<column::vlan_id>(cut, whole);
    check_prefix<column::src_host>(cut, whole);
    check_prefix<column::dst_host>(cut, whole);
    check_prefix<column::src_port>(cut, whole);
    check_prefix<column::dst_port>(cut, whole);
    check_prefix<column::ttl>(cut, whole);
    check_prefix<column::tcp_seq>(cut, whole);
    check_prefix<column::ip_id>(cut, whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    // A copy of its own, so that a sanitizer sees the first byte beyond the frame.
    const std::vector<std::uint8_t> frame(data + 3, data + size);
    record r;
    r.data = frame.data();
    r.caplen = static_cast<std::uint32_t>(frame.size());
    r.len = r.caplen + (data[2] & 1);
    r.time = 1;
    // Half of the inputs are Ethernet, as most frames are.
    const auto type = static_cast<std::uint16_t>(load_be16(data) % 300);
    r.link_type = (data[2] & 2) != 0 ? link_type::ethernet : type;
    const batch whole = decode(r, every_column());
    check_payload(whole, r.bytes());
    check_six(r, whole);
    const ip_packet packet(r);
    require(packet.source_ip_port() == whole.src_port()[0]);
    require(packet.stop() == *whole.get<column::stop>()[0]);
    require(!to_string(packet.stop()).empty());
    if (!frame.empty()) check_cut(r, whole, load_be16(data) % r.caplen);
    return 0;
}
