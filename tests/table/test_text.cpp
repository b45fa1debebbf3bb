// Values as text: dates against the C library over all that 64 bits hold, and every form of a cell.
#include <ctime>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/table/text.hpp>

#include "../bytes/hex.hpp"
#include "../bytes/random.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min() + 1;
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

constexpr bool is_date(std::int64_t time, int year, unsigned month, unsigned day) {
    const civil_time t = to_civil(time);
    return t.year == year && t.month == month && t.day == day;
}

std::string iso(std::int64_t time) {
    char text[fixed_text_bytes_max];
    return {text, write_iso_time(text, time)};
}

std::string shown(std::int64_t time, bool nanoseconds) {
    char text[fixed_text_bytes_max];
    return {text, write_table_time(text, time, nanoseconds)};
}

template <class Value>
std::string text_of(const Value& value) {
    std::string text(fixed_text_bytes_max + 64, '\0');
    text.resize(static_cast<std::size_t>(write_text(text.data(), value) - text.data()));
    return text;
}

/// Whether to_civil agrees with gmtime_r.
bool agrees(std::int64_t time) {
    std::int64_t seconds = time / second;
    std::int64_t fraction = time % second;
    if (fraction < 0) {
        fraction += second;
        --seconds;
    }
    const std::time_t when = seconds;
    std::tm broken{};
    if (::gmtime_r(&when, &broken) == nullptr) return false;
    const civil_time t = to_civil(time);
    return t.year == broken.tm_year + 1900 && t.month == static_cast<unsigned>(broken.tm_mon + 1) &&
           t.day == static_cast<unsigned>(broken.tm_mday) && t.hour == static_cast<unsigned>(broken.tm_hour) &&
           t.minute == static_cast<unsigned>(broken.tm_min) && t.second == static_cast<unsigned>(broken.tm_sec) &&
           t.nanosecond == static_cast<std::uint32_t>(fraction);
}

}  // namespace

TEST_CASE("real numbers: the shortest text that is read back, without an exponent where that is readable") {
    CHECK(text_of(0.0) == "0");
    CHECK(text_of(3.5e9) == "3500000000");
    CHECK(text_of(1.0 / 3) == "0.3333333333333333");
    CHECK(text_of(-123.456) == "-123.456");
    CHECK(text_of(1e15 + 0.5) == "1000000000000000.5");
    CHECK(text_of(1e16) == "1e+16");
    CHECK(text_of(9e-5) == "9e-05");
    CHECK(text_of(0.00012345678901234567) == "0.00012345678901234567");
}

TEST_CASE("dates that are known") {
    static_assert(is_date(0, 1970, 1, 1));
    static_assert(is_date(-1, 1969, 12, 31));
    static_assert(is_date(951'782'400 * second, 2000, 2, 29));
    static_assert(is_date(951'868'800 * second - 1, 2000, 2, 29));
    static_assert(is_date(951'868'800 * second, 2000, 3, 1));
    static_assert(is_date(4'107'542'400 * second, 2100, 3, 1));
    static_assert(is_date(4'107'542'400 * second - 1, 2100, 2, 28));
    static_assert(is_date(-2'203'891'200 * second, 1900, 3, 1));
    static_assert(is_date(earliest, 1677, 9, 21) && is_date(latest, 2262, 4, 11));
    CHECK(iso(1'515'485'772'210'010'000) == "2018-01-09T08:16:12.210010000Z");
}

TEST_CASE("dates agree with gmtime_r over the whole range") {
    random_numbers random(1970);
    CHECK(agrees(earliest));
    CHECK(agrees(latest));
    unsigned wrong = 0;
    for (int i = 0; i < 400'000; ++i) wrong += agrees(static_cast<std::int64_t>(random.next())) ? 0U : 1U;
    // Every day that begins, and the nanosecond before.
    constexpr std::int64_t day = 86'400 * second;
    for (std::int64_t midnight = earliest / day * day; midnight < latest - day; midnight += day) {
        wrong += agrees(midnight) ? 0U : 1U;
        if (midnight > earliest) wrong += agrees(midnight - 1) ? 0U : 1U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("times as ISO 8601 and as pandas shows them") {
    CHECK(iso(0) == "1970-01-01T00:00:00.000000000Z");
    CHECK(iso(1) == "1970-01-01T00:00:00.000000001Z");
    CHECK(iso(-1) == "1969-12-31T23:59:59.999999999Z");
    CHECK(iso(earliest) == "1677-09-21T00:12:43.145224193Z");
    CHECK(iso(latest) == "2262-04-11T23:47:16.854775807Z");
    CHECK(shown(1'515'485'772'210'010'000, false) == "2018-01-09 08:16:12.210010");
    CHECK(shown(1'515'485'772'210'010'001, true) == "2018-01-09 08:16:12.210010001");
    CHECK(shown(-1, false) == "1969-12-31 23:59:59.999999");
}

TEST_CASE("times one after the other, near and far, are each their own") {
    random_numbers random(8601);
    iso_time_writer writer;
    std::int64_t time = 1'515'485'772'999'999'990;
    for (int i = 0; i < 20'000; ++i) {
        char text[fixed_text_bytes_max];
        REQUIRE(std::string(text, writer.write(text, time)) == iso(time));
        switch (random.below(4)) {
            case 0: time += random.below(30); break;
            case 1: time -= random.below(second); break;
            case 2: time = static_cast<std::int64_t>(random.next()); break;
            default: time = -time; break;
        }
        if (time < earliest) time = earliest;
    }
}

TEST_CASE("numbers of every width") {
    CHECK(text_of(std::uint8_t{0}) == "0");
    CHECK(text_of(std::uint8_t{255}) == "255");
    CHECK(text_of(std::uint32_t{4'294'967'295}) == "4294967295");
    CHECK(text_of(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    for (unsigned value = 0; value < 65'536; ++value)
        REQUIRE(text_of(static_cast<std::uint16_t>(value)) == std::to_string(value));
}

TEST_CASE("protocols, stops, addresses and bytes") {
    CHECK(text_of(ip_protocol_id(6)) == "tcp");
    CHECK(text_of(ip_protocol_id(253)) == "253");
    CHECK(text_of(ethertype_protocol_id(0x0806)) == "arp");
    CHECK(text_of(ethertype_protocol_id(0xabcd)) == "0xabcd");
    CHECK(text_of(llc_protocol_id(0x42)) == "stp");
    CHECK(text_of(stop{}) == "complete");
    CHECK(text_of(stop{stop_reason::too_many_layers, layer::brcm_tag_prepend}) == "too_many_layers:brcm_tag_prepend");
    CHECK(text_of(mac_address{{0, 1, 2, 0xfd, 0xfe, 0xff}}) == "00:01:02:fd:fe:ff");
    CHECK(text_of(bytes_view(hex("00 7f 80 ff"))) == "007f80ff");
    CHECK(text_of(bytes_view{}).empty());
    CHECK(text_of(std::string_view("eth0")) == "eth0");
}

TEST_CASE("no value of fixed size is longer than promised") {
    for (unsigned id = 0; id < 65'536; ++id)
        REQUIRE(text_of(protocol_id{static_cast<std::uint16_t>(id)}).size() <= fixed_text_bytes_max);
    for (unsigned r = 0; r <= static_cast<unsigned>(stop_reason::too_many_layers); ++r)
        for (unsigned l = 0; l <= static_cast<unsigned>(layer::payload); ++l)
            REQUIRE(text_of(stop{static_cast<stop_reason>(r), static_cast<layer>(l)}).size() <= fixed_text_bytes_max);
    static_assert(iso_time_writer::bytes <= fixed_text_bytes_max && ip_text_bytes_max <= fixed_text_bytes_max);
}
