// What to read of a capture.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/table/columns.hpp>

namespace pcapframe {

/// Options of `open_pcap`, to be named at the call: `open_pcap("x.pcap", {.protocol = "udp", .payload = true})`.
struct read_options {
    std::string protocol{};   ///< only this IP protocol: a name (tcp, icmp6, ...) or a number; empty for all
    bool payload = false;     ///< add the payload column to the default columns
    std::string columns{};    ///< these columns instead, by name, separated by commas
    bool all_frames = false;  ///< rows for frames without IP too
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  ///< stop after this many rows
    /// Several files in the order of time instead of one after the other. Each file's own order stays as it is: where
    /// its times go back, so do those of the rows. Of equal times, the file named first comes first. All files are open
    /// at once.
    bool merge = false;
    std::uint64_t partition_bytes = 0;  ///< cut files into parts of about this size; 0: a part per file
    bool map_files = true;              ///< false: read files in windows, which is slower, and copy payloads
    std::size_t batch_rows = 4096;      ///< rows of a batch or chunk
    /// Threads that read large files at the same time, where all rows are asked for at once (`read`, `for_each_batch`,
    /// `write`); 0 for one per processor, 1 for none but the caller's. Rows and their order are the same.
    std::size_t threads = 0;
};

namespace detail {

/// The options, checked.
struct read_plan {
    column_order columns;
    row_filter filter;
};

inline result<column_order> chosen_columns(const read_options& options) {
    column_order order;
    if (!options.columns.empty()) {
        result<column_order> named = parse_columns(options.columns);
        if (!named) return named.error();
        order = std::move(*named);
    } else {
        order = order_of(default_columns);
    }
    if (options.payload && !set_of(order).has(column::payload)) order.push_back(column::payload);
    return order;
}

inline result<read_plan> plan_read(const read_options& options) {
    result<column_order> columns = chosen_columns(options);
    if (!columns) return columns.error();
    read_plan plan{std::move(*columns), {.all_frames = options.all_frames, .protocol = std::nullopt}};
    if (options.protocol.empty()) return plan;
    const result<std::uint8_t> protocol = find_ip_protocol(options.protocol);
    if (!protocol) return protocol.error();
    plan.filter.protocol = *protocol;
    return plan;
}

}  // namespace detail
}  // namespace pcapframe
