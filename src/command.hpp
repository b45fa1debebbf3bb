// What a command is, and how commands speak to the user. A new command is one file cmd_NAME.cpp, its line in a unit of
// units/, and its line in `commands` (main.cpp). What is the file's own is in namespace cmd_NAME, since the unit
// has other files beside it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <pcapframe/base/error.hpp>
#include <pcapframe/catalog/named_options.hpp>

#include "args.hpp"
#include "filter_words.hpp"

namespace exit_status {
inline constexpr int good = 0;
inline constexpr int failed = 1;   // unreadable or foreign input, output that cannot be written
inline constexpr int usage = 2;    // wrong usage
inline constexpr int damaged = 3;  // all rows before the damage were given
}  // namespace exit_status

struct command_spec {
    std::string_view name;
    std::string_view operands;  ///< the operands, as the usage line shows them
    std::string_view summary;   ///< one line
    std::string_view details;   ///< the rest of the command's help
    std::span<const option_spec> options;
    int (*run)(const arguments&);
    std::span<const habit> habits = {};  ///< letters of tcpdump's and tshark's that are no options
    operand_kind operands_are = operand_kind::none;
    std::string_view operand_choices{};  ///< the operands that there are, with blanks in between; empty for files
};

/// THE list of commands, in the order of the help.
std::span<const command_spec* const> all_commands();

/// One line on standard error: "pcapframe: ...".
void complain(std::string_view text);
/// One line about wrong usage that also says where the help is; returns exit_status::usage.
int complain_usage(std::string_view command, std::string_view text);
/// One line about an error of the library; returns the exit status for that error.
int complain_error(std::string_view command, const pcapframe::error& why);

/// Whether --format or -o ask for a capture file instead of rows.
bool names_packet_format(const arguments& given);

// What 'read' does, as the rest of the words say: each function prints or writes rows (or packets) and returns the exit
// status.

/// Files, an interface, or packets instead of rows.
int read_request(const arguments& given, const pcapframe::read_request& asked);
/// The rows of the interface.
int read_live(const arguments& given, const pcapframe::read_request& asked);
/// The packets of the rows, to a capture file.
int read_packets(const arguments& given, const pcapframe::read_request& asked);
/// The rows of the split that --split gives.
int read_split(const arguments& given);

extern const command_spec read_command;
extern const command_spec flows_command;
extern const command_spec info_command;
extern const command_spec columns_command;
extern const command_spec plot_command;
extern const command_spec export_command;
extern const command_spec catalog_command;
extern const command_spec interfaces_command;
extern const command_spec dump_command;
extern const command_spec filter_command;
extern const command_spec plan_command;
extern const command_spec count_command;
extern const command_spec top_command;
extern const command_spec completion_command;
extern const command_spec man_command;
