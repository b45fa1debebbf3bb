// A value for every option of the list that is not its default.
#pragma once

#include <string>

#include <pcapframe/source/options.hpp>

namespace testing {

/// In the option's text form. Options of a kind that is met once have the value of that kind.
inline std::string other_value(const pcapframe::named_option& option) {
    using pcapframe::option_kind;
    switch (option.kind) {
        case option_kind::protocol: return "udp";
        case option_kind::filter: return "udp port 53";
        case option_kind::names: return "time,len";
        case option_kind::flag: return option.name == "map_files" ? "false" : "true";
        case option_kind::live: return "lo";
        case option_kind::level: return "inner";
        case option_kind::ports: return "vxlan:4790";
        case option_kind::link_type: return "101";
        case option_kind::fraction: return "ns";
        case option_kind::policy: return "first";
        case option_kind::paths:
        case option_kind::any: return "";
        default: return "7";
    }
}

}  // namespace testing
