// What a filter is compiled for, apart from its expression and the link type.
#pragma once

#include <cstdint>
#include <optional>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/filter/language/names.hpp>

namespace pcapframe::inline v0_2::filter {

/// What `compile` is told beside the expression.
struct compile_options {
    std::uint32_t snaplen = 262144;          ///< what the program returns for packets that match
    std::optional<std::uint32_t> netmask{};  ///< of the network captured from, for `ip broadcast`
    bool optimize = true;
    /// Programs are a little shorter where packets that are cut inside of the headers that the filter looks at may
    /// match before a load behind their end rejects them, as in libpcap's optimized programs. Exact programs say of
    /// such packets, too, what libpcap says without optimization.
    bool exact = false;
    /// Tests stay as they are written, even those that hold for every packet or for none.
    bool plain_tests = false;
    /// For a live capture on Linux: `inbound`, `outbound` and `ifindex` ask the kernel, and IPv6 on loopback devices
    /// has the number that this system gives it.
    bool live = false;
    /// With `live`: the kernel has taken VLAN tags out of the packets and hands the tags over beside the packets.
    bool kernel_vlan_tags = false;
    /// The byte order of the system that captured, in which loopback headers are; the order of a capture file's own
    /// header says which that is.
    byte_order loopback_order = byte_order::little;
    name_resolver names{};
};

}  // namespace pcapframe::filter
