// Datasets: a source written as a folder of files that other tools read as one table.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dirent.h>
#include <sys/stat.h>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/export/whole_file.hpp>
#include <pcapframe/io/hidden_file.hpp>
#include <pcapframe/io/threads.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// What the folders of a dataset are named after, in the way of Hive: `date=2018-01-09`, below it `hour=08`, or
/// `protocol=tcp`, the column of such a key is in the folders' names alone.
enum class partition_key : std::uint8_t { none, date, hour, protocol };

/// How a dataset is written.
struct dataset_options {
    const output_format* format = nullptr;  ///< null: Parquet
    std::uint64_t rows_per_file = std::uint64_t{1} << 23;
    partition_key by = partition_key::none;
    std::size_t threads = 0;  ///< that write; 0: one per processor
};

/// What was written of a dataset.
struct dataset_summary {
    std::uint64_t rows = 0;
    std::uint64_t files = 0;
};

/// A key by its name; an unknown name is an error that carries the nearest known one.
[[nodiscard]] inline result<partition_key> find_partition_key(std::string_view name) {
    struct named_key {
        std::string_view name;
        partition_key key;
    };
    constexpr std::array keys{named_key{"date", partition_key::date}, named_key{"hour", partition_key::hour},
                              named_key{"protocol", partition_key::protocol}};
    const auto found = find_name(name, "partition key", keys);
    return found ? result<partition_key>((*found)->key) : found.error();
}

namespace detail {

/// One file of a dataset, written by one thread.
class dataset_file {
public:
    dataset_file(std::string path, const output_format& format) : path_(std::move(path)), writer_(format.make({})) {}

    void write(const batch& rows) {
        if (!file_ && failure_) return;
        if (!file_) {
            result<whole_file> created = whole_file::create(path_, {.durable = true});
            if (!created) {
                failure_ = created.error();
                return;
            }
            file_.emplace(std::move(*created));
            writer_->begin(file_->out(), rows.columns());
        }
        writer_->write(file_->out(), rows);
    }

    /// Why rows are lost, if any are: a file that could not be made, a disk that is full.
    [[nodiscard]] std::optional<error> problem() const {
        if (failure_ || !file_ || file_->out().failed() == 0) return failure_;
        return error{.code = errc::cannot_write, .system = file_->out().failed()}.about(path_);
    }

    result<void> finish() {
        if (failure_) return *failure_;
        writer_->finish(file_->out());
        const result<void> committed = file_->commit();
        if (!committed) return committed.error().about(path_);
        return {};
    }

private:
    std::string path_;
    std::unique_ptr<row_writer> writer_;
    std::optional<whole_file> file_;
    std::optional<error> failure_;
};

/// A thread that writes the batches that it is given, in order. At most a few batches wait.
class dataset_worker {
public:
    struct job {
        std::shared_ptr<dataset_file> file;
        std::unique_ptr<batch> rows;  ///< null: the file is complete
    };

    void add(job next) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return jobs_.size() < jobs_max; });
        jobs_.push_back(std::move(next));
        changed_.notify_all();
    }

    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }

    static void* run(void* self) {
        static_cast<dataset_worker*>(self)->work();
        return nullptr;
    }

    void do_job(job& next) {
        std::optional<error> problem;
        if (next.rows) {
            next.file->write(*next.rows);
            problem = next.file->problem();
        } else {
            const result<void> finished = next.file->finish();
            if (!finished) problem = finished.error();
        }
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = problem;
    }

    /// The first failure so far.
    [[nodiscard]] std::optional<error> failure() {
        const std::lock_guard lock(mutex_);
        return failure_;
    }

private:
    static constexpr std::size_t jobs_max = 4;

    void work() {
        while (true) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return !jobs_.empty() || ended_; });
            if (jobs_.empty()) return;
            job next = std::move(jobs_.front());
            jobs_.pop_front();
            changed_.notify_all();
            lock.unlock();
            do_job(next);
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<job> jobs_;
    bool ended_ = false;
    std::optional<error> failure_;
};

/// The new or empty folder of a dataset: files of another dataset would be read as part of this one.
inline result<void> make_dataset_folder(const std::string& path) {
    const result<void> made = make_folders(path);
    if (!made) return made.error();
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
    if (!folder) return error{.code = errc::cannot_write, .system = errno}.about(path);
    while (const dirent* const entry = ::readdir(folder.get())) {
        const std::string_view name(entry->d_name);
        if (name != "." && name != "..") return error{.code = errc::cannot_write, .system = ENOTEMPTY}.about(path);
    }
    return {};
}

/// A value within a folder's name, in the way of Hive: a character that a path or a name cannot have becomes % and the
/// character's number.
inline std::string folder_value(std::string_view value) {
    std::string text;
    for (const char c : value) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '+';
        if (plain) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '%';
        text += "0123456789ABCDEF"[byte >> 4];
        text += "0123456789ABCDEF"[byte & 15];
    }
    return text;
}

/// The number that rows of one folder share; nothing for null.
inline std::optional<std::int64_t> key_of_row(const batch& rows, partition_key by, std::size_t row) {
    constexpr std::int64_t hour_ns = 3'600'000'000'000;
    if (by == partition_key::none) return 0;
    if (by == partition_key::protocol) {
        const auto protocol = rows.protocol()[row];
        return protocol ? std::optional(static_cast<std::int64_t>(*protocol)) : std::nullopt;
    }
    const auto time = rows.time()[row];
    if (!time) return std::nullopt;
    const std::int64_t width = by == partition_key::date ? 24 * hour_ns : hour_ns;
    return *time / width - (*time % width < 0 ? 1 : 0);
}

/// "date=2018-01-09/" and the like; empty for no partitions.
inline std::string folder_of(partition_key by, std::optional<std::int64_t> key) {
    constexpr std::string_view null = "__HIVE_DEFAULT_PARTITION__";
    constexpr std::int64_t hour_ns = 3'600'000'000'000;
    const auto named = [](std::string_view name, std::string_view value) {
        return std::string(name) + "=" + std::string(value) + "/";
    };
    if (by == partition_key::none) return {};
    if (by == partition_key::protocol) {
        if (!key) return named("protocol", null);
        return named("protocol", folder_value(protocol_text(static_cast<protocol_id>(*key))));
    }
    if (!key) return named("date", null) + (by == partition_key::hour ? named("hour", null) : "");
    char text[iso_time_writer::bytes];
    // Any time of the day or hour will do, and the begin of the first day that 64 bits hold lies before all times: of
    // those before 1970 the last nanosecond is taken.
    const std::int64_t width = by == partition_key::date ? 24 * hour_ns : hour_ns;
    write_iso_time(text, *key < 0 ? (*key + 1) * width - 1 : *key * width);
    std::string folder = named("date", {text, 10});
    if (by == partition_key::hour) folder += named("hour", {text + 11, 2});
    return folder;
}

/// Deals the rows of batches out to files.
class dataset_writer {
public:
    dataset_writer(const std::string& folder, const column_order& columns, const dataset_options& options)
        : folder_(folder), options_(options), format_(*options.format), columns_(columns) {
        if (options.by == partition_key::protocol) std::erase(columns_, column::protocol);
        const std::size_t threads = options.threads == 0 ? processor_count() : options.threads;
        for (std::size_t i = 0; i < threads; ++i) {
            workers_.push_back(std::make_unique<dataset_worker>());
            if (group_.start(&dataset_worker::run, workers_.back().get())) continue;
            workers_.pop_back();
            break;
        }
    }
    dataset_writer(const dataset_writer&) = delete;
    dataset_writer& operator=(const dataset_writer&) = delete;
    ~dataset_writer() { join(); }

    /// False when a file cannot be written.
    [[nodiscard]] bool write(const batch& rows) {
        pick_rows(rows);
        for (const auto& [folder, picked] : picked_) write_picked(folder, rows, picked);
        summary_.rows += rows.rows();
        return !failure();
    }

    /// Completes the files.
    [[nodiscard]] result<dataset_summary> finish() {
        // An empty table is a table: its file says which columns there are.
        if (summary_.rows == 0 && options_.by == partition_key::none) {
            open_folder& folder = folder_for("");
            give(folder, std::make_unique<batch>(columns_));
        }
        for (auto& [name, folder] : folders_) end_file(folder);
        join();
        if (const std::optional<error> why = failure()) return *why;
        return summary_;
    }

private:
    static constexpr std::size_t open_max = 32;

    struct open_folder {
        std::shared_ptr<dataset_file> file;
        std::uint64_t rows = 0;   ///< of the file
        std::uint64_t files = 0;  ///< begun so far
        std::size_t worker = 0;
        std::uint64_t used = 0;  ///< when the file was last written to
    };

    /// The rows of each folder, in order.
    void pick_rows(const batch& rows) {
        for (auto& [folder, picked] : picked_) picked.clear();
        std::optional<std::int64_t> key;
        std::vector<std::uint32_t>* picked = nullptr;
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const std::optional<std::int64_t> next = key_of_row(rows, options_.by, row);
            if (picked == nullptr || next != key) picked = &picked_[folder_of(options_.by, next)];
            key = next;
            picked->push_back(static_cast<std::uint32_t>(row));
        }
        std::erase_if(picked_, [](const auto& entry) { return entry.second.empty(); });
    }

    void write_picked(const std::string& folder, const batch& rows, std::span<const std::uint32_t> picked) {
        while (!picked.empty()) {
            open_folder& to = folder_for(folder);
            const auto room =
                static_cast<std::size_t>(std::min<std::uint64_t>(options_.rows_per_file - to.rows, picked.size()));
            auto copy = std::make_unique<batch>(columns_);
            copy->append_rows(rows, picked.first(room));
            to.rows += room;
            give(to, std::move(copy));
            if (to.rows == options_.rows_per_file) end_file(to);
            picked = picked.subspan(room);
        }
    }

    open_folder& folder_for(const std::string& name) {
        open_folder& folder = folders_[name];
        folder.used = ++clock_;
        if (folder.file) return folder;
        if (open_ == open_max) end_least_used();
        ++open_;
        const std::string path = folder_ + "/" + name;
        if (folder.files == 0 && !name.empty()) {
            const result<void> made = make_folders(path.substr(0, path.size() - 1));
            if (!made && !failure_) failure_ = made.error();
        }
        std::string number = std::to_string(folder.files++);
        number.insert(0, number.size() < 5 ? 5 - number.size() : 0, '0');
        folder.file = std::make_shared<dataset_file>(path + "part-" + number + std::string(format_.extension), format_);
        folder.rows = 0;
        folder.worker = narrowed<std::size_t>(summary_.files++ % std::max<std::size_t>(workers_.size(), 1));
        return folder;
    }

    void give(open_folder& folder, std::unique_ptr<batch> rows) {
        dataset_worker::job job{folder.file, std::move(rows)};
        if (workers_.empty())
            alone_.do_job(job);
        else
            workers_[folder.worker]->add(std::move(job));
    }

    void end_file(open_folder& folder) {
        if (!folder.file) return;
        give(folder, nullptr);
        folder.file = nullptr;
        --open_;
    }

    /// Times in a capture can be anything: folders that are open at once are few.
    void end_least_used() {
        open_folder* least = nullptr;
        for (auto& [name, folder] : folders_)
            if (folder.file && (least == nullptr || folder.used < least->used)) least = &folder;
        if (least != nullptr) end_file(*least);
    }

    [[nodiscard]] std::optional<error> failure() {
        if (failure_) return failure_;
        for (const auto& worker : workers_)
            if (const auto why = worker->failure()) return why;
        return alone_.failure();
    }

    void join() {
        for (const auto& worker : workers_) worker->end();
        group_.join();
    }

    std::string folder_;
    dataset_options options_;
    output_format format_;
    column_order columns_;
    std::map<std::string, std::vector<std::uint32_t>> picked_;
    std::map<std::string, open_folder> folders_;
    std::size_t open_ = 0;
    std::uint64_t clock_ = 0;
    dataset_summary summary_;
    std::optional<error> failure_;
    dataset_worker alone_;  ///< for a system that gives no threads
    std::vector<std::unique_ptr<dataset_worker>> workers_;
    thread_group group_;
};

}  // namespace detail

/// Writes all rows of a source as a dataset into `folder`, which is created, or must be empty. Rows of a file keep
/// their order. Each file has its name once it is complete and on the disk. Errors: a folder that cannot be made or has
/// files, a column that the partition key needs and the source lacks, and the errors of reading and writing.
/// `on_progress(rows)` is called now and then.
template <class Progress>
[[nodiscard]] result<dataset_summary> export_dataset(pcap_source& source, const std::string& folder,
                                                     dataset_options options, Progress on_progress) {
    if (options.format == nullptr) {
        const result<const output_format*> parquet = find_format("parquet", all_formats);
        if (!parquet) return parquet.error();
        options.format = *parquet;
    }
    options.rows_per_file = std::max<std::uint64_t>(options.rows_per_file, 1);
    const column needed = options.by == partition_key::protocol ? column::protocol : column::time;
    if (options.by != partition_key::none && !set_of(source.columns()).has(needed)) {
        return error{.code = errc::bad_value,
                     .detail = "a column of this source, as the partitions need",
                     .subject = name_of(needed)};
    }
    const result<void> made = detail::make_dataset_folder(folder);
    if (!made) return made.error();
    detail::dataset_writer writer(folder, source.columns(), options);
    std::uint64_t rows = 0;
    const result<void> read = source.for_each_batch([&](const batch& some) {
        rows += some.rows();
        on_progress(rows);
        return writer.write(some);
    });
    const result<dataset_summary> written = writer.finish();
    if (!read) return read.error();
    return written;
}

}  // namespace pcapframe
