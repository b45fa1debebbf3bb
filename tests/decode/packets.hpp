// Packets put together header by header, right or wrong as a test wants them. Checksums are not looked at and left 0.
#pragma once

#include <cstdint>
#include <string>

#include "../bytes/hex.hpp"

namespace testing {

inline const byte_string mac_pair = from_hex("0a0b0c0d0e0f 1a1b1c1d1e1f");  // destination, source

inline byte_string ethernet(std::uint16_t type, const byte_string& data) { return mac_pair + be16(type) + data; }

/// A tag that comes after its own ethertype.
inline byte_string vlan(std::uint16_t id, std::uint16_t type, const byte_string& data) {
    return be16(id) + be16(type) + data;
}

struct ipv4_fields {
    std::uint8_t protocol = 17;
    int total = -1;                   ///< -1: what it is
    int header_words = -1;            ///< -1: what it is
    std::uint16_t flags_offset = 0;   ///< 0x2000: more fragments; below, the offset in units of 8
    byte_string options{};
    std::uint8_t version = 4;
    std::uint8_t traffic_class = 0;
    std::uint16_t id = 0x1234;
    std::uint8_t ttl = 64;
};

/// From 192.0.2.1 to 198.51.100.2.
inline byte_string ipv4(const ipv4_fields& f, const byte_string& data) {
    const std::size_t header = 20 + f.options.size();
    const auto words =
        static_cast<std::uint8_t>(f.header_words < 0 ? header / 4 : static_cast<std::size_t>(f.header_words));
    const std::size_t total = f.total < 0 ? header + data.size() : static_cast<std::size_t>(f.total);
    const auto first = static_cast<std::uint8_t>(f.version << 4 | words);
    return byte_string{first, f.traffic_class} + be16(total) + be16(f.id) + be16(f.flags_offset) +
           byte_string{f.ttl, f.protocol, 0, 0} + from_hex("c0000201 c6336402") + f.options + data;
}

struct ipv6_fields {
    std::uint8_t next = 17;
    int length = -1;  ///< -1: what it is
    std::uint8_t version = 6;
    std::uint8_t traffic_class = 0;
    std::uint32_t flow_label = 0;
    std::uint8_t hop_limit = 64;
};

/// From 2001:db8::1 to 2001:db8::2.
inline byte_string ipv6(const ipv6_fields& f, const byte_string& data) {
    const std::size_t length = f.length < 0 ? data.size() : static_cast<std::size_t>(f.length);
    return be32(std::uint64_t{f.version} << 28 | std::uint64_t{f.traffic_class} << 20 | f.flow_label) + be16(length) +
           byte_string{f.next, f.hop_limit} +
           from_hex("20010db8000000000000000000000001 20010db8000000000000000000000002") + data;
}

/// An extension header of 8 * (1 + `units`) bytes.
inline byte_string extension(std::uint8_t next, std::uint8_t units = 0) {
    return byte_string{next, units} + from_hex("010400000000") + zeros(std::size_t{units} * 8);
}

/// An authentication header with an integrity check value of so many bytes.
inline byte_string ah(std::uint8_t next, std::uint8_t icv_bytes = 12) {
    return byte_string{next, static_cast<std::uint8_t>((12 + icv_bytes) / 4 - 2)} + from_hex("0000 00000100 00000001") +
           counting(icv_bytes);
}

inline byte_string fragment_header(std::uint8_t next, std::uint16_t offset, bool more, std::uint32_t id = 0xdeadbeef) {
    return byte_string{next, 0} + be16(static_cast<std::uint64_t>(offset) | (more ? 1U : 0U)) + be32(id);
}

struct tcp_fields {
    std::uint16_t source = 49153;
    std::uint16_t destination = 443;
    int header_words = -1;  ///< -1: what it is
    std::uint16_t flags = 0x18;
    byte_string options{};
};

inline byte_string tcp(const byte_string& data, const tcp_fields& f = {}) {
    const std::size_t words = f.header_words < 0 ? 5 + f.options.size() / 4 : static_cast<std::size_t>(f.header_words);
    return be16(f.source) + be16(f.destination) + be32(0x01020304) + be32(0xf1f2f3f4) + be16(words << 12 | f.flags) +
           be16(64240) + zeros(4) + f.options + data;
}

inline byte_string udp(const byte_string& data, int length = -1) {
    const std::size_t said = length < 0 ? 8 + data.size() : static_cast<std::size_t>(length);
    return be16(53) + be16(49154) + be16(said) + zeros(2) + data;
}

inline byte_string icmp(std::uint8_t type, std::uint8_t code, const byte_string& data) {
    return byte_string{type, code} + zeros(2) + from_hex("12340001") + data;
}

inline byte_string sctp(const byte_string& data) { return be16(2905) + be16(2906) + be32(7) + zeros(4) + data; }

/// The header's length is 12 bytes unless said otherwise.
inline byte_string dccp(const byte_string& data, std::uint8_t words = 3) {
    return be16(5001) + be16(5002) + byte_string{words, 0} + zeros(6) + data;
}

}  // namespace testing
