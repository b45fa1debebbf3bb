// What the binary formats cost per row, from rows in memory: Parquet with and without compression, Arrow IPC, the Arrow
// C interface. Rates are rows per second ("items").

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <pcapframe/interchange.hpp>
#include <pcapframe/pcapframe.hpp>

#include "bench_input.hpp"

namespace {

std::shared_ptr<const pcapframe::batch> rows_of(const std::string& columns) {
    static const std::vector<std::uint8_t> capture = bench::make_capture(bench::mix::small);
    auto rows = std::make_shared<pcapframe::batch>(*pcapframe::parse_columns(columns));
    auto reader = *pcapframe::record_reader::from_memory(capture);
    for (auto run = reader.next(); !run.empty(); run = reader.next()) {
        pcapframe::decode_run(*rows, run, *reader.interfaces(), {});
        rows->set_interfaces(reader.interfaces());
    }
    return rows;
}

constexpr const char* columns = "time,src_host,src_port,dst_host,dst_port,protocol";

template <class Make>
void write_rows(benchmark::State& state, Make make) {
    const auto rows = rows_of(columns);
    pcapframe::sink out = pcapframe::sink::to_memory();
    std::size_t bytes = 0;
    for (auto _ : state) {
        out.clear();
        auto writer = make();
        writer.begin(out, rows->columns());
        writer.write(out, *rows);
        writer.finish(out);
        bytes = out.kept().size();
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows->rows()));
    state.counters["bytes_per_row"] = static_cast<double>(bytes) / static_cast<double>(rows->rows());
}

void parquet(benchmark::State& state) {
    write_rows(state, [&] {
        pcapframe::parquet_options options;
        options.compress = state.range(0) != 0;
        return pcapframe::parquet_writer(options);
    });
}

void arrow_stream(benchmark::State& state) {
    write_rows(state, [] { return pcapframe::arrow_ipc_writer(pcapframe::arrow_ipc_writer::layout::stream); });
}

void arrow_c(benchmark::State& state) {
    const auto rows = rows_of(columns);
    pcapframe::arrow_options options;
    options.binary_hosts = state.range(0) != 0;
    for (auto _ : state) {
        ArrowSchema schema{};
        ArrowArray array{};
        pcapframe::export_table(rows, options, &schema, &array);
        benchmark::DoNotOptimize(array.length);
        schema.release(&schema);
        array.release(&array);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows->rows()));
}

}  // namespace

BENCHMARK(parquet)->ArgName("compress")->Arg(0)->Arg(1);
BENCHMARK(arrow_stream);
BENCHMARK(arrow_c)->ArgName("binary_hosts")->Arg(0)->Arg(1);

BENCHMARK_MAIN();
