// Writes the fixed inputs of the benchmarks: the same bytes on every machine.
//
//   generate imix|small|tunnels|bare FILE [--packets N] [--format pcap|pcapng] [--seed S]
//
// `tunnels` has a quarter of its flows each in VXLAN, GRE and GTP-U and in no tunnel; `bare` has the same packets
// without the tunnels.
// A smaller --packets gives the first packets of the larger file. Every length field and every checksum is right. IPv4
// addresses are random, IPv6 ones random within the benchmarks' 2001:2::/48 (RFC 5180).
// Exit status: 0 written, 1 could not be written or is not the file that it should be, 2 wrong usage.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t default_seed = 1;
constexpr std::uint32_t flow_count = 50'000;
constexpr std::uint64_t first_time_us = 1'704'067'200'000'000;  // 2024-01-01T00:00:00Z
constexpr std::uint32_t snaplen_bytes = 262'144;
constexpr std::size_t ethernet_min_bytes = 60;  // without the frame check sequence
constexpr std::size_t ethernet_header_bytes = 14;
constexpr std::size_t vlan_tag_bytes = 4;
constexpr std::size_t payload_pool_bytes = 1 << 16;
constexpr std::size_t frame_max_bytes = 1518;
constexpr std::size_t tunnel_max_bytes = 14 + 20 + 8 + 8;  // Ethernet, IPv4, UDP, VXLAN

enum protocol : std::uint8_t { icmp = 1, tcp = 6, udp = 17, icmp6 = 58 };

// Frames of min_bytes to max_bytes, a VLAN tag not counted.
struct size_class {
    std::uint32_t per_mille;
    std::uint32_t min_bytes;
    std::uint32_t max_bytes;
};

struct profile {
    std::string_view name;
    std::uint64_t packets;
    std::array<size_class, 3> sizes;  // ascending; the weights add up to 1000
    std::uint32_t ipv6_percent;
    std::uint32_t vlan_percent;
    std::uint32_t udp_percent;
    std::uint32_t icmp_percent;
    bool tunnels;         // flows belong to kinds of tunnels
    bool bare;            // ... which are left out
    std::uint64_t fnv1a;  // of the whole pcap file with the default packets and seed
};

// As IMIX, where the largest packets leave room for the headers of a tunnel.
constexpr std::array<size_class, 3> tunnelled_sizes{{{410, 60, 66}, {248, 570, 594}, {342, 1450, 1450}}};

constexpr std::array profiles{
    profile{"imix", 2'000'000, {{{410, 60, 66}, {248, 570, 594}, {342, 1514, 1514}}}, 15, 5, 18, 2, false, false,
            0xfbb9bf5288a05f40},
    profile{"small", 8'000'000, {{{1000, 60, 80}, {}, {}}}, 10, 0, 40, 0, false, false, 0x673f54b631f9e13f},
    profile{"tunnels", 2'000'000, tunnelled_sizes, 15, 0, 18, 2, true, false, 0xffd66b387b5c09ce},
    profile{"bare", 2'000'000, tunnelled_sizes, 15, 0, 18, 2, true, true, 0x0e4734a5597cd21c},
};

// SplitMix64: integer arithmetic only, so that every machine and compiler draws the same numbers.
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    // A number from 0 to bound - 1.
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }

    bool percent(std::uint32_t share) { return below(100) < share; }

private:
    std::uint64_t state_;
};

void store_be16(std::uint8_t* to, std::size_t value) {
    to[0] = static_cast<std::uint8_t>(value >> 8);
    to[1] = static_cast<std::uint8_t>(value);
}

void store_be32(std::uint8_t* to, std::uint32_t value) {
    store_be16(to, value >> 16);
    store_be16(to + 2, value & 0xffff);
}

void store_le16(std::uint8_t* to, std::uint32_t value) {
    to[0] = static_cast<std::uint8_t>(value);
    to[1] = static_cast<std::uint8_t>(value >> 8);
}

void store_le32(std::uint8_t* to, std::uint32_t value) {
    store_le16(to, value & 0xffff);
    store_le16(to + 2, value >> 16);
}

// The ones' complement sum of RFC 1071, to be folded and inverted at the end.
std::uint64_t add_words(std::uint64_t sum, std::span<const std::uint8_t> bytes) {
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        sum += std::uint32_t{bytes[i]} << 24 | std::uint32_t{bytes[i + 1]} << 16 | std::uint32_t{bytes[i + 2]} << 8 |
               std::uint32_t{bytes[i + 3]};
    }
    for (unsigned shift = 24; i < bytes.size(); ++i, shift -= 8) {
        sum += std::uint32_t{bytes[i]} << shift;
    }
    return sum;
}

std::uint16_t finish_checksum(std::uint64_t sum) {
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

using host = std::array<std::uint8_t, 16>;  // IPv4: the first four bytes

// One of the two ends of a flow, and what it counts up from packet to packet.
struct endpoint {
    host address;
    std::uint16_t port;  // ICMP: the echo identifier, the same at both ends
    std::uint8_t ttl;
    std::uint16_t ip_id;
    std::uint32_t sequence;  // the next TCP sequence number, or the ICMP echo sequence number
};

struct flow {
    std::array<endpoint, 2> ends;  // client, server
    std::uint32_t label;           // IPv6 flow label
    std::uint16_t vlan_id;         // 0: no tag
    protocol transport;
    bool ipv6;
    bool timestamps;  // the TCP timestamp option is in every segment
    std::uint8_t dscp;
};

std::size_t ip_header_bytes(const flow& of) { return of.ipv6 ? 40 : 20; }

std::size_t transport_header_bytes(const flow& of) {
    if (of.transport == tcp) {
        return of.timestamps ? 32 : 20;
    }
    return 8;  // UDP, ICMP echo
}

// tcpdump keeps address texts in a table hashed by the first bytes of an IPv4 address. Hosts of one network would all
// be in one chain of it, and that chain would be all that is measured (100 us a packet): so the first bytes vary.
host make_host(random_numbers& random, bool ipv6) {
    host made{};
    if (ipv6) {
        made = {0x20, 0x01, 0x00, 0x02, 0x00, 0x00};  // 2001:2::/48
        store_be16(&made[6], random.below(0x100));
        store_be32(&made[8], static_cast<std::uint32_t>(random.next()));
        store_be32(&made[12], static_cast<std::uint32_t>(random.next()));
    } else {
        store_be32(&made[0], static_cast<std::uint32_t>(random.next()));
        made[0] = static_cast<std::uint8_t>(1 + random.below(126));
    }
    return made;
}

std::vector<host> make_hosts(random_numbers& random, std::uint32_t count, bool ipv6) {
    std::vector<host> made;
    for (std::uint32_t i = 0; i < count; ++i) {
        made.push_back(make_host(random, ipv6));
    }
    return made;
}

// The hosts of one IP version: the flows share them.
struct population {
    std::vector<host> clients;
    std::vector<host> servers;
};

population make_population(random_numbers& random, bool ipv6) {
    population made;
    made.clients = make_hosts(random, 4096, ipv6);
    made.servers = make_hosts(random, 1024, ipv6);
    return made;
}

endpoint make_endpoint(random_numbers& random, const std::vector<host>& hosts) {
    constexpr std::array<std::uint8_t, 3> initial_ttl{64, 128, 255};
    endpoint end{};
    end.address = hosts[random.below(static_cast<std::uint32_t>(hosts.size()))];
    end.ttl = initial_ttl[random.below(3)];
    end.ttl = static_cast<std::uint8_t>(end.ttl - random.below(24));  // not one expression: its order would be open
    end.ip_id = static_cast<std::uint16_t>(random.next());
    end.sequence = static_cast<std::uint32_t>(random.next());
    return end;
}

// Ports whose protocols can be told from random bytes: a dissector that took them for a broken message (DNS) would
// spend its time on that.
std::uint16_t server_port(random_numbers& random, protocol transport) {
    constexpr std::array<std::uint16_t, 8> tcp_ports{443, 443, 443, 443, 80, 22, 993, 8443};
    constexpr std::array<std::uint16_t, 4> udp_ports{443, 443, 5004, 51820};
    return transport == tcp ? tcp_ports[random.below(8)] : udp_ports[random.below(4)];
}

std::size_t largest_frame_bytes(const profile& shape) {
    std::size_t largest = 0;
    for (const size_class& size : shape.sizes) {
        largest = std::max<std::size_t>(largest, size.max_bytes);
    }
    return largest;
}

protocol draw_transport(random_numbers& random, const profile& shape, bool ipv6) {
    const std::uint32_t draw = random.below(100);
    if (draw < shape.icmp_percent) {
        return ipv6 ? icmp6 : icmp;
    }
    return draw < shape.icmp_percent + shape.udp_percent ? udp : tcp;
}

flow make_flow(random_numbers& random, const profile& shape, const std::array<population, 2>& populations) {
    constexpr std::array<std::uint8_t, 8> code_points{0, 0, 0, 0, 0, 10, 34, 46};
    flow made{};
    made.ipv6 = random.percent(shape.ipv6_percent);
    made.vlan_id = random.percent(shape.vlan_percent) ? static_cast<std::uint16_t>(1 + random.below(4094)) : 0;
    made.transport = draw_transport(random, shape, made.ipv6);
    made.label = random.below(1 << 20);
    made.dscp = code_points[random.below(8)];
    const population& hosts = populations[made.ipv6 ? 1 : 0];
    made.ends = {make_endpoint(random, hosts.clients), make_endpoint(random, hosts.servers)};
    made.ends[0].port = static_cast<std::uint16_t>(49152 + random.below(16384));
    const bool echo = made.transport == icmp || made.transport == icmp6;
    made.ends[1].port = echo ? made.ends[0].port : server_port(random, made.transport);
    // Where the largest frame has no room for the option, no segment carries it.
    const std::size_t headers_bytes = ethernet_header_bytes + ip_header_bytes(made) + 32;
    made.timestamps = random.percent(60) && headers_bytes <= largest_frame_bytes(shape);
    return made;
}

struct frame {
    std::array<std::uint8_t, tunnel_max_bytes + frame_max_bytes> bytes;
    std::size_t size;
};

// What a flow of an input with tunnels is in.
enum class tunnel : std::uint8_t { none, vxlan, gre, gtpu };

// Puts a frame, or its IP packet, into a tunnel between two hosts.
class tunnel_writer {
public:
    tunnel_writer(frame& made, tunnel kind, std::uint32_t id) : made_(made), kind_(kind), id_(id) {}

    void write() {
        const std::size_t inner_begin = kind_ == tunnel::vxlan ? 0 : ethernet_header_bytes;
        const std::uint16_t inner_type = static_cast<std::uint16_t>(made_.bytes[12] << 8 | made_.bytes[13]);
        const std::size_t inner_bytes = kind_ == tunnel::vxlan ? made_.size : ip_bytes(inner_type);
        const std::size_t headers = ethernet_header_bytes + 20 + (kind_ == tunnel::gre ? 8 : 16);
        std::memmove(made_.bytes.data() + headers, made_.bytes.data() + inner_begin, inner_bytes);
        made_.size = headers + inner_bytes;
        write_ip();
        std::uint8_t* const at = made_.bytes.data() + ethernet_header_bytes + 20;
        if (kind_ == tunnel::gre) {
            store_be16(at, 0x2000);  // a key
            store_be16(at + 2, inner_type);
            store_be32(at + 4, id_);
            return;
        }
        store_be16(at, kind_ == tunnel::gtpu ? 2152 : 49152 + id_ % 16384);
        store_be16(at + 2, kind_ == tunnel::gtpu ? 2152 : 4789);
        store_be16(at + 4, 16 + inner_bytes);
        store_be16(at + 6, 0);  // no checksum, as RFC 7348 and 3GPP TS 29.281 have it over IPv4
        store_be32(at + 8, kind_ == tunnel::gtpu ? static_cast<std::uint32_t>(0x30ff'0000 | inner_bytes) : 0x0800'0000);
        store_be32(at + 12, kind_ == tunnel::gtpu ? id_ : id_ << 8);
    }

private:
    // Bytes of the frame's IP packet: where it is alone in a tunnel, nothing pads it.
    std::size_t ip_bytes(std::uint16_t type) const {
        const std::size_t length_at = ethernet_header_bytes + (type == 0x0800 ? 2 : 4);
        const std::size_t length = made_.bytes[length_at] << 8U | made_.bytes[length_at + 1];
        return length + (type == 0x0800 ? 0 : 40);
    }

    void write_ip() {
        constexpr std::array<std::uint8_t, 14> link{0x02, 0, 0, 0, 1, 1, 0x02, 0, 0, 0, 1, 2, 0x08, 0x00};
        std::memcpy(made_.bytes.data(), link.data(), link.size());
        std::uint8_t* const at = made_.bytes.data() + ethernet_header_bytes;
        store_be16(at, 0x4500);
        store_be16(at + 2, made_.size - ethernet_header_bytes);
        store_be32(at + 4, 0x4000);  // no identification; do not fragment
        store_be16(at + 8, 0x4000 | (kind_ == tunnel::gre ? 47 : udp));
        store_be16(at + 10, 0);
        store_be32(at + 12, 0x0a00'0000 | id_ % 256);
        store_be32(at + 16, 0x0a00'0100 | id_ / 256 % 256);
        store_be16(at + 10, finish_checksum(add_words(0, {at, 20})));
    }

    frame& made_;
    tunnel kind_;
    std::uint32_t id_;
};

class traffic {
public:
    traffic(const profile& shape, std::uint64_t seed) : shape_(shape), random_(seed), pool_(payload_pool_bytes) {
        const std::array populations{make_population(random_, false), make_population(random_, true)};
        flows_.reserve(flow_count);
        for (std::uint32_t i = 0; i < flow_count; ++i) {
            flows_.push_back(make_flow(random_, shape, populations));
        }
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            pool_[i] = static_cast<std::uint8_t>(random_.next() >> 56);
        }
    }

    // Makes the next frame and returns its time in microseconds since 1970.
    std::uint64_t next(frame& made) {
        flow& picked = flows_[random_.below(flow_count)];
        const bool from_server = random_.percent(50);
        endpoint& from = picked.ends[from_server ? 1 : 0];
        endpoint& to = picked.ends[from_server ? 0 : 1];
        const std::size_t headers = ethernet_header_bytes + ip_header_bytes(picked) + transport_header_bytes(picked);
        const std::size_t payload_bytes = draw_payload_bytes(picked, headers);

        std::uint8_t* at = write_ethernet(made.bytes.data(), picked, from_server);
        const std::size_t transport_bytes = transport_header_bytes(picked) + payload_bytes;
        std::uint8_t* const ip_header = at;
        at = picked.ipv6 ? write_ipv6(at, picked, from, to, transport_bytes)
                         : write_ipv4(at, picked, from, to, transport_bytes);
        write_payload(at + transport_header_bytes(picked), payload_bytes);
        write_transport({at, transport_bytes}, picked, from, to, from_server, pseudo_header_sum(ip_header, picked));

        std::uint8_t* const end = at + transport_bytes;
        made.size = static_cast<std::size_t>(end - made.bytes.data());
        const std::size_t min_bytes = ethernet_min_bytes + (picked.vlan_id != 0 ? vlan_tag_bytes : 0);
        if (made.size < min_bytes) {
            std::fill(end, made.bytes.data() + min_bytes, std::uint8_t{0});
            made.size = min_bytes;
        }
        // A random draw would make other packets of the same flows.
        const auto number = static_cast<std::uint32_t>(&picked - flows_.data());
        const auto kind = static_cast<tunnel>(number % 4);
        if (shape_.tunnels && !shape_.bare && kind != tunnel::none) tunnel_writer(made, kind, number).write();
        time_us_ += random_.below(10);
        return time_us_;
    }

private:
    // The small TCP segments are acknowledgements without payload half of the time.
    std::size_t draw_payload_bytes(const flow& of, std::size_t headers) {
        std::uint32_t left = random_.below(1000);
        const size_class* chosen = shape_.sizes.data();
        while (left >= chosen->per_mille) {
            left -= chosen++->per_mille;
        }
        const std::size_t target = chosen->min_bytes + random_.below(chosen->max_bytes - chosen->min_bytes + 1);
        const bool empty = of.transport == tcp && target <= 80 && random_.percent(50);
        return empty || target <= headers ? 0 : target - headers;
    }

    static std::uint8_t* write_ethernet(std::uint8_t* at, const flow& of, bool from_server) {
        constexpr std::array<std::uint8_t, 6> mac{0x02, 0, 0, 0, 0, 0};
        std::memcpy(at, mac.data(), mac.size());
        std::memcpy(at + 6, mac.data(), mac.size());
        at[5] = from_server ? 1 : 2;
        at[11] = from_server ? 2 : 1;
        at += 12;
        if (of.vlan_id != 0) {
            store_be16(at, 0x8100);
            store_be16(at + 2, of.vlan_id);
            at += vlan_tag_bytes;
        }
        store_be16(at, of.ipv6 ? 0x86dd : 0x0800);
        return at + 2;
    }

    static std::uint8_t* write_ipv4(std::uint8_t* at, const flow& of, endpoint& from, const endpoint& to,
                                    std::size_t transport_bytes) {
        at[0] = 0x45;
        at[1] = static_cast<std::uint8_t>(of.dscp << 2);
        store_be16(at + 2, 20 + transport_bytes);
        store_be16(at + 4, from.ip_id++);
        store_be16(at + 6, 0x4000);  // do not fragment
        at[8] = from.ttl;
        at[9] = of.transport;
        store_be16(at + 10, 0);
        std::memcpy(at + 12, from.address.data(), 4);
        std::memcpy(at + 16, to.address.data(), 4);
        store_be16(at + 10, finish_checksum(add_words(0, {at, 20})));
        return at + 20;
    }

    static std::uint8_t* write_ipv6(std::uint8_t* at, const flow& of, const endpoint& from, const endpoint& to,
                                    std::size_t transport_bytes) {
        store_be32(at, 0x60000000u | static_cast<std::uint32_t>(of.dscp) << 22 | of.label);
        store_be16(at + 4, transport_bytes);
        at[6] = of.transport;
        at[7] = from.ttl;
        std::memcpy(at + 8, from.address.data(), 16);
        std::memcpy(at + 24, to.address.data(), 16);
        return at + 40;
    }

    // Addresses, length and protocol, as RFC 768, RFC 9293 and RFC 8200 sum them; ICMP of IPv4 has none.
    static std::uint64_t pseudo_header_sum(const std::uint8_t* ip_header, const flow& of) {
        if (of.transport == icmp) {
            return 0;
        }
        if (of.ipv6) {
            const std::uint64_t payload_length = std::uint64_t{ip_header[4]} << 8 | ip_header[5];
            return add_words(of.transport + payload_length, {ip_header + 8, 32});
        }
        const std::uint64_t total_length = std::uint64_t{ip_header[2]} << 8 | ip_header[3];
        return add_words(of.transport + total_length - 20, {ip_header + 12, 8});
    }

    void write_payload(std::uint8_t* at, std::size_t payload_bytes) {
        const std::size_t from = random_.below(payload_pool_bytes - frame_max_bytes);
        std::memcpy(at, pool_.data() + from, payload_bytes);
    }

    void write_transport(std::span<std::uint8_t> segment, const flow& of, endpoint& from, const endpoint& to,
                         bool from_server, std::uint64_t pseudo_sum) {
        std::size_t checksum_at = 2;  // ICMP
        if (of.transport == tcp) {
            checksum_at = 16;
            write_tcp(segment, of, from, to);
        } else if (of.transport == udp) {
            checksum_at = 6;
            store_be16(&segment[0], from.port);
            store_be16(&segment[2], to.port);
            store_be16(&segment[4], segment.size());
        } else {
            const std::uint8_t request = of.ipv6 ? 128 : 8;
            const std::uint8_t reply = of.ipv6 ? 129 : 0;
            segment[0] = from_server ? reply : request;
            segment[1] = 0;
            store_be16(&segment[4], from.port);
            store_be16(&segment[6], from.sequence++ & 0xffff);
        }
        store_be16(&segment[checksum_at], 0);
        std::uint16_t checksum = finish_checksum(add_words(pseudo_sum, segment));
        if (of.transport == udp && checksum == 0) {
            checksum = 0xffff;
        }  // RFC 768: 0 would mean none
        store_be16(&segment[checksum_at], checksum);
    }

    void write_tcp(std::span<std::uint8_t> segment, const flow& of, endpoint& from, const endpoint& to) {
        const std::size_t header_bytes = transport_header_bytes(of);
        const std::size_t payload_bytes = segment.size() - header_bytes;
        constexpr std::uint8_t ack = 0x10, push = 0x08;
        store_be16(&segment[0], from.port);
        store_be16(&segment[2], to.port);
        store_be32(&segment[4], from.sequence);
        store_be32(&segment[8], to.sequence);
        segment[12] = static_cast<std::uint8_t>(header_bytes / 4 << 4);
        segment[13] = payload_bytes != 0 && random_.percent(25) ? ack | push : ack;
        store_be16(&segment[14], 1024 + random_.below(64512));
        store_be16(&segment[18], 0);
        if (of.timestamps) {
            const auto milliseconds = static_cast<std::uint32_t>(time_us_ / 1000);
            store_be32(&segment[20], 0x0101080a);  // two NOPs, kind 8, length 10
            store_be32(&segment[24], milliseconds);
            store_be32(&segment[28], milliseconds - 20);
        }
        from.sequence += static_cast<std::uint32_t>(payload_bytes);
    }

    const profile& shape_;
    random_numbers random_;
    std::vector<flow> flows_;
    std::vector<std::uint8_t> pool_;  // payloads are pieces of it
    std::uint64_t time_us_ = first_time_us;
};

// Buffers, counts and hashes (FNV-1a, 64 bits) what is written.
class output {
public:
    explicit output(const char* path) : file_(std::fopen(path, "wb")) { buffer_.reserve(capacity); }
    output(const output&) = delete;
    output& operator=(const output&) = delete;
    ~output() {
        if (file_ != nullptr) {
            std::fclose(file_);
        }
    }

    void append(std::span<const std::uint8_t> bytes) {
        if (buffer_.size() + bytes.size() > capacity) {
            flush();
        }
        buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }

    // Returns false, with errno set, when anything at all went wrong since opening.
    bool close() {
        if (file_ == nullptr) {
            return false;
        }
        flush();
        const bool closed = std::fclose(file_) == 0;
        file_ = nullptr;
        return good_ && closed;
    }

    bool is_open() const { return file_ != nullptr; }
    std::uint64_t fnv1a() const { return fnv1a_; }

private:
    static constexpr std::size_t capacity = 1 << 20;

    void flush() {
        for (const std::uint8_t byte : buffer_) {
            fnv1a_ = (fnv1a_ ^ byte) * 0x100000001b3;
        }
        good_ = good_ && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) == buffer_.size();
        buffer_.clear();
    }

    std::FILE* file_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t fnv1a_ = 0xcbf29ce484222325;
    bool good_ = true;
};

constexpr std::uint32_t linktype_ethernet = 1;

void write_pcap_header(output& out) {
    std::array<std::uint8_t, 24> header{};
    store_le32(&header[0], 0xa1b2c3d4);  // microseconds
    store_le16(&header[4], 2);
    store_le16(&header[6], 4);
    store_le32(&header[16], snaplen_bytes);
    store_le32(&header[20], linktype_ethernet);
    out.append(header);
}

void write_pcap_record(output& out, std::uint64_t time_us, const frame& made) {
    std::array<std::uint8_t, 16> header;
    store_le32(&header[0], static_cast<std::uint32_t>(time_us / 1'000'000));
    store_le32(&header[4], static_cast<std::uint32_t>(time_us % 1'000'000));
    store_le32(&header[8], static_cast<std::uint32_t>(made.size));
    store_le32(&header[12], static_cast<std::uint32_t>(made.size));
    out.append(header);
    out.append({made.bytes.data(), made.size});
}

// A section header and one interface, without options: the default resolution is the microsecond.
void write_pcapng_header(output& out) {
    std::array<std::uint8_t, 48> blocks{};
    store_le32(&blocks[0], 0x0a0d0d0a);
    store_le32(&blocks[4], 28);
    store_le32(&blocks[8], 0x1a2b3c4d);
    store_le16(&blocks[12], 1);
    std::fill_n(&blocks[16], 8, std::uint8_t{0xff});  // the section's length is not stated
    store_le32(&blocks[24], 28);
    store_le32(&blocks[28], 1);
    store_le32(&blocks[32], 20);
    store_le16(&blocks[36], linktype_ethernet);
    store_le32(&blocks[40], snaplen_bytes);
    store_le32(&blocks[44], 20);
    out.append(blocks);
}

void write_enhanced_packet(output& out, std::uint64_t time_us, const frame& made) {
    const std::size_t padding = (4 - made.size % 4) % 4;
    const auto block_bytes = static_cast<std::uint32_t>(32 + made.size + padding);
    std::array<std::uint8_t, 28> header;
    store_le32(&header[0], 6);
    store_le32(&header[4], block_bytes);
    store_le32(&header[8], 0);  // interface
    store_le32(&header[12], static_cast<std::uint32_t>(time_us >> 32));
    store_le32(&header[16], static_cast<std::uint32_t>(time_us & 0xffffffff));
    store_le32(&header[20], static_cast<std::uint32_t>(made.size));
    store_le32(&header[24], static_cast<std::uint32_t>(made.size));
    std::array<std::uint8_t, 7> trailer{};
    store_le32(&trailer[padding], block_bytes);
    out.append(header);
    out.append({made.bytes.data(), made.size});
    out.append({trailer.data(), padding + 4});
}

struct options {
    const profile* shape = nullptr;
    const char* path = nullptr;
    std::uint64_t packets = 0;
    std::uint64_t seed = default_seed;
    bool pcapng = false;
};

std::optional<std::uint64_t> parse_number(const char* text) {
    if (*text < '0' || *text > '9') {
        return std::nullopt;
    }
    char* end = nullptr;
    errno = 0;
    const std::uint64_t value = std::strtoull(text, &end, 10);
    if (*end != '\0' || errno != 0) {
        return std::nullopt;
    }
    return value;
}

bool parse_option(options& parsed, std::string_view name, const char* value) {
    if (name == "--format") {
        parsed.pcapng = std::string_view(value) == "pcapng";
        return parsed.pcapng || std::string_view(value) == "pcap";
    }
    const std::optional<std::uint64_t> number = parse_number(value);
    if (!number) {
        return false;
    }
    if (name == "--packets") {
        parsed.packets = *number;
        return true;
    }
    parsed.seed = *number;
    return name == "--seed";
}

std::optional<options> parse_arguments(std::span<char*> arguments) {
    if (arguments.size() < 3 || arguments.size() % 2 == 0) {
        return std::nullopt;
    }
    options parsed;
    for (const profile& candidate : profiles) {
        if (candidate.name == arguments[1]) {
            parsed.shape = &candidate;
        }
    }
    if (parsed.shape == nullptr) {
        return std::nullopt;
    }
    parsed.path = arguments[2];
    parsed.packets = parsed.shape->packets;
    for (std::size_t i = 3; i < arguments.size(); i += 2) {
        if (!parse_option(parsed, arguments[i], arguments[i + 1])) {
            return std::nullopt;
        }
    }
    return parsed;
}

// Whether these options make the file whose hash the profile states.
bool is_fixed_input(const options& chosen) {
    return !chosen.pcapng && chosen.seed == default_seed && chosen.packets == chosen.shape->packets;
}

int generate(const options& chosen) {
    output out(chosen.path);
    if (!out.is_open()) {
        std::fprintf(stderr, "generate: %s: %s\n", chosen.path, std::strerror(errno));
        return 1;
    }
    traffic source(*chosen.shape, chosen.seed);
    frame made;
    std::uint64_t frame_bytes = 0;
    chosen.pcapng ? write_pcapng_header(out) : write_pcap_header(out);
    for (std::uint64_t i = 0; i < chosen.packets; ++i) {
        const std::uint64_t time_us = source.next(made);
        frame_bytes += made.size;
        chosen.pcapng ? write_enhanced_packet(out, time_us, made) : write_pcap_record(out, time_us, made);
    }
    if (!out.close()) {
        std::fprintf(stderr, "generate: %s: %s\n", chosen.path, std::strerror(errno));
        return 1;
    }
    std::printf("%llu packets, %llu bytes in frames, fnv1a %016llx\n", static_cast<unsigned long long>(chosen.packets),
                static_cast<unsigned long long>(frame_bytes), static_cast<unsigned long long>(out.fnv1a()));
    if (is_fixed_input(chosen) && out.fnv1a() != chosen.shape->fnv1a) {
        std::fprintf(stderr, "generate: %s: fnv1a should be %016llx\n", chosen.path,
                     static_cast<unsigned long long>(chosen.shape->fnv1a));
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::optional<options> chosen = parse_arguments({argv, static_cast<std::size_t>(argc)});
    if (!chosen) {
        std::fputs("usage: generate imix|small|tunnels|bare FILE [--packets N] [--format pcap|pcapng] [--seed S]\n",
                   stderr);
        return 2;
    }
    return generate(*chosen);
}
