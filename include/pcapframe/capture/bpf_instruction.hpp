// Programs for the filter in the kernel: the shortest ones, and how packets are cut.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2 {

/// A compiled filter is attached as it is.
using bpf_instruction = filter::instruction;
using kernel_program = std::vector<bpf_instruction>;

/// The codes that the programs made here consist of.
namespace bpf_code {
using namespace filter::bpf;
inline constexpr std::uint16_t load_half = ld | h | abs;          // A = 16 bits at k
inline constexpr std::uint16_t load_byte = ld | b | abs;          // A = 8 bits at k
inline constexpr std::uint16_t load_byte_indexed = ld | b | ind;  // A = 8 bits at X + k
inline constexpr std::uint16_t load_index = ldx | imm;            // X = k
inline constexpr std::uint16_t shift_right = alu | rsh | k;       // A >>= k
inline constexpr std::uint16_t jump = jmp | ja;                   // skip k instructions
inline constexpr std::uint16_t jump_if_equal = jmp | jeq | k;     // A == k
inline constexpr std::uint16_t return_constant = ret | k;         // bytes of the packet to take, 0 to reject the packet
}  // namespace bpf_code

/// Takes nothing.
[[nodiscard]] inline kernel_program reject_all() { return {{bpf_code::return_constant, 0, 0, 0}}; }

/// Takes the first `snaplen` bytes of every packet.
[[nodiscard]] inline kernel_program accept_all(std::uint32_t snaplen) {
    return {{bpf_code::return_constant, 0, 0, snaplen}};
}

/// The program with every accepting return taking at most `snaplen` bytes: in a kernel that is how packets are cut.
[[nodiscard]] inline kernel_program limited_to(std::span<const bpf_instruction> program, std::uint32_t snaplen) {
    kernel_program limited(program.begin(), program.end());
    for (bpf_instruction& instruction : limited)
        if (instruction.code == bpf_code::return_constant) instruction.k = std::min(instruction.k, snaplen);
    return limited;
}

}  // namespace pcapframe
