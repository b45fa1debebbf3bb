// Filter expressions as an option of reading: `{.filter = "tcp port 443"}`.
//
// The compiler is larger than all that reading needs otherwise, so the options know it only where this header is
// included (by pcapframe/filter.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/filter/packet_program.hpp>
#include <pcapframe/filter/record_filter.hpp>
#include <pcapframe/source/options.hpp>

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
        return std::move(*create(filter_.expression(), options_));
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

/// How an expression is compiled for the packets of an interface.
inline filter::compile_options packet_filter_options(const filter_place& place) {
    filter::compile_options options = expression_options();
    options.snaplen = place.snaplen;
    options.live = options.kernel_vlan_tags = place.asks_kernel;
    options.loopback_order = native_order;
    if (!options.netmask) options.netmask = place.netmask;
    return options;
}

inline result<packet_program> compile_packet_program(const std::string& expression, const filter_place& place) {
    text_result<filter::program> program = filter::compile(expression, place.link_type, packet_filter_options(place));
    if (!program) return program.error();
    packet_program made;
    if (!program->is_for_user_space() && program->code().size() <= filter::bpf::instructions_max)
        made.code.assign(program->code().begin(), program->code().end());
    auto kept = std::make_shared<const filter::program>(std::move(*program));
    made.selector = std::make_unique<packet_selector>(std::move(kept), place.interface);
    return made;
}

inline const bool expressions_are_known =
    (make_selector = &make_expression_selector, make_packet_program = &compile_packet_program, true);

}  // namespace detail
}  // namespace pcapframe
