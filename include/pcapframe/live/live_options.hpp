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
#include <pcapframe/source/read_plan.hpp>

namespace pcapframe::inline v0_2 {

/// Options of a live `open_pcap`, to be named at the call: `open_pcap({.interface = "eth0", .chunksize = 10})`. Its
/// members, in this order, are `interface`, those of PCAPFRAME_SHARED_OPTIONS and PCAPFRAME_LIVE_OPTIONS in
/// source/option_list.hpp, and `fanout`.
///
/// `filter` takes text where <pcapframe/filter.hpp> is included, and a compiled filter always; it is the kernel's as
/// far as that goes.
struct live_options {
    std::string interface {};  ///< by its name; "any" is all of them (Linux)
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_OPTION_MEMBER)
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_OPTION_MEMBER)
    std::optional<fanout_membership> fanout{};  ///< share the packets with others; live_workers does
};

namespace detail {

/// The options of an interface that files have, too.
inline read_options rows_of(const live_options& options) {
    read_options made;
#define PCAPFRAME_COPY(member, ...) made.member = options.member;
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_COPY)
#undef PCAPFRAME_COPY
    return made;
}

/// `rest` is given what the kernel does not do of a filter, when the capture is opened. The kernel knows nothing of
/// packets within packets, and would throw away the fragments that have no ports.
inline capture_options packets_of(const live_options& options, const read_plan& plan,
                                  std::unique_ptr<record_selector>& rest) {
    const bool asks_kernel = plan.filter.at.is_outermost() && !plan.fragments;
    capture_options made{.interface = options.interface,
                         .snaplen = options.snaplen,
                         .ring_bytes = options.ring_bytes,
                         .block_timeout_ms = options.block_timeout_ms,
                         .promiscuous = options.promiscuous,
                         .hardware_time = options.hardware_time,
                         .protocol = asks_kernel ? plan.filter.protocol : std::nullopt,
                         .fanout = options.fanout};
    if (!asks_kernel) rest = copy_of(plan.selector);
    else if (!options.filter.empty()) made.make_filter = filter_maker(options.filter, rest);
    return made;
}

}  // namespace detail
}  // namespace pcapframe
