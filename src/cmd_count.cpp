// pcapframe count: how many packets there are.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "readable_files.hpp"

namespace cmd_count {
namespace {

constexpr std::array own_options{
    option_spec{"-r", "FILE", "count in this file; all other words are a filter, as with tcpdump"},
    filter_file_flag,
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
};
constexpr auto options =
    joined(own_options, flags_of<pcapframe::option_effect::packets | pcapframe::option_effect::speed>);

struct counted_file {
    std::string name;
    std::uint64_t rows = 0;
};

/// Counts the rows of one file; the exit status becomes worse where something is wrong.
std::uint64_t count_rows(const std::string& file, const pcapframe::read_options& read, progress& bar, int& status) {
    auto source = pcapframe::open_pcap(std::vector{file}, read);
    if (!source) {
        status = complain_error("count", source.error());
        return 0;
    }
    std::uint64_t rows = 0;
    const pcapframe::result<void> outcome = source->for_each_batch([&](const pcapframe::batch& some) {
        rows += some.rows();
        bar.show(std::to_string(rows) + " packets");
        return true;
    });
    bar.clear();
    for (const pcapframe::error& damage : source->warnings()) complain("warning: " + damage.message());
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!source->warnings().empty() && status == exit_status::good) status = exit_status::damaged;
    if (!outcome) status = complain_error("count", outcome.error());
    return rows;
}

/// One number for one file; for several a line each and their sum, as wc prints them.
void print(const std::vector<counted_file>& counted) {
    std::uint64_t sum = 0;
    for (const counted_file& one : counted) sum += one.rows;
    if (counted.size() == 1) {
        std::printf("%llu\n", static_cast<unsigned long long>(sum));
        return;
    }
    const int width = static_cast<int>(std::to_string(sum).size());
    for (const counted_file& one : counted)
        std::printf("%*llu %s\n", width, static_cast<unsigned long long>(one.rows),
                    pcapframe::visible_text(one.name).c_str());
    std::printf("%*llu total\n", width, static_cast<unsigned long long>(sum));
}

int run(const arguments& given) {
    if (given.operands().empty())
        return complain_usage("count", "name one or more capture files, or '-' for standard input");
    pcapframe::read_options read;
    if (const std::string problem = take_read_flags(given, read); !problem.empty())
        return complain_usage("count", problem);
    read.columns = "protocol";  // little to decode
    int status = exit_status::good;
    std::vector<counted_file> counted;
    progress bar(!given.has("--no-progress"));
    for (const std::string& file : readable_files("count", given.operands(), status))
        counted.push_back({file, count_rows(file, read, bar, status)});
    if (!counted.empty()) print(counted);
    return status;
}

}  // namespace
}  // namespace cmd_count

const command_spec count_command{
    "count",
    "FILE|PATTERN|-... [FILTER] [OPTIONS]",
    "count the packets of captures",
    "The number of rows that 'read' would give: packets with IP, or with --all-frames all, or those that match the\n"
    "filter. Of several files it is a line each, and their sum.\n",
    cmd_count::options,
    cmd_count::run,
    {},
    operand_kind::files,
};
