// One label of an MPLS label stack. Source: RFC 3032 section 2.1.
//
// `check` guarantees the label's 4 bytes and, below the last label, the byte that tells IPv4 from IPv6: the label stack
// itself does not say which protocol it carries.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

class mpls_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<mpls_view> check(bytes_view stack) noexcept {
        if (stack.size() < header_bytes) return no_view;
        const mpls_view view(stack.data());
        return view.is_bottom() && stack.size() == header_bytes ? no_view : checked(view);
    }

    [[nodiscard]] constexpr std::uint32_t label() const noexcept { return load_be32(p_) >> 12; }
    [[nodiscard]] constexpr bool is_bottom() const noexcept { return (p_[2] & 1) != 0; }
    [[nodiscard]] constexpr std::uint8_t ttl() const noexcept { return p_[3]; }
    /// Below the last label: IPv4 or IPv6, told by the version, or nothing known (pseudowires carry anything).
    [[nodiscard]] constexpr next_header next() const noexcept {
        if (!is_bottom()) return {header_bytes, layer::mpls};
        const unsigned version = p_[header_bytes] >> 4;
        return {header_bytes, version == 4 ? layer::ipv4 : version == 6 ? layer::ipv6 : layer::none};
    }

private:
    constexpr explicit mpls_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
