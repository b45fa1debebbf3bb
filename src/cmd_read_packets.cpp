// pcapframe read -o out.pcap: the packets of the rows, as a capture file.

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <pcapframe/packets/kept_packets.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"

namespace {

using pcapframe::kept_packets;
using pcapframe::packet_file;
using pcapframe::packet_format;

/// A file that is created when the first packet comes, since that packet says how fine the file's times must be.
class packet_copy {
public:
    /// Takes `most` packets.
    packet_copy(std::string path, packet_format format, std::uint64_t most) : path_(std::move(path)), left_(most) {
        options_.format = format;
        options_.application = "pcapframe " + std::string(pcapframe::version);
    }

    /// Whether further packets would change nothing: enough are written, or writing has failed.
    [[nodiscard]] bool is_done() const noexcept { return left_ == 0 || (file_ && file_->failed() != 0); }

    pcapframe::result<void> write(const kept_packets& kept) {
        if (kept.count() == 0 || left_ == 0) return {};
        if (!file_) {
            for (const pcapframe::interface_info& one : kept.interfaces())
                options_.nanoseconds = options_.nanoseconds || one.tsresol > microseconds;
            const pcapframe::result<void> made = create();
            if (!made) return made.error();
        }
        if (kept.layout()) return write_pieces(kept);
        for (const pcapframe::record& r : kept.records()) {
            if (left_ == 0) break;
            const pcapframe::result<void> written = write(r, kept.interfaces());
            if (!written) return written.error();
        }
        return {};
    }

    pcapframe::result<void> finish() {
        if (!file_) {
            const pcapframe::result<void> made = create();
            if (!made) return made.error();
        }
        return file_->flush();
    }

    /// Packets whose time the file does not say.
    [[nodiscard]] std::uint64_t changed_times() const noexcept { return file_ ? file_->changed_times() : 0; }

private:
    static constexpr std::uint8_t microseconds = 6;

    pcapframe::result<void> create() {
        pcapframe::result<packet_file> made = packet_file::create(path_, options_);
        if (!made) return made.error();
        file_.emplace(std::move(*made));
        return {};
    }

    pcapframe::result<void> write(const pcapframe::record& r, const pcapframe::interface_list& interfaces) {
        // Interfaces that come later may have finer times than the file's header has promised.
        const bool loses_time = options_.format == packet_format::pcap && !options_.nanoseconds &&
                                r.time != pcapframe::no_time && r.time % 1000 != 0;
        if (loses_time)
            return pcapframe::error{.code = pcapframe::errc::bad_value,
                                    .detail = "a file for times of several resolutions, which only pcapng holds",
                                    .subject = std::string_view(path_)};
        --left_;
        return file_->write(r, interfaces);
    }

    /// Writes the packets of a pcap: unchanged, where this file stores packets in the same form.
    pcapframe::result<void> write_pieces(const kept_packets& kept) {
        const bool as_stored = file_->stores(*kept.layout());
        stored_.clear();
        std::uint64_t packets = 0;
        pcapframe::result<void> written;
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
    pcapframe::result<void> write_stored(const kept_packets& kept, std::uint64_t& packets) {
        if (stored_.empty()) return {};
        const auto written = file_->write_stored(*kept.layout(), stored_, packets, kept.interfaces());
        stored_.clear();
        packets = 0;
        return written;
    }

    pcapframe::result<void> write_each(const kept_packets& kept, const kept_packets::piece& piece) {
        const std::uint8_t* at = piece.data;
        for (std::uint64_t i = 0; i < piece.packets && left_ > 0; ++i) {
            const pcapframe::record r = kept.layout()->read(at);
            const pcapframe::result<void> written = write(r, kept.interfaces());
            if (!written) return written.error();
            at = r.data + r.caplen;
        }
        return {};
    }

    std::string path_;
    std::uint64_t left_;
    pcapframe::packet_file_options options_;
    std::optional<packet_file> file_;
    std::vector<std::string_view> stored_;
};

/// Every packet of the files that is a row. What was written before an error stays.
pcapframe::result<void> copy_packets(pcapframe::record_feed& feed, const pcapframe::read_plan& plan,
                                     packet_copy& out) {
    kept_packets kept(plan);
    while (!out.is_done()) {
        const auto fed = feed.next();
        if (!fed) return fed.error();
        if (fed->run.empty()) break;
        kept.clear();
        const pcapframe::result<void> selected = kept.add(fed->run, *fed->from);
        const pcapframe::result<void> written = out.write(kept);
        if (!written) return written.error();
        if (!selected) return selected.error();
        // Bytes that were copied from a mapping that shrank meanwhile may be zeros; the feed says so.
        (void)fed->from->check_shrunk();
    }
    return {};
}

/// Writes packets with the help of several threads: these look for the packets, and the caller's thread writes them.
pcapframe::result<void> copy_packets(const std::vector<pcapframe::partition>& files, std::size_t threads,
                                     const pcapframe::read_plan& plan, packet_copy& out,
                                     std::vector<pcapframe::error>& warnings) {
    const auto make = [&] { return std::make_unique<kept_packets>(plan); };
    pcapframe::parallel_files all(files, threads, make);
    pcapframe::result<void> written;
    const pcapframe::result<void> read = all.read([&](const kept_packets& kept, std::uint64_t, std::uint64_t) {
        written = out.write(kept);
        if (kept.shrunk()) all.warnings().push_back(kept.shrunk_error());
        return written && !kept.shrunk() && !out.is_done();
    });
    warnings = std::move(all.warnings());
    return written ? read : written;
}

/// Whether any file is large enough for several threads. A merge and a limit look at packets one by one.
bool is_parallel(const std::vector<pcapframe::partition>& files, const pcapframe::read_options& read,
                 std::size_t threads) {
    if (read.merge || read.limit != pcapframe::read_options().limit) return false;
    return std::any_of(files.begin(), files.end(), [&](const pcapframe::partition& file) {
        return pcapframe::is_read_in_pieces(file, threads);
    });
}

pcapframe::result<std::vector<pcapframe::partition>> whole_files(const std::vector<std::string>& names,
                                                                    const pcapframe::file_corrections& known) {
    std::vector<pcapframe::partition> files;
    for (const std::string& name : names) {
        const pcapframe::result<pcapframe::partition> whole = pcapframe::whole_partition(name, known);
        if (!whole) return whole.error();
        files.push_back(*whole);
    }
    return files;
}

pcapframe::result<packet_format> format_of(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format"));
    return pcapframe::packet_format_of_path(given.value("-o"));
}

std::string wrong_words(const arguments& given, const pcapframe::read_request& asked) {
    if (asked.is_live()) return "'pcapframe dump PATH INTERFACE' writes what is captured";
    constexpr std::string_view for_rows = " is for rows, not for capture files";
    if (given.has("--all")) return "--all" + std::string(for_rows);
    for (const pcapframe::option_value& one : pcapframe::given_options(asked.options))
        if (one.option.effect == pcapframe::option_effect::columns)
            return std::string(one.option.flag) + std::string(for_rows);
    return given.has("-o") ? "" : "name the capture file: -o out.pcap";
}

}  // namespace

bool names_packet_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format")).has_value();
    return pcapframe::packet_format_of_path(given.value("-o")).has_value();
}

int read_packets(const arguments& given, const pcapframe::read_request& asked) {
    const std::string problem = wrong_words(given, asked);
    if (!problem.empty()) return complain_usage("read", problem);
    const auto format = format_of(given);
    if (!format) return complain_error("read", format.error());
    const pcapframe::read_options& read = asked.options;
    const auto plan = pcapframe::plan_read(read);
    if (!plan) return complain_error("read", plan.error());
    const auto source = pcapframe::open_pcap(asked.paths, read);
    if (!source) return complain_error("read", source.error());
    const pcapframe::result<void> apart = pcapframe::check_output(given.value("-o"), source->files());
    if (!apart) return complain_error("read", apart.error());
    auto files = whole_files(source->files(), corrections_of(read));
    if (!files) return complain_error("read", files.error());

    packet_copy out(given.value("-o"), *format, read.limit);
    const std::size_t threads = read.threads == 0 ? pcapframe::processor_count() : read.threads;
    std::vector<pcapframe::error> warnings;
    pcapframe::result<void> copied;
    if (is_parallel(*files, read, threads)) {
        copied = copy_packets(*files, threads, *plan, out, warnings);
    } else {
        pcapframe::record_feed feed(std::move(*files), {.merge = read.merge});
        copied = copy_packets(feed, *plan, out);
        warnings = feed.warnings();
    }
    const pcapframe::result<void> written = out.finish();
    for (const pcapframe::error& damage : warnings) complain("warning: " + damage.message());
    if (const std::uint64_t changed = out.changed_times(); changed != 0)
        complain("warning: " + given.value("-o") + ": " + std::to_string(changed) +
                 " packets without a time, or with " +
                 (*format == packet_format::pcap
                      ? "one that pcap cannot hold: it says the nearest from 1970 to 2106; pcapng keeps them"
                      : "one before what their interface's times are counted from: they have none in the file"));
    if (!copied) return complain_error("read", copied.error());
    if (!written && written.error().system != EPIPE) return complain_error("read", written.error());
    return warnings.empty() ? exit_status::good : exit_status::damaged;
}
