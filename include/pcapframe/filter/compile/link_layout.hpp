// Where the headers of a link type stand for a filter, from the list of link types.
#pragma once

#include <cstdint>
#include <optional>

#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2::filter {

/// The range in which libpcap 1.10 compiles for any number, if only tests of bytes and lengths.
inline constexpr std::uint16_t first_any_link_type = 104, last_any_link_type = 289;

/// The offsets of a link type.
struct link_row {
    std::uint16_t number;
    link_offsets offsets;
};

/// The layout of a link type; nothing where filters cannot be compiled for it at all.
[[nodiscard]] constexpr std::optional<link_row> find_link(std::uint16_t number) noexcept {
    if (number == 12 || number == 14) number = link_type::raw;  // as some systems number it
    const link_type_info* const known = find_link_type(number);
    const link_offsets offsets = known != nullptr ? known->offsets : link_offsets{};
    const bool any = number >= first_any_link_type && number <= last_any_link_type;
    if (!any && offsets.payload == no_place) return std::nullopt;
    return link_row{number, offsets};
}

}  // namespace pcapframe::filter
