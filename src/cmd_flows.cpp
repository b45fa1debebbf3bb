// pcapframe flows: captures and interfaces as flows, printed or written.

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/live.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "live_command.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "row_output.hpp"

namespace cmd_flows {
namespace {

constexpr std::array own_options{
    option_spec{"--columns", "A,B,C", "these columns instead, or all ('pcapframe columns --of flows' lists them)"},
    option_spec{"--idle-timeout", "S", "a flow ends when no packet came for S seconds (120)"},
    option_spec{"--active-timeout", "S", "a flow ends when it has lasted S seconds, and another continues it (1800)"},
    option_spec{"--closed-timeout", "S", "after FIN of both sides or RST, late packets are waited for S seconds (5)"},
    option_spec{"--by-vlan", "", "flows of different VLANs are different flows"},
    option_spec{"--by-tunnel", "", "flows of tunnels with different numbers are different flows (see --at)"},
    option_spec{"--max-flows", "N", "flows that are open at once (1048576); beyond, the quietest are ended"},
    option_spec{"--reorder", "N", "packets that come up to N packets too late count at their time (1024)"},
    option_spec{"--timeout", "S", "with -i: stop after S seconds"},
    option_spec{"-r", "FILE", "read this file; all other words are a filter, as with tcpdump"},
    filter_file_flag,
    row_format_flag,
    row_path_flag,
    option_spec{"--catalog", "FILE", "read an entry of this catalog: NAME [NAME=VALUE...] instead of files"},
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};

/// The options of a read that say which packets there are, with what the limit means here.
constexpr auto packet_flags = [] {
    using enum pcapframe::option_effect;
    auto flags = flags_of<packets | order | speed | capture>;
    for (option_spec& flag : flags)
        if (flag.name == "-c") flag.help = "stop after N packets";
    return flags;
}();
constexpr auto options = joined(packet_flags, own_options, row_output_flags);

/// What the words ask for.
struct job {
    pcapframe::read_request read;
    pcapframe::flow_options flows;
    pcapframe::deadline until;  ///< --timeout
};

/// The value of a flag in seconds; false for anything else.
bool take_seconds(const arguments& given, std::string_view flag, std::chrono::nanoseconds& to, std::string& problem) {
    if (!given.has(flag) || !problem.empty()) return false;
    const auto seconds = parse_seconds(given.value(flag));
    if (seconds) to = *seconds;
    else problem = "'" + given.value(flag) + "' is not a number of seconds (more than 0)";
    return seconds.has_value();
}

void take_number(const arguments& given, std::string_view flag, unsigned long long least, unsigned long long most,
                 std::size_t& to, std::string& problem) {
    if (!given.has(flag) || !problem.empty()) return;
    const auto number = parse_count(given.value(flag), least);
    if (number && *number <= most) to = static_cast<std::size_t>(*number);
    else problem = std::string(flag) + ": '" + given.value(flag) + "' is not a number from " + std::to_string(least) +
                   " to " + std::to_string(most);
}

/// What is wrong with the words about flows; empty for nothing.
std::string take_flow_flags(const arguments& given, job& asked) {
    std::string problem;
    pcapframe::flow_rules& rules = asked.flows.rules;
    asked.flows.columns = given.value("--columns");
    if (given.has("--columns") && given.value("--columns").empty()) return "--columns needs a value";
    take_seconds(given, "--idle-timeout", rules.idle_timeout, problem);
    take_seconds(given, "--active-timeout", rules.active_timeout, problem);
    take_seconds(given, "--closed-timeout", rules.closed_timeout, problem);
    take_number(given, "--max-flows", 1, pcapframe::limits::open_flows_max, rules.flows_max, problem);
    take_number(given, "--reorder", 0, pcapframe::limits::reordered_packets_max, rules.reorder_packets, problem);
    std::chrono::nanoseconds timeout{};
    if (take_seconds(given, "--timeout", timeout, problem)) asked.until = pcapframe::deadline::in(timeout);
    rules.by_vlan = given.has("--by-vlan");
    rules.by_tunnel = given.has("--by-tunnel");
    return problem;
}

/// Nothing after a complaint, and `status` is the exit status then.
std::optional<job> parse_job(const arguments& given, int& status) {
    job asked;
    std::string problem;
    const arguments about_packets = given.without("--columns");
    if (given.has("--catalog")) {
        auto entry = request_of_entry("flows", about_packets, given.operands(), status);
        if (!entry) return std::nullopt;
        asked.read = std::move(*entry);
    } else {
        asked.read.paths = given.operands();
        problem = take_read_flags(about_packets, asked.read.options);
        if (problem.empty()) problem = take_live_flags(about_packets, asked.read.live);
        if (problem.empty() && asked.read.paths.empty() && !asked.read.is_live())
            problem = "name a capture file, a pattern, or '-' for standard input";
        if (problem.empty() && asked.read.is_live() && !asked.read.paths.empty()) problem = "-i takes no files";
    }
    if (problem.empty() && asked.read.is_live() && asked.read.options.merge) problem = "-i does not go with --merge";
    if (problem.empty()) problem = take_flow_flags(given, asked);
    asked.read.options.columns = {};  // of an entry: they are those of packets
    asked.flows.packets = asked.read.options;
    if (problem.empty()) return asked;
    status = complain_usage("flows", problem);
    return std::nullopt;
}

std::string evicted_text(std::uint64_t count, const pcapframe::flow_rules& rules) {
    return std::to_string(count) + " flows were ended because more than " + std::to_string(rules.flows_max) +
           " were open at once (end_reason 'evicted'); --max-flows allows more";
}

int finish_output(const arguments& given, const pcapframe::result<void>& written) {
    if (written || written.error().system == EPIPE) return exit_status::good;
    return complain_error("flows", written.error().about(given.value("-o", "output")));
}

int flows_of_files(const arguments& given, const job& asked) {
    auto source = pcapframe::open_flows(asked.read.paths, asked.flows);
    if (!source) return complain_error("flows", source.error());
    auto out = open_row_output(given, source->files());
    if (!out) return complain_error("flows", out.error());
    progress bar(out->shows_progress);
    const pcapframe::result<void> outcome = source->write(
        out->sink, *out->writer, [&, total = source->bytes_total()](std::uint64_t done, std::uint64_t rows) {
            bar.update(done, total, rows);
        });
    bar.clear();
    // What turns out to be no capture is no empty table either.
    const pcapframe::result<void> written =
        outcome || source->packets() != 0 ? out->file->commit() : out->sink.flush();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (source->evicted() != 0) complain("warning: " + evicted_text(source->evicted(), asked.flows.rules));
    if (const int status = finish_output(given, written); status != exit_status::good) return status;
    if (!outcome) return complain_error("flows", outcome.error());
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

/// Writes flows as they end, until the capture does.
pcapframe::result<void> write_live(pcapframe::live_flows& source, row_output& out, const pcapframe::deadline& until,
                                   std::uint64_t& count) {
    pcapframe::row_batch rows(source.fields());
    out.writer->begin(out.sink, source.fields());
    pcapframe::result<void> outcome;
    for (bool more = true; more && out.sink.failed() == 0;) {
        rows.clear();
        const auto end = source.fill(rows, until);
        if (!end) outcome = end.error();
        more = end && *end != pcapframe::chunk_end::cancelled;
        // As at Ctrl-C: what was captured by then is still to come.
        if (end && *end == pcapframe::chunk_end::deadline) source.cancel();
        if (rows.empty()) continue;
        out.writer->write(out.sink, rows);
        count += rows.rows();
        // What could not be written is told at the end.
        (void)out.sink.flush();
    }
    out.writer->finish(out.sink);
    return outcome;
}

int flows_of_interface(const arguments& given, const job& asked) {
    const pcapframe::live_options capture = pcapframe::live_options_of(asked.read);
    const std::string refused = live_filter_problem(capture.filter.text(), capture.interface);
    if (!refused.empty()) return complain_usage("flows", refused);
    auto source = pcapframe::open_flows(capture, asked.flows);
    if (!source) return complain_capture("flows", source.error());
    auto out = open_row_output(given, {});
    if (!out) return complain_error("flows", out.error());
    const interrupt_guard guard(source->canceller());
    std::uint64_t count = 0;
    const pcapframe::result<void> outcome = write_live(*source, *out, asked.until, count);
    const pcapframe::result<void> written = out->file->commit();
    complain(capture.interface + ": " + std::to_string(count) + " flows, " +
             counters_text(source->counters().delivered, source->counters()));
    if (source->evicted() != 0) complain("warning: " + evicted_text(source->evicted(), asked.flows.rules));
    if (const int status = finish_output(given, written); status != exit_status::good) return status;
    if (outcome) return exit_status::good;
    complain(outcome.error().message());
    return exit_status::damaged;
}

int run(const arguments& given) {
    int status = exit_status::good;
    const std::optional<job> asked = parse_job(given, status);
    if (!asked) return status;
    return asked->read.is_live() ? flows_of_interface(given, *asked) : flows_of_files(given, *asked);
}

}  // namespace
}  // namespace cmd_flows

const command_spec flows_command{
    "flows",
    "FILE|PATTERN|-... [FILTER] [OPTIONS]",
    "print or write the conversations of captures as rows: hosts, ports, times, packets, bytes, state",
    "A row per flow, in the order in which flows end; those that are open at the end of the input come last, by their\n"
    "first times. The source is the side that began the conversation, whatever the order of the packets: the column\n"
    "direction_by says what told it. With -i flows come as they end, and the rest when the capture does.\n",
    cmd_flows::options,
    cmd_flows::run,
    {},
    operand_kind::files,
};
