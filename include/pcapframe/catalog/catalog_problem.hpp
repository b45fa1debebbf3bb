// Collects what is wrong with a catalog, or with what was asked of it: all of it at once.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>

namespace pcapframe::inline v0_2::detail {

/// The problems of one file, as many as anybody will read.
struct problem_log {
    std::string file;
    problem_list problems{};

    [[nodiscard]] bool full() const noexcept { return problems.size() > limits::problems_max; }

    void add(text_place at, std::string reason, problem_kind kind = problem_kind::document,
             std::string_view hint = {}) {
        add({.kind = kind, .at = at, .reason = std::move(reason), .hint = std::string(hint)});
    }
    /// Adds a problem of this file, unless the caller's request is at fault.
    void add(problem found) {
        if (full()) return;
        if (problems.size() == limits::problems_max)
            found = {.at = found.at, .reason = "there is more, but this is enough to begin with"};
        if (found.kind != problem_kind::request) found.file = file;
        problems.push_back(std::move(found));
    }
};

}  // namespace pcapframe::detail
