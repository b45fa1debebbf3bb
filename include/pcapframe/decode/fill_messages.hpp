// From packets to the columns of the messages that they carry: the one room that knows both parsers and columns.
//
// The rows are made first, and know nothing of messages; this goes over the same packets again, while they are in the
// processor's cache, so that whoever asks for none of these columns has nothing to pay.
#pragma once

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/fill_dhcp.hpp>
#include <pcapframe/decode/fill_dns.hpp>
#include <pcapframe/decode/fill_http.hpp>
#include <pcapframe/decode/fill_ntp.hpp>
#include <pcapframe/decode/fill_quic.hpp>
#include <pcapframe/decode/fill_sip.hpp>
#include <pcapframe/decode/fill_tls.hpp>
#include <pcapframe/decode/level_decoder.hpp>
#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/packet_decoder.hpp>
#include <pcapframe/message/protocols.hpp>

namespace pcapframe::inline v0_2 {

/// Where the message of a packet may be.
struct packet_payload {
    message::payload_bytes bytes;
    std::uint16_t src_port = 0;
    std::uint16_t dst_port = 0;
    bool is_tcp = false;
    bool is_udp = false;
};

/// Finds payloads: decodes as much of packets as that takes, and nothing else.
class payload_finder {
public:
    /// `at` says which packet of each frame is meant. `ports` must stay.
    payload_finder(level_choice at, const tunnel_ports& ports) noexcept : at_(at), levels_(at, ports, no_texts_) {}
    payload_finder(const payload_finder&) = delete;
    payload_finder& operator=(const payload_finder&) = delete;

    /// The payload of a packet, and whether the packet is a row of those who filter so; `payload` is empty where there
    /// is none.
    PCAPFRAME_NOINLINE decoded_packet operator()(const record& r, packet_payload& payload) {
        found_.valid = {};
        packet_decoder packet(row_place(to_, 0), wanted{});
        if (at_.is_outermost()) packet.decode(r);
        else packet.decode(r, levels_);
        const decoded_packet decoded = packet.decoded();
        const auto has = [&](column c) { return (decoded.valid & column_set::bit(c)) != 0; };
        if (!decoded.has_protocol || !has(column::payload) || !has(column::src_port)) return decoded;
        payload.is_tcp = decoded.protocol == ip_protocol::tcp;
        payload.is_udp = decoded.protocol == ip_protocol::udp;
        payload.src_port = found_.src_port;
        payload.dst_port = found_.dst_port;
        payload.bytes = {found_.payload, found_.payload.size()};
        if (found_.stop.reason != stop_reason::complete) add_missing(payload, has(column::udp_len));
        return decoded;
    }

private:
    using wanted = constant_columns<column::src_port, column::dst_port, column::payload, column::stop, column::udp_len>;

    /// Bytes that were not captured, or are in later fragments.
    void add_missing(packet_payload& payload, bool has_udp_length) const noexcept {
        const std::size_t length = has_udp_length ? found_.udp_len : 0xffff;
        if (length > payload.bytes.bytes.size() + wire::udp_view::header_bytes)
            payload.bytes.wire_bytes = length - wire::udp_view::header_bytes;
    }

    level_choice at_;
    row_batch no_texts_;
    level_decoder levels_;
    row found_;
    packet_pointers to_ =
        found_.pointers<column::src_port, column::dst_port, column::payload, column::stop, column::udp_len>();
};

/// Fills the message columns of one row.
inline void fill_message(message_row& row, const packet_payload& payload) {
    const bool may_be = (payload.is_tcp || payload.is_udp) && !payload.bytes.bytes.empty();
    if (!may_be) return;
    const message::found_message found =
        payload.is_udp ? message::find_in_datagram(payload.bytes, payload.src_port, payload.dst_port)
                       : message::find_in_segment(payload.bytes, payload.src_port, payload.dst_port);
    if (found.protocol == message::protocol::none) return;
    row.put_constant<column::message>(name_of(found.protocol));
    switch (found.protocol) {
        case message::protocol::dns:
        case message::protocol::mdns:
        case message::protocol::llmnr:
        case message::protocol::nbns: return dns_filler(row, found).fill();
        case message::protocol::tls:
            return tls_filler(row, message::tls_carrier::tcp).fill_records(found.message);
        case message::protocol::dtls:
            return tls_filler(row, message::tls_carrier::dtls).fill_records(found.message);
        case message::protocol::quic: return quic_filler(row).fill(found.message);
        case message::protocol::http:
        case message::protocol::ssdp: return http_filler(row).fill(found.message.bytes);
        case message::protocol::sip: return fill_sip(row, found.message.bytes);
        case message::protocol::ssh:
            return row.put_made<column::ssh_identification>([&](message::made_text& out) {
                out.add_bytes(message::ssh_identification(found.message.bytes));
            });
        case message::protocol::dhcp: return fill_dhcp(row, found.message.bytes);
        case message::protocol::dhcpv6: return fill_dhcpv6(row, found.message.bytes);
        case message::protocol::ntp: return fill_ntp(row, found.message.bytes);
        case message::protocol::none: return;
    }
}

}  // namespace pcapframe
