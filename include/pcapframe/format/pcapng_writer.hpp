// Writes the pcapng file format: Section Header, Interface Description, Enhanced (or Simple) Packet and Interface
// Statistics blocks. Source: draft-ietf-opsawg-pcapng.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/format/byte_output.hpp>
#include <pcapframe/format/packet_flags.hpp>
#include <pcapframe/format/pcapng.hpp>
#include <pcapframe/format/pcapng_options.hpp>

namespace pcapframe::inline v0_2 {

/// What an Interface Statistics Block says of one interface. Counters that are not known are left out.
struct interface_statistics {
    std::int64_t time = no_time;                ///< when the counters were read: nanoseconds since the epoch
    std::int64_t begin = no_time;               ///< isb_starttime: when the capture began
    std::int64_t end = no_time;                 ///< isb_endtime
    std::optional<std::uint64_t> received{};    ///< isb_ifrecv: by the interface
    std::optional<std::uint64_t> dropped{};     ///< isb_ifdrop: by the interface, for want of resources
    std::optional<std::uint64_t> accepted{};    ///< isb_filteraccept: by the filter
    std::optional<std::uint64_t> os_dropped{};  ///< isb_osdrop: by the operating system
    std::optional<std::uint64_t> delivered{};   ///< isb_usrdeliv: to the user
};

/// Writes blocks to outputs that the calls name, so that a new file can be begun at any time: `section`, then the
/// interfaces, then their packets. Movable.
class pcapng_writer {
public:
    /// Begins a section, in the byte order that `section` names. Interfaces of the section before are forgotten.
    template <byte_output Output>
    void section(Output& out, const pcapng_section& section) {
        order_ = section.order;
        interfaces_.clear();
        const std::array<std::pair<std::uint16_t, std::string_view>, 4> texts{
            {{pcapng_option::comment, section.comment},
             {pcapng_option::section::hardware, section.hardware},
             {pcapng_option::section::os, section.os},
             {pcapng_option::section::application, section.application}}};
        std::size_t options = 0;
        for (const auto& text : texts) options += option_bytes(clipped(text.second).size());
        block b(out, order_, static_cast<std::uint32_t>(pcapng_block::section_header), 16 + end_bytes(options));
        b.fields.u32(pcapng_section::order_magic);
        b.fields.u16(1);
        b.fields.u16(0);
        b.fields.u64(~std::uint64_t{0});  // the section's length: not known
        for (const auto& text : texts) b.text_option(text.first, clipped(text.second));
        b.end_options(options);
    }

    /// Describes an interface and returns its number in the section. Times of its packets are written in the decimal
    /// resolution that the description names, up to nanoseconds; of another resolution, in nanoseconds.
    template <byte_output Output>
    std::uint32_t interface(Output& out, const interface_info& info) {
        const described what{info.tsresol <= 9 ? info.tsresol : std::uint8_t{9}, info.tsoffset, info.snaplen};
        const std::string_view filter = clipped(info.filter);
        std::size_t options = option_bytes(clipped(info.name).size()) + option_bytes(clipped(info.description).size()) +
                              option_bytes(clipped(info.os).size()) + option_bytes(1);
        if (!filter.empty()) options += option_bytes(1 + filter.size());
        if (info.fcs_bytes != 0) options += option_bytes(1);
        if (info.tsoffset != 0) options += option_bytes(8);
        block b(out, order_, static_cast<std::uint32_t>(pcapng_block::interface_description), 8 + end_bytes(options));
        b.fields.u16(info.link_type);
        b.fields.u16(0);
        b.fields.u32(info.snaplen);
        namespace option = pcapng_option::interface;
        b.text_option(option::name, clipped(info.name));
        b.text_option(option::description, clipped(info.description));
        b.byte_option(option::tsresol, what.tsresol);
        if (!filter.empty()) b.filter_option(filter);
        b.text_option(option::os, clipped(info.os));
        if (info.fcs_bytes != 0) b.byte_option(option::fcs_bytes, info.fcs_bytes);
        if (info.tsoffset != 0) b.number_option(option::tsoffset, static_cast<std::uint64_t>(info.tsoffset));
        b.end_options(options);
        interfaces_.push_back(what);
        return static_cast<std::uint32_t>(interfaces_.size() - 1);
    }

    /// One packet of the interface `number` of this section (the interface that the record itself names is not looked
    /// at). A packet without a time is a Simple Packet Block where such a block says all of the packet: a whole packet
    /// (or one that is cut at the snapshot length) of interface 0, without a direction. Any other packet without a time
    /// gets an Enhanced Packet Block with a timestamp that no packet can have: all bits of it are set, which is a year
    /// beyond 2262, and so no time again for this library. The same goes for a time that is before the ones which the
    /// interface's offset reaches (see `holds`).
    template <byte_output Output>
    void packet(Output& out, std::uint32_t number, const record& r) {
        PCAPFRAME_ASSERT(number < interfaces_.size());
        const described& from = interfaces_[number];
        const std::uint32_t caplen = r.whole_caplen();
        const std::uint32_t len = r.whole_len();
        const std::size_t options = r.direction == direction::unknown ? 0 : option_bytes(4);
        if (r.time == no_time && number == 0 && options == 0 &&
            caplen == (from.snaplen == 0 ? len : std::min(len, from.snaplen)))
            return simple_packet(out, r);
        block b(out, order_, static_cast<std::uint32_t>(pcapng_block::enhanced_packet),
                20 + padded(caplen) + end_bytes(options));
        b.fields.u32(number);
        b.fields.high_low(from.ticks(r.time));
        b.fields.u32(caplen);
        b.fields.u32(len);
        b.fields.packet(r);
        b.fields.zeros(padded(caplen) - caplen);
        if (options != 0) b.flags_option(packet_flags(r.direction));
        b.end_options(options);
    }

    /// Whether packets of the interface `number` of this section can have this time.
    [[nodiscard]] bool holds(std::uint32_t number, std::int64_t time) const noexcept {
        PCAPFRAME_ASSERT(number < interfaces_.size());
        return interfaces_[number].exact_ticks(time).has_value();
    }

    /// Counters of the interface `number`.
    template <byte_output Output>
    void statistics(Output& out, std::uint32_t number, const interface_statistics& counted) {
        PCAPFRAME_ASSERT(number < interfaces_.size());
        const described& from = interfaces_[number];
        namespace option = pcapng_option::statistics;
        const std::array<std::pair<std::uint16_t, const std::optional<std::uint64_t>*>, 5> counters{
            {{option::received, &counted.received},
             {option::dropped, &counted.dropped},
             {option::accepted, &counted.accepted},
             {option::os_dropped, &counted.os_dropped},
             {option::delivered, &counted.delivered}}};
        std::size_t options = 0;
        for (const std::int64_t time : {counted.begin, counted.end})
            if (time != no_time) options += option_bytes(8);
        for (const auto& counter : counters)
            if (*counter.second) options += option_bytes(8);
        block b(out, order_, statistics_type, 12 + end_bytes(options));
        b.fields.u32(number);
        b.fields.high_low(from.ticks(counted.time));
        if (counted.begin != no_time) b.time_option(option::begin, from.ticks(counted.begin));
        if (counted.end != no_time) b.time_option(option::end, from.ticks(counted.end));
        for (const auto& counter : counters)
            if (*counter.second) b.number_option(counter.first, **counter.second);
        b.end_options(options);
    }

    /// Interfaces described in this section so far.
    [[nodiscard]] std::size_t interfaces() const noexcept { return interfaces_.size(); }

private:
    static constexpr std::uint32_t statistics_type = 5;

    /// What packets need of their interface.
    struct described {
        std::uint8_t tsresol;
        std::int64_t tsoffset;
        std::uint32_t snaplen;

        /// Of a time; of none, or of one that the offset does not reach, those that are no time when they are read.
        [[nodiscard]] std::uint64_t ticks(std::int64_t time) const noexcept {
            const std::optional<std::uint64_t> exact = exact_ticks(time);
            if (exact) return *exact;
            // There are more ticks than times, so one end of them or the other is beyond all times.
            return tick_scale(tsresol, tsoffset).nanoseconds(~std::uint64_t{0}) == no_time ? ~std::uint64_t{0} : 0;
        }

        [[nodiscard]] std::optional<std::uint64_t> exact_ticks(std::int64_t time) const noexcept {
            constexpr std::int64_t second_ns = 1'000'000'000;
            if (time == no_time) return std::nullopt;
            std::int64_t tick_ns = 1;
            for (unsigned digit = tsresol; digit < 9; ++digit) tick_ns *= 10;
            // By seconds: the offset alone may be more nanoseconds than 64 bits hold.
            const std::int64_t rest = time % second_ns;
            const std::int64_t fraction = rest < 0 ? rest + second_ns : rest;
            std::int64_t seconds = 0;
            std::uint64_t count = 0;
            if (__builtin_sub_overflow(time / second_ns - (rest < 0 ? 1 : 0), tsoffset, &seconds) || seconds < 0 ||
                __builtin_mul_overflow(static_cast<std::uint64_t>(seconds), second_ns / tick_ns, &count) ||
                __builtin_add_overflow(count, static_cast<std::uint64_t>(fraction / tick_ns), &count))
                return std::nullopt;
            return count;
        }
    };

    static constexpr std::size_t padded(std::size_t count) noexcept { return (count + 3) & ~std::size_t{3}; }
    /// Bytes of an option with its head; none for an empty option, which is not written.
    static constexpr std::size_t option_bytes(std::size_t value) noexcept { return value == 0 ? 0 : 4 + padded(value); }
    /// The bytes of all options with the end-of-options mark that follows them.
    static constexpr std::size_t end_bytes(std::size_t options) noexcept { return options == 0 ? 0 : options + 4; }
    static constexpr std::string_view clipped(std::string_view text) noexcept {
        return utf8_prefix(text, limits::option_text_bytes_max);
    }

    /// A block that is written from its head to its second length.
    template <byte_output Output>
    struct block {
        block(Output& to, byte_order order, std::uint32_t type, std::size_t body)
            : fields(to.reserve(body + 12), order), out(to), total(static_cast<std::uint32_t>(body + 12)) {
            fields.u32(type);
            fields.u32(total);
        }
        block(const block&) = delete;
        block& operator=(const block&) = delete;
        ~block() {
            fields.u32(total);
            out.commit(total);
        }

        void head(std::uint16_t code, std::size_t bytes) noexcept {
            fields.u16(code);
            fields.u16(static_cast<std::uint16_t>(bytes));
        }
        void text_option(std::uint16_t code, std::string_view text) noexcept {
            if (text.empty()) return;
            head(code, text.size());
            fields.bytes(text.data(), text.size());
            fields.zeros(padded(text.size()) - text.size());
        }
        void byte_option(std::uint16_t code, std::uint8_t value) noexcept {
            head(code, 1);
            fields.u8(value);
            fields.zeros(3);
        }
        void filter_option(std::string_view filter) noexcept {
            head(pcapng_option::interface::filter, 1 + filter.size());
            fields.u8(pcapng_option::filter_is_text);
            fields.bytes(filter.data(), filter.size());
            fields.zeros(padded(1 + filter.size()) - 1 - filter.size());
        }
        void flags_option(std::uint32_t flags) noexcept {
            head(pcapng_option::packet::flags, 4);
            fields.u32(flags);
        }
        void number_option(std::uint16_t code, std::uint64_t value) noexcept {
            head(code, 8);
            fields.u64(value);
        }
        void time_option(std::uint16_t code, std::uint64_t ticks) noexcept {
            head(code, 8);
            fields.high_low(ticks);
        }
        void end_options(std::size_t options) noexcept {
            if (options != 0) fields.u32(0);
        }

        field_writer fields;
        Output& out;
        std::uint32_t total;
    };

    template <byte_output Output>
    void simple_packet(Output& out, const record& r) {
        const std::uint32_t caplen = r.whole_caplen();
        block b(out, order_, static_cast<std::uint32_t>(pcapng_block::simple_packet), 4 + padded(caplen));
        b.fields.u32(r.whole_len());
        b.fields.packet(r);
        b.fields.zeros(padded(caplen) - caplen);
    }

    std::vector<described> interfaces_;
    byte_order order_ = byte_order::little;
};

}  // namespace pcapframe
