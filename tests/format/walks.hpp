// Walks a capture in memory, in one piece or in windows, and keeps all that came of it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include <pcapframe/format/walker.hpp>

#include "../bytes/hex.hpp"
#include "../bytes/random.hpp"

namespace testing {

/// A record with bytes of its own.
struct kept_record {
    byte_string data;
    std::uint32_t len = 0;
    std::int64_t time = 0;
    std::uint32_t interface = 0;
    std::uint16_t link_type = 0;

    friend bool operator==(const kept_record&, const kept_record&) = default;
};

/// Damage without its prose.
struct kept_damage {
    pcapframe::errc code{};
    std::uint64_t offset = 0;
    std::uint64_t number = 0;
    std::uint64_t other = 0;

    friend bool operator==(const kept_damage&, const kept_damage&) = default;
    friend std::ostream& operator<<(std::ostream& out, const kept_damage& d) {
        return out << "code " << static_cast<int>(d.code) << " at byte " << d.offset << ", " << d.number << ", "
                   << d.other;
    }
};

inline kept_damage kept(const pcapframe::error& e) { return {e.code, e.offset, e.number, e.other}; }

struct walked {
    std::vector<kept_record> records;
    std::optional<kept_damage> refused;  ///< not a capture at all
    std::optional<kept_damage> damage;
    pcapframe::interface_list interfaces;
    std::vector<pcapframe::pcapng_section> sections;
    std::optional<pcapframe::pcap_header> header;
    std::uint64_t offset = 0;

    /// The same records and the same end.
    friend bool operator==(const walked& a, const walked& b) {
        return a.records == b.records && a.refused == b.refused && a.damage == b.damage && a.offset == b.offset &&
               a.interfaces.size() == b.interfaces.size() && a.sections.size() == b.sections.size();
    }
};

/// How windows are cut: a window holds what the walker wants, and `more()` bytes beyond; `room()` records fit the
/// output.
template <class More, class Room>
walked walk(const byte_string& file, More more, Room room) {
    using namespace pcapframe;
    walked out;
    const auto interfaces = std::make_shared<interface_list>();
    // The first window has to show the file header; the buffers are exact, so that reading past them is noticed.
    std::size_t have = std::min(file.size(), pcap_header::bytes + more());
    std::size_t begin = 0;
    result<capture_walker> walker = capture_walker::open(byte_string(first_bytes(file, have)), interfaces);
    if (!walker) {
        out.refused = kept(walker.error());
        return out;
    }
    while (true) {
        const auto from = file.begin() + static_cast<std::ptrdiff_t>(begin);
        const byte_string window(from, from + static_cast<std::ptrdiff_t>(have));
        std::vector<record> records(room());
        const walk_step step = walker->walk({window, begin + have == file.size()}, records);
        for (const record& r : std::span(records).first(step.count))
            out.records.push_back({to_bytes(r.bytes()), r.len, r.time, r.interface, r.link_type});
        begin += step.consumed;
        have -= step.consumed;
        if (step.state == walk_state::end || step.state == walk_state::damaged) break;
        if (step.state == walk_state::starved)
            have = std::min(file.size() - begin, std::max(step.wanted, have) + more());
    }
    if (walker->damage()) out.damage = kept(*walker->damage());
    out.offset = walker->offset();
    out.interfaces = *interfaces;
    out.sections = walker->sections();
    out.header = walker->header();
    return out;
}

inline walked walk_whole(const byte_string& file) {
    return walk(file, [&] { return file.size(); }, [] { return std::size_t{64}; });
}

/// Windows of exactly what is wanted plus `step`.
inline walked walk_in_windows(const byte_string& file, std::size_t step) {
    return walk(file, [=] { return step; }, [] { return std::size_t{3}; });
}

/// Windows and outputs of ever different sizes.
inline walked walk_at_random(const byte_string& file, std::uint64_t seed) {
    random_numbers random(seed);
    return walk(file, [&] { return std::size_t{random.below(random.one_in(4) ? 200 : 7)}; },
                [&] { return std::size_t{1 + random.below(5)}; });
}

}  // namespace testing
