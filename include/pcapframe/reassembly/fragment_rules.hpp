// How fragments are put together, and what is counted of it.
#pragma once

#include <chrono>
#include <cstdint>

#include <pcapframe/reassembly/overlap_policy.hpp>

namespace pcapframe::inline v0_2 {

/// How fragments are put together.
struct fragment_rules {
    overlap_policy policy = overlap_policy::kernel;
    std::chrono::milliseconds timeout{30'000};  ///< from a datagram's first fragment on, in the times of the packets
    std::uint64_t memory_bytes = std::uint64_t{16} << 20;  ///< of all fragments that wait
};

/// How many datagrams were put together, and what was given up.
struct fragment_counts {
    std::uint64_t completed = 0;
    std::uint64_t incomplete = 0;  ///< not all fragments came in time, or before the end
    std::uint64_t evicted = 0;     ///< given up for others, since there was no memory
    std::uint64_t discarded = 0;   ///< fragments overlapped where the policy allows no overlap, or contradicted others
    std::uint64_t unusable = 0;    ///< single fragments: not captured whole, of an odd length, or too long
};

}  // namespace pcapframe
