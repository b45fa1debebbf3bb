// Which bytes count where fragments of a datagram overlap: the policies by name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// What a receiver does with fragments that overlap. Those that put overlapping fragments together trim pieces as
/// fragments come; `bsd` and `windows` are as Novak describes them, "Target-Based Fragmentation Reassembly" (2005).
enum class overlap_policy : std::uint8_t {
    first,    ///< the bytes that came first
    last,     ///< the bytes that came last
    bsd,      ///< those of the piece that begins first; of two that begin alike, of the one that came first
    kernel,   ///< "linux", as it is since 4.20: a fragment that overlaps discards what has come of the datagram so far
    windows,  ///< the bytes that came first, but for pieces that a fragment begins before and ends behind
    rfc5722,  ///< a fragment that overlaps discards the datagram, and what is still to come of it
};

/// The name of a policy in options.
struct named_policy {
    std::string_view name;
    overlap_policy policy;
};

/// All policies by name. No enumerator is called linux: that is a macro of GNU C++.
inline constexpr std::array overlap_policies{
    named_policy{"first", overlap_policy::first},     named_policy{"last", overlap_policy::last},
    named_policy{"bsd", overlap_policy::bsd},         named_policy{"linux", overlap_policy::kernel},
    named_policy{"windows", overlap_policy::windows}, named_policy{"rfc5722", overlap_policy::rfc5722},
};

/// Whether fragments are put together, and how: nothing for "off" and "false", "linux" for "on" and "true". Errors:
/// another word (with the nearest right one).
[[nodiscard]] inline result<std::optional<overlap_policy>> parse_defragment(std::string_view text) {
    if (text == "off" || text == "false") return std::optional<overlap_policy>();
    if (text == "on" || text == "true") return std::optional(overlap_policy::kernel);
    std::vector<std::string_view> names{"off", "on"};
    for (const named_policy& one : overlap_policies) {
        if (one.name == text) return std::optional(one.policy);
        names.push_back(one.name);
    }
    return error{.code = errc::bad_value,
                 .detail = "off, on, first, last, bsd, linux, windows or rfc5722",
                 .subject = text,
                 .hint = nearest_word(text, names)};
}

}  // namespace pcapframe
