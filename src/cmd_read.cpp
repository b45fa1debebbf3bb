// pcapframe read: captures as rows, printed or written.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "habits.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "readable_files.hpp"
#include "row_output.hpp"

namespace cmd_read {
namespace {

constexpr auto all_read_habits = all_habits(read_habits, common_habits);

/// The words with -w as -o and the format of the packets; what is wrong with -w, or empty.
std::string take_packet_output(arguments& words) {
    if (!words.has("-w")) return {};
    const std::string path = words.value("-w");
    if (words.has("-o")) return "-w writes packets and -o rows: give one of them";
    if (pcapframe::format_of_path<pcapframe::all_formats>(path).has_value())
        return "-w writes packets, as with tcpdump, and '" + path + "' is a name for rows, which -o writes";
    words.set("-o", path);
    const auto format = pcapframe::packet_format_of_path(path);
    if (!words.has("--format"))
        words.set("--format", format && *format == pcapframe::packet_format::pcapng ? "pcapng" : "pcap");
    if (!names_packet_format(words)) return "-w writes packets: --format pcap or pcapng";
    return {};
}

/// What is wrong with --flow among the other words; empty for nothing.
std::string flow_problem(const arguments& given) {
    if (!given.has("--flow")) return {};
    for (const std::string_view other : {"--catalog", "--split", "-i"})
        if (given.has(other)) return "--flow is of a file: it does not go with " + std::string(other);
    return given.operands().size() == 1 ? "" : "--flow takes one file";
}

/// Makes the packets of the flow that --flow names the only ones.
pcapframe::result<void> choose_flow(const arguments& given, pcapframe::read_request& asked) {
    pcapframe::read_options& options = asked.options;
    auto filter = pcapframe::filter_for_flow(asked.paths.front(), given.value("--flow"), {.packets = options});
    if (!filter) return filter.error();
    options.filter = std::move(*filter);
    options.threads = 1;
    return {};
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
    int status = exit_status::good;
    const std::vector<std::string> files = readable_files("read", asked.paths, status);
    if (files.empty()) return status;
    auto source = pcapframe::open_pcap(files, asked.options);
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
    if (status == exit_status::good && !source->warnings().empty()) status = exit_status::damaged;
    return status;
}

int run(const arguments& given) {
    if (given.has("-D")) return interfaces_command.run({});
    arguments words = given;
    if (const std::string problem = take_packet_output(words); !problem.empty()) return complain_usage("read", problem);
    if (const std::string problem = flow_problem(words); !problem.empty()) return complain_usage("read", problem);
    if (words.has("--split")) return read_split(words);
    int status = exit_status::good;
    std::optional<pcapframe::read_request> asked = parse_request(words, status);
    if (!asked) return status;
    if (words.has("--flow"))
        if (const auto chosen = choose_flow(words, *asked); !chosen) return complain_error("read", chosen.error());
    return read_request(words, *asked);
}

}  // namespace
}  // namespace cmd_read

int read_request(const arguments& given, const pcapframe::read_request& asked) {
    if (names_packet_format(given)) return read_packets(given, asked);
    return asked.is_live() ? read_live(given, asked) : cmd_read::read_files(given, asked);
}

const command_spec read_command{
    "read",
    "FILE|PATTERN|-... [FILTER] [OPTIONS]",
    "print or write the packets of captures as rows",
    "Files are read in the order given, the matches of a pattern ('day/*.pcap') by name. '-' is standard input.\n"
    "csv has times in UTC with nanoseconds, nulls as empty fields, payload in hexadecimal; jsonl is one object a "
    "row.\n"
    "Words behind the files that form a filter are taken as one: 'read x.pcap tcp port 80'.\n",
    read_flags,
    cmd_read::run,
    cmd_read::all_read_habits,
    operand_kind::files,
};
