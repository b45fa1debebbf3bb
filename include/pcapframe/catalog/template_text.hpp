// Templates in the strings of a catalog: "{{ CATALOG_DIR }}/{{ name | lower }}.pcap".
//
// The part of Jinja's templates (https://jinja.palletsprojects.com/templates/) that catalogs use: names, texts,
// numbers, lists and mappings, all operators, `a if b else c`, items, slices and attributes, the methods, filters,
// tests and functions of the tables in template/, env(X), env(X, default), shell(command), comments, and the statements
// if, set and raw. Where Jinja gives a value, the value here is the same; two things are mistakes here that Jinja
// prints as nothing: a name without a value where a value is wanted, and null, a list or a mapping within text. What is
// not supported is a mistake that is found when the catalog is opened.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/template/template_parser.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>

namespace pcapframe::inline v0_2 {

/// A text taken apart, or its first mistake.
[[nodiscard]] inline text_result<template_text> parse_template(std::string_view text) {
    return detail::template_parser(text).parse();
}

/// Takes the default of a parameter apart, where env(...) and shell(...) may stand without braces.
[[nodiscard]] inline text_result<template_text> parse_default_template(std::string_view text) {
    for (const detail::template_source& source : detail::template_sources) {
        const bool is_call =
            text.starts_with(source.name) && text.substr(source.name.size()).starts_with("(") && text.ends_with(")");
        if (is_call) return detail::template_parser(text).parse_bare();
    }
    return parse_template(text);
}

/// The template that gives just this text.
[[nodiscard]] inline std::string as_template(std::string_view text) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == '{' && (next == '{' || next == '%' || next == '#')) {
            made += "{{ '" + std::string(text.substr(i, 2)) + "' }}";
            ++i;
        } else {
            made += text[i];
        }
    }
    return made;
}

}  // namespace pcapframe
