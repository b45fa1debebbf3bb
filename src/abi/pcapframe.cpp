// The shared library behind pcapframe.h: lists, sources and their streams.

#include "source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

using abi::errc, abi::error, abi::result;

namespace abi {

namespace {

/// The end of a text, where it is too long for `out`, with a zero.
template <std::size_t Size>
void copy_end(std::string_view text, char (&out)[Size]) noexcept {
    text.remove_prefix(text.size() - std::min(text.size(), Size - 1));
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out[text.size()] = '\0';
}

int kind_of(const error& why) noexcept {
    switch (why.code) {
        case errc::unknown_name:
        case errc::bad_value:
        case errc::bad_text:
        case errc::out_of_range:
        case errc::bad_split:
        case errc::closed:
        case errc::empty_path: return PCAPFRAME_BAD_REQUEST;
        case errc::out_of_memory: return PCAPFRAME_NO_MEMORY;
        case errc::cancelled: return PCAPFRAME_CANCELLED;
        case errc::no_match:
        case errc::is_directory: return PCAPFRAME_SYSTEM;
        default: return why.system != 0 ? PCAPFRAME_SYSTEM : PCAPFRAME_BAD_INPUT;
    }
}

int system_of(const error& why) noexcept {
    if (why.code == errc::no_match) return ENOENT;
    return why.code == errc::is_directory ? EISDIR : why.system;
}

}  // namespace

int tell_failure(int kind, std::string_view message, pcapframe_error* out) noexcept {
    if (out == nullptr) return kind;
    *out = {kind, kind == PCAPFRAME_NO_MEMORY ? ENOMEM : 0, PCAPFRAME_NO_OFFSET, "", ""};
    const std::size_t size = std::min(message.size(), sizeof out->message - 1);
    if (size != 0) std::memcpy(out->message, message.data(), size);
    out->message[size] = '\0';
    return kind;
}

int tell(const error& why, pcapframe_error* out) noexcept {
    // An error that has no number of bytes is one of an allocation that was thrown.
    if (why.code == errc::out_of_memory && why.number == 0)
        return tell_failure(PCAPFRAME_NO_MEMORY, "out of memory", out);
    const int kind = kind_of(why);
    try {
        tell_failure(kind, why.message(), out);
    } catch (...) {
        return tell_failure(PCAPFRAME_NO_MEMORY, "out of memory", out);
    }
    if (out == nullptr) return kind;
    out->system = system_of(why);
    const bool is_about_word =
        why.code == errc::unknown_name || why.code == errc::bad_value || why.code == errc::bad_text;
    out->offset = why.offset;
    if (!is_about_word) copy_end(why.subject.view(), out->file);
    return kind;
}

result<void> give_text(std::string_view text, char** out) {
    auto* const copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) return error{.code = errc::out_of_memory, .number = text.size() + 1};
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    *out = copy;
    return {};
}

}  // namespace abi

namespace {

// Lists. Their texts are views of literals, which end with a zero.

#define PCAPFRAME_LISTED(applies, kind, effect, name, meaning) pcapframe_option{name, #kind, meaning, applies, #effect},
#define PCAPFRAME_OF_BOTH(member, type, otherwise, kind, effect, name, flag, value, meaning) \
    PCAPFRAME_LISTED("both", kind, effect, name, meaning)
#define PCAPFRAME_OF_FILES(member, type, otherwise, kind, effect, name, flag, value, meaning) \
    PCAPFRAME_LISTED("files", kind, effect, name, meaning)
#define PCAPFRAME_OF_INTERFACES(member, type, otherwise, kind, effect, name, flag, value, meaning) \
    PCAPFRAME_LISTED("interfaces", kind, effect, name, meaning)

constexpr pcapframe_option listed_options[] = {
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_OF_BOTH)
    PCAPFRAME_FILE_OPTIONS(PCAPFRAME_OF_FILES)
    {pcapframe::live_only_options[0].name.data(), "live", pcapframe::live_only_options[0].meaning.data(), "interfaces",
     "capture"},
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_OF_INTERFACES)
    {"hosts", "text", "how hosts come: 'text', or 'binary' for 16 bytes each", "both", "columns"},
    {"where", "text", "only rows whose values meet conditions: 'src_host=192.0.2.1|::1,dst_port<1024'", "both",
     "packets"},
    {"idle_timeout", "seconds", "a flow ends when no packet came for so many seconds (120)", "flows", "packets"},
    {"active_timeout", "seconds", "a flow ends when it has lasted so many seconds (1800); another continues it",
     "flows", "packets"},
    {"closed_timeout", "seconds", "after FIN of both sides or RST, late packets are waited for so many seconds (5)",
     "flows", "packets"},
    {"by_vlan", "flag", "flows of different VLANs are different flows", "flows", "packets"},
    {"by_tunnel", "flag", "flows of different tunnels (VNI, TEID, ...) are different flows", "flows", "packets"},
    {"flows_max", "count", "flows that are open at once (1048576); beyond, the quietest are ended", "flows", "packets"},
    {"reorder_packets", "count", "packets that come up to so many packets too late count at their time (1024)", "flows",
     "packets"}};

template <std::size_t Count>
constexpr std::array<pcapframe_column, Count> listed(const std::array<pcapframe::field, Count>& fields) {
    std::array<pcapframe_column, Count> all{};
    for (std::size_t i = 0; i < Count; ++i) {
        const pcapframe::field& one = fields[i];
        all[i] = {one.name.data(), name_of(one.type).data(), one.source.data(), one.meaning.data(), one.unit.data(),
                  one.has(pcapframe::field_flags::by_default) ? 1 : 0};
    }
    return all;
}

constexpr auto listed_columns = listed(pcapframe::column_list);
constexpr auto listed_flow_columns = listed(pcapframe::flow_column_list);

// Opening.

struct stream_request {
    pcapframe::read_options read;
    pcapframe::live_settings live;
    pcapframe::arrow_options arrow;
    std::string where;
    pcapframe::flow_options flows;
    bool wants_flows = false;
};

result<void> set_seconds(std::chrono::nanoseconds& to, std::string_view text) {
    double seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc() || end != text.data() + text.size() || !(seconds > 0 && seconds < 1e9))
        return abi::refused(text, "a number of seconds, more than 0");
    to = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
    return {};
}

result<void> set_count(std::size_t& to, std::string_view text) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), to);
    if (failed == std::errc() && end == text.data() + text.size()) return {};
    return abi::refused(text, "a whole number");
}

/// An option of flows; nothing where the name is none of them.
std::optional<result<void>> set_flow_word(stream_request& request, std::string_view name, std::string_view value) {
    pcapframe::flow_rules& rules = request.flows.rules;
    if (name == "idle_timeout") return set_seconds(rules.idle_timeout, value);
    if (name == "active_timeout") return set_seconds(rules.active_timeout, value);
    if (name == "closed_timeout") return set_seconds(rules.closed_timeout, value);
    if (name == "flows_max") return set_count(rules.flows_max, value);
    if (name == "reorder_packets") return set_count(rules.reorder_packets, value);
    if (name == "columns") {
        request.flows.columns = std::string(value);
        return result<void>();
    }
    if (name != "by_vlan" && name != "by_tunnel") return std::nullopt;
    if (value != "true" && value != "false") return abi::refused(value, "true or false");
    (name == "by_vlan" ? rules.by_vlan : rules.by_tunnel) = value == "true";
    return result<void>();
}

/// Whether there is an option of that name; else an error with the nearest name. Those of flows are for flows only.
result<void> check_name(std::string_view name, bool wants_flows) {
    std::vector<std::string_view> names;
    for (const pcapframe_option& one : listed_options)
        if (wants_flows || std::string_view(one.applies) != "flows") names.emplace_back(one.name);
    const auto found = pcapframe::find_name(name, "option", names);
    return found ? result<void>() : result<void>(found.error());
}

result<void> set_word(stream_request& request, std::string_view name, std::string_view value,
                      const pcapframe::filter_compiler& filters) {
    const result<void> known = check_name(name, request.wants_flows);
    if (!known) return known;
    if (name == "hosts") {
        if (value != "text" && value != "binary") return abi::refused(value, "'text' or 'binary'");
        request.arrow.binary_hosts = value == "binary";
        return {};
    }
    if (name == "where") {
        request.where = value;
        return {};
    }
    if (request.wants_flows)
        if (const auto set = set_flow_word(request, name, value)) return *set;
    if (pcapframe::has_option<pcapframe::live_settings>(name)) return pcapframe::set_option(request.live, name, value);
    return pcapframe::set_option(request.read, name, value, filters);
}

result<stream_request> parse_options(const char* const* options, bool wants_flows = false) {
    const pcapframe::filter_compiler filters = pcapframe::expression_filters();
    stream_request request;
    request.wants_flows = wants_flows;
    const result<void> set = abi::each_given(options, [&](std::string_view name, std::string_view value) {
        return set_word(request, name, value, filters);
    });
    if (!set) return set.error();
    const result<void> settled = pcapframe::settle_protocol(request.read, filters);
    if (!settled) return settled.error();
    return request;
}

template <class Options, class Says>
void warn_of_options(pcapframe_source& source, const Options& options, Says says, const char* what) {
    for (const pcapframe::option_value& given : pcapframe::given_options(options))
        if (says(given.option.name))
            source.log->add({pcapframe::stream_warning::kind::option,
                             "the option '" + std::string(given.option.name) + "' says nothing of " + what, "",
                             pcapframe::no_offset});
}

result<void> open_files(pcapframe_source& source, std::vector<std::string> paths, stream_request& request) {
    source.has_chunksize = request.read.chunksize.has_value();
    if (!source.has_chunksize) request.read.chunksize = abi::stream_rows;
    auto files = pcapframe::open_pcap(paths, request.read);
    if (!files) return files.error();
    source.files = std::move(*files);
    warn_of_options(source, request.live, [](std::string_view) { return true; }, "files");
    return {};
}

result<void> open_interface(pcapframe_source& source, const stream_request& request) {
    const pcapframe::read_request wanted{.paths = {}, .options = request.read, .description = "", .metadata = {},
                                         .live = request.live};
    auto live = pcapframe::open_pcap(pcapframe::live_options_of(wanted));
    if (!live) return live.error();
    source.live = std::make_shared<abi::live_capture>(std::move(*live));
    const auto is_of_files = [](std::string_view name) {
        return pcapframe::find_option(name, pcapframe::file_options).has_value();
    };
    warn_of_options(source, request.read, is_of_files, "interfaces");
    return {};
}

/// Conditions count rows of their own, so that the limit moves to them.
result<void> take_conditions(pcapframe_source& source, stream_request& request) {
    if (request.where.empty()) return {};
    const auto plan = pcapframe::plan_read(request.read);
    if (!plan) return plan.error();
    auto conditions = abi::row_conditions::parse(request.where, plan->columns);
    if (!conditions) return conditions.error();
    source.conditions = std::move(*conditions);
    source.limit = std::exchange(request.read.limit, source.limit);
    return {};
}

result<std::unique_ptr<pcapframe_source>> open_flow_source(const char* const* paths, const char* const* options) {
    result<stream_request> request = parse_options(options, true);
    if (!request) return request.error();
    request->flows.packets = request->read;
    auto plan = pcapframe::plan_flows(request->flows);
    if (!plan) return plan.error();
    auto source = std::make_unique<pcapframe_source>();
    source->arrow = request->arrow;
    if (!request->where.empty()) {
        auto conditions = abi::row_conditions::parse(request->where, plan->fields);
        if (!conditions) return conditions.error();
        source->conditions = std::move(*conditions);
    }
    request->read.columns = plan->packet_columns;
    request->read.payload = false;
    std::vector<std::string> files;
    for (; paths != nullptr && *paths != nullptr; ++paths) files.emplace_back(*paths);
    const result<void> opened = open_files(*source, std::move(files), *request);
    if (!opened) return opened.error();
    source->flows = std::move(*plan);
    return source;
}

result<std::unique_ptr<pcapframe_source>> open_source(const char* const* paths, const char* const* options) {
    result<stream_request> request = parse_options(options);
    if (!request) return request.error();
    std::vector<std::string> files;
    for (; paths != nullptr && *paths != nullptr; ++paths) files.emplace_back(*paths);
    auto source = std::make_unique<pcapframe_source>();
    source->arrow = request->arrow;
    const bool is_live = !request->live.interface.empty();
    if (is_live && !files.empty()) return abi::refused("interface", "an option of files: name files or an interface");
    const result<void> taken = take_conditions(*source, *request);
    if (!taken) return taken.error();
    const result<void> opened =
        is_live ? open_interface(*source, *request) : open_files(*source, std::move(files), *request);
    if (!opened) return opened.error();
    return source;
}

// Streams.

std::unique_ptr<pcapframe::batch_feed> feed_of(pcapframe_source& source, pcapframe::row_cursor cursor) {
    return std::make_unique<pcapframe::cursor_feed>(std::move(cursor), source.control);
}

void export_feed(pcapframe_source& source, std::unique_ptr<pcapframe::batch_feed> feed, ArrowArrayStream* stream) {
    if (source.conditions) feed = std::make_unique<abi::chosen_feed>(std::move(feed), *source.conditions, source.limit);
    pcapframe::export_stream(std::move(feed), source.arrow, stream, source.log);
}

result<std::unique_ptr<pcapframe::batch_feed>> open_feed(pcapframe_source& source) {
    if (source.live) return std::unique_ptr<pcapframe::batch_feed>(std::make_unique<abi::live_feed>(source.live));
    if (source.part) {
        result<pcapframe::row_cursor> rows = pcapframe::open_split(*source.part);
        if (!rows) return rows.error();
        return feed_of(source, std::move(*rows));
    }
    result<pcapframe::row_cursor> rows = source.files->read_chunked();
    if (!rows) return rows.error();
    if (source.flows)
        return std::unique_ptr<pcapframe::batch_feed>(
            std::make_unique<abi::flow_feed>(*source.flows, std::move(*rows), source.control));
    return feed_of(source, std::move(*rows));
}

result<void> stream_of(pcapframe_source& source, ArrowArrayStream* stream) {
    auto feed = open_feed(source);
    if (!feed) return feed.error();
    export_feed(source, std::move(*feed), stream);
    return {};
}

result<pcapframe::column_order> columns_of(const pcapframe_source& source) {
    if (source.live) return source.live->columns();
    if (source.files) return source.files->columns();
    const auto plan = pcapframe::plan_read(source.part->options);
    return plan ? result<pcapframe::column_order>(plan->columns) : plan.error();
}

result<void> change_filter(pcapframe_source& source, std::string_view protocol, std::string_view filter) {
    const pcapframe::filter_compiler filters = pcapframe::expression_filters();
    pcapframe::read_options changed = source.files ? source.files->options() : pcapframe::read_options();
    changed.filter = {};
    changed.protocol = protocol;
    const auto set = pcapframe::set_option(changed, "filter", filter, filters);
    if (!set) return set.error();
    const auto settled = pcapframe::settle_protocol(changed, filters);
    if (!settled) return settled.error();
    if (source.live)
        return source.live->with(
            [&](pcapframe::live_source& live) { return live.set_filter(changed.protocol, changed.filter); });
    const auto plan = pcapframe::plan_read(changed);
    if (!plan) return plan.error();
    const auto files = abi::files_of(source);
    if (!files) return files.error();
    source.control->set_plan(*plan);
    return {};
}

pcapframe_warning c_warning(const pcapframe::stream_warning& w) noexcept {
    return {static_cast<int>(w.what), w.offset, w.file.c_str(), w.message.c_str()};
}

}  // namespace

extern "C" const char* pcapframe_version(void) { return pcapframe::version; }

extern "C" const pcapframe_option* pcapframe_option_at(std::size_t i) {
    return i < std::size(listed_options) ? &listed_options[i] : nullptr;
}

extern "C" const pcapframe_column* pcapframe_column_at(std::size_t i) {
    return i < listed_columns.size() ? &listed_columns[i] : nullptr;
}

extern "C" const pcapframe_column* pcapframe_flow_column_at(std::size_t i) {
    return i < listed_flow_columns.size() ? &listed_flow_columns[i] : nullptr;
}

extern "C" int pcapframe_open(const char* path, const char* const* options, ArrowArrayStream* stream,
                              pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const char* const paths[] = {path, nullptr};
        const auto source = open_source(paths, options);
        if (!source) return source.error();
        if ((*source)->files && (*source)->files->options().partition_bytes != 0)
            return abi::refused("partition_bytes",
                                "an option of one stream: pcapframe_source_partition_stream reads parts");
        return stream_of(**source, stream);
    });
}

extern "C" int pcapframe_source_open(const char* const* paths, const char* const* options, pcapframe_source** source,
                                     pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        auto opened = open_source(paths, options);
        if (!opened) return opened.error();
        *source = opened->release();
        return {};
    });
}

extern "C" int pcapframe_flows_open(const char* const* paths, const char* const* options, pcapframe_source** source,
                                    pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        auto opened = open_flow_source(paths, options);
        if (!opened) return opened.error();
        *source = opened->release();
        return {};
    });
}

extern "C" int pcapframe_split_open(const char* line, pcapframe_source** source, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        auto part = pcapframe::parse_split(abi::text_or_empty(line), pcapframe::expression_filters());
        if (!part) return part.error();
        if (!part->options.chunksize) part->options.chunksize = abi::stream_rows;
        auto made = std::make_unique<pcapframe_source>();
        made->part = std::move(*part);
        *source = made.release();
        return {};
    });
}

extern "C" void pcapframe_source_close(pcapframe_source* source) { delete source; }

extern "C" int pcapframe_source_schema(pcapframe_source* source, ArrowSchema* schema, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        if (source->flows) {
            pcapframe::export_schema(source->flows->fields, source->arrow, schema);
            return {};
        }
        const auto columns = columns_of(*source);
        if (!columns) return columns.error();
        pcapframe::export_schema(*columns, source->arrow, schema);
        return {};
    });
}

extern "C" int pcapframe_source_count(pcapframe_source* source, std::int64_t* rows, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        *rows = -1;
        if (!source->files || source->conditions || source->flows) return {};
        const auto known = source->files->discover();
        if (!known) return known.error();
        if (known->rows) *rows = static_cast<std::int64_t>(*known->rows);
        return {};
    });
}

extern "C" int pcapframe_source_stream(pcapframe_source* source, ArrowArrayStream* stream, pcapframe_error* why) {
    return abi::guarded(why, [&] { return stream_of(*source, stream); });
}

extern "C" int pcapframe_source_partitions(pcapframe_source* source, std::size_t* count, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = abi::files_of(*source);
        if (!files) return files.error();
        const result<std::size_t> there = (*files)->partitions();
        if (!there) return there.error();
        *count = *there;
        return {};
    });
}

extern "C" int pcapframe_source_partition_stream(pcapframe_source* source, std::size_t partition,
                                                 ArrowArrayStream* stream, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = abi::files_of(*source);
        if (!files) return files.error();
        result<pcapframe::row_cursor> rows = (*files)->read_partition_chunked(partition);
        if (!rows) return rows.error();
        export_feed(*source, feed_of(*source, std::move(*rows)), stream);
        return {};
    });
}

extern "C" int pcapframe_source_plan(pcapframe_source* source, std::uint64_t split_bytes, char** lines,
                                     pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = abi::whole_files_of(*source);
        if (!files) return files.error();
        std::string text;
        for (const std::string& file : (*files)->files()) {
            const auto splits = pcapframe::plan_splits(file, split_bytes, abi::given_options(*source));
            if (!splits) return splits.error();
            for (const pcapframe::split& one : *splits)
                text += (text.empty() ? "" : "\n") + pcapframe::write_split(one);
        }
        return abi::give_text(text, lines);
    });
}

extern "C" int pcapframe_source_set_filter(pcapframe_source* source, const char* protocol, const char* filter,
                                           pcapframe_error* why) {
    return abi::guarded(why, [&] {
        return change_filter(*source, abi::text_or_empty(protocol), abi::text_or_empty(filter));
    });
}

extern "C" void pcapframe_source_cancel(pcapframe_source* source) {
    source->control->cancel();
    if (source->live) source->live->cancel();
}

extern "C" std::size_t pcapframe_source_warnings(const pcapframe_source* source) { return source->log->count(); }

extern "C" int pcapframe_source_warning(const pcapframe_source* source, std::size_t i, pcapframe_warning* warning) {
    const pcapframe::stream_warning* const there = source->log->at(i);
    if (there != nullptr) *warning = c_warning(*there);
    return there != nullptr ? 1 : 0;
}

extern "C" int pcapframe_source_on_warning(pcapframe_source* source, void (*told)(void*, const pcapframe_warning*),
                                           void* context, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        if (told == nullptr) {
            source->log->tell({});
            return {};
        }
        source->log->tell([told, context](const pcapframe::stream_warning& w) {
            const pcapframe_warning shown = c_warning(w);
            told(context, &shown);
        });
        return {};
    });
}

extern "C" void pcapframe_source_counters(pcapframe_source* source, pcapframe_counters* counters) {
    *counters = {0, 0, 0};
    if (!source->live) return;
    const auto now = source->live->with([](pcapframe::live_source& live) { return live.counters(); });
    *counters = {now.received, now.dropped, now.delivered};
}

extern "C" void pcapframe_free(char* text) { std::free(text); }
