// Entries of catalogs that capture from an interface, and live sources as such entries.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/live/live_source.hpp>

namespace pcapframe::inline v0_2 {

/// The options of a live read that an entry asks for. What it does not say is as it is elsewhere.
[[nodiscard]] inline live_options live_options_of(const read_request& request) {
    live_options made;
    made.interface = request.interface;
    made.protocol = request.options.protocol;
    made.filter = request.options.filter;
    made.payload = request.options.payload;
    made.columns = request.options.columns;
    made.all_frames = request.options.all_frames;
    made.limit = request.options.limit;
    if (request.chunksize) made.chunksize = static_cast<std::size_t>(*request.chunksize);
    if (request.timeout_ms) made.timeout_ms = static_cast<unsigned>(*request.timeout_ms);
    return made;
}

/// Opens the interface of an entry such as the manual's `raw_live`. `given`: see catalog::request.
/// Errors: those of the catalog and of the live open_pcap; an entry that names files.
[[nodiscard]] inline text_result<live_source> open_live(const catalog& from, std::string_view wanted,
                                                           const yaml::node& given = yaml::node::mapping()) {
    text_result<read_request> asked = from.request(wanted, given);
    if (!asked) return asked.problems();
    if (asked->interface.empty())
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

inline std::string live_source::yaml(std::string_view name) const {
    const live_options defaults;
    read_request request;
    request.options = detail::rows_of(options_);
    request.description = description_;
    if (metadata_ != nullptr) request.metadata = *metadata_;
    request.interface = options_.interface;
    if (options_.chunksize != defaults.chunksize) request.chunksize = options_.chunksize;
    if (options_.timeout_ms != defaults.timeout_ms) request.timeout_ms = options_.timeout_ms;
    return entry_text(name, pcap_entry(request));
}

}  // namespace pcapframe
