// Linux cooked captures: the headers of LINKTYPE_LINUX_SLL (16 bytes) and LINKTYPE_LINUX_SLL2 (20 bytes).
//
// `check` guarantees the fixed header. Address lengths in the header may lie: `source` is given only for exactly 6
// bytes. Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html.
#pragma once

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/wire/ethernet.hpp>

namespace pcapframe::inline v0_2::wire {

/// ARPHRD numbers that change what the protocol field of a cooked header means.
namespace arphrd {
inline constexpr std::uint16_t frame_relay = 770;
inline constexpr std::uint16_t ieee80211_radiotap = 803;
inline constexpr std::uint16_t netlink = 824;
}  // namespace arphrd

/// What the packet type of a cooked header says.
[[nodiscard]] constexpr direction direction_of(std::uint16_t packet_type) noexcept {
    switch (packet_type) {
        case 0: return direction::in;
        case 1: return direction::broadcast;
        case 2: return direction::multicast;
        case 3: return direction::other;
        case 4: return direction::out;
        default: return direction::unknown;
    }
}

/// The header of LINKTYPE_LINUX_SLL.
class sll_view {
public:
    static constexpr std::size_t header_bytes = 16;

    [[nodiscard]] static constexpr checked<sll_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(sll_view(packet.data()));
    }
    [[nodiscard]] static constexpr sll_view of(const std::uint8_t* p) noexcept { return sll_view(p); }

    /// 0 to us, 1 broadcast, 2 multicast, 3 to someone else, 4 from us.
    [[nodiscard]] constexpr std::uint16_t packet_type() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t arphrd_type() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] constexpr std::uint16_t address_length() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr bool has_mac() const noexcept { return address_length() == 6; }
    [[nodiscard]] constexpr mac_address source() const noexcept { return mac_address::from(source_bytes()); }
    [[nodiscard]] constexpr const std::uint8_t* source_bytes() const noexcept { return p_ + 6; }
    /// An ethertype, or one of Linux' own numbers below 0x0600.
    [[nodiscard]] constexpr std::uint16_t protocol() const noexcept { return load_be16(p_ + 14); }

private:
    constexpr explicit sll_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// The header of LINKTYPE_LINUX_SLL2.
class sll2_view {
public:
    static constexpr std::size_t header_bytes = 20;

    [[nodiscard]] static constexpr checked<sll2_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(sll2_view(packet.data()));
    }
    [[nodiscard]] static constexpr sll2_view of(const std::uint8_t* p) noexcept { return sll2_view(p); }

    [[nodiscard]] constexpr std::uint16_t protocol() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint32_t interface_index() const noexcept { return load_be32(p_ + 4); }
    [[nodiscard]] constexpr std::uint16_t arphrd_type() const noexcept { return load_be16(p_ + 8); }
    [[nodiscard]] constexpr std::uint8_t packet_type() const noexcept { return p_[10]; }
    [[nodiscard]] constexpr std::uint8_t address_length() const noexcept { return p_[11]; }
    [[nodiscard]] constexpr bool has_mac() const noexcept { return address_length() == 6; }
    [[nodiscard]] constexpr mac_address source() const noexcept { return mac_address::from(source_bytes()); }
    [[nodiscard]] constexpr const std::uint8_t* source_bytes() const noexcept { return p_ + 12; }

private:
    constexpr explicit sll2_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
