// Whether bytes are a message of the DNS and its kin.
#pragma once

#include <pcapframe/message/dns.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// Operations of the DNS, and of the NetBIOS name service, as bits by their numbers.
inline constexpr unsigned dns_opcodes = 1U << 0 | 1U << 1 | 1U << 2 | 1U << 4 | 1U << 5 | 1U << 6;
inline constexpr unsigned nbns_opcodes = 1U << 0 | 1U << 5 | 1U << 6 | 1U << 7 | 1U << 8 | 1U << 9 | 1U << 15;

/// The bit that is to be zero, and is not always.
[[nodiscard]] inline bool has_dns_reserved_bit(dns_header_view header) noexcept {
    return (header.flags() & 0x0040) != 0;
}

/// The header can be one: an operation that is defined, and bytes enough for all that it counts. Nearly all other bytes
/// are told apart here.
[[nodiscard]] inline bool is_dns_header(const payload_bytes& p, unsigned opcodes = dns_opcodes) noexcept {
    const auto header = dns_header_view::check(p.bytes);
    if (!header) return false;
    return (opcodes >> header->opcode() & 1U) != 0 && header->least_bytes() <= p.wire_bytes;
}

/// Whether the bytes are a DNS message, wherever they were found: `yes` where every question and record that the header
/// counts is there, well-formed, and nothing is behind them; `more` where the header and what there is of the first
/// question are right, which decides where such messages are expected. The header has been checked.
[[nodiscard]] inline probed probe_dns_sections(const payload_bytes& p) noexcept {
    const dns_header_view header = dns_header_view::of(p.bytes.data());
    dns_sections sections(p.bytes);
    bool is_class_known = true;
    while (const auto question = sections.next_question()) {
        // mDNS asks for unicast responses by the highest bit.
        const unsigned class_number = question->class_number & 0x7fffU;
        is_class_known = is_class_known && !dns_registry::name_in(dns_registry::class_list, class_number).empty();
    }
    const bool are_questions_right = sections.ok() && is_class_known;
    while (sections.next_record()) {}
    const bool is_empty = header.questions() == 0 && header.records() == 0;
    if (are_questions_right && sections.ok() && sections.offset() == p.bytes.size() && !is_empty) return probed::yes;
    const bool may_go_on = sections.ok() || p.is_cut();
    return are_questions_right || may_go_on ? probed::more : probed::no;
}

/// DNS over TCP (RFC 1035, section 4.2.2): the first message of a segment, without the length in front. Empty where the
/// bytes do not begin with a whole one.
[[nodiscard]] inline payload_bytes dns_in_segment(const payload_bytes& p) noexcept {
    constexpr std::size_t prefix_bytes = 2;
    if (p.bytes.size() < prefix_bytes + dns_header_view::header_bytes) return {};
    const std::size_t length = load_be16(p.bytes.data());
    if (length < dns_header_view::header_bytes) return {};
    const bytes_view rest = p.bytes.subspan(prefix_bytes);
    return {rest.first(std::min(length, rest.size())), length};
}

}  // namespace pcapframe::message
