// Filters: the language of tcpdump compiled to programs, which run over records here or in a kernel.
#pragma once

#include <pcapframe/base/version.hpp>
#include <pcapframe/filter/expression_selector.hpp>
#include <pcapframe/filter/language/explain.hpp>
#include <pcapframe/filter/record_filter.hpp>
