// Programs over many packets at once: each step is done for all packets that have come to it before the next step is.
//
// One packet after the other, a program costs a mispredicted jump or two and a wait for memory each; step by step the
// packets' waits overlap, and a test sorts packet numbers into two lists without a jump.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/filter/machine.hpp>

namespace pcapframe::filter {

/// Runs one program over runs of records. It holds scratch memory: one for each thread.
class batch_machine {
public:
    static constexpr std::size_t batch_records = 256;
    static constexpr std::size_t steps_max = 512;  ///< longer programs run packet by packet

    explicit batch_machine(const machine& one) : one_(one) {}

    /// Sets `marks[i]` to 1 where record i matches and to 0 elsewhere; there are as many marks as records.
    void mark(std::span<const record> records, std::span<std::uint8_t> marks);

private:
    using number = std::uint16_t;  ///< of a packet in the batch

    struct list {
        number* items = nullptr;
        std::size_t size = 0;
    };

    static void prefetch([[maybe_unused]] const std::uint8_t* p) {
#if defined(__GNUC__)
        __builtin_prefetch(p);
#endif
    }
    void start(std::span<const record> records, std::span<std::uint8_t> marks);
    void run_step(std::size_t at, std::uint8_t* marks);
    void run_load(const detail::step& s, list& now);
    void run_alu(const detail::step& s, list& now);
    void run_jump(const detail::step& s, const list& now);
    void run_fused(const detail::step& s, list& now);
    void pass_on(std::size_t to, list& now);
    template <class Compute>
    static void each(const list& now, Compute compute) {
        for (std::size_t i = 0; i < now.size; ++i) compute(now.items[i]);
    }
    /// Sorts the packets by a test, without a jump for each.
    template <class Test>
    void fork(const detail::step& s, const list& now, Test holds) {
        list& yes = lists_[s.jt];
        list& no = lists_[s.jf];
        if (s.jt == s.jf) {
            each(now, [&](number i) { (void)holds(i), yes.items[yes.size++] = i; });
            return;
        }
        number* into_yes = yes.items + yes.size;
        number* into_no = no.items + no.size;
        for (std::size_t i = 0; i < now.size; ++i) {
            const number which = now.items[i];
            const bool outcome = holds(which);
            *into_yes = *into_no = which;
            into_yes += outcome ? 1 : 0;
            into_no += outcome ? 0 : 1;
        }
        yes.size = static_cast<std::size_t>(into_yes - yes.items);
        no.size = static_cast<std::size_t>(into_no - no.items);
    }
    /// Leaves out the packets of which a test does not hold: they are rejected.
    template <class Test>
    static void keep(list& now, Test holds) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < now.size; ++i) {
            now.items[kept] = now.items[i];
            kept += holds(now.items[i]) ? 1 : 0;
        }
        now.size = kept;
    }
    void keep_reached(list& now, std::uint32_t place, std::uint32_t bytes) {
        keep(now, [&](number i) { return std::uint64_t{x_[i]} + place + bytes <= records_[i].caplen; });
    }

    const machine& one_;
    std::vector<list> lists_;    ///< the packets that have come to each step
    std::vector<number> items_;  ///< storage of the lists
    const record* records_ = nullptr;
    std::array<std::uint32_t, batch_records> a_{}, x_{};
    std::vector<std::array<std::uint32_t, bpf::memory_words>> memory_;
};

inline void batch_machine::mark(std::span<const record> records, std::span<std::uint8_t> marks) {
    const std::size_t steps = one_.steps().size();
    const bool in_batches = steps <= steps_max && !one_.has_loops() && records.size() >= 8;
    while (!records.empty()) {
        const std::size_t count = std::min(records.size(), batch_records);
        if (in_batches) {
            start(records.first(count), marks);
            for (std::size_t at = 0; at < steps; ++at)
                if (lists_[at].size != 0) run_step(at, marks.data());
        } else {
            for (std::size_t i = 0; i < count; ++i)
                marks[i] = one_.run(records[i].bytes(), records[i].len) != 0 ? 1 : 0;
        }
        records = records.subspan(count);
        marks = marks.subspan(count);
    }
}

/// Packets that end before the last fixed place run alone: the others need no checks there.
inline void batch_machine::start(std::span<const record> records, std::span<std::uint8_t> marks) {
    const std::size_t steps = one_.steps().size();
    // A list takes one more item than there are packets: `fork` writes before it knows where.
    constexpr std::size_t room = batch_records + 1;
    if (lists_.size() != steps) {
        lists_.resize(steps);
        items_.resize(steps * room);
        for (std::size_t at = 0; at < steps; ++at) lists_[at].items = items_.data() + at * room;
        if (one_.has_memory()) memory_.resize(batch_records);
    }
    records_ = records.data();
    std::fill_n(marks.data(), records.size(), std::uint8_t{0});
    a_.fill(0);
    x_.fill(0);
    if (one_.has_memory()) memory_.assign(batch_records, {});
    list& first = lists_[0];
    for (std::size_t i = 0; i < records.size(); ++i) {
        const record& r = records[i];
        prefetch(r.data);
        first.items[first.size] = static_cast<number>(i);
        first.size += r.caplen >= one_.fixed_bytes() ? 1 : 0;
    }
    if (first.size == records.size()) return;
    for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].caplen < one_.fixed_bytes())
            marks[i] = one_.run(records[i].bytes(), records[i].len) != 0 ? 1 : 0;
}

/// What a step leaves goes on at the next one; where others wait there already, it joins them.
inline void batch_machine::pass_on(std::size_t to, list& now) {
    list& next = lists_[to];
    if (next.size == 0) {
        std::swap(next, now);
    } else {
        std::copy(now.items, now.items + now.size, next.items + next.size);
        next.size += now.size;
    }
    now.size = 0;
}

inline void batch_machine::run_step(std::size_t at, std::uint8_t* marks) {
    using detail::step_op;
    const detail::step& s = one_.steps()[at];
    list& now = lists_[at];
    if (s.op == step_op::ret_k || s.op == step_op::ret_a) {
        if (s.op == step_op::ret_a)
            each(now, [&](number i) { marks[i] = a_[i] != 0 ? 1 : 0; });
        else if (s.k != 0)
            each(now, [&](number i) { marks[i] = 1; });
        now.size = 0;
    } else if (s.op == step_op::ja) {
        pass_on(s.jt, now);
    } else if (s.op >= step_op::ld_w_jeq) {
        run_fused(s, now);
        now.size = 0;
    } else if (s.op >= step_op::jeq_k) {
        run_jump(s, now);
        now.size = 0;
    } else {
        if (s.op >= step_op::add_k)
            run_alu(s, now);
        else
            run_load(s, now);
        pass_on(at + 1, now);
    }
}

inline void batch_machine::run_load(const detail::step& s, list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    const std::uint32_t word = k & 15;
    switch (s.op) {
        case step_op::ld_w: each(now, [&](number i) { a_[i] = load_be32(records_[i].data + k); }); break;
        case step_op::ld_h: each(now, [&](number i) { a_[i] = load_be16(records_[i].data + k); }); break;
        case step_op::ld_b: each(now, [&](number i) { a_[i] = records_[i].data[k]; }); break;
        case step_op::ldi_w:
            keep_reached(now, k, 4);
            each(now, [&](number i) { a_[i] = load_be32(records_[i].data + (std::uint64_t{x_[i]} + k)); });
            break;
        case step_op::ldi_h:
            keep_reached(now, k, 2);
            each(now, [&](number i) { a_[i] = load_be16(records_[i].data + (std::uint64_t{x_[i]} + k)); });
            break;
        case step_op::ldi_b:
            keep_reached(now, k, 1);
            each(now, [&](number i) { a_[i] = records_[i].data[std::uint64_t{x_[i]} + k]; });
            break;
        case step_op::ld_imm: each(now, [&](number i) { a_[i] = k; }); break;
        case step_op::ld_len: each(now, [&](number i) { a_[i] = records_[i].len; }); break;
        case step_op::ld_mem: each(now, [&](number i) { a_[i] = memory_[i][word]; }); break;
        case step_op::ldx_imm: each(now, [&](number i) { x_[i] = k; }); break;
        case step_op::ldx_len: each(now, [&](number i) { x_[i] = records_[i].len; }); break;
        case step_op::ldx_mem: each(now, [&](number i) { x_[i] = memory_[i][word]; }); break;
        case step_op::ldx_msh: each(now, [&](number i) { x_[i] = (records_[i].data[k] & 15U) << 2; }); break;
        case step_op::st: each(now, [&](number i) { memory_[i][word] = a_[i]; }); break;
        case step_op::stx: each(now, [&](number i) { memory_[i][word] = x_[i]; }); break;
        case step_op::tax: each(now, [&](number i) { x_[i] = a_[i]; }); break;
        case step_op::txa: each(now, [&](number i) { a_[i] = x_[i]; }); break;
        case step_op::neg: each(now, [&](number i) { a_[i] = 0U - a_[i]; }); break;
        default: now.size = 0; break;  // a question to the kernel, which knows nothing of packets of files
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

inline void batch_machine::run_jump(const detail::step& s, const list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    switch (s.op) {
        case step_op::jeq_k: fork(s, now, [&](number i) { return a_[i] == k; }); break;
        case step_op::jgt_k: fork(s, now, [&](number i) { return a_[i] > k; }); break;
        case step_op::jge_k: fork(s, now, [&](number i) { return a_[i] >= k; }); break;
        case step_op::jset_k: fork(s, now, [&](number i) { return (a_[i] & k) != 0; }); break;
        case step_op::jeq_x: fork(s, now, [&](number i) { return a_[i] == x_[i]; }); break;
        case step_op::jgt_x: fork(s, now, [&](number i) { return a_[i] > x_[i]; }); break;
        case step_op::jge_x: fork(s, now, [&](number i) { return a_[i] >= x_[i]; }); break;
        default: fork(s, now, [&](number i) { return (a_[i] & x_[i]) != 0; }); break;
    }
}

inline void batch_machine::run_fused(const detail::step& s, list& now) {
    using detail::step_op;
    const std::uint32_t k = s.k;
    const std::uint32_t v = s.value;
    const std::uint32_t mask = s.mask;
    const auto w = [&](number i) { return a_[i] = load_be32(records_[i].data + k); };
    const auto h = [&](number i) { return a_[i] = load_be16(records_[i].data + k); };
    const auto b = [&](number i) { return a_[i] = records_[i].data[k]; };
    switch (s.op) {
        case step_op::ld_w_jeq: fork(s, now, [&](number i) { return w(i) == v; }); break;
        case step_op::ld_h_jeq: fork(s, now, [&](number i) { return h(i) == v; }); break;
        case step_op::ld_b_jeq: fork(s, now, [&](number i) { return b(i) == v; }); break;
        case step_op::ld_w_jset: fork(s, now, [&](number i) { return (w(i) & v) != 0; }); break;
        case step_op::ld_h_jset: fork(s, now, [&](number i) { return (h(i) & v) != 0; }); break;
        case step_op::ld_b_jset: fork(s, now, [&](number i) { return (b(i) & v) != 0; }); break;
        case step_op::ld_w_and_jeq: fork(s, now, [&](number i) { return (a_[i] = w(i) & mask) == v; }); break;
        case step_op::ldi_w_jeq:
            keep_reached(now, k, 4);
            fork(s, now,
                 [&](number i) { return (a_[i] = load_be32(records_[i].data + (std::uint64_t{x_[i]} + k))) == v; });
            break;
        case step_op::ldi_h_jeq:
            keep_reached(now, k, 2);
            fork(s, now,
                 [&](number i) { return (a_[i] = load_be16(records_[i].data + (std::uint64_t{x_[i]} + k))) == v; });
            break;
        case step_op::ldi_b_jeq:
            keep_reached(now, k, 1);
            fork(s, now, [&](number i) { return (a_[i] = records_[i].data[std::uint64_t{x_[i]} + k]) == v; });
            break;
        default:
            keep_reached(now, k, 1);
            fork(s, now, [&](number i) { return ((a_[i] = records_[i].data[std::uint64_t{x_[i]} + k]) & v) != 0; });
            break;
    }
}

}  // namespace pcapframe::filter
