// pcapframe columns: the lists of columns.

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/flow/flow_columns.hpp>
#include <pcapframe/table/text.hpp>

#include "command.hpp"

namespace cmd_columns {
namespace {

constexpr std::array options{
    option_spec{"--of", "KIND", "packets (if not given) or flows"},
    option_spec{"--json", "", "one JSON object per column"},
};

struct row_kind {
    std::string_view name;
    std::span<const pcapframe::field> columns;
};
constexpr std::array row_kinds{row_kind{"packets", pcapframe::column_list},
                               row_kind{"flows", pcapframe::flow_column_list}};

std::string json_string(std::string_view text) {
    std::string quoted(6 * text.size() + 2, '\0');
    quoted.resize(static_cast<std::size_t>(pcapframe::write_json_string(quoted.data(), text) - quoted.data()));
    return quoted;
}

void print_json(const pcapframe::field& info) {
    std::printf("{\"name\":%s,\"type\":%s,\"from\":%s,\"meaning\":%s,\"default\":%s}\n",
                json_string(info.name).c_str(), json_string(pcapframe::name_of(info.type)).c_str(),
                json_string(info.source).c_str(), json_string(info.meaning).c_str(),
                info.has(pcapframe::field_flags::by_default) ? "true" : "false");
}

void print_line(const pcapframe::field& info) {
    std::printf("%-26s %-19s %s%.*s\n", std::string(info.name).c_str(),
                std::string(pcapframe::name_of(info.type)).c_str(),
                info.has(pcapframe::field_flags::by_default) ? "* " : "  ", static_cast<int>(info.meaning.size()),
                info.meaning.data());
}

int run(const arguments& given) {
    if (!given.operands().empty()) return complain_usage("columns", "takes no operands");
    const auto kind = pcapframe::find_name(given.value("--of", "packets"), "kind of rows", row_kinds);
    if (!kind) return complain_error("columns", kind.error());
    const bool json = given.has("--json");
    for (const pcapframe::field& info : (*kind)->columns) json ? print_json(info) : print_line(info);
    if (!json) std::printf("\n* in the default table\n");
    return exit_status::good;
}

}  // namespace
}  // namespace cmd_columns

const command_spec columns_command{
    "columns",
    "[--of KIND] [--json]",
    "list the columns that 'read --columns' and 'flows --columns' take",
    "",
    cmd_columns::options,
    cmd_columns::run,
};
