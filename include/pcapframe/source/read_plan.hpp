// The options of a read, checked, as readers of all kinds take them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/reassembly/fragment_rules.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/source/options.hpp>

namespace pcapframe::inline v0_2 {

/// The options of a read, checked: see plan_read. Readers of all kinds get copies of the whole plan.
struct read_plan {
    column_order columns;
    row_filter filter;
    std::shared_ptr<const record_selector> selector{};  ///< to be copied by each reader; null where all are wanted
    std::shared_ptr<const tunnel_ports> ports{};        ///< what the filter points to; null for the list's
    std::optional<fragment_rules> fragments{};          ///< how fragments are put together; nothing where they are not
};

namespace detail {

inline std::unique_ptr<record_selector> copy_of(const std::shared_ptr<const record_selector>& selector) {
    return selector == nullptr ? nullptr : selector->copy();
}

inline result<std::optional<std::uint8_t>> chosen_protocol(std::string_view text) {
    if (text.empty()) return std::optional<std::uint8_t>();
    const result<std::uint8_t> protocol = find_ip_protocol(text);
    if (protocol) return std::optional(*protocol);
    if (!may_be_expression(text)) return protocol.error();
    return error{
        .code = errc::bad_value, .detail = "a protocol: the option 'filter' takes expressions", .subject = text};
}

/// Which packets are meant, by `at` and `tunnel_ports`.
inline result<void> plan_level(const read_options& options, read_plan& plan) {
    const result<level_choice> at = parse_level(options.at);
    if (!at) return at.error();
    plan.filter.at = *at;
    if (options.tunnel_ports.empty()) return {};
    const result<tunnel_ports> ports = parse_tunnel_ports(options.tunnel_ports);
    if (!ports) return ports.error();
    plan.ports = std::make_shared<const tunnel_ports>(*ports);
    plan.filter.ports = plan.ports.get();
    return {};
}

/// How fragments are put together, by `defragment` and its limits.
inline result<void> plan_fragments(const read_options& options, read_plan& plan) {
    const result<std::optional<overlap_policy>> policy = parse_defragment(options.defragment);
    if (!policy) return policy.error();
    if (*policy)
        plan.fragments = fragment_rules{**policy, std::chrono::milliseconds(options.fragment_timeout_ms),
                                        options.fragment_memory};
    return {};
}

/// Which records and rows are wanted, by `protocol` and `filter`.
inline result<void> plan_selection(const read_options& options, read_plan& plan) {
    const result<std::optional<std::uint8_t>> protocol = chosen_protocol(options.protocol);
    if (!protocol) return protocol.error();
    plan.filter.protocol = *protocol;
    const result<shared_filter> filter = options.filter.compiled();
    if (!filter) return filter.error();
    if (*filter == nullptr) return {};
    plan.selector = (*filter)->selector();
    // An expression itself says which frames it means, as "arp" does.
    plan.filter.all_frames = true;
    return {};
}

inline result<column_order> chosen_columns(const read_options& options) {
    column_order order;
    if (!options.columns.empty()) {
        result<column_order> named = parse_columns(options.columns.text());
        if (!named) return named.error();
        order = std::move(*named);
    } else {
        order = order_of(default_columns);
    }
    if (options.payload && !set_of(order).has(column::payload)) order.push_back(column::payload);
    return order;
}

}  // namespace detail

/// What the options know better of files than the files say.
[[nodiscard]] inline file_corrections corrections_of(const read_options& options) {
    return {options.link_type, options.fraction};
}

/// Checks the options of a read, and compiles the filter: for those who read records (record_feed, record_reader) and
/// choose among them as `open_pcap` does (row_selection).
/// Errors: a column or protocol that is not known, a filter that does not compile.
[[nodiscard]] inline result<read_plan> plan_read(const read_options& options) {
    result<column_order> columns = detail::chosen_columns(options);
    if (!columns) return columns.error();
    read_plan plan{std::move(*columns), {.all_frames = options.all_frames, .protocol = std::nullopt}, nullptr};
    const result<void> level = detail::plan_level(options, plan);
    if (!level) return level.error();
    const result<void> fragments = detail::plan_fragments(options, plan);
    if (!fragments) return fragments.error();
    const result<void> selected = detail::plan_selection(options, plan);
    if (!selected) return selected.error();
    return plan;
}

}  // namespace pcapframe
