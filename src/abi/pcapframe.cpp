// The shared library behind pcapframe.h.

#include "pcapframe.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>

using pcapframe::errc;
using pcapframe::error;
using pcapframe::result;

struct pcapframe_source {
    pcapframe::pcap_source rows;
    pcapframe::arrow_options arrow;
    std::shared_ptr<pcapframe::warning_log> log;
};

namespace {

struct stream_request {
    pcapframe::read_options read;
    pcapframe::live_settings live;  ///< options that are checked, but that files have no use for
    pcapframe::arrow_options arrow;
};

result<void> set_word(stream_request& request, std::string_view name, std::string_view value,
                      const pcapframe::filter_compiler& filters) {
    if (name == "hosts") {
        if (value != "text" && value != "binary")
            return error{.code = errc::bad_value, .detail = "'text' or 'binary'", .subject = value};
        request.arrow.binary_hosts = value == "binary";
        return {};
    }
    if (pcapframe::has_option<pcapframe::live_settings>(name)) return pcapframe::set_option(request.live, name, value);
    return pcapframe::set_option(request.read, name, value, filters);
}

result<stream_request> parse_options(const char* const* options) {
    const pcapframe::filter_compiler filters = pcapframe::expression_filters();
    stream_request request;
    request.read.chunksize = 65'536;
    for (; options != nullptr && options[0] != nullptr; options += 2) {
        if (options[1] == nullptr)
            return error{
                .code = errc::bad_value, .detail = "followed by a value", .subject = std::string_view(options[0])};
        const result<void> set = set_word(request, options[0], options[1], filters);
        if (!set) return set.error();
    }
    const result<void> settled = pcapframe::settle_protocol(request.read, filters);
    if (!settled) return settled.error();
    if (!request.live.interface.empty())
        return error{.code = errc::bad_value,
                     .detail = "an option of files: interfaces are read by pcapframe/live.hpp",
                     .subject = std::string_view("interface")};
    return request;
}

result<std::unique_ptr<pcapframe_source>> open_source(const char* path, const char* const* options) {
    const result<stream_request> request = parse_options(options);
    if (!request) return request.error();
    auto rows = pcapframe::open_pcap(path == nullptr ? "" : path, request->read);
    if (!rows) return rows.error();
    auto log = std::make_shared<pcapframe::warning_log>();
    for (const pcapframe::option_value& given : pcapframe::given_options(request->live))
        log->add("the option '" + std::string(given.option.name) + "' says nothing of files");
    // In braces: clang 14 makes no aggregate of what std::make_unique hands on in parentheses.
    return std::unique_ptr<pcapframe_source>(
        new pcapframe_source{std::move(*rows), request->arrow, std::move(log)});
}

result<void> stream_of(pcapframe_source& source, ArrowArrayStream* stream) {
    return pcapframe::export_stream(source.rows, source.arrow, stream, *source.rows.options().chunksize, source.log);
}

void tell(std::string_view text, char* why, std::size_t why_bytes) noexcept {
    if (why == nullptr || why_bytes == 0) return;
    const std::size_t size = std::min(text.size(), why_bytes - 1);
    std::memcpy(why, text.data(), size);
    why[size] = '\0';
}

/// Does `work`, and tells why it failed. Nothing may be thrown into another language.
template <class Work>
int guarded(char* why, std::size_t why_bytes, Work work) noexcept {
    try {
        const result<void> done = work();
        if (done) return 0;
        tell(done.error().message(), why, why_bytes);
    } catch (const std::bad_alloc&) {
        tell("out of memory", why, why_bytes);
    } catch (const std::exception& problem) {
        tell(problem.what(), why, why_bytes);
    } catch (...) {
        tell("an exception of a kind that is not known", why, why_bytes);
    }
    return 1;
}

}  // namespace

extern "C" const char* pcapframe_version(void) { return pcapframe::version; }

extern "C" int pcapframe_open(const char* path, const char* const* options, ArrowArrayStream* stream, char* why,
                              std::size_t why_bytes) {
    return guarded(why, why_bytes, [&]() -> result<void> {
        const auto source = open_source(path, options);
        if (!source) return source.error();
        if ((*source)->rows.options().partition_bytes != 0)
            return error{.code = errc::bad_value,
                         .detail = "an option of one stream: pcapframe_source_partition_stream reads parts",
                         .subject = std::string_view("partition_bytes")};
        return stream_of(**source, stream);
    });
}

extern "C" int pcapframe_source_open(const char* path, const char* const* options, pcapframe_source** source, char* why,
                                     std::size_t why_bytes) {
    return guarded(why, why_bytes, [&]() -> result<void> {
        auto opened = open_source(path, options);
        if (!opened) return opened.error();
        *source = opened->release();
        return {};
    });
}

extern "C" int pcapframe_source_stream(pcapframe_source* source, ArrowArrayStream* stream, char* why,
                                       std::size_t why_bytes) {
    return guarded(why, why_bytes, [&] { return stream_of(*source, stream); });
}

extern "C" int pcapframe_source_partitions(pcapframe_source* source, std::size_t* count, char* why,
                                           std::size_t why_bytes) {
    return guarded(why, why_bytes, [&]() -> result<void> {
        const result<std::size_t> there = source->rows.partitions();
        if (!there) return there.error();
        *count = *there;
        return {};
    });
}

extern "C" int pcapframe_source_partition_stream(pcapframe_source* source, std::size_t partition,
                                                 ArrowArrayStream* stream, char* why, std::size_t why_bytes) {
    return guarded(why, why_bytes, [&]() -> result<void> {
        result<pcapframe::row_cursor> rows = source->rows.read_partition_chunked(partition);
        if (!rows) return rows.error();
        pcapframe::export_stream(std::move(*rows), source->arrow, stream, source->log);
        return {};
    });
}

extern "C" std::size_t pcapframe_source_warnings(const pcapframe_source* source) { return source->log->count(); }

extern "C" const char* pcapframe_source_warning(const pcapframe_source* source, std::size_t i) {
    return source->log->sentence(i);
}

extern "C" void pcapframe_source_close(pcapframe_source* source) { delete source; }
