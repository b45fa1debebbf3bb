// Frames that carry a message of an application protocol, from port 40000 to a port.
#pragma once

#include "packets.hpp"

namespace testing {

inline byte_string over_udp(std::uint16_t port, const byte_string& message) {
    const byte_string header = be16(40000) + be16(port) + be16(8 + message.size()) + be16(0);
    return ethernet(0x0800, ipv4({.protocol = 17}, header + message));
}
inline byte_string over_tcp(std::uint16_t port, const byte_string& message) {
    return ethernet(0x0800, ipv4({.protocol = 6}, be16(40000) + be16(port) + be32(1) + be32(2) + from_hex("5018") +
                                                      be16(64240) + be32(0) + message));
}

/// The bytes of a text.
inline byte_string bytes_of_text(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace testing
