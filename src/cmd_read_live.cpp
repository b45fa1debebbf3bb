// pcapframe read -i: the packets of an interface as rows, as they come.

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <string_view>

#include <pcapframe/live.hpp>

#include "command.hpp"
#include "live_command.hpp"
#include "row_output.hpp"

namespace cmd_read_live {
namespace {

/// What of the command line concerns the capture.
struct live_words {
    pcapframe::live_options options;
    pcapframe::deadline until;  ///< --timeout
    bool in_chunks = false;     ///< --chunksize
};

/// What is wrong with the words; empty for nothing.
std::string parse_words(const arguments& given, const pcapframe::read_request& asked, live_words& words) {
    if (asked.options.merge) return "-i does not go with --merge";
    words.options = pcapframe::live_options_of(asked);
    words.in_chunks = words.options.chunksize.has_value();
    // Where no other number of rows is given the read ends with its chunk, as in C++.
    if (words.in_chunks && words.options.limit == pcapframe::live_options().limit)
        words.options.limit = *words.options.chunksize;
    if (given.has("--timeout")) {
        const auto time = parse_seconds(given.value("--timeout"));
        if (!time) return "'" + given.value("--timeout") + "' is not a number of seconds (more than 0)";
        words.until = pcapframe::deadline::in(*time);
    } else if (asked.live.timeout_ms.value_or(0) != 0) {
        words.until = pcapframe::deadline::in(std::chrono::milliseconds(*asked.live.timeout_ms));
    }
    return {};
}

/// Rows from an interface into an output, which sees all rows as they come.
class live_rows {
public:
    live_rows(pcapframe::live_source& source, row_output& out, const live_words& words)
        : source_(source), out_(out), words_(words), rows_(source.make_batch()) {}

    /// To the limit, the deadline, a signal or an error.
    pcapframe::result<void> run() {
        if (!tables_) out_.writer->begin(out_.sink, source_.columns());
        pcapframe::result<void> outcome;
        bool more = true;
        while (more && source_.rows_left() > 0 && out_.sink.failed() == 0) {
            // As at Ctrl-C: what was captured by then is still to come.
            if (words_.until.has_passed()) source_.cancel();
            const auto end = fill();
            if (!end) outcome = end.error();
            more = end && *end != pcapframe::chunk_end::cancelled;
            if (end) write();
        }
        if (!tables_) out_.writer->finish(out_.sink);
        return outcome;
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

private:
    /// How long rows may wait to be shown.
    static constexpr std::chrono::milliseconds shown_after{200};

    pcapframe::result<pcapframe::chunk_end> fill() {
        rows_.clear();
        if (tables_) return source_.fill(rows_, *words_.options.chunksize, words_.until);
        return source_.fill(rows_, batch_rows, words_.until.or_earlier(pcapframe::deadline::in(shown_after)));
    }

    void write() {
        if (rows_.empty()) return;
        if (tables_) out_.writer->begin(out_.sink, source_.columns());
        out_.writer->write(out_.sink, rows_);
        if (tables_) out_.writer->finish(out_.sink);
        count_ += rows_.rows();
        // What could not be written is told at the end.
        (void)out_.sink.flush();
    }

    static constexpr std::size_t batch_rows = 4096;

    pcapframe::live_source& source_;
    row_output& out_;
    const live_words& words_;
    pcapframe::batch rows_;
    const bool tables_ = words_.in_chunks && out_.format == "table";  ///< each chunk is a table, and all have one index
    std::uint64_t count_ = 0;
};

}  // namespace
}  // namespace cmd_read_live

int read_live(const arguments& given, const pcapframe::read_request& asked) {
    cmd_read_live::live_words words;
    const std::string problem = cmd_read_live::parse_words(given, asked, words);
    if (!problem.empty()) return complain_usage("read", problem);
    const std::string refused = live_filter_problem(words.options.filter.text(), words.options.interface);
    if (!refused.empty()) return complain_usage("read", refused);
    auto source = pcapframe::open_pcap(words.options);
    if (!source) return complain_capture("read", source.error());
    // A table that waits for its last row would show nothing before the end.
    arguments shown = given;
    if (!words.in_chunks) shown.set("--all", "");
    auto out = open_row_output(shown, {});
    if (!out) return complain_error("read", out.error());
    complain(listening_text(words.options.interface, source->device()));

    const interrupt_guard guard(source->canceller());
    cmd_read_live::live_rows rows(*source, *out, words);
    const pcapframe::result<void> outcome = rows.run();
    const pcapframe::result<void> written = out->file->commit();
    complain(words.options.interface + ": " + std::to_string(rows.count()) + " rows, " +
             counters_text(source->counters().delivered, source->counters()));
    for (const pcapframe::read_note& note : source->notes()) complain("warning: " + note.message());
    if (!written && written.error().system != EPIPE)
        return complain_error("read", written.error().about(given.value("-o", "output")));
    if (outcome) return exit_status::good;
    complain(outcome.error().message());
    return exit_status::damaged;
}
