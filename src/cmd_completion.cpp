// pcapframe completion: what shells complete, made from the commands' lists of options.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include <pcapframe/capture/interfaces.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/flow/flow_columns.hpp>
#include <pcapframe/registry/protocols.hpp>

#include "command.hpp"

namespace cmd_completion {
namespace {

constexpr std::array options{
    option_spec{"--words", "WHAT",
                "the words that scripts ask for while they complete: columns, flow_columns, interfaces or protocols",
                "columns flow_columns interfaces protocols"},
};

/// Where the values of an option come from.
enum class value_source : unsigned char { none, files, words, asked };

struct option_values {
    value_source source = value_source::none;
    std::string_view words{};  ///< the words, or what is asked of --words
    bool is_list = false;      ///< several, with commas in between
};

option_values values_of(const command_spec& command, const option_spec& option) {
    const auto is = [&](std::string_view name) { return option.value == name; };
    if (!option.choices.empty()) return {value_source::words, option.choices, is("K,L")};
    if (is("FILE") || is("PATH") || is("FOLDER")) return {value_source::files};
    if (is("A,B,C") && command.name == flows_command.name) return {value_source::asked, "flow_columns", true};
    if (is("A,B,C") || is("COL")) return {value_source::asked, "columns", is("A,B,C")};
    if (is("INTERFACE")) return {value_source::asked, "interfaces"};
    if (is("P")) return {value_source::asked, "protocols"};
    return {};
}

/// All names of the options, the short ones of long ones among them.
std::string names_of(const command_spec& command) {
    std::string names = "--help";
    for (const option_spec& option : command.options) {
        names += " " + std::string(option.name);
        if (const std::string_view other = short_name_of(option.name); !other.empty())
            names += " " + std::string(other);
    }
    return names;
}

std::string command_names() {
    std::string names;
    for (const command_spec* command : all_commands()) names += (names.empty() ? "" : " ") + std::string(command->name);
    return names;
}

/// A help text in one line.
std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool is_blank = c == '\n' || c == ' ';
        if (!is_blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    return line;
}

/// `text` with `mark` before each of `special`.
std::string escaped(std::string_view text, std::string_view special, std::string_view mark) {
    std::string safe;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) safe += mark;
        safe += c;
    }
    return safe;
}

/// In single quotes of a POSIX shell.
std::string quoted(std::string_view text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + "'";
}

constexpr std::string_view bash_head = R"shell(# Completion of pcapframe for bash: eval "$(pcapframe completion bash)"
_pcapframe_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
# Words with commas in between, of which the last is being written.
_pcapframe_list() {
    local before= word
    [[ $cur == *,* ]] && before=${cur%,*},
    word=${cur##*,}
    case $word in [+-]*) before+=${word:0:1} word=${word:1} ;; esac
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "$word")
    compopt -o nospace
}
_pcapframe_ask() { "${COMP_WORDS[0]}" completion --words "$1" 2>/dev/null; }
_pcapframe_files() {
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
_pcapframe() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i
    COMPREPLY=()
    # bash takes --name=value for three words.
    if [[ $cur == '=' ]]; then cur=
    elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac
    done
)shell";

std::string bash_case(const command_spec& command, const option_spec& option) {
    const option_values values = values_of(command, option);
    std::string name(option.name);
    if (const std::string_view other = short_name_of(option.name); !other.empty()) name += "|" + std::string(other);
    std::string action;
    const std::string fill = values.is_list ? "_pcapframe_list " : "_pcapframe_words ";
    if (values.source == value_source::files) action = "_pcapframe_files; ";
    if (values.source == value_source::words) action = fill + quoted(values.words) + "; ";
    if (values.source == value_source::asked)
        action = fill + "\"$(_pcapframe_ask " + std::string(values.words) + ")\"; ";
    return "        " + name + ") " + action + "return ;;\n";
}

std::string bash_script() {
    std::string text(bash_head);
    const std::string names = command_names();
    text +=
        "    if [[ -z $command && $cur != -* ]]; then\n        _pcapframe_files\n        local "
        "files=(\"${COMPREPLY[@]}\")\n";
    text += "        _pcapframe_words " + quoted(names) +
            "\n        COMPREPLY+=(\"${files[@]}\")\n        return\n    fi\n";
    // Words that begin with no command are those of a read.
    text += "    [[ -z $command && $cur == --* ]] && { _pcapframe_words '--help --version'; return; }\n";
    text += "    case \" " + names + " \" in *\" $command \"*) ;; *) command=read ;; esac\n    case $command in\n";
    for (const command_spec* command : all_commands()) {
        text += "    " + std::string(command->name) + ")\n        case $prev in\n";
        for (const option_spec& option : command->options)
            if (!option.value.empty()) text += bash_case(*command, option);
        text += "        esac\n        [[ $cur == -* ]] && { _pcapframe_words " + quoted(names_of(*command)) +
                "; return; }\n";
        if (!command->operand_choices.empty())
            text += "        _pcapframe_words " + quoted(command->operand_choices) + "; return ;;\n";
        else
            text += "        _pcapframe_files ;;\n";
    }
    return text + "    esac\n}\ncomplete -F _pcapframe pcapframe\n";
}

std::string zsh_option(const command_spec& command, std::string_view name, const option_spec& option) {
    const option_values values = values_of(command, option);
    std::string text(name);
    if (!option.value.empty() && name.starts_with("--")) text += "=";
    text += "[" + escaped(one_line(option.help), "[]:\\", "\\") + "]";
    if (option.value.empty()) return quoted(text);
    text += ":" + escaped(option.value, ":\\", "\\") + ":";
    if (values.source == value_source::files) text += "_files";
    if (values.source == value_source::words)
        text += (values.is_list ? "_values -s , " + std::string(option.value) + " " + std::string(values.words)
                                : "(" + std::string(values.words) + ")");
    if (values.source == value_source::asked) text += "->" + std::string(values.words) + (values.is_list ? "s" : "");
    return quoted(text);
}

constexpr std::string_view zsh_tail = R"shell(  esac
  case $state in
    columns) compadd -- $(_pcapframe_ask columns) ;;
    flow_columnss) compset -P '*,'; compset -P '[+-]'; compadd -S '' -- $(_pcapframe_ask flow_columns) ;;
    columnss) compset -P '*,'; compset -P '[+-]'; compadd -S '' -- $(_pcapframe_ask columns) ;;
    interfaces) compadd -- $(_pcapframe_ask interfaces) ;;
    protocols) compadd -- $(_pcapframe_ask protocols) ;;
  esac
}
if [[ $funcstack[1] == _pcapframe ]]; then _pcapframe "$@"; else compdef _pcapframe pcapframe; fi
)shell";

std::string zsh_script() {
    std::string text = "#compdef pcapframe\n# Completion of pcapframe for zsh: eval \"$(pcapframe completion zsh)\"\n";
    text +=
        "_pcapframe_ask() { $program completion --words $1 2>/dev/null }\n_pcapframe() {\n"
        "  local program=$words[1] state line curcontext=\"$curcontext\"\n  typeset -A opt_args\n  local -a "
        "commands=(\n";
    for (const command_spec* command : all_commands())
        text += "    " + quoted(std::string(command->name) + ":" + escaped(command->summary, ":\\", "\\")) + "\n";
    text +=
        "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    _files\n    return\n  fi\n"
        "  local command=$words[2]\n  if (( ! ${commands[(I)${command}:*]} )); then command=read; "
        "else shift words; ((CURRENT--)); fi\n  case $command in\n";
    for (const command_spec* command : all_commands()) {
        text += "    " + std::string(command->name) + ")\n      _arguments -s -C '--help[show this]'";
        for (const option_spec& option : command->options) {
            text += " \\\n        " + zsh_option(*command, option.name, option);
            if (const std::string_view other = short_name_of(option.name); !other.empty())
                text += " \\\n        " + zsh_option(*command, other, option);
        }
        text += command->operand_choices.empty()
                    ? " \\\n        '*:file:_files' ;;\n"
                    : " \\\n        '*:word:(" + std::string(command->operand_choices) + ")' ;;\n";
    }
    return text + std::string(zsh_tail);
}

std::string fish_option(const command_spec& command, std::string_view name, const option_spec& option) {
    const std::string condition = "__fish_seen_subcommand_from " + std::string(command.name);
    const option_values values = values_of(command, option);
    const std::string letters(name.substr(name.starts_with("--") ? 2 : 1));
    const std::string_view kind = name.starts_with("--") ? " -l " : letters.size() == 1 ? " -s " : " -o ";
    std::string text = "complete -c pcapframe -n " + quoted(condition) + std::string(kind) + letters;
    if (!option.value.empty()) text += values.source == value_source::files ? " -r -F" : " -x";
    if (values.source == value_source::words) text += " -a " + quoted(values.words);
    if (values.source == value_source::asked && !values.is_list)
        text += " -a '(pcapframe completion --words " + std::string(values.words) + ")'";
    if (values.source == value_source::asked && values.is_list)
        text += " -a '(__fish_append , (pcapframe completion --words " + std::string(values.words) + "))'";
    return text + " -d " + escaped(quoted(one_line(option.help)), "", "") + "\n";
}

std::string fish_script() {
    std::string text = "# Completion of pcapframe for fish: pcapframe completion fish | source\n";
    const std::string names = command_names();
    const std::string none = "not __fish_seen_subcommand_from " + names;
    for (const command_spec* command : all_commands())
        text += "complete -c pcapframe -n " + quoted(none) + " -a " + std::string(command->name) + " -d " +
                quoted(command->summary) + "\n";
    for (const command_spec* command : all_commands()) {
        const std::string seen = "__fish_seen_subcommand_from " + std::string(command->name);
        for (const option_spec& option : command->options) {
            text += fish_option(*command, option.name, option);
            if (const std::string_view other = short_name_of(option.name); !other.empty())
                text += fish_option(*command, other, option);
        }
        if (!command->operand_choices.empty())
            text += "complete -c pcapframe -f -n " + quoted(seen) + " -a " + quoted(command->operand_choices) + "\n";
    }
    return text;
}

int print_words(std::string_view what) {
    if (what == "columns") {
        std::printf("all\n");
        for (const pcapframe::field& one : pcapframe::column_list) std::printf("%s\n", std::string(one.name).c_str());
    } else if (what == "flow_columns") {
        std::printf("all\n");
        for (const pcapframe::field& one : pcapframe::flow_column_list)
            std::printf("%s\n", std::string(one.name).c_str());
    } else if (what == "interfaces") {
        const auto all = pcapframe::list_interfaces();
        for (const pcapframe::live_interface& one : all ? *all : std::vector<pcapframe::live_interface>())
            std::printf("%s\n", pcapframe::visible_text(one.name).c_str());
    } else if (what == "protocols") {
        for (unsigned number = 0; number < 256; ++number)
            if (const auto name = pcapframe::ip_protocol_name(static_cast<std::uint8_t>(number)); !name.empty())
                std::printf("%s\n", std::string(name).c_str());
    } else {
        return complain_usage(
            "completion", "--words: '" + std::string(what) + "' is not columns, flow_columns, interfaces or protocols");
    }
    return exit_status::good;
}

int run(const arguments& given) {
    if (given.has("--words")) return print_words(given.value("--words"));
    const std::string shell = given.operands().size() == 1 ? given.operands()[0] : "";
    std::string script;
    if (shell == "bash") script = bash_script();
    if (shell == "zsh") script = zsh_script();
    if (shell == "fish") script = fish_script();
    if (script.empty()) return complain_usage("completion", "name a shell: bash, zsh or fish");
    std::fwrite(script.data(), 1, script.size(), stdout);
    return exit_status::good;
}

}  // namespace
}  // namespace cmd_completion

const command_spec completion_command{
    "completion",
    "bash|zsh|fish",
    "print the script by which a shell completes these commands",
    "bash: eval \"$(pcapframe completion bash)\" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc, behind compinit;\n"
    "fish: pcapframe completion fish > ~/.config/fish/completions/pcapframe.fish\n",
    cmd_completion::options,
    cmd_completion::run,
    {},
    operand_kind::none,
    "bash zsh fish",
};
