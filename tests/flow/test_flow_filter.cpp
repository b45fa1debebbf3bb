// The packets of one flow, cut out.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/flow/flow_filter.hpp>

using namespace pcapframe;

namespace {

constexpr const char* local = "tests/data/local.pcap";

std::string marks(frame_selector& selector, std::uint64_t first_frame, std::size_t count) {
    const std::vector<record> records(count);
    std::vector<std::uint8_t> keep(count, 7);
    REQUIRE(selector.mark({records, first_frame}, keep));
    std::string text;
    for (const std::uint8_t kept : keep) text += kept != 0 ? 'x' : '.';
    return text;
}

std::string refusal(const std::string& path, std::string_view which, const flow_options& options = {}) {
    const auto filter = filter_for_flow(path, which, options);
    return filter ? std::string() : filter.error().message();
}

}  // namespace

TEST_CASE("records are wanted by their numbers in the file, in whatever runs they come") {
    frame_selector selector(std::make_shared<const std::vector<std::uint64_t>>(std::vector<std::uint64_t>{1, 4, 5, 9}));
    CHECK(marks(selector, 1, 10) == "x..xx...x.");
    CHECK(marks(selector, 4, 2) == "xx");
    CHECK(marks(selector, 6, 3) == "...");
    CHECK(marks(selector, 10, 2) == "..");
    CHECK(marks(selector, 1, 0).empty());
}

TEST_CASE("the packets of a flow are those that its row counts, of the same options") {
    for (const char* protocol : {"", "tcp"}) {
        const flow_options options{.columns = "flow_id,packets,bytes", .packets = {.protocol = protocol}};
        auto source = open_flows(local, options);
        REQUIRE(source);
        const auto flows = source->read();
        REQUIRE(flows);
        for (std::size_t i = 0; i < flows->rows(); ++i) {
            const std::uint64_t id = *flows->get<flow_column::flow_id>()[i];
            const auto filter = filter_for_flow(local, std::to_string(id), options);
            REQUIRE(filter);
            auto packets = open_pcap(local, {.filter = *filter, .columns = "len", .threads = 1});
            REQUIRE(packets);
            std::uint64_t count = 0, bytes = 0;
            REQUIRE(packets->for_each_row<column::len>([&](auto len) { ++count, bytes += *len; }));
            CHECK(count == *flows->get<flow_column::packets>()[i]);
            CHECK(bytes == *flows->get<flow_column::bytes>()[i]);
        }
    }
}

TEST_CASE("what cannot be cut out is told") {
    CHECK(refusal(local, "1").empty());
    CHECK(refusal(local, "100000").find("'100000' is not a flow of this capture") != std::string::npos);
    CHECK(refusal(local, "0").find("flow_id") != std::string::npos);
    CHECK(refusal(local, "1:nonsense").find("not a flow of this capture") != std::string::npos);
    CHECK(refusal("tests/data/*.pcap", "1").find("read twice") != std::string::npos);
    CHECK(refusal(local, "1", {.packets = {.at = "inner"}}).find("outermost") != std::string::npos);
    CHECK(!refusal("tests/data/nothing.pcap", "1").empty());
}
