// The same verbs with exceptions.
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/throwing.hpp>

#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("what works returns its value") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(500));
    const table all = throwing::read(path, {.all_frames = true});
    CHECK(all.rows() == 500);
    pcap_source source = throwing::open_pcap(path, {.all_frames = true, .chunksize = 100});
    std::size_t rows = 0;
    std::size_t batches = 0;
    throwing::for_each_batch(source, [&](const batch& part) {
        rows += part.rows();
        ++batches;
    });
    CHECK(rows == 500);
    CHECK(batches == 5);
}

TEST_CASE("what does not throws, with the message and the error") {
    CHECK_THROWS_AS(static_cast<void>(throwing::open_pcap("/nowhere/a.pcap")), throwing::exception);
    CHECK_THROWS_AS(static_cast<void>(throwing::read("/nowhere/a.pcap")), std::runtime_error);
    try {
        const pcap_source source = throwing::open_pcap("x", {.protocol = "tpc"});
        FAIL("not reached");
    } catch (const throwing::exception& e) {
        CHECK(std::string(e.what()) == "unknown protocol 'tpc'; did you mean 'tcp'?");
        CHECK(e.why().code == errc::unknown_name);
        CHECK(e.why().hint.view() == "tcp");
    }
}

TEST_CASE("results without a value") {
    CHECK_NOTHROW(throwing::value(result<void>()));
    CHECK_THROWS_AS(throwing::value(result<void>(error{.code = errc::closed, .detail = "source"})),
                    throwing::exception);
    CHECK(throwing::value(result<std::string>(std::string("moved"))) == "moved");
}
