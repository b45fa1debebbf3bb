// A file walked in windows must give what the same file gives in one piece. Shared by the targets of the formats.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include <pcapframe/format/walker.hpp>

namespace fuzz {

using namespace pcapframe;

inline void require(bool holds) {
    if (!holds) std::abort();
}

struct walked {
    std::vector<record> records;
    std::optional<error> damage;
    std::uint64_t offset = 0;
    bool opened = false;
};

/// Walks `file` with windows of about `window` bytes, moved on only by what was consumed.
inline walked walk_all(bytes_view file, std::size_t window, std::size_t run) {
    walked result;
    const auto interfaces = std::make_shared<interface_list>();
    std::size_t begin = 0;
    std::size_t end = std::min(file.size(), std::max<std::size_t>(window, pcap_header::bytes));
    auto walker = capture_walker::open(file.first(end), interfaces);
    if (!walker) return result;
    result.opened = true;
    std::vector<record> out(run);
    while (true) {
        const walk_step step = walker->walk({file.subspan(begin, end - begin), end == file.size()}, out);
        require(step.consumed <= end - begin && step.count <= out.size());
        for (std::size_t i = 0; i < step.count; ++i) {
            const record& r = out[i];
            require(r.data >= file.data() && r.data + r.caplen <= file.data() + file.size());
            require(r.interface < interfaces->size());
            require((*interfaces)[r.interface].link_type == r.link_type);
            result.records.push_back(r);
        }
        begin += step.consumed;
        if (step.state == walk_state::end || step.state == walk_state::damaged) break;
        if (step.state == walk_state::starved) {
            require(end < file.size() && step.wanted > end - begin);
            end = std::min(file.size(), begin + std::max(step.wanted, window));
        }
    }
    result.damage = walker->damage();
    result.offset = walker->offset();
    if (result.damage) require(!result.damage->message().empty());
    return result;
}

inline bool same(const record& a, const record& b) {
    return a.data == b.data && a.caplen == b.caplen && a.len == b.len && a.time == b.time && a.interface == b.interface &&
           a.link_type == b.link_type;
}

inline void compare_windows(bytes_view file, std::size_t window) {
    const walked whole = walk_all(file, file.size(), 64);
    const walked pieces = walk_all(file, window, 1 + window % 7);
    require(whole.opened == pieces.opened && whole.records.size() == pieces.records.size());
    for (std::size_t i = 0; i < whole.records.size(); ++i) require(same(whole.records[i], pieces.records[i]));
    require(whole.damage.has_value() == pieces.damage.has_value());
    if (whole.damage) require(whole.damage->code == pieces.damage->code && whole.damage->offset == pieces.damage->offset);
}

}  // namespace fuzz
