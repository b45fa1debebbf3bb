// pcapframe man: the page of the manual, made from the commands' lists of options.

#include <cstdio>
#include <string>
#include <string_view>

#include <pcapframe/base/version.hpp>

#include "command.hpp"

namespace cmd_man {
namespace {

/// Text for roff: hyphens that may be copied, and nothing that is taken for a request. Line ends and blanks in a row
/// become one blank.
std::string roff(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool is_blank = c == '\n' || c == ' ';
        if (is_blank && (made.empty() || made.back() == ' ')) continue;
        if (c == '\\')
            made += "\\e";
        else if (c == '-')
            made += "\\-";
        else if (c == '\'')
            made += "\\(aq";
        else if (c == '^')
            made += "\\(ha";
        else if (c == '~')
            made += "\\(ti";
        else
            made += is_blank ? ' ' : c;
    }
    while (!made.empty() && made.back() == ' ') made.pop_back();
    if (!made.empty() && made[0] == '.') made.insert(0, "\\&");
    return made;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string entry(const std::string& term, std::string_view text) { return ".TP\n" + term + "\n" + roff(text) + "\n"; }

std::string command_section(const command_spec& command) {
    std::string text = ".SS pcapframe " + roff(command.name) + "\n" + bold("pcapframe " + std::string(command.name));
    if (!command.operands.empty()) text += " " + italic(command.operands);
    text += "\n.PP\n" + roff(command.summary) + ".\n";
    if (!command.details.empty()) text += roff(command.details) + "\n";
    for (const option_spec& option : command.options) {
        const std::string_view other = short_name_of(option.name);
        std::string term = other.empty() ? "" : bold(other) + ", ";
        term += bold(option.name);
        if (!option.value.empty()) term += " " + italic(option.value);
        text += entry(term, option.help);
    }
    if (!command.habits.empty()) text += ".PP\nLetters of tcpdump and tshark:\n";
    for (const habit& one : command.habits) {
        std::string term = bold(one.name);
        if (!one.value.empty()) term += " " + italic(one.value);
        text += entry(
            term, one.kind == habit_kind::told ? "not here: " + std::string(one.meaning) : std::string(one.meaning));
    }
    return text;
}

std::string page() {
    std::string text = ".TH PCAPFRAME 1 \"\" \"pcapframe " + std::string(pcapframe::version) + "\" \"User Commands\"\n";
    text += ".SH NAME\npcapframe \\- packet captures become dataframes\n";
    text += ".SH SYNOPSIS\n" + bold("pcapframe") + " " + italic("COMMAND") + " [" + italic("OPTIONS") + "] ...\n.br\n" +
            bold("pcapframe") + " " + italic("FILE") + " ...\n";
    text +=
        ".SH DESCRIPTION\n" +
        roff(
            "Reads pcap and pcapng files, compressed ones too, and the packets of network interfaces, and gives a "
            "table with a row for each packet. Without a command, the words are those of read. Filters are those of "
            "pcap-filter(7).") +
        "\n";
    text += ".SH COMMANDS\n";
    for (const command_spec* command : all_commands()) text += entry(bold(command->name), command->summary);
    text += ".SH OPTIONS\n" + entry(bold("--help"), "show the commands, or the help of a command") +
            entry(bold("--version"), "show the version");
    for (const command_spec* command : all_commands()) text += command_section(*command);
    text += ".SH EXIT STATUS\n" + entry(bold("0"), "good") +
            entry(bold("1"), "a file is no capture or cannot be read; the rows of the others are given") +
            entry(bold("2"), "wrong usage; the message names the nearest right word") +
            entry(bold("3"), "a capture is cut or damaged: every row before the damage is given, and a warning");
    text += ".SH EXAMPLES\n";
    for (const std::string_view example :
         {"pcapframe read day.pcap tcp port 443 -c 10", "pcapframe read 'day/*.pcap.gz' -o day.parquet",
          "pcapframe top src_host,dst_port day.pcap --by bytes", "pcapframe plot day.pcap -o day.html",
          "pcapframe dump -i eth0 -w out.pcap udp port 53"})
        text += ".nf\n" + roff(example) + "\n.fi\n";
    return text + ".SH SEE ALSO\n" + roff("pcap-filter(7), tcpdump(8), tshark(1)") + "\n";
}

int run(const arguments& given) {
    if (!given.operands().empty()) return complain_usage("man", "takes no operands");
    const std::string text = page();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_status::good;
}

}  // namespace
}  // namespace cmd_man

const command_spec man_command{
    "man", "", "print the page of the manual: pcapframe man | man -l -", "", {}, cmd_man::run,
};
