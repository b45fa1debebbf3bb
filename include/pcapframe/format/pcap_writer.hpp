// Writes the pcap file format: a 24-byte file header, then records of a 16-byte header and the captured bytes.
// Source: draft-ietf-opsawg-pcap.
#pragma once

#include <limits>

#include <pcapframe/format/byte_output.hpp>
#include <pcapframe/format/pcap.hpp>

namespace pcapframe::inline v0_2 {

/// Writes records of one link type, in either byte order, with microseconds (fractions of a microsecond are cut off) or
/// nanoseconds as the header's magic says. The modified format of Kuznetzov is read only.
class pcap_writer {
public:
    /// What the file header is to say. A snapshot length of 0 is written as the limit that readers expect.
    explicit pcap_writer(const pcap_header& header) noexcept : header_(header) {
        PCAPFRAME_ASSERT(header.magic != pcap_magic::modified);
    }

    [[nodiscard]] const pcap_header& header() const noexcept { return header_; }

    /// The file header: once, before all records.
    template <byte_output Output>
    void begin(Output& out) const {
        constexpr std::uint32_t usual_snaplen = 262'144;
        field_writer fields(out.reserve(pcap_header::bytes), header_.order);
        fields.u32(static_cast<std::uint32_t>(header_.magic));
        fields.u16(header_.version_major);
        fields.u16(header_.version_minor);
        fields.zeros(8);  // time zone and accuracy, which nobody uses
        fields.u32(header_.snaplen == 0 ? usual_snaplen : header_.snaplen);
        // Bit 26 says that the top four bits count the frame check sequence in units of 16 bits.
        const std::uint32_t fcs =
            header_.fcs_bytes == 0 ? 0 : 0x0400'0000U | static_cast<std::uint32_t>(header_.fcs_bytes / 2) << 28;
        fields.u32(fcs | header_.link_type);
        out.commit(pcap_header::bytes);
    }

    /// Whether a packet can have this time: one from 1970 to 2106. The format cannot say that a packet has none.
    [[nodiscard]] static constexpr bool holds(std::int64_t time) noexcept {
        return time >= 0 && time <= time_max;
    }

    /// One packet. A time that the format cannot hold (none, before 1970, after 2106) is written as the nearest time
    /// that it can hold.
    template <byte_output Output>
    void write(Output& out, const record& r) const {
        PCAPFRAME_ASSERT(r.link_type == header_.link_type);
        constexpr std::size_t header_bytes = 16;
        const std::int64_t time = r.time < 0 ? 0 : r.time > time_max ? time_max : r.time;
        const auto fraction = static_cast<std::uint32_t>(time % second_ns);
        const std::size_t bytes = header_bytes + r.whole_caplen();
        field_writer fields(out.reserve(bytes), header_.order);
        fields.u32(static_cast<std::uint32_t>(time / second_ns));
        fields.u32(header_.nanoseconds() ? fraction : fraction / 1000);
        fields.u32(r.whole_caplen());
        fields.u32(r.whole_len());
        fields.packet(r);
        out.commit(bytes);
    }

private:
    static constexpr std::int64_t second_ns = 1'000'000'000;
    static constexpr std::int64_t time_max = std::int64_t{std::numeric_limits<std::uint32_t>::max()} * second_ns;

    pcap_header header_;
};

}  // namespace pcapframe
