// An IP protocol as a program for the kernel's filter.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <pcapframe/capture/bpf_instruction.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/wire/ipv6.hpp>

namespace pcapframe::inline v0_2 {

/// What the kernel's filter sees of a packet.
enum class filter_view : std::uint8_t {
    ethernet,  ///< an Ethernet frame, without the VLAN tag that the kernel has taken out
    ip,        ///< from the IP header on
    cooked,    ///< packets from the network header on; the kernel is asked for the ethertype (Linux, SOCK_DGRAM)
    opaque,    ///< a header that the filter does not read
};

/// Where the kernel's filter finds the headers of a link type; `cooked` for the header of "any".
[[nodiscard]] constexpr filter_view filter_view_of(std::uint16_t type, bool cooked) noexcept {
    if (cooked) return filter_view::cooked;
    if (type == link_type::ethernet) return filter_view::ethernet;
    return type == link_type::raw ? filter_view::ip : filter_view::opaque;
}

namespace detail {

/// Puts the program together front to back. Jumps name places, which are only known when all is there.
class protocol_filter_builder {
public:
    protocol_filter_builder(std::uint8_t protocol, std::uint32_t snaplen) noexcept
        : protocol_(protocol), snaplen_(snaplen) {}

    kernel_program build(filter_view view) {
        switch (view) {
            case filter_view::ethernet: ethernet(); break;
            case filter_view::ip: by_version(); break;
            case filter_view::cooked: by_kernel_protocol(); break;
            case filter_view::opaque: break;
        }
        at(accepted);
        put(bpf_code::return_constant, snaplen_);
        at(rejected);
        put(bpf_code::return_constant, 0);
        return resolved();
    }

private:
    enum place : std::uint8_t { next, accepted, rejected, network, ipv4, ipv6, tag_1, tag_2, tag_3, places };

    struct step {
        bpf_instruction what;
        place if_true;
        place if_false;
    };

    void put(std::uint16_t code, std::uint32_t k, place if_true = next, place if_false = next) {
        steps_.push_back({{code, 0, 0, k}, if_true, if_false});
    }
    void at(place here) noexcept { offsets_[here] = steps_.size(); }

    /// Steps over VLAN tags that are in the frame: behind the tag that the kernel took out there may be more. X becomes
    /// the bytes of these tags, A the ethertype. A frame with more tags than that is left to user space.
    void ethernet() {
        constexpr std::array behind{tag_1, tag_2, tag_3};
        for (std::uint32_t tags = 0; tags < behind.size(); ++tags) {
            put(bpf_code::load_index, 4 * tags);
            put(bpf_code::load_half, 12 + 4 * tags);
            for (const std::uint16_t tag : {ethertype::vlan, ethertype::service_vlan, ethertype::old_service_vlan})
                put(bpf_code::jump_if_equal, tag, behind[tags]);
            put(bpf_code::jump, 0, network);
            at(behind[tags]);
        }
        put(bpf_code::jump, 0, accepted);
        at(network);
        by_ethertype(14, bpf_code::load_byte_indexed);
    }

    /// The ethertype is in A; IP begins at `start`. In any other frame, MPLS or PPPoE for instance, the decoder may
    /// find IP: such frames are left to the decoder.
    void by_ethertype(std::uint32_t start, std::uint16_t load) {
        put(bpf_code::jump_if_equal, ethertype::ipv4, ipv4);
        put(bpf_code::jump_if_equal, ethertype::ipv6, ipv6, accepted);
        by_protocol(start, load);
    }

    void by_version() {
        put(bpf_code::load_byte, 0);
        put(bpf_code::shift_right, 4);
        put(bpf_code::jump_if_equal, 4, ipv4);
        put(bpf_code::jump_if_equal, 6, ipv6, accepted);
        by_protocol(0, bpf_code::load_byte);
    }

    void by_kernel_protocol() {
        constexpr std::uint32_t kernel_protocol = 0xffff'f000;  // SKF_AD_OFF + SKF_AD_PROTOCOL
        put(bpf_code::load_half, kernel_protocol);
        by_ethertype(0, bpf_code::load_byte);
    }

    void by_protocol(std::uint32_t start, std::uint16_t load) {
        at(ipv4);
        put(load, start + 9);
        put(bpf_code::jump_if_equal, protocol_, accepted);
        // Behind AH and extension headers any protocol may follow, which again is for the decoder to find out.
        put(bpf_code::jump_if_equal, ip_protocol::ah, accepted, rejected);
        at(ipv6);
        put(load, start + 6);
        put(bpf_code::jump_if_equal, protocol_, accepted);
        for (unsigned header = 0; header < 256; ++header)
            if (wire::is_ipv6_extension(static_cast<std::uint8_t>(header)))
                put(bpf_code::jump_if_equal, header, accepted);
        put(bpf_code::jump, 0, rejected);
    }

    [[nodiscard]] kernel_program resolved() const {
        kernel_program program;
        for (const step& s : steps_) {
            const std::size_t after = program.size() + 1;
            const auto distance = [&](place to) { return to == next ? 0 : offsets_[to] - after; };
            bpf_instruction what = s.what;
            if (what.code == bpf_code::jump) {
                what.k = static_cast<std::uint32_t>(distance(s.if_true));
            } else {
                what.jt = static_cast<std::uint8_t>(distance(s.if_true));
                what.jf = static_cast<std::uint8_t>(distance(s.if_false));
            }
            program.push_back(what);
        }
        return program;
    }

    std::vector<step> steps_;
    std::array<std::size_t, places> offsets_{};
    std::uint8_t protocol_;
    std::uint32_t snaplen_;
};

}  // namespace detail

/// Takes packets of an IP protocol (the first header that is neither AH nor an IPv6 extension header), and packets of
/// which only a decoder can tell: a packet that the program rejects is of another protocol. Neither a VLAN tag that the
/// kernel took out nor up to three tags that are still there hide the protocol. At most `snaplen` bytes of each packet
/// are taken.
[[nodiscard]] inline kernel_program protocol_filter(std::uint8_t protocol, filter_view view, std::uint32_t snaplen) {
    return detail::protocol_filter_builder(protocol, snaplen).build(view);
}

/// The filter that a capture begins with.
[[nodiscard]] inline result<kernel_program> first_filter(const capture_options& options, const filter_place& place) {
    if (options.make_filter) return options.make_filter(place);
    if (!options.filter.empty()) return options.filter;
    if (!options.protocol) return accept_all(place.snaplen);
    return protocol_filter(*options.protocol, filter_view_of(place.link_type, place.cooked), place.snaplen);
}

}  // namespace pcapframe
