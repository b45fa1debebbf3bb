// What a BSD packet filter device (/dev/bpf) is read into: packets one after the other, each behind a header and padded
// to a word. This walker makes records of those bytes.
//
// Total on any bytes: every length is checked against the bytes that are left. Numbers are in the byte order of the
// machine. Source: bpf(4) of FreeBSD, NetBSD, OpenBSD and macOS, and their net/bpf.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// How a system lays out the header of a packet: the time is two numbers of 4 or 8 bytes, then come two lengths of 4
/// bytes and the header's own length of 2.
struct bpf_layout {
    std::size_t time_bytes = 4;       ///< of each of the two numbers
    std::int64_t fraction_ns = 1000;  ///< nanoseconds of one unit of the second number
    std::size_t alignment = 4;        ///< of the next header

    [[nodiscard]] constexpr std::size_t header_bytes() const noexcept { return 2 * time_bytes + 10; }
};

namespace bpf_layouts {
inline constexpr bpf_layout apple{4, 1000, 4};  ///< macOS, any processor
/// The header in front of each packet, by system.
inline constexpr bpf_layout openbsd{4, 1000, 4};
inline constexpr bpf_layout bsd32{4, 1000, 4};             ///< FreeBSD and NetBSD, 32-bit processors
inline constexpr bpf_layout bsd64{8, 1000, 8};             ///< and 64-bit ones
inline constexpr bpf_layout freebsd_nanoseconds{8, 1, 8};  ///< bpf_xhdr, where BIOCSTSTAMP asks for BPF_T_NANOTIME
}  // namespace bpf_layouts

/// Walks the packets of one read.
class bpf_buffer_walker {
public:
    bpf_buffer_walker() = default;
    bpf_buffer_walker(bytes_view buffer, const bpf_layout& layout, std::uint16_t link_type,
                      std::uint32_t interface) noexcept
        : left_(buffer), layout_(layout), interface_(interface), link_type_(link_type) {}

    /// Writes the next records to `out` and returns how many; 0 at the end. The records are views into the buffer.
    std::size_t walk(std::span<record> out) noexcept {
        std::size_t count = 0;
        while (count < out.size() && !left_.empty()) {
            if (!read_packet(out[count])) {
                damaged_ = true;
                left_ = {};
                break;
            }
            ++count;
        }
        return count;
    }

    /// Whether the buffer contradicted itself; the packets before that are good.
    [[nodiscard]] bool damaged() const noexcept { return damaged_; }

private:
    template <class Number>
    [[nodiscard]] Number number_at(std::size_t offset) const noexcept {
        Number value;
        std::memcpy(&value, left_.data() + offset, sizeof value);
        return value;
    }
    [[nodiscard]] std::int64_t time_at(std::size_t offset) const noexcept {
        return layout_.time_bytes == 4 ? number_at<std::uint32_t>(offset) : number_at<std::int64_t>(offset);
    }

    bool read_packet(record& out) noexcept {
        if (left_.size() < layout_.header_bytes()) return false;
        const std::size_t lengths = 2 * layout_.time_bytes;
        const std::size_t captured = number_at<std::uint32_t>(lengths);
        const std::size_t header = number_at<std::uint16_t>(lengths + 8);
        if (header < layout_.header_bytes() || header > left_.size() || captured > left_.size() - header) return false;
        out.data = left_.data() + header;
        out.caplen = static_cast<std::uint32_t>(captured);
        out.len = number_at<std::uint32_t>(lengths + 4);
        out.time = time_of(time_at(0), time_at(layout_.time_bytes));
        out.interface = interface_;
        out.link_type = link_type_;
        out.direction = direction::unknown;
        out.tag_in_front = false;
        const std::size_t padded = (header + captured + layout_.alignment - 1) / layout_.alignment * layout_.alignment;
        // Behind the last packet there is no padding on some systems.
        left_ = left_.subspan(std::min(padded, left_.size()));
        return true;
    }

    [[nodiscard]] std::int64_t time_of(std::int64_t seconds, std::int64_t fraction) const noexcept {
        std::int64_t time = 0;
        std::int64_t part = 0;
        const bool overflows = __builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &time) ||
                               __builtin_mul_overflow(fraction, layout_.fraction_ns, &part) ||
                               __builtin_add_overflow(time, part, &time);
        return overflows ? no_time : time;
    }

    bytes_view left_{};
    bpf_layout layout_{};
    std::uint32_t interface_ = 0;
    std::uint16_t link_type_ = 0;
    bool damaged_ = false;
};

}  // namespace pcapframe
