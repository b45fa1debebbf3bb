// A table of four rows with a null of every kind, and the files in tests/data/interchange that it must become.
#pragma once

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/all_formats.hpp>

#include "../io/files.hpp"
#include "../table/rows.hpp"

namespace testing {

inline constexpr const char* tiny_columns = "time,src_host,src_port,dst_host,protocol,payload,interface_name,icmp_type";

/// TCP, ICMP, UDP over IPv6 and a second TCP packet, of two interfaces.
inline packet_batch tiny_batch() {
    constexpr std::int64_t start = 1'515'485'772'210'010'000;
    return {tiny_columns,
            {{.time = start},
             {.time = start + 1, .frame = icmp_packet, .interface = 1},
             {.time = start - 5, .frame = udp6_packet, .interface = 1},
             {.time = start + 1'000'000'000}},
            {"", "eth\xc3\xa9"}};
}

/// The batches in one of all formats, as bytes.
inline std::string written_as(std::string_view format, std::initializer_list<const pcapframe::batch*> batches) {
    pcapframe::sink out = pcapframe::sink::to_memory();
    const auto found = pcapframe::find_format(format, pcapframe::all_formats);
    REQUIRE(found);
    const std::unique_ptr<pcapframe::row_writer> writer = (*found)->make({});
    writer->begin(out, (*batches.begin())->columns());
    for (const pcapframe::batch* rows : batches) writer->write(out, *rows);
    writer->finish(out);
    return std::string(out.kept());
}

/// Compares with a file of tests/data/interchange; PCAPFRAME_UPDATE_GOLDENS in the environment writes it instead.
inline void check_golden(const std::string& name, const std::string& bytes) {
    const std::string path = "tests/data/interchange/" + name;
    if (std::getenv("PCAPFRAME_UPDATE_GOLDENS") != nullptr) std::ofstream(path, std::ios::binary) << bytes;
    const bool same = read_file(path) == bytes;
    CHECK_MESSAGE(same, name << " differs");
}

}  // namespace testing
