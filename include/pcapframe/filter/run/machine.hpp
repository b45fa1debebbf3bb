// The machine that runs filter programs over packets: total on every program it is given and every packet.
//
// A program is decoded once: jumps become absolute, a load and the test that follows it become one step, and the
// loads at fixed places are checked all at once where the packet reaches beyond the last of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2::filter {

/// What only the kernel knows of a packet: what the ancillary loads of Linux read. Packets of files have none, and
/// such a load then rejects the packet, as it does in libpcap.
struct packet_context {
    std::uint32_t protocol = 0;
    std::uint32_t packet_type = 0;  ///< 4: outgoing
    std::uint32_t interface = 0;
    std::uint32_t mark = 0;
    std::uint32_t queue = 0;
    std::uint32_t hardware_type = 0;
    std::uint32_t hash = 0;
    std::uint32_t vlan_tag = 0;
    std::uint32_t vlan_protocol = 0;
    bool vlan_present = false;
};

namespace detail {

enum class step_op : std::uint16_t {
    ld_w,
    ld_h,
    ld_b,
    ldi_w,
    ldi_h,
    ldi_b,
    ld_imm,
    ld_len,
    ld_mem,
    ld_context,
    ldx_imm,
    ldx_len,
    ldx_mem,
    ldx_msh,
    st,
    stx,
    tax,
    txa,
    neg,
    add_k,
    sub_k,
    mul_k,
    div_k,
    mod_k,
    and_k,
    or_k,
    xor_k,
    lsh_k,
    rsh_k,
    add_x,
    sub_x,
    mul_x,
    div_x,
    mod_x,
    and_x,
    or_x,
    xor_x,
    lsh_x,
    rsh_x,
    ja,
    jump_back,
    jeq_k,
    jgt_k,
    jge_k,
    jset_k,
    jeq_x,
    jgt_x,
    jge_x,
    jset_x,
    ret_k,
    ret_a,
    // A load, then a test of what it loaded.
    ld_w_jeq,
    ld_h_jeq,
    ld_b_jeq,
    ldi_w_jeq,
    ldi_h_jeq,
    ldi_b_jeq,
    ld_w_jset,
    ld_h_jset,
    ld_b_jset,
    ldi_b_jset,
    ld_w_and_jeq,
};

struct step {
    step_op op = step_op::ret_k;
    std::uint16_t jt = 0;  ///< where to go on: a place in the program
    std::uint16_t jf = 0;
    std::uint32_t k = 0;
    std::uint32_t value = 0;  ///< what a fused test compares with
    std::uint32_t mask = 0;
};

[[nodiscard]] constexpr std::uint32_t size_of_load(std::uint16_t code) noexcept {
    return (code & 0x18) == bpf::w ? 4 : (code & 0x18) == bpf::h ? 2 : 1;
}

[[nodiscard]] constexpr step_op later(step_op first, unsigned n) noexcept {
    return static_cast<step_op>(static_cast<unsigned>(first) + n);
}

[[nodiscard]] constexpr unsigned size_index(std::uint16_t code) noexcept { return (code & 0x18U) >> 3; }

[[nodiscard]] constexpr bool asks_kernel(const instruction& i) noexcept {
    return (i.code & 0xe7) == (bpf::ld | bpf::abs) && i.k >= bpf::ancillary;
}

[[nodiscard]] constexpr step_op load_op(std::uint16_t code) noexcept {
    using namespace bpf;
    switch (code & 0xe0) {
        case imm: return step_op::ld_imm;
        case abs: return later(step_op::ld_w, size_index(code));
        case ind: return later(step_op::ldi_w, size_index(code));
        case mem: return step_op::ld_mem;
        default: return step_op::ld_len;
    }
}

[[nodiscard]] constexpr step_op index_load_op(std::uint16_t code) noexcept {
    using namespace bpf;
    switch (code & 0xe0) {
        case imm: return step_op::ldx_imm;
        case mem: return step_op::ldx_mem;
        case msh: return step_op::ldx_msh;
        default: return step_op::ldx_len;
    }
}

[[nodiscard]] constexpr step_op alu_op(std::uint16_t code) noexcept {
    using namespace bpf;
    const bool by_x = (code & x) != 0;
    const auto pick = [&](step_op constant) { return by_x ? later(constant, 10) : constant; };
    switch (code & 0xf0) {
        case add: return pick(step_op::add_k);
        case sub: return pick(step_op::sub_k);
        case mul: return pick(step_op::mul_k);
        case div: return pick(step_op::div_k);
        case mod: return pick(step_op::mod_k);
        case and_: return pick(step_op::and_k);
        case or_: return pick(step_op::or_k);
        case xor_: return pick(step_op::xor_k);
        case lsh: return pick(step_op::lsh_k);
        case rsh: return pick(step_op::rsh_k);
        default: return step_op::neg;
    }
}

[[nodiscard]] constexpr step_op jump_op(std::uint16_t code) noexcept {
    const unsigned which = (code & 0xf0U) >> 4;
    if (which == 0) return step_op::ja;
    return later((code & bpf::x) != 0 ? step_op::jeq_x : step_op::jeq_k, which - 1);
}

[[nodiscard]] constexpr step_op step_op_of(std::uint16_t code) noexcept {
    switch (code & 0x07) {
        case bpf::ld: return load_op(code);
        case bpf::ldx: return index_load_op(code);
        case bpf::st: return step_op::st;
        case bpf::stx: return step_op::stx;
        case bpf::alu: return alu_op(code);
        case bpf::jmp: return jump_op(code);
        case bpf::ret: return (code & bpf::a) != 0 ? step_op::ret_a : step_op::ret_k;
        default: return (code & bpf::txa) != 0 ? step_op::txa : step_op::tax;
    }
}

/// The steps of all codes; loads that ask the kernel have the codes of others.
inline constexpr auto step_ops = [] {
    std::array<step_op, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code) table[code] = step_op_of(static_cast<std::uint16_t>(code));
    return table;
}();

/// Steps that jumps backwards may take: only programs of our own compiler have them (`protochain`), and a packet whose
/// headers go round in circles is rejected.
inline constexpr std::uint32_t loop_rounds_max = 4096;

}  // namespace detail

/// A program made ready to run. It must have been validated, or come from the compiler.
class machine {
public:
    machine() = default;
    explicit machine(std::span<const instruction> code);

    /// What the program returns: 0 rejects, anything else is how many bytes to keep. `wire_bytes` is what the packet
    /// had on the wire.
    [[nodiscard]] std::uint32_t run(bytes_view packet, std::uint32_t wire_bytes,
                                    const packet_context* context = nullptr) const noexcept {
        // Where a packet reaches beyond every fixed place, only indexed loads need to be compared with its end.
        if (packet.size() >= fixed_bytes_) return execute<false>(packet, wire_bytes, context);
        return execute<true>(packet, wire_bytes, context);
    }

    [[nodiscard]] std::span<const detail::step> steps() const noexcept { return steps_; }
    [[nodiscard]] std::uint64_t fixed_bytes() const noexcept { return fixed_bytes_; }
    [[nodiscard]] bool has_loops() const noexcept { return has_loops_; }
    [[nodiscard]] bool has_memory() const noexcept { return has_memory_; }

private:
    template <bool Checked>
    [[nodiscard]] std::uint32_t execute(bytes_view packet, std::uint32_t wire_bytes,
                                        const packet_context* context) const noexcept;
    void fuse(std::span<const instruction> code);

    std::vector<detail::step> steps_;
    bool has_loops_ = false;
    bool has_memory_ = false;
    std::uint64_t fixed_bytes_ = 0;  ///< the end of the last byte that is loaded from a fixed place
};

inline machine::machine(std::span<const instruction> code) : steps_(code.size()) {
    for (std::size_t at = 0; at < code.size(); ++at) {
        const instruction& i = code[at];
        detail::step& s = steps_[at];
        s.op = detail::asks_kernel(i) ? detail::step_op::ld_context : detail::step_ops[i.code & 0xff];
        s.k = i.k;
        has_memory_ = has_memory_ || s.op == detail::step_op::st || s.op == detail::step_op::stx ||
                      s.op == detail::step_op::ld_mem || s.op == detail::step_op::ldx_mem;
        const bool fixed = (i.code & 0x07) == bpf::ld && (i.code & 0xe0) == bpf::abs && i.k < bpf::ancillary;
        if (fixed) fixed_bytes_ = std::max(fixed_bytes_, std::uint64_t{i.k} + detail::size_of_load(i.code));
        if (s.op == detail::step_op::ldx_msh) fixed_bytes_ = std::max(fixed_bytes_, std::uint64_t{i.k} + 1);
        if (s.op == detail::step_op::ja) {
            s.jt = static_cast<std::uint16_t>(static_cast<std::uint32_t>(at) + 1 + i.k);
            if (s.jt <= at) s.op = detail::step_op::jump_back;
            has_loops_ = has_loops_ || s.jt <= at;
        } else {
            s.jt = static_cast<std::uint16_t>(at + 1 + i.jt);
            s.jf = static_cast<std::uint16_t>(at + 1 + i.jf);
        }
    }
    fuse(code);
}

inline void machine::fuse(std::span<const instruction> code) {
    using detail::step_op;
    const auto is = [&](std::size_t at, std::uint16_t what) { return at < code.size() && code[at].code == what; };
    for (std::size_t at = 0; at + 1 < code.size(); ++at) {
        detail::step& s = steps_[at];
        const bool fixed = s.op >= step_op::ld_w && s.op <= step_op::ld_b;
        const bool indexed = s.op >= step_op::ldi_w && s.op <= step_op::ldi_b;
        if (!fixed && !indexed) continue;
        const unsigned size = detail::size_index(code[at].code);
        std::size_t test = at + 1;
        if (is(test, bpf::jmp | bpf::jeq | bpf::k)) {
            s.op = detail::later(fixed ? step_op::ld_w_jeq : step_op::ldi_w_jeq, size);
        } else if (is(test, bpf::jmp | bpf::jset | bpf::k) && (fixed || size == 2)) {
            s.op = fixed ? detail::later(step_op::ld_w_jset, size) : step_op::ldi_b_jset;
        } else if (fixed && size == 0 && is(test, bpf::alu | bpf::and_ | bpf::k) &&
                   is(test + 1, bpf::jmp | bpf::jeq | bpf::k)) {
            s.mask = code[test].k;
            s.op = step_op::ld_w_and_jeq;
            ++test;
        } else {
            continue;
        }
        s.value = code[test].k;
        s.jt = steps_[test].jt;
        s.jf = steps_[test].jf;
    }
}

namespace detail {

[[nodiscard]] constexpr bool read_context(const packet_context* context, std::uint32_t k,
                                          std::uint32_t& into) noexcept {
    if (context == nullptr) return false;
    switch (k - bpf::ancillary) {
        case bpf::ad_protocol: into = context->protocol; return true;
        case bpf::ad_pkttype: into = context->packet_type; return true;
        case bpf::ad_ifindex: into = context->interface; return true;
        case bpf::ad_mark: into = context->mark; return true;
        case bpf::ad_queue: into = context->queue; return true;
        case bpf::ad_hatype: into = context->hardware_type; return true;
        case bpf::ad_rxhash: into = context->hash; return true;
        case bpf::ad_vlan_tag: into = context->vlan_tag; return true;
        case bpf::ad_vlan_tag_present: into = context->vlan_present ? 1 : 0; return true;
        case bpf::ad_vlan_tpid: into = context->vlan_protocol; return true;
        default: return false;
    }
}

}  // namespace detail

/// One case for each kind of step, not a function each: a step that is split off would pass its registers through
/// memory. Each case goes on by itself: one common way on would be one jump, which a processor cannot foretell.
template <bool Checked>
std::uint32_t machine::execute(bytes_view packet, std::uint32_t wire_bytes,
                               const packet_context* context) const noexcept {
    using detail::step_op;
    const std::uint8_t* const data = packet.data();
    const std::uint64_t size = packet.size();
    const auto fits = [size](std::uint64_t from, std::uint64_t bytes) { return from + bytes <= size; };
    std::array<std::uint32_t, bpf::memory_words> memory{};
    std::uint32_t a = 0;
    std::uint32_t x = 0;
    std::uint32_t rounds = 0;
    std::size_t at = 0;
    const detail::step* const steps = steps_.data();
    if (steps_.empty()) return 0;
    for (;;) {
        const detail::step* const s = steps + at;
        switch (s->op) {
            case step_op::ld_w:
                if (Checked && !fits(s->k, 4)) return 0;
                a = load_be32(data + s->k);
                ++at;
                continue;
            case step_op::ld_h:
                if (Checked && !fits(s->k, 2)) return 0;
                a = load_be16(data + s->k);
                ++at;
                continue;
            case step_op::ld_b:
                if (Checked && !fits(s->k, 1)) return 0;
                a = data[s->k];
                ++at;
                continue;
            case step_op::ldi_w:
                if (!fits(std::uint64_t{x} + s->k, 4)) return 0;
                a = load_be32(data + (std::uint64_t{x} + s->k));
                ++at;
                continue;
            case step_op::ldi_h:
                if (!fits(std::uint64_t{x} + s->k, 2)) return 0;
                a = load_be16(data + (std::uint64_t{x} + s->k));
                ++at;
                continue;
            case step_op::ldi_b:
                if (!fits(std::uint64_t{x} + s->k, 1)) return 0;
                a = data[std::uint64_t{x} + s->k];
                ++at;
                continue;
            case step_op::ld_imm: a = s->k; ++at; continue;
            case step_op::ld_len: a = wire_bytes; ++at; continue;
            case step_op::ld_mem: a = memory[s->k & 15]; ++at; continue;
            case step_op::ld_context:
                if (!detail::read_context(context, s->k, a)) return 0;
                ++at;
                continue;
            case step_op::ldx_imm: x = s->k; ++at; continue;
            case step_op::ldx_len: x = wire_bytes; ++at; continue;
            case step_op::ldx_mem: x = memory[s->k & 15]; ++at; continue;
            case step_op::ldx_msh:
                if (Checked && !fits(s->k, 1)) return 0;
                x = (data[s->k] & 15U) << 2;
                ++at;
                continue;
            case step_op::st: memory[s->k & 15] = a; ++at; continue;
            case step_op::stx: memory[s->k & 15] = x; ++at; continue;
            case step_op::tax: x = a; ++at; continue;
            case step_op::txa: a = x; ++at; continue;
            case step_op::neg: a = 0U - a; ++at; continue;
            case step_op::add_k: a += s->k; ++at; continue;
            case step_op::sub_k: a -= s->k; ++at; continue;
            case step_op::mul_k: a *= s->k; ++at; continue;
            case step_op::div_k: a /= s->k; ++at; continue;
            case step_op::mod_k: a %= s->k; ++at; continue;
            case step_op::and_k: a &= s->k; ++at; continue;
            case step_op::or_k: a |= s->k; ++at; continue;
            case step_op::xor_k: a ^= s->k; ++at; continue;
            case step_op::lsh_k: a = s->k < 32 ? a << s->k : 0; ++at; continue;
            case step_op::rsh_k: a = s->k < 32 ? a >> s->k : 0; ++at; continue;
            case step_op::add_x: a += x; ++at; continue;
            case step_op::sub_x: a -= x; ++at; continue;
            case step_op::mul_x: a *= x; ++at; continue;
            case step_op::div_x:
                if (x == 0) return 0;
                a /= x;
                ++at;
                continue;
            case step_op::mod_x:
                if (x == 0) return 0;
                a %= x;
                ++at;
                continue;
            case step_op::and_x: a &= x; ++at; continue;
            case step_op::or_x: a |= x; ++at; continue;
            case step_op::xor_x: a ^= x; ++at; continue;
            case step_op::lsh_x: a = x < 32 ? a << x : 0; ++at; continue;
            case step_op::rsh_x: a = x < 32 ? a >> x : 0; ++at; continue;
            case step_op::ja: at = s->jt; continue;
            case step_op::jump_back:
                if (++rounds > detail::loop_rounds_max) return 0;
                at = s->jt;
                continue;
            case step_op::jeq_k: at = a == s->k ? s->jt : s->jf; continue;
            case step_op::jgt_k: at = a > s->k ? s->jt : s->jf; continue;
            case step_op::jge_k: at = a >= s->k ? s->jt : s->jf; continue;
            case step_op::jset_k: at = (a & s->k) != 0 ? s->jt : s->jf; continue;
            case step_op::jeq_x: at = a == x ? s->jt : s->jf; continue;
            case step_op::jgt_x: at = a > x ? s->jt : s->jf; continue;
            case step_op::jge_x: at = a >= x ? s->jt : s->jf; continue;
            case step_op::jset_x: at = (a & x) != 0 ? s->jt : s->jf; continue;
            case step_op::ret_k: return s->k;
            case step_op::ret_a: return a;
            case step_op::ld_w_jeq:
                if (Checked && !fits(s->k, 4)) return 0;
                a = load_be32(data + s->k);
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ld_h_jeq:
                if (Checked && !fits(s->k, 2)) return 0;
                a = load_be16(data + s->k);
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ld_b_jeq:
                if (Checked && !fits(s->k, 1)) return 0;
                a = data[s->k];
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ldi_w_jeq:
                if (!fits(std::uint64_t{x} + s->k, 4)) return 0;
                a = load_be32(data + (std::uint64_t{x} + s->k));
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ldi_h_jeq:
                if (!fits(std::uint64_t{x} + s->k, 2)) return 0;
                a = load_be16(data + (std::uint64_t{x} + s->k));
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ldi_b_jeq:
                if (!fits(std::uint64_t{x} + s->k, 1)) return 0;
                a = data[std::uint64_t{x} + s->k];
                at = a == s->value ? s->jt : s->jf;
                continue;
            case step_op::ld_w_jset:
                if (Checked && !fits(s->k, 4)) return 0;
                a = load_be32(data + s->k);
                at = (a & s->value) != 0 ? s->jt : s->jf;
                continue;
            case step_op::ld_h_jset:
                if (Checked && !fits(s->k, 2)) return 0;
                a = load_be16(data + s->k);
                at = (a & s->value) != 0 ? s->jt : s->jf;
                continue;
            case step_op::ld_b_jset:
                if (Checked && !fits(s->k, 1)) return 0;
                a = data[s->k];
                at = (a & s->value) != 0 ? s->jt : s->jf;
                continue;
            case step_op::ldi_b_jset:
                if (!fits(std::uint64_t{x} + s->k, 1)) return 0;
                a = data[std::uint64_t{x} + s->k];
                at = (a & s->value) != 0 ? s->jt : s->jf;
                continue;
            case step_op::ld_w_and_jeq:
                if (Checked && !fits(s->k, 4)) return 0;
                a = load_be32(data + s->k) & s->mask;
                at = a == s->value ? s->jt : s->jf;
                continue;
        }
        return 0;
    }
}

}  // namespace pcapframe::filter
