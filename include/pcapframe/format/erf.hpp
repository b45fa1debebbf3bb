// ERF files of Endace's cards: records of LINKTYPE_ERF one after the other, without a file header and without a magic
// number. Frames of Ethernet, HDLC, IP and InfiniBand are given without the record's header, others with it.
// Source: Endace's "ERF Types Reference Guide".
#pragma once

#include <algorithm>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/format/maker_record.hpp>

namespace pcapframe::inline v0_2 {

/// The records of an ERF file.
class erf_reader {
public:
    static constexpr const char* name = "ERF";
    static constexpr std::size_t header_bytes = 0;
    static constexpr std::size_t record_header_bytes = 16;

    /// Whether the first record's header can be one, and that of the record behind it, where it is there.
    [[nodiscard]] static bool begins(bytes_view file) noexcept {
        if (file.size() < record_header_bytes || !is_plausible(file.data()) || is_text(file)) return false;
        const std::size_t first = load_be16(file.data() + 10);
        if (file.size() < first + record_header_bytes) return file.size() < sure_bytes || file.size() == first;
        return is_plausible(file.data() + first);
    }

    [[nodiscard]] static result<erf_reader> open(bytes_view, std::shared_ptr<interface_list> interfaces) {
        return erf_reader(std::move(interfaces));
    }

    [[nodiscard]] maker_record_size size_of(bytes_view header) const noexcept {
        const std::size_t bytes = load_be16(header.data() + 10);
        if (bytes < record_header_bytes) return {.wrong = "a record that is shorter than its header"};
        return {bytes};
    }

    [[nodiscard]] record read(bytes_view bytes) {
        const std::uint8_t* p = bytes.data();
        record r;
        const std::uint64_t fraction = std::uint64_t{load_le32(p)} * 1'000'000'000;
        constexpr std::uint64_t half = std::uint64_t{1} << 31;
        r.time = time_of(load_le32(p + 4), static_cast<std::int64_t>((fraction + half) >> 32));
        const std::size_t wire = load_be16(p + 14);
        const content what = content_of(p[8] & 0x7f);
        std::size_t before = record_header_bytes;
        for (std::size_t at = 8; before + 8 <= bytes.size() && (p[at] & 0x80) != 0; before += 8)
            at = at == 8 ? record_header_bytes : at + 8;
        before += what.before;
        const bool is_whole = what.link_type == erf_link_type || bytes.size() < before;
        if (is_whole) {
            r.data = p;
            r.caplen = r.len = static_cast<std::uint32_t>(bytes.size());
        } else {
            r.data = p + before;
            r.caplen = static_cast<std::uint32_t>(std::min(bytes.size() - before, wire));
            r.len = static_cast<std::uint32_t>(wire);
        }
        interfaces_.name(r, is_whole ? erf_link_type : what.link_type);
        return r;
    }

private:
    static constexpr std::uint16_t erf_link_type = 197;
    /// With so many bytes of a file there is a second record, or a first one that is too long to be believed.
    static constexpr std::size_t sure_bytes = 4096;

    struct content {
        std::size_t before = 0;  ///< bytes between the headers and the frame
        std::uint16_t link_type = erf_link_type;
    };

    explicit erf_reader(std::shared_ptr<interface_list> interfaces) : interfaces_(std::move(interfaces), 9) {}

    static content content_of(unsigned type) noexcept {
        switch (type) {
            case 1:
            case 10:
            case 15:
            case 19: return {0, 50};
            case 5:
            case 17: return {4, 50};
            case 2:
            case 11:
            case 16:
            case 20: return {2, 1};
            case 21: return {0, 247};
            case 22: return {0, 228};
            case 23: return {0, 229};
            default: return {};
        }
    }

    /// A known type, a time since 1990, lengths that go with each other.
    static bool is_plausible(const std::uint8_t* header) noexcept {
        constexpr std::uint32_t year_1990 = 631'152'000;
        const unsigned type = header[8] & 0x7fU;
        const std::size_t bytes = load_be16(header + 10);
        const bool is_known = (type >= 1 && type <= 29) || type == 48;
        return is_known && bytes >= record_header_bytes && load_le32(header + 4) >= year_1990;
    }

    static bool is_text(bytes_view file) noexcept {
        return std::all_of(file.begin(), file.begin() + record_header_bytes, [](std::uint8_t c) {
            return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
        });
    }

    link_type_interfaces interfaces_;
};

}  // namespace pcapframe
