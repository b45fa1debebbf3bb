// pcapframe filter: what a filter expression becomes, as a program or in words.

#include <array>
#include <cstdio>
#include <string>

#include <pcapframe/filter.hpp>
#include <pcapframe/registry/link_types.hpp>

#include "command.hpp"
#include "expressions.hpp"
#include "system_names.hpp"

namespace cmd_filter {
namespace {

constexpr std::array options{
    option_spec{"-y", "LINKTYPE", "for packets of this link type: a name or a number (default EN10MB)"},
    option_spec{"-O", "", "do not optimize"},
    option_spec{"-d", "", "print the program in words (this is the default)"},
    option_spec{"-dd", "", "print it as initialisers of C arrays"},
    option_spec{"-ddd", "", "print it as decimal numbers, after how many instructions there are"},
    option_spec{"--snaplen", "BYTES", "what the program returns for packets that match (default 262144)"},
    option_spec{"--netmask", "MASK", "of the network, for 'ip broadcast': 255.255.255.0"},
    option_spec{"--exact", "", "be exact on packets that are cut inside of their headers, too"},
    option_spec{"--live", "", "for a live capture on Linux: 'inbound', 'outbound' and 'ifindex' ask the kernel"},
    option_spec{"--explain", "", "print what is asked of a packet, in words"},
};

int refuse(const pcapframe::problem& why) {
    std::string text = "filter: " + why.with_carets();
    text.pop_back();  // the line end after the carets
    complain(text);
    return exit_status::usage;
}

/// False where the value of an option is wrong; then the user has been told.
bool read_options(const arguments& given, pcapframe::filter::compile_options& compile) {
    compile.optimize = !given.has("-O");
    compile.exact = given.has("--exact");
    compile.live = given.has("--live");
    compile.names = system_names();
    if (given.has("--snaplen")) {
        const auto bytes = parse_count(given.value("--snaplen"), 1);
        if (!bytes || *bytes > 0xffffffff) {
            (void)complain_usage("filter", "'" + given.value("--snaplen") + "' is not a number of bytes (1 or more)");
            return false;
        }
        compile.snaplen = static_cast<std::uint32_t>(*bytes);
    }
    if (!given.has("--netmask")) return true;
    const auto mask = pcapframe::filter::parse_ipv4(given.value("--netmask"));
    if (mask && mask->bits == 32)
        compile.netmask = mask->address;
    else
        (void)complain_usage("filter", "'" + given.value("--netmask") + "' is not a netmask such as 255.255.255.0");
    return compile.netmask.has_value();
}

int run(const arguments& given) {
    using pcapframe::filter::text_form;
    std::string expression;
    for (const std::string& word : given.operands()) expression += (expression.empty() ? "" : " ") + word;
    const auto link_type = pcapframe::parse_link_type(given.value("-y", "EN10MB"));
    if (!link_type) return complain_usage("filter", link_type.error().message());
    if (given.has("--explain")) {
        const auto text = pcapframe::filter::explain(expression);
        if (!text) return refuse(text.problems()[0]);
        std::fwrite(text->data(), 1, text->size(), stdout);
        if (const std::string warning = no_match_warning(expression, *link_type); !warning.empty()) complain(warning);
        return exit_status::good;
    }
    pcapframe::filter::compile_options compile;
    if (!read_options(given, compile)) return exit_status::usage;
    const auto program = pcapframe::filter::compile(expression, *link_type, compile);
    if (!program) return refuse(program.problems()[0]);
    const text_form form = given.has("-ddd")  ? text_form::decimal
                           : given.has("-dd") ? text_form::c
                                              : text_form::assembly;
    const std::string text = program->text(form);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (const std::string warning = no_match_warning(expression, *link_type); !warning.empty()) complain(warning);
    return exit_status::good;
}

}  // namespace
}  // namespace cmd_filter

const command_spec filter_command{
    "filter",
    "[OPTIONS] EXPRESSION...",
    "print the program of a filter expression",
    "The expression is that of pcap-filter(7); words are joined by blanks. An empty one matches every packet.\n",
    cmd_filter::options,
    cmd_filter::run,
};
