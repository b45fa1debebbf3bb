// Numbers of types that are the same on one system and different ones on another.
#pragma once

#include <type_traits>

#include <pcapframe/base/assert.hpp>

namespace pcapframe::inline v0_2 {

/// A number as static_cast<To> makes it: std::uint64_t as std::size_t, or what std::bit_width gives (standard libraries
/// differ in its type). Where both are the same type on this system, a cast would be one for nothing, about which
/// compilers warn (-Wuseless-cast).
template <class To, class From>
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr To narrowed(From number) noexcept {
    if constexpr (std::is_same_v<To, From>) return number;
    else return static_cast<To>(number);
}

}  // namespace pcapframe
