// A small checker of pages and pictures: elements balanced, attributes quoted, nothing in a text that must be escaped.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/markup.hpp>

namespace plot_test {

/// Reads a document of the subset that the plots write. `problem` is empty where nothing is wrong.
class well_formed_checker {
public:
    explicit well_formed_checker(std::string_view document) : rest_(document) {}

    std::string problem() {
        check_characters();
        take("<!DOCTYPE html>\n");
        while (problem_.empty() && !rest_.empty()) {
            if (take("</"))
                end_tag();
            else if (take("<"))
                start_tag();
            else
                text();
        }
        if (problem_.empty() && !open_.empty()) fail("not closed: " + std::string(open_.back()));
        return problem_;
    }

private:
    void fail(const std::string& what) {
        if (problem_.empty()) problem_ = what + ", before: " + std::string(rest_.substr(0, 60));
    }

    bool take(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    void check_characters() {
        for (std::string_view left = rest_; !left.empty();) {
            const pcapframe::charts::code_point c = pcapframe::charts::first_code_point(left);
            if (c.length == 0) return fail("bytes that are no UTF-8");
            if (!pcapframe::charts::may_be_shown(c.value)) return fail("character " + std::to_string(c.value));
            left.remove_prefix(c.length);
        }
    }

    std::string_view name() {
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:";
        const std::string_view found = rest_.substr(0, rest_.find_first_not_of(letters));
        if (found.empty()) fail("no name");
        rest_.remove_prefix(found.size());
        return found;
    }

    void end_tag() {
        const std::string_view closed = name();
        if (open_.empty() || open_.back() != closed)
            fail("closes " + std::string(closed));
        else
            open_.pop_back();
        if (!take(">")) fail("an end tag that does not end");
    }

    void start_tag() {
        constexpr std::array<std::string_view, 2> never_closed{"meta", "link"};
        const std::string_view opened = name();
        std::vector<std::string_view> attributes;
        while (problem_.empty() && take(" ")) {
            const std::string_view attribute = name();
            if (std::find(attributes.begin(), attributes.end(), attribute) != attributes.end()) fail("attribute twice");
            attributes.push_back(attribute);
            if (!take("=\"")) return fail("an attribute without a value");
            escaped_until('"');
            if (!take("\"")) fail("a value that does not end");
        }
        if (take("/>")) return;
        if (!take(">")) return fail("a start tag that does not end");
        if (std::find(never_closed.begin(), never_closed.end(), opened) != never_closed.end())
            return fail("an empty element with an end tag");
        open_.push_back(opened);
        if (opened == "script" || opened == "style") raw(opened);
    }

    /// The content of scripts and style sheets ends with their end tag alone.
    void raw(std::string_view opened) {
        const std::string end = "</" + std::string(opened) + ">";
        const std::size_t length = rest_.find("</");
        if (length == std::string_view::npos || rest_.substr(length, end.size()) != end) return fail("raw text");
        if (rest_.substr(0, length).find("<!--") != std::string_view::npos) return fail("a comment in raw text");
        rest_.remove_prefix(length);
    }

    void text() { escaped_until('<'); }

    /// Text up to `end`, with nothing in it that would have to be escaped.
    void escaped_until(char end) {
        constexpr std::array<std::string_view, 5> entities{"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
        while (!rest_.empty() && rest_[0] != end && problem_.empty()) {
            const char c = rest_[0];
            if (c == '<' || c == '>' || c == '"' || c == '\'') return fail("not escaped");
            const auto is_here = [&](std::string_view entity) { return rest_.starts_with(entity); };
            if (c == '&' && std::none_of(entities.begin(), entities.end(), is_here)) return fail("no entity");
            rest_.remove_prefix(1);
        }
    }

    std::string_view rest_;
    std::vector<std::string_view> open_;
    std::string problem_;
};

inline std::string problem_of(std::string_view document) { return well_formed_checker(document).problem(); }

/// Whether numbers of a drawing went wrong. In texts a quotation mark is escaped, so that they cannot be mistaken for
/// one.
inline bool has_bad_number(std::string_view document) {
    for (const std::string_view bad : {"=\"nan", "=\"inf", "=\"-nan", "=\"-inf"})
        if (document.find(bad) != std::string_view::npos) return true;
    return false;
}

}  // namespace plot_test
