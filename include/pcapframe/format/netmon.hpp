// The capture files of Microsoft's Network Monitor, versions 1 and 2: a header of 128 bytes, frames, a table of where
// the frames are; little-endian. Frames are read in the order in which they stand, up to the table.
// Source: Network Monitor 3.4's "Network Monitor Capture File Format".
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/format/maker_record.hpp>

namespace pcapframe::inline v0_2 {

/// The records of a file of Network Monitor.
class netmon_reader {
public:
    static constexpr const char* name = "NetMon";
    static constexpr std::size_t header_bytes = 128;
    /// Of version 1; version 2 asks for the rest (`size_of`).
    static constexpr std::size_t record_header_bytes = 8;

    [[nodiscard]] static bool begins(bytes_view file) noexcept {
        return begins_with(file, "RTSS") || begins_with(file, "GMBU");
    }

    [[nodiscard]] static result<netmon_reader> open(bytes_view file, std::shared_ptr<interface_list> interfaces) {
        const std::uint8_t* p = file.data();
        netmon_reader reader(std::move(interfaces));
        reader.minor_ = p[4];
        reader.major_ = p[5];
        if (reader.major_ < 1 || reader.major_ > 2)
            return error{.code = errc::unsupported_version,
                         .offset = 4,
                         .number = reader.major_,
                         .other = reader.minor_,
                         .detail = name};
        reader.network_ = load_le16(p + 6);
        reader.start_ = start_of(p + 8);
        reader.frames_end_ = load_le32(p + 24);
        return reader;
    }

    [[nodiscard]] maker_record_size size_of(bytes_view header) const noexcept {
        if (is_first()) return {fixed_bytes() + load_le16(header.data() + 6)};
        if (header.size() < fixed_bytes()) return {fixed_bytes()};
        return {fixed_bytes() + load_le32(header.data() + 12) + trailer_bytes()};
    }

    /// The table of frames stands behind the last one.
    [[nodiscard]] bool ends_at(std::uint64_t offset) const noexcept { return offset >= frames_end_; }

    [[nodiscard]] record read(bytes_view bytes) {
        const std::uint8_t* p = bytes.data();
        record r;
        r.data = p + fixed_bytes();
        if (is_first()) {
            r.len = load_le16(p + 4);
            r.caplen = load_le16(p + 6);
            r.time = since_start(std::int64_t{load_le32(p)} * 1'000'000);
            interfaces_.name(r, link_type_of(network_));
            return r;
        }
        r.len = load_le32(p + 8);
        r.caplen = load_le32(p + 12);
        const std::uint8_t* const trailer = r.data + r.caplen;
        r.time = time_in(p, trailer);
        const std::uint16_t network = trailer_bytes() >= 2 ? load_le16(trailer) : network_;
        constexpr std::uint16_t wireless = 6;
        if (network == wireless) step_over_radio_header(r);
        interfaces_.name(r, link_type_of(network));
        return r;
    }

private:
    explicit netmon_reader(std::shared_ptr<interface_list> interfaces) : interfaces_(std::move(interfaces), 6) {}

    [[nodiscard]] bool is_first() const noexcept { return major_ == 1; }
    [[nodiscard]] std::size_t fixed_bytes() const noexcept { return is_first() ? 8 : 16; }
    /// What stands behind a frame: its network, the process, and its time.
    [[nodiscard]] std::size_t trailer_bytes() const noexcept {
        constexpr std::array<std::size_t, 4> of_minor{0, 2, 6, 15};
        return of_minor[std::min<std::size_t>(minor_, of_minor.size() - 1)];
    }

    /// The time of a frame: in version 2.3 and later a time of its own, else microseconds since the start.
    [[nodiscard]] std::int64_t time_in(const std::uint8_t* header, const std::uint8_t* trailer) const noexcept {
        constexpr std::size_t stamp_at = 6;
        constexpr std::uint64_t year_1970 = 116'444'736'000'000'000;  // in units of 100 ns since 1601
        if (trailer_bytes() > stamp_at) {
            const auto since = static_cast<std::int64_t>(load_le64_of(trailer + stamp_at) - year_1970);
            constexpr std::int64_t most = std::int64_t{1} << 56;
            return since > -most && since < most ? since * 100 : no_time;
        }
        const auto since = static_cast<std::int64_t>(load_le64_of(header));
        constexpr std::int64_t most = std::int64_t{1} << 51;
        return since > -most && since < most ? since_start(since * 1000) : no_time;
    }
    [[nodiscard]] std::int64_t since_start(std::int64_t nanoseconds) const noexcept {
        return start_ == no_time ? no_time : start_ + nanoseconds;
    }

    static std::uint64_t load_le64_of(const std::uint8_t* p) noexcept {
        return std::uint64_t{load_le32(p + 4)} << 32 | load_le32(p);
    }

    /// The start of a capture: year, month, day of the week, day, hour, minute, second, millisecond; of the clock on
    /// the wall of the machine that captured, and taken for UTC, since nothing says more.
    static std::int64_t start_of(const std::uint8_t* p) noexcept {
        const std::chrono::year_month_day day{std::chrono::year(load_le16(p)), std::chrono::month(load_le16(p + 2)),
                                              std::chrono::day(load_le16(p + 6))};
        const std::int64_t days = day.ok() ? std::chrono::sys_days(day).time_since_epoch().count() : 0;
        const std::int64_t seconds = ((days * 24 + load_le16(p + 8)) * 60 + load_le16(p + 10)) * 60 + load_le16(p + 12);
        // What 64 bits of nanoseconds hold, with room for the times of frames.
        constexpr std::int64_t seconds_max = 6'000'000'000;
        if (seconds > seconds_max || seconds < -seconds_max) return no_time;
        return time_of(seconds, std::int64_t{load_le16(p + 14)} * 1'000'000);
    }

    /// A header of its own length stands in front of 802.11 frames.
    static void step_over_radio_header(record& r) noexcept {
        constexpr std::uint32_t least = 3;
        if (r.caplen < least) return;
        const std::uint32_t bytes = load_le16(r.data + 1);
        if (bytes > r.caplen || bytes > r.len) return;
        r.data += bytes;
        r.caplen -= bytes;
        r.len -= bytes;
    }

    /// Numbers of NDIS, some of which version 2 gave another meaning, and LINKTYPE numbers above 0xe000.
    [[nodiscard]] static std::uint16_t link_type_of(std::uint16_t network) noexcept {
        constexpr std::uint16_t linktype_base = 0xe000, special = 0xff00;
        if (network >= linktype_base && network < special) return static_cast<std::uint16_t>(network - linktype_base);
        switch (network) {
            case 0:
            case 1: return 1;
            case 2: return 6;
            case 3: return 10;
            case 5: return 138;
            case 6: return 105;
            case 7:
            case 8:
            case 9: return 101;
            default: return unknown_link_type(network);
        }
    }

    std::uint8_t major_ = 2;
    std::uint8_t minor_ = 0;
    std::uint16_t network_ = 1;
    std::int64_t start_ = 0;
    std::uint64_t frames_end_ = 0;
    link_type_interfaces interfaces_;
};

}  // namespace pcapframe
