// Parts of captures that can be read by themselves, and whose rows, joined in order, are those of the whole.
//
// Boundaries are found by walking the headers from the start of the file: a part begins where a record begins, with
// everything that the walk has learned up to there (byte order, interfaces). Nothing is guessed.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/io/file_stamp.hpp>
#include <pcapframe/source/record_reader.hpp>
#include <pcapframe/source/split_headers.hpp>

namespace pcapframe::inline v0_2 {

/// A byte range of one file.
struct partition {
    /// What a reader needs to begin in the middle of a file.
    struct start {
        capture_walker walker;
        interface_list interfaces;
        std::uint64_t first_frame;
        header_ranges headers{};            ///< of a pcapng: the blocks that another process reads to know the same
        std::optional<file_stamp> stamp{};  ///< what the file must still be, before and after the part is read
    };

    std::string file;
    std::uint64_t begin = 0;  ///< offset of the part's first record; 0 where the part begins with the file
    std::uint64_t end = 0;    ///< offset behind the part's last record; 0 for all of a file that cannot be cut (pipes)
    std::shared_ptr<const start> from;  ///< null where the part is the whole file
    /// The file is never cut: it is compressed (`end` is its size on the disk), or of another maker.
    bool packed = false;
    file_corrections corrections{};     ///< how the file is to be understood
};

/// All of a file. Errors: what cannot be opened or is no capture.
[[nodiscard]] inline result<partition> whole_partition(const std::string& path,
                                                       const file_corrections& corrections = {}) {
    const result<checked_capture> file = check_capture(path);
    if (!file) return file.error();
    const bool is_cut = file->packing == nullptr && !file->is_of_other_maker;
    return partition{path, 0, file->bytes, nullptr, !is_cut, corrections};
}

/// Since when the file of a split must not have changed, and what to do.
inline constexpr const char* splits_planned = "its splits were planned; plan them again";

/// Whether the file of a partition is still the file that was cut, as far as that is known.
[[nodiscard]] inline result<void> check_unchanged(const partition& part) {
    if (!part.from || !part.from->stamp) return {};
    const result<file_stamp> now = file_stamp::of(part.file);
    if (!now) return now.error();
    if (*now != *part.from->stamp) return error{.code = errc::changed, .detail = splits_planned}.about(part.file);
    return {};
}

/// Opens a partition for reading. Interfaces are appended to `interfaces`, which must be empty for a part that begins
/// in the middle of its file: the numbers that its packets carry count from the first interface of the file.
[[nodiscard]] inline result<record_reader> open_partition(const partition& part, file_access how,
                                                          const std::shared_ptr<interface_list>& interfaces) {
    interfaces->correct(part.corrections);
    if (!part.from) return record_reader::open(part.file, how, interfaces);
    PCAPFRAME_ASSERT(interfaces->empty());
    *interfaces = part.from->interfaces;
    const result<void> unchanged = check_unchanged(part);
    if (!unchanged) return unchanged.error();
    const result<open_input> input = open_for_reading(part.file);
    if (!input) return input.error();
    const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
    if (!mapping) return mapping.error().about(part.file);
    if (part.end > input->bytes) return error{.code = errc::shrunk, .offset = input->bytes}.about(part.file);
    return record_reader::resume(part.file, *mapping, part.from->walker, part.end, part.from->first_frame, interfaces);
}

namespace detail {

/// Cuts one mapped file, walking from record to record.
class file_cutter {
public:
    file_cutter(const partition& whole, std::shared_ptr<const mapped_file> mapping, std::uint64_t part_bytes)
        : path_(whole.file), corrections_(whole.corrections), mapping_(std::move(mapping)), part_bytes_(part_bytes) {
        interfaces_->correct(corrections_);
        constexpr std::uint64_t usual_record_bytes = 256;
        step_records_ =
            static_cast<std::size_t>(std::clamp<std::uint64_t>(part_bytes / usual_record_bytes, 1, scratch_.size()));
    }

    [[nodiscard]] result<std::vector<partition>> cut() {
        result<capture_walker> walker = capture_walker::open(mapping_->bytes(), interfaces_);
        if (!walker) return walker.error().about(path_);
        begin_part(*walker, 1);
        if (walker->format() == capture_format::pcap) cut_pcap(*walker);
        else cut_pcapng(*walker);
        if (mapping_->shrunk()) return error{.code = errc::shrunk, .offset = parts_.back().begin}.about(path_);
        return std::move(parts_);
    }

private:
    void begin_part(const capture_walker& at, std::uint64_t first_frame) {
        const std::uint64_t offset = at.offset();
        if (!parts_.empty()) parts_.back().end = offset;
        parts_.push_back({path_, offset, mapping_->bytes().size(),
                          std::make_shared<const partition::start>(
                              partition::start{at, *interfaces_, first_frame, headers_, std::nullopt}),
                          false, corrections_});
    }

    [[nodiscard]] bool is_enough(std::uint64_t offset) const noexcept {
        return offset - parts_.back().begin >= part_bytes_ && offset < mapping_->bytes().size();
    }

    /// A record says where it ends, so that the reader may walk records in lanes.
    void cut_pcap(const capture_walker& start) {
        record_reader reader = record_reader::resume(path_, mapping_, start, ~std::uint64_t{0}, 1, interfaces_);
        const std::uint8_t* const file = mapping_->bytes().data();
        for (record_run run = reader.next(); !run.empty(); run = reader.next()) {
            const auto ended_before = narrowed<std::size_t>(run.first_frame % step_records_);
            for (std::size_t i = (step_records_ - ended_before) % step_records_; i < run.size(); i += step_records_) {
                const record& last = run.records[i];
                const auto offset = static_cast<std::size_t>(last.data + last.caplen - file);
                if (!is_enough(offset)) continue;
                capture_walker walker = start;
                walker.advance(offset);
                begin_part(walker, run.first_frame + i + 1);
            }
        }
    }

    /// Between two packets there may be other blocks: where the next packet begins, only the walker knows.
    void cut_pcapng(capture_walker& walker) {
        bytes_view file = mapping_->bytes();
        std::uint64_t frames = 0;
        for (walk_state state = walk_state::full; state == walk_state::full && !mapping_->shrunk();) {
            const std::uint64_t offset = walker.offset();
            const byte_order order = walker.order();
            const std::size_t described = walker.sections().size() + interfaces_->size();
            const walk_step step = walker.walk({file, true}, std::span(scratch_).first(step_records_));
            if (walker.sections().size() + interfaces_->size() != described)
                headers_.add(file.first(step.consumed), offset, order);
            file = file.subspan(step.consumed);
            frames += step.count;
            state = step.state;
            if (state == walk_state::full && is_enough(walker.offset())) begin_part(walker, frames + 1);
        }
    }

    const std::string& path_;
    file_corrections corrections_;
    std::shared_ptr<const mapped_file> mapping_;
    std::uint64_t part_bytes_;
    std::size_t step_records_ = 1;  ///< parts end after a multiple of so many records
    std::array<record, 512> scratch_;
    std::shared_ptr<interface_list> interfaces_ = std::make_shared<interface_list>();
    header_ranges headers_;
    std::vector<partition> parts_;
};

}  // namespace detail

/// Cuts a file into parts of about `part_bytes`; 0 or a file that is no larger gives one part. A file that is not a
/// regular one, or is compressed, is one part, too.
[[nodiscard]] inline result<std::vector<partition>> cut_file(const std::string& path, std::uint64_t part_bytes,
                                                             const file_corrections& corrections = {}) {
    const result<partition> whole = whole_partition(path, corrections);
    if (!whole) return whole.error();
    if (part_bytes == 0 || whole->packed || whole->end <= part_bytes) return std::vector<partition>{*whole};
    const result<open_input> input = open_for_reading(path);
    if (!input) return input.error();
    const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
    if (!mapping) return mapping.error().about(path);
    return detail::file_cutter(*whole, *mapping, part_bytes).cut();
}

}  // namespace pcapframe
