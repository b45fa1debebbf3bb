// How large the packets are: exact to 64 KiB, in classes above.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pcapframe::inline v0_2 {

/// Packets by their bytes on the wire.
///
/// Classes are four to a doubling (64 to 79, 80 to 95, 96 to 111, 112 to 127, 128 to 159, ...), so that small packets
/// are told apart as finely, in proportion, as large ones. The first holds everything below 16 bytes.
class size_counts {
public:
    static constexpr std::size_t class_count = 1 + 4 * (32 - 4);
    static constexpr std::uint32_t exact_below = 65'536;

    void add(std::uint32_t bytes) {
        ++packets_;
        bytes_ += bytes;
        least_ = std::min(least_, bytes);
        most_ = std::max(most_, bytes);
        ++classes_[class_of(bytes)];
        if (bytes >= exact_below) return;
        if (bytes >= exact_.size()) exact_.resize(std::min<std::size_t>(std::bit_ceil(bytes + 1U), exact_below));
        ++exact_[bytes];
    }

    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// The smallest and the largest packet; 0 where there is none.
    [[nodiscard]] std::uint32_t least() const noexcept { return packets_ == 0 ? 0 : least_; }
    [[nodiscard]] std::uint32_t most() const noexcept { return most_; }

    /// The size that half of the packets do not exceed (of an even number of packets, the lower of the two sizes in the
    /// middle); 0 where there is no packet. Above 64 KiB the upper end of the size's class.
    [[nodiscard]] std::uint32_t median() const noexcept {
        const std::uint64_t rank = packets_ / 2 + packets_ % 2;
        std::uint64_t seen = 0;
        for (std::size_t size = 0; size < exact_.size(); ++size)
            if ((seen += exact_[size]) >= rank) return static_cast<std::uint32_t>(size);
        for (std::size_t c = class_of(exact_below); c < class_count; ++c)
            if ((seen += classes_[c]) >= rank) return std::min(class_end(c), most_);
        return 0;
    }

    [[nodiscard]] std::uint64_t packets_in(std::size_t size_class) const noexcept { return classes_[size_class]; }

    [[nodiscard]] static constexpr std::size_t class_of(std::uint32_t bytes) noexcept {
        if (bytes < 16) return 0;
        const auto doubling = static_cast<std::size_t>(std::bit_width(bytes)) - 1;
        return 1 + 4 * (doubling - 4) + ((bytes >> (doubling - 2)) & 3);
    }
    /// The least size of a class, and the greatest.
    [[nodiscard]] static constexpr std::uint32_t class_begin(std::size_t c) noexcept {
        if (c == 0) return 0;
        const std::size_t doubling = 4 + (c - 1) / 4;
        return static_cast<std::uint32_t>((4 + (c - 1) % 4) << (doubling - 2));
    }
    [[nodiscard]] static constexpr std::uint32_t class_end(std::size_t c) noexcept {
        return c + 1 == class_count ? ~std::uint32_t{0} : class_begin(c + 1) - 1;
    }

private:
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint32_t least_ = ~std::uint32_t{0};
    std::uint32_t most_ = 0;
    std::array<std::uint64_t, class_count> classes_{};
    std::vector<std::uint64_t> exact_;
};

}  // namespace pcapframe
