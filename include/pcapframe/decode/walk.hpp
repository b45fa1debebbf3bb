// From the start of a frame to its network header: link types, VLAN tags, LLC, PPP, MPLS and the tags of switches.
//
// One function for every chain of such headers, total on any bytes, with a short way for the headers that nearly every
// frame has.
#pragma once

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/decode/path.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/registry/stop.hpp>
#include <pcapframe/wire/access_networks.hpp>
#include <pcapframe/wire/atm.hpp>
#include <pcapframe/wire/ax25.hpp>
#include <pcapframe/wire/bridge_tags.hpp>
#include <pcapframe/wire/capture_hardware.hpp>
#include <pcapframe/wire/capture_headers.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/ethernet_overlays.hpp>
#include <pcapframe/wire/frame_relay.hpp>
#include <pcapframe/wire/ieee802_11.hpp>
#include <pcapframe/wire/infiniband.hpp>
#include <pcapframe/wire/juniper.hpp>
#include <pcapframe/wire/loopback.hpp>
#include <pcapframe/wire/mpls.hpp>
#include <pcapframe/wire/netfilter.hpp>
#include <pcapframe/wire/osi.hpp>
#include <pcapframe/wire/ppp.hpp>
#include <pcapframe/wire/sll.hpp>
#include <pcapframe/wire/switch_tags.hpp>
#include <pcapframe/wire/traced_packets.hpp>

namespace pcapframe::inline v0_2 {

/// What stands in front of the network header. Pointers are into the frame, null where there is no such field.
struct link_result {
    const std::uint8_t* network = nullptr;  ///< where the IP header begins; null for a frame without IP
    layer kind = layer::none;               ///< ipv4, ipv6, or none
    bool has_ethertype = false;
    bool has_vlan = false;
    bool has_carried = false;
    std::uint16_t ethertype = 0;                 ///< the first ethertype that is no VLAN tag's
    std::uint16_t vlan_id = 0;                   ///< of the outermost tag
    protocol_id carried{};                       ///< what a frame without IP carries
    const std::uint8_t* destination = nullptr;   ///< 6 bytes of MAC address
    const std::uint8_t* source = nullptr;        ///< 6 bytes of MAC address
    pcapframe::stop stop{};                      ///< of a frame without IP

    [[nodiscard]] constexpr bool is_ip() const noexcept { return kind != layer::none; }
};

namespace detail {

/// Writes down in a path which headers stand in front of a network header.
class link_trail {
public:
    link_trail(const std::uint8_t* frame, header_path& path) noexcept : frame_(frame), path_(path) {}

    /// `here` begins the bytes. A path without room for more ends with its last header.
    void enter(layer here, bytes_view bytes) noexcept {
        const auto begin = static_cast<std::uint32_t>(bytes.data() - frame_);
        static_cast<void>(path_.push({here, begin, begin + static_cast<std::uint32_t>(bytes.size())}));
    }

private:
    const std::uint8_t* frame_;
    header_path& path_;
};

/// Walks the headers in front of the network header, one after the other.
class link_walk {
public:
    /// `is_sliced`: fewer bytes of the frame were captured than were on the wire.
    link_walk(bytes_view frame, bool is_sliced, link_trail* trail = nullptr) noexcept
        : at_(frame.data()), left_(frame.size()), trail_(trail), is_sliced_(is_sliced) {}

    /// Begins with what a header of a tunnel, `behind`, says of the next.
    [[nodiscard]] link_result run(wire::next_header next, layer behind) noexcept {
        where_ = behind;
        return run(follow(next));
    }
    [[nodiscard]] link_result run(layer first) noexcept {
        layer next = first;
        for (unsigned depth = 0;; ++depth) {
            if (next == layer::ip) next = by_version();
            if (next == layer::ipv4 || next == layer::ipv6) return arrive(next);
            if (next == layer::none) return out_;
            if (depth == limits::link_layers_max) next = end(stop_reason::too_many_layers, where_);
            else next = step(next);
        }
    }

private:
    /// Reads the header `here` and says what is next; `none` ends the walk, with the reason in the result.
    layer step(layer here) noexcept {
        where_ = here;
        if (trail_ != nullptr) trail_->enter(here, rest());
        switch (here) {
            case layer::ethernet: return ethernet();
            case layer::vlan: return vlan();
            case layer::llc: return llc();
            case layer::sll: return cooked<wire::sll_view>();
            case layer::sll2: return cooked<wire::sll2_view>();
            case layer::loopback: return loopback();
            case layer::ieee802_11: return ieee802_11();
            case layer::dsa: return tagged<wire::dsa_view>();
            case layer::edsa: return tagged<wire::edsa_view>();
            case layer::brcm_tag: return tagged<wire::brcm_tag_view>();
            case layer::brcm_tag_prepend: return hop<wire::brcm_tag_prepend_view>();
            case layer::fddi: return hop<wire::fddi_view>();
            case layer::token_ring: return hop<wire::token_ring_view>();
            case layer::slip: return hop<wire::slip_view>();
            case layer::slip_bsdos: return hop<wire::slip_bsdos_view>();
            case layer::osi: return hop<wire::osi_view>();
            case layer::enc: return hop<wire::enc_view>();
            case layer::ieee1394: return hop<wire::ieee1394_view>();
            case layer::ip_over_fc: return hop<wire::ip_over_fc_view>();
            case layer::prism: return hop<wire::prism_view>();
            case layer::ppp_with_direction: return hop<wire::ppp_with_direction_view>();
            case layer::ppp_pppd: return hop<wire::ppp_pppd_view>();
            case layer::ppp_bsdos: return hop<wire::ppp_bsdos_view>();
            case layer::ppp_bridge: return hop<wire::ppp_bridge_view>();
            case layer::multilink_ppp: return hop<wire::multilink_ppp_view>();
            case layer::ppp: return hop<wire::ppp_view>();
            case layer::pppoe: return hop<wire::pppoe_view>();
            case layer::mpls: return mpls();
            case layer::chdlc: return hop<wire::chdlc_view>();
            case layer::chdlc_with_direction: return hop<wire::chdlc_with_direction_view>();
            case layer::frame_relay_with_direction: return hop<wire::frame_relay_with_direction_view>();
            case layer::frame_relay: return hop<wire::frame_relay_view>();
            case layer::radiotap: return radiotap();
            case layer::amsdu: return hop<wire::amsdu_view>();
            case layer::ppi: return hop<wire::ppi_view>();
            case layer::arcnet: return hop<wire::arcnet_view>();
            case layer::arcnet_bsd: return hop<wire::arcnet_bsd_view>();
            case layer::atm_clip: return hop<wire::atm_clip_view>();
            case layer::sunatm: return hop<wire::sunatm_view>();
            case layer::ipoib: return hop<wire::ipoib_view>();
            case layer::ipnet: return hop<wire::ipnet_view>();
            case layer::nflog: return hop<wire::nflog_view>();
            case layer::pflog: return hop<wire::pflog_view>();
            case layer::pktap: return hop<wire::pktap_view>();
            case layer::cisco_metadata: return hop<wire::cisco_metadata_view>();
            case layer::fabricpath: return hop<wire::fabricpath_view>();
            case layer::arista_timestamp: return hop<wire::arista_timestamp_view>();
            case layer::macsec: return hop<wire::macsec_view>();
            case layer::nsh: return hop<wire::nsh_view>();
            case layer::backbone_service_tag: return hop<wire::backbone_service_tag_view>();
            case layer::vn_tag: return hop<wire::vn_tag_view>();
            case layer::e_tag: return hop<wire::e_tag_view>();
            case layer::hsr: return hop<wire::hsr_view>();
            case layer::redundancy_tag: return hop<wire::redundancy_tag_view>();
            case layer::trill: return hop<wire::trill_view>();
            default: return rare_header(here);
        }
    }

    /// Headers that few captures have.
    layer rare_header(layer here) noexcept {
        switch (here) {
            case layer::isl: return hop<wire::isl_view>();
            case layer::batman: return hop<wire::batman_view>();
            case layer::lwapp: return hop<wire::lwapp_view>();
            case layer::mfr: return hop<wire::mfr_view>();
            case layer::ppp_mux: return hop<wire::ppp_mux_view>();
            case layer::ax25: return hop<wire::ax25_view>();
            case layer::ax25_kiss: return hop<wire::ax25_kiss_view>();
            case layer::bpq: return hop<wire::bpq_view>();
            case layer::netlink: return hop<wire::netlink_view>();
            case layer::infiniband: return hop<wire::infiniband_view>();
            case layer::infiniband_grh: return hop<wire::infiniband_grh_view>();
            case layer::docsis: return hop<wire::docsis_view>();
            case layer::epon: return hop<wire::epon_view>();
            case layer::mpacket: return hop<wire::mpacket_view>();
            case layer::gfp: return hop<wire::gfp_view>();
            case layer::mpeg_ts: return hop<wire::mpeg_ts_view>();
            case layer::gprs_llc: return hop<wire::gprs_llc_view>();
            case layer::redback: return hop<wire::redback_view>();
            case layer::ipos: return hop<wire::ipos_view>();
            case layer::sita: return hop<wire::sita_view>();
            case layer::vpp: return hop<wire::vpp_view>();
            case layer::ebhscr: return hop<wire::ebhscr_view>();
            case layer::exported_pdu: return hop<wire::exported_pdu_view>();
            default: return capture_device_header(here);
        }
    }

    /// The headers of capture cards and routers, each of which is a link type.
    layer capture_device_header(layer here) noexcept {
        switch (here) {
            case layer::erf: return hop<wire::erf_view>();
            case layer::tzsp: return hop<wire::tzsp_view>();
            case layer::netanalyzer: return hop<wire::netanalyzer_view>();
            case layer::netanalyzer_transparent: return hop<wire::netanalyzer_transparent_view>();
            case layer::symantec_firewall: return hop<wire::symantec_firewall_view>();
            case layer::juniper_ethernet: return hop<wire::juniper_view<layer::juniper_ethernet>>();
            case layer::juniper_ppp: return hop<wire::juniper_view<layer::juniper_ppp>>();
            case layer::juniper_chdlc: return hop<wire::juniper_view<layer::juniper_chdlc>>();
            case layer::juniper_frame_relay: return hop<wire::juniper_view<layer::juniper_frame_relay>>();
            case layer::juniper_atm1: return hop<wire::juniper_view<layer::juniper_atm1>>();
            case layer::juniper_atm2: return hop<wire::juniper_view<layer::juniper_atm2>>();
            case layer::juniper_mlppp: return hop<wire::juniper_view<layer::juniper_mlppp>>();
            case layer::juniper_mlfr: return hop<wire::juniper_view<layer::juniper_mlfr>>();
            case layer::juniper_mfr: return hop<wire::juniper_view<layer::juniper_mfr>>();
            case layer::juniper_ggsn: return hop<wire::juniper_view<layer::juniper_ggsn>>();
            case layer::juniper_services: return hop<wire::juniper_view<layer::juniper_services>>();
            case layer::juniper_monitor: return hop<wire::juniper_view<layer::juniper_monitor>>();
            case layer::juniper_voice: return hop<wire::juniper_view<layer::juniper_voice>>();
            case layer::juniper_es: return hop<wire::juniper_view<layer::juniper_es>>();
            case layer::juniper_st: return hop<wire::juniper_view<layer::juniper_st>>();
            case layer::juniper_vn: return hop<wire::juniper_vn_view>();
            case layer::juniper_pppoe_atm: return hop<wire::juniper_view<layer::juniper_pppoe_atm>>();
            default: return end(stop_reason::unknown_protocol, here);
        }
    }

    [[nodiscard]] bytes_view rest() const noexcept { return {at_, left_}; }

    layer end(stop_reason reason, layer where) noexcept {
        out_.stop = {reason, where};
        return layer::none;
    }

    layer cut() noexcept { return end(stop_reason::truncated, where_); }

    link_result arrive(layer kind) noexcept {
        out_.network = at_;
        out_.kind = kind;
        return out_;
    }

    void advance(std::size_t bytes) noexcept {
        at_ += bytes;
        left_ -= bytes;
    }

    layer follow(wire::next_header next) noexcept {
        if (next.bytes > left_) return cut();
        advance(next.bytes);
        if (next.kind != layer::none) return next.kind;
        return next.ethertype != 0 ? by_ethertype(next.ethertype) : end(stop_reason::unknown_protocol, where_);
    }

    template <class View>
    layer hop() noexcept {
        const auto view = View::check(rest());
        return view ? follow(view->next()) : cut();
    }

    /// RAW link types say IP and leave the version to the packet.
    layer by_version() noexcept {
        where_ = layer::ip;
        if (left_ == 0) return cut();
        const unsigned version = at_[0] >> 4;
        if (version == 4) return layer::ipv4;
        return version == 6 ? layer::ipv6 : end(stop_reason::bad_version, layer::ip);
    }

    layer by_ethertype(std::uint16_t type) noexcept {
        if (ethertype::is_vlan(type)) return layer::vlan;
        if (type == ethertype::long_llc) return layer::llc;
        // Smaller numbers are no ethertypes: lengths, or what Linux and others made up (1 is raw 802.3, 12 is CAN).
        if (type < ethertype::smallest) return end(stop_reason::unknown_protocol, where_);
        if (!out_.has_ethertype) out_.ethertype = type;
        out_.has_ethertype = true;
        carry(ethertype_protocol_id(type));
        const layer next = layer_after(type);
        if (next == layer::none) return end(stop_reason::unknown_protocol, where_);
        // The outer addresses are those of switches; the addresses of the stations are in the frame inside.
        if (next == layer::fabricpath) out_.source = out_.destination = nullptr;
        return next;
    }

    /// The type field of Ethernet, and of VLAN tags: a small number is the length of an LLC frame.
    layer by_type_or_length(std::uint16_t type) noexcept {
        return type <= ethertype::longest_length ? layer::llc : by_ethertype(type);
    }

    void carry(protocol_id what) noexcept {
        out_.carried = what;
        out_.has_carried = true;
    }

    void set_addresses(const std::uint8_t* destination, const std::uint8_t* source) noexcept {
        // The outermost frame's stay: frames inside frames (PKTAP, NSH) may have others.
        if (out_.source != nullptr) return;
        out_.destination = destination;
        out_.source = source;
    }

    layer ethernet() noexcept {
        const auto view = wire::ethernet_view::check(rest());
        // The addresses of ISL are those of a group of switches; the stations' are in the frame inside.
        if (view && wire::isl_view::is_isl(at_)) return layer::isl;
        if (!view && left_ >= 6 && wire::isl_view::is_to_group(at_)) return cut();
        if (left_ >= 12) set_addresses(at_, at_ + 6);
        else if (left_ >= 6 && out_.source == nullptr) out_.destination = at_;
        if (!view) return cut();
        advance(wire::ethernet_view::header_bytes);
        return by_type_or_length(view->type());
    }

    layer vlan() noexcept {
        const auto view = wire::vlan_view::check(rest());
        if (left_ >= 2 && !out_.has_vlan) {
            out_.vlan_id = load_be16(at_) & 0x0fff;
            out_.has_vlan = true;
        }
        if (!view) return cut();
        advance(wire::vlan_view::header_bytes);
        return by_type_or_length(view->type());
    }

    layer llc() noexcept {
        const auto view = wire::llc_view::check(rest());
        if (!view) return cut();
        carry(llc_protocol_id(view->dsap()));
        if (view->has_ethertype()) {
            advance(wire::llc_view::snap_bytes);
            return by_ethertype(view->type());
        }
        if (view->is_snap() && left_ < wire::llc_view::snap_bytes) return cut();
        if (view->is_bridged()) return bridged(view->type());
        if (view->dsap() == wire::llc_view::osi_sap) return osi_behind_llc();
        if (view->dsap() != wire::llc_view::ip_sap) return end(stop_reason::unknown_protocol, layer::llc);
        advance(wire::llc_view::header_bytes);
        return layer::ip;
    }

    layer bridged(std::uint16_t frame_kind) noexcept {
        constexpr std::size_t padding = 2;
        wire::next_header next = wire::after_bridged(frame_kind, padding);
        next.bytes += wire::llc_view::snap_bytes;
        return follow(next);
    }

    /// IP behind OSI's SAP and the identifier of a network layer; other protocols of OSI end in the LLC header.
    layer osi_behind_llc() noexcept {
        const auto view = wire::osi_view::check(rest().subspan(wire::llc_view::header_bytes));
        if (!view) return cut();
        if (view->next().kind == layer::none) return end(stop_reason::unknown_protocol, layer::llc);
        advance(wire::llc_view::header_bytes);
        return layer::osi;
    }

    /// All labels of a stack are one step, since there may be many. The frame bounds them.
    layer mpls() noexcept {
        for (bool bottom = false; !bottom;) {
            const auto label = wire::mpls_view::check(rest());
            if (!label) return cut();
            bottom = label->is_bottom();
            advance(wire::mpls_view::header_bytes);
        }
        return hop<wire::mpls_payload_view>();
    }

    template <class View>
    layer cooked() noexcept {
        constexpr std::uint16_t linux_ethernet = 0x0003, linux_llc = 0x0004, linux_ppp = 0x0007, ipos_first = 0x0030,
                                ipos_last = 0x0035;
        const auto view = View::check(rest());
        if (!view) return cut();
        if (view->has_mac()) set_addresses(nullptr, view->source_bytes());
        advance(View::header_bytes);
        if (view->arphrd_type() == wire::arphrd::netlink) {
            if (view->protocol() == wire::netlink_view::netfilter) return layer::netlink;
            return end(stop_reason::unknown_protocol, where_);
        }
        if (view->arphrd_type() == wire::arphrd::ieee80211_radiotap) return layer::radiotap;
        if (view->arphrd_type() == wire::arphrd::frame_relay) return layer::frame_relay;
        if (view->protocol() == linux_ethernet) return layer::ethernet;
        if (view->protocol() == linux_llc) return layer::llc;
        if (view->protocol() == linux_ppp) return layer::ppp;
        if (view->protocol() >= ipos_first && view->protocol() <= ipos_last) return layer::ipos;
        return by_ethertype(view->protocol());
    }

    layer loopback() noexcept {
        const auto view = wire::loopback_view::check(rest());
        if (!view) return cut();
        if (view->is_ppp()) return layer::ppp;
        advance(wire::loopback_view::header_bytes);
        if (view->ethertype() != 0) return by_ethertype(view->ethertype());
        if (view->is_ipv4()) return layer::ipv4;
        if (view->is_osi()) return layer::osi;
        return view->is_ipv6() ? layer::ipv6 : end(stop_reason::unknown_protocol, layer::loopback);
    }

    layer radiotap() noexcept {
        const auto view = wire::radiotap_view::check(rest());
        if (!view) return cut();
        pads_ieee802_11_ = view->pads_header();
        return follow(view->next());
    }

    layer ieee802_11() noexcept {
        const auto view = wire::ieee802_11_view::check(rest(), pads_ieee802_11_);
        if (!view) return cut();
        if (view->has_addresses()) set_addresses(view->destination_bytes(), view->source_bytes());
        if (is_sliced_ && view->may_hold_ethernet()) return cut();
        return follow(view->next());
    }

    template <class View>
    layer tagged() noexcept {
        const auto view = View::check(rest());
        if (left_ >= 12) set_addresses(at_, at_ + 6);
        if (!view) return cut();
        advance(View::header_bytes);
        return by_type_or_length(view->type());
    }

    const std::uint8_t* at_;
    std::size_t left_;
    link_trail* trail_;  ///< where the headers are written down, or null
    layer where_ = layer::none;
    bool is_sliced_;
    bool pads_ieee802_11_ = false;
    link_result out_{};
};

PCAPFRAME_NOINLINE inline link_result walk_link(bytes_view frame, std::uint16_t type, bool is_sliced) noexcept {
    return link_walk(frame, is_sliced).run(first_header(type));
}

}  // namespace detail

/// Finds the network header of a frame of the given link type. `is_sliced`: fewer bytes of the frame were captured than
/// were on the wire.
PCAPFRAME_ALWAYS_INLINE link_result find_network(bytes_view frame, std::uint16_t type,
                                                 bool is_sliced = false) noexcept {
    constexpr std::size_t header = wire::ethernet_view::header_bytes;
    if (type == link_type::ethernet && frame.size() >= header) {
        const std::uint16_t next = load_be16(frame.data() + 12);
        const bool ipv4 = next == ethertype::ipv4;
        if (ipv4 || next == ethertype::ipv6) {
            link_result out;
            out.network = frame.data() + header;
            out.kind = ipv4 ? layer::ipv4 : layer::ipv6;
            out.has_ethertype = true;
            out.ethertype = next;
            out.destination = frame.data();
            out.source = frame.data() + 6;
            return out;
        }
    }
    return detail::walk_link(frame, type, is_sliced);
}

}  // namespace pcapframe
