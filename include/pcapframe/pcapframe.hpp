// pcapframe: captures become dataframes. Everything that is portable, in layer order.
#pragma once

#include <pcapframe/base/version.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/registry/protocols.hpp>
#include <pcapframe/io/mapped_file.hpp>
#include <pcapframe/io/sink.hpp>
#include <pcapframe/io/stream_file.hpp>
#include <pcapframe/format/walker.hpp>
#include <pcapframe/table/print.hpp>
#include <pcapframe/table/row_appender.hpp>
#include <pcapframe/decode/packet_table.hpp>
#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/ip_packet.hpp>
#include <pcapframe/decode/packet_headers.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/export/formats.hpp>
#include <pcapframe/source/source.hpp>
#include <pcapframe/source/stream.hpp>
#include <pcapframe/flow/flow_filter.hpp>
#include <pcapframe/flow/flow_source.hpp>
