// What is wrong with a catalog, or with what was asked of it: all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2 {

enum class problem_kind : std::uint8_t {
    document,  ///< a mistake in a catalog's text
    input,     ///< a file that cannot be read, or an entry that cannot be
    request,   ///< what the caller asked for: an unknown name, a value that is not allowed
};

/// A text that stays in its line and does nothing to a terminal: control characters (those of Unicode's C1 too), and
/// bytes that are no UTF-8, become "\xNN".
[[nodiscard]] inline std::string visible_text(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string made;
    while (!text.empty()) {
        const yaml::detail::code_point c = yaml::detail::first_code_point(text);
        const bool shows = c.bytes != 0 && c.value >= 0x20 && (c.value < 0x7f || c.value > 0x9f);
        const std::string_view bytes = text.substr(0, c.bytes == 0 ? 1 : c.bytes);
        text.remove_prefix(bytes.size());
        if (shows) {
            made += bytes;
            continue;
        }
        for (const char byte : bytes) {
            const auto value = static_cast<unsigned char>(byte);
            made += {'\\', 'x', digits[value >> 4], digits[value & 15]};
        }
    }
    return made;
}

struct catalog_problem {
    problem_kind kind = problem_kind::document;
    std::string file;  ///< of the catalog; empty where the caller's values are at fault
    yaml::place at;    ///< line 0 for none
    std::string text;

    /// "file:line:column: text", in one line.
    [[nodiscard]] std::string message() const {
        std::string made = file;
        if (at.line != 0) made += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
        if (!made.empty()) made += ": ";
        return visible_text(made + text);
    }
};

using catalog_problems = std::vector<catalog_problem>;

/// A value, or everything that stands in its way. Test it like a pointer.
template <class T>
class [[nodiscard]] catalog_result {
public:
    catalog_result(T value) : value_(std::move(value)) {}
    catalog_result(catalog_problems problems) : problems_(std::move(problems)) { PCAPFRAME_ASSERT(!problems_.empty()); }
    catalog_result(catalog_problem problem) { problems_.push_back(std::move(problem)); }

    [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
    [[nodiscard]] T& operator*() noexcept {
        PCAPFRAME_ASSERT(value_.has_value());
        return *value_;
    }
    [[nodiscard]] const T& operator*() const noexcept { return *const_cast<catalog_result&>(*this); }
    [[nodiscard]] T* operator->() noexcept { return &**this; }
    [[nodiscard]] const T* operator->() const noexcept { return &**this; }

    /// In the order of the text; empty where there is a value.
    [[nodiscard]] const catalog_problems& problems() const noexcept { return problems_; }
    /// One line for each.
    [[nodiscard]] std::string message() const {
        std::string lines;
        for (const catalog_problem& problem : problems_) lines += (lines.empty() ? "" : "\n") + problem.message();
        return lines;
    }

private:
    std::optional<T> value_;
    catalog_problems problems_;
};

namespace detail {

/// Collects problems of one file, as many as anybody will read.
struct problem_log {
    std::string file;
    catalog_problems problems{};

    [[nodiscard]] bool full() const noexcept { return problems.size() > limits::problems_max; }

    void add(yaml::place at, std::string text, problem_kind kind = problem_kind::document) {
        if (full()) return;
        if (problems.size() == limits::problems_max) text = "there is more, but this is enough to begin with";
        problems.push_back({kind, kind == problem_kind::request ? std::string() : file, at, std::move(text)});
    }
};

/// "; did you mean 'x'?", or nothing.
template <class Names>
std::string suggestion(std::string_view name, const Names& names) {
    const std::string_view nearest = nearest_word(name, names);
    return nearest.empty() ? std::string() : "; did you mean '" + std::string(nearest) + "'?";
}

}  // namespace detail
}  // namespace pcapframe
