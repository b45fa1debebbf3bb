// Generic Routing Encapsulation, and the headers that only GRE carries: ERSPAN, WCCP's, and Cisco's metadata. Source:
// RFC 2784 (GRE), RFC 2890 (key, sequence number), RFC 1701 (routing), RFC 2637 (version 1, PPTP), RFC 7637 (NVGRE),
// draft-foschiano-erspan-03 (ERSPAN I to III), draft-wilson-wrec-wccp-v2-01 section 4.12.
//
// `check` guarantees all bytes of the header, those of its options included.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// A GRE header (RFC 2784, RFC 2890).
class gre_view {
public:
    [[nodiscard]] static constexpr checked<gre_view> check(bytes_view header) noexcept {
        if (header.size() < fixed_bytes) return no_view;
        const std::uint16_t flags = load_be16(header.data());
        const unsigned version = flags & version_bits;
        if (version > 1 || (version == 1 && !is_pptp(header))) return no_view;
        std::size_t length = fixed_bytes;
        if (version == 0 && (flags & (has_checksum | has_routing)) != 0) length += 4;
        if ((flags & has_key) != 0) length += 4;
        if ((flags & has_sequence) != 0) length += 4;
        if (version == 1 && (flags & has_acknowledgment) != 0) length += 4;
        if (version == 0 && (flags & has_routing) != 0) length = behind_routing(header, length);
        return header.size() < length ? no_view : checked(gre_view(header.data(), length));
    }

    /// Bytes of the header.
    [[nodiscard]] constexpr std::size_t length() const noexcept { return length_; }
    [[nodiscard]] constexpr unsigned version() const noexcept { return flags() & version_bits; }
    /// The ethertype of what is carried; PPP in version 1.
    [[nodiscard]] constexpr std::uint16_t protocol() const noexcept { return load_be16(p_ + 2); }
    /// The key, 32 bits; of NVGRE the virtual subnet ID, 24 bits; in version 1 the call ID, 16 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept {
        if ((flags() & has_key) == 0) return std::nullopt;
        const std::uint32_t key = load_be32(p_ + key_at());
        if (version() == 1) return key & 0xffff;
        return is_nvgre() ? key >> 8 : key;
    }
    /// Network Virtualization using GRE: a key and nothing else in front of an Ethernet frame.
    [[nodiscard]] constexpr bool is_nvgre() const noexcept {
        return flags() == has_key && protocol() == ethertype::transparent_ethernet;
    }
    /// ERSPAN type I has no header of its own, and no sequence number in GRE's.
    [[nodiscard]] constexpr bool is_erspan_type_1() const noexcept {
        return protocol() == erspan && (flags() & has_sequence) == 0;
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        if (version() == 1) return {length_, load_be16(p_ + 4) == 0 ? layer::none : layer::ppp};
        switch (protocol()) {
            case erspan: return {length_, is_erspan_type_1() ? layer::ethernet : layer::erspan};
            case erspan_type_3: return {length_, layer::erspan};
            case wccp: return {length_, layer::wccp};
            case ethertype::cisco_metadata: return {length_, layer::cisco_metadata};
            default: return {length_, layer::none, protocol()};
        }
    }

private:
    constexpr gre_view(const std::uint8_t* p, std::size_t length) noexcept : p_(p), length_(length) {}

    static constexpr std::size_t fixed_bytes = 4;
    static constexpr std::uint16_t has_checksum = 0x8000, has_routing = 0x4000, has_key = 0x2000, has_sequence = 0x1000,
                                   has_acknowledgment = 0x0080, version_bits = 0x0007;
    static constexpr std::uint16_t erspan = 0x88be, erspan_type_3 = 0x22eb, wccp = 0x883e;

    [[nodiscard]] constexpr std::uint16_t flags() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::size_t key_at() const noexcept {
        return version() == 0 && (flags() & (has_checksum | has_routing)) != 0 ? 8 : 4;
    }

    static constexpr bool is_pptp(bytes_view header) noexcept {
        return (load_be16(header.data()) & has_key) != 0 && load_be16(header.data() + 2) == ethertype::ppp;
    }
    /// Source route entries end with one of length and family 0. More than there are bytes where no end is found.
    static constexpr std::size_t behind_routing(bytes_view header, std::size_t at) noexcept {
        constexpr std::size_t entry_bytes = 4;
        while (at + entry_bytes <= header.size()) {
            const std::size_t data = header[at + 3];
            const bool is_last = data == 0 && load_be16(header.data() + at) == 0;
            at += entry_bytes + data;
            if (is_last) return at;
        }
        return header.size() + 1;
    }

    const std::uint8_t* p_;
    std::size_t length_;
};

/// The header of ERSPAN type II (version 1) or III (version 2).
class erspan_view {
public:
    [[nodiscard]] static constexpr checked<erspan_view> check(bytes_view header) noexcept {
        constexpr std::size_t type_2_bytes = 8, type_3_bytes = 12, subheader_bytes = 8;
        if (header.empty()) return no_view;
        std::size_t length = type_2_bytes;
        const unsigned version = header[0] >> 4;
        if (version == 2) {
            if (header.size() < type_3_bytes) return no_view;
            const bool has_subheader = (header[type_3_bytes - 1] & 1) != 0;
            length = type_3_bytes + (has_subheader ? subheader_bytes : 0);
        } else if (version != 1) {
            return no_view;
        }
        return header.size() < length ? no_view : checked(erspan_view(header.data(), length));
    }

    /// The session ID, 10 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return load_be16(p_ + 2) & 0x03ffU; }
    /// An Ethernet frame; type III may carry IP, too.
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr unsigned frame_type_ip = 2;
        const bool is_type_3 = (p_[0] >> 4) == 2;
        const unsigned frame_type = is_type_3 ? (p_[10] >> 2) & 0x1fU : 0;
        if (frame_type == 0) return {length_, layer::ethernet};
        return {length_, frame_type == frame_type_ip ? layer::ip : layer::none};
    }

private:
    constexpr erspan_view(const std::uint8_t* p, std::size_t length) noexcept : p_(p), length_(length) {}

    const std::uint8_t* p_;
    std::size_t length_;
};

/// The redirect header of WCCP version 2, which version 1 leaves out: IP begins with its version.
class wccp_view {
public:
    [[nodiscard]] static constexpr checked<wccp_view> check(bytes_view header) noexcept {
        constexpr std::size_t redirect_bytes = 4;
        if (header.empty()) return no_view;
        const std::size_t length = (header[0] >> 4) == 4 ? 0 : redirect_bytes;
        return header.size() < length ? no_view : checked(wccp_view(length));
    }
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return std::nullopt; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::ipv4}; }

private:
    constexpr explicit wccp_view(std::size_t length) noexcept : length_(length) {}
    std::size_t length_;
};

/// Cisco's metadata as GRE carries them: unlike in a frame, the ethertype of what follows stands in front.
class gre_metadata_view {
public:
    [[nodiscard]] static constexpr checked<gre_metadata_view> check(bytes_view header) noexcept {
        constexpr std::size_t fixed_bytes = 4;
        if (header.size() < fixed_bytes || header[2] != 1) return no_view;
        const std::size_t length = fixed_bytes + std::size_t{header[3]} * 4;
        return header.size() < length ? no_view : checked(gre_metadata_view(load_be16(header.data()), length));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::none, type_}; }

private:
    constexpr gre_metadata_view(std::uint16_t type, std::size_t length) noexcept : type_(type), length_(length) {}
    std::uint16_t type_;
    std::size_t length_;
};

}  // namespace pcapframe::wire
