// Variants of pcap that have the usual magic number but longer record headers: Nokia's (4 bytes more), Red Hat 6.1's
// (8 more, the patch ss990417), and under Kuznetzov's magic number SuSE 6.3's (4 more, ss990915). Nothing in the file
// header tells them: the first records do, which only make sense with the right length. A file of one record is taken
// for the usual kind.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include <pcapframe/format/pcap.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

enum class record_guess : std::uint8_t { makes_sense, makes_none, too_few };

/// Whether the first two records make sense with `extra` bytes in each header. Odd lengths are no reason to believe in
/// longer headers, but one not to.
[[nodiscard]] inline record_guess guess_records(const pcap_header& header, std::size_t extra, bytes_view records) {
    constexpr std::uint32_t caplen_max = 262'144, microseconds = 1'000'000;
    constexpr std::int64_t ten_years = std::int64_t{315'360'000} * 1'000'000'000;
    pcap_layout layout(header, 0);
    layout.header_bytes += extra;
    std::int64_t first_time = 0;
    for (std::size_t seen = 0; seen < 2; ++seen) {
        if (records.size() < layout.header_bytes) return record_guess::too_few;
        const record r = layout.read(records.data());
        const bool is_usual = r.caplen <= caplen_max && load32(records.data() + 4, layout.order) < microseconds;
        if (seen == 0) first_time = r.time;
        const std::int64_t apart = r.time < first_time ? first_time - r.time : r.time - first_time;
        if (!is_usual || (extra != 0 && (r.caplen > r.len || apart > ten_years))) return record_guess::makes_none;
        records = records.subspan(std::min(records.size(), layout.header_bytes + r.caplen));
    }
    return record_guess::makes_sense;
}

}  // namespace detail

/// How many bytes each record header of this file has beyond the usual, by the records that follow the file header.
/// Nothing where the second record is needed to tell (`bytes_to_tell`).
[[nodiscard]] inline std::optional<std::size_t> extra_record_bytes(const pcap_header& header, bytes_view records) {
    const bool may_vary = (header.magic == pcap_magic::microseconds || header.magic == pcap_magic::modified) &&
                          header.version_major == 2 && header.version_minor == 4;
    if (!may_vary) return 0;
    const detail::record_guess usual = detail::guess_records(header, 0, records);
    if (usual == detail::record_guess::too_few) return std::nullopt;
    if (usual == detail::record_guess::makes_sense) return 0;
    constexpr std::array<std::size_t, 2> more{4, 8};
    for (const std::size_t extra : more) {
        if (header.magic == pcap_magic::modified && extra != more[0]) break;
        const detail::record_guess guess = detail::guess_records(header, extra, records);
        if (guess == detail::record_guess::makes_sense) return extra;
        if (guess == detail::record_guess::too_few) return std::nullopt;
    }
    return 0;
}

/// How many bytes of the records tell: the first, and the header of the second, as long as it may be where the usual
/// length makes no sense.
[[nodiscard]] inline std::size_t bytes_to_tell(const pcap_header& header, bytes_view records) {
    constexpr std::size_t extra_most = 8;
    const pcap_layout layout(header, 0);
    if (records.size() < layout.header_bytes) return layout.header_bytes;
    const bool is_usual = detail::guess_records(header, 0, records) == detail::record_guess::too_few;
    const std::size_t header_bytes = layout.header_bytes + (is_usual ? 0 : extra_most);
    return 2 * header_bytes + layout.read(records.data()).caplen;
}

}  // namespace pcapframe
