// Captures as dataframes: open_pcap, batches, chunks, partitions, the whole table.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/packet_table.hpp>
#include <pcapframe/source/options.hpp>
#include <pcapframe/source/parallel.hpp>
#include <pcapframe/source/partition.hpp>
#include <pcapframe/source/paths.hpp>
#include <pcapframe/source/read_plan.hpp>
#include <pcapframe/source/row_cursor.hpp>
#include <pcapframe/source/row_store.hpp>

namespace pcapframe::inline v0_2 {

namespace yaml {
struct node;
}

/// What is known of a source before its rows are read.
struct source_schema {
    struct field {
        std::string_view name;
        std::string_view type;  ///< in the words of Arrow and pandas
    };
    std::vector<field> columns;
    std::optional<std::uint64_t> rows;  ///< where counting is cheap: captures of a few megabytes
    std::size_t partitions = 1;
    std::shared_ptr<const yaml::node> metadata;  ///< the metadata that a catalog gives the source; null for none
};

/// One or more captures as rows. A source can be read any number of times, unless it reads standard input or a pipe.
/// Movable.
///
/// Rows come in the order of the files and of the packets in them (or by time, with `merge`), under one index. A
/// damaged file gives its rows before the damage and a warning; a file that cannot be read at all is an error.
class pcap_source {
public:
    /// See open_pcap.
    [[nodiscard]] static result<pcap_source> open(const std::vector<std::string>& paths, const read_options& options) {
        result<read_plan> plan = plan_read(options);
        if (!plan) return plan.error();
        pcap_source source(paths, std::move(*plan), options);
        for (const std::string& path : paths) {
            const result<std::vector<std::string>> files = expand_path(path);
            if (!files) return files.error();
            source.files_.insert(source.files_.end(), files->begin(), files->end());
        }
        if (source.files_.empty()) return error{.code = errc::empty_path};
        // All files are looked at before any row: an error for a file that is no capture is better now than after the
        // rows of other files.
        for (const std::string& file : source.files_) {
            result<partition> whole = whole_partition(file, corrections_of(options));
            if (!whole) return whole.error();
            source.whole_files_.push_back(std::move(*whole));
        }
        return source;
    }

    /// The same source, opened anew, whose rows come from `store`, which has them all; from the captures where that is
    /// null.
    [[nodiscard]] pcap_source reading_from(std::shared_ptr<const row_store> store) const {
        pcap_source source(paths_, plan_, options_);
        source.files_ = files_;
        source.whole_files_ = whole_files_;
        source.store_ = std::move(store);
        source.describe(description_, metadata_);
        source.cache_dir_ = cache_dir_;
        source.closed_ = closed_;
        return source;
    }
    /// Where the rows come from if not from the captures; null where they do.
    [[nodiscard]] const std::shared_ptr<const row_store>& store() const noexcept { return store_; }

    [[nodiscard]] const column_order& columns() const noexcept { return plan_.columns; }
    /// The paths and patterns as they were given.
    [[nodiscard]] const std::vector<std::string>& paths() const noexcept { return paths_; }
    /// The files that the paths name.
    [[nodiscard]] const std::vector<std::string>& files() const noexcept { return files_; }
    [[nodiscard]] const read_options& options() const noexcept { return options_; }

    /// Columns, number of partitions, metadata, and the number of rows where that is cheap to know.
    [[nodiscard]] result<source_schema> discover() {
        const result<std::size_t> parts = partitions();
        if (!parts) return parts.error();
        source_schema schema;
        for (const column c : plan_.columns) schema.columns.push_back({name_of(c), name_of(type_of(c))});
        schema.partitions = *parts;
        schema.metadata = metadata_;
        if (store_) {
            schema.rows = store_->rows();
            return schema;
        }
        constexpr std::uint64_t cheap_bytes = std::uint64_t{4} << 20;
        std::uint64_t bytes = 0;
        bool can_be_read_again = true;
        for (const partition& file : whole_files_) {
            // What is compressed may become a thousand times as much.
            bytes += file.packed ? 64 * file.end : file.end;
            can_be_read_again = can_be_read_again && file.end != 0;
        }
        if (!can_be_read_again || bytes > cheap_bytes) return schema;
        read_plan count = plan_;
        count.columns = {column::frame_number};
        const result<table> counted = row_cursor(std::move(count), options_, whole_files_).read();
        if (!counted) return counted.error();
        schema.rows = counted->rows();
        return schema;
    }

    /// All rows in one table. Large files are decoded by several threads (`read_options::threads`).
    [[nodiscard]] result<table> read() {
        if (closed_) return closed_error();
        if (is_parallel()) return read_in_parallel();
        row_cursor rows = cursor_over(options_);
        result<table> all = rows.read();
        warnings_ = rows.warnings();
        notes_ = rows.notes();
        return all;
    }

    /// Calls `use(const batch&)` with all rows in order, on the caller's thread, until it returns false. The batches
    /// are of any size but empty, valid during the call, and decoded by several threads (`read_options::threads`), in
    /// bounded memory. `warnings()` then has the damage that was met.
    template <class Use>
    [[nodiscard]] result<void> for_each_batch(Use use) {
        return each_batch([&](const batch& rows, std::uint64_t) { return use(rows); });
    }

    /// Writes all rows, by several threads where the format lets them. `on_progress(bytes done, rows)` is called now
    /// and then, on the caller's thread. Rows that were read before an error are written. `warnings()` then has the
    /// damage that was met; `out` says what could not be written.
    template <class Progress>
    [[nodiscard]] result<void> write(sink& out, row_writer& writer, Progress on_progress) {
        bool begun = false;
        const auto begin = [&] {
            if (!begun) writer.begin(out, plan_.columns);
            begun = true;
        };
        std::uint64_t count = 0;
        const auto go_on = [&](std::uint64_t rows, std::uint64_t done) {
            count += rows;
            on_progress(done, count);
            return out.failed() == 0;
        };
        // What turns out to be no capture (on standard input) is no empty table either: nothing is begun before a row.
        const auto write_rows = [&](const batch& rows, std::uint64_t done) {
            begin();
            writer.write(out, rows);
            // The reader at the other end of a pipe is to see rows that are there while no others come.
            if (input_waits_) (void)out.flush();
            return go_on(rows.rows(), done);
        };
        const auto write_text = [&](std::string_view text, std::uint64_t rows, std::uint64_t done) {
            out.write(text);
            return go_on(rows, done);
        };
        result<void> read;
        // A position in the file is known only when its piece is proven: too late for the thread that writes it.
        if (is_parallel() && writer.can_part() && !schema(plan_.columns).has(field_flags::counts_frames)) {
            begin();
            read = each_text(writer, write_text);
        } else {
            read = each_batch(write_rows);
        }
        if (read) begin();
        if (begun) writer.finish(out);
        return read;
    }

    /// All rows from the first on, in chunks of `rows`: a cursor, whose `next` gives one chunk after the other.
    [[nodiscard]] result<row_cursor> read_chunked(std::size_t rows) {
        if (closed_) return closed_error();
        read_options chunked = options_;
        chunked.chunksize = rows;
        return cursor_over(chunked);
    }
    /// In chunks of the option `chunksize`.
    [[nodiscard]] result<row_cursor> read_chunked() {
        return read_chunked(options_.chunksize.value_or(default_file_chunk));
    }

    /// How many parts there are: one per file, and for large files one per `partition_bytes`. Merged files are one
    /// part. A store has parts of its own.
    [[nodiscard]] result<std::size_t> partitions() {
        if (closed_) return closed_error();
        if (store_) return store_->parts().size();
        const result<const std::vector<partition>*> parts = partition_list();
        if (!parts) return parts.error();
        return (*parts)->size();
    }

    /// The rows of part `i`. Joined in order, the rows of all parts are those of `read()`, as long as there is no
    /// `limit`: a limit counts for each part by itself.
    [[nodiscard]] result<table> read_partition(std::size_t i) {
        if (options_.merge && !store_ && i == 0) return read();
        result<row_cursor> rows = read_partition_chunked(i);
        if (!rows) return rows.error();
        return rows->read();
    }

    /// The same in chunks of the option `chunksize`.
    [[nodiscard]] result<row_cursor> read_partition_chunked(std::size_t i) {
        const result<std::size_t> parts = partitions();
        if (!parts) return parts.error();
        if (i >= *parts) return error{.code = errc::out_of_range, .number = i, .other = *parts, .detail = "partition"};
        if (store_) return row_cursor(plan_, options_, whole_files_, store_reader(store_, i, 1));
        if (options_.merge) return row_cursor(plan_, options_, whole_files_);
        return row_cursor(plan_, options_, {(*parts_)[i]});
    }

    /// Forgets everything. Reading on is an error from here on.
    void close() noexcept {
        closed_ = true;
        cursor_.reset();
        parts_.reset();
    }

    // The source as its own cursor: for callers that read it once.

    /// An empty batch with the source's columns, for `next`.
    [[nodiscard]] batch make_batch() const { return batch(plan_.columns); }

    /// See row_cursor::next.
    [[nodiscard]] result<bool> next(batch& out) {
        const result<row_cursor*> at = cursor();
        if (!at) return at.error();
        return (*at)->next(out);
    }

    /// Calls `use` with the columns named, an optional each, for every row that is left; nothing else is decoded or
    /// stored: `source.for_each_row<column::time, column::dst_port>([](auto time, auto port) { ... })`.
    template <column... Columns, class Use>
    [[nodiscard]] result<void> for_each_row(Use use) {
        const result<row_cursor*> at = cursor();
        if (!at) return at.error();
        return (*at)->template for_each_row<Columns...>(std::move(use));
    }

    /// Damage that `next` and `for_each_row` have met so far, or the last `read`, `for_each_batch` or `write`; one per
    /// file at most.
    [[nodiscard]] std::vector<error> warnings() const { return cursor_ ? cursor_->warnings() : warnings_; }
    /// What is to be said of the same read although nothing is damaged: that none of a file's frames could be decoded,
    /// that none became a row, that times cannot be what the file says. A hundred at most.
    [[nodiscard]] std::vector<read_note> notes() const { return cursor_ ? cursor_->notes() : notes_; }
    /// Bytes of all files that are regular, and how many of these bytes `next` and `for_each_row` have read.
    [[nodiscard]] std::uint64_t bytes_total() const noexcept {
        std::uint64_t bytes = 0;
        for (const partition& file : whole_files_) bytes += file.end;
        return bytes;
    }
    [[nodiscard]] std::uint64_t bytes_done() const noexcept { return cursor_ ? cursor_->bytes_done() : 0; }

    /// The description that a catalog gives the source.
    [[nodiscard]] const std::string& description() const noexcept { return description_; }
    /// The metadata that a catalog gives the source; null for none. The type is in
    /// pcapframe/catalog/yaml/yaml_node.hpp; plots_of and to_yaml of pcapframe/catalog/catalog.hpp read them.
    [[nodiscard]] const yaml::node* metadata() const noexcept { return metadata_.get(); }
    /// The folder for persisted copies of this source; empty where it is `cache_dir()` of dataset/persist.hpp.
    [[nodiscard]] const std::string& cache_dir() const noexcept { return cache_dir_; }
    void set_cache_dir(std::string folder) { cache_dir_ = std::move(folder); }
    void describe(std::string description, std::shared_ptr<const yaml::node> metadata) {
        description_ = std::move(description);
        metadata_ = std::move(metadata);
    }

private:
    pcap_source(std::vector<std::string> paths, read_plan plan, const read_options& options)
        : paths_(std::move(paths)), plan_(std::move(plan)), options_(options) {}

    [[nodiscard]] std::size_t thread_count() const noexcept {
        return options_.threads == 0 ? processor_count() : options_.threads;
    }

    /// Whether any file is to be read by several threads. A merge and a limit look at rows one by one.
    [[nodiscard]] bool is_parallel() const noexcept {
        if (store_ || options_.merge || !options_.map_files || options_.limit != read_options().limit) return false;
        return std::any_of(whole_files_.begin(), whole_files_.end(), [&](const partition& file) {
            return is_read_in_pieces(file, thread_count());
        });
    }

    result<table> read_in_parallel() {
        table all(plan_.columns);
        detail::reserve_rows(all, bytes_total(), options_.limit);
        std::vector<detail::table_product*> products;
        const auto fragments = detail::defragmenter_of(plan_);
        const auto make = [&] { return std::make_unique<detail::table_product>(plan_, fragments, products); };
        parallel_files files(whole_files_, thread_count(), make);
        const result<void> read =
            files.read([&](detail::table_product& made, std::uint64_t frames, std::uint64_t) {
                made.rows().shift_frames(frames);
                if (all.rows() + made.rows().rows() > all.capacity()) {
                    // Rows move when the table grows, so all that are still to be copied come first.
                    for (detail::table_product* product : products) product->settle();
                    all.reserve_more(made.rows().rows());
                }
                made.place(all, all.place_rows(made.rows()));
                return true;
            });
        warnings_ = files.warnings();
        notes_ = files.notes(plan_);
        detail::add_note(notes_, fragments);
        if (!read) return read.error();
        all.set_warnings(warnings_);
        return all;
    }

    /// `use(const batch&, bytes done)`.
    template <class Use>
    result<void> each_batch(Use use) {
        if (closed_) return closed_error();
        if (!is_parallel()) return each_batch_here(use);
        const auto fragments = detail::defragmenter_of(plan_);
        const auto make = [&] { return std::make_unique<detail::batch_product>(plan_, fragments); };
        parallel_files files(whole_files_, thread_count(), make);
        std::uint64_t index = 0;
        using product = detail::batch_product;
        const result<void> read = files.read([&](product& made, std::uint64_t frames, std::uint64_t done) {
            made.rows().shift_frames(frames);
            made.rows().set_first_index(index);
            index += made.count();
            return static_cast<bool>(use(std::as_const(made.rows()), done));
        });
        warnings_ = files.warnings();
        notes_ = files.notes(plan_);
        detail::add_note(notes_, fragments);
        return read;
    }

    template <class Use>
    result<void> each_batch_here(Use& use) {
        row_cursor rows = cursor_over(options_);
        batch some = rows.make_batch();
        result<bool> more = rows.next(some);
        while (more && *more) {
            input_waits_ = rows.input_waits();
            if (!use(std::as_const(some), rows.bytes_done())) break;
            more = rows.next(some);
        }
        input_waits_ = false;
        warnings_ = rows.warnings();
        notes_ = rows.notes();
        return more ? result<void>() : result<void>(more.error());
    }

    /// `use(text, rows in it, bytes done)`.
    template <class Use>
    result<void> each_text(const row_writer& writer, Use use) {
        if (closed_) return closed_error();
        const auto fragments = detail::defragmenter_of(plan_);
        const auto make = [&] { return std::make_unique<detail::text_product>(plan_, fragments, writer.part()); };
        parallel_files files(whole_files_, thread_count(), make);
        const result<void> read = files.read([&](detail::text_product& made, std::uint64_t, std::uint64_t done) {
            return use(made.text(), made.count(), done);
        });
        warnings_ = files.warnings();
        notes_ = files.notes(plan_);
        detail::add_note(notes_, fragments);
        return read;
    }

    static error closed_error() noexcept { return {.code = errc::closed, .detail = "source"}; }

    result<row_cursor*> cursor() {
        if (closed_) return closed_error();
        if (!cursor_) cursor_.emplace(cursor_over(options_));
        return &*cursor_;
    }

    /// A cursor over all rows.
    [[nodiscard]] row_cursor cursor_over(const read_options& options) const {
        std::optional<store_reader> stored;
        if (store_) stored.emplace(store_, 0, store_->parts().size());
        return row_cursor(plan_, options, whole_files_, std::move(stored));
    }

    result<const std::vector<partition>*> partition_list() {
        if (closed_) return closed_error();
        if (parts_) return &*parts_;
        std::vector<partition> parts;
        for (const std::string& file : files_) {
            const result<std::vector<partition>> cut =
                cut_file(file, options_.partition_bytes, corrections_of(options_));
            if (!cut) return cut.error();
            parts.insert(parts.end(), cut->begin(), cut->end());
        }
        if (options_.merge) parts.resize(1);
        parts_ = std::move(parts);
        return &*parts_;
    }

    std::vector<std::string> paths_;
    read_plan plan_;
    read_options options_;
    std::vector<std::string> files_;
    std::vector<partition> whole_files_;
    std::optional<std::vector<partition>> parts_;
    std::shared_ptr<const row_store> store_;
    std::optional<row_cursor> cursor_;
    bool input_waits_ = false;     ///< see row_cursor, of the batch at hand
    std::vector<error> warnings_;  ///< of the last read of all
    std::vector<read_note> notes_;
    std::string description_;
    std::shared_ptr<const yaml::node> metadata_;
    std::string cache_dir_;
    bool closed_ = false;
};

/// Opens captures to be read as rows: a file, a pattern such as "day/*.pcap", or "-" for standard input.
/// Errors: an option that is not known (with the nearest right word), a file that cannot be opened or is no capture.
/// (A template, so that options in braces, as those of a live capture, are never taken for a text.)
template <class Path>
    requires std::is_convertible_v<const Path&, std::string>
[[nodiscard]] result<pcap_source> open_pcap(const Path& path, const read_options& options = {}) {
    return pcap_source::open({std::string(path)}, options);
}

/// Opens several files and patterns as one source, in the order given.
[[nodiscard]] inline result<pcap_source> open_pcap(const std::vector<std::string>& paths,
                                                   const read_options& options = {}) {
    return pcap_source::open(paths, options);
}

}  // namespace pcapframe
