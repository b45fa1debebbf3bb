// A source of batches as an Arrow C stream, which any consumer can take.
#pragma once

#include <cerrno>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <pcapframe/base/caught.hpp>
#include <pcapframe/export/arrow_export.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// Sentences about damage that streams have met, for whoever holds no cursor. Any number of threads may use the log.
class warning_log {
public:
    void add(std::string sentence) {
        const std::lock_guard lock(guard_);
        sentences_.push_back(std::move(sentence));
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(guard_);
        return sentences_.size();
    }
    /// Valid as long as the log is; null where there are not so many.
    [[nodiscard]] const char* sentence(std::size_t i) const {
        const std::lock_guard lock(guard_);
        return i < sentences_.size() ? sentences_[i].c_str() : nullptr;
    }

private:
    mutable std::mutex guard_;
    std::deque<std::string> sentences_;  ///< those that are there stay where they are when others come
};

namespace detail {

/// What a stream owns.
class stream_state {
public:
    stream_state(row_cursor from, const arrow_options& options, std::shared_ptr<warning_log> log)
        : cursor_(std::move(from)), exporter_(cursor_.columns(), options), log_(std::move(log)) {}

    /// The next array, or a released one at the end; an errno where reading fails. Nothing is thrown: once there was no
    /// memory, rows may be lost, and every later call fails, too.
    int next(ArrowArray* out) noexcept {
        out->release = nullptr;
        int status = ENOMEM;
        if (!has_lost_rows_) has_lost_rows_ = caught([&] { status = read(out); }) != nullptr;
        had_no_memory_ = has_lost_rows_;
        return has_lost_rows_ ? ENOMEM : status;
    }

    int schema(ArrowSchema* out) noexcept {
        out->release = nullptr;
        const auto make = [&] { export_schema(cursor_.columns(), exporter_.options(), out); };
        had_no_memory_ = caught(make) != nullptr;
        return had_no_memory_ ? ENOMEM : 0;
    }

    /// What was wrong; after the last array, the damage that was met on the way, a line each. Null for nothing.
    [[nodiscard]] const char* text() const noexcept {
        if (had_no_memory_) return "out of memory";
        return text_.empty() ? nullptr : text_.c_str();
    }

private:
    int read(ArrowArray* out) {
        constexpr std::uint64_t bytes_max = std::uint64_t{256} << 20;
        if (!rows_ || next_row_ == rows_->rows()) {
            auto more = std::make_shared<batch>(cursor_.columns());
            const result<bool> read = cursor_.next(*more);
            note_warnings();
            if (!read) {
                text_ = read.error().message();
                return read.error().system != 0 ? read.error().system : EIO;
            }
            rows_ = nullptr;
            if (!*read) text_ = warnings_;
            if (!*read) return 0;
            rows_ = std::move(more);
            next_row_ = 0;
        }
        const row_range range = next_range(*rows_, next_row_, rows_->rows(), bytes_max);
        exporter_.export_rows(rows_, range, out);
        next_row_ += range.count;
        return 0;
    }

    void note_warnings() {
        for (; noted_ < cursor_.warnings().size(); ++noted_) {
            const std::string sentence = cursor_.warnings()[noted_].message();
            warnings_ += (warnings_.empty() ? "" : "\n") + sentence;
            if (log_ != nullptr) log_->add(sentence);
        }
    }

    row_cursor cursor_;
    arrow_exporter exporter_;
    std::shared_ptr<warning_log> log_;
    std::shared_ptr<const batch> rows_;  ///< read, but not handed over whole
    std::size_t next_row_ = 0;
    std::size_t noted_ = 0;  ///< of the cursor's warnings
    std::string warnings_;
    std::string text_;
    bool has_lost_rows_ = false;
    bool had_no_memory_ = false;  ///< the last time that something was asked for
};

inline stream_state& state_of(ArrowArrayStream* stream) noexcept {
    return *static_cast<stream_state*>(stream->private_data);
}

}  // namespace detail

/// The rows of a cursor as a stream of struct arrays. The consumer releases it; the arrays it has got stay. The
/// stream's functions throw nothing, and fail with ENOMEM where there is no memory. Damage is told to `log` as it is
/// met, and by the stream's `get_last_error` after its last array.
inline void export_stream(row_cursor cursor, const arrow_options& options, ArrowArrayStream* out,
                          std::shared_ptr<warning_log> log = nullptr) {
    auto state = std::make_unique<detail::stream_state>(std::move(cursor), options, std::move(log));
    *out = {};
    out->private_data = state.release();
    out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
        return detail::state_of(stream).schema(schema);
    };
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) { return detail::state_of(stream).next(array); };
    out->get_last_error = [](ArrowArrayStream* stream) { return detail::state_of(stream).text(); };
    out->release = [](ArrowArrayStream* stream) {
        delete static_cast<detail::stream_state*>(stream->private_data);
        stream->release = nullptr;
    };
}

/// All rows of a source from the first on, in arrays of `rows` rows.
[[nodiscard]] inline result<void> export_stream(pcap_source& source, const arrow_options& options,
                                                ArrowArrayStream* out, std::size_t rows = 65'536,
                                                std::shared_ptr<warning_log> log = nullptr) {
    result<row_cursor> cursor = source.read_chunked(rows);
    if (!cursor) return cursor.error();
    export_stream(std::move(*cursor), options, out, std::move(log));
    return {};
}

}  // namespace pcapframe
