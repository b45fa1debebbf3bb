// Names in filters that this system knows: hosts, networks, services, protocols.
#pragma once

#include <pcapframe/filter/language/names.hpp>

/// Asks the system's tables, and for hosts its resolver, which may ask the network.
pcapframe::filter::name_resolver system_names();
