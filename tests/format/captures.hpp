// Capture files put together block by block, right or wrong as a test wants them.
#pragma once

#include <cstdint>
#include <string_view>

#include "../bytes/hex.hpp"

namespace testing {

inline constexpr std::uint32_t microseconds_magic = 0xa1b2c3d4;
inline constexpr std::uint32_t nanoseconds_magic = 0xa1b23c4d;
inline constexpr std::uint32_t modified_magic = 0xa1b2cd34;

/// The file header of a pcap, field by field.
struct pcap_head {
    std::uint32_t magic = microseconds_magic;
    byte_order order = byte_order::little;
    std::uint16_t major = 2;
    std::uint16_t minor = 4;
    std::uint32_t snaplen = 65535;
    std::uint32_t link = 1;  ///< link type, FCS bits and all

    [[nodiscard]] byte_string bytes() const {
        return number(magic, 4, order) + number(major, 2, order) + number(minor, 2, order) + zeros(8) +
               number(snaplen, 4, order) + number(link, 4, order);
    }
};

/// The header of a pcap's record.
struct pcap_record {
    std::uint32_t seconds = 1'500'000'000;
    std::uint32_t fraction = 0;
    std::uint32_t caplen = 0;
    std::uint32_t len = 0;
};

/// A pcap file that grows.
class pcap_file {
public:
    explicit pcap_file(pcap_head head = {}) : head_(head), bytes_(head.bytes()) {}

    /// A record whose lengths are those of its data.
    pcap_file& add(const byte_string& data, std::uint32_t seconds = 1'500'000'000, std::uint32_t fraction = 0) {
        const auto length = static_cast<std::uint32_t>(data.size());
        return add_record({seconds, fraction, length, length}, data);
    }

    /// A record whose header says what it says.
    pcap_file& add_record(pcap_record r, const byte_string& data) {
        const byte_order order = head_.order;
        for (const std::uint32_t field : {r.seconds, r.fraction, r.caplen, r.len}) append(number(field, 4, order));
        // Kuznetzov's format: interface index, protocol, packet type, padding.
        if (head_.magic == modified_magic)
            append(number(2, 4, order) + number(0x0800, 2, order) + from_hex("0400"));
        append(data);
        return *this;
    }

    [[nodiscard]] const byte_string& bytes() const { return bytes_; }

private:
    /// In place: files of many records are made.
    void append(const byte_string& more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }

    pcap_head head_;
    byte_string bytes_;
};

/// Padding of pcapng: to a multiple of four.
inline byte_string padded(byte_string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
}

/// A pcapng block: type, length, body, length.
inline byte_string block(std::uint32_t type, const byte_string& body, byte_order order = byte_order::little) {
    const byte_string length = number(padded(body).size() + 12, 4, order);
    return number(type, 4, order) + length + padded(body) + length;
}

inline byte_string option(std::uint16_t code, const byte_string& value, byte_order order = byte_order::little) {
    return number(code, 2, order) + number(value.size(), 2, order) + padded(value);
}

inline byte_string option(std::uint16_t code, std::string_view text, byte_order order = byte_order::little) {
    return option(code, byte_string(text.begin(), text.end()), order);
}

/// What an interface description says.
struct interface_fields {
    std::uint16_t link_type = 1;
    std::uint32_t snaplen = 0;
    byte_string options{};
};

/// A packet block's fields; lengths that are not given are those of the data.
struct packet_fields {
    std::uint32_t interface = 0;
    std::uint64_t ticks = 0;
    std::int64_t caplen = -1;
    std::int64_t len = -1;
    byte_string options{};
};

/// A pcapng file that grows. Each section has a byte order of its own.
class pcapng_file {
public:
    explicit pcapng_file(byte_order order = byte_order::little) { section(order); }

    pcapng_file& section(byte_order order, const byte_string& options = {}, std::uint16_t major = 1,
                         std::uint16_t minor = 0) {
        order_ = order;
        const byte_string unknown_length = number(~std::uint64_t{0}, 8, order);
        return raw(block(0x0a0d0d0a, number(0x1a2b3c4d, 4, order) + number(major, 2, order) + number(minor, 2, order) +
                                         unknown_length + options, order));
    }

    pcapng_file& interface(const interface_fields& fields = {}) {
        return add(1,
                   number(fields.link_type, 2, order_) + zeros(2) + number(fields.snaplen, 4, order_) + fields.options);
    }

    pcapng_file& enhanced(const byte_string& data, const packet_fields& fields = {}) {
        return add(6, number(fields.interface, 4, order_) + packet_body(data, fields));
    }

    /// The obsolete Packet Block: 16 bits of interface, 16 of drops.
    pcapng_file& obsolete(const byte_string& data, const packet_fields& fields = {}) {
        return add(2, number(fields.interface, 2, order_) + number(0xffff, 2, order_) + packet_body(data, fields));
    }

    pcapng_file& simple(const byte_string& data, std::uint32_t len) { return add(3, number(len, 4, order_) + data); }

    pcapng_file& add(std::uint32_t type, const byte_string& body) { return raw(block(type, body, order_)); }

    pcapng_file& raw(const byte_string& bytes) {
        bytes_ = bytes_ + bytes;
        return *this;
    }

    [[nodiscard]] byte_order order() const { return order_; }
    [[nodiscard]] const byte_string& bytes() const { return bytes_; }

private:
    [[nodiscard]] byte_string packet_body(const byte_string& data, const packet_fields& fields) const {
        const auto length = static_cast<std::int64_t>(data.size());
        const auto said = [&](std::int64_t given) { return static_cast<std::uint64_t>(given < 0 ? length : given); };
        return number(fields.ticks >> 32, 4, order_) + number(fields.ticks, 4, order_) +
               number(said(fields.caplen), 4, order_) + number(said(fields.len), 4, order_) + padded(data) +
               fields.options;
    }

    byte_order order_ = byte_order::little;
    byte_string bytes_;
};

}  // namespace testing
