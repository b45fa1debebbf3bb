// The Linux kernel as an oracle: which programs it takes, and what they say of packets. A filter on a socket of a pair
// runs for every datagram sent through the other one, without privileges.
#include <array>
#include <string>

#include "bytes/random.hpp"
#include "packets.hpp"

#if defined(__linux__)

#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace pcapframe::filter;
namespace op = pcapframe::filter::bpf;

class kernel_filter {
public:
    kernel_filter() {
        if (::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends_.data()) != 0) ends_ = {-1, -1};
    }
    ~kernel_filter() {
        for (const int end : ends_)
            if (end >= 0) ::close(end);
    }
    kernel_filter(const kernel_filter&) = delete;
    kernel_filter& operator=(const kernel_filter&) = delete;

    /// Whether the kernel takes a program, for the packets that follow.
    bool attach(std::span<const instruction> code) {
        std::vector<sock_filter> copy;
        for (const instruction& i : code) copy.push_back({i.code, i.jt, i.jf, i.k});
        sock_fprog program{static_cast<unsigned short>(copy.size()), copy.data()};
        return ::setsockopt(ends_[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
    }
    /// Whether the kernel lets a packet through.
    bool passes(std::span<const std::uint8_t> packet) {
        if (::send(ends_[0], packet.data(), packet.size(), MSG_DONTWAIT) < 0) return false;
        std::array<char, 2048> into;
        return ::recv(ends_[1], into.data(), into.size(), MSG_DONTWAIT) >= 0;
    }

private:
    std::array<int, 2> ends_{};
};

bool works() {
    kernel_filter probe;
    const instruction accept{bpf::ret | bpf::k, 0, 0, 0xffff};
    const std::uint8_t byte = 1;
    const bool fine = probe.attach({&accept, 1}) && probe.passes({&byte, 1});
    if (!fine) MESSAGE("skipped: filters cannot be attached to sockets here");
    return fine;
}

/// A random instruction, mostly one that exists.
instruction random_instruction(testing::random_numbers& random, std::size_t left) {
    constexpr std::array<std::uint16_t, 46> codes{op::ld | op::w | op::abs,
                                                  op::ld | op::h | op::abs,
                                                  op::ld | op::b | op::abs,
                                                  op::ld | op::w | op::ind,
                                                  op::ld | op::h | op::ind,
                                                  op::ld | op::b | op::ind,
                                                  op::ld | op::len,
                                                  op::ld | op::imm,
                                                  op::ld | op::mem,
                                                  op::ldx | op::len,
                                                  op::ldx | op::b | op::msh,
                                                  op::ldx | op::imm,
                                                  op::ldx | op::mem,
                                                  op::st,
                                                  op::stx,
                                                  op::misc | op::tax,
                                                  op::misc | op::txa,
                                                  op::jmp | op::ja,
                                                  op::jmp | op::jeq,
                                                  op::jmp | op::jeq | op::x,
                                                  op::jmp | op::jgt,
                                                  op::jmp | op::jgt | op::x,
                                                  op::jmp | op::jge,
                                                  op::jmp | op::jge | op::x,
                                                  op::jmp | op::jset,
                                                  op::jmp | op::jset | op::x,
                                                  op::alu | op::add,
                                                  op::alu | op::add | op::x,
                                                  op::alu | op::sub,
                                                  op::alu | op::sub | op::x,
                                                  op::alu | op::mul,
                                                  op::alu | op::mul | op::x,
                                                  op::alu | op::div,
                                                  op::alu | op::div | op::x,
                                                  op::alu | op::mod,
                                                  op::alu | op::mod | op::x,
                                                  op::alu | op::and_,
                                                  op::alu | op::and_ | op::x,
                                                  op::alu | op::or_,
                                                  op::alu | op::or_ | op::x,
                                                  op::alu | op::xor_,
                                                  op::alu | op::xor_ | op::x,
                                                  op::alu | op::neg,
                                                  op::ret | op::k,
                                                  op::ret | op::a,
                                                  op::st};
    instruction made;
    made.code =
        random.one_in(200) ? static_cast<std::uint16_t>(random.below(0x120)) : codes[random.below(codes.size())];
    constexpr std::array<std::uint32_t, 8> operands{0, 1, 4, 12, 15, 16, 30, 40};
    made.k = random.one_in(100) ? static_cast<std::uint32_t>(random.next()) : operands[random.below(operands.size())];
    if (made.code == (op::jmp | op::ja)) made.k = random.below(left + 1);
    made.jt = static_cast<std::uint8_t>(random.below(std::min<std::size_t>(left + 1, 4)));
    made.jf = static_cast<std::uint8_t>(random.below(std::min<std::size_t>(left + 1, 4)));
    return made;
}

std::vector<instruction> random_program(testing::random_numbers& random) {
    const std::size_t size = 1 + random.below(24);
    std::vector<instruction> code;
    // Memory is written first, so that most programs that read it are valid.
    if (random.one_in(2))
        for (std::uint32_t word = 0; word < 16; ++word) code.push_back({bpf::stx, 0, 0, word});
    for (std::size_t i = 0; i < size; ++i) code.push_back(random_instruction(random, size - i - 1));
    if (!random.one_in(20)) code.push_back({bpf::ret | bpf::a, 0, 0, 0});
    return code;
}

/// Loads at places with the sign bit set ask the kernel for other things than bytes, here and there. And it adds an
/// index of that size to a place with wrapping, which libpcap and we do not.
bool is_the_same_to_the_kernel(std::span<const instruction> code) {
    bool indexed = false;
    bool large = false;
    for (const instruction& i : code) {
        if ((i.code & 7) <= 1 && i.k >= 0x7fffff00) return false;
        indexed = indexed || ((i.code & 7) == op::ld && (i.code & 0xe0) == op::ind);
        const std::uint16_t operation = i.code & 0xf0;
        const bool shrinks = operation == op::and_ || operation == op::div || operation == op::mod;
        large = large || ((i.code & 7) == op::alu && (!shrinks || i.k > 0xffff)) ||
                i.code == (op::ld | op::w | op::abs) || i.code == (op::ld | op::w | op::ind) ||
                (i.code == (op::ld | op::imm) && i.k > 0xffff) || (i.code == (op::ldx | op::imm) && i.k > 0xffff);
    }
    return !indexed || !large;
}

}  // namespace

TEST_CASE("random programs: the kernel refuses the same ones, and says the same of packets") {
    if (!works()) return;
    testing::random_numbers random(2024);
    int taken = 0;
    int accepted = 0;
    for (int round = 0; round < 6000; ++round) {
        const auto code = random_program(random);
        kernel_filter kernel;
        const bool takes = kernel.attach(code);
        REQUIRE_MESSAGE(takes == static_cast<bool>(validate(code)), to_text(code, text_form::decimal));
        if (!takes || !is_the_same_to_the_kernel(code)) continue;
        const auto made = program::from_instructions(code, 1);
        REQUIRE(made.has_value());
        ++taken;
        for (int i = 0; i < 3; ++i) {
            const auto packet = random.bytes(1 + random.below(60));
            const bool mine = made->run(packet, static_cast<std::uint32_t>(packet.size())) != 0;
            accepted += mine ? 1 : 0;
            REQUIRE_MESSAGE(kernel.passes(packet) == mine, to_text(code, text_form::decimal));
        }
    }
    CHECK(taken > 1000);
    CHECK(accepted > 300);
}

TEST_CASE("compiled expressions: the kernel says the same") {
    if (!works()) return;
    testing::random_numbers random(99);
    for (const char* expression :
         {"tcp port 80", "host 192.0.2.17 or 192.0.2.18", "ip6 host 2001:db8::1 and udp", "vlan 7 and tcp",
          "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "portrange 50-60", "net 2001:db8::/33", "arp or rarp",
          "ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) != 0", "mpls 5 and host 10.0.0.1",
          "geneve and tcp port 80", "pppoes 7 and ip", "ether host 02:00:00:00:00:01", "len > 40 and not multicast"}) {
        kernel_filter kernel;
        const auto made = compile(expression, 1);
        REQUIRE_MESSAGE(made.has_value(), expression);
        REQUIRE_MESSAGE(kernel.attach(made->code()), expression);
        for (int i = 0; i < 400; ++i) {
            filtered::bytes packet = i % 3 == 0 ? filtered::tcp4 : i % 3 == 1 ? filtered::udp6 : filtered::vlan_tcp4;
            for (std::uint32_t n = random.below(5); n > 0; --n) packet[random.below(packet.size())] = random.byte();
            packet.resize(1 + random.below(packet.size()));
            const bool mine = made->run(packet, static_cast<std::uint32_t>(packet.size())) != 0;
            REQUIRE_MESSAGE(kernel.passes(packet) == mine, expression);
        }
    }
}

#endif
