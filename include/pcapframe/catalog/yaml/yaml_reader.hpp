// From YAML text to values. Source: YAML 1.2.2, chapters 6 to 9.
//
// Read: mappings and sequences in blocks and in brackets, all kinds of scalars, comments, anchors and aliases, the tag
// "!!str", and "!template", which intake once wanted before templates, and which changes nothing here. Refused by name:
// other tags, merges, explicit keys ("? "), anchors and tags on keys, single pairs in "[]", directives, more than one
// document, and tabs outside of quotes. Whatever is not refused has the value that PyYAML gives it (yaml_scalar.hpp).
//
// Depth is bounded by limits::yaml_depth_max, and with it recursion; nodes and aliased text are bounded by
// limits::yaml_nodes_max.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/catalog/yaml/yaml_block_scalar.hpp>
#include <pcapframe/catalog/yaml/yaml_keys.hpp>
#include <pcapframe/catalog/yaml/yaml_plain.hpp>
#include <pcapframe/catalog/yaml/yaml_quoted.hpp>
#include <pcapframe/catalog/yaml/yaml_reading.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::yaml::detail {

class reader {
public:
    explicit reader(std::string_view checked_text) : r_{cursor(checked_text)} {}

    document read() {
        document result;
        result.root = whole_document();
        if (!r_.problems.empty()) result.root = {};
        result.problems = std::move(r_.problems);
        return result;
    }

private:
    /// What may stand where a value is read.
    struct slot {
        int parent;               ///< column of the block collection around; -1 for none
        bool block_here = false;  ///< a block collection may begin in this very line
        bool of_mapping = false;  ///< a sequence may begin in the parent's own column
        bool tagged = false;      ///< a tag stood before the value already
    };

    // Between values.

    /// Goes over spaces, comments and line breaks.
    void skip_blanks() {
        while (true) {
            r_.text.skip(' ');
            const char c = r_.text.peek();
            if (c == '\t') return r_.stop_here("a tab; YAML is indented and separated by spaces");
            if (c == '#') {
                if (!cursor::is_blank(r_.text.before())) return r_.stop_here("a comment needs a space before '#'");
                r_.text.advance(r_.text.rest_of_line().size());
            }
            if (r_.text.peek() != '\n') return;
            r_.text.next_line();
            if (r_.text.at_document_marker()) return;
        }
    }

    [[nodiscard]] bool content_ended() const noexcept { return r_.text.at_end() || r_.text.at_document_marker(); }
    /// The column of what comes next; -1 at the end.
    [[nodiscard]] int next_column() const noexcept { return content_ended() ? -1 : r_.text.column(); }
    [[nodiscard]] bool at_indicator(char c) const noexcept {
        return r_.text.peek() == c && cursor::is_blank(r_.text.peek(1));
    }

    /// Goes to the next entry of the block collection in `column`; false where the collection ends.
    bool next_entry(int column) {
        skip_blanks();
        const int next = next_column();
        if (next < 0) return false;
        if (!r_.text.first_on_line()) {
            r_.stop_here(at_indicator(':')
                             ? "a mapping may not begin in this line: put the value in quotes, or on a line of its own"
                             : "unexpected text behind a value");
            return false;
        }
        if (next > column) r_.stop_here("this line is indented by more than those it belongs to");
        return next == column && !r_.stopped;
    }

    // Documents.

    node whole_document() {
        skip_blanks();
        if (r_.text.peek() == '%') {
            r_.stop_here("directives ('%') are not supported");
            return {};
        }
        const bool marked = r_.text.at_document_marker() && r_.text.peek() == '-';
        if (marked)
            r_.text.advance(3);
        else if (r_.text.at_document_marker())
            r_.stop_here("a document ends here that never began");
        node root = value({.parent = -1, .block_here = !marked}, 0);
        skip_blanks();
        if (r_.text.at_document_marker() && r_.text.peek() == '.') {
            r_.text.advance(3);
            skip_blanks();
            if (!r_.text.at_end()) r_.stop_here("only one document is supported: nothing may follow '...'");
        }
        if (r_.text.at_document_marker()) r_.stop_here("only one document is supported: here begins a second");
        if (!r_.text.at_end())
            r_.stop_here(at_indicator(':') ? "a mapping may not begin in this line"
                                           : "unexpected text behind the value of the document");
        return root;
    }

    // Values in blocks.

    node value(slot in, unsigned depth) {
        if (depth > limits::yaml_depth_max) {
            r_.stop_here("this is nested too deeply");
            return {};
        }
        const std::uint32_t line = r_.text.here().line;
        const text_place before = r_.text.where();
        skip_blanks();
        const bool new_line = r_.text.here().line != line;
        if (new_line || content_ended()) {
            if (!belongs_to(in)) return null_at(before);
            in.block_here = true;
        }
        if (r_.text.peek() == '&') return anchored(in, depth);
        return content(in, depth);
    }

    /// Whether the text at the start of a line is indented so far that it belongs to the slot.
    [[nodiscard]] bool belongs_to(const slot& in) const noexcept {
        const int column = next_column();
        if (in.of_mapping && column == in.parent) return at_indicator('-');
        return column > in.parent;
    }

    node null_at(text_place at) {
        r_.count(at, 0);
        node empty;
        empty.at = at;
        return empty;
    }

    node anchored(slot in, unsigned depth) {
        const text_place at = r_.text.where();
        const std::string name = anchor_name();
        const std::uint32_t line = r_.text.here().line;
        skip_blanks();
        refuse_second_name();
        node named;
        if (r_.text.here().line != line || content_ended()) {
            in.block_here = true;
            named = belongs_to(in) ? content(in, depth) : null_at(at);
        } else {
            if (in.block_here && key_ahead()) r_.stop(at, "an anchor on a mapping key is not supported");
            in.block_here = false;
            named = content(in, depth);
        }
        remember(at, name, named);
        return named;
    }

    /// A value behind a tag. As with an anchor, the value may begin in another line.
    node tagged(slot in, unsigned depth) {
        const text_place at = r_.text.where();
        if (in.tagged) r_.stop_here("a value has one tag at most");
        in.tagged = true;
        const bool as_text = tag();
        const std::uint32_t line = r_.text.here().line;
        skip_blanks();
        if (r_.text.here().line != line || content_ended()) {
            in.block_here = true;
            if (!belongs_to(in)) return as_text ? no_text(at) : null_at(at);
        } else {
            if (in.block_here && key_ahead()) r_.stop(at, "a tag on a mapping key is not supported");
            in.block_here = false;
        }
        if (as_text) refuse_as_text();
        as_text_ = as_text && !r_.stopped;
        node made = r_.text.peek() == '&' ? anchored(in, depth) : content(in, depth);
        as_text_ = false;
        return made;
    }

    /// Goes over a tag; says whether the tag asks for text.
    bool tag() {
        const std::string_view rest = r_.text.rest_of_line();
        const std::size_t bytes = std::min(rest.find_first_of(" \t,[]{}"), rest.size());
        const std::string_view name = rest.substr(0, bytes);
        if (name != "!template" && name != "!!str")
            r_.stop_here("the tag '" + std::string(name) + "' is not supported; '!!str' and '!template' are");
        r_.text.advance(r_.stopped ? 0 : bytes);
        return name == "!!str";
    }

    void refuse_as_text() {
        const char c = r_.text.peek();
        if (c == '[' || c == '{' || at_indicator('-') || key_ahead())
            r_.stop_here("'!!str' makes text of a scalar only");
        if (c == '*') r_.stop_here("an alias has no tag of its own");
    }

    node no_text(text_place at) {
        node empty = null_at(at);
        empty.kind = kind::string;
        return empty;
    }

    /// Reads what stands behind an anchor in the same line.
    void refuse_second_name() {
        if (r_.text.peek() == '*') r_.stop_here("an alias has no anchor of its own");
        if (r_.text.peek() == '&') r_.stop_here("a value has one anchor at most");
    }

    node content(slot in, unsigned depth) {
        const char c = r_.text.peek();
        const bool key = key_ahead();
        if (at_indicator('-') || key) {
            if (!in.block_here) {
                r_.stop_here(
                    key ? "a mapping may not begin in this line: put the value in quotes, or on a line of its own"
                        : "a sequence may not begin in this line: put it on a line of its own");
                return {};
            }
            return key ? block_mapping(r_.text.column(), depth) : block_sequence(r_.text.column(), in, depth);
        }
        if (c == '|' || c == '>') return block_scalar_reader(r_, in.parent).read();
        if (c == '"' || c == '\'') return quoted_reader(r_).read();
        if (c == '*') return alias(depth);
        if (c == '!') return tagged(in, depth);
        if (c == '[' || c == '{') return flow_collection(depth);
        if (begins_plain(c, r_.text.peek(1), false)) return plain(plain_reader(r_, false, in.parent).read());
        refuse_start();
        return {};
    }

    /// Whether a mapping key with its ':' follows in this line.
    [[nodiscard]] bool key_ahead() const noexcept {
        const std::string_view line = r_.text.rest_of_line();
        const std::size_t bytes = key_bytes(line, false);
        return bytes != 0 && bytes < line.size() && line[bytes] == ':' &&
               (bytes + 1 == line.size() || cursor::is_blank(line[bytes + 1]));
    }

    node block_mapping(int column, unsigned depth) {
        node map = begin(kind::mapping);
        do {
            if (!key_ahead()) {
                refuse_key();
                break;
            }
            map.items.push_back(key(false));
            r_.text.advance();
            map.items.push_back(value({.parent = column, .of_mapping = true}, depth + 1));
        } while (next_entry(column));
        refuse_repeated_keys(map, r_);
        return map;
    }

    node block_sequence(int column, const slot& in, unsigned depth) {
        node list = begin(kind::sequence);
        const bool in_column_of_mapping = in.of_mapping && column == in.parent;
        do {
            if (!at_indicator('-')) {
                if (!in_column_of_mapping) r_.stop_here("an entry of this sequence should begin here, with '- '");
                break;
            }
            r_.text.advance();
            list.items.push_back(value({.parent = column, .block_here = true}, depth + 1));
        } while (next_entry(column));
        return list;
    }

    node begin(kind k) {
        node made = node::of(k);
        made.at = r_.text.where();
        r_.count(made.at, 0);
        return made;
    }

    // Keys and scalars.

    /// The value that a plain scalar means.
    node plain(node written) {
        if (std::exchange(as_text_, false)) return written;
        text_result<node> meaning = meaning_of_plain(written.text);
        if (!meaning) r_.note(written.at, meaning.problems()[0].reason);
        if (meaning && meaning->is_string()) return written;
        node value = meaning ? *std::move(meaning) : node();
        value.at = written.at;
        return value;
    }

    /// Reads a key up to its ':', which is known to be there (`key_bytes`).
    node key(bool in_flow) {
        const std::string_view line = r_.text.rest_of_line();
        const std::size_t bytes = key_bytes(line, in_flow);
        if (bytes > key_bytes_max) r_.stop_here("a mapping key is longer than 1024 bytes");
        const char c = r_.text.peek();
        if (c == '"' || c == '\'') {
            node quoted = quoted_reader(r_).read();
            r_.text.skip(' ');
            return quoted;
        }
        node written = node::of(kind::string);
        written.at = written.text_at = r_.text.where();
        written.verbatim = true;
        written.text = line.substr(0, plain_bytes(line, in_flow));
        r_.count(written.at, written.text.size());
        r_.text.advance(bytes);
        return plain(std::move(written));
    }

    // Anchors.

    struct anchor {
        std::string name;
        node value;
    };

    std::string anchor_name() {
        r_.text.advance();
        const std::string_view rest = r_.text.rest_of_line();
        std::size_t bytes = 0;
        while (bytes < rest.size() &&
               (is_letter(rest[bytes]) || is_digit(rest[bytes]) || rest[bytes] == '-' || rest[bytes] == '_'))
            ++bytes;
        std::string name(rest.substr(0, bytes));
        r_.text.advance(bytes);
        const bool ends = cursor::is_blank(r_.text.peek()) || (in_flow_ != 0 && is_flow_indicator(r_.text.peek()));
        if (name.empty() || !ends) r_.stop_here("the name of an anchor has letters, digits, '-' and '_' only");
        return name;
    }

    void remember(text_place at, const std::string& name, const node& named) {
        if (r_.stopped) return;
        if (find_anchor(name) != nullptr) return r_.note(at, "the anchor '&" + name + "' is there already");
        if (anchors_.size() == limits::yaml_anchors_max) return r_.stop(at, "there are too many anchors");
        anchors_.push_back({name, {}});
        anchors_.back().value = copy(at, named, 0);
    }

    [[nodiscard]] const node* find_anchor(std::string_view name) const noexcept {
        for (const anchor& known : anchors_)
            if (known.name == name) return &known.value;
        return nullptr;
    }

    node alias(unsigned depth) {
        const text_place at = r_.text.where();
        const std::string name = anchor_name();
        if (r_.stopped) return {};
        const node* const named = find_anchor(name);
        if (named == nullptr) {
            r_.note(at, "no anchor '&" + name + "' has ended before this alias");
            return {};
        }
        node repeated = copy(at, *named, depth);
        repeated.at = at;
        repeated.verbatim = false;
        return repeated;
    }

    /// A copy, counted node by node.
    node copy(text_place at, const node& from, unsigned depth) {
        r_.count(at, from.text.size());
        if (depth > limits::yaml_depth_max) r_.stop(at, "this is nested too deeply");
        if (r_.stopped) return {};
        node made = node::of(from.kind);
        made.boolean = from.boolean;
        made.verbatim = from.verbatim;
        made.at = from.at;
        made.text_at = from.text_at;
        made.integer = from.integer;
        made.floating = from.floating;
        made.text = from.text;
        made.items.reserve(from.items.size());
        for (const node& item : from.items) made.items.push_back(copy(at, item, depth + 1));
        return made;
    }

    // Values in brackets.

    node flow_collection(unsigned depth) {
        ++in_flow_;
        node made = r_.text.peek() == '[' ? flow_sequence(depth) : flow_mapping(depth);
        --in_flow_;
        if (in_flow_ == 0 && !r_.stopped) {
            r_.text.skip(' ');
            if (at_indicator(':')) r_.stop(made.at, "a mapping key must be a scalar");
        }
        return made;
    }

    /// Goes over blanks inside of brackets, which no document may end.
    void skip_flow_blanks() {
        skip_blanks();
        if (content_ended() && !r_.stopped) r_.stop_here("a bracket is never closed");
    }

    node flow_sequence(unsigned depth) {
        node list = begin(kind::sequence);
        r_.text.advance();
        skip_flow_blanks();
        while (r_.text.peek() != ']' && !r_.stopped) {
            list.items.push_back(flow_value(depth + 1));
            if (r_.text.peek() == ':' && !r_.stopped) r_.stop_here("a mapping inside of '[]' needs its own '{}'");
            flow_separator(']');
        }
        r_.text.advance(r_.stopped ? 0 : 1);
        return list;
    }

    node flow_mapping(unsigned depth) {
        node map = begin(kind::mapping);
        r_.text.advance();
        skip_flow_blanks();
        while (r_.text.peek() != '}' && !r_.stopped) {
            flow_entry(map, depth);
            flow_separator('}');
        }
        r_.text.advance(r_.stopped ? 0 : 1);
        refuse_repeated_keys(map, r_);
        return map;
    }

    void flow_entry(node& map, unsigned depth) {
        const char c = r_.text.peek();
        const bool quoted = c == '"' || c == '\'';
        if (!quoted && !begins_plain(c, r_.text.peek(1), true)) return refuse_flow_key();
        if (key_bytes(r_.text.rest_of_line(), true) == 0) return r_.stop_here("a mapping key must stand in one line");
        map.items.push_back(key(true));
        if (r_.text.peek() == ':') {
            r_.text.advance();
            skip_flow_blanks();
            const bool none = r_.text.peek() == ',' || r_.text.peek() == '}';
            map.items.push_back(none ? null_at(r_.text.where()) : flow_value(depth + 1));
        } else {
            map.items.push_back(null_at(r_.text.where()));
        }
    }

    /// A ',' or the closing bracket must follow; goes behind the ',' to the next value.
    void flow_separator(char closing) {
        skip_flow_blanks();
        if (r_.stopped || r_.text.peek() == closing) return;
        if (r_.text.peek() != ',') return r_.stop_here(std::string("expected ',' or '") + closing + "'");
        r_.text.advance();
        skip_flow_blanks();
    }

    node flow_value(unsigned depth) {
        if (depth > limits::yaml_depth_max) {
            r_.stop_here("this is nested too deeply");
            return {};
        }
        const text_place at = r_.text.where();
        const bool as_text = r_.text.peek() == '!' && tag();
        if (r_.text.where().column != at.column) skip_flow_blanks();
        if (r_.text.peek() == '!') r_.stop_here("a value has one tag at most");
        if (as_text && flow_value_ended()) return no_text(at);
        if (as_text) refuse_as_text();
        as_text_ = as_text && !r_.stopped;
        node made = r_.text.peek() == '&' ? flow_anchored(depth) : flow_content(depth);
        as_text_ = false;
        return made;
    }

    /// Whether nothing stands where a value in brackets would begin.
    [[nodiscard]] bool flow_value_ended() const noexcept {
        const char c = r_.text.peek();
        return c == ',' || c == ']' || c == '}';
    }

    node flow_anchored(unsigned depth) {
        const text_place at = r_.text.where();
        const std::string name = anchor_name();
        skip_flow_blanks();
        refuse_second_name();
        node named = flow_value_ended() ? null_at(at) : flow_content(depth);
        remember(at, name, named);
        return named;
    }

    node flow_content(unsigned depth) {
        const char c = r_.text.peek();
        if (c == '"' || c == '\'') return quoted_reader(r_).read();
        if (c == '*') return alias(depth);
        if (c == '[' || c == '{') return flow_collection(depth);
        if (begins_plain(c, r_.text.peek(1), true)) return plain(plain_reader(r_, true, -1).read());
        refuse_start();
        return {};
    }

    // Refusals.

    void refuse_start() {
        const char c = r_.text.peek();
        if (r_.stopped) return;
        if (c == '!') return r_.stop_here("a tag ('!') may not stand here");
        if (c == '?') return r_.stop_here("explicit keys ('?') are not supported");
        if (c == '-') return r_.stop_here("a sequence may not begin inside of brackets");
        if (c == ':') return r_.stop_here("a mapping key is missing before ':'");
        if (is_flow_indicator(c))
            return r_.stop_here(std::string("'") + c + "' is not expected here; if text is meant, put it in quotes");
        r_.stop_here(std::string("'") + c + "' cannot begin a value; if text is meant, put it in quotes");
    }

    void refuse_key() {
        const char c = r_.text.peek();
        if (c == '!' || c == '?' || c == ':') return refuse_start();
        if (c == '&') return r_.stop_here("an anchor on a mapping key is not supported");
        if (c == '*') return r_.stop_here("an alias as a mapping key is not supported");
        if (c == '[' || c == '{') return r_.stop_here("a mapping key must be a scalar");
        r_.stop_here("an entry of this mapping should begin here, as 'key: value'");
    }

    void refuse_flow_key() {
        if (r_.text.peek() == '-') return refuse_start();
        if (r_.text.peek() == ',' || r_.text.peek() == ']') return refuse_start();
        refuse_key();
    }

    reading r_;
    std::vector<anchor> anchors_;
    unsigned in_flow_ = 0;
    bool as_text_ = false;  ///< a tag asks for the next scalar as text
};

}  // namespace pcapframe::yaml::detail
