// Captures in memory for the layer benchmarks: TCP and UDP over IPv4 and IPv6, in two mixes of sizes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace bench {

enum class mix { imix, small };

class capture_builder {
public:
    capture_builder() { little32({0xa1b2c3d4, 0x0004'0002, 0, 0, 262'144, 1}); }

    /// One frame of `size` bytes; `i` varies addresses, ports and time.
    void add(std::uint32_t i, std::size_t size, bool ipv6, bool udp) {
        little32({1'700'000'000 + i / 1000, i % 1000 * 1000, static_cast<std::uint32_t>(size),
                  static_cast<std::uint32_t>(size)});
        const std::size_t start = bytes_.size();
        bytes_.insert(bytes_.end(), {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
        const std::size_t ip_bytes = size - 14;
        if (ipv6) {
            big16({0x86dd, 0x6000, 0, static_cast<std::uint16_t>(ip_bytes - 40),
                   static_cast<std::uint16_t>((udp ? 17 : 6) << 8 | 64)});
            for (int side = 0; side < 2; ++side)
                big16({0x2001, 0x0db8, 0, 0, 0, 0, static_cast<std::uint16_t>(i >> 8),
                       static_cast<std::uint16_t>(i * 7)});
        } else {
            big16({0x0800, 0x4500, static_cast<std::uint16_t>(ip_bytes), static_cast<std::uint16_t>(i), 0,
                   static_cast<std::uint16_t>(64 << 8 | (udp ? 17 : 6)), 0});
            for (int side = 0; side < 2; ++side) big16({0x0a00, static_cast<std::uint16_t>(i * 31)});
        }
        big16({static_cast<std::uint16_t>(1024 + i % 50'000), 443});
        if (udp) big16({static_cast<std::uint16_t>(ip_bytes - (ipv6 ? 40 : 20)), 0});
        else big16({0, 1, 0, 1, 0x5010, 0xffff, 0, 0});
        bytes_.resize(start + size);
    }

    [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    void little32(std::initializer_list<std::uint32_t> words) {
        for (const std::uint32_t word : words)
            for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(word >> shift));
    }
    void big16(std::initializer_list<std::uint16_t> words) {
        for (const std::uint16_t word : words) {
            bytes_.push_back(static_cast<std::uint8_t>(word >> 8));
            bytes_.push_back(static_cast<std::uint8_t>(word));
        }
    }

    std::vector<std::uint8_t> bytes_;
};

inline constexpr std::uint32_t packets = 20'000;

/// A capture of `packets` frames.
inline std::vector<std::uint8_t> make_capture(mix kind) {
    constexpr std::size_t imix_sizes[] = {64, 74, 590, 590, 1514, 1514, 74, 1514};
    capture_builder capture;
    std::uint32_t random = 12345;
    for (std::uint32_t i = 0; i < packets; ++i) {
        random = random * 1'664'525 + 1'013'904'223;
        const std::uint32_t dice = random >> 16;
        const bool ipv6 = dice % 100 < 15;
        const std::size_t size = kind == mix::imix ? imix_sizes[dice / 100 % 8] : 60 + dice % 21;
        capture.add(i, ipv6 && size < 74 ? 74 : size, ipv6, dice % 5 == 0);
    }
    return capture.take();
}

}  // namespace bench
