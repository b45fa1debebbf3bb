// Rows of a kind that is defined beside its code, here in messages.hpp: nothing in the library knows its fields.
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/print.hpp>

#include "messages.hpp"

using namespace pcapframe;
using namespace testing;
using enum testing::message_field;

namespace {

row_batch messages(const std::vector<message_field>& fields) {
    row_batch rows{schema(fields)};
    fill_messages(rows);
    return rows;
}

}  // namespace

TEST_CASE("values of every stored type come back, with their nulls") {
    const row_batch rows = messages(all_message_fields());
    REQUIRE(rows.rows() == 4);
    CHECK(rows.get<when>()[0] == 1'500'000'000'000'000'000);
    CHECK(to_string(*rows.get<client>()[1]) == "192.0.2.2");
    CHECK(rows.get<query>()[0] == "example.org");
    CHECK(rows.get<query>()[1] == "\xef\xbf\xbd.example");
    CHECK(rows.get<host>()[0] == "caf\xe9 \"x\",y");
    REQUIRE(rows.get<answers>()[0]->size() == 2);
    CHECK((*rows.get<answers>()[0])[1] == "a \"b\"");
    REQUIRE(rows.get<ttls>()[0]->size() == 3);
    CHECK((*rows.get<ttls>()[0])[2] == ~std::uint64_t{0});
    CHECK(rows.get<interface>()[1] == "eth,0");
    CHECK(rows.get<last>()[1] == 8);
    for (const column_ref& c : rows.fields()) {
        with_type(type_of(c), [&](auto stored) {
            const auto view = rows.view<typename decltype(stored)::type>(c);
            CAPTURE(name_of(c));
            CHECK_FALSE(view.is_null(0));
            CHECK_FALSE(view.is_null(1));
            CHECK(view.is_null(2));
        });
    }
    CHECK(rows.get<query>()[3] == "");
    CHECK(rows.get<answers>()[3]->empty());
    CHECK(rows.get<ttls>()[3]->empty());
    CHECK(rows.get<raw>()[3]->empty());
    CHECK(rows.get<last>().is_null(3));
}

TEST_CASE("each word of validity has the family of its own addresses") {
    const row_batch rows = messages({client, resolver});
    CHECK(to_string(*rows.get<client>()[0]) == "192.0.2.1");
    CHECK(to_string(*rows.get<resolver>()[0]) == "2001:db8::1");
    CHECK((rows.validity(0)[0] & ipv6_bit) == 0);
    CHECK((rows.validity(1)[0] & ipv6_bit) != 0);
}

TEST_CASE("a word of validity exists where a column has its bit, and the first one always") {
    CHECK(schema(std::vector{when, transport}).words().size() == 1);
    CHECK(schema(std::vector{when, query}).words().size() == 2);
    const schema far(std::vector{last, when});
    REQUIRE(far.words().size() == 2);
    CHECK(far.words()[1] == 3);
    CHECK(far[0].word == 1);
    CHECK(far[1].word == 0);
    CHECK(schema(std::vector{last}).words().size() == 2);
    CHECK(schema().words().empty());
    CHECK(row_batch().validity().empty());
}

TEST_CASE("columns are found by field and by name, and what a batch does not have is left out") {
    const row_batch rows = messages({last, query});
    CHECK(rows.has(query));
    CHECK_FALSE(rows.has(when));
    CHECK(rows.fields().find("last")->position == 0);
    CHECK(rows.fields().find("query")->position == 1);
    CHECK(rows.fields().find("when") == nullptr);
    CHECK(rows.fields().find("filler") == nullptr);
    CHECK(rows.get<last>()[0] == 7);
    CHECK(rows.fields() == schema(std::vector{last, query}));
    CHECK_FALSE(rows.fields() == schema(std::vector{query, last}));
    CHECK_FALSE(rows.fields() == schema(std::vector{last}));
}

TEST_CASE("what rows own and hold goes along when they are appended, picked and moved") {
    row_batch all{schema(all_message_fields())};
    {
        auto some = std::make_unique<row_batch>(schema(all_message_fields()));
        for (int round = 0; round < 3; ++round) {
            fill_messages(*some);
            some->own_views(0);
            all.append(*some);
            some->clear();
        }
        // The memory that was cleared is used for other rows.
        fill_messages(*some);
        const std::array<std::uint32_t, 2> picked{3, 1};
        all.append_rows(*some, picked);
    }
    const row_batch moved = std::move(all);
    REQUIRE(moved.rows() == 14);
    for (std::size_t i : {std::size_t{0}, std::size_t{4}, std::size_t{8}}) {
        CHECK(moved.get<query>()[i] == "example.org");
        CHECK(moved.get<host>()[i] == "caf\xe9 \"x\",y");
        CHECK((*moved.get<answers>()[i])[0] == "192.0.2.7");
        CHECK((*moved.get<ttls>()[i])[0] == 300);
        CHECK(moved.get<last>()[i] == 7);
        CHECK(moved.get<last>().is_null(i + 2));
        CHECK(moved.get<interface>()[i] == "eth,0");
    }
    CHECK(moved.get<query>()[12] == "");
    CHECK(moved.get<last>().is_null(12));
    CHECK(moved.get<query>()[13] == "\xef\xbf\xbd.example");
    CHECK(to_string(*moved.get<resolver>()[13]) == "2001:db8::2");
    row_batch fewer{schema(std::vector{resolver, last})};
    const std::array<std::uint32_t, 2> picked{13, 12};
    fewer.append_rows(moved, picked);
    CHECK(to_string(*fewer.get<resolver>()[0]) == "2001:db8::2");
    CHECK(fewer.get<last>()[0] == 8);
    CHECK(fewer.get<last>().is_null(1));
}

TEST_CASE("the writer of loops clears the words behind the first, whatever was in a place before") {
    row_batch rows{schema(std::vector{when, last})};
    for (int round = 0; round < 2; ++round) {
        rows.clear();
        basic_batch_writer<message_fields> writer(rows, 4);
        std::size_t row = writer.first_row();
        for (const bool keep : {true, false, true, true}) {
            writer.begin_row(row);
            const row_place place = writer.place(row);
            place.set<when>(std::int64_t{5});
            if (!keep || round == 0) {
                place.set<last>(std::uint32_t{9});
                place.mark<last>();
            }
            place.mark<later>();  // of a word that is not there
            row = writer.end_row(row, bit_of_field(0), keep);
        }
        writer.finish(row);
        REQUIRE(rows.rows() == 3);
        for (std::size_t i = 0; i < 3; ++i) CHECK(rows.get<last>().is_null(i) == (round == 1));
        CHECK(rows.get<when>()[2] == 5);
    }
}

TEST_CASE("a printed table of any kind") {
    const row_batch rows = messages({when, query, answers, ttls, host, hop, later, body});
    const std::string lines[] = {
        "                        when        query             answers                            ttls           host"
        "   hop                         later          body",
        "0 2017-07-14 02:40:00.000000  example.org  [192.0.2.7, a \"b\"]  [300, 0, 18446744073709551615]  caf\\xe9"
        " \"x\",y    64 2020-09-13 12:26:40.000000001  two\\x0alines",
        "1 2017-07-14 02:40:00.000001    " "\xef\xbf\xbd.example         [192.0.2.7]                        [300, 0]"
        "          plain    65 2020-09-13 12:26:40.000000002  two\\x0alines",
        "2                        NaT         <NA>                <NA>                            <NA>           <NA>"
        "  <NA>                           NaT          <NA>",
        "3                        NaT                               []                              []               "
        "  <NA>                           NaT          <NA>",
    };
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    CHECK(to_string(rows) == text);
}
