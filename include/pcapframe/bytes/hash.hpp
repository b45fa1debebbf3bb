// A hash for names and checksums of our own files.
#pragma once

#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2 {

/// 64 bits of FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv): against accidents, not against attackers. `hash` is
/// the hash of the bytes before these.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes,
                                            std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL) noexcept {
    for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100'0000'01b3ULL;
    return hash;
}

}  // namespace pcapframe
