// pcapframe with live capture: adds the interfaces of this machine. The system's socket headers come in through here.
#pragma once

#include <pcapframe/pcapframe.hpp>

#include <pcapframe/format/pcap_writer.hpp>
#include <pcapframe/format/pcapng_writer.hpp>
#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/capture/packet_file.hpp>
#include <pcapframe/capture/rotation.hpp>
#include <pcapframe/live/live_filter.hpp>
#include <pcapframe/live/live_source.hpp>
#include <pcapframe/live/live_catalog.hpp>
#include <pcapframe/live/live_workers.hpp>
