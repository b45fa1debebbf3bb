// What one header says about the next.
#pragma once

#include <cstddef>
#include <cstdint>

#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2::wire {

/// How far on the next header begins, and what it is. With an ethertype, `kind` is none and the ethertype decides;
/// `kind` none and ethertype 0: nothing known follows.
struct next_header {
    std::size_t bytes = 0;
    layer kind = layer::none;
    std::uint16_t ethertype = 0;
};

}  // namespace pcapframe::wire
