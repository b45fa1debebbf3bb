// HTTP/1 (RFC 9110, RFC 9112) and SSDP, which has its form: start lines and headers.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <pcapframe/message/header_lines.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// The first line of a request or a response.
struct http_start {
    std::string_view method;  ///< empty in a response
    std::string_view uri;
    std::string_view version;  ///< "1.1"
    std::uint16_t status = 0;  ///< 0 in a request
};

namespace detail {

/// The methods of the IANA "HTTP Method Registry", and those of SSDP and UPnP.
inline constexpr std::array<std::string_view, 43> http_methods{
    "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LABEL",
    "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE",
    "NOTIFY", "OPTIONS", "ORDERPATCH", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PUT", "QUERY", "REBIND", "REPORT",
    "SEARCH", "SUBSCRIBE", "TRACE", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UNSUBSCRIBE", "UPDATE",
    "UPDATEREDIRECTREF", "VERSION-CONTROL"};

/// A status line "PREFIX/VERSION 200 ...": its version and its three digits.
[[nodiscard]] inline std::optional<http_start> parse_status_line(std::string_view line, std::string_view prefix) {
    constexpr std::size_t version_bytes = 3;
    if (!line.starts_with(prefix) || line.size() < prefix.size() + version_bytes + 4) return std::nullopt;
    http_start start;
    start.version = line.substr(prefix.size(), version_bytes);
    const std::string_view digits = line.substr(prefix.size() + version_bytes + 1, 3);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_right = is_digit(start.version[0]) && start.version[1] == '.' && is_digit(start.version[2]) &&
                          line[prefix.size() + version_bytes] == ' ' &&
                          std::all_of(digits.begin(), digits.end(), is_digit);
    if (!is_right) return std::nullopt;
    for (const char c : digits) start.status = static_cast<std::uint16_t>(start.status * 10 + (c - '0'));
    return start;
}

/// A request line "METHOD URI PREFIX/VERSION", whatever the method.
[[nodiscard]] inline std::optional<http_start> parse_request_line(std::string_view line, std::string_view prefix) {
    constexpr std::size_t version_bytes = 3;
    const std::size_t method_end = line.find(' ');
    const std::size_t uri_end = line.rfind(' ');
    if (method_end == std::string_view::npos || uri_end <= method_end + 1) return std::nullopt;
    const std::string_view protocol = line.substr(uri_end + 1);
    if (!protocol.starts_with(prefix) || protocol.size() != prefix.size() + version_bytes) return std::nullopt;
    return http_start{line.substr(0, method_end), line.substr(method_end + 1, uri_end - method_end - 1),
                      protocol.substr(prefix.size()), 0};
}

}  // namespace detail

/// Nothing where the first line is not whole, or not one of HTTP/1.
[[nodiscard]] inline std::optional<http_start> parse_http_start(bytes_view message) {
    std::string_view line;
    if (!line_reader(message).next(line)) return std::nullopt;
    constexpr std::string_view prefix = "HTTP/";
    if (line.starts_with(prefix)) return detail::parse_status_line(line, prefix);
    const auto start = detail::parse_request_line(line, prefix);
    const auto& known = detail::http_methods;
    return start && std::binary_search(known.begin(), known.end(), start->method) ? start : std::nullopt;
}

/// Whether bytes begin with a start line that is whole. The first letters tell nearly all others apart.
[[nodiscard]] inline probed probe_http(const payload_bytes& p) {
    if (p.bytes.size() < 4 || p.bytes[0] < 'A' || p.bytes[0] > 'V' || p.bytes[2] < '-' || p.bytes[2] > 'Z')
        return probed::no;
    return parse_http_start(p.bytes) ? probed::yes : probed::no;
}

/// Calls `use(name)` for each cookie that a header line sends ("Cookie") or sets ("Set-Cookie"), and for none of their
/// values.
template <class Use>
void each_cookie_name(std::string_view header, std::string_view value, Use use) {
    const bool is_set = equal_ignoring_case(header, "set-cookie");
    if (!is_set && !equal_ignoring_case(header, "cookie")) return;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find(';'), value.size());
        const std::string_view pair = value.substr(0, end);
        const std::size_t sign = pair.find('=');
        // What has no name may be a value.
        if (sign != std::string_view::npos) use(trimmed(pair.substr(0, sign)));
        if (is_set) return;  // what follows are attributes
        value.remove_prefix(std::min(value.size(), end + 1));
    }
}

}  // namespace pcapframe::message
