// The columns of DHCP and DHCPv6.
#pragma once

#include <array>
#include <utility>

#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/dhcp.hpp>
#include <pcapframe/message/dns_name.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

inline void fill_dhcp_option(message_row& row, std::uint8_t code, bytes_view data) {
    const auto address = [data](message::made_text& out) { out.add_ipv4(data.data()); };
    switch (code) {
        case 12:
            // Some clients end the name with a zero, which is none of it (RFC 2132, section 2).
            while (!data.empty() && data.back() == 0) data = data.first(data.size() - 1);
            return row.put_bytes<column::dhcp_hostname>(data);
        case 50:
            if (data.size() == 4) row.put_made<column::dhcp_requested_host>(address);
            return;
        case 51:
            if (data.size() == 4) row.put<column::dhcp_lease>(load_be32(data.data()));
            return;
        case 53:
            if (data.size() == 1)
                row.put_name<column::dhcp_message_type>(message::dhcp_message_name(data[0]), "TYPE", data[0]);
            return;
        case 54:
            if (data.size() == 4) row.put_made<column::dhcp_server_host>(address);
            return;
        case 60: return row.put_bytes<column::dhcp_vendor_class>(data);
        case 61: return row.put_made<column::dhcp_client_id>([data](message::made_text& out) { out.add_hex(data); });
        default: return;
    }
}

/// The first address of an association (RFC 8415, sections 21.4 to 21.6).
inline void fill_dhcp6_address(message_row& row, bytes_view association, std::size_t header_bytes) {
    if (association.size() < header_bytes) return;
    bool is_first = true;
    message::each_dhcp6_option(association.subspan(header_bytes), [&](std::uint16_t code, bytes_view data) {
        constexpr std::uint16_t address_option = 5;
        if (code != address_option || data.size() < 24 || !is_first) return;
        is_first = false;
        row.put_made<column::dhcp_given_host>([data](message::made_text& out) { out.add_ipv6(data.data()); });
        row.put<column::dhcp_lease>(load_be32(data.data() + 20));
    });
}

inline void fill_dhcp6_option(message_row& row, std::uint16_t code, bytes_view data) {
    switch (code) {
        case 1: return row.put_made<column::dhcp_client_id>([data](message::made_text& out) { out.add_hex(data); });
        case 3: return fill_dhcp6_address(row, data, 12);  // an association and two times
        case 4: return fill_dhcp6_address(row, data, 4);   // a temporary one
        case 16: {
            message::byte_reader reader(data);
            reader.u32();  // the enterprise
            const bytes_view first = reader.vector16();
            if (reader.ok()) row.put_bytes<column::dhcp_vendor_class>(first);
            return;
        }
        case 39: {  // flags, and a domain name whose end may be missing (RFC 4704)
            const auto name = message::dns_name::check(data, 1);
            if (name) row.put_made<column::dhcp_hostname>([&](message::made_text& out) { name->write(out); });
            return;
        }
        default: return;
    }
}

}  // namespace detail

/// Fills the columns of one DHCP message.
inline void fill_dhcp(message_row& row, bytes_view message) {
    const auto header = message::dhcp_view::check(message);
    if (!header) return;
    row.put<column::dhcp_transaction_id>(header->transaction_id());
    if (header->has_ethernet_address())
        row.put<column::dhcp_client_mac>(mac_address::from(header->client_hardware_address()));
    if (load_be32(header->your_address()) != 0)
        row.put_made<column::dhcp_given_host>(
            [&](message::made_text& out) { out.add_ipv4(header->your_address()); });
    // The first of each option counts.
    std::array<bool, 256> seen{};
    header->each_option([&](std::uint8_t code, bytes_view data) {
        if (!std::exchange(seen[code], true)) detail::fill_dhcp_option(row, code, data);
    });
}

/// Fills the columns of one DHCPv6 message. What relays carry is not looked into.
inline void fill_dhcpv6(message_row& row, bytes_view message) {
    row.put_name<column::dhcp_message_type>(message::dhcp6_message_name(message[0]), "TYPE", message[0]);
    const bool is_relayed = message[0] == 12 || message[0] == 13;
    if (!is_relayed && message.size() >= 4)
        row.put<column::dhcp_transaction_id>(load_be32(message.data()) & 0xff'ffffU);
    // The first of each option counts; all that have a column are below 64.
    std::array<bool, 64> seen{};
    message::each_dhcp6_option(message::dhcp6_options(message), [&](std::uint16_t code, bytes_view data) {
        if (code < seen.size() && !std::exchange(seen[code], true)) detail::fill_dhcp6_option(row, code, data);
    });
}

}  // namespace pcapframe
