// What a template gives, once the values of its names are known.
#pragma once

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/template/template_evaluator.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>
#include <pcapframe/catalog/template_text.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2 {

/// The value of a template: of any kind where the whole text is one expression, else text. A problem's offset is a
/// place in the template's text. How much is made is bounded by limits::template_work_max and
/// limits::template_bytes_max.
[[nodiscard]] inline text_result<yaml::node> expand_template(const template_text& text,
                                                             const template_context& context) {
    return detail::template_evaluator(context).expand(text);
}

}  // namespace pcapframe
