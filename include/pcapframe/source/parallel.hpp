// Captures read by several threads: batches in file order, and text that the threads write themselves.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/source/pieces.hpp>
#include <pcapframe/source/row_cursor.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// What a thread makes of a piece for a caller that takes batches.
class batch_product {
public:
    batch_product(const read_plan& plan, const std::shared_ptr<defragmenter>& fragments)
        : rows_(plan.columns), selection_(plan), gate_(fragment_gate::ahead(fragments)) {}

    void clear() { rows_.clear(); }
    [[nodiscard]] result<bool> add_next(record_reader& reader) { return append_next(rows_, reader, selection_, gate_); }
    [[nodiscard]] fragment_gate& gate() noexcept { return gate_; }

    [[nodiscard]] batch& rows() noexcept { return rows_; }
    [[nodiscard]] std::uint64_t count() const noexcept { return rows_.rows(); }

private:
    batch rows_;
    row_selection selection_;
    fragment_gate gate_;
};

/// What a thread makes of a piece for one table of all rows.
///
/// The table's memory is new, and the system clears it when it is first written to, which takes as long as decoding. So
/// the caller's thread only says where the rows go, and whichever thread uses the product next copies them.
class table_product {
public:
    /// The product is in `all` as long as it lives.
    table_product(const read_plan& plan, const std::shared_ptr<defragmenter>& fragments,
                  std::vector<table_product*>& all)
        : piece_(plan, fragments), all_(all) {
        all_.push_back(this);
    }
    table_product(const table_product&) = delete;
    table_product& operator=(const table_product&) = delete;
    ~table_product() {
        settle();
        std::erase(all_, this);
    }

    void clear() {
        settle();
        piece_.clear();
    }
    [[nodiscard]] result<bool> add_next(record_reader& reader) { return piece_.add_next(reader); }
    [[nodiscard]] fragment_gate& gate() noexcept { return piece_.gate(); }

    [[nodiscard]] batch& rows() noexcept { return piece_.rows(); }
    [[nodiscard]] std::uint64_t count() const noexcept { return piece_.count(); }

    /// The rows are to be copied to the place that was taken for them in `to`; that place stays where it is until
    /// `settle`.
    void place(table& to, batch::place_of_rows at) {
        const std::lock_guard lock(mutex_);
        to_ = &to;
        place_ = std::move(at);
    }
    /// Copies the rows, if that was not done yet.
    void settle() {
        const std::lock_guard lock(mutex_);
        if (to_ != nullptr) to_->copy_rows(piece_.rows(), place_);
        to_ = nullptr;
    }

private:
    batch_product piece_;
    std::vector<table_product*>& all_;
    std::mutex mutex_;
    table* to_ = nullptr;
    batch::place_of_rows place_;
};

/// What a thread makes of a piece for an output whose rows can be written apart from each other.
class text_product {
public:
    text_product(const read_plan& plan, const std::shared_ptr<defragmenter>& fragments,
                 std::unique_ptr<row_writer> writer)
        : scratch_(plan.columns),
          selection_(plan),
          gate_(fragment_gate::ahead(fragments)),
          writer_(std::move(writer)),
          text_(sink::to_memory()) {}

    void clear() {
        text_.clear();
        count_ = 0;
    }
    [[nodiscard]] result<bool> add_next(record_reader& reader) {
        scratch_.clear();
        const result<bool> more = append_next(scratch_, reader, selection_, gate_);
        writer_->write(text_, scratch_);
        count_ += scratch_.rows();
        return more;
    }

    [[nodiscard]] fragment_gate& gate() noexcept { return gate_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_.kept(); }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

private:
    batch scratch_;
    row_selection selection_;
    fragment_gate gate_;
    std::unique_ptr<row_writer> writer_;
    sink text_;
    std::uint64_t count_ = 0;
};

/// The first records of a capture, walked by a walker of their own.
struct first_records {
    first_records(bytes_view capture, const file_corrections& corrections) : walker(open(capture, corrections)) {
        std::array<record, 256> first;
        if (walker) step = walker->walk({capture, true}, first);
    }
    /// The bytes of one record on average.
    [[nodiscard]] std::uint64_t mean_bytes() const noexcept {
        return step.count == 0 ? 0 : step.consumed / step.count;
    }

    static result<capture_walker> open(bytes_view capture, const file_corrections& corrections) {
        const auto interfaces = std::make_shared<interface_list>();
        interfaces->correct(corrections);
        return capture_walker::open(capture, interfaces);
    }

    result<capture_walker> walker;
    walk_step step{};
};

/// How much of a file a piece is: of small records so few that their rows stay in the second level of the cache until
/// they are used; of big records so many bytes that lanes have time to get going. There are enough pieces for threads
/// to seldom wait for each other, and so few that all pieces in memory at once, each many times its bytes in some
/// formats, stay within some tens of megabytes.
inline std::uint64_t piece_bytes_for(bytes_view capture, std::uint64_t mean, std::size_t threads) {
    constexpr std::uint64_t small_records = 10'000;
    constexpr std::uint64_t least = std::uint64_t{256} << 10;
    constexpr std::uint64_t most = std::uint64_t{5} << 20;
    const std::uint64_t wanted = lanes<pcap_chain>::are_big(mean) ? most : small_records * mean;
    return std::clamp(wanted, least, std::max(capture.size() / (2 * threads), least));
}

}  // namespace detail

/// Whether a file is large enough to be read in pieces.
inline bool is_read_in_pieces(const partition& file, std::size_t threads) noexcept {
    return threads > 1 && !file.from && !file.packed && file.end >= std::uint64_t{8} << 20;
}

/// Files one after the other: large ones in pieces by several threads, the other files on the caller's thread. `make()`
/// makes a product, and each product goes to `use(product, frames before it in its file, bytes done)`, which says
/// whether to go on.
template <class Make>
class parallel_files {
public:
    using product = typename std::invoke_result_t<Make>::element_type;

    parallel_files(const std::vector<partition>& files, std::size_t threads, Make make)
        : files_(files), threads_(threads), make_(std::move(make)) {}

    template <class Use>
    [[nodiscard]] result<void> read(Use use) {
        for (const partition& file : files_) {
            const result<void> read =
                is_read_in_pieces(file, threads_) ? read_in_pieces(file, use) : read_here(file, use);
            if (!read) return read.error();
            if (stopped_) break;
            bytes_before_ += file.end;
        }
        return {};
    }

    /// Damage met, one per file at most.
    [[nodiscard]] std::vector<error>& warnings() noexcept { return warnings_; }
    /// What else is to be said of the files; see read_note.
    [[nodiscard]] std::vector<read_note> notes(const read_plan& plan) const {
        return keeper_.notes(rows_, detail::rows_asked_for(plan));
    }

private:
    template <class Use>
    result<void> read_in_pieces(const partition& file, Use& use) {
        const result<open_input> input = open_for_reading(file.file);
        if (!input) return input.error();
        const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
        if (!mapping) return read_here(file, use);
        // Where a record of another maker's begins is not seen from the middle of a file.
        const detail::first_records first((*mapping)->bytes(), file.corrections);
        if (first.walker && !first.walker->maker().empty()) return read_here(file, use);
        std::vector<std::unique_ptr<product>> products;
        // Twice as many slots as threads, since some hold pieces that wait until a piece before them is read.
        for (std::size_t i = 0; i < 2 * threads_; ++i) products.push_back(make_());
        const std::uint64_t piece_bytes = detail::piece_bytes_for((*mapping)->bytes(), first.mean_bytes(), threads_);
        const std::size_t first_interface = interfaces_->size();
        interfaces_->correct(file.corrections);
        detail::piece_reader<product> pieces({file.file, *mapping, piece_bytes}, std::move(products));
        const auto outcome = pieces.read(threads_, interfaces_,
                                         [&](product& made, std::uint64_t frames, std::uint64_t done) {
                                             rows_ += made.count();
                                             if (made.count() != 0) stopped_ = !use(made, frames, bytes_before_ + done);
                                             return !stopped_;
                                         });
        if (!outcome) return outcome.error();
        if (outcome->failure) return *outcome->failure;
        if (outcome->damage) warnings_.push_back(*outcome->damage);
        if (first.walker)
            keeper_.file_ended(file.file, outcome->frames, *interfaces_, first_interface, *first.walker);
        return {};
    }

    template <class Use>
    result<void> read_here(const partition& file, Use& use) {
        const std::size_t first_interface = interfaces_->size();
        const file_access how = threads_ > 1 ? file_access::ahead : file_access::mapping;
        interfaces_->correct(file.corrections);
        result<record_reader> reader = record_reader::open(file.file, how, interfaces_);
        if (!reader) return reader.error();
        const std::unique_ptr<product> made = make_();
        if constexpr (detail::has_gate<product>) made->gate().begin_turn(0);
        constexpr std::uint64_t rows_at_once = 4096;
        result<bool> more = true;
        while (more && *more && !stopped_) {
            more = made->add_next(*reader);
            if (made->count() == 0 || (made->count() < rows_at_once && more && *more)) continue;
            rows_ += made->count();
            stopped_ = !use(*made, 0, bytes_before_ + reader->bytes_done());
            made->clear();
        }
        if (const std::optional<error> damage = reader->damage()) warnings_.push_back(*damage);
        keeper_.file_ended(reader->name(), reader->frames(), *interfaces_, first_interface, reader->walker());
        return more ? result<void>() : result<void>(more.error());
    }

    const std::vector<partition>& files_;
    std::size_t threads_;
    Make make_;
    std::shared_ptr<interface_list> interfaces_ = std::make_shared<interface_list>();
    std::vector<error> warnings_;
    detail::note_keeper keeper_;
    std::uint64_t rows_ = 0;
    std::uint64_t bytes_before_ = 0;
    bool stopped_ = false;
};

}  // namespace pcapframe
