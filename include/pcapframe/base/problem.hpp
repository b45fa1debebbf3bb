// What is wrong with a text (a filter expression, a catalog, YAML, a template): where, why, and the nearest right word.
//
// An operation that fails has one error (base/error.hpp). A text that is refused has a list of problems, so that all of
// its mistakes can be mended at once. These two are the only shapes in which the library says that something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/error.hpp>
#include <pcapframe/base/raise.hpp>
#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// Where something stands in a text, from 1; columns count characters, not bytes. Line 0: in no line of a file.
struct text_place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// Whose fault a problem is.
enum class problem_kind : std::uint8_t {
    document,  ///< a mistake in the text itself
    input,     ///< a file that cannot be read, or an entry that cannot be
    request,   ///< what the caller asked for: an unknown name, a value that is not allowed
    no_match,  ///< a filter that is well formed, but that no packet can match
};

/// One thing that is wrong. A problem in a file has its place (`file`, `at`); a problem in a short text, such as a
/// filter expression or a template, has that text and the bytes in it (`text`, `offset`, `length`); a problem may have
/// both.
struct problem {
    problem_kind kind = problem_kind::document;
    std::string file{};        ///< the name of the file; empty where there is none, or the caller's values are at fault
    text_place at{};           ///< the place in that file; line 0 for none
    std::string reason{};      ///< a sentence without a full stop
    std::string hint{};        ///< the nearest right word; empty where none is near
    std::string text{};        ///< the expression or template; empty where the problem is not in such a text
    std::size_t offset = 0;    ///< of the wrong part in `text`, in bytes
    std::size_t length = 0;    ///< of the wrong part in `text`, in bytes; 0 at the end or where unknown
    const char* text_is = "";  ///< what `text` is, a string literal: "filter"; empty where it shows

    /// "file:line:column: reason, in "text"; did you mean 'hint'?", in one line that does nothing to a terminal.
    [[nodiscard]] std::string message() const;
    /// Three lines: the reason, the text (or what is near the place in a long one), and carets under the wrong part.
    [[nodiscard]] std::string with_carets() const;
    /// The error of an operation that fails because of this problem: the reason is the error's subject, `offset` its
    /// offset.
    [[nodiscard]] pcapframe::error to_error() const;
};

/// Problems in the order in which they were found, or of their places (`sort_by_place`).
using problem_list = std::vector<problem>;

/// Puts problems in the order of their places; the problems of one place stay in their order. They are few
/// (limits::problems_max).
inline void sort_by_place(problem_list& list) {
    const auto is_before = [](const text_place& a, const text_place& b) {
        return a.line != b.line ? a.line < b.line : a.column < b.column;
    };
    for (std::size_t i = 1; i < list.size(); ++i)
        for (std::size_t j = i; j > 0 && is_before(list[j].at, list[j - 1].at); --j) std::swap(list[j], list[j - 1]);
}

/// What a text means, or everything that is wrong with the text. Test it like a pointer.
///
///     auto program = filter::compile("tcp prt 80", link_type::ethernet);
///     if (!program) std::puts(program.message().c_str());
template <class T>
class [[nodiscard]] text_result {
public:
    text_result(T value) : value_(std::move(value)) {}
    text_result(problem_list found) : problems_(std::move(found)) { PCAPFRAME_ASSERT(!problems_.empty()); }
    text_result(problem found) { problems_.push_back(std::move(found)); }

    [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }

    [[nodiscard]] T& operator*() & noexcept {
        if (!value_) detail::used_without_value(message());
        return *value_;
    }
    [[nodiscard]] const T& operator*() const& noexcept { return *const_cast<text_result&>(*this); }
    [[nodiscard]] T operator*() && noexcept { return std::move(**this); }
    [[nodiscard]] T* operator->() noexcept { return &**this; }
    [[nodiscard]] const T* operator->() const noexcept { return &**this; }

    /// The value, or all problems raised as one error: see result<T>::value.
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] T& value() & {
        if (!value_) Raise(error(), message());
        return *value_;
    }
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] const T& value() const& {
        return const_cast<text_result*>(this)->template value<Raise>();
    }
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] T value() && {
        return std::move(value<Raise>());
    }

    /// In the order of the text; empty where there is a value.
    [[nodiscard]] const problem_list& problems() const noexcept { return problems_; }
    /// The first problem, as the error of an operation that fails because of it.
    [[nodiscard]] pcapframe::error error() const {
        PCAPFRAME_ASSERT(!problems_.empty());
        return problems_.front().to_error();
    }
    /// One line for each problem.
    [[nodiscard]] std::string message() const {
        std::string lines;
        for (const problem& each : problems_) lines += (lines.empty() ? "" : "\n") + each.message();
        return lines;
    }

private:
    std::optional<T> value_;
    problem_list problems_;
};

namespace detail {

/// A text with every control character as a blank: a line of carets stands below it.
inline std::string on_one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

/// The first bytes of a text, with "..." where there are more of them.
inline std::string shortened(std::string_view text, std::size_t bytes_max) {
    constexpr std::string_view dots = "...";
    if (text.size() <= bytes_max) return std::string(text);
    return std::string(text.substr(0, bytes_max - dots.size())) + std::string(dots);
}

}  // namespace detail

inline std::string problem::message() const {
    constexpr std::size_t text_bytes_max = 100;
    std::string made = file;
    if (at.line != 0) made += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    if (!made.empty()) made += ": ";
    made += reason;
    if (!text.empty()) {
        made += *text_is ? std::string(", in the ") + text_is : std::string(", in");
        made += " \"" + detail::shortened(text, text_bytes_max) + "\"";
    }
    return visible_text(made + detail::did_you_mean(hint));
}

inline std::string problem::with_carets() const {
    constexpr std::size_t width = 100;
    constexpr std::size_t before = 60;
    std::string lines = reason + detail::did_you_mean(hint);
    const std::size_t start = offset > before && text.size() > width ? offset - before : 0;
    const std::string dots = start > 0 ? "..." : "";
    const std::size_t shown = text.size() - start > width ? width : text.size() - start;
    lines += "\n    " + dots + detail::on_one_line(std::string_view(text).substr(start, shown));
    if (start + shown < text.size()) lines += "...";
    const std::size_t column = dots.size() + offset - start;
    const std::size_t room = column < shown ? shown - column : 1;
    const std::size_t carets = length == 0 ? 1 : length < room ? length : room;
    return lines + "\n    " + std::string(column, ' ') + std::string(carets, '^') + "\n";
}

inline pcapframe::error problem::to_error() const {
    pcapframe::error why{.code = errc::bad_text, .detail = text_is};
    why.subject = std::string_view(detail::shortened(reason, error::subject_bytes_max));
    why.hint = std::string_view(hint);
    if (!text.empty()) why.offset = offset;
    return why;
}

}  // namespace pcapframe
