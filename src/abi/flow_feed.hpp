// Flows as what Arrow streams take their rows from.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <pcapframe/dataset/arrow_stream.hpp>
#include <pcapframe/flow/flow_source.hpp>

namespace abi {

/// Reads packets, and hands out the flows that have ended.
class flow_feed final : public pcapframe::batch_feed {
public:
    flow_feed(pcapframe::flow_plan plan, pcapframe::row_cursor packets,
              std::shared_ptr<const pcapframe::stream_control> control)
        : plan_(std::move(plan)), tracker_(plan_.rules, plan_.needs), packets_(std::move(packets)) {
        if (control) packets_.cancel_by(control->cancelled());
    }

    [[nodiscard]] const pcapframe::schema& fields() const noexcept override { return plan_.fields; }
    [[nodiscard]] pcapframe::result<std::shared_ptr<const pcapframe::row_batch>> next() override {
        auto rows = std::make_shared<pcapframe::row_batch>(plan_.fields);
        pcapframe::batch some = packets_.make_batch();
        while (rows->rows() < rows_wanted) {
            const pcapframe::result<bool> more = is_over_ ? false : packets_.next(some);
            if (!more) return more.error();
            is_over_ = !*more;
            if (is_over_ && !tracker_.finish(rows_wanted - rows->rows())) break;
            if (!is_over_) tracker_.add(some);
            append_flows(*rows, tracker_);
            tracker_.forget_ended();
        }
        if (rows->empty()) rows = nullptr;
        return std::shared_ptr<const pcapframe::row_batch>(std::move(rows));
    }
    [[nodiscard]] const std::vector<pcapframe::error>& warnings() const noexcept override {
        return packets_.warnings();
    }
    [[nodiscard]] std::vector<pcapframe::read_note> notes() const override { return packets_.notes(); }

private:
    static constexpr std::size_t rows_wanted = 16'384;

    pcapframe::flow_plan plan_;
    pcapframe::flow_tracker tracker_;
    pcapframe::row_cursor packets_;
    bool is_over_ = false;
};

}  // namespace abi
