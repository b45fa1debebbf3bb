#include "expressions.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <pcapframe/filter.hpp>
#include <pcapframe/registry/link_types.hpp>

#include "command.hpp"
#include "system_names.hpp"

namespace {

pcapframe::filter::compile_options compile_options() {
    pcapframe::filter::compile_options options;
    options.names = system_names();
    return options;
}

/// Selects the records that another selector selects, and says once where an expression can match no packet of a link
/// type that comes.
class telling_selector final : public pcapframe::record_selector {
public:
    telling_selector(std::string expression, std::unique_ptr<pcapframe::record_selector> inner)
        : expression_(std::move(expression)), inner_(std::move(inner)) {}

    void captured_in(pcapframe::byte_order order) override { inner_->captured_in(order); }

    [[nodiscard]] pcapframe::result<void> mark(const pcapframe::record_run& run,
                                               std::span<std::uint8_t> keep) override {
        // Link types change with files and interfaces: looking at one record of each run misses no link type for long.
        if (!run.empty() && run.records[0].link_type != seen_) look_at(run.records[0].link_type);
        return inner_->mark(run, keep);
    }

    [[nodiscard]] std::unique_ptr<pcapframe::record_selector> copy() const override {
        return std::make_unique<telling_selector>(expression_, inner_->copy());
    }

private:
    void look_at(std::uint16_t link_type) {
        static std::atomic<bool> told{false};
        seen_ = link_type;
        const std::string warning = no_match_warning(expression_, link_type);
        if (!warning.empty() && !told.exchange(true)) complain(warning);
    }

    std::string expression_;
    std::unique_ptr<pcapframe::record_selector> inner_;
    std::optional<std::uint16_t> seen_;  ///< the last link type that was looked at
};

/// A filter whose selectors for files are such.
class telling_filter final : public pcapframe::packet_filter {
public:
    explicit telling_filter(pcapframe::shared_filter inner) : inner_(std::move(inner)) {}

    [[nodiscard]] std::string text() const override { return inner_->text(); }
    [[nodiscard]] std::unique_ptr<pcapframe::record_selector> selector() const override {
        return std::make_unique<telling_selector>(inner_->text(), inner_->selector());
    }
    [[nodiscard]] pcapframe::result<pcapframe::packet_program> program_for(
        const pcapframe::filter_place& place) const override {
        return inner_->program_for(place);
    }

private:
    pcapframe::shared_filter inner_;
};

}  // namespace

std::string no_match_warning(const std::string& expression, std::uint16_t link_type) {
    const auto made = pcapframe::filter::compile(expression, link_type, compile_options());
    const bool none =
        made ? made->matches_nothing() : made.problems()[0].kind == pcapframe::problem_kind::no_match;
    const auto tree = pcapframe::filter::parser(expression).parse();
    if (!none || !tree) return "";
    std::string warning = "warning: the filter '" + expression + "' can match no packet of link type " +
                          pcapframe::link_type_name(link_type);
    for (const pcapframe::filter::node& n : tree->nodes) {
        const auto protocol = static_cast<pcapframe::filter::protocol_word>(n.number);
        if (n.kind != pcapframe::filter::node_kind::load || !pcapframe::filter::looks_into_ipv4(protocol)) continue;
        return warning + "; bytes of a transport protocol, as in 'tcp[13]', are looked for in IPv4 only";
    }
    return warning;
}

pcapframe::filter_compiler command_filters() {
    return [](std::string_view text) -> pcapframe::result<pcapframe::shared_filter> {
        auto made = pcapframe::expression_filter::create(text, compile_options());
        if (!made) return made.error();
        return pcapframe::shared_filter(std::make_shared<const telling_filter>(std::move(*made)));
    };
}

bool is_filter_word(std::string_view word) { return pcapframe::filter::begins_filter(word); }

std::string filter_problem(const std::string& expression) {
    const auto tree = pcapframe::filter::parser(expression).parse();
    return tree ? std::string() : tree.problems()[0].with_carets();
}

std::string filter_problem(const std::string& expression, const pcapframe::filter_place& place) {
    const auto options = pcapframe::expression_filter::options_at(compile_options(), place);
    const auto made = pcapframe::filter::compile(expression, place.link_type, options);
    return made ? std::string() : made.problems()[0].with_carets();
}
