// SIP (RFC 3261): start lines and headers.
#pragma once

#include <pcapframe/message/http.hpp>

namespace pcapframe::inline v0_2::message {

/// Nothing where the first line is not whole, or not one of SIP 2.0.
[[nodiscard]] inline std::optional<http_start> parse_sip_start(bytes_view message) {
    std::string_view line;
    if (!line_reader(message).next(line)) return std::nullopt;
    constexpr std::string_view prefix = "SIP/";
    const auto start =
        line.starts_with(prefix) ? detail::parse_status_line(line, prefix) : detail::parse_request_line(line, prefix);
    if (!start || start->version != "2.0") return std::nullopt;
    const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!std::all_of(start->method.begin(), start->method.end(), is_letter)) return std::nullopt;
    return start;
}

/// Whether a payload begins as a SIP message does.
[[nodiscard]] inline probed probe_sip(const payload_bytes& p) {
    if (p.bytes.size() < 12 || p.bytes[0] < 'A' || p.bytes[0] > 'Z' || p.bytes[1] < 'A' || p.bytes[1] > 'Z')
        return probed::no;
    return parse_sip_start(p.bytes) ? probed::yes : probed::no;
}

/// The header lines that columns show.
enum class sip_header : std::uint8_t { none, from, to, call_id };

/// Which of them a name is, in its long or its compact form.
[[nodiscard]] inline sip_header sip_header_of(std::string_view name) noexcept {
    name = trimmed(name);
    if (equal_ignoring_case(name, "from") || equal_ignoring_case(name, "f")) return sip_header::from;
    if (equal_ignoring_case(name, "to") || equal_ignoring_case(name, "t")) return sip_header::to;
    if (equal_ignoring_case(name, "call-id") || equal_ignoring_case(name, "i")) return sip_header::call_id;
    return sip_header::none;
}

/// Appends an address without the password that its URI may have ("sip:user:password@host").
inline void write_sip_address(made_text& out, std::string_view address) noexcept {
    const std::size_t scheme = address.find("sip");
    const std::size_t begin = scheme == std::string_view::npos ? scheme : address.find(':', scheme);
    const std::size_t at = begin == std::string_view::npos ? begin : address.find('@', begin);
    const std::size_t secret = at == std::string_view::npos ? at : address.find(':', begin + 1);
    if (secret == std::string_view::npos || secret > at) {
        out.add_bytes(address);
        return;
    }
    out.add_bytes(address.substr(0, secret + 1)).add("***").add_bytes(address.substr(at));
}

}  // namespace pcapframe::message
