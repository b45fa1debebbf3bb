// What flows cost beyond reading, in CPU time of one thread.
//
//   flow_counters read FILE            the six default columns of packets, into batches
//   flow_counters flows FILE [NAMES]   flows of the default columns or of these; "all" for all
//   flow_counters scan PACKETS         so many flows of one packet each, made in memory: the table is bounded
//
// Prints the number of packets, of flows, and the most memory in KiB.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <sys/resource.h>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/flow/flow_source.hpp>

using namespace pcapframe;

namespace {

int print(std::uint64_t packets, std::uint64_t flows) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("%llu packets, %llu flows, %ld KiB\n", static_cast<unsigned long long>(packets),
                static_cast<unsigned long long>(flows), used.ru_maxrss);
    return 0;
}

int fail(const error& why) {
    std::fprintf(stderr, "%s\n", why.message().c_str());
    return 1;
}

int read_packets(const char* path) {
    auto source = open_pcap(path, {.threads = 1});
    if (!source) return fail(source.error());
    std::uint64_t count = 0;
    const result<void> read = source->for_each_batch([&](const batch& rows) {
        count += rows.rows();
        return true;
    });
    return read ? print(count, 0) : fail(read.error());
}

int count_flows(const char* path, const char* columns) {
    auto source = open_flows(path, {.columns = columns, .packets = {.threads = 1}});
    if (!source) return fail(source.error());
    std::uint64_t count = 0;
    const result<void> read = source->for_each_batch([&](const row_batch& rows) {
        count += rows.rows();
        return true;
    });
    return read ? print(source->packets(), count) : fail(read.error());
}

/// UDP over IPv4 between 2^32 pairs of hosts.
struct scan_frames {
    static constexpr std::size_t count = 4096;
    static constexpr std::size_t bytes = 28;

    scan_frames() {
        for (std::size_t i = 0; i < count; ++i) {
            frames[i] = {0x45, 0, 0, bytes, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0,
                         0x30, 0x39, 0, 53, 0, 8, 0, 0};
            records[i] = {.data = frames[i].data(), .caplen = bytes, .len = bytes, .link_type = link_type::raw};
        }
    }
    /// The packets from number `first` on, one a microsecond.
    void number(std::uint64_t first) {
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t byte = 0; byte < 4; ++byte)
                frames[i][16 + byte] = static_cast<std::uint8_t>((first + i) >> (8 * byte));
            records[i].time = static_cast<std::int64_t>((first + i) * 1000);
        }
    }

    std::array<std::array<std::uint8_t, bytes>, count> frames{};
    std::array<record, count> records{};
};

int scan(std::uint64_t packets) {
    const auto plan = plan_flows({});
    if (!plan) return fail(plan.error());
    flow_tracker tracker(plan->rules, plan->needs);
    batch rows(plan->packet_columns);
    row_batch flows(plan->fields);
    const interface_list interfaces;
    const auto frames = std::make_unique<scan_frames>();
    std::uint64_t ended = 0;
    const auto take = [&] {
        append_flows(flows, tracker);
        tracker.forget_ended();
        ended += flows.rows();
        flows.clear();
    };
    for (std::uint64_t at = 0; at < packets; at += scan_frames::count) {
        frames->number(at);
        rows.clear();
        decode_run(rows, {frames->records, at + 1}, interfaces, {});
        tracker.add(rows);
        take();
    }
    while (tracker.finish(scan_frames::count)) take();
    return print(packets, ended);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 2 ? argv[1] : "";
    if (what == "read") return read_packets(argv[2]);
    if (what == "flows") return count_flows(argv[2], argc > 3 ? argv[3] : "");
    if (what == "scan") return scan(std::strtoull(argv[2], nullptr, 10));
    std::fprintf(stderr, "usage: flow_counters read FILE | flows FILE [NAMES] | scan PACKETS\n");
    return 2;
}
