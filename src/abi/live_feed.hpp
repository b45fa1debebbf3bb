// The rows of an interface as what Arrow streams take their rows from.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <pcapframe/dataset/arrow_stream.hpp>
#include <pcapframe/live.hpp>

namespace abi {

/// An interface that several threads may have to do with: who reads it gives way to who changes it.
class live_capture {
public:
    explicit live_capture(pcapframe::live_source source) : source_(std::move(source)) {}

    /// Calls `use(live_source&)` while nobody else uses the source.
    template <class Use>
    auto with(Use use) {
        waiting_.fetch_add(1);
        const std::lock_guard lock(guard_);
        waiting_.fetch_sub(1);
        return use(source_);
    }

    /// The next chunk; null at the end.
    pcapframe::result<std::shared_ptr<const pcapframe::row_batch>> next() {
        using namespace std::chrono_literals;
        using pcapframe::chunk_end, pcapframe::deadline;
        const pcapframe::live_options& options = source_.options();
        const std::size_t wanted = options.chunksize.value_or(pcapframe::default_live_chunk);
        const deadline end =
            options.timeout_ms == 0 ? deadline() : deadline::in(std::chrono::milliseconds(options.timeout_ms));
        auto rows = std::make_shared<pcapframe::batch>(source_.make_batch());
        while (true) {
            while (waiting_.load() != 0) std::this_thread::sleep_for(1ms);
            const std::lock_guard lock(guard_);
            // Not longer, so that a filter that is changed does not have to wait for packets.
            const auto filled = source_.fill(*rows, wanted, deadline::in(50ms).or_earlier(end));
            if (!filled) return filled.error();
            const bool is_over = *filled == chunk_end::cancelled || source_.rows_left() == 0;
            if (is_over && rows->empty()) return std::shared_ptr<const pcapframe::row_batch>();
            if (*filled != chunk_end::deadline || end.has_passed()) break;
        }
        return std::shared_ptr<const pcapframe::row_batch>(std::move(rows));
    }

    [[nodiscard]] std::vector<pcapframe::read_note> notes() {
        const std::lock_guard lock(guard_);
        return source_.notes();
    }
    /// From any thread.
    void cancel() const noexcept { source_.cancel(); }
    /// They never change.
    [[nodiscard]] const pcapframe::column_order& columns() const noexcept { return source_.columns(); }

private:
    pcapframe::live_source source_;
    std::mutex guard_;
    std::atomic<int> waiting_ = 0;  ///< threads that want the source now
};

/// A stream's share of an interface.
class live_feed final : public pcapframe::batch_feed {
public:
    explicit live_feed(std::shared_ptr<live_capture> from) : from_(std::move(from)), fields_(from_->columns()) {}

    [[nodiscard]] const pcapframe::schema& fields() const noexcept override { return fields_; }
    [[nodiscard]] pcapframe::result<std::shared_ptr<const pcapframe::row_batch>> next() override {
        return from_->next();
    }
    [[nodiscard]] const std::vector<pcapframe::error>& warnings() const noexcept override { return none_; }
    [[nodiscard]] std::vector<pcapframe::read_note> notes() const override { return from_->notes(); }

private:
    std::shared_ptr<live_capture> from_;
    pcapframe::schema fields_;
    std::vector<pcapframe::error> none_;
};

}  // namespace abi
