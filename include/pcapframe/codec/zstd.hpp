// Zstandard unpacked (RFC 8878): frames one after the other, and frames to be skipped, as the seekable format has one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/codec/frame_unpacker.hpp>
#include <pcapframe/codec/huffman.hpp>
#include <pcapframe/codec/unpacker.hpp>
#include <pcapframe/codec/xxhash.hpp>
#include <pcapframe/codec/zstd_sequences.hpp>

namespace pcapframe::inline v0_2 {

namespace zstd {

/// How a frame begins, and the most that a block holds unpacked.
inline constexpr std::uint32_t magic = 0xfd2f'b528;
inline constexpr std::size_t block_bytes_max = std::size_t{128} << 10;

/// What a frame says of itself (RFC 8878, section 3.1.1.1).
struct frame_head {
    std::size_t bytes = 0;  ///< of the head itself
    std::uint64_t window = 0;
    std::uint64_t content = 0;
    bool has_content = false;
    bool has_checksum = false;
    bool has_dictionary = false;
};

/// How many bytes a head has whose fifth byte, behind the magic number, is this.
[[nodiscard]] constexpr std::size_t head_bytes(std::uint8_t descriptor) noexcept {
    constexpr std::array<std::size_t, 4> dictionary{0, 1, 2, 4};
    constexpr std::array<std::size_t, 4> content{0, 2, 4, 8};
    const bool single = (descriptor & 0x20) != 0;
    const std::size_t sizes = descriptor >> 6 == 0 && single ? 1 : content[descriptor >> 6];
    return 5 + (single ? 0U : 1U) + dictionary[descriptor & 3] + sizes;
}

/// The head that begins with the magic number; all of its bytes are there.
[[nodiscard]] inline frame_head read_head(const std::uint8_t* p) noexcept {
    const std::uint8_t descriptor = p[4];
    const bool single = (descriptor & 0x20) != 0;
    frame_head head;
    head.bytes = head_bytes(descriptor);
    head.has_checksum = (descriptor & 4) != 0;
    const std::uint8_t* at = p + 5;
    if (!single) {
        const std::uint64_t base = std::uint64_t{1} << (10 + (*at >> 3));
        head.window = base + base / 8 * (*at & 7);
        ++at;
    }
    for (unsigned i = 0; i < (descriptor & 3U) + ((descriptor & 3) == 3 ? 1U : 0U); ++i)
        head.has_dictionary |= *at++ != 0;
    const auto left = static_cast<std::size_t>(p + head.bytes - at);
    for (std::size_t i = 0; i < left; ++i) head.content |= std::uint64_t{at[i]} << (8 * i);
    if (left == 2) head.content += 256;
    head.has_content = left != 0;
    if (single) head.window = head.content;
    return head;
}

}  // namespace zstd

/// Unpacks Zstandard; see unpacker.
class zstd_unpacker final : public frame_unpacker {
public:
    zstd_unpacker()
        : frame_unpacker("ends within a Zstandard frame"),
          block_(new std::uint8_t[margin + zstd::block_bytes_max + margin]()),
          literals_(new std::uint8_t[zstd::block_bytes_max + margin]()) {}

private:
    enum class part : std::uint8_t { head, block, tail, skipped };

    /// Readable bytes around what is read from the end, or copied in pieces.
    static constexpr std::size_t margin = 32;

    [[nodiscard]] bool may_end() const noexcept override {
        return (part_ == part::head && frames_ != 0) || (part_ == part::skipped && is_skipped());
    }

    void step() override {
        switch (part_) {
            case part::head: return head();
            case part::block: return block();
            case part::tail: return tail();
            case part::skipped: {
                if (skip()) part_ = part::head;
                return;
            }
        }
    }

    void head() {
        if (!has(4)) return;
        const std::uint32_t number = load_le32(packed_.data());
        if (is_skippable_frame(number)) {
            if (!begin_skip()) return;
            part_ = part::skipped;
            ++frames_;
            return;
        }
        if (number != zstd::magic) return fail("goes on with what is no Zstandard frame");
        if (!has(5)) return;
        if ((packed_[4] & 8) != 0) return fail("has a Zstandard frame with flags that are reserved");
        if (!has(zstd::head_bytes(packed_[4]))) return;
        frame_ = zstd::read_head(packed_.data());
        if (frame_.has_dictionary) return fail("was packed with a dictionary, which is not here");
        if (frame_.window > limits::zstd_window_bytes_max)
            return fail("wants more memory than 128 MiB: it was packed with a larger window (zstd --ultra, --long)");
        ++frames_;
        out_.clear();
        content_ = {};
        content_bytes_ = 0;
        huffman_ = {};
        sequences_.begin_frame();
        block_bytes_max_ = static_cast<std::size_t>(std::min<std::uint64_t>(
            zstd::block_bytes_max, std::max<std::uint64_t>(frame_.window, 1)));
        take(frame_.bytes);
        part_ = part::block;
    }

    void block() {
        if (!has(3)) return;
        const std::uint32_t word = packed_[0] | std::uint32_t{packed_[1]} << 8 | std::uint32_t{packed_[2]} << 16;
        const std::size_t bytes = word >> 3;
        const unsigned type = word >> 1 & 3;
        if (type == 3) return fail("has a block of a type that there is not");
        if (bytes > block_bytes_max_) return fail("has a block that is larger than it may be");
        const std::size_t stored = type == 1 ? 1 : bytes;
        if (!has(3 + stored)) return;
        out_.make_room(narrowed<std::size_t>(frame_.window), zstd::block_bytes_max);
        std::uint8_t* end = out_.end() + bytes;
        if (type == 0 && bytes != 0) std::memcpy(out_.end(), packed_.data() + 3, bytes);
        if (type == 1) std::memset(out_.end(), packed_[3], bytes);
        if (type == 2) end = packed_block(packed_.subspan(3, bytes));
        if (end == nullptr) return fail("has a block that is no packed data");
        take(3 + stored);
        produced_ = out_.grow_to(end);
        content_bytes_ += produced_.size();
        if (frame_.has_content && content_bytes_ > frame_.content) return fail("has another length than it says");
        if (frame_.has_checksum) content_.add(produced_);
        if ((word & 1) != 0) part_ = part::tail;
    }

    void tail() {
        const std::size_t bytes = frame_.has_checksum ? 4 : 0;
        if (!has(bytes)) return;
        if (frame_.has_content && content_bytes_ != frame_.content) return fail("has another length than it says");
        if (frame_.has_checksum && load_le32(packed_.data()) != static_cast<std::uint32_t>(content_.value()))
            return fail("has other bytes than its checksum (XXH64) is of");
        take(bytes);
        part_ = part::head;
    }

    /// Unpacks one block to the end of `out_`; null where it is damaged.
    std::uint8_t* packed_block(bytes_view in) noexcept {
        // With readable bytes on both sides: its streams are read from their ends.
        if (in.empty()) return nullptr;
        std::memcpy(block_.get() + margin, in.data(), in.size());
        bytes_view block(block_.get() + margin, in.size());
        bytes_view literals;
        if (!read_literals(block, literals)) return nullptr;
        std::uint32_t count = 0;
        if (!read_count(block, count)) return nullptr;
        if (count == 0) {
            if (!block.empty()) return nullptr;
            if (!literals.empty()) std::memcpy(out_.end(), literals.data(), literals.size());
            return out_.end() + literals.size();
        }
        if (block.empty()) return nullptr;
        const std::uint8_t modes = block[0];
        block = block.subspan(1);
        if (!sequences_.read_tables(modes, block)) return nullptr;
        return sequences_.run(
            {count, block, literals, out_.begin(), out_.end(), out_.end() + block_bytes_max_});
    }

    /// How many sequences there are (RFC 8878, section 3.1.1.3.2.1).
    [[nodiscard]] static bool read_count(bytes_view& block, std::uint32_t& count) noexcept {
        if (block.empty()) return false;
        const std::uint32_t first = block[0];
        const std::size_t bytes = first < 128 ? 1 : first < 255 ? 2 : 3;
        if (block.size() < bytes) return false;
        if (bytes == 1) count = first;
        if (bytes == 2) count = ((first - 128) << 8) + block[1];
        if (bytes == 3) count = block[1] + (std::uint32_t{block[2]} << 8) + 0x7f00;
        block = block.subspan(bytes);
        return true;
    }

    /// The literals section (RFC 8878, section 3.1.1.3.1), taken from the front of `block`.
    [[nodiscard]] bool read_literals(bytes_view& block, bytes_view& literals) noexcept {
        const unsigned type = block[0] & 3;
        const unsigned format = block[0] >> 2 & 3;
        if (type >= 2) return read_huffman(block, literals, type == 3, format);
        const std::size_t head = format == 1 ? 2 : format == 3 ? 3 : 1;
        if (block.size() < head) return false;
        std::uint32_t size = 0;
        for (std::size_t i = 0; i < head; ++i) size |= std::uint32_t{block[i]} << (8 * i);
        size >>= head == 1 ? 3 : 4;
        block = block.subspan(head);
        const std::size_t stored = type == 1 ? 1 : size;
        if (size > block_bytes_max_ || block.size() < stored) return false;
        if (type == 1) std::memset(literals_.get(), block[0], size);
        literals = type == 1 ? bytes_view(literals_.get(), size) : block.first(size);
        block = block.subspan(stored);
        return true;
    }

    [[nodiscard]] bool read_huffman(bytes_view& block, bytes_view& literals, bool repeated, unsigned format) noexcept {
        const std::size_t head = format < 2 ? 3 : format + 2U;
        const unsigned width = format < 2 ? 10 : format == 2 ? 14 : 18;
        if (block.size() < head) return false;
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < head; ++i) bits |= std::uint64_t{block[i]} << (8 * i);
        const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
        const auto size = narrowed<std::size_t>(bits >> 4 & mask);
        const auto packed = narrowed<std::size_t>(bits >> (4 + width) & mask);
        block = block.subspan(head);
        if (size > block_bytes_max_ || packed > block.size()) return false;
        bytes_view streams = block.first(packed);
        block = block.subspan(packed);
        if (repeated ? !huffman_.known() : !huffman_.read(streams)) return false;
        const std::span<std::uint8_t> out(literals_.get(), size);
        literals = out;
        return format == 0 ? huffman_.unpack(streams, out) : huffman_.unpack_four(streams, out);
    }

    std::unique_ptr<std::uint8_t[]> block_;
    std::unique_ptr<std::uint8_t[]> literals_;
    unpack_buffer out_;
    part part_ = part::head;
    std::uint64_t frames_ = 0;
    zstd::frame_head frame_;
    std::size_t block_bytes_max_ = 0;
    std::uint64_t content_bytes_ = 0;
    xxhash64 content_;
    zstd::huffman_table huffman_;
    zstd::sequence_unpacker sequences_;
};

}  // namespace pcapframe
