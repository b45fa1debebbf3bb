// The letters of tcpdump and tshark that are no options here: what holds without them, what they stand for, and what
// does here what they do there. The help of a command, its page of the manual and the completion of shells show them.
#pragma once

#include <array>

#include "args.hpp"

/// A letter that asks for what is always so.
consteval habit holds(std::string_view name, std::string_view meaning) {
    return {.name = name, .value = {}, .kind = habit_kind::holds, .meaning = meaning};
}
/// A letter for an option and a value of it.
consteval habit becomes(std::string_view name, std::string_view option, std::string_view value,
                        std::string_view meaning) {
    return {name, {}, habit_kind::becomes, meaning, option, value};
}
/// A letter that is refused with a word about what to do.
consteval habit told(std::string_view name, std::string_view value, std::string_view meaning) {
    return {.name = name, .value = value, .kind = habit_kind::told, .meaning = meaning};
}

/// What all commands with letters know.
inline constexpr std::array common_habits{
    holds("-n", "addresses and ports are shown as numbers, always"),
    holds("-nn", "the same"),
    holds("-N", "the same"),
    holds("-K", "checksums are not verified"),
    holds("-l", "rows and packets are written as they come"),
    told("-d", "", "'pcapframe filter -d EXPR' prints the program of a filter"),
    told("-L", "", "'pcapframe interfaces' says the link type of each interface"),
    told("-y", "LINKTYPE", "'pcapframe read --link-type T' takes a file's packets for others, 'filter -y' compiles"),
    told("-Y", "FILTER", "display filters are Wireshark's; '--filter EXPR' takes tcpdump's, such as 'tcp port 80'"),
    told("-R", "FILTER", "display filters are Wireshark's; '--filter EXPR' takes tcpdump's, such as 'tcp port 80'"),
    told("-a", "CONDITION", "'--timeout S' and '-c N' end a capture"),
    told("-B", "KIB", "the buffer has 16 MiB; in C++ and catalogs 'ring_bytes' says another size"),
    told("-E", "KEYS", "nothing is decrypted"),
    told("-I", "", "monitor mode is set by the system: 'iw dev IF set type monitor'"),
    told("-j", "KIND", "'pcapframe dump --hardware-time' takes the times of the network card"),
    told("-J", "", "'pcapframe dump --hardware-time' takes the times of the network card"),
    told("-m", "FILE", "MIBs are not looked into"),
};

/// Of `read`, beside those of all.
inline constexpr std::array read_habits{
    holds("-q", "the default table has no more than times, hosts, ports and protocol"),
    holds("-S", "sequence numbers (column tcp_seq) are absolute"),
    holds("-U", "rows are shown as they come"),
    becomes("-t", "--columns", "-time", "no times: --columns -time"),
    becomes("-tt", "--time", "epoch", "seconds since 1970: --time epoch"),
    becomes("-ttt", "--time", "delta", "time since the row before: --time delta"),
    becomes("-tttt", "--time", "local", "date and time in the zone of this machine: --time local"),
    becomes("-ttttt", "--time", "relative", "time since the first row: --time relative"),
    becomes("-e", "--columns", "+src_mac,+dst_mac,+ethertype,+len", "link-layer columns as well"),
    told("-v", "", "'--columns all' has every field, '--columns +ttl,+ip_id' adds some"),
    told("-vv", "", "'--columns all' has every field, '--columns +ttl,+ip_id' adds some"),
    told("-vvv", "", "'--columns all' has every field, '--columns +ttl,+ip_id' adds some"),
    told("-A", "", "'--payload' adds the bytes of each packet, in hexadecimal"),
    told("-x", "", "'--payload' adds the bytes of each packet, in hexadecimal"),
    told("-xx", "", "'--payload' adds the bytes of each packet, in hexadecimal"),
    told("-X", "", "'--payload' adds the bytes of each packet, in hexadecimal"),
    told("-XX", "", "'--payload' adds the bytes of each packet, in hexadecimal"),
    told("-V", "", "'--columns all' has every field ('pcapframe columns' lists them)"),
    told("-T", "FORMAT", "'--format csv', 'jsonl', 'parquet' and others, with '--columns A,B,C' for fields"),
    told("-z", "STATISTIC", "'pcapframe top', 'count' and 'plot' sum packets up"),
    told("-b", "CONDITION", "'pcapframe dump' writes file after file: -C by size, -G by time, -W how many"),
    told("-C", "MEGABYTES", "'pcapframe dump' writes file after file"),
    told("-G", "SECONDS", "'pcapframe dump' writes file after file"),
    told("-W", "FILES", "'pcapframe dump' writes file after file"),
    told("-Z", "USER", "'pcapframe dump -Z USER' becomes that user"),
    told("-p", "", "'pcapframe dump -p' leaves the interface as it is"),
    told("-O", "", "'pcapframe filter -O' does not optimize"),
};

/// Of `dump`, beside those of all.
inline constexpr std::array dump_habits{
    holds("-q", "packets are written whole"),
    holds("-t", "packets are written whole, with their times"),
    holds("-tt", "the same"),
    holds("-ttt", "the same"),
    holds("-tttt", "the same"),
    holds("-ttttt", "the same"),
    holds("-A", "packets are written whole"),
    holds("-e", "the same"),
    holds("-S", "the same"),
    holds("-x", "the same"),
    holds("-xx", "the same"),
    holds("-X", "the same"),
    holds("-XX", "the same"),
    holds("-vv", "the same as -v"),
    holds("-vvv", "the same as -v"),
    told("-r", "FILE", "'pcapframe read FILE -o OUT' copies packets of files"),
    told("-T", "FORMAT", "'pcapframe read -i' shows packets as rows; dump writes them to a file"),
    told("-V", "", "'pcapframe read -i' shows packets as rows; dump writes them to a file"),
    told("-z", "COMMAND", "no command is run on a file that is finished"),
    told("-b", "CONDITION", "-C begins a new file by size, -G by time, and -W says how many"),
    told("-O", "", "'pcapframe filter -O' does not optimize"),
};

/// Two lists as one.
template <std::size_t... Sizes>
[[nodiscard]] constexpr auto all_habits(const std::array<habit, Sizes>&... parts) {
    std::array<habit, (Sizes + ...)> all{};
    std::size_t count = 0;
    const auto add = [&](const auto& part) {
        for (const habit& one : part) all[count++] = one;
    };
    (add(parts), ...);
    return all;
}
