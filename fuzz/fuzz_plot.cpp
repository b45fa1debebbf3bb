// Any capture as a page, a picture or its numbers: well formed, whatever is in the packets.
//
// The first byte chooses the kind and format of the plot and how many hosts are counted exactly, the second how long
// the title is, which is the beginning of the capture.

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/plot/plot.hpp>

#include "../tests/plot/valid_json.hpp"
#include "../tests/plot/well_formed.hpp"

namespace {

using namespace pcapframe;

void require(bool holds) {
    if (!holds) std::abort();
}

traffic_summary summarize(record_reader& reader, std::size_t keys_max) {
    traffic_summary summary(keys_max);
    batch rows(*parse_columns(traffic_summary::columns));
    rows.set_interfaces(reader.interfaces());
    std::uint64_t count = 0;
    for (auto run = reader.next(); !run.empty(); run = reader.next()) {
        rows.clear();
        decode_run(rows, run, *reader.interfaces(), {.all_frames = true, .protocol = std::nullopt});
        count += rows.rows();
        summary.add(rows);
    }
    require(summary.total().packets == count);
    return summary;
}

std::string drawn(const traffic_summary& summary, const plot_options& options) {
    const result<std::string> document = plot(summary, options);
    require(document.has_value());
    require(!plot_test::has_bad_number(*document));
    return *document;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::vector<std::uint8_t> file(data + 2, data + size);
    auto reader = record_reader::from_memory(file);
    if (!reader) return 0;
    const std::size_t keys_max = (data[0] & 8) != 0 ? 3 : 1'000;
    const traffic_summary summary = summarize(*reader, keys_max);
    std::string kinds(plot_kinds[data[0] % plot_kinds.size()].name);
    if ((data[0] & 128) != 0) kinds += "," + std::string(plot_kinds[data[1] % plot_kinds.size()].name);
    plot_options options{.title = std::string(text.substr(0, data[1])),
                         .kind = kinds,
                         .format = plot_formats[data[0] / 16 % plot_formats.size()].format,
                         .warnings = {std::string(text.substr(text.size() / 2, 40))}};
    const std::string document = drawn(summary, options);
    if (options.format == plot_format::json)
        require(plot_test::is_valid_json(document));
    else
        require(plot_test::problem_of(document).empty());
    return 0;
}
