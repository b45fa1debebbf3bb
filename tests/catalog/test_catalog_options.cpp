#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/named_options.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

/// What an option makes of a request, or why not.
std::string set(std::string_view name, std::string_view value) {
    read_request request;
    const result<void> done = set_argument(request, name, yaml::read(value).root);
    return done ? shown(named_values(request)) : done.error().message();
}

}  // namespace

TEST_CASE("the snapshot length, by intake-pcap's name for it, too") {
    for (const std::string_view name : {"snaplen", "max_packet"}) {
        read_request request;
        REQUIRE(set_argument(request, "interface", yaml::read("en0").root));
        REQUIRE(set_argument(request, name, yaml::read("100").root));
        CHECK(shown(named_values(request)) == "{\"urlpath\": null, \"interface\": \"en0\", \"snaplen\": 100}");
    }
    CHECK(set("max_packet", "-1") == "'snaplen=-1' is not a number of bytes");
}

TEST_CASE("options are set by name") {
    CHECK(set("urlpath", "a.pcap") == "{\"urlpath\": \"a.pcap\"}");
    CHECK(set("urlpath", "[a, b]") == "{\"urlpath\": [\"a\", \"b\"]}");
    CHECK(set("urlpath", "~") == "{\"urlpath\": []}");
    CHECK(set("protocol", "icmp6") == "{\"urlpath\": [], \"protocol\": \"icmp6\"}");
    CHECK(set("protocol", "17") == "{\"urlpath\": [], \"protocol\": \"17\"}");
    CHECK(set("payload", "true") == "{\"urlpath\": [], \"payload\": true}");
    CHECK(set("payload", "false") == "{\"urlpath\": []}");
    CHECK(set("columns", "[time, len]") == "{\"urlpath\": [], \"columns\": \"time,len\"}");
    CHECK(set("all_frames", "true") == "{\"urlpath\": [], \"all_frames\": true}");
    CHECK(set("limit", "10") == "{\"urlpath\": [], \"limit\": 10}");
    CHECK(set("chunksize", "10") == "{\"urlpath\": [], \"chunksize\": 10}");
    CHECK(set("merge", "true") == "{\"urlpath\": [], \"merge\": true}");
    CHECK(set("partition_bytes", "1000000") == "{\"urlpath\": [], \"partition_bytes\": 1000000}");
    CHECK(set("interface", "en0") == "{\"urlpath\": null, \"interface\": \"en0\"}");
    // Of files it says nothing.
    CHECK(set("timeout", "10") == "{\"urlpath\": []}");
    CHECK(set("metadata", "{a: b}") == "{\"urlpath\": []}");
}

TEST_CASE("names that are not known and values of the wrong kind") {
    CHECK(set("protocl", "tcp") == "unknown option 'protocl'; did you mean 'protocol'?");
    CHECK(set("whatever", "tcp") == "unknown option 'whatever'");
    CHECK(set("urlpath", "{a: b}") == "'urlpath=a mapping' is not a path or a list of paths");
    CHECK(set("urlpath", "[a, ~]") == "'urlpath=a list' is not a path or a list of paths");
    CHECK(set("protocol", "tpc") == "unknown protocol 'tpc'; did you mean 'tcp'?");
    CHECK(set("protocol", "-1") == "'protocol=-1' is not text");
    CHECK(set("payload", "1") == "'payload=1' is not true or false");
    CHECK(set("columns", "tme") == "unknown column 'tme'; did you mean 'time'?");
    CHECK(set("columns", "5") == "'columns=5' is not a list of names");
    CHECK(set("limit", "0") == "'limit=0' is not a number of rows, 1 or more");
    CHECK(set("limit", "1.5") == "'limit=1.5' is not a number of rows, 1 or more");
    CHECK(set("partition_bytes", "-1") == "'partition_bytes=-1' is not a number of bytes");
    CHECK(set("chunksize", "ten") == "'chunksize=ten' is not a number of rows, 1 or more");
    CHECK(set("interface", "''") == "'interface=' is not the name of an interface");
    CHECK(set("interface", "5") == "'interface=5' is not the name of an interface");
    CHECK(set("timeout", "-1") == "'timeout=-1' is not a number of milliseconds");
    CHECK(set("timeout", "3000000000") == "'timeout=3000000000' is not a number of milliseconds");
}

TEST_CASE("an option that fails leaves the request as it was") {
    read_request request{.paths = {"a"}, .options = {.protocol = "tcp"}};
    CHECK_FALSE(set_argument(request, "protocol", yaml::node::from(std::string_view("tpc"))));
    CHECK(request.options.protocol == "tcp");
    CHECK(set_argument(request, "protocol", yaml::node()));
    CHECK(request.options.protocol == "tcp");
}
