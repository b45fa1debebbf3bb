// pcapframe plan: cuts captures into parts that other machines read.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/source/split.hpp>

#include "command.hpp"
#include "read_flags.hpp"

namespace cmd_plan {
namespace {

constexpr std::array own_options{
    option_spec{"--split-size", "SIZE", "bytes of a split: 100000, 64KiB, 128MiB, 1GiB; 128MiB if not given"},
};
constexpr auto options =
    joined(own_options, flags_of<pcapframe::option_effect::packets | pcapframe::option_effect::columns>);

struct unit {
    std::string_view name;
    std::uint64_t bytes;
};
constexpr std::array units{
    unit{"", 1},
    unit{"KiB", std::uint64_t{1} << 10},
    unit{"MiB", std::uint64_t{1} << 20},
    unit{"GiB", std::uint64_t{1} << 30},
};

/// Bytes, of at least 1; nothing for what is no size.
std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc() || count == 0) return std::nullopt;
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const unit& one : units)
        if (one.name == suffix && count <= std::numeric_limits<std::uint64_t>::max() / one.bytes)
            return count * one.bytes;
    return std::nullopt;
}

/// Writes a line; false where that is not possible.
bool print_line(const pcapframe::split& one) {
    const std::string line = pcapframe::write_split(one) + "\n";
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
}

int run(const arguments& given) {
    if (given.operands().empty()) return complain_usage("plan", "name a capture file or a pattern");
    const auto bytes = parse_size(given.value("--split-size", "128MiB"));
    if (!bytes)
        return complain_usage("plan",
                              "'" + given.value("--split-size") + "' is not a size (100000, 64KiB, 128MiB, 1GiB)");
    pcapframe::read_options read;
    if (const std::string problem = take_read_flags(given, read); !problem.empty())
        return complain_usage("plan", problem);
    std::vector<std::string> files;
    for (const std::string& operand : given.operands()) {
        const auto found = pcapframe::expand_path(operand);
        if (!found) return complain_error("plan", found.error());
        files.insert(files.end(), found->begin(), found->end());
    }
    // All files are looked at before any line: an error for a file that is no capture is better now than after half of
    // the plan.
    for (const std::string& file : files)
        if (const auto checked = pcapframe::check_capture(file); !checked)
            return complain_error("plan", checked.error());
    bool printed = true;
    for (std::size_t i = 0; i < files.size() && printed; ++i) {
        const auto splits = pcapframe::plan_splits(files[i], *bytes, read);
        if (!splits) return complain_error("plan", splits.error());
        for (const pcapframe::split& one : *splits) printed = printed && print_line(one);
    }
    // With a line missing from the plan, nobody would read that part.
    if (printed && std::fflush(stdout) == 0) return exit_status::good;
    complain("plan: the lines cannot be written");
    return exit_status::failed;
}

}  // namespace
}  // namespace cmd_plan

const command_spec plan_command{
    "plan",
    "FILE|PATTERN... [OPTIONS] [-- EXPR]",
    "cut captures into splits that several machines read, one JSON line each",
    "'pcapframe read --split LINE' reads the rows of one, on any machine that has the file under the same name, with\n"
    "the same size and modification time, and with the options that are given here: 'read' replaces those that it is\n"
    "given. The rows of all splits of a file, in order, are those of the file; frame_number counts on from one split "
    "to\n"
    "the next, the index begins with 0 in each, and -c is for each by itself. A split begins where a record does: "
    "every\n"
    "file is walked once, from record to record. It is as large as was asked for, and a few records more.\n",
    cmd_plan::options,
    cmd_plan::run,
    {},
    operand_kind::files,
};
