// How the decoding of a packet ended. A packet never fails: its row says how far the decoder came, and why no further.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/registry/layers.hpp>

namespace pcapframe::inline v0_2 {

/// Why the decoding of a packet ended.
enum class stop_reason : std::uint8_t {
    complete,          ///< every header up to the transport header (or the last known one) was read whole
    truncated,         ///< the captured bytes end inside `where`
    fragment,          ///< a part of a fragmented datagram: the headers after `where` are in another packet
    unknown_protocol,  ///< `where` names a next header that is not decoded here
    bad_length,        ///< a length in `where` contradicts itself or the header around it
    bad_version,       ///< `where` does not carry the IP version that was announced
    too_many_layers,   ///< more headers than the limits allow, at `where`
};

/// Why and where. Columns that were filled before the decoder stopped are valid.
struct stop {
    stop_reason reason = stop_reason::complete;
    layer where = layer::none;

    friend constexpr bool operator==(const stop&, const stop&) = default;
};

[[nodiscard]] constexpr std::string_view name_of(stop_reason reason) noexcept {
    switch (reason) {
        case stop_reason::complete: return "complete";
        case stop_reason::truncated: return "truncated";
        case stop_reason::fragment: return "fragment";
        case stop_reason::unknown_protocol: return "unknown_protocol";
        case stop_reason::bad_length: return "bad_length";
        case stop_reason::bad_version: return "bad_version";
        case stop_reason::too_many_layers: return "too_many_layers";
    }
    return "";
}

/// "complete", or the reason and the layer: "truncated:tcp".
[[nodiscard]] inline std::string to_string(stop s) {
    std::string text(name_of(s.reason));
    if (s.reason != stop_reason::complete) text += ":" + std::string(name_of(s.where));
    return text;
}

}  // namespace pcapframe
