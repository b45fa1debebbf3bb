// pcapframe top: which hosts, ports, protocols or other values have the most packets or bytes.

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/plot/top_rows.hpp>

#include "command.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "readable_files.hpp"

namespace cmd_top {
namespace {

constexpr std::array own_options{
    option_spec{"--by", "WHAT", "packets (if not given) or bytes", "packets bytes"},
    option_spec{"-n", "N", "so many rows (10)"},
    option_spec{"-r", "FILE", "read this file; all words behind KEYS are a filter, as with tcpdump"},
    filter_file_flag,
    row_format_flag,
    row_path_flag,
};
constexpr auto options = joined(
    own_options, flags_of<pcapframe::option_effect::packets | pcapframe::option_effect::speed>, row_output_flags);

struct request {
    pcapframe::column_order keys;
    std::vector<std::string> paths;
    pcapframe::read_options read;
    pcapframe::measure by = pcapframe::measure::packets;
    std::size_t rows = 10;
};

/// Names of columns, in their order.
std::vector<std::string> names_of(const pcapframe::column_order& columns) {
    std::vector<std::string> names;
    for (const pcapframe::column c : columns) names.emplace_back(name_of(c));
    return names;
}

/// The keys' columns and len.
std::string columns_of(const pcapframe::column_order& keys) {
    std::string columns;
    for (const std::string& name : names_of(keys)) columns += name + ",";
    const bool has_len = pcapframe::set_of(keys).has(pcapframe::column::len);
    if (has_len) columns.pop_back();
    return has_len ? columns : columns + "len";
}

std::string parse_words(const arguments& given, request& asked) {
    std::vector<std::string> words = given.operands();
    // The file of -r stands before the keys.
    const std::size_t keys_at = given.has("-r") ? 1 : 0;
    if (words.size() < 2) return "name columns, then a capture file: 'top src_host,dst_port FILE'";
    auto keys = pcapframe::parse_columns(words[keys_at]);
    if (!keys) return keys.error().message() + ": first the columns, then the files";
    asked.keys = std::move(*keys);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(keys_at));
    asked.paths = std::move(words);
    if (std::string problem = take_read_flags(given, asked.read); !problem.empty()) return problem;
    asked.read.columns = columns_of(asked.keys);
    const auto by = pcapframe::find_measure(given.value("--by", "packets"));
    if (!by) return by.error().message();
    asked.by = *by;
    const auto rows = parse_count(given.value("-n", "10"), 1);
    if (!rows) return "-n: '" + given.value("-n") + "' is not a number of 1 or more";
    asked.rows = *rows;
    return {};
}

/// Counts every row. Rows that were read before an error are counted, too.
pcapframe::result<void> count_all(pcapframe::pcap_source& source, pcapframe::top_rows& top, bool shows_progress) {
    progress bar(shows_progress);
    pcapframe::result<void> counted;
    const pcapframe::result<void> read = source.for_each_batch([&](const pcapframe::batch& rows) {
        counted = top.add(rows);
        bar.show(std::to_string(top.total().packets) + " packets, " + std::to_string(top.distinct()) + " keys");
        return counted.has_value();
    });
    bar.clear();
    return counted ? read : counted;
}

void tell_what_is_missing(const pcapframe::top_rows& top, pcapframe::measure by) {
    if (top.is_exact()) return;
    const std::string what = by == pcapframe::measure::packets ? " packets" : " bytes";
    complain(
        "warning: there are more different keys than are counted at a time; a count may be too small by what the "
        "column 'missed' says, and a key that is not shown may have up to " +
        std::to_string(top.missed_max()) + what + " more than were counted of it");
}

int run(const arguments& given) {
    request asked;
    if (const std::string problem = parse_words(given, asked); !problem.empty()) return complain_usage("top", problem);
    if (names_packet_format(given)) return complain_usage("top", "-o: rows are no packets; 'read -o' writes these");
    int status = exit_status::good;
    const std::vector<std::string> files = readable_files("top", asked.paths, status);
    if (files.empty()) return status;
    auto source = pcapframe::open_pcap(files, asked.read);
    if (!source) return complain_error("top", source.error());
    auto out = open_row_output(given, source->files());
    if (!out) return complain_error("top", out.error());
    pcapframe::top_rows top(names_of(asked.keys), asked.by);
    const pcapframe::result<void> outcome = count_all(*source, top, !given.has("--no-progress"));
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!outcome) return complain_error("top", outcome.error());
    const pcapframe::row_batch rows = top.rows(asked.rows);
    out->writer->begin(out->sink, rows.fields());
    out->writer->write(out->sink, rows);
    out->writer->finish(out->sink);
    tell_what_is_missing(top, asked.by);
    const pcapframe::result<void> written = out->file->commit();
    if (!written && written.error().system != EPIPE)
        return complain_error("top", written.error().about(given.value("-o", "output")));
    if (status == exit_status::good && !source->warnings().empty()) status = exit_status::damaged;
    return status;
}

}  // namespace
}  // namespace cmd_top

const command_spec top_command{
    "top",
    "KEYS FILE|PATTERN|-... [FILTER] [OPTIONS]",
    "show which hosts, ports, protocols or other values have the most packets or bytes",
    "KEYS are columns, separated by commas ('pcapframe columns' lists them): 'top src_host,dst_port x.pcap --by "
    "bytes'.\n"
    "bytes are those on the wire. Up to 65,536 different keys are counted exactly; above that a column 'missed' says\n"
    "how much a count may lack at most.\n",
    cmd_top::options,
    cmd_top::run,
    {},
    operand_kind::keys,
};
