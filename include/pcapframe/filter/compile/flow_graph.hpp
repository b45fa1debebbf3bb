// A filter as a graph of tests: each test leads to one of two other tests, and in the end to accept or reject. Equal
// nodes are held once.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pcapframe/filter/compile/logic.hpp>

namespace pcapframe::inline v0_2::filter {

/// What a node of the graph does.
enum class flow_kind : std::uint8_t { accept, reject, test, touch, assign };

/// A node's number. What a node leads to has smaller numbers than the node.
using flow_id = std::uint32_t;

/// A node of the graph.
struct flow_node {
    flow_kind kind = flow_kind::accept;
    std::uint8_t how = 0;  ///< of a test
    std::uint32_t k = 0;   ///< what a test compares with; the word that is assigned
    value_id a = 0;
    value_id b = 0;   ///< the right value of a test, 0 where k is the right value
    flow_id yes = 0;  ///< where to go on; of what is no test, always
    flow_id no = 0;
    std::uint32_t need = 0;  ///< bytes that the packet must have to be accepted from here
    std::uint32_t live = 0;  ///< memory words that are read from here on before they are assigned
    flow_id next = 0;        ///< in the chain of nodes with the same hash
};

/// The graph of one filter.
class flow_graph {
public:
    static constexpr flow_id accept = 0, reject = 1;

    /// `plain`: nothing is made of loads from places that no packet reaches.
    flow_graph(scratch& memory, const value_table& values, bool plain)
        : values_(&values), plain_(plain), nodes_(memory), heads_(64, 0, memory) {
        nodes_.reserve(64);
        nodes_.resize(2);
        nodes_[reject].kind = flow_kind::reject;
        nodes_[reject].need = 0xffffffff;
    }

    /// Back to accept and reject alone.
    void clear() {
        nodes_.resize(2);
        std::fill(heads_.begin(), heads_.end(), 0);
    }

    [[nodiscard]] const flow_node& operator[](flow_id id) const noexcept { return nodes_[id]; }
    [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
    [[nodiscard]] const value_table& values() const noexcept { return *values_; }

    flow_id test(std::uint8_t how, std::uint32_t k, value_id a, value_id b, flow_id yes, flow_id no);
    /// Rejects the packet where the value cannot be computed. No node where that is certain later on.
    flow_id touch(value_id v, flow_id next);
    flow_id assign(std::uint32_t word, value_id v, flow_id next);
    /// The node with other targets.
    flow_id again(const flow_node& n, flow_id yes, flow_id no) {
        if (n.kind == flow_kind::test) return test(n.how, n.k, n.a, n.b, yes, no);
        return n.kind == flow_kind::touch ? touch(n.a, yes) : assign(n.k, n.a, yes);
    }
    /// The term as a graph that goes on at `yes` where the term holds and at `no` where the term fails.
    flow_id build(const logic& terms, term_id id, flow_id yes, flow_id no);

private:
    flow_id held(const flow_node& wanted);
    void grow();
    [[nodiscard]] std::size_t slot_of(const flow_node& n) const noexcept {
        const std::uint32_t what = static_cast<std::uint32_t>(n.kind) << 8 | n.how;
        const std::uint64_t values = std::uint64_t{n.a} << 32 | n.b;
        return detail::mixed(std::uint64_t{what} << 32 | n.k, values, std::uint64_t{n.yes} << 32 | n.no) &
               (heads_.size() - 1);
    }
    [[nodiscard]] static bool same(const flow_node& x, const flow_node& y) noexcept {
        return x.k == y.k && x.a == y.a && x.yes == y.yes && x.no == y.no && x.b == y.b && x.kind == y.kind &&
               x.how == y.how;
    }

    const value_table* values_;
    bool plain_;
    scratch_vector<flow_node> nodes_;
    scratch_vector<flow_id> heads_;  ///< of the chains of equal hashes
};

inline flow_id flow_graph::held(const flow_node& wanted) {
    const std::size_t slot = slot_of(wanted);
    for (flow_id id = heads_[slot]; id != 0; id = nodes_[id].next)
        if (same(nodes_[id], wanted)) return id;
    const auto id = static_cast<flow_id>(nodes_.size());
    nodes_.push_back(wanted);
    flow_node& made = nodes_.back();
    const flow_node& yes = nodes_[made.yes];
    const flow_node& no = nodes_[made.no];
    const value_facts& a = values_->facts(made.a);
    std::uint32_t here = a.fixed_bytes;
    std::uint32_t live = yes.live | no.live;
    if (made.kind == flow_kind::assign) live &= ~(1U << (made.k & 31));
    live |= a.words;
    if (made.b != 0) {
        const value_facts& b = values_->facts(made.b);
        here = std::max(here, b.fixed_bytes);
        live |= b.words;
    }
    made.need = std::max(here, std::min(yes.need, no.need));
    made.live = live;
    made.next = heads_[slot];
    heads_[slot] = id;
    if (nodes_.size() > 2 * heads_.size()) grow();
    return id;
}

inline void flow_graph::grow() {
    heads_.assign(4 * heads_.size(), 0);
    for (flow_id id = 2; id < nodes_.size(); ++id) {
        const std::size_t slot = slot_of(nodes_[id]);
        nodes_[id].next = heads_[slot];
        heads_[slot] = id;
    }
}

inline flow_id flow_graph::test(std::uint8_t how, std::uint32_t k, value_id a, value_id b, flow_id yes, flow_id no) {
    const bool impossible =
        values_->facts(a).fixed_bytes == 0xffffffff || (b != 0 && values_->facts(b).fixed_bytes == 0xffffffff);
    if (impossible && !plain_) return reject;
    if (yes == no) return touch(a, b == 0 ? yes : touch(b, yes));
    return held({flow_kind::test, how, k, a, b, yes, no});
}

inline flow_id flow_graph::touch(value_id v, flow_id next) {
    if (next == reject || values_->facts(v).fixed_bytes == 0xffffffff) return reject;
    // Operations with constants cannot fail: the values that they are applied to can.
    for (;;) {
        const value& from = (*values_)[v];
        const bool unary = from.kind == value_kind::negative || (from.kind == value_kind::arithmetic && from.b == 0);
        if (!unary) break;
        v = from.a;
    }
    const value_facts& f = values_->facts(v);
    if (!f.may_fail && f.fixed_bytes <= nodes_[next].need) return next;
    return held({flow_kind::touch, 0, 0, v, 0, next, next});
}

inline flow_id flow_graph::assign(std::uint32_t word, value_id v, flow_id next) {
    if (next == reject) return reject;
    if ((nodes_[next].live >> (word & 31) & 1U) == 0) return touch(v, next);
    return held({flow_kind::assign, 0, word, v, 0, next, next});
}

/// Recursion goes as deep as parentheses in the expression; chains of "and" and "or" are walked.
inline flow_id flow_graph::build(const logic& terms, term_id id, flow_id yes, flow_id no) {
    for (;;) {
        const term& t = terms[id];
        switch (t.kind) {
            case term_kind::always: return yes;
            case term_kind::never: return no;
            case term_kind::test: return test(t.how, t.k, t.a, t.b, yes, no);
            case term_kind::touch: return touch(t.a, yes);
            case term_kind::assign: return assign(t.k, t.a, yes);
            case term_kind::negation: std::swap(yes, no); break;
            case term_kind::both: yes = build(terms, t.b, yes, no); break;
            case term_kind::either: no = build(terms, t.b, yes, no); break;
        }
        id = t.a;
    }
}

}  // namespace pcapframe::filter
