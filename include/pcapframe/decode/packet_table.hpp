// The whole of a read as one batch, with the damage that was met on the way.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/error.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/table/print.hpp>

namespace pcapframe::inline v0_2 {

/// All rows of a source in one set of columns. Owns or keeps alive everything it shows. plot of pcapframe/plot/plot.hpp
/// draws them.
class table : public batch {
public:
    table() = default;
    explicit table(column_order columns) : batch(std::move(columns)) {}

    /// Damage that ended a file before its end; the rows before the damage are here.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return warnings_; }
    void set_warnings(std::vector<error> warnings) { warnings_ = std::move(warnings); }

private:
    std::vector<error> warnings_;
};

}  // namespace pcapframe
