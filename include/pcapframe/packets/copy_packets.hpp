// Captures copied packet by packet: those of a source's rows, as a capture file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/version.hpp>
#include <pcapframe/packets/kept_packets.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/source/parallel.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// A file that is created when the first packet comes, since that packet says how fine the file's times must be.
class copied_file {
public:
    /// Takes `most` packets.
    copied_file(std::string path, packet_format format, std::uint64_t most) : path_(std::move(path)), left_(most) {
        options_.format = format;
        options_.application = "pcapframe " + std::string(version);
    }

    /// Whether further packets would change nothing: enough are written, or writing has failed.
    [[nodiscard]] bool is_done() const noexcept { return left_ == 0 || (file_ && file_->failed() != 0); }

    result<void> write(const kept_packets& kept) {
        if (kept.count() == 0 || left_ == 0) return {};
        if (!file_) {
            for (const interface_info& one : kept.interfaces())
                options_.nanoseconds = options_.nanoseconds || one.tsresol > microseconds;
            const result<void> made = create();
            if (!made) return made.error();
        }
        if (kept.layout()) return write_pieces(kept);
        for (const record& r : kept.records()) {
            if (left_ == 0) break;
            const result<void> written = write(r, kept.interfaces());
            if (!written) return written.error();
        }
        return {};
    }

    result<void> finish() {
        if (!file_) {
            const result<void> made = create();
            if (!made) return made.error();
        }
        return file_->flush();
    }

    [[nodiscard]] std::uint64_t packets() const noexcept { return file_ ? file_->packets() : 0; }
    [[nodiscard]] std::uint64_t changed_times() const noexcept { return file_ ? file_->changed_times() : 0; }

private:
    static constexpr std::uint8_t microseconds = 6;

    result<void> create() {
        result<packet_file> made = packet_file::create(path_, options_);
        if (!made) return made.error();
        file_.emplace(std::move(*made));
        return {};
    }

    result<void> write(const record& r, const interface_list& interfaces) {
        // Interfaces that come later may have finer times than the file's header has promised.
        const bool loses_time = options_.format == packet_format::pcap && !options_.nanoseconds && r.time != no_time &&
                                r.time % 1000 != 0;
        if (loses_time)
            return error{.code = errc::bad_value,
                         .detail = "a file for times of several resolutions, which only pcapng holds",
                         .subject = std::string_view(path_)};
        --left_;
        return file_->write(r, interfaces);
    }

    /// Writes the packets of a pcap: unchanged, where this file stores packets in the same form.
    result<void> write_pieces(const kept_packets& kept) {
        const bool as_stored = file_->stores(*kept.layout());
        stored_.clear();
        std::uint64_t packets = 0;
        result<void> written;
        for (const kept_packets::piece& piece : kept.pieces()) {
            const bool whole = as_stored && piece.plain && piece.packets <= left_;
            if (whole) {
                stored_.emplace_back(reinterpret_cast<const char*>(piece.data), piece.bytes);
                packets += piece.packets;
                left_ -= piece.packets;
                continue;
            }
            written = write_stored(kept, packets);
            if (written) written = write_each(kept, piece);
            if (!written) return written.error();
        }
        return write_stored(kept, packets);
    }

    /// The pieces that are collected; none are then.
    result<void> write_stored(const kept_packets& kept, std::uint64_t& packets) {
        if (stored_.empty()) return {};
        const auto written = file_->write_stored(*kept.layout(), stored_, packets, kept.interfaces());
        stored_.clear();
        packets = 0;
        return written;
    }

    result<void> write_each(const kept_packets& kept, const kept_packets::piece& piece) {
        const std::uint8_t* at = piece.data;
        for (std::uint64_t i = 0; i < piece.packets && left_ > 0; ++i) {
            const record r = kept.layout()->read(at);
            const result<void> written = write(r, kept.interfaces());
            if (!written) return written.error();
            at = r.data + r.caplen;
        }
        return {};
    }

    std::string path_;
    std::uint64_t left_;
    packet_file_options options_;
    std::optional<packet_file> file_;
    std::vector<std::string_view> stored_;
};

}  // namespace detail

/// What a copy did, as far as it came.
struct packets_copied {
    std::uint64_t packets = 0;
    /// Packets whose time the file does not say: they have none, or one that the format does not hold.
    std::uint64_t changed_times = 0;
    std::vector<error> warnings{};    ///< damage of the captures; the packets before it are copied
    std::optional<error> read_error{};   ///< why packets that were to be read are missing
    std::optional<error> write_error{};  ///< why packets that were read are not written
};

/// Copies packets to a capture file. See copy_packets.
class packet_copier {
public:
    packet_copier(const pcap_source& source, std::string path, packet_format format)
        : source_(source), path_(std::move(path)), out_(path_, format, source.options().limit) {}

    /// Copies all packets. To be called once.
    [[nodiscard]] packets_copied run() {
        packets_copied done;
        const result<void> copied = copy(done.warnings);
        if (!copied) done.read_error = copied.error();
        const result<void> written = out_.finish();
        if (!written) done.write_error = written.error();
        done.packets = out_.packets();
        done.changed_times = out_.changed_times();
        return done;
    }

private:
    result<void> copy(std::vector<error>& warnings) {
        const result<read_plan> plan = plan_read(source_.options());
        if (!plan) return plan.error();
        std::vector<partition> files;
        for (const std::string& name : source_.files()) {
            const result<partition> whole = whole_partition(name, corrections_of(source_.options()));
            if (!whole) return whole.error();
            files.push_back(*whole);
        }
        if (is_parallel(files)) return copy_in_parallel(files, *plan, warnings);
        record_feed feed(std::move(files), {.merge = source_.options().merge});
        const result<void> copied = copy_in_order(feed, *plan);
        warnings = feed.warnings();
        return copied;
    }

    /// Every packet of the files that is a row. What was written before an error stays.
    result<void> copy_in_order(record_feed& feed, const read_plan& plan) {
        kept_packets kept(plan);
        while (!out_.is_done()) {
            const auto fed = feed.next();
            if (!fed) return fed.error();
            if (fed->run.empty()) break;
            kept.clear();
            const result<void> selected = kept.add(fed->run, *fed->from);
            const result<void> written = out_.write(kept);
            if (!written) return written.error();
            if (!selected) return selected.error();
            // Bytes that were copied from a mapping that shrank meanwhile may be zeros; the feed says so.
            (void)fed->from->check_shrunk();
        }
        return {};
    }

    /// Several threads look for the packets, and the caller's thread writes them.
    result<void> copy_in_parallel(const std::vector<partition>& files, const read_plan& plan,
                                  std::vector<error>& warnings) {
        const auto make = [&] { return std::make_unique<kept_packets>(plan); };
        parallel_files all(files, threads(), make);
        result<void> written;
        const result<void> read = all.read([&](const kept_packets& kept, std::uint64_t, std::uint64_t) {
            written = out_.write(kept);
            if (kept.shrunk()) all.warnings().push_back(kept.shrunk_error());
            return written && !kept.shrunk() && !out_.is_done();
        });
        warnings = std::move(all.warnings());
        return written ? read : written;
    }

    [[nodiscard]] std::size_t threads() const noexcept {
        return source_.options().threads == 0 ? processor_count() : source_.options().threads;
    }

    /// Whether any file is large enough for several threads. A merge and a limit look at packets one by one.
    [[nodiscard]] bool is_parallel(const std::vector<partition>& files) const noexcept {
        if (source_.options().merge || source_.options().limit != read_options().limit) return false;
        return std::any_of(files.begin(), files.end(),
                           [&](const partition& file) { return is_read_in_pieces(file, threads()); });
    }

    const pcap_source& source_;
    std::string path_;
    detail::copied_file out_;
};

/// Copies the packets of a source's rows, as they were captured, to a capture file, whose extension says the format:
/// pcap or pcapng. Large files are looked through by several threads. Errors: an extension that is not known, a file
/// that is one of the captures, those of reading and of writing; what was written before one stays.
///
///     auto source = open_pcap("day.pcap", {.filter = "tcp port 443"});
///     auto copied = copy_packets(*source, "tls.pcap");
///     if (copied) std::printf("%llu packets\n", static_cast<unsigned long long>(copied->packets));
[[nodiscard]] inline result<packets_copied> copy_packets(const pcap_source& source, const std::string& path) {
    const result<packet_format> format = packet_format_of_path(path);
    if (!format) return format.error();
    const result<void> apart = check_output(path, source.files());
    if (!apart) return apart.error();
    packets_copied done = packet_copier(source, path, *format).run();
    if (done.read_error) return *done.read_error;
    if (done.write_error) return *done.write_error;
    return done;
}

}  // namespace pcapframe
