// A compressed file, unpacked piece by piece, by the caller's thread or by one that goes ahead of it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pcapframe/base/caught.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/codec/unpackers.hpp>
#include <pcapframe/io/stream_file.hpp>
#include <pcapframe/io/threads.hpp>

namespace pcapframe::inline v0_2 {

/// Plain bytes that follow the ones before them.
struct unpacked_piece {
    bytes_view bytes{};        ///< empty at the end only; until the next piece is asked for
    std::uint64_t offset = 0;  ///< bytes of the compressed file that are unpacked with this piece
};

/// Unpacks a file that is open.
class unpacked_file {
public:
    unpacked_file(stream_file file, const compression& how) : file_(std::move(file)), how_(&how), codec_(how.make()) {}

    [[nodiscard]] const compression& how() const noexcept { return *how_; }
    /// Whether more of the compressed file would have to be waited for; what is at hand of it may make another piece.
    [[nodiscard]] bool would_wait() const noexcept { return file_.would_wait(); }

    /// The next piece. Errors: a file that cannot be read, data that are damaged; they stay.
    [[nodiscard]] result<unpacked_piece> next() {
        while (true) {
            const bytes_view packed = file_.window();
            const unpack_step step = codec_->unpack(packed, file_.at_end());
            file_.consume(step.consumed);
            offset_ += step.consumed;
            if (!step.produced.empty()) return unpacked_piece{step.produced, offset_};
            if (step.damage != nullptr)
                return error{.code = errc::bad_packed, .number = offset_, .detail = step.damage,
                             .hint = std::string_view(how_->name)};
            if (step.consumed != 0) continue;
            if (file_.at_end()) return unpacked_piece{{}, offset_};
            const result<void> filled = file_.fill(std::max(step.wanted, packed.size() + 1));
            if (!filled) return filled.error();
        }
    }

private:
    stream_file file_;
    const compression* how_;
    std::unique_ptr<unpacker> codec_;
    std::uint64_t offset_ = 0;
};

/// The same by a thread of its own, which keeps some pieces ready: whoever takes them does other work meanwhile. For
/// regular files only, since who is done does not wait for bytes that never come.
class unpacked_ahead {
public:
    explicit unpacked_ahead(unpacked_file file) : file_(std::move(file)) {
        runs_ = threads_.start(&unpacked_ahead::run, this);
    }
    unpacked_ahead(const unpacked_ahead&) = delete;
    unpacked_ahead& operator=(const unpacked_ahead&) = delete;
    ~unpacked_ahead() {
        stopped_.store(true);
        taken_.fetch_add(pieces_.size());
        taken_.notify_all();
    }

    [[nodiscard]] const compression& how() const noexcept { return file_.how(); }

    /// The next piece, as `unpacked_file::next` gives it.
    [[nodiscard]] result<unpacked_piece> next() {
        // Where the system has no thread left, the caller's does the work.
        if (!runs_) return file_.next();
        if (holds_) give_back();
        const std::uint64_t number = taken_.load(std::memory_order_relaxed);
        for (std::uint64_t made = made_.load(std::memory_order_acquire); made <= number;
             made = made_.load(std::memory_order_acquire))
            made_.wait(made, std::memory_order_acquire);
        const piece& ready = pieces_[narrowed<std::size_t>(number % pieces_.size())];
        if (ready.thrown) std::rethrow_exception(ready.thrown);
        if (ready.failure) return *ready.failure;
        holds_ = !ready.bytes.empty();
        return unpacked_piece{ready.bytes, ready.offset};
    }

private:
    struct piece {
        std::vector<std::uint8_t> bytes;
        std::uint64_t offset = 0;
        std::optional<error> failure;
        std::exception_ptr thrown;
    };

    /// Lets the thread use the place of the piece that was taken last.
    void give_back() noexcept {
        holds_ = false;
        taken_.fetch_add(1, std::memory_order_release);
        taken_.notify_one();
    }

    static void* run(void* self) noexcept {
        static_cast<unpacked_ahead*>(self)->work();
        return nullptr;
    }

    void work() noexcept {
        for (std::uint64_t number = 0; wait_for_place(number); ++number) {
            piece& next = pieces_[narrowed<std::size_t>(number % pieces_.size())];
            next.bytes.clear();
            next.thrown = detail::caught([&] {
                const result<unpacked_piece> made = file_.next();
                if (!made) next.failure = made.error();
                else next.bytes.assign(made->bytes.begin(), made->bytes.end()), next.offset = made->offset;
            });
            made_.store(number + 1, std::memory_order_release);
            made_.notify_one();
            if (next.bytes.empty()) return;
        }
    }

    /// False where nobody wants pieces any more.
    bool wait_for_place(std::uint64_t number) const noexcept {
        std::uint64_t taken = taken_.load(std::memory_order_acquire);
        for (; number - taken >= pieces_.size() && !stopped_.load(); taken = taken_.load(std::memory_order_acquire))
            taken_.wait(taken, std::memory_order_acquire);
        return !stopped_.load();
    }

    unpacked_file file_;
    std::array<piece, 8> pieces_;
    std::atomic<std::uint64_t> made_{0};
    std::atomic<std::uint64_t> taken_{0};
    std::atomic<bool> stopped_{false};
    bool holds_ = false;
    bool runs_ = false;
    thread_group threads_;  ///< the last member: joined before what the thread uses goes
};

}  // namespace pcapframe
