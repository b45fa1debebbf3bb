// The steps of programs over many packets at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <pcapframe/filter/run/batch.hpp>

namespace pcapframe::inline v0_2::filter {

/// Sorts the packets by a test, without a jump for each. Returns how many the test was inside of.
template <bool Dense, class Test>
std::size_t batch_machine::fork(const detail::branch& to, const list& now, Test test) {
    std::uint8_t* const marks = now_.marks;
    const std::size_t size = now.size;
    const number* const items = now.items;
    std::size_t inside = 0;
    if (to.kind == detail::branch_kind::to_lists) return fork_to_lists<Dense>(to, now, test);
    if (to.kind == detail::branch_kind::to_end) {
        const std::size_t no = to.no_mark;
        const std::size_t differs = to.yes_mark ^ no;
        for (std::size_t i = 0; i < size; ++i) {
            const number which = Dense ? static_cast<number>(i) : items[i];
            const verdict v = test(which);
            inside += v.inside;
            marks[which] = static_cast<std::uint8_t>((no ^ (v.holds & differs)) & v.inside);
        }
        return inside;
    }
    if (to.kind == detail::branch_kind::yes_to_list)
        return fork_to_list<Dense, 0>(lists_[to.yes], to.no_mark, now, test);
    return fork_to_list<Dense, 1>(lists_[to.no], to.yes_mark, now, test);
}

/// The packets of which the test holds (fails, with `Flip`) go on at `next`, the other packets end here with a mark.
template <bool Dense, std::size_t Flip, class Test>
std::size_t batch_machine::fork_to_list(list& next, std::uint8_t mark, const list& now, Test test) {
    std::uint8_t* const marks = now_.marks;
    const std::size_t size = now.size;
    const number* const items = now.items;
    number* into = next.items + next.size;
    std::size_t inside = 0;
    if (mark == 0) {
        for (std::size_t i = 0; i < size; ++i) {
            const number which = Dense ? static_cast<number>(i) : items[i];
            const verdict v = test(which);
            inside += v.inside;
            *into = which;
            into += (v.holds ^ Flip) & v.inside;
        }
    } else {
        for (std::size_t i = 0; i < size; ++i) {
            const number which = Dense ? static_cast<number>(i) : items[i];
            const verdict v = test(which);
            inside += v.inside;
            *into = which;
            into += (v.holds ^ Flip) & v.inside;
            marks[which] = static_cast<std::uint8_t>((v.holds ^ Flip ^ 1) & v.inside);
        }
    }
    next.size = static_cast<std::size_t>(into - next.items);
    return inside;
}

template <bool Dense, class Test>
std::size_t batch_machine::fork_to_lists(const detail::branch& to, const list& now, Test test) {
    list& yes = lists_[to.yes];
    list& no = lists_[to.no];
    const std::size_t size = now.size;
    const number* const items = now.items;
    number* into_yes = yes.items + yes.size;
    if (to.yes == to.no) {
        for (std::size_t i = 0; i < size; ++i) {
            *into_yes = Dense ? static_cast<number>(i) : items[i];
            into_yes += test(*into_yes).inside;
        }
        const auto size_now = static_cast<std::size_t>(into_yes - yes.items);
        return size_now - std::exchange(yes.size, size_now);
    }
    number* into_no = no.items + no.size;
    std::size_t inside = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const number which = Dense ? static_cast<number>(i) : items[i];
        const verdict v = test(which);
        inside += v.inside;
        *into_yes = *into_no = which;
        into_yes += v.holds & v.inside;
        into_no += (v.holds ^ 1) & v.inside;
    }
    yes.size = static_cast<std::size_t>(into_yes - yes.items);
    no.size = static_cast<std::size_t>(into_no - no.items);
    return inside;
}

/// The first two steps of a program, where these two test the length on the wire.
inline void batch_machine::run_length(list& now) {
    dense_ = false;
    const std::uint32_t most = one_->steps()[1].k;
    const std::uint64_t fixed_bytes = one_->fixed_bytes();
    const record* const records = now_.records;
    std::uint32_t* const a = a_.data();
    const std::size_t reaching = fork<true>(plan_[1], now, [=](number i) {
        a[i] = records[i].len;
        return verdict{records[i].caplen >= fixed_bytes ? std::size_t{1} : 0,
                       records[i].len > most ? std::size_t{1} : 0};
    });
    if (reaching < now.size) run_short({records, now.size});
    now.size = 0;
}

inline void batch_machine::run_load(const detail::step& s, list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    const std::uint32_t word = k & 15;
    const auto [records, a, x, marks] = now_;
    (void)marks;
    const auto fill = [&now](std::uint32_t* to, std::uint32_t with) { each(now, [=](number i) { to[i] = with; }); };
    const auto copy = [&now](std::uint32_t* to, const std::uint32_t* of) {
        each(now, [=](number i) { to[i] = of[i]; });
    };
    const record* const from = records;
    std::uint32_t* const acc = a;
    std::uint32_t* const index = x;
    auto* const memory = memory_.data();
    switch (s.op) {
        case step_op::ld_w: each(now, [=](number i) { acc[i] = load_be32(from[i].data + k); }); break;
        case step_op::ld_h: each(now, [=](number i) { acc[i] = load_be16(from[i].data + k); }); break;
        case step_op::ld_b: each(now, [=](number i) { acc[i] = from[i].data[k]; }); break;
        case step_op::ld_imm: fill(acc, k); break;
        case step_op::ld_len: each(now, [=](number i) { acc[i] = from[i].len; }); break;
        case step_op::ld_mem: each(now, [=](number i) { acc[i] = memory[i][word]; }); break;
        case step_op::ldx_imm: fill(index, k); break;
        case step_op::ldx_len: each(now, [=](number i) { index[i] = from[i].len; }); break;
        case step_op::ldx_mem: each(now, [=](number i) { index[i] = memory[i][word]; }); break;
        case step_op::ldx_msh: each(now, [=](number i) { index[i] = (from[i].data[k] & 15U) << 2; }); break;
        case step_op::st: each(now, [=](number i) { memory[i][word] = acc[i]; }); break;
        case step_op::stx: each(now, [=](number i) { memory[i][word] = index[i]; }); break;
        case step_op::tax: copy(index, acc); break;
        case step_op::txa: copy(acc, index); break;
        case step_op::neg: each(now, [=](number i) { acc[i] = 0U - acc[i]; }); break;
        default: now.size = 0; break;  // a question to the kernel, which knows nothing of packets of files
    }
}

inline void batch_machine::run_indexed(const detail::step& s, list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    const std::uint32_t bytes = s.op == step_op::ldi_w ? 4 : s.op == step_op::ldi_h ? 2 : 1;
    keep(now, [&](number i) { return std::uint64_t{x_[i]} + k + bytes <= now_.records[i].caplen; });
    const auto at = [&](number i) { return now_.records[i].data + (std::uint64_t{x_[i]} + k); };
    switch (s.op) {
        case step_op::ldi_w: each(now, [&](number i) { a_[i] = load_be32(at(i)); }); break;
        case step_op::ldi_h: each(now, [&](number i) { a_[i] = load_be16(at(i)); }); break;
        default: each(now, [&](number i) { a_[i] = *at(i); }); break;
    }
}

inline void batch_machine::run_alu(const detail::step& s, list& now) {
    using detail::step_op;
    const bool by_x = s.op >= step_op::add_x;
    const auto op = static_cast<step_op>(static_cast<unsigned>(s.op) - (by_x ? 10 : 0));
    const auto apply = [&](auto compute) {
        if (by_x)
            each(now, [&](number i) { a_[i] = compute(a_[i], x_[i]); });
        else
            each(now, [&](number i) { a_[i] = compute(a_[i], s.k); });
    };
    using word = std::uint32_t;
    if (by_x && (op == step_op::div_k || op == step_op::mod_k)) keep(now, [&](number i) { return x_[i] != 0; });
    switch (op) {
        case step_op::add_k: apply([](word a, word v) { return a + v; }); break;
        case step_op::sub_k: apply([](word a, word v) { return a - v; }); break;
        case step_op::mul_k: apply([](word a, word v) { return a * v; }); break;
        case step_op::div_k: apply([](word a, word v) { return a / v; }); break;
        case step_op::mod_k: apply([](word a, word v) { return a % v; }); break;
        case step_op::and_k: apply([](word a, word v) { return a & v; }); break;
        case step_op::or_k: apply([](word a, word v) { return a | v; }); break;
        case step_op::xor_k: apply([](word a, word v) { return a ^ v; }); break;
        case step_op::lsh_k: apply([](word a, word v) { return v < 32 ? a << v : 0; }); break;
        default: apply([](word a, word v) { return v < 32 ? a >> v : 0; }); break;
    }
}

inline void batch_machine::run_jump(const detail::step& s, const detail::branch& to, const list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    const std::uint32_t* const a = a_.data();
    const std::uint32_t* const x = x_.data();
    const auto by = [&](auto test) {
        fork<false>(to, now, [=](number i) { return verdict{1, test(i) ? std::size_t{1} : 0}; });
    };
    switch (s.op) {
        case step_op::jeq_k: by([=](number i) { return a[i] == k; }); break;
        case step_op::jgt_k: by([=](number i) { return a[i] > k; }); break;
        case step_op::jge_k: by([=](number i) { return a[i] >= k; }); break;
        case step_op::jset_k: by([=](number i) { return (a[i] & k) != 0; }); break;
        case step_op::jeq_x: by([=](number i) { return a[i] == x[i]; }); break;
        case step_op::jgt_x: by([=](number i) { return a[i] > x[i]; }); break;
        case step_op::jge_x: by([=](number i) { return a[i] >= x[i]; }); break;
        default: by([=](number i) { return (a[i] & x[i]) != 0; }); break;
    }
}

/// A load and a test: whether the bits of the mask are as wanted.
template <std::uint32_t Bytes>
void batch_machine::run_fused_load(const detail::step& s, const detail::branch& to, const list& now) {
    const std::uint32_t k = s.k;
    const std::uint32_t mask = to.mask;
    const std::uint32_t wanted = to.wanted;
    const std::uint32_t kept_bits = to.kept_bits;
    const record* const records = now_.records;
    std::uint32_t* const a = a_.data();
    const std::uint32_t* const x = x_.data();
    const std::uint64_t least = to.least;
    const auto [second, third] = to.others;
    const auto holds = [=, one = second, other = third](auto how, std::uint32_t v) -> bool {
        if constexpr (decltype(how)::value == compared::several) return (v == wanted) | (v == one) | (v == other);
        if constexpr (decltype(how)::value == compared::at_least) return v >= least;
        return (v & mask) == wanted;
    };
    const auto test = [=](auto keeps, auto how, auto place) {
        return [=](number i) {
            const placed p = place(i);
            const std::uint32_t v = load<Bytes>(p.inside ? p.data + p.at : detail::nothing.data());
            if constexpr (decltype(keeps)::value) a[i] = v & kept_bits;
            return verdict{p.inside ? std::size_t{1} : 0, holds(how, v) ? std::size_t{1} : 0};
        };
    };
    const auto by = [&](auto how, auto run) {
        return to.keeps_a ? run(std::true_type{}, how) : run(std::false_type{}, how);
    };
    const auto with = [&](auto run) {
        if (to.at_least) return by(compared_as<compared::at_least>{}, run);
        if constexpr (Bytes < 4)
            if (to.several) return by(compared_as<compared::several>{}, run);
        return by(compared_as<compared::masked>{}, run);
    };
    if (!detail::loads_fixed(s.op)) {
        const auto indexed = [=](number i) {
            const std::uint64_t at = std::uint64_t{x[i]} + k;
            return placed{records[i].data, at, at + Bytes <= records[i].caplen};
        };
        with([&](auto keeps, auto how) { fork<false>(to, now, test(keeps, how, indexed)); });
    } else if (!dense_) {
        const auto fixed = [=](number i) { return placed{records[i].data, k, true}; };
        with([&](auto keeps, auto how) { fork<false>(to, now, test(keeps, how, fixed)); });
    } else {
        dense_ = false;
        const std::uint64_t fixed_bytes = one_->fixed_bytes();
        // The first look at a packet waits for memory; the line that is looked at, most other steps look at, too.
        const std::size_t last = last_;
        const auto first = [=](number i) {
            prefetch(records[std::min(i + prefetched_ahead, last)].data, k);
            return placed{records[i].data, k, records[i].caplen >= fixed_bytes};
        };
        with([&](auto keeps, auto how) {
            const std::size_t reaching = fork<true>(to, now, test(keeps, how, first));
            if (reaching < now.size) run_short({records, now.size});
        });
    }
}

/// A load, and one or two tests whether the loaded value is some value; each test leads to a step of its own. Packets
/// for which no test holds go on elsewhere, unless they are rejected.
template <std::uint32_t Bytes>
void batch_machine::run_values(const detail::step& s, const detail::branch& to, const list& now) {
    const bool dense = std::exchange(dense_, false);
    const detail::step& rest = one_->steps()[to.no];
    const bool rejects = rest.op == detail::step_op::ret_k && rest.k == 0;
    const bool one_other = to.second_values[0] == to.second_values[1];
    const auto fork = [&](auto is_dense, auto how) {
        if (rejects) return fork_by_values<Bytes, is_dense(), how(), false>(s, to, now);
        return fork_by_values<Bytes, is_dense(), how(), true>(s, to, now);
    };
    const auto with = [&](auto is_dense) {
        if (!to.has_second) return fork(is_dense, values_as<values::one>{});
        if (to.several || to.keeps_a) return fork(is_dense, values_as<values::any>{});
        return one_other ? fork(is_dense, values_as<values::one_one>{}) : fork(is_dense, values_as<values::one_two>{});
    };
    const std::size_t reaching = dense ? with(std::true_type{}) : with(std::false_type{});
    if (reaching < now.size) run_short({now_.records, now.size});
}

template <std::uint32_t Bytes, bool Dense, batch_machine::values How, bool Rest>
std::size_t batch_machine::fork_by_values(const detail::step& s, const detail::branch& to, const list& now) {
    const auto [records, a, x, marks] = now_;
    (void)x, (void)marks;
    const std::uint32_t k = s.k;
    const std::uint64_t fixed_bytes = one_->fixed_bytes();
    const std::uint32_t one = to.wanted;
    const std::uint32_t other = to.second_values[0];
    const auto [more, most] = to.others;
    const std::uint32_t another = to.second_values[1];
    number* yes = lists_[to.yes].items + lists_[to.yes].size;
    number* second = lists_[to.second].items + lists_[to.second].size;
    number* no = lists_[to.no].items + lists_[to.no].size;
    const std::size_t size = now.size;
    const std::size_t last = last_;
    std::size_t reaching = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const number which = Dense ? static_cast<number>(i) : now.items[i];
        const record& r = records[which];
        std::size_t inside = 1;
        if constexpr (Dense) {
            prefetch(records[std::min(i + prefetched_ahead, last)].data, k);
            inside = r.caplen >= fixed_bytes ? 1 : 0;
        }
        reaching += inside;
        const std::uint32_t v = load<Bytes>(inside != 0 ? r.data + k : detail::nothing.data());
        std::size_t is_one = v == one ? 1 : 0;
        std::size_t is_other = How != values::one && v == other ? 1 : 0;
        if constexpr (How > values::one_one) is_other |= v == another ? 1 : 0;
        if constexpr (How == values::any) {
            is_one |= static_cast<std::size_t>(v == more) | static_cast<std::size_t>(v == most);
            a[which] = v;
        }
        *yes = which;
        yes += is_one & inside;
        if constexpr (How != values::one) {
            *second = which;
            second += is_other & inside;
        }
        if constexpr (Rest) {
            *no = which;
            no += ((is_one | is_other) ^ 1) & inside;
        }
    }
    lists_[to.yes].size = static_cast<std::size_t>(yes - lists_[to.yes].items);
    if constexpr (How != values::one)
        lists_[to.second].size = static_cast<std::size_t>(second - lists_[to.second].items);
    if constexpr (Rest) lists_[to.no].size = static_cast<std::size_t>(no - lists_[to.no].items);
    return reaching;
}

inline void batch_machine::run_fused(const detail::step& s, const detail::branch& to, const list& now) {
    if (detail::asks_for_values(s, to)) {
        if (detail::fused_bytes(s.op) == 2) return run_values<2>(s, to, now);
        return run_values<1>(s, to, now);
    }
    switch (detail::fused_bytes(s.op)) {
        case 4: return run_fused_load<4>(s, to, now);
        case 2: return run_fused_load<2>(s, to, now);
        default: return run_fused_load<1>(s, to, now);
    }
}

}  // namespace pcapframe::filter
