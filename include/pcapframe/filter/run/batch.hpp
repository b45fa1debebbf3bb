// Programs over many packets at once: each step is done for all packets that have come to the step, before the next
// step is done.
//
// One packet after the other, a program costs a mispredicted jump or two and a wait for memory each; step by step the
// packets' waits overlap, and a test sorts packet numbers into two lists without a jump. Where a test leads to the end
// of the program, it writes the verdict instead of a list. A loaded value is kept only where a later step looks at the
// value.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/filter/run/batch_plan.hpp>
#include <pcapframe/filter/run/machine.hpp>

namespace pcapframe::inline v0_2::filter {

/// Runs one program over runs of records. It holds scratch memory, so each thread needs a batch_machine of its own. The
/// program must outlive it.
class batch_machine {
public:
    static constexpr std::size_t batch_records = 256;
    static constexpr std::size_t steps_max = 512;  ///< longer programs run packet by packet
    static constexpr std::size_t prefetched_ahead = 32;  ///< packets between asking for memory and looking at it

    explicit batch_machine(const machine& one) : one_(&one) {}

    /// Sets `marks[i]` to 1 where record i matches and to 0 elsewhere; there are as many marks as records.
    void mark(std::span<const record> records, std::span<std::uint8_t> marks);

private:
    using number = std::uint16_t;  ///< of a packet in the batch

    struct list {
        number* items = nullptr;
        std::size_t size = 0;
    };
    /// What a test says of a packet, 0 or 1 each: whether the test's load is inside the packet, and whether the test
    /// holds. (As `bool`, they took half as much time again: compilers keep those in parts of registers.)
    struct verdict {
        std::size_t inside;
        std::size_t holds;
    };
    /// Where a load reads, and whether that is inside of the packet.
    struct placed {
        const std::uint8_t* data;
        std::uint64_t at;
        bool inside;
    };
    enum class compared : std::uint8_t { masked, several, at_least };
    template <compared How>
    using compared_as = std::integral_constant<compared, How>;
    /// How many values the first and the second of one or two tests ask for; `any` also keeps what is loaded.
    enum class values : std::uint8_t { one, one_one, one_two, any };
    template <values How>
    using values_as = std::integral_constant<values, How>;
    /// The columns of the batch, as values: stores of verdicts, which are bytes, could change members.
    struct columns {
        const record* records;
        std::uint32_t* a;
        std::uint32_t* x;
        std::uint8_t* marks;
    };

    void prepare();
    void start(std::span<const record> records, std::span<std::uint8_t> marks);
    void run_short(std::span<const record> records);
    void run_step(std::size_t at);
    void run_load(const detail::step& s, list& now);
    void run_indexed(const detail::step& s, list& now);
    void run_alu(const detail::step& s, list& now);
    void run_jump(const detail::step& s, const detail::branch& to, const list& now);
    void run_fused(const detail::step& s, const detail::branch& to, const list& now);
    void run_length(list& now);
    template <std::uint32_t Bytes>
    static std::uint32_t load(const std::uint8_t* p) noexcept {
        if constexpr (Bytes == 4) return load_be32(p);
        else if constexpr (Bytes == 2) return load_be16(p);
        else return *p;
    }
    template <std::uint32_t Bytes>
    void run_values(const detail::step& s, const detail::branch& to, const list& now);
    template <std::uint32_t Bytes, bool Dense, values How, bool Rest>
    std::size_t fork_by_values(const detail::step& s, const detail::branch& to, const list& now);
    template <std::uint32_t Bytes>
    void run_fused_load(const detail::step& s, const detail::branch& to, const list& now);
    void pass_on(std::size_t to, list& now);
    template <class Compute>
    static void each(const list& now, Compute compute) {
        for (std::size_t i = 0; i < now.size; ++i) compute(now.items[i]);
    }
    template <bool Dense, class Test>
    std::size_t fork(const detail::branch& to, const list& now, Test test);
    template <bool Dense, std::size_t Flip, class Test>
    std::size_t fork_to_list(list& next, std::uint8_t mark, const list& now, Test test);
    template <bool Dense, class Test>
    std::size_t fork_to_lists(const detail::branch& to, const list& now, Test test);
    /// Leaves out the packets of which a test does not hold: those are rejected.
    template <class Test>
    static void keep(list& now, Test holds) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < now.size; ++i) {
            now.items[kept] = now.items[i];
            kept += holds(now.items[i]) ? 1U : 0U;
        }
        now.size = kept;
    }

    const machine* one_;
    std::vector<detail::branch> plan_;  ///< of each step
    std::vector<list> lists_;           ///< the packets that have come to each step
    std::unique_ptr<number[]> items_;   ///< storage of the lists
    columns now_{};
    std::size_t last_ = 0;  ///< of the records from the batch's first on, those of later batches included
    bool starts_dense_ = false;
    bool dense_ = false;            ///< the packets of the batch are at the first step, and in no list
    bool reads_registers_ = false;  ///< the program looks at a register before it sets that register
    std::array<std::uint32_t, batch_records> a_{}, x_{};
    std::vector<std::array<std::uint32_t, bpf::memory_words>> memory_;
};

inline void batch_machine::mark(std::span<const record> records, std::span<std::uint8_t> marks) {
    const std::size_t steps = one_->steps().size();
    const bool in_batches = steps != 0 && steps <= steps_max && !one_->has_loops() && records.size() >= 8;
    if (in_batches && lists_.empty()) prepare();
    while (!records.empty()) {
        const std::size_t count = std::min(records.size(), batch_records);
        if (in_batches) {
            last_ = records.size() - 1;
            start(records.first(count), marks);
            for (std::size_t at = 0; at < steps; ++at)
                if (lists_[at].size != 0) run_step(at);
        } else {
            for (std::size_t i = 0; i < count; ++i)
                marks[i] = one_->run(records[i].bytes(), records[i].len) != 0 ? 1 : 0;
        }
        records = records.subspan(count);
        marks = marks.subspan(count);
    }
}

inline void batch_machine::prepare() {
    // A list takes one more item than there are packets: `fork` writes an item before it knows whether the list keeps
    // the item.
    constexpr std::size_t room = batch_records + 1;
    const std::size_t steps = one_->steps().size();
    plan_.resize(steps);
    reads_registers_ = detail::plan_branches(one_->steps(), plan_);
    starts_dense_ = detail::begins_with_test(one_->steps(), plan_);
    items_.reset(new number[steps * room]);
    lists_.resize(steps);
    for (std::size_t at = 0; at < steps; ++at) lists_[at].items = items_.get() + at * room;
    if (one_->has_memory()) memory_.resize(batch_records);
}

/// Packets that end before the last fixed place run alone: in the other packets, loads from fixed places need no
/// checks.
inline void batch_machine::start(std::span<const record> records, std::span<std::uint8_t> marks) {
    now_ = {records.data(), a_.data(), x_.data(), marks.data()};
    std::fill_n(marks.data(), records.size(), std::uint8_t{0});
    if (reads_registers_) a_.fill(0), x_.fill(0);
    if (one_->has_memory()) memory_.assign(batch_records, {});
    const std::uint64_t fixed_bytes = one_->fixed_bytes();
    list& first = lists_[0];
    dense_ = starts_dense_;
    if (dense_) {
        first.size = records.size();
        return;
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        prefetch(records[i].data, 0);
        first.items[count] = static_cast<number>(i);
        count += records[i].caplen >= fixed_bytes ? 1U : 0U;
    }
    first.size = count;
    if (count < records.size()) run_short(records);
}

inline void batch_machine::run_short(std::span<const record> records) {
    for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].caplen < one_->fixed_bytes())
            now_.marks[i] = one_->run(records[i].bytes(), records[i].len) != 0 ? 1 : 0;
}

/// The packets that a step leaves go on at the next step; where other packets wait there already, they join those.
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

inline void batch_machine::run_step(std::size_t at) {
    using detail::step_op;
    const detail::step& s = one_->steps()[at];
    list& now = lists_[at];
    if (dense_ && s.op == step_op::ld_len) return run_length(now);
    if (s.op == step_op::ret_k || s.op == step_op::ret_a) {
        if (s.op == step_op::ret_a)
            each(now, [this](number i) { now_.marks[i] = a_[i] != 0 ? 1 : 0; });
        else if (s.k != 0)
            each(now, [marks = now_.marks](number i) { marks[i] = 1; });
        now.size = 0;
    } else if (s.op == step_op::ja) {
        pass_on(s.jt, now);
    } else if (s.op >= step_op::ld_w_jeq || plan_[at].at_least) {
        run_fused(s, plan_[at], now);
        now.size = 0;
    } else if (s.op >= step_op::jeq_k) {
        run_jump(s, plan_[at], now);
        now.size = 0;
    } else {
        if (s.op >= step_op::add_k)
            run_alu(s, now);
        else if (s.op >= step_op::ldi_w && s.op <= step_op::ldi_b)
            run_indexed(s, now);
        else
            run_load(s, now);
        pass_on(at + 1, now);
    }
}

}  // namespace pcapframe::filter

#include <pcapframe/filter/run/batch_steps.hpp>
