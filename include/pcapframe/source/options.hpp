// What to read of a capture.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/table/columns.hpp>

namespace pcapframe::inline v0_2 {

/// Options of `open_pcap`, to be named at the call: `open_pcap("x.pcap", {.protocol = "udp", .payload = true})`.
struct read_options {
    std::string protocol{};   ///< only this IP protocol: a name (tcp, icmp6, ...) or a number; empty for all
    /// Only packets that match this expression of pcap-filter(7), such as "tcp port 443 and host 192.0.2.1"; with or
    /// without IP. Needs <pcapframe/filter.hpp>, and with it `protocol` takes such expressions, too.
    std::string filter{};
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
    std::shared_ptr<const record_selector> selector{};  ///< to be copied by each reader; null where all are wanted
};

/// What makes a selector of an expression: pcapframe/filter.hpp puts it here, since the compiler behind it is larger
/// than all that reading needs.
using selector_maker = result<std::unique_ptr<record_selector>> (*)(const std::string& expression);
inline selector_maker make_selector = nullptr;

inline std::unique_ptr<record_selector> copy_of(const std::shared_ptr<const record_selector>& selector) {
    return selector == nullptr ? nullptr : selector->copy();
}

/// Which records and rows are wanted, by `protocol` and `filter`.
inline result<void> plan_selection(const read_options& options, read_plan& plan) {
    std::string expression = options.filter;
    if (!options.protocol.empty()) {
        const result<std::uint8_t> protocol = find_ip_protocol(options.protocol);
        if (protocol) plan.filter.protocol = *protocol;
        // A single word is a name that is misspelled rather than an expression.
        else if (make_selector == nullptr || options.protocol.find(' ') == std::string::npos) return protocol.error();
        else expression = expression.empty() ? options.protocol : "(" + options.protocol + ") and (" + expression + ")";
    }
    if (expression.empty()) return {};
    if (make_selector == nullptr)
        return error{.code = errc::bad_value,
                     .detail = "without #include <pcapframe/filter.hpp>, which compiles expressions",
                     .subject = std::string_view("filter")};
    result<std::unique_ptr<record_selector>> made = make_selector(expression);
    if (!made) return made.error();
    plan.selector = std::move(*made);
    // An expression says itself which frames it means, as "arp" does.
    plan.filter.all_frames = true;
    return {};
}

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
    read_plan plan{std::move(*columns), {.all_frames = options.all_frames, .protocol = std::nullopt}, nullptr};
    const result<void> selected = plan_selection(options, plan);
    if (!selected) return selected.error();
    return plan;
}

}  // namespace detail
}  // namespace pcapframe
