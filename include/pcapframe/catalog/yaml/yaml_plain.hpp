// Scalars without quotes. Source: YAML 1.2.2, section 7.3.3.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml_reading.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

constexpr bool is_flow_indicator(char c) noexcept { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

/// Whether a character can begin a plain scalar; `next` is the character behind it.
constexpr bool begins_plain(char c, char next, bool in_flow) noexcept {
    constexpr std::string_view never = ",[]{}#&*!|>'\"%@`";
    if (cursor::is_blank(c) || never.find(c) != std::string_view::npos) return false;
    if (c == '-') return !cursor::is_blank(next) && !(in_flow && is_flow_indicator(next));
    if (c == '?' || c == ':') return !in_flow && !cursor::is_blank(next);
    return true;
}

/// Bytes of the plain scalar that `line` begins with, blanks at its end excluded. The scalar ends before ": " and " #",
/// inside brackets before commas and brackets, and before a tab, which cannot be part of it.
constexpr std::size_t plain_bytes(std::string_view line, bool in_flow) noexcept {
    std::size_t end = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const char next = i + 1 < line.size() ? line[i + 1] : '\0';
        if (c == '\t' || c == '\n') break;
        if (c == '#' && (i == 0 || line[i - 1] == ' ')) break;
        if (c == ':' && (cursor::is_blank(next) || (in_flow && is_flow_indicator(next)))) break;
        if (in_flow && (is_flow_indicator(c) || c == '?')) break;
        if (c != ' ') end = i + 1;
    }
    return end;
}

class plain_reader {
public:
    /// In a block, further lines of the scalar are indented by more than `parent` columns.
    plain_reader(reading& r, bool in_flow, int parent) noexcept : r_(r), in_flow_(in_flow), parent_(parent) {}

    /// Reads the text from its first character, over several lines. What the text means is not looked at.
    node read() {
        node value = node::of(kind::string);
        value.at = value.text_at = r_.text.where();
        value.verbatim = true;
        while (true) {
            const std::size_t bytes = plain_bytes(r_.text.rest_of_line(), in_flow_);
            value.text += r_.text.rest().substr(0, bytes);
            r_.text.advance(bytes);
            const std::size_t breaks = breaks_to_next_line();
            if (breaks == 0) break;
            value.verbatim = false;
            if (breaks == 1)
                value.text += ' ';
            else
                value.text.append(breaks - 1, '\n');
        }
        r_.count(value.at, value.text.size());
        return value;
    }

private:
    /// Goes to the next line of the scalar; over how many line breaks. Stays, and gives 0, where the scalar ends.
    std::size_t breaks_to_next_line() {
        const cursor::position end = r_.text.here();
        std::size_t breaks = 0;
        r_.text.skip(' ');
        while (r_.text.peek() == '\n') {
            ++breaks;
            r_.text.next_line();
            if (r_.text.at_document_marker()) {
                breaks = 0;
                break;
            }
            r_.text.skip(' ');
        }
        if (breaks != 0 && goes_on()) return breaks;
        r_.text.go_to(end);
        return 0;
    }

    [[nodiscard]] bool goes_on() const noexcept {
        if (!in_flow_ && r_.text.column() <= parent_) return false;
        return plain_bytes(r_.text.rest_of_line(), in_flow_) != 0;
    }

    reading& r_;
    bool in_flow_;
    int parent_;
};

}  // namespace pcapframe::yaml::detail
