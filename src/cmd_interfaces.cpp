// pcapframe interfaces: what can be captured on.

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/capture/interfaces.hpp>
#include <pcapframe/table/text.hpp>

#include "command.hpp"

namespace cmd_interfaces {
namespace {

constexpr std::array options{option_spec{"--json", "", "one JSON object per interface"}};

std::string json_string(std::string_view text) {
    std::string quoted(6 * text.size() + 2, '\0');
    quoted.resize(static_cast<std::size_t>(pcapframe::write_json_string(quoted.data(), text) - quoted.data()));
    return quoted;
}

std::string_view state_of(const pcapframe::live_interface& one) {
    if (!one.up) return "down";
    return one.running ? "up" : "no carrier";
}

void print_json(const pcapframe::live_interface& one, bool may_capture) {
    std::string addresses;
    for (const pcapframe::ip_address& address : one.addresses)
        addresses += (addresses.empty() ? "" : ",") + json_string(to_string(address));
    std::printf(
        "{\"name\":%s,\"index\":%u,\"link_type\":%u,\"link_type_name\":%s,\"state\":%s,\"loopback\":%s,"
        "\"mac\":%s,\"addresses\":[%s],\"may_capture\":%s}\n",
        json_string(one.name).c_str(), one.index, unsigned{one.link_type},
        json_string(pcapframe::link_type_name(one.link_type)).c_str(), json_string(state_of(one)).c_str(),
        one.loopback ? "true" : "false", one.mac ? json_string(to_string(*one.mac)).c_str() : "null", addresses.c_str(),
        may_capture ? "true" : "false");
}

void print_line(const pcapframe::live_interface& one) {
    std::string addresses = one.mac ? to_string(*one.mac) : "";
    for (const pcapframe::ip_address& address : one.addresses)
        addresses += (addresses.empty() ? "" : " ") + to_string(address);
    std::printf("%-16s %5u  %-20s %-10s %s\n", pcapframe::visible_text(one.name).c_str(), one.index,
                pcapframe::link_type_name(one.link_type).c_str(), std::string(state_of(one)).c_str(),
                addresses.c_str());
}

int run(const arguments& given) {
    if (!given.operands().empty()) return complain_usage("interfaces", "takes no operands");
    const auto all = pcapframe::list_interfaces();
    if (!all) return complain_error("interfaces", all.error());
    const bool may_capture = pcapframe::may_capture();
    const bool json = given.has("--json");
    if (!json) std::printf("%-16s %5s  %-20s %-10s %s\n", "name", "index", "link type", "state", "addresses");
    for (const pcapframe::live_interface& one : *all) {
        if (json)
            print_json(one, may_capture);
        else
            print_line(one);
    }
    if (!json) std::printf("\nyou %s capture here\n", may_capture ? "may" : "may not");
    return exit_status::good;
}

}  // namespace
}  // namespace cmd_interfaces

const command_spec interfaces_command{
    "interfaces",
    "[--json]",
    "list the network interfaces and whether you may capture on them",
    "",
    cmd_interfaces::options,
    cmd_interfaces::run,
};
