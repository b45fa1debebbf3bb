// The manual's packet streams: a forward cursor over one capture, whose filter can change on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// A set of IP packets, read forward. Movable.
class packet_stream {
public:
    explicit packet_stream(row_cursor cursor) : cursor_(std::move(cursor)) {}

    /// The next `n` rows that match, or all that are left; an empty table at the end.
    [[nodiscard]] result<table> to_dataframe(std::optional<std::uint64_t> n = std::nullopt) {
        return n ? cursor_.read(*n) : cursor_.read();
    }

    /// Keeps only packets of this IP protocol (a name or a number; empty for all) that match a filter, as the options
    /// `protocol` and `filter` do, from the next `to_dataframe` on.
    [[nodiscard]] result<void> set_filter(std::string_view protocol, const filter_option& filter = {}) {
        const auto plan = plan_read({.protocol = std::string(protocol), .filter = filter});
        if (!plan) return plan.error();
        return cursor_.set_filter(*plan);
    }

    /// Names and types of the columns, in order.
    [[nodiscard]] std::vector<source_schema::field> dtype() const {
        std::vector<source_schema::field> fields;
        for (const column c : cursor_.columns()) fields.push_back({name_of(c), name_of(type_of(c))});
        return fields;
    }

private:
    row_cursor cursor_;
};

/// A stream over a capture file ("-" for standard input).
[[nodiscard]] inline result<packet_stream> offline_stream(const std::string& path, const std::string& protocol = "",
                                                          bool payload = false) {
    result<pcap_source> source = open_pcap(path, {.protocol = protocol, .payload = payload});
    if (!source) return source.error();
    result<row_cursor> cursor = source->read_chunked();
    if (!cursor) return cursor.error();
    return packet_stream(std::move(*cursor));
}

}  // namespace pcapframe
