// Parts of captures that can be read by themselves, and whose rows, joined in order, are those of the whole.
//
// Boundaries are found by walking the headers from the start of the file: a part begins where a record begins, with all
// that the walk has learned by then (byte order, interfaces). Nothing is guessed.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/source/record_reader.hpp>

namespace pcapframe {

/// A byte range of one file.
struct partition {
    /// What a reader needs to begin in the middle of a file.
    struct start {
        capture_walker walker;
        interface_list interfaces;
        std::uint64_t first_frame;
    };

    std::string file;
    std::uint64_t begin = 0;  ///< offset of its first record; 0 where it begins with the file
    std::uint64_t end = 0;    ///< offset behind its last record; 0 for the whole of what cannot be cut (pipes)
    std::shared_ptr<const start> from;  ///< null where it begins with the file and is all of it
};

/// Opens a partition for reading. Interfaces are appended to `interfaces`, which must be empty for a part that begins
/// in the middle of its file: the numbers that its packets carry count from the file's first.
[[nodiscard]] inline result<record_reader> open_partition(const partition& part, file_access how,
                                                          const std::shared_ptr<interface_list>& interfaces) {
    if (!part.from) return record_reader::open(part.file, how, interfaces);
    PCAPFRAME_ASSERT(interfaces->empty());
    *interfaces = part.from->interfaces;
    const result<open_input> input = open_for_reading(part.file);
    if (!input) return input.error();
    const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
    if (!mapping) return mapping.error().about(part.file);
    if (part.end > input->bytes) return error{.code = errc::shrunk, .offset = input->bytes}.about(part.file);
    return record_reader::resume(part.file, *mapping, part.from->walker, part.end, part.from->first_frame, interfaces);
}

/// Cuts a file into parts of about `part_bytes`; 0 or a file that is no larger gives one part. What is not a regular
/// file is one part, too.
[[nodiscard]] inline result<std::vector<partition>> cut_file(const std::string& path, std::uint64_t part_bytes) {
    const result<std::uint64_t> bytes = check_capture(path);
    if (!bytes) return bytes.error();
    if (part_bytes == 0 || *bytes <= part_bytes) return std::vector<partition>{{path, 0, *bytes, nullptr}};
    const result<open_input> input = open_for_reading(path);
    if (!input) return input.error();
    const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
    if (!mapping) return mapping.error().about(path);
    bytes_view file = (*mapping)->bytes();
    const auto interfaces = std::make_shared<interface_list>();
    result<capture_walker> walker = capture_walker::open(file, interfaces);
    if (!walker) return walker.error().about(path);

    std::vector<partition> parts;
    std::uint64_t frames = 0;
    // A part ends with a step, so steps are short where parts are small.
    std::array<record, 512> scratch;
    constexpr std::uint64_t usual_record_bytes = 256;
    const auto step_records =
        static_cast<std::size_t>(std::clamp<std::uint64_t>(part_bytes / usual_record_bytes, 1, scratch.size()));
    const auto begin_part = [&] {
        const std::uint64_t offset = walker->offset();
        if (!parts.empty()) parts.back().end = offset;
        parts.push_back({path, offset, *bytes,
                         std::make_shared<const partition::start>(partition::start{*walker, *interfaces, frames + 1})});
    };
    begin_part();
    while (true) {
        const walk_step step = walker->walk({file, true}, std::span(scratch).first(step_records));
        file = file.subspan(step.consumed);
        frames += step.count;
        if ((*mapping)->shrunk()) return error{.code = errc::shrunk, .offset = walker->offset()}.about(path);
        if (step.state != walk_state::full) break;
        if (walker->offset() - parts.back().begin >= part_bytes && walker->offset() < *bytes) begin_part();
    }
    return parts;
}

}  // namespace pcapframe
