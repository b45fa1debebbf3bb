// THE list of the options of pcapng blocks that are read or written, by block. Source: draft-ietf-opsawg-pcapng, the
// sections 3.5 (all blocks), 4.1 to 4.3 and 4.6, whose names are in the comments.
#pragma once

#include <cstdint>

namespace pcapframe::inline v0_2::pcapng_option {

inline constexpr std::uint16_t end = 0;      ///< opt_endofopt
inline constexpr std::uint16_t comment = 1;  ///< opt_comment

/// Of a Section Header Block.
namespace section {
inline constexpr std::uint16_t hardware = 2;     ///< shb_hardware
inline constexpr std::uint16_t os = 3;           ///< shb_os
inline constexpr std::uint16_t application = 4;  ///< shb_userappl
}  // namespace section

/// Of an Interface Description Block.
namespace interface {
inline constexpr std::uint16_t name = 2;         ///< if_name
inline constexpr std::uint16_t description = 3;  ///< if_description
inline constexpr std::uint16_t tsresol = 9;      ///< if_tsresol
inline constexpr std::uint16_t filter = 11;      ///< if_filter
inline constexpr std::uint16_t os = 12;          ///< if_os
inline constexpr std::uint16_t fcs_bytes = 13;   ///< if_fcslen
inline constexpr std::uint16_t tsoffset = 14;    ///< if_tsoffset
}  // namespace interface

/// Of an Enhanced Packet Block and of the obsolete Packet Block.
namespace packet {
inline constexpr std::uint16_t flags = 2;  ///< epb_flags, pack_flags
}  // namespace packet

/// Of an Interface Statistics Block.
namespace statistics {
inline constexpr std::uint16_t begin = 2;       ///< isb_starttime
inline constexpr std::uint16_t end = 3;         ///< isb_endtime
inline constexpr std::uint16_t received = 4;    ///< isb_ifrecv
inline constexpr std::uint16_t dropped = 5;     ///< isb_ifdrop
inline constexpr std::uint16_t accepted = 6;    ///< isb_filteraccept
inline constexpr std::uint16_t os_dropped = 7;  ///< isb_osdrop
inline constexpr std::uint16_t delivered = 8;   ///< isb_usrdeliv
}  // namespace statistics

/// What the first byte of `interface::filter` says of the rest: that it is text.
inline constexpr std::uint8_t filter_is_text = 0;

}  // namespace pcapframe::pcapng_option
