// NetBIOS names in the name service's messages (RFC 1001, section 14; RFC 1002, section 4.2), which have the form of
// DNS messages otherwise.
#pragma once

#include <pcapframe/message/dns.hpp>

namespace pcapframe::inline v0_2::message {

/// The bytes of a name, the last of which is its kind.
inline constexpr std::size_t netbios_name_bytes = 16;

/// Appends the sixteen bytes of a name: fifteen without the blanks that fill them up, and the last byte, which says
/// what the name is of, in hexadecimal: "WORKGROUP<1e>".
inline void write_netbios_name(made_text& out, bytes_view name) noexcept {
    std::size_t size = netbios_name_bytes - 1;
    while (size > 0 && (name[size - 1] == ' ' || name[size - 1] == 0)) --size;
    for (const std::uint8_t c : name.first(size)) {
        if (c >= 0x20 && c < 0x7f) out.add(static_cast<char>(c));
        else out.add('<').add_hex(c).add('>');
    }
    out.add('<').add_hex(name[netbios_name_bytes - 1]).add('>');
}

/// Whether a name begins with the first-level encoding: thirty-two letters from A to P, two a byte.
[[nodiscard]] inline bool is_netbios_name(const dns_name& name) noexcept {
    const bytes_view label = name.label();
    return label.size() == 2 * netbios_name_bytes &&
           std::all_of(label.begin(), label.end(), [](std::uint8_t c) { return c >= 'A' && c <= 'P'; });
}

/// Appends a name that `is_netbios_name`.
inline void write_encoded_netbios_name(made_text& out, const dns_name& name) noexcept {
    std::array<std::uint8_t, netbios_name_bytes> decoded{};
    const bytes_view label = name.label();
    for (std::size_t i = 0; i < decoded.size(); ++i)
        decoded[i] = static_cast<std::uint8_t>((label[2 * i] - 'A') << 4 | (label[2 * i + 1] - 'A'));
    write_netbios_name(out, decoded);
}

/// The types of records that only NetBIOS has (RFC 1002, section 4.2.1.3).
enum netbios_type : std::uint16_t { netbios_nb = 0x20, netbios_nbstat = 0x21 };

/// Appends the data of a record: of NB the addresses, of NBSTAT the names, with blanks between; false where the record
/// is of neither type or not well-formed.
inline bool write_netbios_data(made_text& out, const dns_record& record) noexcept {
    const bytes_view data = record.data;
    if (record.type == netbios_nb) {
        constexpr std::size_t entry_bytes = 6;  // flags, address
        if (data.empty() || data.size() % entry_bytes != 0) return false;
        for (std::size_t i = 0; i < data.size(); i += entry_bytes) {
            if (i != 0) out.add(' ');
            out.add_ipv4(data.data() + i + 2);
        }
        return true;
    }
    constexpr std::size_t entry_bytes = netbios_name_bytes + 2;  // name, flags
    if (record.type != netbios_nbstat || data.empty() || data.size() - 1 < data[0] * entry_bytes) return false;
    for (std::size_t i = 0; i < data[0]; ++i) {
        if (i != 0) out.add(' ');
        write_netbios_name(out, data.subspan(1 + i * entry_bytes, netbios_name_bytes));
    }
    return true;
}

}  // namespace pcapframe::message
