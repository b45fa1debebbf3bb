// The path of a packet: which headers it has, and where each is. What walks over headers writes it, what fills columns
// reads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

/// A header of a packet, or the payload behind the last one. Offsets are from the start of the captured frame.
struct header_place {
    layer kind;
    std::uint32_t begin;  ///< where the header begins
    std::uint32_t end;    ///< where the bytes end that the header and all that it carries are in

    /// The header's bytes and all that it carries: fewer than the header has where the packet was cut within.
    [[nodiscard]] constexpr bytes_view in(bytes_view frame) const noexcept {
        return frame.subspan(begin, end - begin);
    }

    friend constexpr bool operator==(const header_place&, const header_place&) = default;
};

/// The headers of a packet in the order in which they stand, `limits::path_headers_max` at most. Each begins where the
/// one before it does or behind that, and ends within the frame.
class header_path {
public:
    // A path is made for every packet that has to be walked over: nothing is written before there is a header.
    header_path() noexcept {}

    /// False where there is no room for one more.
    [[nodiscard]] bool push(const header_place& header) noexcept {
        if (size_ == places_.size()) return false;
        places_[size_++] = header;
        return true;
    }
    [[nodiscard]] std::span<const header_place> headers() const noexcept { return {places_.data(), size_}; }
    /// Those from number `first` to the one before number `end`.
    [[nodiscard]] std::span<const header_place> headers(std::size_t first, std::size_t end) const noexcept {
        return headers().subspan(first, end - first);
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t room() const noexcept { return places_.size() - size_; }

private:
    std::array<header_place, limits::path_headers_max> places_;
    std::size_t size_ = 0;
};

}  // namespace pcapframe
