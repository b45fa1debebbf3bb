// pcapframe export: captures as a folder of files that other tools read as one table.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <pcapframe/interchange.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "progress.hpp"
#include "read_flags.hpp"

namespace cmd_export {
namespace {

constexpr std::array own_options{
    option_spec{"--format", "F", "parquet (if not given), arrow, arrows, csv, tsv or jsonl",
                "parquet arrow arrows csv tsv jsonl"},
    option_spec{"--rows-per-file", "N", "begin another file after N rows; 8388608 if not given"},
    option_spec{"--partition-by", "KEY", "a folder per date, hour or protocol, named as Hive does: date=2018-01-09",
                "date hour protocol"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
    option_spec{"--catalog", "FILE", "an entry of this catalog: NAME [NAME=VALUE...] instead of files"},
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};
constexpr auto options = joined(flags_of<about_rows | pcapframe::option_effect::speed>, own_options);

/// What the words ask for.
struct request {
    pcapframe::read_request read;
    std::string folder;
    pcapframe::dataset_options dataset;
};

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

/// The files, or the entry of a catalog, and then the folder.
constexpr std::size_t fewest_operands = 2;

/// What is to be read; nothing after a complaint, and `status` is the exit status then.
std::optional<pcapframe::read_request> parse_read(const arguments& given, std::span<const std::string> words,
                                                  int& status) {
    if (given.has("--catalog")) return file_request_of_entry("export", given, words, status);
    pcapframe::read_request read;
    read.paths.assign(words.begin(), words.end());
    const std::string problem = take_read_flags(given, read.options);
    if (problem.empty()) return read;
    status = complain_usage("export", problem);
    return std::nullopt;
}

std::optional<request> parse_request(const arguments& given, int& status) {
    const std::span<const std::string> words(given.operands());
    if (words.size() < fewest_operands) {
        status = complain_usage("export", given.has("--catalog")
                                              ? "name the entry of the catalog, then the folder to write"
                                              : "name one capture file or more, then the folder to write");
        return std::nullopt;
    }
    auto read = parse_read(given, words.first(words.size() - 1), status);
    if (!read) return std::nullopt;
    request asked{std::move(*read), words.back(), {}};
    asked.dataset.threads = asked.read.options.threads;
    if (given.has("--rows-per-file")) {
        const auto rows = parse_count(given.value("--rows-per-file"), 1);
        if (!rows) {
            status = complain_usage(
                "export", "--rows-per-file '" + given.value("--rows-per-file") + "' is not a number of 1 or more");
            return std::nullopt;
        }
        asked.dataset.rows_per_file = *rows;
    }
    const pcapframe::result<void> format = choose_format(given, asked.dataset);
    if (format) return asked;
    status = complain_error("export", format.error());
    return std::nullopt;
}

int run(const arguments& given) {
    int status = exit_status::good;
    const std::optional<request> asked = parse_request(given, status);
    if (!asked) return status;
    auto source = pcapframe::open_pcap(asked->read.paths, asked->read.options);
    if (!source) return complain_error("export", source.error());

    progress bar(!given.has("--no-progress"));
    const auto written = pcapframe::export_dataset(*source, asked->folder, asked->dataset,
                                                   [&](std::uint64_t rows) { bar.update(0, 0, rows); });
    bar.clear();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!written) return complain_error("export", written.error());
    complain(asked->folder + ": " + std::to_string(written->rows) + " rows in " + std::to_string(written->files) +
             (written->files == 1 ? " file" : " files"));
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

}  // namespace
}  // namespace cmd_export

const command_spec export_command{
    "export",
    "FILE|PATTERN|-... FOLDER [OPTIONS] [-- EXPR]",
    "write captures as a dataset: a folder of Parquet files, or of another format",
    "The folder is made, or is empty. pandas, Polars, DuckDB, Dask and Spark read it as one table, and take the names\n"
    "date=..., hour=... and protocol=... of folders within it for columns. A file has its name once it is\n"
    "complete and on the disk.\n",
    cmd_export::options,
    cmd_export::run,
};
