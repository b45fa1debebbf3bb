// Names of values that stand behind a keyword: frame types of 802.11, LLC commands, reasons and actions of PF.
//
// Sources: IEEE 802.11-2020 table 9-1, ISO/IEC 8802-2, FreeBSD's net/if_pflog.h and pf.h (the values that all BSDs
// share).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2::filter {

/// A name of a value.
struct value_name {
    std::string_view name;
    std::uint32_t value;
};

/// The types of 802.11 frames, by the bits of the first byte of a frame (IEEE 802.11, section 9.2.4.1).
inline constexpr std::uint32_t wlan_management = 0x00, wlan_control = 0x04, wlan_data = 0x08;

/// Their names.
inline constexpr std::array wlan_types{value_name{"data", wlan_data}, value_name{"mgt", wlan_management},
                                       value_name{"management", wlan_management}, value_name{"ctl", wlan_control},
                                       value_name{"control", wlan_control}};

/// The names of subtypes of each type.
inline constexpr std::array wlan_management_subtypes{
    value_name{"assocreq", 0x00},    value_name{"assoc-req", 0x00},
    value_name{"assocresp", 0x10},   value_name{"assoc-resp", 0x10},
    value_name{"reassocreq", 0x20},  value_name{"reassoc-req", 0x20},
    value_name{"reassocresp", 0x30}, value_name{"reassoc-resp", 0x30},
    value_name{"probereq", 0x40},    value_name{"probe-req", 0x40},
    value_name{"proberesp", 0x50},   value_name{"probe-resp", 0x50},
    value_name{"beacon", 0x80},      value_name{"atim", 0x90},
    value_name{"disassoc", 0xa0},    value_name{"disassociation", 0xa0},
    value_name{"auth", 0xb0},        value_name{"authentication", 0xb0},
    value_name{"deauth", 0xc0},      value_name{"deauthentication", 0xc0}};

/// See wlan_management_subtypes.
inline constexpr std::array wlan_control_subtypes{value_name{"ps-poll", 0xa0}, value_name{"rts", 0xb0},
                                                  value_name{"cts", 0xc0},     value_name{"ack", 0xd0},
                                                  value_name{"cf-end", 0xe0},  value_name{"cf-end-ack", 0xf0}};

/// See wlan_management_subtypes.
inline constexpr std::array wlan_data_subtypes{value_name{"data", 0x00},
                                               value_name{"data-cf-ack", 0x10},
                                               value_name{"data-cf-poll", 0x20},
                                               value_name{"data-cf-ack-poll", 0x30},
                                               value_name{"null", 0x40},
                                               value_name{"cf-ack", 0x50},
                                               value_name{"cf-poll", 0x60},
                                               value_name{"cf-ack-poll", 0x70},
                                               value_name{"qos-data", 0x80},
                                               value_name{"qos-data-cf-ack", 0x90},
                                               value_name{"qos-data-cf-poll", 0xa0},
                                               value_name{"qos-data-cf-ack-poll", 0xb0},
                                               value_name{"qos", 0xc0},
                                               value_name{"qos-cf-poll", 0xe0},
                                               value_name{"qos-cf-ack-poll", 0xf0}};

/// The names of the bits To DS and From DS.
inline constexpr std::array wlan_directions{value_name{"nods", 0}, value_name{"tods", 1}, value_name{"fromds", 2},
                                            value_name{"dstods", 3}};

/// The names of supervisory frames of LLC (IEEE 802.2).
inline constexpr std::array llc_supervisory{value_name{"rr", 0x01}, value_name{"rnr", 0x05}, value_name{"rej", 0x09}};
/// The names of unnumbered frames of LLC.
inline constexpr std::array llc_unnumbered{value_name{"ui", 0x03},  value_name{"ua", 0x63},    value_name{"disc", 0x43},
                                           value_name{"dm", 0x0f},  value_name{"sabme", 0x6f}, value_name{"test", 0xe3},
                                           value_name{"xid", 0xaf}, value_name{"frmr", 0x87}};

/// The reasons of OpenBSD's pf.
inline constexpr std::array pf_reasons{
    value_name{"match", 0},         value_name{"bad-offset", 1},      value_name{"fragment", 2},
    value_name{"short", 3},         value_name{"normalize", 4},       value_name{"memory", 5},
    value_name{"bad-timestamp", 6}, value_name{"congestion", 7},      value_name{"ip-option", 8},
    value_name{"proto-cksum", 9},   value_name{"state-mismatch", 10}, value_name{"state-insert", 11},
    value_name{"state-limit", 12},  value_name{"src-limit", 13},      value_name{"synproxy", 14}};

/// The actions of OpenBSD's pf.
inline constexpr std::array pf_actions{
    value_name{"pass", 0},          value_name{"accept", 0},  value_name{"drop", 1}, value_name{"block", 1},
    value_name{"scrub", 2},         value_name{"noscrub", 3}, value_name{"nat", 4},  value_name{"nonat", 5},
    value_name{"binat", 6},         value_name{"nobinat", 7}, value_name{"rdr", 8},  value_name{"nordr", 9},
    value_name{"synproxy-drop", 10}};

namespace detail {

/// The row of a name, in capital letters or small ones, or nullptr.
[[nodiscard]] constexpr const value_name* find_value(std::span<const value_name> table,
                                                     std::string_view name) noexcept {
    for (const value_name& row : table)
        if (equal_ignoring_case(row.name, name)) return &row;
    return nullptr;
}

/// The name of a table that is nearest to a misspelt name; empty where no name is near.
[[nodiscard]] inline std::string_view nearest_value(std::span<const value_name> table, std::string_view name) {
    std::vector<std::string_view> names;
    for (const value_name& row : table) names.push_back(row.name);
    return nearest_word(name, names);
}

}  // namespace detail

}  // namespace pcapframe::filter
