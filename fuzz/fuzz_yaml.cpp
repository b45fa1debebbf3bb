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
    for (const problem& each : read.problems) {
        fuzzing::check(each.at.line != 0 && each.at.column != 0, "a problem has a place");
        fuzzing::check(!each.reason.empty(), "a problem has a text");
    }
    if (read && yaml::unwritable(read.root) == nullptr) {
        const yaml::document again = yaml::read(yaml::write(read.root));
        fuzzing::check(again && yaml::same(read.root, again.root), "what is written reads back the same");
    }
    const yaml::node names = yaml::node::mapping();
    const text_result<template_text> parsed = parse_template(text);
    fuzzing::check(parsed || parsed.problems()[0].offset <= size, "a template's problem is within it");
    if (parsed)
        (void)expand_template(*parsed, {.catalog_dir = "dir/", .names = names, .allow_shell = false});
    const text_result<template_text> literal = parse_template(as_template(text));
    fuzzing::check(literal.has_value(), "a text can be made a template");
    const text_result<yaml::node> same =
        expand_template(*literal, {.catalog_dir = "", .names = names, .allow_shell = false});
    const bool too_large = size > limits::template_bytes_max;
    fuzzing::check(too_large || (same && same->text == text), "a text made a template gives the text");
    return 0;
}
