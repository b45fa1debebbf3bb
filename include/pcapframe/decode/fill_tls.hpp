// The columns of TLS and DTLS, and of the handshake that QUIC carries.
#pragma once

#include <optional>
#include <vector>

#include <pcapframe/crypto/md5.hpp>
#include <pcapframe/crypto/sha256.hpp>
#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/tls.hpp>
#include <pcapframe/message/tls_fingerprint.hpp>
#include <pcapframe/message/x509.hpp>
#include <pcapframe/registry/tls.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of the records in one packet.
class tls_filler {
public:
    tls_filler(message_row& row, message::tls_carrier carrier) noexcept
        : row_(row), carrier_(carrier), is_dtls_(carrier == message::tls_carrier::dtls) {}

    void fill_records(const message::payload_bytes& payload) {
        const bytes_view bytes = payload.bytes;
        if (row_.wants(column::tls_messages) && !payload.is_cut()) list_messages(bytes);
        if (!row_.wants_any(record_columns)) return;
        message::tls_records records(bytes, is_dtls_);
        handshake_data handshake;
        bool is_encrypted = false;
        while (const auto record = records.next()) {
            is_encrypted = is_encrypted || is_change(*record) || record->epoch != 0;
            if (is_encrypted && !is_clear_hello(*record)) continue;
            if (record->type == message::tls_content::alert) alert(*record);
            if (record->type != message::tls_content::handshake) continue;
            if (is_dtls_) fill_handshake(record->data);
            else handshake.add(record->data);
        }
        if (!is_dtls_) fill_handshake(handshake.bytes());
    }

    /// Fills the columns of handshake messages: of the first of each kind.
    void fill_handshake(bytes_view bytes) {
        message::tls_messages messages(bytes, is_dtls_);
        while (const auto message = messages.next()) {
            if (!message->is_whole()) return;
            switch (message->type) {
                case message::tls_handshake::client_hello: client_hello(message->body); break;
                case message::tls_handshake::server_hello: server_hello(message->body); break;
                case message::tls_handshake::certificate: certificate(message->body); break;
                default: break;
            }
        }
    }

    /// The same of a handshake that QUIC carries, without records.
    void fill_stream(bytes_view bytes) {
        if (row_.wants(column::tls_messages) && !bytes.empty())
            row_.put_texts<column::tls_messages>([&](auto add) {
                list_handshake(bytes, [&](std::string_view text) {
                    add([text](message::made_text& out) { out.add(text); });
                });
            });
        fill_handshake(bytes);
    }

    /// The columns of hellos.
    static constexpr column_set hello_columns{
        column::tls_messages, column::tls_versions, column::tls_version, column::tls_sni,        column::tls_alpn,
        column::tls_ciphers,  column::tls_cipher,   column::tls_groups,  column::tls_resumption, column::tls_ech,
        column::tls_ja3,      column::tls_ja3s,     column::tls_ja4};

private:
    static constexpr column_set certificate_columns{
        column::tls_certificate_subject,    column::tls_certificate_issuer,     column::tls_certificate_names,
        column::tls_certificate_serial,     column::tls_certificate_not_before, column::tls_certificate_not_after,
        column::tls_certificate_sha256};
    static constexpr column_set record_columns = hello_columns | certificate_columns | column_set{column::tls_alert};

    /// What follows a change of ciphers is encrypted.
    static bool is_change(const message::tls_record& record) noexcept {
        return record.type == message::tls_content::change_cipher_spec;
    }
    /// But for the second ClientHello of TLS 1.3, which follows a change that is none (RFC 8446, appendix D.4).
    static bool is_clear_hello(const message::tls_record& record) noexcept {
        constexpr std::size_t header_bytes = 4;
        if (record.type != message::tls_content::handshake || record.data.size() <= header_bytes) return false;
        message::byte_reader reader(record.data);
        return reader.u8() == static_cast<std::uint8_t>(message::tls_handshake::client_hello) && record.epoch == 0 &&
               reader.u24() == reader.left() && record.is_whole();
    }

    /// The data of handshake records, put together where there are several: messages may go on from one into the next.
    class handshake_data {
    public:
        void add(bytes_view data) {
            if (first_.empty()) {
                first_ = data;
                return;
            }
            if (joined_.empty()) joined_.assign(first_.begin(), first_.end());
            joined_.insert(joined_.end(), data.begin(), data.end());
        }
        [[nodiscard]] bytes_view bytes() const noexcept { return joined_.empty() ? first_ : bytes_view(joined_); }

    private:
        bytes_view first_;
        std::vector<std::uint8_t> joined_;
    };

    void list_messages(bytes_view bytes) {
        row_.put_texts<column::tls_messages>([&](auto add) {
            const auto name = [&](std::string_view text) { add([text](message::made_text& out) { out.add(text); }); };
            message::tls_records records(bytes, is_dtls_);
            handshake_data handshake;
            bool is_encrypted = false;
            while (const auto record = records.next()) {
                is_encrypted = is_encrypted || record->epoch != 0;
                const bool is_clear = !is_encrypted || is_clear_hello(*record);
                if (record->type == message::tls_content::handshake && is_clear && !is_dtls_) {
                    handshake.add(record->data);
                    continue;
                }
                list_handshake(handshake.bytes(), name);
                handshake = {};
                if (record->type != message::tls_content::handshake) name(name_of(record->type));
                else if (!is_clear) name(encrypted_handshake);
                else list_handshake(record->data, name);
                is_encrypted = is_encrypted || is_change(*record);
            }
            list_handshake(handshake.bytes(), name);
        });
    }
    static constexpr std::string_view encrypted_handshake = "encrypted_handshake";

    template <class Name>
    void list_handshake(bytes_view bytes, Name name) {
        if (bytes.empty()) return;
        message::tls_messages messages(bytes, is_dtls_);
        bool is_any = false;
        while (const auto message = messages.next()) {
            is_any = true;
            name(name_of(message->type));
        }
        if (!is_any) name(encrypted_handshake);
    }

    void alert(const message::tls_record& record) {
        if (has_alert_ || !record.is_whole() || record.length != 2 || record.data[0] < 1 || record.data[0] > 2) return;
        has_alert_ = true;
        row_.put_name<column::tls_alert>(tls_registry::alert_name(record.data[1]), "ALERT", record.data[1]);
    }

    static void write_version(message::made_text& out, std::uint16_t number) {
        const std::string_view name = tls_registry::version_name(number);
        if (!name.empty()) out.add(name);
        else out.add("0x").add_hex(static_cast<std::uint8_t>(number >> 8)).add_hex(static_cast<std::uint8_t>(number));
    }

    void client_hello(bytes_view body) {
        const auto hello = message::parse_client_hello(body, is_dtls_);
        if (!hello || has_hello_) return;
        has_hello_ = true;
        if (const auto name = hello->server_name()) row_.put_bytes<column::tls_sni>(*name);
        if (row_.wants(column::tls_versions)) versions(*hello);
        put_alpn(hello->extensions);
        put_all<column::tls_ciphers>(hello->ciphers);
        if (row_.wants(column::tls_groups) && hello->extensions.find(message::tls_supported_groups))
            put_all<column::tls_groups>(hello->groups());
        if (row_.wants(column::tls_resumption))
            row_.put<column::tls_resumption>(static_cast<std::uint8_t>(hello->offers_resumption()));
        if (row_.wants(column::tls_ech))
            row_.put<column::tls_ech>(static_cast<std::uint8_t>(
                hello->extensions.find(message::tls_encrypted_client_hello).has_value()));
        put_md5<column::tls_ja3>([&](message::made_text& out) { message::write_ja3_text(out, *hello); });
        if (row_.wants(column::tls_ja4))
            row_.put_made<column::tls_ja4>(
                [&](message::made_text& out) { message::ja4_writer(*hello, carrier_).write(out); });
    }

    void versions(const message::tls_client_hello& hello) {
        row_.put_texts<column::tls_versions>([&](auto add) {
            const message::tls_numbers offered = hello.versions();
            const auto one = [&](std::uint16_t number) {
                add([number](message::made_text& out) { write_version(out, number); });
            };
            for (std::size_t i = 0; i < offered.size(); ++i)
                if (!message::is_grease(offered[i])) one(offered[i]);
            if (offered.empty()) one(hello.legacy_version);
        });
    }
    void put_alpn(const message::tls_extensions& extensions) {
        if (!row_.wants(column::tls_alpn) || !extensions.find(message::tls_application_layer_protocols)) return;
        row_.put_texts<column::tls_alpn>([&](auto add) {
            message::each_alpn(extensions, [&](bytes_view name) {
                add([name](message::made_text& out) { out.add_bytes(message::as_text(name)); });
            });
        });
    }
    template <column C>
    void put_all(message::tls_numbers numbers) {
        row_.put_numbers<C>([&](auto add) {
            for (std::size_t i = 0; i < numbers.size(); ++i) add(numbers[i]);
        });
    }
    /// The MD5 of the text that `write` appends, in hexadecimal.
    template <column C, class Write>
    void put_md5(Write write) {
        row_.put_made<C>([&](message::made_text& out) {
            write(out);
            const auto digest = md5(text_bytes(out.view()));
            if (!out.ok()) return;
            out.cut_back(0);
            out.add_hex(digest);
        });
    }

    void server_hello(bytes_view body) {
        const auto hello = message::parse_server_hello(body);
        if (!hello || has_hello_) return;
        has_hello_ = true;
        row_.put_made<column::tls_version>([&](message::made_text& out) { write_version(out, hello->version()); });
        row_.put<column::tls_cipher>(hello->cipher);
        put_alpn(hello->extensions);
        put_md5<column::tls_ja3s>([&](message::made_text& out) { message::write_ja3s_text(out, *hello); });
    }

    void certificate(bytes_view body) {
        if (has_certificate_ || !row_.wants_any(certificate_columns)) return;
        const bytes_view bytes = message::first_certificate(body);
        const auto certificate = message::parse_certificate(bytes);
        if (!certificate) return;
        has_certificate_ = true;
        put_name<column::tls_certificate_subject>(certificate->subject);
        put_name<column::tls_certificate_issuer>(certificate->issuer);
        if (!certificate->alternative_names.empty())
            row_.put_texts<column::tls_certificate_names>(
                [&](auto add) { message::each_alternative_name(certificate->alternative_names, add); });
        row_.put_made<column::tls_certificate_serial>(
            [&](message::made_text& out) { out.add_hex(certificate->serial); });
        if (const auto time = message::time_of(certificate->not_before))
            row_.put<column::tls_certificate_not_before>(*time);
        if (const auto time = message::time_of(certificate->not_after))
            row_.put<column::tls_certificate_not_after>(*time);
        row_.put_made<column::tls_certificate_sha256>([&](message::made_text& out) { out.add_hex(sha256(bytes)); });
    }
    template <column C>
    void put_name(bytes_view name) {
        row_.put_made<C>([&](message::made_text& out) { message::distinguished_name_writer(out).write(name); });
    }

    message_row& row_;
    message::tls_carrier carrier_;
    bool is_dtls_;
    bool has_hello_ = false;
    bool has_alert_ = false;
    bool has_certificate_ = false;
};

}  // namespace pcapframe
