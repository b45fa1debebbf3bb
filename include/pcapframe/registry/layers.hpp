// THE list of headers that the decoder can stand before. A packet is a chain of them; each view says which header is
// next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2 {

// One row a header: its name, in the words of Wireshark and the RFCs where these have a name.
#define PCAPFRAME_LAYERS(X)       \
    X(none)                       \
    X(link)                       \
    X(ethernet)                   \
    X(isl)                        \
    X(vlan)                       \
    X(llc)                        \
    X(osi)                        \
    X(sll)                        \
    X(sll2)                       \
    X(loopback)                   \
    X(fddi)                       \
    X(token_ring)                 \
    X(slip)                       \
    X(slip_bsdos)                 \
    X(enc)                        \
    X(ieee1394)                   \
    X(ip_over_fc)                 \
    X(prism)                      \
    X(ppp_with_direction)         \
    X(ppp_pppd)                   \
    X(ppp_bsdos)                  \
    X(ppp)                        \
    X(ppp_bridge)                 \
    X(multilink_ppp)              \
    X(ppp_mux)                    \
    X(pppoe)                      \
    X(mpls)                       \
    X(chdlc)                      \
    X(chdlc_with_direction)       \
    X(frame_relay)                \
    X(frame_relay_with_direction) \
    X(mfr)                        \
    X(radiotap)                   \
    X(ppi)                        \
    X(ieee802_11)                 \
    X(amsdu)                      \
    X(lwapp)                      \
    X(ax25)                       \
    X(ax25_kiss)                  \
    X(bpq)                        \
    X(arcnet)                     \
    X(arcnet_bsd)                 \
    X(ipoib)                      \
    X(infiniband)                 \
    X(infiniband_grh)             \
    X(atm_clip)                   \
    X(sunatm)                     \
    X(ipnet)                      \
    X(nflog)                      \
    X(netlink)                    \
    X(pflog)                      \
    X(pktap)                      \
    X(erf)                        \
    X(tzsp)                       \
    X(netanalyzer)                \
    X(netanalyzer_transparent)    \
    X(symantec_firewall)          \
    X(docsis)                     \
    X(epon)                       \
    X(mpacket)                    \
    X(gfp)                        \
    X(mpeg_ts)                    \
    X(redback)                    \
    X(ipos)                       \
    X(sita)                       \
    X(gprs_llc)                   \
    X(exported_pdu)               \
    X(vpp)                        \
    X(ebhscr)                     \
    X(juniper_ethernet)           \
    X(juniper_ppp)                \
    X(juniper_chdlc)              \
    X(juniper_frame_relay)        \
    X(juniper_atm1)               \
    X(juniper_atm2)               \
    X(juniper_mlppp)              \
    X(juniper_mlfr)               \
    X(juniper_mfr)                \
    X(juniper_ggsn)               \
    X(juniper_services)           \
    X(juniper_monitor)            \
    X(juniper_voice)              \
    X(juniper_pppoe_atm)          \
    X(juniper_es)                 \
    X(juniper_st)                 \
    X(juniper_vn)                 \
    X(dsa)                        \
    X(edsa)                       \
    X(brcm_tag)                   \
    X(brcm_tag_prepend)           \
    X(cisco_metadata)             \
    X(fabricpath)                 \
    X(arista_timestamp)           \
    X(macsec)                     \
    X(nsh)                        \
    X(backbone_service_tag)       \
    X(vn_tag)                     \
    X(e_tag)                      \
    X(hsr)                        \
    X(redundancy_tag)             \
    X(batman)                     \
    X(trill)                      \
    X(ip)                         \
    X(ipv4)                       \
    X(ipv6)                       \
    X(ipv6_extension)             \
    X(ipv6_fragment)              \
    X(ipv6_routing)               \
    X(tcp)                        \
    X(udp)                        \
    X(udplite)                    \
    X(sctp)                       \
    X(dccp)                       \
    X(icmp)                       \
    X(icmp6)                      \
    X(igmp)                       \
    X(gre)                        \
    X(nvgre)                      \
    X(erspan)                     \
    X(wccp)                       \
    X(etherip)                    \
    X(l2tp)                       \
    X(vxlan)                      \
    X(vxlan_gpe)                  \
    X(geneve)                     \
    X(gtpu)                       \
    X(teredo)                     \
    X(ayiya)                      \
    X(gue)                        \
    X(fou)                        \
    X(lisp)                       \
    X(capwap)                     \
    X(ah)                         \
    X(esp)                        \
    X(ipcomp)                     \
    X(wireguard)                  \
    X(payload)

/// A header that the decoder knows, or `payload` for the bytes after the last header. `ip` is IPv4 or IPv6, told by the
/// version; `link` stands for a link type that is not known.
enum class layer : std::uint8_t {
#define PCAPFRAME_LAYER_ENUMERATOR(name) name,
    PCAPFRAME_LAYERS(PCAPFRAME_LAYER_ENUMERATOR)
#undef PCAPFRAME_LAYER_ENUMERATOR
};

/// The names of the headers, by their numbers.
inline constexpr std::array layer_names{
#define PCAPFRAME_LAYER_NAME(name) std::string_view(#name),
    PCAPFRAME_LAYERS(PCAPFRAME_LAYER_NAME)
#undef PCAPFRAME_LAYER_NAME
};

[[nodiscard]] constexpr std::string_view name_of(layer l) noexcept { return layer_names[static_cast<std::size_t>(l)]; }

#undef PCAPFRAME_LAYERS

}  // namespace pcapframe
