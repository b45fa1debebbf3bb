// Hellos of TLS, put together from their parts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../bytes/hex.hpp"

namespace testing {

struct hello_parts {
    std::uint16_t version = 0x0303;
    std::vector<std::uint16_t> ciphers{};
    std::string server_name{};
    std::vector<std::uint16_t> groups{};
    bool has_point_formats = false;
    std::vector<std::uint16_t> signature_algorithms{};
    std::vector<std::string> alpn{};
    std::vector<std::uint16_t> versions{};
    std::vector<std::uint16_t> empty_extensions{};  ///< with no data, behind the others
    std::size_t padding = 0;                        ///< bytes of an extension that fills up
};

inline byte_string numbers16(const std::vector<std::uint16_t>& numbers) {
    byte_string bytes;
    for (const std::uint16_t value : numbers) bytes = bytes + be16(value);
    return bytes;
}
inline byte_string text8(const std::string& text) {
    return byte_string{static_cast<std::uint8_t>(text.size())} + byte_string(text.begin(), text.end());
}
inline byte_string vector16(const byte_string& bytes) { return be16(bytes.size()) + bytes; }
inline byte_string hello_extension(std::uint16_t type, const byte_string& data) { return be16(type) + vector16(data); }

/// The body of a ClientHello.
inline byte_string client_hello(const hello_parts& p) {
    byte_string extensions;
    const byte_string name(p.server_name.begin(), p.server_name.end());
    if (!name.empty()) extensions = extensions + hello_extension(0, vector16(zeros(1) + vector16(name)));
    if (!p.groups.empty()) extensions = extensions + hello_extension(10, vector16(numbers16(p.groups)));
    if (p.has_point_formats) extensions = extensions + hello_extension(11, from_hex("0100"));
    if (!p.signature_algorithms.empty())
        extensions = extensions + hello_extension(13, vector16(numbers16(p.signature_algorithms)));
    byte_string protocols;
    for (const std::string& protocol : p.alpn) protocols = protocols + text8(protocol);
    if (!p.alpn.empty()) extensions = extensions + hello_extension(16, vector16(protocols));
    if (!p.versions.empty()) {
        const byte_string versions = numbers16(p.versions);
        extensions = extensions +
                     hello_extension(43, byte_string{static_cast<std::uint8_t>(versions.size())} + versions);
    }
    for (const std::uint16_t type : p.empty_extensions) extensions = extensions + hello_extension(type, {});
    if (p.padding != 0) extensions = extensions + hello_extension(21, zeros(p.padding));
    return be16(p.version) + counting(32) + zeros(1) + vector16(numbers16(p.ciphers)) + from_hex("0100") +
           vector16(extensions);
}

/// The body of a ServerHello whose extensions have no data.
inline byte_string server_hello(std::uint16_t version, std::uint16_t cipher, const std::vector<std::uint16_t>& types) {
    byte_string extensions;
    for (const std::uint16_t type : types) extensions = extensions + hello_extension(type, {});
    return be16(version) + counting(32) + zeros(1) + be16(cipher) + zeros(1) + vector16(extensions);
}

/// A handshake message.
inline byte_string handshake(std::uint8_t type, const byte_string& body) {
    return byte_string{type} + number(body.size(), 3, byte_order::big) + body;
}

/// The ClientHello of the example in the specification of JA4.
inline hello_parts chrome_parts() {
    hello_parts parts;
    parts.ciphers = {0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                     0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
    parts.server_name = "example.org";
    parts.groups = {0x3a3a, 29, 23, 24};
    parts.has_point_formats = true;
    parts.signature_algorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
    parts.alpn = {"h2", "http/1.1"};
    parts.versions = {0x4a4a, 0x0304, 0x0303};
    parts.empty_extensions = {0x5a5a, 0x0005, 0x0012, 0x0017, 0x001b, 0x0023, 0x002d, 0x0033, 0x4469, 0xff01};
    parts.padding = 100;
    return parts;
}
inline byte_string chrome_hello() { return client_hello(chrome_parts()); }

}  // namespace testing
