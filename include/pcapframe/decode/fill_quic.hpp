// The columns of QUIC: of its headers, and of the ClientHello in the Initial packets of one datagram.
#pragma once

#include <pcapframe/decode/fill_tls.hpp>
#include <pcapframe/message/quic.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of one datagram.
class quic_filler {
public:
    explicit quic_filler(message_row& row) noexcept : row_(row) {}

    void fill(const message::payload_bytes& payload) {
        message::quic_packets packets(payload.bytes);
        const auto first = packets.next();
        if (!first) return;
        version(first->version);
        row_.put_constant<column::quic_packet_type>(name_of(first->type));
        row_.put_made<column::quic_dcid>([&](message::made_text& out) { out.add_hex(first->destination_id); });
        row_.put_made<column::quic_scid>([&](message::made_text& out) { out.add_hex(first->source_id); });
        if (first->type == message::quic_type::initial && row_.wants_any(tls_filler::hello_columns)) hello(payload);
    }

private:
    void version(std::uint32_t number) {
        row_.put_made<column::quic_version>([number](message::made_text& out) {
            if (number == message::quic::version_2) out.add('2');
            else if (message::quic::is_draft(number)) out.add("draft-").add_number(number & 0xff);
            else out.add_number(number);
        });
    }

    /// The keys follow from the identifier that the client chose first. They open the client's packets; those of a
    /// server, whose destination is another identifier, stay closed.
    void hello(const message::payload_bytes& payload) {
        message::quic_packets packets(payload.bytes);
        message::quic_crypto_stream stream(row_.memory().joined());
        while (const auto packet = packets.next()) {
            if (packet->type != message::quic_type::initial) continue;
            const message::quic_initial_keys keys(packet->destination_id, packet->version);
            const auto frames = keys.open(*packet, row_.memory().opened());
            if (frames) stream.add_frames(*frames);
        }
        tls_filler(row_, message::tls_carrier::quic).fill_stream(stream.bytes());
    }

    message_row& row_;
};

}  // namespace pcapframe
