// The btsnoop file format of Symbian, Android and Linux' btmon: Bluetooth frames in records like snoop's, with times
// in microseconds since the year 0. Source: Frontline's "BTSnoop File Format", BlueZ' src/shared/btsnoop.h.
#pragma once

#include <string_view>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/format/maker_record.hpp>

namespace pcapframe::inline v0_2 {

/// The records of a btsnoop file.
class btsnoop_reader {
public:
    static constexpr const char* name = "btsnoop";
    static constexpr std::size_t header_bytes = 16;
    static constexpr std::size_t record_header_bytes = 24;

    [[nodiscard]] static bool begins(bytes_view file) noexcept {
        return begins_with(file, std::string_view("btsnoop\0", 8));
    }

    [[nodiscard]] static result<btsnoop_reader> open(bytes_view file, std::shared_ptr<interface_list> interfaces) {
        const std::uint32_t revision = load_be32(file.data() + 8);
        if (revision != 1)
            return error{.code = errc::unsupported_version, .offset = 8, .number = revision, .detail = name};
        return btsnoop_reader(load_be32(file.data() + 12), std::move(interfaces));
    }

    [[nodiscard]] maker_record_size size_of(bytes_view header) const noexcept {
        return {record_header_bytes + load_be32(header.data() + 4)};
    }

    [[nodiscard]] record read(bytes_view bytes) {
        constexpr std::uint64_t year_1970 = 0x00dc'ddb3'0f2f'8000;
        const std::uint8_t* p = bytes.data();
        record r;
        r.len = load_be32(p);
        r.caplen = load_be32(p + 4);
        const std::uint64_t stamp = std::uint64_t{load_be32(p + 16)} << 32 | load_be32(p + 20);
        const auto since_1970 = static_cast<std::int64_t>(stamp - year_1970);
        constexpr std::int64_t microseconds_max = std::int64_t{1} << 53;  // in nanoseconds within 64 bits
        if (since_1970 > -microseconds_max && since_1970 < microseconds_max) r.time = since_1970 * 1000;
        r.data = p + record_header_bytes;
        const bool is_monitor = data_link_ == monitor;
        if (!is_monitor) r.direction = (load_be32(p + 8) & 1) != 0 ? direction::in : direction::out;
        interfaces_.name(r, data_link_ == h4 ? std::uint16_t{187} : unknown_link_type(data_link_));
        return r;
    }

private:
    static constexpr std::uint32_t h4 = 1002, monitor = 2001;

    btsnoop_reader(std::uint32_t data_link, std::shared_ptr<interface_list> interfaces)
        : data_link_(data_link), interfaces_(std::move(interfaces), 6) {}

    std::uint32_t data_link_;
    link_type_interfaces interfaces_;
};

}  // namespace pcapframe
