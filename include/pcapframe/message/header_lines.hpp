// Messages of lines as HTTP/1 (RFC 9112), SSDP and SIP (RFC 3261) have them: a start line, then "Name: value" lines.
#pragma once

#include <string_view>

#include <pcapframe/base/text.hpp>
#include <pcapframe/message/made_text.hpp>

namespace pcapframe::inline v0_2::message {

/// A text without the blanks and tabs at its ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Reads whole lines, one after the other. A line ends with CR LF, or with LF alone as many take it.
class line_reader {
public:
    explicit line_reader(bytes_view bytes) noexcept : left_(as_text(bytes)) {}

    /// False at the end, and where the last line is not whole.
    [[nodiscard]] bool next(std::string_view& line) noexcept {
        const std::size_t end = left_.find('\n');
        if (end == std::string_view::npos) return false;
        line = left_.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        left_.remove_prefix(end + 1);
        return true;
    }

private:
    std::string_view left_;
};

/// Calls `use(name, value)` for each header line that is whole, up to the empty line that ends them. Whether that line
/// is there, and the headers are all there.
template <class Use>
bool each_header(bytes_view message, Use use) {
    line_reader lines(message);
    std::string_view line;
    if (!lines.next(line)) return false;  // the start line
    while (lines.next(line)) {
        if (line.empty()) return true;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) continue;
        use(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    return false;
}

namespace detail {

/// Whether the value of a parameter of this name is likely a secret.
[[nodiscard]] inline bool names_secret(std::string_view name) noexcept {
    constexpr std::string_view words[] = {"pass",  "pwd",    "secret",  "token",  "auth",
                                          "apikey", "api_key", "session", "sid"};
    for (const std::string_view word : words)
        for (std::size_t i = 0; i + word.size() <= name.size(); ++i)
            if (equal_ignoring_case(name.substr(i, word.size()), word)) return true;
    return false;
}

/// Appends "name=value&...", with the values of secrets left out.
inline void add_parameters(made_text& out, std::string_view parameters) noexcept {
    while (true) {
        const std::size_t end = std::min(parameters.find_first_of("&;"), parameters.size());
        const std::string_view one = parameters.substr(0, end);
        const std::size_t sign = std::min(one.find('='), one.size());
        const bool is_secret = sign < one.size() && names_secret(one.substr(0, sign));
        out.add_bytes(is_secret ? one.substr(0, sign + 1) : one);
        if (is_secret) out.add("***");
        if (end == parameters.size()) return;
        out.add(parameters[end]);
        parameters.remove_prefix(end + 1);
    }
}

}  // namespace detail

/// Appends a URI (RFC 3986) without its secrets: "***" stands for user information in front of a host, and for the
/// values of parameters that are named like passwords, tokens and sessions.
inline void write_uri(made_text& out, std::string_view uri) noexcept {
    const std::size_t query = std::min(uri.find('?'), uri.size());
    std::string_view path = uri.substr(0, query);
    const std::size_t slashes = path.find("//");
    const bool has_authority = slashes != std::string_view::npos && (slashes == 0 || path[slashes - 1] == ':');
    // What begins with neither is an authority alone, as CONNECT has it.
    const bool is_path = path.starts_with('/') || path == "*";
    const std::size_t host = has_authority ? slashes + 2 : is_path ? path.size() : 0;
    const std::string_view authority = path.substr(host, std::min(path.find('/', host), path.size()) - host);
    const std::size_t at = authority.rfind('@');
    out.add_bytes(path.substr(0, host));
    if (at != std::string_view::npos) out.add("***");
    out.add_bytes(path.substr(at != std::string_view::npos ? host + at : host));
    if (query == uri.size()) return;
    out.add('?');
    detail::add_parameters(out, uri.substr(query + 1));
}

}  // namespace pcapframe::message
