// What is wrong with a filter expression: where, why, and the nearest right word, as text that shows the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/base/error.hpp>

namespace pcapframe::inline v0_2::filter {

/// Why an expression was refused.
struct problem {
    std::string expression;
    std::size_t offset = 0;        ///< of the place in the expression, in bytes
    std::size_t length = 0;        ///< of the place; 0 at the end of the expression
    std::string reason;            ///< a sentence without a full stop
    std::string hint;              ///< the nearest right word, empty where none is near
    bool matches_nothing = false;  ///< well formed, but no packet can match

    /// Three lines: the reason, the expression (or what is near the place in a long one), and a line with carets under
    /// the place.
    [[nodiscard]] std::string text() const;
    /// The same as an error: the expression is its subject, the place its offset.
    [[nodiscard]] pcapframe::error to_error() const;
};

namespace detail {

/// Control characters would break the line of carets.
inline std::string on_one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

}  // namespace detail

inline std::string problem::text() const {
    constexpr std::size_t width = 100;
    constexpr std::size_t before = 60;
    std::string lines = reason;
    if (!hint.empty()) lines += "; did you mean '" + hint + "'?";
    const std::size_t start = offset > before && expression.size() > width ? offset - before : 0;
    const std::string dots = start > 0 ? "..." : "";
    const std::size_t shown = expression.size() - start > width ? width : expression.size() - start;
    lines += "\n    " + dots + detail::on_one_line(std::string_view(expression).substr(start, shown));
    if (start + shown < expression.size()) lines += "...";
    const std::size_t column = dots.size() + offset - start;
    const std::size_t room = column < shown ? shown - column : 1;
    const std::size_t carets = length == 0 ? 1 : length < room ? length : room;
    return lines + "\n    " + std::string(column, ' ') + std::string(carets, '^') + "\n";
}

inline pcapframe::error problem::to_error() const {
    pcapframe::error why{.code = errc::bad_value};
    const std::size_t from = offset < expression.size() ? offset : 0;
    const bool whole = length == 0 || matches_nothing;
    why.subject = whole ? std::string_view(expression) : std::string_view(expression).substr(from, length);
    why.detail = matches_nothing ? "a filter that can match a packet" : "right at this place of a filter";
    why.hint = std::string_view(hint);
    why.offset = offset;
    return why;
}

}  // namespace pcapframe::filter
