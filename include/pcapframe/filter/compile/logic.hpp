// What a filter asks, before it is a program: tests of values, joined by and, or and not, in the order in which the
// tests are to be evaluated.
//
// The order matters: where a load runs over the packet's end, the packet is rejected, whatever would have come after.
#pragma once

#include <cstdint>
#include <optional>

#include <pcapframe/filter/compile/values.hpp>

namespace pcapframe::inline v0_2::filter {

/// What a term is.
enum class term_kind : std::uint8_t {
    always,
    never,
    test,    ///< left how right, or left how k where there is no right
    touch,   ///< always true, but rejects the packet where `left` cannot be computed
    assign,  ///< always true; the memory word k becomes `left`
    both,
    either,
    negation,
};

/// The number of a term.
using term_id = std::uint32_t;

/// A test, or terms joined.
struct term {
    term_kind kind = term_kind::always;
    std::uint8_t how = 0;  ///< bpf::jeq, jgt, jge or jset
    std::uint32_t k = 0;
    std::uint32_t a = 0;  ///< the left value, or the first term
    std::uint32_t b = 0;  ///< the right value, or the second term
};

/// The terms of one filter.
class logic {
public:
    static constexpr term_id none = 0, always = 1, never = 2;

    /// `exact`: bytes are loaded even where a mask of zero leaves nothing of the bytes. `plain`: tests stay as they are
    /// written.
    logic(scratch& memory, bool exact, bool plain) : exact_(exact), plain_(plain), values_(memory), terms_(memory) {
        terms_.reserve(64);
        terms_.resize(3);
        terms_[never].kind = term_kind::never;
    }

    [[nodiscard]] const term& operator[](term_id id) const noexcept { return terms_[id]; }
    [[nodiscard]] std::size_t size() const noexcept { return terms_.size(); }
    [[nodiscard]] value_table& values() noexcept { return values_; }
    [[nodiscard]] const value_table& values() const noexcept { return values_; }

    term_id both(term_id a, term_id b) {
        if (a == always) return b;
        if (b == always) return a;
        return a == never ? never : add({term_kind::both, 0, 0, a, b});
    }
    term_id either(term_id a, term_id b) {
        if (a == never) return b;
        if (b == never) return a;
        return a == always ? always : add({term_kind::either, 0, 0, a, b});
    }
    term_id negation(term_id a) {
        if (a == always || a == never) return a == always ? never : always;
        return terms_[a].kind == term_kind::negation ? terms_[a].a : add({term_kind::negation, 0, 0, a});
    }
    term_id assign(std::uint32_t word, value_id v) { return add({term_kind::assign, 0, word, v}); }
    /// A test with a constant, in the form that takes the fewest instructions.
    term_id test(std::uint16_t how, value_id v, std::uint32_t k);
    /// A test of two values.
    term_id test_values(std::uint16_t how, value_id left, value_id right);

private:
    struct rewritten {
        std::uint16_t how;
        value_id v;
        std::uint32_t k;
        bool negated = false;
    };

    term_id add(const term& made) {
        terms_.push_back(made);
        return static_cast<term_id>(terms_.size() - 1);
    }
    /// The outcome where the value need not be known, after making sure that the value can be computed.
    term_id decided(bool outcome, value_id v);
    [[nodiscard]] bool is_masked_out(value_id v) const {
        const value& x = values_[v];
        return x.kind == value_kind::arithmetic && x.b == 0 && x.k == 0 && (x.op == bpf::and_ || x.op == bpf::mul);
    }
    [[nodiscard]] std::optional<bool> outcome_by_range(std::uint16_t how, value_id v, std::uint32_t k) const;
    [[nodiscard]] std::optional<bool> outcome_by_form(std::uint16_t how, const value& v, std::uint32_t k) const;
    [[nodiscard]] std::optional<rewritten> simpler(std::uint16_t how, value_id v, std::uint32_t k);
    [[nodiscard]] std::optional<rewritten> simpler_equal(const value& v, std::uint32_t k);
    [[nodiscard]] std::optional<rewritten> simpler_greater(const value& v, std::uint32_t k);
    [[nodiscard]] static std::optional<rewritten> simpler_set(const value& v, std::uint32_t k);
    [[nodiscard]] bool fits(const value& v, std::uint64_t factor) const {
        return values_.facts(v.a).high * factor <= 0xffffffff;
    }

    bool exact_;
    bool plain_;
    value_table values_;
    scratch_vector<term> terms_;
};

inline term_id logic::decided(bool outcome, value_id v) {
    const value_facts& f = values_.facts(v);
    const term_id end = outcome ? always : never;
    if (f.fixed_bytes == 0 && !f.may_fail) return end;
    if (!exact_ && is_masked_out(v)) return end;
    const term_id touch = add({term_kind::touch, 0, 0, v});
    return outcome ? touch : add({term_kind::both, 0, 0, touch, never});
}

inline std::optional<bool> logic::outcome_by_range(std::uint16_t how, value_id v, std::uint32_t k) const {
    const value_facts& f = values_.facts(v);
    switch (how) {
        case bpf::jeq:
            if (k < f.low || k > f.high) return false;
            if (f.low == f.high) return true;
            return std::nullopt;
        case bpf::jgt:
            if (f.low > k) return true;
            if (f.high <= k) return false;
            return std::nullopt;
        default:
            if (f.low == f.high) return (f.low & k) != 0;
            if ((detail::bits_below(f.high) & k) == 0) return false;
            return std::nullopt;
    }
}

/// Tests that hold or fail for every operand: the masked bits of a constant, remainders of products.
inline std::optional<bool> logic::outcome_by_form(std::uint16_t how, const value& v, std::uint32_t k) const {
    if (how != bpf::jeq || v.kind != value_kind::arithmetic || v.b != 0) return std::nullopt;
    const bool cut = (v.op == bpf::and_ && (k & ~v.k) != 0) || (v.op == bpf::or_ && (~k & v.k) != 0) ||
                     (v.op == bpf::mul && v.k != 0 && fits(v, v.k) && k % v.k != 0) ||
                     (v.op == bpf::lsh && (k & ((1U << v.k) - 1)) != 0);
    if (cut) return false;
    return std::nullopt;
}

inline std::optional<logic::rewritten> logic::simpler_equal(const value& v, std::uint32_t k) {
    switch (v.op) {
        case bpf::and_:
            if (k == 0) return rewritten{bpf::jset, v.a, v.k, true};
            if ((v.k & (v.k - 1)) == 0) return rewritten{bpf::jset, v.a, v.k};
            return std::nullopt;
        case bpf::add: return rewritten{bpf::jeq, v.a, k - v.k};
        case bpf::xor_: return rewritten{bpf::jeq, v.a, k ^ v.k};
        case bpf::mul:
            if (v.k != 0 && fits(v, v.k)) return rewritten{bpf::jeq, v.a, k / v.k};
            return std::nullopt;
        case bpf::lsh:
            if (fits(v, std::uint64_t{1} << v.k)) return rewritten{bpf::jeq, v.a, k >> v.k};
            return std::nullopt;
        case bpf::rsh:
            if (k == 0) return rewritten{bpf::jgt, v.a, (1U << v.k) - 1, true};
            if (k == values_.facts(v.a).high >> v.k) return rewritten{bpf::jgt, v.a, (k << v.k) - 1};
            return std::nullopt;
        case bpf::div:
            if (k == 0) return rewritten{bpf::jgt, v.a, v.k - 1, true};
            return std::nullopt;
        default: return std::nullopt;
    }
}

inline std::optional<logic::rewritten> logic::simpler_greater(const value& v, std::uint32_t k) {
    const std::uint64_t above = std::uint64_t{k} + 1;
    switch (v.op) {
        case bpf::mul:
            if (v.k != 0 && fits(v, v.k)) return rewritten{bpf::jgt, v.a, k / v.k};
            return std::nullopt;
        case bpf::lsh:
            if (fits(v, std::uint64_t{1} << v.k)) return rewritten{bpf::jgt, v.a, k >> v.k};
            return std::nullopt;
        case bpf::add:
            if (std::uint64_t{values_.facts(v.a).high} + v.k <= 0xffffffff && k >= v.k)
                return rewritten{bpf::jgt, v.a, k - v.k};
            return std::nullopt;
        case bpf::rsh:
            if ((above << v.k) - 1 <= 0xffffffff)
                return rewritten{bpf::jgt, v.a, static_cast<std::uint32_t>((above << v.k) - 1)};
            return std::nullopt;
        case bpf::div:
            if (above * v.k - 1 <= 0xffffffff)
                return rewritten{bpf::jgt, v.a, static_cast<std::uint32_t>(above * v.k - 1)};
            return std::nullopt;
        default: return std::nullopt;
    }
}

inline std::optional<logic::rewritten> logic::simpler_set(const value& v, std::uint32_t k) {
    switch (v.op) {
        case bpf::and_: return rewritten{bpf::jset, v.a, k & v.k};
        case bpf::lsh: return rewritten{bpf::jset, v.a, k >> v.k};
        case bpf::rsh:
            if (((k << v.k) >> v.k) == k) return rewritten{bpf::jset, v.a, k << v.k};
            return std::nullopt;
        default: return std::nullopt;
    }
}

inline std::optional<logic::rewritten> logic::simpler(std::uint16_t how, value_id id, std::uint32_t k) {
    const value v = values_[id];
    if (v.kind == value_kind::negative && how == bpf::jeq) return rewritten{how, v.a, 0U - k};
    if (v.kind != value_kind::arithmetic || v.b != 0) return std::nullopt;
    if (how == bpf::jeq) return simpler_equal(v, k);
    return how == bpf::jgt ? simpler_greater(v, k) : simpler_set(v, k);
}

inline term_id logic::test(std::uint16_t how, value_id v, std::uint32_t k) {
    const value_id whole = v;
    if (how == bpf::jge) {
        if (k == 0) return decided(true, v);
        how = bpf::jgt;
        --k;
    }
    bool negated = false;
    while (!plain_) {
        auto outcome = outcome_by_range(how, v, k);
        if (!outcome) outcome = outcome_by_form(how, values_[v], k);
        if (outcome) return decided(*outcome != negated, whole);
        const auto next = simpler(how, v, k);
        if (!next) break;
        how = next->how;
        v = next->v;
        k = next->k;
        negated = negated != next->negated;
    }
    const term_id made = add({term_kind::test, static_cast<std::uint8_t>(how), k, v});
    return negated ? negation(made) : made;
}

inline term_id logic::test_values(std::uint16_t how, value_id left, value_id right) {
    if (values_.is_constant(right)) return test(how, left, values_[right].k);
    if (values_.is_constant(left)) {
        const std::uint32_t k = values_[left].k;
        if (how == bpf::jeq || how == bpf::jset) return test(how, right, k);
        return negation(test(how == bpf::jgt ? bpf::jge : bpf::jgt, right, k));  // k > v: not v >= k
    }
    return add({term_kind::test, static_cast<std::uint8_t>(how), 0, left, right});
}

}  // namespace pcapframe::filter
