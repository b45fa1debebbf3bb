// From a template's text to its pieces: text, "{{ expressions }}", "{% statements %}" and "{# comments #}".
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/template/template_expression_parser.hpp>
#include <pcapframe/catalog/template/template_lexer.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>

namespace pcapframe::inline v0_2::detail {

class template_parser {
public:
    explicit template_parser(std::string_view text) noexcept : text_(text), lexer_(text) {}

    text_result<template_text> parse() {
        template_text made;
        std::string end;
        made.pieces = pieces(end, 0);
        made.expands = expands_;
        if (!failed() && !end.empty()) lexer_.fail(statement_, "'" + end + "' has no '{% if %}' before it");
        return parsed(std::move(made));
    }

    /// The whole text as an expression without its braces.
    text_result<template_text> parse_bare() {
        template_text made{.expands = true};
        expression_parser parser(lexer_, 0);
        made.pieces.push_back({.is = template_piece::kind::expression, .expression = parser.expression()});
        if (!failed() && !parser.at_end()) parser.unexpected();
        return parsed(std::move(made));
    }

private:
    [[nodiscard]] bool failed() noexcept { return lexer_.mistake().has_value(); }

    text_result<template_text> parsed(template_text made) {
        if (failed()) return *std::move(lexer_.mistake());
        return made;
    }

    /// The next "{{", "{%" or "{#"; the end if there is none.
    [[nodiscard]] std::size_t find_opening() const noexcept {
        for (std::size_t i = lexer_.position(); i + 1 < text_.size(); ++i)
            if (text_[i] == '{' && (text_[i + 1] == '{' || text_[i + 1] == '%' || text_[i + 1] == '#')) return i;
        return text_.size();
    }

    /// Pieces up to the end, or to a statement that ends a choice or begins its next branch; that statement goes to
    /// `end`.
    std::vector<template_piece> pieces(std::string& end, unsigned depth) {
        std::vector<template_piece> made;
        if (depth > limits::template_depth_max) lexer_.fail(lexer_.position(), "this template is nested too deeply");
        while (!failed() && lexer_.position() < text_.size()) {
            const std::size_t opening = find_opening();
            const char after = opening + 2 < text_.size() ? text_[opening + 2] : '\0';
            std::string_view plain = text_.substr(lexer_.position(), opening - lexer_.position());
            if (after == '-')
                while (!plain.empty() && is_template_blank(plain.back())) plain.remove_suffix(1);
            add_text(made, plain);
            lexer_.go_to(opening);
            if (opening == text_.size()) break;
            expands_ = true;
            lexer_.go_to(opening + (after == '-' || after == '+' ? 3 : 2));
            const char opens = text_[opening + 1];
            if (opens == '#')
                comment(opening);
            else if (opens == '{')
                made.push_back(expression(opening));
            else if (statement(opening, made, end, depth))
                break;
        }
        return made;
    }

    static void add_text(std::vector<template_piece>& to, std::string_view text) {
        if (text.empty()) return;
        if (!to.empty() && to.back().is == template_piece::kind::text)
            to.back().text += text;
        else
            to.push_back({.text = std::string(text)});
    }

    /// Goes over blanks behind what a '-' has closed.
    void closed(std::string_view by) noexcept {
        if (by.starts_with('-')) lexer_.skip_blanks();
    }

    void comment(std::size_t opening) {
        const std::size_t end = text_.find("#}", lexer_.position());
        if (end == std::string_view::npos) return lexer_.fail(opening, "this comment is never closed");
        const bool strips = end > lexer_.position() && text_[end - 1] == '-';
        lexer_.go_to(end + 2);
        if (strips) lexer_.skip_blanks();
    }

    template_piece expression(std::size_t opening) {
        lexer_.close_with("}}");
        expression_parser parser(lexer_, opening);
        template_piece made{.is = template_piece::kind::expression, .expression = parser.expression()};
        finish(parser);
        return made;
    }

    void finish(expression_parser& parser) {
        if (failed()) return;
        if (!parser.at_end() || parser.current().text.empty()) return parser.unexpected();
        closed(parser.current().text);
    }

    // Statements.

    /// One statement; says whether it ends the pieces around it.
    bool statement(std::size_t opening, std::vector<template_piece>& made, std::string& end, unsigned depth) {
        statement_ = opening;
        lexer_.close_with("%}");
        expression_parser parser(lexer_, opening);
        const std::string word = parser.name("a statement");
        if (failed()) return true;
        if (word == "if") {
            made.push_back(choice(parser, depth));
            return failed();
        }
        if (word == "set") {
            made.push_back(assignment(parser));
            return failed();
        }
        if (word == "raw") {
            finish(parser);
            raw(made, opening);
            return failed();
        }
        if (word != "elif" && word != "else" && word != "endif") {
            lexer_.fail(opening, "'{% " + word + " %}' is not supported in templates; if, set and raw are");
            return true;
        }
        end = word;
        if (word == "elif") condition_ = parser.expression();
        finish(parser);
        return true;
    }

    /// From behind {% if %} to its {% endif %}.
    template_piece choice(expression_parser& parser, unsigned depth) {
        const std::size_t opening = statement_;
        template_piece made{.is = template_piece::kind::choice};
        template_piece branch{.is = template_piece::kind::branch, .expression = parser.expression()};
        finish(parser);
        while (!failed()) {
            std::string end;
            branch.pieces = pieces(end, depth + 1);
            const bool was_else = branch.is == template_piece::kind::otherwise;
            made.pieces.push_back(std::move(branch));
            if (failed() || end == "endif") break;
            if (end.empty()) lexer_.fail(opening, "this '{% if %}' has no '{% endif %}'");
            if (was_else) lexer_.fail(statement_, "nothing but '{% endif %}' stands behind '{% else %}'");
            branch = {.is = end == "elif" ? template_piece::kind::branch : template_piece::kind::otherwise,
                      .expression = std::exchange(condition_, {})};
        }
        return made;
    }

    template_piece assignment(expression_parser& parser) {
        template_piece made{.is = template_piece::kind::assignment, .text = parser.name("what is set")};
        if (!failed() && !parser.eat_sign("="))
            lexer_.fail(parser.current().offset, "'{% set %}' sets one name with '='");
        made.expression = parser.expression();
        finish(parser);
        return made;
    }

    /// Text up to {% endraw %}.
    void raw(std::vector<template_piece>& made, std::size_t opening) {
        const std::size_t first = lexer_.position();
        for (std::size_t at = text_.find("{%", first); at != std::string_view::npos; at = text_.find("{%", at + 2)) {
            lexer_.go_to(at + 2);
            const bool strips = lexer_.rest().starts_with('-');
            if (strips) lexer_.go_to(at + 3);
            lexer_.close_with("%}");
            template_lexer ahead = lexer_;
            const template_token word = ahead.next();
            const template_token close = ahead.next();
            const bool ends = word.text == "endraw" && close.is == template_token::kind::end && !close.text.empty();
            if (!ends || ahead.mistake()) continue;
            std::string_view plain = text_.substr(first, at - first);
            if (strips)
                while (!plain.empty() && is_template_blank(plain.back())) plain.remove_suffix(1);
            add_text(made, plain);
            lexer_.go_to(ahead.position());
            return closed(close.text);
        }
        if (!failed()) lexer_.fail(opening, "this '{% raw %}' has no '{% endraw %}'");
    }

    std::string_view text_;
    template_lexer lexer_;
    std::size_t statement_ = 0;  ///< where the last statement begins
    template_node condition_{};  ///< of the last {% elif %}
    bool expands_ = false;
};

}  // namespace pcapframe::detail
