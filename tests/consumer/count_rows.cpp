#include "count_rows.hpp"

#include <pcapframe/pcapframe.hpp>

std::uint64_t count_rows(const std::string& path) {
    using pcapframe::column;
    auto source = pcapframe::open_pcap(path);
    if (!source) return 0;
    std::uint64_t rows = 0;
    const auto counted = source->for_each_row<column::time, column::dst_port>([&](auto, auto) { ++rows; });
    return counted ? rows : 0;
}
