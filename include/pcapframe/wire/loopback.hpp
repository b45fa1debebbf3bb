// BSD loopback encapsulation: four bytes of address family. LINKTYPE_NULL in the byte order of the machine that
// captured, LINKTYPE_LOOP in network byte order.
//
// `check` guarantees the four bytes. A NULL file does not say its byte order, so a family is read in whichever order
// makes it small; families are below 256, and 0 is the same in both. Source: https://www.tcpdump.org/linktypes.html.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// The address family in front of a packet.
class loopback_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<loopback_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(loopback_view(packet.data()));
    }

    [[nodiscard]] constexpr std::uint32_t family() const noexcept {
        const std::uint32_t big = load_be32(p_);
        if (big <= 0xffff) return big;
        // IRIX and UNICOS write 16 bits, in network byte order: AF_INET, or 24 for AF_INET6.
        const bool in_first_half = p_[0] == 0 && (p_[1] == 2 || p_[1] == 24) && p_[2] == 0 && p_[3] == 0;
        return in_first_half ? p_[1] : load_le32(p_);
    }
    /// AF_INET is 2 everywhere.
    [[nodiscard]] constexpr bool is_ipv4() const noexcept { return family() == 2; }
    /// AF_INET6: 24 on NetBSD, OpenBSD and BSD/OS, 28 on FreeBSD, 30 on Darwin, 10 on Linux.
    [[nodiscard]] constexpr bool is_ipv6() const noexcept {
        const std::uint32_t f = family();
        return f == 24 || f == 28 || f == 30 || f == 10;
    }

    /// AF_ISO is 7 on BSD.
    [[nodiscard]] constexpr bool is_osi() const noexcept { return family() == 7; }

    /// Some systems write an ethertype instead of a family: all families are smaller. 0 where it is none.
    [[nodiscard]] constexpr std::uint16_t ethertype() const noexcept {
        const std::uint32_t f = family();
        return f >= 0x0600 && f <= 0xffff ? static_cast<std::uint16_t>(f) : std::uint16_t{0};
    }
    /// And some whole PPP frames, with address and control.
    [[nodiscard]] constexpr bool is_ppp() const noexcept { return p_[0] == 0xff && p_[1] == 0x03; }

private:
    constexpr explicit loopback_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
