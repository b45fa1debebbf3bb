#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/plot/markup.hpp>
#include <pcapframe/plot/summary_json.hpp>

#include "well_formed.hpp"

using namespace pcapframe::charts;
using plot_test::problem_of;

TEST_CASE("elements are balanced, and what stands in them is escaped") {
    markup out;
    out.open("g").set("class", "a\"><b").open("rect").set("x", 1.5).set("width", percent{100.0 / 3}).close();
    out.element("title", "1 < 2 & 'x'").open("p").close().close();
    CHECK(out.take() ==
          "<g class=\"a&quot;&gt;&lt;b\"><rect x=\"1.5\" width=\"33.333%\"/>"
          "<title>1 &lt; 2 &amp; &#39;x&#39;</title><p></p></g>");
}

TEST_CASE("what may not be shown becomes the replacement character") {
    const std::string replaced(replacement_character);
    CHECK(shown_text("a\nb") == "a\nb");
    CHECK(shown_text(std::string_view("a\0b", 3)) == "a" + replaced + "b");
    CHECK(shown_text("\x1b[31m\t\r\x7f") == replaced + "[31m" + replaced + replaced + replaced);
    CHECK(shown_text("\xc2\x85") == replaced);  // a control character of Latin-1
    CHECK(shown_text("\xe2\x80\xae"
                     "abc") == replaced + "abc");   // right-to-left override
    CHECK(shown_text("\xef\xbf\xbf") == replaced);  // a noncharacter
    CHECK(shown_text("\xff\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") == replaced + "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST_CASE("bytes that are no UTF-8 are told") {
    CHECK(first_code_point("").length == 0);
    for (const std::string_view bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe2\x82", "\xed\xa0\x80",
          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe"})
        CHECK(first_code_point(bad).length == 0);
    CHECK(first_code_point("\xf4\x8f\xbf\xbd").value == 0x10'fffd);
    CHECK(first_code_point("\xed\x9f\xbf").value == 0xd7ff);
}

TEST_CASE("a JSON string can stand inside a script element") {
    CHECK(json_detail::json_text("</script><!--\"\\\n&") ==
          "\"\\u003c/script\\u003e\\u003c!--\\u0022\\u005c\\u000a\\u0026\"");
    CHECK(json_detail::json_text("\xff") == "\"\xef\xbf\xbd\"");
}

TEST_CASE("the checker of these tests finds what is wrong") {
    CHECK(problem_of("<!DOCTYPE html>\n<p a=\"1\">x<rect/>&amp;</p>\n") == "");
    CHECK(problem_of("<p>") != "");
    CHECK(problem_of("<p></g>") != "");
    CHECK(problem_of("</p>") != "");
    CHECK(problem_of("<p a=1></p>") != "");
    CHECK(problem_of("<p a=\"1\" a=\"2\"></p>") != "");
    CHECK(problem_of("<p a=\"<\"></p>") != "");
    CHECK(problem_of("<p>&</p>") != "");
    CHECK(problem_of("<p>\x01</p>") != "");
    CHECK(problem_of("<p>\xff</p>") != "");
    CHECK(problem_of("<script></p></script>") != "");
    CHECK(problem_of("<script>a < b</script>") == "");
}
