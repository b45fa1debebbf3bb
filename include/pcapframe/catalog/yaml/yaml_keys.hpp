// Keys of mappings: where they end, and whether one occurs twice.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/catalog/yaml/yaml_number.hpp>
#include <pcapframe/catalog/yaml/yaml_plain.hpp>
#include <pcapframe/catalog/yaml/yaml_reading.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

/// Longest mapping key: YAML allows 1024 characters.
inline constexpr std::size_t key_bytes_max = 1024;

/// Bytes of the quoted text that `line` begins with, both quotes included; 0 where the quoted text does not end in the
/// line.
constexpr std::size_t quoted_bytes(std::string_view line) noexcept {
    const char quote = line[0];
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '\\' && quote == '"')
            ++i;
        else if (line[i] == quote && quote == '\'' && i + 1 < line.size() && line[i + 1] == quote)
            ++i;
        else if (line[i] == quote)
            return i + 1;
    }
    return 0;
}

/// Bytes of the scalar that `line` begins with and the spaces after it, up to the ':' that would make the scalar a key;
/// 0 where no scalar of one line begins here.
constexpr std::size_t key_bytes(std::string_view line, bool in_flow) noexcept {
    if (line.empty()) return 0;
    const bool quoted = line[0] == '"' || line[0] == '\'';
    if (!quoted && !begins_plain(line[0], line.size() > 1 ? line[1] : '\0', in_flow)) return 0;
    const std::size_t bytes = quoted ? quoted_bytes(line) : plain_bytes(line, in_flow);
    if (bytes == 0) return 0;
    const std::size_t next = line.find_first_not_of(' ', bytes);
    return next == std::string_view::npos ? line.size() : next;
}

/// A text that is the same for two keys that a reader might take for the same key. Numbers of any kind compare by
/// value, and true compares as 1, as in Python.
inline std::string key_identity(const node& key) {
    switch (key.kind) {
        case kind::boolean: return key.boolean ? "#1.0" : "#0.0";
        case kind::integer: return "#" + double_text(static_cast<double>(key.integer));
        case kind::floating: return "#" + double_text(key.floating + 0.0);
        case kind::time: return "t" + key.text;
        case kind::string: return "s" + key.text;
        default: return "n";
    }
}

/// Reports keys that a mapping has already.
inline void refuse_repeated_keys(const node& map, reading& r) {
    if (r.stopped || map.size() < 2) return;
    std::vector<std::string> identities;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < map.size(); ++i) {
        identities.push_back(key_identity(map.key(i)));
        order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const int compared = identities[a].compare(identities[b]);
        return compared != 0 ? compared < 0 : a < b;
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (identities[order[i]] != identities[order[i - 1]]) continue;
        const node& key = map.key(order[i]);
        r.note(key.at, key.is_string() ? "the key '" + key.text + "' is there already"
                                       : std::string("this key is there already"));
    }
}

}  // namespace pcapframe::yaml::detail
