// Names in filters that this system knows: hosts, networks, services, protocols.
#pragma once

#include <pcapframe/filter/language/names.hpp>

/// Resolvers that ask the system's tables, and for hosts the system's resolver, which may ask the network.
pcapframe::filter::name_resolver system_names();
