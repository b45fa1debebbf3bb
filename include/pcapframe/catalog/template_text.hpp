// Templates in the strings of a catalog: "{{ CATALOG_DIR }}/{{ name | lower }}.pcap".
//
// The part of Jinja's expressions (https://jinja.palletsprojects.com/templates/) that catalogs use: names, env(X),
// env(X, default), shell(command), texts and numbers, and the filters default, lower, upper, replace and join.
// Everything else is a mistake that is found when the catalog is opened.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2 {

/// A value in an expression.
struct template_operand {
    enum class kind { literal, name, env, shell };

    kind is = kind::literal;
    std::size_t offset = 0;
    std::string name;                         ///< of a name
    yaml::node literal;                       ///< of a literal
    std::vector<template_operand> arguments;  ///< of env and shell
};

enum class template_filter_kind { default_value, lower, upper, replace, join };

struct template_filter {
    template_filter_kind is{};
    std::size_t offset = 0;
    std::vector<template_operand> arguments;
};

struct template_expression {
    std::size_t offset = 0;  ///< of its "{{"
    template_operand operand;
    std::vector<template_filter> filters;
};

/// Text as it stands, or an expression.
struct template_piece {
    std::string text;
    std::optional<template_expression> expression;
};

struct template_text {
    std::vector<template_piece> pieces;

    [[nodiscard]] bool has_expressions() const noexcept {
        for (const template_piece& piece : pieces)
            if (piece.expression) return true;
        return false;
    }
    /// Whether the whole text is one expression: then it gives a value of any kind.
    [[nodiscard]] bool is_one_expression() const noexcept {
        return pieces.size() == 1 && pieces[0].expression.has_value();
    }
};

namespace detail {

/// A filter's name and how many arguments it takes.
struct filter_spec {
    std::string_view name;
    template_filter_kind is;
    std::size_t least;
    std::size_t most;
};
inline constexpr std::array<filter_spec, 5> filter_specs{{
    {"default", template_filter_kind::default_value, 1, 2},
    {"lower", template_filter_kind::lower, 0, 0},
    {"upper", template_filter_kind::upper, 0, 0},
    {"replace", template_filter_kind::replace, 2, 3},
    {"join", template_filter_kind::join, 0, 1},
}};

/// The functions. On one machine those for a server and those for its client do the same.
struct function_spec {
    std::string_view name;
    template_operand::kind is;
};
inline constexpr std::array<function_spec, 4> function_specs{{
    {"env", template_operand::kind::env},
    {"client_env", template_operand::kind::env},
    {"shell", template_operand::kind::shell},
    {"client_shell", template_operand::kind::shell},
}};

/// A mistake at a byte of a template.
inline problem template_problem(std::string_view text, std::size_t offset, std::string reason,
                                std::string_view hint = {}) {
    return {.reason = std::move(reason), .hint = std::string(hint), .text = std::string(text), .offset = offset};
}

class template_parser {
public:
    explicit template_parser(std::string_view text) noexcept : text_(text) {}

    text_result<template_text> parse() {
        template_text made;
        while (!problem_ && at_ < text_.size()) {
            const std::size_t brace = find_opening();
            if (brace > at_) made.pieces.push_back({std::string(text_.substr(at_, brace - at_)), std::nullopt});
            at_ = brace;
            if (at_ == text_.size()) break;
            if (text_[at_ + 1] != '{') {
                fail(at_,
                     "only '{{ ... }}' is supported in templates, not '" + std::string(text_.substr(at_, 2)) + "'");
                break;
            }
            made.pieces.push_back({{}, braced()});
        }
        return parsed(std::move(made));
    }

    /// The whole text as an expression without its braces.
    text_result<template_text> parse_bare() {
        template_text made;
        made.pieces.push_back({{}, expression()});
        if (!problem_ && at_ < text_.size()) unexpected();
        return parsed(std::move(made));
    }


private:
    text_result<template_text> parsed(template_text made) {
        if (problem_) return *std::move(problem_);
        return made;
    }

    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    /// Only the first mistake counts: what follows may come from it.
    void fail(std::size_t offset, std::string reason, std::string_view hint = {}) {
        if (!problem_) problem_ = template_problem(text_, offset, std::move(reason), hint);
        at_ = text_.size();
    }

    void unexpected() {
        if (at_ >= text_.size()) return fail(start_, "this template is never closed");
        fail(at_, std::string("unexpected '") + text_[at_] + "' in a template");
    }

    /// The next "{{", "{%" or "{#"; the end if there is none.
    [[nodiscard]] std::size_t find_opening() const noexcept {
        for (std::size_t i = at_; i + 1 < text_.size(); ++i)
            if (text_[i] == '{' && (text_[i + 1] == '{' || text_[i + 1] == '%' || text_[i + 1] == '#')) return i;
        return text_.size();
    }

    void skip_blanks() noexcept {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++at_;
    }

    bool eat(char c) noexcept {
        skip_blanks();
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    template_expression braced() {
        start_ = at_;
        at_ += 2;
        template_expression made = expression();
        made.offset = start_;
        if (!problem_ && (!eat('}') || peek() != '}')) unexpected();
        if (!problem_) ++at_;
        return made;
    }

    template_expression expression() {
        template_expression made;
        skip_blanks();
        made.operand = operand();
        while (!problem_ && eat('|')) {
            skip_blanks();
            made.filters.push_back(filter());
        }
        return made;
    }

    std::string_view word() noexcept {
        const std::size_t first = at_;
        while (yaml::detail::is_letter(peek()) || peek() == '_' || (at_ > first && yaml::detail::is_digit(peek())))
            ++at_;
        return text_.substr(first, at_ - first);
    }

    template_operand operand() {
        template_operand made;
        made.offset = at_;
        const char c = peek();
        if (c == '\'' || c == '"') {
            made.literal = yaml::node::from(std::string_view(quoted()));
            return made;
        }
        if (yaml::detail::is_digit(c) || c == '-') {
            made.literal = number();
            return made;
        }
        const std::string_view name = word();
        if (name.empty()) {
            unexpected();
        } else if (name == "true" || name == "True" || name == "false" || name == "False") {
            made.literal = yaml::node::from((name[0] | 0x20) == 't');
        } else if (name != "none" && name != "None") {
            named(made, name);
        }
        return made;
    }

    void named(template_operand& made, std::string_view name) {
        skip_blanks();
        if (peek() != '(') {
            made.is = template_operand::kind::name;
            made.name = name;
            return;
        }
        for (const function_spec& function : function_specs) {
            if (function.name != name) continue;
            made.is = function.is;
            ++at_;
            call_arguments(made);
            return;
        }
        fail_unknown(made.offset, "function", name, function_specs);
    }

    template <class Specs>
    void fail_unknown(std::size_t offset, std::string_view what, std::string_view name, const Specs& specs) {
        std::vector<std::string_view> names;
        for (const auto& spec : specs) names.push_back(spec.name);
        std::string reason = "unknown " + std::string(what) + " '" + std::string(name) + "'";
        const std::string_view nearest = nearest_word(name, names);
        if (nearest.empty()) reason += "; there are";
        for (std::size_t i = 0; nearest.empty() && i < names.size(); ++i)
            reason += (i == 0 ? " " : ", ") + std::string(names[i]);
        fail(offset, std::move(reason), nearest);
    }

    /// The arguments of env and shell: texts, with quotes or without.
    void call_arguments(template_operand& made) {
        const bool is_env = made.is == template_operand::kind::env;
        do {
            skip_blanks();
            template_operand argument;
            argument.offset = at_;
            const std::string text = peek() == '\'' || peek() == '"' ? quoted() : bare(is_env);
            argument.literal = yaml::node::from(std::string_view(text));
            if (!problem_ && made.arguments.empty() && text.empty())
                fail(made.offset, is_env ? "env() needs the name of a variable" : "shell() needs a command");
            made.arguments.push_back(std::move(argument));
        } while (is_env && made.arguments.size() < 2 && eat(','));
        if (!problem_ && !eat(')')) unexpected();
    }

    /// Text up to a ')', or a ',' where that parts arguments; blanks at its end go.
    std::string bare(bool to_comma) {
        const std::size_t first = at_;
        while (at_ < text_.size() && peek() != ')' && !(to_comma && peek() == ',')) ++at_;
        std::string_view text = text_.substr(first, at_ - first);
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        return std::string(text);
    }

    std::string quoted() {
        const char quote = peek();
        const std::size_t first = at_++;
        std::string made;
        while (at_ < text_.size() && peek() != quote) {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                const char c = peek();
                if (c != 'n' && c != 't' && c != '\\' && c != '\'' && c != '"')
                    fail(at_ - 1, "only \\n, \\t, \\\\, \\' and \\\" are known here");
                made += c == 'n' ? '\n' : c == 't' ? '\t' : c;
            } else {
                made += peek();
            }
            ++at_;
        }
        if (at_ >= text_.size())
            fail(first, "this quote is never closed");
        else
            ++at_;
        return made;
    }

    yaml::node number() {
        const std::size_t first = at_++;
        while (yaml::detail::is_digit(peek()) || peek() == '.') ++at_;
        const std::string_view text = text_.substr(first, at_ - first);
        yaml::plain_meaning meaning = yaml::meaning_of_plain(text);
        const bool is_number = meaning.value.kind == yaml::kind::integer || meaning.value.kind == yaml::kind::floating;
        if (!is_number) fail(first, "'" + std::string(text) + "' is no number");
        return std::move(meaning.value);
    }

    template_filter filter() {
        template_filter made;
        made.offset = at_;
        const std::string_view name = word();
        const filter_spec* spec = nullptr;
        for (const filter_spec& candidate : filter_specs)
            if (candidate.name == name) spec = &candidate;
        if (name.empty())
            unexpected();
        else if (spec == nullptr)
            fail_unknown(made.offset, "filter", name, filter_specs);
        if (problem_) return made;
        made.is = spec->is;
        if (eat('(')) filter_arguments(made);
        if (!problem_ && (made.arguments.size() < spec->least || made.arguments.size() > spec->most))
            fail(made.offset, "the filter '" + std::string(name) + "' takes " + arguments_text(*spec));
        return made;
    }

    void filter_arguments(template_filter& made) {
        if (eat(')')) return;
        do {
            skip_blanks();
            made.arguments.push_back(operand());
        } while (!problem_ && eat(','));
        if (!problem_ && !eat(')')) unexpected();
    }

    static std::string arguments_text(const filter_spec& spec) {
        if (spec.most == 0) return "no arguments";
        std::string text = std::to_string(spec.least);
        if (spec.most != spec.least) text += " or " + std::to_string(spec.most);
        return text + (spec.most == 1 ? " argument" : " arguments");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    std::optional<problem> problem_;
};

}  // namespace detail

/// A text taken apart, or its first mistake.
[[nodiscard]] inline text_result<template_text> parse_template(std::string_view text) {
    return detail::template_parser(text).parse();
}

/// The same for the default of a parameter, where env(...) and shell(...) may stand without braces.
[[nodiscard]] inline text_result<template_text> parse_default_template(std::string_view text) {
    for (const detail::function_spec& function : detail::function_specs) {
        const bool is_call = text.starts_with(function.name) && text.substr(function.name.size()).starts_with("(") &&
                             text.ends_with(")");
        if (is_call) return detail::template_parser(text).parse_bare();
    }
    return parse_template(text);
}

/// A text as a template that gives just this text.
[[nodiscard]] inline std::string as_template(std::string_view text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == '{' && (next == '{' || next == '%' || next == '#')) {
            made += "{{ '" + std::string(text.substr(i, 2)) + "' }}";
            ++i;
        } else {
            made += text[i];
        }
    }
    return made;
}

/// Calls `use(name, offset)` for every name of a value that a template asks for.
template <class Use>
void each_template_name(const template_text& text, Use&& use) {
    const auto operand = [&](const template_operand& o) {
        if (o.is == template_operand::kind::name) use(std::string_view(o.name), o.offset);
    };
    for (const template_piece& piece : text.pieces) {
        if (!piece.expression) continue;
        operand(piece.expression->operand);
        for (const template_filter& filter : piece.expression->filters)
            for (const template_operand& argument : filter.arguments) operand(argument);
    }
}

}  // namespace pcapframe
