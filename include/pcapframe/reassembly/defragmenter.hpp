// Fragments become datagrams: takes packets in the order of their files, and gives those that complete a datagram as
// packets that hold all of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/reassembly/fragment_finder.hpp>

namespace pcapframe::inline v0_2 {

/// What was found out of a frame that has a fragment.
class fragment_outcome {
public:
    /// A packet as it is before or behind a step: a step puts the datagram in the place of the outermost fragment.
    struct packet_step {
        record packet{};
        std::optional<packet_levels> walked{};
        std::vector<std::uint8_t> bytes{};  ///< what the packet points into, where it was put together

        [[nodiscard]] const packet_levels& all() const noexcept { return *walked; }
    };
    /// A fragment of the frame.
    struct fragment_note {
        found_fragment found;
        datagram_state state;
    };

    /// The frame as it was captured.
    [[nodiscard]] const record& captured() const noexcept { return steps_[0]->packet; }
    /// The frame with the datagrams in it that it completes, lengths of the headers around them included; as it was
    /// captured where it completes none. Longer than a frame can be, where need be.
    [[nodiscard]] const record& whole() const noexcept { return last().packet; }
    [[nodiscard]] const packet_levels& levels() const noexcept { return last().all(); }
    /// The frame as it was before its first datagram was put in, before its second, ..., and behind the last.
    [[nodiscard]] const packet_step& step(std::size_t i) const noexcept { return *steps_[i]; }
    [[nodiscard]] std::size_t step_count() const noexcept { return count_; }
    /// Its fragments, outermost first. All but perhaps the last completed a datagram.
    [[nodiscard]] std::span<const fragment_note> notes() const noexcept { return notes_; }

private:
    friend class defragmenter;

    [[nodiscard]] const packet_step& last() const noexcept { return *steps_[count_ - 1]; }
    packet_step& add_step() {
        if (count_ == steps_.size()) steps_.push_back(std::make_unique<packet_step>());
        return *steps_[count_++];
    }

    std::vector<std::unique_ptr<packet_step>> steps_;  ///< used again
    std::size_t count_ = 0;
    std::vector<fragment_note> notes_;
};

/// Puts fragments together, of the outermost packets or at every level.
///
///     defragmenter fragments({.policy = overlap_policy::first}, true, default_tunnel_ports);
///     if (const fragment_outcome* found = fragments.take(record, frame_number)) use(found->whole());
///
/// Memory is bounded by `fragment_rules::memory_bytes`, and time by the timeout; what is given up is counted.
class defragmenter {
public:
    defragmenter(const fragment_rules& rules, bool follows_tunnels, const tunnel_ports& ports)
        : finder_(follows_tunnels, ports), table_(rules) {}

    [[nodiscard]] const fragment_finder& finder() const noexcept { return finder_; }
    [[nodiscard]] fragment_counts counts() const noexcept { return table_.counts(); }
    [[nodiscard]] std::uint64_t memory() const noexcept { return table_.memory(); }

    /// Takes a frame. Null where it has no fragment; otherwise valid until the next call, as long as the frame's bytes.
    [[nodiscard]] const fragment_outcome* take(const record& r, std::uint64_t frame) {
        if (!finder_.may_have(r)) return nullptr;
        outcome_.count_ = 0;
        outcome_.notes_.clear();
        begin_step(r);
        auto found = finder_.find(r, outcome_.levels());
        if (!found) return nullptr;
        while (found && add(*found, r.time, frame) && outcome_.count_ < steps_max)
            found = finder_.find(outcome_.whole(), outcome_.levels(), found->level);
        return &outcome_;
    }

private:
    static constexpr std::size_t steps_max = 2 * limits::packet_levels_max;

    void begin_step(const record& r) {
        auto& step = outcome_.add_step();
        step.packet = r;
        finder_.walk(step.packet, step.walked.emplace());
    }

    /// Whether the fragment completes a datagram, which the last step has then.
    bool add(const found_fragment& found, std::int64_t time, std::uint64_t frame) {
        datagram_state state;
        if (found.is_cut) state = table_.note_unusable(found.key, found.first, time);
        else state = table_.add(found.key, found.fragment, found.first, time, frame, datagram_);
        outcome_.notes_.push_back({found, state});
        if (state.is_complete) put_in(found, state.first);
        return state.is_complete;
    }

    /// Makes a frame of the last one, with the datagram in place of the fragment.
    void put_in(const found_fragment& found, const first_fragment& first) {
        const fragment_outcome::packet_step& before = outcome_.last();
        const record& r = before.packet;
        fragment_outcome::packet_step& step = outcome_.add_step();
        const std::size_t tag = r.tag_in_front ? record::tag_bytes : 0;
        step.bytes.clear();
        step.bytes.reserve(tag + found.data + datagram_.size());
        step.bytes.insert(step.bytes.end(), r.data - tag, r.data + found.data);
        step.bytes.insert(step.bytes.end(), datagram_.begin(), datagram_.end());
        std::uint8_t* const frame = step.bytes.data() + tag;
        const auto size = static_cast<std::uint32_t>(step.bytes.size() - tag);
        mend_headers(frame, size, found, first);
        const packet_level& level = before.all().levels()[found.level];
        for (const header_place& header : before.all().path.headers(0, level.packet.first_header))
            mend_length(frame + header.begin, size - header.begin, header);
        step.packet = r;
        step.packet.data = frame;
        step.packet.caplen = step.packet.len = size;
        finder_.walk(step.packet, step.walked.emplace());
    }

    /// A length of 0 says that the packet goes on to the end of the frame: for those that have no room for the number.
    static void store_length(std::uint8_t* at, std::size_t bytes) noexcept {
        store_be16(at, bytes > 0xffff ? 0 : bytes);
    }

    /// The headers of a fragment become those of the datagram.
    static void mend_headers(std::uint8_t* frame, std::uint32_t size, const found_fragment& found,
                             const first_fragment& first) noexcept {
        std::uint8_t* const ip = frame + found.network;
        if (found.key.version == 4) {
            constexpr std::uint8_t flags_kept = 0xc0;
            store_length(ip + 2, size - found.network);
            ip[6] = ip[6] & flags_kept;
            ip[7] = 0;
            return;
        }
        store_length(ip + 4, size - found.network - wire::ipv6_view::header_bytes);
        std::uint8_t* const header = frame + found.header;
        header[0] = first.next_header;
        store_be16(header + 2, 0);
    }

    /// A header around the packet has a longer packet in it than before.
    static void mend_length(std::uint8_t* header, std::uint32_t bytes, const header_place& place) noexcept {
        constexpr std::size_t udp_length_at = 4, ipv4_length_at = 2, ipv6_length_at = 4;
        const auto mend = [&](std::size_t at, std::size_t length) {
            if (bytes >= at + 2 && load_be16(header + at) != 0) store_length(header + at, length);
        };
        if (place.kind == layer::ipv4) mend(ipv4_length_at, bytes);
        if (place.kind == layer::ipv6 && bytes >= wire::ipv6_view::header_bytes)
            mend(ipv6_length_at, bytes - wire::ipv6_view::header_bytes);
        if (place.kind == layer::udp) mend(udp_length_at, bytes);
    }

    fragment_finder finder_;
    datagram_table table_;
    fragment_outcome outcome_;
    std::vector<std::uint8_t> datagram_;
};

}  // namespace pcapframe
