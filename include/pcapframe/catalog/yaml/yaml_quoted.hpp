// Scalars in quotes. Source: YAML 1.2.2, sections 5.7, 7.3.1 and 7.3.2.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml_reading.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

/// The characters that a backslash and one letter stand for.
struct short_escape {
    char letter;
    std::uint32_t means;
};
inline constexpr std::array<short_escape, 18> short_escapes{{
    {'0', 0x00},
    {'a', 0x07},
    {'b', 0x08},
    {'t', 0x09},
    {'\t', 0x09},
    {'n', 0x0a},
    {'v', 0x0b},
    {'f', 0x0c},
    {'r', 0x0d},
    {'e', 0x1b},
    {' ', 0x20},
    {'"', 0x22},
    {'/', 0x2f},
    {'\\', 0x5c},
    {'N', 0x85},
    {'_', 0xa0},
    {'L', 0x2028},
    {'P', 0x2029},
}};

class quoted_reader {
public:
    explicit quoted_reader(reading& r) noexcept : r_(r), quote_(r.text.peek()) {}

    /// Reads from the opening quote to behind the closing quote.
    node read() {
        node value = node::of(kind::string);
        value.at = r_.text.where();
        const std::uint32_t line = r_.text.here().line;
        r_.text.advance();
        value.text_at = r_.text.where();
        while (r_.text.peek() != quote_ || twice()) {
            if (r_.text.at_end()) {
                r_.stop(value.at, "this quote is never closed");
                return value;
            }
            piece(value.text);
        }
        r_.text.advance();
        value.verbatim = !rewritten_ && r_.text.here().line == line;
        r_.count(value.at, value.text.size());
        return value;
    }

private:
    /// A quote within single quotes, written twice.
    [[nodiscard]] bool twice() const noexcept { return quote_ == '\'' && r_.text.peek(1) == '\''; }

    void piece(std::string& out) {
        const char c = r_.text.peek();
        if (c == quote_) {
            rewritten_ = true;
            out += c;
            r_.text.advance(2);
        } else if (c == '\\' && quote_ == '"') {
            rewritten_ = true;
            r_.text.advance();
            escape(out);
        } else if (c == ' ' || c == '\t' || c == '\n') {
            blanks(out);
        } else {
            out += c;
            r_.text.advance();
        }
    }

    /// Blanks inside a line stay, blanks around a line break go. A single line break becomes a space; of several breaks
    /// in a row, one goes.
    void blanks(std::string& out) {
        const std::string_view rest = r_.text.rest();
        const std::size_t count = std::min(rest.find_first_not_of(" \t"), rest.size());
        r_.text.advance(count);
        if (r_.text.peek() != '\n') {
            out += rest.substr(0, count);
            return;
        }
        const std::size_t breaks = line_breaks();
        if (breaks == 1)
            out += ' ';
        else
            out.append(breaks - 1, '\n');
    }

    /// Goes over line breaks and the indentation after them; gives the number of breaks.
    std::size_t line_breaks() {
        std::size_t breaks = 0;
        while (r_.text.peek() == '\n') {
            ++breaks;
            r_.text.next_line();
            if (r_.text.at_document_marker()) {
                r_.stop_here("a document ends within a quoted text");
                return breaks;
            }
            while (r_.text.peek() == ' ' || r_.text.peek() == '\t') r_.text.advance();
        }
        return breaks;
    }

    void escape(std::string& out) {
        const char c = r_.text.peek();
        if (c == '\n') {
            out.append(line_breaks() - 1, '\n');
            return;
        }
        const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits != 0) {
            r_.text.advance();
            numeric_escape(out, digits);
            return;
        }
        for (const short_escape& known : short_escapes) {
            if (known.letter != c) continue;
            append_code_point(out, known.means);
            r_.text.advance();
            return;
        }
        r_.stop_here("this escape is not known; a backslash itself is written '\\\\'");
    }

    void numeric_escape(std::string& out, std::size_t digits) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = r_.text.peek(i);
            if (!is_hex(c)) {
                r_.stop_here("this escape needs " + std::to_string(digits) + " hexadecimal digits");
                return;
            }
            value = value * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        if (!append_code_point(out, value)) {
            r_.stop_here("this escape is no character (surrogates have none of their own)");
            return;
        }
        r_.text.advance(digits);
    }

    reading& r_;
    char quote_;
    bool rewritten_ = false;
};

}  // namespace pcapframe::yaml::detail
