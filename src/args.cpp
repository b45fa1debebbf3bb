#include "args.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <pcapframe/base/text.hpp>

namespace {

struct short_name {
    std::string_view name;
    std::string_view option;
};
constexpr std::array short_names{short_name{"-s", "--snaplen"}, short_name{"-f", "--filter"}};

template <class List>
auto find_in(const List& list, std::string_view name) -> decltype(&list[0]) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

/// Goes through the words of a command line.
class argument_parser {
public:
    argument_parser(std::span<const std::string_view> words, std::span<const option_spec> options,
                    std::span<const habit> habits)
        : words_(words), options_(options), habits_(habits) {}

    arguments parse() {
        while (at_ < words_.size() && parsed_.problem_.empty()) take(words_[at_++]);
        if (has_expression_) end_expression();
        return std::move(parsed_);
    }

private:
    void take(std::string_view word) {
        const bool may_be_option = word.size() >= 2 && word[0] == '-';
        if (only_operands_) return take_after_dashes(word);
        if (!may_be_option) return static_cast<void>(parsed_.operands_.emplace_back(word));
        if (word == "--") {
            only_operands_ = true;
            return;
        }
        if (word.starts_with("--")) return take_long(word);
        take_letters(word);
    }

    /// Behind "--": the words of the filter, where the command has one. Options may follow the filter: no filter has a
    /// word that is an option here.
    void take_after_dashes(std::string_view word) {
        if (find(filter_option) == nullptr) return static_cast<void>(parsed_.operands_.emplace_back(word));
        if (is_option(word)) return word.starts_with("--") ? take_long(word) : take_letters(word);
        has_expression_ = true;
        expression_ += (expression_.empty() ? "" : " ") + std::string(word);
    }

    void end_expression() {
        if (parsed_.has(filter_option)) parsed_.problem_ = "the filter is given twice: by --filter and after '--'";
        parsed_.set(filter_option, expression_);
    }

    [[nodiscard]] const option_spec* find(std::string_view name) const {
        for (const short_name& one : short_names)
            if (one.name == name && find_in(options_, name) == nullptr) name = one.option;
        return find_in(options_, name);
    }

    [[nodiscard]] bool is_option(std::string_view word) const {
        if (word.size() < 2 || word[0] != '-') return false;
        if (word.starts_with("--")) return find(word.substr(0, word.find('='))) != nullptr;
        return find(word) != nullptr || find(word.substr(0, 2)) != nullptr || find_in(habits_, word) != nullptr;
    }

    /// --name, --name value, --name=value.
    void take_long(std::string_view word) {
        const std::size_t name_end = word.find('=');
        const std::string_view name = word.substr(0, name_end);
        const option_spec* const option = find(name);
        if (option == nullptr) return unknown(name);
        if (name_end == std::string_view::npos) return take_option(*option, name);
        if (option->value.empty()) parsed_.problem_ = "option '" + std::string(name) + "' takes no value";
        parsed_.set(option->name, std::string(word.substr(name_end + 1)));
    }

    /// Short options: -c 5, -c5, and several together, as in -nr FILE. A letter that stands several times, as in -dd,
    /// is an option of that name where there is one.
    void take_letters(std::string_view word) {
        std::string_view letters = word.substr(1);
        while (!letters.empty() && parsed_.problem_.empty()) {
            std::size_t run = std::min(letters.find_first_not_of(letters[0]), letters.size());
            while (run > 1 && !is_known(name_of(letters, run))) --run;
            const std::string name = name_of(letters, run);
            letters.remove_prefix(run);
            const option_spec* const option = find(name);
            const habit* const known = find_in(habits_, name);
            const bool takes_value = option != nullptr ? !option->value.empty() : known && !known->value.empty();
            std::optional<std::string_view> attached;
            if (takes_value && !letters.empty()) attached = std::exchange(letters, {});
            if (option == nullptr && known == nullptr)
                return unknown(word.size() > 2 && word[2] != word[1] ? word : name);
            if (option == nullptr)
                take_habit(*known, attached);
            else if (attached)
                parsed_.set(option->name, std::string(*attached));
            else
                take_option(*option, name);
        }
    }

    static std::string name_of(std::string_view letters, std::size_t run) {
        return "-" + std::string(letters.substr(0, run));
    }
    [[nodiscard]] bool is_known(std::string_view name) const {
        return find(name) != nullptr || find_in(habits_, name) != nullptr;
    }

    /// An option whose value, if it takes one, is the next word.
    void take_option(const option_spec& option, std::string_view as_written) {
        if (option.value.empty()) {
            parsed_.values_.emplace(option.name, "");
        } else if (at_ < words_.size()) {
            parsed_.set(option.name, std::string(words_[at_++]));
        } else {
            parsed_.problem_ = "option '" + std::string(as_written) + "' needs a value: " + std::string(option.value);
        }
    }

    void take_habit(const habit& known, std::optional<std::string_view> attached) {
        if (!known.value.empty() && !attached && at_ < words_.size()) attached = words_[at_++];
        switch (known.kind) {
            case habit_kind::holds: return;
            // What is said by the option itself stays.
            case habit_kind::becomes:
                parsed_.values_.emplace(known.option, known.option_value.empty() && attached
                                                          ? std::string(*attached)
                                                          : std::string(known.option_value));
                return;
            case habit_kind::told:
                parsed_.problem_ = "there is no " + std::string(known.name) + " here: " + std::string(known.meaning);
        }
    }

    void unknown(std::string_view name) {
        std::vector<std::string_view> names;
        for (const option_spec& option : options_) names.push_back(option.name);
        // Any letter is as near to a letter as any other.
        const std::string_view nearest = name.size() > 2 ? pcapframe::nearest_word(name, names) : std::string_view();
        parsed_.problem_ = "unknown option '" + std::string(name) + "'";
        if (!nearest.empty()) parsed_.problem_ += "; did you mean '" + std::string(nearest) + "'?";
    }

    std::span<const std::string_view> words_;
    std::span<const option_spec> options_;
    std::span<const habit> habits_;
    std::size_t at_ = 0;
    bool only_operands_ = false;
    bool has_expression_ = false;
    std::string expression_;
    arguments parsed_;
};

std::string_view short_name_of(std::string_view option) {
    for (const short_name& one : short_names)
        if (one.option == option) return one.name;
    return {};
}

arguments arguments::parse(std::span<const std::string_view> words, std::span<const option_spec> options,
                           std::span<const habit> habits) {
    return argument_parser(words, options, habits).parse();
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
