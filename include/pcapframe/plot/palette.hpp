// Colours. The colours were chosen together: the least CIEDE2000 difference of two series is above 15 in each scheme,
// also as seen with protanopia, deuteranopia and tritanopia, and each colour has a contrast of 3:1 to its background at
// least (WCAG 2.1, success criterion 1.4.11), texts a contrast of 4.5:1 (1.4.3).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pcapframe::inline v0_2::charts {

/// Series with a colour of their own; one more colour stands for all the rest.
inline constexpr std::size_t series_colours = 6;

/// The colours of a page or picture, in CSS.
struct colour_scheme {
    std::string_view background;
    std::string_view text;
    std::string_view muted;  ///< secondary text
    std::string_view line;   ///< grid lines and rules
    std::string_view axis;
    std::string_view shade;                                   ///< behind warnings
    std::string_view forth;                                   ///< bars: sent, or the only direction
    std::string_view back;                                    ///< bars: received
    std::array<std::string_view, series_colours + 1> series;  ///< the last: all others
};

/// On a light background.
inline constexpr colour_scheme light_scheme{
    "#ffffff", "#14181d", "#5c6570",
    "#e6e9ed", "#9aa3ad", "#f1f3f5",
    "#1f5fa8", "#5a97dc", {"#2f89e9", "#c7841c", "#11756a", "#3d2b66", "#a15520", "#731034", "#848e9b"}};

/// On a dark background.
inline constexpr colour_scheme dark_scheme{
    "#12161c", "#e8ebef", "#9ca6b2",
    "#262c35", "#5f6975", "#1c222a",
    "#56a8ff", "#3873b8", {"#40a0ff", "#fcaa6c", "#96ffd6", "#5c5bc9", "#947e0c", "#c72a6a", "#9598a6"}};

}  // namespace pcapframe::charts
