// Frames one after the other, some of which are to be skipped: what LZ4 and Zstandard have in common.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pcapframe/codec/unpacker.hpp>

namespace pcapframe::inline v0_2 {

/// Sixteen magic numbers begin frames that mean nothing to a reader, in LZ4 and in Zstandard alike.
[[nodiscard]] constexpr bool is_skippable_frame(std::uint32_t magic) noexcept { return (magic & ~15U) == 0x184d'2a50; }

/// Takes a stream apart in steps, each of which is done whole or, where bytes are missing, not at all.
class frame_unpacker : public unpacker {
public:
    [[nodiscard]] unpack_step unpack(bytes_view packed, bool last) final {
        packed_ = packed;
        produced_ = {};
        wanted_ = 0;
        while (produced_.empty() && wanted_ == 0 && damage_ == nullptr && !(packed_.empty() && last && may_end()))
            step();
        if (wanted_ != 0 && last) {
            damage_ = cut_;
            wanted_ = 0;
        }
        // Bytes that were made before the damage are handed out first: the next step says what the damage is.
        return {packed.size() - packed_.size(), produced_, wanted_, produced_.empty() ? damage_ : nullptr};
    }

protected:
    /// `cut` is what is said of a stream that ends within a frame.
    explicit frame_unpacker(const char* cut) noexcept : cut_(cut) {}

    /// Whether the stream may end here.
    [[nodiscard]] virtual bool may_end() const noexcept = 0;
    /// Does one thing: takes bytes off `packed_`, sets `produced_`, asks by `has` for more, or fails.
    virtual void step() = 0;

    /// Whether so many bytes are here; where they are not, they are wanted.
    bool has(std::size_t bytes) noexcept {
        if (packed_.size() >= bytes) return true;
        wanted_ = bytes;
        return false;
    }
    void take(std::size_t bytes) noexcept { packed_ = packed_.subspan(bytes); }
    void fail(const char* why) noexcept { damage_ = why; }

    /// Takes the head of a frame that is to be skipped, magic number included; false where it is not here whole.
    bool begin_skip() noexcept {
        if (!has(8)) return false;
        skip_left_ = load_le32(packed_.data() + 4);
        take(8);
        return true;
    }
    /// Skips what is here of the frame; true where it was all of it.
    bool skip() noexcept {
        const std::size_t bytes = std::min(skip_left_, packed_.size());
        skip_left_ -= bytes;
        take(bytes);
        if (skip_left_ != 0) wanted_ = 1;
        return skip_left_ == 0;
    }
    [[nodiscard]] bool is_skipped() const noexcept { return skip_left_ == 0; }

    bytes_view packed_;    ///< the bytes that are not taken yet
    bytes_view produced_;  ///< the plain bytes of this step

private:
    const char* cut_;
    std::size_t wanted_ = 0;
    const char* damage_ = nullptr;
    std::size_t skip_left_ = 0;
};

}  // namespace pcapframe
