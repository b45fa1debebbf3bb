// Programs over many packets at once say what they say of each alone.
#include <string_view>
#include <vector>

#include "bytes/random.hpp"
#include "packets.hpp"

using namespace pcapframe::filter;
using pcapframe::record;
using testing::byte_string;
using testing::random_numbers;
namespace op = pcapframe::filter::bpf;

namespace {

/// Packets cut anywhere, with bytes changed.
std::vector<byte_string> some_packets(random_numbers& random, std::size_t count) {
    const std::vector<byte_string> whole{filtered::tcp4, filtered::udp6, filtered::arp, filtered::vlan_tcp4};
    std::vector<byte_string> packets;
    for (std::size_t i = 0; i < count; ++i) {
        byte_string packet = whole[random.below(4)];
        for (std::uint32_t changes = random.below(4); changes > 0; --changes)
            packet[random.below(static_cast<std::uint32_t>(packet.size()))] =
                static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(256) : random.below(8));
        if (random.below(8) == 0) packet.resize(random.below(static_cast<std::uint32_t>(packet.size())));
        packets.push_back(packet);
    }
    return packets;
}

std::vector<record> records_of(const std::vector<byte_string>& packets) {
    std::vector<record> records(packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        records[i].data = packets[i].data();
        records[i].caplen = static_cast<std::uint32_t>(packets[i].size());
        records[i].len = records[i].caplen + static_cast<std::uint32_t>(i % 3) * 500;
    }
    return records;
}

/// Whether all is as alone; in runs of several lengths, since batches are cut from them. Returns how many match.
std::size_t check_batches(const program& made, const std::vector<record>& records) {
    std::size_t matches = 0;
    batch_machine batch = made.batch();
    for (const std::size_t run : {std::size_t{7}, std::size_t{8}, std::size_t{256}, std::size_t{300}, records.size()}) {
        std::vector<std::uint8_t> marks(run, 7);
        batch.mark(std::span(records).first(run), marks);
        matches = 0;
        for (std::size_t i = 0; i < run; ++i) {
            const bool alone = made.matches(records[i]);
            matches += alone ? 1U : 0U;
            if (marks[i] == (alone ? 1 : 0)) continue;
            CAPTURE(i);
            CHECK(marks[i] == (alone ? 1 : 0));
            return matches;
        }
    }
    return matches;
}

/// A valid program: loads, tests of what was loaded against values that packets have, in chains and apart.
std::vector<instruction> random_program(random_numbers& random) {
    constexpr std::uint16_t sizes[] = {op::w, op::h, op::b};
    constexpr std::uint16_t tests[] = {op::jeq, op::jeq, op::jeq, op::jeq, op::jgt, op::jge, op::jset};
    constexpr std::uint32_t values[] = {0, 1, 4, 5, 6, 17, 53, 80, 0x45, 0x800, 0x806, 0x86dd, 0x8100, 0x12345678};
    const auto pick = [&](const auto& from) { return from[random.below(static_cast<std::uint32_t>(std::size(from)))]; };
    const auto code_of = [](int bits) { return static_cast<std::uint16_t>(bits); };
    const std::uint32_t length = 4 + random.below(16);
    std::vector<instruction> code;
    while (code.size() < length) {
        const std::uint32_t left = length - static_cast<std::uint32_t>(code.size());
        const auto jump = [&] { return static_cast<std::uint8_t>(random.below(random.below(3) == 0 ? left + 2 : 2)); };
        switch (random.below(10)) {
            case 0: code.push_back({code_of(op::ld | op::ind | pick(sizes)), 0, 0, random.below(20)}); break;
            case 1: code.push_back({code_of(op::ldx | op::b | op::msh), 0, 0, 14}); break;
            case 2: code.push_back({code_of(op::alu | op::and_ | op::k), 0, 0, pick(values)}); break;
            case 3: code.push_back({code_of(op::misc | op::tax), 0, 0, 0}); break;
            case 4:
            case 5: code.push_back({code_of(op::ld | op::abs | pick(sizes)), 0, 0, random.below(24)}); break;
            default: code.push_back({code_of(op::jmp | pick(tests) | op::k), jump(), jump(), pick(values)}); break;
        }
    }
    code.push_back({op::ret | op::a, 0, 0, 0});
    code.push_back({op::ret | op::k, 0, 0, 262'144});
    code.push_back({op::ret | op::k, 0, 0, 0});
    return code;
}

}  // namespace

TEST_CASE("expressions in batches") {
    random_numbers random(1);
    const std::vector<byte_string> packets = some_packets(random, 700);
    const std::vector<record> records = records_of(packets);
    for (const std::string_view expression :
         {"tcp", "udp", "arp", "ip6", "icmp or icmp6", "host 192.0.2.17", "net 192.0.2.0/24 or net 198.51.100.0/24",
          "not host 192.0.2.17", "port 53", "port 80", "not port 80", "tcp port 80 or udp port 53", "portrange 50-100",
          "udp and not port 53", "vlan", "vlan 7 and tcp", "tcp[tcpflags] & tcp-syn != 0", "ip and not broadcast",
          "greater 60", "less 50 or arp", "ip[2:2] - ((ip[0] & 0xf) << 2) > 20", "ip6 proto 17 or ip proto 6"}) {
        CAPTURE(expression);
        const auto made = compile(expression, 1);
        REQUIRE(made.has_value());
        const std::size_t matches = check_batches(*made, records);
        CHECK(matches > 0);
        CHECK(matches < records.size());
    }
}

TEST_CASE("random programs in batches") {
    random_numbers random(77);
    const std::vector<byte_string> packets = some_packets(random, 400);
    const std::vector<record> records = records_of(packets);
    std::size_t telling = 0;
    for (int round = 0; round < 150'000; ++round) {
        CAPTURE(round);
        const std::vector<instruction> code = random_program(random);
        const auto made = program::from_instructions(code, 1);
        REQUIRE(made.has_value());
        const std::size_t matches = check_batches(*made, records);
        telling += matches != 0 && matches != records.size() ? 1U : 0U;
    }
    CHECK(telling > 20'000);
}
