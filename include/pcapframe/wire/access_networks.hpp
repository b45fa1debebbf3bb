// Frames of cable, optical, broadcast and mobile networks: DOCSIS, EPON, mPackets, GFP, MPEG transport streams, GPRS.
//
// `check` guarantees the bytes that `next` reads. Checksums of headers are not checked: a capture may have broken them.
// Source: DOCSIS 3.1 MAC and Upper Layer Protocols section 6.2, IEEE 802.3 clauses 65.1.3 (EPON) and 99.3 (mPackets),
// CableLabs DPoE Security section 7.2, ITU-T G.7041 section 6, ISO/IEC 13818-1 section 2.4.3, ETSI EN 301 192 section 7
// (IP behind MPEG-2), 3GPP TS 44.064 section 6 (LLC) and TS 44.065 section 7 (SNDCP).
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// LINKTYPE_DOCSIS: frame control, parameter, length, an extended header where the control says so, checksum. An
/// Ethernet frame follows unless it is encrypted; several frames in one begin with the first.
class docsis_view {
public:
    [[nodiscard]] static constexpr checked<docsis_view> check(bytes_view frame) noexcept {
        constexpr std::size_t fixed = 6, extended_at = 4;
        if (frame.size() < fixed) return no_view;
        const bool has_extended = (frame[0] & 1) != 0;
        const std::size_t extended_bytes = has_extended ? frame[1] : 0;
        const std::size_t length = fixed + extended_bytes;
        if (frame.size() < length) return no_view;
        const bool encrypted = is_encrypted(frame.subspan(extended_at, extended_bytes));
        return docsis_view({length, encrypted ? layer::none : carried(frame[0])});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit docsis_view(next_header next) noexcept : next_(next) {}

    static constexpr layer carried(std::uint8_t control) noexcept {
        constexpr unsigned packet = 0, isolated_packet = 2, concatenation = 0x1c;
        const unsigned type = control >> 6;
        if (type == packet || type == isolated_packet) return layer::ethernet;
        return type == 3 && (control >> 1 & 0x1f) == concatenation ? layer::docsis : layer::none;
    }

    /// Whether a privacy element of an extended header says that the frame is encrypted.
    static constexpr bool is_encrypted(bytes_view elements) noexcept {
        constexpr std::size_t enabled_at = 2;
        for (std::size_t at = 0; at < elements.size(); at += 1 + (elements[at] & 0x0fU)) {
            const unsigned type = elements[at] >> 4;
            const bool is_privacy = type == 3 || type == 4 || type == 7;
            if (is_privacy && at + enabled_at < elements.size() && (elements[at + enabled_at] & 0x80) != 0) return true;
        }
        return false;
    }

    next_header next_;
};

/// LINKTYPE_EPON: the last 6 bytes of the preamble, 7 where it begins with a byte of 0x55: start of LLID, security,
/// LLID, checksum; then an Ethernet frame unless the security byte says that it is encrypted.
class epon_view {
public:
    [[nodiscard]] static constexpr checked<epon_view> check(bytes_view frame) noexcept {
        if (frame.empty()) return no_view;
        const std::size_t before = frame[0] == 0x55 ? 1 : 0;
        const std::size_t length = before + 6;
        if (frame.size() < length) return no_view;
        constexpr std::uint8_t encrypted = 0x02;
        const bool is_preamble = load_be16(frame.data() + before) == 0xd555;
        const bool leads_on = is_preamble && (frame[before + 2] & encrypted) == 0;
        return epon_view({length, leads_on ? layer::ethernet : layer::none});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit epon_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

/// LINKTYPE_ETHERNET_MPACKET: preamble, then a delimiter that says whether a whole frame or the start of one follows.
class mpacket_view {
public:
    [[nodiscard]] static constexpr checked<mpacket_view> check(bytes_view packet) noexcept {
        constexpr std::size_t preamble_max = 7;
        std::size_t at = 0;
        while (at < packet.size() && at < preamble_max && packet[at] == 0x55) ++at;
        if (at == packet.size()) return no_view;
        return mpacket_view({at + 1, begins_frame(packet[at]) ? layer::ethernet : layer::none});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit mpacket_view(next_header next) noexcept : next_(next) {}

    static constexpr bool begins_frame(std::uint8_t delimiter) noexcept {
        switch (delimiter) {
            case 0xd5:  // express
            case 0xe6:  // preemptable: the first fragment
            case 0x4c:
            case 0x7f:
            case 0xb3: return true;
            default: return false;
        }
    }

    next_header next_;
};

/// LINKTYPE_GFP_T and LINKTYPE_GFP_F: length and type with a checksum each, an extension of the header, client data.
class gfp_view {
public:
    [[nodiscard]] static constexpr checked<gfp_view> check(bytes_view frame) noexcept {
        constexpr std::size_t core_bytes = 4, type_bytes = 4, linear_bytes = 4;
        if (frame.size() < core_bytes) return no_view;
        const bool is_idle_or_control = load_be16(frame.data()) < 4;
        if (is_idle_or_control) return gfp_view({core_bytes});
        std::size_t length = core_bytes + type_bytes;
        if (frame.size() < length) return no_view;
        constexpr unsigned client_data = 0, no_extension = 0, linear = 1;
        const unsigned extension = frame[core_bytes] & 0x0fU;
        if (frame[core_bytes] >> 5 != client_data || extension > linear) return gfp_view({length});
        if (extension != no_extension) length += linear_bytes;
        return frame.size() < length ? no_view : checked(gfp_view({length, client(frame[core_bytes + 1])}));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit gfp_view(next_header next) noexcept : next_(next) {}

    static constexpr layer client(std::uint8_t identifier) noexcept {
        switch (identifier) {
            case 0x01: return layer::ethernet;
            case 0x02: return layer::ppp;
            case 0x0d:
            case 0x0e: return layer::mpls;
            case 0x10: return layer::ipv4;
            case 0x11: return layer::ipv6;
            default: return layer::none;
        }
    }

    next_header next_;
};

/// LINKTYPE_MPEG_2_TS: a packet of a transport stream. Leads on where a section of IP (table 0x3e) begins in it.
class mpeg_ts_view {
public:
    [[nodiscard]] static constexpr checked<mpeg_ts_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 4;
        constexpr std::uint8_t sync = 0x47;
        if (packet.size() < fixed) return no_view;
        const bool begins_section = (packet[1] & 0x40) != 0, has_payload = (packet[3] & 0x10) != 0;
        const bool is_scrambled = (packet[3] & 0xc0) != 0, has_adaptation = (packet[3] & 0x20) != 0;
        if (packet[0] != sync || !begins_section || !has_payload || is_scrambled) return mpeg_ts_view({});
        std::size_t at = fixed;
        if (has_adaptation && !skip(packet, at)) return no_view;
        if (!skip(packet, at)) return no_view;  // the pointer to the section
        const next_header next = section(packet, at);
        return next.bytes > packet.size() ? no_view : checked(mpeg_ts_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit mpeg_ts_view(next_header next) noexcept : next_(next) {}

    /// Steps over a length in one byte and so many bytes; false where the length is not there.
    static constexpr bool skip(bytes_view packet, std::size_t& at) noexcept {
        if (at >= packet.size()) return false;
        at += 1 + std::size_t{packet[at]};
        return true;
    }

    static constexpr next_header section(bytes_view packet, std::size_t at) noexcept {
        constexpr std::size_t header = 12, flags_at = 5;
        constexpr std::uint8_t ip_section = 0x3e, scrambled = 0x3c, has_llc = 0x02;
        if (at >= packet.size()) return {at + 1};
        if (packet[at] != ip_section) return {at};
        if (packet.size() < at + header) return {at + header};
        const std::uint8_t flags = packet[at + flags_at];
        if ((flags & scrambled) != 0) return {at + header};
        return {at + header, (flags & has_llc) != 0 ? layer::llc : layer::ip};
    }

    next_header next_;
};

/// LINKTYPE_GPRS_LLC: address, control, and a datagram of SNDCP that is neither encrypted nor compressed nor the rest
/// of one.
class gprs_llc_view {
public:
    [[nodiscard]] static constexpr checked<gprs_llc_view> check(bytes_view frame) noexcept {
        constexpr std::size_t address_and_control = 3;
        if (frame.size() < address_and_control) return no_view;
        constexpr std::uint8_t encrypted = 0x02;
        const unsigned access_point = frame[0] & 0x0fU;
        const bool carries_datagrams =
            access_point == 3 || access_point == 5 || access_point == 9 || access_point == 11;
        const bool is_information = (frame[1] & 0xe0) == 0xc0;
        if (!carries_datagrams || !is_information || (frame[2] & encrypted) != 0) return gprs_llc_view({});
        const next_header next = datagram(frame, address_and_control);
        return next.bytes > frame.size() ? no_view : checked(gprs_llc_view(next));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit gprs_llc_view(next_header next) noexcept : next_(next) {}

    static constexpr next_header datagram(bytes_view frame, std::size_t at) noexcept {
        constexpr std::size_t header = 4;  // flags, compression, number of the segment and of the datagram
        constexpr std::uint8_t first_segment = 0x40, unacknowledged = 0x20;
        if (frame.size() < at + header) return {at + header};
        const bool begins = (frame[at] & first_segment) != 0 && (frame[at] & unacknowledged) != 0;
        const bool is_compressed = frame[at + 1] != 0;
        return {at + header, begins && !is_compressed ? layer::ip : layer::none};
    }

    next_header next_;
};

}  // namespace pcapframe::wire
