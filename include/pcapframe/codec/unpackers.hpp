// THE list of compressions that are read: how their files begin, and who unpacks them. A file is known by its first
// bytes, never by its name.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include <pcapframe/codec/gzip.hpp>
#include <pcapframe/codec/lz4.hpp>
#include <pcapframe/codec/unpacker.hpp>
#include <pcapframe/codec/zstd.hpp>

namespace pcapframe::inline v0_2 {

/// A compression: a row of the list.
struct compression {
    const char* name;        ///< as messages and `info` have it
    std::string_view magic;  ///< the first bytes, of which the first may differ in its lower four bits
    bool low_bits_vary;      ///< whether they do
    std::unique_ptr<unpacker> (*make)();
};

namespace detail {

template <class Unpacker>
std::unique_ptr<unpacker> make_unpacker() {
    return std::make_unique<Unpacker>();
}

}  // namespace detail

/// The list.
inline constexpr std::array<compression, 5> compressions{{
    {"gzip", "\x1f\x8b", false, &detail::make_unpacker<gzip_unpacker>},
    {"zstd", "\x28\xb5\x2f\xfd", false, &detail::make_unpacker<zstd_unpacker>},
    {"LZ4", "\x04\x22\x4d\x18", false, &detail::make_unpacker<lz4_unpacker>},
    {"LZ4", "\x02\x21\x4c\x18", false, &detail::make_unpacker<lz4_unpacker>},
    // A skippable frame first, which both formats have: only what Zstandard's tools write begins so.
    {"zstd", "\x50\x2a\x4d\x18", true, &detail::make_unpacker<zstd_unpacker>},
}};

/// The compression of a file by its first four bytes or more; null where there is none that is known.
[[nodiscard]] inline const compression* find_compression(bytes_view file) noexcept {
    for (const compression& known : compressions) {
        if (file.size() < known.magic.size()) continue;
        bool same = true;
        for (std::size_t i = 0; i < known.magic.size(); ++i) {
            const unsigned differ = file[i] ^ static_cast<std::uint8_t>(known.magic[i]);
            same = same && (differ & (known.low_bits_vary && i == 0 ? 0xf0U : 0xffU)) == 0;
        }
        if (same) return &known;
    }
    return nullptr;
}

}  // namespace pcapframe
