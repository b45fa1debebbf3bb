// pcapframe read: captures as rows, printed or written.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "progress.hpp"

namespace {

constexpr std::array options{
    option_spec{"--protocol", "P", "only this IP protocol: tcp, udp, icmp, icmp6, igmp, ... or a number"},
    option_spec{"--payload", "", "add the payload column"},
    option_spec{"--columns", "A,B,C", "these columns instead ('pcapframe columns' lists them)"},
    option_spec{"--all-frames", "", "rows for frames without IP too (ARP, STP, ...)"},
    option_spec{"--merge", "", "several files in the order of time instead of one after the other"},
    option_spec{"-c", "N", "stop after N rows"},
    option_spec{"--format", "F", "table, csv or jsonl; by the extension of -o where that says it, else table"},
    option_spec{"-o", "PATH", "write to a file"},
    option_spec{"--all", "", "print every row of a table, not only the first and last five of more than 60"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
};

/// The terminal's width in characters; 0 where the output is no terminal.
std::size_t terminal_width(bool to_stdout) {
    winsize size{};
    if (!to_stdout || ::isatty(STDOUT_FILENO) != 1) return 0;
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

struct output {
    pcapframe::sink sink;
    std::unique_ptr<pcapframe::row_writer> writer;
    bool shows_progress;
};

pcapframe::result<const pcapframe::output_format*> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_format(given.value("--format"));
    const pcapframe::output_format* const by_extension = pcapframe::format_of_path(given.value("-o"));
    return by_extension != nullptr ? by_extension : &pcapframe::output_formats.front();
}

pcapframe::result<output> open_output(const arguments& given) {
    const auto format = chosen_format(given);
    if (!format) return format.error();
    const std::string path = given.value("-o", "-");
    auto sink = pcapframe::sink::create(path);
    if (!sink) return sink.error();
    const pcapframe::print_options print{.width = terminal_width(path == "-"), .all_rows = given.has("--all")};
    // Rows that go to a terminal as they come would run into the progress line.
    const bool rows_on_terminal = print.width != 0 && ((*format)->name != "table" || print.all_rows);
    return output{std::move(*sink), (*format)->make(print), !given.has("--no-progress") && !rows_on_terminal};
}

/// Hands every batch to the writer. What was read before an error is written all the same.
pcapframe::result<void> pump(pcapframe::pcap_source& source, output& out, progress& bar) {
    pcapframe::batch rows = source.make_batch();
    std::uint64_t count = 0;
    bool begun = false;
    pcapframe::result<void> outcome;
    while (out.sink.failed() == 0) {
        const pcapframe::result<bool> more = source.next(rows);
        if (!more) outcome = more.error();
        // What turns out to be no capture (on standard input) is no empty table either.
        if (more && !begun) out.writer->begin(out.sink, source.columns());
        begun = begun || more.has_value();
        if (!more || !*more) break;
        out.writer->write(out.sink, rows);
        count += rows.rows();
        bar.update(source.bytes_done(), source.bytes_total(), count);
    }
    bar.clear();
    if (begun) out.writer->finish(out.sink);
    return outcome;
}

int run(const arguments& given) {
    if (given.operands().empty())
        return complain_usage("read", "name a capture file, a pattern, or '-' for standard input");
    pcapframe::read_options read{.protocol = given.value("--protocol"),
                                 .payload = given.has("--payload"),
                                 .columns = given.value("--columns"),
                                 .all_frames = given.has("--all-frames"),
                                 .merge = given.has("--merge")};
    if (given.has("-c")) {
        const auto count = parse_count(given.value("-c"), 1);
        if (!count) return complain_usage("read", "'" + given.value("-c") + "' is not a number of rows (1 or more)");
        read.limit = *count;
    }
    for (const std::string_view name : {"--protocol", "--columns"})
        if (given.has(name) && given.value(name).empty())
            return complain_usage("read", std::string(name) + " needs a value");
    const auto format = chosen_format(given);
    if (!format) return complain_error("read", format.error());
    auto source = pcapframe::open_pcap(given.operands(), read);
    if (!source) return complain_error("read", source.error());
    auto out = open_output(given);
    if (!out) return complain_error("read", out.error());

    progress bar(out->shows_progress);
    const pcapframe::result<void> outcome = pump(*source, *out, bar);
    const pcapframe::result<void> written = out->sink.flush();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    if (!written && written.error().system != EPIPE)
        return complain_error("read", written.error().about(given.value("-o", "output")));
    if (!outcome) return complain_error("read", outcome.error());
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

}  // namespace

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
