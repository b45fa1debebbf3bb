#include <cerrno>
#include <cstring>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <pcapframe/base/error.hpp>

using namespace pcapframe;

TEST_CASE("an error is a plain value") {
    static_assert(std::is_trivially_copyable_v<error>);
    static_assert(sizeof(error) <= 192);
    const error nothing_named{.code = errc::empty_input};
    CHECK(nothing_named.offset == no_offset);
    CHECK(nothing_named.message() == "is empty (0 bytes): no pcap or pcapng header");
}

TEST_CASE("about names the subject, once") {
    const error unnamed{.code = errc::empty_input};
    const error named = unnamed.about("a.pcap");
    CHECK(unnamed.subject.empty());
    CHECK(named.subject.view() == "a.pcap");
    CHECK(named.about("b.pcap").subject.view() == "a.pcap");
    CHECK(named.message() == "a.pcap: is empty (0 bytes): no pcap or pcapng header");
}

TEST_CASE("the system's reason comes last") {
    const error e{.code = errc::cannot_open, .system = ENOENT, .subject = {"a.pcap"}};
    CHECK(e.message() == std::string("a.pcap: cannot be opened: ") + std::strerror(ENOENT));
}

TEST_CASE("damage is told with its place and its numbers") {
    const error cut{.code = errc::cut_record, .offset = 1234, .number = 60, .other = 17, .detail = "packet record"};
    CHECK(cut.about("a.pcap").message() == "a.pcap: at byte 1234: the packet record is cut: 60 bytes needed, 17 there");

    const error mismatch{.code = errc::block_mismatch, .offset = 0, .number = 28, .other = 32};
    CHECK(mismatch.message() == "at byte 0: a pcapng block's two total lengths differ: 28 at its start, 32 at its end");
}

TEST_CASE("words of the file are shown as 32 bits of hexadecimal") {
    const error foreign{.code = errc::not_a_capture, .number = 0x7f454c46};
    CHECK(foreign.message().find("0x7f454c46") != std::string::npos);
    const error order{.code = errc::bad_byte_order, .number = 0x0a};
    CHECK(order.message().find("0x0000000a") != std::string::npos);
}

TEST_CASE("a wrong name is quoted, with the nearest right one where there is one") {
    error unknown{.code = errc::unknown_name, .detail = "column", .subject = {"protocl"}, .hint = {"protocol"}};
    CHECK(unknown.message() == "unknown column 'protocl'; did you mean 'protocol'?");
    unknown.hint = {};
    CHECK(unknown.message() == "unknown column 'protocl'");

    const error bad{.code = errc::bad_value, .detail = "a number of rows", .subject = {"-3"}};
    CHECK(bad.message() == "'-3' is not a number of rows");
}

TEST_CASE("every kind of error has a sentence of its own") {
    const error bare{};
    for (int code = 0; code <= static_cast<int>(errc::cancelled); ++code) {
        CAPTURE(code);
        error one = bare;
        one.code = static_cast<errc>(code);
        const std::string message = one.message();
        CHECK(message.size() > std::strlen("the  is"));
        CHECK(message.find('\n') == std::string::npos);
        for (int earlier = 0; earlier < code; ++earlier) {
            error other = bare;
            other.code = static_cast<errc>(earlier);
            // The two cut things read alike until `detail` names them.
            const bool cut_pair = one.code == errc::cut_record && other.code == errc::cut_header;
            const bool block_pair = one.code == errc::bad_block;
            if (!cut_pair && !block_pair) CHECK(message != other.message());
        }
    }
}
