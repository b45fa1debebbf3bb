// The headers of one captured frame, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/path.hpp>
#include <pcapframe/decode/walk_tunnels.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/registry/tunnels.hpp>

namespace pcapframe::inline v0_2 {

/// All headers of a captured frame in the order in which they stand: link headers, tags, network and transport headers,
/// those of tunnels and of the packets within, and the payload of the innermost packet as the last (`layer::payload`).
/// A header of which bytes are missing is there, too, and is the last.
///
///     const packet_headers headers(record);
///     for (const header_place& header : headers)
///         if (header.kind == layer::tcp)
///             if (auto tcp = wire::tcp_view::check(header.in(record.bytes()))) use(tcp->flags());
///
/// Holds places only: they count from the start of the frame, whose bytes are the caller's.
class packet_headers {
public:
    explicit packet_headers(const record& captured) noexcept
        : packet_headers(captured.bytes(), captured.link_type, captured.len > captured.caplen) {}
    /// Of a frame of the given LINKTYPE. `may_be_sliced`: fewer bytes may have been captured than were on the wire.
    explicit packet_headers(bytes_view frame, std::uint16_t type = link_type::ethernet,
                            bool may_be_sliced = true) noexcept {
        walk_packets(frame, type, may_be_sliced, default_tunnel_ports, packets_);
    }

    [[nodiscard]] const header_place* begin() const noexcept { return packets_.path.headers().data(); }
    [[nodiscard]] const header_place* end() const noexcept { return begin() + size(); }
    [[nodiscard]] std::size_t size() const noexcept { return packets_.path.size(); }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Complete, or why the walk over the innermost packet ended and in which header.
    [[nodiscard]] pcapframe::stop stop() const noexcept { return packets_.innermost().packet.stop; }

private:
    packet_levels packets_;
};

}  // namespace pcapframe
