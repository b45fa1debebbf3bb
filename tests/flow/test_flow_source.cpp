// open_flows: rows do not depend on how the packets were read.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/csv.hpp>
#include <pcapframe/flow/flow_source.hpp>

using namespace pcapframe;

namespace {

constexpr const char* local = "tests/data/local.pcap";

std::string csv_of(const row_batch& rows) {
    sink out = sink::to_memory();
    csv_writer writer;
    writer.begin(out, rows.fields());
    writer.write(out, rows);
    return std::string(out.kept());
}

}  // namespace

TEST_CASE("partitions of packets, fed to one tracker in order, give the flows of the whole") {
    const flow_options options{.columns = "all"};
    auto source = open_flows(local, options);
    REQUIRE(source);
    const auto whole = source->read();
    REQUIRE(whole);
    CHECK(whole->rows() > 10);
    const auto plan = plan_flows(options);
    REQUIRE(plan);
    for (const std::uint64_t bytes : {300U, 2000U, 9000U}) {
        // Positions in the file are counted anew in each partition.
        auto packets = open_pcap(local, {.columns = plan->packet_columns, .partition_bytes = bytes});
        REQUIRE(packets);
        flow_tracker tracker(plan->rules, plan->needs);
        for (std::size_t i = 0; i < *packets->partitions(); ++i) {
            const auto part = packets->read_partition(i);
            REQUIRE(part);
            tracker.add(*part);
        }
        tracker.finish();
        row_batch rows(plan->fields);
        append_flows(rows, tracker);
        CHECK(csv_of(rows) == csv_of(*whole));
    }
}

TEST_CASE("a reader may stop, and read again") {
    auto source = open_flows(local);
    REQUIRE(source);
    std::size_t calls = 0;
    CHECK(source->for_each_batch([&](const row_batch&) { return ++calls == 0; }));
    CHECK(calls == 1);
    const auto again = source->read();
    REQUIRE(again);
    CHECK(again->fields().size() == 15);
    CHECK(source->packets() > again->rows());
    CHECK(again->get<flow_column::packets>().values()[0] > 0);
}

TEST_CASE("what is wrong with the options is told") {
    CHECK(open_flows(local, {.columns = "scr_host"}).error().message().find("src_host") != std::string::npos);
    CHECK(open_flows(local, {.columns = "bytes,bytes"}).error().code == errc::bad_value);
    CHECK(open_flows(local, {.rules = {.flows_max = std::size_t{1} << 40}}).error().code == errc::bad_value);
    CHECK(open_flows("tests/data/nothing.pcap").error().code == errc::cannot_open);
    CHECK(open_flows(local, {.packets = {.protocol = "tpc"}}).error().code == errc::unknown_name);
}
