// The command line: the options that a command takes, and the words that it was given.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// One option of a command. `value` names the option's value in help texts; empty for a flag.
struct option_spec {
    std::string_view name;   ///< with its dashes: "--protocol", "-c"
    std::string_view value;
    std::string_view help;
    std::string_view choices{};  ///< the values that there are, with blanks in between; empty where there are many
};

/// What becomes of a letter that other programs have and that is no option here.
enum class habit_kind : unsigned char {
    holds,    ///< what the letter asks for is so here without it
    becomes,  ///< the letter stands for an option here
    told,     ///< the letter is refused, and the message says what does here what the letter does there
};

/// A letter of tcpdump's or tshark's that is no option of the command: see habits.hpp for THE lists.
struct habit {
    std::string_view name;     ///< with its dash: "-n", "-tttt"
    std::string_view value;    ///< what the letter takes there; empty for a flag
    habit_kind kind = habit_kind::holds;
    std::string_view meaning;  ///< what is so, or does the same, here
    std::string_view option{};       ///< of `becomes`: the option here
    std::string_view option_value{};
};

/// The other name of an option, in all commands that have it: -s for --snaplen. Empty for none.
std::string_view short_name_of(std::string_view option);

/// The option that words after "--" are the value of, in commands that have such an option.
inline constexpr std::string_view filter_option = "--filter";
/// And the one that names a file with an expression in it.
inline constexpr option_spec filter_file_flag{"-F", "FILE", "the filter is in this file"};

/// What stands on the command line after the command's name. After "--" come operands alone, which may begin with a
/// dash; or, in commands with a filter, its words, up to the next word that is an option of the command.
class arguments {
public:
    /// Options that the command does not have, values that are missing and the like end up in `problem`.
    static arguments parse(std::span<const std::string_view> words, std::span<const option_spec> options,
                           std::span<const habit> habits = {});

    [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }
    /// The value of an option, or `otherwise`.
    [[nodiscard]] std::string value(std::string_view option, std::string_view otherwise = "") const;
    /// The same words without an option: for commands in which it means something else than in 'read'.
    [[nodiscard]] arguments without(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    /// What is wrong with the words, in a sentence; empty if nothing.
    [[nodiscard]] const std::string& problem() const { return problem_; }

    void set(std::string_view option, std::string value) { values_.insert_or_assign(std::string(option), value); }
    void set_operands(std::vector<std::string> operands) { operands_ = std::move(operands); }

private:
    friend class argument_parser;

    std::map<std::string, std::string, std::less<>> values_;
    std::vector<std::string> operands_;
    std::string problem_;
};

/// A whole number of at least `least`; nothing for any other text.
std::optional<unsigned long long> parse_count(std::string_view text, unsigned long long least);
