// The data of DNS records as text, in the presentation format of the RFC that defines the type; data of other types,
// and data that is not what its type says, as RFC 3597 has it: "\# 3 c00102".
#pragma once

#include <algorithm>

#include <pcapframe/base/calendar.hpp>
#include <pcapframe/message/dns.hpp>

namespace pcapframe::inline v0_2::message {

/// Writes the data of one record. Total on any bytes.
class dns_rdata_writer {
public:
    dns_rdata_writer(made_text& out, bytes_view message, const dns_record& record) noexcept
        : out_(out),
          message_(message.first(record.data_offset + record.data.size())),
          record_(record),
          at_(record.data_offset) {}

    void write() noexcept {
        const std::size_t begin = out_.size();
        if (known() && at_ == message_.size()) return;
        if (!out_.ok()) return;
        out_.cut_back(begin);
        out_.add("\\# ").add_number(record_.data.size());
        if (!record_.data.empty()) out_.add(' ').add_hex(record_.data);
    }

private:
    enum type : std::uint16_t {
        a = 1, ns = 2, md = 3, mf = 4, cname = 5, soa = 6, mb = 7, mg = 8, mr = 9, ptr = 12, hinfo = 13, minfo = 14,
        mx = 15, txt = 16, rp = 17, afsdb = 18, rt = 21, aaaa = 28, srv = 33, naptr = 35, kx = 36, dname = 39, ds = 43,
        sshfp = 44, rrsig = 46, nsec = 47, dnskey = 48, nsec3 = 50, nsec3param = 51, tlsa = 52, smimea = 53, cds = 59,
        cdnskey = 60, openpgpkey = 61, svcb = 64, https = 65, spf = 99, eui48 = 108, eui64 = 109, uri = 256, caa = 257,
        dlv = 32769,
    };

    /// False where the type is not known, or the data not of its form.
    bool known() noexcept {
        switch (record_.type) {
            case a: return address(4);
            case aaaa: return address(16);
            case ns: case md: case mf: case cname: case mb: case mg: case mr: case ptr: case dname: return name();
            case mx: case afsdb: case rt: case kx: return number(2) && name();
            case minfo: case rp: return name() && name();
            case soa: return name() && name() && number(4) && number(4) && number(4) && number(4) && number(4);
            case srv: return number(2) && number(2) && number(2) && name();
            case txt: case spf: case hinfo: return strings();
            case naptr: return number(2) && number(2) && string() && string() && string() && name();
            case ds: case cds: case dlv: return number(2) && number(1) && number(1) && hex_rest();
            case tlsa: case smimea: return number(1) && number(1) && number(1) && hex_rest();
            case sshfp: return number(1) && number(1) && hex_rest();
            case dnskey: case cdnskey: return number(2) && number(1) && number(1) && base64_rest();
            case openpgpkey: return base64_rest();
            case eui48: case eui64: return hardware_address(record_.type == eui48 ? 6 : 8);
            case uri: return number(2) && number(2) && quoted_rest();
            case caa: return authorization();
            default: return known_of_dnssec_or_services();
        }
    }
    bool known_of_dnssec_or_services() noexcept {
        switch (record_.type) {
            case rrsig: return signature();
            case nsec: return name() && types();
            case nsec3: return number(1) && number(1) && number(2) && salt() && hashed_owner() && types();
            case nsec3param: return number(1) && number(1) && number(2) && salt();
            case svcb: case https: return number(2) && name() && service_parameters();
            default: return false;
        }
    }

    [[nodiscard]] std::size_t left() const noexcept { return message_.size() - at_; }
    bytes_view take(std::size_t count) noexcept {
        const bytes_view taken = message_.subspan(at_, count);
        at_ += count;
        return taken;
    }
    /// A blank between the parts.
    void separate() noexcept {
        if (at_ != record_.data_offset) out_.add(' ');
    }
    [[nodiscard]] static std::uint64_t value_of(bytes_view bytes) noexcept {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : bytes) value = value << 8 | byte;
        return value;
    }

    bool number(std::size_t bytes) noexcept {
        if (left() < bytes) return false;
        separate();
        out_.add_number(value_of(take(bytes)));
        return true;
    }
    bool address(std::size_t bytes) noexcept {
        if (left() != bytes) return false;
        const bytes_view octets = take(bytes);
        if (bytes == 4) out_.add_ipv4(octets.data());
        else out_.add_ipv6(octets.data());
        return true;
    }
    bool name() noexcept {
        const auto found = dns_name::check(message_, at_);
        if (!found) return false;
        separate();
        found->write(out_);
        at_ = found->next();
        return true;
    }

    void quoted(bytes_view text) noexcept {
        out_.add('"');
        for (std::string_view rest = as_text(text); !rest.empty();) {
            const auto c = static_cast<std::uint8_t>(rest[0]);
            const std::size_t sequence = c < 0x80 ? 0 : utf8_sequence(rest);
            if (sequence != 0) out_.add(rest.substr(0, sequence));
            else if (c == '"' || c == '\\') out_.add('\\').add(rest[0]);
            else if (c >= 0x20 && c < 0x7f) out_.add(rest[0]);
            else escaped(c);
            rest.remove_prefix(std::max<std::size_t>(sequence, 1));
        }
        out_.add('"');
    }
    void escaped(std::uint8_t c) noexcept {
        out_.add('\\');
        for (const int unit : {100, 10, 1}) out_.add(static_cast<char>('0' + c / unit % 10));
    }
    bool string() noexcept {
        if (left() == 0 || left() - 1 < message_[at_]) return false;
        separate();
        quoted(take(take(1)[0]));
        return true;
    }
    bool strings() noexcept {
        if (left() == 0) return false;
        while (left() != 0)
            if (!string()) return false;
        return true;
    }
    bool quoted_rest() noexcept {
        separate();
        quoted(take(left()));
        return true;
    }
    bool hex_rest() noexcept {
        if (left() == 0) return false;
        separate();
        out_.add_hex(take(left()));
        return true;
    }
    bool hardware_address(std::size_t bytes) noexcept {
        if (left() != bytes) return false;
        for (std::size_t i = 0; i < bytes; ++i) {
            if (i != 0) out_.add('-');
            out_.add_hex(take(1)[0]);
        }
        return true;
    }
    bool base64_rest() noexcept {
        if (left() == 0) return false;
        separate();
        base64(take(left()));
        return true;
    }
    void base64(bytes_view bytes) noexcept {
        constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), 3))) {
            std::uint32_t group = 0;
            for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < bytes.size() ? bytes[i] : 0U);
            for (std::size_t i = 0; i < 4; ++i)
                out_.add(i <= bytes.size() ? digits[(group >> (18 - 6 * i)) & 63] : '=');
        }
    }

    /// CAA (RFC 8659): flags, a tag, and its value.
    bool authorization() noexcept {
        if (!number(1) || left() == 0 || left() - 1 < message_[at_]) return false;
        const bytes_view tag = take(take(1)[0]);
        const auto is_word = [](std::uint8_t c) { return c > 0x20 && c < 0x7f; };
        if (tag.empty() || !std::all_of(tag.begin(), tag.end(), is_word)) return false;
        out_.add(' ').add(as_text(tag)).add(' ');
        quoted(take(left()));
        return true;
    }

    bool type_name() noexcept {
        if (left() < 2) return false;
        separate();
        write_type(static_cast<unsigned>(value_of(take(2))));
        return true;
    }
    void write_type(unsigned number) noexcept {
        out_.add_name(dns_registry::name_in(dns_registry::type_list, number), "TYPE", number);
    }

    /// RRSIG (RFC 4034, section 3.2).
    bool signature() noexcept {
        return type_name() && number(1) && number(1) && number(4) && moment() && moment() && number(2) && name() &&
               base64_rest();
    }
    /// Seconds since 1970 as YYYYMMDDHHmmSS.
    bool moment() noexcept {
        if (left() < 4) return false;
        separate();
        const std::uint64_t seconds = value_of(take(4));
        const auto day = pcapframe::detail::day_of(static_cast<std::int64_t>(seconds / 86400));
        padded(static_cast<std::uint64_t>(day.year), 4);
        padded(day.month, 2);
        padded(day.day, 2);
        padded(seconds / 3600 % 24, 2);
        padded(seconds / 60 % 60, 2);
        padded(seconds % 60, 2);
        return true;
    }
    void padded(std::uint64_t value, unsigned digits) noexcept {
        std::uint64_t unit = 1;
        for (unsigned i = 1; i < digits; ++i) unit *= 10;
        for (; unit != 0; unit /= 10) out_.add(static_cast<char>('0' + value / unit % 10));
    }

    bool salt() noexcept {
        if (left() == 0 || left() - 1 < message_[at_]) return false;
        const bytes_view bytes = take(take(1)[0]);
        out_.add(' ');
        if (bytes.empty()) out_.add('-');
        else out_.add_hex(bytes);
        return true;
    }
    /// Base 32 with the extended hex alphabet and without padding (RFC 5155, section 3.3).
    bool hashed_owner() noexcept {
        if (left() == 0 || left() - 1 < message_[at_]) return false;
        constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
        out_.add(' ');
        unsigned bits = 0;
        unsigned count = 0;
        for (const std::uint8_t byte : take(take(1)[0])) {
            bits = (bits << 8 | byte) & 0xfff;
            for (count += 8; count >= 5; count -= 5) out_.add(digits[(bits >> (count - 5)) & 31]);
        }
        if (count != 0) out_.add(digits[(bits << (5 - count)) & 31]);
        return true;
    }
    /// The bit map of types (RFC 4034, section 4.1.2).
    bool types() noexcept {
        while (left() != 0) {
            if (left() < 2) return false;
            const unsigned window = take(1)[0];
            const std::size_t length = take(1)[0];
            if (length == 0 || length > 32 || left() < length) return false;
            const bytes_view bits = take(length);
            for (unsigned i = 0; i < length * 8; ++i) {
                if ((bits[i / 8] & (0x80U >> (i % 8))) == 0) continue;
                out_.add(' ');
                write_type(window * 256 + i);
            }
        }
        return true;
    }

    /// SvcParams (RFC 9460, section 2.1), as dig shows them.
    bool service_parameters() noexcept {
        while (left() != 0) {
            if (left() < 4) return false;
            const auto key = static_cast<unsigned>(value_of(take(2)));
            const std::size_t length = value_of(take(2));
            if (left() < length) return false;
            out_.add(' ');
            write_key(key);
            if (!service_value(key, take(length))) return false;
        }
        return true;
    }
    void write_key(unsigned key) noexcept {
        if (key < dns_registry::service_key_list.size()) out_.add(dns_registry::service_key_list[key]);
        else out_.add("key").add_number(key);
    }
    bool service_value(unsigned key, bytes_view value) noexcept {
        if (value.empty()) return true;
        out_.add('=');
        switch (key) {
            case 0: return each_of(value, 2, [&](bytes_view k) { write_key(load_be16(k.data())); });
            case 1: return protocols(value);
            case 3: return each_of(value, value.size(), [&](bytes_view port) { out_.add_number(value_of(port)); });
            case 4: return each_of(value, 4, [&](bytes_view host) { out_.add_ipv4(host.data()); });
            case 5: base64(value); return true;
            case 6: return each_of(value, 16, [&](bytes_view host) { out_.add_ipv6(host.data()); });
            case 9: return each_of(value, 2, [&](bytes_view group) { out_.add_number(load_be16(group.data())); });
            default: quoted(value); return true;
        }
    }
    template <class Write>
    bool each_of(bytes_view value, std::size_t bytes, Write write) noexcept {
        if (value.size() % bytes != 0) return false;
        for (std::size_t i = 0; i < value.size(); i += bytes) {
            if (i != 0) out_.add(',');
            write(value.subspan(i, bytes));
        }
        return true;
    }
    bool protocols(bytes_view value) noexcept {
        std::array<std::uint8_t, 256> list{};
        std::size_t size = 0;
        while (!value.empty()) {
            const std::size_t length = value[0];
            if (length == 0 || value.size() - 1 < length || size + length + 1 > list.size()) return false;
            if (size != 0) list[size++] = ',';
            std::copy_n(value.begin() + 1, length, list.begin() + static_cast<std::ptrdiff_t>(size));
            size += length;
            value = value.subspan(1 + length);
        }
        quoted(bytes_view(list).first(size));
        return true;
    }

    made_text& out_;
    bytes_view message_;  ///< up to the end of the record's data, which names in it must not leave
    const dns_record& record_;
    std::size_t at_;
};

/// Appends the data of a record as text.
inline void write_rdata(made_text& out, bytes_view message, const dns_record& record) noexcept {
    dns_rdata_writer(out, message, record).write();
}

}  // namespace pcapframe::message
