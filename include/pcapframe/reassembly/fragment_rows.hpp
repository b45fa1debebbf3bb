// The rows of frames that have fragments.
//
// Such a row is decoded as if its frame held the datagrams that the frame completes. What the frame's own headers say
// (lengths, fragment offset) is put back then, and what is known of the datagram is added.
#pragma once

#include <cstdint>
#include <optional>

#include <pcapframe/decode/fill_packet.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/reassembly/defragmenter.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Adds to a row what is known of the fragments of its frame.
class fragment_row {
public:
    fragment_row(row_place out, column_set wanted, std::uint64_t& valid, const fragment_outcome& outcome) noexcept
        : out_(out), wanted_{wanted}, valid_(valid), outcome_(outcome) {}

    /// `at` is the packet that the columns without a prefix are of.
    void fill(std::optional<std::size_t> at) noexcept {
        packet_row<runtime_columns> row(out_, wanted_);
        row.put<column::caplen>(outcome_.captured().whole_caplen());
        row.put<column::len>(outcome_.captured().whole_len());
        valid_ |= row.decoded.valid;
        if (at) put(*at, plain_names{});
        if (wanted_().has_any(outer_columns)) put(0, mapped_names{&outer_column_of});
        const std::size_t depth = outcome_.levels().depth();
        if (depth != 0 && wanted_().has_any(inner_columns)) put(depth, mapped_names{&inner_column_of});
    }

private:
    template <class Names>
    void put(std::size_t level, Names names) noexcept {
        packet_row row(out_, wanted_, names);
        const auto notes = outcome_.notes();
        const fragment_outcome::fragment_note* mine = nullptr;
        for (std::size_t i = 0; i < notes.size(); ++i) {
            if (notes[i].found.level == level) mine = &notes[i];
            if (notes[i].found.level <= level || !notes[i].state.is_complete) continue;
            // The lengths of this packet were changed for a datagram within.
            const fragment_outcome::packet_step& before = outcome_.step(i);
            row.put_walked(before.packet.bytes(), before.all().levels()[level].packet, before.all().path);
            break;
        }
        if (mine != nullptr) put_note(row, *mine);
        valid_ |= row.decoded.valid;
    }

    template <class Row>
    static void put_note(Row& row, const fragment_outcome::fragment_note& note) noexcept {
        const datagram_fragment& fragment = note.found.fragment;
        row.template put<column::ip_len>(note.found.ip_len);
        row.template put<column::fragment_offset>(static_cast<std::uint16_t>(fragment.begin));
        row.template put<column::more_fragments>(std::uint8_t{fragment.more});
        row.template put<column::fragment_conflict>(std::uint8_t{note.state.has_conflict});
        if (note.state.fragments != 0) row.template put<column::fragments>(note.state.fragments);
        if (note.state.frame != 0) row.template put<column::datagram_frame>(note.state.frame);
        if (note.state.is_complete || !note.state.first.is_known) return;
        const first_fragment& first = note.state.first;
        if (first.has_protocol) row.put_protocol(first.protocol);
        if (!first.has_ports) return;
        row.template put<column::src_port>(first.src_port);
        row.template put<column::dst_port>(first.dst_port);
    }

    row_place out_;
    runtime_columns wanted_;
    std::uint64_t& valid_;
    const fragment_outcome& outcome_;
};

/// The number of the packet that is meant.
[[nodiscard]] inline std::optional<std::size_t> level_of(level_choice at, const packet_levels& all) noexcept {
    const packet_level* const level = all.at(at);
    if (level == nullptr) return std::nullopt;
    return static_cast<std::size_t>(level - all.levels().data());
}

/// The protocol of a packet's datagram, where only the first fragment says it.
[[nodiscard]] inline std::optional<std::uint8_t> protocol_of_first(const fragment_outcome& outcome,
                                                                   std::size_t level) noexcept {
    const fragment_outcome::fragment_note& last = outcome.notes().back();
    const bool says = last.found.level == level && !last.state.is_complete && last.state.first.has_protocol;
    return says ? std::optional(last.state.first.protocol) : std::nullopt;
}

}  // namespace detail

/// Appends the row of a frame that has a fragment, where the filter keeps the row. The batch owns what its views point
/// into.
inline void decode_fragment(batch& out, const fragment_outcome& outcome, std::uint64_t frame,
                            const interface_list& interfaces, row_filter filter) {
    const std::optional<std::size_t> at = detail::level_of(filter.at, outcome.levels());
    if (filter.protocol && at) {
        const auto protocol = detail::protocol_of_first(outcome, *at);
        if (protocol && *protocol != *filter.protocol) return;
        if (protocol) filter.protocol.reset();
    }
    const std::size_t row = out.rows();
    decode_run(out, {{&outcome.whole(), 1}, frame}, interfaces, filter);
    if (out.rows() == row) return;
    const batch_writer writer(out, 0);
    detail::fragment_row(writer.place(row), out.set(), writer.valid(row), outcome).fill(at);
    out.own_views(row);
}

/// Fills the row of such a frame anew, in its place, in a batch of the default columns about the outermost packets.
inline void decode_fragment_at(batch& out, std::size_t row, const fragment_outcome& outcome, std::uint64_t frame,
                               const interface_list& interfaces) {
    const batch_writer writer(out, 0);
    packet_decoder packet(writer.place(row), default_constant_columns{});
    packet.decode(outcome.whole());
    packet.fill_record(outcome.captured(), frame, interfaces);
    writer.valid(row) = packet.decoded().valid;
    detail::fragment_row(writer.place(row), default_columns, writer.valid(row), outcome).fill(0);
}

}  // namespace pcapframe
