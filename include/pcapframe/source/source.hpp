// Captures as dataframes: open_pcap, batches, the whole table.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/source/options.hpp>
#include <pcapframe/source/paths.hpp>
#include <pcapframe/source/record_reader.hpp>
#include <pcapframe/table/table.hpp>

namespace pcapframe {

/// One or more capture files as rows, read forward once, in batches or as a whole. Movable.
///
/// Rows come in the order of the files and of the packets in them, under one index. A damaged file gives its rows before
/// the damage and a warning; a file that cannot be read at all is an error.
class pcap_source {
public:
    /// See open_pcap.
    [[nodiscard]] static result<pcap_source> open(const std::vector<std::string>& paths, const read_options& options) {
        result<detail::read_plan> plan = detail::plan_read(options);
        if (!plan) return plan.error();
        pcap_source source(std::move(*plan), options);
        for (const std::string& path : paths) {
            const result<std::vector<std::string>> files = expand_path(path);
            if (!files) return files.error();
            source.files_.insert(source.files_.end(), files->begin(), files->end());
        }
        if (source.files_.empty()) return error{.code = errc::empty_path};
        // All of them before any row: a file that is no capture is better told now than after the rows of others.
        for (const std::string& file : source.files_) {
            const result<std::uint64_t> bytes = check_capture(file);
            if (!bytes) return bytes.error();
            source.bytes_total_ += *bytes;
        }
        const result<bool> opened = source.open_next();
        if (!opened) return opened.error();
        return source;
    }

    [[nodiscard]] const column_order& columns() const noexcept { return plan_.columns; }
    [[nodiscard]] const std::vector<std::string>& files() const noexcept { return files_; }

    /// An empty batch with the source's columns, for `next`.
    [[nodiscard]] batch make_batch() const { return batch(plan_.columns); }

    /// Replaces the rows of `out` by the next ones, about `batch_rows`; false, and no rows, at the end. The rows are valid
    /// until the batch is used again or goes.
    [[nodiscard]] result<bool> next(batch& out) {
        out.clear();
        while (out.rows() < options_.batch_rows && left_ > 0) {
            const result<bool> more = append_run(out);
            // Rows that were read before an error are handed out first; the error comes again with the next call.
            if (!more && out.empty()) return more.error();
            if (!more || !*more) break;
        }
        return !out.empty();
    }

    /// All rows that are left, in one table.
    [[nodiscard]] result<table> read() {
        table all(plan_.columns);
        while (left_ > 0) {
            if (all.empty()) reserve_for(all);
            const result<bool> more = append_run(all);
            if (!more) return more.error();
            if (!*more) break;
        }
        all.set_warnings(warnings_);
        return all;
    }

    /// Calls `use` with the columns named, an optional each, for every row that is left; nothing else is decoded or stored:
    /// `source.for_each_row<column::time, column::dst_port>([](auto time, auto port) { ... })`.
    template <column... Columns, class Use>
    [[nodiscard]] result<void> for_each_row(Use use) {
        while (left_ > 0) {
            const result<record_run> run = next_run();
            if (!run) return run.error();
            if (run->empty()) break;
            left_ -= decode_each<Columns...>(*run, *interfaces_, plan_.filter, left_, use);
        }
        return {};
    }

    /// Damage met so far, one per file at most.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return warnings_; }
    /// Bytes of all files that are regular, and how many of them are done with.
    [[nodiscard]] std::uint64_t bytes_total() const noexcept { return bytes_total_; }
    [[nodiscard]] std::uint64_t bytes_done() const noexcept { return bytes_done_ + (reader_ ? reader_->offset() : 0); }

private:
    pcap_source(detail::read_plan plan, const read_options& options)
        : plan_(std::move(plan)), options_(options), left_(options.limit) {}

    [[nodiscard]] access how_to_read() const noexcept { return options_.map_files ? access::mapping : access::windows; }

    /// Opens the next file; false when there is none.
    result<bool> open_next() {
        if (next_file_ == files_.size()) return false;
        result<record_reader> reader = record_reader::open(files_[next_file_], how_to_read(), interfaces_);
        if (!reader) return reader.error();
        ++next_file_;  // only now: a source that has failed stays at the file that it failed at
        reader_.emplace(std::move(*reader));
        return true;
    }

    void close_file() {
        if (const std::optional<error> damage = reader_->damage()) warnings_.push_back(*damage);
        bytes_done_ += reader_->offset();
        reader_.reset();
    }

    /// The next records of any file; empty at the end of the last.
    result<record_run> next_run() {
        while (true) {
            if (!reader_) {
                const result<bool> opened = open_next();
                if (!opened) return opened.error();
                if (!*opened) return record_run{};
            }
            const record_run run = reader_->next();
            if (!run.empty()) return run;
            close_file();
        }
    }

    result<bool> append_run(batch& out) {
        const result<record_run> run = next_run();
        if (!run) return run.error();
        if (run->empty()) return false;
        const std::size_t first_row = out.rows();
        out.set_interfaces(interfaces_);
        decode_run(out, *run, *interfaces_, plan_.filter);
        if (reader_->check_shrunk()) out.truncate(first_row);
        if (out.rows() - first_row > left_) out.truncate(first_row + static_cast<std::size_t>(left_));
        left_ -= out.rows() - first_row;
        if (reader_->records_stay()) out.keep_alive(reader_->mapping());
        else out.own_payloads(first_row);
        return true;
    }

    /// Reserves once for a whole file, by the bytes of its first packets: memory that is not used is never touched.
    void reserve_for(table& all) const {
        constexpr std::uint64_t smallest_record = 16 + 14 + 20;
        const std::uint64_t rows = std::min<std::uint64_t>(bytes_total_ / smallest_record, left_);
        all.reserve_more(static_cast<std::size_t>(rows));
    }

    detail::read_plan plan_;
    read_options options_;
    std::vector<std::string> files_;
    std::size_t next_file_ = 0;
    std::shared_ptr<interface_list> interfaces_ = std::make_shared<interface_list>();
    std::optional<record_reader> reader_;
    std::vector<error> warnings_;
    std::uint64_t left_;
    std::uint64_t bytes_total_ = 0;
    std::uint64_t bytes_done_ = 0;
};

/// Opens captures to be read as rows: a file, a pattern such as "day/*.pcap", or "-" for standard input.
/// Errors: an option that is not known (with the nearest right word), a file that cannot be opened or is no capture.
[[nodiscard]] inline result<pcap_source> open_pcap(const std::string& path, const read_options& options = {}) {
    return pcap_source::open({path}, options);
}

/// The same over several files and patterns, in the order given.
[[nodiscard]] inline result<pcap_source> open_pcap(const std::vector<std::string>& paths, const read_options& options = {}) {
    return pcap_source::open(paths, options);
}

}  // namespace pcapframe
