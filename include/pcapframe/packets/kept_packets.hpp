// The wanted packets of a stretch of a capture: as bytes of the file where the capture is a pcap, else as records.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <pcapframe/decode/row_test.hpp>
#include <pcapframe/source/row_cursor.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Memory that does not move when more memory is taken, and that is used again after `clear`.
class byte_blocks {
public:
    std::uint8_t* take(std::size_t bytes) {
        if (blocks_.empty() || bytes > blocks_[at_].bytes - used_) add(bytes);
        std::uint8_t* const taken = blocks_[at_].memory.get() + used_;
        used_ += bytes;
        return taken;
    }
    void clear() noexcept {
        if (blocks_.size() > 1) blocks_.resize(1);
        at_ = used_ = 0;
    }

private:
    static constexpr std::size_t block_bytes = std::size_t{1} << 20;

    struct block {
        std::unique_ptr<std::uint8_t[]> memory;
        std::size_t bytes = 0;
    };

    void add(std::size_t bytes) {
        const std::size_t room = std::max(bytes, block_bytes);
        blocks_.push_back({std::unique_ptr<std::uint8_t[]>(new std::uint8_t[room]), room});
        at_ = blocks_.size() - 1;
        used_ = 0;
    }

    std::vector<block> blocks_;
    std::size_t at_ = 0;
    std::size_t used_ = 0;
};

}  // namespace detail

/// Collects wanted packets, in order. A thread may have one for its piece of a file.
///
/// Packets of a pcap stay as the file stores them, headers and all, so that a file of the same form takes them
/// unchanged: long rows of packets straight from the mapping, short rows copied together. What is kept is valid until
/// `clear`, and as long as the readers' mappings, which are kept alive.
///
///     kept_packets kept(*plan_read({.filter = "tcp"}));
///     while (*kept.add_next(reader)) {
///         for (const record& r : kept.records()) use(r);  // of a pcapng; `pieces()` of a pcap
///         kept.clear();
///     }
class kept_packets {
public:
    /// Packets as a pcap stores them: one behind the other, each behind its header.
    struct piece {
        const std::uint8_t* data = nullptr;
        std::size_t bytes = 0;
        std::uint64_t packets = 0;
        bool plain = false;  ///< the times are stored as the library would write them
    };

    explicit kept_packets(const read_plan& plan) : selection_(plan), is_row_(selection_.filter()) {}

    void clear() {
        pieces_.clear();
        records_.clear();
        copies_.clear();
        layout_.reset();
        count_ = 0;
    }

    /// Keeps the wanted records of a run; none of the bytes that a mapping shows after its file shrank.
    result<void> add(const record_run& run, record_reader& reader) {
        const std::size_t pieces = pieces_.size();
        const piece last = pieces_.empty() ? piece{} : pieces_.back();
        const std::size_t records = records_.size();
        const std::uint64_t count = count_;
        const auto& header = reader.walker().header();
        if (header && !run.empty()) layout_ = pcap_layout(*header, run.records[0].interface);
        stays_ = reader.records_stay();
        if (mapping_ != reader.mapping()) {
            mapping_ = reader.mapping();
            name_ = reader.name();
        }
        interfaces_ = reader.interfaces();
        const result<void> selected =
            selection_.each_run(run, reader, [&](const record_run& wanted) {
                keep_rows(wanted.records);
                return true;
            });
        if (!reader.check_shrunk()) return selected;
        pieces_.resize(pieces);
        if (!pieces_.empty()) pieces_.back() = last;
        records_.resize(records);
        count_ = count;
        return selected;
    }

    /// Keeps the wanted ones of the reader's next records; false where there are no more records.
    [[nodiscard]] result<bool> add_next(record_reader& reader) {
        const record_run run = reader.next();
        if (run.empty()) return false;
        const result<void> added = add(run, reader);
        if (!added) return added.error();
        return true;
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// How the pieces are laid out; nothing where packets are kept as records.
    [[nodiscard]] const std::optional<pcap_layout>& layout() const noexcept { return layout_; }
    [[nodiscard]] std::span<const piece> pieces() const noexcept { return pieces_; }
    [[nodiscard]] std::span<const record> records() const noexcept { return records_; }
    /// The interfaces, as the records number them.
    [[nodiscard]] const interface_list& interfaces() const noexcept { return *interfaces_; }
    /// Whether packets are from a mapping that is damaged by now.
    [[nodiscard]] bool shrunk() const noexcept { return mapping_ != nullptr && mapping_->shrunk(); }
    [[nodiscard]] error shrunk_error() const {
        return error{.code = errc::shrunk, .offset = mapping_->bytes().size()}.about(name_);
    }

private:
    /// From so many bytes on, a row of packets is written straight from the mapping: a shorter row is cheaper to copy
    /// than to hand to the system as a place of its own.
    static constexpr std::size_t in_place_bytes = 512;

    /// Keeps, of packets that follow each other, those that are rows.
    void keep_rows(std::span<const record> packets) {
        const row_filter filter = selection_.filter();
        if (filter.all_frames && !filter.protocol) return keep(packets);
        while (!packets.empty()) {
            const auto is_one = [&](const record& r) { return is_row_(r); };
            const auto begin = std::find_if(packets.begin(), packets.end(), is_one);
            const auto end = std::find_if_not(begin, packets.end(), is_one);
            if (begin != end) keep({begin, end});
            packets = {end, packets.end()};
        }
    }

    void keep(std::span<const record> packets) {
        count_ += packets.size();
        if (layout_) return keep_stored(packets);
        for (record r : packets) {
            if (!stays_) r.data = copy_of(r);
            records_.push_back(r);
        }
    }

    void keep_stored(std::span<const record> packets) {
        const std::uint8_t* const begin = packets.front().data - layout_->header_bytes;
        const auto bytes = static_cast<std::size_t>(packets.back().data + packets.back().caplen - begin);
        const bool in_place = stays_ && bytes >= in_place_bytes;
        const std::uint8_t* data = begin;
        if (!in_place) {
            std::uint8_t* const copied = copies_.take(bytes);
            std::memcpy(copied, begin, bytes);
            data = copied;
        }
        const bool plain = is_plain(packets);
        piece* const last = pieces_.empty() ? nullptr : &pieces_.back();
        if (last != nullptr && last->data + last->bytes == data && last->plain == plain) {
            last->bytes += bytes;
            last->packets += packets.size();
        } else {
            pieces_.push_back({data, bytes, packets.size(), plain});
        }
    }

    /// Whether all times are below a second behind the second: packets with other times are written differently from
    /// how they are stored.
    [[nodiscard]] bool is_plain(std::span<const record> packets) const noexcept {
        const auto units = static_cast<std::uint32_t>(1'000'000'000 / layout_->fraction_ns);
        bool plain = true;
        for (const record& r : packets)
            plain &= load32(r.data - layout_->header_bytes + 4, layout_->order) < units;
        return plain;
    }

    [[nodiscard]] const std::uint8_t* copy_of(const record& r) {
        const std::size_t in_front = r.tag_in_front ? record::tag_bytes : 0;
        std::uint8_t* const copied = copies_.take(in_front + r.caplen);
        if (in_front + r.caplen != 0) std::memcpy(copied, r.data - in_front, in_front + r.caplen);
        return copied + in_front;
    }

    row_selection selection_;
    row_test is_row_;
    std::optional<pcap_layout> layout_;
    std::vector<piece> pieces_;
    std::vector<record> records_;
    detail::byte_blocks copies_;
    std::shared_ptr<const mapped_file> mapping_;
    std::shared_ptr<interface_list> interfaces_;
    std::string name_;  ///< of the file that is mapped
    bool stays_ = false;
    std::uint64_t count_ = 0;
};

}  // namespace pcapframe
