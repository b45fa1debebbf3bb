// What can go wrong with an operation: a small value, turned into prose on request.
//
// A packet never fails (see decode/stop.hpp); opening, reading on, selecting columns and writing may. An error says
// what happened, where in the input, and carries the numbers and words its message needs. It is trivially copyable and
// allocates nothing until `message` is called.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// The kind of an error. The comment names what `error::number` and `error::other` mean for it.
enum class errc : std::uint8_t {
    cannot_open,          // system, detail: the right that is missing, if it is known
    cannot_read,          // system
    cannot_write,         // system
    out_of_memory,        // number: bytes asked for
    is_directory,         //
    no_match,             // subject: pattern
    empty_path,           //
    empty_input,          //
    not_a_capture,        // number: first four bytes, big-endian
    compressed_input,     // detail: name of the compression, hint: the command that unpacks it
    foreign_capture,      // detail: name of the format, hint: what converts it, if not editcap
    bad_packed,           // detail: what is wrong, number: byte of the compressed file, hint: name of the compression
    unsupported_version,  // detail: format, number: major, other: minor
    cut_header,           // detail: which header, number: bytes needed, other: bytes there
    cut_record,           // detail: which record, number: bytes needed, other: bytes there
    bad_record,           // detail: what is there instead
    record_too_long,      // detail: which record, number: bytes claimed, other: limit
    bad_block_length,     // number: length claimed
    block_mismatch,       // number: length at the start, other: length at the end
    bad_block,            // detail: which block, number: bytes needed, other: bytes there
    bad_byte_order,       // number: the word that is neither byte order magic
    unknown_interface,    // number: interface asked for, other: interfaces described
    too_many_interfaces,  // number: limit
    unknown_name,         // detail: kind of name, subject: the name, hint: nearest known one
    bad_value,            // detail: what is expected, subject: the value
    bad_text,             // detail: what text, subject: what is wrong with it, hint: nearest right word
    out_of_range,         // detail: what was counted, number: the one asked for, other: how many there are
    shrunk,               //
    changed,              // detail: since when, and what to do
    bad_split,            // detail: what is wrong with it
    closed,               // detail: what was closed
    cancelled,            //
    damaged_copy,         // detail: what is wrong with a persisted copy
    copied_damage,        // offset: where the file that a copy was made of is damaged
};

/// Where an error has no place in the input.
inline constexpr std::uint64_t no_offset = ~std::uint64_t{0};

/// Of 192 bytes, not 64: an error outlives what it is about, so it carries the end of a file's path and the nearest
/// right word itself. With a pointer to them it would either allocate (and `out_of_memory` is an error, too) or point
/// into what has gone. Errors are rare, and a result is not made per packet, so its size costs nothing.
struct error {
    /// Longer subjects keep their end: the end of a path says more than its start.
    static constexpr std::size_t subject_bytes_max = 104;
    static constexpr std::size_t hint_bytes_max = 40;

    errc code{};
    int system = 0;                           ///< errno, or 0
    std::uint64_t offset = no_offset;         ///< byte offset in the input, or no_offset
    std::uint64_t number = 0;
    std::uint64_t other = 0;
    const char* detail = "";                  ///< a string literal
    fixed_text<subject_bytes_max> subject{};  ///< the file, pattern or word it is about
    fixed_text<hint_bytes_max> hint{};        ///< the nearest right word, or what to type

    /// The same error about another subject, unless it has one: readers of bytes do not know the file's name.
    [[nodiscard]] error about(std::string_view name) const {
        error copy = *this;
        if (copy.subject.empty()) copy.subject = name;
        return copy;
    }

    /// One sentence: the subject, what is wrong, where, and what to do. No newline, and nothing that
    /// does something to a terminal: see visible_text.
    [[nodiscard]] std::string message() const;
};
static_assert(sizeof(error) <= 192, "what an error carries has grown: see above");

namespace detail {

inline std::string hex32(std::uint64_t value) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[(value >> shift) & 15];
    return text;
}

inline std::string in_quotes(std::string_view word) { return "'" + std::string(word) + "'"; }

/// "; did you mean 'x'?", or nothing.
inline std::string did_you_mean(std::string_view hint) {
    return hint.empty() ? std::string() : "; did you mean " + in_quotes(hint) + "?";
}

inline std::string bytes_short(const error& e) {
    return " is cut: " + std::to_string(e.number) + " bytes needed, " + std::to_string(e.other) + " there";
}

/// What is wrong, without the subject and the place. No `default`: a compiler names the code that has no sentence.
inline std::string describe(const error& e) {
    switch (e.code) {
        // What the input is.
        case errc::is_directory: return "is a directory; name a file or a pattern such as 'folder/*.pcap'";
        case errc::no_match: return "no file matches this pattern";
        case errc::empty_path: return "the path is empty; name a capture file, or '-' for standard input";
        case errc::empty_input: return "is empty (0 bytes): no pcap or pcapng header";
        case errc::not_a_capture:
            return "is neither pcap nor pcapng (it starts with " + hex32(e.number) + "); expected a capture file";
        case errc::compressed_input:
            return std::string("is ") + e.detail + " compressed; unpack it into a pipe: " + std::string(e.hint.view());
        case errc::foreign_capture:
            return std::string("is a ") + e.detail + " file; convert it to pcap or pcapng, for example with " +
                   in_quotes(e.hint.view().empty() ? std::string_view("editcap") : e.hint.view());
        case errc::unsupported_version:
            return std::string(e.detail) + " version " + std::to_string(e.number) + "." + std::to_string(e.other) +
                   " is not known";
        // Damage inside the input.
        case errc::cut_header:
        case errc::cut_record: return std::string("the ") + e.detail + bytes_short(e);
        case errc::bad_record: return std::string("there is ") + e.detail;
        case errc::record_too_long:
            return std::string("the ") + e.detail + " claims " + std::to_string(e.number) +
                   " bytes, more than the limit of " + std::to_string(e.other);
        case errc::bad_block_length:
            return "a pcapng block claims a total length of " + std::to_string(e.number) +
                   " bytes, less than its header";
        case errc::damaged_copy:
            return std::string("the persisted copy ") + e.detail + "; it is not used, the captures are read again";
        case errc::copied_damage:
            return "the capture was damaged from here on when it was persisted; the copy has the rows before it";
        case errc::block_mismatch:
            return "a pcapng block's two total lengths differ: " + std::to_string(e.number) + " at its start, " +
                   std::to_string(e.other) + " at its end";
        case errc::bad_block: return std::string("the ") + e.detail + bytes_short(e);
        case errc::bad_byte_order:
            return "a pcapng section has byte-order magic " + hex32(e.number) + ", not 0x1a2b3c4d";
        case errc::unknown_interface:
            return "a packet names interface " + std::to_string(e.number) + ", but its section has described " +
                   std::to_string(e.other);
        case errc::bad_packed:
            return "the " + std::string(e.hint.view()) + " data " + e.detail + " (at byte " + std::to_string(e.number) +
                   " of the compressed file)";
        case errc::too_many_interfaces: return "more than " + std::to_string(e.number) + " interfaces are described";
        // What an operation could not do.
        case errc::cannot_open:
            return std::string("cannot be opened") + (*e.detail ? std::string(" (needs ") + e.detail + ")" : "");
        case errc::cannot_read: return "cannot be read";
        case errc::cannot_write: return "cannot be written";
        case errc::out_of_range:
            return std::string("there is no ") + e.detail + " " + std::to_string(e.number) + ": they are 0 to " +
                   std::to_string(e.other - 1);
        case errc::shrunk: return "the file was cut short while it was read";
        case errc::changed: return std::string("the file has changed since ") + e.detail;
        case errc::bad_split: return std::string("the split ") + e.detail;
        case errc::out_of_memory: return "no memory for " + std::to_string(e.number) + " bytes";
        case errc::unknown_name:
            return std::string("unknown ") + e.detail + " " + in_quotes(e.subject.view()) + did_you_mean(e.hint.view());
        case errc::bad_value: return in_quotes(e.subject.view()) + " is not " + e.detail + did_you_mean(e.hint.view());
        case errc::bad_text:
            return std::string("the ") + (*e.detail ? e.detail : "text") + " is refused: " +
                   std::string(e.subject.view()) + did_you_mean(e.hint.view());
        case errc::closed: return std::string("the ") + e.detail + " is closed";
        case errc::cancelled: return "the read was cancelled";
    }
    return "";
}

}  // namespace detail

inline std::string error::message() const {
    const bool says_subject = code == errc::unknown_name || code == errc::bad_value || code == errc::bad_text;
    std::string text = says_subject || subject.empty() ? std::string() : std::string(subject.view()) + ": ";
    if (offset != no_offset) text += "at byte " + std::to_string(offset) + ": ";
    text += detail::describe(*this);
    if (system != 0) text += std::string(": ") + std::strerror(system);
    return visible_text(text);
}

}  // namespace pcapframe
