// Filters: compiling the expressions of a list, and running typical programs over packets in memory.
//
// Where libpcap is installed, the same is measured with it: it is opened at run time, nothing is linked.

#include <dlfcn.h>

#include <fstream>
#include <string>

#include <benchmark/benchmark.h>

#include <pcapframe/filter.hpp>
#include <pcapframe/pcapframe.hpp>

#include "bench_input.hpp"

namespace {

namespace filter = pcapframe::filter;

constexpr std::array<const char*, 20> typical{
    "tcp",
    "udp",
    "icmp or icmp6",
    "arp",
    "ip6",
    "host 10.1.2.3",
    "src net 10.0.0.0/8",
    "net 192.168.0.0/16 or net 172.16.0.0/12",
    "port 53",
    "tcp port 80",
    "tcp port 80 or tcp port 443",
    "udp and not port 53",
    "portrange 1-1023",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "tcp[tcpflags] & tcp-syn != 0 and tcp[tcpflags] & tcp-ack = 0",
    "ip and not broadcast and not multicast",
    "vlan and tcp",
    "tcp port 80 and (((ip[2:2] - ((ip[0] & 0xf) << 2)) - ((tcp[12] & 0xf0) >> 2)) != 0)",
    "greater 1000 and tcp",
    "ip6 host 2001:db8::1 and tcp port 443",
};

/// libpcap's functions, as far as they are used here; all null where it is not installed.
struct libpcap {
    struct code {
        unsigned length = 0;
        filter::instruction* instructions = nullptr;
    };
    void* (*open_dead)(int, int) = nullptr;
    int (*compile)(void*, code*, const char*, int, unsigned) = nullptr;
    void (*free_code)(code*) = nullptr;
    unsigned (*run)(const filter::instruction*, const unsigned char*, unsigned, unsigned) = nullptr;

    static const libpcap& instance() {
        static const libpcap one = [] {
            libpcap found;
            void* library = ::dlopen("libpcap.so.0.8", RTLD_NOW);
            if (library == nullptr) library = ::dlopen("libpcap.so.1", RTLD_NOW);
            if (library == nullptr) return found;
            const auto load = [&](auto& function, const char* name) {
                function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
            };
            load(found.open_dead, "pcap_open_dead");
            load(found.compile, "pcap_compile");
            load(found.free_code, "pcap_freecode");
            load(found.run, "bpf_filter");
            return found;
        }();
        return one;
    }
    [[nodiscard]] bool is_there() const { return run != nullptr; }
};

/// The valid Ethernet expressions of the shared list; the typical ones where there is no list.
const std::vector<std::string>& expressions() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> found;
        std::ifstream list("../shared/filters/expressions.tsv");
        for (std::string line; std::getline(list, line);)
            if (line.starts_with("valid\tEN10MB\t")) found.push_back(line.substr(13));
        if (found.empty()) found.assign(typical.begin(), typical.end());
        return found;
    }();
    return all;
}

const std::vector<pcapframe::record>& records(std::int64_t which) {
    static const auto load = [](bench::mix mix) {
        static std::vector<std::vector<std::uint8_t>> captures;
        captures.reserve(2);
        captures.push_back(bench::make_capture(mix));
        auto reader = *pcapframe::record_reader::from_memory(captures.back());
        std::vector<pcapframe::record> all;
        for (auto run = reader.next(); !run.empty(); run = reader.next())
            all.insert(all.end(), run.records.begin(), run.records.end());
        return all;
    };
    static const std::vector<pcapframe::record> sets[] = {load(bench::mix::imix), load(bench::mix::small)};
    return sets[which];
}

void compile_list(benchmark::State& state) {
    filter::compile_options options;
    for (auto _ : state)
        for (const std::string& expression : expressions())
            benchmark::DoNotOptimize(filter::compile(expression, 1, options).has_value());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expressions().size()));
}

void compile_list_libpcap(benchmark::State& state) {
    const libpcap& theirs = libpcap::instance();
    if (!theirs.is_there()) return state.SkipWithError("libpcap is not installed");
    void* const handle = theirs.open_dead(1, 262144);
    for (auto _ : state) {
        for (const std::string& expression : expressions()) {
            libpcap::code code;
            if (theirs.compile(handle, &code, expression.c_str(), 1, 0xffffffff) == 0) theirs.free_code(&code);
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expressions().size()));
}

void set_packets(benchmark::State& state, std::size_t matched) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records(state.range(1)).size()));
    const std::string label = typical[static_cast<std::size_t>(state.range(0))];
    state.SetLabel(label + (state.range(1) == 0 ? ", imix" : ", small") + ", matched " + std::to_string(matched));
}

void match(benchmark::State& state) {
    const auto& all = records(state.range(1));
    const auto program = *filter::compile(typical[static_cast<std::size_t>(state.range(0))], 1);
    std::size_t matched = 0;
    for (auto _ : state) {
        matched = 0;
        for (const pcapframe::record& r : all) matched += program.matches(r) ? 1U : 0U;
        benchmark::DoNotOptimize(matched);
    }
    set_packets(state, matched);
}

void match_run(benchmark::State& state) {
    const auto& all = records(state.range(1));
    const auto program = *filter::compile(typical[static_cast<std::size_t>(state.range(0))], 1);
    std::vector<std::uint8_t> marks(all.size());
    for (auto _ : state) {
        program.mark({all, 1}, marks);
        benchmark::DoNotOptimize(marks.data());
    }
    set_packets(state, static_cast<std::size_t>(std::count(marks.begin(), marks.end(), 1)));
}

void match_libpcap(benchmark::State& state) {
    const libpcap& theirs = libpcap::instance();
    if (!theirs.is_there()) return state.SkipWithError("libpcap is not installed");
    const auto& all = records(state.range(1));
    libpcap::code code;
    void* const handle = theirs.open_dead(1, 262144);
    if (theirs.compile(handle, &code, typical[static_cast<std::size_t>(state.range(0))], 1, 0xffffffff) != 0)
        return state.SkipWithError("libpcap refuses the expression");
    std::size_t matched = 0;
    for (auto _ : state) {
        matched = 0;
        for (const pcapframe::record& r : all) matched += theirs.run(code.instructions, r.data, r.len, r.caplen) != 0;
        benchmark::DoNotOptimize(matched);
    }
    theirs.free_code(&code);
    set_packets(state, matched);
}

void each_typical(benchmark::internal::Benchmark* one) {
    for (std::int64_t which = 0; which < static_cast<std::int64_t>(typical.size()); ++which)
        for (const std::int64_t mix : {0, 1}) one->Args({which, mix});
}

BENCHMARK(compile_list);
BENCHMARK(compile_list_libpcap);
BENCHMARK(match)->Apply(each_typical);
BENCHMARK(match_run)->Apply(each_typical);
BENCHMARK(match_libpcap)->Apply(each_typical);

}  // namespace

BENCHMARK_MAIN();
