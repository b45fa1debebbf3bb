// Entries of catalogs that capture from an interface, and live sources as such entries.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/live/live_source.hpp>

namespace pcapframe::inline v0_2 {

/// The options of a live read that an entry asks for. Options that the entry does not name have their defaults.
[[nodiscard]] inline live_options live_options_of(const read_request& request) {
    live_options made;
    made.interface = request.live.interface;
#define PCAPFRAME_COPY(member, ...) made.member = request.options.member;
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_COPY)
#undef PCAPFRAME_COPY
#define PCAPFRAME_COPY(member, ...) \
    if (request.live.member) made.member = *request.live.member;
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_COPY)
#undef PCAPFRAME_COPY
    return made;
}

/// Opens the interface of an entry such as the manual's `raw_live`. `given`: see catalog::request.
/// Errors: those of the catalog and of the live open_pcap; an entry that names files.
[[nodiscard]] inline text_result<live_source> open_live(const catalog& from, std::string_view wanted,
                                                           const yaml::node& given = yaml::node::mapping()) {
    text_result<read_request> asked = from.request(wanted, given);
    if (!asked) return asked.problems();
    if (!asked->is_live())
        return problem{problem_kind::request,
                               from.path(),
                               {},
                               "'" + std::string(wanted) + "' names files: open it with open_source"};
    result<live_source> source = live_source::open(live_options_of(*asked));
    if (!source) return problem{problem_kind::input, "", {}, source.error().message()};
    const bool has_metadata = !asked->metadata.is_null();
    source->describe(std::move(asked->description),
                     has_metadata ? std::make_shared<const yaml::node>(std::move(asked->metadata)) : nullptr);
    return std::move(*source);
}

/// The pictures that the metadata of a live source name.
[[nodiscard]] inline std::vector<named_plot> plots_of(const live_source& source) {
    return source.metadata() == nullptr ? std::vector<named_plot>() : plots_of(*source.metadata());
}

/// A catalog with one entry, which captures the same packets as the same rows again; how large the ring is, the entry
/// does not say.
[[nodiscard]] inline std::string to_yaml(const live_source& source, std::string_view name = "capture") {
    const live_options defaults;
    const live_options& options = source.options();
    read_request request;
    request.options = detail::rows_of(options);
    request.description = source.description();
    if (source.metadata() != nullptr) request.metadata = *source.metadata();
    request.live.interface = options.interface;
#define PCAPFRAME_COPY(member, ...) \
    if (options.member != defaults.member) request.live.member = options.member;
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_COPY)
#undef PCAPFRAME_COPY
    return entry_text(name, pcap_entry(request));
}

}  // namespace pcapframe
