// Programs as text: the three forms that tcpdump prints (-d, -dd, -ddd), and the last form read back.
#pragma once

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2::filter {

/// How a program is printed.
enum class text_form : std::uint8_t {
    assembly,  ///< one instruction a line in words (-d)
    c,         ///< initialisers of C arrays (-dd)
    decimal,   ///< the number of instructions, then four numbers a line (-ddd)
};

namespace detail {

inline std::string as_signed(std::uint32_t number) { return std::to_string(static_cast<std::int32_t>(number)); }

inline std::string as_hex(std::uint32_t number) {
    std::array<char, 8> digits{};
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return "0x" + std::string(digits.data(), done.ptr);
}

inline std::string ancillary_name(std::uint32_t k) {
    constexpr std::array<std::string_view, 16> names{"proto", "type",   "ifidx",  "nla",      "nlan",  "mark",
                                                     "queue", "hatype", "rxhash", "cpu",      "xor_x", "vlan_tci",
                                                     "vlanp", "poff",   "random", "vlan_tpid"};
    const std::uint32_t which = k - bpf::ancillary;
    return which < bpf::ad_end && which % 4 == 0 ? std::string(names[which / 4]) : as_signed(k);
}

inline std::string load_operand(const instruction& i) {
    using namespace bpf;
    switch (i.code & 0xe0) {
        case imm: return "#" + as_hex(i.k);
        case abs: return "[" + (i.k >= ancillary ? ancillary_name(i.k) : as_signed(i.k)) + "]";
        case ind: return "[x + " + as_signed(i.k) + "]";
        case mem: return "M[" + as_signed(i.k) + "]";
        case msh: return "4*([" + as_signed(i.k) + "]&0xf)";
        default: return "#pktlen";
    }
}

struct named {
    std::string_view name;
    std::string operand;
};

inline named described_alu(const instruction& i) {
    constexpr std::array<std::string_view, 11> names{"add", "sub", "mul", "div", "or", "and",
                                                     "lsh", "rsh", "neg", "mod", "xor"};
    const std::uint16_t op = i.code & 0xf0;
    if (op == bpf::neg) return {"neg", ""};
    const bool bits = op == bpf::and_ || op == bpf::or_ || op == bpf::xor_;
    const std::string constant = "#" + (bits ? as_hex(i.k) : as_signed(i.k));
    return {op <= bpf::xor_ ? names[op >> 4U] : "unimp", (i.code & bpf::x) != 0 ? "x" : constant};
}

inline named described_jump(const instruction& i, std::size_t at) {
    constexpr std::array<std::string_view, 5> names{"ja", "jeq", "jgt", "jge", "jset"};
    const unsigned op = (i.code & 0xf0U) >> 4;
    if (op >= names.size()) return {"unimp", as_hex(i.code)};
    if (op == 0) return {"ja", as_signed(static_cast<std::uint32_t>(at) + 1 + i.k)};
    return {names[op], (i.code & bpf::x) != 0 ? "x" : "#" + as_hex(i.k)};
}

inline named described(const instruction& i, std::size_t at) {
    constexpr std::array<std::string_view, 3> loads{"ld", "ldh", "ldb"};
    const unsigned size = (i.code & 0x18U) >> 3;
    switch (i.code & 0x07) {
        case bpf::ld: return {size < 3 ? loads[size] : "unimp", load_operand(i)};
        case bpf::ldx: return {(i.code & 0xe0) == bpf::msh ? "ldxb" : "ldx", load_operand(i)};
        case bpf::st: return {"st", "M[" + as_signed(i.k) + "]"};
        case bpf::stx: return {"stx", "M[" + as_signed(i.k) + "]"};
        case bpf::alu: return described_alu(i);
        case bpf::jmp: return described_jump(i, at);
        case bpf::ret: return {"ret", (i.code & bpf::a) != 0 ? "" : "#" + as_signed(i.k)};
        default: return {(i.code & bpf::txa) != 0 ? "txa" : "tax", ""};
    }
}

inline std::string assembly_line(const instruction& i, std::size_t at) {
    const named what = described(i, at);
    std::array<char, 160> line{};
    const std::string name(what.name);
    const bool forks = (i.code & 0x07) == bpf::jmp && (i.code & 0xf0) != bpf::ja;
    if (forks) {
        std::snprintf(line.data(), line.size(), "(%03zu) %-8s %-16s jt %zu\tjf %zu", at, name.c_str(),
                      what.operand.c_str(), at + 1 + i.jt, at + 1 + i.jf);
    } else {
        std::snprintf(line.data(), line.size(), "(%03zu) %-8s %s", at, name.c_str(), what.operand.c_str());
    }
    return std::string(line.data()) + "\n";
}

/// The next decimal number of a text and what is left behind it.
inline std::optional<std::uint32_t> take_number(std::string_view& text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n,");
    if (start == std::string_view::npos) return std::nullopt;
    text.remove_prefix(start);
    std::uint32_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

}  // namespace detail

/// A program as text, in lines.
[[nodiscard]] inline std::string to_text(std::span<const instruction> code, text_form form) {
    std::string text;
    if (form == text_form::decimal) text = std::to_string(code.size()) + "\n";
    for (std::size_t at = 0; at < code.size(); ++at) {
        const instruction& i = code[at];
        if (form == text_form::assembly) {
            text += detail::assembly_line(i, at);
        } else if (form == text_form::c) {
            text += "{ " + detail::as_hex(i.code) + ", " + std::to_string(i.jt) + ", " + std::to_string(i.jf) + ", 0x";
            const std::string digits = detail::as_hex(i.k).substr(2);
            text += std::string(8 - digits.size(), '0') + digits + " },\n";
        } else {
            text += std::to_string(i.code) + " " + std::to_string(i.jt) + " " + std::to_string(i.jf) + " " +
                    std::to_string(i.k) + "\n";
        }
    }
    return text;
}

/// The instructions of a text in decimal form; nothing where the text has another form. Line ends and commas part
/// numbers alike, as in the text of iptables and the tc command.
[[nodiscard]] inline std::optional<std::vector<instruction>> from_decimal(std::string_view text) {
    const auto count = detail::take_number(text);
    if (!count || *count > bpf::instructions_max) return std::nullopt;
    std::vector<instruction> code(*count);
    for (instruction& i : code) {
        const auto op = detail::take_number(text);
        const auto jt = detail::take_number(text);
        const auto jf = detail::take_number(text);
        const auto k = detail::take_number(text);
        if (!op || !jt || !jf || !k || *op > 0xffff || *jt > 255 || *jf > 255) return std::nullopt;
        i = {static_cast<std::uint16_t>(*op), static_cast<std::uint8_t>(*jt), static_cast<std::uint8_t>(*jf), *k};
    }
    if (text.find_first_not_of(" \t\r\n,") != std::string_view::npos) return std::nullopt;
    return code;
}

}  // namespace pcapframe::filter
