// The shared library behind pcapframe.h.

#include "pcapframe.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>

namespace {

using pcapframe::errc;
using pcapframe::error;
using pcapframe::result;

struct stream_request {
    pcapframe::read_options read;
    pcapframe::live_settings live;  ///< options that are checked, but that files have no use for
    pcapframe::arrow_options arrow;
};

result<void> set_word(stream_request& request, std::string_view name, std::string_view value) {
    if (name == "hosts") {
        if (value != "text" && value != "binary")
            return error{.code = errc::bad_value, .detail = "'text' or 'binary'", .subject = value};
        request.arrow.binary_hosts = value == "binary";
        return {};
    }
    const pcapframe::filter_compiler filters = pcapframe::expression_filters();
    if (pcapframe::has_option<pcapframe::live_settings>(name)) return pcapframe::set_option(request.live, name, value);
    return pcapframe::set_option(request.read, name, value, filters);
}

result<void> open_stream(const char* path, const char* const* options, ArrowArrayStream* stream) {
    stream_request request;
    request.read.chunksize = 65'536;
    for (; options != nullptr && options[0] != nullptr; options += 2) {
        if (options[1] == nullptr)
            return error{
                .code = errc::bad_value, .detail = "followed by a value", .subject = std::string_view(options[0])};
        const result<void> set = set_word(request, options[0], options[1]);
        if (!set) return set.error();
    }
    const result<void> settled = pcapframe::settle_protocol(request.read, pcapframe::expression_filters());
    if (!settled) return settled.error();
    if (!request.live.interface.empty())
        return error{.code = errc::bad_value,
                     .detail = "an option of files: interfaces are read by pcapframe/live.hpp",
                     .subject = std::string_view("interface")};
    auto source = pcapframe::open_pcap(path == nullptr ? "" : path, request.read);
    if (!source) return source.error();
    return pcapframe::export_stream(*source, request.arrow, stream, *request.read.chunksize);
}

void tell(std::string_view text, char* why, std::size_t why_bytes) noexcept {
    if (why == nullptr || why_bytes == 0) return;
    const std::size_t size = std::min(text.size(), why_bytes - 1);
    std::memcpy(why, text.data(), size);
    why[size] = '\0';
}

}  // namespace

extern "C" const char* pcapframe_version(void) {
    static const std::string text(pcapframe::version);
    return text.c_str();
}

extern "C" int pcapframe_open(const char* path, const char* const* options, ArrowArrayStream* stream, char* why,
                              std::size_t why_bytes) {
    // Nothing may be thrown into another language.
    try {
        const result<void> opened = open_stream(path, options, stream);
        if (opened) return 0;
        tell(opened.error().message(), why, why_bytes);
    } catch (const std::exception& problem) {
        tell(problem.what(), why, why_bytes);
    }
    return 1;
}
