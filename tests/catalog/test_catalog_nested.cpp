#include <map>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

/// Catalog files by their paths.
const std::map<std::string, std::string>& files() {
    static const std::map<std::string, std::string> all{
        {"top/catalog.yml",
         "sources:\n"
         "  inner: {driver: yaml_file_cat, args: {path: '{{ CATALOG_DIR }}/sub/inner.yml'}}\n"
         "  pick:\n"
         "    driver: intake.catalog.local.YAMLFileCatalog\n"
         "    args: {urlpath: 'top/sub/{{ which }}.yml'}\n"
         "    parameters: {which: {type: str, default: inner, allowed: [inner, gone]}}\n"
         "  gone: {driver: catalog, args: {path: nowhere.yml}}\n"
         "  broken: {driver: catalog, args: {path: broken.yml}}\n"
         "  nameless: {driver: catalog}\n"
         "  loop: {driver: catalog, args: {path: top/catalog.yml}}\n"
         "  here: {driver: pcap, args: {urlpath: here.pcap, protocol: tcp}}\n"
         "  'a.b': {driver: pcap, args: {urlpath: dotted.pcap}}\n"
         "  same: {driver: alias, args: {target: here}}\n"
         "  udp: {driver: intake.source.derived.AliasSource, args: {target: here, kwargs: {protocol: udp, limit: 3}}}\n"
         "  first: {driver: alias, args: {targets: [inner.x, here]}}\n"
         "  chosen:\n"
         "    driver: alias\n"
         "    args: {target: '{{ day }}', mapping: {monday: here, tuesday: inner.x}}\n"
         "    parameters: {day: {type: str, default: monday, allowed: [monday, tuesday, sunday]}}\n"
         "  outside: {driver: alias, args: {target: 'top/sub/inner.yml:x'}}\n"
         "  outer_gone: {driver: alias, args: {target: 'nowhere.yml:x'}}\n"
         "  again: {driver: alias, args: {target: same}}\n"
         "  me: {driver: alias, args: {target: me}}\n"
         "  ping: {driver: alias, args: {target: pong}}\n"
         "  pong: {driver: alias, args: {target: ping}}\n"
         "  nobody: {driver: alias, args: {target: hre}}\n"
         "  aimless: {driver: alias}\n"
         "  to_catalog: {driver: alias, args: {target: inner}}\n"},
        {"top/sub/inner.yml",
         "name: the inner one\n"
         "sources:\n"
         "  x: {driver: pcap, args: {urlpath: '{{ CATALOG_DIR }}/x.pcap'}}\n"
         "  y: {driver: alias, args: {target: x}}\n"
         "  deeper: {driver: yaml_file_cat, args: {path: top/sub/inner.yml}}\n"},
        {"broken.yml", "sources:\n  a: {drver: pcap}\n  b: {driver: pcap, args: {urlpath: 5}}\n"},
    };
    return all;
}

result<std::string> read_file(const std::string& path) {
    const auto found = files().find(path);
    if (found == files().end()) return error{.code = errc::cannot_open, .subject = std::string_view(path)};
    return found->second;
}

const catalog& top() {
    static const catalog made = *catalog::open("top/catalog.yml", {.read_file = &read_file});
    return made;
}

std::string asked(std::string_view entry, std::string_view given = "{}") {
    const text_result<read_request> request = top().request(entry, yaml::read(given).root);
    return request ? shown(named_values(*request)) : request.message();
}

}  // namespace

TEST_CASE("entries of nested catalogs are named with dots") {
    CHECK(asked("inner.x") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("inner.y") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("pick.x") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("inner.deeper.deeper.x") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("loop.loop.inner.x") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("a.b") == "{\"urlpath\": \"dotted.pcap\"}");
    const text_result<catalog> opened = top().open_nested(*top().find("inner"));
    REQUIRE(opened);
    CHECK(opened->name() == "the inner one");
    const auto place = top().locate("inner.x");
    REQUIRE(place);
    CHECK(place->in->path() == "top/sub/inner.yml");
    CHECK(place->entry->name == "x");
}

TEST_CASE("what is wrong with nested catalogs") {
    CHECK(asked("inner.z") == "top/sub/inner.yml: unknown entry 'z'; did you mean 'x'?");
    CHECK(asked("inner") == "top/catalog.yml:2:3: 'inner' is a catalog; name an entry of it, as 'inner.ENTRY'");
    CHECK(asked("gone.x") == "top/catalog.yml:7:40: nowhere.yml: cannot be opened");
    CHECK(asked("broken.a") == "broken.yml:2:7: unknown key 'drver'; did you mean 'driver'?");
    CHECK(asked("nameless.x") == "top/catalog.yml:9:3: the catalog 'nameless' names no file in 'path'");
    CHECK(asked("here.x") == "top/catalog.yml:11:3: 'here' is no catalog");
    CHECK(asked("nowhere.x") == "top/catalog.yml: unknown entry 'nowhere.x'");
    std::string loops;
    for (int i = 0; i < 50; ++i) loops += "loop.";
    CHECK(asked(loops + "here").ends_with("leads through more than 32 entries; do they form a loop?"));
}

TEST_CASE("an alias is another entry, with more options perhaps") {
    CHECK(asked("same") == "{\"urlpath\": \"here.pcap\", \"protocol\": \"tcp\"}");
    CHECK(asked("again") == "{\"urlpath\": \"here.pcap\", \"protocol\": \"tcp\"}");
    CHECK(asked("udp") == "{\"urlpath\": \"here.pcap\", \"protocol\": \"udp\", \"limit\": 3}");
    CHECK(asked("udp", "{limit: 4}") == "{\"urlpath\": \"here.pcap\", \"protocol\": \"udp\", \"limit\": 4}");
    CHECK(asked("again", "{payload: true}") ==
          "{\"urlpath\": \"here.pcap\", \"protocol\": \"tcp\", \"payload\": true}");
    CHECK(asked("first") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("outside") == "{\"urlpath\": \"top/sub/x.pcap\"}");
    CHECK(asked("chosen") == "{\"urlpath\": \"here.pcap\", \"protocol\": \"tcp\"}");
    CHECK(asked("chosen", "{day: tuesday}") == "{\"urlpath\": \"top/sub/x.pcap\"}");
}

TEST_CASE("what is wrong with aliases") {
    CHECK(asked("chosen", "{day: sunday}") == "top/catalog.yml:18:42: the alias 'chosen' maps no 'sunday'");
    CHECK(asked("chosen", "{day: friday}") == "day=friday is not one of the allowed values: monday, tuesday, sunday");
    CHECK(asked("same", "{protcol: udp}") == "unknown option 'protcol' of 'here'; did you mean 'protocol'?");
    CHECK(asked("me") == "top/catalog.yml: 'me' leads through more than 32 entries; do they form a loop?");
    CHECK(asked("ping") == "top/catalog.yml: 'ping' leads through more than 32 entries; do they form a loop?");
    CHECK(asked("nobody") == "top/catalog.yml: unknown entry 'hre'; did you mean 'here'?");
    CHECK(asked("aimless") == "top/catalog.yml:27:3: the alias 'aimless' names no 'target'");
    CHECK(asked("to_catalog") == "top/catalog.yml:2:3: 'inner' is a catalog; name an entry of it, as 'inner.ENTRY'");
    CHECK(asked("outer_gone") == "top/catalog.yml:21:3: nowhere.yml: cannot be opened");
}
