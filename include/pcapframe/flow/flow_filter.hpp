// The packets of one flow, as a filter: open_pcap(path, {.filter = *filter_for_flow(path, "17")}).
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/flow/flow_source.hpp>

namespace pcapframe::inline v0_2 {

/// Wants the records of these numbers, counted from 1 from the beginning of a file: for readers that begin there, and
/// so for reads of one file by one thread.
class frame_selector final : public record_selector {
public:
    /// `frames` in rising order.
    explicit frame_selector(std::shared_ptr<const std::vector<std::uint64_t>> frames) : frames_(std::move(frames)) {}

    [[nodiscard]] result<void> mark(const record_run& run, std::span<std::uint8_t> keep) override {
        std::fill(keep.begin(), keep.end(), std::uint8_t{0});
        auto at = std::lower_bound(frames_->begin(), frames_->end(), run.first_frame);
        for (; at != frames_->end() && *at - run.first_frame < keep.size(); ++at)
            keep[narrowed<std::size_t>(*at - run.first_frame)] = 1;
        return {};
    }
    [[nodiscard]] std::unique_ptr<record_selector> copy() const override {
        return std::make_unique<frame_selector>(frames_);
    }

private:
    std::shared_ptr<const std::vector<std::uint64_t>> frames_;
};

namespace detail {

inline error flow_error(const char* wanted, const std::string& subject) {
    return {.code = errc::bad_value, .detail = wanted, .subject = std::string_view(subject)};
}

/// The flow that a text names: a number, or a Community ID.
inline result<flow_choice> parse_flow_choice(std::string_view text) {
    if (text.starts_with("1:")) return flow_choice{.community_id = std::string(text)};
    flow_choice chosen;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), chosen.id);
    if (failed == std::errc() && end == text.data() + text.size() && chosen.id != 0) return chosen;
    return flow_error("the number of a flow (flow_id) or a Community ID", std::string(text));
}

/// Whether the numbers of frames mean the same when the file is read again.
inline result<void> check_flow_read(const flow_source& source, const std::string& path, const read_options& packets) {
    const bool is_file = source.files().size() == 1 && source.bytes_total() != 0;
    if (!is_file) return flow_error("one file that can be read twice", path);
    const result<level_choice> at = parse_level(packets.at);
    if (at && !at->is_outermost()) return flow_error("a flow of the outermost packets", "at=" + packets.at);
    return {};
}

}  // namespace detail

/// Reads a file, and gives the filter that wants the packets of the flow that `which` names: its number (the column
/// flow_id of the same options), or its Community ID, which several flows may have. The read that takes the filter must
/// be of the same file, with one thread (read_options::threads).
/// Errors: those of `open_flows`; a flow that is not there; several files, a pipe, packets within tunnels (`at`).
[[nodiscard]] inline result<filter_option> filter_for_flow(const std::string& path, std::string_view which,
                                                           flow_options options = {}) {
    const result<flow_choice> chosen = detail::parse_flow_choice(which);
    if (!chosen) return chosen.error();
    options.packets.limit = read_options().limit;
    // A frame's number is known to a thread only when what is before it was read.
    options.packets.threads = 1;
    result<flow_source> source = flow_source::open({path}, options);
    if (!source) return source.error();
    if (const auto fits = detail::check_flow_read(*source, path, options.packets); !fits) return fits.error();
    result<std::vector<std::uint64_t>> frames = source->frames_of(*chosen);
    if (!frames) return frames.error();
    if (frames->empty()) return detail::flow_error("a flow of this capture", std::string(which));
    std::sort(frames->begin(), frames->end());
    return filter_option(
        std::make_shared<frame_selector>(std::make_shared<const std::vector<std::uint64_t>>(std::move(*frames))));
}

}  // namespace pcapframe
