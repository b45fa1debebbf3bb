// DNS messages (RFC 1035), as mDNS (RFC 6762) and LLMNR (RFC 4795) send them, too: the header, questions and records.
//
//     dns_sections sections(message);                       // `message` passed dns_header_view::check
//     while (const auto question = sections.next_question()) ...
//     while (const auto record = sections.next_record()) ...
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include <pcapframe/message/dns_name.hpp>
#include <pcapframe/registry/dns.hpp>

namespace pcapframe::inline v0_2::message {

/// The header of a message (RFC 1035, section 4.1.1).
class dns_header_view {
public:
    static constexpr std::size_t header_bytes = 12;

    [[nodiscard]] static constexpr checked<dns_header_view> check(bytes_view message) noexcept {
        return message.size() < header_bytes ? no_view : checked(dns_header_view(message.data()));
    }
    [[nodiscard]] static constexpr dns_header_view of(const std::uint8_t* p) noexcept { return dns_header_view(p); }

    [[nodiscard]] constexpr std::uint16_t id() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t flags() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] constexpr bool is_response() const noexcept { return (p_[2] & 0x80) != 0; }
    [[nodiscard]] constexpr unsigned opcode() const noexcept { return (p_[2] >> 3) & 15U; }
    /// The four bits of the header; EDNS has eight more.
    [[nodiscard]] constexpr unsigned rcode() const noexcept { return p_[3] & 15U; }
    [[nodiscard]] constexpr std::uint16_t questions() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr std::uint16_t answers() const noexcept { return load_be16(p_ + 6); }
    [[nodiscard]] constexpr std::uint16_t authorities() const noexcept { return load_be16(p_ + 8); }
    [[nodiscard]] constexpr std::uint16_t additionals() const noexcept { return load_be16(p_ + 10); }
    [[nodiscard]] constexpr std::uint32_t records() const noexcept {
        return std::uint32_t{answers()} + authorities() + additionals();
    }
    /// The least bytes that the message has with so many questions and records.
    [[nodiscard]] constexpr std::size_t least_bytes() const noexcept {
        constexpr std::size_t question_least = 5;
        constexpr std::size_t record_least = 11;
        return header_bytes + question_least * questions() + record_least * records();
    }

private:
    constexpr explicit dns_header_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// A question of a message (RFC 1035, section 4.1.2).
struct dns_question {
    dns_name name;
    std::uint16_t type;
    std::uint16_t class_number;  ///< of mDNS, the highest bit asks for a unicast response
};

/// A resource record (RFC 1035, section 4.1.3).
struct dns_record {
    dns_name name;
    std::uint16_t type;
    std::uint16_t class_number;  ///< of OPT, the size of UDP payloads; of mDNS, the highest bit flushes caches
    std::uint32_t ttl;           ///< seconds; of OPT, extended RCODE, version and flags
    std::size_t data_offset;     ///< within the message: names in the data may point to what is before
    bytes_view data;
};

/// Reads the questions, then the records, one after the other, and ends at the first that is not whole.
class dns_sections {
public:
    explicit dns_sections(bytes_view message) noexcept
        : message_(message),
          at_(dns_header_view::header_bytes),
          questions_(dns_header_view::of(message.data()).questions()),
          records_(dns_header_view::of(message.data()).records()) {}

    /// Whether all that was read so far is whole and right.
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    /// The offset behind what was read.
    [[nodiscard]] std::size_t offset() const noexcept { return at_; }

    checked<dns_question> next_question() noexcept {
        if (!ok_ || questions_ == 0) return no_view;
        --questions_;
        const auto name = dns_name::check(message_, at_);
        if (!name || message_.size() - name->next() < 4) return fail();
        const std::uint8_t* const p = message_.data() + name->next();
        at_ = name->next() + 4;
        return dns_question{*name, load_be16(p), load_be16(p + 2)};
    }

    /// The questions that were not read are stepped over.
    checked<dns_record> next_record() noexcept {
        while (questions_ != 0 && ok_) next_question();
        if (!ok_ || records_ == 0) return no_view;
        --records_;
        constexpr std::size_t fixed_bytes = 10;
        const auto name = dns_name::check(message_, at_);
        if (!name || message_.size() - name->next() < fixed_bytes) return fail();
        const std::uint8_t* const p = message_.data() + name->next();
        const std::size_t data = name->next() + fixed_bytes;
        const std::size_t length = load_be16(p + 8);
        if (message_.size() - data < length) return fail();
        at_ = data + length;
        const bytes_view bytes = message_.subspan(data, length);
        return dns_record{*name, load_be16(p), load_be16(p + 2), load_be32(p + 4), data, bytes};
    }

private:
    no_view_t fail() noexcept {
        ok_ = false;
        return no_view;
    }

    bytes_view message_;
    std::size_t at_;
    std::uint32_t questions_;
    std::uint32_t records_;
    bool ok_ = true;
};

/// What the OPT record of a message says (RFC 6891).
struct dns_edns {
    std::uint16_t udp_payload_size = 0;
    std::uint8_t extended_rcode = 0;  ///< the upper eight bits of twelve
    bytes_view options;
};

/// The fields of an OPT record (RFC 6891, section 6.1.3).
[[nodiscard]] inline dns_edns edns_of(const dns_record& opt) noexcept {
    return {opt.class_number, static_cast<std::uint8_t>(opt.ttl >> 24), opt.data};
}

/// The data of an EDNS option; nothing where the message does not have it.
[[nodiscard]] inline std::optional<bytes_view> edns_option(const dns_edns& edns, unsigned code) noexcept {
    bytes_view left = edns.options;
    while (left.size() >= 4) {
        const std::size_t length = load_be16(left.data() + 2);
        if (left.size() - 4 < length) return std::nullopt;
        if (load_be16(left.data()) == code) return left.subspan(4, length);
        left = left.subspan(4 + length);
    }
    return std::nullopt;
}

/// The number of the option Client Subnet (RFC 7871).
inline constexpr unsigned edns_client_subnet = 8;

/// Whether an option is a client subnet (RFC 7871, section 6): a family, prefix lengths, and an address.
[[nodiscard]] inline bool is_client_subnet(bytes_view option) noexcept {
    if (option.size() < 4) return false;
    const unsigned family = load_be16(option.data());
    const std::size_t address_bytes = family == 1 ? 4 : 16;
    return (family == 1 || family == 2) && option.size() - 4 <= address_bytes && option[2] <= address_bytes * 8;
}

/// Appends an option that `is_client_subnet` as "192.0.2.0/24".
inline void write_client_subnet(made_text& out, bytes_view option) noexcept {
    std::array<std::uint8_t, 16> address{};
    std::copy(option.begin() + 4, option.end(), address.begin());
    if (load_be16(option.data()) == 1) out.add_ipv4(address.data());
    else out.add_ipv6(address.data());
    out.add('/').add_number(option[2]);
}

}  // namespace pcapframe::message
