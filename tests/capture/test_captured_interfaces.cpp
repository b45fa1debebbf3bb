// The list of interfaces that a capture of all of them grows.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/capture/captured_interfaces.hpp>

using namespace pcapframe;

namespace {

interface_info any() {
    interface_info opened;
    opened.link_type = 276;
    opened.name = "any";
    opened.snaplen = 100;
    return opened;
}

}  // namespace

TEST_CASE("each interface has its place, in the order of first packets") {
    captured_interfaces met(any());
    unsigned asked = 0;
    const auto name_of = [&](std::uint32_t number) {
        ++asked;
        return "if" + std::to_string(number);
    };
    CHECK(met.list()->size() == 1);
    for (const std::uint32_t number : {7U, 7U, 3U, 7U, 0xffff'ffffU, 3U}) {
        const std::uint32_t place = met.place_of(number, name_of);
        CHECK((*met.list())[place].id == number);
        CHECK((*met.list())[place].name == "if" + std::to_string(number));
        CHECK((*met.list())[place].link_type == 276);
        CHECK((*met.list())[place].snaplen == 100);
    }
    CHECK(asked == 3);
    CHECK(met.list()->size() == 4);
    CHECK((*met.list())[0].name == "any");
}

TEST_CASE("what else is said is said in another list") {
    captured_interfaces met(any());
    const auto before = met.list();
    CHECK(met.place_of(2, [](std::uint32_t) { return "eth0"; }) == 1);
    CHECK(before == met.list());
    met.describe("udp", "Linux");
    CHECK(before->size() == 2);
    CHECK((*before)[1].filter.empty());
    CHECK((*met.list())[1].filter == "udp");
    CHECK((*met.list())[1].os == "Linux");
    // What comes later is described the same way.
    CHECK(met.place_of(3, [](std::uint32_t) { return ""; }) == 2);
    CHECK((*met.list())[2].filter == "udp");
    CHECK((*met.list())[2].name.empty());
}

TEST_CASE("of too many the rest are under the name that was opened") {
    captured_interfaces met(any());
    const auto name_of = [](std::uint32_t) { return std::string(); };
    bool is_in_order = true;
    for (std::uint32_t number = 1; number < limits::interfaces_max; ++number)
        is_in_order = is_in_order && met.place_of(number, name_of) == number;
    CHECK(is_in_order);
    for (std::uint32_t more = 1; more < 5; ++more) CHECK(met.place_of(2'000'000 + more, name_of) == 0);
    CHECK(met.list()->size() == limits::interfaces_max);
    CHECK(met.place_of(5, name_of) == 5);
}
