// Whether a program is one that the Linux kernel would take: such a program ends, and touches nothing outside its
// memory.
#pragma once

#include <span>
#include <vector>

#include <pcapframe/base/error.hpp>
#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

[[nodiscard]] constexpr bool is_known_alu(std::uint16_t code) noexcept {
    const auto op = static_cast<std::uint16_t>(code & 0xf0);
    const auto source = static_cast<std::uint16_t>(code & 0x0f);
    if (op == bpf::neg) return source == (bpf::alu | bpf::k);
    return op <= bpf::xor_ && (source == (bpf::alu | bpf::k) || source == (bpf::alu | bpf::x));
}

[[nodiscard]] constexpr bool is_known_code(std::uint16_t code) noexcept {
    using namespace bpf;
    switch (code) {
        case ld | w | abs:
        case ld | h | abs:
        case ld | b | abs:
        case ld | w | ind:
        case ld | h | ind:
        case ld | b | ind:
        case ld | w | len:
        case ld | imm:
        case ld | mem:
        case ldx | w | len:
        case ldx | b | msh:
        case ldx | imm:
        case ldx | mem:
        case st:
        case stx:
        case ret | k:
        case ret | a:
        case misc | tax:
        case misc | txa:
        case jmp | ja:
        case jmp | jeq | k:
        case jmp | jeq | x:
        case jmp | jge | k:
        case jmp | jge | x:
        case jmp | jgt | k:
        case jmp | jgt | x:
        case jmp | jset | k:
        case jmp | jset | x: return true;
        default: return code <= 0xff && (code & 0x07) == alu && is_known_alu(code);
    }
}

[[nodiscard]] constexpr bool is_jump(std::uint16_t code) noexcept { return (code & 0x07) == bpf::jmp; }
[[nodiscard]] constexpr bool is_return(std::uint16_t code) noexcept { return (code & 0x07) == bpf::ret; }

[[nodiscard]] constexpr bool touches_memory(std::uint16_t code) noexcept {
    using namespace bpf;
    return code == st || code == stx || code == (ld | mem) || code == (ldx | mem);
}

/// Every operand is in range; `at` is the place in a program of `size` instructions.
[[nodiscard]] constexpr const char* operand_problem(const instruction& i, std::size_t at, std::size_t size) noexcept {
    using namespace bpf;
    const std::size_t left = size - at - 1;
    if (touches_memory(i.code) && i.k >= memory_words) return "a memory word beyond M[15]";
    if ((i.code == (alu | div | k) || i.code == (alu | mod | k)) && i.k == 0) return "a division by zero";
    if ((i.code == (alu | lsh | k) || i.code == (alu | rsh | k)) && i.k > 31) return "a shift by more than 31 bits";
    if (i.code == (jmp | ja) && i.k >= left) return "a jump out of the program";
    if (is_jump(i.code) && i.code != (jmp | ja) && (i.jt >= left || i.jf >= left)) return "a jump out of the program";
    const bool absolute = i.code == (ld | w | abs) || i.code == (ld | h | abs) || i.code == (ld | b | abs);
    const bool known = i.k % 4 == 0 && i.k - ancillary < ad_end;
    if (absolute && i.k >= ancillary && !known) return "a load of unknown ancillary data";
    return nullptr;
}

/// No memory word is read that was not written on every way to it. Bit n of a mask stands for M[n].
[[nodiscard]] inline const char* memory_problem(std::span<const instruction> code) {
    using namespace bpf;
    std::vector<std::uint16_t> written(code.size(), 0xffff);
    std::uint16_t now = 0;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const instruction& i = code[at];
        now &= written[at];
        const auto bit = static_cast<std::uint16_t>(1U << (i.k & 15));
        if (i.code == st || i.code == stx) now |= bit;
        if ((i.code == (ld | mem) || i.code == (ldx | mem)) && (now & bit) == 0)
            return "a memory word is read that may not have been written";
        if (!is_jump(i.code)) continue;
        if (i.code == (jmp | ja)) {
            written[at + 1 + i.k] &= now;
        } else {
            written[at + 1 + i.jt] &= now;
            written[at + 1 + i.jf] &= now;
        }
        now = 0xffff;
    }
    return nullptr;
}

}  // namespace detail

/// What is wrong with a program and at which instruction; `reason` is nullptr where nothing is.
struct verdict_on_program {
    const char* reason = nullptr;
    std::size_t at = 0;

    [[nodiscard]] explicit operator bool() const noexcept { return reason == nullptr; }
};

/// The rules of the Linux kernel (bpf_check_classic): 1 to 4096 known instructions, operands in range, jumps forward
/// and inside, a return at the end, memory words written before they are read.
[[nodiscard]] inline verdict_on_program validate(std::span<const instruction> code) {
    if (code.empty()) return {"no instructions", 0};
    if (code.size() > bpf::instructions_max) return {"more than 4096 instructions", bpf::instructions_max};
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (!detail::is_known_code(code[at].code)) return {"an unknown instruction", at};
        if (const char* why = detail::operand_problem(code[at], at, code.size())) return {why, at};
    }
    if (!detail::is_return(code.back().code)) return {"no return at the end", code.size() - 1};
    return {detail::memory_problem(code), 0};
}

}  // namespace pcapframe::filter
