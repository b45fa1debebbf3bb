// YAML values in one line, for tests: texts always in quotes, collections in brackets.
#pragma once

#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml.hpp>

inline std::string shown(const pcapframe::yaml::node& value) {
    using pcapframe::yaml::kind;
    if (value.kind == kind::string) return pcapframe::yaml::detail::in_double_quotes(value.text);
    if (!value.is_collection()) return pcapframe::yaml::scalar_text(value);
    std::string text = value.is_sequence() ? "[" : "{";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) text += ", ";
        text += value.is_sequence() ? shown(value.items[i]) : shown(value.key(i)) + ": " + shown(value.value(i));
    }
    return text + (value.is_sequence() ? "]" : "}");
}

/// The value of a text, or its problems as "line:column: text", one per line.
inline std::string read_and_show(std::string_view text) {
    const pcapframe::yaml::document read = pcapframe::yaml::read(text);
    if (read) return shown(read.root);
    std::string lines;
    for (const pcapframe::problem& p : read.problems) {
        if (!lines.empty()) lines += "\n";
        lines += std::to_string(p.at.line) + ":" + std::to_string(p.at.column) + ": " + p.reason;
    }
    return lines;
}
