// Live capture on this system, by the one name that all rooms above use.
#pragma once

#if defined(__linux__)
#include <pcapframe/capture/packet_ring.hpp>
#else
#include <pcapframe/capture/bpf_device.hpp>
#endif

namespace pcapframe::inline v0_2 {

#if defined(__linux__)
/// What captures on this system: `packet_ring` (Linux) or `bpf_device` (macOS, the BSDs).
using capture_device = packet_ring;
/// The name of this system, as pcapng files have it.
inline constexpr const char* capture_os = "Linux";
#else
using capture_device = bpf_device;
inline constexpr const char* capture_os = "BSD";
#endif

}  // namespace pcapframe
