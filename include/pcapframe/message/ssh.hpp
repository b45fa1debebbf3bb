// SSH: the identification that both sides begin with (RFC 4253, section 4.2).
#pragma once

#include <pcapframe/message/header_lines.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// The identification line, "SSH-2.0-OpenSSH_9.2", without its end; empty where the bytes do not begin with a whole
/// one.
[[nodiscard]] inline std::string_view ssh_identification(bytes_view segment) noexcept {
    constexpr std::size_t line_bytes_max = 255;
    std::string_view line;
    if (!as_text(segment).starts_with("SSH-") || !line_reader(segment).next(line)) return {};
    return line.size() <= line_bytes_max && line.find('-', 4) != std::string_view::npos ? line : std::string_view();
}

/// Whether a payload begins with the first line of SSH.
[[nodiscard]] inline probed probe_ssh(const payload_bytes& p) noexcept {
    return ssh_identification(p.bytes).empty() ? probed::no : probed::yes;
}

}  // namespace pcapframe::message
