// What the plots show, counted from batches in one pass and bounded memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/plot/key_counts.hpp>
#include <pcapframe/plot/size_counts.hpp>
#include <pcapframe/plot/tally.hpp>
#include <pcapframe/plot/time_bins.hpp>

namespace pcapframe::inline v0_2 {

namespace charts {

/// Adds an address to a hash.
[[nodiscard]] inline std::uint64_t hash_of(std::uint64_t hash, const ip_address& address) noexcept {
    std::uint64_t words[2];
    std::memcpy(words, address.octets.data(), sizeof words);
    return mix_hash(mix_hash(hash ^ address.version, words[0]), words[1]);
}

/// An order of addresses that does not depend on the machine.
[[nodiscard]] inline bool comes_before(const ip_address& a, const ip_address& b) noexcept {
    return std::tie(a.version, a.octets) < std::tie(b.version, b.octets);
}

}  // namespace charts

/// A host, to be counted by.
struct host_key {
    ip_address host;

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept { return charts::hash_of(seed, host); }
    friend bool operator==(const host_key&, const host_key&) = default;
    friend bool operator<(const host_key& a, const host_key& b) noexcept {
        return charts::comes_before(a.host, b.host);
    }
};

/// Two addresses, whichever sends: `low` is not after `high`, IPv4 before IPv6.
struct conversation_key {
    ip_address low;
    ip_address high;

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept {
        return charts::hash_of(charts::hash_of(seed, low), high);
    }
    friend bool operator==(const conversation_key&, const conversation_key&) = default;
    friend bool operator<(const conversation_key& a, const conversation_key& b) noexcept {
        if (a.low != b.low) return charts::comes_before(a.low, b.low);
        return charts::comes_before(a.high, b.high);
    }
};

/// What the `protocol` column says, or that a packet has no protocol.
struct protocol_key {
    static constexpr std::uint32_t none = 0x1'0000;
    std::uint32_t number = none;

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept { return charts::mix_hash(seed, number); }
    /// As `protocol_text`, "unknown" for a null.
    [[nodiscard]] std::string text() const {
        return number == none ? "unknown" : protocol_text(static_cast<protocol_id>(number));
    }
    friend bool operator==(const protocol_key&, const protocol_key&) = default;
    friend bool operator<(const protocol_key& a, const protocol_key& b) noexcept { return a.number < b.number; }
};

/// The lower port of a packet, which far more often than not is that of the service, and the packet's protocol.
struct port_key {
    protocol_key protocol;
    std::uint16_t port = 0;

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept {
        return charts::mix_hash(seed, std::uint64_t{protocol.number} << 16 | port);
    }
    friend bool operator==(const port_key&, const port_key&) = default;
    friend bool operator<(const port_key& a, const port_key& b) noexcept {
        return std::tie(a.port, a.protocol.number) < std::tie(b.port, b.protocol.number);
    }
};

/// Counts traffic for the plots: totals, protocols, hosts, conversations, ports, packet sizes, and all of it over time.
///
/// One pass, in any order of time. Memory is bounded (about 20 MB, whatever comes): protocols, sizes and totals are
/// exact; hosts, conversations and ports are exact up to `keys_max` distinct keys of each kind (see key_counts).
class traffic_summary {
public:
    /// What `add` looks at, as `read_options::columns` takes it. A column that a batch does not have counts as a column
    /// of nulls.
    static constexpr std::string_view columns = "time,src_host,src_port,dst_host,dst_port,protocol,len";

    /// Protocols that are told apart over time: those that come first; all further protocols share the last number.
    static constexpr std::size_t series_max = 64;

    explicit traffic_summary(std::size_t keys_max = 65'536)
        : hosts_(keys_max), conversations_(keys_max), ports_(keys_max) {}

    void add(const batch& rows) {
        const optional_column<column::time> time(rows);
        const optional_column<column::protocol> protocol(rows);
        const optional_column<column::len> len(rows);
        const optional_column<column::src_host> src_host(rows);
        const optional_column<column::dst_host> dst_host(rows);
        const optional_column<column::src_port> src_port(rows);
        const optional_column<column::dst_port> dst_port(rows);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const std::optional<std::uint32_t> bytes = len[i];
            if (bytes) sizes_.add(*bytes);
            const protocol_key carried = key_of(protocol[i]);
            add_packet(time[i], carried, bytes.value_or(0));
            add_hosts(src_host[i], dst_host[i], bytes.value_or(0));
            add_port(carried, src_port[i], dst_port[i], bytes.value_or(0));
        }
    }

    [[nodiscard]] const tally& total() const noexcept { return total_; }
    /// Whether sizes were given: without them there are no bytes to show.
    [[nodiscard]] bool has_bytes() const noexcept { return sizes_.packets() != 0; }
    [[nodiscard]] std::uint64_t packets_without_time() const noexcept { return without_time_; }
    [[nodiscard]] std::optional<std::int64_t> first_time() const noexcept { return first_time_; }
    [[nodiscard]] std::optional<std::int64_t> last_time() const noexcept { return last_time_; }

    [[nodiscard]] const time_bins& timeline() const noexcept { return timeline_; }
    [[nodiscard]] const size_counts& sizes() const noexcept { return sizes_; }
    /// The position of an entry is its series in the timeline, up to series_max.
    [[nodiscard]] const key_counts<protocol_key, tally>& protocols() const noexcept { return protocols_; }
    [[nodiscard]] const key_counts<host_key, two_way_tally>& hosts() const noexcept { return hosts_; }
    /// `forth` is from the lower address to the higher.
    [[nodiscard]] const key_counts<conversation_key, two_way_tally>& conversations() const noexcept {
        return conversations_;
    }
    [[nodiscard]] const key_counts<port_key, tally>& ports() const noexcept { return ports_; }

private:
    template <column C>
    class optional_column {
    public:
        using view = decltype(std::declval<const batch&>().get<C>());

        explicit optional_column(const batch& rows) {
            if (rows.has(C)) view_.emplace(rows.get<C>());
        }
        std::optional<typename view::value_type> operator[](std::size_t i) const noexcept {
            if (!view_) return std::nullopt;
            return (*view_)[i];
        }

    private:
        std::optional<view> view_;
    };

    /// LLC frames have a number for each service that they are addressed to, and most of these numbers share one name.
    static protocol_key key_of(std::optional<protocol_id> protocol) {
        if (!protocol) return {};
        const auto number = static_cast<std::uint16_t>(*protocol);
        const bool is_llc = number > 255 && number < ethertype::smallest;
        const auto llc = llc_protocol_id(0);
        return {is_llc && protocol_text(*protocol) == protocol_text(llc) ? static_cast<std::uint16_t>(llc) : number};
    }

    void add_packet(std::optional<std::int64_t> time, protocol_key protocol, std::uint32_t bytes) {
        total_.add(bytes);
        const std::size_t position = protocols_.position(protocol);
        protocols_.count_at(position).add(bytes);
        if (!time) {
            ++without_time_;
            return;
        }
        timeline_.add(*time, std::min(position, series_max - 1), bytes);
        first_time_ = std::min(first_time_.value_or(*time), *time);
        last_time_ = std::max(last_time_.value_or(*time), *time);
    }

    void add_hosts(const std::optional<ip_address>& from, const std::optional<ip_address>& to, std::uint32_t bytes) {
        if (from) hosts_[host_key{*from}].forth.add(bytes);
        if (to) hosts_[host_key{*to}].back.add(bytes);
        if (!from || !to) return;
        const bool from_is_high = charts::comes_before(*to, *from);
        two_way_tally& both =
            conversations_[from_is_high ? conversation_key{*to, *from} : conversation_key{*from, *to}];
        (from_is_high ? both.back : both.forth).add(bytes);
    }

    void add_port(protocol_key protocol, std::optional<std::uint16_t> from, std::optional<std::uint16_t> to,
                  std::uint32_t bytes) {
        if (!from && !to) return;
        const std::uint16_t port = from && to ? std::min(*from, *to) : from ? *from : *to;
        ports_[port_key{protocol, port}].add(bytes);
    }

    tally total_;
    std::uint64_t without_time_ = 0;
    std::optional<std::int64_t> first_time_;
    std::optional<std::int64_t> last_time_;
    time_bins timeline_;
    size_counts sizes_;
    /// There are fewer values of the column, so that this ranking is always exact.
    key_counts<protocol_key, tally> protocols_{std::size_t{1} << 17};
    key_counts<host_key, two_way_tally> hosts_;
    key_counts<conversation_key, two_way_tally> conversations_;
    key_counts<port_key, tally> ports_;
};

}  // namespace pcapframe
