// pcapframe plot: captures as pages and pictures.

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/pcapframe.hpp>
#include <pcapframe/plot/plot.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "readable_files.hpp"

namespace cmd_plot {
namespace {

constexpr std::array own_options{
    option_spec{"-o", "PATH", "write to this file (.html, .svg or .json); '-' is standard output"},
    option_spec{"--kind", "K,L",
                "overview (default), timeline, protocols, ports, sizes, hosts, conversations; or of any columns:\n"
                "                      line, scatter, bar or hist",
                "overview timeline protocols ports sizes hosts conversations line scatter bar hist"},
    option_spec{"--x", "COL", "line, scatter, bar, hist: what is along the axis (time)"},
    option_spec{"--y", "COL", "line, scatter: a column of numbers; bar: whose sums are shown; not given: packets"},
    option_spec{"--by", "COL", "a series of its own for each value of this column"},
    option_spec{"-r", "FILE", "draw this file; all other words are a filter, as with tcpdump"},
    filter_file_flag,
    option_spec{"--format", "F", "html, svg or json, instead of what the extension of -o says", "html svg json"},
    option_spec{"--title", "TEXT", "the heading, instead of the file's name"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
    option_spec{"--catalog", "FILE", "draw an entry of this catalog: NAME [NAME=VALUE...] instead of files"},
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};
constexpr auto options =
    joined(own_options, flags_of<pcapframe::option_effect::packets | pcapframe::option_effect::order>);

pcapframe::result<pcapframe::plot_format> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_plot_format(given.value("--format"));
    const std::string path = given.value("-o");
    if (path == "-") return pcapframe::plot_format::html;
    return pcapframe::plot_format_of_path(path);
}

/// The name of the file, without its folders, and how many other files there are.
std::string title_of(const std::vector<std::string>& files) {
    const std::string& path = files.front();
    const std::string name = path == "-" ? "standard input" : path.substr(path.find_last_of('/') + 1);
    return files.size() == 1 ? name : name + " and " + std::to_string(files.size() - 1) + " more";
}

/// Hands every batch to `add`. Rows that were read before an error are counted, too.
template <class Add>
pcapframe::result<void> count_all(pcapframe::pcap_source& source, bool shows_progress, Add add) {
    progress bar(shows_progress);
    pcapframe::batch rows = source.make_batch();
    pcapframe::result<void> outcome;
    std::uint64_t count = 0;
    while (outcome) {
        const pcapframe::result<bool> more = source.next(rows);
        if (!more) outcome = more.error();
        if (!more || !*more) break;
        outcome = add(rows);
        count += rows.rows();
        bar.update(source.bytes_done(), source.bytes_total(), count);
    }
    bar.clear();
    return outcome;
}

pcapframe::result<void> write_out(const std::string& path, std::string_view text) {
    auto sink = pcapframe::sink::create(path);
    if (!sink) return sink.error();
    sink->write(text);
    const pcapframe::result<void> written = sink->flush();
    if (!written && written.error().system != EPIPE) return written.error().about(path);
    return {};
}

/// The captures to be read, and how they are drawn.
struct job {
    pcapframe::read_request read;
    pcapframe::plot_options plot;
};

/// What is wrong with the words of the command; empty for nothing.
std::string problem_of(const arguments& given) {
    for (const std::string_view name : {"-o", "--kind"})
        if (given.has(name) && given.value(name).empty()) return std::string(name) + " needs a value";
    if (!given.has("--catalog") && given.operands().empty())
        return "name a capture file, a pattern, or '-' for standard input";
    // The kind of an entry's plot is not known here.
    const bool draws_columns =
        given.has("--catalog") || pcapframe::find_chart_kind(given.value("--kind")) != nullptr;
    for (const std::string_view name : {"--x", "--y", "--by"})
        if (given.has(name) && !draws_columns)
            return std::string(name) + " goes with --kind line, scatter, bar or hist";
    return given.has("-o") ? "" : "name the file to write: -o out.html, -o out.svg or -o out.json";
}

/// What of the read is not all packets, for the title.
std::string restrictions_of(const pcapframe::read_options& read) {
    std::string text;
    const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
    if (!read.protocol.empty()) add(read.protocol);
    if (!read.filter.empty()) add(read.filter.text().empty() ? "a filter" : read.filter.text());
    if (read.limit != pcapframe::read_options().limit) add("the first " + std::to_string(read.limit) + " rows");
    return text;
}

std::optional<job> job_of_files(const arguments& given, int& status) {
    job made;
    made.read.paths = given.operands();
    made.plot.kind = given.value("--kind", "overview");
    const std::string problem = take_read_flags(given, made.read.options);
    if (problem.empty()) return made;
    status = complain_usage("plot", problem);
    return std::nullopt;
}

/// The kinds that an entry's metadata name and that are known here, else the overview.
std::string proposed_kinds(const std::vector<pcapframe::named_plot>& plots) {
    std::string kinds;
    for (const pcapframe::named_plot& plot : plots)
        if (pcapframe::find_plot_kinds(plot.kind)) kinds += (kinds.empty() ? "" : ",") + plot.kind;
    return kinds.empty() ? "overview" : kinds;
}

/// The kinds to draw of a catalog's entry; `--kind` may name one of the entry's plots, and without `--kind` all its
/// plots are drawn.
std::optional<job> job_of_entry(const arguments& given, int& status) {
    std::optional<pcapframe::read_request> request = file_request_of_entry("plot", given, given.operands(), status);
    if (!request) return std::nullopt;
    const std::vector<pcapframe::named_plot> plots = pcapframe::plots_of(request->metadata);
    job made{std::move(*request), {}};
    made.plot.title = given.operands().front();
    made.plot.kind = given.value("--kind", proposed_kinds(plots));
    for (const pcapframe::named_plot& plot : plots) {
        if (plot.name != given.value("--kind")) continue;
        made.plot.kind = plot.kind;
        made.plot.x = plot.x;
        made.plot.y = plot.y;
        made.plot.by = plot.by;
        if (!plot.title.empty()) made.plot.title = plot.title;
    }
    return made;
}

int draw(const arguments& given, job& wanted) {
    pcapframe::plot_options& plot = wanted.plot;
    const bool draws_columns = pcapframe::find_chart_kind(plot.kind) != nullptr;
    if (const auto kinds = pcapframe::find_plot_kinds(plot.kind); !kinds && !draws_columns)
        return complain_error("plot", kinds.error());
    plot.x = given.value("--x", plot.x);
    plot.y = given.value("--y", plot.y);
    plot.by = given.value("--by", plot.by);
    wanted.read.options.columns = pcapframe::traffic_summary::columns;
    if (draws_columns) wanted.read.options.columns = columns_of(plot).needed();
    wanted.read.options.payload = false;
    int status = exit_status::good;
    const std::vector<std::string> files = readable_files("plot", wanted.read.paths, status);
    if (files.empty()) return status;
    auto source = pcapframe::open_pcap(files, wanted.read.options);
    if (!source) return complain_error("plot", source.error());
    const pcapframe::result<void> apart = pcapframe::check_output(given.value("-o"), source->files());
    if (!apart) return complain_error("plot", apart.error());

    pcapframe::traffic_summary summary;
    pcapframe::column_chart chart(columns_of(plot));
    const pcapframe::result<void> outcome =
        count_all(*source, !given.has("--no-progress"), [&](const pcapframe::batch& rows) -> pcapframe::result<void> {
            if (draws_columns) return chart.add(rows);
            summary.add(rows);
            return {};
        });
    for (const pcapframe::error& damage : source->warnings()) {
        complain("warning: " + damage.message());
        plot.warnings.push_back("Damaged input, shown up to the damage: " + damage.message());
    }
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!outcome) return complain_error("plot", outcome.error());
    if (!given.has("--catalog")) plot.title = title_of(source->files());
    if (const std::string only = restrictions_of(wanted.read.options); !only.empty()) plot.title += ": " + only;
    if (given.has("--title")) plot.title = given.value("--title");
    const auto drawn = draws_columns ? pcapframe::result<std::string>(pcapframe::plot(chart, plot))
                                     : pcapframe::plot(summary, plot);
    if (!drawn) return complain_error("plot", drawn.error());
    const pcapframe::result<void> written = write_out(given.value("-o"), *drawn);
    if (!written) return complain_error("plot", written.error());
    if (status == exit_status::good && !source->warnings().empty()) status = exit_status::damaged;
    return status;
}

int run(const arguments& given) {
    if (const std::string problem = problem_of(given); !problem.empty()) return complain_usage("plot", problem);
    const auto format = chosen_format(given);
    if (!format) return complain_error("plot", format.error());
    int status = exit_status::good;
    std::optional<job> wanted = given.has("--catalog") ? job_of_entry(given, status) : job_of_files(given, status);
    if (!wanted) return status;
    wanted->plot.format = *format;
    return draw(given, *wanted);
}

}  // namespace
}  // namespace cmd_plot

const command_spec plot_command{
    "plot",
    "FILE|PATTERN|-... -o OUT [OPTIONS]",
    "draw the traffic of captures: a page (html), a picture (svg), or its numbers (json)",
    "The page is one file that loads nothing; json has the numbers of every kind. Hosts, conversations and ports are\n"
    "counted exactly up to 65,536 of each; above that the page says how much may be missing. With --catalog the plots\n"
    "that the entry's metadata name are drawn, or with --kind NAME one of them.\n",
    cmd_plot::options,
    cmd_plot::run,
    {},
    operand_kind::files,
};
