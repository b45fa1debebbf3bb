// pcapframe read --split: the rows of one part of a file, as another machine has planned it.

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/source/split.hpp>

#include "command.hpp"
#include "expressions.hpp"
#include "progress.hpp"
#include "read_flags.hpp"
#include "row_output.hpp"

namespace cmd_read_split {
namespace {

/// What is wrong with the words; empty for nothing.
std::string wrong_words(const arguments& given) {
    if (!given.operands().empty()) return "--split takes no files: the split names its own";
    for (const std::string_view option : {"-i", "--merge", "--catalog"})
        if (given.has(option)) return "--split does not go with " + std::string(option);
    if (names_packet_format(given)) return "--split gives rows, not capture files";
    return {};
}

/// Rows up to the end, or to an error.
pcapframe::result<void> write_rows(pcapframe::row_cursor& rows, row_output& out, bool shows_progress) {
    progress bar(shows_progress);
    pcapframe::batch some = rows.make_batch();
    std::uint64_t count = 0;
    out.writer->begin(out.sink, rows.columns());
    pcapframe::result<bool> more = rows.next(some);
    for (; more && *more && out.sink.failed() == 0; more = rows.next(some)) {
        out.writer->write(out.sink, some);
        count += some.rows();
        bar.update(rows.bytes_done(), rows.bytes_total(), count);
    }
    out.writer->finish(out.sink);
    bar.clear();
    return more ? pcapframe::result<void>() : pcapframe::result<void>(more.error());
}

}  // namespace
}  // namespace cmd_read_split

int read_split(const arguments& given) {
    std::string problem = cmd_read_split::wrong_words(given);
    if (!problem.empty()) return complain_usage("read", problem);
    auto split = pcapframe::parse_split(given.value("--split"), command_filters());
    if (!split) return complain_usage("read", split.error().message());
    problem = take_read_flags(given, split->options);
    if (!problem.empty()) return complain_usage("read", problem);
    auto rows = pcapframe::open_split(*split);
    if (!rows) return complain_error("read", rows.error());
    auto out = open_row_output(given, {split->file});
    if (!out) return complain_error("read", out.error());

    const pcapframe::result<void> outcome = cmd_read_split::write_rows(*rows, *out, out->shows_progress);
    // Half a split is no result: the file gets its name only when it has all rows of the split.
    const pcapframe::result<void> written = outcome ? out->file->commit() : out->sink.flush();
    for (const pcapframe::error& damage : rows->warnings()) complain("warning: " + damage.message());
    for (const pcapframe::read_note& note : rows->notes()) complain("warning: " + note.message());
    if (!written && written.error().system != EPIPE)
        return complain_error("read", written.error().about(given.value("-o", "output")));
    if (!outcome) return complain_error("read", outcome.error());
    return rows->warnings().empty() ? exit_status::good : exit_status::damaged;
}
