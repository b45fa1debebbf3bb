// Literal ("|") and folded (">") scalars. Source: YAML 1.2.2, section 8.1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/catalog/yaml/yaml_reading.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

class block_scalar_reader {
public:
    /// `parent`: column of the collection that the scalar is in; -1 for a whole document.
    block_scalar_reader(reading& r, int parent) noexcept : r_(r), parent_(parent), folded_(r.text.peek() == '>') {}

    /// Reads from the indicator to the start of the line behind the scalar.
    node read() {
        node value = node::of(kind::string);
        value.at = r_.text.where();
        header();
        if (indent_ == 0) find_indent();
        if (!r_.stopped) lines(value.text);
        r_.count(value.at, value.text.size());
        return value;
    }

private:
    enum class chomping : std::uint8_t { strip, clip, keep };

    void header() {
        r_.text.advance();
        for (int i = 0; i < 2; ++i) {
            const char c = r_.text.peek();
            if ((c == '+' || c == '-') && chomp_ == chomping::clip)
                chomp_ = c == '+' ? chomping::keep : chomping::strip;
            else if (is_digit(c) && c != '0' && indent_ == 0)
                indent_ = std::max(parent_, 0) + (c - '0');
            else
                break;
            r_.text.advance();
        }
        // YAML 1.1 and 1.2 count from different columns there.
        if (indent_ != 0 && parent_ < 0) r_.stop_here("an indentation number is not supported for a whole document");
        const bool blank = r_.text.peek() == ' ';
        r_.text.skip(' ');
        if (blank && r_.text.peek() == '#') r_.text.advance(r_.text.rest_of_line().size());
        if (r_.text.peek() == '\n')
            r_.text.next_line();
        else if (!r_.text.at_end())
            r_.stop_here("'|' and '>' take at most '+' or '-' and a digit from 1 to 9, then the line ends");
    }

    /// The first line with text sets the indentation. Blank lines before that line may not have more.
    void find_indent() {
        const cursor::position start = r_.text.here();
        int blank_longest = 0;
        while (true) {
            r_.text.skip(' ');
            if (r_.text.peek() != '\n') break;
            blank_longest = std::max(blank_longest, r_.text.column());
            r_.text.next_line();
        }
        const int least = std::max(parent_, 0) + 1;
        const bool any_text = !r_.text.at_end() && r_.text.column() >= least;
        if (any_text && blank_longest > r_.text.column())
            r_.stop_here("a blank line before this one is indented by more than it");
        // Where no line has text, every line is blank, however long.
        indent_ = any_text ? r_.text.column() : std::max({least, blank_longest, r_.text.column() + 1});
        if (!r_.stopped) r_.text.go_to(start);
    }

    /// Goes over blank lines to the next line of the scalar, behind the indentation; says whether there is such a line.
    bool next_line(std::size_t& blank_lines) {
        blank_lines = 0;
        while (true) {
            const cursor::position start = r_.text.here();
            while (r_.text.peek() == ' ' && r_.text.column() < indent_) r_.text.advance();
            if (r_.text.peek() == '\n') {
                ++blank_lines;
                r_.text.next_line();
                continue;
            }
            if (!r_.text.at_end() && r_.text.column() == indent_) return true;
            if (!r_.text.at_end()) r_.text.go_to(start);
            return false;
        }
    }

    void lines(std::string& out) {
        std::size_t blank_lines = 0;
        bool any = false;
        bool foldable_before = false;
        bool ended_by_break = false;
        while (next_line(blank_lines)) {
            const std::string_view line = r_.text.rest_of_line();
            const bool foldable = folded_ && line[0] != ' ' && line[0] != '\t';
            if (any && !(foldable && foldable_before))
                out += '\n';
            else if (any && blank_lines == 0)
                out += ' ';
            out.append(blank_lines, '\n');
            out += line;
            any = true;
            foldable_before = foldable;
            r_.text.advance(line.size());
            ended_by_break = r_.text.peek() == '\n';
            if (ended_by_break) r_.text.next_line();
        }
        if (chomp_ != chomping::strip && ended_by_break) out += '\n';
        if (chomp_ == chomping::keep) out.append(blank_lines, '\n');
    }

    reading& r_;
    int parent_;
    bool folded_;
    int indent_ = 0;
    chomping chomp_ = chomping::clip;
};

}  // namespace pcapframe::yaml::detail
