// THE list of headers that the decoder can stand before. A packet is a chain of them; each view says which header is
// next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2 {

// One row a header: its name, in the words of Wireshark and the RFCs where these have a name.
#define PCAPFRAME_LAYERS(X) \
    X(none)                 \
    X(link)                 \
    X(ethernet)             \
    X(vlan)                 \
    X(llc)                  \
    X(sll)                  \
    X(sll2)                 \
    X(loopback)             \
    X(fddi)                 \
    X(token_ring)           \
    X(slip)                 \
    X(enc)                  \
    X(ieee1394)             \
    X(ip_over_fc)           \
    X(prism)                \
    X(ppp_with_direction)   \
    X(ppp)                  \
    X(pppoe)                \
    X(mpls)                 \
    X(chdlc)                \
    X(frame_relay)          \
    X(radiotap)             \
    X(ppi)                  \
    X(ieee802_11)           \
    X(arcnet)               \
    X(ipoib)                \
    X(ipnet)                \
    X(nflog)                \
    X(pflog)                \
    X(pktap)                \
    X(dsa)                  \
    X(edsa)                 \
    X(brcm_tag)             \
    X(brcm_tag_prepend)     \
    X(cisco_metadata)       \
    X(fabricpath)           \
    X(arista_timestamp)     \
    X(macsec)               \
    X(nsh)                  \
    X(ip)                   \
    X(ipv4)                 \
    X(ipv6)                 \
    X(ipv6_extension)       \
    X(tcp)                  \
    X(udp)                  \
    X(udplite)              \
    X(sctp)                 \
    X(dccp)                 \
    X(icmp)                 \
    X(icmp6)                \
    X(igmp)                 \
    X(payload)

/// A header that the decoder knows, or `payload` for the bytes after the last header. `ip` is IPv4 or IPv6, told by the
/// version; `link` stands for a link type that is not known.
enum class layer : std::uint8_t {
#define PCAPFRAME_LAYER_ENUMERATOR(name) name,
    PCAPFRAME_LAYERS(PCAPFRAME_LAYER_ENUMERATOR)
#undef PCAPFRAME_LAYER_ENUMERATOR
};

inline constexpr std::array layer_names{
#define PCAPFRAME_LAYER_NAME(name) std::string_view(#name),
    PCAPFRAME_LAYERS(PCAPFRAME_LAYER_NAME)
#undef PCAPFRAME_LAYER_NAME
};

[[nodiscard]] constexpr std::string_view name_of(layer l) noexcept { return layer_names[static_cast<std::size_t>(l)]; }

#undef PCAPFRAME_LAYERS

}  // namespace pcapframe
