// The printed table as an output format.
#pragma once

#include <optional>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/table/print.hpp>

namespace pcapframe::inline v0_2 {

/// Writes rows as pandas prints them; see print_options.
class table_text_writer final : public row_writer {
public:
    explicit table_text_writer(print_options options) : options_(options) {}

    void begin(sink&, const schema& columns) override { printer_.emplace(columns, options_); }
    void write(sink& out, const row_batch& rows) override {
        printer_->add(rows);
        out.write(printer_->take());
    }
    void finish(sink& out) override { out.write(printer_->finish()); }

private:
    print_options options_;
    std::optional<table_printer> printer_;
};

}  // namespace pcapframe
