// pcapframe read -o out.pcap: the packets of the rows, as a capture file.

#include <cerrno>
#include <string>

#include <pcapframe/packets/copy_packets.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "readable_files.hpp"
#include "row_output.hpp"

namespace cmd_read_packets {
namespace {

using pcapframe::packet_format;

pcapframe::result<packet_format> format_of(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format"));
    return pcapframe::packet_format_of_path(given.value("-o"));
}

std::string wrong_words(const arguments& given, const pcapframe::read_request& asked) {
    if (asked.is_live()) return "'pcapframe dump PATH INTERFACE' writes what is captured";
    constexpr std::string_view for_rows = " is for rows, not for capture files";
    if (given.has("--all")) return "--all" + std::string(for_rows);
    for (const pcapframe::option_value& one : pcapframe::given_options(asked.options))
        if (one.option.effect == pcapframe::option_effect::columns)
            return std::string(one.option.flag) + std::string(for_rows);
    return given.has("-o") ? "" : "name the capture file: -o out.pcap";
}

}  // namespace
}  // namespace cmd_read_packets

bool names_packet_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_packet_format(given.value("--format")).has_value();
    return pcapframe::packet_format_of_path(given.value("-o")).has_value();
}

int read_packets(const arguments& given, const pcapframe::read_request& asked) {
    const std::string problem = cmd_read_packets::wrong_words(given, asked);
    if (!problem.empty()) return complain_usage("read", problem);
    const auto format = cmd_read_packets::format_of(given);
    if (!format) return complain_error("read", format.error());
    const pcapframe::read_options& read = asked.options;
    if (const auto fits = check_terminal(given.value("-o")); !fits) return complain_error("read", fits.error());
    int status = exit_status::good;
    const std::vector<std::string> readable = readable_files("read", asked.paths, status);
    if (readable.empty()) return status;
    const auto source = pcapframe::open_pcap(readable, read);
    if (!source) return complain_error("read", source.error());
    const pcapframe::result<void> apart = pcapframe::check_output(given.value("-o"), source->files());
    if (!apart) return complain_error("read", apart.error());

    const pcapframe::packets_copied done = pcapframe::packet_copier(*source, given.value("-o"), *format).run();
    for (const pcapframe::error& damage : done.warnings) complain("warning: " + damage.message());
    if (const std::uint64_t changed = done.changed_times; changed != 0)
        complain("warning: " + given.value("-o") + ": " + std::to_string(changed) +
                 " packets without a time, or with " +
                 (*format == pcapframe::packet_format::pcap
                      ? "one that pcap cannot hold: it says the nearest from 1970 to 2106; pcapng keeps them"
                      : "one before what their interface's times are counted from: they have none in the file"));
    if (done.read_error) return complain_error("read", *done.read_error);
    if (done.write_error && done.write_error->system != EPIPE) return complain_error("read", *done.write_error);
    if (status == exit_status::good && !done.warnings.empty()) status = exit_status::damaged;
    return status;
}
