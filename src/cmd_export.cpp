// pcapframe export: captures as a folder of files that other tools read as one table.

#include <array>
#include <cerrno>
#include <string>

#include <pcapframe/interchange.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "progress.hpp"

namespace {

constexpr std::array options{
    option_spec{"--format", "F", "parquet (if not given), arrow, arrows, csv or jsonl"},
    option_spec{"--rows-per-file", "N", "begin another file after N rows; 8388608 if not given"},
    option_spec{"--partition-by", "KEY", "a folder per date, hour or protocol, named as Hive does: date=2018-01-09"},
    option_spec{"--protocol", "P", "only this IP protocol: tcp, udp, icmp, icmp6, igmp, ... or a number"},
    option_spec{"--payload", "", "add the payload column"},
    option_spec{"--columns", "A,B,C", "these columns instead ('pcapframe columns' lists them)"},
    option_spec{"--all-frames", "", "rows for frames without IP too (ARP, STP, ...)"},
    option_spec{"--merge", "", "several files in the order of time instead of one after the other"},
    option_spec{"-c", "N", "stop after N rows"},
    option_spec{"--threads", "N", "threads that read, and that write; one per processor if not given"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
};

/// What the words ask for.
struct request {
    pcapframe::read_options read;
    pcapframe::dataset_options dataset;
};

/// A number that an option gives; nothing, and a complaint in `problem`, for what is none.
std::optional<std::uint64_t> count_of(const arguments& given, std::string_view option, std::string& problem) {
    if (!given.has(option)) return std::nullopt;
    const auto count = parse_count(given.value(option), 1);
    if (!count) problem = std::string(option) + " '" + given.value(option) + "' is not a number of 1 or more";
    return count;
}

pcapframe::result<void> choose_format(const arguments& given, pcapframe::dataset_options& dataset) {
    const auto format = pcapframe::find_format(given.value("--format", "parquet"), pcapframe::all_formats);
    if (!format) return format.error();
    if ((*format)->name == "table") {
        return pcapframe::error{.code = pcapframe::errc::bad_value,
                                .detail = "a format that other programs read",
                                .subject = (*format)->name};
    }
    dataset.format = *format;
    if (!given.has("--partition-by")) return {};
    const auto key = pcapframe::find_partition_key(given.value("--partition-by"));
    if (!key) return key.error();
    dataset.by = *key;
    return {};
}

/// What is wrong with the words; empty for nothing.
std::string parse_request(const arguments& given, request& asked) {
    if (given.operands().size() < 2) return "name one capture file or more, then the folder to write";
    for (const std::string_view name : {"--protocol", "--columns"})
        if (given.has(name) && given.value(name).empty()) return std::string(name) + " needs a value";
    asked.read = {.protocol = given.value("--protocol"),
                  .payload = given.has("--payload"),
                  .columns = given.value("--columns"),
                  .all_frames = given.has("--all-frames"),
                  .merge = given.has("--merge")};
    std::string problem;
    if (const auto threads = count_of(given, "--threads", problem)) {
        asked.read.threads = static_cast<std::size_t>(*threads);
        asked.dataset.threads = static_cast<std::size_t>(*threads);
    }
    if (const auto limit = count_of(given, "-c", problem)) asked.read.limit = *limit;
    if (const auto rows = count_of(given, "--rows-per-file", problem)) asked.dataset.rows_per_file = *rows;
    return problem;
}

int run(const arguments& given) {
    request asked;
    const std::string problem = parse_request(given, asked);
    if (!problem.empty()) return complain_usage("export", problem);
    const pcapframe::result<void> format = choose_format(given, asked.dataset);
    if (!format) return complain_error("export", format.error());
    std::vector<std::string> paths = given.operands();
    const std::string folder = paths.back();
    paths.pop_back();
    auto source = pcapframe::open_pcap(paths, asked.read);
    if (!source) return complain_error("export", source.error());

    progress bar(!given.has("--no-progress"));
    const auto written =
        pcapframe::export_dataset(*source, folder, asked.dataset, [&](std::uint64_t rows) { bar.update(0, 0, rows); });
    bar.clear();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    if (!written) return complain_error("export", written.error());
    complain(folder + ": " + std::to_string(written->rows) + " rows in " + std::to_string(written->files) +
             (written->files == 1 ? " file" : " files"));
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

}  // namespace

const command_spec export_command{
    "export",
    "FILE|PATTERN|-... FOLDER [OPTIONS]",
    "write captures as a dataset: a folder of Parquet files, or of another format",
    "The folder is made, or is empty. pandas, Polars, DuckDB, Dask and Spark read it as one table, and take the names\n"
    "date=..., hour=... and protocol=... of folders within it for columns. A file has its name once it is\n"
    "complete and on the disk.\n",
    options,
    run,
};
