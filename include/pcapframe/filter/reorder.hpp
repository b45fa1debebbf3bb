// Grouping: in a row of tests with one common way out, tests of the same value are brought together, so that it is
// loaded once: in `host a or b`, both tests of the source stand before both of the destination.
//
// A test that moves up runs before loads that stood before it. Where its way out is to reject, that changes nothing:
// a load that fails rejects, too. Elsewhere the loads that it has passed are made up for on its way out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <pcapframe/filter/flow_graph.hpp>

namespace pcapframe::filter {

class test_grouper {
public:
    /// `exact`: what a test that moves up has passed is made up for.
    test_grouper(const flow_graph& from, bool exact) : from_(from), values_(from.values()), exact_(exact) {}

    /// The graph from `root` with its tests grouped, built into `into`; the number of its root. Nothing is built where
    /// there is nothing to group.
    [[nodiscard]] flow_id run(flow_id root, flow_graph& into);
    [[nodiscard]] bool changed() const noexcept { return changed_; }

private:
    static constexpr std::size_t row_max = 256;  ///< tests that are grouped at once

    /// A row of tests that leave at the same node where they turn out `outcome`, and go on to the next otherwise.
    struct row {
        std::vector<flow_id> tests;
        bool outcome = true;
    };
    struct placed {
        flow_id test;
        value_id passed = 0;  ///< the value that must still be computed on the way out; 0 for none
    };

    [[nodiscard]] flow_id next_of(flow_id id, bool outcome) const { return outcome ? from_[id].no : from_[id].yes; }
    [[nodiscard]] flow_id exit_of(flow_id id, bool outcome) const { return outcome ? from_[id].yes : from_[id].no; }
    [[nodiscard]] bool continues(flow_id id, flow_id next, bool outcome) const;
    [[nodiscard]] row row_from(flow_id head, bool outcome) const;
    [[nodiscard]] bool is_inside(flow_id id, bool outcome) const { return inside_[id] == (outcome ? 1 : 2); }
    [[nodiscard]] bool regroup(const row& tests, std::vector<placed>& order) const;
    [[nodiscard]] bool passes(value_id moved, const std::vector<value_id>& over, value_id& needed) const;
    [[nodiscard]] bool begins_row(flow_id id, bool outcome) const;
    [[nodiscard]] bool finds_any(flow_id root, std::vector<placed>& order) const;
    void count_edges(flow_id root);

    const flow_graph& from_;
    const value_table& values_;
    bool exact_;
    std::vector<std::uint32_t> edges_;  ///< that lead to each node
    std::vector<std::uint8_t> inside_;  ///< 1: a row leaves from here where tests hold, 2: where they fail
    bool changed_ = false;
};

inline void test_grouper::count_edges(flow_id root) {
    edges_.assign(from_.size(), 0);
    std::vector<bool> reached(from_.size());
    reached[root] = true;
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (!reached[id]) continue;
        const flow_node& n = from_[id];
        reached[n.yes] = reached[n.no] = true;
        ++edges_[n.yes];
        if (n.no != n.yes) ++edges_[n.no];
    }
}

/// Whether a row goes on from a test to the next: nothing else leads there, and both leave at the same node.
inline bool test_grouper::continues(flow_id id, flow_id next, bool outcome) const {
    return next > flow_graph::reject && from_[next].kind == flow_kind::test && from_[next].b == 0 &&
           edges_[next] == 1 && exit_of(id, outcome) == exit_of(next, outcome);
}

inline test_grouper::row test_grouper::row_from(flow_id head, bool outcome) const {
    row found{{head}, outcome};
    for (flow_id id = head; found.tests.size() < row_max;) {
        const flow_id next = next_of(id, outcome);
        if (!continues(id, next, outcome)) break;
        found.tests.push_back(next);
        id = next;
    }
    return found;
}

/// Whether a test of `moved` may run before the values of `over` are computed, if `needed` is computed behind it.
inline bool test_grouper::passes(value_id moved, const std::vector<value_id>& over, value_id& needed) const {
    for (const value_id v : over) {
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

/// The order in which tests of the same value stand together, where it loads less than before.
inline bool test_grouper::regroup(const row& tests, std::vector<placed>& order) const {
    order.clear();
    std::vector<value_id> firsts;  // the values in the order in which they first occur
    std::size_t loads = 0;
    for (std::size_t i = 0; i < tests.tests.size(); ++i) {
        const value_id v = from_[tests.tests[i]].a;
        if (i == 0 || v != from_[tests.tests[i - 1]].a) ++loads;
        if (std::find(firsts.begin(), firsts.end(), v) == firsts.end()) firsts.push_back(v);
    }
    if (loads <= firsts.size() || firsts.size() > 16) return false;
    const bool to_reject = exit_of(tests.tests[0], tests.outcome) == flow_graph::reject;
    std::vector<value_id> extra;
    for (std::size_t g = 0; g < firsts.size(); ++g) {
        std::vector<value_id> passed;
        for (const flow_id id : tests.tests) {
            const value_id v = from_[id].a;
            if (v == firsts[g]) {
                placed at{id};
                if (exact_ && !to_reject && !passes(v, passed, at.passed)) return false;
                if (at.passed != 0 && std::find(extra.begin(), extra.end(), at.passed) == extra.end())
                    extra.push_back(at.passed);
                order.push_back(at);
            } else if (std::find(firsts.begin() + static_cast<std::ptrdiff_t>(g) + 1, firsts.end(), v) !=
                           firsts.end() &&
                       std::find(passed.begin(), passed.end(), v) == passed.end()) {
                passed.push_back(v);
            }
        }
    }
    return loads > firsts.size() + extra.size();
}

/// Whether a row of three tests or more begins at a node: fewer cannot be grouped.
inline bool test_grouper::begins_row(flow_id id, bool outcome) const {
    if (from_[id].kind != flow_kind::test || from_[id].b != 0 || is_inside(id, outcome)) return false;
    const flow_id second = next_of(id, outcome);
    return continues(id, second, outcome) && continues(second, next_of(second, outcome), outcome);
}

inline bool test_grouper::finds_any(flow_id root, std::vector<placed>& order) const {
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (edges_[id] == 0 && id != root) continue;
        for (const bool outcome : {true, false})
            if (begins_row(id, outcome) && regroup(row_from(id, outcome), order)) return true;
    }
    return false;
}

inline flow_id test_grouper::run(flow_id root, flow_graph& into) {
    count_edges(root);
    inside_.assign(from_.size(), 0);
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (edges_[id] == 0 && id != root) continue;
        for (const bool outcome : {true, false}) {
            const flow_id next = next_of(id, outcome);
            const bool in_row = from_[id].kind == flow_kind::test && from_[id].b == 0 && continues(id, next, outcome);
            if (in_row) inside_[next] = outcome ? 1 : 2;
        }
    }
    std::vector<placed> order;
    if (!finds_any(root, order)) return root;
    std::vector<flow_id> moved(from_.size());
    moved[flow_graph::reject] = flow_graph::reject;
    for (flow_id id = 2; id <= root && id < from_.size(); ++id) {
        if (edges_[id] == 0 && id != root) continue;
        const flow_node& n = from_[id];
        bool done = false;
        for (const bool outcome : {true, false}) {
            if (done || !begins_row(id, outcome)) continue;
            const row tests = row_from(id, outcome);
            if (!regroup(tests, order)) continue;
            flow_id next = moved[next_of(tests.tests.back(), outcome)];
            const flow_id exit = moved[exit_of(id, outcome)];
            for (auto at = order.rbegin(); at != order.rend(); ++at) {
                const flow_id out = at->passed == 0 ? exit : into.touch(at->passed, exit);
                next = into.again(from_[at->test], outcome ? out : next, outcome ? next : out);
            }
            moved[id] = next;
            done = changed_ = true;
        }
        if (!done) moved[id] = into.again(n, moved[n.yes], moved[n.no]);
    }
    return moved[root];
}

}  // namespace pcapframe::filter
