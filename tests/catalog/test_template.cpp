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
        yaml::read("{n: 5, f: 0.5, yes_: true, name: Http, xs: [a, 2, c], nothing: ~, m: {k: v}, empty: ''}").root;
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

TEST_CASE("everything else is a mistake with its place") {
    constexpr example examples[] = {
        {"{% if x %}", "0: only '{{ ... }}' is supported in templates, not '{%'"},
        {"a {# b #}", "2: only '{{ ... }}' is supported in templates, not '{#'"},
        {"a{{ n", "1: this template is never closed"},
        {"a{{ n }", "1: this template is never closed"},
        {"{{ }}", "3: unexpected '}' in a template"},
        {"{{ n + 1 }}", "5: unexpected '+' in a template"},
        {"{{ m.k }}", "4: unexpected '.' in a template"},
        {"{{ xs[0] }}", "5: unexpected '[' in a template"},
        {"{{- n }}", "2: '-' is no number"},
        {"{{ n name }}", "5: unexpected 'n' in a template"},
        {"{{ 'a }}", "3: this quote is never closed"},
        {"{{ 'a\\q' }}", "5: only \\n, \\t, \\\\, \\' and \\\" are known here"},
        {"{{ nam }}", "3: unknown name 'nam'; did you mean 'name'?"},
        {"{{ whatever }}", "3: unknown name 'whatever'"},
        {"{{ envv(X) }}", "3: unknown function 'envv'; did you mean 'env'?"},
        {"{{ range(3) }}", "3: unknown function 'range'; there are env, client_env, shell, client_shell"},
        {"{{ n | uper }}", "7: unknown filter 'uper'; did you mean 'upper'?"},
        {"{{ n | tojson }}", "7: unknown filter 'tojson'; there are default, lower, upper, replace, join"},
        {"{{ n | lower(1) }}", "7: the filter 'lower' takes no arguments"},
        {"{{ n | replace('a') }}", "7: the filter 'replace' takes 2 or 3 arguments"},
        {"{{ n | default() }}", "7: the filter 'default' takes 1 or 2 arguments"},
        {"{{ n | }}", "7: unexpected '}' in a template"},
        {"{{ env() }}", "3: env() needs the name of a variable"},
        {"{{ shell('') }}", "3: shell() needs a command"},
        {"{{ env(A, B, C) }}", "11: unexpected ',' in a template"},
        {"{{ env(A }}", "0: this template is never closed"},
        {"x{{ nothing }}", "4: this is null here; the filter default gives it a value"},
        {"x{{ xs }}", "4: a list within text needs the filter join"},
        {"x{{ m }}", "4: a mapping has no place within text"},
        {"{{ m | upper }}", "7: a mapping has no place within text"},
        {"{{ n | join }}", "7: the filter join takes a list"},
        {"{{ name | replace('', 'x') }}", "10: replace needs a text to replace"},
        {"{{ name | replace('a', 'b', 'c') }}", "28: the third argument of replace is a number of times"},
    };
    check_all(examples);
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
