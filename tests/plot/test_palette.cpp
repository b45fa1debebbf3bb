#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/plot/palette.hpp>

using namespace pcapframe::charts;

namespace {

/// Relative luminance of "#rrggbb". Source: WCAG 2.1.
double luminance(std::string_view colour) {
    REQUIRE(colour.size() == 7);
    const auto channel = [&](std::size_t at) {
        const double value = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast(std::string_view a, std::string_view b) {
    const double x = luminance(a) + 0.05;
    const double y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

}  // namespace

TEST_CASE("texts have a contrast of 4.5 to 1, bars one of 3 to 1") {
    for (const colour_scheme& scheme : {light_scheme, dark_scheme}) {
        for (const std::string_view colour : {scheme.text, scheme.muted})
            CHECK(contrast(colour, scheme.background) >= 4.5);
        CHECK(contrast(scheme.text, scheme.shade) >= 4.5);
        for (const std::string_view colour : scheme.series) CHECK(contrast(colour, scheme.background) >= 3);
        for (const std::string_view colour : {scheme.forth, scheme.back})
            CHECK(contrast(colour, scheme.background) >= 3);
    }
    CHECK(contrast("#000000", "#ffffff") == doctest::Approx(21));
}
