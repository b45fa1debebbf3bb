// Tables as pandas prints them; the goldens were checked with it.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/table/print.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::int64_t start = 1'515'485'772'210'010'000;

std::vector<captured_packet> every_millisecond(std::size_t count) {
    std::vector<captured_packet> packets(count);
    for (std::size_t i = 0; i < count; ++i) packets[i].time = start + static_cast<std::int64_t>(i) * 1'000'000;
    return packets;
}

std::string line(const std::string& text, std::size_t number) {
    std::size_t begin = 0;
    while (number-- > 0) begin = text.find('\n', begin) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("the default columns") {
    const packet_batch made(
        "", {{.time = start}, {.time = start + 1000, .frame = udp6_packet}, {.time = no_time, .frame = icmp_packet}});
    CHECK(to_string(*made) ==
          "                        time     src_host  src_port      dst_host  dst_port protocol\n"
          "0 2018-01-09 08:16:12.210010    192.0.2.1     49153  198.51.100.2       443      tcp\n"
          "1 2018-01-09 08:16:12.210011  2001:db8::1        53   2001:db8::2     49154      udp\n"
          "2                        NaT    192.0.2.1      <NA>  198.51.100.2      <NA>     icmp\n");
}

TEST_CASE("nine digits where a row that is shown needs them, six elsewhere") {
    const packet_batch fine("time,ttl", {{.time = start}, {.time = start + 1}});
    CHECK(to_string(*fine) ==
          "                           time  ttl\n"
          "0 2018-01-09 08:16:12.210010000   64\n"
          "1 2018-01-09 08:16:12.210010001   64\n");
    // A row in the middle that is left out does not count.
    std::vector<captured_packet> packets = every_millisecond(61);
    packets[30].time += 1;
    CHECK(line(to_string(*packet_batch("time", packets)), 1) == "0  2018-01-09 08:16:12.210010");
    packets[60].time += 1;
    CHECK(line(to_string(*packet_batch("time", packets)), 1) == "0  2018-01-09 08:16:12.210010000");
    const packet_batch none("time", {{.time = no_time}});
    CHECK(to_string(*none) == "  time\n0  NaT\n");
}

TEST_CASE("sixty rows are all shown, of sixty-one the first and last five") {
    const std::string sixty = to_string(*packet_batch("time,src_port,protocol", every_millisecond(60)));
    CHECK(std::count(sixty.begin(), sixty.end(), '\n') == 61);
    CHECK(sixty.find("...") == std::string::npos);
    CHECK(line(sixty, 60) == "59 2018-01-09 08:16:12.269010     49153      tcp");
    CHECK(to_string(*packet_batch("time,src_port,protocol", every_millisecond(61))) ==
          "                         time  src_port protocol\n"
          "0  2018-01-09 08:16:12.210010     49153      tcp\n"
          "1  2018-01-09 08:16:12.211010     49153      tcp\n"
          "2  2018-01-09 08:16:12.212010     49153      tcp\n"
          "3  2018-01-09 08:16:12.213010     49153      tcp\n"
          "4  2018-01-09 08:16:12.214010     49153      tcp\n"
          "..                        ...       ...      ...\n"
          "56 2018-01-09 08:16:12.266010     49153      tcp\n"
          "57 2018-01-09 08:16:12.267010     49153      tcp\n"
          "58 2018-01-09 08:16:12.268010     49153      tcp\n"
          "59 2018-01-09 08:16:12.269010     49153      tcp\n"
          "60 2018-01-09 08:16:12.270010     49153      tcp\n"
          "\n[61 rows x 3 columns]\n");
}

TEST_CASE("the dots under a wide index are three") {
    const auto dots = [](std::size_t count) {
        return line(to_string(*packet_batch("ttl", every_millisecond(count))), 6);
    };
    CHECK(dots(100) == "..  ...");
    CHECK(dots(1000) == "..   ...");
    CHECK(dots(10'000) == "...   ...");
    CHECK(dots(10'001) == "...    ...");
}

TEST_CASE("every row on request, in pieces") {
    table_printer printer(packet_batch::order_of("time,src_port"), {.all_rows = true});
    CHECK(printer.take().empty());
    packet_batch made("time,src_port", every_millisecond(70));
    printer.add(*made);
    const std::string first = printer.take();
    CHECK(std::count(first.begin(), first.end(), '\n') == 71);
    CHECK(line(first, 0) == "                         time  src_port");
    CHECK(line(first, 70) == "69 2018-01-09 08:16:12.279010     49153");
    CHECK(printer.take().empty());
    made.rows().clear();
    packet_batch more("time,src_port", every_millisecond(2));
    more.rows().set_first_index(70);
    printer.add(*more);
    CHECK(printer.finish() ==
          "70 2018-01-09 08:16:12.210010     49153\n"
          "71 2018-01-09 08:16:12.211010     49153\n");
}

TEST_CASE("batches of a long table: the first rows of the first, the last of the last") {
    table_printer printer(packet_batch::order_of("frame_number"), {});
    for (std::uint64_t first = 0; first < 1000; first += 3) {
        packet_batch made("frame_number", every_millisecond(3));
        made.rows().set_first_index(first);
        printer.add(*made);
    }
    const std::string text = printer.finish();
    CHECK(line(text, 1) == "0                1");
    CHECK(line(text, 5) == "4                2");
    CHECK(line(text, 6) == "...            ...");
    CHECK(line(text, 7) == "997              2");
    CHECK(line(text, 11) == "1001             3");
    CHECK(text.ends_with("\n[1002 rows x 1 columns]\n"));
}

TEST_CASE("a table without rows") {
    CHECK(to_string(*packet_batch("", {})) ==
          "Empty DataFrame\nColumns: [time, src_host, src_port, dst_host, dst_port, protocol]\nIndex: []\n");
    table_printer printer(packet_batch::order_of("ttl"), {.all_rows = true});
    CHECK(printer.finish() == "Empty DataFrame\nColumns: [ttl]\nIndex: []\n");
}

TEST_CASE("columns in the middle are left out where the terminal is narrow") {
    const packet_batch made("", {{.time = start}});
    const auto at = [&](std::size_t width) { return to_string(*made, {.width = width}); };
    const std::string whole =
        "                        time   src_host  src_port      dst_host  dst_port protocol\n"
        "0 2018-01-09 08:16:12.210010  192.0.2.1     49153  198.51.100.2       443      tcp\n";
    CHECK(at(0) == whole);
    CHECK(at(83) == whole);
    // A line that fills the terminal would be followed by an empty one.
    CHECK(at(82) ==
          "                        time   src_host  ...  dst_port protocol\n"
          "0 2018-01-09 08:16:12.210010  192.0.2.1  ...       443      tcp\n"
          "\n[1 rows x 6 columns]\n");
    const std::string two =
        "                        time  ... protocol\n"
        "0 2018-01-09 08:16:12.210010  ...      tcp\n"
        "\n[1 rows x 6 columns]\n";
    CHECK(at(50) == two);
    // Never fewer than two columns, even where they do not fit.
    CHECK(at(10) == two);
    CHECK(at(1) == two);
}

TEST_CASE("both kinds of dots") {
    CHECK(to_string(*packet_batch("time,src_port,dst_port,ttl,stop", every_millisecond(61)), {.width = 50}) ==
          "                         time  ...      stop\n"
          "0  2018-01-09 08:16:12.210010  ...  complete\n"
          "1  2018-01-09 08:16:12.211010  ...  complete\n"
          "2  2018-01-09 08:16:12.212010  ...  complete\n"
          "3  2018-01-09 08:16:12.213010  ...  complete\n"
          "4  2018-01-09 08:16:12.214010  ...  complete\n"
          "..                        ...  ...       ...\n"
          "56 2018-01-09 08:16:12.266010  ...  complete\n"
          "57 2018-01-09 08:16:12.267010  ...  complete\n"
          "58 2018-01-09 08:16:12.268010  ...  complete\n"
          "59 2018-01-09 08:16:12.269010  ...  complete\n"
          "60 2018-01-09 08:16:12.270010  ...  complete\n"
          "\n[61 rows x 5 columns]\n");
}

TEST_CASE("payloads are shown by their first sixteen bytes") {
    const byte_string sixteen = ipv4({.protocol = 253}, counting(16));
    const byte_string seventeen = ipv4({.protocol = 253}, counting(17));
    CHECK(to_string(*packet_batch("payload", {{.frame = sixteen}, {.frame = seventeen}, {}})) ==
          "                               payload\n"
          "0     000102030405060708090a0b0c0d0e0f\n"
          "1  000102030405060708090a0b0c0d0e0f...\n"
          "2                               616263\n");
}

TEST_CASE("names of interfaces cannot take over a terminal, and their letters are counted as they are seen") {
    const std::vector<captured_packet> packets{
        {.interface = 0}, {.interface = 1}, {.interface = 2}, {.interface = 3}, {.interface = 4}};
    const packet_batch made("interface_name,ttl", packets,
                            {"eth0", "\x1b[2J\r\n\t\x7f", "", "\xc3\xa9\x74\xc3\xa9", "\xc2\x9b" "1m\x9b\xff\xc3"});
    CHECK(to_string(*made) ==
          "            interface_name  ttl\n"
          "0                     eth0   64\n"
          "1  \\x1b[2J\\x0d\\x0a\\x09\\x7f   64\n"
          "2                     <NA>   64\n"
          "3                      \xc3\xa9t\xc3\xa9   64\n"
          "4            \\xc2\\x9b1m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd   64\n");
}
