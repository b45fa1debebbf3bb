// LZ4 unpacked: frames with blocks that may refer to each other, the older "legacy" frames, and frames to be skipped.
// Sources: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md.
#pragma once

#include <cstdint>
#include <cstring>

#include <pcapframe/codec/frame_unpacker.hpp>
#include <pcapframe/codec/unpacker.hpp>
#include <pcapframe/codec/xxhash.hpp>

namespace pcapframe::inline v0_2 {

namespace lz4 {

/// How a frame and a legacy frame begin, and how far back a copy may reach.
inline constexpr std::uint32_t frame_magic = 0x184d'2204;
inline constexpr std::uint32_t legacy_magic = 0x184c'2102;
inline constexpr std::size_t window_bytes = 65'536;
/// A legacy block holds so much unpacked, all but the last.
inline constexpr std::size_t legacy_block_bytes = std::size_t{8} << 20;

/// The most that `bytes` become when they cannot be packed.
[[nodiscard]] constexpr std::size_t packed_bytes_max(std::size_t bytes) noexcept { return bytes + bytes / 255 + 16; }

/// A length of 15 goes on in bytes up to one that is not 255; false where the block ends within it.
inline bool read_length(const std::uint8_t*& in, const std::uint8_t* in_end, std::size_t& length) noexcept {
    std::uint8_t more = 255;
    while (more == 255) {
        if (in == in_end) return false;
        more = *in++;
        length += more;
    }
    return true;
}

/// Unpacks one block to `out`, before which `history` begins; the end of what was written, or null where the block is
/// damaged. Nothing is written at `limit` or behind it but the slack of an `unpack_buffer`.
[[nodiscard]] inline std::uint8_t* unpack_block(bytes_view block, const std::uint8_t* history, std::uint8_t* out,
                                                const std::uint8_t* limit) noexcept {
    const std::uint8_t* in = block.data();
    const std::uint8_t* const in_end = in + block.size();
    while (in != in_end) {
        const unsigned token = *in++;
        std::size_t literals = token >> 4;
        if (literals == 15 && !read_length(in, in_end, literals)) return nullptr;
        if (literals > static_cast<std::size_t>(in_end - in) || literals > static_cast<std::size_t>(limit - out))
            return nullptr;
        if (literals <= 16 && in_end - in >= 16) std::memcpy(out, in, 16);
        else if (literals != 0) std::memcpy(out, in, literals);
        in += literals;
        out += literals;
        if (in == in_end) return out;  // the last sequence is literals only
        if (in_end - in < 2) return nullptr;
        const std::size_t distance = load_le16(in);
        in += 2;
        std::size_t match = (token & 15) + 4;
        if (match == 19 && !read_length(in, in_end, match)) return nullptr;
        if (distance == 0 || distance > static_cast<std::size_t>(out - history) ||
            match > static_cast<std::size_t>(limit - out))
            return nullptr;
        out = copy_match(out, distance, match);
    }
    return nullptr;  // a block ends with literals, if none
}

}  // namespace lz4

/// Unpacks LZ4; see unpacker.
class lz4_unpacker final : public frame_unpacker {
public:
    lz4_unpacker() noexcept : frame_unpacker("ends within an LZ4 frame") {}

private:
    enum class part : std::uint8_t { magic, head, block, tail, legacy_block, skipped };

    [[nodiscard]] bool may_end() const noexcept override {
        return (part_ == part::magic && frames_ != 0) || part_ == part::legacy_block ||
               (part_ == part::skipped && is_skipped());
    }

    void step() override {
        switch (part_) {
            case part::magic: return magic();
            case part::head: return head();
            case part::block: return block();
            case part::tail: return tail();
            case part::legacy_block: return legacy_block();
            case part::skipped: {
                if (skip()) part_ = part::magic;
                return;
            }
        }
    }

    void magic() {
        if (!has(4)) return;
        const std::uint32_t number = load_le32(packed_.data());
        if (number == lz4::frame_magic) {
            part_ = part::head;  // whose flags are behind the magic number
            return;
        }
        if (number == lz4::legacy_magic) {
            begin_frame();
            part_ = part::legacy_block;
            return take(4);
        }
        if (!is_skippable_frame(number)) return fail("goes on with what is no LZ4 frame");
        if (!begin_skip()) return;
        part_ = part::skipped;
        ++frames_;
    }

    void begin_frame() noexcept {
        ++frames_;
        out_.clear();
        content_ = {};
        content_bytes_ = 0;
    }

    void head() {
        if (!has(7)) return;
        const std::uint8_t flags = packed_[4];
        const std::uint8_t sizes = packed_[5];
        if (flags >> 6 != 1) return fail("has an LZ4 frame of another version than 1");
        if ((flags & 2) != 0 || (sizes & 0x8f) != 0) return fail("has an LZ4 frame with flags that are reserved");
        if ((flags & 1) != 0) return fail("was packed with a dictionary, which is not here");
        if ((sizes >> 4 & 7) < 4) return fail("has an LZ4 frame with blocks of a size that there is not");
        has_content_size_ = (flags & 8) != 0;
        const std::size_t bytes = 7 + (has_content_size_ ? 8U : 0U);
        if (!has(bytes)) return;
        xxhash32 check;
        check.add(packed_.subspan(4, bytes - 5));
        if (packed_[bytes - 1] != static_cast<std::uint8_t>(check.value() >> 8))
            return fail("has an LZ4 header whose checksum is another");
        if (has_content_size_) content_size_ = load_le64(packed_.data() + 6);
        block_bytes_ = std::size_t{1} << (8 + 2 * (sizes >> 4 & 7));
        are_linked_ = (flags & 0x20) == 0;
        has_block_checks_ = (flags & 0x10) != 0;
        has_content_check_ = (flags & 4) != 0;
        begin_frame();
        take(bytes);
        part_ = part::block;
    }

    void block() {
        if (!has(4)) return;
        const std::uint32_t word = load_le32(packed_.data());
        if (word == 0) {
            take(4);
            part_ = part::tail;
            return;
        }
        const std::size_t bytes = word & 0x7fff'ffff;
        if (bytes > block_bytes_) return fail("has a block that is larger than it may be");
        if (!has(4 + bytes + (has_block_checks_ ? 4U : 0U))) return;
        const bytes_view data = packed_.subspan(4, bytes);
        if (has_block_checks_) {
            xxhash32 check;
            check.add(data);
            if (load_le32(data.data() + bytes) != check.value()) return fail("has a block whose checksum is another");
        }
        if (!are_linked_) out_.clear();
        out_.make_room(lz4::window_bytes, block_bytes_);
        std::uint8_t* end = nullptr;
        if ((word >> 31) != 0) {
            if (bytes != 0) std::memcpy(out_.end(), data.data(), bytes);
            end = out_.end() + bytes;
        } else {
            end = lz4::unpack_block(data, out_.begin(), out_.end(), out_.end() + block_bytes_);
        }
        if (end == nullptr) return fail("has a block that refers to bytes that are not there, or is too long");
        take(4 + bytes + (has_block_checks_ ? 4U : 0U));
        produced_ = out_.grow_to(end);
        content_bytes_ += produced_.size();
        if (has_content_check_) content_.add(produced_);
    }

    void tail() {
        if (!has(has_content_check_ ? 4 : 0)) return;
        if (has_content_check_ && load_le32(packed_.data()) != content_.value())
            return fail("has other bytes than its checksum (XXH32) is of");
        if (has_content_size_ && content_size_ != content_bytes_) return fail("has another length than it says");
        take(has_content_check_ ? 4 : 0);
        part_ = part::magic;
    }

    /// Blocks up to the end of the file, or to the next magic number.
    void legacy_block() {
        if (!has(4)) return;
        const std::uint32_t bytes = load_le32(packed_.data());
        if (bytes == lz4::frame_magic || bytes == lz4::legacy_magic || is_skippable_frame(bytes)) {
            part_ = part::magic;
            return;
        }
        if (bytes > lz4::packed_bytes_max(lz4::legacy_block_bytes))
            return fail("has a block that is larger than it may be");
        if (!has(4 + std::size_t{bytes})) return;
        out_.clear();
        out_.make_room(0, lz4::legacy_block_bytes);
        std::uint8_t* const end = lz4::unpack_block(packed_.subspan(4, bytes), out_.begin(), out_.end(),
                                                    out_.end() + lz4::legacy_block_bytes);
        if (end == nullptr) return fail("has a block that refers to bytes that are not there, or is too long");
        take(4 + std::size_t{bytes});
        produced_ = out_.grow_to(end);
    }

    unpack_buffer out_;
    part part_ = part::magic;
    std::uint64_t frames_ = 0;
    std::size_t block_bytes_ = 0;
    bool are_linked_ = false;
    bool has_block_checks_ = false;
    bool has_content_check_ = false;
    bool has_content_size_ = false;
    std::uint64_t content_size_ = 0;
    std::uint64_t content_bytes_ = 0;
    xxhash32 content_;
};

}  // namespace pcapframe
