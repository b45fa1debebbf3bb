// One walker for every capture format: this walker looks at the first bytes, then hands over to the format's own
// walker.
//
// Memory first, files second: bytes come in windows of any size, from a mapping, a pipe or a test. A walker that has
// met damage stays at the damage.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <pcapframe/format/maker_walker.hpp>
#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcap_variants.hpp>
#include <pcapframe/format/pcapng.hpp>
#include <pcapframe/format/sniff.hpp>

namespace pcapframe::inline v0_2 {

/// How many of a pcap's first sub-second fields say a second or more, which no writer means.
struct fraction_sample {
    std::uint32_t looked_at = 0;
    std::uint32_t too_large = 0;
};

/// Walks over a capture's records, whatever its format.
class capture_walker {
public:
    /// Looks at the first window of a file. Interfaces are appended to `interfaces` (not null) as the walker meets
    /// them. An error here means that this is no capture at all; a capture cut off in its header is damage, met by
    /// `walk`.
    [[nodiscard]] static result<capture_walker> open(bytes_view first_window,
                                                     std::shared_ptr<interface_list> interfaces) {
        const result<capture_format> format = sniff(first_window);
        if (!format) return format.error();
        capture_walker walker(*format, interfaces);
        if (*format == capture_format::other) walker.maker_.choose(first_window);
        if (*format != capture_format::pcap) return walker;
        const result<pcap_header> header = pcap_header::parse(first_window);
        if (header) walker.begin_pcap(*header, *interfaces, first_window);
        else if (header.error().code == errc::cut_header) walker.stop_at(header.error());
        else return header.error();
        return walker;
    }

    /// Writes the next records to `out`; their bytes are views into `input`, which begins at the place where the last
    /// step stopped.
    walk_step walk(walk_input input, std::span<record> out) {
        if (damage_) return {0, 0, 0, walk_state::damaged};
        walk_step step = walk_format(input, out);
        offset_ += step.consumed;
        if (step.state == walk_state::damaged) {
            damage_ = found_damage();
            damage_->offset = offset_ - (format_ == capture_format::pcapng ? pcapng_.stepped_over() : 0);
        }
        return step;
    }

    /// Calls `use(record)` for the next usual records, `most` at most, without storing them: no other record is looked
    /// at, and no damage is found. `walk` then says why the usual records end.
    template <class Use>
    usual_walk each_usual(walk_input input, std::size_t most, Use& use) {
        if (damage_ || offset_ == 0 || format_ == capture_format::other) return {};
        const usual_walk walked = format_ == capture_format::pcap ? pcap_.each_usual(input, most, use)
                                                                  : pcapng_.each_usual(input, most, use);
        offset_ += walked.consumed;
        return walked;
    }

    /// How a pcap's records are laid out, for walking several stretches of the file at once (lanes.hpp) from a record
    /// on; nothing for a pcapng, and before the file header was stepped over.
    [[nodiscard]] std::optional<pcap_layout> layout() const noexcept {
        if (format_ != capture_format::pcap || offset_ == 0 || damage_) return std::nullopt;
        return pcap_.layout();
    }
    /// The byte order of the file, or of a pcapng's section at hand.
    [[nodiscard]] byte_order order() const noexcept {
        return format_ == capture_format::pcap ? pcap_.layout().order : pcapng_.order();
    }
    /// A copy of this walker at the same place, for another reader: interfaces met from here on go to `interfaces`,
    /// which already has the interfaces met so far.
    [[nodiscard]] capture_walker resumed(std::shared_ptr<interface_list> interfaces) const {
        capture_walker copy = *this;
        copy.pcapng_.set_interfaces(std::move(interfaces));
        return copy;
    }
    /// Whether the place is between two records or blocks.
    [[nodiscard]] bool between_blocks() const noexcept {
        return format_ != capture_format::pcapng || pcapng_.stepped_over() == 0;
    }

    /// The records of a pcapng's blocks whose places are known: see pcapng_walker::read_usual. The place stays.
    std::size_t read_usual(bytes_view file, std::size_t base, std::span<const std::uint32_t> places,
                           std::span<record> out) const noexcept {
        return pcapng_.read_usual(file, base, places, out);
    }

    /// Steps over records that were walked in another way.
    void advance(std::size_t bytes) noexcept { offset_ += bytes; }

    [[nodiscard]] capture_format format() const noexcept { return format_; }
    /// The name of another maker's format, once its header was read; empty for pcap and pcapng.
    [[nodiscard]] std::string_view maker() const noexcept { return maker_.name(); }
    /// The file header of a pcap; nothing for a pcapng.
    [[nodiscard]] const std::optional<pcap_header>& header() const noexcept { return header_; }
    /// The sections of a pcapng met so far.
    [[nodiscard]] const std::vector<pcapng_section>& sections() const noexcept { return pcapng_.sections(); }
    /// Bytes of the file that are done with.
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
    /// What the first records of a pcap have for fractions of a second.
    [[nodiscard]] const fraction_sample& fractions() const noexcept { return fractions_; }
    /// The damage that ended the walk, with its byte offset.
    [[nodiscard]] const std::optional<error>& damage() const noexcept { return damage_; }

private:
    capture_walker(capture_format format, std::shared_ptr<interface_list> interfaces)
        : format_(format), pcapng_(interfaces), maker_(std::move(interfaces)) {}

    walk_step walk_format(walk_input input, std::span<record> out) {
        switch (format_) {
            case capture_format::pcap: return walk_pcap(input, out);
            case capture_format::pcapng: return pcapng_.walk(input, out);
            case capture_format::other: break;
        }
        return maker_.walk(input, out);
    }

    [[nodiscard]] const error& found_damage() const noexcept {
        if (format_ == capture_format::other) return maker_.damage();
        return format_ == capture_format::pcap ? pcap_.damage() : pcapng_.damage();
    }

    void begin_pcap(pcap_header header, interface_list& interfaces, bytes_view first_window) {
        // For walkers that begin in the middle; a walk from the beginning looks again, and knows where the file ends.
        const bytes_view records = first_window.subspan(std::min(first_window.size(), header.records_at()));
        header.extra_record_bytes =
            static_cast<std::uint8_t>(extra_record_bytes(header, records).value_or(std::size_t{0}));
        header.correct(interfaces.corrections());
        header_ = header;
        pcap_ = pcap_walker(pcap_layout(header, static_cast<std::uint32_t>(interfaces.size())));
        interface_info info;
        info.link_type = header.link_type;
        info.snaplen = header.snaplen;
        info.fcs_bytes = header.fcs_bytes;
        info.tsresol = header.nanoseconds() ? 9 : 6;
        interfaces.push_back(std::move(info));
    }

    void stop_at(const error& why) { damage_ = why; }

    walk_step walk_pcap(walk_input input, std::span<record> out) {
        std::size_t header_bytes = 0;
        if (offset_ == 0) {
            header_bytes = header_->records_at();
            if (const std::optional<walk_step> stopped = settle_variant(input)) return *stopped;
            input.bytes = input.bytes.subspan(header_bytes);
            input.stop -= std::min(input.stop, header_bytes);
        }
        walk_step step = pcap_.walk(input, out);
        if (fractions_.looked_at < fractions_looked_at) look_at_fractions(out.first(step.count));
        step.consumed += header_bytes;
        return step;
    }

    /// How long record headers are, before the first record; a step where more bytes are needed to tell.
    std::optional<walk_step> settle_variant(const walk_input& input) {
        const std::size_t at = header_->records_at();
        if (input.bytes.size() < at) {
            if (!input.last) return walk_step{0, 0, at, walk_state::starved};
            pcap_.damage_at_header(at, input.bytes.size());
            return walk_step{0, 0, 0, walk_state::damaged};
        }
        pcap_header usual = *header_;
        usual.extra_record_bytes = 0;
        const bytes_view records = input.bytes.subspan(at);
        const std::optional<std::size_t> extra = extra_record_bytes(usual, records);
        const std::size_t enough = bytes_to_tell(usual, records);
        const std::size_t header_bytes = pcap_layout(usual, 0).header_bytes;
        const bool is_first_whole = records.size() >= header_bytes && records.size() + header_bytes >= enough;
        if (!extra && !input.last && !(input.may_pause && is_first_whole))
            return walk_step{0, 0, at + enough, walk_state::starved};
        header_->extra_record_bytes = static_cast<std::uint8_t>(extra.value_or(std::size_t{0}));
        pcap_ = pcap_walker(pcap_layout(*header_, pcap_.layout().interface));
        return std::nullopt;
    }

    /// The first records are walked here, whichever way the others are.
    void look_at_fractions(std::span<const record> records) noexcept {
        const pcap_layout& layout = pcap_.layout();
        const std::uint32_t units_of_second = layout.fraction_ns == 1 ? 1'000'000'000 : 1'000'000;
        for (const record& r : records) {
            if (fractions_.looked_at == fractions_looked_at) return;
            ++fractions_.looked_at;
            const std::uint32_t fraction = load32(r.data - layout.header_bytes + 4, layout.order);
            fractions_.too_large += fraction >= units_of_second ? 1 : 0;
        }
    }
    static constexpr std::uint32_t fractions_looked_at = 32;

    capture_format format_;
    std::optional<pcap_header> header_;
    pcap_walker pcap_;
    pcapng_walker pcapng_;
    maker_walker maker_;
    std::uint64_t offset_ = 0;
    fraction_sample fractions_;
    std::optional<error> damage_;
};

}  // namespace pcapframe
