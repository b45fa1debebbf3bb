#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <pcapframe/plot/number_text.hpp>

using namespace pcapframe::charts;

TEST_CASE("thousands are separated") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(12'345) == "12,345");
    CHECK(grouped(1'234'567) == "1,234,567");
    CHECK(grouped(~std::uint64_t{0}) == "18,446,744,073,709,551,615");
}

TEST_CASE("decimal fractions are rounded and lose their last zeros") {
    CHECK(decimal(0, 2) == "0");
    CHECK(decimal(1.005, 1) == "1");
    CHECK(decimal(1.25, 2) == "1.25");
    CHECK(decimal(99.996, 2) == "100");
    CHECK(decimal(-0.5, 2) == "-0.5");
    CHECK(decimal(0.05, 2) == "0.05");
    CHECK(fixed_point(1.5, 2) == "1.50");
    CHECK(fixed_point(2, 0) == "2");
    CHECK(fixed_point(0.07, 3) == "0.070");
}

TEST_CASE("what is no number is 0") {
    CHECK(decimal(std::nan(""), 2) == "0");
    CHECK(decimal(std::numeric_limits<double>::infinity(), 2) == "0");
    CHECK(decimal(-std::numeric_limits<double>::infinity(), 2) == "0");
    CHECK(decimal(1e300, 2) == "0");
    CHECK(scaled(1, 0, 100) == 0);
}

TEST_CASE("SI units have three digits") {
    CHECK(bytes_text(0) == "0 B");
    CHECK(bytes_text(7) == "7 B");
    CHECK(bytes_text(999) == "999 B");
    CHECK(bytes_text(1'000) == "1.00 kB");
    CHECK(bytes_text(1'234) == "1.23 kB");
    CHECK(bytes_text(15'950) == "16.0 kB");
    CHECK(bytes_text(999'499) == "999 kB");
    CHECK(bytes_text(999'500) == "1.00 MB");
    CHECK(bytes_text(~std::uint64_t{0}) == "18.4 EB");
    CHECK(si_text(2'000, "B", true) == "2 kB");
    CHECK(si_text(1'500'000, "", true) == "1.5 M");
    CHECK(si_text(0.001, "bit/s") == "< 0.01 bit/s");
    CHECK(short_packets_text(999'999) == "999,999 packets");
    CHECK(short_packets_text(12'345'678) == "12.3 M packets");
}

TEST_CASE("a share is neither none of something nor all of less") {
    CHECK(share_text(0, 10) == "0 %");
    CHECK(share_text(0, 0) == "0 %");
    CHECK(share_text(10, 10) == "100 %");
    CHECK(share_text(1, 3) == "33.3 %");
    CHECK(share_text(1, 2) == "50.0 %");
    CHECK(share_text(1, 100'000) == "< 0.1 %");
    CHECK(share_text(99'999, 100'000) == "> 99.9 %");
}

TEST_CASE("durations are told in one or two units") {
    constexpr std::uint64_t second = 1'000'000'000;
    CHECK(duration_text(0) == "0 s");
    CHECK(duration_text(90) == "90 ns");
    CHECK(duration_text(1'500) == "1.5 \xc2\xb5s");
    CHECK(duration_text(12'345'678) == "12.3 ms");
    CHECK(duration_text(59 * second) == "59 s");
    CHECK(duration_text(60 * second) == "1 min");
    CHECK(duration_text(364 * 86'400 * second) == "364 d");
    CHECK(duration_text(205 * second) == "3 min 25 s");
    CHECK(duration_text(3'600 * second) == "1 h");
    CHECK(duration_text(2 * 86'400 * second + 5 * 3'600 * second) == "2 d 5 h");
    CHECK(duration_text(400 * 86'400 * second) == "1.1 y");
    CHECK(duration_text(~std::uint64_t{0}) == "585 y");
}

TEST_CASE("one is counted in the singular") {
    CHECK(packets_text(0) == "0 packets");
    CHECK(packets_text(1) == "1 packet");
    CHECK(packets_text(1'000) == "1,000 packets");
}
