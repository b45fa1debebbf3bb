// What the cache says about a persisted copy, as a few lines of text beside the copy.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pcapframe::inline v0_2 {

/// Where a capture was damaged when the copy was made of it.
struct noted_damage {
    std::uint64_t offset = 0;
    std::string file;

    friend bool operator==(const noted_damage&, const noted_damage&) = default;
};

/// A copy, and the source that it is a copy of.
struct cache_entry {
    std::uint64_t expires = 0;  ///< seconds since 1970 from which on the copy is stale; 0: never by time
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t digest = 0;  ///< of the copy's last bytes, see `tail_digest`
    std::vector<noted_damage> damages;
    std::string key;           ///< the source: its files with sizes and times, and the options

    friend bool operator==(const cache_entry&, const cache_entry&) = default;
};

namespace detail {

inline constexpr std::string_view cache_first_line = "pcapframe-copy 2\n";
inline constexpr std::size_t cache_entry_bytes_max = std::size_t{16} << 20;

/// Takes "NAME NUMBER\n" from the front; nothing, and `text` stays, where it begins otherwise.
inline std::optional<std::uint64_t> take_line(std::string_view& text, std::string_view name) noexcept {
    if (!text.starts_with(name) || text.size() <= name.size() || text[name.size()] != ' ') return std::nullopt;
    const char* const begin = text.data() + name.size() + 1;
    const char* const end = text.data() + text.size();
    std::uint64_t value = 0;
    const auto [after, why] = std::from_chars(begin, end, value);
    if (why != std::errc() || after == end || *after != '\n') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(after + 1 - text.data()));
    return value;
}

/// Takes "NAME SIZE\n", so many bytes and a line's end from the front.
inline std::optional<std::string> take_sized(std::string_view& text, std::string_view name) {
    const std::optional<std::uint64_t> size = take_line(text, name);
    if (!size || *size >= text.size() || text[static_cast<std::size_t>(*size)] != '\n') return std::nullopt;
    std::string taken(text.substr(0, static_cast<std::size_t>(*size)));
    text.remove_prefix(taken.size() + 1);
    return taken;
}

}  // namespace detail

/// An entry as text, which `read_cache_entry` reads.
[[nodiscard]] inline std::string write_cache_entry(const cache_entry& entry) {
    std::string text(detail::cache_first_line);
    const auto line = [&](std::string_view name, std::uint64_t value) {
        text += std::string(name) + " " + std::to_string(value) + "\n";
    };
    const auto sized = [&](std::string_view name, const std::string& bytes) {
        line(name, bytes.size());
        text += bytes + "\n";
    };
    line("expires", entry.expires);
    line("rows", entry.rows);
    line("bytes", entry.bytes);
    line("digest", entry.digest);
    line("damages", entry.damages.size());
    for (const noted_damage& damage : entry.damages) {
        line("offset", damage.offset);
        sized("file", damage.file);
    }
    sized("key", entry.key);
    return text;
}

/// Nothing where the text is not what `write_cache_entry` writes.
[[nodiscard]] inline std::optional<cache_entry> read_cache_entry(std::string_view text) {
    if (!text.starts_with(detail::cache_first_line)) return std::nullopt;
    text.remove_prefix(detail::cache_first_line.size());
    constexpr std::array<std::string_view, 5> names{"expires", "rows", "bytes", "digest", "damages"};
    std::array<std::uint64_t, names.size()> values{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::optional<std::uint64_t> value = detail::take_line(text, names[i]);
        if (!value) return std::nullopt;
        values[i] = *value;
    }
    cache_entry entry{values[0], values[1], values[2], values[3], {}, {}};
    for (std::uint64_t i = 0; i < values[4]; ++i) {
        const std::optional<std::uint64_t> offset = detail::take_line(text, "offset");
        const std::optional<std::string> file = detail::take_sized(text, "file");
        if (!offset || !file) return std::nullopt;
        entry.damages.push_back({*offset, *file});
    }
    const std::optional<std::string> key = detail::take_sized(text, "key");
    if (!key || !text.empty()) return std::nullopt;
    entry.key = *key;
    return entry;
}

}  // namespace pcapframe
