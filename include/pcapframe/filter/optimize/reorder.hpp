// Grouping: in a row of tests with one common way out, tests of the same value are brought together, so that the value
// is loaded once: in `host a or b`, both tests of the source stand before both of the destination.
//
// A test that moves up runs before loads that stood before the test. Where the test's way out is to reject, that
// changes nothing: a load that fails rejects, too. Elsewhere the loads that the test has passed are made up for on its
// way out.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pcapframe/filter/compile/flow_graph.hpp>

namespace pcapframe::inline v0_2::filter {

/// Brings tests of the same value together.
class test_grouper {
public:
    /// `exact`: what a test that moves up has passed is made up for.
    test_grouper(scratch& memory, const flow_graph& from, bool exact)
        : from_(from),
          values_(from.values()),
          exact_(exact),
          edges_(memory),
          inside_(memory),
          moved_(memory),
          order_(memory),
          row_(memory),
          firsts_(memory),
          extra_(memory),
          passed_(memory) {}

    /// Builds the graph from `root` with its tests grouped into `into`; the number of the new root. Nothing is built
    /// where there is nothing to group.
    [[nodiscard]] flow_id run(flow_id root, flow_graph& into);
    [[nodiscard]] bool changed() const noexcept { return changed_; }

private:
    static constexpr std::size_t row_max = 256;    ///< tests that are grouped at once
    static constexpr std::size_t values_max = 16;  ///< the value that these tests ask for

    struct placed {
        flow_id test;
        value_id passed = 0;  ///< the value that must still be computed on the way out; 0 for none
    };

    [[nodiscard]] flow_id next_of(flow_id id, bool outcome) const { return outcome ? from_[id].no : from_[id].yes; }
    [[nodiscard]] flow_id exit_of(flow_id id, bool outcome) const { return outcome ? from_[id].yes : from_[id].no; }
    [[nodiscard]] bool continues(flow_id id, flow_id next, bool outcome) const;
    void collect_row(flow_id head, bool outcome);
    [[nodiscard]] bool is_inside(flow_id id, bool outcome) const { return inside_[id] == (outcome ? 1 : 2); }
    [[nodiscard]] bool regroup(bool outcome);
    [[nodiscard]] bool place_tests(std::size_t group, bool makes_up);
    [[nodiscard]] bool passes(value_id moved, value_id& needed) const;
    [[nodiscard]] bool begins_row(flow_id id, bool outcome) const;
    [[nodiscard]] bool finds_any(flow_id root);
    [[nodiscard]] bool rebuild(flow_id id, bool outcome, flow_graph& into);
    void count_edges(flow_id root);

    const flow_graph& from_;
    const value_table& values_;
    bool exact_;
    scratch_vector<std::uint32_t> edges_;  ///< how many edges lead to each node
    scratch_vector<std::uint8_t> inside_;  ///< 1: a row leaves from here where tests hold, 2: where they fail
    scratch_vector<flow_id> moved_;        ///< the numbers of nodes in the new graph
    scratch_vector<placed> order_;         ///< the tests of the row at hand in the order in which they are to stand
    /// The row at hand: tests that leave at the same node for one of their outcomes, and go on to the next test for the
    /// other.
    scratch_vector<flow_id> row_;
    scratch_vector<value_id> firsts_;  ///< the values of the row in the order of their first tests
    scratch_vector<value_id> extra_;   ///< the values that are made up for
    scratch_vector<value_id> passed_;  ///< the values that stood before the test at hand and come after that test now
    bool changed_ = false;
};

inline void test_grouper::count_edges(flow_id root) {
    edges_.assign(from_.size(), 0);
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (edges_[id] == 0 && id != root) continue;
        const flow_node& n = from_[id];
        ++edges_[n.yes];
        if (n.no != n.yes) ++edges_[n.no];
    }
}

/// Whether a row goes on from a test to the next: nothing else leads to the next test, and both tests leave at the same
/// node.
inline bool test_grouper::continues(flow_id id, flow_id next, bool outcome) const {
    return next > flow_graph::reject && from_[next].kind == flow_kind::test && from_[next].b == 0 &&
           edges_[next] == 1 && exit_of(id, outcome) == exit_of(next, outcome);
}

inline void test_grouper::collect_row(flow_id head, bool outcome) {
    row_.assign(1, head);
    for (flow_id id = head; row_.size() < row_max;) {
        const flow_id next = next_of(id, outcome);
        if (!continues(id, next, outcome)) break;
        row_.push_back(next);
        id = next;
    }
}

/// Whether a test of `moved` may run before the values that the test has passed are computed, if `needed` is computed
/// behind the test.
inline bool test_grouper::passes(value_id moved, value_id& needed) const {
    for (const value_id v : passed_) {
        const value_facts& f = values_.facts(v);
        if (!f.may_fail && f.fixed_bytes <= values_.facts(moved).fixed_bytes) continue;
        if (needed == 0 || v == needed) {
            needed = v;
            continue;
        }
        const value& x = values_[v];
        const value& y = values_[needed];
        const bool comparable = x.kind == value_kind::load && y.kind == value_kind::load && x.a == y.a;
        if (!comparable) return false;
        if (x.k + x.size > y.k + y.size) needed = v;
    }
    return true;
}

/// Appends the tests of one value to the order; false where the loads that these tests pass cannot be made up for.
inline bool test_grouper::place_tests(std::size_t group, bool makes_up) {
    const auto later = firsts_.begin() + static_cast<std::ptrdiff_t>(group) + 1;
    passed_.clear();
    for (const flow_id id : row_) {
        const value_id v = from_[id].a;
        if (v == firsts_[group]) {
            placed at{id};
            if (makes_up && !passes(v, at.passed)) return false;
            if (at.passed != 0 && std::find(extra_.begin(), extra_.end(), at.passed) == extra_.end())
                extra_.push_back(at.passed);
            order_.push_back(at);
        } else if (std::find(later, firsts_.end(), v) != firsts_.end() &&
                   std::find(passed_.begin(), passed_.end(), v) == passed_.end()) {
            passed_.push_back(v);
        }
    }
    return true;
}

/// The order in which tests of the same value stand together, where that order loads less than the present one.
inline bool test_grouper::regroup(bool outcome) {
    order_.clear();
    firsts_.clear();
    extra_.clear();
    std::size_t loads = 0;
    for (std::size_t i = 0; i < row_.size(); ++i) {
        const value_id v = from_[row_[i]].a;
        if (i == 0 || v != from_[row_[i - 1]].a) ++loads;
        if (std::find(firsts_.begin(), firsts_.end(), v) == firsts_.end()) firsts_.push_back(v);
    }
    if (loads <= firsts_.size() || firsts_.size() > values_max) return false;
    const bool makes_up = exact_ && exit_of(row_[0], outcome) != flow_graph::reject;
    for (std::size_t group = 0; group < firsts_.size(); ++group)
        if (!place_tests(group, makes_up)) return false;
    return loads > firsts_.size() + extra_.size();
}

/// Whether a row of three tests or more begins at a node: fewer cannot be grouped.
inline bool test_grouper::begins_row(flow_id id, bool outcome) const {
    if (from_[id].kind != flow_kind::test || from_[id].b != 0 || is_inside(id, outcome)) return false;
    const flow_id second = next_of(id, outcome);
    return continues(id, second, outcome) && continues(second, next_of(second, outcome), outcome);
}

inline bool test_grouper::finds_any(flow_id root) {
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (edges_[id] == 0 && id != root) continue;
        for (const bool outcome : {true, false}) {
            if (!begins_row(id, outcome)) continue;
            collect_row(id, outcome);
            if (regroup(outcome)) return true;
        }
    }
    return false;
}

/// Builds the row that begins at a node, in the row's new order; false where no row begins there.
inline bool test_grouper::rebuild(flow_id id, bool outcome, flow_graph& into) {
    if (!begins_row(id, outcome)) return false;
    collect_row(id, outcome);
    if (!regroup(outcome)) return false;
    flow_id next = moved_[next_of(row_.back(), outcome)];
    const flow_id exit = moved_[exit_of(id, outcome)];
    for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
        const flow_id out = at->passed == 0 ? exit : into.touch(at->passed, exit);
        next = into.again(from_[at->test], outcome ? out : next, outcome ? next : out);
    }
    moved_[id] = next;
    return true;
}

inline flow_id test_grouper::run(flow_id root, flow_graph& into) {
    count_edges(root);
    inside_.assign(from_.size(), 0);
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if ((edges_[id] == 0 && id != root) || from_[id].kind != flow_kind::test || from_[id].b != 0) continue;
        for (const bool outcome : {true, false}) {
            const flow_id next = next_of(id, outcome);
            if (continues(id, next, outcome)) inside_[next] = outcome ? 1 : 2;
        }
    }
    if (!finds_any(root)) return root;
    changed_ = true;
    moved_.resize(from_.size());
    moved_[flow_graph::reject] = flow_graph::reject;
    for (flow_id id = 2; id <= root && id < from_.size(); ++id) {
        if (edges_[id] == 0 && id != root) continue;
        if (rebuild(id, true, into) || rebuild(id, false, into)) continue;
        const flow_node& n = from_[id];
        moved_[id] = into.again(n, moved_[n.yes], moved_[n.no]);
    }
    return moved_[root];
}

}  // namespace pcapframe::filter
