#include "filter_words.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <pcapframe/source/paths.hpp>

#include "expressions.hpp"

namespace {

bool names_files(const std::string& word) {
    struct stat status {};
    return word == "-" || ::stat(pcapframe::expand_home(word).c_str(), &status) == 0 ||
           (word.find_first_of("*?[") != std::string::npos && pcapframe::expand_path(word).has_value());
}

std::string joined(const std::vector<std::string>& words, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < words.size(); ++i) text += (i == from ? "" : " ") + words[i];
    return text;
}

/// Whether a word is meant for a filter, whether or not the filter is right.
bool begins_filter(const std::string& words) {
    return words.find_first_of(" =<>&|[(") != std::string::npos && is_filter_word(words.substr(0, words.find(' ')));
}

/// The number of the first operand that is a word of the filter; of no operand where all are files.
std::size_t first_filter_word(const std::vector<std::string>& operands) {
    for (std::size_t i = 1; i < operands.size(); ++i) {
        if (names_files(operands[i])) continue;
        const std::string rest = joined(operands, i);
        if (filter_problem(rest).empty() || begins_filter(rest)) return i;
    }
    return operands.size();
}

constexpr std::size_t filter_bytes_max = std::size_t{1} << 20;

/// The filter in a file: comments (from '#' to the end of the line) and line ends are blanks.
std::string take_filter_file(arguments& given) {
    const std::string path = given.value("-F");
    if (given.has(filter_option)) return "the filter is given twice: by -F and in words";
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file && text.empty()) return path + ": the filter cannot be read from this file";
    if (text.size() > filter_bytes_max) return path + ": a filter has at most 1 MiB";
    bool is_comment = false;
    for (char& c : text) {
        is_comment = c == '#' || (is_comment && c != '\n');
        if (is_comment || c == '\n' || c == '\r') c = ' ';
    }
    given.set(filter_option, text);
    return {};
}

std::string take_direction(arguments& given) {
    struct way {
        std::string_view name;
        std::string_view filter;
    };
    constexpr std::array ways{way{"in", "inbound"}, way{"out", "outbound"}, way{"inout", ""}};
    for (const way& one : ways) {
        if (given.value("-Q") != one.name) continue;
        const std::string filter = given.value(filter_option);
        if (one.filter.empty()) return {};
        given.set(filter_option, std::string(one.filter) + (filter.empty() ? "" : " and (" + filter + ")"));
        return {};
    }
    return "-Q: '" + given.value("-Q") + "' is not in, out or inout";
}

/// Takes the operands from number `from` on as the words of a filter; what is wrong, or empty.
std::string take_filter_words(arguments& given, std::size_t from) {
    std::vector<std::string> operands = given.operands();
    if (from >= operands.size()) return {};
    if (given.has(filter_option)) return "the filter is given twice: '" + joined(operands, from) + "' as well";
    given.set(filter_option, joined(operands, from));
    operands.resize(from);
    given.set_operands(std::move(operands));
    return {};
}

}  // namespace

std::size_t dump_operands(const arguments& given) {
    const std::vector<std::string>& words = given.operands();
    const std::size_t places = (given.has("-w") ? 0U : 1U) + (given.has("-i") ? 0U : 1U);
    const bool has_limit = !given.has("-c") && places == 2 && words.size() > places && parse_count(words[places], 0);
    return places + (has_limit ? 1 : 0);
}

std::string settle_filter(arguments& given, operand_kind kind) {
    const bool from_elsewhere = given.has("-r") || given.has("-i");
    const std::size_t first = kind == operand_kind::keys ? 1 : 0;
    const bool has_files =
        (kind == operand_kind::files || kind == operand_kind::keys) && !given.has("--catalog") && !given.has("--split");
    std::string problem;
    // All words are the filter's where the packets come from elsewhere, but for words that are files after all.
    const bool has_file_word = given.operands().size() > first && names_files(given.operands()[first]);
    if (has_files && from_elsewhere && !has_file_word)
        problem = take_filter_words(given, first);
    else if (has_files && !given.has(filter_option))
        problem = take_filter_words(given, first_filter_word(given.operands()));
    if (kind == operand_kind::dump) problem = take_filter_words(given, dump_operands(given));
    if (problem.empty() && given.has("-F")) problem = take_filter_file(given);
    if (problem.empty() && given.has("-Q")) problem = take_direction(given);
    if (!problem.empty() || !given.has("-r")) return problem;
    std::vector<std::string> operands{given.value("-r")};
    operands.insert(operands.end(), given.operands().begin(), given.operands().end());
    given.set_operands(std::move(operands));
    return {};
}
