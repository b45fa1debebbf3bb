// Filter expressions as filters of a read: `{.filter = "tcp port 443"}` where this header is included, and what
// compiles them for those who have them as text at run time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/filter/filter_option.hpp>
#include <pcapframe/filter/packet_filter.hpp>
#include <pcapframe/filter/record_filter.hpp>

namespace pcapframe::inline v0_2 {

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

    void captured_in(byte_order order) override { filter_.captured_in(order); }

    [[nodiscard]] result<void> mark(const record_run& run, std::span<std::uint8_t> keep) override {
        for (std::size_t begin = 0; begin < run.size();) {
            const std::uint16_t link_type = run.records[begin].link_type;
            const result<const filter::program*> program = filter_.program_for(link_type);
            if (!program) return program.error();
            std::size_t end = begin + 1;
            while (end < run.size() && run.records[end].link_type == link_type) ++end;
            if (*program != marks_for_) {
                batch_.emplace((*program)->batch());
                marks_for_ = *program;
            }
            batch_->mark(run.records.subspan(begin, end - begin), keep.subspan(begin, end - begin));
            begin = end;
        }
        return {};
    }

    [[nodiscard]] std::unique_ptr<record_selector> copy() const override {
        // What was compiled once is compiled again.
        return *create(filter_.expression(), options_);
    }

private:
    expression_selector(filter::record_filter filter, const filter::compile_options& options)
        : filter_(std::move(filter)), options_(options) {}

    filter::record_filter filter_;
    filter::compile_options options_;
    const filter::program* marks_for_ = nullptr;  ///< one of the filter's
    std::optional<filter::batch_machine> batch_;  ///< of that program
};

/// Keeps the packets of an interface that a program takes which no kernel runs. What it would ask a kernel is in the
/// record.
class packet_selector final : public record_selector {
public:
    /// `interface` is the system's number for it.
    packet_selector(std::shared_ptr<const filter::program> program, unsigned interface)
        : program_(std::move(program)), interface_(interface) {}

    [[nodiscard]] result<void> mark(const record_run& run, std::span<std::uint8_t> keep) override {
        for (std::size_t i = 0; i < run.size(); ++i) {
            const filter::packet_context context = context_of(run.records[i]);
            keep[i] = program_->run(run.records[i].bytes(), run.records[i].len, &context) != 0 ? 1 : 0;
        }
        return {};
    }

    [[nodiscard]] std::unique_ptr<record_selector> copy() const override {
        return std::make_unique<packet_selector>(program_, interface_);
    }

private:
    [[nodiscard]] filter::packet_context context_of(const record& r) const noexcept {
        filter::packet_context context;
        context.packet_type = packet_type_of(r.direction);
        context.interface = interface_;
        context.vlan_present = r.tag_in_front;
        if (r.tag_in_front) {
            context.vlan_protocol = load_be16(r.data - record::tag_bytes);
            context.vlan_tag = load_be16(r.data - record::tag_bytes + 2);
        }
        return context;
    }

    /// As Linux numbers them.
    static constexpr std::uint32_t packet_type_of(direction d) noexcept {
        switch (d) {
            case direction::broadcast: return 1;
            case direction::multicast: return 2;
            case direction::other: return 3;
            case direction::out: return 4;
            case direction::unknown:
            case direction::in: break;
        }
        return 0;
    }

    std::shared_ptr<const filter::program> program_;
    unsigned interface_;
};

/// An expression of pcap-filter(7) as a filter.
class expression_filter final : public packet_filter {
public:
    /// The grammar is checked here, what depends on a link type when its first record comes or the interface is known.
    /// Errors: bad_value, with the place in the expression.
    [[nodiscard]] static result<shared_filter> create(std::string_view expression,
                                                      const filter::compile_options& options = {}) {
        const std::string text(expression);
        result<std::unique_ptr<record_selector>> selector = expression_selector::create(text, options);
        if (!selector) return selector.error();
        return shared_filter(new expression_filter(text, options, std::move(*selector)));
    }

    [[nodiscard]] std::string text() const override { return expression_; }
    [[nodiscard]] std::unique_ptr<record_selector> selector() const override { return selector_->copy(); }

    [[nodiscard]] result<packet_program> program_for(const filter_place& place) const override {
        auto program = filter::compile(expression_, place.link_type, options_at(options_, place));
        if (!program) return program.error();
        packet_program made;
        if (!program->is_for_user_space() && program->code().size() <= filter::bpf::instructions_max)
            made.code.assign(program->code().begin(), program->code().end());
        auto kept = std::make_shared<const filter::program>(std::move(*program));
        made.selector = std::make_unique<packet_selector>(std::move(kept), place.interface);
        return made;
    }

    /// How an expression is compiled for the packets of an interface.
    [[nodiscard]] static filter::compile_options options_at(filter::compile_options options,
                                                            const filter_place& place) {
        options.snaplen = place.snaplen;
        options.live = options.kernel_vlan_tags = place.asks_kernel;
        options.loopback_order = native_order;
        if (!options.netmask) options.netmask = place.netmask;
        return options;
    }

private:
    expression_filter(std::string expression, const filter::compile_options& options,
                      std::unique_ptr<record_selector> selector)
        : expression_(std::move(expression)), options_(options), selector_(std::move(selector)) {}

    std::string expression_;
    filter::compile_options options_;
    std::unique_ptr<const record_selector> selector_;  ///< to be copied by each reader
};

/// What compiles expressions in this way: for catalogs and others that have filters as text.
///
///     auto captures = catalog::open("catalog.yml", {.filters = expression_filters()});
[[nodiscard]] inline filter_compiler expression_filters(filter::compile_options options = {}) {
    return [options = std::move(options)](std::string_view text) { return expression_filter::create(text, options); };
}

namespace detail {

template <class Text>
struct text_as_a_filter_needs_pcapframe_filter_hpp {
    [[nodiscard]] static result<shared_filter> compile(std::string_view text) {
        return expression_filter::create(text);
    }
};

}  // namespace detail
}  // namespace pcapframe
