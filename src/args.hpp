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
};

/// The other name of an option, in all commands that have it: -s for --snaplen. Empty for none.
std::string_view short_name_of(std::string_view option);

/// The option that words after "--" are the value of, in commands that have such an option.
inline constexpr std::string_view filter_option = "--filter";

/// What stands on the command line after the command's name. After "--" come operands alone, which may begin with a
/// dash, or a filter.
class arguments {
public:
    /// Options that the command does not have, values that are missing and the like end up in `problem`.
    static arguments parse(std::span<const std::string_view> words, std::span<const option_spec> options);

    [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }
    /// The value of an option, or `otherwise`.
    [[nodiscard]] std::string value(std::string_view option, std::string_view otherwise = "") const;
    /// The same words without an option: for commands in which it means something else than in 'read'.
    [[nodiscard]] arguments without(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    /// What is wrong with the words, in a sentence; empty if nothing.
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    arguments& take_filter(std::span<const std::string_view> words);

    std::map<std::string, std::string, std::less<>> values_;
    std::vector<std::string> operands_;
    std::string problem_;
};

/// A whole number of at least `least`; nothing for any other text.
std::optional<unsigned long long> parse_count(std::string_view text, unsigned long long least);
