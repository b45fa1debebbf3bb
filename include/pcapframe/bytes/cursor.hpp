// A forward reader that cannot leave its bytes: for headers and options, where a check per field costs nothing.
#pragma once

#include <algorithm>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// Reads forward through `bytes` in the given byte order. Once a read asks for more than is left the cursor is
/// exhausted: that read and all later ones give zeros (or empty views), and `ok` says so.
class cursor {
public:
    constexpr cursor(bytes_view bytes, byte_order order) noexcept : bytes_(bytes), order_(order) {}

    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
    [[nodiscard]] constexpr std::size_t left() const noexcept { return bytes_.size(); }
    /// What is left.
    [[nodiscard]] constexpr bytes_view rest() const noexcept { return bytes_; }

    /// The next `count` bytes.
    constexpr bytes_view take(std::size_t count) noexcept {
        if (count > bytes_.size()) {
            ok_ = false;
            bytes_ = {};
            return {};
        }
        const bytes_view taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }

    /// Steps over `count` bytes, or over what is left if that is less.
    constexpr void skip_at_most(std::size_t count) noexcept { bytes_ = bytes_.subspan(std::min(count, bytes_.size())); }

    constexpr std::uint16_t u16() noexcept {
        const bytes_view b = take(2);
        return b.empty() ? std::uint16_t{0} : load16(b.data(), order_);
    }

    constexpr std::uint32_t u32() noexcept {
        const bytes_view b = take(4);
        return b.empty() ? 0 : load32(b.data(), order_);
    }

    constexpr std::uint64_t u64() noexcept {
        const bytes_view b = take(8);
        return b.empty() ? 0 : load64(b.data(), order_);
    }

private:
    bytes_view bytes_;
    byte_order order_;
    bool ok_ = true;
};

}  // namespace pcapframe
