// What is wrong with a catalog, or with what was asked of it: all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/source/yaml_node.hpp>

namespace pcapframe {

enum class problem_kind : std::uint8_t {
    document,  ///< a mistake in a catalog's text
    input,     ///< a file that cannot be read, or an entry that cannot be
    request,   ///< what the caller asked for: an unknown name, a value that is not allowed
};

struct catalog_problem {
    problem_kind kind = problem_kind::document;
    std::string file;  ///< of the catalog; may be empty
    yaml::place at;    ///< line 0 for none
    std::string text;

    /// "file:line:column: text".
    [[nodiscard]] std::string message() const {
        std::string made = file;
        if (at.line != 0) made += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
        if (!made.empty()) made += ": ";
        return made + text;
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

/// Collects problems of one file.
struct problem_log {
    std::string file;
    catalog_problems problems{};

    void add(yaml::place at, std::string text, problem_kind kind = problem_kind::document) {
        problems.push_back({kind, file, at, std::move(text)});
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
