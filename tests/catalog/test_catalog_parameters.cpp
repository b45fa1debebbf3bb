#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

/// What a value becomes as one of a type ("int", "list[int]"), or why it does not.
std::string converted(std::string_view value, parameter_type type, std::optional<parameter_type> items = std::nullopt) {
    const yaml::node from = yaml::read(value).root;
    const text_result<yaml::node> made = convert_value(from, type, items);
    if (made) return shown(*made);
    const std::string subject = value_text(from) + " ";
    const std::string& reason = made.problems()[0].reason;
    CHECK(reason.starts_with(subject));
    return reason.substr(subject.size());
}

catalog with_parameters(std::string_view args, std::string_view parameters) {
    const std::string text = "sources:\n  a:\n    driver: pcap\n    args: " + std::string(args) +
                             "\n    parameters: " + std::string(parameters) + "\n";
    text_result<catalog> made = catalog::parse(text, "c.yml");
    const std::string message = made.message();
    CAPTURE(message);
    REQUIRE(made);
    return std::move(*made);
}

std::string asked(const catalog& from, std::string_view given = "{}") {
    const text_result<read_request> request = from.request("a", yaml::read(given).root);
    return request ? shown(named_values(*request)) : request.message();
}

}  // namespace

TEST_CASE("values become what their type says, or nothing") {
    using enum parameter_type;
    CHECK(converted("true", boolean) == "true");
    CHECK(converted("'False'", boolean) == "false");
    CHECK(converted("'yes'", boolean) == "true");
    CHECK(converted("0", boolean) == "false");
    CHECK(converted("2", boolean) == "is not true or false");
    CHECK(converted("'2'", boolean) == "is not true or false");
    CHECK(converted("5", integer) == "5");
    CHECK(converted("5.0", integer) == "5");
    CHECK(converted("5.5", integer) == "is not a whole number");
    CHECK(converted("1.0e+300", integer) == "is not a whole number");
    CHECK(converted(".nan", integer) == "is not a whole number");
    CHECK(converted("'-7'", integer) == "-7");
    CHECK(converted("'0x10'", integer) == "16");
    CHECK(converted("'007'", integer) == "7");
    CHECK(converted("'7 '", integer) == "is not a whole number");
    CHECK(converted("'99999999999999999999'", integer) == "is not a whole number");
    CHECK(converted("true", integer) == "is not a whole number");
    CHECK(converted("5", floating) == "5.0");
    CHECK(converted("'1e3'", floating) == "1000.0");
    CHECK(converted("'12'", floating) == "12.0");
    CHECK(converted("x", floating) == "is not a number");
    CHECK(converted("5", text) == "\"5\"");
    CHECK(converted("true", text) == "\"True\"");
    CHECK(converted("1.5", text) == "\"1.5\"");
    CHECK(converted("[a]", text) == "is not text");
    CHECK(converted("[a, 1]", other) == "[\"a\", 1]");
    for (const parameter_type type : {boolean, integer, floating, text, list, dict, datetime})
        CHECK(convert_value({}, type).has_value());
    CHECK(converted("~", other) == "null");
}

TEST_CASE("lists and mappings, their items, and texts that say them") {
    using enum parameter_type;
    CHECK(converted("[a, 1]", list) == "[\"a\", 1]");
    CHECK(converted("'a,b,,c'", list) == "[\"a\", \"b\", \"\", \"c\"]");
    CHECK(converted("''", list) == "[]");
    CHECK(converted("'[a, 1]'", tuple) == "[\"a\", 1]");
    CHECK(converted("'[a'", list) == "is not a list");
    CHECK(converted("5", list) == "is not a list");
    CHECK(converted("'1,2'", list, integer) == "[1, 2]");
    CHECK(converted("[1, x]", list, integer) == "has an item that is not a whole number");
    CHECK(converted("{a: '1'}", dict, integer) == "{\"a\": 1}");
    CHECK(converted("'{a: 1}'", dict) == "{\"a\": 1}");
    CHECK(converted("'a: 1'", dict) == "is not a mapping");
    CHECK(converted("[a]", dict) == "is not a mapping");
}

TEST_CASE("times are read as UTC and compare as texts") {
    using enum parameter_type;
    CHECK(converted("'2018-01-09'", datetime) == "2018-01-09 00:00:00");
    CHECK(converted("'2018-01-09 08:16'", datetime) == "2018-01-09 08:16:00");
    CHECK(converted("'2018-01-09T08:16:12.500Z'", datetime) == "2018-01-09 08:16:12.500000");
    CHECK(converted("'2018-01-09T08:16:12.0000005'", datetime) == "2018-01-09 08:16:12.000000500");
    CHECK(converted("'2018-01-09T08:16:12.000'", datetime) == "2018-01-09 08:16:12");
    CHECK(converted("'2018-01-01 00:30:00+01:00'", datetime) == "2017-12-31 23:30:00");
    CHECK(converted("'2020-02-28 23:00:00-0230'", datetime) == "2020-02-29 01:30:00");
    CHECK(converted("'0001-01-01'", datetime) == "0001-01-01 00:00:00");
    CHECK(converted("2018-01-09", datetime) == "2018-01-09 00:00:00");
    CHECK(converted("2018-01-09 00:30:00 +1", datetime) == "2018-01-08 23:30:00");
    CHECK(converted("'2018-1-9'", datetime) == "2018-01-09 00:00:00");
    CHECK(converted("'2018/01/09 8:16'", datetime) == "2018-01-09 08:16:00");
    CHECK(converted("'20180109'", datetime) == "2018-01-09 00:00:00");
    CHECK(converted("'20180109T081612'", datetime) == "2018-01-09 08:16:12");
    CHECK(converted("'2018-01-09T08'", datetime) == "2018-01-09 08:00:00");
    CHECK(converted("'2018-02'", datetime) == "2018-02-01 00:00:00");
    CHECK(converted("'2018'", datetime) == "2018-01-01 00:00:00");
    const std::string wrong = "is not a time such as '2018-01-09 08:16:12', 'now' or 'today'";
    for (const std::string_view text :
         {"'2018-1/9'", "'01/09/2018'", "'201801'", "'2018-02-29'", "'2018-13-01'", "'2018-00-01'", "'2018-01-00'",
          "'2018-01-09 24:00'", "'2018-01-09 08:60'", "'2018-01-09 08:16:12.'", "'2018-01-09 '", "'2018-01-09 08:'",
          "'2018-01-09x'", "'0000-01-01'", "'Now'", "'yesterday'", "''", "5", "2018"})
        CHECK(converted(text, datetime) == wrong);
}

TEST_CASE("now and today are the time of day where the program runs") {
    const auto told = [](std::string_view word) {
        return *convert_value(yaml::node::from(word), parameter_type::datetime);
    };
    const std::string before = detail::local_time_now();
    const yaml::node now = told("now");
    const yaml::node today = told("today");
    CHECK(now.kind == yaml::kind::time);
    CHECK(before <= now.text);
    CHECK(now.text <= today.text);
    CHECK(today.text <= detail::local_time_now());
    const auto local_hour = [] {
        const std::time_t seconds = std::time(nullptr);
        char text[32];
        std::strftime(text, sizeof text, "%Y-%m-%d %H", std::localtime(&seconds));
        return std::string(text);
    };
    const std::string hour = local_hour();
    const std::string told_hour = detail::local_time_now().substr(0, hour.size());
    CHECK(hour <= told_hour);
    CHECK(told_hour <= local_hour());
}

TEST_CASE("days and dates are each other's inverse") {
    for (std::int64_t days = -719468; days < 2'932'896; days += 397) {
        const detail::calendar_day date = detail::day_of(days);
        CHECK(detail::days_of(date.year, date.month, date.day) == days);
    }
    CHECK(detail::days_of(1970, 1, 1) == 0);
    CHECK(detail::days_of(2018, 1, 9) == 17540);
    CHECK(detail::days_in_month(1900, 2) == 28);
    CHECK(detail::days_in_month(2000, 2) == 29);
    CHECK(detail::days_in_month(2018, 12) == 31);
}

TEST_CASE("what a value violates is said in a sentence") {
    catalog_parameter n;
    n.name = "n";
    n.type = parameter_type::integer;
    n.min = yaml::node::from(std::int64_t{1});
    n.max = yaml::node::from(std::int64_t{10});
    const auto trouble = [](const catalog_parameter& p, std::string_view value) {
        return parameter_value(p, yaml::read(value).root).message();
    };
    CHECK(trouble(n, "11") == "n=11 is greater than 10");
    CHECK(trouble(n, "'0'") == "n=0 is less than 1");
    CHECK(trouble(n, "10") == "");
    CHECK(trouble(n, "x") == "n=x is not a whole number");
    catalog_parameter pr;
    pr.name = "pr";
    pr.allowed = {yaml::node::from(std::string_view("tcp")), yaml::node::from(std::string_view("udp"))};
    CHECK(trouble(pr, "icmp") == "pr=icmp is not one of the allowed values: tcp, udp");
    CHECK(trouble(pr, "udp") == "");
    pr.type = parameter_type::mlist;
    CHECK(trouble(pr, "[tcp, icmp]") == "pr=icmp is not one of the allowed values: tcp, udp");
    CHECK(trouble(pr, "'udp,tcp'") == "");
    CHECK(trouble(pr, "{a: [1, b]}") == "pr={a: [1, b]} is not a list");
    catalog_parameter when;
    when.name = "when";
    when.type = parameter_type::datetime;
    when.max = yaml::node::time("2018-01-01 00:00:00");
    CHECK(trouble(when, "'2018-01-01T00:00:00.1'") ==
          "when=2018-01-01 00:00:00.100000 is greater than 2018-01-01 00:00:00");
    CHECK(trouble(when, "'2017-12-31'") == "");
}

TEST_CASE("a parameter goes through templates with its kind") {
    const catalog made = with_parameters(
        "{urlpath: '{{ CATALOG_DIR }}/{{ pr | lower }}-{{ n }}.pcap', limit: '{{ n }}', payload: '{{ p }}'}",
        "{n: {type: int, default: 5, min: 1, max: 10}, pr: {type: str, default: TCP, allowed: [TCP, UDP]}, "
        "p: {type: bool, default: false}}");
    CHECK(asked(made) == "{\"urlpath\": \"./tcp-5.pcap\", \"limit\": 5}");
    CHECK(asked(made, "{n: '7', pr: UDP, p: 'true'}") ==
          "{\"urlpath\": \"./udp-7.pcap\", \"payload\": true, \"limit\": 7}");
    CHECK(asked(made, "{n: 11, pr: icmp}") ==
          "n=11 is greater than 10\npr=icmp is not one of the allowed values: TCP, UDP");
    CHECK(made.request("a", yaml::read("{n: 11}").root).problems()[0].kind == problem_kind::request);
    CHECK(asked(made, "{m: 1}") == "unknown option 'm' of 'a'; did you mean 'n'?");
}

TEST_CASE("a parameter with the name of an argument checks and converts it") {
    const catalog made = with_parameters(
        "{urlpath: x, limit: '5', protocol: tcp}",
        "{limit: {type: int, default: 9, max: 10}, protocol: {type: str, default: udp, allowed: [tcp, udp]}}");
    CHECK(asked(made) == "{\"urlpath\": \"x\", \"protocol\": \"tcp\", \"limit\": 5}");
    CHECK(asked(made, "{limit: '7', protocol: udp}") == "{\"urlpath\": \"x\", \"protocol\": \"udp\", \"limit\": 7}");
    CHECK(asked(made, "{limit: 11}") == "limit=11 is greater than 10");
    const catalog none = with_parameters("{urlpath: x, limit: ~}", "{limit: {type: int, min: 1}}");
    CHECK(asked(none) == "{\"urlpath\": \"x\"}");
    const catalog templated =
        with_parameters("{urlpath: x, protocol: '{{ protocol | lower }}'}", "{protocol: {type: str, default: TCP}}");
    CHECK(asked(templated) == "{\"urlpath\": \"x\", \"protocol\": \"tcp\"}");
    CHECK(asked(templated, "{protocol: UDP}") == "{\"urlpath\": \"x\", \"protocol\": \"udp\"}");
    // A value that is refused is reported once, not again by what a template makes of it.
    const catalog both = with_parameters("{urlpath: x, protocol: '{{ protocol }}', limit: '{{ limit }}'}",
                                         "{protocol: {type: str, default: tcp, allowed: [tcp, udp]}, "
                                         "limit: {type: int, default: 5, max: 10}}");
    CHECK(asked(both, "{protocol: icmp}") == "protocol=icmp is not one of the allowed values: tcp, udp");
    CHECK(asked(both, "{protocol: icmp, limit: 11}") ==
          "protocol=icmp is not one of the allowed values: tcp, udp\nlimit=11 is greater than 10");
}

TEST_CASE("a parameter with the name of an option checks what the caller gives for it") {
    const catalog made = with_parameters("{urlpath: x}", "{protocol: {type: str, default: tcp, allowed: [tcp, udp]}}");
    CHECK(asked(made) == "{\"urlpath\": \"x\"}");
    CHECK(asked(made, "{protocol: udp}") == "{\"urlpath\": \"x\", \"protocol\": \"udp\"}");
    CHECK(asked(made, "{protocol: icmp}") == "protocol=icmp is not one of the allowed values: tcp, udp");
}

TEST_CASE("parameters without default have their type's zero, if that is allowed") {
    const catalog made = with_parameters("{urlpath: 'x{{ s }}{{ n }}'}",
                                         "{s: {type: str, description: d}, n: {type: int, description: d}}");
    CHECK(asked(made) == "{\"urlpath\": \"x0\"}");
    const catalog picky =
        with_parameters("{urlpath: 'x{{ s }}'}", "{s: {type: str, allowed: [a, b]}, unused: {type: int, min: 5}}");
    CHECK(asked(picky) == "s has no default; give it a value");
    CHECK(asked(picky, "{s: b}") == "{\"urlpath\": \"xb\"}");
}

TEST_CASE("defaults are templates too") {
    ::setenv("PCAPFRAME_TEST_SET", "7", 1);
    ::unsetenv("PCAPFRAME_TEST_UNSET");
    const catalog made = with_parameters(
        "{urlpath: '{{ where }}', limit: '{{ n }}'}",
        "{where: {type: str, default: '{{ CATALOG_DIR }}/x'}, n: {type: int, default: env(PCAPFRAME_TEST_SET)}}");
    CHECK(asked(made) == "{\"urlpath\": \"./x\", \"limit\": 7}");
    ::setenv("PCAPFRAME_TEST_SET", "many", 1);
    CHECK(asked(made) == "c.yml:5:94: n=many is not a whole number");
    const catalog unset = with_parameters("{urlpath: '{{ env(PCAPFRAME_TEST_UNSET) }}'}", "{}");
    CHECK(asked(unset) ==
          "c.yml:4:25: the environment variable 'PCAPFRAME_TEST_UNSET' is not set; env(PCAPFRAME_TEST_UNSET, ...) "
          "gives it a default, "
          "in \"{{ env(PCAPFRAME_TEST_UNSET) }}\"");
    const catalog shell = with_parameters("{urlpath: '{{ w }}'}", "{w: {type: str, default: shell(echo x)}}");
    CHECK(asked(shell) ==
          "c.yml:5:42: shell(...) runs commands only where that is allowed (--allow-shell), in \"shell(echo x)\"");
}

TEST_CASE("entries inherit the parameters of their catalog, their own win") {
    const text_result<catalog> made = catalog::parse(
        "metadata: {parameters: {n: {type: int, default: 1}, m: {type: str, default: x}}}\n"
        "sources:\n"
        "  a: {driver: pcap, args: {urlpath: '{{ m }}{{ n }}'}, parameters: {n: {type: int, default: 2}}}\n"
        "  b: {driver: pcap, args: {urlpath: '{{ m }}{{ n }}'}}\n",
        "c.yml");
    REQUIRE(made);
    CHECK(made->request("a")->paths == std::vector<std::string>{"x2"});
    CHECK(made->request("b")->paths == std::vector<std::string>{"x1"});
    CHECK(made->find("a")->parameters.size() == 2);
}

TEST_CASE("types are told by defaults where they are not said") {
    const catalog made =
        with_parameters("{urlpath: '{{ s }}', limit: '{{ n }}'}", "{s: {default: x}, n: {default: 3}}");
    CHECK(made.find("a")->find_parameter("n")->type == parameter_type::integer);
    CHECK(asked(made, "{n: x}") == "n=x is not a whole number");
}
