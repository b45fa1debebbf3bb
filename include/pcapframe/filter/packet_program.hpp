// Filter expressions for the packets of an interface, as a capture asks for them.
//
// A capture takes expressions only where the compiler is included, too: pcapframe/filter.hpp puts the compiler here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2 {

/// Where a filter of packets runs, known once their interface is.
struct filter_place {
    std::uint16_t link_type = 0;
    bool cooked = false;       ///< the kernel's filter sees packets from their network header on
    bool asks_kernel = false;  ///< the kernel knows more of a packet than its bytes, and keeps VLAN tags apart (Linux)
    std::uint32_t snaplen = 262'144;
    unsigned interface = 0;                  ///< the system's number for it; 0 for any
    std::optional<std::uint32_t> netmask{};  ///< the mask of the interface's IPv4 network, for `ip broadcast`
};

namespace detail {

/// An expression, compiled.
struct packet_program {
    std::vector<filter::instruction> code{};      ///< for the kernel; empty where none takes it
    std::unique_ptr<record_selector> selector{};  ///< keeps the same packets of a capture that takes everything
};

using packet_program_maker = result<packet_program> (*)(const std::string& expression, const filter_place& place);
inline packet_program_maker make_packet_program = nullptr;

}  // namespace detail
}  // namespace pcapframe
