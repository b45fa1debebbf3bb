// What a source says about the interfaces its packets came from.
#pragma once

#include <cstdint>
#include <vector>

#include <pcapframe/base/utf8_string.hpp>

namespace pcapframe::inline v0_2 {

/// One interface: the file header of a pcap, an Interface Description Block of a pcapng, or a live interface.
struct interface_info {
    std::uint16_t link_type = 0;      ///< LINKTYPE number
    std::uint32_t id = 0;             ///< its number within its section, as packets name it
    std::uint32_t section = 0;        ///< which pcapng section of the file describes it, from 0
    std::uint32_t snaplen = 0;        ///< the snapshot length claimed, 0 for none; never trusted
    std::uint8_t fcs_bytes = 0;       ///< frame check sequence bytes at each frame's end, 0 if unknown
    std::uint8_t tsresol = 6;         ///< if_tsresol as in the file: 10^-n, or 2^-n where the top bit is set
    std::int64_t tsoffset = 0;        ///< if_tsoffset: seconds added to each time
    utf8_string name;                 ///< if_name, empty where there is none
    utf8_string description;          ///< if_description
    utf8_string filter;               ///< if_filter, where it is text
    utf8_string os;                   ///< if_os
};

/// The interfaces of one or more files, in the order in which they were described; `record::interface` is an index
/// into it. Only ever appended to.
using interface_list = std::vector<interface_info>;

}  // namespace pcapframe
