// The options of a read as flags of commands: those options of the library's list that have a flag.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/source/options.hpp>

#include "args.hpp"
#include "row_output.hpp"

/// Sets of effects: which options a command has a use for.
using effect_set = unsigned;
[[nodiscard]] constexpr effect_set operator|(pcapframe::option_effect a, pcapframe::option_effect b) noexcept {
    return (1U << static_cast<unsigned>(a)) | (1U << static_cast<unsigned>(b));
}
[[nodiscard]] constexpr effect_set operator|(effect_set set, pcapframe::option_effect b) noexcept {
    return set | (1U << static_cast<unsigned>(b));
}

/// The effects of options that say which rows there are and which columns rows have.
inline constexpr effect_set about_rows =
    pcapframe::option_effect::packets | pcapframe::option_effect::order | pcapframe::option_effect::columns;

/// The flags of the options in the list that have one of these effects.
template <effect_set Effects>
inline constexpr auto flags_of = [] {
    constexpr auto is_wanted = [](const pcapframe::named_option& one) {
        return !one.flag.empty() && (Effects >> static_cast<unsigned>(one.effect) & 1U) != 0;
    };
    constexpr std::size_t size = [&] {
        std::size_t count = 0;
        for (const pcapframe::named_option& one : pcapframe::named_options) count += is_wanted(one) ? 1U : 0U;
        return count;
    }();
    std::array<option_spec, size> flags{};
    std::size_t count = 0;
    for (const pcapframe::named_option& one : pcapframe::named_options)
        if (is_wanted(one)) flags[count++] = {one.flag, one.value, one.meaning};
    return flags;
}();

/// The flag of one option in the list.
consteval option_spec flag_of(std::string_view name) {
    option_spec found{};
    for (const pcapframe::named_option& one : pcapframe::named_options)
        if (one.name == name) found = {one.flag, one.value, one.meaning};
    return found;
}

/// Options of a command from several lists, in order.
template <std::size_t... Sizes>
[[nodiscard]] constexpr auto joined(const std::array<option_spec, Sizes>&... parts) {
    std::array<option_spec, (Sizes + ...)> all{};
    std::size_t count = 0;
    const auto add = [&](const auto& part) {
        for (const option_spec& one : part) all[count++] = one;
    };
    (add(parts), ...);
    return all;
}

/// What 'read' has beside the options of the list.
inline constexpr std::array read_own_flags{
    option_spec{"--timeout", "S", "with -i: stop after S seconds; of a catalog's entry: its timeout"},
    option_spec{"--flow", "ID",
                "only the packets of a flow of one file: its flow_id, as in 'pcapframe flows', or its Community ID"},
    option_spec{"--split", "LINE", "a part of a file, as 'pcapframe plan' prints it, instead of files"},
    option_spec{"--format", "F",
                "table, csv, tsv, jsonl, parquet, arrow, arrows, pcap, pcapng; if not given, as -o's extension says",
                "table csv tsv jsonl parquet arrow arrows pcap pcapng"},
    row_path_flag,
    option_spec{"-r", "FILE", "read this file; all other words are a filter, as with tcpdump"},
    option_spec{"-w", "FILE", "write the packets, not rows, to a capture file: pcap, or what its extension says"},
    filter_file_flag,
    option_spec{"-Q", "WAY", "in, out or inout: packets that came in, that went out, or both", "in out inout"},
    option_spec{"-D", "", "list the interfaces, as 'pcapframe interfaces' does"},
    option_spec{"--catalog", "FILE", "read an entry of this catalog: NAME [NAME=VALUE...] instead of files"},
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};

/// All flags of 'read'.
inline constexpr auto read_flags = joined(flags_of<about_rows | pcapframe::option_effect::chunks |
                                                   pcapframe::option_effect::speed | pcapframe::option_effect::capture>,
                                          read_own_flags, row_output_flags);

/// Sets the options whose flags are given; what is wrong with them, in a sentence, or nothing.
std::string take_read_flags(const arguments& given, pcapframe::read_options& to);
/// Sets the options of interfaces in the same way, `-i` itself among them.
std::string take_live_flags(const arguments& given, pcapframe::live_settings& to);
