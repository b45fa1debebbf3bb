#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/plot/palette.hpp>

using namespace pcapframe::charts;

namespace {

/// Amounts of light, from 0 to 1.
struct linear_rgb {
    double red, green, blue;
};
/// CIE L*a*b* under D65.
struct lab {
    double l, a, b;
};

double clamped(double value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

/// Of "#rrggbb".
linear_rgb linear(std::string_view colour) {
    REQUIRE(colour.size() == 7);
    const auto channel = [&](std::size_t at) {
        const double value = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return {channel(1), channel(3), channel(5)};
}

lab to_lab(const linear_rgb& c) {
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124564 * c.red + 0.3575761 * c.green + 0.1804375 * c.blue) / 0.95047);
    const double y = f(0.2126729 * c.red + 0.7151522 * c.green + 0.0721750 * c.blue);
    const double z = f((0.0193339 * c.red + 0.1191920 * c.green + 0.9503041 * c.blue) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Relative luminance. Source: WCAG 2.1.
double luminance(std::string_view colour) {
    const linear_rgb c = linear(colour);
    return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
}

double contrast(std::string_view a, std::string_view b) {
    const double x = luminance(a) + 0.05;
    const double y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

/// How different two colours look. Source: Sharma, Wu, Dalal, The CIEDE2000 color-difference formula (2005).
double difference(const lab& first, const lab& second) {
    constexpr double degree = std::numbers::pi / 180;
    const auto seventh = [](double c) { return std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + std::pow(25.0, 7))); };
    const double mean = (std::hypot(first.a, first.b) + std::hypot(second.a, second.b)) / 2;
    const double more = 1 + 0.5 * (1 - seventh(mean));
    const double c1 = std::hypot(more * first.a, first.b);
    const double c2 = std::hypot(more * second.a, second.b);
    const auto hue = [&](const lab& x) {
        const double angle = x.a == 0 && x.b == 0 ? 0 : std::atan2(x.b, more * x.a) / degree;
        return angle < 0 ? angle + 360 : angle;
    };
    const double h1 = hue(first);
    const double h2 = hue(second);
    const bool grey = c1 * c2 == 0;
    const bool across = std::abs(h2 - h1) > 180;
    const double turn = grey ? 0 : across ? h2 - h1 + (h2 > h1 ? -360 : 360) : h2 - h1;
    const double sum = h1 + h2;
    const double h = grey ? sum : across ? (sum < 360 ? sum + 360 : sum - 360) / 2 : sum / 2;
    const double dh = 2 * std::sqrt(c1 * c2) * std::sin(turn / 2 * degree);
    const double l = (first.l + second.l) / 2 - 50;
    const double c = (c1 + c2) / 2;
    const double t = 1 - 0.17 * std::cos((h - 30) * degree) + 0.24 * std::cos(2 * h * degree) +
                     0.32 * std::cos((3 * h + 6) * degree) - 0.2 * std::cos((4 * h - 63) * degree);
    const double dl_ = (second.l - first.l) / (1 + 0.015 * l * l / std::sqrt(20 + l * l));
    const double dc_ = (c2 - c1) / (1 + 0.045 * c);
    const double dh_ = dh / (1 + 0.015 * c * t);
    const double bend = 60 * std::exp(-std::pow((h - 275) / 25, 2));
    return std::sqrt(dl_ * dl_ + dc_ * dc_ + dh_ * dh_ - 2 * seventh(c) * std::sin(bend * degree) * dc_ * dh_);
}

/// What remains of colours for eyes without one kind of cone.
/// Source: Machado, Oliveira, Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency
/// (2009).
using vision = std::array<double, 9>;
constexpr std::array<vision, 4> visions{{
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}};

lab seen(std::string_view colour, const vision& by) {
    const linear_rgb c = linear(colour);
    const auto row = [&](std::size_t i) { return clamped(by[i] * c.red + by[i + 1] * c.green + by[i + 2] * c.blue); };
    return to_lab({row(0), row(3), row(6)});
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

TEST_CASE("the formula of colour differences gives its published values") {
    CHECK(difference({50, 2.6772, -79.7751}, {50, 0, -82.7485}) == doctest::Approx(2.0425).epsilon(0.0001));
    CHECK(difference({50, 2.5, 0}, {73, 25, -18}) == doctest::Approx(27.1492).epsilon(0.0001));
    CHECK(difference({50, -1, 2}, {50, 0, 0}) == doctest::Approx(2.3669).epsilon(0.0001));
    CHECK(difference({2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}) == doctest::Approx(0.9082).epsilon(0.0001));
}

TEST_CASE("series are told apart, also by eyes without one kind of cone") {
    for (const colour_scheme& scheme : {light_scheme, dark_scheme})
        for (const vision& by : visions)
            for (std::size_t i = 0; i < scheme.series.size(); ++i)
                for (std::size_t j = 0; j < i; ++j) {
                    CAPTURE(i);
                    CAPTURE(j);
                    CHECK(difference(seen(scheme.series[i], by), seen(scheme.series[j], by)) > 15);
                }
}
