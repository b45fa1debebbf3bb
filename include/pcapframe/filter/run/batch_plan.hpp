// What a batch needs to know of each step of a program beforehand: where its test leads, and which registers are
// looked at later.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <pcapframe/filter/run/machine.hpp>

namespace pcapframe::inline v0_2::filter::detail {

/// What a load reads that is not inside of its packet.
inline constexpr std::array<std::uint8_t, 4> nothing{};

/// Where the two outcomes of a test lead: to other steps, where lists of packets wait, or to the end of the program.
enum class branch_kind : std::uint8_t { to_lists, yes_to_list, no_to_list, to_end };

/// A test, with its targets. A fused test holds where `loaded & mask == wanted`; a test for several values holds where
/// the value is one of `others`, too.
struct branch {
    branch_kind kind = branch_kind::to_lists;
    std::uint8_t yes_mark = 0;  ///< the verdict, where the outcome leads to the end
    std::uint8_t no_mark = 0;
    bool keeps_a = false;  ///< what is loaded is looked at later
    bool several = false;
    bool at_least = false;    ///< a load and the test behind it: whether the value is at least `least`
    std::uint64_t least = 0;  ///< see at_least
    std::uint16_t yes = 0;
    std::uint16_t no = 0;
    std::uint32_t mask = 0;
    std::uint32_t wanted = 0;
    std::array<std::uint32_t, 2> others{};
    bool has_second = false;  ///< where no value of the first test is loaded, `second_values` lead to `second`
    std::uint16_t second = 0;
    std::array<std::uint32_t, 2> second_values{};
    std::uint32_t kept_bits = 0;  ///< the bits of the loaded value that the accumulator has afterwards
};

/// Whether a step loads from a fixed place, and may test what it loaded.
[[nodiscard]] constexpr bool loads_fixed(step_op op) noexcept {
    return op <= step_op::ld_b || (op >= step_op::ld_w_jeq && op <= step_op::ld_b_jeq) ||
           (op >= step_op::ld_w_jset && op <= step_op::ld_b_jset) || op == step_op::ld_w_and_jeq;
}

/// How many bytes a fused step loads.
[[nodiscard]] constexpr std::uint32_t fused_bytes(step_op op) noexcept {
    switch (op) {
        case step_op::ld_w_jeq:
        case step_op::ldi_w_jeq:
        case step_op::ld_w:
        case step_op::ldi_w:
        case step_op::ld_w_jset:
        case step_op::ld_w_and_jeq: return 4;
        case step_op::ld_h_jeq:
        case step_op::ldi_h_jeq:
        case step_op::ld_h:
        case step_op::ldi_h:
        case step_op::ld_h_jset: return 2;
        default: return 1;
    }
}

/// Which registers are looked at from a step on before something is written to them.
struct registers_read {
    bool a = false;
    bool x = false;

    friend constexpr registers_read operator|(registers_read l, registers_read r) noexcept {
        return {l.a || r.a, l.x || r.x};
    }
};

/// The registers that are looked at from a step on, where `next` are the registers read by the steps that this step
/// leads to.
[[nodiscard]] constexpr registers_read read_from(step_op op, registers_read next) noexcept {
    using enum step_op;
    if (op >= ld_w_jeq) return {false, next.x || (op >= ldi_w_jeq && op <= ldi_b_jeq) || op == ldi_b_jset};
    if (op >= jeq_k && op <= jset_x) return {true, next.x || op >= jeq_x};
    if (op >= add_k && op <= rsh_x) return {true, next.x || op >= add_x};
    switch (op) {
        case ret_a: return {true, false};
        case ret_k: return {};
        case ldi_w:
        case ldi_h:
        case ldi_b: return {false, true};
        case ld_w:
        case ld_h:
        case ld_b:
        case ld_imm:
        case ld_len:
        case ld_mem:
        case ld_context: return {false, next.x};
        case ldx_imm:
        case ldx_len:
        case ldx_mem:
        case ldx_msh: return {next.a, false};
        case tax: return {true, false};
        case txa: return {false, true};
        case st:
        case neg: return {true, next.x};
        case stx: return {next.a, true};
        default: return next;
    }
}

/// The targets of a test, for lists and verdicts.
constexpr void aim(branch& b, std::span<const step> steps) noexcept {
    const auto ends = [&](std::uint16_t at) { return steps[at].op == step_op::ret_k; };
    b.yes_mark = ends(b.yes) && steps[b.yes].k != 0 ? 1 : 0;
    b.no_mark = ends(b.no) && steps[b.no].k != 0 ? 1 : 0;
    if (ends(b.yes))
        b.kind = ends(b.no) ? branch_kind::to_end : branch_kind::no_to_list;
    else
        b.kind = ends(b.no) ? branch_kind::yes_to_list : branch_kind::to_lists;
}

/// Takes the tests for further values into the branch that leads to them: `port 80 or 443`, `vlan`.
constexpr void gather_values(branch& b, std::span<const step> steps) noexcept {
    for (std::size_t more = 0; more < b.others.size(); ++more) {
        const step& next = steps[b.no];
        if (next.op != step_op::jeq_k || next.jt != b.yes || next.jf == b.yes) break;
        if (more == 0) b.others.fill(next.k);
        b.others[more] = next.k;
        b.several = true;
        b.no = next.jf;
    }
}

/// And the tests for values that lead elsewhere: nearly all programs tell IPv4 from IPv6 first, or from ARP. Each value
/// must be one that so many bytes can have, and none may occur twice.
constexpr void gather_second(branch& b, std::span<const step> steps, std::uint32_t bytes) noexcept {
    const step& next = steps[b.no];
    if (next.op != step_op::jeq_k || next.jt == b.yes) return;
    branch more = b;
    more.second = next.jt;
    more.second_values.fill(next.k);
    more.no = next.jf;
    const step& last = steps[more.no];
    if (last.op == step_op::jeq_k && last.jt == more.second) {
        more.second_values[1] = last.k;
        more.no = last.jf;
    }
    if (more.no == more.second) return;
    if (!more.several) more.others.fill(more.wanted);
    for (const std::uint32_t value : more.second_values)
        if (value >> (8 * bytes) != 0 || value == more.wanted || value == more.others[0] || value == more.others[1])
            return;
    if ((more.wanted | more.others[0] | more.others[1]) >> (8 * bytes) != 0) return;
    more.has_second = more.no != more.yes;
    if (!more.has_second) {
        // The first test tells nothing apart.
        more.several = more.second_values[0] != more.second_values[1];
        more.wanted = more.second_values[0];
        more.others.fill(more.second_values[1]);
        more.yes = more.second;
    }
    b = more;
}

/// Whether a step does no more than asking whether the loaded value is one value, or one of the values of two tests.
[[nodiscard]] constexpr bool asks_for_values(const step& s, const branch& b) noexcept {
    if (b.has_second) return true;
    const bool has_one = (s.op == step_op::ld_h_jeq || s.op == step_op::ld_b_jeq) && !b.several && !b.keeps_a;
    return has_one && b.yes != b.no && b.kind != branch_kind::to_end && b.kind != branch_kind::no_to_list;
}

/// Takes the comparison behind a load into the load.
constexpr void gather_comparison(std::size_t at, std::span<const step> steps, std::span<branch> plan) noexcept {
    if (steps[at].op > step_op::ldi_b || at + 1 >= steps.size()) return;
    const step& next = steps[at + 1];
    if (next.op != step_op::jgt_k && next.op != step_op::jge_k) return;
    plan[at] = plan[at + 1];
    plan[at].at_least = true;
    plan[at].least = std::uint64_t{next.k} + (next.op == step_op::jgt_k ? 1 : 0);
    plan[at].kept_bits = 0xffffffff;
}

/// Whether a program begins with a test of the packet's length on the wire: `greater`, `less`.
[[nodiscard]] constexpr bool begins_with_length(std::span<const step> steps) noexcept {
    return steps.size() > 1 && steps[0].op == step_op::ld_len && steps[1].op == step_op::jgt_k;
}

/// Fills the plan of a program without loops, one branch for each step; whether the program looks at a register before
/// it has set that register.
inline bool plan_branches(std::span<const step> steps, std::span<branch> plan) {
    std::vector<registers_read> read(steps.size() + 1);
    for (std::size_t at = steps.size(); at-- > 0;) {
        const step& s = steps[at];
        const bool fused = s.op >= step_op::ld_w_jeq;
        const bool jumps = fused || (s.op >= step_op::jeq_k && s.op <= step_op::jset_x);
        registers_read next = read[at + 1];
        if (s.op == step_op::ja) next = read[s.jt];
        if (jumps) {
            next = read[s.jt] | read[s.jf];
            branch& b = plan[at];
            const bool is_set_test =
                (s.op >= step_op::ld_w_jset && s.op <= step_op::ld_b_jset) || s.op == step_op::ldi_b_jset;
            // A test that some of the bits are set is the opposite of a test that all of them are clear.
            b.yes = is_set_test ? s.jf : s.jt;
            b.no = is_set_test ? s.jt : s.jf;
            b.mask = is_set_test ? s.value : s.op == step_op::ld_w_and_jeq ? s.mask : 0xffffffff;
            b.wanted = is_set_test ? 0 : s.value;
            b.kept_bits = s.op == step_op::ld_w_and_jeq ? s.mask : 0xffffffff;
            if (fused && fused_bytes(s.op) < 4 && !is_set_test) gather_values(b, steps);
            if (fused && fused_bytes(s.op) < 4 && !is_set_test && loads_fixed(s.op))
                gather_second(b, steps, fused_bytes(s.op));
            b.keeps_a = read[b.yes].a || read[b.no].a || (b.has_second && read[b.second].a);
            aim(b, steps);
        }
        gather_comparison(at, steps, plan);
        read[at] = read_from(s.op, next);
    }
    return read[0].a || read[0].x;
}

/// Whether the first step tests all packets of a batch, and so needs no list of packets.
[[nodiscard]] inline bool begins_with_test(std::span<const step> steps, std::span<const branch> plan) noexcept {
    const bool tests = steps[0].op >= step_op::ld_w_jeq || plan[0].at_least;
    return (tests && loads_fixed(steps[0].op)) || begins_with_length(steps);
}

}  // namespace pcapframe::filter::detail
