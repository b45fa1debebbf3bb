// Times in every form.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include <time.h>

#include <doctest/doctest.h>

#include <pcapframe/table/time_form.hpp>

using namespace pcapframe;

namespace {

constexpr std::int64_t sample = 1'515'485'772'210'010'000;  // 2018-01-09T08:16:12.21001Z

std::string text(std::int64_t time, time_form form, const time_reference& from = {}) {
    char out[fixed_text_bytes_max];
    return {out, write_time(out, time, form, from)};
}

void set_zone(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
}

}  // namespace

TEST_CASE("seconds have nine digits and a sign where they go back") {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(text(sample, time_form::epoch) == "1515485772.210010000");
    CHECK(text(-1, time_form::epoch) == "-0.000000001");
    CHECK(text(least, time_form::epoch) == "-9223372036.854775808");
    CHECK(text(sample, time_form::delta) == "0.000000000");
    CHECK(text(sample, time_form::delta, {.first = 5, .before = sample + 1}) == "-0.000000001");
    CHECK(text(sample, time_form::relative, {.first = sample - 1'500'000'000, .before = 0}) == "1.500000000");
    CHECK(text(most, time_form::relative, {.first = least, .before = least}) == "18446744073.709551615");
    CHECK(text(least, time_form::delta, {.first = most, .before = most}) == "-18446744073.709551615");
}

TEST_CASE("local times have the zone's distance from UTC") {
    set_zone("Asia/Kolkata");
    CHECK(text(sample, time_form::local) == "2018-01-09T13:46:12.210010000+05:30");
    set_zone("America/New_York");
    CHECK(text(sample, time_form::local) == "2018-01-09T03:16:12.210010000-05:00");
    CHECK(text(sample + 181LL * 86'400'000'000'000, time_form::local) == "2018-07-09T04:16:12.210010000-04:00");
    CHECK(text(-1, time_form::local) == "1969-12-31T18:59:59.999999999-05:00");
    set_zone("UTC");
    CHECK(text(sample, time_form::local) == "2018-01-09T08:16:12.210010000+00:00");
    CHECK(text(sample, time_form::utc) == "2018-01-09T08:16:12.210010000Z");
}

TEST_CASE("references are those of each column, and rows without a time are stepped over") {
    time_references references;
    CHECK(references.take(1, 10).before == std::nullopt);
    CHECK(references.take(0, 5).first == 5);
    CHECK(references.take(1, 20).before == 10);
    CHECK(references.take(1, 40).first == 10);
    CHECK(references.take(0, 9).before == 5);
}

TEST_CASE("names of forms") {
    for (const time_form_info& known : time_forms) CHECK(find_time_form(known.name).value() == known.form);
    CHECK(find_time_form("realtive").error().hint.view() == "relative");
}
