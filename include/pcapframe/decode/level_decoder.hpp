// From a captured frame to a row, for reads that ask for more than the outermost packet: its tunnels, and the packets
// within.
#pragma once

#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/common_levels.hpp>
#include <pcapframe/decode/common_packet.hpp>
#include <pcapframe/decode/fill_packet.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/made_texts.hpp>
#include <pcapframe/decode/walk_tunnels.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// The columns whose names begin so.
constexpr column_set columns_with_prefix(std::string_view prefix) noexcept {
    column_set set;
    for (std::size_t i = 0; i < column_count; ++i)
        if (column_list[i].name.starts_with(prefix)) set |= static_cast<column>(i);
    return set;
}

/// Names with a separator between, as many as there is room for: all of those that a path holds.
class name_list {
public:
    explicit name_list(char separator) noexcept : separator_(separator) {}

    void add(std::string_view name) noexcept {
        if (text_.size() - size_ < name.size() + 1) return;
        if (size_ != 0) text_[size_++] = separator_;
        std::memcpy(text_.data() + size_, name.data(), name.size());
        size_ += name.size();
    }
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

private:
    static constexpr std::size_t longest_name = 32;

    char separator_;
    std::size_t size_ = 0;
    std::array<char, limits::path_headers_max * longest_name> text_;
};

/// The name of a tunnel that has no header of its own: of an IP packet right within another one.
inline std::string_view ip_tunnel_name(const packet_levels& all, std::size_t number, bytes_view frame) noexcept {
    const packet_level& outer = all.levels()[number - 1];
    for (const header_place& header : all.path.headers(outer.packet.first_header, outer.packet.end_header)) {
        constexpr std::uint8_t segment_routing = 4;
        const bytes_view bytes = header.in(frame);
        if (header.kind == layer::ipv6_routing && bytes.size() > 2 && bytes[2] == segment_routing) return "srv6";
    }
    const bool is_ipv6 = outer.packet.link.kind == layer::ipv6;
    switch (all.levels()[number].first) {
        case layer::ipv4: return is_ipv6 ? "4in6" : "ipip";
        case layer::ipv6: return is_ipv6 ? "6in6" : "6in4";
        default: return "ethernet";
    }
}

}  // namespace detail

/// Columns for which all headers of a packet have to be walked over.
inline constexpr column_set inner_columns = detail::columns_with_prefix("inner_");
inline constexpr column_set outer_columns = detail::columns_with_prefix("outer_");
inline constexpr column_set quoted_columns = detail::columns_with_prefix("quoted_");
inline constexpr column_set path_columns =
    inner_columns | outer_columns | quoted_columns |
    column_set{column::layers,       column::tunnel,   column::tunnel_id,
               column::tunnel_depth, column::vlan_ids, column::mpls_labels};

/// Decodes packets one by one. `at` says which packet of each the columns without a prefix mean.
class level_decoder {
public:
    /// `owner` gets the memory of texts.
    level_decoder(level_choice at, const tunnel_ports& ports, row_batch& owner) noexcept
        : at_(at), ports_(ports), texts_(owner) {}

    /// Fills the wanted columns of a row, all but those that only the source knows.
    template <class Wanted>
    [[nodiscard]] decoded_packet decode(row_place out, Wanted wanted, const record& r) {
        if (has_short_way(wanted())) {
            packet_row row(out, wanted);
            if (decode_common(row, r, ports_)) return row.decoded;
        }
        return decode_all(out, runtime_columns{wanted()}, r);
    }

    /// Whether most packets take a short way where these columns are wanted.
    [[nodiscard]] bool has_short_way(column_set wanted) const noexcept {
        return at_.is_innermost() && !wanted.has_any(path_columns);
    }
    /// The two halves of `decode` where `has_short_way`, for a loop in which most packets are to take the short way to
    /// its end, with tunnels left to the second half. False where the second half is to be called: nothing that was
    /// filled counts then.
    template <class Wanted>
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE static bool decode_common(packet_row<Wanted>& row, const record& r,
                                                                    const tunnel_ports& ports) noexcept {
        common_packet common(row);
        if (!common.fill_untagged(r.bytes(), r.link_type) || may_have_tunnel(row, common, ports)) return false;
        row.put_tag_in_front(r);
        return true;
    }
    // Takes a copy, so that the record of the loop may stay in registers.
    template <class Wanted>
    [[nodiscard]] PCAPFRAME_NOINLINE decoded_packet decode_uncommon(row_place out, Wanted wanted, record r) {
        packet_row row(out, wanted);
        bool is_outermost = true;
        const bool is_filled =
            r.link_type == link_type::ethernet && fill_innermost(row, r.bytes(), ports_, is_outermost);
        if (!is_filled) return decode_all(out, runtime_columns{wanted()}, r);
        if (is_outermost) row.put_tag_in_front(r);
        else ++tunnels_;
        return row.decoded;
    }
    /// Packets within tunnels that the short way has met.
    [[nodiscard]] std::size_t tunnels() const noexcept { return tunnels_; }

private:
    // What is wanted is asked at run time: the walk takes most of the time, and this is compiled once.
    PCAPFRAME_NOINLINE decoded_packet decode_all(row_place out, runtime_columns wanted, const record& r) {
        const bytes_view frame = r.bytes();
        packet_levels all;
        walk_packets(frame, r.link_type, r.caplen < r.len, ports_, all);
        packet_row row(out, wanted);
        if (wanted().has_any(path_columns)) put_path(row, r, all);
        const packet_level* const level = all.at(at_);
        if (level == nullptr) return row.decoded;
        row.put_walked(frame, level->packet, all.path);
        if (level == &all.outermost()) row.put_tag_in_front(r);
        if (wanted().has_any(quoted_columns)) put_quoted(row, frame, *level, all.path);
        return row.decoded;
    }

    /// The packet that an ICMP error quotes, as far as it is quoted.
    static void put_quoted(packet_row<runtime_columns>& row, bytes_view frame, const packet_level& level,
                           const header_path& path) noexcept {
        const walked_packet& carrier = level.packet;
        for (const header_place& header : path.headers(carrier.first_header, carrier.end_header)) {
            const bool is_icmp = header.kind == layer::icmp || header.kind == layer::icmp6;
            const bytes_view message = header.in(frame);
            if (!is_icmp || message.size() <= wire::icmp_view::header_bytes) continue;
            const layer network = header.kind == layer::icmp ? layer::ipv4 : layer::ipv6;
            if (!is_error(network, wire::icmp_view::of(message.data()).type())) return;
            header_path quoted_path;
            walked_packet quoted;
            detail::network_walk(frame.data(), message.subspan(wire::icmp_view::header_bytes), true, quoted_path,
                                 quoted)
                .run(network);
            packet_row(row.place(), row.wanted(), mapped_names{&quoted_column_of})
                .put_walked(frame, quoted, quoted_path);
        }
    }

    /// Whether an ICMP message quotes a packet. Source: RFC 792, RFC 4443 section 2.1.
    static constexpr bool is_error(layer network, std::uint8_t type) noexcept {
        if (network == layer::ipv6) return type >= 1 && type <= 4;
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }

    void put_path(packet_row<runtime_columns>& row, const record& r, const packet_levels& all) {
        const runtime_columns wanted = row.wanted();
        if (wanted().has(column::layers)) row.put<column::layers>(layers_of(all, r));
        if (wanted().has(column::tunnel) && all.depth() != 0)
            row.put<column::tunnel>(tunnel_of(all, r.bytes()));
        if (all.tunnel_id()) row.put<column::tunnel_id>(*all.tunnel_id());
        row.put<column::tunnel_depth>(static_cast<std::uint8_t>(all.depth()));
        if (wanted().has(column::vlan_ids)) put_list<column::vlan_ids>(row, vlan_ids_of(all, r));
        if (wanted().has(column::mpls_labels)) put_list<column::mpls_labels>(row, mpls_labels_of(all, r.bytes()));
        if (wanted().has_any(outer_columns)) {
            packet_row outer(row.place(), wanted, mapped_names{&outer_column_of});
            outer.put_walked(r.bytes(), all.outermost().packet, all.path);
            outer.put_tag_in_front(r);
        }
        if (wanted().has_any(inner_columns) && all.depth() != 0)
            packet_row(row.place(), wanted, mapped_names{&inner_column_of})
                .put_walked(r.bytes(), all.innermost().packet, all.path);
    }

    owned_text layers_of(const packet_levels& all, const record& r) {
        detail::name_list names(':');
        for (const header_place& header : all.path.headers()) {
            if (header.kind == layer::payload || header.kind == layer::link) continue;
            // Of a header that is cut off whole it is not known whether it is there.
            if (header.begin == header.end) continue;
            names.add(name_of(header.kind));
            // A tag that was taken out stood behind the addresses.
            if (r.tag_in_front && header.begin == 0 && header.kind == layer::ethernet) names.add("vlan");
        }
        return texts_.keep(names.text());
    }

    owned_text tunnel_of(const packet_levels& all, bytes_view frame) {
        detail::name_list names('/');
        for (std::size_t i = 1; i < all.levels().size(); ++i) {
            const packet_level& level = all.levels()[i];
            if (level.first_tunnel == level.first_link) names.add(detail::ip_tunnel_name(all, i, frame));
            for (const header_place& header : all.path.headers(level.first_tunnel, level.first_link))
                names.add(name_of(header.kind));
        }
        return texts_.keep(names.text());
    }

    /// A list of numbers, as many as there is room for.
    struct numbers {
        std::array<std::uint64_t, limits::listed_tags_max> values;
        std::size_t count = 0;

        void add(std::uint64_t value) noexcept {
            if (count < values.size()) values[count++] = value;
        }
    };

    static numbers vlan_ids_of(const packet_levels& all, const record& r) noexcept {
        numbers ids;
        if (r.tag_in_front) ids.add(load_be16(r.data - 2) & 0x0fffU);
        for (const header_place& header : all.path.headers()) {
            const bytes_view tag = header.in(r.bytes());
            if (header.kind == layer::vlan && tag.size() >= 2) ids.add(load_be16(tag.data()) & 0x0fffU);
        }
        return ids;
    }

    static numbers mpls_labels_of(const packet_levels& all, bytes_view frame) noexcept {
        numbers labels;
        for (const header_place& header : all.path.headers()) {
            if (header.kind != layer::mpls) continue;
            bytes_view stack = header.in(frame);
            for (bool is_bottom = false; !is_bottom;) {
                const auto label = wire::mpls_view::check(stack);
                if (!label) break;
                labels.add(label->label());
                is_bottom = label->is_bottom();
                stack = stack.subspan(wire::mpls_view::header_bytes);
            }
        }
        return labels;
    }

    template <column C>
    void put_list(packet_row<runtime_columns>& row, const numbers& list) {
        if (list.count != 0) row.put<C>(texts_.keep(std::span(list.values).first(list.count)));
    }

    level_choice at_;
    const tunnel_ports& ports_;
    made_texts texts_;
    std::size_t tunnels_ = 0;
};

}  // namespace pcapframe
