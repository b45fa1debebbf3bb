// What to capture, and how: the options that every system's capture takes, and its counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/bpf_instruction.hpp>
#include <pcapframe/filter/packet_filter.hpp>

namespace pcapframe::inline v0_2 {

/// How the kernel shares packets out among the workers of a fanout (Linux).
enum class fanout_mode : std::uint8_t {
    hash,  ///< packets of one flow to one worker
    lb,    ///< one after the other
    cpu,   ///< by the processor on which a packet arrived
};

/// A fanout mode by its name: hash, lb or cpu.
[[nodiscard]] inline result<fanout_mode> find_fanout_mode(std::string_view name) {
    constexpr std::string_view names[] = {"hash", "lb", "cpu"};
    const auto found = find_name(name, "fanout mode", names);
    return found ? result<fanout_mode>(static_cast<fanout_mode>(*found - names)) : found.error();
}

/// A group of captures that share out the packets of one interface, each packet to one capture (Linux).
struct fanout_membership {
    fanout_mode mode = fanout_mode::hash;
    std::optional<std::uint16_t> group{};  ///< none for a new group, whose number the capture then says
};

/// The most that is taken of a packet, and the default: a smaller number cuts full segments on the loopback interface
/// (65,549 bytes) and segments that network cards put together (BIG TCP).
inline constexpr std::uint32_t snaplen_max = 262'144;

/// What a capture device is opened with.
struct capture_options {
    std::string interface {};                        ///< "any" is all of them, cooked (Linux)
    std::uint32_t snaplen = snaplen_max;             ///< most bytes of a packet that are taken, 1 to `snaplen_max`
    std::size_t ring_bytes = std::size_t{16} << 20;  ///< memory shared with the kernel; less where it gives less
    unsigned block_timeout_ms = 20;                  ///< until the kernel hands over what a block has; 1: immediate
    bool promiscuous = true;                         ///< packets to other machines, too; as long as the capture lasts
    bool hardware_time = false;              ///< times of the network card's clock, or an error where it has none
    std::optional<std::uint8_t> protocol{};  ///< only this IP protocol, and what the kernel cannot tell of
    kernel_program filter{};                 ///< a program instead; it is in place before the first packet is taken
    /// What makes the program, once the interface is known, instead of both.
    std::function<result<kernel_program>(const filter_place&)> make_filter{};
    std::optional<fanout_membership> fanout{};  ///< share the packets with other captures of the interface
};

/// Counted since the capture began. What a system does not count is not there, which is not 0.
struct capture_counters {
    std::uint64_t received = 0;                        ///< packets that the filter took, with those that were dropped
    std::uint64_t dropped = 0;                         ///< of those, by the kernel for want of room
    std::uint64_t delivered = 0;                       ///< handed to this program
    std::optional<std::uint64_t> freezes{};            ///< how often the ring was full
    std::optional<std::uint64_t> interface_dropped{};  ///< by the network card, before any filter

    capture_counters& operator+=(const capture_counters& other) noexcept {
        received += other.received;
        dropped += other.dropped;
        delivered += other.delivered;
        if (other.freezes) freezes = freezes.value_or(0) + *other.freezes;
        return *this;
    }
};

}  // namespace pcapframe
