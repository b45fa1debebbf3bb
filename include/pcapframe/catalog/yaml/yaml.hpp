// YAML, as far as catalogs need it: text to values (yaml_reader.hpp says which part of the language is read) and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_reader.hpp>
#include <pcapframe/catalog/yaml/yaml_writer.hpp>

namespace pcapframe::inline v0_2::yaml {

/// Reads one document of UTF-8 text. Empty text is null.
[[nodiscard]] inline document read(std::string_view text) {
    document refused;
    if (text.size() > limits::yaml_bytes_max) {
        refused.problems.push_back(
            {.at = {1, 1}, .reason = "this is longer than " + std::to_string(limits::yaml_bytes_max) + " bytes"});
        return refused;
    }
    if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(detail::byte_order_mark.size());
    if (std::optional<problem> bad = detail::find_bad_character(text)) {
        refused.problems.push_back(std::move(*bad));
        return refused;
    }
    const std::string rewritten =
        text.find('\r') == std::string_view::npos ? std::string() : detail::with_plain_breaks(text);
    document read = detail::reader(rewritten.empty() ? text : std::string_view(rewritten)).read();
    // A repeated key is found when its mapping ends, later than problems further down in that mapping.
    sort_by_place(read.problems);
    return read;
}

}  // namespace pcapframe::yaml
