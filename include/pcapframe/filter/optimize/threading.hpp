// Jump threading: an edge to a test whose outcome is already known on that edge goes on to where the test would lead.
//
// What is known on an edge are the outcomes of the tests on every way to it. The known outcomes form a tree, as every
// edge adds one to what was known before; where edges meet, what all of them know is the nearest entry above them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <pcapframe/filter/compile/flow_graph.hpp>

namespace pcapframe::inline v0_2::filter {

/// Leads edges past tests whose outcome is known.
class edge_threader {
public:
    /// `plain`: of the tests of one value, only equal tests and tests for equality say something of each other.
    edge_threader(scratch& memory, bool plain)
        : plain_(plain), known_(memory), states_(memory), targets_(memory), moved_(memory) {}

    /// Builds the graph from `root` with its edges threaded into `into`; the number of the new root. Nothing is built
    /// where there is nothing to thread.
    [[nodiscard]] flow_id run(const flow_graph& from, flow_id root, flow_graph& into);
    /// Whether the last run threaded an edge.
    [[nodiscard]] bool changed() const noexcept { return changed_; }

private:
    // Bounds of the work for one question and for all of them: what would be found only by more work is left as it is.
    static constexpr std::uint32_t entries_max = 400;
    static constexpr std::uint32_t meeting_max = 512;
    static constexpr std::uint32_t joined_max = 16;

    struct known {
        std::uint32_t before = 0;  ///< the entry that was known before
        std::uint32_t depth = 0;
        std::uint64_t about = 0;  ///< a bit for each value that this entry and those before it tell something of
        const flow_node* node = nullptr;
        bool outcome = false;
    };
    /// What is known where a node begins or an edge ends.
    struct state {
        std::uint32_t entry = 0;
        std::uint32_t bytes = 0;  ///< that the packet has at least
        bool reached = false;
        /// What the edges that meet know of one value: that the value is one of several, all in this range.
        value_id joined = 0;
        std::uint32_t low = 0;
        std::uint32_t high = 0;
    };
    struct ends {
        flow_id yes;
        flow_id no;
    };
    struct range {
        std::uint32_t low;
        std::uint32_t high;
    };
    [[nodiscard]] static std::uint64_t bit_of(value_id v) noexcept { return std::uint64_t{1} << (v & 63); }
    [[nodiscard]] std::uint64_t sources_of(value_id v) const;
    [[nodiscard]] static bool tells_value(const known& fact) noexcept {
        return fact.outcome && fact.node->kind == flow_kind::test && fact.node->how == bpf::jeq && fact.node->b == 0;
    }
    [[nodiscard]] std::optional<range> range_of(const state& at, value_id v) const;
    void join(state& there, const state& at) const;

    [[nodiscard]] state after(const state& before, const flow_node& n, bool outcome);
    [[nodiscard]] flow_id follow(const state& at, flow_id target);
    [[nodiscard]] std::optional<bool> outcome_of(const state& at, const flow_node& n) const;
    [[nodiscard]] std::optional<bool> outcome_by(const known& fact, const flow_node& n, range& within) const;
    [[nodiscard]] std::optional<bool> outcome_of_same(const flow_node& fact, bool outcome, const flow_node& n,
                                                      range& within) const;
    [[nodiscard]] std::optional<std::uint32_t> derived(value_id v, value_id source, std::uint32_t k) const;
    [[nodiscard]] bool is_computed(const state& at, value_id v) const;
    [[nodiscard]] std::uint32_t meeting(std::uint32_t a, std::uint32_t b) const;
    void reach(flow_id target, const state& at);
    [[nodiscard]] flow_id thread(const state& at, const flow_node& n, bool outcome);

    const flow_graph* from_ = nullptr;
    const value_table* values_ = nullptr;
    bool plain_;
    scratch_vector<known> known_;
    scratch_vector<state> states_;
    scratch_vector<ends> targets_;   ///< of each node, after threading
    scratch_vector<flow_id> moved_;  ///< the numbers of nodes in the new graph
    std::uint64_t budget_ = 0;
    bool changed_ = false;
};

namespace detail {

[[nodiscard]] constexpr bool holds(std::uint8_t how, std::uint32_t a, std::uint32_t k) noexcept {
    switch (how) {
        case bpf::jeq: return a == k;
        case bpf::jgt: return a > k;
        case bpf::jge: return a >= k;
        default: return (a & k) != 0;
    }
}

}  // namespace detail

inline edge_threader::state edge_threader::after(const state& before, const flow_node& n, bool outcome) {
    state next = before;
    next.bytes = std::max(next.bytes, values_->facts(n.a).fixed_bytes);
    if (n.b != 0) next.bytes = std::max(next.bytes, values_->facts(n.b).fixed_bytes);
    const known& last = known_[before.entry];
    known_.push_back({before.entry, last.depth + 1, last.about | bit_of(n.a), &n, outcome});
    next.entry = static_cast<std::uint32_t>(known_.size() - 1);
    return next;
}

/// The bits of a value and of the values that `derived` can derive this value from.
inline std::uint64_t edge_threader::sources_of(value_id v) const {
    std::uint64_t bits = bit_of(v);
    for (int step = 0; step < 2; ++step) {
        const value& x = (*values_)[v];
        if (x.kind != value_kind::arithmetic || x.b != 0) break;
        v = x.a;
        bits |= bit_of(v);
    }
    return bits;
}

/// The value of v where `source`, from which v is computed with constants, is k.
inline std::optional<std::uint32_t> edge_threader::derived(value_id v, value_id source, std::uint32_t k) const {
    if (v == source) return k;
    const value& x = (*values_)[v];
    if (x.kind != value_kind::arithmetic || x.b != 0) return std::nullopt;
    const value& y = (*values_)[x.a];
    if (x.a == source) return detail::computed(x.op, k, x.k);
    if (y.kind != value_kind::arithmetic || y.b != 0 || y.a != source) return std::nullopt;
    return detail::computed(x.op, detail::computed(y.op, k, y.k), x.k);
}

inline std::optional<bool> edge_threader::outcome_of_same(const flow_node& fact, bool outcome, const flow_node& n,
                                                          range& within) const {
    if (fact.how == n.how && fact.k == n.k) return outcome;
    if (plain_ && fact.how != bpf::jeq) return std::nullopt;
    switch (fact.how) {
        case bpf::jgt:
            if (outcome)
                within.low = std::max(within.low, fact.k + 1);
            else
                within.high = std::min(within.high, fact.k);
            break;
        case bpf::jset:
            if (outcome && n.how == bpf::jset && (fact.k & ~n.k) == 0) return true;
            if (!outcome && n.how == bpf::jset && (n.k & ~fact.k) == 0) return false;
            if (n.how == bpf::jeq && ((n.k & fact.k) != 0) != outcome) return false;
            break;
        default: break;
    }
    return std::nullopt;
}

inline std::optional<bool> edge_threader::outcome_by(const known& fact, const flow_node& n, range& within) const {
    const flow_node& f = *fact.node;
    if (f.kind != flow_kind::test) return std::nullopt;
    if (f.b != 0 || n.b != 0) {
        const bool same = f.how == n.how && f.a == n.a && f.b == n.b;
        return same ? std::optional(fact.outcome) : std::nullopt;
    }
    if (f.how == bpf::jeq && fact.outcome && (!plain_ || (n.how == bpf::jeq && n.a == f.a))) {
        const auto k = derived(n.a, f.a, f.k);
        if (k) return detail::holds(n.how, *k, n.k);
    }
    if (f.a != n.a) return std::nullopt;
    return outcome_of_same(f, fact.outcome, n, within);
}

/// Of a test whose outcome is known; of a touch, true where the touch cannot fail any more.
inline std::optional<bool> edge_threader::outcome_of(const state& at, const flow_node& n) const {
    if (n.kind == flow_kind::touch) return is_computed(at, n.a) ? std::optional(true) : std::nullopt;
    if (n.kind != flow_kind::test) return std::nullopt;
    range within{values_->facts(n.a).low, values_->facts(n.a).high};
    bool seen = at.joined != 0 && at.joined == n.a;
    if (seen) within = {at.low, at.high};
    const std::uint64_t sources = sources_of(n.a);
    const known* fact = &known_[at.entry];
    for (std::uint32_t left = entries_max; (fact->about & sources) != 0 && left != 0; --left) {
        if ((bit_of(fact->node->a) & sources) != 0) {
            const auto outcome = outcome_by(*fact, n, within);
            if (outcome) return outcome;
            seen = seen || fact->node->a == n.a;
        }
        fact = &known_[fact->before];
    }
    if (!seen || n.b != 0 || n.how == bpf::jge) return std::nullopt;
    if (n.how == bpf::jeq && (n.k < within.low || n.k > within.high)) return false;
    if (within.low == within.high) return detail::holds(n.how, within.low, n.k);
    if (n.how == bpf::jgt && within.low > n.k) return true;
    if (n.how == bpf::jgt && within.high <= n.k) return false;
    return std::nullopt;
}

inline bool edge_threader::is_computed(const state& at, value_id v) const {
    const value_facts& f = values_->facts(v);
    if (!f.may_fail) return f.fixed_bytes <= at.bytes;
    std::uint32_t entry = at.entry;
    for (std::uint32_t left = entries_max; entry != 0 && left != 0; --left, entry = known_[entry].before) {
        const flow_node& n = *known_[entry].node;
        const bool inside =
            (*values_)[n.a].kind != value_kind::chain && ((*values_)[n.a].a == v || (*values_)[n.a].b == v);
        if (n.a == v || n.b == v || inside) return true;
    }
    return false;
}

/// Where an edge to `target` ends, after what is known on that edge.
inline flow_id edge_threader::follow(const state& at, flow_id target) {
    while (budget_ != 0) {
        --budget_;
        const auto outcome = outcome_of(at, (*from_)[target]);
        if (!outcome) break;
        target = *outcome ? (*from_)[target].yes : (*from_)[target].no;
        changed_ = true;
    }
    return target;
}

inline std::uint32_t edge_threader::meeting(std::uint32_t a, std::uint32_t b) const {
    for (std::uint32_t left = meeting_max; a != b; --left) {
        if (left == 0) return 0;
        std::uint32_t& deeper = known_[a].depth >= known_[b].depth ? a : b;
        deeper = known_[deeper].before;
    }
    return a;
}

/// What is known of a value's range on an edge: from a meeting of edges, or from a test that told the value.
inline std::optional<edge_threader::range> edge_threader::range_of(const state& at, value_id v) const {
    if (at.joined == v) return range{at.low, at.high};
    std::uint32_t entry = at.entry;
    for (std::uint32_t left = joined_max; entry != 0 && left != 0; --left, entry = known_[entry].before)
        if (tells_value(known_[entry]) && known_[entry].node->a == v)
            return range{known_[entry].node->k, known_[entry].node->k};
    return std::nullopt;
}

/// Keeps of one value what both of two edges that meet know of it.
inline void edge_threader::join(state& there, const state& at) const {
    const auto tried = [&](value_id v) {
        const auto one = v == 0 ? std::nullopt : range_of(there, v);
        const auto other = one ? range_of(at, v) : std::nullopt;
        if (!other) return false;
        there.joined = v;
        there.low = std::min(one->low, other->low);
        there.high = std::max(one->high, other->high);
        return true;
    };
    if (tried(there.joined) || tried(at.joined)) return;
    std::uint32_t entry = at.entry;
    for (std::uint32_t left = joined_max; entry != 0 && left != 0; --left, entry = known_[entry].before)
        if (tells_value(known_[entry]) && tried(known_[entry].node->a)) return;
    there.joined = 0;
}

inline void edge_threader::reach(flow_id target, const state& at) {
    state& there = states_[target];
    if (!there.reached) {
        there = at;
        there.reached = true;
        return;
    }
    join(there, at);
    there.entry = meeting(there.entry, at.entry);
    there.bytes = std::min(there.bytes, at.bytes);
}

/// Where one edge of a node ends; what is known on the edge is known at its end.
inline flow_id edge_threader::thread(const state& at, const flow_node& n, bool outcome) {
    const flow_id target = outcome ? n.yes : n.no;
    if (target <= flow_graph::reject) return target;
    const state known_there = after(at, n, outcome);
    const flow_id end = follow(known_there, target);
    if (end > flow_graph::reject) reach(end, known_there);
    return end;
}

inline flow_id edge_threader::run(const flow_graph& from, flow_id root, flow_graph& into) {
    from_ = &from;
    values_ = &from.values();
    changed_ = false;
    known_.assign(1, {});
    states_.assign(from_->size(), {});
    known_.reserve(2 * from_->size() + 1);
    auto& targets = targets_;
    targets.resize(from_->size());
    budget_ = 64 * from_->size() + 4096;
    states_[root].reached = true;
    for (flow_id id = root; id > flow_graph::reject; --id) {
        const state& at = states_[id];
        if (!at.reached) continue;
        const flow_node& n = (*from_)[id];
        targets[id].yes = thread(at, n, true);
        if (n.kind == flow_kind::test) targets[id].no = thread(at, n, false);
    }
    if (!changed_) return root;
    auto& moved = moved_;
    moved.assign(from_->size(), flow_graph::accept);
    moved[flow_graph::reject] = flow_graph::reject;
    for (flow_id id = 2; id <= root && id < from_->size(); ++id)
        if (states_[id].reached) moved[id] = into.again((*from_)[id], moved[targets[id].yes], moved[targets[id].no]);
    return moved[root];
}

}  // namespace pcapframe::filter
