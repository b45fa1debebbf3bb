// Packets into a capture file, of either format.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/extension.hpp>
#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/format/pcap.hpp>
#include <pcapframe/format/pcap_writer.hpp>
#include <pcapframe/format/pcapng_writer.hpp>
#include <pcapframe/io/sink.hpp>

namespace pcapframe::inline v0_2 {

/// The formats that packets are written in.
enum class packet_format : std::uint8_t { pcap, pcapng };

/// A format: a row of the list.
struct packet_format_info {
    std::string_view name;
    std::string_view extension;  ///< of file names, with its dot
    packet_format format;
};

/// THE list of capture formats that are written, a row for each extension.
inline constexpr std::array packet_formats{
    packet_format_info{"pcap", ".pcap", packet_format::pcap},
    packet_format_info{"pcap", ".cap", packet_format::pcap},
    packet_format_info{"pcapng", ".pcapng", packet_format::pcapng},
    packet_format_info{"pcapng", ".ntar", packet_format::pcapng},
};

/// A capture format by its name: pcap or pcapng.
[[nodiscard]] inline result<packet_format> find_packet_format(std::string_view name) {
    const auto found = find_name(name, "capture format", packet_formats);
    return found ? result<packet_format>((*found)->format) : found.error();
}

/// The format that a file's name asks for by its extension. Errors: see find_by_extension.
[[nodiscard]] inline result<packet_format> packet_format_of_path(std::string_view path) {
    const auto found = find_by_extension<packet_formats>(path);
    if (!found) return found.error();
    return (*found)->format;
}

/// How a packet file is written.
struct packet_file_options {
    packet_format format = packet_format::pcap;
    bool nanoseconds = false;  ///< pcap: times to the nanosecond; pcapng has the resolution of each interface
    byte_order order = byte_order::little;
    std::string application{};  ///< pcapng: the program that the section names as its writer
    std::string os{};           ///< pcapng: the system that the section says it was written on
};

/// A capture file that grows. Every write to the file ends with a whole record, so that a program that is killed leaves
/// all records up to the last flush. Movable.
class packet_file {
public:
    /// Creates or empties the file; "-" is standard output. A path that ends in one of `packed_extensions` is written
    /// compressed: each write is then a piece that can be unpacked without the others. The file's header comes with the
    /// first interface.
    [[nodiscard]] static result<packet_file> create(const std::string& path, const packet_file_options& options) {
        result<sink> out = sink::create(path);
        if (!out) return out.error();
        packet_file file(path, options, std::move(*out));
        if (options.format == packet_format::pcapng) {
            pcapng_section section;
            section.order = options.order;
            section.application = options.application;
            section.os = options.os;
            file.pcapng_.section(file.out_, section);
        }
        return file;
    }

    /// Describes an interface before its first packet, so that a file without packets says what was captured on.
    [[nodiscard]] result<void> describe(std::uint32_t index, const interface_info& info) {
        if (options_.format == packet_format::pcap) return begin_pcap(info);
        if (numbers_.size() <= index) numbers_.resize(index + 1);
        if (!numbers_[index]) numbers_[index] = pcapng_.interface(out_, info);
        return {};
    }

    /// Appends a packet of one of the interfaces that were described. A pcap holds one link type: a packet of another
    /// link type is an error, and is not written.
    [[nodiscard]] result<void> write(const record& r, const interface_list& interfaces) {
        const bool described = options_.format == packet_format::pcap
                                   ? pcap_.has_value() && pcap_->header().link_type == r.link_type
                                   : r.interface < numbers_.size() && numbers_[r.interface].has_value();
        if (!described) {
            const result<void> begun = describe(r.interface, interfaces[r.interface]);
            if (!begun) return begun.error();
        }
        if (options_.format == packet_format::pcap) {
            pcap_->write(out_, r);
            changed_times_ += pcap_writer::holds(r.time) ? 0U : 1U;
        } else {
            pcapng_.packet(out_, *numbers_[r.interface], r);
            // Only a time can be lost: that there is none, the format can say.
            changed_times_ += r.time == no_time || pcapng_.holds(*numbers_[r.interface], r.time) ? 0U : 1U;
        }
        ++packets_;
        return {};
    }

    /// Whether packets of a pcap with this layout are stored in the same way in this file.
    [[nodiscard]] bool stores(const pcap_layout& layout) const noexcept {
        const bool same_times = layout.fraction_ns == (options_.nanoseconds ? 1 : 1000);
        return options_.format == packet_format::pcap && options_.order == layout.order && same_times &&
               layout.header_bytes == pcap_record_bytes && !layout.lengths_swapped && !layout.lengths_unsure;
    }

    /// Appends packets as another pcap stores them, headers and all: a pcap that `stores` is true of, and no
    /// sub-second field is a second or more.
    [[nodiscard]] result<void> write_stored(const pcap_layout& layout, std::span<const std::string_view> stored,
                                            std::uint64_t packets, const interface_list& interfaces) {
        PCAPFRAME_ASSERT(stores(layout));
        const result<void> begun = begin_pcap(interfaces[layout.interface]);
        if (!begun) return begun.error();
        out_.write(stored);
        packets_ += packets;
        return {};
    }

    /// Counters of an interface, at the end of a capture; a pcap has no place for them.
    void statistics(std::uint32_t index, const interface_statistics& counted) {
        if (options_.format == packet_format::pcapng && index < numbers_.size() && numbers_[index])
            pcapng_.statistics(out_, *numbers_[index], counted);
    }

    /// Everything so far goes to the file.
    [[nodiscard]] result<void> flush() {
        if (options_.format == packet_format::pcap && !pcap_) {
            const result<void> begun = begin_pcap(nothing_captured());
            if (!begun) return begun.error();
        }
        const result<void> flushed = out_.flush();
        if (!flushed) return flushed.error().about(path_);
        return {};
    }

    /// errno of the first write that failed, or 0.
    [[nodiscard]] int failed() const noexcept { return out_.failed(); }
    /// Bytes written, with those that wait for a flush, as they are before compression.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return out_.total(); }
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    /// Packets that have another time in the file than they had, since the format cannot hold it: a pcap says the
    /// nearest time from 1970 to 2106, which is 1970-01-01 for packets without a time; a pcapng says that there is no
    /// time.
    [[nodiscard]] std::uint64_t changed_times() const noexcept { return changed_times_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    /// A sink that counts the bytes that went in.
    class counted_sink {
    public:
        explicit counted_sink(sink out) : out_(std::move(out)) {}
        [[nodiscard]] char* reserve(std::size_t bytes) { return out_.reserve(bytes); }
        void commit(std::size_t bytes) noexcept {
            out_.commit(bytes);
            total_ += bytes;
        }
        void write(std::span<const std::string_view> pieces) {
            out_.write(pieces);
            for (const std::string_view piece : pieces) total_ += piece.size();
        }
        [[nodiscard]] result<void> flush() { return out_.flush(); }
        [[nodiscard]] int failed() const noexcept { return out_.failed(); }
        [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

    private:
        sink out_;
        std::uint64_t total_ = 0;
    };

    static constexpr std::size_t pcap_record_bytes = 16;

    packet_file(std::string path, packet_file_options options, sink out)
        : path_(std::move(path)), options_(std::move(options)), out_(std::move(out)) {}

    static interface_info nothing_captured() {
        interface_info info;
        info.link_type = 1;
        return info;
    }

    result<void> begin_pcap(const interface_info& info) {
        if (!pcap_) {
            pcap_header header;
            header.magic = options_.nanoseconds ? pcap_magic::nanoseconds : pcap_magic::microseconds;
            header.order = options_.order;
            header.snaplen = info.snaplen;
            header.link_type = info.link_type;
            header.fcs_bytes = info.fcs_bytes;
            pcap_.emplace(header);
            pcap_->begin(out_);
        }
        if (pcap_->header().link_type == info.link_type) return {};
        return error{.code = errc::bad_value,
                     .detail = "a file for packets of several link types, which only pcapng holds",
                     .subject = std::string_view(path_),
                     .hint = std::string_view(pcapng_name())};
    }

    [[nodiscard]] std::string pcapng_name() const {
        const std::string_view plain = without_packing(path_);
        const std::string_view name = plain.substr(0, plain.rfind('.'));
        return std::string(name) + ".pcapng" + path_.substr(plain.size());
    }

    std::string path_;
    packet_file_options options_;
    counted_sink out_;
    std::optional<pcap_writer> pcap_;
    pcapng_writer pcapng_;
    std::vector<std::optional<std::uint32_t>> numbers_;  ///< of interfaces, within the file
    std::uint64_t packets_ = 0;
    std::uint64_t changed_times_ = 0;
};

}  // namespace pcapframe
