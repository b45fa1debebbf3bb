// Several threads that read one interface, each its share of the packets from a ring of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/live/live_source.hpp>

namespace pcapframe::inline v0_2 {

/// Reads an interface with a number of workers and merges their chunks in the order in which the chunks are ready.
/// Movable.
class live_workers {
public:
    /// Opens the captures and begins. With `fanout_mode::hash` all packets of one flow come by the same worker, in
    /// order. Errors: as of the live open_pcap; bad_value for no worker at all.
    [[nodiscard]] static result<live_workers> open(const live_options& options, unsigned workers, fanout_mode mode) {
        if (workers == 0)
            return error{
                .code = errc::bad_value, .detail = "a number of workers (1 or more)", .subject = std::string_view("0")};
        live_options one = options;
        one.fanout = fanout_membership{mode, std::nullopt};
        auto all = std::make_unique<state>();
        for (unsigned i = 0; i < workers; ++i) {
            result<live_source> source = live_source::open(one);
            if (!source) return source.error();
            one.fanout->group = source->device().fanout_group();
            all->sources.push_back(std::move(*source));
        }
        all->counters.resize(workers);
        all->running = workers;
        for (unsigned i = 0; i < workers; ++i) all->threads.emplace_back([s = all.get(), i] { s->work(i); });
        return live_workers(std::move(all));
    }

    live_workers(live_workers&&) noexcept = default;
    live_workers& operator=(live_workers&&) = delete;
    ~live_workers() {
        if (state_) state_->stop();
    }

    /// The next chunk that has rows, of whichever worker; waits for such a chunk. Nothing after `cancel`, once all
    /// captured rows have been given out. After an error of one worker the other workers go on.
    [[nodiscard]] result<std::optional<live_chunk>> next() { return state_->take(); }

    /// Ends the capture, from any thread.
    void cancel() const noexcept {
        for (const live_source& source : state_->sources) source.cancel();
    }

    /// The sums of what the workers had counted with their last chunks.
    [[nodiscard]] capture_counters counters() const {
        const std::lock_guard lock(state_->guard);
        capture_counters all;
        for (const capture_counters& one : state_->counters) all += one;
        return all;
    }
    [[nodiscard]] std::size_t workers() const noexcept { return state_->sources.size(); }

private:
    struct state {
        /// Chunks that wait for a reader. When so many chunks wait, the workers wait, and the kernel's rings fill.
        static constexpr std::size_t waiting_max = 64;

        void work(unsigned number) {
            bool goes_on = true;
            while (goes_on) {
                result<live_chunk> chunk = sources[number].read();
                goes_on = chunk && chunk->end != chunk_end::cancelled && sources[number].rows_left() > 0;
                if (chunk) chunk->worker = number;
                put(number, std::move(chunk));
            }
            const std::lock_guard lock(guard);
            --running;
            changed.notify_all();
        }

        void put(unsigned number, result<live_chunk> chunk) {
            std::unique_lock lock(guard);
            if (chunk) counters[number] = chunk->counters;
            if (chunk && chunk->rows.empty()) return;
            changed.wait(lock, [&] { return ready.size() < waiting_max || is_stopped; });
            ready.push_back(std::move(chunk));
            changed.notify_all();
        }

        result<std::optional<live_chunk>> take() {
            std::unique_lock lock(guard);
            changed.wait(lock, [&] { return !ready.empty() || running == 0; });
            if (ready.empty()) return std::optional<live_chunk>();
            result<live_chunk> first = std::move(ready.front());
            ready.pop_front();
            changed.notify_all();
            if (!first) return first.error();
            return std::optional<live_chunk>(std::move(*first));
        }

        void stop() {
            for (const live_source& source : sources) source.cancel();
            {
                const std::lock_guard lock(guard);
                is_stopped = true;
            }
            changed.notify_all();
            for (std::thread& thread : threads) thread.join();
        }

        std::vector<live_source> sources;
        std::vector<std::thread> threads;
        std::mutex guard;  ///< for all members below
        std::condition_variable changed;
        std::deque<result<live_chunk>> ready;
        std::vector<capture_counters> counters;
        std::size_t running = 0;
        bool is_stopped = false;
    };

    explicit live_workers(std::unique_ptr<state> all) : state_(std::move(all)) {}

    std::unique_ptr<state> state_;
};

}  // namespace pcapframe
