// The library by `import pcapframe;`: rows by name, a filter, an address as a key, an export.
#include <cstdio>
#include <string>
#include <unordered_map>

import pcapframe;

int main(int, char** argv) {
    auto source = pcapframe::open_pcap(argv[1], {.filter = "udp or tcp", .columns = {"time", "src_host", "len"}});
    if (!source) return std::puts(source.error().message().c_str()), 1;
    const pcapframe::table rows = source->read().value();
    std::unordered_map<pcapframe::ip_address, unsigned long> bytes;
    for (const pcapframe::row_view row : rows) bytes[*row.src_host()] += *row.len();
    unsigned long most = 0;
    for (const auto& each : bytes) most = each.second > most ? each.second : most;
    const auto first = rows.time().as_chrono()[0];
    std::printf("%zu rows from %zu hosts, the first from %s at %lld, the most bytes are %lu\n", rows.rows(),
                bytes.size(), to_string(*rows.src_host()[0]).c_str(),
                static_cast<long long>(first->time_since_epoch().count()), most);
    std::printf("%d %s\n", pcapframe::link_type::ethernet, std::string(name_of(pcapframe::column::ttl)).c_str());
    return pcapframe::export_to(rows, argv[2]).has_value() ? 0 : 1;
}
