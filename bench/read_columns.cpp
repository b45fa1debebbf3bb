// Six columns of every packet into batches that are used again: what bench/compare times as pcapframe.
// usage: read_columns FILE [sum] [whole] [inner] [threads=N]
//   sum        add up ports and addresses, to be compared with the other contenders
//   whole      one table of all rows instead of batches
//   inner      rows of the innermost packets
//   threads=N  decode by so many threads; without it by one, a batch at a time

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <pcapframe/pcapframe.hpp>

namespace {

// Ports and the ends of the addresses, summed: the same sum in every contender shows that the same work was done.
std::uint64_t endpoint_sum(const pcapframe::batch& rows) {
    std::uint64_t sum = 0;
    const auto validity = rows.validity();
    const auto src_port = rows.src_port().values();
    const auto dst_port = rows.dst_port().values();
    const auto src_host = rows.src_host().values();
    const auto dst_host = rows.dst_host().values();
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        if (validity[i] & pcapframe::column_set::bit(pcapframe::column::src_port))
            sum += std::uint64_t{src_port[i]} + dst_port[i];
        sum += pcapframe::load_be16(src_host[i].data() + 14);
        sum += pcapframe::load_be16(dst_host[i].data() + 14);
    }
    return sum;
}

int fail(const pcapframe::error& why) {
    std::fprintf(stderr, "%s\n", why.message().c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    bool wants_sum = false;
    bool wants_whole = false;
    bool wants_inner = false;
    std::size_t threads = 1;
    for (int i = 2; i < argc; ++i) {
        wants_sum |= std::strcmp(argv[i], "sum") == 0;
        wants_whole |= std::strcmp(argv[i], "whole") == 0;
        wants_inner |= std::strcmp(argv[i], "inner") == 0;
        if (std::strncmp(argv[i], "threads=", 8) == 0) threads = static_cast<std::size_t>(std::atoi(argv[i] + 8));
    }
    auto source = pcapframe::open_pcap(argv[1], {.at = wants_inner ? "inner" : "outer", .threads = threads});
    if (!source) return fail(source.error());
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;
    const auto take = [&](const pcapframe::batch& batch) {
        rows += batch.rows();
        if (wants_sum) sum += endpoint_sum(batch);
    };
    if (wants_whole) {
        const auto table = source->read();
        if (!table) return fail(table.error());
        take(*table);
    } else if (threads != 1) {
        const auto done = source->for_each_batch([&](const pcapframe::batch& batch) {
            take(batch);
            return true;
        });
        if (!done) return fail(done.error());
    } else {
        auto batch = source->make_batch();
        while (true) {
            const auto more = source->next(batch);
            if (!more) return fail(more.error());
            if (!*more) break;
            take(batch);
        }
    }
    std::printf("%llu packets", static_cast<unsigned long long>(rows));
    if (wants_sum) std::printf(", endpoint sum %llu", static_cast<unsigned long long>(sum));
    std::printf("\n");
}
