// Small captures that between them hold every format, byte order and kind of block, with the places where their parts
// end.
#pragma once

#include <string_view>
#include <vector>

#include "captures.hpp"

namespace testing {

struct sample {
    std::string_view name;
    byte_string bytes{};
    std::vector<std::size_t> ends{};  ///< of the file header, and of each record or block
    std::vector<std::size_t> packet_ends{};

    /// The file has grown by one part.
    void reach(const byte_string& file, bool is_packet) {
        bytes = file;
        ends.push_back(file.size());
        if (is_packet) packet_ends.push_back(file.size());
    }
};

inline sample pcap_sample(std::string_view name, const pcap_head& head) {
    sample out{name};
    pcap_file file(head);
    out.reach(file.bytes(), false);
    for (const std::size_t size : std::initializer_list<std::size_t>{14, 0, 1, 60, 33}) {
        const auto length = static_cast<std::uint32_t>(size);
        file.add_record({.fraction = length, .caplen = length, .len = length}, counting(size, 7));
        out.reach(file.bytes(), true);
    }
    return out;
}

inline sample pcapng_sample(std::string_view name, byte_order order, byte_order second_order) {
    sample out{name};
    pcapng_file file(order);
    const auto step = [&](bool is_packet) { out.reach(file.bytes(), is_packet); };
    step(false);
    file.interface({.snaplen = 20, .options = option(2, "eth0", order) + option(9, {9}, order) + option(0, "", order)});
    step(false);
    file.enhanced(counting(17), {.ticks = 1'500'000'000'000'000'000, .len = 99, .options = option(1, "seen", order)});
    step(true);
    file.add(5, counting(20));
    step(false);
    file.simple(counting(20), 33);
    step(true);
    file.add(0xbad, counting(90));
    step(false);
    file.obsolete(counting(3), {.ticks = 7});
    step(true);
    file.section(second_order, option(4, "writer", second_order));
    step(false);
    file.interface({.link_type = 101});
    step(false);
    file.enhanced({}, {.ticks = 1});
    step(true);
    file.enhanced(counting(4), {.ticks = 2});
    step(true);
    return out;
}

inline std::vector<sample> all_samples() {
    using enum byte_order;
    return {
        pcap_sample("pcap", {}),
        pcap_sample("pcap, big-endian", {.order = big}),
        pcap_sample("nanoseconds", {.magic = nanoseconds_magic}),
        pcap_sample("modified", {.magic = modified_magic, .order = big}),
        pcap_sample("version 2.2", {.minor = 2}),
        pcapng_sample("pcapng", little, little),
        pcapng_sample("pcapng, big-endian, then little", big, little),
    };
}

}  // namespace testing
