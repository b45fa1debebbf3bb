// What a parser says of bytes before it reads them.
#pragma once

#include <cstdint>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::message {

/// Whether bytes begin with a message of a protocol. `more`: they begin as such a message does and end before that is
/// decided, or before the message does.
enum class probed : std::uint8_t { no, yes, more };

/// The bytes of a packet that a message is looked for in.
struct payload_bytes {
    bytes_view bytes;           ///< as many as were captured
    std::size_t wire_bytes = 0; ///< how many there were: more where the frame was cut when it was captured

    [[nodiscard]] bool is_cut() const noexcept { return bytes.size() < wire_bytes; }
};

}  // namespace pcapframe::message
