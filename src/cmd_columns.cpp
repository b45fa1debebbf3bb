// pcapframe columns: the list of columns.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include <pcapframe/pcapframe.hpp>

#include "command.hpp"

namespace {

constexpr std::array options{option_spec{"--json", "", "one JSON object per column"}};

std::string json_string(std::string_view text) {
    std::string quoted(6 * text.size() + 2, '\0');
    quoted.resize(static_cast<std::size_t>(pcapframe::write_json_string(quoted.data(), text) - quoted.data()));
    return quoted;
}

int run(const arguments& given) {
    if (!given.operands().empty()) return complain_usage("columns", "takes no operands");
    const bool json = given.has("--json");
    pcapframe::each_column([&](auto c) {
        const pcapframe::field& info = pcapframe::info_of(c);
        const std::string_view type = pcapframe::name_of(info.type);
        const bool is_default = pcapframe::default_columns.has(c);
        if (json) {
            std::printf("{\"name\":%s,\"type\":%s,\"from\":%s,\"meaning\":%s,\"default\":%s}\n",
                        json_string(info.name).c_str(), json_string(type).c_str(), json_string(info.source).c_str(),
                        json_string(info.meaning).c_str(), is_default ? "true" : "false");
        } else {
            std::printf("%-26s %-19s %s%.*s\n", std::string(info.name).c_str(), std::string(type).c_str(),
                        is_default ? "* " : "  ", static_cast<int>(info.meaning.size()), info.meaning.data());
        }
    });
    if (!json) std::printf("\n* in the default table\n");
    return exit_status::good;
}

}  // namespace

const command_spec columns_command{
    "columns", "[--json]", "list the columns that 'read --columns' takes", "", options, run,
};
