// Headers that capture cards, taps and firewalls put in front of frames: ERF, TZSP, netANALYZER and Symantec's.
//
// `check` guarantees the bytes that `next` reads.
// Source: https://www.tcpdump.org/linktypes.html (99, 128, 197, 240, 241), Endace's ERF types reference.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/atm.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// LINKTYPE_ERF: 16 bytes of time, type, flags and lengths, extension headers of 8 bytes each while the top bit of the
/// one before says so, and what the type puts in front of the frame.
class erf_view {
public:
    static constexpr std::size_t header_bytes = 16;

    [[nodiscard]] static constexpr checked<erf_view> check(bytes_view record) noexcept {
        constexpr std::size_t type_at = 8, extension_bytes = 8;
        if (record.size() < header_bytes) return no_view;
        std::size_t bytes = header_bytes;
        bool extended = (record[type_at] & 0x80) != 0;
        while (extended) {
            if (record.size() < bytes + extension_bytes) return no_view;
            extended = (record[bytes] & 0x80) != 0;
            bytes += extension_bytes;
        }
        if (record.size() < bytes) return no_view;
        next_header inner = after_type(record[type_at] & 0x7f, record.subspan(bytes));
        inner.bytes += bytes;
        return record.size() < inner.bytes ? no_view : checked(erf_view(inner));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit erf_view(next_header next) noexcept : next_(next) {}

    static constexpr next_header after_type(unsigned type, bytes_view rest) noexcept {
        constexpr std::size_t channel_bytes = 4;
        switch (type) {
            case 1:  // HDLC: PPP or Cisco's, which both begin with their own address
            case 10:
            case 15:
            case 19: return {0, layer::ppp};
            case 5:  // the same, behind the header of a channel
            case 17: return {channel_bytes, layer::ppp};
            case 2:  // Ethernet, behind its offset and a byte of padding
            case 11:
            case 16:
            case 20: return {2, layer::ethernet};
            case 4: return after_atm_header(rest, 0);
            case 9: return after_atm_header(rest, channel_bytes);
            case 21: return {0, layer::infiniband};
            case 22: return {0, layer::ipv4};
            case 23: return {0, layer::ipv6};
            default: return {};
        }
    }

    next_header next_;
};

/// LINKTYPE_TZSP: version, type, encapsulated protocol; tagged fields up to the one that ends them; the frame.
class tzsp_view {
public:
    [[nodiscard]] static constexpr checked<tzsp_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 4;
        constexpr std::uint8_t padding = 0, end = 1;
        if (packet.size() < fixed) return no_view;
        for (std::size_t at = fixed; at < packet.size();) {
            const std::uint8_t tag = packet[at++];
            if (tag == end) return tzsp_view({at, inner(packet[1], load_be16(packet.data() + 2))});
            if (tag == padding) continue;
            if (at == packet.size()) return no_view;
            at += 1 + std::size_t{packet[at]};
        }
        return no_view;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit tzsp_view(next_header next) noexcept : next_(next) {}

    static constexpr layer inner(std::uint8_t type, std::uint16_t protocol) noexcept {
        constexpr std::uint8_t transmitted = 1;
        if (type > transmitted) return layer::none;  // messages about the connection
        switch (protocol) {
            case 0x01: return layer::ethernet;
            case 0x02: return layer::token_ring;
            case 0x04: return layer::ppp;
            case 0x05: return layer::fddi;
            case 0x07: return layer::ip;
            case 0x12: return layer::ieee802_11;
            case 0x77:
            case 0x7f: return layer::prism;
            default: return layer::none;
        }
    }

    next_header next_;
};

/// So many bytes in front of an Ethernet frame, whatever they say.
template <std::size_t Bytes>
class ethernet_behind_view {
public:
    static constexpr std::size_t header_bytes = Bytes;

    [[nodiscard]] static constexpr checked<ethernet_behind_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ethernet_behind_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ethernet}; }
};

/// LINKTYPE_NETANALYZER: four bytes of status and length.
using netanalyzer_view = ethernet_behind_view<4>;
/// LINKTYPE_NETANALYZER_TRANSPARENT: the same, the preamble and the start of frame delimiter.
using netanalyzer_transparent_view = ethernet_behind_view<12>;

/// LINKTYPE_SYMANTEC_FIREWALL: 44 bytes with the ethertype at 6; where that is 0, 56 bytes with the ethertype at 20.
class symantec_firewall_view {
public:
    [[nodiscard]] static constexpr checked<symantec_firewall_view> check(bytes_view packet) noexcept {
        constexpr std::size_t usual = 44, later = 56, type_at = 6, later_type_at = 20;
        if (packet.size() < usual) return no_view;
        const std::uint16_t type = load_be16(packet.data() + type_at);
        if (type != 0) return symantec_firewall_view(usual, type);
        if (packet.size() < later) return no_view;
        return symantec_firewall_view(later, load_be16(packet.data() + later_type_at));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {bytes_, layer::none, type_}; }

private:
    constexpr symantec_firewall_view(std::size_t bytes, std::uint16_t type) noexcept : bytes_(bytes), type_(type) {}
    std::size_t bytes_;
    std::uint16_t type_;
};

}  // namespace pcapframe::wire
