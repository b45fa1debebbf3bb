// Sources of rows as Arrow C streams, which any consumer can take; what such streams tell, and what is told to them
// while they run.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/caught.hpp>
#include <pcapframe/export/arrow_export.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// Something that a stream has to say beside its rows.
struct stream_warning {
    enum class kind : std::uint8_t {
        damage,  ///< a file is damaged: its rows before the damage were given
        note,    ///< nothing is damaged, but the rows may not be what was expected; see read_note
        option,  ///< an option that was given says nothing here
    };

    kind what = kind::damage;
    std::string message{};             ///< one sentence, with the file and the place
    std::string file{};                ///< the end of its name where that is long; empty where there is no file
    std::uint64_t offset = no_offset;  ///< byte offset in the file
};

/// The warnings of streams, for whoever holds no cursor. Any number of threads may use the log.
class warning_log {
public:
    /// Is told of each warning that comes from here on, on the thread that reads. It must not throw.
    using listener = std::function<void(const stream_warning&)>;

    void add(stream_warning warning) {
        std::unique_lock lock(guard_);
        warnings_.push_back(std::move(warning));
        const stream_warning& added = warnings_.back();
        const std::shared_ptr<const listener> told = listener_;
        lock.unlock();
        if (told != nullptr && *told) (*told)(added);
    }
    void tell(listener told) {
        auto shared = std::make_shared<const listener>(std::move(told));
        const std::lock_guard lock(guard_);
        listener_ = std::move(shared);
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(guard_);
        return warnings_.size();
    }
    /// Valid as long as the log is; null where there are not so many.
    [[nodiscard]] const stream_warning* at(std::size_t i) const {
        const std::lock_guard lock(guard_);
        return i < warnings_.size() ? &warnings_[i] : nullptr;
    }

private:
    mutable std::mutex guard_;
    std::deque<stream_warning> warnings_;  ///< those that are there stay where they are when others come
    std::shared_ptr<const listener> listener_;
};

/// What others want of streams that are being read, from any thread.
class stream_control {
public:
    /// Ends the streams with an error (errc::cancelled), once and for all.
    void cancel() noexcept { cancelled_->store(true, std::memory_order_relaxed); }
    [[nodiscard]] const std::shared_ptr<const std::atomic<bool>>& cancelled() const noexcept {
        return seen_by_readers_;
    }

    /// Which rows come from the streams' next arrays on.
    void set_plan(read_plan plan) {
        const std::lock_guard lock(guard_);
        plan_ = std::move(plan);
        changes_.fetch_add(1, std::memory_order_release);
    }
    /// The plan, where it is another than after `seen` changes.
    [[nodiscard]] std::optional<read_plan> newer_plan(std::uint64_t& seen) const {
        if (changes_.load(std::memory_order_acquire) == seen) return std::nullopt;
        const std::lock_guard lock(guard_);
        seen = changes_.load(std::memory_order_relaxed);
        return plan_;
    }

private:
    std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
    std::shared_ptr<const std::atomic<bool>> seen_by_readers_ = cancelled_;
    mutable std::mutex guard_;
    read_plan plan_;
    std::atomic<std::uint64_t> changes_ = 0;
};

/// What a stream takes its rows from: forward, once.
class batch_feed {
public:
    virtual ~batch_feed() = default;

    [[nodiscard]] virtual const schema& fields() const noexcept = 0;
    /// The next rows; null at the end. Arrays of streams share the batch, so that it is another one each time.
    [[nodiscard]] virtual result<std::shared_ptr<const row_batch>> next() = 0;
    /// Damage that was met so far. It only grows.
    [[nodiscard]] virtual const std::vector<error>& warnings() const noexcept = 0;
    /// What else there is to say at the end.
    [[nodiscard]] virtual std::vector<read_note> notes() const = 0;
};

/// The rows of a cursor, which a control may change or end.
class cursor_feed final : public batch_feed {
public:
    cursor_feed(row_cursor from, std::shared_ptr<const stream_control> control)
        : cursor_(std::move(from)), fields_(cursor_.columns()), control_(std::move(control)) {
        if (control_) cursor_.cancel_by(control_->cancelled());
    }

    [[nodiscard]] const schema& fields() const noexcept override { return fields_; }
    [[nodiscard]] result<std::shared_ptr<const row_batch>> next() override {
        if (std::optional<read_plan> changed = control_ ? control_->newer_plan(changes_seen_) : std::nullopt) {
            const result<void> set = cursor_.set_filter(*changed);
            if (!set) return set.error();
        }
        auto rows = std::make_shared<batch>(cursor_.columns());
        const result<bool> read = cursor_.next(*rows);
        if (!read) return read.error();
        if (!*read) rows = nullptr;
        return std::shared_ptr<const row_batch>(std::move(rows));
    }
    [[nodiscard]] const std::vector<error>& warnings() const noexcept override { return cursor_.warnings(); }
    [[nodiscard]] std::vector<read_note> notes() const override { return cursor_.notes(); }

private:
    row_cursor cursor_;
    schema fields_;
    std::shared_ptr<const stream_control> control_;
    std::uint64_t changes_seen_ = 0;
};

namespace detail {

/// What a stream owns.
class stream_state {
public:
    stream_state(std::unique_ptr<batch_feed> from, const arrow_options& options, std::shared_ptr<warning_log> log)
        : feed_(std::move(from)), exporter_(feed_->fields(), options), log_(std::move(log)) {}

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
        const auto make = [&] { export_schema(feed_->fields(), exporter_.options(), out); };
        had_no_memory_ = caught(make) != nullptr;
        return had_no_memory_ ? ENOMEM : 0;
    }

    [[nodiscard]] const pcapframe::schema& fields() const noexcept { return feed_->fields(); }
    [[nodiscard]] const arrow_options& options() const noexcept { return exporter_.options(); }

    /// What was wrong; after the last array, the damage that was met on the way, a line each. Null for nothing.
    [[nodiscard]] const char* text() const noexcept {
        if (had_no_memory_) return "out of memory";
        return text_.empty() ? nullptr : text_.c_str();
    }
    /// Why the last call failed; out_of_memory, of no known size, where memory was wanted.
    [[nodiscard]] std::optional<error> failure() const noexcept {
        if (had_no_memory_) return error{.code = errc::out_of_memory};
        return failure_;
    }

private:
    int read(ArrowArray* out) {
        constexpr std::uint64_t bytes_max = std::uint64_t{256} << 20;
        if (!rows_) {
            result<std::shared_ptr<const row_batch>> more = feed_->next();
            tell_warnings();
            failure_.reset();
            if (!more) return fail(more.error());
            if (*more == nullptr) return end();
            rows_ = std::move(*more);
            next_row_ = 0;
        }
        const row_range range = next_range(*rows_, next_row_, rows_->rows(), bytes_max);
        exporter_.export_rows(rows_, range, out);
        next_row_ += range.count;
        if (next_row_ == rows_->rows()) rows_ = nullptr;
        return 0;
    }

    int fail(const error& why) {
        failure_ = why;
        text_ = why.message();
        if (why.code == errc::cancelled) return ECANCELED;
        return why.system != 0 ? why.system : EIO;
    }

    int end() {
        text_ = warnings_;
        if (log_ == nullptr || has_ended_) return 0;
        has_ended_ = true;
        for (const read_note& note : feed_->notes())
            log_->add({stream_warning::kind::note, note.message(), note.file, no_offset});
        return 0;
    }

    void tell_warnings() {
        const std::vector<error>& met = feed_->warnings();
        for (; told_ < met.size(); ++told_) {
            const std::string sentence = met[told_].message();
            warnings_ += (warnings_.empty() ? "" : "\n") + sentence;
            if (log_ != nullptr)
                log_->add({stream_warning::kind::damage, sentence, std::string(met[told_].subject.view()),
                           met[told_].offset});
        }
    }

    std::unique_ptr<batch_feed> feed_;
    arrow_exporter exporter_;
    std::shared_ptr<warning_log> log_;
    std::shared_ptr<const row_batch> rows_;  ///< read, but not handed over whole
    std::size_t next_row_ = 0;
    std::size_t told_ = 0;  ///< of the feed's warnings
    std::string warnings_;
    std::string text_;
    std::optional<error> failure_;
    bool has_ended_ = false;
    bool has_lost_rows_ = false;
    bool had_no_memory_ = false;  ///< the last time that something was asked for
};

inline stream_state& state_of(ArrowArrayStream* stream) noexcept {
    return *static_cast<stream_state*>(stream->private_data);
}

inline void release_stream(ArrowArrayStream* stream) {
    delete static_cast<stream_state*>(stream->private_data);
    stream->release = nullptr;
}

}  // namespace detail

/// The rows of a feed as a stream of struct arrays. The consumer releases it; the arrays it has got stay. The
/// stream's functions throw nothing, and fail with ENOMEM where there is no memory. Damage is told to `log` as it is
/// met, and by the stream's `get_last_error` after its last array.
inline void export_stream(std::unique_ptr<batch_feed> rows, const arrow_options& options, ArrowArrayStream* out,
                          std::shared_ptr<warning_log> log = nullptr) {
    auto state = std::make_unique<detail::stream_state>(std::move(rows), options, std::move(log));
    *out = {};
    out->private_data = state.release();
    out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
        return detail::state_of(stream).schema(schema);
    };
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) { return detail::state_of(stream).next(array); };
    out->get_last_error = [](ArrowArrayStream* stream) { return detail::state_of(stream).text(); };
    out->release = &detail::release_stream;
}

/// The rows of a cursor, which `control` may change or end.
inline void export_stream(row_cursor cursor, const arrow_options& options, ArrowArrayStream* out,
                          std::shared_ptr<warning_log> log = nullptr,
                          std::shared_ptr<const stream_control> control = nullptr) {
    export_stream(std::make_unique<cursor_feed>(std::move(cursor), std::move(control)), options, out,
                  std::move(log));
}

/// All rows of a source from the first on, in arrays of `rows` rows.
[[nodiscard]] inline result<void> export_stream(pcap_source& source, const arrow_options& options,
                                                ArrowArrayStream* out, std::size_t rows = 65'536,
                                                std::shared_ptr<warning_log> log = nullptr,
                                                std::shared_ptr<const stream_control> control = nullptr) {
    result<row_cursor> cursor = source.read_chunked(rows);
    if (!cursor) return cursor.error();
    export_stream(std::move(*cursor), options, out, std::move(log), std::move(control));
    return {};
}

/// What is known here of a stream that `export_stream` has made; null for the streams of others.
[[nodiscard]] inline const detail::stream_state* known_stream(const ArrowArrayStream& stream) noexcept {
    if (stream.release != &detail::release_stream) return nullptr;
    return static_cast<const detail::stream_state*>(stream.private_data);
}

}  // namespace pcapframe
