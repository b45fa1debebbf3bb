// The headers of one captured frame by name: the manual's IPPacket.
#pragma once

#include <optional>
#include <string>

#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/packet_decoder.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/table/column_view.hpp>

namespace pcapframe::inline v0_2 {

/// Addresses, ports and protocols of one captured frame, whatever bytes it has. A value that is not there is nullopt.
/// Holds values only: the frame's bytes may go once the object is made.
class ip_packet {
    template <column C>
    [[nodiscard]] auto field() const noexcept {
        using stored = typename column_traits<C>::type;
        using value = shown_value<stored>;
        if (!values_.has(C)) return value();
        const std::uint64_t valid = values_.valid[column_set::word_of(C)];
        return value(shown_as<stored>::of(column_traits<C>::of(values_), valid, nullptr));
    }

    void decode(bytes_view frame, std::uint16_t type, std::size_t wire_bytes) noexcept {
        using enum column;
        const packet_pointers to =
            values_.pointers<src_mac, dst_mac, ethertype, protocol, src_host, dst_host, src_port, dst_port,
                             column::stop>();
        // The set is a constant, but asked at run time: that decoder is compiled in any case.
        packet_decoder packet(row_place(to, 0), runtime_columns{{src_mac, dst_mac, ethertype, protocol, src_host,
                                                                 dst_host, src_port, dst_port, column::stop}});
        packet.decode(frame, type, wire_bytes);
        values_.valid[0] = packet.decoded().valid;
        is_ip_ = packet.decoded().is_ip;
    }

public:
    /// Decodes a frame of the given LINKTYPE (Ethernet if none is given).
    explicit ip_packet(bytes_view frame, std::uint16_t type = link_type::ethernet) noexcept {
        decode(frame, type, ~std::size_t{0});
    }
    explicit ip_packet(const record& captured) noexcept { decode(captured.bytes(), captured.link_type, captured.len); }

    [[nodiscard]] std::optional<mac_address> source_mac_address() const noexcept { return field<column::src_mac>(); }
    [[nodiscard]] std::optional<mac_address> destination_mac_address() const noexcept {
        return field<column::dst_mac>();
    }
    /// The ethertype behind VLAN tags.
    [[nodiscard]] std::optional<std::uint16_t> ethernet_protocol() const noexcept { return field<column::ethertype>(); }
    /// The same by its name ("ipv4", "arp"); a number that has none as 0x and four digits.
    [[nodiscard]] std::optional<std::string> ethernet_protocol_name() const {
        const auto type = ethernet_protocol();
        if (!type) return std::nullopt;
        return protocol_text(ethertype_protocol_id(*type));
    }
    /// The IP protocol number; the number of the first header that is neither AH nor an extension header.
    [[nodiscard]] std::optional<std::uint8_t> ip_protocol() const noexcept {
        const auto id = field<column::protocol>();
        if (!is_ip_ || !id) return std::nullopt;
        return static_cast<std::uint8_t>(static_cast<std::uint16_t>(*id));
    }
    /// The same by its name ("tcp"), as the column `protocol` has it; a number that has none in decimal.
    [[nodiscard]] std::optional<std::string> ip_protocol_name() const {
        const auto number = ip_protocol();
        if (!number) return std::nullopt;
        return protocol_text(ip_protocol_id(*number));
    }
    [[nodiscard]] std::optional<ip_address> source_ip_address() const noexcept { return field<column::src_host>(); }
    [[nodiscard]] std::optional<ip_address> destination_ip_address() const noexcept {
        return field<column::dst_host>();
    }
    [[nodiscard]] std::optional<std::uint16_t> source_ip_port() const noexcept { return field<column::src_port>(); }
    [[nodiscard]] std::optional<std::uint16_t> destination_ip_port() const noexcept {
        return field<column::dst_port>();
    }
    /// Complete, or why the decoding ended and in which header.
    [[nodiscard]] pcapframe::stop stop() const noexcept { return values_.stop; }

private:
    row values_;
    bool is_ip_ = false;
};

}  // namespace pcapframe
