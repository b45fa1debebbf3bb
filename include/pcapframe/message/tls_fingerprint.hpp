// Fingerprints of hellos: JA3 and JA3S (Salesforce, BSD-3-Clause), and JA4 of clients (FoxIO, BSD-3-Clause; the other
// fingerprints of its family are not free and are not here).
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include <pcapframe/crypto/md5.hpp>
#include <pcapframe/crypto/sha256.hpp>
#include <pcapframe/message/made_text.hpp>
#include <pcapframe/message/tls.hpp>

namespace pcapframe::inline v0_2::message {

/// What carries a ClientHello, by JA4's letters.
enum class tls_carrier : char { tcp = 't', quic = 'q', dtls = 'd' };

namespace detail {

/// Numbers in decimal with hyphens between, as JA3 has them, without GREASE.
class ja3_list {
public:
    explicit ja3_list(made_text& out) noexcept : out_(out) {}
    void add(std::uint16_t number) noexcept {
        if (is_grease(number)) return;
        if (!is_first_) out_.add('-');
        is_first_ = false;
        out_.add_number(number);
    }

private:
    made_text& out_;
    bool is_first_ = true;
};

inline void write_ja3_extensions(made_text& out, const tls_extensions& extensions) {
    ja3_list types(out);
    extensions.each([&](std::uint16_t type, bytes_view) {
        types.add(type);
        return true;
    });
}

inline void write_ja3_numbers(made_text& out, tls_numbers numbers) {
    ja3_list list(out);
    for (std::size_t i = 0; i < numbers.size(); ++i) list.add(numbers[i]);
}

}  // namespace detail

/// The text that JA3 is the MD5 of: "version,ciphers,extensions,groups,point formats".
inline void write_ja3_text(made_text& out, const tls_client_hello& hello) {
    out.add_number(hello.legacy_version).add(',');
    detail::write_ja3_numbers(out, hello.ciphers);
    out.add(',');
    detail::write_ja3_extensions(out, hello.extensions);
    out.add(',');
    detail::write_ja3_numbers(out, hello.groups());
    out.add(',');
    detail::ja3_list formats(out);
    for (const std::uint8_t format : hello.point_formats()) formats.add(format);
}

/// The text that JA3S is the MD5 of: "version,cipher,extensions".
inline void write_ja3s_text(made_text& out, const tls_server_hello& hello) {
    out.add_number(hello.legacy_version).add(',').add_number(hello.cipher).add(',');
    detail::write_ja3_extensions(out, hello.extensions);
}

/// JA4 of a ClientHello: "t13d1516h2_8daaf6152771_e5627efa2ab1".
/// Source: https://github.com/FoxIO-LLC/ja4, technical_details/JA4.md, as of 2026-08: GREASE counts nowhere, in the
/// signature algorithms neither.
class ja4_writer {
public:
    ja4_writer(const tls_client_hello& hello, tls_carrier carrier) noexcept : hello_(hello), carrier_(carrier) {
        for (std::size_t i = 0; i < hello.ciphers.size(); ++i) keep(ciphers_, cipher_count_, hello.ciphers[i]);
        hello.extensions.each([&](std::uint16_t type, bytes_view) {
            keep(extensions_, extension_count_, type);
            return true;
        });
    }

    void write(made_text& out) noexcept {
        out.add(static_cast<char>(carrier_)).add(version());
        out.add(hello_.extensions.find(tls_server_name) ? 'd' : 'i');
        two_digits(out, cipher_count_);
        two_digits(out, extension_count_);
        alpn(out);
        out.add('_');
        hashed_ciphers(out);
        out.add('_');
        hashed_extensions(out);
    }

private:
    /// Numbers beyond these are left out: a ClientHello of a program has a few dozen.
    static constexpr std::size_t numbers_max = 512;
    using numbers = std::array<std::uint16_t, numbers_max>;

    static void keep(numbers& kept, std::size_t& count, std::uint16_t number) noexcept {
        if (!is_grease(number) && count < numbers_max) kept[count++] = number;
    }

    [[nodiscard]] std::string_view version() const noexcept {
        std::uint16_t highest = 0;
        const tls_numbers versions = hello_.versions();
        for (std::size_t i = 0; i < versions.size(); ++i)
            if (!is_grease(versions[i])) highest = std::max(highest, versions[i]);
        if (versions.empty()) highest = hello_.legacy_version;
        switch (highest) {
            case 0x0304: return "13";
            case 0x0303: return "12";
            case 0x0302: return "11";
            case 0x0301: return "10";
            case 0x0300: return "s3";
            case 0x0002: return "s2";
            case 0xfeff: return "d1";
            case 0xfefd: return "d2";
            case 0xfefc: return "d3";
            default: return "00";
        }
    }

    static void two_digits(made_text& out, std::size_t count) noexcept {
        count = std::min<std::size_t>(count, 99);
        out.add(static_cast<char>('0' + count / 10)).add(static_cast<char>('0' + count % 10));
    }

    /// The first and the last character of the first protocol; of its hexadecimal digits where one is no letter or
    /// digit.
    void alpn(made_text& out) const noexcept {
        bytes_view first;
        each_alpn(hello_.extensions, [&](bytes_view name) {
            if (first.empty()) first = name;
        });
        if (first.empty()) {
            out.add("00");
            return;
        }
        const auto is_plain = [](std::uint8_t c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        };
        if (is_plain(first.front()) && is_plain(first.back()))
            out.add(static_cast<char>(first.front())).add(static_cast<char>(first.back()));
        else
            out.add(pcapframe::detail::lower_digits[first.front() >> 4])
                .add(pcapframe::detail::lower_digits[first.back() & 15]);
    }

    /// Feeds a hash with numbers in hexadecimal, commas between.
    class hashed_list {
    public:
        void add(std::uint16_t number) noexcept {
            std::array<char, 5> text{','};
            for (unsigned i = 0; i < 4; ++i) text[i + 1] = pcapframe::detail::lower_digits[number >> (12 - 4 * i) & 15];
            hash_.add(std::string_view(text.data(), text.size()).substr(is_first_ ? 1 : 0));
            is_first_ = false;
        }
        void separate() noexcept {
            hash_.add("_");
            is_first_ = true;
        }
        /// Twelve digits of the hash.
        void write(made_text& out) const noexcept { out.add_hex(bytes_view(hash_.digest()).first(6)); }

    private:
        sha256_hash hash_;
        bool is_first_ = true;
    };

    static constexpr std::string_view nothing = "000000000000";

    void hashed_ciphers(made_text& out) noexcept {
        if (cipher_count_ == 0) {
            out.add(nothing);
            return;
        }
        const std::span<std::uint16_t> sorted(ciphers_.data(), cipher_count_);
        std::sort(sorted.begin(), sorted.end());
        hashed_list list;
        for (const std::uint16_t cipher : sorted) list.add(cipher);
        list.write(out);
    }

    void hashed_extensions(made_text& out) noexcept {
        const auto is_left_out = [](std::uint16_t type) {
            return type == tls_server_name || type == tls_application_layer_protocols;
        };
        const auto end = std::remove_if(extensions_.begin(), extensions_.begin() + extension_count_, is_left_out);
        if (end == extensions_.begin()) {
            out.add(nothing);
            return;
        }
        std::sort(extensions_.begin(), end);
        hashed_list list;
        for (auto type = extensions_.begin(); type != end; ++type) list.add(*type);
        const tls_numbers algorithms = hello_.signature_algorithms();
        bool is_first = true;
        for (std::size_t i = 0; i < algorithms.size(); ++i) {
            if (is_grease(algorithms[i])) continue;
            if (is_first) list.separate();
            is_first = false;
            list.add(algorithms[i]);
        }
        list.write(out);
    }

    const tls_client_hello& hello_;
    tls_carrier carrier_;
    numbers ciphers_;
    std::size_t cipher_count_ = 0;
    numbers extensions_;
    std::size_t extension_count_ = 0;
};

}  // namespace pcapframe::message
