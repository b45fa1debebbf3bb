// pcapframe with live capture: adds the interfaces of this machine. The system's socket headers come in through here.
#pragma once

#include <pcapframe/pcapframe.hpp>

#include <pcapframe/format/pcap_writer.hpp>
#include <pcapframe/format/pcapng_writer.hpp>
#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/decode/row_test.hpp>
#include <pcapframe/packets/copy_packets.hpp>
#include <pcapframe/packets/kept_packets.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/packets/rotation.hpp>
#include <pcapframe/live/live_filter.hpp>
#include <pcapframe/live/live_flows.hpp>
#include <pcapframe/live/live_source.hpp>
#include <pcapframe/live/live_catalog.hpp>
#include <pcapframe/live/live_workers.hpp>
