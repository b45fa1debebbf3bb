// What the functions of pcapframe.h share: the source behind the pointer, options in words, and errors as C has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>

#include "flow_feed.hpp"
#include "live_feed.hpp"
#include "pcapframe.h"
#include "row_conditions.hpp"

namespace abi {

/// Rows of an array where the option `chunksize` is not given.
inline constexpr std::size_t stream_rows = 65'536;

}  // namespace abi

/// One of files, their flows, an interface, or the split of a file.
struct pcapframe_source {
    pcapframe::arrow_options arrow{};
    std::shared_ptr<pcapframe::warning_log> log = std::make_shared<pcapframe::warning_log>();
    std::shared_ptr<pcapframe::stream_control> control = std::make_shared<pcapframe::stream_control>();
    std::optional<pcapframe::pcap_source> files{};
    std::shared_ptr<abi::live_capture> live{};
    std::optional<pcapframe::split> part{};
    std::optional<pcapframe::flow_plan> flows{};  ///< of the packets of the files
    bool has_chunksize = true;  ///< else it is ours
    std::optional<abi::row_conditions> conditions{};  ///< of streams; with them the limit counts rows that meet them
    std::uint64_t limit = pcapframe::read_options().limit;
};

namespace abi {

using pcapframe::errc;
using pcapframe::error;
using pcapframe::result;

/// Fills the caller's error, which may be null; returns its kind.
int tell(const error& why, pcapframe_error* out) noexcept;
/// The same of what was thrown.
int tell_failure(int kind, std::string_view message, pcapframe_error* out) noexcept;

/// Does `work`, and tells why it failed. Nothing may be thrown into another language.
template <class Work>
int guarded(pcapframe_error* why, Work work) noexcept {
    try {
        const result<void> done = work();
        return done ? 0 : tell(done.error(), why);
    } catch (const std::bad_alloc&) {
        return tell_failure(PCAPFRAME_NO_MEMORY, "out of memory", why);
    } catch (const std::exception& problem) {
        return tell_failure(PCAPFRAME_SYSTEM, problem.what(), why);
    } catch (...) {
        return tell_failure(PCAPFRAME_SYSTEM, "an exception of a kind that is not known", why);
    }
}

/// A request that makes no sense: '`subject`' is not `wanted`.
inline error refused(std::string_view subject, const char* wanted) {
    return {.code = errc::bad_value, .detail = wanted, .subject = subject};
}

/// The files of a source. Errors: a source of something else.
inline result<pcapframe::pcap_source*> files_of(pcapframe_source& source) {
    if (source.files && !source.flows) return &*source.files;
    if (source.flows) return refused("flows", "a source of packets, as this needs");
    return refused(source.live ? "interface" : "split", "a source of files, as this needs");
}
/// The same, for what streams do not make.
inline result<pcapframe::pcap_source*> whole_files_of(pcapframe_source& source) {
    if (source.conditions) return refused("where", "an option of this: only streams of rows have it");
    return files_of(source);
}

/// The options as they were given.
inline pcapframe::read_options given_options(const pcapframe_source& source) {
    pcapframe::read_options options = source.files->options();
    if (!source.has_chunksize) options.chunksize.reset();
    return options;
}

/// A text for the caller, who frees it.
result<void> give_text(std::string_view text, char** out);

/// Calls `use(name, value)` for each option that is given, until it fails.
template <class Use>
result<void> each_given(const char* const* options, Use use) {
    for (; options != nullptr && options[0] != nullptr; options += 2) {
        if (options[1] == nullptr) return refused(options[0], "followed by a value");
        const result<void> used = use(std::string_view(options[0]), std::string_view(options[1]));
        if (!used) return used.error();
    }
    return {};
}

inline std::string_view text_or_empty(const char* text) noexcept { return text == nullptr ? "" : text; }

}  // namespace abi
