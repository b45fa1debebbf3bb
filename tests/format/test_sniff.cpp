// What a file is by its first bytes.
#include <doctest/doctest.h>

#include <pcapframe/format/sniff.hpp>

#include "captures.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("four bytes tell the capture formats") {
    for (const std::string_view magic : {"a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1"}) {
        CAPTURE(magic);
        const auto format = sniff(from_hex(magic));
        REQUIRE(format);
        CHECK(*format == capture_format::pcap);
    }
    CHECK(*sniff(from_hex("0a0d0d0a")) == capture_format::pcapng);
    static_assert(pcap_header::sniff(hex("a1b2c3d4")) == byte_order::big);
    static_assert(pcap_header::sniff(hex("d4c3b2a1")) == byte_order::little);
    static_assert(!pcap_header::sniff(hex("a1b2c3")) && !pcap_header::sniff(hex("a1b2c3d5")));
}

TEST_CASE("compressed files are named, with the command that unpacks them into a pipe") {
    const auto check = [](std::string_view magic, std::string_view name, std::string_view command) {
        CAPTURE(name);
        const auto format = sniff(from_hex(magic) + zeros(8));
        REQUIRE_FALSE(format);
        CHECK(format.error().code == errc::compressed_input);
        CHECK(format.error().detail == name);
        CHECK(format.error().hint.view().starts_with(command));
        CHECK(format.error().hint.view().ends_with("| pcapframe read -"));
    };
    check("1f8b0800", "gzip", "zcat ");
    check("28b52ffd", "zstd", "zstdcat ");
    check("04224d18", "LZ4", "lz4cat ");
    check("fd377a585a00", "xz", "xzcat ");
    check("425a6839", "bzip2", "bzcat ");
    check("504b0304", "zip", "unzip -p ");
}

TEST_CASE("other capture formats are named, with what converts them") {
    for (const std::string_view magic :
         {"aaaaaaaa20000000", "01104c00", "54525349464620206461746120202020 1a01", "58435000", "05564e46", "54520064",
          "7f766572 00", "0000020012050010"}) {
        const auto format = sniff(from_hex(magic) + from_hex("6500") + zeros(8));
        CAPTURE(magic);
        REQUIRE_FALSE(format);
        CHECK(format.error().code == errc::foreign_capture);
        CHECK(format.error().message().find("'editcap'") != std::string::npos);
    }
    byte_string trace = from_hex("00000100") + zeros(68) + from_hex("020002c0") + zeros(100);
    CHECK(std::string_view(sniff(trace).error().detail) == "Windows event trace (ETL)");
    CHECK(sniff(trace).error().message().find("'etl2pcapng'") != std::string::npos);
    trace[72 + 2] = 3;
    CHECK(sniff(trace).error().code == errc::not_a_capture);
}

TEST_CASE("anything else is told by how it begins, short or long") {
    const auto text = sniff(from_hex("68656c6c6f"));
    REQUIRE_FALSE(text);
    CHECK(text.error().code == errc::not_a_capture);
    CHECK(text.error().number == 0x68656c6c);
    CHECK(sniff(from_hex("0a")).error().number == 0x0a000000);
    CHECK(sniff(from_hex("a1b2c3")).error().code == errc::not_a_capture);
    CHECK(sniff({}).error().code == errc::empty_input);
}
