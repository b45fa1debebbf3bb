#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>

using namespace pcapframe;

namespace {

/// All mistakes of a catalog, whether the file's or its entries', one in a line.
std::string mistakes(std::string_view text) {
    const text_result<catalog> made = catalog::parse(text, "c.yml");
    return made && !made->problems().empty() ? text_result<catalog>(made->problems()).message() : made.message();
}

struct example {
    std::string_view text;
    std::string_view mistakes;
};

template <std::size_t Count>
void check_all(const example (&examples)[Count]) {
    for (const example& e : examples) {
        CAPTURE(e.text);
        CHECK(mistakes(e.text) == e.mistakes);
    }
}

}  // namespace

TEST_CASE("a catalog is a mapping with sources") {
    constexpr example examples[] = {
        {"", "c.yml:1:1: a catalog is a mapping with 'sources', not null"},
        {"- a", "c.yml:1:1: a catalog is a mapping with 'sources', not a list"},
        {"text", "c.yml:1:1: a catalog is a mapping with 'sources', not text"},
        {"name: x", "c.yml:1:1: the key 'sources' is missing"},
        {"source: {}", "c.yml:1:1: unknown key 'source'; did you mean 'sources'?"},
        {"sources: [a]", "c.yml:1:10: 'sources' should be a mapping, not a list"},
        {"sources: {}\nname: 5", "c.yml:2:7: 'name' should be text, not a whole number"},
        {"sources: {}\ndescripton: x", "c.yml:2:1: unknown key 'descripton'; did you mean 'description'?"},
        {"sources: {}\nmetadata: x", "c.yml:2:11: 'metadata' should be a mapping, not text"},
        {"a: b: c",
         "c.yml:1:4: a mapping may not begin in this line: put the value in quotes, or on a line of its own"},
        {"x-common: &c {urlpath: x}\nsources: {a: {driver: pcap, args: *c}}", ""},
    };
    check_all(examples);
}

TEST_CASE("plugins are lists of modules") {
    constexpr example examples[] = {
        {"plugins: {source: [{module: intake_pcap}]}\nsources: {}", ""},
        {"plugins: [a]\nsources: {}", "c.yml:1:10: 'plugins' should be a mapping, not a list"},
        {"plugins: {}\nsources: {}", "c.yml:1:10: 'plugins' has a list 'source'"},
        {"plugins: {source: x}\nsources: {}", "c.yml:1:19: 'source' should be a list, not text"},
        {"plugins: {source: [{dir: x}]}\nsources: {}",
         "c.yml:1:20: plugins are named by 'module'; 'dir' is not supported"},
        {"plugins: {source: [x]}\nsources: {}", "c.yml:1:20: a plugin is a mapping with 'module'"},
    };
    check_all(examples);
}

TEST_CASE("a source has a driver and arguments") {
    constexpr example examples[] = {
        {"sources: {a: x}", "c.yml:1:14: the source 'a' is a mapping with 'driver' and 'args', not text"},
        {"sources:\n  a:", "c.yml:2:5: the source 'a' is a mapping with 'driver' and 'args', not null"},
        {"sources: {5: {driver: pcap}}", "c.yml:1:11: the name of a source should be text; put it in quotes"},
        {"sources: {a: {}}", "c.yml:1:11: the source 'a' has no 'driver'"},
        {"sources: {a: {drver: pcap}}", "c.yml:1:15: unknown key 'drver'; did you mean 'driver'?"},
        {"sources: {a: {driver: 5}}",
         "c.yml:1:23: 'driver' should be a name, a list of names, or a mapping of names to classes"},
        {"sources: {a: {driver: {x: y}}}",
         "c.yml:1:23: 'driver' should be a name, a list of names, or a mapping of names to classes\n"
         "c.yml:1:24: a driver is a mapping with 'class'"},
        {"sources: {a: {driver: csv, args: [x]}}", "c.yml:1:34: 'args' should be a mapping, not a list"},
        {"sources: {a: {driver: csv, args: {5: x}}}",
         "c.yml:1:35: the name of an argument should be text; put it in quotes"},
        {"sources: {a: {driver: csv, description: [x]}}", "c.yml:1:41: 'description' should be text, not a list"},
        {"sources: {a: {driver: csv, metadata: 5}}", "c.yml:1:38: 'metadata' should be a mapping, not a whole number"},
        {"sources: {a: {driver: csv, cache: 5}}", "c.yml:1:35: 'cache' should be a list, not a whole number"},
        {"sources: {a: {driver: csv, direct_access: open}}",
         "c.yml:1:43: 'direct_access' is 'forbid', 'allow' or 'force', not 'open'"},
        {"sources: {a: {driver: csv, parameters: [n]}}", "c.yml:1:40: 'parameters' should be a mapping, not a list"},
    };
    check_all(examples);
}

TEST_CASE("options of captures are known and of the right kind") {
    constexpr example examples[] = {
        {"sources: {a: {driver: pcap}}", "c.yml:1:11: the source 'a' names no 'urlpath'"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, protcol: tcp}}}",
         "c.yml:1:48: unknown option 'protcol'; did you mean 'protocol'?"},
        {"sources: {a: {driver: pcap, args: {urlpath: 5}}}",
         "c.yml:1:45: 'urlpath=5' is not a path or a list of paths"},
        {"sources: {a: {driver: pcap, args: {urlpath: [x, 5]}}}",
         "c.yml:1:45: 'urlpath=a list' is not a path or a list of paths"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, payload: 1}}}",
         "c.yml:1:57: 'payload=1' is not true or false"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, payload: 'true'}}}",
         "c.yml:1:57: 'payload=true' is not true or false"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, chunksize: 0}}}",
         "c.yml:1:59: 'chunksize=0' is not a number of rows, 1 or more"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, limit: '5'}}}",
         "c.yml:1:55: 'limit=5' is not a number of rows, 1 or more"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, protocol: [tcp]}}}",
         "c.yml:1:58: 'protocol=a list' is not text"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, protocol: tpc}}}",
         "c.yml:1:58: unknown protocol 'tpc'; did you mean 'tcp'?"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, columns: [tme]}}}",
         "c.yml:1:57: unknown column 'tme'; did you mean 'time'?"},
    };
    check_all(examples);
}

TEST_CASE("parameters have known types and values that fit") {
    constexpr example examples[] = {
        {"sources: {a: {driver: csv, parameters: {n: 5}}}", "c.yml:1:44: 'n' should be a mapping, not a whole number"},
        {"sources: {a: {driver: csv, parameters: {n: {type: integer}}}}", "c.yml:1:51: unknown type 'integer'"},
        {"sources: {a: {driver: csv, parameters: {n: {type: flot}}}}",
         "c.yml:1:51: unknown type 'flot'; did you mean 'float'?"},
        {"sources: {a: {driver: csv, parameters: {n: {type: 'int[str]'}}}}",
         "c.yml:1:51: unknown type 'int[str]'; did you mean 'int'?"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, default: x}}}}",
         "c.yml:1:65: n=x is not a whole number"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, min: x}}}}",
         "c.yml:1:61: 'min': x is not a whole number"},
        {"sources: {a: {driver: csv, parameters: {n: {type: bool, max: true}}}}",
         "c.yml:1:62: 'max' needs a type with an order: int, float, str or datetime"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, allowed: 5}}}}",
         "c.yml:1:65: 'allowed' should be a list, not a whole number"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, allowed: [1, x]}}}}",
         "c.yml:1:69: 'allowed': x is not a whole number"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, default: 11, max: 10}}}}",
         "c.yml:1:65: n=11 is greater than 10"},
        {"sources: {a: {driver: csv, parameters: {n: {type: int, defualt: 1}}}}",
         "c.yml:1:56: unknown key 'defualt'; did you mean 'default'?"},
        {"sources: {a: {driver: csv, parameters: {n: {type: str, default: 'env()'}}}}",
         "c.yml:1:66: env() needs the name of a variable, in \"env()\""},
        {"metadata: {parameters: {n: {type: flot}}}\nsources: {}",
         "c.yml:1:35: unknown type 'flot'; did you mean 'float'?"},
        {"sources: {a: {driver: pcap, args: {urlpath: x, limit: 11}, parameters: {limit: {type: int, max: 10}}}}",
         "c.yml:1:55: limit=11 is greater than 10"},
    };
    check_all(examples);
}

TEST_CASE("mistakes in templates are shown with the template and their place") {
    constexpr example examples[] = {
        {"sources: {a: {driver: pcap, args: {urlpath: '{{ CATALOG_DR }}/x'}}}",
         "c.yml:1:49: unknown name 'CATALOG_DR', in \"{{ CATALOG_DR }}/x\"; did you mean 'CATALOG_DIR'?"},
        {"sources:\n  a:\n    driver: csv\n    args:\n      deep: [x, {y: '\xc3\xa9 {{ n | uper }}'}]\n    parameters: "
         "{n: {type: int}}\n",
         "c.yml:5:31: unknown filter 'uper', in \"\xc3\xa9 {{ n | uper }}\"; did you mean 'upper'?"},
        {"sources: {a: {driver: csv, args: {x: \"\\t{{ n\"}}}",
         "c.yml:1:38: this template is never closed, in \"\\x09{{ n\""},
        {"sources: {a: {driver: csv, args: {x: '{% for y in z %}'}}}",
         "c.yml:1:39: '{% for %}' is not supported in templates; if, set and raw are, in \"{% for y in z %}\""},
        {"sources: {a: {driver: csv, args: {x: '{{ y }}', y: '{{ CATALOG_DIR }}'}}}",
         "c.yml:1:42: unknown name 'y', in \"{{ y }}\""},
        {"sources: {a: {driver: csv, args: {x: '{{ y }}', y: z}}}", ""},
    };
    check_all(examples);
}

TEST_CASE("messages stay in one line and do nothing to a terminal") {
    CHECK(mistakes("sources: {\"a\\e[31m\\n\": {}}") == "c.yml:1:11: the source 'a\\x1b[31m\\x0a' has no 'driver'");
    CHECK(visible_text("\x7f\xc3\xa9") == "\\x7f\xc3\xa9");
    CHECK(visible_text("\xc2\x9b"
                       "2J\xff") == "\\xc2\\x9b2J\\xff");
}

TEST_CASE("mistakes without end are reported to a limit") {
    std::string many = "sources:\n";
    for (int i = 0; i < 500; ++i) many += "  a" + std::to_string(i) + ": {}\n";
    const text_result<catalog> made = catalog::parse(many, "c.yml");
    REQUIRE(made);
    REQUIRE(made->problems().size() == limits::problems_max + 1);
    CHECK(made->problems().back().message() == "c.yml:102:3: there is more, but this is enough to begin with");
}

TEST_CASE("all mistakes are reported together, in the order of the text") {
    CHECK(mistakes("nme: x\n"
                   "sources:\n"
                   "  a:\n"
                   "    driver: pcap\n"
                   "    parameters:\n"
                   "      n: {type: integr, default: x}\n"
                   "    args:\n"
                   "      urlpath: '{{ m }}'\n"
                   "      protcol: tcp\n"
                   "      payload: 1\n"
                   "  b: {args: {}}\n"
                   "  c: {driver: pcap, args: {urlpath: x}, direct_access: x}\n") ==
          "c.yml:1:1: unknown key 'nme'; did you mean 'name'?\n"
          "c.yml:6:17: unknown type 'integr'\n"
          "c.yml:8:20: unknown name 'm', in \"{{ m }}\"; did you mean 'n'?\n"
          "c.yml:9:7: unknown option 'protcol'; did you mean 'protocol'?\n"
          "c.yml:10:16: 'payload=1' is not true or false\n"
          "c.yml:11:3: the source 'b' has no 'driver'\n"
          "c.yml:12:56: 'direct_access' is 'forbid', 'allow' or 'force', not 'x'");
}

TEST_CASE("the fault of an entry is that entry's") {
    const text_result<catalog> made = catalog::parse(
        "sources:\n"
        "  good: {driver: pcap, args: {urlpath: x}}\n"
        "  bad: {driver: pcap, args: {urlpath: x, protcol: tcp, payload: 1}}\n"
        "  worse: text\n"
        "  5: {driver: pcap, args: {urlpath: x}}\n"
        "  alias: {driver: alias, args: {target: bad}}\n"
        "  inner: {driver: catalog, args: [x]}\n",
        "c.yml");
    REQUIRE(made);
    CHECK(made->entries().size() == 6);
    CHECK(made->problems().size() == 5);
    CHECK(made->request("good"));
    CHECK(made->request("bad").message() ==
          "c.yml:3:42: unknown option 'protcol'; did you mean 'protocol'?\n"
          "c.yml:3:65: 'payload=1' is not true or false");
    CHECK(made->request("worse").message() ==
          "c.yml:4:10: the source 'worse' is a mapping with 'driver' and 'args', not text");
    CHECK(made->request("5").message() == "c.yml:5:3: the name of a source should be text; put it in quotes");
    CHECK(made->request("alias").message() == made->request("bad").message());
    CHECK(made->request("inner.x").message() == "c.yml:7:34: 'args' should be a mapping, not a list");
    CHECK(made->to_yaml("5").empty());
    catalog changed = *made;
    CHECK(changed.add("bad", yaml::read("{driver: pcap, args: {urlpath: y, protcol: tcp}}").root).size() == 1);
    CHECK(changed.add("bad", yaml::read("{driver: pcap, args: {urlpath: y}}").root).empty());
    CHECK(changed.request("bad"));
}

TEST_CASE("arguments that have no effect are warnings") {
    const text_result<catalog> made = catalog::parse(
        "sources:\n  a: {driver: pcap, args: {urlpath: x, storage_options: {anon: true}, max_packet: 65536}}\n",
        "c.yml");
    REQUIRE(made);
    CHECK(made->problems().empty());
    const text_result<read_request> asked = made->request("a");
    REQUIRE(asked);
    REQUIRE(asked->warnings.size() == 1);
    CHECK(asked->warnings[0].message() ==
          "c.yml:2:40: the argument 'storage_options' is left aside: it has no effect");
    CHECK(asked->paths == std::vector<std::string>{"x"});
}
