// One instruction of classic BPF: the codes of its operations, and the names that the Linux kernel's extensions have.
//
// Source: McCanne and Jacobson, "The BSD Packet Filter" (1993), and the Linux kernel's Documentation/networking/filter.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pcapframe::inline v0_2::filter {

/// Laid out as `struct sock_filter` and `struct bpf_insn`: an array of these is what kernels take.
struct instruction {
    std::uint16_t code = 0;
    std::uint8_t jt = 0;  ///< instructions that a jump passes over where its test holds
    std::uint8_t jf = 0;  ///< instructions that a jump passes over where its test fails
    std::uint32_t k = 0;

    friend constexpr bool operator==(const instruction&, const instruction&) = default;
};

namespace bpf {

/// Classes.
inline constexpr std::uint16_t ld = 0x00, ldx = 0x01, st = 0x02, stx = 0x03, alu = 0x04, jmp = 0x05, ret = 0x06,
                               misc = 0x07;
/// Sizes of loads.
inline constexpr std::uint16_t w = 0x00, h = 0x08, b = 0x10;
/// Modes of loads.
inline constexpr std::uint16_t imm = 0x00, abs = 0x20, ind = 0x40, mem = 0x60, len = 0x80, msh = 0xa0;
/// Operations of arithmetic.
inline constexpr std::uint16_t add = 0x00, sub = 0x10, mul = 0x20, div = 0x30, or_ = 0x40, and_ = 0x50, lsh = 0x60,
                               rsh = 0x70, neg = 0x80, mod = 0x90, xor_ = 0xa0;
/// Operations of jumps.
inline constexpr std::uint16_t ja = 0x00, jeq = 0x10, jgt = 0x20, jge = 0x30, jset = 0x40;
/// The second operand: a constant or the index register; what is returned: a constant or the accumulator.
inline constexpr std::uint16_t k = 0x00, x = 0x08, a = 0x10;
/// Moves between the registers.
inline constexpr std::uint16_t tax = 0x00, txa = 0x80;

/// The words of memory that a program has.
inline constexpr std::uint32_t memory_words = 16;
inline constexpr std::size_t instructions_max = 4096;  ///< what the Linux kernel takes

/// Loads from here on ask the Linux kernel about the packet instead of reading its bytes.
inline constexpr std::uint32_t ancillary = 0xfffff000;
inline constexpr std::uint32_t ad_protocol = 0, ad_pkttype = 4, ad_ifindex = 8, ad_nlattr = 12, ad_nlattr_nest = 16,
                               ad_mark = 20, ad_queue = 24, ad_hatype = 28, ad_rxhash = 32, ad_cpu = 36,
                               ad_alu_xor_x = 40, ad_vlan_tag = 44, ad_vlan_tag_present = 48, ad_pay_offset = 52,
                               ad_random = 56, ad_vlan_tpid = 60, ad_end = 64;
/// Loads relative to the network header and to the link-layer header, on Linux.
inline constexpr std::uint32_t network_header = 0xfff00000, link_header = 0xffe00000;

}  // namespace bpf

}  // namespace pcapframe::filter
