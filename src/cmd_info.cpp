// pcapframe info: what a capture file is, and what the file has in it.

#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "progress.hpp"
#include "read_flags.hpp"

namespace cmd_info {
namespace {

constexpr std::array options{
    option_spec{"--json", "", "one JSON object per file"},
    flag_of("filter"),
};

/// The counts of one pass over the records.
struct totals {
    std::uint64_t packets = 0;
    std::uint64_t captured_bytes = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t cut_packets = 0;
    std::int64_t first_time = pcapframe::no_time;
    std::int64_t last_time = pcapframe::no_time;
    std::int64_t time_before = pcapframe::no_time;
    bool in_order = true;
    std::vector<std::uint64_t> per_interface;
};

void count(totals& sum, const pcapframe::record& r) {
    ++sum.packets;
    sum.captured_bytes += r.caplen;
    sum.wire_bytes += r.len;
    sum.cut_packets += r.caplen < r.len ? 1 : 0;
    ++sum.per_interface[r.interface];
    if (r.time == pcapframe::no_time) return;
    if (r.time < sum.time_before) sum.in_order = false;
    sum.time_before = r.time;
    if (sum.first_time == pcapframe::no_time || r.time < sum.first_time) sum.first_time = r.time;
    if (sum.last_time == pcapframe::no_time || r.time > sum.last_time) sum.last_time = r.time;
}

pcapframe::result<totals> read_all(pcapframe::record_reader& reader, const pcapframe::read_plan& plan) {
    totals sum;
    pcapframe::row_selection selection(plan);
    while (true) {
        const pcapframe::record_run run = reader.next();
        sum.per_interface.resize(reader.interfaces()->size());
        if (run.empty()) break;
        const auto count_all = [&](const pcapframe::record_run& wanted) {
            for (const pcapframe::record& r : wanted.records) count(sum, r);
            return true;
        };
        const pcapframe::result<void> selected = selection.each_run(run, reader, count_all);
        if (!selected) return selected.error();
    }
    return sum;
}

std::string time_text(std::int64_t time) {
    char text[pcapframe::fixed_text_bytes_max];
    return {text, pcapframe::write_iso_time(text, time)};
}

/// Seconds with nine digits, from nanoseconds.
std::string seconds_text(std::uint64_t nanoseconds) {
    char text[48];
    std::snprintf(text, sizeof text, "%llu.%09llu", static_cast<unsigned long long>(nanoseconds / 1'000'000'000),
                  static_cast<unsigned long long>(nanoseconds % 1'000'000'000));
    return text;
}

std::string resolution_text(std::uint8_t tsresol) {
    const std::string exponent = std::to_string(tsresol & 0x7f);
    return ((tsresol & 0x80) != 0 ? "2^-" : "10^-") + exponent + " s";
}

std::string_view order_text(pcapframe::byte_order order) {
    return order == pcapframe::byte_order::little ? "little-endian" : "big-endian";
}

struct file_facts {
    std::string format;
    std::string version;
    std::string order;
};

file_facts facts_of(const pcapframe::capture_walker& walker) {
    file_facts facts;
    if (walker.format() == pcapframe::capture_format::pcapng) {
        facts.format = "pcapng";
        for (const pcapframe::pcapng_section& section : walker.sections()) {
            const std::string order(order_text(section.order));
            if (facts.order.empty()) facts.order = order;
            else if (facts.order != order) facts.order = "mixed";
        }
        if (!walker.sections().empty())
            facts.version = std::to_string(walker.sections()[0].version_major) + "." +
                            std::to_string(walker.sections()[0].version_minor);
        return facts;
    }
    if (walker.format() == pcapframe::capture_format::other) {
        facts.format = walker.maker();
        return facts;
    }
    facts.format = "pcap";
    if (const auto& header = walker.header()) {
        if (header->magic == pcapframe::pcap_magic::modified) facts.format = "modified pcap";
        if (header->nanoseconds()) facts.format = "nanosecond pcap";
        if (header->is_aix) facts.format = "AIX pcap";
        if (header->is_ixia()) facts.format = "Ixia pcap";
        facts.version = std::to_string(header->version_major) + "." + std::to_string(header->version_minor);
        facts.order = order_text(header->order);
    }
    return facts;
}

/// A JSON object, key by key.
class json_object {
public:
    void text(std::string_view key, std::string_view value) {
        std::string quoted(6 * value.size() + 2, '\0');
        quoted.resize(static_cast<std::size_t>(pcapframe::write_json_string(quoted.data(), value) - quoted.data()));
        raw(key, quoted);
    }
    void number(std::string_view key, std::uint64_t value) { raw(key, std::to_string(value)); }
    void raw(std::string_view key, std::string_view value) {
        text_ += (text_.empty() ? "{\"" : ",\"") + std::string(key) + "\":" + std::string(value);
    }
    [[nodiscard]] std::string done() const { return text_ + "}"; }

private:
    std::string text_;
};

std::string interfaces_json(const pcapframe::record_reader& reader, const totals& sum) {
    std::string list = "[";
    for (std::size_t i = 0; i < reader.interfaces()->size(); ++i) {
        const pcapframe::interface_info& info = (*reader.interfaces())[i];
        json_object item;
        item.number("section", info.section);
        item.number("id", info.id);
        if (!info.name.empty()) item.text("name", info.name);
        if (!info.description.empty()) item.text("description", info.description);
        if (!info.filter.empty()) item.text("filter", info.filter);
        if (!info.os.empty()) item.text("os", info.os);
        item.number("link_type", info.link_type);
        item.text("link_type_name", pcapframe::link_type_name(info.link_type));
        item.number("snaplen", info.snaplen);
        item.text("time_resolution", resolution_text(info.tsresol));
        item.number("packets", sum.per_interface[i]);
        list += (i == 0 ? "" : ",") + item.done();
    }
    return list + "]";
}

void print_json(const pcapframe::record_reader& reader, const totals& sum) {
    const file_facts facts = facts_of(reader.walker());
    json_object out;
    out.text("file", reader.name());
    out.text("format", facts.format);
    out.text("version", facts.version);
    out.text("byte_order", facts.order);
    if (reader.format() == pcapframe::capture_format::pcapng) out.number("sections", reader.walker().sections().size());
    out.number("file_bytes", reader.bytes() != 0 ? reader.bytes() : reader.offset());
    if (const pcapframe::compression* const packing = reader.packing()) {
        out.text("compression", packing->name);
        out.number("unpacked_bytes", reader.offset());
    }
    out.number("packets", sum.packets);
    out.number("captured_bytes", sum.captured_bytes);
    out.number("wire_bytes", sum.wire_bytes);
    out.number("cut_packets", sum.cut_packets);
    const bool timed = sum.first_time != pcapframe::no_time;
    if (timed) out.text("first_time", time_text(sum.first_time));
    else out.raw("first_time", "null");
    if (timed) out.text("last_time", time_text(sum.last_time));
    else out.raw("last_time", "null");
    const std::uint64_t duration = timed ? pcapframe::nanoseconds_between(sum.first_time, sum.last_time) : 0;
    out.raw("duration_seconds", timed ? seconds_text(duration) : "null");
    if (const std::string odd = pcapframe::odd_times_text(reader.walker()); !odd.empty()) out.text("odd_times", odd);
    out.raw("time_ordered", sum.in_order ? "true" : "false");
    out.raw("interfaces", interfaces_json(reader, sum));
    if (const auto damage = reader.damage()) out.text("damage", damage->message());
    else out.raw("damage", "null");
    std::printf("%s\n", out.done().c_str());
}

void line(const char* key, std::string_view value) {
    std::printf("%-16s %s\n", key, pcapframe::visible_text(value).c_str());
}

void print_interface(const pcapframe::interface_info& info, std::uint64_t packets) {
    std::string text = std::to_string(info.id) + ": " + pcapframe::link_type_name(info.link_type) + " (" +
                       std::to_string(info.link_type) + ")";
    if (!info.name.empty()) text += ", " + info.name.text();
    if (!info.description.empty()) text += ", " + info.description.text();
    text += ", snaplen " + std::to_string(info.snaplen) + ", " + resolution_text(info.tsresol) + ", " +
            std::to_string(packets) + " packets";
    line("interface", text);
}

void print_text(const pcapframe::record_reader& reader, const totals& sum) {
    const file_facts facts = facts_of(reader.walker());
    line("file", reader.name());
    line("format", facts.format + (facts.version.empty() ? "" : " " + facts.version) +
                       (facts.order.empty() ? "" : ", " + facts.order));
    if (reader.walker().sections().size() > 1) line("sections", std::to_string(reader.walker().sections().size()));
    const std::uint64_t file_bytes = reader.bytes() != 0 ? reader.bytes() : reader.offset();
    line("file size", std::to_string(file_bytes) + " bytes");
    if (const pcapframe::compression* const packing = reader.packing())
        line("compression", std::string(packing->name) + ", " + std::to_string(reader.offset()) + " bytes unpacked");
    line("packets", std::to_string(sum.packets));
    line("captured", std::to_string(sum.captured_bytes) + " bytes");
    line("on the wire", std::to_string(sum.wire_bytes) + " bytes");
    if (sum.cut_packets != 0)
        line("cut packets", std::to_string(sum.cut_packets) + " (captured less than was on the wire)");
    if (sum.first_time != pcapframe::no_time) {
        line("first time", time_text(sum.first_time));
        line("last time", time_text(sum.last_time));
        const std::uint64_t duration = pcapframe::nanoseconds_between(sum.first_time, sum.last_time);
        line("duration", seconds_text(duration) + " s");
        const double seconds = static_cast<double>(duration) / 1e9;
        if (seconds > 0) line("mean rate", human_bytes(static_cast<double>(sum.wire_bytes) / seconds) + "/s");
    }
    if (const std::string odd = pcapframe::odd_times_text(reader.walker()); !odd.empty()) line("times", odd);
    line("time order", sum.in_order ? "yes" : "no, some packets are earlier than the one before");
    constexpr std::size_t shown_max = 32;
    const auto& interfaces = *reader.interfaces();
    for (std::size_t i = 0; i < interfaces.size() && i < shown_max; ++i)
        print_interface(interfaces[i], sum.per_interface[i]);
    if (interfaces.size() > shown_max)
        line("interface", "... " + std::to_string(interfaces.size() - shown_max) + " more (--json lists all)");
    const auto damage = reader.damage();
    line("damage", damage ? damage->message() : "none");
}

int run(const arguments& given) {
    if (given.operands().empty())
        return complain_usage("info", "name one or more capture files, or '-' for standard input");
    pcapframe::read_options read;
    if (const std::string problem = take_read_flags(given, read); !problem.empty())
        return complain_usage("info", problem);
    const auto plan = pcapframe::plan_read(read);
    if (!plan) return complain_error("info", plan.error());
    int status = exit_status::good;
    bool first = true;
    for (const std::string& operand : given.operands()) {
        const auto files = pcapframe::expand_path(operand);
        if (!files) return complain_error("info", files.error());
        for (const std::string& file : *files) {
            auto reader = pcapframe::record_reader::open(file);
            if (!reader) {
                status = complain_error("info", reader.error());
                continue;
            }
            const auto sum = read_all(*reader, *plan);
            if (!sum) return complain_error("info", sum.error().about(reader->name()));
            if (!given.has("--json") && !first) std::printf("\n");
            first = false;
            if (given.has("--json")) print_json(*reader, *sum);
            else print_text(*reader, *sum);
            if (const auto damage = reader->damage()) {
                complain("warning: " + damage->message());
                if (status == exit_status::good) status = exit_status::damaged;
            }
        }
    }
    return status;
}

}  // namespace
}  // namespace cmd_info

const command_spec info_command{
    "info",
    "FILE|PATTERN|-... [OPTIONS]",
    "say what captures are: format, interfaces, packets, bytes, times, damage",
    "Every file is read to its end. Times are in UTC.\n",
    cmd_info::options,
    cmd_info::run,
    {},
    operand_kind::files,
};
