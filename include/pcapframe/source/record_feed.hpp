// The records of several captures as one sequence: file after file, or merged by time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/source/partition.hpp>
#include <pcapframe/source/read_notes.hpp>

namespace pcapframe::inline v0_2 {

/// How the files of a feed are read.
struct feed_options {
    file_access how = file_access::mapping;
    bool merge = false;  ///< in the order of time instead of file after file; all files are open at once
};

/// Yields runs of records over several files and partitions. Memory is bounded: a run, and where files are merged a run
/// of each. Movable.
class record_feed {
public:
    /// A run and the reader that it came from; the reader is null at the end. Valid until the next run is asked for.
    struct fed_run {
        record_run run;
        record_reader* from = nullptr;
    };

    record_feed(std::vector<partition> parts, feed_options options) : parts_(std::move(parts)), options_(options) {}

    /// The next records. After an error the same error comes again.
    [[nodiscard]] result<fed_run> next() {
        if (current_ && current_->used_up()) refill();
        const result<void> opened = open_files();
        if (!opened) return opened.error();
        if (failure_) return *failure_;
        return choose() ? take() : fed_run{};
    }

    /// The reader whose records are the next ones, for reading on without `next`; null where its records have to be put
    /// in order with those of other readers, between two files, and where `next` still has records.
    [[nodiscard]] record_reader* sole_reader() noexcept {
        return current_ && current_->used_up() && waiting_.empty() ? &current_->reader : nullptr;
    }

    /// The interfaces of all files, as the records number them.
    [[nodiscard]] const std::shared_ptr<interface_list>& interfaces() const noexcept { return interfaces_; }
    /// Damage met so far, one per file at most, and what else was warned of.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return warnings_; }
    void warn(const error& about) { warnings_.push_back(about); }
    /// What is to be said of the files that have ended, once there are so many rows.
    [[nodiscard]] std::vector<read_note> notes(std::uint64_t rows, detail::asked_rows asked) const {
        return keeper_.notes(rows, asked);
    }
    /// Bytes of regular files, and how many of these bytes have been read.
    [[nodiscard]] std::uint64_t bytes_total() const noexcept {
        std::uint64_t bytes = 0;
        for (const partition& part : parts_) bytes += part.end - part.begin;
        return bytes;
    }
    [[nodiscard]] std::uint64_t bytes_done() const noexcept {
        std::uint64_t bytes = bytes_done_;
        for (const auto& file : waiting_) bytes += done_of(*file);
        return current_ ? bytes + done_of(*current_) : bytes;
    }

private:
    struct open_file {
        record_reader reader;
        record_run run{};
        std::size_t at = 0;
        std::size_t order = 0;  ///< which of the parts: decides between equal times
        std::size_t first_interface = 0;
        std::uint64_t frames_before = 0;

        [[nodiscard]] bool used_up() const noexcept { return at == run.size(); }
        [[nodiscard]] bool comes_before(const open_file& other) const noexcept {
            const std::int64_t mine = run.records[at].time;
            const std::int64_t theirs = other.run.records[other.at].time;
            return mine < theirs || (mine == theirs && order < other.order);
        }
    };

    /// The order of a heap whose front comes first.
    static bool comes_after(const std::unique_ptr<open_file>& a, const std::unique_ptr<open_file>& b) noexcept {
        return b->comes_before(*a);
    }

    /// Opens the next file, or all files where they are merged. Files without records are closed again.
    result<void> open_files() {
        while (next_part_ < parts_.size() && (options_.merge || (!current_ && waiting_.empty()))) {
            // Where files are merged, interfaces of others come in between: a file is then known by all of them.
            const std::size_t first_interface = options_.merge ? 0 : interfaces_->size();
            result<record_reader> reader = open_partition(parts_[next_part_], options_.how, interfaces_);
            if (!reader) return reader.error();
            const std::uint64_t frames_before = reader->frames();
            auto file = std::make_unique<open_file>(
                open_file{std::move(*reader), {}, 0, next_part_, first_interface, frames_before});
            ++next_part_;
            file->run = file->reader.next();
            if (file->used_up())
                close(*file);
            else
                wait(std::move(file));
        }
        return {};
    }

    void wait(std::unique_ptr<open_file> file) {
        waiting_.push_back(std::move(file));
        std::push_heap(waiting_.begin(), waiting_.end(), comes_after);
    }

    /// Makes the file whose next record comes first the current one; false when no file has records left.
    bool choose() {
        if (current_ && (waiting_.empty() || current_->comes_before(*waiting_.front()))) return true;
        if (waiting_.empty()) return false;
        std::pop_heap(waiting_.begin(), waiting_.end(), comes_after);
        std::unique_ptr<open_file> first = std::move(waiting_.back());
        waiting_.pop_back();
        if (current_) wait(std::move(current_));
        current_ = std::move(first);
        return true;
    }

    void refill() {
        current_->run = current_->reader.next();
        current_->at = 0;
        if (!current_->used_up()) return;
        close(*current_);
        current_.reset();
    }

    void close(const open_file& file) {
        const std::optional<error> damage = file.reader.damage();
        if (damage) warnings_.push_back(*damage);
        keeper_.file_ended(file.reader.name(), file.reader.frames() - file.frames_before, *file.reader.interfaces(),
                           file.first_interface, file.reader.walker());
        bytes_done_ += done_of(file);
        const partition& part = parts_[file.order];
        if (part.from && part.from->stamp) prove_end(part, file.reader.offset(), damage.has_value());
    }

    /// A part that was planned elsewhere must end as the plan says: where a record ends, with damage only at the end of
    /// the file, and in a file that is still the same.
    void prove_end(const partition& part, std::uint64_t offset, bool damaged) {
        const result<void> unchanged = check_unchanged(part);
        if (!unchanged) failure_ = unchanged.error();
        else if (damaged ? part.end != part.from->stamp->bytes : part.end != offset)
            failure_ = error{.code = errc::bad_split, .offset = offset, .detail = "does not end where a record does"}
                           .about(part.file);
    }

    [[nodiscard]] std::uint64_t done_of(const open_file& file) const noexcept {
        return file.reader.bytes_done() - parts_[file.order].begin;
    }

    /// The current file's records, as far as they come before the records of all other files.
    fed_run take() noexcept {
        open_file& file = *current_;
        const std::size_t begin = file.at++;
        while (!file.used_up() && (waiting_.empty() || file.comes_before(*waiting_.front()))) {
            if (waiting_.empty())
                file.at = file.run.size();
            else
                ++file.at;
        }
        return {{file.run.records.subspan(begin, file.at - begin), file.run.first_frame + begin}, &file.reader};
    }

    std::vector<partition> parts_;
    feed_options options_;
    std::size_t next_part_ = 0;
    std::unique_ptr<open_file> current_;
    std::vector<std::unique_ptr<open_file>> waiting_;  ///< a heap: the file whose record comes next is at the front
    std::shared_ptr<interface_list> interfaces_ = std::make_shared<interface_list>();
    std::vector<error> warnings_;
    detail::note_keeper keeper_;
    std::optional<error> failure_;  ///< of a part that did not end as the plan says
    std::uint64_t bytes_done_ = 0;
};

}  // namespace pcapframe
