// Input: any bytes, as YAML and as a template. What the reader reads, the writer can say again, with the same value.
#include <string>
#include <string_view>

#include <pcapframe/catalog/template_values.hpp>
#include <pcapframe/catalog/yaml/yaml.hpp>

#include "check.hpp"

using namespace pcapframe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const yaml::document read = yaml::read(text);
    for (const yaml::problem& problem : read.problems) {
        fuzzing::check(problem.at.line != 0 && problem.at.column != 0, "a problem has a place");
        fuzzing::check(!problem.text.empty(), "a problem has a text");
    }
    if (read && yaml::unwritable(read.root) == nullptr) {
        const yaml::document again = yaml::read(yaml::write(read.root));
        fuzzing::check(again && yaml::same(read.root, again.root), "what is written reads back the same");
    }
    const yaml::node names = yaml::node::mapping();
    const parsed_template parsed = parse_template(text);
    fuzzing::check(!parsed.problem || parsed.problem->offset <= size, "a template's problem is within it");
    if (!parsed.problem)
        (void)expand_template(parsed.value, {.catalog_dir = "dir/", .names = names, .allow_shell = false});
    const parsed_template literal = parse_template(as_template(text));
    fuzzing::check(!literal.problem, "a text can be made a template");
    const template_value same =
        expand_template(literal.value, {.catalog_dir = "", .names = names, .allow_shell = false});
    const bool too_large = size > limits::template_bytes_max;
    fuzzing::check(too_large || (!same.problem && same.value.text == text), "a text made a template gives the text");
    return 0;
}
