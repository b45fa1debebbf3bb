// What to read of an interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/live/live_filter.hpp>
#include <pcapframe/source/options.hpp>

namespace pcapframe::inline v0_2 {

/// Options of a live `open_pcap`, to be named at the call: `open_pcap({.interface = "eth0", .chunksize = 10})`.
struct live_options {
    std::string interface {};  ///< by its name; "any" is all of them (Linux)
    std::string protocol{};    ///< only this IP protocol: a name (tcp, icmp6, ...) or a number; empty for all
    /// Only packets that match this expression of pcap-filter(7), compiled for the kernel. Needs
    /// <pcapframe/filter.hpp>, and with it `protocol` takes such expressions, too.
    std::string filter{};
    bool payload = false;         ///< add the payload column to the default columns
    std::string columns{};        ///< these columns instead, by name, separated by commas
    bool all_frames = false;      ///< rows for frames without IP too
    std::size_t chunksize = 100;  ///< rows of a chunk
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  ///< stop after this many rows
    std::uint32_t max_packet = snaplen_max;  ///< most bytes of a packet that are taken, up to 262,144
    unsigned timeout_ms = 1000;        ///< how long a chunk waits for its rows at most; 0: as long as it takes
    std::size_t ring_bytes = std::size_t{16} << 20;  ///< memory shared with the kernel; less where it gives less
    unsigned block_timeout_ms = 20;                  ///< after which the kernel hands over what it has
    bool promiscuous = true;                         ///< packets to other machines, too
    bool hardware_time = false;                 ///< times of the network card's clock, or an error where it has none
    std::optional<fanout_membership> fanout{};  ///< share the packets with others; live_workers does
};

namespace detail {

inline read_options rows_of(const live_options& options) {
    return {.protocol = options.protocol,
            .filter = options.filter,
            .payload = options.payload,
            .columns = options.columns,
            .all_frames = options.all_frames,
            .limit = options.limit};
}

/// The expression for the packets, of both options that may have one; empty for none.
inline std::string expression_of(const live_options& options) {
    if (options.protocol.empty() || find_ip_protocol(options.protocol)) return options.filter;
    return options.filter.empty() ? options.protocol : "(" + options.protocol + ") and (" + options.filter + ")";
}

/// `rest` is given what the kernel does not do of a filter, when the capture is opened.
inline capture_options packets_of(const live_options& options, std::optional<std::uint8_t> protocol,
                                  std::unique_ptr<record_selector>& rest) {
    const std::string expression = expression_of(options);
    capture_options made{.interface = options.interface,
                         .snaplen = options.max_packet,
                         .ring_bytes = options.ring_bytes,
                         .block_timeout_ms = options.block_timeout_ms,
                         .promiscuous = options.promiscuous,
                         .hardware_time = options.hardware_time,
                         .protocol = protocol,
                         .fanout = options.fanout};
    if (!expression.empty()) made.make_filter = filter_maker(expression, rest);
    return made;
}

}  // namespace detail
}  // namespace pcapframe
