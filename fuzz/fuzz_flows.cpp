// Input: two bytes of rules, then twelve bytes a packet between few hosts and ports, at times that go forward and back.
// No packet is lost or counted twice, no rule is broken, and it does not matter in which batches the packets come.
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/flow/flow_rows.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

constexpr std::size_t packet_bytes = 12;

/// A packet of IPv4: TCP, UDP, ICMP or a fragment, perhaps with an end missing.
std::vector<std::uint8_t> frame_of(const std::uint8_t* p) {
    constexpr std::array<std::uint8_t, 4> protocols{6, 17, 1, 132};
    const bool is_fragment = (p[0] & 0x30) == 0x30;
    const std::uint8_t protocol = protocols[p[0] & 3];
    std::vector<std::uint8_t> frame{0x45, 0, 0, 40, 0, static_cast<std::uint8_t>(p[4] & 3), 0, 0, 64, protocol, 0, 0,
                                    10, 0, 0, static_cast<std::uint8_t>(p[1] & 3),
                                    10, 0, 0, static_cast<std::uint8_t>(p[1] >> 2 & 3)};
    if (is_fragment) {
        frame[6] = static_cast<std::uint8_t>(p[5] & 0x20);
        frame[7] = static_cast<std::uint8_t>(p[5] & 3);
    }
    std::array<std::uint8_t, 20> transport{};
    transport[1] = static_cast<std::uint8_t>(p[2] & 3);
    transport[3] = static_cast<std::uint8_t>(p[2] >> 2 & 3);
    transport[7] = static_cast<std::uint8_t>(p[3] & 3);
    transport[12] = 0x50;
    transport[13] = p[6];
    if (protocol == 1) {
        transport[0] = static_cast<std::uint8_t>(p[2] & 15);
        transport[1] = static_cast<std::uint8_t>(p[2] >> 6);
    }
    if (protocol == 17) transport[5] = 20;
    frame.insert(frame.end(), transport.begin(), transport.end());
    if ((p[7] & 0x80) != 0) frame.erase(frame.end() - static_cast<std::ptrdiff_t>(p[7] % frame.size()), frame.end());
    return frame;
}

struct packets {
    std::deque<std::vector<std::uint8_t>> frames{};
    std::vector<record> records{};
    std::uint64_t bytes = 0;

    packets(const std::uint8_t* data, std::size_t size) {
        std::int64_t time = 1'000'000'000'000;
        for (; size >= packet_bytes; data += packet_bytes, size -= packet_bytes) {
            frames.push_back(frame_of(data));
            const auto seconds = static_cast<std::int8_t>(data[8]);
            time += seconds * std::int64_t{data[9]} * 10'000'000;
            records.push_back({.data = frames.back().data(),
                               .caplen = static_cast<std::uint32_t>(frames.back().size()),
                               .len = 40,
                               .time = data[10] == 0xff ? no_time : time,
                               .link_type = link_type::raw});
            bytes += 40;
        }
    }
};

flow_rules rules_of(std::uint8_t a, std::uint8_t b) {
    return {.idle_timeout = std::chrono::seconds(a & 15),
            .active_timeout = std::chrono::seconds(a >> 4),
            .closed_timeout = std::chrono::seconds(b & 3),
            .flows_max = std::size_t{1} + (b >> 2 & 7),
            .reorder_packets = static_cast<std::size_t>(b >> 5)};
}

std::vector<ended_flow> flows_in_batches(const packets& all, const flow_rules& rules, std::size_t at_once) {
    const schema columns(*parse_flow_columns("all"));
    flow_tracker tracker(rules, needs_of(columns));
    row_batch flows(columns);
    const interface_list interfaces;
    batch rows(order_of(tracker.columns()));
    std::vector<ended_flow> ended;
    for (std::size_t at = 0; at < all.records.size(); at += at_once) {
        const std::size_t count = std::min(at_once, all.records.size() - at);
        rows.clear();
        const std::span<const record> some = std::span(all.records).subspan(at, count);
        decode_run(rows, {some, at + 1}, interfaces, {.all_frames = true, .protocol = std::nullopt});
        tracker.add(rows);
        check(tracker.open_flows() <= rules.flows_max, "the table is not larger than it may be");
        ended.insert(ended.end(), tracker.ended().begin(), tracker.ended().end());
        append_flows(flows, tracker);
        tracker.forget_ended();
    }
    tracker.finish();
    ended.insert(ended.end(), tracker.ended().begin(), tracker.ended().end());
    append_flows(flows, tracker);
    check(flows.rows() == ended.size(), "every flow is a row");
    check(tracker.open_flows() == 0, "all flows have ended");
    check(tracker.begun() == ended.size(), "every flow ends once");
    return ended;
}

void check_flow(const ended_flow& ended) {
    const flow_record& flow = ended.flow;
    check(flow.first_time <= flow.last_time, "a flow does not end before it begins");
    check(flow.sides[0].packets + flow.sides[1].packets != 0, "a flow has packets");
    for (const flow_side_id side : {flow_side_id::low, flow_side_id::high})
        check(!state_of(flow, side).empty(), "a flow has a state");
    check(!name_of(ended.reason).empty() && !name_of(direction_of(flow).by).empty(), "ends and directions have names");
    check(flow.continues < flow.id, "a flow continues one that began before it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const packets all(data + 2, size - 2);
    const flow_rules rules = rules_of(data[0], data[1]);
    const std::vector<ended_flow> flows = flows_in_batches(all, rules, 1 + all.records.size());
    std::uint64_t count = 0, bytes = 0;
    for (const ended_flow& ended : flows) {
        check_flow(ended);
        for (const flow_side& side : ended.flow.sides) {
            count += side.packets;
            bytes += side.bytes;
        }
    }
    check(count == all.records.size() && bytes == all.bytes, "every packet is counted once");

    const std::vector<ended_flow> others = flows_in_batches(all, rules, 1 + data[0] % 7U);
    check(others.size() == flows.size(), "batches do not matter");
    for (std::size_t i = 0; i < flows.size(); ++i)
        check(others[i].flow.id == flows[i].flow.id && others[i].reason == flows[i].reason &&
                  others[i].flow.last_time == flows[i].flow.last_time &&
                  others[i].flow.sides[0].bytes == flows[i].flow.sides[0].bytes,
              "batches do not matter");
    return 0;
}
