// What a file is by its first bytes, and the error for a file that is no capture.
#pragma once

#include <array>
#include <string_view>

#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcapng.hpp>

namespace pcapframe::inline v0_2 {

/// The formats of captures.
enum class capture_format : std::uint8_t { pcap, pcapng };

namespace detail {

/// A format that is not read here, known by its first bytes. `unpack` is the command that makes such a file readable;
/// empty where the file is another capture format.
struct foreign_magic {
    std::string_view magic;
    const char* name;
    std::string_view unpack;
};

inline constexpr std::array<foreign_magic, 9> foreign_magics{{
    {"\x1f\x8b", "gzip", "zcat FILE | pcapframe read -"},
    {"\x28\xb5\x2f\xfd", "zstd", "zstdcat FILE | pcapframe read -"},
    {"\x04\x22\x4d\x18", "LZ4", "lz4cat FILE | pcapframe read -"},
    {"\xfd\x37\x7a\x58\x5a", "xz", "xzcat FILE | pcapframe read -"},
    {"BZh", "bzip2", "bzcat FILE | pcapframe read -"},
    {"PK\x03\x04", "zip", "unzip -p FILE | pcapframe read -"},
    {"snoop", "snoop", ""},
    {"RTSS", "NetMon 1", ""},
    {"GMBU", "NetMon 2", ""},
}};

}  // namespace detail

/// The format of a capture by its first bytes (four bytes are enough), or the error to show.
[[nodiscard]] inline result<capture_format> sniff(bytes_view file) {
    if (file.empty()) return error{.code = errc::empty_input};
    if (pcap_header::sniff(file)) return capture_format::pcap;
    if (pcapng_section::sniff(file)) return capture_format::pcapng;
    const std::string_view start(reinterpret_cast<const char*>(file.data()), file.size());
    for (const auto& known : detail::foreign_magics) {
        if (!start.starts_with(known.magic)) continue;
        if (known.unpack.empty()) return error{.code = errc::foreign_capture, .offset = 0, .detail = known.name};
        return error{.code = errc::compressed_input, .offset = 0, .detail = known.name, .hint = known.unpack};
    }
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < 4; ++i) first = first << 8 | (i < file.size() ? file[i] : 0U);
    return error{.code = errc::not_a_capture, .offset = 0, .number = first};
}

}  // namespace pcapframe
