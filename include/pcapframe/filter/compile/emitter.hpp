// From the graph of tests to instructions: each node gets the instructions that bring its values into the registers,
// given what the registers hold on every way to the node.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <pcapframe/filter/compile/flow_graph.hpp>

namespace pcapframe::inline v0_2::filter {

/// The instructions of a node: some in a row, then a jump on a test, or none.
struct code_block {
    std::uint32_t first = 0;  ///< of the block's instructions among those of all blocks
    std::uint32_t count = 0;
    bool reached = false;
    bool forks = false;
    instruction jump{};
    flow_id yes = 0;
    flow_id no = 0;
};

/// The code of all blocks of a graph.
struct block_code {
    explicit block_code(scratch& memory) : blocks(memory), instructions(memory) {}

    scratch_vector<code_block> blocks;
    scratch_vector<instruction> instructions;

    [[nodiscard]] std::span<const instruction> body(const code_block& block) const noexcept {
        return std::span(instructions).subspan(block.first, block.count);
    }
};

/// Writes the code of all nodes that are reached from a root.
class emitter {
public:
    emitter(scratch& memory, const flow_graph& graph, std::uint16_t words)
        : graph_(graph), values_(graph.values()), entry_(memory), used_(words) {
        for (value_id id = 1; id < values_.size(); ++id)
            if (values_[id].kind == value_kind::variable) variables_[values_[id].k & 31] = id;
    }

    /// False where the values need more memory words than there are.
    [[nodiscard]] bool run(flow_id root, block_code& code);

private:
    struct registers {
        value_id a = 0;
        value_id x = 0;
        bool reached = false;
    };

    void put(std::uint16_t code, std::uint32_t k = 0) { out_->push_back({code, 0, 0, k}); }
    void to_a(value_id v);
    void to_x(value_id v);
    void load_to_a(const value& v);
    void arithmetic_to_a(const value& v);
    void chain_to_a(const value& v);
    void both(value_id a, value_id x, bool swaps);
    [[nodiscard]] bool is_direct(value_id v) const;
    void assign(const flow_node& n);
    void leave(flow_id to);
    static void drop_unread_stores(block_code& code);
    std::uint32_t take_word();

    const flow_graph& graph_;
    const value_table& values_;
    scratch_vector<instruction>* out_ = nullptr;
    scratch_vector<registers> entry_;
    registers now_;
    std::array<value_id, 32> variables_{};  ///< the values that stand for memory words
    std::uint16_t used_;
    bool failed_ = false;
};

namespace detail {

[[nodiscard]] constexpr std::uint16_t size_code(std::uint8_t size) noexcept {
    return size == 4 ? bpf::w : size == 2 ? bpf::h : bpf::b;
}

}  // namespace detail

inline std::uint32_t emitter::take_word() {
    for (std::uint32_t word = 0; word < bpf::memory_words; ++word) {
        if ((used_ >> word & 1U) != 0) continue;
        used_ |= static_cast<std::uint16_t>(1U << word);
        return word;
    }
    failed_ = true;
    return 0;
}

/// Whether a value gets into X without passing through A.
inline bool emitter::is_direct(value_id v) const {
    const value_kind kind = values_[v].kind;
    return kind == value_kind::header || kind == value_kind::variable || kind == value_kind::length ||
           kind == value_kind::constant;
}

inline void emitter::to_x(value_id v) {
    if (now_.x == v) return;
    const value& x = values_[v];
    switch (x.kind) {
        case value_kind::header: put(bpf::ldx | bpf::msh | bpf::b, x.k); break;
        case value_kind::variable:
            if (now_.a == v)
                put(bpf::misc | bpf::tax);
            else
                put(bpf::ldx | bpf::mem, x.k & 15);
            break;
        case value_kind::length: put(bpf::ldx | bpf::len); break;
        case value_kind::constant: put(bpf::ldx | bpf::imm, x.k); break;
        default:
            to_a(v);
            put(bpf::misc | bpf::tax);
            break;
    }
    now_.x = v;
}

inline void emitter::load_to_a(const value& v) {
    const auto size = detail::size_code(v.size);
    if (v.a == 0) {
        put(static_cast<std::uint16_t>(bpf::ld | bpf::abs | size), v.k);
    } else {
        to_x(v.a);
        put(static_cast<std::uint16_t>(bpf::ld | bpf::ind | size), v.k);
    }
}

/// Brings one value into A and the other into X; where the operation allows it, the two may change places.
inline void emitter::both(value_id a, value_id x, bool swaps) {
    const bool keeps_x = now_.a == a || !values_.facts(a).needs_index;
    if (is_direct(x) || (now_.x == x && keeps_x)) {
        to_a(a);
        to_x(x);
    } else if (swaps && is_direct(a)) {
        to_a(x);
        to_x(a);
    } else if (!values_.facts(a).needs_index) {
        to_x(x);
        to_a(a);
    } else if (swaps && !values_.facts(x).needs_index) {
        to_x(a);
        to_a(x);
    } else {
        to_a(x);
        const std::uint32_t word = take_word();
        put(bpf::st, word);
        to_a(a);
        put(bpf::ldx | bpf::mem, word);
        now_.x = x;
        used_ = static_cast<std::uint16_t>(used_ & ~(1U << word));
    }
}

inline void emitter::arithmetic_to_a(const value& v) {
    if (v.b != 0) {
        both(v.a, v.b, detail::is_commutative(v.op));
        put(static_cast<std::uint16_t>(bpf::alu | v.op | bpf::x));
        return;
    }
    to_a(v.a);
    const bool subtracts = v.op == bpf::add && v.k > 0x7fffffff;
    put(static_cast<std::uint16_t>(bpf::alu | (subtracts ? bpf::sub : v.op) | bpf::k), subtracts ? 0U - v.k : v.k);
}

/// The walk over the headers behind IP, as a loop with jumps backwards: no kernel takes it. X is the place of a header
/// behind the start of the IP header, A the protocol of what stands there.
inline void emitter::chain_to_a(const value& v) {
    using namespace bpf;
    const std::uint32_t word = take_word();
    const std::uint32_t start = v.k;
    const std::uint32_t sought = v.a;
    const auto ahead = [&](std::uint32_t wanted, std::uint8_t yes, std::uint8_t no) {
        out_->push_back({jmp | jeq | bpf::k, yes, no, wanted});
    };
    put(ld | abs | b, start + (v.size != 0 ? 6U : 9U));
    if (v.size != 0)
        put(ldx | imm, 40);
    else
        put(ldx | msh | b, start);
    const std::size_t again = out_->size();
    const auto back = [&] {
        put(jmp | ja, static_cast<std::uint32_t>(again) - static_cast<std::uint32_t>(out_->size()) - 1);
    };
    const unsigned to_end = v.size != 0 ? 22 : 9;  // instructions behind the first two
    ahead(sought, static_cast<std::uint8_t>(to_end + 1), 0);
    ahead(59, static_cast<std::uint8_t>(to_end), 0);
    if (v.size != 0) {  // the next header, and the length of this header in units of 8 bytes without the first
        ahead(0, 3, 0);
        ahead(60, 2, 0);
        ahead(43, 1, 0);
        ahead(44, 0, 9);
        put(ld | ind | b, start);
        put(st, word);
        put(ld | ind | b, start + 1);
        put(alu | add | bpf::k, 1);
        put(alu | mul | bpf::k, 8);
        put(alu | add | x);
        put(misc | tax);
        put(ld | mem, word);
        back();
    }
    // AH: the header's length in units of 4 bytes without the first two. As in libpcap, the place behind AH is counted
    // from the start of the IP header as if AH stood there.
    ahead(51, 0, 8);
    put(ld | ind | b, start);
    put(st, word);
    put(ld | ind | b, start + 1);
    put(alu | add | bpf::k, 2);
    put(alu | mul | bpf::k, 4);
    put(misc | tax);
    put(ld | mem, word);
    back();
    used_ = static_cast<std::uint16_t>(used_ & ~(1U << word));
}

inline void emitter::to_a(value_id id) {
    if (now_.a == id) return;
    const value& v = values_[id];
    switch (v.kind) {
        case value_kind::constant: put(bpf::ld | bpf::imm, v.k); break;
        case value_kind::length: put(bpf::ld | bpf::len); break;
        case value_kind::load: load_to_a(v); break;
        case value_kind::header:
            to_x(id);
            put(bpf::misc | bpf::txa);
            break;
        case value_kind::variable:
            if (now_.x == id)
                put(bpf::misc | bpf::txa);
            else
                put(bpf::ld | bpf::mem, v.k & 15);
            break;
        case value_kind::context:
            put(static_cast<std::uint16_t>(bpf::ld | bpf::abs | detail::size_code(v.size)), v.k);
            break;
        case value_kind::negative:
            to_a(v.a);
            put(bpf::alu | bpf::neg);
            break;
        case value_kind::arithmetic: arithmetic_to_a(v); break;
        case value_kind::chain:
            chain_to_a(v);
            now_.x = 0;
            break;
    }
    now_.a = id;
}

inline void emitter::assign(const flow_node& n) {
    const value& v = values_[n.a];
    const std::uint32_t word = n.k & 15;
    const bool same_word = v.kind == value_kind::variable && (v.k & 15) == word;
    const bool through_x = !same_word && now_.a != n.a && (v.kind == value_kind::header || now_.x == n.a);
    if (through_x) {
        to_x(n.a);
        put(bpf::stx, word);
    } else if (!same_word) {
        to_a(n.a);
        put(bpf::st, word);
    }
    // What the registers hold of the word's old value is no longer its value.
    const auto depends = [&](value_id id) { return (values_.facts(id).words >> (n.k & 31) & 1U) != 0; };
    if (depends(now_.a)) now_.a = 0;
    if (depends(now_.x)) now_.x = 0;
    if (through_x)
        now_.x = variables_[n.k & 31];
    else if (!same_word)
        now_.a = variables_[n.k & 31];
}

inline void emitter::leave(flow_id to) {
    registers& there = entry_[to];
    if (!there.reached) {
        there = now_;
        there.reached = true;
        return;
    }
    if (there.a != now_.a) there.a = 0;
    if (there.x != now_.x) there.x = 0;
}

inline bool emitter::run(flow_id root, block_code& code) {
    code.blocks.assign(graph_.size(), {});
    code.instructions.reserve(4 * graph_.size());
    out_ = &code.instructions;
    entry_.assign(graph_.size(), {});
    entry_[root].reached = true;
    for (flow_id id = root; id > flow_graph::reject; --id) {
        if (!entry_[id].reached) continue;
        const flow_node& n = graph_[id];
        code_block& block = code.blocks[id];
        now_ = entry_[id];
        block.reached = true;
        block.yes = n.yes;
        block.no = n.no;
        block.first = static_cast<std::uint32_t>(out_->size());
        if (n.kind == flow_kind::touch) {
            if (values_[n.a].kind == value_kind::header && now_.x != n.a)
                to_x(n.a);
            else
                to_a(n.a);
        } else if (n.kind == flow_kind::assign) {
            assign(n);
        } else if (n.b != 0) {
            both(n.a, n.b, n.how == bpf::jeq || n.how == bpf::jset);
            block.jump = {static_cast<std::uint16_t>(bpf::jmp | n.how | bpf::x), 0, 0, 0};
            block.forks = true;
        } else {
            to_a(n.a);
            block.jump = {static_cast<std::uint16_t>(bpf::jmp | n.how | bpf::k), 0, 0, n.k};
            block.forks = true;
        }
        block.count = static_cast<std::uint32_t>(out_->size()) - block.first;
        leave(n.yes);
        if (n.no != n.yes) leave(n.no);
    }
    drop_unread_stores(code);
    return !failed_;
}

/// A word that is never read: wherever its value was wanted, a register still held the value.
inline void emitter::drop_unread_stores(block_code& code) {
    const auto is_store = [](const instruction& i) { return i.code == bpf::st || i.code == bpf::stx; };
    std::uint32_t read = 0;
    bool stores = false;
    for (const instruction& i : code.instructions) {
        if (i.code == (bpf::ld | bpf::mem) || i.code == (bpf::ldx | bpf::mem)) read |= 1U << i.k;
        stores = stores || is_store(i);
    }
    if (!stores) return;
    for (code_block& block : code.blocks) {
        const auto body = std::span(code.instructions).subspan(block.first, block.count);
        const auto end = std::remove_if(body.begin(), body.end(),
                                        [&](const instruction& i) { return is_store(i) && (read >> i.k & 1U) == 0; });
        block.count = static_cast<std::uint32_t>(end - body.begin());
    }
}

}  // namespace pcapframe::filter
