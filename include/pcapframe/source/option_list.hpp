// THE list of options that captures are opened with. `read_options` and `live_options`, the arguments of catalogs, the
// options of the C interface, the command line with its help, split lines and the identity of persisted copies derive
// from it: a new option is one row here, and the code that obeys it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/decode/column_names.hpp>
#include <pcapframe/filter/filter_option.hpp>

namespace pcapframe::inline v0_2 {

/// What the text form of an option is.
enum class option_kind : std::uint8_t {
    paths,     ///< a path, or a list of them
    protocol,  ///< the name or number of an IP protocol; where filters can be compiled, an expression, too
    filter,    ///< an expression of pcap-filter(7)
    names,     ///< the names of columns, separated by commas
    flag,      ///< true or false
    rows,      ///< a whole number of rows, 1 or more
    bytes,     ///< a whole number of bytes
    count,     ///< a whole number
    time,      ///< a whole number of milliseconds
    live,      ///< the name of an interface
    level,     ///< outer, inner or a number of tunnels
    ports,     ///< names of tunnels over UDP and ports, separated by commas
    link_type, ///< the name or number of a link type
    fraction,  ///< ns or us
    policy,    ///< off, or the name of a policy for fragments that overlap
    any,       ///< anything; the option says nothing about reading
};

/// What an option changes.
enum class option_effect : std::uint8_t {
    packets,  ///< which packets become rows
    order,    ///< the order of the rows
    columns,  ///< what the rows have
    chunks,   ///< how many rows or bytes come at a time: all together, the rows are the same
    speed,    ///< nothing but how fast it goes
    capture,  ///< how packets are captured
    nothing,  ///< nothing: the option only describes the data
};

/// Whether two reads that differ in such an option may give other rows.
[[nodiscard]] constexpr bool changes_rows(option_effect e) noexcept {
    return e == option_effect::packets || e == option_effect::order || e == option_effect::columns;
}

// X(member in C++, type, default, kind, effect, name elsewhere, flag of commands or "", its value, meaning)
// clang-format off

/// Options of files and interfaces alike.
#define PCAPFRAME_SHARED_OPTIONS(X)                                                                                    \
    X(protocol, std::string, {}, protocol, packets, "protocol", "--protocol", "P",                                     \
      "only this IP protocol: tcp, udp, icmp, icmp6, igmp, ... or a number")                                           \
    X(filter, filter_option, {}, filter, packets, "filter", "--filter", "EXPR",                                        \
      "only packets that match this expression of tcpdump's; or '-- EXPR' at the end")                                 \
    X(payload, bool, false, flag, columns, "payload", "--payload", "", "add the payload column")                       \
    X(columns, column_names, {}, names, columns, "columns", "--columns", "A,B,C",                                      \
      "these columns instead ('pcapframe columns' lists them): all, or changes as in +len,-src_port")                  \
    X(at, std::string, "outer", level, packets, "at", "--at", "LEVEL",                                                 \
      "which packet of tunnels filters and columns mean: outer, inner or a number")                                    \
    X(tunnel_ports, std::string, {}, ports, packets, "tunnel_ports", "--tunnel-ports", "NAME:PORT,...",                \
      "more UDP ports of tunnels: vxlan:4790,gtpu:2153; none:PORT for one less")                                       \
    X(defragment, std::string, "off", policy, columns, "defragment", "--defragment", "POLICY",                         \
      "put IP fragments together: on, or for overlaps first, last, bsd, linux, windows, rfc5722")                      \
    X(fragment_timeout_ms, unsigned, 30'000, time, columns, "fragment_timeout", "--fragment-timeout", "MS",            \
      "how long fragments wait for the others of their datagram")                                                      \
    X(fragment_memory, std::uint64_t, std::uint64_t{16} << 20, bytes, columns, "fragment_memory",                      \
      "--fragment-memory", "BYTES", "memory for fragments that wait; the oldest are given up for others")              \
    X(all_frames, bool, false, flag, packets, "all_frames", "--all-frames", "",                                        \
      "rows for frames without IP too (ARP, STP, ...)")                                                                \
    X(chunksize, std::optional<std::size_t>, {}, rows, chunks, "chunksize", "--chunksize", "N",                        \
      "rows per chunk; with -i: end after N, or with -c: a table for every N")                                         \
    X(limit, std::uint64_t, std::numeric_limits<std::uint64_t>::max(), rows, packets, "limit", "-c", "N",              \
      "stop after N rows")

/// Options of files.
#define PCAPFRAME_FILE_OPTIONS(X)                                                                                      \
    X(merge, bool, false, flag, order, "merge", "--merge", "",                                                         \
      "several files in the order of time instead of one after the other")                                             \
    X(link_type, std::optional<std::uint16_t>, {}, link_type, packets, "link_type", "--link-type", "T",                \
      "read all packets as this link type, whatever their files say: a name or a number")                              \
    X(fraction, time_fraction, time_fraction::as_written, fraction, columns, "fraction", "--fraction", "ns|us",        \
      "the sub-second field of a pcap's times is in this unit, whatever the file says")                                \
    X(partition_bytes, std::uint64_t, 0, bytes, chunks, "partition_bytes", "", "N",                                    \
      "cut files into parts of about this size; 0: a part per file")                                                   \
    X(map_files, bool, true, flag, speed, "map_files", "", "",                                                         \
      "false: read files in windows, which is slower, and copy payloads")                                              \
    X(threads, std::size_t, 0, count, speed, "threads", "--threads", "N",                                              \
      "threads that read large files; one per processor if not given")

/// Options of interfaces, beside `interface` itself.
#define PCAPFRAME_LIVE_OPTIONS(X)                                                                                      \
    X(timeout_ms, unsigned, 0, time, chunks, "timeout", "", "MS",                                                      \
      "how long a live read waits for its rows at most; 0 for as long as it takes")                                    \
    X(snaplen, std::uint32_t, 262144, bytes, capture, "snaplen", "--snaplen", "BYTES",                                 \
      "with -i: take at most so many bytes of a packet (262144, which is the most)")                                   \
    X(ring_bytes, std::size_t, std::size_t{16} << 20, bytes, capture, "ring_bytes", "", "N",                           \
      "memory shared with the kernel; less where it gives less")                                                       \
    X(block_timeout_ms, unsigned, 20, time, capture, "block_timeout", "", "MS",                                        \
      "after which the kernel hands over what it has")                                                                 \
    X(promiscuous, bool, true, flag, capture, "promiscuous", "", "", "packets to other machines, too")                 \
    X(hardware_time, bool, false, flag, capture, "hardware_time", "", "",                                              \
      "times of the network card's clock, or an error where it has none")

// clang-format on

// A row of the list as a member of options: an option that is not given has the default of the list.
#define PCAPFRAME_OPTION_MEMBER(member, type, otherwise, ...) type member = otherwise;

/// A row of the list.
struct named_option {
    std::string_view name;
    option_kind kind;
    option_effect effect;
    std::string_view flag;     ///< the flag in the commands that have the option, or empty
    std::string_view value;    ///< what the flag takes, in one word; empty for a flag that takes nothing
    std::string_view meaning;  ///< in a few words
};

#define PCAPFRAME_NAMED_OPTION(member, type, otherwise, kind, effect, name, flag, value, meaning) \
    named_option{name, option_kind::kind, option_effect::effect, flag, value, meaning},

/// The list in three groups: options of both, of files, and of interfaces.
inline constexpr std::array shared_options{PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_NAMED_OPTION)};
inline constexpr std::array file_options{PCAPFRAME_FILE_OPTIONS(PCAPFRAME_NAMED_OPTION)};
inline constexpr std::array live_only_options{
    named_option{"interface", option_kind::live, option_effect::capture, "-i", "INTERFACE",
                 "the packets of a network interface instead of files, as they come"},
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_NAMED_OPTION)};

/// All options by name.
inline constexpr auto named_options = [] {
    std::array<named_option, shared_options.size() + file_options.size() + live_only_options.size()> all{};
    std::size_t count = 0;
    for (const named_option& one : shared_options) all[count++] = one;
    for (const named_option& one : file_options) all[count++] = one;
    for (const named_option& one : live_only_options) all[count++] = one;
    return all;
}();

/// The option of a name; an unknown name is an error that carries the nearest known one.
template <class Options>
[[nodiscard]] result<const named_option*> find_option(std::string_view name, const Options& options) {
    return find_name(name, "option", options);
}

[[nodiscard]] inline result<const named_option*> find_option(std::string_view name) {
    return find_option(name, named_options);
}

/// What a value of an option of this kind should be, for an error about another text.
[[nodiscard]] constexpr const char* words_for(option_kind k) noexcept {
    switch (k) {
        case option_kind::paths: return "a path or a list of paths";
        case option_kind::protocol:
        case option_kind::filter: return "text";
        case option_kind::names: return "a list of names";
        case option_kind::flag: return "true or false";
        case option_kind::rows: return "a number of rows, 1 or more";
        case option_kind::bytes: return "a number of bytes";
        case option_kind::count: return "a whole number";
        case option_kind::time: return "a number of milliseconds";
        case option_kind::live: return "the name of an interface";
        case option_kind::level: return "outer, inner or a number of tunnels";
        case option_kind::ports: return "names of tunnels and ports: vxlan:4789,gtpu:2152";
        case option_kind::link_type: return "the name or number of a link type";
        case option_kind::fraction: return "ns or us";
        case option_kind::policy: return "off, on, first, last, bsd, linux, windows or rfc5722";
        case option_kind::any: return "";
    }
    return "";
}

}  // namespace pcapframe
