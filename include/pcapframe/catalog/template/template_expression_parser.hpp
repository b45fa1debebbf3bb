// From a template's tokens to the trees of its expressions. Source: Jinja 3.1, the order of its operators.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/template/template_filters.hpp>
#include <pcapframe/catalog/template/template_lexer.hpp>
#include <pcapframe/catalog/template/template_methods.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// Reads expressions from a lexer's place on, up to the sign that closes the expression. After the first mistake every
/// token is the end.
class expression_parser {
public:
    expression_parser(template_lexer& lexer, std::size_t start) : lexer_(lexer), start_(start) { advance(); }

    /// An expression; afterwards the token behind the expression is the current one.
    template_node expression() {
        const nesting deeper(*this);
        if (failed()) return {};
        return conditional();
    }

    [[nodiscard]] const template_token& current() const noexcept { return current_; }
    [[nodiscard]] bool at_end() const noexcept { return current_.is == template_token::kind::end; }
    [[nodiscard]] bool failed() noexcept { return lexer_.mistake().has_value(); }

    /// Takes a word that is meant as such.
    bool eat_word(std::string_view word) {
        const bool there = current_.is == template_token::kind::name && current_.text == word;
        if (there) advance();
        return there;
    }
    bool eat_sign(std::string_view sign) {
        const bool there = at_sign(sign);
        if (there) advance();
        return there;
    }
    std::string name(std::string_view what) {
        std::string made(current_.text);
        if (current_.is != template_token::kind::name) lexer_.fail(current_.offset, std::string(what) + " is a name");
        advance();
        return made;
    }

    void unexpected() {
        if (at_end() && current_.text.empty()) return lexer_.fail(start_, "this template is never closed");
        if (current_.is == template_token::kind::literal)
            return lexer_.fail(current_.offset, "unexpected value in a template");
        lexer_.fail(current_.offset, "unexpected '" + std::string(current_.text) + "' in a template");
    }

private:
    using kind = template_node::kind;
    using op = template_operator;

    /// Counts how deep an expression is within others.
    class nesting {
    public:
        explicit nesting(expression_parser& parser) : parser_(parser) {
            if (++parser.depth_ > limits::template_depth_max) parser.too_deep(parser.current_.offset);
        }
        ~nesting() { --parser_.depth_; }
        nesting(const nesting&) = delete;
        nesting& operator=(const nesting&) = delete;

    private:
        expression_parser& parser_;
    };

    void too_deep(std::size_t offset) { lexer_.fail(offset, "this template is nested too deeply"); }

    void advance() { current_ = lexer_.next(); }
    [[nodiscard]] bool at_sign(std::string_view sign) const noexcept {
        return current_.is == template_token::kind::sign && current_.text == sign;
    }
    [[nodiscard]] bool at_word(std::string_view word) const noexcept {
        return current_.is == template_token::kind::name && current_.text == word;
    }
    void expect(std::string_view sign) {
        if (!eat_sign(sign)) unexpected();
    }

    /// A node over its parts.
    template_node made(kind is, std::size_t offset, std::vector<template_node> parts, std::string name = {}) {
        template_node node{.is = is, .offset = offset, .name = std::move(name), .parts = std::move(parts)};
        for (const template_node& part : node.parts) node.depth = std::max(node.depth, part.depth + 1);
        if (node.depth > limits::template_depth_max) too_deep(offset);
        return node;
    }
    template_node operation(kind is, std::size_t offset, op which, std::vector<template_node> parts) {
        template_node node = made(is, offset, std::move(parts));
        node.operators = {which};
        return node;
    }
    static std::vector<template_node> two(template_node a, template_node b) {
        std::vector<template_node> parts;
        parts.push_back(std::move(a));
        parts.push_back(std::move(b));
        return parts;
    }
    static std::vector<template_node> one(template_node a) {
        std::vector<template_node> parts;
        parts.push_back(std::move(a));
        return parts;
    }

    // Operators, from those that bind least tightly.

    template_node conditional() {
        template_node value = disjunction();
        while (!failed() && at_word("if")) {
            const std::size_t offset = current_.offset;
            advance();
            std::vector<template_node> parts = two(disjunction(), std::move(value));
            if (eat_word("else")) parts.push_back(expression());
            value = made(kind::conditional, offset, std::move(parts));
        }
        return value;
    }

    template_node disjunction() {
        template_node left = conjunction();
        while (!failed() && at_word("or")) {
            const std::size_t offset = current_.offset;
            advance();
            left = operation(kind::binary, offset, op::logical_or, two(std::move(left), conjunction()));
        }
        return left;
    }

    template_node conjunction() {
        template_node left = negation();
        while (!failed() && at_word("and")) {
            const std::size_t offset = current_.offset;
            advance();
            left = operation(kind::binary, offset, op::logical_and, two(std::move(left), negation()));
        }
        return left;
    }

    template_node negation() {
        if (!at_word("not")) return comparison();
        const nesting deeper(*this);
        const std::size_t offset = current_.offset;
        if (failed()) return {};
        advance();
        return operation(kind::unary, offset, op::logical_not, one(negation()));
    }

    /// The operator of a comparison that the current token begins; false where that token begins no comparison.
    bool comparison_operator(op& which) {
        struct row {
            std::string_view sign;
            op is;
        };
        constexpr std::array<row, 6> rows{{{"==", op::equal},
                                           {"!=", op::unequal},
                                           {"<", op::less},
                                           {"<=", op::at_most},
                                           {">", op::greater},
                                           {">=", op::at_least}}};
        for (const row& each : rows) {
            if (!at_sign(each.sign)) continue;
            which = each.is;
            advance();
            return true;
        }
        which = at_word("not") ? op::not_in : op::in;
        if (!at_word("in") && !not_in_ahead()) return false;
        if (which == op::not_in) advance();
        advance();
        return true;
    }
    [[nodiscard]] bool not_in_ahead() const {
        if (!at_word("not")) return false;
        template_lexer ahead = lexer_;
        const template_token next = ahead.next();
        return next.is == template_token::kind::name && next.text == "in";
    }

    template_node comparison() {
        template_node first = sum();
        const std::size_t offset = current_.offset;
        std::vector<op> operators;
        std::vector<template_node> parts;
        op which{};
        while (!failed() && comparison_operator(which)) {
            if (parts.empty()) parts.push_back(std::move(first));
            operators.push_back(which);
            parts.push_back(sum());
        }
        if (parts.empty()) return first;
        template_node node = made(kind::compare, offset, std::move(parts));
        node.operators = std::move(operators);
        return node;
    }

    struct sign_operator {
        std::string_view sign;
        op is;
    };

    /// Operators of one rank, from the left.
    template <std::size_t Count, class Operand>
    template_node chain(const std::array<sign_operator, Count>& operators, Operand operand) {
        template_node left = operand();
        while (!failed()) {
            const auto found = std::find_if(operators.begin(), operators.end(),
                                            [&](const sign_operator& each) { return at_sign(each.sign); });
            if (found == operators.end()) break;
            const std::size_t offset = current_.offset;
            advance();
            left = operation(kind::binary, offset, found->is, two(std::move(left), operand()));
        }
        return left;
    }

    template_node sum() {
        constexpr std::array<sign_operator, 2> signs{{{"+", op::add}, {"-", op::subtract}}};
        return chain(signs, [&] { return concatenation(); });
    }
    template_node concatenation() {
        constexpr std::array<sign_operator, 1> signs{{{"~", op::concatenate}}};
        return chain(signs, [&] { return product(); });
    }
    template_node product() {
        constexpr std::array<sign_operator, 4> signs{
            {{"*", op::multiply}, {"/", op::divide}, {"//", op::floor_divide}, {"%", op::modulo}}};
        return chain(signs, [&] { return power(); });
    }
    template_node power() {
        constexpr std::array<sign_operator, 1> signs{{{"**", op::power}}};
        return chain(signs, [&] { return unary(true); });
    }

    template_node unary(bool with_filters) {
        const nesting deeper(*this);
        if (failed()) return {};
        const std::size_t offset = current_.offset;
        template_node node;
        if (eat_sign("-"))
            node = operation(kind::unary, offset, op::negate, one(unary(false)));
        else if (eat_sign("+"))
            node = operation(kind::unary, offset, op::keep, one(unary(false)));
        else
            node = primary();
        node = postfix(std::move(node));
        return with_filters ? filters(std::move(node)) : node;
    }

    // Values.

    template_node primary() {
        const template_token token = current_;
        if (token.is == template_token::kind::name) {
            advance();
            return named(token);
        }
        if (token.is == template_token::kind::literal) {
            template_node node{.offset = token.offset, .value = token.value};
            advance();
            // Several texts side by side are one text.
            while (node.value.is_string() && current_.value.is_string() &&
                   current_.is == template_token::kind::literal) {
                node.value.text += current_.value.text;
                advance();
            }
            return node;
        }
        if (eat_sign("(")) return in_parentheses(token.offset);
        if (eat_sign("[")) return made(kind::list, token.offset, expressions_to("]"));
        if (eat_sign("{")) return mapping(token.offset);
        unexpected();
        return {};
    }

    template_node named(const template_token& token) {
        const std::string_view word = token.text;
        template_node node{.offset = token.offset};
        if (word == "true" || word == "True" || word == "false" || word == "False") {
            node.value = yaml::node::from((word[0] | 0x20) == 't');
        } else if (const template_source* const source = find_spec(template_sources, word);
                   source != nullptr && at_sign("(")) {
            return source_call(token, source->is_env);
        } else if (at_sign("(")) {
            return function_call(token);
        } else if (word != "none" && word != "None") {
            node.is = kind::name;
            node.name = word;
        }
        return node;
    }

    template_node in_parentheses(std::size_t offset) {
        std::vector<template_node> parts;
        bool is_tuple = at_sign(")");
        while (!failed() && !at_sign(")")) {
            parts.push_back(expression());
            if (!at_sign(",")) break;
            is_tuple = true;
            advance();
        }
        expect(")");
        if (!is_tuple && parts.size() == 1) return std::move(parts[0]);
        return made(kind::tuple, offset, std::move(parts));
    }

    /// Expressions with commas between them, perhaps with a comma behind the last, up to a bracket.
    std::vector<template_node> expressions_to(std::string_view bracket) {
        std::vector<template_node> parts;
        while (!failed() && !at_sign(bracket)) {
            parts.push_back(expression());
            if (!eat_sign(",")) break;
        }
        expect(bracket);
        return parts;
    }

    template_node mapping(std::size_t offset) {
        std::vector<template_node> parts;
        while (!failed() && !at_sign("}")) {
            parts.push_back(expression());
            expect(":");
            parts.push_back(expression());
            if (!eat_sign(",")) break;
        }
        expect("}");
        return made(kind::mapping, offset, std::move(parts));
    }

    // What stands behind a value.

    template_node postfix(template_node node) {
        while (!failed()) {
            const std::size_t offset = current_.offset;
            if (eat_sign("."))
                node = member(std::move(node));
            else if (eat_sign("["))
                node = subscript(std::move(node), offset);
            else if (at_sign("("))
                lexer_.fail(offset, "only functions and methods can be called");
            else
                break;
        }
        return node;
    }

    template_node member(template_node node) {
        const template_token token = current_;
        if (token.is == template_token::kind::literal && token.value.kind == yaml::kind::integer) {
            advance();
            return made(kind::index, token.offset,
                        two(std::move(node), template_node{.offset = token.offset, .value = token.value}));
        }
        if (token.is != template_token::kind::name) {
            unexpected();
            return {};
        }
        advance();
        if (!at_sign("(")) return made(kind::attribute, token.offset, one(std::move(node)), std::string(token.text));
        if (find_spec(template_methods, token.text) == nullptr) unknown(token, "method", names_of(template_methods));
        template_node call = made(kind::method, token.offset, one(std::move(node)), std::string(token.text));
        add_arguments(call);
        check_method(call);
        return call;
    }

    /// Whether any kind of values has a method of this name that takes so many arguments.
    void check_method(const template_node& call) {
        const template_function* wrong = nullptr;
        for (const template_method& method : template_methods) {
            if (method.name != call.name) continue;
            if (takes(method.function, call)) return;
            wrong = &method.function;
        }
        if (wrong != nullptr) refuse_arguments(*wrong, call, "method");
    }

    template_node subscript(template_node node, std::size_t offset) {
        std::vector<template_node> parts = one(std::move(node));
        bool is_slice = false;
        for (std::size_t part = 0; part < 3 && !failed(); ++part) {
            template_node bound{.offset = current_.offset};
            if (!at_sign(":") && !at_sign("]")) bound = expression();
            if (part == 0 && at_sign("]") && parts.size() == 1 && bound.is == kind::literal && bound.value.is_null())
                unexpected();
            parts.push_back(std::move(bound));
            if (!at_sign(":") || part == 2) break;
            is_slice = true;
            advance();
        }
        expect("]");
        while (is_slice && parts.size() < 4) parts.push_back({.offset = offset});
        return made(is_slice ? kind::slice : kind::index, offset, std::move(parts));
    }

    template_node filters(template_node node) {
        while (!failed()) {
            if (eat_sign("|"))
                node = filter(std::move(node));
            else if (at_word("is"))
                node = test(std::move(node));
            else
                break;
        }
        return node;
    }

    template_node filter(template_node node) {
        const template_token token = current_;
        if (token.is != template_token::kind::name) {
            unexpected();
            return {};
        }
        const template_function* const known = find_spec(template_filters, token.text);
        if (known == nullptr) unknown(token, "filter", names_of(template_filters));
        advance();
        template_node call = made(kind::filter, token.offset, one(std::move(node)), std::string(token.text));
        if (at_sign("(")) add_arguments(call);
        if (known != nullptr) refuse_arguments(*known, call, "filter");
        return call;
    }

    template_node test(template_node node) {
        const std::size_t offset = current_.offset;
        advance();
        const bool negated = eat_word("not");
        const template_token token = current_;
        if (token.is != template_token::kind::name) {
            unexpected();
            return {};
        }
        const template_function* const known = find_spec(template_tests, token.text);
        if (known == nullptr) unknown(token, "test", names_of(template_tests));
        advance();
        template_node call = made(kind::test, token.offset, one(std::move(node)), std::string(token.text));
        const bool has_bare_argument =
            (current_.is == template_token::kind::name && !at_word("else") && !at_word("or") && !at_word("and") &&
             !at_word("if") && !at_word("is") && !at_word("in") && !at_word("not")) ||
            current_.is == template_token::kind::literal || at_sign("[") || at_sign("{");
        if (at_sign("(")) {
            add_arguments(call);
        } else if (has_bare_argument && !failed()) {
            call.parts.push_back(postfix(primary()));
            call = made(kind::test, token.offset, std::move(call.parts), std::move(call.name));
        }
        if (known != nullptr) refuse_arguments(*known, call, "test");
        if (!negated) return call;
        return operation(kind::unary, offset, op::logical_not, one(std::move(call)));
    }

    // Calls.

    template_node function_call(const template_token& token) {
        const template_function* const known = find_spec(template_functions, token.text);
        if (known == nullptr) {
            std::vector<std::string_view> names = names_of(template_functions);
            for (const std::string_view source : names_of(template_sources)) names.push_back(source);
            unknown(token, "function", names);
        }
        template_node call = made(kind::call, token.offset, {}, std::string(token.text));
        add_arguments(call);
        if (known != nullptr) refuse_arguments(*known, call, "function");
        return call;
    }

    /// Arguments in parentheses, added to a call's parts.
    void add_arguments(template_node& call) {
        expect("(");
        while (!failed() && !at_sign(")")) {
            if (at_sign("*") || at_sign("**")) return unexpected();
            if (std::string keyword = keyword_ahead(); !keyword.empty()) {
                // The place of the value, before the parser goes on: the order of arguments is the compiler's.
                const auto place = current_.offset;
                call.parts.push_back(made(kind::keyword, place, one(expression()), std::move(keyword)));
            } else if (call.parts.empty() || call.parts.back().is != kind::keyword) {
                call.parts.push_back(expression());
            } else {
                return lexer_.fail(current_.offset, "an argument without a name stands behind one with a name");
            }
            if (!eat_sign(",")) break;
        }
        expect(")");
        call = made(call.is, call.offset, std::move(call.parts), std::move(call.name));
    }

    /// Takes "name =" before an argument; gives the name, or nothing.
    std::string keyword_ahead() {
        if (current_.is != template_token::kind::name) return {};
        template_lexer ahead = lexer_;
        const template_token next = ahead.next();
        if (next.is != template_token::kind::sign || next.text != "=") return {};
        std::string keyword(current_.text);
        advance();
        advance();
        return keyword;
    }

    [[nodiscard]] static std::size_t argument_count(const template_node& call) noexcept {
        return call.parts.size() - (call.is == kind::call ? 0 : 1);
    }

    static bool takes(const template_function& function, const template_node& call) noexcept {
        if (function.takes_any) return true;
        const std::size_t count = argument_count(call);
        return count >= function.least && count <= function.most;
    }

    void refuse_arguments(const template_function& function, const template_node& call, std::string_view what) {
        if (failed() || function.takes_any) return;
        const std::string subject = "the " + std::string(what) + " '" + call.name + "'";
        if (!takes(function, call)) return lexer_.fail(call.offset, subject + " takes " + arguments_text(function));
        for (const template_node& part : call.parts)
            if (part.is == kind::keyword && parameter_index(function, part.name) >= function.most)
                return lexer_.fail(part.offset, subject + " has no argument '" + part.name + "'");
    }

    static std::string arguments_text(const template_function& function) {
        if (function.most == 0) return "no arguments";
        std::string text = std::to_string(function.least);
        if (function.most != function.least)
            text += (function.most == function.least + 1 ? " or " : " to ") + std::to_string(function.most);
        return text + (function.most == 1 ? " argument" : " arguments");
    }

    void unknown(const template_token& token, std::string_view what, const std::vector<std::string_view>& names) {
        std::string reason = "unknown " + std::string(what) + " '" + std::string(token.text) + "'";
        const std::string_view nearest = nearest_word(token.text, names);
        constexpr std::size_t listed_max = 8;
        const bool lists = nearest.empty() && names.size() <= listed_max;
        if (lists) reason += "; there are";
        for (std::size_t i = 0; lists && i < names.size(); ++i) reason += (i == 0 ? " " : ", ") + std::string(names[i]);
        lexer_.fail(token.offset, std::move(reason), nearest);
    }

    // env(...) and shell(...).

    /// The arguments of env and shell are read from the text itself; the opening bracket was the last token.
    template_node source_call(const template_token& token, bool is_env) {
        template_node call = made(kind::call, token.offset, {}, std::string(token.text));
        do {
            lexer_.skip_blanks();
            const std::size_t offset = lexer_.position();
            const std::string text = source_argument(is_env);
            if (!failed() && call.parts.empty() && text.empty())
                lexer_.fail(token.offset, is_env ? "env() needs the name of a variable" : "shell() needs a command");
            call.parts.push_back({.offset = offset, .value = yaml::node::from(std::string_view(text))});
            advance();
        } while (!failed() && is_env && call.parts.size() < 2 && at_sign(","));
        expect(")");
        return call;
    }

    std::string source_argument(bool is_env);

    template_lexer& lexer_;
    std::size_t start_;
    template_token current_{};
    unsigned depth_ = 0;
};

/// A text in quotes, or a text without quotes: up to ')', or up to ',' where commas part arguments, without blanks at
/// its end.
inline std::string expression_parser::source_argument(bool is_env) {
    const std::string_view rest = lexer_.rest();
    if (!rest.empty() && (rest[0] == '\'' || rest[0] == '"')) return lexer_.quoted();
    const std::size_t end = std::min(rest.find_first_of(is_env ? ")," : ")"), rest.size());
    lexer_.go_to(lexer_.position() + end);
    std::string_view text = rest.substr(0, end);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string(text);
}

}  // namespace pcapframe::detail
