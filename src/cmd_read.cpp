// pcapframe read: captures as rows, printed or written.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "row_output.hpp"

namespace {

/// The terminal's width in characters; 0 where the output is no terminal.
std::size_t terminal_width(bool to_stdout) {
    winsize size{};
    if (!to_stdout || ::isatty(STDOUT_FILENO) != 1) return 0;
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

struct known_extension {
    std::string_view extension;
    bool is_binary = false;
};

/// What -o may end in.
constexpr std::array extensions = [] {
    std::array<known_extension, pcapframe::all_formats.size() + pcapframe::packet_formats.size()> all{};
    std::size_t count = 0;
    for (const pcapframe::output_format& format : pcapframe::all_formats)
        all[count++] = {format.extension, format.is_binary};
    for (const pcapframe::packet_format_info& info : pcapframe::packet_formats) all[count++] = {info.extension};
    return all;
}();

pcapframe::result<const pcapframe::output_format*> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_format(given.value("--format"), pcapframe::all_formats);
    const std::string path = given.value("-o", "-");
    if (path == "-") return &pcapframe::all_formats.front();
    // The message names the extensions of capture files, too: those files were taken by names_packet_format before.
    if (const auto known = pcapframe::find_by_extension<extensions>(path); !known) return known.error();
    return pcapframe::format_of_path<pcapframe::all_formats>(path);
}

/// What the words ask for; nothing after a complaint, and `status` is the exit status then.
std::optional<pcapframe::read_request> parse_request(const arguments& given, int& status) {
    if (given.has("--catalog")) return request_of_entry("read", given, given.operands(), status);
    pcapframe::read_request asked;
    asked.paths = given.operands();
    std::string problem = take_read_flags(given, asked.options);
    if (problem.empty()) problem = take_live_flags(given, asked.live);
    if (problem.empty() && asked.paths.empty() && !asked.is_live())
        problem = "name a capture file, a pattern, or '-' for standard input";
    // Of a capture file as output there is more to say.
    if (problem.empty() && asked.is_live() && !asked.paths.empty() && !names_packet_format(given))
        problem = "-i takes no files";
    if (problem.empty()) return asked;
    status = complain_usage("read", problem);
    return std::nullopt;
}

int read_files(const arguments& given, const pcapframe::read_request& asked) {
    auto source = pcapframe::open_pcap(asked.paths, asked.options);
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
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!written && written.error().system != EPIPE)
        return complain_error("read", written.error().about(given.value("-o", "output")));
    if (!outcome) return complain_error("read", outcome.error());
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

int run(const arguments& given) {
    if (given.has("--split")) return read_split(given);
    int status = exit_status::good;
    const std::optional<pcapframe::read_request> asked = parse_request(given, status);
    return asked ? read_request(given, *asked) : status;
}

}  // namespace

int read_request(const arguments& given, const pcapframe::read_request& asked) {
    if (names_packet_format(given)) return read_packets(given, asked);
    const auto format = chosen_format(given);
    if (!format) return complain_error("read", format.error());
    return asked.is_live() ? read_live(given, asked) : read_files(given, asked);
}

pcapframe::result<row_output> open_row_output(const arguments& given, const std::vector<std::string>& files) {
    const auto format = chosen_format(given);
    if (!format) return format.error();
    const std::string path = given.value("-o", "-");
    const pcapframe::result<void> apart = pcapframe::check_output(path, files);
    if (!apart) return apart.error();
    // Half a Parquet file is of no use, but a text file may be looked at while it grows.
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
    read_flags,
    run,
};
