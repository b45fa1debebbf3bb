// The snoop file format of Solaris, and Shomiti's Surveyor: a header of 16 bytes, then records of 24 bytes and the
// packet, all big-endian. Source: RFC 1761; https://www.iana.org/assignments/snoop-datalink-types.
#pragma once

#include <string_view>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/format/maker_record.hpp>

namespace pcapframe::inline v0_2 {

/// The records of a snoop file.
class snoop_reader {
public:
    static constexpr const char* name = "snoop";
    static constexpr std::size_t header_bytes = 16;
    static constexpr std::size_t record_header_bytes = 24;

    [[nodiscard]] static bool begins(bytes_view file) noexcept {
        return begins_with(file, std::string_view("snoop\0\0\0", 8));
    }

    /// `file` has `header_bytes` at least.
    [[nodiscard]] static result<snoop_reader> open(bytes_view file, std::shared_ptr<interface_list> interfaces) {
        const std::uint32_t revision = load_be32(file.data() + 8);
        if (revision < 2 || revision > 5)
            return error{.code = errc::unsupported_version, .offset = 8, .number = revision, .detail = name};
        return snoop_reader(load_be32(file.data() + 12), std::move(interfaces));
    }

    [[nodiscard]] maker_record_size size_of(bytes_view header) const noexcept {
        const std::size_t captured = load_be32(header.data() + 4), all = load_be32(header.data() + 8);
        if (all < record_header_bytes || all - record_header_bytes < captured)
            return {.wrong = "a record that is shorter than its packet"};
        return {all};
    }

    [[nodiscard]] record read(bytes_view bytes) {
        const std::uint8_t* p = bytes.data();
        record r;
        r.len = load_be32(p);
        r.caplen = load_be32(p + 4);
        r.time = time_of(load_be32(p + 16), std::int64_t{load_be32(p + 20)} * 1000);
        r.data = p + record_header_bytes;
        constexpr std::size_t shomiti_trailer = 16;
        if (!is_first_read_) is_shomiti_ = bytes.size() - record_header_bytes - r.caplen >= shomiti_trailer;
        is_first_read_ = true;
        interfaces_.name(r, link_type());
        return r;
    }

private:
    snoop_reader(std::uint32_t data_link, std::shared_ptr<interface_list> interfaces)
        : data_link_(data_link), interfaces_(std::move(interfaces), 6) {}

    /// Shomiti gives some numbers another meaning, and is known by what stands behind its packets.
    [[nodiscard]] std::uint16_t link_type() const noexcept {
        constexpr std::uint32_t ipnet = 0x80000005;
        switch (data_link_) {
            case 0:
            case 4: return 1;
            case 2: return 6;
            case 8: return 10;
            case 16: return 122;
            case ipnet: return 226;
            default: break;
        }
        if (!is_shomiti_) {
            if (data_link_ == 9 || data_link_ == 14) return 0;
            if (data_link_ == 18) return 123;
        } else {
            if (data_link_ == 10 || data_link_ == 12 || data_link_ == 19) return 1;
            if (data_link_ == 11 || data_link_ == 13 || data_link_ == 14) return 6;
        }
        return unknown_link_type(data_link_);
    }

    std::uint32_t data_link_;
    bool is_shomiti_ = false;
    bool is_first_read_ = false;
    link_type_interfaces interfaces_;
};

}  // namespace pcapframe
