// What a catalog says of one source.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/catalog_parameter.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2 {

/// Who reads an entry.
enum class driver_kind : std::uint8_t {
    pcap,     ///< captures, read by this library
    catalog,  ///< another catalog
    alias,    ///< another entry
    other,    ///< somebody else
};

/// The names under which drivers are known.
struct driver_spec {
    std::string_view name;
    driver_kind kind;
};
inline constexpr std::array<driver_spec, 9> known_drivers{{
    {"pcap", driver_kind::pcap},
    {"intake_pcap.source.PCAPSource", driver_kind::pcap},
    {"intake_pcap.PCAPSource", driver_kind::pcap},
    {"yaml_file_cat", driver_kind::catalog},
    {"catalog", driver_kind::catalog},
    {"intake.catalog.local.YAMLFileCatalog", driver_kind::catalog},
    {"intake.catalog.base.Catalog", driver_kind::catalog},
    {"alias", driver_kind::alias},
    {"intake.source.derived.AliasSource", driver_kind::alias},
}};

/// Which source a driver of a catalog names.
[[nodiscard]] constexpr driver_kind driver_kind_of(std::string_view name) noexcept {
    for (const driver_spec& known : known_drivers)
        if (known.name == name) return known.kind;
    return driver_kind::other;
}

/// Arguments that intake gives to drivers and that are about what is not here: file systems of others.
inline constexpr std::array<std::string_view, 1> idle_arguments{"storage_options"};

/// Whether an argument of an entry is known and says nothing here.
inline bool is_idle_argument(std::string_view name) noexcept {
    return std::find(idle_arguments.begin(), idle_arguments.end(), name) != idle_arguments.end();
}

/// An entry as its catalog has it: no template is expanded yet.
struct catalog_entry {
    std::string name;
    std::string driver;  ///< the driver that is used: the first of the entry's drivers that is known here
    driver_kind kind = driver_kind::other;
    std::string description;
    yaml::node metadata = yaml::node::mapping();
    yaml::node args = yaml::node::mapping();
    std::vector<catalog_parameter> parameters;  ///< the entry's own, then the catalog's others
    text_place at;
    /// Everything that is wrong with it, in the order of the text: the entry is listed, but cannot be opened.
    problem_list problems{};
    /// Arguments that are left aside: they mean nothing here, nor to intake-pcap.
    problem_list warnings{};

    [[nodiscard]] const catalog_parameter* find_parameter(std::string_view wanted) const noexcept {
        for (const catalog_parameter& parameter : parameters)
            if (parameter.name == wanted) return &parameter;
        return nullptr;
    }
};

}  // namespace pcapframe
