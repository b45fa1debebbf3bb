// Six columns of every packet into batches that are used again: what bench/compare times as pcapframe.
// usage: read_columns FILE [whole]     ("whole": one table of all rows instead of batches)

#include <cstdio>
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
        if (validity[i] & pcapframe::column_set::bit(pcapframe::column::src_port)) sum += std::uint64_t{src_port[i]} + dst_port[i];
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
    auto source = pcapframe::open_pcap(argv[1]);
    if (!source) return fail(source.error());
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;
    if (argc > 2 && std::strcmp(argv[2], "whole") == 0) {
        const auto table = source->read();
        if (!table) return fail(table.error());
        rows = table->rows();
        sum = endpoint_sum(*table);
    } else {
        auto batch = source->make_batch();
        while (true) {
            const auto more = source->next(batch);
            if (!more) return fail(more.error());
            if (!*more) break;
            rows += batch.rows();
            sum += endpoint_sum(batch);
        }
    }
    std::printf("%llu packets, endpoint sum %llu\n", static_cast<unsigned long long>(rows), static_cast<unsigned long long>(sum));
}
