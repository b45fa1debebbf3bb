// One capture file, record by record: the lowest of the library's three levels.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/format/lanes.hpp>
#include <pcapframe/format/walker.hpp>
#include <pcapframe/io/byte_source.hpp>
#include <pcapframe/io/mapped_file.hpp>

namespace pcapframe::inline v0_2 {

/// How a record_reader gets at the bytes.
enum class file_access : std::uint8_t {
    windows,  ///< read in windows; records are valid until the next run is asked for. Pipes are always read so.
    mapping,  ///< map the file: records are valid as long as the mapping, which `mapping()` shares
    ahead,    ///< the same, but a compressed file, which cannot be mapped, is unpacked by a thread of its own
};

/// What is known of a capture file before it is read.
struct checked_capture {
    std::uint64_t bytes = 0;               ///< its size as it is on the disk; 0 for a pipe
    const compression* packing = nullptr;  ///< how it is compressed; null where it is not, and for a pipe
    bool is_of_other_maker = false;        ///< neither a pcap nor a pcapng
};

/// Whether a file can be read as a capture, by opening it and looking at its first bytes. Only regular files are looked
/// into, since bytes that are read from a pipe are gone.
[[nodiscard]] inline result<checked_capture> check_capture(const std::string& path) {
    struct stat status {};
    const bool is_file = path != "-" && ::stat(path.c_str(), &status) == 0;
    // Opening a named pipe would wait for its writer, and take what that writer writes.
    if (path == "-" || (is_file && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))) return checked_capture{};
    result<open_input> input = open_for_reading(path);
    if (!input) return input.error();
    // Formats without a magic number are known by their first records.
    std::array<std::uint8_t, 4096> stored{};
    const ssize_t got = ::pread(input->file.number(), stored.data(), stored.size(), 0);
    if (got < 0) return error{.code = errc::cannot_read, .system = errno}.about(path);
    bytes_view first = bytes_view(stored).first(static_cast<std::size_t>(got));
    byte_source source(std::move(input->file));
    const compression* const packing = find_compression(first);
    if (packing != nullptr) {
        result<void> filled = source.begin(false);
        if (filled) filled = source.fill(pcap_header::bytes);
        first = source.window();
        if (!filled && first.empty()) return filled.error().about(path);
    }
    const auto walker = capture_walker::open(first, std::make_shared<interface_list>());
    if (!walker) return walker.error().about(path);
    return checked_capture{input->bytes, packing, walker->format() == capture_format::other};
}

/// Reads the records of one capture, in runs. Movable. Bytes in memory, files and pipes go through the same walker.
class record_reader {
public:
    /// Opens a capture file; "-" is standard input. Interfaces go to `interfaces`, or to a list of its own.
    [[nodiscard]] static result<record_reader> open(const std::string& path, file_access how = file_access::windows,
                                                    std::shared_ptr<interface_list> interfaces = nullptr) {
        result<open_input> input = open_for_reading(path);
        if (!input) return input.error();
        record_reader reader(path == "-" ? std::string("standard input") : path, std::move(interfaces));
        reader.bytes_ = input->bytes;
        if (input->regular && how != file_access::windows) {
            const result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
            if (mapping) reader.mapping_ = *mapping;
        }
        // What is compressed is read from front to back. A file that cannot be mapped (too many files are
        // mapped, or the file system cannot map) can still be read.
        if (reader.mapping_ && find_compression(reader.mapping_->bytes()) != nullptr) reader.mapping_ = nullptr;
        if (reader.mapping_)
            reader.memory_ = reader.whole_ = reader.mapping_->bytes();
        else
            reader.stream_.emplace(std::move(input->file));
        return begin(std::move(reader), input->regular && how == file_access::ahead);
    }

    /// Reads a capture that is in memory already. The bytes must outlive the reader and its records.
    [[nodiscard]] static result<record_reader> from_memory(bytes_view capture,
                                                           std::shared_ptr<interface_list> interfaces = nullptr) {
        record_reader reader("memory", std::move(interfaces));
        reader.memory_ = reader.whole_ = capture;
        reader.bytes_ = capture.size();
        return begin(std::move(reader), false);
    }

    /// Reads on in a mapped file from a walker's place, as far as records and blocks begin before the byte `stop`.
    /// Frames count on from `first_frame`, and `interfaces` has the interfaces that were met before.
    [[nodiscard]] static record_reader resume(std::string name, std::shared_ptr<const mapped_file> mapping,
                                              const capture_walker& at, std::uint64_t stop, std::uint64_t first_frame,
                                              std::shared_ptr<interface_list> interfaces) {
        record_reader reader(std::move(name), nullptr);
        reader.mapping_ = std::move(mapping);
        reader.bytes_ = reader.mapping_->bytes().size();
        reader.resume(at, stop, first_frame, std::move(interfaces));
        return reader;
    }

    /// Reads on in the same way in the file that this reader has mapped already, and uses the reader's memory again.
    void resume(const capture_walker& at, std::uint64_t stop, std::uint64_t first_frame,
                std::shared_ptr<interface_list> interfaces) {
        PCAPFRAME_ASSERT(mapping_ != nullptr);
        interfaces_ = std::move(interfaces);
        whole_ = mapping_->bytes();
        memory_ = whole_.subspan(narrowed<std::size_t>(at.offset()));
        stop_ = stop;
        walker_.emplace(at.resumed(interfaces_));
        pcap_lanes_.forget();
        pcapng_lanes_.forget();
        in_lanes_ = false;
        lanes_from_ = 0;
        failure_.reset();
        frames_ = first_frame - 1;
        populated_ = 0;
        ended_ = false;
    }

    /// The next run of records, `most` at most, in file order; empty at the end and after damage. Records of earlier
    /// runs may go.
    [[nodiscard]] record_run next(std::size_t most = run_records) {
        const std::uint64_t before = frames_;
        const record_run run = walk_on(most);
        if (!check_shrunk()) return run;
        frames_ = before;
        return {};
    }

    /// Calls `use(record)` for what `next` would yield, `most` records at most, and does not store them in between
    /// where records are small: the fastest way, for uses that become a part of the loop. Where they are stored,
    /// `use.all(records)` is called, if there is such a function. A copy of `use` is called, and assigned back to `use`
    /// at the end. Returns how many; 0 at the end and after damage, and where the file shrank meanwhile: everything
    /// that was made of records is to be thrown away then.
    template <class Use>
    std::size_t each_next(std::size_t most, Use& use) {
        const std::uint64_t before = frames_;
        if (each_usual(most, use) == 0) {
            const record_run run = walk_on(most);
            Use local = use;
            if constexpr (requires { local.all(run.records); }) local.all(run.records);
            else for (const record& r : run.records) local(r);
            use = local;
        }
        if (check_shrunk()) frames_ = before;
        return narrowed<std::size_t>(frames_ - before);
    }

    /// Whether the next record would have to be waited for: a pipe has no whole record at hand, and nothing more for
    /// now.
    [[nodiscard]] bool would_wait() const {
        if (!stream_ || ended_ || !stream_->would_wait()) return false;
        // A step of a copy, of which only the outcome is of use.
        capture_walker probe = walker_->resumed(std::make_shared<interface_list>(*interfaces_));
        std::array<record, 1> one;
        const walk_step step = probe.walk(input(), one);
        return step.count == 0 && step.state == walk_state::starved;
    }

    [[nodiscard]] capture_format format() const noexcept { return walker_->format(); }
    [[nodiscard]] const capture_walker& walker() const noexcept { return *walker_; }
    /// All interfaces described so far.
    [[nodiscard]] const std::shared_ptr<interface_list>& interfaces() const noexcept { return interfaces_; }
    /// The file's name as errors show it.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The size of the file in bytes, as it is on the disk; 0 for a pipe.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// Bytes of the file, unpacked where it is compressed, that are done with.
    [[nodiscard]] std::uint64_t offset() const noexcept { return walker_->offset(); }
    /// How the file is compressed; null where it is not.
    [[nodiscard]] const compression* packing() const noexcept { return stream_ ? stream_->packing() : nullptr; }
    /// Bytes of the file as it is on the disk that are done with, or nearly: progress, of `bytes`.
    [[nodiscard]] std::uint64_t bytes_done() const noexcept {
        return packing() != nullptr ? stream_->packed_offset() : offset();
    }
    /// Frames yielded so far.
    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
    /// Whether a mapped file was cut short while it was read. Everything that was made of records since this was last
    /// false may be made of zeros; the reader yields no more records.
    [[nodiscard]] bool check_shrunk() {
        if (!mapping_ || !mapping_->shrunk()) return false;
        if (!failure_) failure_ = error{.code = errc::shrunk, .offset = walker_->offset()};
        ended_ = true;
        return true;
    }
    /// What ended the file before its end: damage, or a failed read. Rows before it are good.
    [[nodiscard]] std::optional<error> damage() const {
        const std::optional<error>& why = failure_ ? failure_ : walker_->damage();
        return why ? std::optional<error>(why->about(name_)) : std::nullopt;
    }
    /// Shares the mapping that records point into; null when the file is read in windows or from memory.
    [[nodiscard]] const std::shared_ptr<const mapped_file>& mapping() const noexcept { return mapping_; }
    /// Whether records stay valid after the next run (mapping, memory) or not (windows).
    [[nodiscard]] bool records_stay() const noexcept { return !stream_.has_value(); }

private:
    /// Enough records for the decoder to run in a tight loop, few enough (32 bytes each) to stay in the first-level
    /// cache.
    static constexpr std::size_t run_records = 512;
    /// How large records are is known after the first ones, and decides how the records after them are walked.
    static constexpr std::size_t first_run_records = 32;
    /// At most so many records between two looks at how large records are.
    static constexpr std::size_t walk_records = 4096;
    static constexpr std::size_t sniff_bytes = pcap_header::bytes;

    record_reader(std::string name, std::shared_ptr<interface_list> interfaces)
        : name_(std::move(name)),
          interfaces_(interfaces ? std::move(interfaces) : std::make_shared<interface_list>()),
          records_(new std::array<record, run_records>) {}

    static result<record_reader> begin(record_reader reader, bool ahead) {
        if (reader.stream_) {
            result<void> filled = reader.stream_->begin(ahead);
            if (filled) filled = reader.stream_->fill(sniff_bytes);
            if (!filled && reader.stream_->window().empty()) return filled.error().about(reader.name_);
        }
        result<capture_walker> walker = capture_walker::open(reader.input().bytes, reader.interfaces_);
        if (!walker) return walker.error().about(reader.name_);
        reader.walker_.emplace(std::move(*walker));
        return reader;
    }

    record_run walk_on(std::size_t most) {
        record_run run;
        run.first_frame = frames_ + 1;
        if (most == 0 || next_from_lanes(run, std::min(most, run_records))) return run;
        while (!ended_) {
            const std::size_t count = walked_at_once(most);
            populate(walker_->offset() + count * mean_bytes_);
            take(run, walker_->walk(input(), std::span<record>(*records_).first(std::min(count, run_records))));
            if (!run.empty()) break;
        }
        return run;
    }

    /// The next records where small records follow each other.
    template <class Use>
    std::size_t each_usual(std::size_t most, Use& use) {
        if (ended_ || in_lanes_ || (!stream_ && lanes<pcap_chain>::are_big(mean_bytes_))) return 0;
        const std::size_t count = walked_at_once(most);
        populate(walker_->offset() + count * mean_bytes_);
        const usual_walk walked = walker_->each_usual(input(), count, use);
        consume(walked.consumed);
        note_taken(walked.count, walked.consumed);
        return walked.count;
    }

    [[nodiscard]] std::size_t walked_at_once(std::size_t most) const noexcept {
        return std::min(most, mean_bytes_ == 0 ? first_run_records : walk_records);
    }

    void note_taken(std::size_t count, std::size_t bytes) noexcept {
        frames_ += count;
        if (count != 0) mean_bytes_ = bytes / count;
    }

    /// A step of the walker; gives the records of that step.
    void take(record_run& run, const walk_step& step) {
        consume(step.consumed);
        run.records = std::span<const record>(*records_).first(step.count);
        note_taken(step.count, step.consumed);
        ended_ = step.state == walk_state::end || step.state == walk_state::damaged || walker_->offset() >= stop_;
        if (step.state != walk_state::starved) return;
        pending_ = step.wanted;
        if (step.count == 0) refill();
    }

    /// The next records from the lanes; false where records are to be walked one after the other.
    bool next_from_lanes(record_run& run, std::size_t most) {
        if (stream_ || ended_ || walker_->format() == capture_format::other) return false;
        if (walker_->format() == capture_format::pcap) next_from_pcap_lanes(run, most);
        else next_from_pcapng_lanes(run, most);
        return !run.empty();
    }

    void next_from_pcap_lanes(record_run& run, std::size_t most) {
        const std::optional<pcap_layout> layout = walker_->layout();
        if (!layout || layout->lengths_swapped || layout->lengths_unsure) return;
        const std::span<const std::uint32_t> places = walk_in(pcap_lanes_, pcap_chain{*layout});
        if (places.empty()) return;
        const std::size_t count = std::min(places.size(), most);
        const std::uint8_t* const base = whole_.data() + pcap_lanes_.base();
        for (std::size_t i = 0; i < count; ++i) {
            prefetch_ahead(base, places, i, pcap_chain::header_bytes);
            (*records_)[i] = layout->read(base + places[i]);
        }
        take_from(pcap_lanes_, run, count);
    }

    /// Blocks that are no packets are left to the walker, one at a time.
    void next_from_pcapng_lanes(record_run& run, std::size_t most) {
        while (run.empty() && !ended_ && !walker_->sections().empty() && walker_->between_blocks()) {
            const byte_order order = walker_->order();
            const std::span<const std::uint32_t> places = walk_in(pcapng_lanes_, pcapng_chain{order});
            if (places.empty()) return;
            const std::size_t count = walker_->read_usual(whole_, pcapng_lanes_.base(), places,
                                                          std::span<record>(*records_).first(most));
            if (count != 0) return take_from(pcapng_lanes_, run, count);
            const std::size_t next = pcapng_lanes_.end_of(1);
            take(run, walker_->walk({memory_, true, 1}, *records_));
            pcapng_lanes_.drop(1);
            // A section of the other byte order, or a block whose length was read in another way, makes the lanes begin
            // anew.
            if (walker_->order() != order || walker_->offset() != next) leave(pcapng_lanes_);
        }
    }

    /// The places that the lanes have found, from the walker's place on. Where lanes had to be dropped, new lanes begin
    /// only after as many bytes as the dropped lanes may have looked at in vain.
    template <class Chain>
    std::span<const std::uint32_t> walk_in(lanes<Chain>& walks, const Chain& chain) {
        if (in_lanes_) {
            populate(walks.reach());
            const std::span<const std::uint32_t> places = walks.places();
            if (!places.empty()) return places;
            leave(walks);
        }
        const std::size_t left = std::min(bytes_to_stop(), memory_.size());
        if (!walks.are_big(mean_bytes_) || !walks.fits(left) || walker_->offset() < lanes_from_) return {};
        const auto begin = narrowed<std::size_t>(walker_->offset());
        walks.start(whole_, begin, begin + left, chain);
        in_lanes_ = true;
        lanes_from_ = walks.reach();
        populate(walks.reach());
        return walks.places();
    }

    template <class Chain>
    void leave(lanes<Chain>& walks) noexcept {
        walks.forget();
        in_lanes_ = false;
    }

    /// The records that were made of the first `count` places.
    template <class Chain>
    void take_from(lanes<Chain>& walks, record_run& run, std::size_t count) {
        run.records = std::span<const record>(*records_).first(count);
        const std::size_t bytes = walks.end_of(count) - narrowed<std::size_t>(walker_->offset());
        note_taken(count, bytes);
        walks.drop(count);
        consume(bytes);
        walker_->advance(bytes);
    }

    [[nodiscard]] walk_input input() const noexcept {
        if (stream_) return {.bytes = stream_->window(), .last = stream_->at_end(), .may_pause = true};
        return {memory_, true, bytes_to_stop()};
    }

    /// Where in `memory_` no record may begin any more; without a bound where there is none.
    [[nodiscard]] std::size_t bytes_to_stop() const noexcept {
        const std::uint64_t offset = walker_->offset();
        if (offset >= stop_) return 0;
        return static_cast<std::size_t>(std::min<std::uint64_t>(stop_ - offset, walk_input().stop));
    }

    /// Maps what is read next, up to the byte `reach` and some more: few enough calls, of what is read soon.
    void populate(std::uint64_t reach) noexcept {
        constexpr std::uint64_t ahead = std::uint64_t{4} << 20;
        if (!mapping_ || reach < populated_) return;
        const std::uint64_t begin = std::max(populated_, walker_->offset());
        populated_ = std::min(reach + ahead, std::min(stop_, bytes_));
        if (begin < populated_)
            mapping_->populate(narrowed<std::size_t>(begin), narrowed<std::size_t>(populated_ - begin));
    }

    void consume(std::size_t bytes) noexcept {
        // The bytes of a run stay in the window until the next run is asked for: only the window's start moves.
        if (stream_)
            stream_->consume(bytes);
        else
            memory_ = memory_.subspan(bytes);
    }

    void refill() {
        const result<void> filled = stream_->fill(pending_);
        if (filled) return;
        failure_ = filled.error();
        failure_->offset = walker_->offset();
        ended_ = true;
    }

    std::string name_;
    std::shared_ptr<interface_list> interfaces_;
    std::unique_ptr<std::array<record, run_records>> records_;
    std::shared_ptr<const mapped_file> mapping_;
    std::optional<byte_source> stream_;
    bytes_view whole_;   ///< the capture, where it is in memory
    bytes_view memory_;  ///< the bytes of it that are left
    std::uint64_t stop_ = std::numeric_limits<std::uint64_t>::max();
    std::optional<capture_walker> walker_;
    lanes<pcap_chain> pcap_lanes_;
    lanes<pcapng_chain> pcapng_lanes_;
    bool in_lanes_ = false;
    std::uint64_t lanes_from_ = 0;  ///< no lanes begin before this byte
    std::size_t mean_bytes_ = 0;    ///< of the records taken last; 0 before the first
    std::optional<error> failure_;
    std::uint64_t bytes_ = 0;
    std::uint64_t frames_ = 0;
    std::uint64_t populated_ = 0;  ///< the byte of the file up to which pages were mapped ahead
    std::size_t pending_ = 0;
    bool ended_ = false;
};

}  // namespace pcapframe
