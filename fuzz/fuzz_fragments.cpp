// Input: a byte that says how, then either three bytes a fragment of one datagram (place, length, what is special), or
// frames of any bytes behind a byte each that says how long they are. What is put together is what was sent, in the
// frame that brings the last missing byte; memory stays within its limit; any frames give rows.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <pcapframe/reassembly/fragment_rows.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;
using bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t memory_max = 40'000;

void append_be16(bytes& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

/// A datagram of UDP that is sent in fragments.
class sent_datagram {
public:
    sent_datagram(std::size_t units, bool is_ipv6, bool is_tagged) : is_ipv6_(is_ipv6), is_tagged_(is_tagged) {
        // The last unit is not whole.
        const std::size_t size = units * 8 - 3;
        append_be16(data_, 1000);
        append_be16(data_, 2000);
        append_be16(data_, size);
        append_be16(data_, 0);
        for (std::size_t i = 8; i < size; ++i) data_.push_back(static_cast<std::uint8_t>(i * 11 + i / 8));
        data_.resize(size);
    }

    [[nodiscard]] std::size_t units() const { return (data_.size() + 7) / 8; }
    [[nodiscard]] bytes_view payload() const { return bytes_view(data_).subspan(8); }

    /// The frame of the fragment from one unit to another.
    [[nodiscard]] bytes frame(std::size_t begin, std::size_t end, std::uint8_t id) const {
        const bytes_view data = bytes_view(data_).first(std::min(end * 8, data_.size())).subspan(begin * 8);
        const bool more = end * 8 < data_.size();
        bytes out(12, 2);
        if (is_tagged_) {
            append_be16(out, ethertype::vlan);
            append_be16(out, 7);
        }
        append_be16(out, is_ipv6_ ? ethertype::ipv6 : ethertype::ipv4);
        if (is_ipv6_) ipv6(out, data.size(), begin * 8, more, id);
        else ipv4(out, data.size(), begin, more, id);
        out.insert(out.end(), data.begin(), data.end());
        return out;
    }

private:
    static void ipv4(bytes& out, std::size_t size, std::size_t begin, bool more, std::uint8_t id) {
        out.push_back(0x45);
        out.push_back(0);
        append_be16(out, 20 + size);
        append_be16(out, id);
        append_be16(out, begin | (more ? 0x2000U : 0U));
        out.insert(out.end(), {64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
    }
    static void ipv6(bytes& out, std::size_t size, std::size_t begin, bool more, std::uint8_t id) {
        out.insert(out.end(), {0x60, 0, 0, 0});
        append_be16(out, 8 + size);
        out.insert(out.end(), {44, 64});
        out.insert(out.end(), 32, 0x20);
        out.insert(out.end(), {17, 0});
        append_be16(out, begin | (more ? 1U : 0U));
        out.insert(out.end(), {0, 0, 0, id});
    }

    bytes data_;
    bool is_ipv6_;
    bool is_tagged_;
};

record record_of(const bytes& frame, std::uint16_t type = link_type::ethernet) {
    const auto size = static_cast<std::uint32_t>(frame.size());
    return {.data = frame.data(), .caplen = size, .len = size, .time = 0, .link_type = type};
}

/// Fragments of one datagram, in any order, any number of times, that overlap as they like.
void send_fragments(std::uint8_t how, const std::uint8_t* data, std::size_t size) {
    const overlap_policy policy = overlap_policies[(how & 7) % overlap_policies.size()].policy;
    const bool discards = policy == overlap_policy::kernel || policy == overlap_policy::rfc5722;
    const sent_datagram sent(2 + std::size_t{how} / 8 % 8 * 3, (how & 0x40) != 0, size % 2 != 0);
    defragmenter fragments({.policy = policy, .memory_bytes = memory_max}, size % 3 == 0, default_tunnel_ports);
    std::vector<bool> is_there(sent.units());
    std::size_t there = 0;
    const interface_list interfaces(1);
    batch rows({column::payload, column::src_port, column::fragments, column::datagram_frame, column::stop,
                column::fragment_conflict});
    for (std::uint64_t number = 1; size >= 3; data += 3, size -= 3, ++number) {
        const std::size_t begin = data[0] % sent.units();
        const std::size_t end = std::min(begin + 1 + data[1] % sent.units(), sent.units());
        if (begin == 0 && end == sent.units()) continue;
        // Other datagrams come in between.
        const bool is_other = data[2] % 8 == 0;
        const bytes frame = sent.frame(begin, end, is_other ? data[2] : std::uint8_t{1});
        const fragment_outcome* const found = fragments.take(record_of(frame), number);
        check(found != nullptr && found->notes().size() == 1, "a fragment is one");
        check(fragments.memory() <= memory_max, "memory stays within its limit");
        rows.clear();
        decode_fragment(rows, *found, number, interfaces, {});
        check(rows.rows() == 1, "a fragment has a row");
        check(rows.fragment_conflict()[0] == 0, "bytes that are the same do not differ");
        const bool is_complete = rows.fragments()[0].has_value();
        check(is_complete == found->notes()[0].state.is_complete, "the row says what was found");
        check(!is_complete || std::ranges::equal(*rows.payload()[0], sent.payload()), "what is put together was sent");
        check(!is_complete || (rows.src_port()[0] == 1000 && rows.datagram_frame()[0] == number &&
                               rows.stop()[0]->reason == stop_reason::complete), "a datagram is decoded whole");
        if (is_other || discards) continue;
        for (std::size_t i = begin; i < end; ++i) {
            there += is_there[i] ? 0U : 1U;
            is_there[i] = true;
        }
        check(is_complete == (there == sent.units()), "the last missing byte completes a datagram");
        if (!is_complete) continue;
        is_there.assign(sent.units(), false);
        there = 0;
    }
}

/// Frames of any bytes.
void send_anything(std::uint8_t how, const std::uint8_t* data, std::size_t size) {
    const overlap_policy policy = overlap_policies[(how & 7) % overlap_policies.size()].policy;
    defragmenter fragments({.policy = policy, .memory_bytes = memory_max}, (how & 8) != 0, default_tunnel_ports);
    const std::uint16_t type = (how & 16) != 0 ? link_type::ethernet : link_type::raw;
    const row_filter filter{.all_frames = true,
                            .protocol = std::nullopt,
                            .at = {(how & 32) != 0 ? level_choice::innermost_number : std::uint8_t{0}}};
    const interface_list interfaces(1);
    column_order columns;
    for (std::size_t i = 0; i < column_count; ++i) columns.push_back(static_cast<column>(i));
    batch rows(columns);
    for (std::uint64_t number = 1; size > 1; ++number) {
        const std::size_t length = std::min<std::size_t>(data[0], size - 1);
        const bytes frame(data + 1, data + 1 + length);
        data += 1 + length;
        size -= 1 + length;
        const fragment_outcome* const found = fragments.take(record_of(frame, type), number);
        check(fragments.memory() <= memory_max, "memory stays within its limit");
        if (found == nullptr) continue;
        rows.clear();
        decode_fragment(rows, *found, number, interfaces, filter);
        check(rows.rows() == 1, "a frame with a fragment has a row");
        check(rows.caplen()[0] == frame.size(), "the row has the length of its own frame");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 4096) return 0;
    if ((data[0] & 0x80) != 0) send_anything(data[0], data + 1, size - 1);
    else send_fragments(data[0], data + 1, size - 1);
    return 0;
}
