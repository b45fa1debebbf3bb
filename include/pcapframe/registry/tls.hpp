// Names of TLS: versions and alerts. Source: IANA "Transport Layer Security (TLS) Parameters".
#pragma once

#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2::tls_registry {

/// The name of a version of TLS, DTLS or SSL; empty for a number that is none.
[[nodiscard]] constexpr std::string_view version_name(std::uint16_t version) noexcept {
    switch (version) {
        case 0x0002: return "SSL 2.0";
        case 0x0300: return "SSL 3.0";
        case 0x0301: return "TLS 1.0";
        case 0x0302: return "TLS 1.1";
        case 0x0303: return "TLS 1.2";
        case 0x0304: return "TLS 1.3";
        case 0xfeff: return "DTLS 1.0";
        case 0xfefd: return "DTLS 1.2";
        case 0xfefc: return "DTLS 1.3";
        default: return {};
    }
}

/// The description of an alert as RFC 8446 spells it; empty for a number that is none.
[[nodiscard]] constexpr std::string_view alert_name(std::uint8_t description) noexcept {
    switch (description) {
        case 0: return "close_notify";
        case 10: return "unexpected_message";
        case 20: return "bad_record_mac";
        case 21: return "decryption_failed";
        case 22: return "record_overflow";
        case 30: return "decompression_failure";
        case 40: return "handshake_failure";
        case 41: return "no_certificate";
        case 42: return "bad_certificate";
        case 43: return "unsupported_certificate";
        case 44: return "certificate_revoked";
        case 45: return "certificate_expired";
        case 46: return "certificate_unknown";
        case 47: return "illegal_parameter";
        case 48: return "unknown_ca";
        case 49: return "access_denied";
        case 50: return "decode_error";
        case 51: return "decrypt_error";
        case 60: return "export_restriction";
        case 70: return "protocol_version";
        case 71: return "insufficient_security";
        case 80: return "internal_error";
        case 86: return "inappropriate_fallback";
        case 90: return "user_canceled";
        case 100: return "no_renegotiation";
        case 109: return "missing_extension";
        case 110: return "unsupported_extension";
        case 111: return "certificate_unobtainable";
        case 112: return "unrecognized_name";
        case 113: return "bad_certificate_status_response";
        case 114: return "bad_certificate_hash_value";
        case 115: return "unknown_psk_identity";
        case 116: return "certificate_required";
        case 120: return "no_application_protocol";
        case 121: return "ech_required";
        default: return {};
    }
}

}  // namespace pcapframe::tls_registry
