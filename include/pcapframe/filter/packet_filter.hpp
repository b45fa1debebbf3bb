// Filters of packets, as readers of files and captures of interfaces take them: whoever compiles expressions makes such
// filters, and nobody else needs to know the compiler.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record_selector.hpp>
#include <pcapframe/filter/run/instruction.hpp>

namespace pcapframe::inline v0_2 {

/// Where a filter of packets runs, known once their interface is.
struct filter_place {
    std::uint16_t link_type = 0;
    bool cooked = false;       ///< the kernel's filter sees packets from their network header on
    bool asks_kernel = false;  ///< the kernel knows more of a packet than its bytes, and keeps VLAN tags apart (Linux)
    std::uint32_t snaplen = 262'144;
    unsigned interface = 0;                  ///< the system's number for it; 0 for any
    std::optional<std::uint32_t> netmask{};  ///< of its IPv4 network, for `ip broadcast`
};

/// A filter for the packets of one interface.
struct packet_program {
    std::vector<filter::instruction> code{};      ///< for the kernel; empty where none takes it
    std::unique_ptr<record_selector> selector{};  ///< the same for the records of a capture that takes everything
};

/// A compiled filter, for records of files and for packets of interfaces. It never changes, so that any number of
/// readers and threads may share it.
class packet_filter {
public:
    packet_filter() = default;
    packet_filter(const packet_filter&) = delete;
    packet_filter& operator=(const packet_filter&) = delete;
    virtual ~packet_filter() = default;

    /// The expression that it was compiled from; empty where it has none, and cannot be written down.
    [[nodiscard]] virtual std::string text() const = 0;

    /// A selector for records of files, for one thread.
    [[nodiscard]] virtual std::unique_ptr<record_selector> selector() const = 0;

    /// The filter for an interface. Errors: a filter that means nothing for its packets, or that none of them can
    /// match.
    [[nodiscard]] virtual result<packet_program> program_for(const filter_place& place) const = 0;
};

/// A compiled filter, shared by all that use it.
using shared_filter = std::shared_ptr<const packet_filter>;

/// What compiles the text of a filter: for those who have one at run time (catalogs, command lines, other languages).
/// `expression_filters()` of <pcapframe/filter.hpp> is one for the expressions of pcap-filter(7).
using filter_compiler = std::function<result<shared_filter>(std::string_view text)>;

/// A selector of one's own as a filter. No kernel runs it: on an interface it sees every record.
class selector_filter final : public packet_filter {
public:
    explicit selector_filter(std::shared_ptr<const record_selector> selector) : selector_(std::move(selector)) {}

    [[nodiscard]] std::string text() const override { return {}; }
    [[nodiscard]] std::unique_ptr<record_selector> selector() const override { return selector_->copy(); }
    [[nodiscard]] result<packet_program> program_for(const filter_place&) const override {
        return packet_program{{}, selector_->copy()};
    }

private:
    std::shared_ptr<const record_selector> selector_;
};

}  // namespace pcapframe
