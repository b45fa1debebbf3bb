// Captures read by several machines: files are cut where records begin, and each part, a line of text, is read by
// itself. Joined in order, the rows of all splits of a file are those of the file.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/source/partition.hpp>
#include <pcapframe/source/row_cursor.hpp>
#include <pcapframe/source/split_line.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// The path of the same file from any working directory. Symbolic links stay: where they lead may differ between
/// machines.
inline result<std::string> absolute_path(const std::string& path) {
    if (path.starts_with('/')) return path;
    const std::unique_ptr<char, void (*)(void*)> here(::getcwd(nullptr, 0), &::free);
    if (!here) return error{.code = errc::cannot_open, .system = errno}.about(path);
    return std::string(here.get()) + "/" + path;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t sequence = utf8_sequence(text);
        if (sequence == 0) return false;
        text.remove_prefix(sequence);
    }
    return true;
}

inline error split_error(const char* detail, const split& s) noexcept {
    return error{.code = errc::bad_split, .detail = detail}.about(s.file);
}

/// A walker at the place where a split of a mapped file begins, which has read the blocks that the split names and
/// nothing else.
inline result<capture_walker> walker_of(const split& s, bytes_view file,
                                        const std::shared_ptr<interface_list>& interfaces) {
    result<capture_walker> walker = capture_walker::open(file, interfaces);
    if (!walker) return walker.error().about(s.file);
    const bool is_pcapng = walker->format() == capture_format::pcapng;
    if (s.begin == 0 ? !s.headers.empty() : is_pcapng == s.headers.empty())
        return split_error("names the header blocks of another format", s);
    if (!is_pcapng && s.begin != 0 && s.begin < pcap_header::bytes)
        return split_error("begins in the header of the file", s);
    for (const byte_range& range : s.headers) {
        const bytes_view blocks =
            file.subspan(narrowed<std::size_t>(range.begin), narrowed<std::size_t>(range.end - range.begin));
        const bool begins_section = pcapng_section::sniff(blocks);
        if (begins_section != (range == s.headers.front()))
            return split_error("names header blocks that are not where it says", s);
        std::array<record, 1> none;
        const walk_step step = walker->walk({blocks, true}, none);
        if (step.state != walk_state::end || step.count != 0 || walker->sections().size() != 1)
            return split_error("names header blocks that are not where it says", s);
    }
    walker->advance(narrowed<std::size_t>(s.begin - walker->offset()));
    return walker;
}

/// The partition that a split describes. Errors: a file that has changed since, a split that does not fit its file.
inline result<partition> partition_of(const split& s) {
    const result<open_input> input = open_for_reading(s.file);
    if (!input) return input.error();
    const result<file_stamp> now = file_stamp::of(s.file);
    if (!now) return now.error();
    if (*now != s.stamp || input->bytes != s.stamp.bytes)
        return error{.code = errc::changed, .detail = splits_planned}.about(s.file);
    const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
    if (!mapping) return mapping.error().about(s.file);
    // A compressed file is one split: it is read from its beginning, without a walker that begins elsewhere.
    const bool is_packed = find_compression((*mapping)->bytes()) != nullptr;
    if (const auto format = sniff((*mapping)->bytes()); is_packed || (format && *format == capture_format::other)) {
        if (s.begin != 0 || s.end != s.stamp.bytes) return split_error("has a range within a compressed file", s);
        return partition{s.file, 0, s.end, nullptr, true, corrections_of(s.options)};
    }
    const file_corrections corrections = corrections_of(s.options);
    const auto interfaces = std::make_shared<interface_list>();
    interfaces->correct(corrections);
    result<capture_walker> walker = walker_of(s, (*mapping)->bytes(), interfaces);
    if (!walker) return walker.error();
    return partition{s.file, s.begin, s.end,
                     std::make_shared<const partition::start>(
                         partition::start{std::move(*walker), *interfaces, s.first_frame, {}, s.stamp}),
                     false, corrections};
}

}  // namespace detail

/// Cuts a file into splits of about `split_bytes`, at least one, each to be read with `options`. The file is walked
/// once, from record to record. Errors: a file that is no capture or no regular file, or whose name is not UTF-8; a
/// filter without a text form.
[[nodiscard]] inline result<std::vector<split>> plan_splits(const std::string& path, std::uint64_t split_bytes,
                                                            const read_options& options = {}) {
    if (!options.filter.has_text())
        return error{.code = errc::bad_value,
                     .detail = "text: the line of a split has its options in words",
                     .subject = std::string_view("filter")};
    const result<read_plan> plan = plan_read(options);
    if (!plan) return plan.error();
    const result<std::string> file = detail::absolute_path(path);
    if (!file) return file.error();
    if (!detail::is_utf8(*file))
        return error{.code = errc::bad_value, .detail = "a name in UTF-8", .subject = std::string_view(*file)};
    struct stat status {};
    if (path == "-" || (::stat(file->c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)))
        return error{
            .code = errc::bad_value, .detail = "a file that can be read in parts", .subject = std::string_view(path)};
    const result<file_stamp> before = file_stamp::of(*file);
    if (!before) return before.error();
    const result<std::vector<partition>> parts =
        cut_file(*file, std::max<std::uint64_t>(split_bytes, 1), corrections_of(options));
    if (!parts) return parts.error();
    const result<file_stamp> after = file_stamp::of(*file);
    if (!after || *after != *before) return error{.code = errc::changed, .detail = splits_planned}.about(*file);

    std::vector<split> splits;
    for (const partition& part : *parts) {
        // Where interfaces are described all over a section, the line of a split would grow with them: such a file is
        // cut less often.
        const bool fits = !part.from || part.from->headers.list().size() <= limits::split_headers_max;
        if (!fits)
            splits.back().end = part.end;
        else if (!part.from)
            splits.push_back({*file, *before, part.begin, part.end, 1, {}, options});
        else
            splits.push_back(
                {*file, *before, part.begin, part.end, part.from->first_frame, part.from->headers.list(), options});
    }
    return splits;
}

/// The rows of a split, and nothing else of its file but the header blocks that the split names. Frames have the
/// numbers that they have in the file; the index counts from 0. Of the options, `merge` and `threads` have no meaning
/// here, and a `limit` counts for each split by itself. Errors, at once or in place of the last rows: a file that
/// changes, a split that does not fit it.
[[nodiscard]] inline result<row_cursor> open_split(const split& s, const read_options& options) {
    result<read_plan> plan = plan_read(options);
    if (!plan) return plan.error();
    if (const char* const problem = detail::split_problem(s)) return detail::split_error(problem, s);
    result<partition> part = detail::partition_of(s);
    if (!part) return part.error();
    read_options alone = options;
    alone.merge = false;
    return row_cursor(std::move(*plan), alone, {std::move(*part)});
}

/// Reads a split with the options that it was planned with.
[[nodiscard]] inline result<row_cursor> open_split(const split& s) { return open_split(s, s.options); }

}  // namespace pcapframe
