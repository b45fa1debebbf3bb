// What a file is by its first bytes, and the error for a file that is no capture.
#pragma once

#include <array>
#include <string_view>

#include <pcapframe/format/maker_walker.hpp>
#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcapng.hpp>

namespace pcapframe::inline v0_2 {

/// The formats of captures; `other` is a format of another maker: capture_walker::maker says which.
enum class capture_format : std::uint8_t { pcap, pcapng, other };

namespace detail {

/// A format that is not read here, known by its first bytes. `tool` is the command that makes such a file readable:
/// what unpacks it into a pipe, or what converts it, where that is not editcap.
struct foreign_magic {
    std::string_view magic;
    const char* name;
    bool is_compressed = false;
    std::string_view tool{};
};

inline constexpr std::array foreign_magics{
    foreign_magic{"\x1f\x8b", "gzip", true, "zcat FILE | pcapframe read -"},
    foreign_magic{"\x28\xb5\x2f\xfd", "zstd", true, "zstdcat FILE | pcapframe read -"},
    foreign_magic{"\x04\x22\x4d\x18", "LZ4", true, "lz4cat FILE | pcapframe read -"},
    foreign_magic{"\xfd\x37\x7a\x58\x5a", "xz", true, "xzcat FILE | pcapframe read -"},
    foreign_magic{"BZh", "bzip2", true, "bzcat FILE | pcapframe read -"},
    foreign_magic{"PK\x03\x04", "zip", true, "unzip -p FILE | pcapframe read -"},
    foreign_magic{std::string_view("\xaa\xaa\xaa\xaa\x20\0\0\0", 8), "5View capture"},
    foreign_magic{std::string_view("\x01\x10\x4c\0", 4), "LANalyzer trace"},
    foreign_magic{std::string_view("\x07\x10\x4c\0", 4), "LANalyzer trace"},
    foreign_magic{std::string_view("TRSNIFF data    \x1a", 17), "Sniffer (DOS) capture"},
    foreign_magic{std::string_view("XCP\0", 4), "Sniffer (Windows) or NetXray capture"},
    foreign_magic{"ObserverPktBuffe", "Network Instruments Observer capture"},
    foreign_magic{"\x05VNF", "Visual Networks capture"},
    foreign_magic{"\x54\x52\x00\x64", "HP-UX nettl trace"},
    foreign_magic{std::string_view("\x7fver\0", 5), "OmniPeek capture"},
    foreign_magic{std::string_view("\0\0\2\0\x12\x05\0\x10", 8), "Tektronix K12 capture"},
    foreign_magic{"+---------+---------------+-", "K12 text"},
};

/// Windows' event traces have no magic number: the first buffer has a size that is whole kilobytes, and behind its
/// header of 72 bytes the first event, which describes the trace, by one of the two marks of such events.
[[nodiscard]] constexpr bool is_windows_event_trace(bytes_view file) noexcept {
    constexpr std::size_t event_at = 72;
    if (file.size() < event_at + 4 || load_le32(file.data()) % 1024 != 0 || load_le32(file.data()) == 0) return false;
    const std::uint16_t mark = load_le16(file.data() + event_at + 2);
    return mark == 0xc001 || mark == 0xc002;
}

}  // namespace detail

/// The format of a capture by its first bytes, or the error to show. Four bytes are enough for pcap and pcapng; more
/// tell formats without a magic number.
[[nodiscard]] inline result<capture_format> sniff(bytes_view file) {
    if (file.empty()) return error{.code = errc::empty_input};
    if (pcap_header::sniff(file)) return capture_format::pcap;
    if (pcapng_section::sniff(file)) return capture_format::pcapng;
    const std::string_view start(reinterpret_cast<const char*>(file.data()), file.size());
    for (const auto& known : detail::foreign_magics) {
        if (!start.starts_with(known.magic)) continue;
        const errc code = known.is_compressed ? errc::compressed_input : errc::foreign_capture;
        return error{.code = code, .offset = 0, .detail = known.name, .hint = known.tool};
    }
    if (detail::is_windows_event_trace(file))
        return error{.code = errc::foreign_capture,
                     .offset = 0,
                     .detail = "Windows event trace (ETL)",
                     .hint = std::string_view("etl2pcapng")};
    if (maker_walker::begins(file)) return capture_format::other;
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < 4; ++i) first = first << 8 | (i < file.size() ? file[i] : 0U);
    return error{.code = errc::not_a_capture, .offset = 0, .number = first};
}

}  // namespace pcapframe
