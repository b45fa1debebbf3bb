// A split as a line of text: what `pcapframe plan` prints, and any program may keep, send and hand back.
//
// The line is a JSON object (RFC 8259), and may be written anew by any JSON library: order, blanks and escapes do not
// count. The last member is a checksum over the others, so that a line that was cut or edited is no split.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/bytes/hash.hpp>
#include <pcapframe/export/jsonl.hpp>
#include <pcapframe/io/file_stamp.hpp>
#include <pcapframe/source/options.hpp>
#include <pcapframe/source/split_headers.hpp>

namespace pcapframe::inline v0_2 {

/// A part of a file that can be read by itself, by any process that sees the file.
struct split {
    std::string file;               ///< an absolute path
    file_stamp stamp;               ///< what the file was when the split was planned
    std::uint64_t begin = 0;        ///< offset of the split's first record; 0 where the split begins with the file
    std::uint64_t end = 0;          ///< offset behind the split's last record
    std::uint64_t first_frame = 1;  ///< the first record's number within the file, from 1
    /// Of a pcapng: the byte ranges in which its section and interfaces are described, ascending, before `begin`.
    std::vector<byte_range> headers;
    /// How the rows of the split are read. The line has the options that say which packets become rows and which
    /// columns rows have.
    read_options options{};

    friend bool operator==(const split&, const split&) = default;
};

namespace detail {

inline std::string json_text(std::string_view text) {
    std::string quoted(6 * text.size() + 2, '\0');
    quoted.resize(static_cast<std::size_t>(write_json_string(quoted.data(), text) - quoted.data()));
    return quoted;
}

/// Whether an option is part of a split: speed and pieces are the business of whoever reads the split, and one file
/// needs no order of files.
[[nodiscard]] constexpr bool is_in_splits(const named_option& option) noexcept {
    return option.effect == option_effect::packets || option.effect == option_effect::columns;
}

/// The options as a member of the line; empty where all are at their defaults.
inline std::string options_member(const read_options& options) {
    std::string text;
    for (const option_value& one : given_options(options))
        if (is_in_splits(one.option))
            text += (text.empty() ? "" : ",") + json_text(one.option.name) + ":" + json_text(one.text);
    return text.empty() ? text : ",\"options\":{" + text + "}";
}

/// All of the line but the checksum and the closing brace.
inline std::string checked_part(const split& s) {
    std::string text = "{\"pcapframe_split\":1,\"file\":" + json_text(s.file) +
                       ",\"bytes\":" + std::to_string(s.stamp.bytes) + ",\"modified\":" + json_text(s.stamp.modified) +
                       ",\"begin\":" + std::to_string(s.begin) + ",\"end\":" + std::to_string(s.end) +
                       ",\"first_frame\":" + std::to_string(s.first_frame) + ",\"headers\":[";
    for (const byte_range& range : s.headers) {
        if (text.back() != '[') text += ',';
        text += "[" + std::to_string(range.begin) + "," + std::to_string(range.end) + "]";
    }
    return text + "]" + options_member(s.options);
}

inline std::string checksum_of(const split& s) {
    std::uint64_t hash = fnv1a(checked_part(s));
    std::string text;
    for (int digit = 0; digit < 16; ++digit, hash <<= 4) text += lower_digits[hash >> 60];
    return text;
}

/// Appends a character as UTF-8.
inline void append_utf8(std::string& out, std::uint32_t character) {
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((character >> shift) & 0x3f)); };
    if (character < 0x80) {
        out += static_cast<char>(character);
    } else if (character < 0x800) {
        out += static_cast<char>(0xc0 | (character >> 6));
        tail(0);
    } else if (character < 0x10000) {
        out += static_cast<char>(0xe0 | (character >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (character >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// Reads as much of JSON as a split has: an object of texts, whole numbers, a list of pairs and an object of texts. A
/// function that gives false has stopped at the mistake.
class split_parser {
public:
    split_parser(std::string_view line, const filter_compiler& filters) noexcept : line_(line), filters_(filters) {}

    [[nodiscard]] bool parse() {
        if (!take('{')) return false;
        do {
            if (!member()) return false;
        } while (take(','));
        return take('}') && at_end() && (seen_ | options_member) == all_members;
    }

    [[nodiscard]] split& parsed() noexcept { return split_; }
    [[nodiscard]] const std::string& checksum() const noexcept { return checksum_; }
    [[nodiscard]] std::size_t place() const noexcept { return at_; }
    /// Why an option of the split is refused, where that is what is wrong.
    [[nodiscard]] const std::optional<error>& refused() const noexcept { return refused_; }

private:
    static constexpr unsigned all_members = 0x3ff;
    static constexpr unsigned options_member = 1U << 9;  ///< need not be there

    void skip_blanks() noexcept {
        while (at_ < line_.size() && std::string_view(" \t\r\n").find(line_[at_]) != std::string_view::npos) ++at_;
    }
    [[nodiscard]] bool at_end() noexcept {
        skip_blanks();
        return at_ == line_.size();
    }
    [[nodiscard]] bool take(char wanted) noexcept {
        skip_blanks();
        if (at_ == line_.size() || line_[at_] != wanted) return false;
        ++at_;
        return true;
    }

    [[nodiscard]] bool member() {
        std::string name;
        if (!text(name) || !take(':')) return false;
        std::uint64_t version = 0;
        if (name == "pcapframe_split") return once(0) && number(version) && version == 1;
        if (name == "file") return once(1) && text(split_.file);
        if (name == "bytes") return once(2) && number(split_.stamp.bytes);
        if (name == "modified") return once(3) && text(split_.stamp.modified);
        if (name == "begin") return once(4) && number(split_.begin);
        if (name == "end") return once(5) && number(split_.end);
        if (name == "first_frame") return once(6) && number(split_.first_frame);
        if (name == "headers") return once(7) && ranges();
        if (name == "options") return once(9) && options();
        return name == "check" && once(8) && text(checksum_);
    }

    /// False where a member comes again.
    [[nodiscard]] bool once(unsigned member) noexcept {
        const unsigned bit = 1U << member;
        return (std::exchange(seen_, seen_ | bit) & bit) == 0;
    }

    [[nodiscard]] bool number(std::uint64_t& out) noexcept {
        skip_blanks();
        const char* const begin = line_.data() + at_;
        const auto [end, failed] = std::from_chars(begin, line_.data() + line_.size(), out);
        if (failed != std::errc()) return false;
        at_ += static_cast<std::size_t>(end - begin);
        return true;
    }

    [[nodiscard]] bool ranges() {
        if (!take('[')) return false;
        if (take(']')) return true;
        do {
            byte_range one;
            const bool whole = take('[') && number(one.begin) && take(',') && number(one.end) && take(']');
            if (!whole || split_.headers.size() == limits::split_headers_max) return false;
            split_.headers.push_back(one);
        } while (take(','));
        return take(']');
    }

    /// Options by name, each in its text form.
    [[nodiscard]] bool options() {
        if (!take('{')) return false;
        if (take('}')) return true;
        do {
            std::string name;
            std::string value;
            if (!text(name) || !take(':') || !text(value)) return false;
            const result<void> set = set_option(split_.options, name, value, filters_);
            if (!set) refused_ = set.error();
            if (!set) return false;
        } while (take(','));
        return take('}');
    }

    [[nodiscard]] bool text(std::string& out) {
        if (!take('"')) return false;
        while (at_ < line_.size()) {
            const std::size_t sequence = utf8_sequence(line_.substr(at_));
            if (sequence == 0 || static_cast<unsigned char>(line_[at_]) < 0x20) return false;
            if (line_[at_] == '"') return take('"');
            if (line_[at_] == '\\') {
                if (!escape(out)) return false;
                continue;
            }
            out += line_.substr(at_, sequence);
            at_ += sequence;
        }
        return false;
    }

    [[nodiscard]] bool escape(std::string& out) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (at_ + 1 >= line_.size()) return false;
        const std::size_t which = letters.find(line_[at_ + 1]);
        if (which == std::string_view::npos) return line_[at_ + 1] == 'u' && character(out);
        out += meanings[which];
        at_ += 2;
        return true;
    }

    /// \uXXXX, and two such escapes for a character that needs two units of UTF-16 (RFC 8259, section 7).
    [[nodiscard]] bool character(std::string& out) {
        std::uint32_t high = 0;
        if (!unit(high) || (high >= 0xdc00 && high < 0xe000)) return false;
        std::uint32_t low = 0;
        const bool is_pair = high >= 0xd800 && high < 0xe000;
        if (is_pair && (!unit(low) || low < 0xdc00 || low >= 0xe000)) return false;
        append_utf8(out, is_pair ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : high);
        return true;
    }

    [[nodiscard]] bool unit(std::uint32_t& out) noexcept {
        constexpr std::size_t length = 6;
        if (line_.size() - at_ < length || line_[at_] != '\\' || line_[at_ + 1] != 'u') return false;
        const char* const end = line_.data() + at_ + length;
        const auto [after, failed] = std::from_chars(end - 4, end, out, 16);
        if (failed != std::errc() || after != end) return false;
        at_ += length;
        return true;
    }

    std::string_view line_;
    const filter_compiler& filters_;
    std::size_t at_ = 0;
    unsigned seen_ = 0;
    split split_;
    std::string checksum_;
    std::optional<error> refused_;
};

/// What is wrong with a split in itself; null for nothing.
[[nodiscard]] inline const char* split_problem(const split& s) noexcept {
    if (s.file.empty() || s.file.find('\0') != std::string::npos) return "names no file";
    if (s.first_frame == 0) return "begins with frame 0, but the first is 1";
    if (s.begin > s.end || s.end > s.stamp.bytes) return "has a range that is none of the file";
    std::uint64_t before = 0;
    for (const byte_range& range : s.headers) {
        if (range.begin < before || range.begin >= range.end || range.end > s.begin)
            return "has header blocks that are not in front of it";
        before = range.end;
    }
    return nullptr;
}

}  // namespace detail

/// The line of a split, without a newline. Its file must have a name in UTF-8, and its filter must have a text form.
[[nodiscard]] inline std::string write_split(const split& s) {
    return detail::checked_part(s) + ",\"check\":\"" + detail::checksum_of(s) + "\"}";
}

/// The split of a line. `filters` compiles the filter that the split may have (`expression_filters()` of
/// <pcapframe/filter.hpp>). Errors: a line that is no split, was cut or changed, or contradicts itself; an option that
/// is not known here.
[[nodiscard]] inline result<split> parse_split(std::string_view line, const filter_compiler& filters = {}) {
    detail::split_parser parser(line, filters);
    if (!parser.parse()) {
        if (parser.refused()) return *parser.refused();
        return error{.code = errc::bad_split,
                     .offset = parser.place(),
                     .detail = "is cut, or is no line that 'pcapframe plan' prints"};
    }
    split& parsed = parser.parsed();
    if (parser.checksum() != detail::checksum_of(parsed))
        return error{.code = errc::bad_split, .detail = "was changed after it was planned: its checksum is another"};
    if (const char* const problem = detail::split_problem(parsed))
        return error{.code = errc::bad_split, .detail = problem}.about(parsed.file);
    return std::move(parsed);
}

}  // namespace pcapframe
