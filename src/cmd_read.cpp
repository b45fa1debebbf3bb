// pcapframe read: captures as rows, printed or written.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "expressions.hpp"
#include "progress.hpp"
#include "row_output.hpp"

namespace {

constexpr std::array options{
    option_spec{"--protocol", "P", "only this IP protocol: tcp, udp, icmp, icmp6, igmp, ... or a number"},
    option_spec{"--filter", "EXPR", "only packets that match this expression of tcpdump's; or '-- EXPR' at the end"},
    option_spec{"--payload", "", "add the payload column"},
    option_spec{"--columns", "A,B,C", "these columns instead ('pcapframe columns' lists them)"},
    option_spec{"--all-frames", "", "rows for frames without IP too (ARP, STP, ...)"},
    option_spec{"--merge", "", "several files in the order of time instead of one after the other"},
    option_spec{"-c", "N", "stop after N rows"},
    option_spec{"--threads", "N", "threads that read large files; one per processor if not given"},
    option_spec{"-i", "INTERFACE", "the packets of a network interface instead of files, as they come"},
    option_spec{"--timeout", "S", "with -i: stop after S seconds; of a catalog's entry: its timeout"},
    option_spec{"--chunksize", "N", "with -i: a table for every N rows"},
    option_spec{"--split", "LINE", "a part of a file, as 'pcapframe plan' prints it, instead of files"},
    option_spec{"--format", "F",
                "table, csv, jsonl, parquet, arrow, arrows, pcap, pcapng; if not given, as -o's extension says"},
    option_spec{"-o", "PATH", "write to a file"},
    option_spec{"--all", "", "print every row of a table, not only the first and last five of more than 60"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
    option_spec{"--catalog", "FILE", "read an entry of this catalog: NAME [NAME=VALUE...] instead of files"},
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};

/// The terminal's width in characters; 0 where the output is no terminal.
std::size_t terminal_width(bool to_stdout) {
    winsize size{};
    if (!to_stdout || ::isatty(STDOUT_FILENO) != 1) return 0;
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

struct known_extension {
    std::string_view extension;
};

/// What -o may end in.
constexpr std::array extensions = [] {
    std::array<known_extension, pcapframe::all_formats.size() + pcapframe::packet_formats.size()> all{};
    std::size_t count = 0;
    for (const pcapframe::output_format& format : pcapframe::all_formats) all[count++] = {format.extension};
    for (const pcapframe::packet_format_info& info : pcapframe::packet_formats) all[count++] = {info.extension};
    return all;
}();

pcapframe::result<const pcapframe::output_format*> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_format(given.value("--format"), pcapframe::all_formats);
    const std::string path = given.value("-o", "-");
    if (path == "-") return &pcapframe::all_formats.front();
    // The message names the extensions of capture files, too: names_packet_format has taken those already.
    if (const auto known = pcapframe::find_by_extension<extensions>(path); !known) return known.error();
    return pcapframe::format_of_path<pcapframe::all_formats>(path);
}

int run_entry(const arguments& given) {
    const std::span<const std::string> words(given.operands());
    if (words.empty()) return complain_usage("read", "name an entry of the catalog");
    return read_catalog_entry("read", given.value("--catalog"), words[0], words.subspan(1), given);
}

int run(const arguments& given) {
    if (given.has("--catalog") && !given.has("--split")) return run_entry(given);
    if (given.operands().empty() && !given.has("-i") && !given.has("--split"))
        return complain_usage("read", "name a capture file, a pattern, or '-' for standard input");
    pcapframe::read_options read{.protocol = given.value("--protocol"),
                                 .filter = given.value("--filter"),
                                 .payload = given.has("--payload"),
                                 .columns = given.value("--columns"),
                                 .all_frames = given.has("--all-frames"),
                                 .merge = given.has("--merge")};
    if (given.has("--threads")) {
        const auto count = parse_count(given.value("--threads"), 1);
        if (!count)
            return complain_usage("read", "'" + given.value("--threads") + "' is not a number of threads (1 or more)");
        read.threads = static_cast<std::size_t>(*count);
    }
    if (given.has("-c")) {
        const auto count = parse_count(given.value("-c"), 1);
        if (!count) return complain_usage("read", "'" + given.value("-c") + "' is not a number of rows (1 or more)");
        read.limit = *count;
    }
    for (const std::string_view name : {"--protocol", "--filter", "--columns"})
        if (given.has(name) && given.value(name).empty())
            return complain_usage("read", std::string(name) + " needs a value");
    const std::string problem = filter_problem(read.filter);
    if (!problem.empty()) return complain_usage("read", problem);
    if (given.has("--split")) return read_split(given, read);
    if (names_packet_format(given)) return read_packets(given, read);
    const auto format = chosen_format(given);
    if (!format) return complain_error("read", format.error());
    if (given.has("-i")) return read_live(given, read);
    auto source = pcapframe::open_pcap(given.operands(), read);
    if (!source) return complain_error("read", source.error());
    auto out = open_row_output(given, source->files());
    if (!out) return complain_error("read", out.error());

    progress bar(out->shows_progress);
    std::uint64_t count = 0;
    const pcapframe::result<void> outcome = source->write(
        out->sink, *out->writer, [&, total = source->bytes_total()](std::uint64_t done, std::uint64_t rows) {
            bar.update(done, total, rows);
            count = rows;
        });
    bar.clear();
    // What turns out to be no capture is no empty table either.
    const pcapframe::result<void> written = outcome || count != 0 ? out->file->commit() : out->sink.flush();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    if (!written && written.error().system != EPIPE)
        return complain_error("read", written.error().about(given.value("-o", "output")));
    if (!outcome) return complain_error("read", outcome.error());
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

}  // namespace

pcapframe::result<row_output> open_row_output(const arguments& given, const std::vector<std::string>& files) {
    const auto format = chosen_format(given);
    if (!format) return format.error();
    const std::string path = given.value("-o", "-");
    const pcapframe::result<void> apart = pcapframe::check_output(path, files);
    if (!apart) return apart.error();
    // Half a Parquet file is of no use, but text may be looked at while it grows.
    auto created = (*format)->is_binary ? pcapframe::whole_file::create(path) : pcapframe::whole_file::directly(path);
    if (!created) return created.error();
    auto file = std::make_unique<pcapframe::whole_file>(std::move(*created));
    pcapframe::sink& sink = file->out();
    const pcapframe::print_options print{.width = terminal_width(path == "-"), .all_rows = given.has("--all")};
    // Rows that go to a terminal as they come would run into the progress line.
    const bool rows_on_terminal = print.width != 0 && ((*format)->name != "table" || print.all_rows);
    return row_output{std::move(file), sink, (*format)->make(print), !given.has("--no-progress") && !rows_on_terminal,
                      (*format)->name};
}

const command_spec read_command{
    "read",
    "FILE|PATTERN|-... [OPTIONS]",
    "print or write the packets of captures as rows",
    "Files are read in the order given, the matches of a pattern ('day/*.pcap') by name. '-' is standard input.\n"
    "csv has times in UTC with nanoseconds, nulls as empty fields, payload in hexadecimal; jsonl is one object a "
    "row.\n",
    options,
    run,
};
