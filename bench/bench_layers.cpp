// What each layer costs per packet: loads, the walk, the decoder with different columns, the table, csv.
// Rates are packets per second ("items"); the captures are in memory and warm.

#include <benchmark/benchmark.h>

#include <pcapframe/pcapframe.hpp>

#include "bench_input.hpp"

namespace {

using pcapframe::column;

const std::vector<std::uint8_t>& capture(const benchmark::State& state) {
    static const std::vector<std::uint8_t> captures[] = {bench::make_capture(bench::mix::imix),
                                                         bench::make_capture(bench::mix::small)};
    return captures[state.range(0)];
}

void count_packets(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * bench::packets);
    state.SetLabel(state.range(0) == 0 ? "imix" : "small");
}

pcapframe::record_reader open_memory(const benchmark::State& state) {
    return *pcapframe::record_reader::from_memory(capture(state));
}

void load_be32(benchmark::State& state) {
    const std::vector<std::uint8_t>& bytes = capture(state);
    for (auto _ : state) {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) sum += pcapframe::load_be32(bytes.data() + i);
        benchmark::DoNotOptimize(sum);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void walk(benchmark::State& state) {
    for (auto _ : state) {
        auto reader = open_memory(state);
        std::uint64_t bytes = 0;
        for (auto run = reader.next(); !run.empty(); run = reader.next())
            for (const pcapframe::record& r : run.records) bytes += r.caplen;
        benchmark::DoNotOptimize(bytes);
    }
    count_packets(state);
}

void decode(benchmark::State& state, const char* columns) {
    pcapframe::batch rows(*pcapframe::parse_columns(columns));
    for (auto _ : state) {
        auto reader = open_memory(state);
        for (auto run = reader.next(); !run.empty(); run = reader.next()) {
            rows.clear();
            pcapframe::decode_run(rows, run, *reader.interfaces(), {});
            benchmark::DoNotOptimize(rows.rows());
        }
    }
    count_packets(state);
}

void decode_one_column_chosen_at_compile_time(benchmark::State& state) {
    for (auto _ : state) {
        auto reader = open_memory(state);
        std::uint64_t sum = 0;
        auto add = [&](auto port) { sum += port.value_or(0); };
        for (auto run = reader.next(); !run.empty(); run = reader.next())
            pcapframe::decode_each<column::dst_port>(run, *reader.interfaces(), {}, bench::packets, add);
        benchmark::DoNotOptimize(sum);
    }
    count_packets(state);
}

pcapframe::batch whole_table(const benchmark::State& state) {
    auto reader = open_memory(state);
    pcapframe::batch rows(*pcapframe::parse_columns("time,src_host,src_port,dst_host,dst_port,protocol"));
    for (auto run = reader.next(); !run.empty(); run = reader.next())
        pcapframe::decode_run(rows, run, *reader.interfaces(), {});
    return rows;
}

void table_growing(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(whole_table(state).rows());
    count_packets(state);
}

template <class Writer>
void write(benchmark::State& state) {
    const pcapframe::batch rows = whole_table(state);
    for (auto _ : state) {
        auto out = *pcapframe::sink::create("/dev/null");
        Writer writer;
        writer.begin(out, rows.columns());
        writer.write(out, rows);
        writer.finish(out);
        benchmark::DoNotOptimize(out.flush().has_value());
    }
    count_packets(state);
}

BENCHMARK(load_be32)->Arg(0);
BENCHMARK(walk)->Arg(0)->Arg(1);
BENCHMARK_CAPTURE(decode, six_default_columns, "time,src_host,src_port,dst_host,dst_port,protocol")->Arg(0)->Arg(1);
BENCHMARK_CAPTURE(decode, one_column, "dst_port")->Arg(0)->Arg(1);
BENCHMARK_CAPTURE(decode, headers_of_ip_and_tcp, "time,src_host,dst_host,ip_len,ttl,tcp_flags,tcp_seq,stop")
    ->Arg(0)
    ->Arg(1);
BENCHMARK(decode_one_column_chosen_at_compile_time)->Arg(0)->Arg(1);
BENCHMARK(table_growing)->Arg(0)->Arg(1);
BENCHMARK(write<pcapframe::csv_writer>)->Arg(1);
BENCHMARK(write<pcapframe::jsonl_writer>)->Arg(1);

}  // namespace

BENCHMARK_MAIN();
