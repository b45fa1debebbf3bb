#include "expressions.hpp"

#include <pcapframe/filter.hpp>

#include "system_names.hpp"

void use_names_of_the_system() {
    pcapframe::expression_options().names = system_names();
}

std::string filter_problem(const std::string& expression) {
    pcapframe::filter::problem why;
    return pcapframe::filter::parser(expression, why).parse() ? std::string() : why.text();
}

std::string filter_problem(const std::string& expression, const pcapframe::filter_place& place) {
    pcapframe::filter::problem why;
    const auto options = pcapframe::detail::packet_filter_options(place);
    return pcapframe::filter::compile(expression, place.link_type, options, why) ? std::string() : why.text();
}
