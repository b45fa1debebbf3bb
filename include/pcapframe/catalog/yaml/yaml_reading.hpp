// The state of one reading: its place in the text, the problems found, and how much was made.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

struct reading {
    cursor text;
    problem_list problems{};
    bool stopped = false;
    std::size_t nodes = 0;

    /// A mistake that leaves the structure of the text clear: reading goes on.
    void note(text_place at, std::string what) {
        if (stopped) return;
        problems.push_back({.at = at, .reason = std::move(what)});
        if (problems.size() >= limits::problems_max) stop(at, "there is more, but this is enough to begin with");
    }

    /// A mistake after which nothing more can be told. The cursor goes to the end, where every loop ends.
    void stop(text_place at, std::string what) {
        if (stopped) return;
        problems.push_back({.at = at, .reason = std::move(what)});
        stopped = true;
        text.advance(text.rest().size());
    }
    void stop_here(std::string what) { stop(text.where(), std::move(what)); }

    /// Counts what a node costs: one for itself, and one for each piece of its text. Aliases repeat both costs, so this
    /// bounds aliases, too.
    void count(text_place at, std::size_t text_bytes) {
        constexpr std::size_t piece = 64;
        nodes += 1 + text_bytes / piece;
        if (nodes > limits::yaml_nodes_max) stop(at, "this is too large, or its aliases say too much");
    }
};

}  // namespace pcapframe::yaml::detail
