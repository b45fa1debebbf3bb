// From the text of a filter to its program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/filter/compile/code_layout.hpp>
#include <pcapframe/filter/compile/generator.hpp>
#include <pcapframe/filter/compile/options.hpp>
#include <pcapframe/filter/language/parser.hpp>
#include <pcapframe/filter/optimize/reorder.hpp>
#include <pcapframe/filter/optimize/threading.hpp>
#include <pcapframe/filter/run/program.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

/// Bytes of one expression.
inline constexpr std::size_t expression_bytes_max = std::size_t{1} << 18;

/// Instructions of one program: jumps are held in 16 bits.
inline constexpr std::size_t program_instructions_max = 0xfff0;

/// Times that a graph is threaded: each round finds what the round before has brought within reach.
inline constexpr int threading_rounds_max = 8;

}  // namespace detail

/// The steps from an expression to a program.
class compiler {
public:
    compiler(std::string_view expression, std::uint16_t link_type, const compile_options& options)
        : expression_(expression), link_type_(link_type), options_(options) {}

    [[nodiscard]] text_result<program> run();

private:
    /// What is wrong with the expression as a whole.
    [[nodiscard]] problem refused(std::string reason, problem_kind kind = problem_kind::document) const {
        return {.kind = kind,
                .reason = std::move(reason),
                .text = std::string(expression_),
                .length = expression_.size(),
                .text_is = "filter"};
    }
    [[nodiscard]] text_result<program> assemble(scratch& memory, const question& asked);
    [[nodiscard]] bool contradicts_itself(const syntax_tree& tree);
    [[nodiscard]] static flow_id optimize(scratch& memory, flow_graph& graph, flow_id root,
                                          const compile_options& options);

    std::string_view expression_;
    std::uint16_t link_type_;
    const compile_options& options_;
};

inline flow_id compiler::optimize(scratch& memory, flow_graph& graph, flow_id root, const compile_options& options) {
    edge_threader threader(memory, options.plain_tests);
    flow_graph next(memory, graph.values(), options.plain_tests);
    const auto threaded = [&] {
        for (int round = 0; round < detail::threading_rounds_max; ++round) {
            next.clear();
            const flow_id moved = threader.run(graph, root, next);
            if (!threader.changed()) return;
            root = moved;
            std::swap(graph, next);
        }
    };
    threaded();
    next.clear();
    test_grouper grouper(memory, graph, options.exact);
    const flow_id moved = grouper.run(root, next);
    if (grouper.changed()) {
        root = moved;
        std::swap(graph, next);
        threaded();
    }
    return root;
}

inline text_result<program> compiler::assemble(scratch& memory, const question& asked) {
    flow_graph graph(memory, asked.terms.values(), false);
    flow_id root = graph.build(asked.terms, asked.root, flow_graph::accept, flow_graph::reject);
    if (options_.optimize) root = optimize(memory, graph, root, options_);
    block_code blocks(memory);
    if (!emitter(memory, graph, asked.words).run(root, blocks))
        return refused("the expression needs more than the 16 memory words that a filter program has");
    auto code = code_layout(memory, blocks, options_.snaplen).run(root);
    if (code.size() > detail::program_instructions_max)
        return refused("the program would have more than 65520 instructions");
    bool loops = false;
    for (std::size_t at = 0; at < code.size(); ++at)
        loops = loops || (code[at].code == (bpf::jmp | bpf::ja) && code[at].k > code.size());
    return program(std::move(code), link_type_, loops);
}

/// Whether an expression that no packet matches shows it by what the expression's terms say of each other. That a
/// single term asks for the impossible, such as a byte greater than 300, is no reason to refuse it: libpcap does not
/// see that.
inline bool compiler::contradicts_itself(const syntax_tree& tree) {
    compile_options options = options_;
    options.plain_tests = true;
    scratch memory;
    const auto asked = generator(memory, tree, link_type_, options, expression_).run();
    if (!asked) return true;
    if (asked->never_optimized) return false;
    flow_graph graph(memory, asked->terms.values(), true);
    flow_id root = graph.build(asked->terms, asked->root, flow_graph::accept, flow_graph::reject);
    root = optimize(memory, graph, root, options);
    // Of comparisons of numbers, those that decide everything are seen.
    while (graph[root].kind == flow_kind::test && graph[root].b == 0 && graph.values().is_constant(graph[root].a)) {
        const bool holds = detail::holds(graph[root].how, graph.values()[graph[root].a].k, graph[root].k);
        root = holds ? graph[root].yes : graph[root].no;
    }
    return root == flow_graph::reject;
}

inline text_result<program> compiler::run() {
    if (expression_.size() > detail::expression_bytes_max) return refused("the expression is longer than 256 KiB");
    if (options_.snaplen == 0) return refused("a snapshot length of 0 keeps nothing of any packet");
    const text_result<syntax_tree> tree = parser(expression_).parse();
    if (!tree) return tree.problems();
    scratch memory;
    const text_result<question> asked = generator(memory, *tree, link_type_, options_, expression_).run();
    if (!asked) return asked.problems();
    text_result<program> made = assemble(memory, *asked);
    if (made && options_.optimize && made->matches_nothing() && contradicts_itself(*tree))
        return refused("no packet can match this expression", problem_kind::no_match);
    return made;
}

/// Compiles an expression for packets of a link type (a LINKTYPE number). A filter is refused at its first problem;
/// problem_kind::no_match says that it is well formed, but that no packet of this link type can match.
[[nodiscard]] inline text_result<program> compile(std::string_view expression, std::uint16_t link_type,
                                                  const compile_options& options = {}) {
    return compiler(expression, link_type, options).run();
}

}  // namespace pcapframe::filter
