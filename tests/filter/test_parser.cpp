#include <string>

#include <doctest/doctest.h>

#include <pcapframe/filter.hpp>

using namespace pcapframe::filter;

namespace {

struct refusal {
    const char* expression;
    const char* place;   ///< the text under the carets, or "" at the end
    const char* reason;  ///< a part of it
    const char* hint = "";
};

void check(const refusal& wanted) {
    const auto made = compile(wanted.expression, 1);
    REQUIRE_MESSAGE(!made.has_value(), wanted.expression);
    const pcapframe::problem& why = made.problems()[0];
    INFO(wanted.expression, ": ", why.with_carets());
    CHECK(why.reason.find(wanted.reason) != std::string::npos);
    CHECK(why.text.substr(why.offset, why.length) == wanted.place);
    CHECK(why.hint == wanted.hint);
}

std::vector<token_kind> kinds(std::string_view text) {
    lexer words(text);
    std::vector<token_kind> found;
    for (token next = words.next(); next.kind != token_kind::end; next = words.next()) {
        found.push_back(next.kind);
        if (next.kind == token_kind::wrong) break;
    }
    return found;
}

}  // namespace

TEST_CASE("the longest token counts") {
    using t = token_kind;
    CHECK(kinds("80-90") == std::vector{t::name});
    CHECK(kinds("10.1 10.1.2 10.1.2.3 10.1.2.3.4") == std::vector{t::ipv4, t::ipv4, t::ipv4, t::name});
    CHECK(kinds("0:1:2:3:4:5") == std::vector{t::mac});
    CHECK(kinds("0:1:2:3:4:5:6:7") == std::vector{t::ipv6});
    CHECK(kinds("1.2.3.4.5.6 0011.2233.4455 00-11-22-33-44-55 123456789012") ==
          std::vector{t::mac, t::mac, t::mac, t::mac});
    CHECK(kinds("::1 :: 1:: ::ffff:1.2.3.4 1::2::3") == std::vector{t::ipv6, t::ipv6, t::ipv6, t::ipv6, t::wrong});
    CHECK(kinds("tcp[4:2]") ==
          std::vector{t::protocol, t::open_bracket, t::number, t::colon, t::number, t::close_bracket});
    CHECK(kinds("0x1f 017 0x") == std::vector{t::number, t::number, t::name});
    CHECK(kinds("\\tcp \\a[b") == std::vector{t::name, t::name});
    CHECK(kinds("tcp-syn tcp-foo tcp-") == std::vector{t::number, t::name, t::protocol, t::minus});
    CHECK(kinds("a&&b||!c") == std::vector{t::name, t::and_, t::name, t::or_, t::not_, t::name});
    CHECK(kinds("4294967296") == std::vector{t::wrong});
    CHECK(kinds("08") == std::vector{t::wrong});
    CHECK(kinds("1:2:") == std::vector{t::wrong});
    CHECK(kinds("$1f $") == std::vector{t::arcnet, t::wrong});
}

TEST_CASE("refusals show the place, the reason and the nearest right word") {
    const refusal table[] = {
        {"tcp prt 80", "prt", "stands where 'and', 'or' or the end is wanted", "port"},
        {"tcp and", "", "the expression ends where a term of the filter is wanted"},
        {"(tcp", "", "the expression ends where ')' is wanted"},
        {"tcp)", ")", "stands where 'and', 'or' or the end is wanted"},
        {"host", "", "the expression ends where an address, a name or a number is wanted"},
        {"port 65536", "65536", "a port is at most 65535"},
        {"net 10.1.2.3/8", "10.1.2.3", "bits set outside of its mask", "10.0.0.0"},
        {"host 192.0.2.256", "192.0.2.256", "its parts go to 255"},
        {"ip6 host 192.0.2.1", "192.0.2.1", "'ip6' has no IPv4 hosts", "ip"},
        {"port htpp", "htpp", "the service 'htpp' is not known", "http"},
        {"ip proto \\udpp", "udpp", "the protocol 'udpp' is not known", "udp"},
        {"host www.example.org", "www.example.org", "names of hosts are not looked up here"},
        {"ether host 1:2:3:", "1:2:3:", "not a whole Ethernet address"},
        {"tcp[13:3] = 0", "3", "only 1, 2 or 4 bytes"},
        {"ip[0] / 0 = 1", "/", "division by zero"},
        {"ip[0] << 32 = 1", "<<", "more than 31 bits"},
        {"vlan 4096", "vlan", "at most 4095"},
        {"type mgt subtype beecon", "beecon", "is not a subtype", "beacon"},
        {"len", "", "a comparison such as"},
        {"80", "80", "needs a word before it"},
        {"1 = 2", "1 = 2", "no packet can match"},
        {"ip and ip6", "ip and ip6", "no packet can match"},
        {"src proto 6", "proto", "takes no direction"},
        {"inbound", "inbound", "whether a packet came in or went out is not kept"},
        {"tcp ; udp", ";", "means nothing in a filter"},
    };
    for (const refusal& each : table) check(each);
}

TEST_CASE("the text of a problem has carets under the place, the error has the nearest word") {
    const auto made = compile("tcp prt 80", 1);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.problems()[0].with_carets() ==
          "'prt' stands where 'and', 'or' or the end is wanted; did you mean 'port'?\n"
          "    tcp prt 80\n"
          "        ^^^\n");
    CHECK(made.message() ==
          "'prt' stands where 'and', 'or' or the end is wanted, in the filter \"tcp prt 80\"; "
          "did you mean 'port'?");
    CHECK(made.error().offset == 4);
    CHECK(made.error().message() ==
          "at byte 4: the filter is refused: 'prt' stands where 'and', 'or' or the end is wanted; "
          "did you mean 'port'?");
    const std::string far = std::string(300, ' ') + "tcp\tprt 80";
    const std::string text = compile(far, 1).problems().at(0).with_carets();
    CHECK(text.find("^^^") - text.rfind('\n', text.find("^^^")) == text.find("prt 80") - text.find('\n'));
}

TEST_CASE("work is bounded") {
    const std::string deep = std::string(32000, '(') + "tcp" + std::string(32000, ')');
    CHECK(compile(deep, 1).problems().at(0).reason == "the expression is nested too deeply");
    CHECK_FALSE(compile(std::string(60000, '-') + "1 = 1", 1).has_value());
    CHECK(compile(std::string(350, '(') + "tcp" + std::string(350, ')'), 1).has_value());
    std::string many = "port 1";
    for (int i = 2; i < 2000; ++i) many += " or " + std::to_string(i);
    const auto long_one = compile(many, 1);
    REQUIRE_MESSAGE(long_one.has_value(), long_one.message());
    CHECK(long_one->code().size() > 4000);
    std::string sum = "ip[0]";
    for (int i = 0; i < 900; ++i) sum += " + ip[0]";
    CHECK(compile(sum + " = 1", 1).has_value());
    for (int i = 0; i < 900; ++i) sum += " + ip[0]";
    CHECK_FALSE(compile(sum + " = 1", 1).has_value());
    CHECK_FALSE(compile(std::string(300000, ' '), 1).has_value());
}

TEST_CASE("an expression in words") {
    const auto words = explain("tcp port 80 and not (host 192.0.2.1 or vlan 7) and ip[8] < 5");
    REQUIRE(words.has_value());
    CHECK(*words ==
          "all of\n"
          "  tcp in IPv4 or IPv6, first fragments only, and the source or destination port is 80\n"
          "  not: any of\n"
          "    the source or destination address is 192.0.2.1\n"
          "    a VLAN tag with number 7; what follows looks behind it\n"
          "  the byte of ip from 8 is less than 5\n");
    CHECK(*explain("") == "every packet\n");
    CHECK_FALSE(explain("tcp and").has_value());
}
