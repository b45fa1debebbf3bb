// The pcap file format: a 24-byte file header, then records of a 16-byte header and the captured bytes.
// Source: draft-ietf-opsawg-pcap. Also Kuznetzov's modified format, whose record headers have 8 more bytes; AIX's
// (version 2.2, interface types of RFC 1573 for link types, nanoseconds); DG/UX' version 543.0; Ixia's, whose file
// header has 4 bytes more; and variants with longer record headers (pcap_variants.hpp).
//
// Accepted as they are: any snapshot length, captured lengths above the snapshot length or above the length on the
// wire, sub-second fields of a second or more (these carry over). What counts is whether the bytes are there.
#pragma once

#include <algorithm>
#include <utility>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/format/walk.hpp>

namespace pcapframe::inline v0_2 {

/// The first four bytes of a pcap file, read as a big-endian number.
enum class pcap_magic : std::uint32_t {
    microseconds = 0xa1b2c3d4,
    nanoseconds = 0xa1b23c4d,
    modified = 0xa1b2cd34,  // Kuznetzov: microseconds, longer record headers
    ixia_hardware = 0x1c0001ac,  // Ixia: nanoseconds, a longer file header
    ixia_software = 0x1c0001ab,  // and microseconds
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
    bool is_aix = false;
    std::uint8_t extra_record_bytes = 0;  ///< of each record header, where they are longer than the magic number says

    [[nodiscard]] constexpr bool nanoseconds() const noexcept {
        return magic == pcap_magic::nanoseconds || magic == pcap_magic::ixia_hardware || is_aix;
    }
    [[nodiscard]] constexpr bool is_ixia() const noexcept {
        return magic == pcap_magic::ixia_hardware || magic == pcap_magic::ixia_software;
    }
    /// Where the first record begins. Ixia's header ends with the length of all records.
    [[nodiscard]] constexpr std::size_t records_at() const noexcept { return is_ixia() ? bytes + 4 : bytes; }
    /// Before version 2.3 the captured length stood behind the length on the wire.
    [[nodiscard]] constexpr bool lengths_swapped() const noexcept { return version_major != 2 || version_minor < 3; }

    /// Whether the file begins like a pcap, in which byte order.
    [[nodiscard]] static constexpr std::optional<byte_order> sniff(bytes_view file) noexcept {
        if (file.size() < 4) return std::nullopt;
        for (const byte_order order : {byte_order::little, byte_order::big}) {
            const auto word = static_cast<pcap_magic>(load32(file.data(), order));
            switch (word) {
                case pcap_magic::microseconds:
                case pcap_magic::nanoseconds:
                case pcap_magic::modified:
                case pcap_magic::ixia_hardware:
                case pcap_magic::ixia_software: return order;
            }
        }
        return std::nullopt;
    }

    /// Reads the header of a file that `sniff` knows.
    [[nodiscard]] static result<pcap_header> parse(bytes_view file) {
        const std::optional<byte_order> order = sniff(file);
        if (!order) return error{.code = errc::not_a_capture, .number = file.size() < 4 ? 0 : load_be32(file.data())};
        if (file.size() < bytes)
            return error{.code = errc::cut_header,
                         .offset = 0,
                         .number = bytes,
                         .other = file.size(),
                         .detail = "pcap file header"};
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
        const bool is_dg_ux = header.version_major == 543 && header.version_minor == 0;
        if (header.version_major != 2 && !is_dg_ux)
            return error{.code = errc::unsupported_version,
                         .offset = 4,
                         .number = header.version_major,
                         .other = header.version_minor,
                         .detail = "pcap"};
        header.take_aix_link_type();
        return header;
    }

    /// Takes what is known better than what the file says.
    void correct(const file_corrections& known) noexcept {
        link_type = known.link_type.value_or(link_type);
        if (known.fraction == time_fraction::as_written || magic == pcap_magic::modified) return;
        const bool nanoseconds = known.fraction == time_fraction::nanoseconds;
        if (is_ixia()) magic = nanoseconds ? pcap_magic::ixia_hardware : pcap_magic::ixia_software;
        else magic = nanoseconds ? pcap_magic::nanoseconds : pcap_magic::microseconds;
        is_aix = is_aix && nanoseconds;
    }

private:
    /// Other systems' files of version 2.2 have small link types, but these four are AIX' numbers of other link types.
    void take_aix_link_type() noexcept {
        if (magic != pcap_magic::microseconds || version_major != 2 || version_minor != 2) return;
        switch (link_type) {
            case 6: link_type = 1; break;    // Ethernet
            case 9: link_type = 6; break;    // token ring
            case 15: link_type = 10; break;  // FDDI
            case 24: link_type = 0; break;   // loopback
            default: return;
        }
        is_aix = true;
    }
};

/// How the records of one pcap file are laid out, and what all records of the file have in common.
struct pcap_layout {
    std::size_t header_bytes = 16;  ///< of a record; Kuznetzov's has 24
    byte_order order = byte_order::little;
    std::int64_t fraction_ns = 1000;  ///< nanoseconds of one unit of the sub-second field
    std::uint32_t interface = 0;      ///< index that the records carry
    std::uint16_t link_type = 0;
    bool lengths_swapped = false;  ///< before version 2.3 the two lengths stood in the other order
    bool lengths_unsure = false;   ///< and in 2.3 in either

    pcap_layout() = default;
    pcap_layout(const pcap_header& header, std::uint32_t interface_index) noexcept
        : header_bytes((header.magic == pcap_magic::modified ? 24U : 16U) + header.extra_record_bytes),
          order(header.order),
          fraction_ns(header.nanoseconds() ? 1 : 1000),
          interface(interface_index),
          link_type(header.link_type),
          lengths_swapped(header.lengths_swapped()),
          lengths_unsure(!header.lengths_swapped() && header.version_minor == 3) {}

    /// The record whose header begins at `p`; the caller has made sure of `header_bytes`, not of the data.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE record read(const std::uint8_t* p) const noexcept {
        record r;
        r.time = std::int64_t{load32(p, order)} * 1'000'000'000 + std::int64_t{load32(p + 4, order)} * fraction_ns;
        r.caplen = load32(p + 8, order);
        r.len = load32(p + 12, order);
        if (lengths_swapped || (lengths_unsure && r.caplen > r.len)) std::swap(r.caplen, r.len);
        r.data = p + header_bytes;
        r.interface = interface;
        r.link_type = link_type;
        return r;
    }

    /// Whether records begin with numbers of this machine's own order, as those of nearly all files do.
    [[nodiscard]] bool is_usual() const noexcept {
        return order == native_order && !lengths_swapped && !lengths_unsure;
    }
    /// A usual layout again, with all of it a constant that usual layouts have in common.
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE pcap_layout usual() const noexcept {
        pcap_layout known = *this;
        known.order = native_order;
        known.lengths_swapped = known.lengths_unsure = false;
        return known;
    }

    /// Whether the record's data fit into the bytes that are left from the record's header on. The limit is checked
    /// even where the bytes are there: a mapping and a pipe must give the same rows.
    [[nodiscard]] bool fits(const record& r, std::size_t left) const noexcept {
        return left - header_bytes >= r.caplen && r.caplen <= limits::record_bytes_max;
    }
};

/// Walks the records of a pcap file. Give it the file from its first record on, in windows of any size.
class pcap_walker {
public:
    pcap_walker() = default;
    explicit pcap_walker(const pcap_layout& layout) noexcept : layout_(layout) {}

    /// Writes the next records to `out`. Their bytes are views into `input`.
    walk_step walk(walk_input input, std::span<record> out) noexcept {
        const std::uint8_t* const begin = input.bytes.data();
        const std::uint8_t* p = begin;
        std::size_t left = input.bytes.size();
        std::size_t count = 0;
        std::size_t wanted = 0;
        const std::uint8_t* const stop = begin + std::min(input.stop, input.bytes.size());
        const bool stops_early = input.stop < input.bytes.size();
        while (count < out.size()) {
            if (stops_early && p >= stop) return {static_cast<std::size_t>(p - begin), count, 0, walk_state::full};
            wanted = layout_.header_bytes;
            if (left < wanted) break;
            prefetch(p, walk_prefetch_bytes);
            const record r = layout_.read(p);
            wanted += r.caplen;
            if (!layout_.fits(r, left)) break;
            out[count++] = r;
            p += wanted;
            left -= wanted;
        }
        const auto consumed = static_cast<std::size_t>(p - begin);
        if (count == out.size()) return {consumed, count, 0, walk_state::full};
        return {consumed, count, wanted, stop_short(left, wanted, input.last)};
    }

    /// Calls `use(record)` for records of a usual layout that are all there, `most` at most, without storing them.
    template <class Use>
    usual_walk each_usual(walk_input input, std::size_t most, Use& use) const {
        const pcap_layout layout = layout_.usual();
        const std::size_t bytes = input.bytes.size();
        if (!layout_.is_usual() || bytes < layout.header_bytes) return {};
        const std::uint8_t* const begin = input.bytes.data();
        const std::uint8_t* const end = begin + bytes;
        const std::uint8_t* const stop = begin + std::min(input.stop, bytes - layout.header_bytes + 1);
        const std::uint8_t* p = begin;
        Use local = use;
        std::size_t count = 0;
        while (count < most && p < stop) {
            prefetch(p, walk_prefetch_bytes);
            const record r = layout.read(p);
            if (!layout.fits(r, static_cast<std::size_t>(end - p))) break;
            PCAPFRAME_ASSUME(r.time != no_time);  // 32 bits of seconds have no such
            p += layout.header_bytes + r.caplen;
            ++count;
            local(r);
        }
        use = local;
        return {static_cast<std::size_t>(p - begin), count};
    }

    [[nodiscard]] const pcap_layout& layout() const noexcept { return layout_; }

    /// The file ends in its header, of which so many bytes are needed.
    void damage_at_header(std::size_t needed, std::size_t there) noexcept {
        damage_ = {.code = errc::cut_header, .number = needed, .other = there, .detail = "pcap file header"};
    }

    /// Why the walker stopped at damage; the error's offset is counted from the place where the bytes of the stopping
    /// step began, plus `consumed`.
    [[nodiscard]] const error& damage() const noexcept { return damage_; }

private:
    walk_state stop_short(std::size_t left, std::size_t wanted, bool last) noexcept {
        const std::size_t header = layout_.header_bytes;
        if (wanted > header + limits::record_bytes_max) {
            damage_ = {.code = errc::record_too_long,
                       .number = wanted - header,
                       .other = limits::record_bytes_max,
                       .detail = "captured packet"};
            return walk_state::damaged;
        }
        if (!last) return walk_state::starved;
        if (left == 0) return walk_state::end;
        const bool in_header = left < header;
        damage_ = {.code = errc::cut_record,
                   .number = in_header ? header : wanted - header,
                   .other = in_header ? left : left - header,
                   .detail = in_header ? "record header" : "captured packet"};
        return walk_state::damaged;
    }

    pcap_layout layout_{};
    error damage_{};
};

}  // namespace pcapframe
