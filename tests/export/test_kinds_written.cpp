// Rows of a kind that only the test knows, in the formats of text. (check_kinds.py reads the others back.)
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/csv.hpp>
#include <pcapframe/export/jsonl.hpp>
#include <pcapframe/io/sink.hpp>

#include "../table/messages.hpp"

using namespace pcapframe;
using namespace testing;
using enum testing::message_field;

namespace {

template <class Writer>
std::string written(const std::vector<message_field>& fields) {
    row_batch rows{schema(fields)};
    fill_messages(rows);
    sink out = sink::to_memory();
    Writer writer;
    writer.begin(out, rows.fields());
    writer.write(out, rows);
    writer.finish(out);
    return std::string(out.kept());
}

}  // namespace

TEST_CASE("csv of any kind: lists as JSON, text of packets as valid UTF-8, quotes where they are needed") {
    CHECK(written<csv_writer>({when, query, answers, ttls, host, body, interface, last}) ==
          "when,query,answers,ttls,host,body,interface,last\n"
          "2017-07-14T02:40:00.000000000Z,example.org,\"[\"\"192.0.2.7\"\",\"\"a \\\"\"b\\\"\"\"\"]\","
          "\"[300,0,18446744073709551615]\",\"caf\xef\xbf\xbd \"\"x\"\",y\",\"two\nlines\",\"eth,0\",7\n"
          "2017-07-14T02:40:00.000001000Z,\xef\xbf\xbd.example,\"[\"\"192.0.2.7\"\"]\",\"[300,0]\",plain,"
          "\"two\nlines\",\"eth,0\",8\n"
          ",,,,,,,\n"
          ",,[],[],,,,\n");
}

TEST_CASE("jsonl of any kind: lists as arrays") {
    CHECK(written<jsonl_writer>({client, resolver, raw, query, answers, ttls, host, total}) ==
          "{\"client\":\"192.0.2.1\",\"resolver\":\"2001:db8::1\",\"raw\":\"dead2c\",\"query\":\"example.org\","
          "\"answers\":[\"192.0.2.7\",\"a \\\"b\\\"\"],\"ttls\":[300,0,18446744073709551615],"
          "\"host\":\"caf\xef\xbf\xbd \\\"x\\\",y\",\"total\":1099511627776}\n"
          "{\"client\":\"192.0.2.2\",\"resolver\":\"2001:db8::2\",\"raw\":\"dead\",\"query\":\"\xef\xbf\xbd.example\","
          "\"answers\":[\"192.0.2.7\"],\"ttls\":[300,0],\"host\":\"plain\",\"total\":2199023255552}\n"
          "{\"client\":null,\"resolver\":null,\"raw\":null,\"query\":null,\"answers\":null,\"ttls\":null,\"host\":null,"
          "\"total\":null}\n"
          "{\"client\":null,\"resolver\":null,\"raw\":\"\",\"query\":\"\",\"answers\":[],\"ttls\":[],\"host\":\"\","
          "\"total\":null}\n");
}
