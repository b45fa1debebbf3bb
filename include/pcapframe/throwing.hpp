// The same verbs for programs that use exceptions: they throw instead of returning result<T>.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/pcapframe.hpp>

namespace pcapframe::inline v0_2::throwing {

/// An error as an exception; `what` is its message.
class exception : public std::runtime_error {
public:
    explicit exception(const pcapframe::error& why) : std::runtime_error(why.message()), why_(why) {}
    [[nodiscard]] const pcapframe::error& why() const noexcept { return why_; }

private:
    pcapframe::error why_;
};

/// The value of a result, or its error thrown.
template <class T>
T value(result<T> from) {
    if (!from) throw exception(from.error());
    if constexpr (!std::is_void_v<T>) return std::move(*std::move(from));
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
