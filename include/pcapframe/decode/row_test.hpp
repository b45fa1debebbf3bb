// Whether records are rows, without their values.
#pragma once

#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/packet_decoder.hpp>
#include <pcapframe/decode/run_decoder.hpp>

namespace pcapframe::inline v0_2 {

/// Tests records one by one: true for those that a read with this filter makes rows of.
class row_test {
public:
    explicit row_test(row_filter filter) noexcept : filter_(filter) {}

    [[nodiscard]] bool operator()(const record& r) {
        packet_decoder packet(row_place(nowhere_, 0), constant_columns<>{});
        if (filter_.at.is_outermost()) {
            packet.decode(r);
        } else {
            row_batch no_texts;
            level_decoder levels(filter_.at, *filter_.ports, no_texts);
            packet.decode(r, levels);
        }
        return filter_.keeps(packet.decoded());
    }

private:
    row_filter filter_;
    packet_pointers nowhere_{};
};

}  // namespace pcapframe
