// A split survives its line, however a JSON library writes it; a line that is cut, edited or foreign is an error.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/split_line.hpp>

#include "../bytes/random.hpp"

namespace {

using namespace pcapframe;

split example() {
    return {"/data/a b.pcapng", {5'000'000'000, "1795385296.754156756"},   4'294'967'296, 5'000'000'000,
            77'000'000,         {{0, 140}, {3'000'000'000, 3'000'000'032}}};
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string problem_of(std::string_view line) {
    const auto parsed = parse_split(line);
    return parsed ? std::string() : parsed.error().message();
}

/// The line of a split with a right checksum, whatever it says.
std::string line_of(split s) { return write_split(s); }

}  // namespace

TEST_CASE("the line of a split") {
    const std::string line = write_split(example());
    CHECK(line ==
          R"({"pcapframe_split":1,"file":"/data/a b.pcapng","bytes":5000000000,"modified":"1795385296.754156756",)"
          R"("begin":4294967296,"end":5000000000,"first_frame":77000000,)"
          R"("headers":[[0,140],[3000000000,3000000032]],"check":"cc82d2ed55b43172"})");
    CHECK(*parse_split(line) == example());
    CHECK(*parse_split(" " + line + "\r\n") == example());
}

TEST_CASE("a line may be written anew: order, blanks and escapes do not count") {
    split s = example();
    s.file = "/d\"\\\n\x01/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    const std::string line = write_split(s);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(*parse_split(line) == s);
    const std::string escaped =
        replaced(line, "/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", R"(\/\u00e9\u20AC\ud83d\ude00)");
    CHECK(*parse_split(escaped) == s);
    std::string spaced = replaced(line, R"("pcapframe_split":1,)", "\t");
    spaced = replaced(spaced, "}", ", \"pcapframe_split\" : 1 }");
    CHECK(*parse_split(replaced(spaced, "[[0,", " [ [ 0 , ")) == s);
}

TEST_CASE("a line that is cut anywhere is an error") {
    const std::string line = write_split(example());
    for (std::size_t size = 0; size < line.size(); ++size) {
        CAPTURE(size);
        CHECK(problem_of(std::string_view(line).substr(0, size)) ==
              "at byte " + std::to_string(parse_split(line.substr(0, size)).error().offset) +
                  ": the split is cut, or is no line that 'pcapframe plan' prints");
        if (size > 0) CHECK(!parse_split(std::string_view(line).substr(size)));
    }
    CHECK(!parse_split(line + "x"));
    CHECK(!parse_split(line + line));
}

TEST_CASE("a line of which any byte is another is an error, or says the same") {
    const std::string line = write_split(example());
    testing::random_numbers random(5);
    for (std::size_t at = 0; at < line.size(); ++at) {
        for (int i = 0; i < 20; ++i) {
            std::string changed = line;
            changed[at] = static_cast<char>(random.next());
            const auto parsed = parse_split(changed);
            CAPTURE(changed);
            CHECK((!parsed || *parsed == example()));
        }
    }
    const std::string other = "the split was changed after it was planned: its checksum is another";
    CHECK(problem_of(replaced(line, "4294967296", "4294967297")) == other);
    CHECK(problem_of(replaced(line, "[0,140],", "")) == other);
}

TEST_CASE("what is JSON but no split") {
    const std::string line = write_split(example());
    const auto no_line = [](const std::string& text) {
        return problem_of(text).ends_with("the split is cut, or is no line that 'pcapframe plan' prints");
    };
    CHECK(no_line("{}"));
    CHECK(no_line("[]"));
    CHECK(no_line(R"("pcapframe_split")"));
    CHECK(no_line(replaced(line, R"("pcapframe_split":1)", R"("pcapframe_split":2)")));
    CHECK(no_line(replaced(line, R"("begin":4294967296,)", "")));
    CHECK(no_line(replaced(line, R"("begin":)", R"("begin":1,"begin":)")));
    CHECK(no_line(replaced(line, R"("begin":)", R"("beginning":1,"begin":)")));
    for (const char* number : {"-1", "1.5", "1e3", "\"1\"", "null", "[1]", "18446744073709551616"}) {
        CAPTURE(number);
        CHECK(no_line(replaced(line, "77000000", number)));
    }
    for (const char* name : {"\\", "\\x", "\\u12", "\\u12g4", "\\ud800", "\\ud800\\u0041", "\\udc00", "\xff", "\t"}) {
        CAPTURE(name);
        CHECK(no_line(replaced(line, "a b", name)));
    }
}

TEST_CASE("a split that contradicts itself is an error, though its checksum is right") {
    split s = example();
    s.begin = 5'000'000'001;
    CHECK(problem_of(line_of(s)) == "/data/a b.pcapng: the split has a range that is none of the file");
    s = example();
    s.end = 5'000'000'001;
    CHECK(problem_of(line_of(s)) == "/data/a b.pcapng: the split has a range that is none of the file");
    s = example();
    s.first_frame = 0;
    CHECK(problem_of(line_of(s)) == "/data/a b.pcapng: the split begins with frame 0, but the first is 1");
    for (const std::vector<byte_range>& headers : std::vector<std::vector<byte_range>>{
             {{10, 10}}, {{20, 10}}, {{0, 20}, {10, 30}}, {{4'294'967'295, 4'294'967'297}}}) {
        s = example();
        s.headers = headers;
        CHECK(problem_of(line_of(s)) == "/data/a b.pcapng: the split has header blocks that are not in front of it");
    }
    s = example();
    s.file = "";
    CHECK(problem_of(line_of(s)) == "the split names no file");
    s.file = std::string("/a\0b", 4);
    CHECK(problem_of(line_of(s)).ends_with("the split names no file"));
}

TEST_CASE("a line has at most so many ranges") {
    split s = example();
    s.headers.clear();
    for (std::uint64_t i = 0; i < limits::split_headers_max; ++i) s.headers.push_back({3 * i, 3 * i + 2});
    CHECK(*parse_split(write_split(s)) == s);
    s.headers.push_back({4'000'000, 4'000'001});
    CHECK(!parse_split(write_split(s)));
}
