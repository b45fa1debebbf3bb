#include "args.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <pcapframe/base/text.hpp>

namespace {

struct short_name {
    std::string_view name;
    std::string_view option;
};
constexpr std::array short_names{short_name{"-s", "--snaplen"}};

const option_spec* find(std::span<const option_spec> options, std::string_view name) {
    for (const short_name& one : short_names)
        if (one.name == name) name = one.option;
    const auto found =
        std::find_if(options.begin(), options.end(), [&](const option_spec& o) { return o.name == name; });
    return found == options.end() ? nullptr : &*found;
}

std::string unknown_option(std::string_view name, std::span<const option_spec> options) {
    std::vector<std::string_view> names;
    for (const option_spec& option : options) names.push_back(option.name);
    const std::string_view nearest = pcapframe::nearest_word(name, names);
    std::string text = "unknown option '" + std::string(name) + "'";
    if (!nearest.empty()) text += "; did you mean '" + std::string(nearest) + "'?";
    return text;
}

}  // namespace

std::string_view short_name_of(std::string_view option) {
    for (const short_name& one : short_names)
        if (one.option == option) return one.name;
    return {};
}

arguments arguments::parse(std::span<const std::string_view> words, std::span<const option_spec> options) {
    arguments parsed;
    bool only_operands = false;
    for (std::size_t i = 0; i < words.size() && parsed.problem_.empty(); ++i) {
        const std::string_view word = words[i];
        if (only_operands && find(options, filter_option) != nullptr) return parsed.take_filter(words.subspan(i));
        if (only_operands || word.size() < 2 || word[0] != '-') {
            parsed.operands_.emplace_back(word);
            continue;
        }
        if (word == "--") {
            only_operands = true;
            continue;
        }
        // --name=value, and -c5 for short options.
        const bool is_long = word.starts_with("--");
        const bool is_whole = !is_long && find(options, word) != nullptr;  // -dd is a single option
        const std::size_t name_end = is_long ? word.find('=') : is_whole ? std::string_view::npos : 2;
        const std::string_view name = word.substr(0, name_end);
        const bool attached = is_long ? name_end != std::string_view::npos : !is_whole && word.size() > 2;
        const option_spec* const option = find(options, name);
        if (option == nullptr) {
            parsed.problem_ = unknown_option(is_long ? name : word, options);
        } else if (option->value.empty()) {
            if (attached) parsed.problem_ = "option '" + std::string(name) + "' takes no value";
            parsed.values_.emplace(option->name, "");
        } else if (attached) {
            parsed.values_.insert_or_assign(std::string(option->name),
                                            std::string(word.substr(is_long ? name_end + 1 : name_end)));
        } else if (i + 1 < words.size()) {
            parsed.values_.insert_or_assign(std::string(option->name), std::string(words[++i]));
        } else {
            parsed.problem_ = "option '" + std::string(name) + "' needs a value: " + std::string(option->value);
        }
    }
    return parsed;
}

arguments& arguments::take_filter(std::span<const std::string_view> words) {
    if (has(filter_option)) problem_ = "the filter is given twice: by --filter and after '--'";
    std::string expression;
    for (const std::string_view word : words) expression += (expression.empty() ? "" : " ") + std::string(word);
    values_.insert_or_assign(std::string(filter_option), expression);
    return *this;
}

arguments arguments::without(std::string_view option) const {
    arguments others = *this;
    if (const auto found = others.values_.find(option); found != others.values_.end()) others.values_.erase(found);
    return others;
}

std::string arguments::value(std::string_view option, std::string_view otherwise) const {
    const auto found = values_.find(option);
    return std::string(found == values_.end() ? otherwise : std::string_view(found->second));
}

std::optional<unsigned long long> parse_count(std::string_view text, unsigned long long least) {
    unsigned long long number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || number < least) return std::nullopt;
    return number;
}
