// Input: any bytes, as a catalog. Every entry is resolved, with its defaults and with values, and written again.
//
// Files that a catalog names are not opened: each is this very catalog, so that loops are found.
#include <string>
#include <string_view>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/filter.hpp>

#include "check.hpp"

using namespace pcapframe;

namespace {

std::string_view whole;

result<std::string> read_itself(const std::string&) { return std::string(whole); }

/// A request becomes an entry that asks for the same.
void write_request(const read_request& asked) {
    catalog made;
    if (!made.add("again", pcap_entry(asked)).empty()) return;
    const text_result<catalog> written = catalog::parse(made.to_yaml(), "again.yml", {.filters = expression_filters()});
    fuzzing::check(bool(written), "a written entry can be read");
    const text_result<read_request> again = written->request("again");
    fuzzing::check(bool(again), "a written request can be made again");
    fuzzing::check(yaml::same(named_values(*again), named_values(asked)), "a written request asks for the same");
}

void use_entry(const catalog& from, const catalog_entry& entry) {
    const text_result<read_request> by_default = from.request(entry.name);
    if (by_default) write_request(*by_default);
    for (const named_plot& plot : plots_of(entry.metadata))
        fuzzing::check(entry.metadata.find("plots")->find(plot.name) != nullptr, "a plot is one of the metadata");
    yaml::node given = yaml::node::mapping();
    for (const catalog_parameter& parameter : entry.parameters)
        given.set(parameter.name, yaml::node::from(std::string_view("1")));
    given.set("protocol", yaml::node::from(std::string_view("udp")));
    given.set("limit", yaml::node::from(std::string_view("7")));
    const text_result<read_request> asked = from.request(entry.name, given);
    fuzzing::check(asked || !asked.problems().empty(), "what is refused has a reason");
    if (asked) write_request(*asked);
    if (entry.kind == driver_kind::catalog) (void)from.locate(entry.name + "." + entry.name + ".x");
    fuzzing::check(!entry.problems.empty() || !from.to_yaml(entry.name).empty(), "an entry can be written");
    for (const problem& each : entry.problems)
        fuzzing::check(each.message().find('\n') == std::string::npos, "a message of an entry is one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    whole = {reinterpret_cast<const char*>(data), size};
    const catalog_options options{.allow_shell = false, .read_file = &read_itself, .filters = expression_filters()};
    const text_result<catalog> opened = catalog::parse(whole, "folder/catalog.yml", options);
    for (const problem& each : opened.problems())
        fuzzing::check(each.message().find('\n') == std::string::npos, "a message is one line");
    if (!opened) return 0;
    constexpr std::size_t entries_max = 16;
    for (std::size_t i = 0; i < opened->entries().size() && i < entries_max; ++i)
        use_entry(*opened, opened->entries()[i]);
    if (yaml::unwritable(yaml::read(whole).root) != nullptr) return 0;
    const text_result<catalog> again = catalog::parse(opened->to_yaml(), "folder/catalog.yml", options);
    fuzzing::check(bool(again), "a written catalog can be read");
    fuzzing::check(again->entries().size() == opened->entries().size(), "a written catalog has the same entries");
    return 0;
}
