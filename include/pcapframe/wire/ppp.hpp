// PPP frames, the PPPoE session header in front of PPP, and Cisco's HDLC, whose frames look alike.
//
// `check` guarantees the bytes that `next` reads, compressed fields included.
// Source: RFC 1661 and RFC 1662 (address, control and protocol, each of which may be compressed), RFC 2516, RFC 1547.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// A PPP frame (RFC 1661, RFC 1662).
class ppp_view {
public:
    [[nodiscard]] static constexpr checked<ppp_view> check(bytes_view frame) noexcept {
        ppp_view view;
        if (frame.empty()) return no_view;
        // ff 03 in HDLC-like framing; 0f 00 or 8f 00 is Cisco's, which LINKTYPE_PPP_HDLC may hold as well. Neither
        // first byte is a compressed protocol number, so the protocol of a frame that is cut behind its first byte
        // stays unknown.
        const bool hdlc_like = frame[0] == 0xff && (frame.size() < 2 || frame[1] == 0x03);
        const bool cisco = (frame[0] == 0x0f || frame[0] == 0x8f) && (frame.size() < 2 || frame[1] == 0x00);
        if ((hdlc_like && frame.size() < 2) || (cisco && frame.size() < 4)) return no_view;
        if (hdlc_like) view.bytes_ = 2;
        if (cisco) {
            view.is_cisco_ = true;
            view.protocol_ = load_be16(frame.data() + 2);
            view.bytes_ = 4;
            return view;
        }
        const bytes_view rest = frame.subspan(view.bytes_);
        if (rest.empty()) return no_view;
        const bool compressed = (rest[0] & 1) != 0;
        if (!compressed && rest.size() < 2) return no_view;
        view.protocol_ = compressed ? rest[0] : load_be16(rest.data());
        view.bytes_ += compressed ? 1 : 2;
        return view;
    }

    /// A PPP protocol number, or an ethertype in Cisco's framing.
    [[nodiscard]] constexpr std::uint16_t protocol() const noexcept { return protocol_; }
    [[nodiscard]] constexpr next_header next() const noexcept {
        if (is_cisco_) return {bytes_, layer::none, protocol_};
        switch (protocol_) {
            case 0x0021:
            case ethertype::ipv4: return {bytes_, layer::ipv4};
            case 0x0057:
            case ethertype::ipv6: return {bytes_, layer::ipv6};
            case 0x0023: return {bytes_, layer::osi};
            case 0x0031: return {bytes_, layer::ppp_bridge};
            case 0x003d: return {bytes_, layer::multilink_ppp};
            case 0x004b: return {bytes_, layer::llc};
            case 0x0059: return {bytes_, layer::ppp_mux};
            case 0x0281:
            case 0x0283: return {bytes_, layer::mpls};
            default: return {bytes_};
        }
    }

private:
    std::size_t bytes_ = 0;
    std::uint16_t protocol_ = 0;
    bool is_cisco_ = false;
};

/// Multilink PPP with sequence numbers of 24 bits: leads on where a fragment is a whole packet. Frames with the shorter
/// numbers look the same: which of them are meant is negotiated in other packets. Source: RFC 1990 section 3.
class multilink_ppp_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<multilink_ppp_view> check(bytes_view fragment) noexcept {
        return fragment.size() < header_bytes ? no_view : checked(multilink_ppp_view(fragment[0]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t begin_and_end = 0xc0;
        return {header_bytes, (flags_ & begin_and_end) == begin_and_end ? layer::ppp : layer::none};
    }

private:
    constexpr explicit multilink_ppp_view(std::uint8_t flags) noexcept : flags_(flags) {}
    std::uint8_t flags_;
};

/// The first of several packets in one frame: its length, and its protocol where a flag says so. Source: RFC 3153
/// section 1.1.
class ppp_mux_view {
public:
    [[nodiscard]] static constexpr checked<ppp_mux_view> check(bytes_view frame) noexcept {
        if (frame.empty()) return no_view;
        constexpr std::uint8_t has_protocol = 0x80, long_length = 0x40;
        const std::size_t length = (frame[0] & long_length) != 0 ? 2 : 1;
        if (frame.size() < length) return no_view;
        return ppp_mux_view({length, (frame[0] & has_protocol) != 0 ? layer::ppp : layer::none});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit ppp_mux_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

/// A frame that PPP bridges: flags, kind, an identifier of the LAN where a flag says so. Source: RFC 3518 section 4.2.
class ppp_bridge_view {
public:
    [[nodiscard]] static constexpr checked<ppp_bridge_view> check(bytes_view packet) noexcept {
        if (packet.size() < 2) return no_view;
        const std::size_t length = (packet[0] & 0x40) != 0 ? 6 : 2;
        if (packet.size() < length) return no_view;
        return ppp_bridge_view({length, kind_of(packet[1])});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit ppp_bridge_view(next_header next) noexcept : next_(next) {}

    static constexpr layer kind_of(std::uint8_t frame_kind) noexcept {
        constexpr std::uint8_t ethernet = 1, fddi = 4;
        return frame_kind == ethernet ? layer::ethernet : frame_kind == fddi ? layer::fddi : layer::none;
    }

    next_header next_;
};

/// LINKTYPE_PPP_PPPD: direction and a byte of 3, then PPP without address and control.
class ppp_pppd_view {
public:
    static constexpr std::size_t header_bytes = 2;

    [[nodiscard]] static constexpr checked<ppp_pppd_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(ppp_pppd_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ppp}; }
};

/// LINKTYPE_PPP_BSDOS: 24 bytes, with the PPP protocol at 5.
class ppp_bsdos_view {
public:
    static constexpr std::size_t header_bytes = 24;

    [[nodiscard]] static constexpr checked<ppp_bsdos_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(ppp_bsdos_view(load_be16(frame.data() + 5)));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        const layer kind = protocol_ == 0x0021 ? layer::ipv4 : protocol_ == 0x0057 ? layer::ipv6 : layer::none;
        return {header_bytes, kind};
    }

private:
    constexpr explicit ppp_bsdos_view(std::uint16_t protocol) noexcept : protocol_(protocol) {}
    std::uint16_t protocol_;
};

/// LINKTYPE_PPP_WITH_DIR, LINKTYPE_C_HDLC_WITH_DIR and LINKTYPE_FRELAY_WITH_DIR: one byte of direction in front.
template <layer Next>
class with_direction_view {
public:
    [[nodiscard]] static constexpr checked<with_direction_view> check(bytes_view frame) noexcept {
        return frame.empty() ? no_view : checked(with_direction_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {1, Next}; }
};

/// The same frames behind a byte that says which way they went.
using ppp_with_direction_view = with_direction_view<layer::ppp>;
using chdlc_with_direction_view = with_direction_view<layer::chdlc>;
using frame_relay_with_direction_view = with_direction_view<layer::frame_relay>;

/// The 6 bytes of a PPPoE session packet.
class pppoe_view {
public:
    static constexpr std::size_t header_bytes = 6;

    [[nodiscard]] static constexpr checked<pppoe_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(pppoe_view(packet.data()));
    }

    [[nodiscard]] constexpr std::uint8_t code() const noexcept { return p_[1]; }
    [[nodiscard]] constexpr std::uint16_t session_id() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t session_data = 0;
        return {header_bytes, code() == session_data ? layer::ppp : layer::none};
    }

private:
    constexpr explicit pppoe_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// The 4 bytes of Cisco's HDLC: address, control, ethertype.
class chdlc_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<chdlc_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(chdlc_view(frame.data()));
    }

    [[nodiscard]] constexpr next_header next() const noexcept {
        // Two numbers are not ethertypes here: OSI, and Cisco's SLARP, which is RARP elsewhere.
        constexpr std::uint16_t osi = 0xfefe;
        constexpr std::uint16_t slarp = 0x8035;
        const std::uint16_t type = load_be16(p_ + 2);
        if (type == osi) return {header_bytes, layer::osi};
        return {header_bytes, layer::none, type == slarp ? std::uint16_t{0} : type};
    }

private:
    constexpr explicit chdlc_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
