// Certificates (RFC 5280): the few fields that say whose a certificate is, by whom, and when it is valid.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <pcapframe/base/calendar.hpp>
#include <pcapframe/message/byte_reader.hpp>
#include <pcapframe/message/made_text.hpp>

namespace pcapframe::inline v0_2::message {

/// An element of DER (ITU-T X.690): its tag and contents.
struct der_element {
    std::uint8_t tag = 0;
    bytes_view contents;
};

namespace der {
/// The tags of values that certificates have (X.690).
enum tag : std::uint8_t {
    integer = 0x02,
    oid = 0x06,
    sequence = 0x30,
    set = 0x31,
    utc_time = 0x17,
    generalized_time = 0x18,
    bmp_string = 0x1e,
    utf8_string = 0x0c,
    t61_string = 0x14,
    octet_string = 0x04,
    boolean = 0x01,
    explicit_0 = 0xa0,
    explicit_3 = 0xa3,
};
}  // namespace der

/// Reads elements of DER, one after the other. Lengths of more than four bytes, indefinite lengths and tags of more
/// than one byte are refused: certificates have none.
class der_reader {
public:
    explicit der_reader(bytes_view bytes) noexcept : reader_(bytes) {}

    std::optional<der_element> next() noexcept {
        if (reader_.left() < 2) return std::nullopt;
        const std::uint8_t tag = reader_.u8();
        std::size_t length = reader_.u8();
        if (length >= 0x80) {
            const std::size_t bytes = length & 0x7f;
            if (bytes == 0 || bytes > 4) return std::nullopt;
            length = reader_.number(bytes);
        }
        const bytes_view contents = reader_.take(length);
        if (!reader_.ok() || (tag & 0x1f) == 0x1f) return std::nullopt;
        return der_element{tag, contents};
    }
    /// The contents of the next element, which has this tag.
    std::optional<bytes_view> next(std::uint8_t tag) noexcept {
        const auto element = next();
        return element && element->tag == tag ? std::optional(element->contents) : std::nullopt;
    }

private:
    byte_reader reader_;
};

/// Views of a certificate's fields.
struct x509_certificate {
    bytes_view serial;
    bytes_view issuer;    ///< the sequence of relative names
    bytes_view subject;
    der_element not_before;
    der_element not_after;
    bytes_view alternative_names;  ///< the sequence of them; empty where the extension is missing
};

namespace detail {

inline bytes_view alternative_names_in(bytes_view extensions) noexcept {
    constexpr std::array<std::uint8_t, 3> subject_alternative_name{0x55, 0x1d, 0x11};
    der_reader list(der_reader(extensions).next(der::sequence).value_or(bytes_view()));
    while (const auto extension = list.next(der::sequence)) {
        der_reader parts(*extension);
        const auto oid = parts.next(der::oid);
        if (!oid || !std::equal(oid->begin(), oid->end(), subject_alternative_name.begin(),
                                subject_alternative_name.end()))
            continue;
        auto value = parts.next();
        if (value && value->tag == der::boolean) value = parts.next();
        if (!value || value->tag != der::octet_string) return {};
        return der_reader(value->contents).next(der::sequence).value_or(bytes_view());
    }
    return {};
}

}  // namespace detail

/// The fields of a certificate in DER; nothing where the bytes are none.
[[nodiscard]] inline std::optional<x509_certificate> parse_certificate(bytes_view bytes) noexcept {
    const auto whole = der_reader(bytes).next(der::sequence);
    if (!whole) return std::nullopt;
    const auto to_be_signed = der_reader(*whole).next(der::sequence);
    if (!to_be_signed) return std::nullopt;
    der_reader fields(*to_be_signed);
    auto serial = fields.next();
    if (serial && serial->tag == der::explicit_0) serial = fields.next();  // the version
    const auto algorithm = fields.next(der::sequence);
    const auto issuer = fields.next(der::sequence);
    const auto validity = fields.next(der::sequence);
    const auto subject = fields.next(der::sequence);
    if (!serial || serial->tag != der::integer || !algorithm || !issuer || !validity || !subject) return std::nullopt;
    der_reader times(*validity);
    const auto not_before = times.next();
    const auto not_after = times.next();
    if (!not_before || !not_after) return std::nullopt;
    x509_certificate certificate{serial->contents, *issuer, *subject, *not_before, *not_after, {}};
    while (const auto more = fields.next())
        if (more->tag == der::explicit_3) certificate.alternative_names = detail::alternative_names_in(more->contents);
    return certificate;
}

/// A time of a certificate in nanoseconds since 1970; nothing where it is not well-formed or beyond such numbers.
[[nodiscard]] inline std::optional<std::int64_t> time_of(const der_element& time) noexcept {
    const std::string_view text = as_text(time.contents);
    const std::size_t year_digits = time.tag == der::utc_time ? 2 : 4;
    const bool is_known = time.tag == der::utc_time || time.tag == der::generalized_time;
    if (!is_known || text.size() != year_digits + 11 || text.back() != 'Z') return std::nullopt;
    bool are_digits = true;
    const auto number = [&](std::size_t at, std::size_t digits) {
        std::int64_t value = 0;
        for (const char c : text.substr(at, digits)) {
            are_digits = are_digits && c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        return value;
    };
    std::int64_t year = number(0, year_digits);
    if (time.tag == der::utc_time) year += year >= 50 ? 1900 : 2000;
    const std::int64_t month = number(year_digits, 2);
    const std::int64_t day = number(year_digits + 2, 2);
    const std::int64_t hour = number(year_digits + 4, 2);
    const std::int64_t minute = number(year_digits + 6, 2);
    const std::int64_t second = number(year_digits + 8, 2);
    const bool is_time = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
    if (!are_digits || !is_time || year < 1700 || year > 2261) return std::nullopt;
    const std::int64_t days =
        pcapframe::detail::days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1'000'000'000;
}

/// Appends an object identifier with dots between its numbers.
inline void write_oid(made_text& out, bytes_view oid) noexcept {
    std::uint64_t number = 0;
    bool is_first = true;
    for (const std::uint8_t byte : oid) {
        number = number << 7 | (byte & 0x7fU);
        if ((byte & 0x80) != 0) continue;
        // The first number holds two: 40 times the first, which is 0, 1 or 2, and the second.
        if (is_first) {
            const std::uint64_t root = number < 40 ? 0 : number < 80 ? 1 : 2;
            out.add_number(root);
            number -= 40 * root;
        }
        is_first = false;
        out.add('.').add_number(number);
        number = 0;
    }
}

/// Writes names as RFC 4514 has them: the last relative name first, "CN=example.org,O=Example".
class distinguished_name_writer {
public:
    explicit distinguished_name_writer(made_text& out) noexcept : out_(out) {}

    void write(bytes_view name) noexcept {
        // The parts are written from the last on, and read from the first on: their places are kept.
        std::array<bytes_view, parts_max> parts;
        std::size_t count = 0;
        der_reader reader(name);
        for (auto part = reader.next(der::set); part && count < parts.size(); part = reader.next(der::set))
            parts[count++] = *part;
        while (count > 0) {
            relative_name(parts[--count]);
            if (count != 0) out_.add(',');
        }
    }

private:
    static constexpr std::size_t parts_max = 64;

    void relative_name(bytes_view set) noexcept {
        der_reader reader(set);
        bool is_first = true;
        while (const auto pair = reader.next(der::sequence)) {
            if (!is_first) out_.add('+');
            is_first = false;
            der_reader parts(*pair);
            const bytes_view type = parts.next(der::oid).value_or(bytes_view());
            attribute_type(type);
            out_.add('=');
            if (const auto element = parts.next()) value(*element);
        }
    }

    void attribute_type(bytes_view oid) noexcept {
        if (oid.size() == 3 && oid[0] == 0x55 && oid[1] == 0x04) {
            const std::string_view name = attribute_name(oid[2]);
            if (!name.empty()) {
                out_.add(name);
                return;
            }
        }
        constexpr std::array<std::uint8_t, 10> domain_part{0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19};
        constexpr std::array<std::uint8_t, 10> user{0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01};
        if (std::equal(oid.begin(), oid.end(), domain_part.begin(), domain_part.end())) out_.add("DC");
        else if (std::equal(oid.begin(), oid.end(), user.begin(), user.end())) out_.add("UID");
        else write_oid(out_, oid);
    }
    /// The attributes below 2.5.4 that RFC 4514, section 3, has a short name for.
    static std::string_view attribute_name(std::uint8_t number) noexcept {
        switch (number) {
            case 3: return "CN";
            case 6: return "C";
            case 7: return "L";
            case 8: return "ST";
            case 9: return "STREET";
            case 10: return "O";
            case 11: return "OU";
            default: return {};
        }
    }

    void value(const der_element& element) noexcept {
        if (element.tag == der::bmp_string) return wide(element.contents);
        const std::string_view text = as_text(element.contents);
        for (std::size_t i = 0; i < text.size();) {
            const std::size_t sequence = text[i] == 0 ? 0 : utf8_sequence(text.substr(i));
            const bool is_edge = (i == 0 && (text[i] == ' ' || text[i] == '#')) ||
                                 (i + 1 == text.size() && text[i] == ' ');
            if (element.tag == der::t61_string && static_cast<std::uint8_t>(text[i]) >= 0x80)
                character(static_cast<std::uint8_t>(text[i]), false);
            else if (sequence == 1) character(static_cast<std::uint8_t>(text[i]), is_edge);
            else out_.add_bytes(text.substr(i, std::max<std::size_t>(sequence, 1)));
            i += element.tag == der::t61_string ? 1 : std::max<std::size_t>(sequence, 1);
        }
    }
    void wide(bytes_view text) noexcept {
        for (std::size_t i = 0; i + 1 < text.size(); i += 2) character(load_be16(text.data() + i), false);
    }
    /// A character of Unicode's first plane.
    void character(std::uint16_t c, bool is_edge) noexcept {
        constexpr std::string_view special = ",+\"\\<>;";
        if (c == 0 || (c >= 0xd800 && c < 0xe000)) {
            out_.add("\xef\xbf\xbd");
        } else if (c < 0x80) {
            if (is_edge || special.find(static_cast<char>(c)) != std::string_view::npos) out_.add('\\');
            out_.add(static_cast<char>(c));
        } else if (c < 0x800) {
            out_.add(static_cast<char>(0xc0 | c >> 6)).add(static_cast<char>(0x80 | (c & 0x3f)));
        } else {
            out_.add(static_cast<char>(0xe0 | c >> 12)).add(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
            out_.add(static_cast<char>(0x80 | (c & 0x3f)));
        }
    }

    made_text& out_;
};

/// Calls `use(write)` for each alternative name that is text or an address, where `write(made_text&)` appends it.
template <class Use>
void each_alternative_name(bytes_view names, Use use) {
    constexpr std::uint8_t mail = 0x81;
    constexpr std::uint8_t dns_name = 0x82;
    constexpr std::uint8_t uri = 0x86;
    constexpr std::uint8_t address = 0x87;
    der_reader reader(names);
    while (const auto name = reader.next()) {
        const bytes_view value = name->contents;
        if (name->tag == mail || name->tag == dns_name || name->tag == uri)
            use([value](made_text& out) { out.add_bytes(as_text(value)); });
        if (name->tag == address && value.size() == 4) use([value](made_text& out) { out.add_ipv4(value.data()); });
        if (name->tag == address && value.size() == 16) use([value](made_text& out) { out.add_ipv6(value.data()); });
    }
}

}  // namespace pcapframe::message
