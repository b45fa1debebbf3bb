// TLS 1.0 to 1.3 (RFC 5246, RFC 8446) and DTLS 1.0 to 1.3 (RFC 6347, RFC 9147): records, handshake messages, hellos and
// alerts, as far as they are in clear text.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include <pcapframe/message/byte_reader.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// What a record holds (RFC 8446, section 5.1).
enum class tls_content : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24,
};

/// The name of a record's content as RFC 8446 spells it.
[[nodiscard]] constexpr std::string_view name_of(tls_content type) noexcept {
    switch (type) {
        case tls_content::change_cipher_spec: return "change_cipher_spec";
        case tls_content::alert: return "alert";
        case tls_content::handshake: return "handshake";
        case tls_content::application_data: return "application_data";
        case tls_content::heartbeat: return "heartbeat";
    }
    return {};
}

/// The types of handshake messages (RFC 8446, section 4).
enum class tls_handshake : std::uint8_t {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    hello_verify_request = 3,
    new_session_ticket = 4,
    end_of_early_data = 5,
    encrypted_extensions = 8,
    certificate = 11,
    server_key_exchange = 12,
    certificate_request = 13,
    server_hello_done = 14,
    certificate_verify = 15,
    client_key_exchange = 16,
    finished = 20,
    certificate_url = 21,
    certificate_status = 22,
    key_update = 24,
};

/// The name of a handshake message as RFC 8446 spells it; empty for a number that is none.
[[nodiscard]] constexpr std::string_view name_of(tls_handshake type) noexcept {
    switch (type) {
        case tls_handshake::hello_request: return "hello_request";
        case tls_handshake::client_hello: return "client_hello";
        case tls_handshake::server_hello: return "server_hello";
        case tls_handshake::hello_verify_request: return "hello_verify_request";
        case tls_handshake::new_session_ticket: return "new_session_ticket";
        case tls_handshake::end_of_early_data: return "end_of_early_data";
        case tls_handshake::encrypted_extensions: return "encrypted_extensions";
        case tls_handshake::certificate: return "certificate";
        case tls_handshake::server_key_exchange: return "server_key_exchange";
        case tls_handshake::certificate_request: return "certificate_request";
        case tls_handshake::server_hello_done: return "server_hello_done";
        case tls_handshake::certificate_verify: return "certificate_verify";
        case tls_handshake::client_key_exchange: return "client_key_exchange";
        case tls_handshake::finished: return "finished";
        case tls_handshake::certificate_url: return "certificate_url";
        case tls_handshake::certificate_status: return "certificate_status";
        case tls_handshake::key_update: return "key_update";
    }
    return {};
}

/// One record, or what there is of its data.
struct tls_record {
    tls_content type;
    std::uint16_t version;
    bytes_view data;
    std::size_t length;   ///< of the data, as the record says
    std::uint16_t epoch;  ///< of DTLS: above 0, the data is encrypted

    [[nodiscard]] bool is_whole() const noexcept { return data.size() == length; }
};

/// Reads records, one after the other: `next()` until it gives nothing.
class tls_records {
public:
    tls_records(bytes_view bytes, bool is_dtls) noexcept : left_(bytes), is_dtls_(is_dtls) {}

    [[nodiscard]] static constexpr std::size_t header_bytes(bool is_dtls) noexcept { return is_dtls ? 13 : 5; }

    /// Whether bytes begin with a record's header: a type and a version that are defined, and a length that is allowed.
    [[nodiscard]] static bool is_header(bytes_view bytes, bool is_dtls) noexcept {
        if (bytes.size() < header_bytes(is_dtls) || bytes[0] < 20 || bytes[0] > 24) return false;
        const std::size_t length = load_be16(bytes.data() + header_bytes(is_dtls) - 2);
        // 2^14 bytes, and what encryption may add (RFC 5246, section 6.2.3). Only application data may be empty.
        constexpr std::size_t record_bytes_max = (std::size_t{1} << 14) + 2048;
        const bool is_version = is_dtls ? bytes[1] == 0xfe && bytes[2] >= 0xfc && bytes[2] != 0xfe
                                        : bytes[1] == 3 && bytes[2] <= 4;
        return is_version && length <= record_bytes_max && (length != 0 || bytes[0] == 23);
    }

    std::optional<tls_record> next() noexcept {
        if (!is_header(left_, is_dtls_)) return std::nullopt;
        const std::size_t header = header_bytes(is_dtls_);
        const std::uint8_t* const p = left_.data();
        tls_record record{static_cast<tls_content>(p[0]), load_be16(p + 1), {}, load_be16(p + header - 2), 0};
        if (is_dtls_) record.epoch = load_be16(p + 3);
        record.data = left_.subspan(header, std::min(record.length, left_.size() - header));
        left_ = left_.subspan(header + record.data.size());
        return record;
    }
    [[nodiscard]] bytes_view rest() const noexcept { return left_; }

private:
    bytes_view left_;
    bool is_dtls_;
};

/// A handshake message.
struct tls_message {
    tls_handshake type;
    bytes_view body;
    std::size_t length;  ///< of the body, as the message says

    [[nodiscard]] bool is_whole() const noexcept { return body.size() == length; }
};

/// Reads the handshake messages in the data of records. Nothing, where the bytes are no message that is defined, which
/// is what encrypted ones look like.
class tls_messages {
public:
    tls_messages(bytes_view bytes, bool is_dtls) noexcept : left_(bytes), is_dtls_(is_dtls) {}

    std::optional<tls_message> next() noexcept {
        const std::size_t header = is_dtls_ ? 12 : 4;
        if (left_.size() < header || name_of(static_cast<tls_handshake>(left_[0])).empty()) return std::nullopt;
        // No message is that long: 2^17 bytes are a chain of a hundred certificates.
        constexpr std::size_t message_bytes_max = std::size_t{1} << 17;
        byte_reader reader(left_);
        const auto type = static_cast<tls_handshake>(reader.u8());
        const std::size_t length = reader.u24();
        if (length > message_bytes_max) return std::nullopt;
        std::size_t there = length;
        if (is_dtls_) {
            reader.u16();  // the message's number
            const std::size_t offset = reader.u24();
            there = reader.u24();
            // Another fragment than the first has nothing that could be read without the first.
            if (offset != 0 || there > length) return std::nullopt;
        }
        const bytes_view body = reader.take(std::min(there, reader.left()));
        left_ = reader.rest();
        return tls_message{type, body, length};
    }

private:
    bytes_view left_;
    bool is_dtls_;
};

/// Numbers that clients make up so that servers get used to unknown ones (RFC 8701): 0x0a0a, 0x1a1a, ... 0xfafa.
[[nodiscard]] constexpr bool is_grease(std::uint16_t value) noexcept {
    return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff);
}

/// Numbers of two bytes, one after the other.
class tls_numbers {
public:
    constexpr tls_numbers() = default;
    constexpr explicit tls_numbers(bytes_view bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] constexpr std::size_t size() const noexcept { return bytes_.size() / 2; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] constexpr std::uint16_t operator[](std::size_t i) const noexcept {
        return load_be16(bytes_.data() + 2 * i);
    }

private:
    bytes_view bytes_;
};

/// The extensions that are read (RFC 8446, section 4.2).
enum tls_extension : std::uint16_t {
    tls_server_name = 0,
    tls_supported_groups = 10,
    tls_ec_point_formats = 11,
    tls_signature_algorithms = 13,
    tls_application_layer_protocols = 16,
    tls_session_ticket = 35,
    tls_pre_shared_key = 41,
    tls_supported_versions = 43,
    tls_encrypted_client_hello = 0xfe0d,
};

/// The extensions of a hello, walked over again for each that is asked for: there are a dozen.
class tls_extensions {
public:
    constexpr tls_extensions() = default;
    constexpr explicit tls_extensions(bytes_view bytes) noexcept : bytes_(bytes) {}

    /// Calls `use(type, data)` for each, in order; stops where it returns false or where an extension is not whole.
    template <class Use>
    constexpr void each(Use use) const {
        byte_reader reader(bytes_);
        while (reader.left() >= 4) {
            const std::uint16_t type = reader.u16();
            const bytes_view data = reader.vector16();
            if (!reader.ok() || !use(type, data)) return;
        }
    }
    /// The data of the first of a type.
    [[nodiscard]] constexpr std::optional<bytes_view> find(std::uint16_t wanted) const {
        std::optional<bytes_view> found;
        each([&](std::uint16_t type, bytes_view data) {
            if (type == wanted) found = data;
            return !found;
        });
        return found;
    }

private:
    bytes_view bytes_;
};

/// A ClientHello (RFC 8446, section 4.1.2): views of its vectors.
struct tls_client_hello {
    std::uint16_t legacy_version = 0;
    bytes_view session_id;
    tls_numbers ciphers;
    tls_extensions extensions;

    /// The host name of the server_name extension (RFC 6066, section 3); of an encrypted ClientHello the outer name.
    [[nodiscard]] std::optional<bytes_view> server_name() const noexcept {
        const auto extension = extensions.find(tls_server_name);
        if (!extension) return std::nullopt;
        byte_reader list(byte_reader(*extension).vector16());
        while (list.left() >= 3) {
            const std::uint8_t type = list.u8();
            const bytes_view name = list.vector16();
            if (list.ok() && type == 0) return name;
        }
        return std::nullopt;
    }
    [[nodiscard]] tls_numbers groups() const noexcept { return numbers16(tls_supported_groups); }
    [[nodiscard]] tls_numbers signature_algorithms() const noexcept { return numbers16(tls_signature_algorithms); }
    [[nodiscard]] tls_numbers versions() const noexcept {
        const auto extension = extensions.find(tls_supported_versions);
        return extension ? tls_numbers(byte_reader(*extension).vector8()) : tls_numbers();
    }
    [[nodiscard]] bytes_view point_formats() const noexcept {
        const auto extension = extensions.find(tls_ec_point_formats);
        return extension ? byte_reader(*extension).vector8() : bytes_view();
    }
    /// Whether it offers to resume a session: a ticket that is not empty, or a pre-shared key.
    [[nodiscard]] bool offers_resumption() const noexcept {
        const auto ticket = extensions.find(tls_session_ticket);
        return (ticket && !ticket->empty()) || extensions.find(tls_pre_shared_key).has_value();
    }

private:
    [[nodiscard]] tls_numbers numbers16(std::uint16_t type) const noexcept {
        const auto extension = extensions.find(type);
        return extension ? tls_numbers(byte_reader(*extension).vector16()) : tls_numbers();
    }
};

/// The names of application protocols (RFC 7301): `use(name)` for each.
template <class Use>
void each_alpn(const tls_extensions& extensions, Use use) {
    const auto extension = extensions.find(tls_application_layer_protocols);
    if (!extension) return;
    byte_reader list(byte_reader(*extension).vector16());
    while (!list.empty()) {
        const bytes_view name = list.vector8();
        if (!list.ok()) return;
        use(name);
    }
}

/// Nothing where the body is not one up to its extensions, which old clients leave out.
[[nodiscard]] inline std::optional<tls_client_hello> parse_client_hello(bytes_view body, bool is_dtls) noexcept {
    constexpr std::size_t random_bytes = 32;
    byte_reader reader(body);
    tls_client_hello hello;
    hello.legacy_version = reader.u16();
    reader.take(random_bytes);
    hello.session_id = reader.vector8();
    if (is_dtls) reader.vector8();  // the cookie
    hello.ciphers = tls_numbers(reader.vector16());
    reader.vector8();  // the compression methods
    if (!reader.ok() || hello.session_id.size() > 32) return std::nullopt;
    if (!reader.empty()) hello.extensions = tls_extensions(reader.vector16());
    if (!reader.ok()) return std::nullopt;
    return hello;
}

/// A ServerHello (RFC 8446, section 4.1.3).
struct tls_server_hello {
    std::uint16_t legacy_version = 0;
    bytes_view session_id;
    std::uint16_t cipher = 0;
    tls_extensions extensions;

    /// The version that was chosen: of the supported_versions extension, or else the field that it stands in for.
    [[nodiscard]] std::uint16_t version() const noexcept {
        const auto extension = extensions.find(tls_supported_versions);
        return extension && extension->size() == 2 ? load_be16(extension->data()) : legacy_version;
    }
};

/// The parts of a ServerHello; nothing where the body is none.
[[nodiscard]] inline std::optional<tls_server_hello> parse_server_hello(bytes_view body) noexcept {
    constexpr std::size_t random_bytes = 32;
    byte_reader reader(body);
    tls_server_hello hello;
    hello.legacy_version = reader.u16();
    reader.take(random_bytes);
    hello.session_id = reader.vector8();
    hello.cipher = reader.u16();
    reader.u8();  // the compression method
    if (!reader.ok() || hello.session_id.size() > 32) return std::nullopt;
    if (!reader.empty()) hello.extensions = tls_extensions(reader.vector16());
    if (!reader.ok()) return std::nullopt;
    return hello;
}

/// The first certificate of a Certificate message of TLS 1.2 and older (RFC 5246, section 7.4.2); empty where it is not
/// all there.
[[nodiscard]] inline bytes_view first_certificate(bytes_view body) noexcept {
    byte_reader list(body);
    list.u24();
    return list.vector24();
}

/// Whether the bytes begin with TLS records: a header that is one, and behind a whole record another header or nothing.
/// A record that goes on in later segments is `yes`, too, if what it begins with is of its type.
[[nodiscard]] inline probed probe_tls(const payload_bytes& p, bool is_dtls) noexcept {
    if (!tls_records::is_header(p.bytes, is_dtls)) return probed::no;
    tls_records records(p.bytes, is_dtls);
    const tls_record first = *records.next();
    const bool is_handshake_shape = first.data.empty() || !name_of(static_cast<tls_handshake>(first.data[0])).empty();
    switch (first.type) {
        case tls_content::change_cipher_spec:
            if (first.epoch == 0 && (first.length != 1 || (first.is_whole() && first.data[0] != 1))) return probed::no;
            break;
        case tls_content::alert:
            if (first.length < 2) return probed::no;
            break;
        case tls_content::handshake:
            // Encrypted messages have no shape; the shortest is longer than a header and a tag.
            if (first.epoch == 0 && !is_handshake_shape && first.length < 16) return probed::no;
            break;
        default: break;
    }
    const bytes_view rest = records.rest();
    if (!first.is_whole()) return p.is_cut() || !is_dtls ? probed::yes : probed::no;
    const bool may_be_cut_header = !is_dtls && rest.size() < tls_records::header_bytes(false);
    return rest.empty() || may_be_cut_header || tls_records::is_header(rest, is_dtls) ? probed::yes : probed::no;
}

}  // namespace pcapframe::message
