// QUIC with its long headers (RFC 8999, RFC 9000), versions 1, 2 (RFC 9369) and draft-29 to draft-32, and the Initial
// packets of clients opened (RFC 9001, section 5): their keys follow from the connection identifier that is in them, so
// anybody on the way may read these packets.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/crypto/aes128_gcm.hpp>
#include <pcapframe/crypto/sha256.hpp>
#include <pcapframe/message/byte_reader.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// The types of packets with a long header (RFC 9000, section 17.2).
enum class quic_type : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation };

/// The name of a packet type, as RFC 9000 spells it.
[[nodiscard]] constexpr std::string_view name_of(quic_type type) noexcept {
    switch (type) {
        case quic_type::initial: return "initial";
        case quic_type::zero_rtt: return "0-rtt";
        case quic_type::handshake: return "handshake";
        case quic_type::retry: return "retry";
        case quic_type::version_negotiation: return "version_negotiation";
    }
    return {};
}

namespace quic {
/// Versions by their numbers (RFC 9000, RFC 9369, and the drafts that were deployed).
inline constexpr std::uint32_t version_1 = 1;
inline constexpr std::uint32_t version_2 = 0x6b33'43cf;
inline constexpr std::uint32_t draft_29 = 0xff00'001d;
inline constexpr std::uint32_t draft_32 = 0xff00'0020;

/// Whether a version is one of the drafts.
[[nodiscard]] constexpr bool is_draft(std::uint32_t version) noexcept {
    return version >= draft_29 && version <= draft_32;
}
/// Whether packets of a version can be read.
[[nodiscard]] constexpr bool is_known(std::uint32_t version) noexcept {
    return version == version_1 || version == version_2 || is_draft(version);
}
}  // namespace quic

/// A packet with a long header. Views into the datagram.
struct quic_packet {
    std::uint32_t version = 0;
    quic_type type = quic_type::initial;
    bytes_view destination_id;
    bytes_view source_id;
    bytes_view bytes;               ///< of a packet with a length the whole packet, else what is left of the datagram
    std::size_t number_offset = 0;  ///< of the packet number in `bytes`; 0 for a packet that has none
};

/// Reads the packets of a datagram, one after the other. Ends at a packet with a short header, at one that is not
/// whole, and at one of a version that is not known.
class quic_packets {
public:
    explicit quic_packets(bytes_view datagram) noexcept : left_(datagram) {}

    std::optional<quic_packet> next() noexcept {
        if (left_.empty() || (left_[0] & 0x80) == 0) return std::nullopt;
        byte_reader reader(left_);
        const std::uint8_t first = reader.u8();
        quic_packet packet;
        packet.version = reader.u32();
        packet.destination_id = reader.vector8();
        packet.source_id = reader.vector8();
        constexpr std::size_t id_bytes_max = 20;
        const bool is_whole = reader.ok() && packet.destination_id.size() <= id_bytes_max &&
                              packet.source_id.size() <= id_bytes_max;
        if (!is_whole) return std::nullopt;
        if (packet.version == 0) return version_negotiation(packet, reader);
        // The fixed bit; a draft lets it be left out, and nobody does.
        if (!quic::is_known(packet.version) || (first & 0x40) == 0) return std::nullopt;
        packet.type = type_of(first, packet.version);
        if (packet.type == quic_type::retry) return last(packet);
        if (packet.type == quic_type::initial) reader.take(length(reader.variable()));
        const std::size_t rest = length(reader.variable());
        packet.number_offset = left_.size() - reader.left();
        reader.take(rest);
        if (!reader.ok()) return std::nullopt;
        packet.bytes = left_.first(packet.number_offset + rest);
        left_ = left_.subspan(packet.bytes.size());
        return packet;
    }

private:
    /// Numbers beyond every datagram ask for more than is left.
    static std::size_t length(std::uint64_t value) noexcept {
        return static_cast<std::size_t>(std::min<std::uint64_t>(value, std::uint64_t{1} << 31));
    }
    static quic_type type_of(std::uint8_t first, std::uint32_t version) noexcept {
        const unsigned bits = (first >> 4) & 3U;
        // Version 2 numbers the types from the next one on (RFC 9369, section 3.2).
        return static_cast<quic_type>(version == quic::version_2 ? (bits + 3) % 4 : bits);
    }
    std::optional<quic_packet> version_negotiation(quic_packet& packet, const byte_reader& reader) noexcept {
        packet.type = quic_type::version_negotiation;
        if (reader.left() == 0 || reader.left() % 4 != 0) return std::nullopt;
        return last(packet);
    }
    quic_packet last(quic_packet& packet) noexcept {
        packet.bytes = left_;
        left_ = {};
        return packet;
    }

    bytes_view left_;
};

/// Whether a datagram begins with a packet with a long header of a known version, or is a Version Negotiation packet.
[[nodiscard]] inline probed probe_quic(const payload_bytes& p) noexcept {
    constexpr std::size_t least_bytes = 7;
    if (p.bytes.size() < least_bytes || (p.bytes[0] & 0x80) == 0) return probed::no;
    const std::uint32_t version = load_be32(p.bytes.data() + 1);
    if (version != 0 && !quic::is_known(version)) return probed::no;
    if (quic_packets(p.bytes).next()) return probed::yes;
    return p.is_cut() && version != 0 ? probed::more : probed::no;
}

/// The keys that Initial packets of a client are protected by.
class quic_initial_keys {
public:
    quic_initial_keys(bytes_view destination_id, std::uint32_t version) noexcept
        : quic_initial_keys(hmac_sha256(secret_of(destination_id, version)), version == quic::version_2) {}

    /// The same by the secret of the client or of the server.
    quic_initial_keys(const hmac_sha256& secret, bool is_version_2) noexcept
        : protection_(hkdf_expand_label<16>(secret, is_version_2 ? "quicv2 key" : "quic key")),
          header_protection_(hkdf_expand_label<16>(secret, is_version_2 ? "quicv2 hp" : "quic hp")),
          iv_(hkdf_expand_label<12>(secret, is_version_2 ? "quicv2 iv" : "quic iv")) {}

    /// Opens a packet; `room` has at least its bytes. The frames, in `room`; nothing where the packet was not protected
    /// by these keys, or was changed.
    [[nodiscard]] std::optional<bytes_view> open(const quic_packet& packet, std::span<std::uint8_t> room) const {
        constexpr std::size_t sample_offset = 4;
        const std::size_t at = packet.number_offset;
        if (packet.bytes.size() < at + sample_offset + sizeof(aes_block)) return std::nullopt;
        aes_block sample{};
        std::copy_n(packet.bytes.data() + at + sample_offset, sample.size(), sample.begin());
        const aes_block mask = header_protection_.encipher(sample);
        const auto first = static_cast<std::uint8_t>(packet.bytes[0] ^ (mask[0] & 0x0f));
        const std::size_t number_bytes = (first & 3U) + 1U;
        // The header as it was before its protection is what was authenticated.
        std::array<std::uint8_t, limits::quic_header_bytes_max> header;
        const std::size_t header_bytes = at + number_bytes;
        if (header_bytes > header.size()) return std::nullopt;
        std::copy_n(packet.bytes.begin(), header_bytes, header.begin());
        header[0] = first;
        aes128_gcm::nonce nonce = iv_;
        for (std::size_t i = 0; i < number_bytes; ++i) {
            header[at + i] ^= mask[i + 1];
            nonce[nonce.size() - number_bytes + i] ^= header[at + i];
        }
        const bytes_view sealed = packet.bytes.subspan(header_bytes);
        if (!protection_.open(room, nonce, bytes_view(header).first(header_bytes), sealed)) return std::nullopt;
        return bytes_view(room).first(sealed.size() - aes128_gcm::tag_bytes);
    }

    /// The secret of a side ("client in", "server in"), from the identifier that the client chose first.
    [[nodiscard]] static sha256_digest secret_of(bytes_view destination_id, std::uint32_t version,
                                                 std::string_view side = "client in") noexcept {
        const hmac_sha256 initial(salted(version)(destination_id));
        return hkdf_expand_label<32>(initial, side);
    }

private:
    [[nodiscard]] static const hmac_sha256& salted(std::uint32_t version) noexcept {
        static constexpr std::array<std::uint8_t, 20> salt_1{
            0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
            0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
        static constexpr std::array<std::uint8_t, 20> salt_2{
            0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
            0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
        static constexpr std::array<std::uint8_t, 20> draft{
            0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
            0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
        static constexpr hmac_sha256 by_salt_1(salt_1);
        static constexpr hmac_sha256 by_salt_2(salt_2);
        static constexpr hmac_sha256 by_draft(draft);
        if (version == quic::version_2) return by_salt_2;
        return quic::is_draft(version) ? by_draft : by_salt_1;
    }

    aes128_gcm protection_;
    aes128 header_protection_;
    std::array<std::uint8_t, 12> iv_;
};

/// Puts the pieces of a handshake together that CRYPTO frames carry in any order (RFC 9000, section 19.6).
class quic_crypto_stream {
public:
    /// `room` is for the stream's first bytes; pieces beyond it are left out.
    explicit quic_crypto_stream(std::span<std::uint8_t> room) noexcept : room_(room) {}

    /// Takes the CRYPTO frames out of the frames of one Initial packet; stops at a frame that no Initial packet has.
    void add_frames(bytes_view frames) noexcept {
        byte_reader reader(frames);
        while (!reader.empty() && reader.ok()) {
            const std::uint64_t type = reader.variable();
            switch (type) {
                case 0x00:  // PADDING
                case 0x01: break;  // PING
                case 0x02:
                case 0x03: skip_acknowledgment(reader, type == 0x03); break;
                case 0x06: add_crypto(reader); break;
                default: return;
            }
        }
    }

    /// The stream as far as it is there without a gap.
    [[nodiscard]] bytes_view bytes() const noexcept {
        std::size_t end = 0;
        bool has_grown = true;
        while (has_grown) {
            has_grown = false;
            for (const piece& p : std::span(pieces_).first(count_)) {
                if (p.begin > end || p.end <= end) continue;
                end = p.end;
                has_grown = true;
            }
        }
        return bytes_view(room_).first(end);
    }

private:
    struct piece {
        std::size_t begin;
        std::size_t end;
    };

    static void skip_acknowledgment(byte_reader& reader, bool has_ecn) noexcept {
        reader.variable();
        reader.variable();
        std::uint64_t ranges = reader.variable();
        reader.variable();
        for (; ranges != 0 && reader.ok(); --ranges) {
            reader.variable();
            reader.variable();
        }
        for (int i = 0; has_ecn && i < 3; ++i) reader.variable();
    }

    void add_crypto(byte_reader& reader) noexcept {
        const std::uint64_t offset = reader.variable();
        const std::uint64_t length = reader.variable();
        const bytes_view data = reader.take(static_cast<std::size_t>(std::min<std::uint64_t>(length, 1U << 31)));
        if (!reader.ok() || offset > room_.size() || data.size() > room_.size() - offset || count_ == pieces_.size())
            return;
        const auto begin = static_cast<std::size_t>(offset);
        std::copy(data.begin(), data.end(), room_.begin() + static_cast<std::ptrdiff_t>(begin));
        pieces_[count_++] = {begin, begin + data.size()};
    }

    std::span<std::uint8_t> room_;
    std::array<piece, limits::quic_crypto_frames_max> pieces_{};
    std::size_t count_ = 0;
};

}  // namespace pcapframe::message
