// The six default columns of every packet of an interface into batches that are used again, until Ctrl-C: what
// bench/live/compare times as pcapframe. usage: live_columns INTERFACE

#include <csignal>
#include <cstdio>

#include <pcapframe/live.hpp>

namespace {

const pcapframe::wake_event* raised = nullptr;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    pcapframe::live_options options;
    options.interface = argv[1];
    auto source = pcapframe::open_pcap(options);
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message().c_str());
        return 1;
    }
    raised = &source->canceller();
    std::signal(SIGINT, [](int) { raised->raise(); });
    auto rows = source->make_batch();
    std::uint64_t count = 0;
    while (true) {
        rows.clear();
        const auto end = source->fill(rows, 4096, {});
        if (!end) break;
        count += rows.rows();
        if (*end == pcapframe::chunk_end::cancelled) break;
    }
    const pcapframe::capture_counters counters = source->counters();
    std::fprintf(stderr, "%llu packets captured, %llu received by the filter, %llu dropped by the kernel\n",
                 static_cast<unsigned long long>(count), static_cast<unsigned long long>(counters.received),
                 static_cast<unsigned long long>(counters.dropped));
}
