// The pcapng file format: sections of blocks, each block with its total length at both ends. Source:
// draft-ietf-opsawg-pcapng.
//
// Read: Section Header, Interface Description, Enhanced Packet, Simple Packet and the obsolete Packet Block. All other
// blocks are stepped over without holding them in memory. A block length that is no multiple of four is rounded up, as
// the first writers of the format (NTAR) padded.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/cursor.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/format/packet_flags.hpp>
#include <pcapframe/format/pcapng_options.hpp>
#include <pcapframe/format/tick_scale.hpp>
#include <pcapframe/format/walk.hpp>

namespace pcapframe::inline v0_2 {

/// Block types that the walker reads.
enum class pcapng_block : std::uint32_t {
    interface_description = 1,
    packet = 2,  // obsolete
    simple_packet = 3,
    enhanced_packet = 6,
    section_header = 0x0a0d0d0a,  // a Section Header Block: its type is the same in both byte orders
};

/// What a Section Header Block says.
struct pcapng_section {
    byte_order order = byte_order::little;
    std::uint16_t version_major = 1;
    std::uint16_t version_minor = 0;
    utf8_string hardware;     ///< shb_hardware
    utf8_string os;           ///< shb_os
    utf8_string application;  ///< shb_userappl
    utf8_string comment;      ///< opt_comment, the first

    /// Whether the file begins like a pcapng.
    [[nodiscard]] static constexpr bool sniff(bytes_view file) noexcept {
        return file.size() >= 4 && load_be32(file.data()) == static_cast<std::uint32_t>(pcapng_block::section_header);
    }
    /// The byte order of the section whose header block begins at `p`, where 12 bytes can be read; nothing where the
    /// byte-order magic is wrong in either order.
    [[nodiscard]] static constexpr std::optional<byte_order> order_of(const std::uint8_t* p) noexcept {
        if (load_le32(p + 8) == order_magic) return byte_order::little;
        if (load_be32(p + 8) == order_magic) return byte_order::big;
        return std::nullopt;
    }
    static constexpr std::uint32_t order_magic = 0x1a2b3c4d;
};

namespace detail {

/// Calls `use(code, value)` for each option of a block, up to the end-of-options mark or the first option that does not
/// fit.
template <class Use>
void each_option(cursor options, Use use) {
    while (options.left() >= 4) {
        const std::uint16_t code = options.u16();
        const std::uint16_t length = options.u16();
        if (code == pcapng_option::end) return;
        const bytes_view value = options.take(length);
        if (!options.ok()) return;
        options.skip_at_most((4U - length % 4U) % 4U);
        use(code, value);
    }
}

/// The text of an option, which should be UTF-8 and not terminated; trailing zeros that some writers leave are dropped.
inline utf8_string option_text(bytes_view value) {
    value = value.first(std::min(value.size(), limits::option_text_bytes_max));
    while (!value.empty() && value.back() == 0) value = value.first(value.size() - 1);
    return std::string_view(reinterpret_cast<const char*>(value.data()), value.size());
}

}  // namespace detail

/// Walks the blocks of a pcapng file. Give it the file from its start, in windows of any size.
class pcapng_walker {
    static constexpr std::size_t enhanced_fixed_bytes = 20;

public:
    /// What stands in front of the packet in an Enhanced Packet Block.
    static constexpr std::size_t usual_fixed_bytes = 8 + enhanced_fixed_bytes;

    /// Interfaces are appended to `interfaces` as the walker meets them; records carry indexes into that list. Not
    /// null.
    explicit pcapng_walker(std::shared_ptr<interface_list> interfaces) : interfaces_(std::move(interfaces)) {}

    /// Writes the next records to `out`. Their bytes are views into `input`.
    walk_step walk(walk_input input, std::span<record> out) {
        const std::uint8_t* const begin = input.bytes.data();
        place at{begin, input.bytes.size()};
        std::size_t count = 0;
        block_step step = block_step::taken;
        while (step != block_step::stopped && count < out.size()) {
            if (skip_left_ == 0 && static_cast<std::size_t>(at.bytes - begin) >= input.stop) break;
            prefetch(at.bytes, walk_prefetch_bytes);
            const std::size_t usual = skip_left_ == 0 ? read_usual(at.bytes, at.left, here_, order_, out[count]) : 0;
            if (usual != 0) {
                at.advance(usual);
                ++count;
                continue;
            }
            step = skip_left_ != 0 ? step_over(at) : read_block(at, out[count]);
            if (step == block_step::packet) ++count;
        }
        const auto consumed = static_cast<std::size_t>(at.bytes - begin);
        if (step != block_step::stopped) return {consumed, count, 0, walk_state::full};
        return {consumed, count, wanted_, stop_short(at.left, input.last)};
    }

    /// Calls `use(record)` for sound Enhanced Packet Blocks in this machine's byte order, `most` at most, without
    /// storing them.
    template <class Use>
    usual_walk each_usual(walk_input input, std::size_t most, Use& use) const {
        if (skip_left_ != 0 || order_ != native_order) return {};
        const std::span<const section_interface> here = here_;
        const std::uint8_t* const begin = input.bytes.data();
        const std::uint8_t* const stop = begin + std::min(input.stop, input.bytes.size());
        place at{begin, input.bytes.size()};
        Use local = use;
        std::size_t count = 0;
        while (count < most && at.bytes < stop) {
            prefetch(at.bytes, walk_prefetch_bytes);
            record r;
            const std::size_t bytes = read_usual(at.bytes, at.left, here, native_order, r);
            if (bytes == 0) break;
            at.advance(bytes);
            ++count;
            local(std::as_const(r));
        }
        use = local;
        return {static_cast<std::size_t>(at.bytes - begin), count};
    }

    /// Writes the records of blocks that begin at `base` plus each of `places` in `file`, up to the first that is no
    /// sound Enhanced Packet Block (nearly all are); returns how many records it wrote. The caller knows that the
    /// blocks follow each other from the walker's place on.
    std::size_t read_usual(bytes_view file, std::size_t base, std::span<const std::uint32_t> places,
                           std::span<record> out) const noexcept {
        const std::size_t most = std::min(places.size(), out.size());
        const std::span<const section_interface> here = here_;
        const byte_order order = order_;
        for (std::size_t i = 0; i < most; ++i) {
            prefetch_ahead(file.data() + base, places, i, usual_fixed_bytes + usual_header_bytes);
            const bytes_view rest = file.subspan(base + places[i]);
            if (read_usual(rest.data(), rest.size(), here, order, out[i]) == 0) return i;
        }
        return most;
    }

    void set_interfaces(std::shared_ptr<interface_list> interfaces) noexcept { interfaces_ = std::move(interfaces); }

    [[nodiscard]] const std::vector<pcapng_section>& sections() const noexcept { return sections_; }
    /// Of the section at hand.
    [[nodiscard]] byte_order order() const noexcept { return order_; }

    /// Why the walker stopped at damage, which begins `stepped_over` bytes before the place that `consumed` gave.
    [[nodiscard]] const error& damage() const noexcept { return damage_; }
    /// Bytes of the block at hand that are done with already: only blocks that are not held in memory have any.
    [[nodiscard]] std::size_t stepped_over() const noexcept {
        return skip_left_ == 0 ? 0 : padded(stepping_total_) - skip_left_;
    }

private:
    struct place {
        const std::uint8_t* bytes;
        std::size_t left;

        void advance(std::size_t count) noexcept {
            bytes += count;
            left -= count;
        }
    };

    enum class block_step : std::uint8_t { taken, packet, stopped };

    /// An interface of the current section, with what each of its packets needs.
    struct section_interface {
        tick_scale scale;
        std::uint32_t index = 0;
        std::uint32_t snaplen = 0;
        std::uint16_t link_type = 0;
    };

    static constexpr std::size_t block_frame_bytes = 12;  // type, total length, total length again

    static constexpr std::size_t padded(std::uint32_t length) noexcept {
        return (std::size_t{length} + 3) & ~std::size_t{3};
    }

    [[nodiscard]] bool want(const place& at, std::size_t bytes) noexcept {
        wanted_ = bytes;
        return at.left >= bytes;
    }

    block_step fail(const error& why) noexcept {
        damage_ = why;
        damaged_ = true;
        return block_step::stopped;
    }

    walk_state stop_short(std::size_t left, bool last) noexcept {
        if (damaged_) return walk_state::damaged;
        if (!last) return walk_state::starved;
        if (left == 0 && skip_left_ == 0) return walk_state::end;
        const std::size_t whole = skip_left_ == 0 ? wanted_ : padded(stepping_total_);
        fail({.code = errc::cut_record, .number = whole, .other = stepped_over() + left, .detail = "pcapng block"});
        return walk_state::damaged;
    }

    /// Reads a sound Enhanced Packet Block, which nearly all blocks are, without a call; gives the block's bytes. 0,
    /// with nothing done, for any other block: read_block then finds out what it is, or what is wrong with it.
    PCAPFRAME_ALWAYS_INLINE static std::size_t read_usual(const std::uint8_t* p, std::size_t left,
                                                          std::span<const section_interface> here, byte_order order,
                                                          record& out) noexcept {
        constexpr std::size_t fixed = usual_fixed_bytes;
        if (left < fixed + 4) return 0;
        const std::size_t total = load32(p + 4, order);
        if (load32(p, order) != static_cast<std::uint32_t>(pcapng_block::enhanced_packet) || total < fixed + 4 ||
            total % 4 != 0 || total > std::min<std::size_t>(left, limits::block_bytes_max))
            return 0;
        const std::uint32_t id = load32(p + 8, order);
        const std::uint32_t caplen = load32(p + 20, order);
        if (load32(p + total - 4, order) != total || id >= here.size() || caplen > total - fixed - 4) return 0;
        fill(here[id], p + 12, p + fixed, caplen, order, out);
        // Only options say a direction, and most packets have none.
        const std::size_t end = fixed + padded(caplen);
        out.direction = total == end + 4 ? direction::unknown : packet_direction({p + end, total - 4 - end}, order);
        return total;
    }

    /// `fields`: timestamp (upper and lower half), captured and original length.
    PCAPFRAME_ALWAYS_INLINE static void fill(const section_interface& from, const std::uint8_t* fields,
                                             const std::uint8_t* data, std::uint32_t caplen, byte_order order,
                                             record& out) noexcept {
        const std::uint64_t ticks = (std::uint64_t{load32(fields, order)} << 32) | load32(fields + 4, order);
        out.data = data;
        out.caplen = caplen;
        out.len = load32(fields + 12, order);
        out.time = from.scale.nanoseconds(ticks);
        out.interface = from.index;
        out.link_type = from.link_type;
    }

    block_step read_block(place& at, record& out) {
        if (!want(at, 8)) return block_step::stopped;
        const std::uint32_t type = load32(at.bytes, order_);
        if (type == static_cast<std::uint32_t>(pcapng_block::section_header)) return read_section(at);
        const std::uint32_t total = load32(at.bytes + 4, order_);
        if (total < block_frame_bytes) return fail({.code = errc::bad_block_length, .number = total});
        switch (static_cast<pcapng_block>(type)) {
            case pcapng_block::enhanced_packet:
            case pcapng_block::simple_packet:
            case pcapng_block::packet:
            case pcapng_block::interface_description:
                return read_known(at, static_cast<pcapng_block>(type), total, out);
            default: return begin_step_over(at, total);
        }
    }

    /// Whether a block can be read as a whole: all its bytes are there, and its two lengths agree. If not, that is
    /// noted.
    bool want_whole(place& at, std::uint32_t total, byte_order order) {
        if (total > limits::block_bytes_max) {
            fail({.code = errc::record_too_long,
                  .number = total,
                  .other = limits::block_bytes_max,
                  .detail = "pcapng block"});
            return false;
        }
        const std::size_t length = padded(total);
        if (!want(at, length)) return false;
        const std::uint32_t trailer = load32(at.bytes + length - 4, order);
        if (trailer != total) fail({.code = errc::block_mismatch, .number = total, .other = trailer});
        return trailer == total;
    }

    /// A block that is read as a whole.
    block_step read_known(place& at, pcapng_block type, std::uint32_t total, record& out) {
        if (!want_whole(at, total, order_)) return block_step::stopped;
        const std::size_t length = padded(total);
        const bytes_view body{at.bytes + 8, length - block_frame_bytes};
        const block_step step = read_body(type, body, out);
        if (step != block_step::stopped) at.advance(length);
        return step;
    }

    block_step read_body(pcapng_block type, bytes_view body, record& out) {
        switch (type) {
            case pcapng_block::enhanced_packet: return read_enhanced(body, out);
            case pcapng_block::simple_packet: return read_simple(body, out);
            case pcapng_block::packet: return read_obsolete(body, out);
            default: return read_interface(body);
        }
    }

    block_step read_enhanced(bytes_view body, record& out) noexcept {
        constexpr std::size_t fixed = enhanced_fixed_bytes;
        if (body.size() < fixed) return fail(short_block("Enhanced Packet Block", fixed, body.size()));
        const std::uint8_t* p = body.data();
        return packet(load32(p, order_), p + 4, body.subspan(fixed), "Enhanced Packet Block", out);
    }

    block_step read_obsolete(bytes_view body, record& out) noexcept {
        constexpr std::size_t fixed = 20;
        if (body.size() < fixed) return fail(short_block("Packet Block", fixed, body.size()));
        const std::uint8_t* p = body.data();
        return packet(load16(p, order_), p + 4, body.subspan(fixed), "Packet Block", out);
    }

    /// The part that both packet blocks share; `fields` as in fill.
    block_step packet(std::uint32_t id, const std::uint8_t* fields, bytes_view data, const char* block,
                      record& out) noexcept {
        if (id >= here_.size()) return fail({.code = errc::unknown_interface, .number = id, .other = here_.size()});
        const std::uint32_t caplen = load32(fields + 8, order_);
        if (caplen > data.size()) return fail(short_block(block, caplen, data.size()));
        fill(here_[id], fields, data.data(), caplen, order_, out);
        out.direction = packet_direction(data.subspan(std::min(padded(caplen), data.size())), order_);
        return block_step::packet;
    }

    /// By the flags among a packet block's options.
    [[nodiscard]] PCAPFRAME_NOINLINE static direction packet_direction(bytes_view options, byte_order order) noexcept {
        direction found = direction::unknown;
        if (options.empty()) return found;
        detail::each_option(cursor(options, order), [&](std::uint16_t code, bytes_view value) {
            if (code == pcapng_option::packet::flags && value.size() == 4)
                found = direction_of(load32(value.data(), order));
        });
        return found;
    }

    /// A Simple Packet Block belongs to interface 0 and does not say how much was captured: the smaller of the original
    /// length and the interface's snapshot length.
    block_step read_simple(bytes_view body, record& out) noexcept {
        if (body.size() < 4) return fail(short_block("Simple Packet Block", 4, body.size()));
        if (here_.empty()) return fail({.code = errc::unknown_interface, .number = 0, .other = 0});
        const section_interface& from = here_.front();
        out.len = load32(body.data(), order_);
        out.caplen = from.snaplen == 0 ? out.len : std::min(out.len, from.snaplen);
        if (out.caplen > body.size() - 4) return fail(short_block("Simple Packet Block", out.caplen, body.size() - 4));
        out.data = body.data() + 4;
        out.time = no_time;
        out.direction = direction::unknown;
        out.interface = from.index;
        out.link_type = from.link_type;
        return block_step::packet;
    }

    static error short_block(const char* block, std::size_t needed, std::size_t there) noexcept {
        return {.code = errc::bad_block, .number = needed, .other = there, .detail = block};
    }

    block_step read_section(place& at) {
        if (!want(at, 12)) return block_step::stopped;
        const std::uint8_t* p = at.bytes;
        const std::optional<byte_order> told = pcapng_section::order_of(p);
        if (!told) return fail({.code = errc::bad_byte_order, .number = load_be32(p + 8)});
        const byte_order order = *told;
        const std::uint32_t total = load32(p + 4, order);
        constexpr std::uint32_t smallest = 28;
        if (total < smallest) return fail({.code = errc::bad_block_length, .number = total});
        if (!want_whole(at, total, order)) return block_step::stopped;
        const std::size_t length = padded(total);
        const pcapng_section section = parse_section({p + 12, length - 16}, order);
        // Minor versions may add but not change (and 1.2 was written by some for 1.0).
        if (section.version_major != 1)
            return fail({.code = errc::unsupported_version,
                         .number = section.version_major,
                         .other = section.version_minor,
                         .detail = "pcapng section"});
        sections_.push_back(section);
        order_ = order;
        here_.clear();
        at.advance(length);
        return block_step::taken;
    }

    static pcapng_section parse_section(bytes_view body, byte_order order) {
        pcapng_section section;
        cursor fields(body, order);
        section.order = order;
        section.version_major = fields.u16();
        section.version_minor = fields.u16();
        fields.u64();  // The section's length serves seeking only, and is often wrong.
        detail::each_option(fields, [&](std::uint16_t code, bytes_view value) {
            switch (code) {
                case pcapng_option::comment:
                    if (section.comment.empty()) section.comment = detail::option_text(value);
                    break;
                case pcapng_option::section::hardware: section.hardware = detail::option_text(value); break;
                case pcapng_option::section::os: section.os = detail::option_text(value); break;
                case pcapng_option::section::application: section.application = detail::option_text(value); break;
                default: break;
            }
        });
        return section;
    }

    block_step read_interface(bytes_view body) {
        if (body.size() < 8) return fail(short_block("Interface Description Block", 8, body.size()));
        if (interfaces_->size() >= limits::interfaces_max)
            return fail({.code = errc::too_many_interfaces, .number = limits::interfaces_max});
        interface_info info = parse_interface(body, order_);
        info.id = static_cast<std::uint32_t>(here_.size());
        info.section = static_cast<std::uint32_t>(sections_.empty() ? 0 : sections_.size() - 1);
        const tick_scale scale(info.tsresol, info.tsoffset);
        const std::uint32_t snaplen = info.snaplen;
        interfaces_->push_back(std::move(info));
        here_.push_back(
            {scale, static_cast<std::uint32_t>(interfaces_->size() - 1), snaplen, interfaces_->back().link_type});
        return block_step::taken;
    }

    static interface_info parse_interface(bytes_view body, byte_order order) {
        interface_info info;
        cursor fields(body, order);
        info.link_type = fields.u16();
        fields.u16();  // reserved
        info.snaplen = fields.u32();
        detail::each_option(fields, [&](std::uint16_t code, bytes_view value) {
            cursor number(value, order);
            namespace option = pcapng_option::interface;
            switch (code) {
                case option::name: info.name = detail::option_text(value); break;
                case option::description: info.description = detail::option_text(value); break;
                case option::tsresol: if (!value.empty()) info.tsresol = value[0]; break;
                case option::filter:
                    if (!value.empty() && value[0] == pcapng_option::filter_is_text)
                        info.filter = detail::option_text(value.subspan(1));
                    break;
                case option::os: info.os = detail::option_text(value); break;
                case option::fcs_bytes: if (!value.empty()) info.fcs_bytes = value[0]; break;
                case option::tsoffset: info.tsoffset = static_cast<std::int64_t>(number.u64()); break;
                default: break;
            }
        });
        return info;
    }

    block_step begin_step_over(place& at, std::uint32_t total) noexcept {
        stepping_total_ = total;
        skip_left_ = padded(total);
        return step_over(at);
    }

    /// Steps over a block without holding its bytes, in any number of calls; then compares the length at the block's
    /// end.
    block_step step_over(place& at) noexcept {
        const std::size_t before_trailer = skip_left_ - std::min<std::size_t>(skip_left_, 4);
        const std::size_t now = std::min(before_trailer, at.left);
        at.advance(now);
        skip_left_ -= now;
        if (!want(at, skip_left_ > 4 ? at.left + 1 : 4)) return block_step::stopped;
        const std::uint32_t trailer = load32(at.bytes, order_);
        if (trailer != stepping_total_)
            return fail({.code = errc::block_mismatch, .number = stepping_total_, .other = trailer});
        at.advance(4);
        skip_left_ = 0;
        return block_step::taken;
    }

    std::shared_ptr<interface_list> interfaces_;
    std::vector<section_interface> here_;
    std::vector<pcapng_section> sections_;
    byte_order order_ = byte_order::little;
    std::uint32_t stepping_total_ = 0;
    std::size_t skip_left_ = 0;
    std::size_t wanted_ = 0;
    bool damaged_ = false;
    error damage_{};
};

}  // namespace pcapframe
