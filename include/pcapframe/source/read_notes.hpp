// What a read wants said although nothing is damaged: frames of which none was decoded, times that cannot be meant so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/format/walker.hpp>
#include <pcapframe/reassembly/fragment_rules.hpp>
#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2 {

/// What a note is about.
enum class note_kind : std::uint8_t {
    nothing_decoded,  ///< a file or a read had frames, and none of them became a row
    partly_decoded,   ///< a file has interfaces of link types that are not known
    odd_times,        ///< sub-second fields of a second and more
    fragments_given_up,  ///< datagrams of which fragments were read, and that were not put together
};

/// Something worth saying about a read that went well: every row is right, but the rows may not be what was expected.
struct read_note {
    note_kind kind{};
    std::string file{};        ///< as errors name it; empty where it is about the whole read
    std::uint64_t frames = 0;  ///< how many frames it is about
    std::string text{};        ///< one sentence, without the file

    /// The file and the sentence. No newline.
    [[nodiscard]] std::string message() const { return file.empty() ? text : file + ": " + text; }
};

/// What was given up when fragments were put together; empty where nothing was.
[[nodiscard]] inline std::string fragments_text(const fragment_counts& counts) {
    std::string text;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + what;
    };
    add(counts.incomplete, " incomplete in time or at the end (--fragment-timeout, fragment_timeout)");
    add(counts.evicted, " given up for memory (--fragment-memory, fragment_memory)");
    add(counts.discarded, " discarded for fragments that overlap or contradict each other");
    const std::uint64_t datagrams = counts.incomplete + counts.evicted + counts.discarded;
    if (datagrams != 0)
        text = std::to_string(datagrams) + (datagrams == 1 ? " datagram was" : " datagrams were") +
               " not put together: " + text;
    if (counts.unusable != 0)
        text += (text.empty() ? "" : "; ") + std::to_string(counts.unusable) +
                (counts.unusable == 1 ? " fragment was" : " fragments were") +
                " not captured whole or can be no part of a datagram";
    return text;
}

/// What is odd about the times of a pcap, with what to do; empty where nothing is.
[[nodiscard]] inline std::string odd_times_text(const capture_walker& walker) {
    const fraction_sample& seen = walker.fractions();
    if (seen.too_large == 0 || !walker.header()) return "";
    const std::string count =
        std::to_string(seen.too_large) + " of the first " + std::to_string(seen.looked_at) + " sub-second fields are ";
    const pcap_header& header = *walker.header();
    // Nearly all numbers of nanoseconds are more than a million.
    if (header.nanoseconds() || seen.too_large * 2 < seen.looked_at)
        return count + "a second or more; the seconds are carried over";
    const char* const magic = header.order == byte_order::little ? "4d 3c b2 a1" : "a1 b2 3c 4d";
    return count + "1000000 or more: they seem to be nanoseconds, though the file says microseconds, and times are up "
                   "to 999 s late; --fraction ns, fraction, reads them right, or the file's first four bytes have to "
                   "be " + std::string(magic) + " instead";
}

namespace detail {

/// Which frames were to become rows, as far as notes ask.
enum class asked_rows : std::uint8_t { all_frames, ip_frames, chosen };

/// Gathers what there is to say, file by file.
class note_keeper {
public:
    /// A file was read to its end, with so many frames. Its interfaces are those from `first_interface` on, and
    /// `walker` has walked its first records.
    void file_ended(const std::string& name, std::uint64_t frames, const interface_list& interfaces,
                    std::size_t first_interface, const capture_walker& walker) {
        const std::string times = odd_times_text(walker);
        if (!times.empty() && notes_.size() < notes_max)
            notes_.push_back({note_kind::odd_times, name, walker.fractions().looked_at, times});
        if (frames == 0) return;
        frames_ += frames;
        std::vector<std::uint16_t> types, unknown;
        for (std::size_t i = first_interface; i < interfaces.size(); ++i) {
            add(types, interfaces[i].link_type);
            if (first_header(interfaces[i].link_type) == layer::link) add(unknown, interfaces[i].link_type);
        }
        for (const std::uint16_t type : types) add(link_types_, type);
        if (unknown.empty()) return;
        const bool none_is_known = unknown.size() == types.size();
        if (none_is_known) unknown_frames_ += frames;
        if (notes_.size() >= notes_max) return;
        if (none_is_known)
            notes_.push_back({note_kind::nothing_decoded, name, frames,
                              std::to_string(frames) + (frames == 1 ? " frame, not" : " frames, none") +
                                  " decoded: link type" + are_not_known(types)});
        else
            notes_.push_back({note_kind::partly_decoded, name, 0,
                              "frames of some interfaces are not decoded: link type" + are_not_known(unknown)});
    }

    /// What there is to say of a read that has ended with so many rows.
    [[nodiscard]] std::vector<read_note> notes(std::uint64_t rows, asked_rows asked) const {
        std::vector<read_note> all = notes_;
        // Frames that nothing decodes are rows where all frames were asked for.
        if (asked == asked_rows::all_frames)
            std::erase_if(all, [](const read_note& note) { return note.kind != note_kind::odd_times; });
        // Where packets are chosen it may be right that there are none.
        if (rows != 0 || asked != asked_rows::ip_frames || frames_ == unknown_frames_) return all;
        all.push_back({note_kind::nothing_decoded, "", frames_,
                       std::to_string(frames_) + (frames_ == 1 ? " frame, not" : " frames, none") +
                           " decoded to IP (link type" + (link_types_.size() == 1 ? " " : "s ") + listed(link_types_) +
                           "); all frames as rows: --all-frames, all_frames"});
        return all;
    }

private:
    static constexpr std::size_t notes_max = 100;
    static constexpr std::size_t types_max = 16;

    static void add(std::vector<std::uint16_t>& types, std::uint16_t type) {
        if (types.size() < types_max && std::find(types.begin(), types.end(), type) == types.end())
            types.push_back(type);
    }

    /// " 147 (USER0) is not known".
    static std::string are_not_known(const std::vector<std::uint16_t>& types) {
        return (types.size() == 1 ? " " : "s ") + listed(types) + (types.size() == 1 ? " is" : " are") + " not known";
    }

    /// "197 (ERF), 147 (USER0)".
    static std::string listed(const std::vector<std::uint16_t>& types) {
        std::string text;
        for (const std::uint16_t type : types) {
            text += (text.empty() ? "" : ", ") + std::to_string(type);
            if (find_link_type(type) != nullptr) text += " (" + link_type_name(type) + ")";
        }
        return text;
    }

    std::vector<read_note> notes_;
    std::vector<std::uint16_t> link_types_;
    std::uint64_t frames_ = 0;
    std::uint64_t unknown_frames_ = 0;  ///< of files in which no link type is known
};

}  // namespace detail

}  // namespace pcapframe
