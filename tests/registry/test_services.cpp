// Services: filters and pictures name ports by the same list.
#include <set>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/registry/services.hpp>

using namespace pcapframe;

TEST_CASE("a port's name in pictures is a name of that port in filters") {
    std::set<std::string_view> names;
    for (const service& row : service_list) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        const auto ports = find_service(row.name);
        REQUIRE(ports);
        CHECK((ports->tcp || ports->udp));
        if (ports->tcp) CHECK(*ports->tcp == row.port);
        if (ports->udp) CHECK(*ports->udp == row.port);
        const auto of_port = find_service(service_name(row.port));
        REQUIRE(of_port);
        CHECK((of_port->tcp == row.port || of_port->udp == row.port));
    }
}

TEST_CASE("services by name and by port") {
    CHECK(service_name(514) == "syslog");
    CHECK(service_name(5061) == "sips");
    CHECK(service_name(7) == "echo");
    CHECK(service_name(6) == "");
    CHECK(service_name(65535) == "");
    CHECK(find_service("shell")->tcp == 514);
    CHECK_FALSE(find_service("shell")->udp);
    CHECK_FALSE(find_service("bootps")->tcp);
    CHECK(find_service("domain")->udp == 53);
    CHECK(find_service("sip-tls")->tcp == 5061);
    CHECK_FALSE(find_service("Domain"));
}
