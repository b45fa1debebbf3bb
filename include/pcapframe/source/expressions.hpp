// Filter expressions as an option of reading: `{.filter = "tcp port 443"}`.
//
// The compiler is larger than all that reading needs otherwise, so the options know it only where this header is
// included (by pcapframe/filter.hpp).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/filter/record_filter.hpp>
#include <pcapframe/source/options.hpp>

namespace pcapframe {

/// Keeps the records that an expression matches.
class expression_selector final : public record_selector {
public:
    /// The grammar is checked here, what depends on a link type when the first record of it comes.
    [[nodiscard]] static result<std::unique_ptr<record_selector>> create(const std::string& expression,
                                                                         const filter::compile_options& options) {
        result<filter::record_filter> filter = filter::record_filter::create(expression, options);
        if (!filter) return filter.error();
        return std::unique_ptr<record_selector>(new expression_selector(std::move(*filter), options));
    }

    [[nodiscard]] result<void> mark(const record_run& run, std::span<std::uint8_t> keep) override {
        for (std::size_t begin = 0; begin < run.size();) {
            const std::uint16_t link_type = run.records[begin].link_type;
            const result<const filter::program*> program = filter_.program_for(link_type);
            if (!program) return program.error();
            std::size_t end = begin + 1;
            while (end < run.size() && run.records[end].link_type == link_type) ++end;
            const std::size_t count = end - begin;
            (*program)->mark({run.records.subspan(begin, count), run.first_frame + begin}, keep.subspan(begin, count));
            begin = end;
        }
        return {};
    }

    [[nodiscard]] std::unique_ptr<record_selector> copy() const override {
        // What was compiled once is compiled again.
        return std::move(*create(filter_.expression(), options_));
    }

private:
    expression_selector(filter::record_filter filter, const filter::compile_options& options)
        : filter_(std::move(filter)), options_(options) {}

    filter::record_filter filter_;
    filter::compile_options options_;
};

/// How expressions are compiled that options of a read name. For a program to set when it starts: a resolver of host
/// names, for example.
inline filter::compile_options& expression_options() {
    static filter::compile_options options;
    return options;
}

namespace detail {

inline result<std::unique_ptr<record_selector>> make_expression_selector(const std::string& expression) {
    return expression_selector::create(expression, expression_options());
}

inline const bool expressions_are_known = (make_selector = &make_expression_selector, true);

}  // namespace detail
}  // namespace pcapframe
