// Compressed bytes become plain bytes, a step at a time: what every codec that reads offers. No I/O: the caller brings
// the packed bytes and takes the plain bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// What a step came to.
struct unpack_step {
    std::size_t consumed = 0;  ///< packed bytes that are done with; the others are to be given again
    bytes_view produced{};     ///< plain bytes; they belong to the unpacker and stay until its next step
    /// How many packed bytes, those not consumed included, the next step cannot do without; 0 where that is not known.
    std::size_t wanted = 0;
    const char* damage = nullptr;  ///< why nothing follows: a phrase; null where there is no damage
};

/// Unpacks one stream. A step with nothing consumed and nothing produced wants more bytes, met damage, or is at the
/// end.
class unpacker {
public:
    unpacker() = default;
    unpacker(const unpacker&) = delete;
    unpacker& operator=(const unpacker&) = delete;
    virtual ~unpacker() = default;

    /// Goes on with `packed`, which begins with the first byte that is not consumed; `last` says that no more come.
    /// Whatever the bytes are, a step ends: it does no more than a buffer of plain bytes holds.
    [[nodiscard]] virtual unpack_step unpack(bytes_view packed, bool last) = 0;
};

/// Plain bytes that were made, as far back as later ones may refer to, and room for more behind them.
class unpack_buffer {
public:
    /// Keeps the last `window` bytes and makes `room` behind them.
    void make_room(std::size_t window, std::size_t room) {
        if (capacity_ - end_ >= room) return;
        const std::size_t kept = std::min(window, end_);
        // Twice the window, so that what is moved to the front is moved seldom.
        const std::size_t wanted = kept + room + std::max(kept, least_room);
        if (kept + room > capacity_) return move_to(new std::uint8_t[wanted + slack], wanted, kept);
        std::memmove(bytes_.get(), bytes_.get() + end_ - kept, kept);
        end_ = kept;
    }

    [[nodiscard]] std::uint8_t* begin() noexcept { return bytes_.get(); }
    [[nodiscard]] std::uint8_t* end() noexcept { return bytes_.get() + end_; }
    /// Where room ends; up to `slack` bytes more may be written and mean nothing.
    [[nodiscard]] std::uint8_t* limit() noexcept { return bytes_.get() + capacity_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_; }
    [[nodiscard]] std::size_t room() const noexcept { return capacity_ - end_; }
    /// The bytes up to `end` are there now.
    bytes_view grow_to(const std::uint8_t* end) noexcept {
        const std::size_t before = end_;
        end_ = static_cast<std::size_t>(end - bytes_.get());
        return {bytes_.get() + before, end_ - before};
    }
    /// Forgets all bytes: a new stream refers to none of them.
    void clear() noexcept { end_ = 0; }

    static constexpr std::size_t slack = 64;

private:
    static constexpr std::size_t least_room = std::size_t{256} << 10;

    void move_to(std::uint8_t* bigger, std::size_t capacity, std::size_t kept) noexcept {
        std::unique_ptr<std::uint8_t[]> bytes(bigger);
        if (kept != 0) std::memcpy(bytes.get(), bytes_.get() + end_ - kept, kept);
        bytes_ = std::move(bytes);
        capacity_ = capacity;
        end_ = kept;
    }

    std::unique_ptr<std::uint8_t[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t end_ = 0;
};

/// Copies `size` bytes from `distance` bytes before `out`, where the two places may overlap, as LZ77 has it; returns
/// the end. Up to 32 bytes behind the end may be written as well.
PCAPFRAME_ALWAYS_INLINE std::uint8_t* copy_match(std::uint8_t* out, std::size_t distance, std::size_t size) noexcept {
    const std::uint8_t* from = out - distance;
    std::uint8_t* const end = out + size;
    if (distance >= 16) {
        do {
            std::memcpy(out, from, 16);
            out += 16;
            from += 16;
        } while (out < end);
        return end;
    }
    if (distance >= 8) {
        do {
            std::memcpy(out, from, 8);
            out += 8;
            from += 8;
        } while (out < end);
        return end;
    }
    if (distance == 1) {
        std::memset(out, *from, size);
        return end;
    }
    // A short pattern: once eight bytes of it are there, they are copied from a multiple of its length before.
    for (unsigned i = 0; i < 8; ++i) out[i] = from[i];
    std::size_t multiple = distance;
    while (multiple < 8) multiple += distance;
    out += 8;
    for (; out < end; out += 8) std::memcpy(out, out - multiple, 8);
    return end;
}

}  // namespace pcapframe
