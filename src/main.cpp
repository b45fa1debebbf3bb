// The command pcapframe: finds the command that was asked for, shows help, keeps a closed pipe quiet.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include <pcapframe/base/text.hpp>
#include <pcapframe/base/version.hpp>
#include <pcapframe/source/paths.hpp>

#include "command.hpp"

namespace {

constexpr std::array commands{&read_command, &dump_command,   &interfaces_command, &info_command,       &count_command,
                              &top_command,  &flows_command,  &plot_command,       &columns_command,    &export_command,
                              &plan_command, &filter_command, &catalog_command,    &completion_command, &man_command};

constexpr std::string_view introduction =
    "pcapframe: packet captures become dataframes\n"
    "\n"
    "usage: pcapframe COMMAND [OPTIONS] ...\n"
    "       pcapframe FILE ...                   as 'pcapframe read FILE ...'\n"
    "\n";

constexpr std::string_view closing =
    "\n"
    "'pcapframe COMMAND --help' says more.\n"
    "exit status: 0 good, 1 unreadable input, 2 wrong usage, 3 damaged input (all rows before the damage are given)\n";

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// A two-column list entry: the term, then its text, on the next line where the term is long.
std::string entry(const std::string& term, std::string_view text) {
    constexpr std::size_t term_width = 20;
    std::string line = "  " + term;
    if (term.size() + 1 > term_width) line += "\n  " + std::string(term_width, ' ');
    else line.append(term_width - term.size(), ' ');
    return line + std::string(text) + "\n";
}

int print_help() {
    std::string text(introduction);
    for (const command_spec* command : commands) text += entry(std::string(command->name), command->summary);
    print(text + entry("--help", "show this, or the help of a command") + entry("--version", "show the version") +
          std::string(closing));
    return exit_status::good;
}

int print_command_help(const command_spec& command) {
    std::string text = "usage: pcapframe " + std::string(command.name) + " " + std::string(command.operands) + "\n\n" +
                       std::string(command.summary) + "\n\n";
    if (!command.details.empty()) text += std::string(command.details) + "\n";
    for (const option_spec& option : command.options) {
        const std::string_view other = short_name_of(option.name);
        std::string term = other.empty() ? std::string() : std::string(other) + ", ";
        term += option.name;
        if (!option.value.empty()) term += " " + std::string(option.value);
        text += entry(term, option.help);
    }
    text += entry("--help", "show this");
    if (!command.habits.empty()) text += "\nletters of tcpdump and tshark:\n";
    for (const habit& one : command.habits) text += entry(std::string(one.name), one.meaning);
    print(text);
    return exit_status::good;
}

bool find_option(const command_spec& command, std::string_view word) {
    const std::string_view name = word.substr(0, word.find('='));
    return std::any_of(command.options.begin(), command.options.end(), [&](const auto& o) { return o.name == name; });
}

const command_spec* find_command(std::string_view name) {
    const auto found = std::find_if(commands.begin(), commands.end(), [&](auto* c) { return c->name == name; });
    return found == commands.end() ? nullptr : *found;
}

/// What a name that is no command is meant as.
int unknown_command(std::string_view name) {
    std::vector<std::string_view> names{"--help", "--version"};
    for (const command_spec* command : commands) names.push_back(command->name);
    const std::string_view nearest = pcapframe::nearest_word(name, names);
    std::string text = "'" + std::string(name) + "' is neither a command nor a file";
    if (!nearest.empty()) text += "; did you mean '" + std::string(nearest) + "'?";
    complain(text + " ('pcapframe --help' lists the commands)");
    return exit_status::usage;
}

/// Whether a word in the place of a command's name is a file's, or an option as tcpdump has them, rather than a command
/// that is misspelt.
bool is_for_read(std::string_view word) {
    struct stat status {};
    const std::string path = pcapframe::expand_home(std::string(word));
    if (word.starts_with("--")) return find_option(read_command, word);
    return word.starts_with('-') || word.find_first_of("./*?[") != std::string_view::npos ||
           ::stat(path.c_str(), &status) == 0;
}

/// The command of words that begin with none: packets of an interface into a file, or a read.
const command_spec& command_without_name(std::span<const std::string_view> words) {
    bool writes = false;
    bool captures = false;
    for (const std::string_view word : words) {
        writes = writes || word == "-w";
        captures = captures || word == "-i";
    }
    return writes && captures ? dump_command : read_command;
}

int run_command(const command_spec& command, std::span<const std::string_view> words) {
    const auto asks_for_help = [](std::string_view word) { return word == "--help" || word == "-h"; };
    if (std::any_of(words.begin(), words.end(), asks_for_help)) return print_command_help(command);
    arguments parsed = arguments::parse(words, command.options, command.habits);
    if (!parsed.problem().empty()) return complain_usage(command.name, parsed.problem());
    const std::string problem = settle_filter(parsed, command.operands_are);
    if (!problem.empty()) return complain_usage(command.name, problem);
    return command.run(parsed);
}

int run(std::span<const std::string_view> words) {
    if (words.empty()) {
        print_help();
        return exit_status::usage;
    }
    const std::string_view name = words[0];
    if (name == "--help" || name == "-h" || (name == "help" && words.size() == 1)) return print_help();
    if (name == "--version" || name == "version") {
        print("pcapframe " + std::string(pcapframe::version) + "\n");
        return exit_status::good;
    }
    if (name == "help") {
        const command_spec* const about = find_command(words[1]);
        return about == nullptr ? unknown_command(words[1]) : print_command_help(*about);
    }
    if (const command_spec* const command = find_command(name)) return run_command(*command, words.subspan(1));
    if (is_for_read(name)) return run_command(command_without_name(words), words);
    return unknown_command(name);
}

}  // namespace

std::span<const command_spec* const> all_commands() { return commands; }

void complain(std::string_view text) {
    std::fflush(stdout);
    // Names of files and words of captures may be anything.
    std::fprintf(stderr, "pcapframe: %s\n", pcapframe::visible_lines(text).c_str());
}

int complain_usage(std::string_view command, std::string_view text) {
    complain(std::string(command) + ": " + std::string(text) + " ('pcapframe " + std::string(command) +
             " --help' says more)");
    return exit_status::usage;
}

int complain_error(std::string_view command, const pcapframe::error& why) {
    const bool wrong_usage = why.code == pcapframe::errc::unknown_name || why.code == pcapframe::errc::bad_value ||
                             why.code == pcapframe::errc::empty_path;
    if (wrong_usage) return complain_usage(command, why.message());
    complain(why.message());
    return exit_status::failed;
}

int main(int argc, char** argv) {
    // A reader that has seen enough (`| head`) ends the write, not the program with a signal.
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    return run(words);
}
