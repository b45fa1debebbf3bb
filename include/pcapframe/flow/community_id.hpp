// Community ID: a name of a flow that other tools give as well (Zeek, Suricata, Arkime, ...).
//
// Source: https://github.com/corelight/community-id-spec, version 1 with the seed 0.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <pcapframe/crypto/sha1.hpp>
#include <pcapframe/flow/flow_key.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

[[nodiscard]] inline std::string base64(const sha1_digest& digest) {
    constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < digest.size(); i += 3) {
        const std::size_t count = digest.size() - i < 3 ? digest.size() - i : 3;
        std::uint32_t word = 0;
        for (std::size_t j = 0; j < 3; ++j) word = word << 8 | (j < count ? digest[i + j] : 0U);
        for (std::size_t j = 0; j < 4; ++j) text += j <= count ? letters[word >> (18 - 6 * j) & 63] : '=';
    }
    return text;
}

}  // namespace detail

/// The Community ID of a flow: "1:" and 28 characters. Empty for packets without IP.
[[nodiscard]] inline std::string community_id_of(const flow_key& key) {
    if (!key.has(flow_key::has_hosts | flow_key::has_protocol) || key.protocol > 255) return "";
    std::array<std::uint8_t, 2 + 32 + 2 + 4> bytes{};
    std::size_t size = 2;  // the seed
    const std::size_t first = key.version == 4 ? 12 : 0;
    for (const ip_octets* host : {&key.low, &key.high})
        for (std::size_t i = first; i < host->size(); ++i) bytes[size++] = (*host)[i];
    bytes[size] = static_cast<std::uint8_t>(key.protocol);
    size += 2;
    if (key.has(flow_key::has_ports) || key.has(flow_key::is_icmp)) {
        for (const std::uint16_t port : {key.low_port, key.high_port}) {
            bytes[size++] = static_cast<std::uint8_t>(port >> 8);
            bytes[size++] = static_cast<std::uint8_t>(port);
        }
    }
    return "1:" + detail::base64(sha1({bytes.data(), size}));
}

}  // namespace pcapframe
