// The whole of a read as one batch, with what was met on the way.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/error.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/print.hpp>

namespace pcapframe::inline v0_2 {

struct plot_options;

/// All rows of a source in one set of columns. Owns or keeps alive everything it shows.
class table : public batch {
public:
    table() = default;
    explicit table(column_order columns) : batch(std::move(columns)) {}

    /// Damage that ended a file before its end; the rows before it are here.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return warnings_; }
    void set_warnings(std::vector<error> warnings) { warnings_ = std::move(warnings); }

    /// A picture of the rows: a page, a drawing or its numbers. Defined in pcapframe/plot/plot.hpp.
    [[nodiscard]] result<std::string> plot() const;
    [[nodiscard]] result<std::string> plot(const plot_options& options) const;

private:
    std::vector<error> warnings_;
};

}  // namespace pcapframe
