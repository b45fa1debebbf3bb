// The values that tests compare: pure functions of the packet, each held once, so that equal ones have equal numbers.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/filter/compile/scratch.hpp>
#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2::filter {

/// What a value of a packet is.
enum class value_kind : std::uint8_t {
    constant,    ///< k
    length,      ///< the packet's length on the wire
    load,        ///< `size` bytes at place k, or at place a + k where there is an a
    header,      ///< four times the low four bits of the byte at place k: the length of an IPv4 header
    variable,    ///< the memory word k; size: whether its value is known to be small
    context,     ///< the kernel's ancillary data at k
    arithmetic,  ///< a op b, or a op k where there is no b
    negative,    ///< -a
    chain,       ///< the protocol that a walk over the headers at place k ends at, sought: a (number), IPv6: size
};

/// A value's number; 0 stands for none.
using value_id = std::uint32_t;

/// A value of a packet.
struct value {
    value_kind kind = value_kind::constant;
    std::uint8_t size = 0;
    std::uint16_t op = 0;
    std::uint32_t k = 0;
    value_id a = 0;
    value_id b = 0;
};

/// What is known of a value beside how it is computed.
struct value_facts {
    std::uint32_t low = 0;
    std::uint32_t high = 0xffffffff;
    std::uint32_t fixed_bytes = 0;  ///< the packet must reach this far for the value to be there
    std::uint32_t words = 0;        ///< the memory words that the value reads, bit n for variable n
    std::uint16_t depth = 0;        ///< of operations within each other
    bool may_fail = false;          ///< for other reasons: an indexed load, a division, a walk
    bool needs_index = false;       ///< computing the value in the accumulator overwrites the index register
};

/// Places from here on are never inside a packet: the library keeps no packet that long.
inline constexpr std::uint32_t unreachable_place = 0x7fffff00;

namespace detail {

/// A hash of three numbers, the same on every machine; its multiplications do not wait for each other.
[[nodiscard]] constexpr std::size_t mixed(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
    const std::uint64_t sum = a * 0x9e3779b97f4a7c15U ^ b * 0xc2b2ae3d27d4eb4fU ^ c * 0x165667b19e3779f9U;
    return narrowed<std::size_t>(sum >> 32 ^ sum >> 47);
}

}  // namespace detail

/// The values of one filter.
class value_table {
public:
    explicit value_table(scratch& memory) : entries_(memory), heads_(64, 0, memory) {
        entries_.reserve(32);
        entries_.resize(1);
    }

    [[nodiscard]] const value& operator[](value_id id) const noexcept { return entries_[id].what; }
    [[nodiscard]] const value_facts& facts(value_id id) const noexcept { return entries_[id].facts; }
    [[nodiscard]] bool is_constant(value_id id) const noexcept {
        return entries_[id].what.kind == value_kind::constant;
    }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    value_id constant(std::uint32_t k) { return held({value_kind::constant, 0, 0, k}); }
    value_id length() { return held({value_kind::length}); }
    /// A memory word; a `bounded` one holds a place in the packet that is too small to wrap in sums.
    value_id variable(std::uint32_t word, bool bounded) { return held({value_kind::variable, bounded, 0, word}); }
    value_id context(std::uint32_t k, std::uint8_t size) { return held({value_kind::context, size, 0, k}); }
    value_id load(std::uint32_t place, std::uint8_t size) { return held({value_kind::load, size, 0, place}); }
    value_id load_at(value_id base, std::uint32_t place, std::uint8_t size);
    value_id header(std::uint32_t place) { return held({value_kind::header, 0, 0, place}); }
    value_id chain(std::uint32_t place, std::uint32_t protocol, bool ipv6) {
        return held({value_kind::chain, ipv6, 0, place, protocol});
    }
    value_id negative(value_id a) {
        return is_constant(a) ? constant(0U - entries_[a].what.k) : held({value_kind::negative, 0, 0, 0, a});
    }
    /// a op b, simplified.
    value_id combined(std::uint16_t op, value_id a, value_id b);
    /// a op k, simplified.
    value_id arithmetic(std::uint16_t op, value_id a, std::uint32_t k) { return combined(op, a, constant(k)); }

private:
    value_id held(const value& wanted);
    void grow();
    [[nodiscard]] value_facts facts_of(const value& v) const;
    [[nodiscard]] std::size_t slot_of(const value& v) const noexcept {
        const std::uint32_t what = static_cast<std::uint32_t>(v.kind) << 24 | std::uint32_t{v.size} << 16 | v.op;
        return detail::mixed(what, v.k, std::uint64_t{v.a} << 32 | v.b) & (heads_.size() - 1);
    }
    [[nodiscard]] static bool same(const value& x, const value& y) noexcept {
        return x.k == y.k && x.a == y.a && x.b == y.b && x.kind == y.kind && x.size == y.size && x.op == y.op;
    }

    struct entry {
        value what;
        value_facts facts;
        value_id next = 0;  ///< the next entry of the same hash
    };

    scratch_vector<entry> entries_;
    scratch_vector<value_id> heads_;  ///< of the chains of equal hashes
};

namespace detail {

/// What an operation of the machine computes; dividing by zero is for the caller to keep out.
[[nodiscard]] constexpr std::uint32_t computed(std::uint16_t op, std::uint32_t a, std::uint32_t b) noexcept {
    switch (op) {
        case bpf::add: return a + b;
        case bpf::sub: return a - b;
        case bpf::mul: return a * b;
        case bpf::div: return b == 0 ? 0 : a / b;
        case bpf::mod: return b == 0 ? 0 : a % b;
        case bpf::and_: return a & b;
        case bpf::or_: return a | b;
        case bpf::xor_: return a ^ b;
        case bpf::lsh: return b < 32 ? a << b : 0;
        case bpf::rsh: return b < 32 ? a >> b : 0;
        default: return 0;
    }
}

/// All bits up to the highest one of a number.
[[nodiscard]] constexpr std::uint32_t bits_below(std::uint32_t number) noexcept {
    for (unsigned shift = 1; shift < 32; shift *= 2) number |= number >> shift;
    return number;
}

[[nodiscard]] constexpr bool is_commutative(std::uint16_t op) noexcept {
    return op == bpf::add || op == bpf::mul || op == bpf::and_ || op == bpf::or_ || op == bpf::xor_;
}

/// The range of a op k, where that is known to be less than all numbers.
constexpr void narrow(value_facts& f, const value_facts& a, std::uint16_t op, std::uint32_t k) noexcept {
    const std::uint64_t high = a.high;
    switch (op) {
        case bpf::and_: f.high = std::min(bits_below(a.high), k); break;
        case bpf::mod: f.high = k == 0 ? 0 : std::min(a.high, k - 1); break;
        case bpf::or_:
        case bpf::xor_: f.high = bits_below(a.high | k); break;
        case bpf::rsh: f.low = computed(op, a.low, k), f.high = computed(op, a.high, k); break;
        case bpf::div: f.low = computed(op, a.low, k), f.high = computed(op, a.high, k); break;
        case bpf::add:
            if (high + k <= 0xffffffff) f.low = a.low + k, f.high = a.high + k;
            break;
        case bpf::sub:
            if (a.low >= k) f.low = a.low - k, f.high = a.high - k;
            break;
        case bpf::mul:
            if (high * k <= 0xffffffff) f.low = a.low * k, f.high = a.high * k;
            break;
        case bpf::lsh:
            if (k < 32 && (high << k) <= 0xffffffff) f.low = a.low << k, f.high = a.high << k;
            break;
        default: break;
    }
}

}  // namespace detail

inline value_facts value_table::facts_of(const value& v) const {
    value_facts f;
    if (v.a != 0 && v.kind != value_kind::chain) {
        const value_facts& a = facts(v.a);
        f.fixed_bytes = a.fixed_bytes;
        f.may_fail = a.may_fail;
        f.needs_index = a.needs_index;
        f.words = a.words;
        f.depth = static_cast<std::uint16_t>(std::min(a.depth + 1, 0xffff));
    }
    switch (v.kind) {
        case value_kind::constant: f.low = f.high = v.k; break;
        case value_kind::load:
            f.high = v.size == 4 ? 0xffffffff : v.size == 2 ? 0xffff : 0xff;
            if (v.a != 0)
                f.may_fail = f.needs_index = true;
            else
                f.fixed_bytes = v.k >= unreachable_place ? 0xffffffff : v.k + v.size;
            break;
        case value_kind::header:
            f.high = 60;
            f.fixed_bytes = v.k >= unreachable_place ? 0xffffffff : v.k + 1;
            f.needs_index = true;
            break;
        case value_kind::variable:
            f.words = 1U << (v.k & 31);
            if (v.size != 0) f.high = 0x00ffffff;
            break;
        case value_kind::context:
        case value_kind::chain: f.may_fail = f.needs_index = true; break;
        case value_kind::arithmetic:
            if (v.b == 0) {
                detail::narrow(f, facts(v.a), v.op, v.k);
            } else {
                const value_facts& b = facts(v.b);
                const bool divides = v.op == bpf::div || v.op == bpf::mod;
                f.fixed_bytes = std::max(f.fixed_bytes, b.fixed_bytes);
                f.may_fail = f.may_fail || b.may_fail || (divides && b.low == 0);
                f.needs_index = true;
                f.words |= b.words;
                f.depth = std::max(f.depth, static_cast<std::uint16_t>(std::min(b.depth + 1, 0xffff)));
                const bool adds = v.op == bpf::add && std::uint64_t{facts(v.a).high} + b.high <= 0xffffffff;
                if (adds) f.low = facts(v.a).low + b.low, f.high = facts(v.a).high + b.high;
                if (v.op == bpf::and_) f.high = std::min(facts(v.a).high, b.high);
            }
            break;
        default: break;
    }
    return f;
}

inline value_id value_table::held(const value& wanted) {
    const std::size_t slot = slot_of(wanted);
    for (value_id id = heads_[slot]; id != 0; id = entries_[id].next)
        if (same(entries_[id].what, wanted)) return id;
    const auto id = static_cast<value_id>(entries_.size());
    entries_.push_back({wanted, facts_of(wanted), heads_[slot]});
    heads_[slot] = id;
    if (entries_.size() > 2 * heads_.size()) grow();
    return id;
}

inline void value_table::grow() {
    heads_.assign(4 * heads_.size(), 0);
    for (value_id id = 1; id < entries_.size(); ++id) {
        const std::size_t slot = slot_of(entries_[id].what);
        entries_[id].next = heads_[slot];
        heads_[slot] = id;
    }
}

/// A constant part of the base goes into the place, where the sum cannot wrap: the machine adds without wrapping.
inline value_id value_table::load_at(value_id base, std::uint32_t place, std::uint8_t size) {
    const value& from = (*this)[base];
    if (from.kind == value_kind::constant) {
        const std::uint64_t sum = std::uint64_t{from.k} + place;
        return load(sum >= unreachable_place ? unreachable_place : static_cast<std::uint32_t>(sum), size);
    }
    if (from.kind == value_kind::arithmetic && from.op == bpf::add && from.b == 0) {
        const bool wraps = std::uint64_t{facts(from.a).high} + from.k > 0xffffffff;
        const std::uint64_t sum = std::uint64_t{from.k} + place;
        if (!wraps && sum < unreachable_place) return load_at(from.a, static_cast<std::uint32_t>(sum), size);
    }
    return held({value_kind::load, size, 0, place, base});
}

inline value_id value_table::combined(std::uint16_t op, value_id a, value_id b) {
    if (detail::is_commutative(op) && is_constant(a)) std::swap(a, b);
    if (!is_constant(b)) return held({value_kind::arithmetic, 0, op, 0, a, b});
    std::uint32_t k = (*this)[b].k;
    const bool by_zero = (op == bpf::div || op == bpf::mod) && k == 0;
    if (by_zero) return held({value_kind::arithmetic, 0, op, 0, a, b});
    if (is_constant(a)) return constant(detail::computed(op, (*this)[a].k, k));
    if ((op == bpf::lsh || op == bpf::rsh) && k > 31) op = bpf::and_, k = 0;
    if (op == bpf::sub) op = bpf::add, k = 0U - k;
    if (op == bpf::mod && (k & (k - 1)) == 0) op = bpf::and_, k -= 1;
    const bool unit = op == bpf::mul || op == bpf::div;
    if (k == (unit ? 1U : 0U) && op != bpf::and_ && op != bpf::mul) return a;
    if (unit && k == 1) return a;
    const value from = (*this)[a];
    const value_facts range = facts(a);
    if (op == bpf::and_ && (detail::bits_below(range.high) & ~k) == 0) return a;
    // A header length written out is what one instruction of the machine loads.
    const bool times_four = (op == bpf::lsh && k == 2) || (op == bpf::mul && k == 4);
    if (times_four && from.kind == value_kind::arithmetic && from.op == bpf::and_ && from.b == 0 && from.k == 15) {
        const value byte = (*this)[from.a];
        if (byte.kind == value_kind::load && byte.size == 1 && byte.a == 0) return header(byte.k);
    }
    const bool merges = from.kind == value_kind::arithmetic && from.b == 0 && from.op == op &&
                        (op == bpf::add || op == bpf::and_ || op == bpf::or_ || op == bpf::xor_);
    if (merges) return arithmetic(op, from.a, detail::computed(op, from.k, k));
    return held({value_kind::arithmetic, 0, op, k, a, 0});
}

}  // namespace pcapframe::filter
