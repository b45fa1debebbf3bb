#include <cstdlib>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/catalog/template_values.hpp>
#include <pcapframe/catalog/yaml/yaml.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

/// The value, or the mistake as "offset: text".
std::string outcome(const text_result<template_text>& parsed, bool allow_shell) {
    static const yaml::node names =
        yaml::read(
            "{n: 5, f: 0.5, yes_: true, name: Http, xs: [a, 2, c], nothing: ~, m: {k: v}, empty: '', "
            "t: 2024-03-01 08:05:09.123456, d: 2024-12-30}")
            .root;
    const auto as_text = [](const problem& p) {
        return std::to_string(p.offset) + ": " + p.reason + (p.hint.empty() ? "" : "; did you mean '" + p.hint + "'?");
    };
    if (!parsed) return as_text(parsed.problems()[0]);
    const text_result<yaml::node> made =
        expand_template(*parsed, {.catalog_dir = "/data/", .names = names, .allow_shell = allow_shell});
    return made ? shown(*made) : as_text(made.problems()[0]);
}

std::string expand(std::string_view text, bool allow_shell = false) {
    return outcome(parse_template(text), allow_shell);
}

struct example {
    std::string_view text;
    std::string_view outcome;
};

template <std::size_t Count>
void check_all(const example (&examples)[Count]) {
    ::setenv("PCAPFRAME_TEST_SET", "Set", 1);
    ::setenv("PCAPFRAME_TEST_EMPTY", "", 1);
    ::unsetenv("PCAPFRAME_TEST_UNSET");
    for (const example& e : examples) {
        CAPTURE(e.text);
        CHECK(expand(e.text) == e.outcome);
    }
}

}  // namespace

TEST_CASE("templates within text") {
    constexpr example examples[] = {
        {"", "\"\""},
        {"no template", "\"no template\""},
        {"a { b } }} {", "\"a { b } }} {\""},
        {"{{ CATALOG_DIR }}/x.pcap", "\"/data/x.pcap\""},
        {"{{CATALOG_DIR}}x.pcap", "\"/data/x.pcap\""},
        {"{{ CATALOG_DIR }}{{ name }}", "\"/data/Http\""},
        {"{{ CATALOG_DIR }}//x", "\"/data//x\""},
        {"{{ name }}/x", "\"Http/x\""},
        {"{{ n }}-{{ f }}-{{ yes_ }}.pcap", "\"5-0.5-True.pcap\""},
        {"{{ name | lower }}.{{ name|upper }}", "\"http.HTTP\""},
        {"x{{ '{{' }}y", "\"x{{y\""},
        {"{{ \"a\\\"b\\\\\\n\" }}!", "\"a\\\"b\\\\\\n!\""},
        {"{{ 'a' }}{{ -3 }}{{ 1.5 }}", "\"a-31.5\""},
    };
    check_all(examples);
}

TEST_CASE("a text that is one expression has its value's kind") {
    constexpr example examples[] = {
        {"{{ n }}", "5"},
        {"{{ f }}", "0.5"},
        {"{{ yes_ }}", "true"},
        {"{{ xs }}", "[\"a\", 2, \"c\"]"},
        {"{{ m }}", "{\"k\": \"v\"}"},
        {"{{ nothing }}", "null"},
        {"{{ none }}", "null"},
        {"{{ False }}", "false"},
        {"{{ n | default(3) }}", "5"},
        {"{{ nothing | default(3) }}", "3"},
        {"{{ n | lower }}", "\"5\""},
        {" {{ n }}", "\" 5\""},
    };
    check_all(examples);
}

TEST_CASE("filters") {
    constexpr example examples[] = {
        {"{{ name | replace('t', 'TT') }}", "\"HTTTTp\""},
        {"{{ name | replace('t', 'x', 1) }}", "\"Hxtp\""},
        {"{{ name | replace('t', '', 0) }}", "\"Http\""},
        {"{{ name | replace('q', 'x') | lower }}", "\"http\""},
        {"{{ xs | join('-') }}", "\"a-2-c\""},
        {"{{ xs | join }}", "\"a2c\""},
        {"{{ empty | default('x') }}", "\"\""},
        {"{{ empty | default('x', true) }}", "\"x\""},
        {"{{ empty | default('x', False) }}", "\"\""},
        {"{{ missing | default('x') }}", "\"x\""},
        {"{{ missing | default(name) | upper }}", "\"HTTP\""},
    };
    check_all(examples);
}

TEST_CASE("env takes a name and a default, with quotes or without") {
    constexpr example examples[] = {
        {"{{ env(PCAPFRAME_TEST_SET) }}", "\"Set\""},
        {"{{ env('PCAPFRAME_TEST_SET') | lower }}/x", "\"set/x\""},
        {"{{ client_env(PCAPFRAME_TEST_SET) }}", "\"Set\""},
        {"{{ env(PCAPFRAME_TEST_EMPTY, x) }}", "\"\""},
        {"{{ env(PCAPFRAME_TEST_UNSET, some dir/x-1) }}", "\"some dir/x-1\""},
        {"{{ env(PCAPFRAME_TEST_UNSET, 'a, b)') }}", "\"a, b)\""},
        {"{{ env(PCAPFRAME_TEST_UNSET, ) }}", "\"\""},
        {"{{ env(PCAPFRAME_TEST_UNSET) | default('d') }}", "\"d\""},
        {"x{{ env(PCAPFRAME_TEST_UNSET) }}",
         "4: the environment variable 'PCAPFRAME_TEST_UNSET' is not set; env(PCAPFRAME_TEST_UNSET, ...) gives it a "
         "default"},
    };
    check_all(examples);
}

TEST_CASE("shell runs only where it is allowed") {
    CHECK(expand("{{ shell(echo hi) }}") == "3: shell(...) runs commands only where that is allowed (--allow-shell)");
    CHECK(expand("{{ shell(echo hi) }}", true) == "\"hi\"");
    CHECK(expand("{{ shell('echo \"a b\"; echo c') }}/x", true) == "\"a b\\nc/x\"");
    CHECK(expand("{{ shell(exit 3) }}", true) == "3: the command 'exit 3' failed");
    CHECK(expand("{{ shell(head -c 3000000 /dev/zero) }}", true) ==
          "3: the command 'head -c 3000000 /dev/zero' failed");
}

TEST_CASE("defaults of parameters may call without braces") {
    ::setenv("PCAPFRAME_TEST_SET", "Set", 1);
    const auto of_default = [](std::string_view text) { return outcome(parse_default_template(text), true); };
    CHECK(of_default("env(PCAPFRAME_TEST_SET)") == "\"Set\"");
    CHECK(of_default("client_env(PCAPFRAME_TEST_UNSET, d)") == "\"d\"");
    CHECK(of_default("shell(echo a b)") == "\"a b\"");
    CHECK(of_default("env(PCAPFRAME_TEST_SET) and more") == "\"env(PCAPFRAME_TEST_SET) and more\"");
    CHECK(of_default("{{ name }}") == "\"Http\"");
    CHECK(of_default("env()") == "0: env() needs the name of a variable");
}

TEST_CASE("operators as Python has them") {
    constexpr example examples[] = {
        {"{{ n + 1 }}", "6"},
        {"{{ n - 1 * 2 }}", "3"},
        {"{{ (n - 1) * 2 }}", "8"},
        {"{{ -7 // 2 }}", "-4"},
        {"{{ -7 % 3 }}", "2"},
        {"{{ 7 / 2 }}", "3.5"},
        {"{{ 2 ** 10 }}", "1024"},
        {"{{ 2 ** 3 ** 2 }}", "64"},
        {"{{ 2 ** -1 }}", "0.5"},
        {"{{ -7.5 // 2 }}", "-4.0"},
        {"{{ name ~ n ~ f }}", "\"Http50.5\""},
        {"{{ 'a' + 'b' * 2 }}", "\"abb\""},
        {"{{ xs + [1] }}", "[\"a\", 2, \"c\", 1]"},
        {"{{ 1 < n <= 5 }}", "true"},
        {"{{ n == 5.0 and name != 'x' }}", "true"},
        {"{{ not n or f }}", "0.5"},
        {"{{ 'tt' in name }}", "true"},
        {"{{ 'k' not in m }}", "false"},
        {"{{ 'a' if n > 3 else 'b' }}", "\"a\""},
        {"x{{ 'a' if n > 7 else 'b' if n > 6 else 'c' }}", "\"xc\""},
        {"{{ suffix or 'none' }}", "\"none\""},
        {"{{ -n|abs }}", "5"},
        {"{{ 9007199254740993 == 9007199254740992.0 }}", "false"},
        {"{{ 1e16 }}/{{ 1e-5 }}/{{ 100.0 }}", "\"1e+16/1e-05/100.0\""},
    };
    check_all(examples);
}

TEST_CASE("items, slices and attributes") {
    constexpr example examples[] = {
        {"{{ m.k }}", "\"v\""},
        {"{{ m['k'] }}", "\"v\""},
        {"{{ xs[0] }}{{ xs.0 }}{{ xs[-1] }}", "\"aac\""},
        {"{{ name[1:3] }}", "\"tt\""},
        {"{{ name[::-1] }}", "\"pttH\""},
        {"{{ name[-2:] ~ name[:9] }}", "\"tpHttp\""},
        {"{{ '\xc3\xa9\xc3\xa0x'[1] }}", "\"\xc3\xa0\""},
        {"{{ {'a': 1, 'a': 2}.a }}", "2"},
        {"{{ [1, (2, 3)] }}", "[1, [2, 3]]"},
        {"{{ t.year }}-{{ t.month }}-{{ t.microsecond }}", "\"2024-3-123456\""},
        {"{{ m.q | default('none') }}", "\"none\""},
        {"{{ xs[7] | default('none') }}", "\"none\""},
    };
    check_all(examples);
}

TEST_CASE("times by strftime and their parts") {
    constexpr example examples[] = {
        {"{{ t.strftime('%Y%m%d-%H%M%S.%f') }}", "\"20240301-080509.123456\""},
        {"{{ t.strftime('%a %A %b %B %d %e %j %U %W %y %I %p') }}",
         "\"Fri Friday Mar March 01  1 061 08 09 24 08 AM\""},
        {"{{ d.strftime('%G-W%V-%u %w %C %F %D %T') }}", "\"2025-W01-1 1 20 2024-12-30 12/30/24 00:00:00\""},
        {"{{ t.strftime('%-d.%-m. %_H %^a %%') }}", "\"1.3.  8 FRI %\""},
        {"{{ t.strftime(\"%c|%x|%X|%R|%s\") }}", "\"Fri Mar  1 08:05:09 2024|03/01/24|08:05:09|08:05|1709280309\""},
        {"{{ '{:%Y/%m}'.format(t) }}", "\"2024/03\""},
        {"{{ t }}", "\"2024-03-01 08:05:09.123456\""},
        {"{{ d }}/{{ t.date() }}", "\"2024-12-30/2024-03-01\""},
        {"{{ t.isoformat() }}", "\"2024-03-01T08:05:09.123456\""},
        {"{{ t.weekday() }}{{ t.isoweekday() }}", "\"45\""},
        {"{{ d < t }}", "false"},
    };
    check_all(examples);
}

TEST_CASE("methods and formats of texts") {
    constexpr example examples[] = {
        {"{{ name.lower() }}{{ name.upper() }}", "\"httpHTTP\""},
        {"{{ ' x '.strip() ~ 'xay'.strip('xy') }}", "\"xa\""},
        {"{{ 'a_b_c'.split('_')[1] }}", "\"b\""},
        {"{{ ' a  b '.split() }}", "[\"a\", \"b\"]"},
        {"{{ 'a/b.pcap'.rsplit('/', 1)[-1] }}", "\"b.pcap\""},
        {"{{ 'it is o-k'.title() }}", "\"It Is O-K\""},
        {"{{ '7'.zfill(3) }}{{ '-7'.zfill(4) }}", "\"007-007\""},
        {"{{ 'ab'.center(5, '*') }}", "\"**ab*\""},
        {"{{ '\xc3\xa9\xce\xb1\xd0\xb4'.upper() }}", "\"\xc3\x89\xce\x91\xd0\x94\""},
        {"{{ '-'.join(['a', 'b']) }}", "\"a-b\""},
        {"{{ '{:02d}-{:>4}-{:.2f}'.format(n, 'x', f) }}", "\"05-   x-0.50\""},
        {"{{ '{1}{0}{x:,}'.format('a', 'b', x=1234567) }}", "\"ba1,234,567\""},
        {"{{ '{{}}{:#x}'.format(255) }}", "\"{}0xff\""},
        {"{{ '%03d|%-3s|%5.1f|%x' % (n, 'a', 2.25, 255) }}", "\"005|a  |  2.2|ff\""},
        {"{{ '%(k)s%%' % m }}", "\"v%\""},
        {"{{ '%s/%s' | format(n, name) }}", "\"5/Http\""},
        {"{{ m.get('q', 'none') }}{{ m.keys() | join }}", "\"nonek\""},
    };
    check_all(examples);
}

TEST_CASE("filters and tests of lists and numbers") {
    constexpr example examples[] = {
        {"{{ '12' | int + 1 }}", "13"},
        {"{{ '12.7' | int }}{{ 'x' | int(9) }}", "\"129\""},
        {"{{ 'ff' | int(base=16) }}", "255"},
        {"{{ '1e3' | float }}", "1000.0"},
        {"{{ 2.5 | round }}{{ 2.675 | round(2) }}{{ 7 | round }}", "\"2.02.677\""},
        {"{{ 42.51 | round(1, 'floor') }}", "42.5"},
        {"{{ xs | length }}{{ xs | first }}{{ xs | last }}", "\"3ac\""},
        {"{{ [3, 1, 2] | sort }}", "[1, 2, 3]"},
        {"{{ [3, 1, 2] | sum }}{{ [3, 1] | max }}{{ 'ba' | min }}", "\"63a\""},
        {"{{ range(1, 6, 2) | join(',') }}", "\"1,3,5\""},
        {"{{ n is defined }}{{ other is defined }}", "\"TrueFalse\""},
        {"{{ n is odd and n is divisibleby 5 and n is not string }}", "true"},
        {"{{ 'x' if other is undefined else other }}", "\"x\""},
        {"{{ empty | default(default_value='x', boolean=true) }}", "\"x\""},
        {"{{ ' a ' | trim | title }}{{ 'abc' | reverse }}", "\"Acba\""},
    };
    check_all(examples);
}

TEST_CASE("statements, comments and blanks that are taken off") {
    constexpr example examples[] = {
        {"a {# b #}c", "\"a c\""},
        {"a {#- b -#} c", "\"ac\""},
        {"a {{- n -}} b", "\"a5b\""},
        {"{% if n > 3 %}x{% elif n %}y{% else %}z{% endif %}", "\"x\""},
        {"{% if n > 7 %}x{% elif n %}y{% else %}z{% endif %}", "\"y\""},
        {"{% if empty %}x{% elif other %}y{% else %}z{{ n }}{% endif %}.pcap", "\"z5.pcap\""},
        {"{% if n %}{% if empty %}x{% else %}y{% endif %}{% endif %}", "\"y\""},
        {"{% set day = t.strftime('%d') %}{{ day }}/{{ day | int }}", "\"01/1\""},
        {"{% raw %}{{ n }}{% endraw %}", "\"{{ n }}\""},
        {"{%- if n -%} x {%- endif -%} y", "\"xy\""},
    };
    check_all(examples);
}

TEST_CASE("mistakes of statements, values and calls have their place") {
    constexpr example examples[] = {
        {"{% for x in xs %}", "0: '{% for %}' is not supported in templates; if, set and raw are"},
        {"{% if n %}x", "0: this '{% if %}' has no '{% endif %}'"},
        {"a{% endif %}", "1: 'endif' has no '{% if %}' before it"},
        {"{% if n %}{% else %}{% else %}{% endif %}", "20: nothing but '{% endif %}' stands behind '{% else %}'"},
        {"{% raw %}", "0: this '{% raw %}' has no '{% endraw %}'"},
        {"{% set n %}", "9: '{% set %}' sets one name with '='"},
        {"{% 5 %}", "3: a statement is a name"},
        {"a {# b", "2: this comment is never closed"},
        {"a{{ n", "1: this template is never closed"},
        {"a{{ n }", "6: unexpected '}' in a template"},
        {"{{ }}", "3: unexpected '}}' in a template"},
        {"{{ n $ }}", "5: unexpected '$' in a template"},
        {"{{ n name }}", "5: unexpected 'name' in a template"},
        {"{{ n 'x' }}", "5: unexpected value in a template"},
        {"{{ (n }}", "6: unexpected '}' in a template"},
        {"{{ 01 }}", "3: a number does not begin with 0"},
        {"{{ 0x }}", "3: '0x' is no number"},
        {"{{ 99999999999999999999 }}", "3: '99999999999999999999' does not fit into 64 bits"},
        {"{{ '\\x4' }}", "4: this escape needs 2 digits"},
        {"{{ xs[] }}", "6: unexpected ']' in a template"},
        {"{{ f() }}", "3: unknown function 'f'; there are range, env, client_env, shell, client_shell"},
        {"{{ n.upper() }}", "5: a whole number has no method 'upper'"},
        {"{{ name.uper() }}", "8: unknown method 'uper'; did you mean 'upper'?"},
        {"{{ name.upper }}", "8: the method 'upper' is called with '()'"},
        {"{{ name.zfill() }}", "8: the method 'zfill' takes 1 argument"},
        {"{{ name.split(by='x') }}", "17: the method 'split' has no argument 'by'"},
        {"{{ n is foo }}", "8: unknown test 'foo'"},
        {"{{ n + name }}", "5: '+' does not take a whole number and text; '~' joins texts"},
        {"{{ n < name }}", "5: a whole number and text have no order"},
        {"{{ n / 0 }}", "5: a division by zero"},
        {"{{ 10 ** 30 }}", "6: this number does not fit into 64 bits"},
        {"{{ xs[3] }}", "5: there is no item of this number"},
        {"{{ m.q }}", "5: a mapping has no 'q'"},
        {"{{ 'x' if empty }}", "7: the condition is false, and there is no 'else'"},
        {"{{ t.strftime('%Q') }}", "5: '%Q' is no directive of strftime"},
        {"{{ '{:q}'.format(n) }}", "10: 'q' is no format"},
        {"{{ '{}{}'.format(n) }}", "10: the format has no value for '{}'"},
        {"{{ '%d' % name }}", "8: '%d' in a format takes a number"},
        {"{{ missing is odd }}", "3: unknown name 'missing'"},
    };
    check_all(examples);
}

TEST_CASE("mistakes of names, filters and functions have their place") {
    constexpr example examples[] = {
        {"{{ 'a }}", "3: this quote is never closed"},
        {"{{ nam }}", "3: unknown name 'nam'; did you mean 'name'?"},
        {"{{ whatever }}", "3: unknown name 'whatever'"},
        {"{{ envv(X) }}", "3: unknown function 'envv'; did you mean 'env'?"},
        {"{{ n | uper }}", "7: unknown filter 'uper'; did you mean 'upper'?"},
        {"{{ n | tojson }}", "7: unknown filter 'tojson'"},
        {"{{ n | lower(1) }}", "7: the filter 'lower' takes no arguments"},
        {"{{ n | replace('a') }}", "7: the filter 'replace' takes 2 or 3 arguments"},
        {"{{ n | }}", "7: unexpected '}}' in a template"},
        {"{{ env() }}", "3: env() needs the name of a variable"},
        {"{{ shell('') }}", "3: shell() needs a command"},
        {"{{ env(A, B, C) }}", "11: unexpected ',' in a template"},
        {"{{ env(A }}", "0: this template is never closed"},
        {"x{{ nothing }}", "4: this is null here; the filter default gives it a value"},
        {"x{{ xs }}", "4: a list within text needs the filter join"},
        {"x{{ m }}", "4: a mapping has no place within text"},
        {"{{ m | upper }}", "7: a mapping has no place within text"},
        {"{{ n | join }}", "7: the filter 'join' takes a list"},
        {"{{ name | replace('a', 'b', 'c') }}", "10: the filter 'replace' takes whole numbers"},
    };
    check_all(examples);
}

TEST_CASE("work and depth of templates are bounded by names") {
    const auto of = [](std::string_view open, std::string_view inside, std::string_view close, std::size_t times) {
        std::string text = "{{ ";
        for (std::size_t i = 0; i < times; ++i) text += open;
        text += inside;
        for (std::size_t i = 0; i < times; ++i) text += close;
        return expand(text + " }}");
    };
    CHECK(expand("{{ 'a' * 10**9 }}") == "7: this grows too large");
    CHECK(expand("{{ ('a' * 10**6) * 3 }}").ends_with(": this grows too large"));
    CHECK(expand("{{ '%9999999d' % 1 }}").ends_with(": this grows too large"));
    CHECK(expand("{{ '{:9999999}'.format(1) }}").ends_with(": this grows too large"));
    CHECK(expand("{{ 'a'.center(999999999999) }}").ends_with(": this grows too large"));
    CHECK(expand("{{ [1] * 10**9 }}").ends_with(": this grows too large"));
    CHECK(expand("{{ ([[1] * 999] * 999) }}").ends_with(": this is too much work for a template"));
    CHECK(expand("{{ range(10**12) | length }}").ends_with(": this is too much work for a template"));
    CHECK(expand("{{ ('a' * 10**6) | list }}").ends_with(": this is too much work for a template"));
    CHECK(expand("{{ (',' * 10**6).split(',') }}").ends_with(": this is too much work for a template"));
    for (const std::size_t times : {limits::template_depth_max + 1UL, 100000UL}) {
        CHECK(of("(", "1", ")", times).ends_with(": this template is nested too deeply"));
        CHECK(of("[", "1", "]", times).ends_with(": this template is nested too deeply"));
        CHECK(of("-", "1", "", times).ends_with(": this template is nested too deeply"));
        CHECK(of("not ", "1", "", times).ends_with(": this template is nested too deeply"));
        CHECK(of("1 + ", "1", "", times).ends_with(": this template is nested too deeply"));
        CHECK(of("", "1", " | string", times).ends_with(": this template is nested too deeply"));
        CHECK(of("", "1", ".a", times).ends_with(": this template is nested too deeply"));
        CHECK(of("1 if 1 else ", "1", "", times).ends_with(": this template is nested too deeply"));
    }
    std::string ifs;
    for (int i = 0; i < 10000; ++i) ifs += "{% if 1 %}";
    CHECK(expand(ifs).ends_with(": this template is nested too deeply"));
}

TEST_CASE("templates do not grow without end") {
    std::string text = "{{ name";
    for (int i = 0; i < 40; ++i) text += " | replace('t', 'tt')";
    const std::string grown = expand(text + " }}");
    CHECK(grown.ends_with(": this grows too large"));
    std::string copies;
    for (int i = 0; i < 30; ++i)
        copies += "{{ name | replace('t', '" + std::string(limits::template_bytes_max / 20, 'x') + "') }}";
    CHECK(expand(copies).ends_with(": this grows too large"));
}

TEST_CASE("a text is written so that its template is the text") {
    for (const std::string_view text : {"plain", "{{ x }}", "{{{ {% {# }} {", "a{{{{b", "{", "{{"}) {
        CAPTURE(text);
        CHECK(expand(as_template(text)) == shown(yaml::node::from(text)));
    }
    CHECK(as_template("a{{b") == "a{{ '{{' }}b");
}
