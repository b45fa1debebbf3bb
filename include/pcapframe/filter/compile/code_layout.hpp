// From blocks of code to a program: equal blocks once, an order in which every jump goes forward, and jumps that reach.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <pcapframe/filter/compile/emitter.hpp>

namespace pcapframe::inline v0_2::filter {

/// Lays out the blocks of a graph. Blocks 0 and 1 stand for accept and reject.
class code_layout {
public:
    code_layout(scratch& memory, block_code& code, std::uint32_t accepted)
        : code_(code),
          blocks_(code.blocks),
          accepted_(accepted),
          class_(memory),
          heads_(memory),
          next_(memory),
          sequence_(memory),
          reversed_(memory),
          starts_(memory) {}

    [[nodiscard]] std::vector<instruction> run(flow_id root);

private:
    void merge(flow_id root);
    [[nodiscard]] flow_id merged(code_block& block, flow_id id);
    void order(flow_id root);
    void place(flow_id id);
    void place_return(flow_id id);
    [[nodiscard]] bool is_near(flow_id target, std::uint32_t after) const;
    void bridge(flow_id target);
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(reversed_.size()); }
    [[nodiscard]] std::uint32_t jump_to(flow_id target) const { return size() - starts_[target]; }
    [[nodiscard]] std::uint32_t hash_of(const code_block& block) const noexcept;
    [[nodiscard]] bool same(const code_block& x, const code_block& y) const noexcept {
        const auto a = code_.body(x);
        const auto b = code_.body(y);
        return x.forks == y.forks && x.yes == y.yes && x.no == y.no && x.jump == y.jump &&
               std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

    const block_code& code_;
    scratch_vector<code_block>& blocks_;
    std::uint32_t accepted_;
    scratch_vector<flow_id> class_;  ///< of each block, the equal block that stands for it
    scratch_vector<flow_id> heads_, next_;
    scratch_vector<flow_id> sequence_;      ///< the blocks from the last to the first
    scratch_vector<instruction> reversed_;  ///< the program from its end
    scratch_vector<std::uint32_t> starts_;  ///< of each block, instructions from its start to the program's end
};

inline std::uint32_t code_layout::hash_of(const code_block& block) const noexcept {
    std::uint32_t hash = block.forks ? 1 : 0;
    const auto mix = [&](std::uint32_t part) { hash = (hash ^ part) * 0x85ebca6bU + (hash >> 15); };
    for (const instruction& i : code_.body(block)) mix(i.k ^ std::uint32_t{i.code} << 16);
    mix(block.jump.k ^ std::uint32_t{block.jump.code} << 16);
    mix(block.yes);
    mix(block.no);
    return hash ^ (hash >> 13);
}

/// The block that stands for a block: an earlier block with the same code and targets.
inline flow_id code_layout::merged(code_block& block, flow_id id) {
    if (block.forks && block.yes == block.no) block.forks = false, block.jump = {};
    if (!block.forks && (block.count == 0 || block.yes == flow_graph::reject)) return block.yes;
    const auto slot = hash_of(block) & static_cast<std::uint32_t>(heads_.size() - 1);
    for (flow_id other = heads_[slot]; other != 0; other = next_[other])
        if (same(blocks_[other], block)) return other;
    next_[id] = heads_[slot];
    heads_[slot] = id;
    return id;
}

inline void code_layout::merge(flow_id root) {
    std::size_t slots = 64;
    while (slots < blocks_.size()) slots *= 2;
    heads_.assign(slots, 0);
    next_.assign(blocks_.size(), 0);
    class_.resize(blocks_.size());
    class_[flow_graph::reject] = flow_graph::reject;
    for (flow_id id = 2; id <= root && id < blocks_.size(); ++id) {
        code_block& block = blocks_[id];
        if (!block.reached) continue;
        block.yes = class_[block.yes];
        block.no = class_[block.no];
        class_[id] = merged(block, id);
    }
}

/// Blocks after all that they lead to. A block that runs into accept, if there is any, goes next to accept.
inline void code_layout::order(flow_id root) {
    // 1: the block waits for those it leads to, 2: it is in the sequence
    scratch_vector<std::uint8_t> state(blocks_.size(), 0, class_.get_allocator());
    scratch_vector<flow_id> waiting({root}, class_.get_allocator());
    flow_id before_accept = 0;
    while (!waiting.empty()) {
        const flow_id id = waiting.back();
        if (id <= flow_graph::reject || state[id] == 2) {
            waiting.pop_back();
        } else if (state[id] == 0) {
            state[id] = 1;
            waiting.push_back(blocks_[id].yes);
            waiting.push_back(blocks_[id].no);
        } else {
            state[id] = 2;
            waiting.pop_back();
            const bool runs_into = !blocks_[id].forks && blocks_[id].yes == flow_graph::accept;
            if (runs_into && before_accept == 0)
                before_accept = id;
            else
                sequence_.push_back(id);
        }
    }
    if (before_accept != 0) sequence_.insert(sequence_.begin(), before_accept);
}

inline bool code_layout::is_near(flow_id target, std::uint32_t after) const {
    return size() + after - starts_[target] <= 255;
}

/// A jump to a far target behind the block at hand; where the target is a return, another return. Blocks that stand
/// before the new jump and are near use the jump, too.
inline void code_layout::bridge(flow_id target) {
    if (target <= flow_graph::reject) return place_return(target);
    reversed_.push_back({bpf::jmp | bpf::ja, 0, 0, jump_to(target)});
    starts_[target] = size();
}

inline void code_layout::place_return(flow_id id) {
    reversed_.push_back({bpf::ret | bpf::k, 0, 0, id == flow_graph::accept ? accepted_ : 0});
    starts_[id] = size();
}

inline void code_layout::place(flow_id id) {
    const code_block& block = blocks_[id];
    if (block.forks) {
        // A bridge for one target may push the block's other target out of reach.
        if (!is_near(block.yes, 1)) bridge(block.yes);
        if (!is_near(block.no, 0)) bridge(block.no);
        if (!is_near(block.yes, 0)) bridge(block.yes);
        instruction jump = block.jump;
        jump.jt = static_cast<std::uint8_t>(jump_to(block.yes));
        jump.jf = static_cast<std::uint8_t>(jump_to(block.no));
        reversed_.push_back(jump);
    } else if (starts_[block.yes] != size()) {
        bridge(block.yes);
    }
    const auto body = code_.body(block);
    reversed_.insert(reversed_.end(), body.rbegin(), body.rend());
    starts_[id] = size();
}

inline std::vector<instruction> code_layout::run(flow_id root) {
    merge(root);
    root = class_[root];
    order(root);
    std::array<bool, 2> returns{root == flow_graph::accept, root == flow_graph::reject};
    for (const flow_id id : sequence_)
        for (const flow_id to : {blocks_[id].yes, blocks_[id].forks ? blocks_[id].no : blocks_[id].yes})
            if (to <= flow_graph::reject) returns[to] = true;
    starts_.assign(blocks_.size(), 0);
    if (returns[flow_graph::reject]) place_return(flow_graph::reject);
    if (returns[flow_graph::accept]) place_return(flow_graph::accept);
    for (const flow_id id : sequence_) place(id);
    return {reversed_.rbegin(), reversed_.rend()};
}

}  // namespace pcapframe::filter
