// The pcap file format: a 24-byte file header, then records of a 16-byte header and the captured bytes.
// Source: draft-ietf-opsawg-pcap. Also Kuznetzov's modified format, whose record headers have 8 more bytes.
//
// Accepted as they are: any snapshot length, captured lengths above it or above the length on the wire, sub-second
// fields of a second or more (they carry over). What counts is whether the bytes are there.
#pragma once

#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/format/walk.hpp>

namespace pcapframe {

/// The first four bytes of a pcap file, read as a big-endian number.
enum class pcap_magic : std::uint32_t {
    microseconds = 0xa1b2c3d4,
    nanoseconds = 0xa1b23c4d,
    modified = 0xa1b2cd34,  // Kuznetzov: microseconds, longer record headers
};

/// The file header of a pcap.
struct pcap_header {
    static constexpr std::size_t bytes = 24;

    pcap_magic magic = pcap_magic::microseconds;
    byte_order order = byte_order::little;
    std::uint16_t version_major = 2;
    std::uint16_t version_minor = 4;
    std::uint32_t snaplen = 0;
    std::uint16_t link_type = 0;
    std::uint8_t fcs_bytes = 0;

    [[nodiscard]] constexpr bool nanoseconds() const noexcept { return magic == pcap_magic::nanoseconds; }

    /// Whether the file begins like a pcap, in which byte order.
    [[nodiscard]] static constexpr std::optional<byte_order> sniff(bytes_view file) noexcept {
        if (file.size() < 4) return std::nullopt;
        for (const byte_order order : {byte_order::little, byte_order::big}) {
            const auto word = static_cast<pcap_magic>(load32(file.data(), order));
            if (word == pcap_magic::microseconds || word == pcap_magic::nanoseconds || word == pcap_magic::modified)
                return order;
        }
        return std::nullopt;
    }

    /// Reads the header of a file that `sniff` knows.
    [[nodiscard]] static result<pcap_header> parse(bytes_view file) {
        const std::optional<byte_order> order = sniff(file);
        if (!order) return error{.code = errc::not_a_capture, .number = file.size() < 4 ? 0 : load_be32(file.data())};
        if (file.size() < bytes)
            return error{.code = errc::cut_header, .offset = 0, .number = bytes, .other = file.size(), .detail = "pcap file header"};
        const std::uint8_t* p = file.data();
        pcap_header header;
        header.magic = static_cast<pcap_magic>(load32(p, *order));
        header.order = *order;
        header.version_major = load16(p + 4, *order);
        header.version_minor = load16(p + 6, *order);
        header.snaplen = load32(p + 16, *order);
        const std::uint32_t word = load32(p + 20, *order);
        header.link_type = static_cast<std::uint16_t>(word);
        // Bit 26 says that the top four bits count the FCS in units of 16 bits.
        if ((word & 0x0400'0000) != 0) header.fcs_bytes = static_cast<std::uint8_t>((word >> 28) * 2);
        if (header.version_major != 2)
            return error{.code = errc::unsupported_version,
                         .offset = 4,
                         .number = header.version_major,
                         .other = header.version_minor,
                         .detail = "pcap"};
        return header;
    }
};

/// Walks the records of a pcap file. Give it the file from its first record on, in windows of any size.
class pcap_walker {
public:
    pcap_walker() = default;
    /// `interface` is the index that the records are to carry.
    pcap_walker(const pcap_header& header, std::uint32_t interface) noexcept
        : header_(header),
          interface_(interface),
          record_header_bytes_(header.magic == pcap_magic::modified ? 24 : 16),
          fraction_ns_(header.nanoseconds() ? 1 : 1000),
          // Before version 2.3 the two lengths stood in the other order, and in 2.3 in either.
          lengths_swapped_(header.version_minor < 3),
          lengths_unsure_(header.version_minor == 3) {}

    /// Writes the next records to `out`. Their bytes are views into `input`.
    walk_step walk(walk_input input, std::span<record> out) noexcept {
        const std::uint8_t* const begin = input.bytes.data();
        const std::uint8_t* p = begin;
        std::size_t left = input.bytes.size();
        std::size_t count = 0;
        std::size_t wanted = 0;
        while (count < out.size()) {
            wanted = record_header_bytes_;
            if (left < wanted) break;
            const record r = read_header(p);
            wanted = record_header_bytes_ + r.caplen;
            // The limit is checked even where the bytes are there: a mapping and a pipe must give the same rows.
            if (left < wanted || r.caplen > limits::record_bytes_max) break;
            out[count++] = r;
            p += wanted;
            left -= wanted;
        }
        const auto consumed = static_cast<std::size_t>(p - begin);
        if (count == out.size()) return {consumed, count, 0, walk_state::full};
        return {consumed, count, wanted, stop_short(left, wanted, input.last)};
    }

    /// Why the walker stopped at damage; its offset counts from where the stopping step's bytes began plus `consumed`.
    [[nodiscard]] const error& damage() const noexcept { return damage_; }

private:
    [[nodiscard]] record read_header(const std::uint8_t* p) const noexcept {
        const byte_order order = header_.order;
        record r;
        r.time = std::int64_t{load32(p, order)} * 1'000'000'000 + std::int64_t{load32(p + 4, order)} * fraction_ns_;
        r.caplen = load32(p + 8, order);
        r.len = load32(p + 12, order);
        if (lengths_swapped_ || (lengths_unsure_ && r.caplen > r.len)) std::swap(r.caplen, r.len);
        r.data = p + record_header_bytes_;
        r.interface = interface_;
        r.link_type = header_.link_type;
        return r;
    }

    walk_state stop_short(std::size_t left, std::size_t wanted, bool last) noexcept {
        if (wanted > record_header_bytes_ + limits::record_bytes_max) {
            damage_ = {.code = errc::record_too_long,
                       .number = wanted - record_header_bytes_,
                       .other = limits::record_bytes_max,
                       .detail = "captured packet"};
            return walk_state::damaged;
        }
        if (!last) return walk_state::starved;
        if (left == 0) return walk_state::end;
        const bool in_header = left < record_header_bytes_;
        damage_ = {.code = errc::cut_record,
                   .number = in_header ? record_header_bytes_ : wanted - record_header_bytes_,
                   .other = in_header ? left : left - record_header_bytes_,
                   .detail = in_header ? "record header" : "captured packet"};
        return walk_state::damaged;
    }

    pcap_header header_{};
    std::uint32_t interface_ = 0;
    std::size_t record_header_bytes_ = 16;
    std::int64_t fraction_ns_ = 1000;
    bool lengths_swapped_ = false;
    bool lengths_unsure_ = false;
    error damage_{};
};

}  // namespace pcapframe
