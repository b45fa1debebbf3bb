// pcapframe read -o out.pcap: the packets of the rows, as a capture file.

#include <array>
#include <cerrno>
#include <string>

#include <pcapframe/capture/packet_file.hpp>
#include <pcapframe/decode/packet_decoder.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"

namespace {

using pcapframe::packet_file;
using pcapframe::packet_format;

/// Says of each packet whether it is a row.
class row_test {
public:
    explicit row_test(pcapframe::row_filter filter) : filter_(filter) {}

    [[nodiscard]] bool keeps(const pcapframe::record& r) {
        if (filter_.all_frames && !filter_.protocol) return true;
        pcapframe::packet_decoder packet(pcapframe::row_place(to_, 0), pcapframe::constant_columns<>{});
        packet.decode(r);
        return filter_.keeps(packet.decoded());
    }

private:
    pcapframe::row_filter filter_;
    pcapframe::column_pointers to_{};
};

/// A file that is made with its first packet, which says how fine its times must be.
class packet_copy {
public:
    packet_copy(std::string path, packet_format format) : path_(std::move(path)) {
        options_.format = format;
        options_.application = "pcapframe " + std::string(pcapframe::version);
    }

    pcapframe::result<void> write(const pcapframe::record& r, const pcapframe::interface_list& interfaces) {
        if (!file_) {
            for (const pcapframe::interface_info& one : interfaces)
                options_.nanoseconds = options_.nanoseconds || one.tsresol > microseconds;
            const pcapframe::result<void> made = create();
            if (!made) return made.error();
        }
        // Interfaces that come later may have finer times than the file's header has promised.
        const bool loses_time = options_.format == packet_format::pcap && !options_.nanoseconds &&
                                r.time != pcapframe::no_time && r.time % 1000 != 0;
        if (loses_time)
            return pcapframe::error{.code = pcapframe::errc::bad_value,
                                    .detail = "a file for times of several resolutions, which only pcapng holds",
                                    .subject = std::string_view(path_)};
        return file_->write(r, interfaces);
    }

    pcapframe::result<void> finish() {
        if (!file_) {
            const pcapframe::result<void> made = create();
            if (!made) return made.error();
        }
        return file_->flush();
    }

private:
    static constexpr std::uint8_t microseconds = 6;

    pcapframe::result<void> create() {
        pcapframe::result<packet_file> made = packet_file::create(path_, options_);
        if (!made) return made.error();
        file_.emplace(std::move(*made));
        return {};
    }

    std::string path_;
    pcapframe::packet_file_options options_;
    std::optional<packet_file> file_;
};

/// Every packet of the source that is a row, up to the limit. What was written before an error stays.
pcapframe::result<void> copy_packets(pcapframe::record_feed& feed, const pcapframe::detail::read_plan& plan,
                                     std::uint64_t limit, packet_copy& out) {
    pcapframe::detail::row_selection selection(plan);
    row_test test(plan.filter);
    pcapframe::result<void> written;
    const auto copy = [&](const pcapframe::record_run& run) {
        for (const pcapframe::record& r : run.records) {
            if (limit == 0 || !written) break;
            if (!test.keeps(r)) continue;
            written = out.write(r, *feed.interfaces());
            --limit;
        }
        return limit > 0 && written;
    };
    while (limit > 0) {
        const auto fed = feed.next();
        if (!fed) return fed.error();
        if (fed->run.empty()) break;
        const pcapframe::result<void> selected = selection.each_run(fed->run, copy);
        if (!written) return written.error();
        if (!selected) return selected.error();
        // What was copied of a mapping that shrank meanwhile may be zeros; the feed says so.
        (void)fed->from->check_shrunk();
    }
    return {};
}

pcapframe::result<packet_format> format_of(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format"));
    return *pcapframe::packet_format_of_path(given.value("-o"));
}

std::string wrong_words(const arguments& given) {
    if (given.has("-i")) return "'pcapframe dump PATH INTERFACE' writes what is captured";
    for (const std::string_view option : {"--columns", "--payload", "--all"})
        if (given.has(option)) return std::string(option) + " is for rows, not for capture files";
    return given.has("-o") ? "" : "name the capture file: -o out.pcap";
}

}  // namespace

bool names_packet_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format")).has_value();
    return pcapframe::packet_format_of_path(given.value("-o")).has_value();
}

int read_packets(const arguments& given, const pcapframe::read_options& read) {
    const std::string problem = wrong_words(given);
    if (!problem.empty()) return complain_usage("read", problem);
    const auto format = format_of(given);
    if (!format) return complain_error("read", format.error());
    const auto plan = pcapframe::detail::plan_read(read);
    if (!plan) return complain_error("read", plan.error());
    const auto source = pcapframe::open_pcap(given.operands(), read);
    if (!source) return complain_error("read", source.error());
    std::vector<pcapframe::partition> files;
    for (const std::string& file : source->files()) files.push_back({file, 0, 0, nullptr});
    pcapframe::record_feed feed(std::move(files), {.merge = read.merge});

    packet_copy out(given.value("-o"), *format);
    const pcapframe::result<void> copied = copy_packets(feed, *plan, read.limit, out);
    const pcapframe::result<void> written = out.finish();
    for (const pcapframe::error& damage : feed.warnings()) complain("warning: " + damage.message());
    if (!copied) return complain_error("read", copied.error());
    if (!written && written.error().system != EPIPE) return complain_error("read", written.error());
    return feed.warnings().empty() ? exit_status::good : exit_status::damaged;
}
