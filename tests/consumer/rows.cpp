// A program of another project: prints a capture as csv, payload included, and how many rows it has.
#include <cstdio>
#include <string>

#include <pcapframe/pcapframe.hpp>

#include "count_rows.hpp"

namespace {

int fail(const pcapframe::error& why) {
    std::fprintf(stderr, "%s\n", why.message().c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    auto source = pcapframe::open_pcap(argv[1], {.payload = true});
    if (!source) return fail(source.error());
    auto out = pcapframe::sink::create("-");
    if (!out) return fail(out.error());

    pcapframe::csv_writer csv;
    csv.begin(*out, source->columns());
    pcapframe::batch rows = source->make_batch();
    std::uint64_t written = 0;
    while (true) {
        const auto more = source->next(rows);
        if (!more) return fail(more.error());
        if (!*more) break;
        csv.write(*out, rows);
        written += rows.rows();
    }
    csv.finish(*out);

    if (written != count_rows(argv[1])) return 1;
    out->write(std::to_string(written) + " rows\n");
    const auto flushed = out->flush();
    return flushed ? 0 : fail(flushed.error());
}
