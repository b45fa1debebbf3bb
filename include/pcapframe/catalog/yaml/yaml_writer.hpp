// From values to YAML text, in blocks, so that it reads the same here, in YAML 1.1 and in YAML 1.2; only times are text
// to readers of YAML 1.2, which has no times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_keys.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>
#include <pcapframe/catalog/yaml/yaml_quoted.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::yaml {

namespace detail {

/// Whether a text can stand without quotes: only characters that mean nothing to YAML, and read back as text.
inline bool plain_is_safe(std::string_view text) {
    constexpr std::string_view marks = "_/.+-=@~:";
    if (text.empty() || text.back() == ':') return false;
    if (!is_letter(text[0]) && !is_digit(text[0]) && text[0] != '_' && text[0] != '/') return false;
    // True and false to some readers of YAML 1.1, though not to PyYAML.
    if (text == "y" || text == "Y" || text == "n" || text == "N") return false;
    for (const char c : text)
        if (!is_letter(c) && !is_digit(c) && marks.find(c) == std::string_view::npos) return false;
    // Numbers of YAML 1.2 that are text in YAML 1.1: 08, 0o17, 1e3.
    if (core_integer(text) || core_float(text)) return false;
    const text_result<node> meaning = meaning_of_plain(text);
    return meaning && meaning->is_string();
}

/// Whether a text can stand in single quotes: one line of characters that need no escape.
inline bool single_is_safe(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const code_point c = first_code_point(text.substr(i));
        if (c.bytes == 0 || !may_stand(c.value) || c.value < 0x20) return false;
        i += c.bytes;
    }
    return true;
}

inline std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += c;
        out += c;
    }
    return out + "'";
}

/// The letter of a character's short escape; '\0' where the character has no such escape.
constexpr char short_escape_of(std::uint32_t c) noexcept {
    for (const short_escape& known : short_escapes)
        if (known.means == c && known.letter != '\t') return known.letter;
    return '\0';
}

inline std::string in_double_quotes(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size();) {
        const code_point c = first_code_point(text.substr(i));
        const bool stands = c.bytes != 0 && may_stand(c.value) && c.value >= 0x20 && c.value != '"' && c.value != '\\';
        if (stands) {
            out += text.substr(i, c.bytes);
        } else if (c.bytes == 0) {
            out += "\\ufffd";
        } else if (const char letter = short_escape_of(c.value)) {
            out += '\\';
            out += letter;
        } else {
            out += c.value > 0xff ? "\\u" : "\\x";
            for (int shift = c.value > 0xff ? 12 : 4; shift >= 0; shift -= 4) out += digits[(c.value >> shift) & 15];
        }
        i += std::max<std::size_t>(c.bytes, 1);
    }
    return out + "\"";
}

}  // namespace detail

/// A text as YAML writes it in one line: without quotes where these are not needed.
[[nodiscard]] inline std::string text_scalar(std::string_view text) {
    if (detail::plain_is_safe(text)) return std::string(text);
    std::string double_quoted = detail::in_double_quotes(text);
    if (!detail::single_is_safe(text)) return double_quoted;
    std::string single_quoted = detail::in_single_quotes(text);
    return single_quoted.size() <= double_quoted.size() ? single_quoted : double_quoted;
}

/// A scalar, or an empty collection, as YAML writes it in one line.
[[nodiscard]] inline std::string scalar_text(const node& value) {
    switch (value.kind) {
        case kind::null: return "null";
        case kind::boolean: return value.boolean ? "true" : "false";
        case kind::integer: return std::to_string(value.integer);
        case kind::floating: return double_text(value.floating);
        case kind::time: return value.text;
        case kind::string: return text_scalar(value.text);
        case kind::sequence: return "[]";
        case kind::mapping: return "{}";
    }
    return "";
}

namespace detail {

class writer {
public:
    /// Appends the lines of a value. `indent`: columns before them; `same_line`: the first line goes on with one that
    /// is begun already ("- " before it).
    void write(const node& value, std::size_t indent, bool same_line) {
        if (value.is_mapping() && value.size() != 0) return mapping(value, indent, same_line);
        if (value.is_sequence() && value.size() != 0) return sequence(value, indent, same_line);
        begin_line(indent, same_line);
        out_ += scalar_text(value) + "\n";
    }

    [[nodiscard]] std::string take() noexcept { return std::move(out_); }

private:
    void begin_line(std::size_t indent, bool same_line) {
        if (!same_line) out_.append(indent, ' ');
    }

    void mapping(const node& value, std::size_t indent, bool same_line) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            begin_line(indent, same_line && i == 0);
            out_ += scalar_text(value.key(i)) + ":";
            const node& entry = value.value(i);
            if (entry.is_collection() && entry.size() != 0) {
                out_ += '\n';
                write(entry, indent + 2, false);
            } else {
                out_ += " " + scalar_text(entry) + "\n";
            }
        }
    }

    void sequence(const node& value, std::size_t indent, bool same_line) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            begin_line(indent, same_line && i == 0);
            out_ += "- ";
            write(value.items[i], indent + 2, true);
        }
    }

    std::string out_;
};

}  // namespace detail

/// Which part of a value YAML cannot say, as the end of "it is not ..."; null where YAML can say all of it.
[[nodiscard]] inline const char* unwritable(const node& value, unsigned depth = 0) {
    if (depth > limits::yaml_depth_max) return "a value that YAML can say: it is nested too deeply";
    for (std::size_t i = 0; i < value.text.size();) {
        const detail::code_point c = detail::first_code_point(std::string_view(value.text).substr(i));
        if (c.bytes == 0) return "a value that YAML can say: it has text that is not UTF-8";
        i += c.bytes;
    }
    for (std::size_t i = 0; value.is_mapping() && i < value.size(); ++i) {
        if (value.key(i).is_collection())
            return "a value that YAML can say: it has a mapping with a key that is no scalar";
        if (scalar_text(value.key(i)).size() > detail::key_bytes_max)
            return "a value that YAML can say: it has a mapping with a key of more than 1024 bytes";
    }
    for (const node& item : value.items)
        if (const char* const found = unwritable(item, depth + 1)) return found;
    return nullptr;
}

/// The text of a value, ended by a newline. The text reads back as the same value where YAML can say it (`unwritable`
/// is null); bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string write(const node& value) {
    detail::writer out;
    out.write(value, 0, false);
    return out.take();
}

}  // namespace pcapframe::yaml
