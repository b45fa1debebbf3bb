// pcapframe plot: captures as pages and pictures.

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/plot/plot.hpp>

#include "command.hpp"
#include "progress.hpp"

namespace {

constexpr std::array options{
    option_spec{"-o", "PATH", "write to this file (.html, .svg or .json); '-' is standard output"},
    option_spec{"--kind", "K", "overview (default), timeline, protocols, ports, sizes, hosts or conversations"},
    option_spec{"--format", "F", "html, svg or json, instead of what the extension of -o says"},
    option_spec{"--title", "TEXT", "the heading, instead of the file's name"},
    option_spec{"--protocol", "P", "only this IP protocol: tcp, udp, icmp, icmp6, igmp, ... or a number"},
    option_spec{"--all-frames", "", "frames without IP too (ARP, STP, ...)"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
};

pcapframe::result<pcapframe::plot_format> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_plot_format(given.value("--format"));
    const std::string path = given.value("-o");
    if (path == "-") return pcapframe::plot_format::html;
    for (const pcapframe::plot_format_info& info : pcapframe::plot_formats)
        if (path.ends_with(info.extension)) return info.format;
    return pcapframe::error{.code = pcapframe::errc::bad_value,
                            .detail = "a file name that ends in .html, .svg or .json (or name a --format)",
                            .subject = std::string_view(path)};
}

/// The name of the file, without its folders, and how many there are besides.
std::string title_of(const std::vector<std::string>& files) {
    const std::string& path = files.front();
    const std::string name = path == "-" ? "standard input" : path.substr(path.find_last_of('/') + 1);
    return files.size() == 1 ? name : name + " and " + std::to_string(files.size() - 1) + " more";
}

/// Counts every row. What was read before an error is counted all the same.
pcapframe::result<void> count_all(pcapframe::pcap_source& source, pcapframe::traffic_summary& summary,
                                  bool shows_progress) {
    progress bar(shows_progress);
    pcapframe::batch rows = source.make_batch();
    pcapframe::result<void> outcome;
    while (true) {
        const pcapframe::result<bool> more = source.next(rows);
        if (!more) outcome = more.error();
        if (!more || !*more) break;
        summary.add(rows);
        bar.update(source.bytes_done(), source.bytes_total(), summary.total().packets);
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

int run(const arguments& given) {
    if (given.operands().empty())
        return complain_usage("plot", "name a capture file, a pattern, or '-' for standard input");
    for (const std::string_view name : {"-o", "--kind", "--protocol"})
        if (given.has(name) && given.value(name).empty())
            return complain_usage("plot", std::string(name) + " needs a value");
    if (!given.has("-o"))
        return complain_usage("plot", "name the file to write: -o out.html, -o out.svg or -o out.json");
    const auto format = chosen_format(given);
    if (!format) return complain_error("plot", format.error());
    pcapframe::plot_options plot{.kind = given.value("--kind", "overview"), .format = *format};
    if (const auto kind = pcapframe::find_plot_kind(plot.kind); !kind) return complain_error("plot", kind.error());
    const pcapframe::read_options read{.protocol = given.value("--protocol"),
                                       .columns = std::string(pcapframe::traffic_summary::columns),
                                       .all_frames = given.has("--all-frames")};
    auto source = pcapframe::open_pcap(given.operands(), read);
    if (!source) return complain_error("plot", source.error());

    pcapframe::traffic_summary summary;
    const pcapframe::result<void> outcome = count_all(*source, summary, !given.has("--no-progress"));
    for (const pcapframe::error& damage : source->warnings()) {
        complain("warning: " + damage.message());
        plot.warnings.push_back("Damaged input, shown up to the damage: " + damage.message());
    }
    if (!outcome) return complain_error("plot", outcome.error());
    plot.title = given.has("--title") ? given.value("--title") : title_of(source->files());
    const auto drawn = pcapframe::plot(summary, plot);
    if (!drawn) return complain_error("plot", drawn.error());
    const pcapframe::result<void> written = write_out(given.value("-o"), *drawn);
    if (!written) return complain_error("plot", written.error());
    return source->warnings().empty() ? exit_status::good : exit_status::damaged;
}

}  // namespace

const command_spec plot_command{
    "plot",
    "FILE|PATTERN|-... -o OUT [OPTIONS]",
    "draw the traffic of captures: a page (html), a picture (svg), or its numbers (json)",
    "The page is one file that loads nothing; json has the numbers of every kind. Hosts, conversations and ports are\n"
    "counted exactly up to 65,536 of each; above that the page says how much may be missing.\n",
    options,
    run,
};
