// A mapped capture read by several threads, piece by piece, with the outcome of one reader.
//
// A piece begins at a guessed record or block boundary and ends with the last record or block that begins before the
// next piece's share of the file. The guess is proven when the piece's turn comes: the piece before, itself proven,
// must have ended exactly at the guessed place, and must not have met an interface or section that the piece did not
// know of. A piece that is not proven is read again from the true place. So rows, damage and frame numbers are always
// those of one walk of the whole file.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/caught.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/format/boundary.hpp>
#include <pcapframe/io/threads.hpp>
#include <pcapframe/source/record_reader.hpp>

namespace pcapframe::inline v0_2::detail {

/// All that a walk has learned by some place of the file.
struct known_so_far {
    capture_walker walker;
    std::shared_ptr<interface_list> interfaces;

    /// Sections and interfaces are only ever added, so those of one file are the same where their numbers are.
    [[nodiscard]] bool same_as(const known_so_far& other) const noexcept {
        return walker.sections().size() == other.walker.sections().size() &&
               interfaces->size() == other.interfaces->size();
    }
};

/// One mapped file, cut into pieces of a size.
struct piece_file {
    std::string name;
    std::shared_ptr<const mapped_file> mapping;
    std::uint64_t piece_bytes = 0;

    [[nodiscard]] std::uint64_t bytes() const noexcept { return mapping->bytes().size(); }
    [[nodiscard]] std::uint64_t pieces() const noexcept { return (bytes() + piece_bytes - 1) / piece_bytes; }
    [[nodiscard]] std::uint64_t stop_of(std::uint64_t piece) const noexcept {
        return std::min((piece + 1) * piece_bytes, bytes());
    }

    /// Where a piece seems to begin; nothing where no boundary is near.
    [[nodiscard]] std::optional<std::uint64_t> guess(std::uint64_t piece, const capture_walker& walker) const {
        const auto from = narrowed<std::size_t>(piece * piece_bytes);
        const std::optional<pcap_layout> layout = walker.layout();
        constexpr unsigned links = 8;  // a wrong guess costs a whole piece
        constexpr std::size_t search = std::size_t{128} << 10;  // twice the longest usual packet
        const std::size_t found = layout ? pcap_chain{*layout}.find(mapping->bytes(), from, search, links)
                                         : pcapng_chain{walker.order()}.find(mapping->bytes(), from, search, links);
        if (found == no_boundary) return std::nullopt;
        return found;
    }
};

/// Whether a product has a `fragment_gate& gate()`: where the gate has met a fragment before the product's turn, the
/// piece is read again when it is.
template <class Product>
concept has_gate = requires(Product& product) { product.gate().has_met(); };

/// Reads a file in pieces. A `Product` is what a thread makes of a piece: it has `clear()`, and `result<bool>
/// add_next(record_reader&)`, which takes some of the reader's next records, whose frames count from 1, and is false
/// when there are none; where `add_next` fails, the read ends with what was made before.
template <class Product>
class piece_reader {
public:
    /// How a read ended.
    struct outcome {
        std::uint64_t frames = 0;
        std::optional<error> damage;   ///< of the file
        std::optional<error> failure;  ///< of a product
    };

    /// Each product holds one piece at a time, so there are as many pieces in memory as products.
    piece_reader(piece_file file, std::vector<std::unique_ptr<Product>> products)
        : file_(std::move(file)), slots_(products.size()) {
        for (std::size_t i = 0; i < products.size(); ++i) {
            slots_[i].product = std::move(products[i]);
            slots_[i].turn.store(free_for(i), std::memory_order_relaxed);
        }
    }
    piece_reader(const piece_reader&) = delete;
    piece_reader& operator=(const piece_reader&) = delete;

    /// Calls `use(product, frames before it, bytes done)` for each piece in the order of the file, on the caller's
    /// thread, until it returns false. That thread is one of the `threads`, and reads pieces while no product is ready:
    /// another thread in its place would only take a processor away from the others. `interfaces` has the interfaces of
    /// the files before this one, and gets those of this file.
    template <class Use>
    [[nodiscard]] result<outcome> read(std::size_t threads, std::shared_ptr<interface_list>& interfaces, Use use) {
        auto list = std::make_shared<interface_list>(*interfaces);
        result<capture_walker> walker = capture_walker::open(file_.mapping->bytes(), list);
        if (!walker) return walker.error().about(file_.name);
        start_ = std::make_shared<const known_so_far>(known_so_far{std::move(*walker), std::move(list)});
        const auto ahead = look_ahead();
        known_ = start_->same_as(*ahead) ? ahead : start_;
        for (slot& s : slots_) s.assumed = ahead;
        thread_group group;
        // Goes before the group does, which joins: also where `use` throws.
        const canceller at_the_end{*this};
        for (std::size_t i = 1; i < threads && group.start(&piece_reader::run_worker, this); ++i) continue;
        outcome read = use_in_order(use);
        interfaces = std::make_shared<interface_list>(*known_->interfaces);
        return read;
    }

private:
    /// The state of a slot is one number: which piece it is free for, or has.
    static constexpr std::uint64_t free_for(std::uint64_t piece) noexcept { return 2 * piece; }
    static constexpr std::uint64_t ready_with(std::uint64_t piece) noexcept { return 2 * piece + 1; }
    static constexpr std::uint64_t cancelled = ~std::uint64_t{0};

    struct slot {
        std::atomic<std::uint64_t> turn{0};
        std::shared_ptr<const known_so_far> assumed;  ///< what the piece's reader is to take for known
        std::shared_ptr<interface_list> interfaces;   ///< a copy of what `copied_from` knows, while no more is known
        std::shared_ptr<const known_so_far> copied_from;
        std::unique_ptr<Product> product;
        std::optional<record_reader> reader;  ///< used again: it has memory of its own
        std::optional<std::uint64_t> begin;  ///< nothing where no boundary was found
        std::uint64_t end = 0;
        std::uint64_t frames = 0;
        std::shared_ptr<const known_so_far> after;
        std::optional<error> damage;
        std::optional<error> failure;
        std::exception_ptr thrown;
    };

    struct canceller {
        piece_reader& reader;
        ~canceller() {
            reader.cancelled_.store(true);
            for (slot& s : reader.slots_) {
                s.turn.store(cancelled);
                s.turn.notify_all();
            }
        }
    };

    /// What is known once the first record was met: what most pieces need, since interfaces come first in a file.
    std::shared_ptr<const known_so_far> look_ahead() const {
        auto list = std::make_shared<interface_list>(*start_->interfaces);
        capture_walker walker = start_->walker.resumed(list);
        std::array<record, 1> first;
        walker.walk({file_.mapping->bytes(), true}, first);
        return std::make_shared<const known_so_far>(known_so_far{std::move(walker), std::move(list)});
    }

    static void* run_worker(void* self) noexcept {
        static_cast<piece_reader*>(self)->work();
        return nullptr;
    }

    void work() noexcept {
        while (true) {
            const std::uint64_t piece = next_.fetch_add(1, std::memory_order_relaxed);
            if (piece >= file_.pieces()) return;
            if (!wait_until(slot_of(piece), free_for(piece))) return;
            read_assumed(piece);
        }
    }

    /// Reads one piece without waiting; false where all pieces are read or no slot is free for the next.
    bool work_once() noexcept {
        std::uint64_t piece = next_.load(std::memory_order_relaxed);
        while (piece < file_.pieces() && slot_of(piece).turn.load(std::memory_order_acquire) == free_for(piece)) {
            if (!next_.compare_exchange_weak(piece, piece + 1, std::memory_order_relaxed)) continue;
            read_assumed(piece);
            return true;
        }
        return false;
    }

    slot& slot_of(std::uint64_t piece) noexcept { return slots_[static_cast<std::size_t>(piece % slots_.size())]; }

    /// False where the read was cancelled meanwhile.
    bool wait_until(slot& s, std::uint64_t wanted) const noexcept {
        while (!cancelled_.load()) {
            const std::uint64_t turn = s.turn.load(std::memory_order_acquire);
            if (turn == wanted) return true;
            if (turn == cancelled) return false;
            s.turn.wait(turn, std::memory_order_acquire);
        }
        return false;
    }

    /// Reads a piece from the place where it seems to begin.
    void read_assumed(std::uint64_t piece) noexcept {
        slot& s = slot_of(piece);
        s.thrown = caught([&] {
            s.begin = piece == 0 ? std::uint64_t{0} : file_.guess(piece, s.assumed->walker);
            if (s.begin) read_piece(s, piece, piece == 0 ? start_ : s.assumed);
        });
        // Where the read was cancelled meanwhile the slot stays cancelled: a thread that waits for the slot may have
        // seen its state from before.
        std::uint64_t turn = free_for(piece);
        s.turn.compare_exchange_strong(turn, ready_with(piece), std::memory_order_release, std::memory_order_relaxed);
        s.turn.notify_all();
    }

    /// Reads a piece from `s.begin` on.
    void read_piece(slot& s, std::uint64_t piece, const std::shared_ptr<const known_so_far>& from) {
        if (s.copied_from != from) {
            s.interfaces = std::make_shared<interface_list>(*from->interfaces);
            s.copied_from = from;
        }
        capture_walker walker = from->walker;
        walker.advance(static_cast<std::size_t>(*s.begin - walker.offset()));
        s.product->clear();
        const std::uint64_t stop = file_.stop_of(piece);
        if (s.reader) s.reader->resume(walker, stop, 1, s.interfaces);
        else s.reader.emplace(record_reader::resume(file_.name, file_.mapping, walker, stop, 1, s.interfaces));
        record_reader& reader = *s.reader;
        result<bool> more = true;
        while (more && *more) more = s.product->add_next(reader);
        s.failure.reset();
        if (!more) s.failure = more.error();
        s.end = reader.offset();
        s.frames = reader.frames();
        s.damage = reader.damage();
        s.after = from;
        const bool met_more = reader.walker().sections().size() != from->walker.sections().size() ||
                              s.interfaces->size() != from->interfaces->size();
        if (!met_more) return;
        s.after = std::make_shared<const known_so_far>(known_so_far{reader.walker(), s.interfaces});
        s.copied_from = nullptr;
    }

    template <class Use>
    outcome use_in_order(Use& use) {
        outcome read;
        std::uint64_t end = 0;
        for (std::uint64_t piece = 0; piece < file_.pieces() && !read.damage && !read.failure; ++piece) {
            slot& s = slot_of(piece);
            while (s.turn.load(std::memory_order_acquire) != ready_with(piece))
                if (!work_once()) wait_until(s, ready_with(piece));
            if (s.thrown) std::rethrow_exception(s.thrown);
            const bool has_records = end < file_.stop_of(piece);
            if (has_records) {
                prove(s, piece, end);
                read_in_turn(s, piece, read.frames);
                if (file_.mapping->shrunk()) {
                    read.damage = error{.code = errc::shrunk, .offset = end}.about(file_.name);
                    break;
                }
                end = s.end;
                known_ = s.after->same_as(*known_) ? known_ : s.after;
                read.damage = s.damage;
                read.failure = s.failure;
                if (!use(*s.product, read.frames, end)) break;
                read.frames += s.frames;
            }
            s.assumed = known_;
            s.turn.store(free_for(piece + slots_.size()), std::memory_order_release);
            s.turn.notify_all();
        }
        return read;
    }

    /// Reads the piece again where it has fragments, whose datagrams may have begun in the pieces before.
    void read_in_turn(slot& s, std::uint64_t piece, std::uint64_t frames_before) {
        if constexpr (has_gate<Product>) {
            if (!s.product->gate().has_met()) return;
            s.product->gate().begin_turn(frames_before);
            read_piece(s, piece, piece == 0 ? start_ : known_);
            s.product->gate().end_turn();
        }
    }

    /// Reads the piece again from its true place unless it began there and knew all interfaces and sections.
    void prove(slot& s, std::uint64_t piece, std::uint64_t true_begin) {
        if (piece == 0 || (s.begin && *s.begin == true_begin && s.assumed->same_as(*known_))) return;
        s.begin = true_begin;
        read_piece(s, piece, known_);
    }

    piece_file file_;
    std::vector<slot> slots_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> cancelled_{false};
    std::shared_ptr<const known_so_far> start_;
    std::shared_ptr<const known_so_far> known_;  ///< what is proven; only the caller's thread looks at this
};

}  // namespace pcapframe::detail
