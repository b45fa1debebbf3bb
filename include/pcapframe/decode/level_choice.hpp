// Which packet of a frame is meant: the outermost one, or one that a tunnel carries.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/registry/layers.hpp>
#include <pcapframe/registry/tunnels.hpp>

namespace pcapframe::inline v0_2 {

/// A level of packets within packets: packet_levels::at takes it. A value.
struct level_choice {
    static constexpr std::uint8_t innermost_number = 0xff;

    std::uint8_t number = 0;  ///< how many tunnels are around it, or `innermost_number`

    [[nodiscard]] constexpr bool is_outermost() const noexcept { return number == 0; }
    [[nodiscard]] constexpr bool is_innermost() const noexcept { return number == innermost_number; }

    friend constexpr bool operator==(level_choice, level_choice) = default;
};

/// "outer", "inner", or the number of tunnels around the packet: 0 is the outermost packet.
[[nodiscard]] inline result<level_choice> parse_level(std::string_view text) {
    if (text == "outer") return level_choice{};
    if (text == "inner") return level_choice{level_choice::innermost_number};
    std::uint8_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc() && end == text.data() + text.size() && number < limits::packet_levels_max)
        return level_choice{number};
    return error{.code = errc::bad_value, .detail = "outer, inner, or a number of tunnels, 7 at most", .subject = text};
}

/// Changes to the list of UDP ports that are those of tunnels: names of tunnels and ports, "vxlan:4790,gtpu:2153", and
/// "none:8472" for a port that is no tunnel's.
[[nodiscard]] inline result<tunnel_ports> parse_tunnel_ports(std::string_view texts) {
    tunnel_ports ports;
    while (!texts.empty()) {
        const std::string_view text = texts.substr(0, texts.find(','));
        texts.remove_prefix(text.size() == texts.size() ? text.size() : text.size() + 1);
        const std::size_t colon = text.find(':');
        const std::string_view name = text.substr(0, colon);
        const std::string_view digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
        std::uint16_t port = 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        layer kind = layer::link;
        if (name == "none") kind = layer::none;
        for (const port_tunnel& row : port_tunnels)
            if (name == name_of(row.kind)) kind = row.kind;
        if (kind == layer::link || digits.empty() || failed != std::errc() || end != digits.data() + digits.size())
            return error{.code = errc::bad_value,
                         .detail = "the name of a tunnel over UDP and a port: vxlan:4789",
                         .subject = text};
        if (!ports.set(port, kind))
            return error{.code = errc::bad_value, .detail = "a shorter list of ports", .subject = text};
    }
    return ports;
}

}  // namespace pcapframe
