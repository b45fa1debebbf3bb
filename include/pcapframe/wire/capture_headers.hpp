// Headers that capture points of operating systems put in front of packets: ARCNET, IP over InfiniBand, Solaris IPNET,
// SLIP, PFLOG and Apple's PKTAP.
//
// `check` guarantees the bytes that `next` reads.
// Source: the pages of the link types under https://www.tcpdump.org/linktypes.html; RFC 1051 and RFC 1201 for ARCNET.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// ARCNET: source, destination, on Linux two bytes of offset, protocol (`ProtocolAt` bytes in); then, but for the old
/// protocol numbers, RFC 1201's split flag and sequence.
template <std::size_t ProtocolAt>
class arcnet_frame_view {
public:
    [[nodiscard]] static constexpr checked<arcnet_frame_view> check(bytes_view packet) noexcept {
        if (packet.size() < ProtocolAt + 4) return no_view;
        return arcnet_frame_view(packet[ProtocolAt], packet[ProtocolAt + 1]);
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t exception = 0xff;  // a frame padded past the forbidden lengths: 4 bytes more
        const std::size_t rfc1201 = ProtocolAt + (split_flag_ == exception ? 8 : 4);
        switch (protocol_) {
            case 0xf0: return {ProtocolAt + 1, layer::ipv4};
            case 0xd4: return {rfc1201, layer::ipv4};
            case 0xc4: return {rfc1201, layer::ipv6};
            default: return {ProtocolAt + 1};
        }
    }

private:
    constexpr arcnet_frame_view(std::uint8_t protocol, std::uint8_t split_flag) noexcept
        : protocol_(protocol), split_flag_(split_flag) {}
    std::uint8_t protocol_;
    std::uint8_t split_flag_;
};

/// LINKTYPE_ARCNET_LINUX and LINKTYPE_ARCNET_BSD.
using arcnet_view = arcnet_frame_view<4>;
using arcnet_bsd_view = arcnet_frame_view<2>;

/// LINKTYPE_IPOIB: a global route header of 40 bytes, an ethertype and two reserved bytes.
class ipoib_view {
public:
    static constexpr std::size_t header_bytes = 44;

    [[nodiscard]] static constexpr checked<ipoib_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ipoib_view(packet.data()));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {header_bytes, layer::none, load_be16(p_ + 40)};
    }

private:
    constexpr explicit ipoib_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// LINKTYPE_IPNET (Solaris): 24 bytes, with the address family in the second.
class ipnet_view {
public:
    static constexpr std::size_t header_bytes = 24;

    [[nodiscard]] static constexpr checked<ipnet_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ipnet_view(packet[1]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {header_bytes, family_ == 2 ? layer::ipv4 : family_ == 26 ? layer::ipv6 : layer::none};
    }

private:
    constexpr explicit ipnet_view(std::uint8_t family) noexcept : family_(family) {}
    std::uint8_t family_;
};

/// Direction and compressed header in so many bytes, then IPv4 or IPv6, told by the version.
template <std::size_t Bytes>
class slip_header_view {
public:
    static constexpr std::size_t header_bytes = Bytes;

    [[nodiscard]] static constexpr checked<slip_header_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(slip_header_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ip}; }
};

/// LINKTYPE_SLIP and LINKTYPE_SLIP_BSDOS.
using slip_view = slip_header_view<16>;
using slip_bsdos_view = slip_header_view<24>;

/// LINKTYPE_ENC (OpenBSD): address family in the byte order of the machine that captured, SPI, flags.
class enc_view {
public:
    static constexpr std::size_t header_bytes = 12;

    [[nodiscard]] static constexpr checked<enc_view> check(bytes_view packet) noexcept {
        if (packet.size() < header_bytes) return no_view;
        const std::uint32_t big = load_be32(packet.data());
        return enc_view(big <= 0xffff ? big : load_le32(packet.data()));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        const bool ipv6 = family_ == 24 || family_ == 28 || family_ == 30;
        return {header_bytes, family_ == 2 ? layer::ipv4 : ipv6 ? layer::ipv6 : layer::none};
    }

private:
    constexpr explicit enc_view(std::uint32_t family) noexcept : family_(family) {}
    std::uint32_t family_;
};

/// LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of 8 bytes and an ethertype.
class ieee1394_view {
public:
    static constexpr std::size_t header_bytes = 18;

    [[nodiscard]] static constexpr checked<ieee1394_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view
                                            : checked(ieee1394_view(load_be16(packet.data() + 16)));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::none, type_}; }

private:
    constexpr explicit ieee1394_view(std::uint16_t type) noexcept : type_(type) {}
    std::uint16_t type_;
};

/// LINKTYPE_IP_OVER_FC: RFC 2625's network header of 16 bytes, then LLC.
class ip_over_fc_view {
public:
    static constexpr std::size_t header_bytes = 16;

    [[nodiscard]] static constexpr checked<ip_over_fc_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ip_over_fc_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::llc}; }
};

/// LINKTYPE_FDDI: frame control and two addresses, then LLC.
class fddi_view {
public:
    static constexpr std::size_t header_bytes = 13;

    [[nodiscard]] static constexpr checked<fddi_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(fddi_view(frame[0]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        const bool has_llc = (frame_control_ & 0xf0) == 0x50;
        return {header_bytes, has_llc ? layer::llc : layer::none};
    }

private:
    constexpr explicit fddi_view(std::uint8_t frame_control) noexcept : frame_control_(frame_control) {}
    std::uint8_t frame_control_;
};

/// LINKTYPE_IEEE802_5 (token ring): access and frame control, two addresses, routing information where the source says
/// so.
class token_ring_view {
public:
    [[nodiscard]] static constexpr checked<token_ring_view> check(bytes_view frame) noexcept {
        constexpr std::size_t fixed = 14;
        if (frame.size() < fixed + 1) return no_view;
        const bool is_routed = (frame[8] & 0x80) != 0;
        const bool has_llc = (frame[1] & 0xc0) == 0x40;
        const std::size_t bytes = fixed + (is_routed ? frame[fixed] & 0x1fU : 0U);
        return frame.size() < bytes ? no_view : checked(token_ring_view(bytes, has_llc));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {bytes_, has_llc_ ? layer::llc : layer::none}; }

private:
    constexpr token_ring_view(std::size_t bytes, bool has_llc) noexcept : bytes_(bytes), has_llc_(has_llc) {}
    std::size_t bytes_;
    bool has_llc_;
};

/// LINKTYPE_PFLOG: its own length (padded to four) and the address family.
class pflog_view {
public:
    [[nodiscard]] static constexpr checked<pflog_view> check(bytes_view packet) noexcept {
        if (packet.size() < 2) return no_view;
        const std::size_t length = (std::size_t{packet[0]} + 3) & ~std::size_t{3};
        return length < 4 || packet.size() < length ? no_view : checked(pflog_view(length, packet[1]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        const bool ipv6 = family_ == 24 || family_ == 28 || family_ == 30;
        return {length_, family_ == 2 ? layer::ipv4 : ipv6 ? layer::ipv6 : layer::none};
    }

private:
    constexpr pflog_view(std::size_t length, std::uint8_t family) noexcept : length_(length), family_(family) {}
    std::size_t length_;
    std::uint8_t family_;
};

/// LINKTYPE_PKTAP: little-endian header length, record type and the DLT of what follows.
class pktap_view {
public:
    [[nodiscard]] static constexpr checked<pktap_view> check(bytes_view packet) noexcept {
        if (packet.size() < 12) return no_view;
        const std::size_t length = load_le32(packet.data());
        if (length < 12 || packet.size() < length) return no_view;
        return pktap_view(length, load_le32(packet.data() + 8));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {length_, first_header(dlt_)};
    }

private:
    constexpr pktap_view(std::size_t length, std::uint32_t dlt) noexcept : length_(length), dlt_(dlt) {}
    std::size_t length_;
    std::uint32_t dlt_;
};

}  // namespace pcapframe::wire
