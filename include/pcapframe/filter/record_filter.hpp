// A filter for records of any link type: the expression is compiled once for each link type that occurs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/filter/compile/compile.hpp>
#include <pcapframe/filter/compile/link_layout.hpp>

namespace pcapframe::inline v0_2::filter {

/// Decides on records of any link type.
class record_filter {
public:
    /// An expression for records whose link types are not known yet: its grammar is checked, what depends on a link
    /// type when its first record comes.
    [[nodiscard]] static result<record_filter> create(std::string expression, const compile_options& options = {}) {
        if (const text_result<syntax_tree> tree = parser(expression).parse(); !tree) return tree.error();
        return record_filter(std::move(expression), options);
    }

    /// An expression for records of this link type at first. An expression that no packet of this link type can match
    /// is an error.
    [[nodiscard]] static result<record_filter> create(std::string expression, std::uint16_t link_type,
                                                      const compile_options& options = {}) {
        text_result<program> first = compile(expression, link_type, options);
        if (!first) return first.error();
        record_filter made(std::move(expression), options);
        made.keep_program(std::move(*first));
        return made;
    }

    [[nodiscard]] const std::string& expression() const noexcept { return expression_; }

    /// In which byte order records are from here on, where their link-layer headers have that of the machine that they
    /// were captured on.
    void captured_in(byte_order order) noexcept { options_.loopback_order = order; }

    /// The program for a link type, compiled at the first call for that link type. Fails where the expression means
    /// nothing for the link type; where no packet of the link type can match, the program matches none.
    [[nodiscard]] result<const program*> program_for(std::uint16_t link_type) {
        for (const made_program& known : programs_)
            if (known.code->link_type() == link_type && serves(known, options_.loopback_order)) return known.code.get();
        text_result<program> made = compile(expression_, link_type, options_);
        if (!made && made.problems()[0].kind != problem_kind::no_match) return made.error();
        const instruction never{bpf::ret | bpf::k, 0, 0, 0};
        keep_program(made ? std::move(*made) : *program::from_instructions({&never, 1}, link_type));
        return programs_.back().code.get();
    }

    /// Replaces `kept` by the records of a run that match; the bytes stay where they are. Fails at the first record of
    /// a link type that the expression means nothing for, with what was kept before it.
    [[nodiscard]] result<void> keep(record_run run, std::vector<record>& kept) {
        kept.clear();
        for (std::span<const record> left = run.records; !left.empty();) {
            const std::uint16_t link_type = left[0].link_type;
            std::size_t same = 1;
            while (same < left.size() && left[same].link_type == link_type) ++same;
            const result<const program*> now = program_for(link_type);
            if (!now) return now.error();
            (*now)->keep({left.first(same), run.first_frame}, kept);
            left = left.subspan(same);
        }
        return {};
    }

private:
    record_filter(std::string expression, const compile_options& options)
        : expression_(std::move(expression)), options_(options) {}

    struct made_program {
        std::unique_ptr<program> code;
        byte_order order;
    };

    /// Only the headers of loopback devices are in a machine's own order.
    [[nodiscard]] static bool serves(const made_program& known, byte_order order) noexcept {
        const std::uint16_t link_type = known.code->link_type();
        return known.order == order || (link_type != link_type::null && link_type != link_type::enc);
    }
    void keep_program(program made) {
        programs_.push_back({std::make_unique<program>(std::move(made)), options_.loopback_order});
    }

    std::string expression_;
    compile_options options_;
    std::vector<made_program> programs_;  ///< for each link type seen; of loopback devices for each byte order
};

}  // namespace pcapframe::filter
