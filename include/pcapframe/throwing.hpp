// The same verbs for programs that use exceptions: they throw `throwing::exception` instead of returning result<T>.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <pcapframe/pcapframe.hpp>

namespace pcapframe::inline v0_2::throwing {

/// The value of a result, or its error thrown.
template <class T>
T value(result<T> from) {
    return std::move(from).value();
}

/// See pcapframe::open_pcap.
[[nodiscard]] inline pcap_source open_pcap(const std::string& path, const read_options& options = {}) {
    return value(pcap_source::open({path}, options));
}

/// All rows of a capture in one table.
[[nodiscard]] inline table read(const std::string& path, const read_options& options = {}) {
    pcap_source source = throwing::open_pcap(path, options);
    return value(source.read());
}

/// Calls `use` with each batch of a source; the batch is used again for the next.
template <class Use>
void for_each_batch(pcap_source& source, Use use) {
    batch rows = source.make_batch();
    while (value(source.next(rows))) use(std::as_const(rows));
}

}  // namespace pcapframe::throwing
